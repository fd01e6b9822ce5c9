"""Fault schedules in this platform's words: before, after and in the middle of the answer."""

import http.client
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from bukalapak_client import Lapak
from sandbox_client import Sandbox


@pytest.fixture
def product_id(lapak: Lapak) -> str:
    return lapak.create()


def write(lapak: Lapak, product_id: str, stock: int) -> tuple[int, bytes]:
    body = json.dumps({"product": {"stock": str(stock)}}).encode()
    status, _, answer = lapak.raw("PATCH", f"products/{product_id}.json", body, Content_Type="application/json")
    return status, answer


def stock_of(sandbox: Sandbox, product_id: str) -> int:
    return int(sandbox.listing(product_id)["skus"][0]["stock"])


@pytest.mark.parametrize(("where", "left"), [("before", 20), ("after", 7), ("mid", 7)])
def test_a_dropped_connection(lapak: Lapak, sandbox: Sandbox, product_id: str, where: str, left: int) -> None:
    sandbox.fault(f"/v2/products/{product_id}", "drop", where=where)
    with pytest.raises((http.client.HTTPException, OSError)):
        write(lapak, product_id, 7)
    assert stock_of(sandbox, product_id) == left
    assert write(lapak, product_id, 8)[0] == 200


@pytest.mark.parametrize(("where", "left"), [("before", 20), ("after", 7)])
def test_server_errors_come_as_a_page(lapak: Lapak, sandbox: Sandbox, product_id: str, where: str, left: int) -> None:
    sandbox.fault("/v2/products/", "5xx", where=where, value=500)
    status, body = write(lapak, product_id, 7)
    assert (status, body[:6]) == (500, b"<html>")
    assert stock_of(sandbox, product_id) == left
    sandbox.fault("/v2/products/", "5xx", value=410)
    status, body = write(lapak, product_id, 7)
    assert (status, json.loads(body)["status"]) == (410, "ERROR")


@pytest.mark.parametrize(
    ("what", "value", "status", "answer"),
    [
        ("429", 3, 429, {"status": "ERROR", "message": "Terlalu banyak permintaan"}),
        ("429", None, 429, {"status": "ERROR", "message": "Terlalu banyak permintaan"}),
        ("error", None, 200, {"status": "ERROR", "message": "Terjadi kesalahan pada sistem"}),
        ("error", "Gagal", 200, {"status": "ERROR", "message": "Gagal"}),
        ("error", 401, 401, {"status": "ERROR", "message": "Anda harus login untuk mengakses halaman ini"}),
        ("error", {"code": "401", "message": "m"}, 401, {"status": "ERROR", "message": "m"}),
        (
            "error",
            {"code": "x", "message": "m", "product": None},
            200,
            {"status": "ERROR", "message": "m", "product": None},
        ),
        ("error", {"status": "OK", "message": "Failed"}, 200, {"status": "OK", "message": "Failed"}),
    ],
)
def test_throttling_and_errors(
    lapak: Lapak, sandbox: Sandbox, product_id: str, what: str, value: Any, status: int, answer: dict[str, Any]
) -> None:
    sandbox.fault("/v2/products/", what, value=value)
    got, body = write(lapak, product_id, 7)
    assert (got, json.loads(body)) == (status, answer)
    assert stock_of(sandbox, product_id) == 20


def test_an_answer_cut_short(lapak: Lapak, sandbox: Sandbox, product_id: str) -> None:
    sandbox.fault("/v2/products/", "truncate", where="after", value=0.5)
    _, body = write(lapak, product_id, 7)
    with pytest.raises(ValueError):
        json.loads(body)
    assert stock_of(sandbox, product_id) == 7


def test_delays_are_real(lapak: Lapak, sandbox: Sandbox, product_id: str) -> None:
    sandbox.fault("/v2/products/", "delay", value=0.3)
    start = time.monotonic()
    assert write(lapak, product_id, 7)[0] == 200
    assert time.monotonic() - start >= 0.3


def test_entries_of_a_bulk_call_fail_alone(lapak: Lapak, sandbox: Sandbox) -> None:
    mine = [lapak.create() for _ in range(4)]
    sandbox.fault("/v2/products/bulk_set_unavailable", "item_failure", value=0.5, seed=3)
    answer = lapak.ok("PATCH", "products/bulk_set_unavailable", {"products_id": mine})
    assert (len(answer["success"]), len(answer["fail"])) == (2, 2)
    sandbox.advance(2)
    assert sorted(lapak.hidden()) == sorted(answer["success"])


def test_a_lost_create_is_found_by_its_picture(lapak: Lapak, sandbox: Sandbox) -> None:
    image_id = lapak.upload()
    sandbox.fault("/v2/products.json", "drop", where="after")
    with pytest.raises((http.client.HTTPException, OSError)):
        lapak.call("POST", "products", lapak.body(images=image_id))
    assert lapak.refused("GET", f"images/status/{image_id}")["message"] == "Assigned"
    rows = lapak.get("products/mylapak")["products"]
    assert [row["id"] for row in rows if int(image_id) in row["image_ids"]] == lapak.lapak()


def test_a_lost_confirmation_is_seen_in_the_transaction(lapak: Lapak, sandbox: Sandbox, product_id: str) -> None:
    number = lapak.buy((product_id, 1))
    sandbox.fault("/v2/transactions/confirm_shipping", "5xx", where="after")
    body = json.dumps({"payment_shipping": {"transaction_id": number, "shipping_code": "R-1"}}).encode()
    assert lapak.raw("POST", "transactions/confirm_shipping.json", body, Content_Type="application/json")[0] == 503
    assert lapak.transaction(number)["shipping_code"] == "R-1"


def test_latency_is_added_to_every_answer(own_sandbox: Callable[..., Sandbox]) -> None:
    sandbox = own_sandbox(latency_ms=200)
    lapak = Lapak(sandbox, sandbox.credentials["shops"][0])
    start = time.monotonic()
    lapak.get("users/info")
    assert time.monotonic() - start >= 0.2
