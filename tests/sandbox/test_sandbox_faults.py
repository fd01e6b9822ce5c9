"""Fault schedules: before, after and in the middle of the answer."""

import http.client
import json
import time
from typing import Any

import pytest
from sandbox_client import Sandbox, Seller, jpeg

STOCK = "/api/v2/product/update_stock"


def write(seller: Seller, item_id: int, stock: int) -> tuple[int, bytes]:
    body = {"item_id": item_id, "stock_list": [{"model_id": 0, "seller_stock": [{"stock": stock}]}]}
    return seller.raw("POST", "product/update_stock", (), body)


def stock_of(sandbox: Sandbox, item_id: int) -> int:
    return int(sandbox.listing(item_id)["skus"][0]["stock"])


@pytest.mark.parametrize(("where", "left"), [("before", 20), ("after", 7), ("mid", 7)])
def test_a_dropped_connection(seller: Seller, sandbox: Sandbox, where: str, left: int) -> None:
    item_id = seller.add()
    sandbox.fault(STOCK, "drop", where=where)
    with pytest.raises((http.client.HTTPException, OSError)):
        write(seller, item_id, 7)
    assert stock_of(sandbox, item_id) == left
    assert sandbox.get("calls")["calls"][STOCK]["drop"] >= 1
    assert write(seller, item_id, 8)[0] == 200
    assert stock_of(sandbox, item_id) == 8


@pytest.mark.parametrize(("where", "left"), [("before", 20), ("after", 7)])
def test_server_errors_come_as_a_page(seller: Seller, sandbox: Sandbox, where: str, left: int) -> None:
    item_id = seller.add()
    sandbox.fault(STOCK, "5xx", where=where, value=502)
    status, body = write(seller, item_id, 7)
    assert (status, body[:6]) == (502, b"<html>")
    assert stock_of(sandbox, item_id) == left


def test_throttling_and_codes(seller: Seller, sandbox: Sandbox) -> None:
    item_id = seller.add()
    sandbox.fault(STOCK, "429", value=3)
    status, body = write(seller, item_id, 7)
    assert (status, json.loads(body)["error"]) == (429, "error_rate_limit")
    for value, code in (
        ("error_limit", "error_limit"),
        ({"code": "error_auth", "message": "m"}, "error_auth"),
        (None, "error_server"),
    ):
        sandbox.ok("DELETE", "faults")
        sandbox.fault(STOCK, "error", value=value)
        status, body = write(seller, item_id, 7)
        assert (status, json.loads(body)["error"]) == (200, code)
    sandbox.fault(STOCK, "429")
    assert write(seller, item_id, 7)[0] == 429
    assert stock_of(sandbox, item_id) == 20


def test_an_answer_cut_short(seller: Seller, sandbox: Sandbox) -> None:
    item_id = seller.add()
    sandbox.fault(STOCK, "truncate", where="after", value=0.5)
    _, body = write(seller, item_id, 7)
    with pytest.raises(ValueError):
        json.loads(body)
    assert stock_of(sandbox, item_id) == 7


@pytest.mark.parametrize("where", ["before", "after"])
def test_delays_are_real(seller: Seller, sandbox: Sandbox, where: str) -> None:
    item_id = seller.add()
    sandbox.fault(STOCK, "delay", where=where, value=0.3)
    start = time.monotonic()
    status, _ = write(seller, item_id, 7)
    assert time.monotonic() - start >= 0.3
    assert (status, stock_of(sandbox, item_id)) == (200, 7)


def test_nth_and_times_choose_the_calls(seller: Seller, sandbox: Sandbox) -> None:
    item_id = seller.add()
    sandbox.fault(STOCK, "5xx", nth=2, times=2)
    assert [write(seller, item_id, 7)[0] for _ in range(4)] == [200, 503, 503, 200]
    sandbox.ok("DELETE", "faults")
    sandbox.post("faults", {"match": "/api/v2/product/", "what": "5xx", "times": 0})
    assert {write(seller, item_id, 7)[0] for _ in range(3)} == {503}
    assert seller.get("shop/get_shop_info")["error"] == ""
    sandbox.ok("DELETE", "faults")
    assert write(seller, item_id, 7)[0] == 200


def test_entries_of_a_batch_fail_alone(seller: Seller, sandbox: Sandbox) -> None:
    item_id, (first, second) = seller.add_varied()
    for path, rows in (
        ("update_price", {"price_list": [{"model_id": m, "original_price": 15500} for m in (first, second)]}),
        ("update_stock", {"stock_list": [{"model_id": m, "seller_stock": [{"stock": 5}]} for m in (first, second)]}),
    ):
        sandbox.fault(f"/api/v2/product/{path}", "item_failure", value=1, seed=3)
        answer = seller.write(f"product/{path}", {"item_id": item_id, **rows})
        assert (len(answer["success_list"]), len(answer["failure_list"])) == (1, 1)
    others = [seller.add() for _ in range(4)]
    sandbox.fault("/api/v2/product/unlist_item", "item_failure", value=0.5)
    body = {"item_list": [{"item_id": i, "unlist": True} for i in others]}
    assert len(seller.write("product/unlist_item", body)["failure_list"]) == 2
    sandbox.fault("/api/v2/media_space/", "item_failure")
    rows = seller.upload(jpeg(), jpeg())["response"]["image_info_list"]
    assert sorted(bool(row["error"]) for row in rows) == [False, True]
    orders = [seller.buy(("KT-V0", 1)) for _ in range(2)]
    packages = [seller.detail(sn, "package_list")["package_list"][0]["package_number"] for sn in orders]
    sandbox.fault("/api/v2/logistics/mass_ship_order", "item_failure")
    body = {"package_list": [{"package_number": n} for n in packages], "dropoff": {}}
    answer: dict[str, Any] = seller.write("logistics/mass_ship_order", body)
    assert (len(answer["success_list"]), len(answer["fail_list"])) == (1, 1)


def test_a_lost_create_is_found_by_its_sku(seller: Seller, sandbox: Sandbox) -> None:
    body = seller.body(item_sku="HILANG-1")
    sandbox.fault("/api/v2/product/add_item", "drop", where="after")
    with pytest.raises((http.client.HTTPException, OSError)):
        seller.post("product/add_item", body)
    assert len(seller.read("product/search_item", {"item_sku": "HILANG-1", "page_size": 10})["item_id_list"]) == 1
