"""This platform's side of the control plane: credentials, the truth, preloading, and the seller's own edits."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bridge.sandbox.core.market import Refused
from bridge.sandbox.shopee import bands
from bridge.sandbox.shopee.attributes import ORIGIN, SHELF_LIFE
from bridge.sandbox.shopee.buyer import find_shop, order_row
from bridge.sandbox.shopee.categories import leaf
from bridge.sandbox.shopee.push import PRICE, VIOLATION
from bridge.sandbox.shopee.state import Shop, World
from bridge.sandbox.shopee.values import Item, Model

CATEGORY_ID = 100788
IMAGE_ID = "id-11134207-muatan-contoh-gambar-awal"
EDITS = ("title", "price", "stock", "reserved", "seller_sku", "skus", "delist", "ban", "delete", "promotion")


def credentials(world: World, address: str) -> dict[str, Any]:
    return {
        "platform": "shopee",
        "base_url": address,
        "auth_url": f"{address}/auth",
        "app": {"id": str(world.partner_id), "secret": world.partner_key},
        "shops": [shop_row(world, shop) for shop in world.shops.values()],
    }


def shop_row(world: World, shop: Shop) -> dict[str, Any]:
    pair = world.tokens.latest.get(shop.shop_id)
    tokens = {"access_token": pair.access, "refresh_token": pair.refresh} if pair is not None else {}
    row = {"id": str(shop.shop_id), "name": shop.name}
    if shop.authorised_until is not None:
        row["auth_code"] = world.tokens.unused_code(shop.shop_id)
    return {**row, **tokens}


def state(world: World) -> dict[str, Any]:
    return {
        "listings": [listing_row(item) for item in world.items.values()],
        "orders": [order_row(order) for order in world.orders.values()],
        "tokens": world.tokens.report(world.clock.to_real),
    }


def listing_row(item: Item) -> dict[str, Any]:
    """A SKU that lies in named locations has `warehouses`, too."""
    skus = [
        {"id": str(model_id), "seller_sku": sku, "price": holder.price, "stock": holder.stock, **_warehouses(holder)}
        for model_id, sku, holder in item.variants()
    ]
    return {
        "id": str(item.item_id),
        "shop_id": str(item.shop_id),
        "title": item.name,
        "status": item.status,
        "skus": skus,
    }


def _warehouses(holder: Item | Model) -> dict[str, Any]:
    return {} if "" in holder.places else {"warehouses": dict(holder.places)}


def preload(world: World, shop_id: str, listings: Sequence[Mapping[str, Any]]) -> list[str]:
    """Puts listings on the shelf without the checks of add_item, their stock at the shop's first location. Several SKUs make
    variants."""
    shop = find_shop(world, shop_id)
    world.images.add(IMAGE_ID)
    items = [_preloaded(world, shop, listing) for listing in listings]
    for item in items:
        world.add_item(item, item.create_time)
    return [str(item.item_id) for item in items]


def _preloaded(world: World, shop: Shop, listing: Mapping[str, Any]) -> Item:
    skus = listing["skus"]
    if not skus or len(skus) > bands.MODELS:
        raise Refused(f"a listing has 1 to {bands.MODELS} skus", 400)
    content = _content(int(listing.get("category_id", CATEGORY_ID)))
    first, alone = skus[0], len(skus) == 1
    parent = str(first["seller_sku"]) if alone else str(listing.get("item_sku", ""))
    now = world.clock.real()
    title, price, place = str(listing["title"]), int(first["price"]), shop.locations[0]
    stock = {place: int(first["stock"])}
    item = Item(world.next_id(), shop.shop_id, title, parent, price, stock, "NORMAL", content, now, 0.0)
    if not alone:
        item.tiers = [_tier(skus)]
        models = [
            Model(world.next_id(), (at,), str(sku["seller_sku"]), int(sku["price"]), {place: int(sku["stock"])})
            for at, sku in enumerate(skus)
        ]
        item.models = {model.model_id: model for model in models}
    return item


def _tier(skus: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    options = [
        {"variation_option_id": 0, "variation_option_name": str(sku.get("option", f"Pilihan {n}")), "image_id": ""}
        for n, sku in enumerate(skus, 1)
    ]
    return {"variation_id": 0, "variation_name": "Varian", "variation_group_id": 0, "variation_option_list": options}


def _content(category_id: int) -> dict[str, Any]:
    if leaf(category_id) is None:
        raise Refused(f"{category_id} is not a leaf category", 400)
    return {**_CONTENT, "category_id": category_id}


def _attribute(attribute: Any) -> dict[str, Any]:
    value = attribute.values[0]
    shown = {"value_id": value.value_id, "original_value_name": value.name_en, "value_unit": value.unit}
    return {
        "attribute_id": attribute.attribute_id,
        "original_attribute_name": attribute.name_en,
        "is_mandatory": True,
        "attribute_value_list": [shown],
    }


_CONTENT: dict[str, Any] = {
    "description": "Produk UMKM contoh yang sudah ada di toko sebelum sambungan dibuat.",
    "images": [IMAGE_ID],
    "weight": 0.3,
    "logistics": [{"logistic_id": 8003, "logistic_name": "Reguler (Cashless)", "enabled": True, "is_free": False}],
    "attributes": [_attribute(ORIGIN), _attribute(SHELF_LIFE)],
    "brand": {"brand_id": 0, "original_brand_name": "No Brand"},
    "pre_order": {"is_pre_order": False, "days_to_ship": bands.READY_DAYS_TO_SHIP},
    "wholesale": [],
}


def edit(world: World, listing_id: str, changes: Mapping[str, Any]) -> dict[str, Any]:
    """What the seller, or the platform, does in the seller centre.

    `price`, `stock` and `reserved` concern the SKU named by `seller_sku`, else all; `skus` lists them one by one. A new stock goes
    to the first location, the others are emptied.
    """
    item = world.items.get(int(listing_id)) if listing_id.isdecimal() else None
    if item is None:
        raise Refused(f"no listing {listing_id}", 404)
    unknown = sorted(set(changes) - set(EDITS))
    if unknown:
        raise Refused(f"cannot change {', '.join(unknown)}; there are {', '.join(EDITS)}", 400)
    rows = [*changes.get("skus", ()), changes]
    targets = [(holder, model_id, row) for row in rows for model_id, holder in _holders(item, row)]
    with world.shops[item.shop_id].shelf.change(item, world.clock.real()):
        item.name = str(changes.get("title", item.name))
        item.promotion = bool(changes.get("promotion", item.promotion))
        item.status = _status(item, changes)
        for holder, model_id, row in targets:
            _set(world, item, model_id, holder, row)
    if changes.get("ban") is True:
        _tell_ban(world, item)
    return listing_row(item)


def _holders(item: Item, row: Mapping[str, Any]) -> Iterable[tuple[int, Item | Model]]:
    wanted_id, wanted_sku = row.get("id"), row.get("seller_sku")
    found = [
        (model_id, holder)
        for model_id, sku, holder in item.variants()
        if wanted_id in (None, str(model_id), model_id) and wanted_sku in (None, sku)
    ]
    if not found:
        raise Refused(f"the listing has no SKU {wanted_sku or wanted_id}", 404)
    return found


def _set(world: World, item: Item, model_id: int, holder: Item | Model, row: Mapping[str, Any]) -> None:
    if "stock" in row:
        first, *others = holder.places
        holder.places = {first: int(row["stock"]), **dict.fromkeys(others, 0)}
    holder.reserved = int(row.get("reserved", holder.reserved))
    old, holder.price = holder.price, int(row.get("price", holder.price))
    if holder.price != old:
        data = {"item_id": item.item_id, "model_id": model_id, "update_field": "original_price"}
        stamps = {"old_value": old, "new_value": holder.price, "update_time": world.clock.real()}
        world.push.send(PRICE, item.shop_id, {**data, **stamps})


def _status(item: Item, changes: Mapping[str, Any]) -> str:
    if changes.get("delete") is True:
        return "SELLER_DELETE"
    if "ban" in changes:
        return "BANNED" if changes["ban"] else "NORMAL"
    if "delist" in changes:
        return "UNLIST" if changes["delist"] else "NORMAL"
    return item.status


def _tell_ban(world: World, item: Item) -> None:
    now = world.clock.real()
    detail = {
        "violation_type": "Prohibited Listing",
        "violation_reason": "Produk melanggar aturan",
        "suggestion": "Periksa kembali isi produk",
        "fix_deadline_time": now + 7 * 86_400,
        "update_time": now,
    }
    item.violations = [detail]
    data = {"item_id": item.item_id, "item_name": item.name, "item_status": item.status, "deboost": False}
    world.push.send(VIOLATION, item.shop_id, {**data, "item_status_details": [detail], "deboost_details": []})
