"""Fault schedules in the platform's words, and the server as a process."""

import http.client
import json
from typing import Any

import pytest
from sandbox_client import Sandbox
from tokopedia_client import Penjual

CREATE = "/product/202309/products"
FAULT = "/product/202309/products/"


def write(penjual: Penjual, made: Any, stock: int) -> tuple[int, bytes, Any]:
    body = {"skus": [{"id": made["skus"][0]["id"], "inventory": [{"quantity": stock}]}]}
    path = f"{CREATE}/{made['product_id']}/inventory/update"
    return penjual.raw("POST", path, (), json.dumps(body).encode())


@pytest.mark.parametrize(("where", "left"), [("before", 20), ("after", 7), ("mid", 7)])
def test_a_dropped_connection(penjual: Penjual, sandbox: Sandbox, where: str, left: int) -> None:
    made = penjual.live()
    sandbox.fault(FAULT, "drop", where=where)
    with pytest.raises((http.client.HTTPException, OSError)):
        write(penjual, made, 7)
    assert sandbox.listing(made["product_id"])["skus"][0]["stock"] == left


def test_throttling_codes_and_pages(penjual: Penjual, sandbox: Sandbox) -> None:
    made = penjual.live()
    sandbox.fault(FAULT, "429", value=3)
    status, body, headers = write(penjual, made, 7)
    assert (status, json.loads(body)["code"], headers["Retry-After"]) == (429, 36009002, "3")
    sandbox.ok("DELETE", "faults")
    sandbox.fault(FAULT, "429")
    assert write(penjual, made, 7)[2]["Retry-After"] is None
    for value, code, http_status in (
        (None, 36009003, 200),
        (12052332, 12052332, 200),
        ("36009007", 36009007, 200),
        ({"code": 36009043, "message": "Shop is inactive", "status": 401}, 36009043, 401),
    ):
        sandbox.ok("DELETE", "faults")
        sandbox.fault(FAULT, "error", value=value)
        status, body, _ = write(penjual, made, 7)
        assert (status, json.loads(body)["code"]) == (http_status, code)
    sandbox.ok("DELETE", "faults")
    sandbox.fault(FAULT, "5xx", value=502)
    status, body, _ = write(penjual, made, 7)
    assert (status, body[:6]) == (502, b"<html>")
    assert sandbox.listing(made["product_id"])["skus"][0]["stock"] == 20


def test_a_lost_create_is_made_once(penjual: Penjual, sandbox: Sandbox) -> None:
    body = penjual.body()
    sandbox.fault(CREATE, "drop", where="after")
    with pytest.raises((http.client.HTTPException, OSError)):
        penjual.post(CREATE, body)
    assert [penjual.post(CREATE, body)["product_id"]] == penjual.found({"seller_skus": ["KT-1"]})


def test_token_calls_can_fail_as_well(penjual: Penjual, sandbox: Sandbox) -> None:
    sandbox.fault("/api/v2/token/", "5xx")
    query = {"app_secret": penjual.secret, "grant_type": "authorized_code", "auth_code": penjual.shop["auth_code"]}
    assert penjual.raw("GET", "/api/v2/token/get", query)[0] == 503
    assert json.loads(penjual.raw("GET", "/api/v2/token/get", query)[1])["code"] == 0
