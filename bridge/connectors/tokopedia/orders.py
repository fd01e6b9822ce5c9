"""Orders of both storefronts by window and by id, in the bridge's five cumulative quantities.

The list tells orders in full, so a quiet pull is two reads (orders, returns) and a busy one a read per hundred and one for the
returns of those. A line item is one piece. The
platform takes pieces off the figure when an order is created, so unpaid orders hold like all others.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bridge.connectors.paging import chunks, in_halves, still_pages
from bridge.connectors.tokopedia.client import TokopediaClient
from bridge.connectors.tokopedia.errors import FOREIGN_ORDER
from bridge.connectors.tokopedia.order_types import Order, OrderPage, Part, Unit
from bridge.connectors.tokopedia.returns import ReturnReader
from bridge.connectors.wire import moment
from bridge.model import RemoteLine, RemoteOrder, Window

SEARCH, DETAIL = "/order/202309/orders/search", "/order/202507/orders"
CANCELLED = frozenset({"CANCELLED", "CANCEL"})
CLOSED = CANCELLED | {"COMPLETED"}
WAITS = frozenset({"UNPAID", "ON_HOLD", "AWAITING_SHIPMENT", "AWAITING_COLLECTION"})
GONE_OUT = frozenset({"IN_TRANSIT", "DELIVERED", "COMPLETED"})
BY_SELLER = frozenset({"", "FULFILLMENT_BY_SELLER"})  # others are sent from stock that is not the merchant's own


class OrderReader:
    """The orders of one shop."""

    def __init__(self, client: TokopediaClient) -> None:
        self._client = client
        self._batch = client.config["batch"]
        self._buyer = client.settings.buyer != "none"
        self._several = len(client.settings.locations) > 1
        self._returns = ReturnReader(client)

    def pull(self, wanted: Window | Sequence[str]) -> Iterator[RemoteOrder | Window]:
        """A window's orders and then the window; or the orders of the ids that the shop knows."""
        if not isinstance(wanted, Window):
            yield from self._by_id(wanted)
            return
        told: set[str] = set()
        for page in still_pages(wanted, self._client.clock, self._pages):
            told |= {order.id for order in page}
            yield from self._tell(page)
        yield from self._by_id([each for each in self._returns.touched(wanted.since, wanted.until) if each not in told])
        yield wanted

    def one(self, order_id: str) -> Order | None:
        """One order as the platform tells it; None for one that the shop does not have."""
        return next((order for order in self._find([order_id]) if order.id == order_id), None) if order_id else None

    def _by_id(self, ids: Sequence[str]) -> Iterator[RemoteOrder]:
        for some in chunks(list(dict.fromkeys(ids)), self._batch["order_detail"]):
            yield from self._tell(self._find(some))

    def _find(self, ids: Sequence[str]) -> list[Order]:
        return in_halves(ids, self._ask, lambda error: error.code in FOREIGN_ORDER)

    def _tell(self, orders: Sequence[Order]) -> Iterator[RemoteOrder]:
        """With what came back of those that had gone out."""
        back = self._returns.back(order.id for order in orders if order.status in GONE_OUT)
        return (remote_order(order, self._buyer, back, self._several) for order in orders)

    def _ask(self, ids: Sequence[str]) -> list[Order]:
        return self._client.get(DETAIL, OrderPage, ids=",".join(ids)).orders

    def _pages(self, since: datetime, until: datetime | None) -> Iterator[list[Order]]:
        """Newest first; an open window has no upper bound."""
        body = {"update_time_ge": int(since.timestamp())}
        body |= {"update_time_lt": int(until.timestamp()) + 1} if until is not None else {}
        token = ""
        while True:
            page = self._client.search(
                SEARCH,
                body,
                OrderPage,
                page_size=self._batch["page"],
                sort_field="update_time",
                sort_order="DESC",
                page_token=token,
            )
            yield page.orders
            if page.next_page_token in ("", token):
                return
            token = page.next_page_token


def remote_order(order: Order, with_buyer: bool, back: Collection[str] = (), several: bool = False) -> RemoteOrder:
    """An order in our words; `back` names the line items that were returned; `several`: the shop has warehouses to tell apart. One
    that the platform sends from its own stock has no lines: nothing of ours moves."""
    place = order.warehouse_id if several else ""
    units = order.line_items if order.fulfillment_type in BY_SELLER else []
    groups: dict[tuple[str, str], list[tuple[Unit, Part | None]]] = {}
    for unit in units:
        parts: list[Part | None] = list(unit.combined_listing_skus) if unit.combined_listing_skus else [None]
        for part in parts:
            key = (part.product_id, part.sku_id) if part is not None else (unit.product_id, unit.sku_id)
            groups.setdefault(key, []).append((unit, part))
    created = moment(order.create_time)
    total = order.payment.total_amount
    return RemoteOrder(
        remote_id=order.id,
        status=order.status,
        open=order.status not in CLOSED,
        created_at=created if created is not None else datetime.fromtimestamp(0, UTC),
        updated_at=moment(order.update_time),
        lines=tuple(
            replace(_line(order, product_id, sku_id, rows, back), location=place)
            for (product_id, sku_id), rows in groups.items()
        ),
        buyer=_buyer(order) if with_buyer else None,
        total_idr=round(total) if total is not None else None,
    )


def _line(
    order: Order, product_id: str, sku_id: str, rows: Sequence[tuple[Unit, Part | None]], back: Collection[str]
) -> RemoteLine:
    counts: dict[str, Any] = {"ordered": 0, "shipped": 0, "cancelled": 0, "recalled": 0, "returned": 0}
    for unit, part in rows:
        pieces = part.sku_count if part is not None else 1
        counts["ordered"] += pieces
        moved = _moved(order, unit)
        for name in (*moved, "returned") if moved == ("shipped",) and unit.id in back else moved:
            counts[name] += pieces
    first, part = rows[0]
    price = first.sale_price if part is None else None
    return RemoteLine(
        remote_id=product_id or None,
        remote_sku_id=sku_id or None,
        seller_sku=(part.seller_sku if part is not None else first.seller_sku).strip() or None,
        title=" – ".join(text for text in (first.product_name, first.sku_name) if text),
        price_idr=round(price) if price is not None else None,
        **counts,
    )


def _moved(order: Order, unit: Unit) -> tuple[str, ...]:
    """What became of one piece. A cancelled one that nobody knows of whether it left counts as shipped."""
    status = unit.display_status
    if status in CANCELLED or order.status in CANCELLED:
        return ("shipped", "recalled") if _had_left(order, unit) else ("cancelled",)
    return ("shipped",) if status in GONE_OUT or order.status in GONE_OUT else ()


def _had_left(order: Order, unit: Unit) -> bool:
    """A tracking number comes when shipment is arranged; the time of collection says whether the parcel went with it."""
    if order.status in WAITS:
        return False  # the rest of the order has not left either
    arranged = bool(unit.tracking_number or order.tracking_number)
    collected = order.collection_time
    return order.delivery_time > 0 or (collected > 0 if collected is not None else arranged)


def _buyer(order: Order) -> dict[str, str] | None:
    """As the platform shows it, mostly masked; only what a parcel needs."""
    address = order.recipient_address
    if address is None:
        return None
    fields = {
        "name": address.name,
        "phone": address.phone_number,
        "address": address.full_address,
        "postcode": address.postal_code,
    }
    return {name: value for name, value in fields.items() if value}
