"""Orders by time of change and by id, in the bridge's five cumulative quantities."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from bridge.connectors.paging import chunks, still_pages
from bridge.model import RemoteLine, RemoteOrder, Window
from jembatan_contoh.client import ContohClient
from jembatan_contoh.types import Line, Order, Page

GONE_OUT = frozenset({"shipped", "delivered", "returned"})
CLOSED = frozenset({"cancelled", "returned"})  # what was delivered may still come back


def pull(client: ContohClient, wanted: Window | Sequence[str]) -> Iterator[RemoteOrder | Window]:
    """A window's orders and then the window; or the orders of the ids that the shop knows."""
    if not isinstance(wanted, Window):
        for few in chunks(wanted, client.config["batch"]["keys"]):
            for page in client.pages("/orders", Page[Order], *(("id", order_id) for order_id in few)):
                yield from map(remote_order, page)
        return
    for page in still_pages(wanted, client.clock, lambda since, until: changed(client, since, until)):
        yield from map(remote_order, page)
    yield wanted  # only now: silence is not a complete pull


def changed(client: ContohClient, since: datetime, until: datetime | None) -> Iterator[list[Order]]:
    """Page by page, in the order of their changes."""
    edges = {"since": since, "until": until}
    params = ((name, int(edge.timestamp())) for name, edge in edges.items() if edge is not None)
    return client.pages("/orders", Page[Order], *params)


def remote_order(order: Order) -> RemoteOrder:
    """An order in our words."""
    lines = tuple(remote_line(order.status, line) for line in order.lines)
    total = sum(line.price * line.quantity for line in order.lines)
    is_open = order.status not in CLOSED
    return RemoteOrder(order.id, order.status, is_open, order.created, order.updated, lines, total_idr=total)


def remote_line(status: str, line: Line) -> RemoteLine:
    """A piece is shipped or cancelled, never both; one that came back had been shipped."""
    return RemoteLine(
        remote_id=line.sku,
        remote_sku_id=line.sku,
        seller_sku=line.seller_sku,
        title=line.title,
        ordered=line.quantity,
        shipped=line.quantity if status in GONE_OUT else 0,
        cancelled=line.quantity if status == "cancelled" else 0,
        returned=line.quantity if status == "returned" else 0,
        price_idr=line.price,
    )
