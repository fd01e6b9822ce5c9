"""Orders by window and by id, in the bridge's five cumulative quantities."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from bridge.connectors.paging import chunks, in_halves, still_pages
from bridge.connectors.shopee.client import ShopeeClient
from bridge.connectors.shopee.order_types import Order, OrderItem, OrderList, OrderPage
from bridge.connectors.wire import moment
from bridge.model import RemoteLine, RemoteOrder, Window

FIELDS = "item_list,package_list,total_amount,pay_time,pickup_done_time"
BUYER_FIELD = ",recipient_address"
AHEAD = timedelta(days=1)  # an open pull asks beyond now, so that nothing updated meanwhile falls out
MARGIN = timedelta(hours=1)  # a closed window ends so far in the past that it certainly is past
GONE_OUT = frozenset({"SHIPPED", "TO_CONFIRM_RECEIVE", "COMPLETED", "TO_RETURN"})
CLOSED = frozenset({"COMPLETED", "CANCELLED"})
LEFT = frozenset({"LOGISTICS_PICKUP_DONE", "LOGISTICS_DELIVERY_DONE", "LOGISTICS_DELIVERY_FAILED", "LOGISTICS_LOST"})


class OrderReader:
    """The orders of one shop."""

    def __init__(self, client: ShopeeClient) -> None:
        self._client = client
        self._batch = client.config["batch"]
        self._span = timedelta(days=client.config["orders"]["window_days"])
        self._several = bool(client.settings.places)
        self._fields = FIELDS if client.settings.buyer == "none" else FIELDS + BUYER_FIELD

    def pull(self, wanted: Window | Sequence[str]) -> Iterator[RemoteOrder | Window]:
        """A window's orders and then the window; or the orders of the ids that the shop knows."""
        if not isinstance(wanted, Window):
            yield from self._details(list(wanted))
            return
        for window in self._split(wanted):
            missing: list[str] = []
            for page in still_pages(window, self._client.clock, self._pages):
                yield from self._details(page, missing)
            if missing:  # listed but not told: the window was not walked whole, and silence must not look like it
                return
            yield window

    def one(self, order_sn: str) -> Order | None:
        """One order with its parcels; None for one that the shop does not have."""
        return (
            next((order for order in self._ask([order_sn]) if order.order_sn == order_sn), None) if order_sn else None
        )

    def _split(self, wanted: Window) -> Iterator[Window]:
        """Windows that Shopee takes. All but the last end in the past; an open one stays open."""
        since, now = wanted.since, self._client.clock()
        end = wanted.until if wanted.until is not None else now + MARGIN
        while end - since > self._span:
            until = min(since + self._span, max(now - MARGIN, since + self._span / 2))
            yield Window(since, until)
            since = until
        yield Window(since, wanted.until)

    def _pages(self, since: datetime, until: datetime | None) -> Iterator[list[str]]:
        """The order of the list is not stated."""
        if until is None:
            until = min(since + self._span, self._client.clock() + AHEAD)
        cursor = ""
        while True:
            page = self._client.get(
                "/order/get_order_list",
                OrderPage,
                time_range_field="update_time",
                time_from=int(since.timestamp()),
                time_to=int(until.timestamp()),
                page_size=self._batch["list_page"],
                cursor=cursor,
                request_order_status_pending="true",
            )
            yield [row.order_sn for row in page.order_list]
            if not page.more:
                return
            cursor = page.next_cursor

    def _details(self, ids: list[str], missing: list[str] | None = None) -> Iterator[RemoteOrder]:
        """By fifty. What a window listed but the details left out is asked once more, then put into `missing`."""
        for some in chunks(ids, self._batch["order_detail"]):
            found = {order.order_sn: order for order in self._ask(some)}
            if missing is not None:
                again = [sn for sn in some if sn not in found] if found else []
                found |= {order.order_sn: order for sn in again for order in self._ask([sn])}
                missing.extend(sn for sn in some if sn not in found)
            yield from (remote_order(order, self._several) for order in found.values())

    def _ask(self, ids: Sequence[str]) -> list[Order]:
        """The details; an order that Shopee does not know spoils the call for the others."""

        def ask(some: Sequence[str]) -> list[Order]:
            return self._client.get(
                "/order/get_order_detail",
                OrderList,
                order_sn_list=",".join(some),
                request_order_status_pending="true",
                response_optional_fields=self._fields,
            ).order_list

        return in_halves(ids, ask, lambda error: "not_found" in error.code)


