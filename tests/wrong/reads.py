"""Connectors that are wrong about what they read. Each is wrong in one way."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bridge.connectors.base import Find, Operation, Outcome
from bridge.connectors.memory import MemoryConnector
from bridge.errors import ChannelError, Rejected
from bridge.model import OpKind, RemoteListing, RemoteOrder, Window
from tests.wrong.base import Asks, Shows, caught_by, lines

# --- reads ---------------------------------------------------------------------------------------------------------


@caught_by("test_every_declared_way_to_find_answers", "test_created_listing_is_found_by_sku")
class DeclaresASearchItHasNot(MemoryConnector):
    def listings(self, by: Find, keys: Sequence[str], since: Any) -> Iterator[RemoteListing]:
        if by is Find.SKU:
            raise Rejected("no such search")
        yield from super().listings(by, keys, since)


@caught_by("test_sku_search_is_exact", "test_unknown_skus_are_left_out_and_the_others_read")
class SearchesByTheBeginning(MemoryConnector):
    def listings(self, by: Find, keys: Sequence[str], since: Any) -> Iterator[RemoteListing]:
        rows = super().listings(Find.ALL if by is Find.SKU else by, keys, since)
        stems = tuple(key[:4] for key in keys)
        yield from (
            row for row in rows if by is not Find.SKU or any((s.seller_sku or "").startswith(stems) for s in row.skus)
        )
        if "UJI-TIADA" in keys:
            yield from ()
            raise Rejected("UJI-TIADA was not found")


@caught_by("test_unknown_ids_are_left_out_and_the_others_read")
class FailsForAnUnknownId(MemoryConnector):
    def listings(self, by: Find, keys: Sequence[str], since: Any) -> Iterator[RemoteListing]:
        rows = list(super().listings(by, keys, since))
        if by is Find.ID and len(rows) < len(keys):
            raise Rejected("not found")
        yield from rows


@caught_by("test_all_pages_are_walked", "test_many_ids_are_read_in_pages")
class ReadsTheFirstPageOnly(MemoryConnector):
    def listings(self, by: Find, keys: Sequence[str], since: Any) -> Iterator[RemoteListing]:
        yield from list(super().listings(by, keys, since))[:50]


@caught_by("test_what_is_read_has_the_right_types")
class ReadsFloats(Shows):
    def shown(self, listing: RemoteListing) -> RemoteListing:
        return replace(listing, skus=tuple(replace(s, price_idr=float(s.price_idr or 0)) for s in listing.skus))  # type: ignore[arg-type]


@caught_by("test_times_of_listings_have_a_zone")
class ReadsLocalTimes(Shows):
    def shown(self, listing: RemoteListing) -> RemoteListing:
        return replace(listing, updated_at=listing.updated_at.replace(tzinfo=None) if listing.updated_at else None)


@caught_by(
    "test_edit_by_hand_is_seen", "test_sale_lowers_the_stock_that_is_read", "test_listing_hidden_by_hand_is_seen_hidden"
)
class RemembersWhatItRead(MemoryConnector):
    def listings(self, by: Find, keys: Sequence[str], since: Any) -> Iterator[RemoteListing]:
        seen = self.__dict__.setdefault("_seen", {})
        for row in super().listings(by, keys, since):
            yield seen.setdefault(row.remote_id, row) if row.skus else row

    def submit(self, operations: Sequence[Operation]) -> Sequence[Outcome]:
        outcomes = super().submit(operations)
        for outcome in outcomes:
            list(self.listings(Find.ID, [outcome.remote_id or ""], None))
        return outcomes


@caught_by("test_created_listing_is_among_the_changed", "test_edit_by_hand_is_among_the_changed")
class ForgetsTheSince(MemoryConnector):
    def listings(self, by: Find, keys: Sequence[str], since: Any) -> Iterator[RemoteListing]:
        yield from super().listings(by, keys, since + timedelta(days=1) if since and since.year > 2025 else since)


@caught_by("test_reading_listings_changes_nothing")
class TouchesWhatItReads(Shows):
    def shown(self, listing: RemoteListing) -> RemoteListing:
        self._market.edit(listing.remote_id, title=f"{listing.title}.")
        return listing


# --- orders --------------------------------------------------------------------------------------------------------


@caught_by("test_order_is_in_the_window_and_the_window_comes_last", "test_order_flag_and_behaviour_agree")
class NeverNamesItsWindow(MemoryConnector):
    def orders(self, wanted: Window | Sequence[str]) -> Iterator[RemoteOrder | Window]:
        yield from (row for row in super().orders(wanted) if isinstance(row, RemoteOrder))


@caught_by("test_order_is_in_the_window_and_the_window_comes_last")
class NamesItsWindowFirst(MemoryConnector):
    def orders(self, wanted: Window | Sequence[str]) -> Iterator[RemoteOrder | Window]:
        yield from sorted(super().orders(wanted), key=lambda row: isinstance(row, RemoteOrder))


@caught_by("test_broken_walk_never_names_its_window")
class SwallowsABrokenWalk(MemoryConnector):
    def orders(self, wanted: Window | Sequence[str]) -> Iterator[RemoteOrder | Window]:
        try:
            yield from super().orders(wanted)
        except ChannelError:
            if isinstance(wanted, Window):
                yield wanted


@caught_by("test_all_pages_of_orders_are_walked")
class ReadsTheFirstOrdersOnly(MemoryConnector):
    def orders(self, wanted: Window | Sequence[str]) -> Iterator[RemoteOrder | Window]:
        rows = list(super().orders(wanted))
        yield from [*rows[:-1][:10], *rows[-1:]]


@caught_by(
    "test_unpaid_order_is_open_and_holds_its_pieces", "test_order_of_one_pull_turns_up_in_the_next_after_a_change"
)
class LeavesOutUnpaidOrders(Shows):
    def ordered(self, order: RemoteOrder) -> RemoteOrder | None:
        return replace(order, open=False) if order.status in ("UNPAID", "PAID") else order


@caught_by("test_shipped_stays_shipped_after_delivery", "test_quantities_never_fall")
class ForgetsWhatWasShipped(Shows):
    def ordered(self, order: RemoteOrder) -> RemoteOrder:
        return order if order.status == "SHIPPED" else lines(order, shipped=lambda _line: 0)


@caught_by("test_returned_piece_stays_shipped")
class CallsReturnedCancelled(Shows):
    def ordered(self, order: RemoteOrder) -> RemoteOrder:
        return lines(order, cancelled=lambda n: n.cancelled + n.returned, shipped=lambda n: n.shipped - n.returned)


@caught_by("test_piece_is_shipped_or_cancelled_never_both")
class CountsAPieceTwice(Shows):
    def ordered(self, order: RemoteOrder) -> RemoteOrder:
        return lines(order, cancelled=lambda n: n.cancelled + n.recalled)


@caught_by("test_cancelled_part_leaves_the_rest_held", "test_cancelled_order_holds_nothing_and_is_over")
class KnowsNoCancelledPieces(Shows):
    def ordered(self, order: RemoteOrder) -> RemoteOrder:
        return lines(order, cancelled=lambda _line: 0)


@caught_by("test_order_names_the_sku_that_was_bought", "test_line_ids_are_those_of_the_listing")
class NamesNoSku(Shows):
    def ordered(self, order: RemoteOrder) -> RemoteOrder:
        return replace(order, lines=tuple(replace(n, remote_sku_id=None, seller_sku=None) for n in order.lines))


@caught_by("test_line_price_is_that_of_one_piece_in_whole_rupiah")
class PricesTheWholeLine(Shows):
    def ordered(self, order: RemoteOrder) -> RemoteOrder:
        return lines(order, price_idr=lambda n: n.price_idr * n.ordered)


@caught_by("test_times_of_orders_have_a_zone")
class OrdersInLocalTime(Shows):
    def ordered(self, order: RemoteOrder) -> RemoteOrder:
        return replace(order, created_at=order.created_at.replace(tzinfo=None))


@caught_by("test_unknown_order_is_left_out_and_the_others_read")
class FailsForAnUnknownOrder(MemoryConnector):
    def orders(self, wanted: Window | Sequence[str]) -> Iterator[RemoteOrder | Window]:
        rows = list(super().orders(wanted))
        if not isinstance(wanted, Window) and len(rows) < len(wanted):
            raise Rejected("not found")
        yield from rows


@caught_by("test_reading_by_id_names_no_window")
class NamesAWindowForIds(MemoryConnector):
    def orders(self, wanted: Window | Sequence[str]) -> Iterator[RemoteOrder | Window]:
        yield from super().orders(wanted)
        if not isinstance(wanted, Window):
            yield Window(self._ports.clock(), None)


@caught_by("test_old_order_is_found_by_windows_of_the_declared_width")
class ReachesBackAMonth(Shows):
    def ordered(self, order: RemoteOrder) -> RemoteOrder | None:
        return order if self._ports.clock() - order.created_at < timedelta(days=30) else None


@caught_by("test_window_that_is_past_leaves_later_orders_out")
class IgnoresTheEnd(MemoryConnector):
    def orders(self, wanted: Window | Sequence[str]) -> Iterator[RemoteOrder | Window]:
        rows = super().orders(replace(wanted, until=None) if isinstance(wanted, Window) else wanted)
        yield from (wanted if isinstance(row, Window) and isinstance(wanted, Window) else row for row in rows)


@caught_by("test_order_that_we_ship_is_shipped", "test_lost_answer_of_an_order_write_is_found_by_looking")
class CancelsInsteadOfShipping(Asks):
    def asked(self, op: Operation) -> Operation:
        return replace(op, kind=OpKind.CANCEL) if op.kind is OpKind.SHIP else op


@caught_by("test_order_writes_need_orders", orders_by=None)
class ShipsWhatItCannotRead(MemoryConnector):
    pass


@caught_by("test_stock_of_two_warehouses_is_kept_apart", shape="two-places")
class ReadsAllInOneWarehouse(Shows):
    def shown(self, listing: RemoteListing) -> RemoteListing:
        skus = (replace(sku, stock={"UTARA": sum((sku.stock or {}).values())}) for sku in listing.skus)
        return replace(listing, skus=tuple(skus))


@caught_by("test_line_comes_from_a_warehouse_of_the_shop_or_tells_none")
class TakesGoodsFromElsewhere(Shows):
    def ordered(self, order: RemoteOrder) -> RemoteOrder:
        return replace(order, lines=tuple(replace(line, location="TIMUR") for line in order.lines))
