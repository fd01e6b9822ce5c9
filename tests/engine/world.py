"""A small world for the engine's tests: a real store, a memory marketplace that lends its clock, and a merchant's shop."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from sqlalchemy import select, update
from sqlmodel import col

from bridge.connectors import registry
from bridge.connectors.memory import Market
from bridge.engine.connecting import store_app, store_grants
from bridge.engine.context import Engine, no_probe
from bridge.engine.pictures import normalise, picture_path
from bridge.engine.runs import Report
from bridge.engine.sync import shops_of, sync_shops
from bridge.model import Grant
from bridge.settings import Settings
from bridge.store.catalog import ProductDraft, SkuDraft, default_location, row_id, save_merchant, save_product
from bridge.store.crypto import Cipher, load_cipher
from bridge.store.engine import Store, open_store
from bridge.store.kept import save_picture
from bridge.store.ledger import add_count
from bridge.store.listings import add_listings_everywhere
from bridge.store.tables import Balance, Lease, Listing, ListingSku, Merchant, OperationRow, Product, Sku

PICTURE = "https://contoh.example/foto/keripik.jpg"
OTHER_PICTURE = "https://contoh.example/foto/tempe.jpg"
COLOURS = {PICTURE: (200, 120, 40), OTHER_PICTURE: (90, 60, 30)}
RULES = """
name = "memory"
[brand]
id = "0"
name = "No Brand"
[[category]]
id = "101"
words = ["keripik"]
[[attribute]]
names = ["Kondisi"]
default = ["Baru"]
[[attribute]]
names = ["Masa Simpan"]
default = ["6 bulan"]
"""


@dataclass
class World:
    """One merchant with a shop on the memory marketplace."""

    engine: Engine
    market: Market
    shop: str = "1"

    def sync(self, **more: Any) -> Report:
        """A whole run over all shops."""
        return sync_shops(self.engine, shops_of(self.engine), **more)

    def add_product(
        self,
        name: str,
        stock: int | None = 10,
        options: tuple[str, ...] = (),
        price: int = 15000,
        pictures: Sequence[str] = (),
    ) -> int:
        """A publishable product of the merchant; `stock` pieces of each SKU. Gives its id."""
        engine, now = self.engine, self.engine.clock()
        with engine.store.write() as session:
            merchant = session.execute(select(Merchant)).scalars().first()
            if merchant is None:
                merchant, _ = save_merchant(session, "tokouji", {"name": "Toko Uji"}, now)
            values = {
                "name": name,
                "description": "Keripik renyah buatan rumahan tanpa pengawet.",
                "jenis": "Makanan",
                "axes": ["Rasa"] if options else [],
                "pictures": list(pictures),
                "reasons": [],
                "publishable": True,
            }
            skus = [SkuDraft((option,), price, 250) for option in options] or [SkuDraft((), price, 250)]
            saved = save_product(session, merchant, ProductDraft(name.casefold(), values, tuple(skus)), now)
            location = default_location(session, row_id(merchant))
            for sku in saved.skus:
                if stock is not None:
                    add_count(session, row_id(sku), location, f"test/{sku.id}/{now.isoformat()}", stock, now, now)
            add_listings_everywhere(session, row_id(merchant))
            return row_id(saved.product)

    def set_price(self, product_id: int, price: int) -> None:
        """The merchant asks another price for every SKU."""
        self._change_skus(product_id, price_idr=price)

    def _change_skus(self, product_id: int, **values: int) -> None:
        with self.engine.store.write() as session:
            session.execute(update(Sku).where(col(Sku.product_id) == product_id).values(**values))
            session.execute(update(Listing).where(col(Listing.product_id) == product_id).values(stale=True))

    def count(self, code: str, pieces: int) -> None:
        """Somebody counts the shelf."""
        now = self.engine.clock()
        with self.engine.store.write() as session:
            sku = session.execute(select(Sku).where(col(Sku.code) == code)).scalar_one()
            location = default_location(session, sku.merchant_id)
            add_count(session, row_id(sku), location, f"count/{code}/{now.isoformat()}", pieces, now, now)

    def advance(self, seconds: float) -> None:
        """Time passes, for the marketplace and for us."""
        self.market.advance(seconds)

    def advance_clock(self, seconds: float) -> None:
        """Time passes by a clock of the test's own: orders bought afterwards are later, too."""
        self.engine.sleep(seconds)

    def forget_leases(self) -> None:
        """As if the leases of a dead process had run out."""
        with self.engine.store.write() as session:
            session.execute(update(Lease).values(until=None, holder=None))

    def rows(self, model: Any) -> list[Any]:
        """All rows of a table."""
        with self.engine.store.read() as session:
            return list(
                session.execute(select(model).order_by(model.__table__.primary_key.columns.values()[0])).scalars()
            )

    def codes(self, product_id: int) -> list[str]:
        """SKU codes of a product."""
        return [sku.code for sku in self.rows(Sku) if sku.product_id == product_id]

    def balance(self, code: str) -> Balance:
        """The balance of a SKU."""
        sku = next(sku for sku in self.rows(Sku) if sku.code == code)
        return next(row for row in self.rows(Balance) if row.sku_id == sku.id)

    def tie(self, code: str) -> ListingSku:
        """The ListingSku of a SKU on the one shop."""
        sku = next(sku for sku in self.rows(Sku) if sku.code == code)
        return next(row for row in self.rows(ListingSku) if row.sku_id == sku.id)

    def operations(self, state: str | None = None) -> list[OperationRow]:
        """The journal."""
        return [row for row in self.rows(OperationRow) if state is None or row.state == state]

    def shown(self) -> dict[str, dict[str, tuple[int, int]]]:
        """What the marketplace shows: title → seller SKU → (price, pieces). A title twice is a duplicate."""
        found: dict[str, dict[str, tuple[int, int]]] = {}
        for row in self.market.state(self.shop)["listing"]:
            assert row["title"] not in found, f"{row['title']} is listed twice"
            found[row["title"]] = {
                sku["seller_sku"]: (sku["price_idr"], sum(sku["stock"].values())) for sku in row["skus"]
            }
        return found

    def products(self) -> list[Product]:
        """All products."""
        return self.rows(Product)


