"""Consent links, token pairs, webhooks, settings, and who may see what."""

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from bridge.connectors.base import ConsentSource, Find, WebhookSecret, WebhookSource
from bridge.connectors.tokopedia import TokopediaConnector, plugin
from bridge.connectors.tokopedia.auth import cipher_of
from bridge.connectors.tokopedia.types import REAL_HOST, read_settings
from bridge.errors import AuthExpired, Misconfigured, OutcomeUnknown
from bridge.model import Grant, Hint

SHOPS, GET, REFRESH = "/authorization/202309/shops", "/api/v2/token/get", "/api/v2/token/refresh"
PAIR = {
    "access_token": "new-access",
    "refresh_token": "new-refresh",
    "access_token_expire_in": 1795996800,
    "refresh_token_expire_in": "4893456000",
    "open_id": "o",
    "seller_base_region": "ID",
    "user_type": 0,
    "granted_scopes": ["seller.order.info"],
}
ONE = {"id": 7494049642642441621, "name": "Kedai A", "region": "ID", "seller_type": "LOCAL", "cipher": "ROW_a"}


def test_the_plugin_has_a_consent_flow_and_reads_webhooks(wire: Any) -> None:
    assert isinstance(plugin, ConsentSource)
    assert isinstance(plugin, WebhookSource)
    assert isinstance(plugin, WebhookSecret)
    assert (plugin.name, plugin.real_host, plugin.ok_status, plugin.refused_status) == (
        "tokopedia",
        REAL_HOST,
        200,
        401,
    )
    assert plugin.consent(wire.settings(), wire.ports).link("s", "http://cb")
    assert plugin.open("1", wire.settings(), wire.ports).capabilities().create_keyed


def test_without_a_service_id_the_older_page_is_linked(wire: Any) -> None:
    link = urlsplit(wire.consent().link("nonce 1", "https://bridge.test/cb"))
    assert (link.netloc, link.path) == ("auth.test", "/oauth/authorize")
    assert parse_qs(link.query) == {"app_key": ["6br1dgesync01"], "state": ["nonce 1"]}


def test_a_code_gives_one_grant_with_ends_and_cipher(wire: Any) -> None:
    wire.answer(GET, PAIR)
    wire.answer(SHOPS, {"shops": [ONE, {**ONE, "id": "9", "region": "GB"}]})
    (grant,) = wire.consent().exchange({"code": "c0de"})
    assert grant.shops == ("7494049642642441621",)
    assert (grant.access_token, grant.refresh_token) == ("new-access", "new-refresh")
    assert grant.access_until == datetime.fromtimestamp(1795996800, UTC)
    assert grant.refresh_until == grant.consent_until == datetime.fromtimestamp(4893456000, UTC)
    assert cipher_of(grant, "7494049642642441621") == "ROW_a"
    assert wire.calls[0].params == {
        "app_key": "6br1dgesync01",
        "app_secret": "0f3c9d7b51e84a62",
        "auth_code": "c0de",
        "grant_type": "authorized_code",
    }
    assert (wire.count.tokens, wire.count.reads, wire.vault.renewals) == (2, 0, 0)


def test_shops_of_one_account_share_the_pair_and_keep_their_ciphers(wire: Any) -> None:
    wire.answer(GET, PAIR)
    wire.answer(SHOPS, {"shops": [ONE, {**ONE, "id": "8", "cipher": "ROW_b"}]})
    (grant,) = wire.consent().exchange({"code": "c0de", "state": ""})
    assert grant.shops == ("7494049642642441621", "8")
    assert [cipher_of(grant, shop) for shop in grant.shops] == ["ROW_a", "ROW_b"]


@pytest.mark.parametrize(
    "answer",
    [{}, {"code": ""}, {"code": "null", "error": "auth_denied", "state": "x"}, {"code": "x", "error": "auth_denied"}],
)
def test_a_refusal_is_no_consent(wire: Any, answer: dict[str, str]) -> None:
    with pytest.raises(AuthExpired):
        wire.consent().exchange(answer)
    assert wire.calls == []


def test_a_creators_consent_is_none_and_neither_is_one_without_shops(wire: Any) -> None:
    wire.answer(GET, {**PAIR, "user_type": 1}, PAIR)
    wire.answer(SHOPS, {"shops": []})
    with pytest.raises(AuthExpired, match="seller"):
        wire.consent().exchange({"code": "c"})
    with pytest.raises(AuthExpired, match="no shop"):
        wire.consent().exchange({"code": "c"})


