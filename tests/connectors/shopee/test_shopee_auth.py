"""Consent links, token pairs, pushes, and who may see what."""

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from bridge.connectors.base import ConsentSource, WebhookSource
from bridge.connectors.shopee import ShopeeConnector, plugin
from bridge.connectors.shopee.types import REAL_HOST, read_settings
from bridge.connectors.wire import read_rates
from bridge.errors import AuthExpired, ChannelUnavailable, OutcomeUnknown
from bridge.model import Grant, Hint

URL = "https://bridge.example.go.id/webhooks/shopee"
PAIR = {
    "access_token": "new-access",
    "refresh_token": "new-refresh",
    "expire_in": 14400,
    "request_id": "r",
    "error": "",
    "message": "",
}


def test_the_plugin_has_a_consent_flow_and_reads_pushes(wire: Any) -> None:
    assert isinstance(plugin, ConsentSource)
    assert isinstance(plugin, WebhookSource)
    assert plugin.ok_status == 204
    assert plugin.real_host == REAL_HOST
    assert plugin.consent(wire.settings(), wire.ports).link("s", "http://cb")
    assert plugin.open("1", wire.settings(), wire.ports).capabilities().pictures_per_call == 8


def test_the_fixed_page_carries_the_state(wire: Any) -> None:
    link = wire.consent().link("nonce-1", "https://bridge.test/cb?x=1")
    assert link.startswith("https://open.shopee.com/auth?")
    assert parse_qs(urlsplit(link).query) == {
        "partner_id": ["2001887"],
        "auth_type": ["seller"],
        "redirect_uri": ["https://bridge.test/cb?x=1"],
        "response_type": ["code"],
        "state": ["nonce-1"],
    }


@pytest.mark.parametrize("callback", ["https://bridge.test/cb", "https://bridge.test/cb?x=1"])
def test_the_signed_link_is_signed_and_hides_the_state_in_the_redirect(wire: Any, callback: str) -> None:
    link = urlsplit(wire.consent(link_form="signed").link("nonce-1", callback))
    assert (link.netloc, link.path) == ("shopee.test", "/api/v2/shop/auth_partner")
    query = parse_qs(link.query)
    base = "2001887/api/v2/shop/auth_partner" + query["timestamp"][0]
    assert query["sign"] == [hmac.new(b"shpk-test-key", base.encode(), hashlib.sha256).hexdigest()]
    assert parse_qs(urlsplit(query["redirect"][0]).query)["state"] == ["nonce-1"]


def test_a_shops_code_gives_one_grant(wire: Any) -> None:
    wire.answer("/auth/token/get", {**PAIR, "shop_id_list": [322300222]})
    (grant,) = wire.consent().exchange({"code": "c0de", "shop_id": "322300222", "state": "x"})
    assert grant.shops == ("322300222",)
    assert (grant.access_token, grant.refresh_token) == ("new-access", "new-refresh")
    assert grant.access_until == wire.now + timedelta(hours=4)
    assert grant.refresh_until == wire.now + timedelta(days=30)
    (call,) = wire.calls
    assert (call.method, call.params) == ("POST", {})
    assert call.body == {"code": "c0de", "shop_id": 322300222, "partner_id": 2001887}
    assert wire.count.tokens == 1


def test_a_main_account_gives_one_grant_per_shop(wire: Any) -> None:
    wire.answer("/auth/token/get", {**PAIR, "expire_in": 1795406400, "shop_id_list": [1, 2]})
    grants = wire.consent().exchange({"code": "c0de", "main_account_id": "77"})
    assert [grant.shops for grant in grants] == [("1",), ("2",)]
    assert wire.calls[0].body["main_account_id"] == 77
    assert grants[0].access_until == datetime.fromtimestamp(1795406400, UTC)


def test_a_shop_id_of_the_callback_stands_in_for_a_missing_list(wire: Any) -> None:
    wire.answer("/auth/token/get", PAIR)
    assert [grant.shops for grant in wire.consent().exchange({"code": "c", "shop_id": "5"})] == [("5",)]


@pytest.mark.parametrize("answer", [{}, {"code": "x"}, {"shop_id": "1"}])
def test_a_callback_without_code_or_shop_is_no_consent(wire: Any, answer: dict[str, str]) -> None:
    with pytest.raises(AuthExpired):
        wire.consent().exchange(answer)
    assert wire.calls == []


