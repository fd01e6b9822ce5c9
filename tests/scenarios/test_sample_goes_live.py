"""The sample of an office, whole: every business connected, and nearly everything that can be sold is on sale."""

import pytest
from office import LIVE, Office, on_sale, sellable

from bridge.engine.connecting import ask_sandbox
from bridge.sandbox import start_in_thread

PUBLISHABLE_WITH_STOCK = 137
SHARE = 0.9


@pytest.mark.slow
@pytest.mark.parametrize(
    "channel", ["shopee", *(pytest.param(name, marks=pytest.mark.thorough) for name in LIVE if name != "shopee")]
)
def test_the_sample_goes_live_and_comes_to_rest(channel: str, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    with start_in_thread(channel, rate_limit=False, wait_s=0, review_s=0) as address:
        monkeypatch.setenv("JEMBATAN_PICTURE_BASE_URL", f"{address}/_sandbox/pictures")
        rows = office.read_sample()
        assert len([row for row in rows if row["publishable"] == "yes" and sellable(row)]) == PUBLISHABLE_WITH_STOCK

        office.connect_all(channel, address)
        done = office.answer("sync", "--all")
        assert (done["rejected"], done["unknown"]) == (0, 0)

        there = ask_sandbox(address, "/_sandbox/state")["listings"]
        assert len(there) == len({(row["shop_id"], row["title"]) for row in there}), "nothing is listed twice"
        live = live_products(office, {row["id"] for row in on_sale(channel, address)})
        assert len(live) >= SHARE * PUBLISHABLE_WITH_STOCK, (len(live), done)

        again = office.answer("sync", "--all")
        assert (again["writes"], again["created"]) == (0, 0), "nothing is left to write"
        assert ask_sandbox(address, "/_sandbox/state")["listings"] == there


def live_products(office: Office, on_sale_ids: set[str]) -> list[str]:
    """Products with stock of which every variant with stock can be bought."""
    found = []
    for product in office.answer("products", "list"):
        stocked = [sku for sku in product["skus"] if (sku["available"] or 0) > 0]
        shown = [each for each in product["listings"] if each["remote_id"] in on_sale_ids]
        if product["publishable"] and stocked and len(shown) >= min(len(stocked), len(product["listings"])):
            found.append(product["code"])
    return found
