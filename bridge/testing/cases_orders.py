"""Cases about orders: a window is complete or not named, quantities are cumulative, what is shipped stays shipped."""

from datetime import timedelta

import pytest

from bridge.connectors.base import LabelSource, Verdict
from bridge.errors import ChannelError, ChannelUnavailable, Rejected
from bridge.model import OpKind, RemoteOrder, Window
from bridge.testing.bench import ABSENT, Bench, kept, total
from bridge.testing.driver import TRIES, pass_time
from bridge.testing.worlds import now

DAYS_AGO = 40


class OrderCases:
    # windows

    def test_window_without_orders_gives_the_window_only(self, bench: Bench) -> None:
        bench.needs_orders()
        window = Window(now() - timedelta(days=DAYS_AGO), now() - timedelta(days=DAYS_AGO) + timedelta(hours=1))
        assert bench.walk(window) == [window]

    def test_order_is_in_the_window_and_the_window_comes_last(self, bench: Bench) -> None:
        order_id, _listed = bench.bought()
        window = bench.recent()
        walked = bench.walk(window)
        assert walked[-1] == window
        assert [row for row in walked if isinstance(row, Window)] == [window], "a window is named once, at its end"
        assert order_id in {row.remote_id for row in walked if isinstance(row, RemoteOrder)}

    def test_window_with_an_end_holds_the_order_too(self, bench: Bench) -> None:
        order_id, _listed = bench.bought()
        window = Window(bench.recent().since, now() + timedelta(minutes=5))
        walked = bench.walk(window)
        assert order_id in {row.remote_id for row in walked if isinstance(row, RemoteOrder)}
        assert walked[-1] == window

    def test_window_that_is_past_leaves_later_orders_out(self, bench: Bench) -> None:
        order_id, _listed = bench.bought()
        window = Window(now() - timedelta(days=3), now() - timedelta(days=2))
        assert order_id not in {row.remote_id for row in bench.walk(window) if isinstance(row, RemoteOrder)}

    def test_broken_walk_never_names_its_window(self, bench: Bench) -> None:
        bench.needs_calls()
        bench.bought()
        window = bench.recent()
        bench.world.throttle(timedelta(hours=1))
        got: list[RemoteOrder | Window] = []
        with pytest.raises(ChannelError):
            got.extend(bench.connector.orders(window))
        bench.world.calm()
        assert not any(isinstance(row, Window) for row in got)

    def test_old_order_is_found_by_windows_of_the_declared_width(self, bench: Bench) -> None:
        width = bench.caps.order_window
        order_id, _listed = bench.bought(age_s=DAYS_AGO * 86400)
        found: set[str] = set()
        edge, end = now() - timedelta(days=DAYS_AGO + 1), now()
        while edge < end:
            until = min(edge + (width if width is not None else end - edge), end)
            *orders, window = bench.walk(Window(edge, until))
            assert window == Window(edge, until)
            found |= {row.remote_id for row in orders if isinstance(row, RemoteOrder)}
            edge = until
        assert order_id in found

    def test_order_of_one_pull_turns_up_in_the_next_after_a_change(self, bench: Bench) -> None:
        order_id, _listed = bench.bought(paid=False)
        bench.walk(bench.recent())
        bench.world.move(order_id, "pay")
        again = [
            row for row in bench.walk(bench.recent()) if isinstance(row, RemoteOrder) and row.remote_id == order_id
        ]
        assert again
        assert again[-1].open

    def test_all_pages_of_orders_are_walked(self, bench: Bench) -> None:
        bench.needs_orders()
        listed = bench.listed()
        pieces = sum(listed.skus[0].stock.values())
        ids = {bench.world.buy({bench.handle(listed): 1}) for _ in range(pieces)}
        found = {row.remote_id for row in bench.walk(bench.recent()) if isinstance(row, RemoteOrder)}
        assert ids <= found

    # by id

    def test_order_is_read_by_its_id(self, bench: Bench) -> None:
        order_id, _listed = bench.bought()
        assert bench.order(order_id).remote_id == order_id

    def test_reading_by_id_names_no_window(self, bench: Bench) -> None:
        order_id, _listed = bench.bought()
        assert not any(isinstance(row, Window) for row in bench.connector.orders([order_id]))

    def test_unknown_order_is_left_out_and_the_others_read(self, bench: Bench) -> None:
        order_id, _listed = bench.bought()
        found = [row.remote_id for row in bench.connector.orders([ABSENT, order_id]) if isinstance(row, RemoteOrder)]
        assert set(found) == {order_id}

    def test_window_and_id_show_the_same_order(self, bench: Bench) -> None:
        order_id, _listed = bench.bought()
        by_window = [r for r in bench.walk(bench.recent()) if isinstance(r, RemoteOrder) and r.remote_id == order_id][
            -1
        ]
        by_id = bench.order(order_id)
        assert (by_window.lines, by_window.status, by_window.open) == (by_id.lines, by_id.status, by_id.open)

    # what an order says

    def test_order_names_the_sku_that_was_bought(self, bench: Bench) -> None:
        order_id, listed = bench.bought(2)
        (line,) = bench.order(order_id).lines
        shown = bench.sku(listed)
        assert line.remote_sku_id == shown.remote_sku_id or (
            line.seller_sku is not None and line.seller_sku == shown.seller_sku
        )

    def test_line_ids_are_those_of_the_listing(self, bench: Bench) -> None:
        """A line without a SKU id must at least carry the seller SKU, else nobody can book it."""
        order_id, _listed = bench.bought()
        assert all(
            line.remote_sku_id is not None or line.seller_sku is not None for line in bench.order(order_id).lines
        )

    def test_line_comes_from_a_warehouse_of_the_shop_or_tells_none(self, bench: Bench) -> None:
        order_id, _listed = bench.bought()
        places = {*bench.connector.check().locations, ""}
        assert {line.location for line in bench.order(order_id).lines} <= places

    def test_order_counts_pieces(self, bench: Bench) -> None:
        order_id, _listed = bench.bought(3)
        order = bench.order(order_id)
        assert (total(order, "ordered"), kept(order)) == (3, 3)
        assert [total(order, name) for name in ("shipped", "cancelled", "recalled", "returned")] == [0, 0, 0, 0]

    def test_order_of_two_variants_has_both(self, bench: Bench) -> None:
        bench.needs_orders()
        bench.needs_variants(2)
        listed = bench.listed(2)
        order = bench.order(bench.world.buy({bench.handle(listed, 0): 1, bench.handle(listed, 1): 2}))
        assert sorted(line.ordered for line in order.lines) == [1, 2]

    def test_line_price_is_that_of_one_piece_in_whole_rupiah(self, bench: Bench) -> None:
        order_id, listed = bench.bought(2)
        (line,) = bench.order(order_id).lines
        assert line.price_idr is None or line.price_idr == listed.skus[0].price_idr

    def test_times_of_orders_have_a_zone(self, bench: Bench) -> None:
        order_id, _listed = bench.bought()
        order = bench.order(order_id)
        assert order.created_at.utcoffset() is not None
        assert order.updated_at is None or order.updated_at.utcoffset() is not None
        assert abs(order.created_at - now()) < timedelta(minutes=5)

    def test_unpaid_order_is_open_and_holds_its_pieces(self, bench: Bench) -> None:
        order_id, _listed = bench.bought(2, paid=False)
        order = bench.order(order_id)
        assert order.open
        assert kept(order) == 2

    def test_paying_changes_no_quantity(self, bench: Bench) -> None:
        order_id, _listed = bench.bought(2, paid=False)
        before = bench.order(order_id)
        bench.world.move(order_id, "pay")
        after = bench.order(order_id)
        assert after.lines == before.lines
        assert after.open

    def test_shipped_pieces_are_shipped(self, bench: Bench) -> None:
        order_id, _listed = bench.bought(2)
        bench.world.move(order_id, "ship")
        order = bench.order(order_id)
        assert (total(order, "ordered"), total(order, "shipped"), kept(order)) == (2, 2, 0)

    def test_shipped_stays_shipped_after_delivery(self, bench: Bench) -> None:
        order_id, _listed = bench.bought(2)
        for action in ("ship", "deliver"):
            bench.world.move(order_id, action)
        order = bench.order(order_id)
        assert (total(order, "shipped"), kept(order)) == (2, 0)

    def test_returned_piece_stays_shipped(self, bench: Bench) -> None:
        order_id, _listed = bench.bought(2)
        for action in ("ship", "deliver", "return"):
            bench.world.move(order_id, action)
        order = bench.order(order_id)
        assert total(order, "shipped") == 2, "what came back had left"
        assert total(order, "cancelled") == 0

    def test_cancelled_order_holds_nothing_and_is_over(self, bench: Bench) -> None:
        order_id, _listed = bench.bought(2)
        bench.world.move(order_id, "cancel")
        order = bench.order(order_id)
        assert (kept(order), total(order, "shipped")) == (0, 0)
        assert not order.open

    def test_cancelled_unpaid_order_holds_nothing(self, bench: Bench) -> None:
        order_id, _listed = bench.bought(2, paid=False)
        bench.world.move(order_id, "cancel")
        assert kept(bench.order(order_id)) == 0

    def test_cancelled_part_leaves_the_rest_held(self, bench: Bench) -> None:
        order_id, listed = bench.bought(3)
        try:
            bench.world.move(order_id, "cancel", {bench.handle(listed): 1})
        except ValueError as refusal:
            pytest.skip(f"world: this channel cancels whole orders only ({refusal})")
        order = bench.order(order_id)
        assert kept(order) == 2
        assert order.open

    def test_quantities_never_fall(self, bench: Bench) -> None:
        order_id, _listed = bench.bought(2, paid=False)
        seen = [bench.order(order_id)]
        for action in ("pay", "ship", "deliver", "return"):
            bench.world.move(order_id, action)
            seen.append(bench.order(order_id))
        for name in ("ordered", "shipped", "cancelled", "recalled", "returned"):
            numbers = [total(order, name) for order in seen]
            assert numbers == sorted(numbers), f"{name} fell: {numbers}"

    def test_piece_is_shipped_or_cancelled_never_both(self, bench: Bench) -> None:
        order_id, _listed = bench.bought(2)
        bench.world.move(order_id, "ship")
        try:
            bench.world.move(order_id, "cancel")
        except ValueError:
            pytest.skip("world: this channel cannot cancel what was shipped")
        order = bench.order(order_id)
        assert all(line.shipped + line.cancelled <= line.ordered for line in order.lines)
        assert total(order, "shipped") == 2

    def test_reading_orders_changes_nothing(self, bench: Bench) -> None:
        order_id, _listed = bench.bought()
        before, writes = bench.world.state(), bench.world.lent.count.writes
        bench.walk(bench.recent())
        bench.order(order_id)
        assert bench.world.state() == before
        assert bench.world.lent.count.writes == writes

    # order writes

    def test_order_that_we_ship_is_shipped(self, bench: Bench) -> None:
        bench.needs(OpKind.SHIP)
        order_id, _listed = bench.bought(2)
        assert bench.settle(bench.order_write(OpKind.SHIP, order_id)).verdict is Verdict.DONE
        assert total(bench.order(order_id), "shipped") + kept(bench.order(order_id)) == 2
        assert total(bench.order(order_id), "cancelled") == 0

    def test_order_that_we_cancel_holds_nothing(self, bench: Bench) -> None:
        bench.needs(OpKind.CANCEL)
        order_id, _listed = bench.bought(2)
        assert bench.settle(bench.order_write(OpKind.CANCEL, order_id)).verdict is Verdict.DONE
        assert kept(bench.order(order_id)) == 0

    @pytest.mark.parametrize("kind", [OpKind.SHIP, OpKind.CANCEL])
    def test_unknown_order_is_rejected_not_raised(self, bench: Bench, kind: OpKind) -> None:
        bench.needs(kind)
        bench.needs_orders()
        assert bench.settle(bench.order_write(kind, ABSENT)).verdict is Verdict.REJECTED

    def test_cancelled_order_cannot_be_shipped(self, bench: Bench) -> None:
        bench.needs(OpKind.SHIP)
        order_id, _listed = bench.bought()
        bench.world.move(order_id, "cancel")
        assert bench.settle(bench.order_write(OpKind.SHIP, order_id)).verdict is Verdict.REJECTED

    def test_label_is_a_pdf(self, bench: Bench) -> None:
        if not isinstance(bench.connector, LabelSource):
            pytest.skip("abilities: no LabelSource")
        bench.needs(OpKind.SHIP)
        order_id, _listed = bench.bought()
        bench.settle(bench.order_write(OpKind.SHIP, order_id))
        assert _label(bench, bench.connector, order_id).startswith(b"%PDF")

    def test_label_of_an_unknown_order_is_refused(self, bench: Bench) -> None:
        if not isinstance(bench.connector, LabelSource):
            pytest.skip("abilities: no LabelSource")
        with pytest.raises(Rejected):
            bench.connector.label(ABSENT)


def _label(bench: Bench, source: LabelSource, order_id: str) -> bytes:
    """Channels make it a little later: ChannelUnavailable says when to ask again."""
    for _ in range(TRIES):
        try:
            return source.label(order_id)
        except ChannelUnavailable as error:
            pass_time(bench.outside, error.retry_after)
    raise AssertionError("the label is never made")
