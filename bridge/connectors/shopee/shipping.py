"""What a seller does with an order: have its parcels fetched or brought, cancel it, print its label.

A parcel is never arranged twice: each write comes after a look at the order, and one whose answer was lost is looked for first.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from bridge.connectors.base import Operation, Outcome
from bridge.connectors.outcomes import Locked, absent, done, next_step, remote_id_of
from bridge.connectors.shopee.client import ShopeeClient
from bridge.connectors.shopee.errors import normalise
from bridge.connectors.shopee.order_types import (
    Documents,
    Order,
    Package,
    PickupAddress,
    ShippingParameter,
    TrackingNumber,
)
from bridge.connectors.shopee.orders import OrderReader
from bridge.connectors.shopee.types import Envelope
from bridge.errors import ChannelUnavailable, OutcomeUnknown, Rejected
from bridge.model import OpKind

LABEL_PAUSE = timedelta(seconds=1)
NEXT_PARCEL = "parcel"  # ticket: one of several parcels is arranged
ARRANGED = frozenset(
    f"LOGISTICS_{word}"
    for word in ("REQUEST_CREATED", "PICKUP_DONE", "DELIVERY_DONE", "DELIVERY_FAILED", "LOST", "PICKUP_FAILED")
)
OVER = frozenset({"LOGISTICS_INVALID", "LOGISTICS_REQUEST_CANCELED", "LOGISTICS_COD_REJECTED"})
TO_SHIP = frozenset({"READY_TO_SHIP", "RETRY_SHIP", "PROCESSED"})
SENT = frozenset({"PROCESSED", "SHIPPED", "TO_CONFIRM_RECEIVE", "COMPLETED", "TO_RETURN"})
PRINT_FIRST = "shipping_document_should_print_first"


class OrderWriter:
    """The orders of one shop."""

    def __init__(self, client: ShopeeClient, reader: OrderReader) -> None:
        self._client, self._reader = client, reader

    def ship(self, operation: Operation) -> Outcome:
        """Arranges one parcel, in the way that Shopee offers for it; of a split order the others follow, each as a step."""
        order = self._order(remote_id_of(operation))
        waiting = unarranged(order)
        if not waiting and operation.ticket:
            return done(operation)
        if not waiting or order.order_status not in TO_SHIP:
            raise Rejected(f"the order is {order.order_status}: there is nothing to ship", "order_status")
        parcel = waiting[0].package_number if len(order.package_list) > 1 else None  # forbidden where nothing is split
        asked = self._client.get(
            "/logistics/get_shipping_parameter", ShippingParameter, order_sn=order.order_sn, package_number=parcel
        )
        how = handover(asked, str(operation.payload.get("tracking_number") or ""), self._client.settings.handover)
        split = {"package_number": parcel} if parcel is not None else {}
        self._client.post("/logistics/ship_order", {"order_sn": order.order_sn, **split, **how}, Envelope)
        return done(operation) if len(waiting) == 1 else next_step(operation, operation.remote_id, NEXT_PARCEL)

    def cancel(self, operation: Operation) -> Outcome:
        """Cancels the whole order; where the buyer has asked for it already, says yes."""
        order = self._order(remote_id_of(operation))
        if order.order_status == "IN_CANCEL":
            body = {"order_sn": order.order_sn, "operation": "ACCEPT"}
            self._client.post("/order/handle_buyer_cancellation", body, Envelope)
            return done(operation)
        reasons: Mapping[str, str] = self._client.config["reasons"]
        wanted = str(operation.payload.get("reason") or "")
        code = wanted if wanted in reasons.values() else reasons.get(wanted)
        if code is None:
            raise Rejected(f"Shopee knows no reason {wanted}; it takes {', '.join(reasons)}", "value")
        rows = [{"item_id": int(row.item_id), "model_id": int(row.model_id)} for row in order.item_list]
        items = {"item_list": rows} if code == "OUT_OF_STOCK" else {}
        self._client.post("/order/cancel_order", {"order_sn": order.order_sn, "cancel_reason": code, **items}, Envelope)
        return done(operation)

    def look_up(self, operation: Operation) -> Outcome:
        """By the state of the order: what has not happened is sent again, and refused if it cannot be any more."""
        order = self._reader.one(operation.remote_id or "")
        if order is None:
            return absent(operation)
        if operation.kind is OpKind.CANCEL:
            return done(operation) if order.order_status == "CANCELLED" else absent(operation)
        waiting = unarranged(order)
        if order.order_status in SENT and not waiting:
            return done(operation)
        some = any(package.logistics_status in ARRANGED for package in order.package_list)
        return next_step(operation, operation.remote_id, NEXT_PARCEL) if some and waiting else absent(operation)

    def label(self, order_sn: str) -> bytes:
        """The label, as PDF. Raises ChannelUnavailable while Shopee is still making it."""
        order = self._order(order_sn)
        rows = [{"order_sn": order_sn, "package_number": row.package_number} for row in order.package_list]
        if not rows or unarranged(order):
            raise Rejected("Shopee makes the label once the shipment is arranged", "order_status")
        found = self._client.post("/logistics/get_shipping_document_result", {"order_list": rows}, Documents, "reads")
        if any(normalise(row.fail_error).endswith(PRINT_FIRST) or row.status == "FAILED" for row in found.result_list):
            self._print(rows)
            raise ChannelUnavailable("Shopee is making the label", LABEL_PAUSE)
        refused = next((row for row in found.result_list if row.fail_error), None)
        if refused is not None:
            raise Rejected(f"{refused.fail_error}: {refused.fail_message}", normalise(refused.fail_error))
        if any(row.status != "READY" for row in found.result_list):
            raise ChannelUnavailable("Shopee is making the label", LABEL_PAUSE)
        paper = self._client.download("/logistics/download_shipping_document", {"order_list": rows})
        if not paper.startswith(b"%PDF"):
            raise OutcomeUnknown("POST /logistics/download_shipping_document: the label is no PDF")
        return paper

    def _print(self, rows: Sequence[Mapping[str, str]]) -> None:
        """Asks for the label; it needs the parcel's number, which comes a little after the shipment was arranged."""
        asked = []
        for row in rows:
            found = self._client.get(
                "/logistics/get_tracking_number",
                TrackingNumber,
                order_sn=row["order_sn"],
                package_number=row["package_number"] or None,
            )
            if not found.tracking_number:
                raise ChannelUnavailable("Shopee has not given the parcel its number yet", LABEL_PAUSE)
            asked.append({**row, "tracking_number": found.tracking_number})
        made = self._client.post("/logistics/create_shipping_document", {"order_list": asked}, Documents)
        refused = next((row for row in made.result_list if row.fail_error), None)
        if refused is not None:
            raise Rejected(f"{refused.fail_error}: {refused.fail_message}", normalise(refused.fail_error))

    def _order(self, order_sn: str) -> Order:
        order = self._reader.one(order_sn)
        if order is None:
            raise Rejected(f"the shop has no order {order_sn}", "order_gone")
        return order