def test_a_refresh_rotates_the_pair_and_keeps_the_rest(wire: Any) -> None:
    wire.answer(REFRESH, PAIR)
    old = Grant("a", "r", None, None, None, ("1", "2"), {"cipher/1": "x", "cipher/2": "y"})
    grant = wire.consent().refresh(old, "1")
    assert (grant.shops, grant.extra, grant.refresh_token) == (old.shops, old.extra, "new-refresh")
    assert wire.calls[0].params["refresh_token"] == "r"
    assert wire.paths == [REFRESH]


@pytest.mark.parametrize("code", [36004001, 36004004, 36004005])
def test_a_dead_token_or_code_needs_the_seller(wire: Any, refusal: Any, code: int) -> None:
    wire.answer(REFRESH, refusal(code, "no"))
    with pytest.raises(AuthExpired):
        wire.consent().refresh(Grant("a", "r", None, None, None, ("1",)), "1")
    assert len(wire.calls) == 1


def test_a_lost_refresh_is_not_repeated_and_shows_no_secret(wire: Any) -> None:
    grant = Grant("a", "refresh-old", None, None, None, ("1",))
    wire.answer(REFRESH, httpx2.ReadTimeout("x"), {"access_token": "A"})
    for _ in range(2):
        with pytest.raises(OutcomeUnknown) as caught:
            wire.consent().refresh(grant, "1")
        for secret in ("refresh-old", "0f3c9d7b51e84a62"):
            assert secret not in str(caught.value)
    assert len(wire.calls) == 2


def test_an_expired_token_is_renewed_once_and_the_call_repeated(
    wire: Any, shop: TokopediaConnector, refusal: Any
) -> None:
    wire.answer("/product/202502/products/search", refusal(105002, "access token expired", 401), {})
    assert list(shop.listings(Find.ALL, (), None)) == []
    assert wire.vault.renewals == 1


@pytest.mark.parametrize(
    ("code", "kind"), [(36009043, "ShopBlocked"), (105005, "AuthExpired"), (106013, "AuthExpired")]
)
def test_an_inactive_shop_or_a_missing_scope_renews_nothing(
    wire: Any, shop: TokopediaConnector, refusal: Any, code: int, kind: str
) -> None:
    wire.answer("/product/202502/products/search", refusal(code, "x", 401))
    with pytest.raises(Exception) as caught:
        list(shop.listings(Find.ALL, (), None))
    assert type(caught.value).__name__ == kind
    assert wire.vault.renewals == 0


def test_an_echoed_token_is_not_told(wire: Any, shop: TokopediaConnector, refusal: Any) -> None:
    wire.answer("/product/202502/products/search", refusal(36009004, "app_key of token-1 is wrong", 400))
    with pytest.raises(Misconfigured) as caught:
        list(shop.listings(Find.ALL, (), None))
    assert "token-1" not in str(caught.value)


# --- webhooks ---------------------------------------------------------------------------------------------------------

SECRET = "app:k"


def push(kind: int | None, data: Any, **top: Any) -> tuple[dict[str, str], bytes]:
    envelope = {"type": kind, "tts_notification_id": "73271", "shop_id": "7", "timestamp": 1, "data": data, **top}
    body = json.dumps({name: value for name, value in envelope.items() if value is not None}).encode()
    return {"Authorization": hmac.new(b"k", b"app" + body, hashlib.sha256).hexdigest()}, body


