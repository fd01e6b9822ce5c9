"""One pool of stock behind Shopee, Bukalapak and the two storefronts of Tokopedia: what is bought in one place is gone in all."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import Any

import pytest
from office import LIVE, Office

from bridge.engine.connecting import ask_sandbox
from bridge.sandbox import start_in_thread

SKU, BEFORE = "M07P003", 20
MERCHANT = "Kripik Mbak Sakura"
Addresses = Mapping[str, str]


@pytest.fixture
def addresses(monkeypatch: pytest.MonkeyPatch) -> Iterator[Addresses]:
    with ExitStack() as running:
        start = {name: start_in_thread(name, rate_limit=False, wait_s=0, review_s=0) for name in LIVE}
        found = {name: running.enter_context(each) for name, each in start.items()}
        monkeypatch.setenv("JEMBATAN_PICTURE_BASE_URL", f"{found['shopee']}/_sandbox/pictures")
        yield found


def shown(office: Office, addresses: Addresses) -> dict[str, int]:
    """What buyers see of the SKU in each sandbox."""
    found = {}
    for listing in office.answer("stock", "show", SKU)["listings"]:
        there = ask_sandbox(addresses[listing["channel"]], "/_sandbox/state")["listings"]
        (row,) = (row for row in there if row["id"] == listing["remote_id"])
        found[listing["channel"]] = {sku["id"]: sku["stock"] for sku in row["skus"]}[listing["remote_sku_id"]]
    return found


def everywhere(pieces: int) -> dict[str, int]:
    return dict.fromkeys(LIVE, pieces)


@pytest.mark.slow
@pytest.mark.parametrize("storefront", ["TOKOPEDIA", "TIKTOK_SHOP"])
def test_an_order_on_either_storefront_lowers_the_stock_everywhere_once(
    storefront: str, office: Office, addresses: Addresses
) -> None:
    office.read_sample()
    for channel, address in addresses.items():
        office.connect(channel, MERCHANT, address)
    assert office.answer("sync", "--all")["rejected"] == 0
    assert shown(office, addresses) == everywhere(BEFORE)

    shop = next(row for row in office.answer("shop", "list") if row["channel"] == "tokopedia")["remote_shop_id"]
    order: dict[str, Any] = {"shop_id": shop, "lines": [{"seller_sku": SKU, "quantity": 3}], "storefront": storefront}
    bought = ask_sandbox(addresses["tokopedia"], "/_sandbox/orders", order)
    assert bought["storefront"] == storefront
    assert shown(office, addresses) == {**everywhere(BEFORE), "tokopedia": BEFORE - 3}, "the others do not know yet"

    followed = office.answer("sync", "--all")
    assert (followed["orders_new"], followed["stock"]) == (1, 2), (
        "Tokopedia lowered its own figure for both storefronts"
    )
    assert shown(office, addresses) == everywhere(BEFORE - 3)
    stock = office.answer("stock", "show", SKU)
    assert (stock["on_hand"], stock["held"], stock["available"]) == (BEFORE, 3, BEFORE - 3), "counted once"

    again = office.answer("sync", "--all")
    assert (again["orders_new"], again["orders_changed"], again["writes"]) == (0, 0, 0)
    assert shown(office, addresses) == everywhere(BEFORE - 3)
