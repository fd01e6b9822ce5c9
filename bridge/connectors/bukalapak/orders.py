"""Transactions by creation time and by id, in the bridge's five cumulative quantities; shipping them and rejecting them."""

from collections.abc import Iterator, Sequence
from datetime import UTC

from bridge.connectors.base import Operation, Outcome
from bridge.connectors.bukalapak.client import BukalapakClient
from bridge.connectors.bukalapak.listings import remote_id_of
from bridge.connectors.bukalapak.types import (
    Consignee,
    Envelope,
    Product,
    Transaction,
    TransactionAnswer,
    TransactionPage,
    first_of,
)
from bridge.connectors.outcomes import absent, done
from bridge.errors import OutcomeUnknown, Rejected
from bridge.model import OpKind, RemoteLine, RemoteOrder, Window

LEFT = frozenset({"delivered", "received", "remitted"})
ENDED = frozenset({"rejected", "cancelled", "expired", "refunded"})
CLOSED = ENDED | {"remitted"}
KNOWN_COURIERS = frozenset({"JNE", "TIKI", "POS"})  # others travel in a field of their own
PASSES = 3


class OrderReader:
    """The sales of one shop. The list can be cut by the day of creation only, so open orders are also asked for by id."""

    def __init__(self, client: BukalapakClient) -> None:
        self._client = client
        self._with_buyer = client.settings.buyer != "none"

    def pull(self, wanted: Window | Sequence[str]) -> Iterator[RemoteOrder | Window]:
        """A window's orders and then the window; or the orders of the ids that the shop knows."""
        if not isinstance(wanted, Window):
            found = (self.transaction(order_id) for order_id in wanted)
            yield from (self._order(each) for each in found if each is not None)
            return
        unclear = []
        for row in self._walk(wanted):
            try:
                yield self._order(row)
            except OutcomeUnknown as error:
                unclear.append(error)
        if unclear:  # said, after all others were given: silence would look like a complete window
            raise unclear[0]
        yield wanted

    def _order(self, row: Transaction) -> RemoteOrder:
        return remote_order(row, self._with_buyer)

    def _walk(self, window: Window) -> Iterator[Transaction]:
        """All pages; after more than one again, until nothing new turns up: page numbers shift when orders come in."""
        seen: set[str] = set()
        for _ in range(PASSES):
            pages = news = 0
            for page in self._client.pages(lambda number: self._page(number, window), lambda row: row.id):
                pages += 1
                fresh = [row for row in page if row.id not in seen]
                news += len(fresh)
                seen.update(row.id for row in fresh)
                yield from (row for row in fresh if self._is_wanted(row, window))
            if pages <= 1 or news == 0:
                return
        raise OutcomeUnknown("GET /transactions.json: the list keeps changing while it is read")

    def _page(self, number: int, window: Window) -> Sequence[Transaction]:
        size = self._client.config["pages"]["transactions"]
        day = window.since.astimezone(UTC).date().isoformat()  # never later than the day in WIB, whichever is meant
        page = self._client.get(
            "/transactions", TransactionPage, page=number, per_page=size, seller=1, created_since=day
        )
        return page.transactions

    def _is_wanted(self, row: Transaction, window: Window) -> bool:
        """Created before the window's end, and a sale: without `seller=1` purchases would be among them.

        The list is cut by the day. What it tells of earlier hours is given too: an open order among it need not be asked for by id.
        """
        if row.buyer is not None and row.buyer.id == self._client.shop:
            return False
        return window.until is None or row.created_at <= window.until

    def transaction(self, order_id: str) -> Transaction | None:
        """One transaction; None for one that is unknown or another shop's."""
        if not order_id.isdigit():
            return None
        try:
            return self._client.get(f"/transactions/{order_id}", TransactionAnswer).transaction
        except Rejected:
            return None