def build_engine(
    store: Store, cipher: Cipher, home: Path, market: Market, reach: Callable[[str], None] = no_probe
) -> Engine:
    """An engine whose clock is the marketplace's and whose waiting lets that clock run."""
    (home / "config" / "mapping").mkdir(parents=True, exist_ok=True)
    (home / "config" / "mapping" / "memory.toml").write_text(RULES, encoding="utf-8")
    settings = Settings(home=home, parallel_shops=1, parallel_calls=1)
    return Engine(settings=settings, store=store, cipher=cipher, clock=market.now, sleep=market.advance, reach=reach)


def build_world(store: Store, cipher: Cipher, home: Path, shape: str = "steps", file: Path | None = None) -> World:
    """A merchant, a shop on a marketplace of its own, and pictures that were fetched already."""
    settings = {"base_url": "memory", "shape": shape} | ({"file": str(file)} if file else {"world": str(home)})
    plugin: Any = registry.plugin("memory")
    world = World(build_engine(store, cipher, home, plugin.market(settings)), plugin.market(settings))
    grant = Grant(world.market.new_token(world.shop), "refresh-1", None, None, None, (world.shop,))
    open_shop(world, "memory", {"app_id": "app", "app_secret": "secret", **settings}, grant)
    return world


def open_shop(world: World, channel: str, settings: Mapping[str, str], grant: Grant) -> None:
    """The merchant, its pictures, and its shop on a channel."""
    engine, now = world.engine, world.market.now()
    with engine.store.write() as session:
        save_merchant(session, "tokouji", {"name": "Toko Uji"}, now)
        for link, colour in COLOURS.items():
            save_picture(session, link, keep_picture(engine.settings.pictures, colour), None, now)
    rest = dict(settings)
    app = store_app(engine, channel, rest.pop("app_id"), rest.pop("app_secret"), rest)
    store_grants(engine, channel, "Toko Uji", app, [grant])


def keep_picture(folder: Path, colour: tuple[int, int, int]) -> str:
    """A picture as if it had been fetched; gives its hash."""
    data = picture_of(colour)
    sha = hashlib.sha256(data).hexdigest()
    path = picture_path(folder, sha)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return sha


@cache
def picture_of(colour: tuple[int, int, int]) -> bytes:
    """A plain picture in the shape that the bridge keeps."""
    out = BytesIO()
    Image.new("RGB", (640, 640), colour).save(out, "JPEG")
    data = normalise(out.getvalue())
    assert isinstance(data, bytes)
    return data


@dataclass(frozen=True)
class Joining:
    """All that another process needs to join a world."""

    url: str
    key: Path
    home: Path
    shop: str
    market: Callable[[], Any]  # the same marketplace, opened there

    def open(self, reach: Callable[[str], None]) -> World:
        market = self.market()
        engine = build_engine(open_store(self.url, "OFF"), load_cipher(self.key), self.home, market, reach)
        return World(engine, market, self.shop)


def later(world: World, seconds: float) -> Any:
    """The marketplace's time so many seconds from now."""
    return world.engine.clock() + timedelta(seconds=seconds)
