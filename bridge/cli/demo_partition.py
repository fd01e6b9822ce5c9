"""The demo's act about overselling: the same goods sell out in every shop of a business, and nothing is sold twice."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from bridge.cli.demo_markets import CHANNELS, Addresses, figures, order_for, shelf_of
from bridge.cli.speak import say, table
from bridge.errors import UserError
from bridge.locale import _

if TYPE_CHECKING:
    from bridge.engine.context import Engine
    from bridge.engine.runs import Report
    from bridge.engine.stock_views import SkuStock
    from bridge.store.shops import ShopView

FEW = range(5, 13)  # pieces of goods that can sell out while somebody looks
MOST = 20
Sync = Callable[["Sequence[ShopView]"], "Report"]


def divide(engine: "Engine", shops: "Sequence[ShopView]") -> "SkuStock | None":
    """Divides goods of which few are left over the shops of a business, and says so; None where there are none."""
    from bridge.engine.changing import set_stock_rule

    found = goods(engine, shops)
    if found is not None:
        set_stock_rule(engine, {"mode": "partitioned"}, found.merchant, found.sku)
        template = "Of {product} only {pieces} pieces are there; {merchant} divides them over its shops with:"
        say(template, product=found.product, pieces=found.available, merchant=found.merchant)
        say("jembatan stock rule --sku {sku} --mode partitioned", sku=found.sku)
    return found


def goods(engine: "Engine", shops: "Sequence[ShopView]") -> "SkuStock | None":
    """Some that a business with a shop on every marketplace has few of."""
    from bridge.engine.looking import products
    from bridge.engine.stock_views import stock_of_sku

    names = dict.fromkeys(shop.merchant for shop in shops if shop.channel != "shopee")
    some = ((name, product) for name in names for product in products(engine, name) if product.publishable)
    stocks = (stock_of_sku(engine, sku.sku, name) for name, product in some for sku in product.skus)
    return next((stock for stock in stocks if stock.available in FEW), None)


def sell_out(
    engine: "Engine", addresses: Addresses, shops: "Sequence[ShopView]", found: "SkuStock", sync: Sync
) -> "list[Report]":
    """Buyers take all that they can get, shop after shop and once more after the stock has followed; the sum is shown."""
    from bridge.engine.stock_views import stock_of_sku

    say("Buyers take every piece of {product} ({sku}) that they can get.", product=found.product, sku=found.sku)
    mine = [shop for shop in shops if shop.merchant == found.merchant]
    shown = figures(stock_of_sku(engine, found.sku, found.merchant), shelf_of(addresses))
    sold = {channel: take_all(engine, addresses, found, channel, mine) for channel in shown}
    reports = [sync(mine)]
    again = {channel: take_all(engine, addresses, found, channel, mine) for channel in shown}
    reports.append(sync(mine))
    left = figures(stock_of_sku(engine, found.sku, found.merchant), shelf_of(addresses))
    rows = [(CHANNELS[each], shown[each], sold[each] + again[each], left[each]) for each in shown]
    table([_("Channel"), _("Shown"), _("Sold"), _("Shown now")], rows)
    total, there = sum(sold.values()) + sum(again.values()), found.available or 0
    template = "{sold} of {pieces} pieces are sold, {over} of them twice."
    say(template, sold=total, pieces=there, over=max(0, total - there))
    return reports


def take_all(
    engine: "Engine", addresses: Addresses, found: "SkuStock", channel: str, shops: "Sequence[ShopView]"
) -> int:
    """Buyers take piece after piece until the marketplace has none; gives how many they got."""
    from bridge.engine.connecting import ask_sandbox
    from bridge.engine.stock_views import stock_of_sku

    stock = stock_of_sku(engine, found.sku, found.merchant)
    order = order_for(stock, "", channel, shops)
    order["lines"][0]["quantity"] = 1
    for got in range(MOST):
        try:
            ask_sandbox(addresses[channel], "/_sandbox/orders", order)
        except UserError:
            return got
    return MOST
