"""A small catalogue on a shop, and short ways to fill it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import Session

from bridge.model import Grant
from bridge.store.catalog import ProductDraft, Saved, SkuDraft, default_location, row_id, save_merchant, save_product
from bridge.store.crypto import Cipher
from bridge.store.engine import Store
from bridge.store.journal import NewOperation, NewSku
from bridge.store.listings import add_listings, stale_listings, tie_skus
from bridge.store.shops import save_app, save_grant, save_shop
from bridge.store.tables import Merchant

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
PLAIN: Mapping[str, Any] = {
    "name": "Kopi Gayo", "description": "Biji kopi", "jenis": "Minuman", "brand": None, "axes": [], "unit": "pcs",
    "pictures": ["https://x.example/1.jpg"], "pack_qty": None, "preorder_days": None, "licences": {"pirt": "123"},
    "attributes": {}, "reasons": [], "verdict": "ok", "publishable": True, "valid_until": None,
}  # fmt: skip


def after(**more: float) -> datetime:
    return NOW + timedelta(**more)


def draft(key: str = "kopi gayo", *skus: SkuDraft, **values: Any) -> ProductDraft:
    """A product of one SKU unless others are given."""
    return ProductDraft(key, {**PLAIN, **values}, skus or (SkuDraft((), 20_000, 250),))


def sizes(*names: str, price: int = 20_000) -> tuple[SkuDraft, ...]:
    return tuple(SkuDraft((name,), price, 250) for name in names)


def add_merchant(session: Session, key: str = "toko maju", **values: Any) -> Merchant:
    return save_merchant(session, key, {"name": key.title(), **values}, NOW)[0]


def add_product(session: Session, merchant: Merchant, key: str = "kopi gayo", *skus: SkuDraft, **values: Any) -> Saved:
    return save_product(session, merchant, draft(key, *skus, **values), NOW)


@dataclass(frozen=True)
class Place:
    """A merchant's shop with one listing of some SKUs."""

    merchant_id: int
    location_id: int
    product_id: int
    shop_id: int
    listing_id: int
    sku_ids: tuple[int, ...]
    tie_ids: tuple[int, ...]


def add_shop(session: Session, cipher: Cipher, merchant_id: int, remote_shop_id: str = "322", **settings: str) -> int:
    app = save_app(session, cipher, "shopee", "2001", "shpk-secret", settings)
    grant = save_grant(
        session, cipher, row_id(app), Grant("access-1", "refresh-1", None, None, None, (remote_shop_id,))
    )
    return row_id(save_shop(session, "shopee", remote_shop_id, merchant_id, row_id(app), row_id(grant), NOW))


def build_place(store: Store, cipher: Cipher, *names: str, remote: bool = False) -> Place:
    """A shop with one listing; `remote`: it is on the channel already."""
    with store.write() as session:
        merchant = add_merchant(session)
        saved = (
            add_product(session, merchant, "kopi gayo", *sizes(*names), axes=["Ukuran"])
            if names
            else add_product(session, merchant)
        )
        shop_id = add_shop(session, cipher, row_id(merchant))
        add_listings(session, shop_id, row_id(merchant), 50)
        listing = stale_listings(session, shop_id, NOW, 10)[0]
        ties = tie_skus(session, listing, [row_id(sku) for sku in saved.skus])
        if remote:
            listing.remote_item_id = "900"
            for number, tie in enumerate(ties.values()):
                tie.remote_item_id, tie.remote_sku_id, tie.listed = "900", f"m{number}", True
        session.flush()
        return Place(
            row_id(merchant), default_location(session, row_id(merchant)), row_id(saved.product), shop_id, row_id(listing),
            tuple(row_id(sku) for sku in saved.skus), tuple(row_id(ties[row_id(sku)]) for sku in saved.skus),
        )  # fmt: skip


def operation(place: Place, kind: str = "stock", skus: Sequence[NewSku] = (), **more: Any) -> NewOperation:
    plain: dict[str, Any] = {"shop_id": place.shop_id, "target": f"listing/{place.listing_id}", "kind": kind, "lane": 3,
                             "reason": "test", "listing_id": place.listing_id, "skus": tuple(skus)}  # fmt: skip
    return NewOperation(**{**plain, **more})
