"""What a seller does with an order: hand its packages over, cancel it, print its label.

A package is never handed over twice: each write comes after a look at the order, and one whose answer was lost is looked for first.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bridge.connectors.base import Operation, Outcome
from bridge.connectors.outcomes import Locked, absent, done, next_step, remote_id_of
from bridge.connectors.tokopedia.client import TokopediaClient
from bridge.connectors.tokopedia.order_types import CancellationPage, Document, Order, ProviderList
from bridge.connectors.tokopedia.orders import CANCELLED, OrderReader
from bridge.connectors.tokopedia.types import Empty
from bridge.errors import ChannelUnavailable, OutcomeUnknown, Rejected
from bridge.model import OpKind

LABEL_PAUSE = timedelta(seconds=1)
HOLD = timedelta(hours=1)  # how long a buyer may think again, published
NEXT_PACKAGE = "package"  # ticket: one of several packages is handed over
HANDED_OVER = frozenset({"AWAITING_COLLECTION", "IN_TRANSIT", "DELIVERED", "COMPLETED"})
CANCEL = "/return_refund/202309/cancellations"


class OrderWriter:
    """The orders of one shop."""

    def __init__(self, client: TokopediaClient, reader: OrderReader) -> None:
        self._client, self._reader = client, reader

    def ship(self, operation: Operation) -> Outcome:
        """Hands one package over; of several the others follow, each as a step."""
        order = self._order(remote_id_of(operation))
        if order.status == "ON_HOLD":
            raise Locked("the buyer may still think again", HOLD)
        waiting = waiting_packages(order)
        if not waiting and operation.ticket:
            return done(operation)
        if not waiting or order.status == "UNPAID":
            raise Rejected(f"the order is {order.status}: there is nothing to ship", "order_status")
        body = self._own(order, operation.payload) if order.shipping_type == "SELLER" else {"handover_method": "PICKUP"}
        self._client.write(f"/fulfillment/202309/packages/{waiting[0]}/ship", body, Empty)
        return done(operation) if len(waiting) == 1 else next_step(operation, operation.remote_id, NEXT_PACKAGE)

    def _own(self, order: Order, payload: Mapping[str, Any]) -> dict[str, Any]:
        """A courier whom the seller hired: by its name among those that the platform knows, and with its number."""
        number, name = str(payload.get("tracking_number") or ""), str(payload.get("courier") or "")
        path = f"/logistics/202309/delivery_options/{order.delivery_option_id}/shipping_providers"
        known = {row.name: row.id for row in self._client.get(path, ProviderList).shipping_providers}
        found = next((known[each] for each in known if each.casefold() == name.strip().casefold()), None)
        if not number or found is None:
            wanted = f"its tracking number and its name, one of {', '.join(known)}"
            raise Rejected(f"the seller hires this courier: give {wanted}", "shipping_way")
        return {"self_shipment": {"tracking_number": number, "shipping_provider_id": found}}

    def cancel(self, operation: Operation) -> Outcome:
        """Cancels the whole order; where the buyer has asked for it already, says yes."""
        order = self._order(remote_id_of(operation))
        if order.is_buyer_request_cancel:
            return self._grant(operation, order)
        paid: Mapping[str, str] = self._client.config["reasons"]
        reasons = self._client.config["reasons_unpaid"] if order.status == "UNPAID" else paid
        wanted = str(operation.payload.get("reason") or "")
        code = wanted if wanted in reasons.values() else reasons.get(wanted)
        if code is None:
            raise Rejected(f"of this order the platform takes the reasons {', '.join(reasons)}, not {wanted}", "value")
        self._client.write(CANCEL, {"order_id": order.id, "cancel_reason": code}, Empty)
        return done(operation)

    def _grant(self, operation: Operation, order: Order) -> Outcome:
        body = {"order_ids": [order.id], "cancel_status": ["CANCELLATION_REQUEST_PENDING"]}
        found = self._client.search(f"{CANCEL}/search", body, CancellationPage, page_size=10).cancellations
        if not found:
            raise Locked("the buyer's wish to cancel is not there yet", LABEL_PAUSE)
        path = f"{CANCEL}/{found[0].cancel_id}/approve"
        self._client.write(path, {}, Empty, idempotency_key=operation.key)
        return done(operation)

    def look_up(self, operation: Operation) -> Outcome:
        """By the state of the order: what has not happened is sent again, and refused if it cannot be any more."""
        order = self._reader.one(operation.remote_id or "")
        if order is None:
            return absent(operation)
        if operation.kind is OpKind.CANCEL:
            return done(operation) if order.status in CANCELLED else absent(operation)
        waiting = waiting_packages(order)
        some = any(unit.display_status in HANDED_OVER for unit in order.line_items) or order.status in HANDED_OVER
        if some and not waiting:
            return done(operation)
        return next_step(operation, operation.remote_id, NEXT_PACKAGE) if some else absent(operation)

    def label(self, order_id: str) -> bytes:
        """The label, as PDF. Raises ChannelUnavailable while the platform is still making it."""
        order = self._order(order_id)
        packages = list(dict.fromkeys(row.id for row in order.packages))
        if len(packages) != 1:
            told = "several packages: print their labels in the seller centre" if packages else "no package yet"
            raise Rejected(f"the order has {told}", "order_status")
        path = f"/fulfillment/202309/packages/{packages[0]}/shipping_documents"
        try:
            found = self._client.get(path, Document, document_type="SHIPPING_LABEL", document_size="A6")
        except Locked as error:
            raise ChannelUnavailable(str(error), LABEL_PAUSE) from None
        paper = self._client.fetch(found.doc_url)
        if not paper.startswith(b"%PDF"):
            raise OutcomeUnknown(f"GET {path}: the label is no PDF")
        return paper

    def _order(self, order_id: str) -> Order:
        order = self._reader.one(order_id)
        if order is None:
            raise Rejected(f"the shop has no order {order_id}", "order_gone")
        return order


def waiting_packages(order: Order) -> list[str]:
    """Packages that were not handed over: those of the units that say so."""
    if order.status in HANDED_OVER | CANCELLED:
        return []
    only = order.packages[0].id if order.packages else ""
    over = HANDED_OVER | CANCELLED
    ids = (unit.package_id or only for unit in order.line_items if unit.display_status not in over)
    return [each for each in dict.fromkeys(ids) if each]
