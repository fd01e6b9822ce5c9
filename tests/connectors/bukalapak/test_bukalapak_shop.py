"""What the connector says of itself, the check of a shop, and the closed market: nothing ever goes there."""

from datetime import date, datetime, timedelta
from typing import Any

import httpx2
import pytest

from bridge.connectors import registry
from bridge.connectors.base import ConsentSource, Find, LabelSource, PictureSink, SavedSource, SchemaSource
from bridge.connectors.bukalapak import BukalapakConnector, plugin
from bridge.connectors.bukalapak.types import BukalapakSettings
from bridge.errors import AuthExpired, Misconfigured, OutcomeUnknown, ShopBlocked
from bridge.model import OpKind, Window


def test_the_entry_point_gives_the_plugin_and_its_abilities() -> None:
    assert registry.plugin("bukalapak") is plugin
    assert isinstance(plugin, SavedSource)
    assert plugin.read_saved({}).products == ()
    assert not isinstance(plugin, ConsentSource)


def test_flags_say_what_this_channel_is(wire: Any, shop: BukalapakConnector) -> None:
    can = shop.capabilities()
    assert can.closed_on == date(2025, 2, 9)
    assert can.finds == {Find.ALL, Find.ID}
    assert (can.orders_by, can.pictures, can.skus_per_listing) == ("created", "listing", 1)
    assert set(can.batch) == set(OpKind)
    assert not can.late
    assert isinstance(shop, PictureSink)
    assert isinstance(shop, SchemaSource)
    assert not isinstance(shop, LabelSource)
    assert wire.calls == []


def test_the_shops_settings_win_over_the_file(wire: Any) -> None:
    can = wire.connect(rates_per_s="2", list_lag_s="5", restock_lag_s="0").capabilities()
    assert (can.list_lag, can.restock_lag) == (timedelta(seconds=5), timedelta(0))
    assert [rate.calls for rate in can.rates] == [2]
    assert wire.connect(rates_per_s="").capabilities().list_lag == timedelta(seconds=30)


def test_a_wrong_setting_is_named_without_its_value(wire: Any) -> None:
    with pytest.raises(Misconfigured, match="rates_per_s") as caught:
        wire.connect(rates_per_s="banyak")
    assert "banyak" not in str(caught.value)


# --- the check --------------------------------------------------------------------------------------------------------


def test_the_check_names_the_shop(wire: Any, shop: BukalapakConnector) -> None:
    wire.answer("GET /users/info", {"user": {"id": 52357, "name": "Warung Contoh", "email": "x@example.com"}})
    found = shop.check()
    assert (found.remote_id, found.name, found.locations) == ("52357", "Warung Contoh", ("",))
    assert wire.count.reads == 1


@pytest.mark.parametrize("message", ["Invalid token", "Anda tidak berhak", "whatever it says"])
def test_any_refusal_of_the_check_means_the_token_is_wrong(
    wire: Any, shop: BukalapakConnector, failed: Any, message: str
) -> None:
    wire.answer("GET /users/info", failed(message, user=None))
    with pytest.raises(AuthExpired):
        shop.check()


def test_a_token_of_another_user_is_refused(wire: Any, shop: BukalapakConnector) -> None:
    wire.answer("GET /users/info", {"user": {"id": 1, "name": "Lain"}})
    with pytest.raises(AuthExpired):
        shop.check()


@pytest.mark.parametrize(
    ("status", "kind"), [(401, AuthExpired), (410, Misconfigured), (304, OutcomeUnknown), (502, OutcomeUnknown)]
)
def test_a_status_without_a_body_has_its_own_meaning(
    wire: Any, shop: BukalapakConnector, status: int, kind: type[Exception]
) -> None:
    wire.answer("GET /users/info", *[httpx2.Response(status, text="<html>no</html>")] * 4)
    with pytest.raises(kind):
        shop.check()


def test_no_error_shows_the_token(wire: Any, shop: BukalapakConnector, failed: Any) -> None:
    wire.answer("GET /users/info", failed("Invalid token tok-49Rk5LJvph5PAccAQ2Mq"))
    with pytest.raises(AuthExpired) as caught:
        shop.check()
    assert "tok-49" not in str(caught.value)
    assert "tok-49" not in repr(shop)


# --- the closed market ------------------------------------------------------------------------------------------------

REAL = [
    "",
    "https://api.bukalapak.com/v2",
    "http://api.bukalapak.com/v2/",
    "https://www.bukalapak.com",
    "https://BUKALAPAK.com",
    "https://api.bukalapak.com.:443/v2",
    "https://x@api.bukalapak.com",
    "api.bukalapak.com/v2",
]


@pytest.mark.parametrize("address", REAL)
def test_nothing_goes_to_the_real_host(wire: Any, operation: Any, content: Any, address: str) -> None:
    shop = wire.connect(base_url=address)
    price = operation(OpKind.PRICE, remote_id="kxvi", price_idr=100)
    attempts = [
        shop.check,
        lambda: list(shop.listings(Find.ALL, (), None)),
        lambda: list(shop.orders(Window(datetime.fromisoformat("2025-01-01T00:00:00+07:00"), None))),
        lambda: shop.submit([price]),
        lambda: shop.submit([operation(OpKind.CREATE, content(), price_idr=1)]),
        lambda: shop.look_up([operation(OpKind.CREATE, content())]),
        lambda: shop.upload([b"x"]),
        lambda: list(shop.categories()),
    ]
    for attempt in attempts:
        with pytest.raises(ShopBlocked, match="2025-02-09"):
            attempt()
    assert wire.calls == []
    assert wire.count == type(wire.count)()


@pytest.mark.parametrize(
    "address",
    [
        "http://notbukalapak.com/v2",
        "http://bukalapak.com.example.test/v2",
        "http://localhost/bukalapak.com/v2",
        "http://[",
    ],
)
def test_another_host_with_a_similar_name_is_not_the_real_one(address: str) -> None:
    assert not BukalapakSettings(base_url=address).is_closed
