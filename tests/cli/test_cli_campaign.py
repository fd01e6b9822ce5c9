"""What a campaign of the marketplace holds is seen: by the run's report, by `why`, and by nobody as a failure."""

from cli_world import Cli, Market


def test_what_a_campaign_holds_is_told_and_goes_out_by_itself(live: Cli, market: Market) -> None:
    shop = live.run("shop", "list", "--json").json()[0]["remote_shop_id"]
    listing = next(row for row in market.listings(shop) if row["skus"][0]["seller_sku"] == "M01P001")
    path = f"/_sandbox/listings/{listing['id']}"
    market.call(path, {"promotion": True}, "PATCH")
    assert live.run("stock", "count", "M01P001", "4").code == 0
    done = live.run("sync")
    assert done.code == 0
    assert (
        "Held while a campaign of the marketplace runs: 1 changes. They go out by themselves when it ends." in done.out
    )
    assert live.run("sync", "--json").json()["campaign"] == 1
    assert live.run("status", "--json").json()["campaign"] == 1
    assert "Held while a campaign of the marketplace runs: 1 changes." in live.run("status").out
    told = live.run("why", "M01P001")
    assert "holds this figure while a campaign runs; it shows 10, wanted 4. It is tried again by itself on" in told.out
    assert live.run("why", "M01P001", "--json").json()["shops"][0]["may_sell"] == 10
    assert live.run("alerts", "--json").json()["alerts"] == []
    assert live.run("retry", "--json").json()["refused"] == []


def test_a_price_that_a_campaign_holds_is_told_by_why(live: Cli, market: Market) -> None:
    shop = live.run("shop", "list", "--json").json()[0]["remote_shop_id"]
    for listing in market.listings(shop):
        market.call(f"/_sandbox/listings/{listing['id']}", {"promotion": True}, "PATCH")
    sheet = live.folder / "produk.csv"
    sheet.write_text(sheet.read_text(encoding="utf-8").replace("15000", "15500"), encoding="utf-8")
    assert live.run("import", str(sheet), "--as-of", "2026-11-23").code == 0
    done = live.run("sync", "--json")
    assert (done.code, done.json()["campaign"], done.json()["price"]) == (0, 3, 0)
    told = live.run("why", "M01P001")
    assert "The channel holds this while a campaign runs: price. It is tried again by itself on" in told.out
