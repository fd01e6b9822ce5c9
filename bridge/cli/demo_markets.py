"""The marketplaces of the demo: started as processes of their own, joined by shops, bought from, and looked at as a buyer looks."""

import random
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bridge.cli.speak import say, table
from bridge.errors import UserError
from bridge.locale import _

if TYPE_CHECKING:
    from bridge.engine.context import Engine
    from bridge.engine.stock_views import SkuStock
    from bridge.store.shops import ShopView

CHANNELS = {"shopee": "Shopee", "tokopedia": "Tokopedia", "bukalapak": "Bukalapak"}
PLACES = (("Tokopedia", "tokopedia"), ("TikTok Shop", "tokopedia"), ("Bukalapak", "bukalapak"), ("Shopee", "shopee"))
STOREFRONTS = {"Tokopedia": "TOKOPEDIA", "TikTok Shop": "TIKTOK_SHOP"}
SANDBOX = ("-m", "bridge.sandbox")
MERCHANTS, EVERYWHERE = 6, 2  # businesses with a shop on Shopee; the first of them have one on every marketplace
PIECES = 2

Addresses = Mapping[str, str]  # channel -> where its sandbox listens
Shelf = Mapping[tuple[str, str | None, str | None], int]  # channel, listing, variant there -> pieces that buyers see


@dataclass(frozen=True, slots=True)
class Bought:
    """What a buyer took, and the figures of each marketplace before."""

    order: str
    place: str
    merchant: str
    sku: str
    before: Mapping[str, int]


@contextmanager
def running_markets() -> "Iterator[Addresses]":
    """A sandbox of each marketplace, on free ports; ended whatever happens."""
    with ExitStack() as stack:
        children = {channel: stack.enter_context(running_sandbox(channel)) for channel in CHANNELS}
        yield {channel: address_of(channel, child) for channel, child in children.items()}