def remote_order(row: Transaction, with_buyer: bool = True) -> RemoteOrder:
    """A transaction in our words. Raises OutcomeUnknown where it does not say how many of which product."""
    pieces = [product.order_quantity for product in row.products]
    if len(pieces) == 1 and pieces[0] is None:
        pieces = [row.quantity]  # 2013: only the sum is told
    elif row.quantity == len(pieces):
        pieces = [1 if number is None else number for number in pieces]
    if not pieces or any(number is None or number < 0 for number in pieces):
        raise OutcomeUnknown(f"transaction {row.id} does not say how many pieces of which product were ordered")
    left = _has_left(row)
    return RemoteOrder(
        remote_id=row.id,
        status=row.state,
        open=row.state not in CLOSED,
        created_at=row.created_at,
        updated_at=row.updated_at,
        lines=tuple(_line(row, product, n or 0, left) for product, n in zip(row.products, pieces, strict=True)),
        buyer=_buyer(row.consignee) if with_buyer else None,
        total_idr=row.total_amount,
    )


def _has_left(row: Transaction) -> bool:
    """Whether the goods went out. A refund that does not say: they did, as the stock on the shelf is then counted too low."""
    times = row.state_changes
    if row.state in LEFT or (times is not None and any((times.delivered_at, times.received_at, times.remitted_at))):
        return True
    if row.state not in ENDED:
        return False
    return bool(row.shipping_code) or (row.state == "refunded" and times is None)


def _line(row: Transaction, product: Product, ordered: int, left: bool) -> RemoteLine:
    ended = row.state in ENDED
    return RemoteLine(
        remote_id=product.id,
        remote_sku_id=product.id,
        seller_sku=None,
        title=product.name,
        ordered=ordered,
        shipped=ordered if left else 0,
        cancelled=ordered if ended and not left else 0,
        recalled=ordered if ended and left else 0,
        price_idr=first_of(product.accepted_price, product.price),
    )


def _buyer(consignee: Consignee | None) -> dict[str, str] | None:
    """Only what a parcel needs."""
    if consignee is None:
        return None
    fields = {
        "name": consignee.name,
        "phone": consignee.phone,
        "address": ", ".join(text for text in (consignee.address, consignee.area) if text),
        "city": consignee.city,
        "province": consignee.province,
        "postcode": consignee.post_code,
    }
    return {name: value for name, value in fields.items() if value}


# --- writes -----------------------------------------------------------------------------------------------------------


class OrderWriter:
    """Confirming the shipping is a seller's only step forward; there is no accepting."""

    def __init__(self, client: BukalapakClient, reader: OrderReader) -> None:
        self._client, self._reader = client, reader

    def ship(self, operation: Operation) -> Outcome:
        """`payload`: tracking_number, courier."""
        payload = operation.payload
        number = str(payload.get("tracking_number") or "")
        if not number:
            raise Rejected("the seller hires the courier: its tracking number is needed", "shipping_way")
        fields = {"transaction_id": remote_id_of(operation), "shipping_code": number}
        courier = str(payload.get("courier") or "")
        if courier and courier.upper() not in KNOWN_COURIERS:
            fields["new_courier"] = courier
        self._client.send("POST", "/transactions/confirm_shipping", Envelope, {"payment_shipping": fields})
        return done(operation)

    def reject(self, operation: Operation) -> Outcome:
        """`payload`: reason, a key of the config file or one of its texts; what is neither becomes the most general one."""
        reasons: dict[str, str] = self._client.config["reasons"]
        reason = str(operation.payload.get("reason") or "")
        text = reason if reason in reasons.values() else reasons.get(reason, reasons["CANNOT_SERVE"])
        self._client.form("PATCH", "/transactions/reject", Envelope, {"id": remote_id_of(operation), "reason": text})
        return done(operation)

    def look_up(self, operation: Operation) -> Outcome:
        """By the state of the order: what has not happened is sent again, and refused if it cannot be any more."""
        row = self._reader.transaction(operation.remote_id or "")
        happened = LEFT if operation.kind is OpKind.SHIP else {"rejected"}
        return done(operation) if row is not None and row.state in happened else absent(operation)
