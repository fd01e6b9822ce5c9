"""Pushes: signature, acknowledgement, retries, lost messages, the app's subscription."""

import hashlib
import hmac
import time
from typing import Any

import pytest
from sandbox_client import Receiver, Sandbox, Seller


@pytest.fixture
def listening(sandbox: Sandbox, seller: Seller, receiver: Receiver) -> Receiver:
    sandbox.post("webhooks", {"url": receiver.url})
    return receiver


def report(sandbox: Sandbox) -> dict[str, Any]:
    found: dict[str, Any] = sandbox.get("state")["webhooks"]
    return found


def until(sandbox: Sandbox, **wanted: int) -> None:
    """Waits until the counters have grown to these values."""
    end = time.time() + 5
    while time.time() < end:
        if all(report(sandbox)[name] >= value for name, value in wanted.items()):
            return
        time.sleep(0.02)
    raise AssertionError(report(sandbox))


def test_a_push_is_signed_over_address_and_raw_body(listening: Receiver, seller: Seller, sandbox: Sandbox) -> None:
    seller.add()
    sn = seller.buy(("KT-1", 1))
    body = next(b for b in listening.wait(1) if b["code"] == 3)
    assert body["shop_id"] == seller.shop_id
    assert (body["data"]["ordersn"], body["data"]["status"]) == (sn, "READY_TO_SHIP")
    path, authorization, raw = listening.got[0]
    assert path.endswith("/hooks/shopee/?env=uji")
    wanted = hmac.new(sandbox.key.encode(), listening.url.encode() + b"|" + raw, hashlib.sha256).hexdigest()
    assert authorization == wanted


def test_every_step_is_told(listening: Receiver, seller: Seller, sandbox: Sandbox) -> None:
    item_id = seller.add()
    seller.write("product/update_price", {"item_id": item_id, "price_list": [{"original_price": 16000}]})
    sandbox.ok("PATCH", f"listings/{item_id}", {"price": 17000})
    sn = seller.buy(("KT-1", 1), paid=False)
    for action in ("pay", "ship", "deliver", "deliver", "return"):
        sandbox.post(f"orders/{sn}/{action}")
    sandbox.advance(2)
    sandbox.ok("PATCH", f"listings/{item_id}", {"ban": True})
    sandbox.seller()
    bodies = listening.wait(13)
    statuses = [b["data"]["status"] for b in bodies if b["code"] == 3]
    assert statuses == [
        "UNPAID",
        "READY_TO_SHIP",
        "PROCESSED",
        "SHIPPED",
        "TO_CONFIRM_RECEIVE",
        "COMPLETED",
        "TO_RETURN",
    ]
    assert sorted(b["code"] for b in bodies if b["code"] != 3) == [1, 4, 16, 22, 22, 29]
    assert next(b for b in bodies if b["code"] == 1).get("shop_id") is None


def test_a_body_in_the_answer_is_no_acknowledgement(listening: Receiver, seller: Seller, sandbox: Sandbox) -> None:
    before = report(sandbox)
    listening.answers = [(200, b'{"ok":true}'), (500, b"")]
    seller.add()
    seller.buy(("KT-1", 1))
    until(sandbox, failed_attempts=before["failed_attempts"] + 1)
    sandbox.advance(301)
    until(sandbox, failed_attempts=before["failed_attempts"] + 2)
    assert report(sandbox)["delivered"] == before["delivered"]
    sandbox.advance(1801)
    until(sandbox, delivered=before["delivered"] + 1)
    assert len({body for _, _, body in listening.got}) == 1


