"""Token host, rotation, ends of tokens, and the consent page."""

import json
import time
import urllib.request
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from sandbox_client import Answer, Sandbox, fetch
from tokopedia_client import Penjual

DAY = 86_400
WAREHOUSES = "/logistics/202309/warehouses"


def token(sandbox: Sandbox, what: str, **query: str) -> Answer:
    app = sandbox.credentials["app"]
    grant = {"get": "authorized_code", "refresh": "refresh_token"}[what]
    pairs = {"app_key": app["id"], "app_secret": app["secret"], "grant_type": grant, **query}
    status, body = fetch("GET", f"{sandbox.credentials['auth_url']}/api/v2/token/{what}?{urlencode(pairs)}")
    assert status in (200, 400)
    answer: Answer = json.loads(body)
    assert answer["code"] == 0 or answer["data"] is None
    return answer


def test_a_code_gives_tokens_once_with_absolute_ends(sandbox: Sandbox, penjual: Penjual) -> None:
    code = penjual.shop["auth_code"]
    data = token(sandbox, "get", auth_code=code)["data"]
    assert abs(data["access_token_expire_in"] - time.time() - 7 * DAY) < 60
    assert abs(data["refresh_token_expire_in"] - time.time() - 365 * DAY) < 60
    assert (data["seller_base_region"], data["user_type"], data["seller_name"]) == ("ID", 0, "Toko Uji")
    assert data["open_id"]
    assert "seller.order.info" in data["granted_scopes"]
    penjual.token = data["access_token"]
    assert penjual.get(WAREHOUSES)["warehouses"]
    assert token(sandbox, "get", auth_code=code)["code"] == 36004004
    row = next(row for row in sandbox.get("credentials")["shops"] if row["id"] == penjual.shop_id)
    assert row["auth_code"] != code


def test_a_code_lives_half_an_hour(sandbox: Sandbox, penjual: Penjual) -> None:
    sandbox.advance(1801)
    assert token(sandbox, "get", auth_code=penjual.shop["auth_code"])["code"] == 36004004
    assert token(sandbox, "get")["code"] == 36004004


def test_refreshing_rotates_the_refresh_token(sandbox: Sandbox, penjual: Penjual) -> None:
    old = penjual.shop["refresh_token"]
    data = token(sandbox, "refresh", refresh_token=old)["data"]
    assert data["refresh_token"] != old
    assert data["access_token"] != penjual.token
    assert token(sandbox, "refresh", refresh_token=old)["code"] == 36004005
    assert token(sandbox, "refresh", refresh_token=data["refresh_token"])["code"] == 0
    row = next(row for row in sandbox.get("state")["tokens"] if row["shop_id"] == penjual.shop_id)
    assert set(row) == {"shop_id", "access_token", "refresh_token", "access_until", "refresh_until"}
    assert penjual.call("GET", WAREHOUSES)["code"] == 0  # the old access token lives to its own end


def test_an_access_token_ends_after_a_week(own_sandbox: Any) -> None:
    sandbox = own_sandbox()
    shop = Penjual(sandbox, sandbox.credentials["shops"][0])
    sandbox.advance(7 * DAY + 1)
    status, body, _ = shop.raw("GET", WAREHOUSES)
    assert (status, json.loads(body)["code"]) == (401, 105002)
    shop.token = token(sandbox, "refresh", refresh_token=shop.shop["refresh_token"])["data"]["access_token"]
    assert shop.call("GET", WAREHOUSES)["code"] == 0
    last = sandbox.get("state")["tokens"][0]["refresh_token"]
    sandbox.advance(359 * DAY)
    assert token(sandbox, "refresh", refresh_token=last)["code"] == 36004001


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"app_key": "x"}, 36009004),
        ({"app_secret": "x"}, 36009004),
        ({"grant_type": "authorization_code"}, 98001004),
        ({"auth_code": "x"}, 36004004),
    ],
)
def test_wrong_token_calls(sandbox: Sandbox, penjual: Penjual, query: dict[str, str], code: int) -> None:
    assert token(sandbox, "get", **({"auth_code": penjual.shop["auth_code"]} | query))["code"] == code
    assert token(sandbox, "refresh", refresh_token="x")["code"] == 36004005


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_more: Any) -> None:
        return None


def consent(sandbox: Sandbox, **query: str) -> tuple[int, str, str]:
    opener = urllib.request.build_opener(NoRedirect)
    try:
        with opener.open(f"{sandbox.address}/open/authorize?{urlencode(query)}") as answer:
            return answer.status, "", answer.read().decode()
    except urllib.error.HTTPError as other:
        with other:
            return other.code, other.headers.get("Location", ""), other.read().decode()


def test_the_consent_page_authorises_a_shop(sandbox: Sandbox) -> None:
    shop = sandbox.post("shops", {"name": "Toko <Baru>", "authorised": False})
    assert set(shop) == {"id", "name"}
    status, _, page = consent(sandbox, service_id="s", state="a b")
    assert (status, "Toko &lt;Baru&gt;" in page, shop["id"] in page, "deny=1" in page) == (200, True, True, True)
    to = {"service_id": "s", "state": "a b", "redirect_uri": "https://bridge.example/back?x=1", "shop_id": shop["id"]}
    status, target, _ = consent(sandbox, **to)
    answer = parse_qs(urlsplit(target).query)
    assert (status, answer["state"], answer["x"]) == (302, ["a b"], ["1"])
    assert token(sandbox, "get", auth_code=answer["code"][0])["data"]["seller_name"] == "Toko <Baru>"


def test_a_refusal_and_the_older_link(sandbox: Sandbox, penjual: Penjual) -> None:
    back = "https://bridge.example/back"
    _, target, _ = consent(sandbox, service_id="s", redirect_uri=back, deny="1")
    assert parse_qs(urlsplit(target).query) == {"code": ["null"], "error": ["auth_denied"]}
    assert consent(sandbox, state="x")[0] == 400
    older = f"{sandbox.address}/oauth/authorize?app_key={penjual.key}&shop_id={penjual.shop_id}"
    assert fetch("GET", older)[0] == 200
    for uri in ("", "http://["):
        status, _, page = consent(sandbox, service_id="s", shop_id=penjual.shop_id, redirect_uri=uri)
        assert (status, "code" in page) == (200, True)


def test_taking_an_authorisation_back_ends_everything(sandbox: Sandbox, penjual: Penjual) -> None:
    code = penjual.shop["auth_code"]
    assert consent(sandbox, service_id="s", shop_id=penjual.shop_id, cancel="1")[0] == 200
    _, body, _ = penjual.raw("GET", WAREHOUSES)
    assert json.loads(body)["code"] == 36009004
    assert token(sandbox, "refresh", refresh_token=penjual.shop["refresh_token"])["code"] == 36004005
    assert token(sandbox, "get", auth_code=code)["code"] == 36004005
