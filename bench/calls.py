"""Calls made against the least possible, on every marketplace: onboarding, a night with 1 % changed, one with nothing changed."""

import time
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select, update
from sqlmodel import col

from bench.floor import PLATFORMS, Platform, ShopWork, reads, writes
from bench.world import control, counted, home, reset, sandbox
from bridge.engine.connecting import connect_sandbox
from bridge.engine.context import Engine, Lane, utc_now
from bridge.engine.remap import remap
from bridge.engine.sync import shops_of, sync_shops
from bridge.store.catalog import ProductDraft, SkuDraft, default_location, row_id, save_merchant, save_product
from bridge.store.ledger import add_count
from bridge.store.listings import add_listings_everywhere
from bridge.store.tables import Facet, Listing, ListingSku, Product, Sku

SHOPS = 10
NEW = 500
PICTURES = 5
VARIED = 5  # every fifth product has three variants
LIVE = 20_000
CHANGED = 100  # one listing in a hundred
BOUGHT = 40  # orders of a night, over all shops


def run() -> None:
    """Prints a table."""
    print(f"{'marketplace, workload':<58}{'calls':>8}{'floor':>8}{'ratio':>8}   schema, seconds")
    for platform in PLATFORMS:
        onboarding(platform)
        nights(platform)


def show(platform: Platform, name: str, address: str, work: ShopWork, begun: float) -> None:
    """One line of the table."""
    made, schema, _ = counted(address, platform.schema)
    floor = SHOPS * (writes(platform, work) + reads(platform, work))
    took = time.monotonic() - begun
    print(
        f"{platform.name + ', ' + name:<58}{made:>8}{floor:>8}{made / floor:>8.3f}   {schema}, {took:.0f} s", flush=True
    )


