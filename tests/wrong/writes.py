"""Connectors that are wrong about what they write. Each is wrong in one way."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from bridge.connectors.base import Find, Operation, Outcome, Verdict
from bridge.connectors.memory import MemoryConnector
from bridge.errors import Rejected
from bridge.model import OpKind, RemoteListing
from tests.wrong.base import Asks, caught_by

# --- outcomes ------------------------------------------------------------------------------------------------------


@caught_by("test_each_operation_of_a_batch_gets_its_own_outcome")
class LosesAnOutcome(MemoryConnector):
    def submit(self, operations: Sequence[Operation]) -> Sequence[Outcome]:
        outcomes = super().submit(operations)
        return outcomes[:-1] if len(outcomes) > 1 else outcomes


@caught_by("test_each_operation_of_a_batch_gets_its_own_outcome", "test_new_stock_is_shown")
class AnswersTwice(MemoryConnector):
    def submit(self, operations: Sequence[Operation]) -> Sequence[Outcome]:
        outcomes = super().submit(operations)
        return [*outcomes, *outcomes]


@caught_by("test_one_bad_row_never_fails_its_batch")
class MixesUpOutcomes(MemoryConnector):
    def submit(self, operations: Sequence[Operation]) -> Sequence[Outcome]:
        outcomes = super().submit(operations)
        ids = [outcome.operation_id for outcome in outcomes]
        return [replace(out, operation_id=one) for out, one in zip(outcomes, ids[1:] + ids[:1], strict=True)]


@caught_by(
    "test_one_bad_row_never_fails_its_batch",
    "test_unknown_listing_is_rejected_not_raised",
    "test_bad_create_is_rejected_with_a_reason",
)
class RaisesForABadRow(MemoryConnector):
    def submit(self, operations: Sequence[Operation]) -> Sequence[Outcome]:
        outcomes = super().submit(operations)
        if any(outcome.verdict is Verdict.REJECTED for outcome in outcomes):
            raise Rejected("one row was bad")
        return outcomes


@caught_by("test_one_bad_row_never_fails_its_batch")
class FailsTheWholeBatch(MemoryConnector):
    def submit(self, operations: Sequence[Operation]) -> Sequence[Outcome]:
        if any(self._market.get("listing", op.remote_id) is None for op in operations if op.kind is OpKind.STOCK):
            return [Outcome(op.operation_id, Verdict.REJECTED, code="batch") for op in operations]
        return super().submit(operations)


@caught_by("test_bad_create_is_rejected_with_a_reason", "test_unknown_sku_fails_alone")
class GivesNoReason(Asks):
    def answered(self, op: Operation, outcome: Outcome) -> Outcome:
        return replace(outcome, code="", message="", skus=tuple(replace(s, code="", message="") for s in outcome.skus))


@caught_by("test_unknown_sku_fails_alone")
class HidesSkuFailures(Asks):
    def answered(self, op: Operation, outcome: Outcome) -> Outcome:
        return replace(outcome, skus=tuple(s for s in outcome.skus if s.verdict is not Verdict.REJECTED))


@caught_by("test_unknown_sku_fails_alone")
class FailsAllSkusForOne(Asks):
    def answered(self, op: Operation, outcome: Outcome) -> Outcome:
        return replace(outcome, verdict=Verdict.REJECTED) if any(s.code for s in outcome.skus) else outcome


@caught_by("test_accepted_creates_are_declared_late", shape="late")
class AcceptsWithoutSayingSo(MemoryConnector):
    def capabilities(self) -> Any:
        return replace(super().capabilities(), late=frozenset())


@caught_by("test_codes_of_ours_come_with_their_verdict")
class RejectsWhatEndsByItself(Asks):
    """Locked for good on the first try, though a second one succeeds."""

    def answered(self, op: Operation, outcome: Outcome) -> Outcome:
        return replace(outcome, code="locked") if op.kind is OpKind.STOCK else outcome


# --- creates -------------------------------------------------------------------------------------------------------


@caught_by("test_created_listing_shows_title_price_and_stock", "test_every_variant_is_found_by_its_own_sku")
class BindsStrangeIds(Asks):
    def answered(self, op: Operation, outcome: Outcome) -> Outcome:
        if len(op.skus) > 1:
            return replace(outcome, remote_id="123")
        return replace(outcome, skus=tuple(replace(s, remote_sku_id=f"x{s.remote_sku_id}") for s in outcome.skus))


@caught_by("test_create_with_variants_shows_each_price_and_stock")
class MixesUpVariants(Asks):
    def answered(self, op: Operation, outcome: Outcome) -> Outcome:
        ids = [sku.remote_sku_id for sku in outcome.skus]
        skus = zip(outcome.skus, ids[1:] + ids[:1], strict=True)
        return replace(outcome, skus=tuple(replace(sku, remote_sku_id=one) for sku, one in skus))


@caught_by("test_next_and_accepted_carry_what_is_needed_to_go_on", shape="steps")
class GivesNoTicket(Asks):
    def answered(self, op: Operation, outcome: Outcome) -> Outcome:
        return replace(outcome, ticket="") if outcome.verdict is Verdict.NEXT else outcome


@caught_by("test_created_listing_is_visible", shape="steps")
class LeavesItHidden(Asks):
    def answered(self, op: Operation, outcome: Outcome) -> Outcome:
        self._market.edit(outcome.remote_id or "", visible=False)
        return outcome


@caught_by("test_title_keeps_its_signs")
class EscapesTitles(Asks):
    def asked(self, op: Operation) -> Operation:
        return replace(op, payload={**op.payload, "title": op.payload.get("title", "").replace("&", "&amp;")})


@caught_by("test_rejected_create_makes_nothing", "test_rejected_create_is_rejected_again")
class LeavesRubbishBehind(Asks):
    def asked(self, op: Operation) -> Operation:
        self._tries = getattr(self, "_tries", 0) + 1
        if op.kind is OpKind.CREATE and not op.payload["title"] and self._tries == 1:
            self._market.add_listing(self._shop, "", "X", 1, 1)
        return replace(op, payload={**op.payload, "title": "x", "category_id": ""}) if self._tries == 2 else op


@caught_by("test_too_many_skus_are_rejected_or_allowed_by_the_flag", skus_per_listing=50)
class TakesMoreThanItSays(MemoryConnector):
    def capabilities(self) -> Any:
        return replace(super().capabilities(), skus_per_listing=1)


@caught_by(
    "test_create_without_stock_is_shown_or_refused_by_name",
    "test_zero_stock_is_shown_or_refused_by_name",
    shape="no-zero",
)
class RefusesZeroNamelessly(Asks):
    def answered(self, op: Operation, outcome: Outcome) -> Outcome:
        skus = tuple(replace(s, code="error_busi") if s.code else s for s in outcome.skus)
        return replace(outcome, code="error_busi" if outcome.code else "", skus=skus)


@caught_by("test_zero_stock_is_shown_or_refused_by_name", shape="no-zero")
class SaysItTakesZero(MemoryConnector):
    def capabilities(self) -> Any:
        return replace(super().capabilities(), takes_zero=True)


# --- changes -------------------------------------------------------------------------------------------------------


@caught_by("test_stock_sent_twice_is_the_same_stock", "test_stock_can_fall_and_rise")
class AddsStock(Asks):
    def asked(self, op: Operation) -> Operation:
        row = self._market.get("listing", op.remote_id)
        if op.kind is not OpKind.STOCK or row is None:
            return op
        return replace(
            op, skus=tuple(replace(w, stock={"": w.stock[""] + row["skus"][0]["stock"][""]}) for w in op.skus)
        )


@caught_by("test_zero_stock_is_shown_or_refused_by_name", "test_stock_comes_back_after_zero")
class TakesZeroForNothing(Asks):
    """`pieces or old`: zero is swallowed."""

    def asked(self, op: Operation) -> Operation:
        return op if op.kind is OpKind.CREATE else replace(op, skus=tuple(w for w in op.skus if w.stock.get("") != 0))

    def submit(self, operations: Sequence[Operation]) -> Sequence[Outcome]:
        if any(not self.asked(op).skus for op in operations if op.kind is OpKind.STOCK):
            self._zeros = getattr(self, "_zeros", 0) + 1
            return [Outcome(op.operation_id, Verdict.DONE) for op in operations]
        if getattr(self, "_zeros", 0):
            return [Outcome(op.operation_id, Verdict.REJECTED, code="price") for op in operations]
        return super().submit(operations)


@caught_by("test_price_leaves_stock_alone", "test_stock_is_what_buyers_may_still_take")
class ClearsStockWithThePrice(Asks):
    def answered(self, op: Operation, outcome: Outcome) -> Outcome:
        if op.kind is OpKind.PRICE:
            self._market.edit(op.remote_id or "", stock=0)
        if op.kind is OpKind.STOCK:
            self._market.edit(op.remote_id or "", stock=next(iter(op.skus[0].stock.values())) + 2)
        return outcome


@caught_by("test_change_of_one_variant_leaves_the_others")
class ChangesAllVariants(Asks):
    def answered(self, op: Operation, outcome: Outcome) -> Outcome:
        if op.kind is OpKind.PRICE:
            self._market.edit(op.remote_id or "", price_idr=op.skus[0].price_idr)
        return outcome


@caught_by("test_price_out_of_bounds_is_rejected")
class ClampsPrices(Asks):
    def asked(self, op: Operation) -> Operation:
        return replace(op, skus=tuple(replace(w, price_idr=max(w.price_idr or 99, 99)) for w in op.skus))


@caught_by("test_hidden_listing_is_hidden", "test_several_listings_are_hidden_in_one_call")
class NeverHides(Asks):
    def asked(self, op: Operation) -> Operation:
        return replace(op, payload={"visible": True}) if op.kind is OpKind.VISIBILITY else op


@caught_by("test_hidden_listing_can_be_shown_again")
class NeverShowsAgain(Asks):
    def asked(self, op: Operation) -> Operation:
        return replace(op, payload={"visible": False}) if op.kind is OpKind.VISIBILITY else op


@caught_by("test_hiding_keeps_price_and_stock")
class HidesByZero(Asks):
    def answered(self, op: Operation, outcome: Outcome) -> Outcome:
        if op.kind is OpKind.VISIBILITY:
            self._market.edit(op.remote_id or "", stock=0)
        return outcome


@caught_by("test_hidden_listing_is_still_listed")
class ListsOnlyTheVisible(MemoryConnector):
    def listings(self, by: Find, keys: Sequence[str], since: Any) -> Iterator[RemoteListing]:
        yield from (row for row in super().listings(by, keys, since) if row.visible or by is Find.ID)


@caught_by(
    "test_new_content_keeps_price_stock_and_ids",
    "test_content_sent_twice_is_harmless",
    "test_new_content_may_add_a_variant",
)
class MakesAllVariantsAnew(Asks):
    def asked(self, op: Operation) -> Operation:
        if op.kind is not OpKind.CONTENT:
            return op
        extra = (replace(op.skus[0], seller_sku="X"),) if len(op.skus) == 1 else ()
        return replace(op, skus=(*(replace(w, remote_sku_id=None) for w in op.skus), *extra))


@caught_by("test_content_that_is_too_long_is_rejected")
class CutsTitles(Asks):
    def asked(self, op: Operation) -> Operation:
        return replace(op, payload={**op.payload, "title": op.payload.get("title", "")[:120]})


@caught_by("test_new_title_is_shown")
class ForgetsContent(Asks):
    def asked(self, op: Operation) -> Operation:
        return replace(op, payload={**op.payload, "title": "Lama"}) if op.kind is OpKind.CONTENT else op
