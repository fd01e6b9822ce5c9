"""Products as Get and Search show them. Prices are read as `sale_price` or `tax_exclusive_price`, never as `amount`."""

from typing import Any

from bridge.sandbox.tokopedia.call import Call
from bridge.sandbox.tokopedia.categories import chain
from bridge.sandbox.tokopedia.values import TIKTOK_SHOP, TOKOPEDIA, Product, Sku, Version

PASSED = {"PENDING": "INITIAL", "FAILED": "INITIAL"}  # the status without the review


def detail(call: Call, product: Product, version: Version) -> dict[str, Any]:
    content = version.content
    row = {
        "id": product.product_id,
        "title": version.title,
        "description": content["description"],
        "category_chains": chain(content["category_id"]),
        "main_images": [_picture(call, uri) for uri in content["main_images"]],
        "skus": [_sku(call, sku) for sku in version.skus.values()],
        "product_attributes": content["product_attributes"],
        "certifications": [_certificate(call, paper) for paper in content["certifications"]],
        "package_weight": content["package_weight"],
        "is_cod_allowed": content["is_cod_allowed"],
        "is_pre_owned": content["is_pre_owned"],
        "audit_failed_reasons": product.failed,
        "create_time": product.create_time,
        "update_time": product.update_time,
        "has_draft": False,
        **statuses(product),
    }
    for name in ("package_dimensions", "brand", "external_product_id", "minimum_order_quantity", "video"):
        if name in content:
            row[name] = content[name]
    if "shipping_insurance_requirement" in content:
        row["shipping_insurance_requirement"] = content["shipping_insurance_requirement"]
    return row if "size_chart" not in content else {**row, "size_chart": _size_chart(call, content["size_chart"])}


def statuses(product: Product) -> dict[str, Any]:
    """`status` is TikTok Shop's and absent without it; Tokopedia's is in a list of its own, absent without it."""
    row: dict[str, Any] = {}
    status = product.statuses.get(TIKTOK_SHOP)
    if status is not None:
        row |= {"status": status, "product_status": PASSED.get(status, status)}
        row["audit"] = {"status": product.audit}
    if TOKOPEDIA in product.statuses:
        row["integrated_platform_statuses"] = [{"platform": TOKOPEDIA, "status": product.statuses[TOKOPEDIA]}]
    return row


def found(product: Product, version: str) -> dict[str, Any]:
    """As Search shows it: no pictures, attributes or category. The first version knew nothing of Tokopedia."""
    row = {
        "id": product.product_id,
        "title": product.live.title,
        "skus": [_found_sku(sku) for sku in product.live.skus.values()],
        "sales_regions": ["ID"],
        "create_time": product.create_time,
        "update_time": product.update_time,
        "has_draft": False,
        **statuses(product),
    }
    row.pop("product_status", None)
    if version == "202309":
        row.pop("integrated_platform_statuses", None)
        row.pop("audit", None)
    return row


def _sku(call: Call, sku: Sku) -> dict[str, Any]:
    price = str(sku.offer.price)
    row: dict[str, Any] = {
        "id": sku.sku_id,
        "seller_sku": sku.seller_sku,
        "price": {"sale_price": price, "tax_exclusive_price": price, "currency": "IDR"},
        "inventory": _inventory(sku),
        "sales_attributes": [_pair(call, pair) for pair in sku.sales],
        "status_info": {"status": "NORMAL"},
    }
    return {**row, **sku.extra}


def _found_sku(sku: Sku) -> dict[str, Any]:
    return {
        "id": sku.sku_id,
        "seller_sku": sku.seller_sku,
        "price": {"tax_exclusive_price": str(sku.offer.price), "currency": "IDR"},
        "inventory": _inventory(sku),
        "status_info": {"status": "NORMAL"},
    }


def _inventory(sku: Sku) -> list[dict[str, Any]]:
    return [{"warehouse_id": number, "quantity": quantity} for number, quantity in sku.offer.stock.items()]


def _pair(call: Call, pair: dict[str, Any]) -> dict[str, Any]:
    return {**pair, "sku_img": _picture(call, pair["sku_img"]["uri"])} if "sku_img" in pair else pair


def _picture(call: Call, uri: str) -> dict[str, Any]:
    picture, url = call.world.pictures[uri], call.picture_url(uri)
    return {"uri": uri, "urls": [url], "thumb_urls": [url], "width": picture.width, "height": picture.height}


def _certificate(call: Call, paper: dict[str, Any]) -> dict[str, Any]:
    images = [_picture(call, image["uri"]) for image in paper["images"]]
    files = [{**file, "urls": [call.picture_url(file["id"])]} for file in paper["files"]]
    return {**paper, "images": images, "files": files}


def _size_chart(call: Call, chart: dict[str, Any]) -> dict[str, Any]:
    return {"image": _picture(call, chart["image"]["uri"])} if "image" in chart else chart
