"""Cases about changing what is listed: absolute prices and stock, visibility, content, and batches of all of them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from bridge.connectors.base import Operation, Outcome, SkuWrite, Verdict
from bridge.errors import ChannelError
from bridge.model import OpKind
from bridge.testing.bench import ABSENT, Bench, Listed
from bridge.testing.driver import Settled, effective
from bridge.testing.samples import unique

VALUES = (OpKind.PRICE, OpKind.STOCK)
BATCH = 4


class ChangeCases:
    # prices and stock

    def test_new_price_is_shown(self, bench: Bench) -> None:
        bench.needs(OpKind.PRICE)
        listed = bench.listed()
        bench.done(OpKind.PRICE, listed, [bench.price(listed.skus[0], bench.sampler.price(3))])
        assert bench.shown_price(listed) == bench.sampler.price(3)

    def test_new_stock_is_shown(self, bench: Bench) -> None:
        bench.needs(OpKind.STOCK)
        listed = bench.listed()
        bench.done(OpKind.STOCK, listed, [bench.stock(listed.skus[0], 7)])
        assert bench.shown_stock(listed) == 7

    def test_price_sent_twice_is_the_same_price(self, bench: Bench) -> None:
        bench.needs(OpKind.PRICE)
        listed = bench.listed()
        for _ in range(2):
            bench.done(OpKind.PRICE, listed, [bench.price(listed.skus[0], bench.sampler.price(2))])
        assert bench.shown_price(listed) == bench.sampler.price(2)

    def test_stock_sent_twice_is_the_same_stock(self, bench: Bench) -> None:
        bench.needs(OpKind.STOCK)
        listed = bench.listed()
        for _ in range(2):
            bench.done(OpKind.STOCK, listed, [bench.stock(listed.skus[0], 9)])
        assert bench.shown_stock(listed) == 9

    def test_stock_can_fall_and_rise(self, bench: Bench) -> None:
        bench.needs(OpKind.STOCK)
        listed = bench.listed()
        for pieces in (3, 30, 5):
            bench.done(OpKind.STOCK, listed, [bench.stock(listed.skus[0], pieces)])
            assert bench.shown_stock(listed) == pieces

    def test_stock_of_two_warehouses_is_kept_apart(self, bench: Bench) -> None:
        bench.needs(OpKind.STOCK)
        places = bench.connector.check().locations
        if len(places) < 2:
            pytest.skip("the shop has one warehouse")
        listed = bench.listed()
        stock = {place: number for number, place in enumerate(places, 3)}
        bench.done(OpKind.STOCK, listed, [replace(listed.skus[0], price_idr=None, stock=stock)])
        assert bench.sku(listed).stock == stock

    def test_price_leaves_stock_alone(self, bench: Bench) -> None:
        bench.needs(OpKind.PRICE)
        listed = bench.listed()
        bench.done(OpKind.PRICE, listed, [bench.price(listed.skus[0], bench.sampler.price(4))])
        assert bench.shown_stock(listed) == sum(listed.skus[0].stock.values())

    def test_stock_leaves_price_alone(self, bench: Bench) -> None:
        bench.needs(OpKind.STOCK)
        listed = bench.listed()
        bench.done(OpKind.STOCK, listed, [bench.stock(listed.skus[0], 4)])
        assert bench.shown_price(listed) == listed.skus[0].price_idr

    @pytest.mark.parametrize("kind", VALUES)
    def test_change_of_one_variant_leaves_the_others(self, bench: Bench, kind: OpKind) -> None:
        bench.needs(kind)
        bench.needs_variants(3)
        listed = bench.listed(3)
        bench.done(kind, listed, [_changed(bench, kind, listed.skus[1])])
        for place in (0, 2):
            assert bench.shown_price(listed, place) == listed.skus[place].price_idr
            assert bench.shown_stock(listed, place) == sum(listed.skus[place].stock.values())

    @pytest.mark.parametrize("kind", VALUES)
    def test_all_variants_change_in_one_operation(self, bench: Bench, kind: OpKind) -> None:
        bench.needs(kind)
        bench.needs_variants(3)
        listed = bench.listed(3)
        bench.done(kind, listed, [_changed(bench, kind, write) for write in listed.skus])
        shown = [
            bench.shown_price(listed, n) if kind is OpKind.PRICE else bench.shown_stock(listed, n) for n in range(3)
        ]
        assert shown == [bench.sampler.price(5) if kind is OpKind.PRICE else 5] * 3

    @pytest.mark.parametrize("kind", VALUES)
    def test_unknown_sku_fails_alone(self, bench: Bench, kind: OpKind) -> None:
        bench.needs(kind)
        bench.needs_variants(2)
        listed = bench.listed(2)
        good, stranger = _changed(bench, kind, listed.skus[0]), _changed(bench, kind, listed.skus[1])
        stranger = replace(
            stranger, remote_sku_id=ABSENT, seller_sku="UJI-TIADA", listing_sku_id=stranger.listing_sku_id + 10**6
        )
        settled = bench.settle(bench.operation(kind, listed.remote_id, [good, stranger]))
        verdict, excuse = _of_sku(settled, stranger.listing_sku_id)
        assert verdict is Verdict.REJECTED, f"a SKU that does not exist ended as {verdict}"
        assert excuse, "a rejected SKU names its reason"
        assert _of_sku(settled, good.listing_sku_id)[0] is Verdict.DONE
        assert (bench.shown_price(listed) if kind is OpKind.PRICE else bench.shown_stock(listed)) == (
            bench.sampler.price(5) if kind is OpKind.PRICE else 5
        )

    @pytest.mark.parametrize("kind", VALUES)
    def test_unknown_listing_is_rejected_not_raised(self, bench: Bench, kind: OpKind) -> None:
        bench.needs(kind)
        listed = bench.listed()
        op = bench.operation(kind, ABSENT, [replace(_changed(bench, kind, listed.skus[0]), remote_sku_id=ABSENT)])
        assert _worst(bench.settle(op)) is Verdict.REJECTED

    def test_price_out_of_bounds_is_rejected(self, bench: Bench) -> None:
        bench.needs(OpKind.PRICE)
        low = bench.sampler.read().limits.get("price_min", 0)
        if low <= 1:
            pytest.skip("schema: no price_min")
        listed = bench.listed()
        settled = bench.settle(bench.operation(OpKind.PRICE, listed.remote_id, [bench.price(listed.skus[0], low - 1)]))
        assert _worst(settled) is Verdict.REJECTED
        assert bench.shown_price(listed) == listed.skus[0].price_idr

    def test_zero_stock_is_shown_or_refused_by_name(self, bench: Bench) -> None:
        bench.needs(OpKind.STOCK)
        listed = bench.listed()
        settled = bench.settle(bench.operation(OpKind.STOCK, listed.remote_id, [bench.stock(listed.skus[0], 0)]))
        if bench.caps.takes_zero:
            assert _worst(settled) is Verdict.DONE, f"takes_zero is declared, but zero ended as {settled.outcome}"
            assert bench.shown_stock(listed) == 0
        else:
            codes = {settled.outcome.code, *(sku.code for sku in settled.outcome.skus)}
            assert "zero_refused" in codes, f"a refused zero says zero_refused, not {codes}"
            assert bench.shown_stock(listed) > 0

    def test_stock_comes_back_after_zero(self, bench: Bench) -> None:
        bench.needs(OpKind.STOCK)
        if not bench.caps.takes_zero:
            pytest.skip("capabilities: takes_zero is off")
        listed = bench.listed()
        for pieces in (0, 6):
            bench.done(OpKind.STOCK, listed, [bench.stock(listed.skus[0], pieces)])
        assert bench.shown_stock(listed) == 6

    def test_stock_is_what_buyers_may_still_take(self, bench: Bench) -> None:
        bench.needs(OpKind.STOCK)
        _order, listed = bench.bought(2)
        bench.done(OpKind.STOCK, listed, [bench.stock(listed.skus[0], 5)])
        assert bench.shown_stock(listed) == 5, "an open order was added or subtracted"
        bench.world.buy({bench.handle(listed): 5})
        assert bench.shown_stock(listed) == 0

    # visibility

    def test_hidden_listing_is_hidden(self, bench: Bench) -> None:
        bench.needs(OpKind.VISIBILITY)
        listed = bench.listed()
        bench.done(OpKind.VISIBILITY, listed, listed.skus, {"visible": False})
        assert bench.read(listed.remote_id).visible is False

    def test_hidden_listing_can_be_shown_again(self, bench: Bench) -> None:
        bench.needs(OpKind.VISIBILITY)
        listed = bench.listed()
        for visible in (False, True):
            bench.done(OpKind.VISIBILITY, listed, listed.skus, {"visible": visible})
        assert bench.read(listed.remote_id).visible is True

    def test_hiding_twice_is_harmless(self, bench: Bench) -> None:
        bench.needs(OpKind.VISIBILITY)
        listed = bench.listed()
        for _ in range(2):
            bench.done(OpKind.VISIBILITY, listed, listed.skus, {"visible": False})
        assert bench.read(listed.remote_id).visible is False

    def test_hiding_keeps_price_and_stock(self, bench: Bench) -> None:
        bench.needs(OpKind.VISIBILITY)
        listed = bench.listed()
        for visible in (False, True):
            bench.done(OpKind.VISIBILITY, listed, listed.skus, {"visible": visible})
        assert bench.shown_price(listed) == listed.skus[0].price_idr
        assert bench.shown_stock(listed) == sum(listed.skus[0].stock.values())

    def test_hidden_listing_is_still_listed(self, bench: Bench) -> None:
        bench.needs(OpKind.VISIBILITY)
        listed = bench.listed()
        bench.done(OpKind.VISIBILITY, listed, listed.skus, {"visible": False})
        assert listed.remote_id in {row.remote_id for row in bench.all()}

    # content

    def test_new_title_is_shown(self, bench: Bench) -> None:
        bench.needs(OpKind.CONTENT)
        listed = bench.listed()
        title = bench.sampler.title(unique())
        bench.done(OpKind.CONTENT, listed, listed.skus, {**listed.content, "title": title})
        assert bench.read(listed.remote_id).title == title

    def test_new_content_keeps_price_stock_and_ids(self, bench: Bench) -> None:
        bench.needs(OpKind.CONTENT)
        listed = bench.listed(min(2, bench.caps.skus_per_listing))
        bench.done(OpKind.CONTENT, listed, listed.skus, {**listed.content, "title": bench.sampler.title(unique())})
        for place, write in enumerate(listed.skus):
            assert bench.shown_price(listed, place) == write.price_idr
            assert bench.shown_stock(listed, place) == sum(write.stock.values())

    def test_content_sent_twice_is_harmless(self, bench: Bench) -> None:
        bench.needs(OpKind.CONTENT)
        listed = bench.listed()
        content = {**listed.content, "title": bench.sampler.title(unique())}
        for _ in range(2):
            bench.done(OpKind.CONTENT, listed, listed.skus, content)
        assert len(bench.read(listed.remote_id).skus) == 1

    def test_new_content_may_add_a_variant(self, bench: Bench) -> None:
        bench.needs(OpKind.CONTENT)
        bench.needs_variants(3)
        listed = bench.listed(2)
        extra = bench.new(1).skus[0]
        content: Any = bench.sampler.content(
            [*(w.seller_sku for w in listed.skus), extra.seller_sku], listed.content["pictures"], listed.title
        )
        op = bench.operation(OpKind.CONTENT, listed.remote_id, [*listed.skus, extra], content)
        after = bench.finished(bench.settle(op))
        assert [w.remote_sku_id for w in after.skus[:2]] == [w.remote_sku_id for w in listed.skus], (
            "old variants kept their ids"
        )
        assert {sku.remote_sku_id for sku in bench.read(listed.remote_id).skus} == {w.remote_sku_id for w in after.skus}

    def test_content_that_is_too_long_is_rejected(self, bench: Bench) -> None:
        bench.needs(OpKind.CONTENT)
        longest = bench.sampler.read().limits.get("title_max")
        if longest is None:
            pytest.skip("schema: no title_max")
        listed = bench.listed()
        op = bench.operation(
            OpKind.CONTENT, listed.remote_id, listed.skus, {**listed.content, "title": "Kue " * longest}
        )
        assert bench.settle(op).verdict is Verdict.REJECTED
        assert bench.read(listed.remote_id).title == listed.title

    # batches

    def test_each_operation_of_a_batch_gets_its_own_outcome(self, bench: Bench) -> None:
        ops = _stock_batch(bench)
        assert sorted(out.operation_id for out in _submitted(bench, ops)) == sorted(op.operation_id for op in ops)

    def test_batch_writes_the_right_value_to_each_listing(self, bench: Bench) -> None:
        listings = _batch_of_listings(bench)
        ops = [
            bench.operation(OpKind.STOCK, each.remote_id, [bench.stock(each.skus[0], 3 + n)])
            for n, each in enumerate(listings)
        ]
        _finish(bench, ops)
        assert [bench.shown_stock(each) for each in listings] == [3 + n for n in range(len(listings))]

    def test_order_of_a_batch_does_not_matter(self, bench: Bench) -> None:
        listings = _batch_of_listings(bench)
        ops = [
            bench.operation(OpKind.STOCK, each.remote_id, [bench.stock(each.skus[0], 4 + n)])
            for n, each in enumerate(listings)
        ]
        _finish(bench, ops[::-1])
        assert [bench.shown_stock(each) for each in listings] == [4 + n for n in range(len(listings))]

    def test_one_bad_row_never_fails_its_batch(self, bench: Bench) -> None:
        listings = _batch_of_listings(bench)
        ops = [bench.operation(OpKind.STOCK, each.remote_id, [bench.stock(each.skus[0], 8)]) for each in listings]
        bad = replace(ops[1], remote_id=ABSENT, skus=tuple(replace(w, remote_sku_id=ABSENT) for w in ops[1].skus))
        settled = _finish(bench, [ops[0], bad, *ops[2:]])
        assert _worst(settled[1]) is Verdict.REJECTED
        assert [_worst(each) for n, each in enumerate(settled) if n != 1] == [Verdict.DONE] * (len(ops) - 1)
        assert [bench.shown_stock(each) for n, each in enumerate(listings) if n != 1] == [8] * (len(ops) - 1)

    def test_kinds_of_one_call_travel_together(self, bench: Bench) -> None:
        bench.needs(*VALUES)
        if len({bench.caps.batch[kind].call for kind in VALUES}) > 1 or bench.caps.batch[OpKind.STOCK].listings < 2:
            pytest.skip("capabilities: price and stock do not share a call")
        first, second = bench.listed(), bench.listed()
        price = bench.operation(OpKind.PRICE, first.remote_id, [bench.price(first.skus[0], bench.sampler.price(6))])
        stock = bench.operation(OpKind.STOCK, second.remote_id, [bench.stock(second.skus[0], 6)])
        _finish(bench, [price, stock])
        assert bench.shown_price(first) == bench.sampler.price(6)
        assert bench.shown_stock(second) == 6

    def test_several_listings_are_hidden_in_one_call(self, bench: Bench) -> None:
        bench.needs(OpKind.VISIBILITY)
        if bench.caps.batch[OpKind.VISIBILITY].listings < 2:
            pytest.skip("capabilities: one listing a call")
        listings = [bench.listed(), bench.listed()]
        _finish(
            bench,
            [bench.operation(OpKind.VISIBILITY, each.remote_id, each.skus, {"visible": False}) for each in listings],
        )
        assert [bench.read(each.remote_id).visible for each in listings] == [False, False]

    def test_codes_of_ours_come_with_their_verdict(self, bench: Bench) -> None:
        """`locked`, `quota` and `alone` end by themselves: they are never a rejection."""
        bench.needs(OpKind.STOCK)
        listed = bench.listed()
        for pieces in (1, 2):
            for outcome in bench.done(OpKind.STOCK, listed, [bench.stock(listed.skus[0], pieces)]).trail:
                assert outcome.code not in ("locked", "campaign", "quota", "alone") or outcome.verdict is Verdict.RETRY


def _changed(bench: Bench, kind: OpKind, write: SkuWrite) -> SkuWrite:
    return bench.price(write, bench.sampler.price(5)) if kind is OpKind.PRICE else bench.stock(write, 5)


def _of_sku(settled: Settled, listing_sku_id: int) -> tuple[Verdict, str]:
    """A SKU's end: where an outcome on the way already refused it, that one counts."""
    for outcome in settled.trail:
        for sku in outcome.skus:
            if sku.listing_sku_id == listing_sku_id and sku.verdict is Verdict.REJECTED:
                return sku.verdict, sku.code + sku.message
    return effective(settled.outcome, listing_sku_id), settled.outcome.code + settled.outcome.message