def test_a_refresh_keeps_what_the_answer_does_not_say(wire: Any) -> None:
    until = datetime(2027, 5, 1, tzinfo=UTC)
    wire.answer("/auth/access_token/get", {**PAIR, "partner_id": 2001887, "shop_id": 322300222})
    old = Grant("a", "r", None, None, until, ("322300222", "9"), {"k": "v"})
    grant = wire.consent().refresh(old, "322300222")
    assert (grant.shops, grant.consent_until, grant.extra) == (old.shops, until, old.extra)
    assert wire.calls[0].body == {"refresh_token": "r", "shop_id": 322300222, "partner_id": 2001887}


@pytest.mark.parametrize("life", [10**18, -(10**18), "1e300"])
def test_a_pair_with_an_absurd_life_is_kept(wire: Any, life: object) -> None:
    """The old refresh token is used up by then: without the new one the owner would have to authorise again."""
    wire.answer("/auth/access_token/get", {**PAIR, "expire_in": life})
    grant = wire.consent().refresh(Grant("a", "r", None, None, None, ("322300222",)), "322300222")
    assert (grant.access_token, grant.refresh_token, grant.access_until) == (
        PAIR["access_token"],
        PAIR["refresh_token"],
        None,
    )


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("error_auth", "Invalid refresh_token."),
        ("refresh_token_expired", ""),
        ("error_shop_refresh_token", ""),
        ("shop_access_expired", ""),
        ("shop_no_linked", ""),
        ("invalid_code", ""),
        ("error_auth", "Invalid code"),
    ],
)
def test_a_dead_refresh_token_needs_the_seller(wire: Any, refusal: Any, code: str, message: str) -> None:
    wire.answer("/auth/access_token/get", refusal(code, message))
    with pytest.raises(AuthExpired):
        wire.consent().refresh(Grant("a", "r", None, None, None, ("1",)), "1")
    assert len(wire.calls) == 1


def test_a_lost_refresh_is_not_repeated_by_itself(wire: Any) -> None:
    wire.answer("/auth/access_token/get", httpx2.ReadTimeout("x"))
    with pytest.raises(OutcomeUnknown):
        wire.consent().refresh(Grant("a", "r", None, None, None, ("1",)), "1")
    wire.answer("/auth/access_token/get", {"error": "", "request_id": "r"})
    with pytest.raises(OutcomeUnknown, match="no token pair"):
        wire.consent().refresh(Grant("a", "r", None, None, None, ("1",)), "1")


def test_an_expired_token_is_renewed_and_used(wire: Any, shop: ShopeeConnector, refusal: Any) -> None:
    wire.answer("/product/get_category", refusal("error_auth", "Invalid access_token, please have a check."), {})
    assert list(shop.categories()) == []
    assert wire.vault.renewals == 1


def test_an_expired_token_code_is_understood_in_both_spellings(wire: Any, shop: ShopeeConnector, refusal: Any) -> None:
    for code in ("invalid_acceess_token", "invalid_access_token"):
        wire.answer("/product/get_category", refusal(code), {})
        assert list(shop.categories()) == []
    assert wire.vault.renewals == 2


def test_a_stock_rule_in_error_auth_never_renews_a_token(
    wire: Any, shop: ShopeeConnector, refusal: Any, operation: Any
) -> None:
    from bridge.connectors.base import SkuWrite, Verdict
    from bridge.model import OpKind

    wire.answer("/product/update_stock", refusal("error_auth", "Total stock must be more than reserved stock"))
    (outcome,) = shop.submit([operation(OpKind.STOCK, [SkuWrite(1, "A", "0", None, {"": 1})], remote_id="5")])
    assert (outcome.verdict, outcome.code) == (Verdict.RETRY, "locked")
    assert wire.vault.renewals == 0


# --- pushes -----------------------------------------------------------------------------------------------------------


def push(code: int, data: Any, key: str = "k", **top: Any) -> tuple[dict[str, str], bytes]:
    body = json.dumps({"data": data, "code": code, "timestamp": 1, **top}).encode()
    sign = hmac.new(key.encode(), URL.encode() + b"|" + body, hashlib.sha256).hexdigest()
    return {"authorization": sign}, body