def unarranged(order: Order) -> list[Package]:
    """Parcels that nobody fetches yet."""
    return [row for row in order.package_list if row.logistics_status not in ARRANGED | OVER]


def handover(asked: ShippingParameter, number: str, preferred: str) -> dict[str, Any]:
    """The one way of handing a parcel over: what Shopee offers, and of two ways the one that the shop prefers."""
    offered = {way: fields for way, fields in asked.info_needed.items() if fields is not None}
    if "non_integrated" in offered:
        if not number:
            raise Rejected("the seller hires this courier: its tracking number is needed", "shipping_way")
        return {"non_integrated": {"tracking_number": number}}
    ways = sorted((way for way in ("pickup", "dropoff") if way in offered), key=lambda way: way != preferred)
    for way in ways:
        details = pickup(offered[way], asked) if way == "pickup" else dropoff(offered[way], asked, number)
        if details is not None:
            return {way: details}
    if "pickup" in offered:
        raise Locked("Shopee offers no time for the pickup now")
    raise Rejected(f"Shopee wants {', '.join(offered.get('dropoff', ())) or 'another way of shipping'}", "shipping_way")


def pickup(fields: Sequence[str], asked: ShippingParameter) -> dict[str, Any] | None:
    """The shop's pickup address and the recommended time; None where there is none."""
    addresses = asked.pickup.address_list if asked.pickup is not None else []
    marked = [row for flag in ("pickup_address", "default_address") for row in addresses if flag in row.address_flag]
    address = next(iter([*marked, *addresses]), None)
    if address is None:
        return None
    slot = recommended(address)
    if slot is None and "pickup_time_id" in fields:
        return None
    return {"address_id": int(address.address_id), **({"pickup_time_id": slot} if slot is not None else {})}


def recommended(address: PickupAddress) -> str | None:
    """The time that Shopee recommends, else the first."""
    slots = sorted(address.time_slot_list, key=lambda slot: "recommended" not in slot.flags)
    return slots[0].pickup_time_id if slots else None


def dropoff(fields: Sequence[str], asked: ShippingParameter, number: str) -> dict[str, Any] | None:
    """The first branch where one is wanted; None where Shopee wants what only the seller can say."""
    branches = asked.dropoff.branch_list if asked.dropoff is not None else []
    known: dict[str, Any] = {"branch_id": int(branches[0].branch_id)} if branches else {}
    known |= {"tracking_number": number} if number else {}
    wanted = {"tracking_number" if name == "tracking_no" else name for name in fields}
    return {name: known[name] for name in sorted(wanted)} if wanted <= known.keys() else None
