"""Full and partial edits. Both delete the SKUs and switch off the storefronts that they leave out."""

from typing import Any

from bridge.sandbox.tokopedia import reviews
from bridge.sandbox.tokopedia.call import Call
from bridge.sandbox.tokopedia.categories import Category, leaf
from bridge.sandbox.tokopedia.errors import ApiError
from bridge.sandbox.tokopedia.fields import Fields
from bridge.sandbox.tokopedia.product_rules import (
    check_permission,
    checked_category,
    checked_content,
    checked_platforms,
    checked_version,
)
from bridge.sandbox.tokopedia.push import PRODUCT_CHANGE
from bridge.sandbox.tokopedia.sku_rules import Judge, checked_skus
from bridge.sandbox.tokopedia.state import World
from bridge.sandbox.tokopedia.text_rules import checked_title
from bridge.sandbox.tokopedia.values import OFF, Product, Sku, Version

CONTENT = (
    "description",
    "main_images",
    "product_attributes",
    "certifications",
    "package_weight",
    "package_dimensions",
    "brand_id",
    "size_chart",
    "video",
    "is_cod_allowed",
    "is_pre_owned",
    "shipping_insurance_requirement",
    "external_product_id",
    "shipping_template_id",
)
FIXED = ("category_id", "delivery_option_ids", "minimum_order_quantity")
Edited = tuple[Product, list[str]]


def edit(call: Call) -> Edited:
    """What is left out is blanked, except price and inventory of SKUs that are named by id."""
    product, platforms = _open(call)
    category = checked_category(call.body, platforms)
    version, warnings = checked_version(call, call.body, category, platforms, _known(product))
    return _apply(call, product, version), warnings


def partial_edit(call: Call) -> Edited:
    """By top-level property: what is left out stays, what is given is replaced as a whole."""
    product, platforms = _open(call)
    body, old = call.body, product.latest
    for name in FIXED:
        if body.has(name):
            raise body.wrong(name, "nothing: a partial edit does not take it")
    category = leaf(old.content["category_id"])
    check_permission(category, platforms)
    title = checked_title(body.text("title")) if body.has("title") else old.title
    content, warnings = _content(call, category, platforms, old)
    skus = old.skus
    if body.has("skus"):
        judge = Judge(call.world, call.shop, category.profile)
        skus = {sku.sku_id: sku for sku in checked_skus(body.rows("skus"), judge, _known(product))}
    return _apply(call, product, Version(title, content, skus)), warnings


def _content(
    call: Call, category: Category, platforms: tuple[str, ...], old: Version
) -> tuple[dict[str, Any], list[str]]:
    """The old content, written as a body, with what is given laid over it, and checked again."""
    merged = {**as_body(old.content), **{name: call.body.values[name] for name in CONTENT if call.body.has(name)}}
    content, warnings = checked_content(call, Fields(merged), category, platforms)
    kept = {name: old.content[name] for name in FIXED if name in old.content}
    return {**content, **kept}, warnings


def as_body(content: dict[str, Any]) -> dict[str, Any]:
    body = {name: value for name, value in content.items() if name in CONTENT}
    body["main_images"] = [{"uri": uri} for uri in content["main_images"]]
    body["product_attributes"] = [
        {"id": row["id"], "values": [_as_value(value) for value in row["values"]]}
        for row in content["product_attributes"]
    ]
    if "brand" in content:
        body["brand_id"] = content["brand"]["id"]
    return body


def _as_value(value: dict[str, str]) -> dict[str, str]:
    """Values of the seller's own have ids that only reading gives."""
    return {"name": value["name"]} if value["id"].startswith("7") else {"id": value["id"]}


def _open(call: Call) -> tuple[Product, tuple[str, ...]]:
    """The product, and the storefronts that it is checked for. Without the field they stay as they are."""
    product = call.product()
    if product.gone:
        raise ApiError(12052901)
    if call.body.has("listing_platforms"):
        return product, checked_platforms(call.body)
    return product, tuple(platform for platform in product.statuses if platform not in product.left_out)


def _known(product: Product) -> dict[str, Sku]:
    return {sku.sku_id: sku for sku in product.skus()}


def _apply(call: Call, product: Product, version: Version) -> Product:
    """Price and stock count at once; the rest of a live product waits for its review."""
    draft = _stays_draft(call, product)
    with call.shop.shelf.change(product, call.now()):
        _write_offers(product, version)
        if call.body.has("listing_platforms"):
            _set_platforms(product, checked_platforms(call.body), "DRAFT" if draft else "PENDING")
        if product.on_sale:
            product.next = version
        else:
            product.live, product.next = version, None
        if not draft:
            _submit(call.world, product)
    for sku_id in version.skus:
        call.world.sku_owners[sku_id] = product
    tell(call.world, product, "OPEN_API", [name for name in call.body.values if name != "skus"] or ["others"])
    return product


def _stays_draft(call: Call, product: Product) -> bool:
    """A draft may stay one; what was submitted once cannot become a draft again."""
    if call.body.choice("save_mode", ("LISTING", "AS_DRAFT"), "LISTING") == "LISTING":
        return False
    if set(product.statuses.values()) != {"DRAFT"}:
        raise ApiError(12052488, "This region doesn't support save draft after product submitted")
    return True


def _submit(world: World, product: Product) -> None:
    for platform, status in product.statuses.items():
        if status in ("DRAFT", "FAILED"):
            product.statuses[platform] = "PENDING"
    reviews.submit(world, product)


def _write_offers(product: Product, version: Version) -> None:
    """Both versions of a SKU share one offer."""
    known = _known(product)
    for sku_id, new in version.skus.items():
        old = known.get(sku_id)
        if old is not None and old is not new:
            old.offer.price, old.offer.stock = new.offer.price, new.offer.stock
            new.offer = old.offer


def _set_platforms(product: Product, wanted: tuple[str, ...], fresh: str) -> None:
    """One that is missing goes off; one that is new, or went off this way, is listed again."""
    for platform, status in product.statuses.items():
        if platform not in wanted and status not in OFF:
            product.statuses[platform] = "SELLER_DEACTIVATED"
            product.left_out.add(platform)
    for platform in wanted:
        if platform not in product.statuses or platform in product.left_out:
            product.statuses[platform] = fresh
            product.left_out.discard(platform)


def tell(world: World, product: Product, source: str, fields: list[str]) -> None:
    data = {"product_id": product.product_id, "change_source": source, "changed_fields": fields}
    world.push.send(PRODUCT_CHANGE, product.shop_id, {**data, "update_time": world.clock.real()})
