"""Every signature vector: those that are told match, and what differs by a little does not."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from bridge.connectors.tokopedia import plugin
from bridge.connectors.tokopedia.auth import TokopediaAuth, sign, sign_push
from bridge.connectors.tokopedia.types import read_settings

FILE = Path(__file__).parents[4] / "shared" / "platforms" / "vectors" / "tiktok_shop.json"
VECTORS: dict[str, Any] = json.loads(FILE.read_text()) if FILE.is_file() else {}
SIGNED = {row["id"]: row for row in VECTORS.get("sign_vectors", [])}
PUSHED = {row["id"]: row for row in VECTORS.get("webhook_vectors", [])}
TOKENS = {row["id"]: row for row in VECTORS.get("token_requests", [])}
pytestmark = [pytest.mark.shared_data, pytest.mark.skipif(not VECTORS, reason="the shared vectors are not here")]


def body_of(row: dict[str, Any]) -> bytes:
    return (row["body"] or "").encode()


@pytest.mark.parametrize("row", SIGNED.values(), ids=SIGNED)
def test_request_vectors_match(row: dict[str, Any]) -> None:
    assert sign(row["app_secret"], row["path"], row["query"].items(), body_of(row)) == row["sign"]


@pytest.mark.parametrize("row", SIGNED.values(), ids=SIGNED)
def test_a_request_that_leaves_is_signed_so(row: dict[str, Any]) -> None:
    """Through the address as it is sent: commas, blanks and signs of base64 are escaped there and signed as they are."""
    from datetime import UTC, datetime

    query = {key: value for key, value in row["query"].items() if key not in ("sign", "access_token")}
    settings = read_settings({"app_id": query.pop("app_key"), "app_secret": row["app_secret"]})
    at = datetime.fromtimestamp(int(query.pop("timestamp")), UTC)
    auth = TokopediaAuth(settings, lambda: at, "token", query.pop("shop_cipher", ""))
    request = httpx2.Request(
        row["method"],
        f"http://tiktok.test{row['path']}",
        params=query,
        headers={"Content-Type": row["content_type"]},
        content=body_of(row) or None,
    )
    sent = next(auth.auth_flow(request))
    assert sent.url.params["sign"] == row["sign"]
    assert sent.headers["x-tts-access-token"] == "token"


@pytest.mark.parametrize("row", SIGNED.values(), ids=SIGNED)
def test_a_changed_request_does_not_match(row: dict[str, Any]) -> None:
    secret, path, query, body = row["app_secret"], row["path"], row["query"], body_of(row)
    more = {**query, "page_size": "99"}
    assert sign(secret, path, more.items(), body) != row["sign"]
    assert sign(secret, path + "/", query.items(), body) != row["sign"]
    assert sign(secret, path, query.items(), body + b" ") != row["sign"]
    assert sign(secret + "0", path, query.items(), body) != row["sign"]
    assert row["sign"] == row["sign"].lower()


@pytest.mark.parametrize("row", PUSHED.values(), ids=PUSHED)
def test_webhook_vectors_match_and_are_read(row: dict[str, Any]) -> None:
    body = row["body"].encode()
    assert sign_push(row["app_key"], row["app_secret"], body) == row["authorization_header"]
    secret = plugin.webhook_secret({"app_id": row["app_key"], "app_secret": row["app_secret"]})
    hints = plugin.read("http://x", {"Authorization": row["authorization_header"]}, body, secret)
    assert hints is not None
    assert [hint.remote_shop_id for hint in hints] == ["7494049642642441621"]


@pytest.mark.parametrize("row", PUSHED.values(), ids=PUSHED)
def test_a_changed_webhook_is_refused(row: dict[str, Any]) -> None:
    body, given = row["body"].encode(), row["authorization_header"]
    secret = f"{row['app_key']}:{row['app_secret']}"
    for headers, text, key in (
        ({"authorization": given}, body + b" ", secret),
        ({"authorization": given.upper()}, body, secret),
        ({"authorization": f"Bearer {given}"}, body, secret),
        ({"authorization": given}, body, secret + "0"),
        ({"authorization": given}, body, "0" + secret),
        ({"authorization": given}, body, row["app_secret"]),
        ({}, body, secret),
        ({"authorization": "ü"}, body, secret),
    ):
        assert plugin.read("http://x", headers, text, key) is None


@pytest.mark.parametrize("what", ["get", "refresh"])
def test_token_requests_have_the_known_form(wire: Any, what: str) -> None:
    row = TOKENS[f"token-{what}"]
    pair = {"access_token": "A", "refresh_token": "R", "access_token_expire_in": 1795996800}
    wire.answer(row["path"], pair)
    wire.answer("/authorization/202309/shops", {"shops": [{"id": "1", "region": "ID", "cipher": "c"}]})
    consent = wire.consent(app_id="k", app_secret="sec123")
    if what == "get":
        consent._tokens("get", {"auth_code": "CODE", "grant_type": "authorized_code"})
    else:
        consent._tokens("refresh", {"refresh_token": "RT", "grant_type": "refresh_token"})
    assert (wire.calls[0].method, wire.calls[0].params) == (row["method"], row["query"])


def test_the_consent_link_has_the_known_form(wire: Any) -> None:
    known = TOKENS["authorize-url-rest-of-world"]["url"]
    link = wire.consent(service_id="svc").link("x y", "http://cb")
    assert link == known
    assert parse_qs(urlsplit(link).query) == {"service_id": ["svc"], "state": ["x y"]}


def test_the_set_is_whole() -> None:
    assert (len(SIGNED), len(PUSHED), len(TOKENS)) == (21, 5, 3)
