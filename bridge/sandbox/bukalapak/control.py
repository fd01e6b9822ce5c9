"""This platform's side of the control plane: credentials, the truth, preloading, and the seller's own edits."""

from collections.abc import Mapping, Sequence
from typing import Any

from bridge.sandbox.bukalapak import ids
from bridge.sandbox.bukalapak.buyer import find_account, order_row
from bridge.sandbox.bukalapak.categories import leaf
from bridge.sandbox.bukalapak.state import World
from bridge.sandbox.bukalapak.values import Account, Picture, Product
from bridge.sandbox.core.market import Refused

CATEGORY_ID = 2010
DESCRIPTION = "Produk UMKM contoh yang sudah ada di lapak sebelum sambungan dibuat."
EDITS = ("title", "price", "stock", "seller_sku", "skus", "delist", "ban", "delete")


def credentials(world: World, address: str) -> dict[str, Any]:
    """There is no app and no consent page: `app` only has a name, `auth_url` is where authenticate.json lives."""
    return {
        "platform": "bukalapak",
        "base_url": f"{address}/v2",
        "auth_url": f"{address}/v2",
        "app": {"id": "bukalapak", "secret": ""},
        "shops": [shop_row(account) for account in world.accounts.values()],
    }


def shop_row(account: Account) -> dict[str, Any]:
    row = {"id": account.shown_id, "name": account.name, "username": account.username, "password": account.password}
    if not account.handed_out:
        return row
    return {**row, "auth_code": "", "access_token": account.token, "refresh_token": ""}


def state(world: World) -> dict[str, Any]:
    world.settle()
    return {
        "listings": [listing_row(product) for product in world.products.values()],
        "orders": [order_row(found) for found in world.transactions.values()],
        "tokens": [
            {"shop_id": account.shown_id, "access_token": account.token, "expires_at": None}
            for account in world.accounts.values()
        ],
    }


def listing_row(product: Product) -> dict[str, Any]:
    number = product.product_id
    sku = {"id": number, "seller_sku": number, "price": product.price, "stock": product.stock}
    head = {"id": number, "shop_id": str(product.user_id), "title": product.name, "status": product.word}
    return {**head, "skus": [sku]}


def preload(world: World, shop_id: str, listings: Sequence[Mapping[str, Any]]) -> list[str]:
    """Puts products into the shop without the checks of a create. There are no variants: each SKU becomes a product."""
    account = find_account(world, shop_id)
    products = [product for listing in listings for product in _preloaded(world, account, listing)]
    for product in products:
        world.add_product(product)
        image = Picture(world.next_id("image"), account.user_id, product.number)
        world.pictures[image.image_id] = image
        product.images = [image.image_id]
    return [product.product_id for product in products]


def _preloaded(world: World, account: Account, listing: Mapping[str, Any]) -> list[Product]:
    skus, category_id = listing["skus"], ids.whole(listing.get("category_id", CATEGORY_ID))
    category = leaf(category_id)
    if not skus:
        raise Refused("a listing has at least one sku", 400)
    if category is None:
        raise Refused(f"{category_id} is not a leaf category", 400)
    title = str(listing["title"])
    titles = [title if len(skus) == 1 else f"{title} {sku.get('option', sku['seller_sku'])}" for sku in skus]
    return [
        Product(
            number=world.next_id("product"),
            user_id=account.user_id,
            category_id=category.category_id,
            name=name,
            price=int(sku["price"]),
            weight=int(listing.get("weight", 300)),
            stock=int(sku["stock"]),
            description=str(listing.get("description", DESCRIPTION)),
            created_at=world.clock.real(),
        )
        for name, sku in zip(titles, skus, strict=True)
    ]


def edit(world: World, listing_id: str, changes: Mapping[str, Any]) -> dict[str, Any]:
    """What the seller, or the platform, does on the web site."""
    world.settle()
    product = world.products.get(ids.decode(listing_id) or 0)
    if product is None or product.removed:
        raise Refused(f"no listing {listing_id}", 404)
    unknown = sorted(set(changes) - set(EDITS))
    if unknown:
        raise Refused(f"cannot change {', '.join(unknown)}; there are {', '.join(EDITS)}", 400)
    rows = [*changes.get("skus", ()), changes]
    for row in rows:
        for name in ("id", "seller_sku"):
            if name in row and ids.decode(row[name]) != product.number:
                raise Refused(f"the listing has no SKU {row[name]}", 404)
    prices = [int(row["price"]) for row in rows if "price" in row]
    stocks = [int(row["stock"]) for row in rows if "stock" in row]
    with world.changing(product):
        product.name = str(changes.get("title", product.name))
        product.price = prices[-1] if prices else product.price
        product.stock = max(0, stocks[-1]) if stocks else product.stock
        product.active = not changes["delist"] if "delist" in changes else product.active
        product.banned = bool(changes.get("ban", product.banned))
        product.removed = changes.get("delete") is True
    return listing_row(product)
