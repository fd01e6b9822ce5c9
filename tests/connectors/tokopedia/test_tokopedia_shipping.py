"""Shipping, cancelling and labels: packages one by one, the seller's own courier, a buyer's wish, a label that is late."""

from collections.abc import Iterator
from typing import Any

import pytest

from bridge.connectors.base import Operation, Verdict
from bridge.connectors.tokopedia import TokopediaConnector, plugin
from bridge.errors import ChannelUnavailable, OutcomeUnknown, Rejected
from bridge.model import OpKind, RemoteOrder
from bridge.sandbox.core.server import start_in_thread
from bridge.testing import SandboxWorld

DETAIL = "/order/202507/orders"
CANCEL = "/return_refund/202309/cancellations"
DOCUMENT = "/fulfillment/202309/packages/P1/shipping_documents"


def write(kind: OpKind, ticket: str = "", order_id: str = "A", **payload: str) -> Operation:
    return Operation(7, kind, "key-7", order_id, (), payload, ticket)


def told(status: str, *units: tuple[str, str], **more: Any) -> dict[str, Any]:
    """Units as (package, own status)."""
    rows = [{"id": str(n), "package_id": package, "display_status": word} for n, (package, word) in enumerate(units)]
    packages = [{"id": name} for name in dict.fromkeys(package for package, _ in units)]
    return {"orders": [{"id": "A", "status": status, "line_items": rows, "packages": packages, **more}]}


WAITS, GONE = "AWAITING_SHIPMENT", "AWAITING_COLLECTION"


def test_packages_are_handed_over_one_by_one(wire: Any, shop: TokopediaConnector) -> None:
    wire.answer(DETAIL, told(WAITS, ("P1", WAITS), ("P2", WAITS), ("P2", WAITS)))
    wire.answer("/fulfillment/202309/packages/P1/ship", {})
    (first,) = shop.submit([write(OpKind.SHIP)])
    assert first.verdict is Verdict.NEXT
    wire.answer(DETAIL, told("PARTIALLY_SHIPPING", ("P1", GONE), ("P2", WAITS)))
    wire.answer("/fulfillment/202309/packages/P2/ship", {})
    (second,) = shop.submit([write(OpKind.SHIP, first.ticket)])
    assert second.verdict is Verdict.DONE
    wire.answer(DETAIL, told(GONE, ("P1", GONE), ("P2", GONE)))
    (again,) = shop.submit([write(OpKind.SHIP, first.ticket)])
    assert again.verdict is Verdict.DONE
    assert len(wire.calls) == 5, "nothing is handed over twice"


@pytest.mark.parametrize(
    ("kind", "answer", "verdict"),
    [
        (OpKind.SHIP, told(GONE, ("P1", GONE)), Verdict.DONE),
        (OpKind.SHIP, told(WAITS, ("P1", WAITS)), Verdict.RETRY),
        (OpKind.SHIP, told("PARTIALLY_SHIPPING", ("P1", GONE), ("P2", WAITS)), Verdict.NEXT),
        (OpKind.SHIP, told("CANCELLED", ("P1", "CANCELLED")), Verdict.RETRY),
        (OpKind.CANCEL, told("CANCELLED", ("P1", "CANCELLED")), Verdict.DONE),
        (OpKind.CANCEL, told(WAITS, ("P1", WAITS)), Verdict.RETRY),
    ],
)
def test_what_became_of_a_lost_write_stands_in_the_order(
    wire: Any, shop: TokopediaConnector, kind: OpKind, answer: dict[str, Any], verdict: Verdict
) -> None:
    wire.answer(DETAIL, answer)
    (outcome,) = shop.look_up([write(kind)])
    assert (outcome.verdict, len(wire.calls)) == (verdict, 1)


def test_an_order_on_hold_waits(wire: Any, shop: TokopediaConnector) -> None:
    wire.answer(DETAIL, told("ON_HOLD", ("P1", "ON_HOLD")))
    (outcome,) = shop.submit([write(OpKind.SHIP)])
    assert (outcome.verdict, outcome.code) == (Verdict.RETRY, "locked")


def test_an_unpaid_order_has_reasons_of_its_own(wire: Any, shop: TokopediaConnector) -> None:
    wire.answer(DETAIL, told("UNPAID", ("P1", "UNPAID")), told(WAITS, ("P1", WAITS)))
    wire.answer(CANCEL, {"cancel_id": "C"})
    (outcome,) = shop.submit([write(OpKind.CANCEL, reason="NOT_PAID")])
    assert outcome.verdict is Verdict.DONE
    assert "unpaid" in wire.calls[-1].body["cancel_reason"]
    (outcome,) = shop.submit([write(OpKind.CANCEL, reason="NOT_PAID")])
    assert outcome.verdict is Verdict.REJECTED


