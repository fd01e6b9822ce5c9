"""This platform's side of the control plane: credentials, the truth, preloading, and the seller's own edits."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bridge.sandbox.core.market import Refused
from bridge.sandbox.tokopedia import reviews
from bridge.sandbox.tokopedia.attribute_rules import own_id
from bridge.sandbox.tokopedia.attributes import FLAVOUR, ORIGIN, SHELF_LIFE
from bridge.sandbox.tokopedia.buyer import find_shop, order_row
from bridge.sandbox.tokopedia.categories import leaf
from bridge.sandbox.tokopedia.edits import tell
from bridge.sandbox.tokopedia.errors import ApiError
from bridge.sandbox.tokopedia.shops import sales_warehouses
from bridge.sandbox.tokopedia.sku_rules import MOST
from bridge.sandbox.tokopedia.state import Picture, Shop, World
from bridge.sandbox.tokopedia.values import PLATFORMS, Offer, Product, Sku, Version

CATEGORY_ID = "700645"
IMAGE = "tos-alisg-i-aphluv4xwc-sg/00000000000000000000000000000001"
EDITS = (
    "title",
    "price",
    "stock",
    "seller_sku",
    "skus",
    "delist",
    "ban",
    "freeze",
    "delete",
    "promotion",
    "reject",
    "storefronts",
)
SWITCHES = {"delist": "SELLER_DEACTIVATED", "ban": "PLATFORM_DEACTIVATED", "freeze": "FREEZE"}
Changes = Mapping[str, Any]


def credentials(world: World, address: str) -> dict[str, Any]:
    return {
        "platform": "tokopedia",
        "base_url": address,
        "auth_url": address,
        "app": {"id": world.app_key, "secret": world.app_secret},
        "shops": [shop_row(world, shop) for shop in world.shops.values()],
    }


def shop_row(world: World, shop: Shop) -> dict[str, Any]:
    row = {"id": shop.shop_id, "name": shop.name}
    if shop.authorised_until is None:
        return row
    row |= {"auth_code": world.tokens.unused_code(shop.shop_id), "cipher": shop.cipher}
    pair = world.tokens.latest.get(shop.shop_id)
    return row if pair is None else {**row, "access_token": pair.access, "refresh_token": pair.refresh}


def state(world: World) -> dict[str, Any]:
    return {
        "listings": [listing_row(product) for product in world.products.values()],
        "orders": [order_row(order) for order in world.orders.values()],
        "tokens": world.tokens.report(world.clock.to_real),
    }


def listing_row(product: Product) -> dict[str, Any]:
    """`status` is one word for both storefronts; `statuses` has each."""
    skus = [
        {
            "id": sku.sku_id,
            "seller_sku": sku.seller_sku,
            "price": sku.offer.price,
            "stock": sku.offer.available,
            "warehouses": dict(sku.offer.stock),
        }
        for sku in product.live.skus.values()
    ]
    head = {"id": product.product_id, "shop_id": product.shop_id, "title": product.live.title}
    return {**head, "status": product.status, "statuses": dict(product.statuses), "skus": skus}


def preload(world: World, shop_id: str, listings: Sequence[Changes]) -> list[str]:
    """Puts products on sale without the checks of a create. Each is dated a second before the last, so that searches by
    time can cut them into pieces small enough."""
    shop = find_shop(world, shop_id)
    world.pictures.setdefault(IMAGE, Picture(640, 640, "MAIN_IMAGE"))
    products = [_preloaded(world, shop, listing) for listing in listings]
    shelf = shop.shelf
    for product in products:
        shelf.oldest = product.create_time = (shelf.oldest or world.clock.real()) - 1
    for product in reversed(products):  # in the order of their times, which the indexes take fastest
        world.add_product(product, product.create_time)
    return [product.product_id for product in products]


def _preloaded(world: World, shop: Shop, listing: Changes) -> Product:
    rows = listing["skus"]
    if not rows or len(rows) > MOST:
        raise Refused(f"a listing has 1 to {MOST} skus", 400)
    platforms = listing.get("listing_platforms", PLATFORMS)
    if not platforms or not set(platforms) <= set(PLATFORMS):
        raise Refused(f"listing_platforms has {', '.join(PLATFORMS)}", 400)
    number, warehouse = world.next_id(), sales_warehouses(shop)[0]
    skus = [_preloaded_sku(world, row, warehouse, at, alone=len(rows) == 1) for at, row in enumerate(rows, 1)]
    content = _content(str(listing.get("category_id", CATEGORY_ID)))
    version = Version(str(listing["title"]), content, {sku.sku_id: sku for sku in skus})
    return Product(number, shop.shop_id, version, 0, dict.fromkeys(platforms, "ACTIVATE"), audit="APPROVED")


def _preloaded_sku(world: World, row: Changes, warehouse: str, at: int, *, alone: bool) -> Sku:
    offer = Offer(int(row["price"]), {warehouse: int(row["stock"])})
    sales = [] if alone else [_option(str(row.get("option", f"Pilihan {at}")))]
    return Sku(world.next_id(), str(row["seller_sku"]), offer, sales)


def _option(text: str) -> dict[str, Any]:
    number = own_id(FLAVOUR.attribute_id, text)
    return {"id": FLAVOUR.attribute_id, "name": FLAVOUR.name, "value_id": number, "value_name": text}


def _content(category_id: str) -> dict[str, Any]:
    try:
        leaf(category_id)
    except ApiError as error:
        raise Refused(f"{category_id}: {error.message}", 400) from None
    return {**_CONTENT, "category_id": category_id}


def _attribute(attribute: Any) -> dict[str, Any]:
    number, name = next(iter(attribute.values.items()))
    return {"id": attribute.attribute_id, "name": attribute.name, "values": [{"id": number, "name": name}]}


_CONTENT: dict[str, Any] = {
    "description": "<p>Produk UMKM contoh yang sudah ada di toko sebelum sambungan dibuat.</p>",
    "main_images": [IMAGE],
    "product_attributes": [_attribute(ORIGIN), _attribute(SHELF_LIFE)],
    "certifications": [],
    "package_weight": {"value": "0.3", "unit": "KILOGRAM"},
    "is_cod_allowed": False,
    "is_pre_owned": False,
}


def edit(world: World, listing_id: str, changes: Changes) -> dict[str, Any]:
    """What the seller, or the platform, does in the seller centre.

    `price` and `stock` concern the SKU named by `seller_sku`, else all; `skus` lists them one by one. `storefronts` limits
    `delist`, `ban` and `freeze`. `reject` (true, or a list of storefronts) lets the running review, or the next, fail.
    """
    product = world.products.get(listing_id)
    if product is None:
        raise Refused(f"no listing {listing_id}", 404)
    unknown = sorted(set(changes) - set(EDITS))
    if unknown:
        raise Refused(f"cannot change {', '.join(unknown)}; there are {', '.join(EDITS)}", 400)
    rows = [*changes.get("skus", ()), changes]
    targets = [(sku, row) for row in rows for sku in _skus(product, row)]
    before = dict(product.statuses)
    with world.shops[product.shop_id].shelf.change(product, world.clock.real()):
        for sku, row in targets:
            _set(sku, row)
        product.live.title = str(changes.get("title", product.live.title))
        product.promotion = bool(changes.get("promotion", product.promotion))
        product.rejects |= reviews.rejectable(changes.get("reject"))
        _switch(product, changes)
    if product.statuses != before:
        reviews.told(world, product, "Produk melanggar aturan" if changes.get("ban") else "")
    tell(
        world, product, "SELLER_CENTER", [name for name in changes if name in ("title", "price", "stock")] or ["others"]
    )
    return listing_row(product)


def _skus(product: Product, row: Changes) -> Iterable[Sku]:
    number, code = row.get("id"), row.get("seller_sku")
    found = [
        sku for sku in product.live.skus.values() if number in (None, sku.sku_id) and code in (None, sku.seller_sku)
    ]
    if not found:
        raise Refused(f"the listing has no SKU {code or number}", 404)
    return found


def _set(sku: Sku, row: Changes) -> None:
    """A new stock goes to the first warehouse, the others are emptied."""
    sku.offer.price = int(row.get("price", sku.offer.price))
    if "stock" in row:
        first, *others = sku.offer.stock
        sku.offer.stock = {first: int(row["stock"]), **dict.fromkeys(others, 0)}


def _switch(product: Product, changes: Changes) -> None:
    named = changes.get("storefronts", PLATFORMS)
    places = [platform for platform in product.statuses if platform in named]
    if changes.get("delete") is True:
        product.statuses = dict.fromkeys(product.statuses, "DELETED")
    for name, status in SWITCHES.items():
        if name in changes:
            product.statuses.update(dict.fromkeys(places, status if changes[name] else "ACTIVATE"))