def remote_order(order: Order, several: bool = False) -> RemoteOrder:
    """An order in our words; `several`: the shop has warehouses to tell apart."""
    left, created = _left(order), moment(order.create_time)
    return RemoteOrder(
        remote_id=order.order_sn,
        status=order.order_status,
        open=order.order_status not in CLOSED,
        created_at=created if created is not None else datetime.fromtimestamp(0, UTC),
        updated_at=moment(order.update_time),
        lines=tuple(_line(order, item, left, _place(item) if several else "") for item in order.item_list),
        buyer=_buyer(order),
        total_idr=round(order.total_amount) if order.total_amount > 0 else None,
    )


def _left(order: Order) -> Counter[tuple[str, str]] | None:
    """Pieces that certainly left, by item and model; None: all of it left, or nobody knows (which counts as left)."""
    if order.order_status in GONE_OUT:
        return None
    parcels: Counter[tuple[str, str]] = Counter()
    for package in order.package_list:
        if package.logistics_status in LEFT:
            parcels.update({(row.item_id, row.model_id): row.model_quantity for row in package.item_list})
    if order.order_status != "CANCELLED" or parcels:
        return parcels
    if order.pickup_done_time:
        return None
    known = order.pickup_done_time is not None or bool(order.package_list) or order.pay_time == 0
    return parcels if known else None


def _line(order: Order, item: OrderItem, left: Counter[tuple[str, str]] | None, place: str) -> RemoteLine:
    ordered = max(item.model_quantity_purchased, item.active_qty + item.cancelled_qty)
    cancelled = min(item.cancelled_qty, ordered)
    key = (item.item_id, item.model_id)
    if left is None:
        shipped = ordered - (cancelled if order.order_status != "CANCELLED" else 0)
    else:
        shipped = min(left[key], ordered - (cancelled if order.order_status != "CANCELLED" else 0))
        left[key] -= shipped
    recalled = 0
    if order.order_status == "CANCELLED":
        recalled, cancelled = shipped, ordered - shipped
    price = item.model_discounted_price if item.model_discounted_price > 0 else item.model_original_price
    varied = item.model_id != "0"
    return RemoteLine(
        remote_id=item.item_id,
        remote_sku_id=item.model_id,
        seller_sku=(item.model_sku if varied else item.item_sku) or None,
        title=" – ".join(text for text in (item.item_name, item.model_name) if text),
        ordered=ordered,
        shipped=shipped,
        cancelled=cancelled,
        recalled=recalled,
        returned=min(item.returned_qty, shipped) if order.order_status != "TO_RETURN" else 0,  # still on its way back
        price_idr=round(price) if price > 0 else None,
        location=place,
    )


def _place(item: OrderItem) -> str:
    """A text in Shopee's table, a list in its samples; of several the first."""
    told = item.product_location_id
    return told if isinstance(told, str) else next(iter(told), "")


def _buyer(order: Order) -> dict[str, str] | None:
    """As Shopee shows it, mostly masked; only what a parcel needs."""
    address = order.recipient_address
    if address is None:
        return None
    fields = {
        "name": address.name,
        "phone": address.phone,
        "address": address.full_address,
        "city": address.city,
        "province": address.state,
        "postcode": address.zipcode,
    }
    return {name: value for name, value in fields.items() if value}
