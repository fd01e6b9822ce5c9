"""Cases about creating: bound ids, what is shown afterwards, how it is found, what a refusal is."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bridge.connectors.base import ErrorSource, Find, Operation, Verdict
from bridge.connectors.meanings import Meaning
from bridge.model import OpKind
from bridge.testing.bench import Bench
from bridge.testing.driver import send
from bridge.testing.samples import unique
from bridge.testing.worlds import now

MANY = 3


class CreateCases:
    def test_create_binds_the_listing_and_its_sku(self, bench: Bench) -> None:
        listed = bench.listed()
        assert listed.remote_id
        assert all(isinstance(write.remote_sku_id, str) and write.remote_sku_id for write in listed.skus)

    def test_ids_never_change_while_a_create_goes_on(self, bench: Bench) -> None:
        trail = bench.listed(min(MANY, bench.caps.skus_per_listing)).create.trail
        assert len({outcome.remote_id for outcome in trail} - {None}) <= 1
        seen: dict[int, set[str]] = {}
        for sku in (sku for outcome in trail for sku in outcome.skus if sku.remote_sku_id is not None):
            seen.setdefault(sku.listing_sku_id, set()).add(str(sku.remote_sku_id))
        assert all(len(ids) == 1 for ids in seen.values()), f"a SKU was bound to several ids: {seen}"

    def test_next_and_accepted_carry_what_is_needed_to_go_on(self, bench: Bench) -> None:
        for outcome in bench.listed(min(MANY, bench.caps.skus_per_listing)).create.trail:
            if outcome.verdict is Verdict.NEXT:
                assert outcome.remote_id, "a step is done: its ids must be bound before the next one"
                assert outcome.ticket, "the next step needs a ticket"
            if outcome.verdict is Verdict.ACCEPTED:
                assert outcome.ticket or outcome.remote_id, "nothing to ask again with"

    def test_accepted_creates_are_declared_late(self, bench: Bench) -> None:
        verdicts = {outcome.verdict for outcome in bench.listed().create.trail}
        assert Verdict.ACCEPTED not in verdicts or OpKind.CREATE in bench.caps.late

    def test_create_by_file_is_accepted_with_a_ticket(self, bench: Bench) -> None:
        if not bench.caps.by_file:
            pytest.skip("capabilities: by_file is off")
        outcome = send(bench.connector, bench.new())
        assert outcome.verdict is Verdict.ACCEPTED, f"a file was written, but it ended as {outcome}"
        assert outcome.ticket, "the person has to be told which file it is"

    def test_created_listing_shows_title_price_and_stock(self, bench: Bench) -> None:
        listed = bench.listed()
        assert bench.read(listed.remote_id).title == listed.title
        assert bench.shown_price(listed) == listed.skus[0].price_idr
        assert bench.shown_stock(listed) == sum(listed.skus[0].stock.values())

    def test_created_listing_is_visible(self, bench: Bench) -> None:
        assert bench.read(bench.listed().remote_id).visible is not False

    def test_created_listing_says_the_channels_own_status(self, bench: Bench) -> None:
        assert bench.read(bench.listed().remote_id).status != ""

    def test_create_with_variants_binds_every_sku(self, bench: Bench) -> None:
        bench.needs_variants(MANY)
        listed = bench.listed(MANY)
        assert len({write.remote_sku_id for write in listed.skus}) == MANY

    def test_create_with_variants_shows_each_price_and_stock(self, bench: Bench) -> None:
        bench.needs_variants(MANY)
        listed = bench.listed(MANY)
        for place, write in enumerate(listed.skus):
            assert bench.shown_price(listed, place) == write.price_idr
            assert bench.shown_stock(listed, place) == sum(write.stock.values())

    def test_create_with_variants_makes_one_listing(self, bench: Bench) -> None:
        bench.needs_variants(MANY)
        bench.world  # noqa: B018  skipped without one
        op = bench.new(MANY)
        bench.finished(bench.settle(op))
        assert bench.copies(op) == 1

    def test_created_listing_is_found_by_id(self, bench: Bench) -> None:
        bench.needs_find(Find.ID)
        listed = bench.listed()
        found = list(bench.connector.listings(Find.ID, [listed.remote_id], None))
        assert [row.remote_id for row in found] == [listed.remote_id]

    def test_created_listing_is_found_by_sku(self, bench: Bench) -> None:
        bench.needs_find(Find.SKU)
        listed = bench.listed()
        found = list(bench.connector.listings(Find.SKU, [listed.skus[0].seller_sku], None))
        assert {row.remote_id for row in found} == {listed.remote_id}

    def test_every_variant_is_found_by_its_own_sku(self, bench: Bench) -> None:
        bench.needs_find(Find.SKU)
        bench.needs_variants(MANY)
        listed = bench.listed(MANY)
        for write in listed.skus:
            found = list(bench.connector.listings(Find.SKU, [write.seller_sku], None))
            assert {row.remote_id for row in found} == {listed.remote_id}, f"{write.seller_sku} is not found"

    def test_finding_by_sku_shows_seller_skus(self, bench: Bench) -> None:
        bench.needs_find(Find.SKU)
        listed = bench.listed()
        assert bench.sku(listed).seller_sku == listed.skus[0].seller_sku

    def test_sku_search_is_exact(self, bench: Bench) -> None:
        bench.needs_find(Find.SKU)
        code = bench.listed().skus[0].seller_sku
        assert list(bench.connector.listings(Find.SKU, [code[:-1]], None)) == []

    def test_created_listing_is_among_all(self, bench: Bench) -> None:
        listed = bench.listed()
        assert listed.remote_id in {row.remote_id for row in bench.all()}

    def test_created_listing_is_among_the_changed(self, bench: Bench) -> None:
        bench.needs_find(Find.CHANGED)
        before = now() - timedelta(minutes=2)
        listed = bench.listed()
        assert listed.remote_id in {row.remote_id for row in bench.connector.listings(Find.CHANGED, (), before)}

    def test_two_creates_make_two_listings(self, bench: Bench) -> None:
        first, second = bench.listed(), bench.listed()
        assert first.remote_id != second.remote_id
        assert {first.remote_id, second.remote_id} <= {row.remote_id for row in bench.all()}

    def test_another_connector_sees_the_same_shop(self, bench: Bench) -> None:
        listed = bench.listed()
        rows = bench.make().listings(Find.ALL, (), None)
        assert listed.remote_id in {row.remote_id for row in rows}

    def test_title_keeps_its_signs(self, bench: Bench) -> None:
        title = bench.sampler.title(f"{unique()} Pisang & Ubi (manis)")
        assert bench.read(bench.listed(title=title).remote_id).title == title

    def test_bad_create_is_rejected_with_a_reason(self, bench: Bench) -> None:
        outcome = _refused(bench, _bad(bench))
        assert outcome.code or outcome.message, "a rejection names its reason"

    def test_refusal_means_something_to_people(self, bench: Bench) -> None:
        outcome, plugin = _refused(bench, _bad(bench)), getattr(bench.outside, "plugin", None)
        if not isinstance(plugin, ErrorSource):
            pytest.skip("plugin: tells no meanings (ErrorSource)")
        assert plugin.meaning(outcome.code, outcome.message) in set(Meaning), f"{outcome.code} means nothing"
        assert plugin.meaning("a code that nobody has", "") in (None, Meaning.UNKNOWN), "what is unknown stays unknown"

    def test_rejected_create_makes_nothing(self, bench: Bench) -> None:
        world, op = bench.world, _bad(bench)
        before = len(world.state()["listings"])
        _refused(bench, op)
        assert len(world.state()["listings"]) == before

    def test_rejected_create_is_rejected_again(self, bench: Bench) -> None:
        op = _bad(bench)
        _refused(bench, op)
        _refused(bench, op)

    def test_create_succeeds_after_the_data_was_mended(self, bench: Bench) -> None:
        bad = _bad(bench)
        _refused(bench, bad)
        content: Any = bench.sampler.content([write.seller_sku for write in bad.skus], bench.pictures())
        assert bench.settle(bench.operation(OpKind.CREATE, None, bad.skus, content)).verdict is Verdict.DONE

    def test_too_many_skus_are_rejected_or_allowed_by_the_flag(self, bench: Bench) -> None:
        if bench.caps.skus_per_listing > 1:
            pytest.skip(f"capabilities: skus_per_listing is {bench.caps.skus_per_listing}")
        assert bench.settle(bench.new(2)).verdict is Verdict.REJECTED

    def test_create_without_stock_is_shown_or_refused_by_name(self, bench: Bench) -> None:
        if bench.sampler.read().limits.get("stock_min", 0) > 0:
            pytest.skip("schema: stock_min is above zero")
        settled = bench.settle(bench.new(pieces=0))
        if settled.verdict is Verdict.DONE:
            assert bench.shown_stock(bench.finished(settled)) == 0
        else:
            codes = {settled.outcome.code, *(sku.code for sku in settled.outcome.skus)}
            assert "zero_refused" in codes, f"a refused zero says zero_refused, not {codes}"


def _bad(bench: Bench) -> Operation:
    """A create that no channel can take: no title and a category that does not exist."""
    op = bench.new()
    return replace(op, payload={**op.payload, "title": "", "category_id": "999999999"})


def _refused(bench: Bench, op: Operation) -> Any:
    outcome = send(bench.connector, op)
    if outcome.verdict is Verdict.ACCEPTED:
        outcome = bench.settle(op, outcome).outcome
    assert outcome.verdict is Verdict.REJECTED, f"an impossible create ended as {outcome}"
    return outcome
