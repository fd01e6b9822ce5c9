"""Webhooks: signature, envelope, retries; and the addresses that an app registers."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from sandbox_client import Answer, Receiver, Sandbox, fetch
from tokopedia_client import BOTH, Penjual

from bridge.sandbox.tokopedia.signing import sign_webhook

EVENTS = "/event/202309/webhooks"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture
def listening(receiver: Receiver, sandbox: Sandbox, penjual: Penjual) -> Receiver:
    penjual.live()
    receiver.answers = [(200, b"")] * 200
    sandbox.post("webhooks", {"url": receiver.url})
    return receiver


def report(sandbox: Sandbox) -> Answer:
    found: Answer = sandbox.get("state")["webhooks"]
    return found


def until(sandbox: Sandbox, **wanted: int) -> None:
    end = time.time() + 5
    while time.time() < end:
        shown = report(sandbox)
        if all(shown[name] == value for name, value in wanted.items()):
            return
        time.sleep(0.02)
    raise AssertionError(report(sandbox))


def test_an_orders_way_is_told_and_signed(listening: Receiver, penjual: Penjual) -> None:
    order = penjual.buy(("KT-1", 2), paid=False)
    penjual.move(order, "pay", on_hold=True)
    penjual.sandbox.advance(3601)
    penjual.order(order)
    bodies = listening.wait(3)
    assert [body["data"]["order_status"] for body in bodies] == ["UNPAID", "ON_HOLD", "AWAITING_SHIPMENT"]
    assert [body["data"]["is_on_hold_order"] for body in bodies] == [False, True, False]
    first = bodies[0]
    assert set(first) == {"type", "tts_notification_id", "shop_id", "timestamp", "data"}
    assert (first["type"], first["shop_id"], first["data"]["order_id"]) == (1, penjual.shop_id, order)
    assert len({body["tts_notification_id"] for body in bodies}) == 3
    for _, authorization, raw in listening.got:
        assert authorization == sign_webhook(penjual.secret, penjual.key, raw)


def test_shipping_cancelling_and_returning_are_told(listening: Receiver, penjual: Penjual) -> None:
    one, two = penjual.buy(("KT-1", 1)), penjual.buy(("KT-1", 1))
    for action in ("ship", "deliver", "return"):
        penjual.move(one, action)
    penjual.move(two, "cancel")
    bodies = listening.wait(10)
    kinds = [body["type"] for body in bodies]
    assert kinds.count(4) == kinds.count(11) == kinds.count(12) == 1
    by_kind = {body["type"]: body["data"] for body in bodies}
    assert by_kind[4]["package_list"][0]["order_id_list"] == [one]
    assert (by_kind[11]["order_id"], by_kind[11]["cancellations_role"]) == (two, "BUYER")
    assert by_kind[12]["return_status"] == "RETURN_OR_REFUND_REQUEST_COMPLETE"
    assert bodies[-1]["data"]["order_status"] == "CANCEL"  # not CANCELLED


def test_products_are_told_with_whole_numbers(listening: Receiver, penjual: Penjual, sandbox: Sandbox) -> None:
    number = penjual.create(skus=[penjual.sku("KT-2")])["product_id"]
    penjual.settle()
    penjual.read(number)
    kinds = {body["type"]: body["data"] for body in listening.wait(3)}
    assert set(kinds) == {16, 5, 37}
    assert kinds[16]["product_id"] == kinds[5]["product_id"] == int(number)
    assert kinds[5]["status"] == "PRODUCT_FIRST_PASS_REVIEW"
    assert kinds[37]["integrated_platform_statuses"] == {"platform": "TOKOPEDIA", "status": "ACTIVATE"}
    count = len(listening.got)
    sandbox.ok("PATCH", f"listings/{number}", {"price": 20000, "ban": True})
    status, change = listening.wait(count + 2)[-2:]
    assert (status["data"]["status"], status["data"]["suspended_reason"]) == (
        "PRODUCT_STATUS_CHANGED",
        "Produk melanggar aturan",
    )
    assert (change["type"], change["data"]["change_source"], change["data"]["changed_fields"]) == (
        15,
        "SELLER_CENTER",
        ["price"],
    )


def test_a_review_ends_and_is_told_when_nobody_calls(listening: Receiver, penjual: Penjual) -> None:
    penjual.create()
    assert [body["type"] for body in listening.wait(3)] == [16, 5, 37]


def test_a_failed_review_is_told(listening: Receiver, penjual: Penjual, sandbox: Sandbox) -> None:
    number = penjual.create(listing_platforms=["TIKTOK_SHOP"])["product_id"]
    sandbox.ok("PATCH", f"listings/{number}", {"reject": True})
    penjual.settle()
    penjual.read(number)
    told = {body["type"]: body["data"] for body in listening.wait(4)}
    assert (told[5]["status"], told[5]["suspended_reason"]) == ("PRODUCT_AUDIT_FAILURE", "Produk melanggar aturan")
    assert (told[37]["audit"], "integrated_platform_statuses" in told[37]) == ({"status": "FAILED"}, False)


def test_a_seller_that_leaves_is_told(listening: Receiver, penjual: Penjual) -> None:
    url = f"{penjual.sandbox.address}/open/authorize?service_id=s&shop_id={penjual.shop_id}&cancel=1"
    assert fetch("GET", url)[0] == 200
    body = listening.wait(1)[0]
    assert (body["type"], penjual.shop_id in body["data"]["message"]) == (6, True)


def test_what_is_not_acknowledged_comes_again(listening: Receiver, penjual: Penjual, sandbox: Sandbox) -> None:
    before = report(sandbox)
    listening.answers = [(204, b""), (200, b"ok"), (500, b""), (302, b""), (503, b"")]
    penjual.buy(("KT-1", 1))
    for number, seconds in enumerate((121, 1801, 10_801, 43_201), 1):
        until(sandbox, failed_attempts=before["failed_attempts"] + number)
        sandbox.advance(seconds)
    until(sandbox, failed_attempts=before["failed_attempts"] + 5, lost=before["lost"] + 1)
    assert len({raw for _, _, raw in listening.got}) == 1
    listening.answers = [(401, b"bad signature")]
    penjual.buy(("KT-1", 1))
    until(sandbox, delivered=before["delivered"] + 1)


def test_faults_concern_webhooks_as_well(listening: Receiver, penjual: Penjual, sandbox: Sandbox) -> None:
    sandbox.fault("webhook", "duplicate")
    penjual.buy(("KT-1", 1))
    one, two = listening.wait(2)
    assert one == two
    lost = report(sandbox)["lost"]
    sandbox.ok("DELETE", "faults")
    sandbox.fault("webhook", "drop")
    penjual.buy(("KT-1", 1))
    assert report(sandbox)["lost"] == lost + 1


def test_an_app_registers_addresses(penjual: Penjual) -> None:
    body = {"address": "https://bridge.example/hooks/tokopedia", "event_type": "ORDER_STATUS_CHANGE"}
    for _ in range(2):
        assert penjual.ok("PUT", EVENTS, (), body) == {}
    shown = penjual.get(EVENTS)
    assert (shown["total_count"], shown["webhooks"][0]["address"]) == (1, body["address"])
    assert penjual.ok("DELETE", EVENTS, (), {"event_type": "ORDER_STATUS_CHANGE"}) == {}
    assert penjual.ok("DELETE", EVENTS, (), {"event_type": "ORDER_STATUS_CHANGE"}) == {}
    assert penjual.get(EVENTS) == {"webhooks": [], "total_count": 0}


@pytest.mark.parametrize(
    "change",
    [
        {"address": "http://bridge.example/"},
        {"address": "https://127.0.0.1/"},
        {"address": "https://bridge.example:8443/"},
        {"address": "https://["},
        {"address": "https://bridge.example/" + "x" * 255},
        {"event_type": "ALL"},
        {"event_type": None},
    ],
)
def test_wrong_addresses(penjual: Penjual, change: dict[str, Any]) -> None:
    body = {"address": "https://bridge.example/hooks", "event_type": "PACKAGE_UPDATE"} | change
    assert penjual.code(EVENTS, body, method="PUT") == 98001004


def test_nothing_is_kept_when_nobody_listens(penjual: Penjual, sandbox: Sandbox) -> None:
    before = report(sandbox)
    penjual.live(listing_platforms=BOTH)
    penjual.buy(("KT-1", 1))
    assert report(sandbox) == before