def _worst(settled: Settled) -> Verdict:
    """A row's end with its only SKU's."""
    verdicts = [settled.verdict, *(_of_sku(settled, write.listing_sku_id)[0] for write in settled.operation.skus)]
    return Verdict.REJECTED if Verdict.REJECTED in verdicts else settled.verdict


def _batch_of_listings(bench: Bench) -> list[Listed]:
    """As many listings as one stock call takes, four at most."""
    bench.needs(OpKind.STOCK)
    batch = bench.caps.batch[OpKind.STOCK]
    size = min(BATCH, batch.listings, batch.skus if batch.skus is not None else BATCH)
    if size < 2:
        pytest.skip("capabilities: one listing a stock call")
    return [bench.listed() for _ in range(size)]


def _stock_batch(bench: Bench) -> list[Operation]:
    return [
        bench.operation(OpKind.STOCK, each.remote_id, [bench.stock(each.skus[0], 5)])
        for each in _batch_of_listings(bench)
    ]


def _submitted(bench: Bench, ops: Sequence[Operation]) -> Sequence[Outcome]:
    try:
        return bench.connector.submit(ops)
    except ChannelError as error:
        raise AssertionError(f"a batch failed as a whole: {type(error).__name__}: {error}") from error


def _finish(bench: Bench, ops: Sequence[Operation]) -> list[Settled]:
    """Submits a batch, then follows each operation alone; settled in the order of the operations."""
    outcomes = {out.operation_id: out for out in _submitted(bench, ops)}
    assert set(outcomes) == {op.operation_id for op in ops}, "one outcome per operation, matched by its id"
    return [bench.settle(op, outcomes[op.operation_id]) for op in ops]
