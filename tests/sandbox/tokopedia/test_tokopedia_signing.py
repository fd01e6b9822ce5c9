"""The signature vectors of the fact sheet, over the functions and over HTTP, and the checks of the gateway."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from sandbox_client import Answer, Sandbox
from tokopedia_client import SEARCH, Penjual

from bridge.sandbox.tokopedia.signing import accepts, sign, sign_webhook

VECTORS = Path(__file__).parents[4] / "shared" / "platforms" / "vectors" / "tiktok_shop.json"
WAREHOUSES = "/logistics/202309/warehouses"


@pytest.fixture(scope="module")
def vectors() -> Answer:
    if not VECTORS.exists():
        pytest.skip("the folder ../shared is absent")
    found: Answer = json.loads(VECTORS.read_text())
    return found


def taken(vector: dict[str, Any], given: str, **changes: Any) -> bool:
    vector = vector | changes
    form = vector["content_type"].startswith("multipart")
    body = b"" if form or vector["body"] is None else vector["body"].encode()
    return accepts(vector["app_secret"], vector["path"], list(vector["query"].items()), body, given)


@pytest.mark.shared_data
def test_every_request_vector_is_met(vectors: Answer) -> None:
    assert len(vectors["sign_vectors"]) >= 21
    for vector in vectors["sign_vectors"]:
        assert taken(vector, vector["sign"]), vector["id"]
        body = b"" if vector["body"] is None else vector["body"].encode()
        pairs = list(vector["query"].items())
        assert sign(vector["app_secret"], vector["path"], pairs, body) == vector["sign"], vector["id"]


@pytest.mark.shared_data
def test_what_must_not_match_does_not_match(vectors: Answer) -> None:
    for vector in vectors["sign_vectors"]:
        for changes in ({"app_secret": "x"}, {"path": vector["path"] + "/"}, {"query": vector["query"] | {"z": "1"}}):
            assert not taken(vector, vector["sign"], **changes), vector["id"]
        assert not taken(vector, vector["sign"].upper())
        if vector["body"]:
            assert not taken(vector, vector["sign"], body=vector["body"] + " ")
    others = {vector["sign"] for vector in vectors["sign_vectors"]}
    first = vectors["sign_vectors"][0]
    assert not any(taken(first, other) for other in others - {first["sign"]})
    for wrong in vectors.get("must_not_match", []):
        of = next(vector for vector in vectors["sign_vectors"] if vector["id"] == wrong["of"])
        assert not taken(of, wrong["sign"]), wrong["id"]


@pytest.mark.shared_data
def test_every_webhook_vector_is_met(vectors: Answer) -> None:
    for hook in vectors["webhook_vectors"]:
        got = sign_webhook(hook["app_secret"], hook["app_key"], hook["body"].encode())
        assert got == hook["authorization_header"], hook["id"]


@pytest.mark.shared_data
def test_token_requests_are_taken_as_they_are_written(vectors: Answer, sandbox: Sandbox) -> None:
    app = sandbox.credentials["app"]
    for wanted in vectors["token_requests"][:2]:
        shop = sandbox.post("shops", {})
        real = {"app_key": app["id"], "app_secret": app["secret"], "auth_code": shop["auth_code"]}
        query = {
            k: real.get(k, shop["refresh_token"] if k == "refresh_token" else v) for k, v in wanted["query"].items()
        }
        client = Penjual(sandbox, shop)
        status, body, _ = client.raw("GET", wanted["path"], query, changes={"sign": None, "timestamp": None})
        assert (status, json.loads(body)["code"]) == (200, 0)


def test_both_forms_of_a_repeated_key_are_taken(penjual: Penjual) -> None:
    penjual.live()
    one, two = penjual.buy(("KT-1", 1)), penjual.buy(("KT-1", 1))
    path = "/order/202507/orders"
    for query in ([("ids", f"{one},{two}")], [("ids", one), ("ids", two)]):
        assert {row["id"] for row in penjual.get(path, query)["orders"]} == {one, two}
    pairs = [
        ("ids", one),
        ("app_key", penjual.key),
        ("timestamp", str(int(time.time()))),
        ("shop_cipher", penjual.cipher),
    ]
    first_only = {"sign": penjual.sign(path, pairs, b""), "timestamp": pairs[2][1]}
    assert len(penjual.get(path, [("ids", one), ("ids", two)], changes=first_only)["orders"]) == 2


def test_an_empty_object_may_be_signed_or_not(penjual: Penjual) -> None:
    for signed in (b"{}", b""):
        assert penjual.call("POST", SEARCH, {"page_size": 1}, b"{}", signed_body=signed)["code"] == 0
    body = b'{"status":"ALL"}'
    assert penjual.call("POST", SEARCH, {"page_size": 1}, body, signed_body=b"")["code"] == 106001


def refusal(penjual: Penjual, path: str = WAREHOUSES, **how: Any) -> tuple[int, int, str]:
    status, body, _ = penjual.raw("GET", path, **how)
    answer = json.loads(body)
    assert answer["data"] is None
    return status, answer["code"], answer["message"]


def test_the_gateway_refuses_in_the_platforms_order(penjual: Penjual) -> None:
    status, code, words = refusal(penjual, changes={"app_key": "nobody", "sign": "x", "timestamp": "1"})
    assert (status, code, "app_key" in words) == (400, 36009004, True)
    assert refusal(penjual, changes={"timestamp": "1", "sign": "x"})[:2] == (400, 36009004)
    assert refusal(penjual, changes={"sign": "x"}, token="")[:2] == (401, 106001)
    assert refusal(penjual, changes={"sign": None})[1:] == (36009004, "The signature is missing: sign is required")
    status, code, words = refusal(penjual, token="", cipher=False)
    assert (code, "x-tts-access-token" in words) == (36009004, True)
    status, code, words = refusal(penjual, token="ROW_nothing", cipher=False)
    assert (code, "access_token" in words) == (36009004, True)
    assert refusal(penjual, cipher=False)[1] == 106013


@pytest.mark.parametrize(("age", "word"), [(301, "5 minutes old"), (-40, "30 seconds ahead"), (None, "10 digits")])
def test_timestamps_outside_the_window_are_refused(penjual: Penjual, age: int | None, word: str) -> None:
    stamp = None if age is None else str(int(time.time()) - age)
    _, code, words = refusal(penjual, changes={"timestamp": stamp})
    assert (code, word in words, "timestamp" in words) == (36009004, True, True)


def test_the_secret_and_the_case_count(penjual: Penjual) -> None:
    wrong = Penjual(penjual.sandbox, penjual.shop)
    wrong.secret = "f" * 40
    assert refusal(wrong)[:2] == (401, 106001)
    pairs = [("app_key", penjual.key), ("timestamp", str(int(time.time()))), ("shop_cipher", penjual.cipher)]
    upper = {"sign": penjual.sign(WAREHOUSES, pairs, b"").upper(), "timestamp": pairs[1][1]}
    assert refusal(penjual, changes=upper)[1] == 106001


def test_the_cipher_is_needed_or_not_wanted(penjual: Penjual, other: Penjual) -> None:
    shops = "/authorization/202309/shops"
    found = penjual.get(shops, cipher=False)["shops"]
    assert [(shop["id"], shop["cipher"], shop["region"], shop["seller_type"]) for shop in found] == [
        (penjual.shop_id, penjual.cipher, "ID", "LOCAL")
    ]
    status, code, words = refusal(penjual, shops)
    assert (status, code, "shop_cipher" in words) == (400, 36009004, True)
    assert penjual.get("/seller/202309/shops", cipher=False) == {"shops": [{"id": penjual.shop_id, "region": "ID"}]}
    mixed = Penjual(penjual.sandbox, penjual.shop | {"cipher": other.cipher})
    assert refusal(mixed)[1] == 101000


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/product/202309/nothing", 404, 36009009),
        ("GET", "/", 404, 36009009),
        ("GET", "/product", 404, 36009009),
        ("GET", "/product/202309/products/1/2/3", 404, 36009009),
        ("PATCH", "/product/202309/products", 405, 36009010),
        ("GET", "/product/202309/products/search", 405, 36009010),
        ("POST", "/product/202301/products/search", 400, 36009014),
        ("GET", "/api/v2/token/other", 404, 36009009),
    ],
)
def test_wrong_paths_methods_and_versions(penjual: Penjual, method: str, path: str, status: int, code: int) -> None:
    got, body, _ = penjual.raw(method, path)
    assert (got, json.loads(body)["code"]) == (status, code)


@pytest.mark.parametrize("body", [b"[1]", b"{", b'"x"', b'{"status":NaN}', b'{"status":"\\ud800"}', b"[" * 100_000])
def test_a_body_must_be_a_json_object(penjual: Penjual, body: bytes) -> None:
    status, raw, _ = penjual.raw("POST", SEARCH, {"page_size": 1}, body)
    assert (status, json.loads(raw)["code"]) == (400, 36009022)


def test_content_types_are_looked_at(penjual: Penjual) -> None:
    assert penjual.code(SEARCH, b'{"status":"ALL"}', {"page_size": 1}, kind="text/plain") == 36009023
    assert penjual.code("/product/202309/images/upload", b"{}", cipher=False) == 36009023
    broken = {"kind": "multipart/form-data; boundary=x", "cipher": False}
    assert penjual.code("/product/202309/images/upload", b"--x\r\nbroken", **broken) in (36009022, 12038002)
    assert penjual.code("/product/202309/images/upload", b"x", kind="multipart/form-data", cipher=False) == 36009022


def test_a_body_in_utf8_or_escaped_verifies(penjual: Penjual) -> None:
    for text in ('{"seller_skus":["Gayó"]}', '{"seller_skus":["Gay\\u00f3"]}'):
        assert penjual.call("POST", SEARCH, {"page_size": 1}, text.encode())["data"]["total_count"] == 0
    assert penjual.get("/product/202309/brands", {"page_size": 5, "brand_name": "Kopi Aceh Gayó & Co"})["brands"] == []


def test_calls_of_a_shop_are_limited(own_sandbox: Any) -> None:
    shop = own_sandbox(rate_per_s=2)
    first, second = (Penjual(shop, row) for row in shop.credentials["shops"][:2])
    codes = [first.raw("GET", WAREHOUSES) for _ in range(4)]
    assert [status for status, _, _ in codes] == [200, 200, 429, 429]
    assert json.loads(codes[2][1])["code"] == 36009002
    assert codes[2][2]["Retry-After"] == "1"
    assert second.raw("GET", WAREHOUSES)[0] == 200
    calls = shop.get("calls")
    assert calls["rate_limit_violations"] == 2
    assert calls["calls"][WAREHOUSES] == {"ok": 3, "36009002": 2}
    shop.advance(1)
    assert first.raw("GET", WAREHOUSES)[0] == 200