def test_what_nobody_takes_is_kept_and_read_back(listening: Receiver, seller: Seller, sandbox: Sandbox) -> None:
    lost, failed = report(sandbox)["lost"], report(sandbox)["failed_attempts"]
    listening.answers = [(500, b"")] * 4
    seller.add()
    sn = seller.buy(("KT-1", 1))
    for number, seconds in enumerate((301, 1801, 10801), 1):
        until(sandbox, failed_attempts=failed + number)
        sandbox.advance(seconds)
    until(sandbox, lost=lost + 1)
    answer = seller.get("push/get_lost_push_message", public=True)["response"]
    row = answer["push_message_list"][-1]
    assert (row["shop_id"], row["code"], row["data"]["data"]["ordersn"]) == (seller.shop_id, 3, sn)
    seller.post("push/confirm_consumed_lost_push_message", {"last_message_id": answer["last_message_id"]}, public=True)
    seller.post("push/confirm_consumed_lost_push_message", {"last_message_id": 0}, public=True)
    assert seller.get("push/get_lost_push_message", public=True)["response"]["push_message_list"] == []


def test_faults_double_lose_delay_and_shuffle(listening: Receiver, seller: Seller, sandbox: Sandbox) -> None:
    seller.add()
    sandbox.fault("webhook", "duplicate")
    seller.buy(("KT-1", 1))
    one, two = listening.wait(2)
    assert one == two
    lost = report(sandbox)["lost"]
    sandbox.ok("DELETE", "faults")
    sandbox.fault("webhook", "drop")
    seller.buy(("KT-1", 1))
    assert report(sandbox)["lost"] == lost + 1
    sandbox.ok("DELETE", "faults")
    sandbox.fault("webhook", "delay", value=60)
    seller.buy(("KT-1", 1))
    assert report(sandbox)["waiting"] == 1
    sandbox.advance(61)
    listening.wait(3)
    sandbox.ok("DELETE", "faults")
    sandbox.fault("webhook", "shuffle", value=60, times=0, seed=4)
    made = [seller.buy(("KT-1", 1)) for _ in range(4)]
    for _ in range(61):
        sandbox.advance(1)
        time.sleep(0.01)
    got = [b["data"]["ordersn"] for b in listening.wait(7)[3:]]
    assert sorted(got) == sorted(made)
    assert got != made


def config(seller: Seller, **body: Any) -> dict[str, Any]:
    return seller.post("push/set_app_push_config", body, public=True)


def test_the_subscription_is_set_by_a_call_that_tests_the_address(
    receiver: Receiver, seller: Seller, sandbox: Sandbox
) -> None:
    assert config(seller, callback_url=receiver.url)["error"] == ""
    test = receiver.wait(1)[0]
    assert (test["code"], "shop_id" in test, "verify_info" in test["data"]) == (0, False, True)
    receiver.answers = [(200, b"ok")]
    assert config(seller, callback_url=receiver.url)["error"] == "push.error_param"
    for url in ("ftp://127.0.0.1/", "http://127.0.0.1:9/"):
        assert config(seller, callback_url=url)["error"] == "push.error_param"
    seller.add()
    assert config(seller, set_push_config_off=[3], blocked_shop_id_list=[5])["error"] == ""
    shown = seller.get("push/get_app_push_config", public=True)["response"]
    assert (shown["callback_url"], shown["push_config_off_list"], shown["blocked_shop_id_list"]) == (
        receiver.url,
        [3],
        [5],
    )
    count = len(receiver.got)
    seller.buy(("KT-1", 1))
    config(seller, set_push_config_on=[3], blocked_shop_id_list=[seller.shop_id])
    seller.buy(("KT-1", 1))
    config(seller, blocked_shop_id_list=[])
    sn = seller.buy(("KT-1", 1))
    assert receiver.wait(count + 1)[-1]["data"]["ordersn"] == sn
    assert config(seller, set_push_config_on=[22])["error"] == "error_param"
    assert config(seller, set_push_config_on=["3"])["error"] == "error_param"


def test_nothing_is_kept_when_nobody_listens(seller: Seller, sandbox: Sandbox) -> None:
    before = report(sandbox)
    seller.add()
    seller.buy(("KT-1", 1))
    assert report(sandbox) == before