@contextmanager
def running_sandbox(channel: str) -> "Iterator[subprocess.Popen[str]]":
    """One of them."""
    command = [sys.executable, *SANDBOX, channel, "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as child:  # noqa: S603  our own
        try:
            yield child
        finally:
            child.terminate()
            try:
                child.wait(timeout=10)
            except subprocess.TimeoutExpired:
                child.kill()


def address_of(channel: str, child: "subprocess.Popen[str]") -> str:
    """Where it listens, once it is ready."""
    assert child.stdout is not None
    line = child.stdout.readline()
    if "http" not in line:
        raise UserError("The sandbox did not start. Try it alone with: jembatan sandbox {channel}", channel=channel)
    return line.split()[-1]


def connect(engine: "Engine", addresses: Addresses) -> "list[ShopView]":
    """Shops on Shopee for the businesses with most to sell; the first of them sell on every marketplace, from one stock."""
    from bridge.engine.connecting import connect_sandbox
    from bridge.engine.looking import merchants
    from bridge.engine.sync import shops_of

    best = sorted(merchants(engine), key=lambda row: (-row.stocked, row.merchant))[:MERCHANTS]
    stocked = {row.merchant: row.stocked for row in best if row.stocked}
    if not stocked:
        raise UserError(
            "No product of this spreadsheet can be published and has stock. Take another one with --sample."
        )
    for at, name in enumerate(stocked):
        for channel in CHANNELS if at < EVERYWHERE else ("shopee",):
            connect_sandbox(engine, channel, name, addresses[channel], create=True)
    shops = shops_of(engine)
    rows = [(str(shop.shop_id), CHANNELS[shop.channel], shop.merchant, stocked[shop.merchant]) for shop in shops]
    table([_("Shop"), _("Channel"), _("Business"), _("Products with stock")], rows)
    say("{names} sell everywhere, from one stock.", names=", ".join(list(stocked)[:EVERYWHERE]))
    say("On Tokopedia a shop has two storefronts, Tokopedia and TikTok Shop; its stock is sent there once.")
    return shops


def shelf_of(addresses: Addresses) -> Shelf:
    """What buyers see now."""
    from bridge.engine.connecting import ask_sandbox

    return {
        (channel, listing["id"], sku["id"]): sku["stock"]
        for channel, address in addresses.items()
        for listing in ask_sandbox(address, "/_sandbox/state")["listings"]
        for sku in listing["skus"]
    }


def figures(stock: "SkuStock", shelf: Shelf) -> dict[str, int]:
    """Channel -> pieces that buyers see of one SKU there."""
    keys = [(each.channel, each.remote_id, each.remote_sku_id) for each in stock.listings]
    return {key[0]: shelf[key] for key in keys if key in shelf}


def buy(engine: "Engine", addresses: Addresses, shops: "Sequence[ShopView]", but: str | None) -> list[Bought]:
    """One order in each place, each of something that is on sale on every marketplace of its business; `but` is left alone."""
    from bridge.engine.connecting import ask_sandbox

    names = list(dict.fromkeys(shop.merchant for shop in shops if shop.channel != "shopee"))
    shelf, choose = shelf_of(addresses), random.Random(1)
    goods = {name: [s for s in on_sale_everywhere(engine, name, shelf) if s.sku != but] for name in names}
    bought: list[Bought] = []
    for at, (place, channel) in enumerate(PLACES):
        name = names[at % len(names)]
        if not goods[name]:
            continue
        stock = goods[name].pop(choose.randrange(len(goods[name])))
        order = ask_sandbox(addresses[channel], "/_sandbox/orders", order_for(stock, place, channel, shops))
        bought.append(Bought(str(order["id"]), place, name, stock.sku, figures(stock, shelf)))
    rows = [(each.order, each.place, each.merchant, each.sku, PIECES) for each in bought]
    table([_("Order"), _("Bought on"), _("Business"), "SKU", _("Pieces")], rows)
    if bought and bought[-1].place == "Shopee":
        ask_sandbox(addresses["shopee"], f"/_sandbox/orders/{bought[-1].order}/ship", {})
        say("The last order is shipped at once; the others wait.")
    return bought


def on_sale_everywhere(engine: "Engine", merchant: str, shelf: Shelf) -> "list[SkuStock]":
    """The SKUs of a business of which every marketplace shows some pieces."""
    from bridge.engine.looking import products
    from bridge.engine.stock_views import stock_of_sku

    codes = [sku.sku for product in products(engine, merchant) for sku in product.skus]
    found = [stock_of_sku(engine, code, merchant) for code in codes]
    return [stock for stock in found if sum(n > PIECES for n in figures(stock, shelf).values()) == len(CHANNELS)]


def order_for(stock: "SkuStock", place: str, channel: str, shops: "Sequence[ShopView]") -> dict[str, Any]:
    """The order as the sandbox takes it. Bukalapak knows no seller SKU: the listing's number stands for it."""
    listing = next(each for each in stock.listings if each.channel == channel and each.listed)
    shop = next(each.remote_shop_id for each in shops if each.shop_id == listing.shop)
    code = listing.remote_id if channel == "bukalapak" else stock.sku
    order: dict[str, Any] = {"shop_id": shop, "lines": [{"seller_sku": code, "quantity": PIECES}]}
    return order | ({"storefront": STOREFRONTS[place]} if place in STOREFRONTS else {})


def show_effect(engine: "Engine", addresses: Addresses, bought: Sequence[Bought]) -> None:
    """The stock of what was bought: ours, and what each marketplace showed before and shows now."""
    from bridge.engine.stock_views import stock_of_sku

    shelf, rows = shelf_of(addresses), []
    for each in bought:
        stock = stock_of_sku(engine, each.sku, each.merchant)
        now = figures(stock, shelf)
        moved = [f"{each.before[channel]} → {now[channel]}" for channel in CHANNELS]
        rows.append((each.sku, stock.product, each.place, stock.on_hand, stock.held, stock.available, *moved))
    columns = ["SKU", _("Product"), _("Bought on"), _("On hand"), _("Held"), _("Available"), *CHANNELS.values()]
    table(columns, rows)