def test_a_buyer_who_asked_already_is_told_yes(wire: Any, shop: TokopediaConnector) -> None:
    wire.answer(DETAIL, told(WAITS, ("P1", WAITS), is_buyer_request_cancel=True))
    wire.answer(f"{CANCEL}/search", {"cancellations": [{"cancel_id": "C7"}]})
    wire.answer(f"{CANCEL}/C7/approve", {})
    (outcome,) = shop.submit([write(OpKind.CANCEL, reason="OUT_OF_STOCK")])
    assert outcome.verdict is Verdict.DONE
    assert wire.calls[-1].params == {"idempotency_key": "key-7"}


# --- labels -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", ["http://elsewhere.test/a.pdf", "ftp://elsewhere.test/a.pdf", "file:///etc/passwd"])
def test_a_label_comes_by_https_or_from_the_platform(wire: Any, shop: TokopediaConnector, url: str) -> None:
    wire.answer(DETAIL, told(GONE, ("P1", GONE)))
    wire.answer(DOCUMENT, {"doc_url": url})
    with pytest.raises(OutcomeUnknown, match="https"):
        shop.label("A")


def test_a_label_that_is_being_made_is_asked_for_later(wire: Any, shop: TokopediaConnector, refusal: Any) -> None:
    wire.answer(DETAIL, told(GONE, ("P1", GONE)))
    wire.answer(DOCUMENT, refusal(11034037, "being made"))
    with pytest.raises(ChannelUnavailable):
        shop.label("A")


def test_several_packages_have_no_label_here(wire: Any, shop: TokopediaConnector) -> None:
    wire.answer(DETAIL, told(GONE, ("P1", GONE), ("P2", GONE)))
    with pytest.raises(Rejected, match="several"):
        shop.label("A")


# --- against the sandbox ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sandbox() -> Iterator[str]:
    with start_in_thread("tokopedia", rate_limit=False) as address:
        yield address


def order_of(world: SandboxWorld, **more: Any) -> str:
    world.preload(["KSB-1"])
    body = {"shop_id": world.shop, "lines": [{"seller_sku": "KSB-1", "quantity": 3}], **more}
    return str(world._post("orders", body)["id"])


def quantities(world: SandboxWorld, order_id: str) -> tuple[int, int, int, int]:
    (found,) = (row for row in world.connect(plugin).orders([order_id]) if isinstance(row, RemoteOrder))
    (line,) = found.lines
    return line.ordered, line.shipped, line.cancelled, line.returned


def test_a_sellers_own_courier_needs_name_and_number(sandbox: str) -> None:
    world = SandboxWorld(sandbox)
    order_id, shop = order_of(world, seller_shipping=True), world.connect(plugin)
    for payload in ({}, {"tracking_number": "R1", "courier": "Pak Pos"}):
        (outcome,) = shop.submit([write(OpKind.SHIP, order_id=order_id, **payload)])
        assert outcome.verdict is Verdict.REJECTED
        assert "JNE" in outcome.message
    (outcome,) = shop.submit([write(OpKind.SHIP, order_id=order_id, tracking_number="R1", courier=" jne ")])
    assert outcome.verdict is Verdict.DONE
    assert world._get("state")["orders"][-1]["status"] == GONE


def test_a_part_that_came_back_counts_once_it_arrived(sandbox: str) -> None:
    world = SandboxWorld(sandbox)
    order_id = order_of(world)
    for action in ("ship", "deliver"):
        world.move(order_id, action)
    lines = [{"seller_sku": "KSB-1", "quantity": 2}]
    world._post(f"orders/{order_id}/return", {"lines": lines, "requested": True})
    assert quantities(world, order_id) == (3, 3, 0, 0)
    world.move(order_id, "return", {"KSB-1": 2})
    assert quantities(world, order_id) == (3, 3, 0, 2)
    world._post(f"orders/{order_id}/return", {"refund_only": True})
    assert quantities(world, order_id) == (3, 3, 0, 2), "money alone moves no stock"


def test_a_part_is_cancelled(sandbox: str) -> None:
    world = SandboxWorld(sandbox)
    order_id = order_of(world)
    world.move(order_id, "cancel", {"KSB-1": 1})
    assert quantities(world, order_id) == (3, 0, 1, 0)