@pytest.mark.parametrize(
    ("kind", "data", "orders", "products"),
    [
        (1, {"order_id": "576486316948490001", "order_status": "CANCEL"}, ("576486316948490001",), ()),
        (2, {"order_id": "5", "reverse_order_id": "6"}, ("5",), ()),
        (3, {"order_id": "5"}, ("5",), ()),
        (4, {"sc_type": 1, "package_list": [{"package_id": "9", "order_id_list": ["5", "6"]}, "x"]}, ("5", "6"), ()),
        (11, {"order_id": 576486316948490001, "cancel_id": "1"}, ("576486316948490001",), ()),
        (12, {"order_id": "5", "return_id": "1"}, ("5",), ()),
        (5, {"product_id": 1729592969712207008, "status": "PRODUCT_AUDIT_FAILURE"}, (), ("1729592969712207008",)),
        (15, {"product_id": "12", "change_source": "SELLER_CENTER"}, (), ("12",)),
        (16, {"product_id": 12}, (), ("12",)),
        (18, {"product_id": 12}, (), ("12",)),
        (27, {"product_id": "12", "sku_id": "1"}, (), ("12",)),
        (37, {"product_id": 12, "integrated_platform_statuses": {"platform": "TOKOPEDIA"}}, (), ("12",)),
        (50, {"product_id": "12", "skus": []}, (), ("12",)),
        (71, {"product_id": 12, "sku_id": 1, "trigger_source": "order_created"}, (), ("12",)),
        (6, {"message": "gone"}, (), ()),
        (7, {"message": "soon", "expiration_time": "1797984000"}, (), ()),
        (99, {"order_id": "5"}, ("5",), ()),
    ],
)
def test_a_webhook_says_what_to_read_again(
    kind: int, data: Any, orders: tuple[str, ...], products: tuple[str, ...]
) -> None:
    assert plugin.read("http://x", *push(kind, data), SECRET) == (Hint("7", "73271", orders, products),)


def test_the_mirror_status_names_its_shop_in_the_data() -> None:
    headers, body = push(35, {"tts_shop_id": "7", "mirror_status": "MIRRORED"}, shop_id=None, seller_open_id="V")
    assert plugin.read("http://x", headers, body, SECRET) == (Hint("7", "73271"),)


def test_an_event_without_an_id_is_known_by_its_body() -> None:
    headers, body = push(3, {"order_id": "5"}, tts_notification_id=None)
    assert plugin.read("http://x", headers, body, SECRET) == (Hint("7", hashlib.sha256(body).hexdigest(), ("5",)),)


@pytest.mark.parametrize(
    ("kind", "data"), [(19, {"size_chart_template_id": "1"}), (25, {}), (1, {}), (1, None), (1, [])]
)
def test_other_webhooks_are_acknowledged_and_ignored(kind: int, data: Any) -> None:
    assert plugin.read("http://x", *push(kind, data), SECRET) == ()


@pytest.mark.parametrize("body", [b"not json", b"[1]", b"[" * 100_000, b'{"data":{"order_id":"5"}}'])
def test_a_signed_body_that_is_no_webhook_is_ignored(body: bytes) -> None:
    sign = hmac.new(b"k", b"app" + body, hashlib.sha256).hexdigest()
    assert plugin.read("http://x", {"authorization": sign}, body, SECRET) == ()


def test_the_webhook_secret_is_made_from_the_settings(wire: Any) -> None:
    assert plugin.webhook_secret(wire.settings()) == "6br1dgesync01:0f3c9d7b51e84a62"


# --- settings ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "storefronts"),
    [
        ("", ("TOKOPEDIA", "TIKTOK_SHOP")),
        ("both", ("TOKOPEDIA", "TIKTOK_SHOP")),
        ("tokopedia", ("TOKOPEDIA",)),
        (" TIKTOK_SHOP , TOKOPEDIA ", ("TIKTOK_SHOP", "TOKOPEDIA")),
    ],
)
def test_storefronts_are_one_or_both(wire: Any, text: str, storefronts: tuple[str, ...]) -> None:
    settings = read_settings(wire.settings(storefronts=text, locations="1, 2"))
    assert (settings.storefronts, settings.locations) == (storefronts, ("1", "2"))


@pytest.mark.parametrize("text", ["shopee", ",", "TOKOPEDIA,LAZADA"])
def test_another_storefront_is_refused_without_showing_the_secret(wire: Any, text: str) -> None:
    with pytest.raises(Misconfigured, match="storefronts is TOKOPEDIA"):
        read_settings(wire.settings(storefronts=text))
    with pytest.raises(Misconfigured, match="app_id") as caught:
        read_settings({"app_secret": "0f3c9d7b51e84a62"})
    assert "0f3c" not in str(caught.value)
    assert caught.value.__context__ is None
    assert "0f3c" not in repr(read_settings(wire.settings()))


def test_rates_and_lags_can_be_set_per_shop(wire: Any) -> None:
    caps = wire.connect(list_lag_s="2", restock_lag_s="0", rates_per_s="20").capabilities()
    assert (caps.list_lag.total_seconds(), caps.restock_lag.total_seconds()) == (2, 0)
    assert [rate.calls for rate in caps.rates] == [20]
    assert caps == wire.connect(list_lag_s="2", restock_lag_s="0", rates_per_s="20").capabilities()
