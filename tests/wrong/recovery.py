"""Connectors that are wrong when something is lost, limited or expired. Each is wrong in one way."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bridge.connectors.base import Operation, Outcome, RemoteShop, Verdict
from bridge.connectors.memory import MemoryConnector
from bridge.errors import OutcomeUnknown, RateLimited, Rejected
from tests.wrong.base import Asks, caught_by

# --- recovery ------------------------------------------------------------------------------------------------------


@caught_by("test_create_that_was_never_sent_is_absent", "test_create_that_never_arrived_is_made_once")
class BelievesInEverything(MemoryConnector):
    def look_up(self, operations: Sequence[Operation]) -> Sequence[Outcome]:
        return [replace(out, verdict=Verdict.DONE) for out in super().look_up(operations)]


@caught_by("test_lost_answer_of_a_create_is_bound_by_looking", "test_lost_answer_of_a_create_makes_no_second_listing")
class NeverFindsAnything(MemoryConnector):
    def look_up(self, operations: Sequence[Operation]) -> Sequence[Outcome]:
        return [Outcome(op.operation_id, Verdict.RETRY, retry_after=timedelta(0)) for op in operations]


@caught_by("test_create_of_another_product_is_not_taken_for_ours")
class FindsAnyListing(MemoryConnector):
    def look_up(self, operations: Sequence[Operation]) -> Sequence[Outcome]:
        rows = self._market.rows("listing", self._shop)
        return [Outcome(op.operation_id, Verdict.DONE, rows[0]["id"]) for op in operations]


@caught_by("test_look_up_changes_nothing", "test_create_that_was_never_sent_is_absent")
class CreatesWhileLooking(MemoryConnector):
    def look_up(self, operations: Sequence[Operation]) -> Sequence[Outcome]:
        return [
            self.submit([op])[0] if out.verdict is Verdict.RETRY else out
            for op, out in zip(operations, super().look_up(operations), strict=True)
        ]


@caught_by("test_look_up_answers_each_operation_once")
class LooksUpTheFirstOnly(MemoryConnector):
    def look_up(self, operations: Sequence[Operation]) -> Sequence[Outcome]:
        return super().look_up(operations[:1])


@caught_by("test_complete_create_with_variants_is_looked_up_with_every_id")
class FindsNoSkuIds(MemoryConnector):
    def look_up(self, operations: Sequence[Operation]) -> Sequence[Outcome]:
        return [replace(out, skus=()) for out in super().look_up(operations)]


@caught_by("test_half_made_create_is_looked_up_as_next_and_resumed", shape="steps")
class TakesHalfForWhole(MemoryConnector):
    def look_up(self, operations: Sequence[Operation]) -> Sequence[Outcome]:
        return [
            replace(out, verdict=Verdict.DONE) if out.verdict is Verdict.NEXT else out
            for out in super().look_up(operations)
        ]


@caught_by("test_look_up_of_a_half_made_create_changes_nothing", shape="steps")
class FinishesWhileLooking(MemoryConnector):
    def look_up(self, operations: Sequence[Operation]) -> Sequence[Outcome]:
        for out in super().look_up(operations):
            self._market.edit(out.remote_id or "", title="selesai")
        return super().look_up(operations)


@caught_by("test_step_that_is_sent_twice_does_no_harm", shape="steps")
class StartsAnewAtEachStep(Asks):
    def asked(self, op: Operation) -> Operation:
        return replace(op, remote_id=None, ticket="") if op.ticket == "variants" else op


@caught_by("test_poll_changes_nothing", shape="late")
class WritesWhilePolling(MemoryConnector):
    def poll(self, operations: Sequence[Operation]) -> Sequence[Outcome]:
        self._market.edit(operations[0].remote_id or "", title=f"polled {self._market.new_id()}")
        return super().poll(operations)


@caught_by("test_accepted_operation_is_done_in_the_end", "test_poll_of_what_is_done_says_done_again", shape="late")
class NeverComesToAnEnd(MemoryConnector):
    def poll(self, operations: Sequence[Operation]) -> Sequence[Outcome]:
        return [Outcome(op.operation_id, Verdict.ACCEPTED, op.remote_id, ticket=op.ticket) for op in operations]


@caught_by("test_poll_answers_each_operation_once", shape="late")
class PollsTheFirstOnly(MemoryConnector):
    def poll(self, operations: Sequence[Operation]) -> Sequence[Outcome]:
        return super().poll(operations[:1])


@caught_by("test_lost_answer_of_a_create_is_unknown", "test_lost_answer_of_a_create_makes_no_second_listing")
class CallsALostAnswerHarmless(MemoryConnector):
    def submit(self, operations: Sequence[Operation]) -> Sequence[Outcome]:
        try:
            return super().submit(operations)
        except OutcomeUnknown:
            return [Outcome(op.operation_id, Verdict.RETRY) for op in operations]


@caught_by("test_lost_answer_of_a_create_is_unknown", "test_create_that_never_arrived_is_made_once")
class CallsALostAnswerDone(MemoryConnector):
    def submit(self, operations: Sequence[Operation]) -> Sequence[Outcome]:
        try:
            return super().submit(operations)
        except OutcomeUnknown:
            return [Outcome(op.operation_id, Verdict.DONE) for op in operations]


@caught_by("test_create_sent_twice_with_one_key_makes_one_listing")
class SaysItKnowsKeys(MemoryConnector):
    def capabilities(self) -> Any:
        return replace(super().capabilities(), create_keyed=True)


# --- calls ---------------------------------------------------------------------------------------------------------


@caught_by("test_expired_token_is_renewed_once_and_the_call_repeated", "test_write_with_an_expired_token_happens_once")
class LetsTokensExpire(MemoryConnector):
    def _sign_in(self) -> None:
        if not self._market.token_holds(self._shop, self._ports.vault.current(self._shop).access_token):
            raise Rejected("token")


@caught_by("test_renewed_token_serves_the_next_calls")
class RenewsAlways(MemoryConnector):
    def _sign_in(self) -> None:
        self._ports.vault.renew(self._shop, self._ports.vault.current(self._shop).access_token)


@caught_by("test_too_many_calls_are_rate_limited", "test_rate_limited_write_changes_nothing_and_succeeds_later")
class KnowsNoRateLimit(MemoryConnector):
    def check(self) -> RemoteShop:
        try:
            return super().check()
        except RateLimited as error:
            raise OutcomeUnknown(str(error)) from None

    def submit(self, operations: Sequence[Operation]) -> Sequence[Outcome]:
        try:
            return super().submit(operations)
        except RateLimited as error:
            raise OutcomeUnknown(str(error)) from None


class _Bare(MemoryConnector):
    skipped = ""

    def __init__(self, market: Any, shop: str, ports: Any, **more: Any) -> None:
        quiet: Mapping[str, Any] = {
            "lease": {"before_call": lambda _timeout: None},
            "permit": {
                "limiter": type("Free", (), {"take": lambda _s, _b: timedelta(0), "report": lambda *_a: None})()
            },
            "points": {"reach": lambda _label: None},
        }
        super().__init__(market, shop, replace(ports, **quiet[self.skipped]), **more)


@caught_by("test_lease_is_asked_before_every_call", "test_lost_lease_stops_the_call")
class AsksForNoLease(_Bare):
    skipped = "lease"


@caught_by("test_no_call_without_a_permit")
class TakesNoPermit(_Bare):
    skipped = "permit"


@caught_by("test_calls_pass_the_named_points")
class PassesNoPoints(_Bare):
    skipped = "points"


@caught_by("test_no_secret_and_no_payload_in_an_error")
class TellsSecrets(MemoryConnector):
    def submit(self, operations: Sequence[Operation]) -> Sequence[Outcome]:
        try:
            return super().submit(operations)
        except RateLimited as error:
            raise RateLimited(f"{error}: access_token={self._ports.vault.current(self._shop).access_token}") from None


@caught_by("test_no_secret_and_no_payload_in_an_error")
class TellsThePayload(MemoryConnector):
    def submit(self, operations: Sequence[Operation]) -> Sequence[Outcome]:
        try:
            return super().submit(operations)
        except RateLimited as error:
            raise RateLimited(f"{error}: {operations[0].payload}") from None


@caught_by("test_no_secret_in_the_connectors_own_text")
class PrintsItsToken(MemoryConnector):
    def __repr__(self) -> str:
        return f"PrintsItsToken({self._ports.vault.current(self._shop).access_token})"


@caught_by("test_one_submit_of_a_create_makes_one_unsafe_write")
class CreatesTwice(Asks):
    def answered(self, op: Operation, outcome: Outcome) -> Outcome:
        self._market.add_listing(self._shop, "dua", "D", 1000, 1)
        return outcome


@caught_by("test_lost_answer_of_a_later_step_is_resumed", shape="steps")
class NeverShowsWhatItResumed(MemoryConnector):
    """Takes an incomplete listing for whole once it has its variants: it stays hidden for ever."""

    def look_up(self, operations: Sequence[Operation]) -> Sequence[Outcome]:
        found = super().look_up(operations)
        return [replace(out, verdict=Verdict.DONE) if out.ticket == "show" else out for out in found]