def onboarding(platform: Platform) -> None:
    """500 new products with five pictures each over ten shops."""
    with sandbox(platform.name, shops=SHOPS) as address, home(address) as engine:
        for shop in range(SHOPS):
            add_products(engine, f"Usaha {shop}", range(NEW // SHOPS), every=VARIED)
            connect_sandbox(engine, platform.name, f"Usaha {shop}", address, create=False)
        reset(address)
        begun = time.monotonic()
        report = sync_shops(engine, shops_of(engine))
        varied = NEW // SHOPS // VARIED
        listings = NEW // SHOPS + varied * (platform.varied_listings - 1)
        assert report.summary()["created"] == SHOPS * listings, report.summary()
        work = ShopWork(plain=NEW // SHOPS - varied, varied=varied, pictures=PICTURES)
        show(platform, "onboarding 500 products, 5 pictures", address, work, begun)


def add_products(engine: Engine, business: str, numbers: Sequence[int], every: int = 0) -> None:
    """Products of one merchant, all publishable, with stock; one in `every` has three variants."""
    now = engine.clock()
    with engine.store.write() as session:
        merchant, _ = save_merchant(session, business.casefold().replace(" ", ""), {"name": business}, now)
        location = default_location(session, row_id(merchant))
        for number in numbers:
            varied = bool(every) and number % every == 0
            values = {
                "name": f"Keripik Pisang Nomor {number}",
                "description": "Keripik pisang renyah buatan rumahan, tanpa bahan pengawet, dikemas rapat.",
                "jenis": "Makanan",
                "axes": ["Rasa"] if varied else [],
                "pictures": [
                    f"https://contoh.example/{business}-{number}-{i}.jpg".replace(" ", "-") for i in range(PICTURES)
                ],
                "reasons": [],
                "publishable": True,
            }
            options = [("Asin",), ("Manis",), ("Pedas",)] if varied else [()]
            draft = ProductDraft(f"p{number}", values, tuple(SkuDraft(option, 15000, 250) for option in options))
            for sku in save_product(session, merchant, draft, now).skus:
                add_count(session, row_id(sku), location, f"bench/{sku.id}", 20, now, now)
        add_listings_everywhere(session, row_id(merchant))


def nights(platform: Platform) -> None:
    """20,000 listings that are live already; then a night with 1 % changed, then one with nothing changed."""
    with sandbox(platform.name, shops=SHOPS) as address, home(address) as engine:
        each = LIVE // SHOPS
        for shop in range(SHOPS):
            add_products(engine, f"Usaha {shop}", range(each))
            connect_sandbox(engine, platform.name, f"Usaha {shop}", address, create=False)
        adopt(engine, address)
        sync_shops(engine, shops_of(engine))
        change(engine, platform, address)
        pass_time(engine, address, timedelta(hours=3))
        reset(address)
        begun = time.monotonic()
        report = sync_shops(engine, shops_of(engine)).summary()
        half = each // CHANGED // 2
        assert (report["price"], report["stock"]) == (half * SHOPS, half * SHOPS), report
        work = ShopWork(prices=half, stocks=half, orders=BOUGHT // SHOPS)
        show(platform, "a night, 1 % of 20,000 listings changed", address, work, begun)
        pass_time(engine, address, timedelta(minutes=30))
        reset(address)
        begun = time.monotonic()
        report = sync_shops(engine, shops_of(engine)).summary()
        assert report["writes"] == 0, report
        work = ShopWork(today=BOUGHT // SHOPS)
        show(platform, "a night, nothing changed (writes 0)", address, work, begun)


def pass_time(engine: Engine, address: str, span: timedelta) -> None:
    """Nobody's orders are of the minute in which a run begins, nor told again by its overlap. Less than the life of a token, and
    than a day, after which every shop is asked after as well."""
    control(address, "/_sandbox/clock", {"advance_s": span.total_seconds(), "skew": True})
    ahead = engine.clock() - utc_now() + span
    engine.clock = lambda: utc_now() + ahead


def adopt(engine: Engine, address: str) -> None:
    """The marketplace shows what we would show: listings are put there and bound, as if an earlier run had made them."""
    for shop in shops_of(engine):
        remap(Lane(engine=engine, shop=shop))
        with engine.store.read() as session:
            query = select(col(Listing.id), col(Sku.code), col(Product.name)).join(
                Product, col(Product.id) == col(Listing.product_id)
            )
            query = query.join(Sku, col(Sku.product_id) == col(Product.id)).where(col(Listing.shop_id) == shop.shop_id)
            rows = [(row[0], row[1], row[2]) for row in session.execute(query)]
        listings = [
            {"title": name, "skus": [{"seller_sku": code, "price": 15000, "stock": 20}]} for _, code, name in rows
        ]
        ids = control(address, "/_sandbox/listings", {"shop_id": shop.remote_shop_id, "listings": listings})["ids"]
        with engine.store.write() as session:
            for (listing_id, _, _), remote_id in zip(rows, ids, strict=True):
                session.execute(
                    update(Listing).where(col(Listing.id) == listing_id).values(remote_item_id=str(remote_id))
                )
    bind(engine, address)


def bind(engine: Engine, address: str) -> None:
    """Every listing knows its ids on the channel, and that it shows what it should."""
    state = control(address, "/_sandbox/state")["listings"]
    skus = {row["id"]: row["skus"][0]["id"] for row in state}
    shown = {"listed": True, "base": 20, "may_sell": 20, "cover": "covered", "stock_dirty": False}
    with engine.store.write() as session:
        for listing_id, remote_id in session.execute(select(col(Listing.id), col(Listing.remote_item_id))).all():
            ids = {"remote_item_id": remote_id, "remote_sku_id": skus[remote_id]}
            session.execute(update(ListingSku).where(col(ListingSku.listing_id) == listing_id).values(**ids, **shown))
        session.execute(update(Facet).values(applied=col(Facet.desired), applied_fp=col(Facet.desired_fp), dirty=False))
        session.execute(update(Listing).values(stale=False))


def change(engine: Engine, platform: Platform, address: str) -> None:
    """Half of the changed listings get a price, half a count; buyers buy from listings that nobody touched."""
    now = engine.clock()
    with engine.store.write() as session:
        skus = session.execute(select(Sku).order_by(col(Sku.id))).scalars().all()
        for place, sku in enumerate(skus[::CHANGED]):
            if place % 2:
                sku.price_idr = 16000
                session.execute(update(Listing).where(col(Listing.product_id) == sku.product_id).values(stale=True))
            else:
                place_id = default_location(session, sku.merchant_id)
                add_count(session, row_id(sku), place_id, f"night/{sku.id}", 12, now, now)
        remote = {
            row[0]: row[1] for row in session.execute(select(col(ListingSku.sku_id), col(ListingSku.remote_item_id)))
        }
    wanted: dict[int, list[str]] = {}
    for sku in skus[1::CHANGED]:
        wanted.setdefault(sku.merchant_id, []).append(sku.code if platform.codes else remote[row_id(sku)])
    for shop in shops_of(engine):
        for name in wanted[shop.merchant_id][: BOUGHT // SHOPS]:
            order = {"shop_id": shop.remote_shop_id, "lines": [{"seller_sku": name, "quantity": 1}]}
            control(address, "/_sandbox/orders", order)