@pytest.mark.parametrize(
    ("code", "data", "top", "orders", "items"),
    [
        (3, {"ordersn": "A1", "status": "CANCELLED"}, {"shop_id": 7}, ("A1",), ()),
        (4, {"ordersn": "A1", "tracking_no": "x"}, {"shop_id": 7}, ("A1",), ()),
        (29, {"order_sn": "A2", "return_sn": "R"}, {"shop_id": 7}, ("A2",), ()),
        (30, {"ordersn": "A3"}, {"shop_id": 7}, ("A3",), ()),
        (7, {"shop_id": 7, "item_id": 5}, {"shop_id": 7}, (), ("5",)),
        (8, {"shop_id": 7, "item_id": 5, "ordersn": "A4"}, {}, ("A4",), ("5",)),
        (16, {"item_id": 5}, {"shop_id": 7}, (), ("5",)),
        (22, {"item_id": 5}, {"shop_id": 7}, (), ("5",)),
        (27, {"shop_id": 7, "item_id": 5}, {"shop_id": 7}, (), ("5",)),
    ],
)
def test_a_push_says_what_to_read_again(
    code: int, data: Any, top: dict[str, Any], orders: tuple[str, ...], items: tuple[str, ...]
) -> None:
    headers, body = push(code, data, **top)
    assert plugin.read(URL, headers, body, "k") == (Hint("7", hashlib.sha256(body).hexdigest(), orders, items),)


@pytest.mark.parametrize(
    ("code", "data", "shops"),
    [
        (1, {"shop_id": 7, "success": 1}, ["7"]),
        (1, {"shop_id_list": [7, 8]}, ["7", "8"]),
        (2, {"shopid": 9}, ["9"]),
        (12, {"shop_expire_soon": [4, 5], "page_no": 1}, ["4", "5"]),
    ],
)
def test_a_push_about_consent_names_its_shops(code: int, data: Any, shops: list[str]) -> None:
    hints = plugin.read(URL, *push(code, data), "k")
    assert hints is not None
    assert [hint.remote_shop_id for hint in hints] == shops


@pytest.mark.parametrize(
    ("code", "data"), [(0, {"verify_info": "x"}), (5, {"actions": []}), (10, {}), (3, {}), (3, None)]
)
def test_other_pushes_are_acknowledged_and_ignored(code: int, data: Any) -> None:
    assert plugin.read(URL, *push(code, data, shop_id=7), "k") == ()


def test_the_push_key_is_the_consoles_own_or_the_apps(wire: Any) -> None:
    assert plugin.webhook_secret(wire.settings(push_secret="own")) == "own"
    assert plugin.webhook_secret(wire.settings()) == wire.settings()["app_secret"]


def test_a_wrong_signature_is_refused() -> None:
    headers, body = push(3, {"ordersn": "A1"}, shop_id=7)
    assert plugin.read(URL, headers, body + b" ", "k") is None
    assert plugin.read(URL + "/", headers, body, "k") is None
    assert plugin.read(URL, headers, body, "other") is None
    assert plugin.read(URL, {}, body, "k") is None
    assert plugin.read(URL, {"Authorization": "ü"}, body, "k") is None


def test_a_signed_body_that_is_no_push_is_ignored() -> None:
    for body in (b"not json", b"[1]"):
        sign = hmac.new(b"k", URL.encode() + b"|" + body, hashlib.sha256).hexdigest()
        assert plugin.read(URL, {"Authorization": sign}, body, "k") == ()


# --- settings ---------------------------------------------------------------------------------------------------------


def test_an_empty_setting_is_a_setting_not_given(wire: Any) -> None:
    settings = read_settings({"app_id": "1", "app_secret": "s", "base_url": "", "push_secret": ""})
    assert settings.host == REAL_HOST
    assert "app_secret" not in repr(settings)
    assert "s3cret" not in repr(read_settings({"app_id": "1", "app_secret": "s3cret"}))


def test_the_shops_own_rate_wins_for_the_shop_only() -> None:
    settings = read_settings({"app_id": "1", "app_secret": "s", "rates_per_s": "9"})
    by_scope = {rate.scope: rate.calls for rate in read_rates(settings.config["rates"], settings.rates_per_s)}
    assert by_scope == {"shop": 9, "app": 50}


def test_lags_can_be_set_per_shop(wire: Any) -> None:
    caps = wire.connect(list_lag_s="2", restock_lag_s="0").capabilities()
    assert (caps.list_lag, caps.restock_lag) == (timedelta(seconds=2), timedelta(0))


def test_a_shop_that_cannot_be_reached_had_no_effect(wire: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _s: None)
    wire.answer("/auth/access_token/get", *[httpx2.ConnectError("x")] * 4)
    consent: Callable[..., Grant] = wire.consent().refresh
    with pytest.raises(ChannelUnavailable):
        consent(Grant("a", "r", None, None, None, ("1",)), "1")
