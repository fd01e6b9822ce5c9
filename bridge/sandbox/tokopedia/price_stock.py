"""Prices, stock, and reading stock. A price call stands or falls as a whole; a stock call fails SKU by SKU."""

from typing import Any

from bridge.sandbox.tokopedia.call import Call, Endpoint
from bridge.sandbox.tokopedia.edits import tell
from bridge.sandbox.tokopedia.errors import ApiError, wrong
from bridge.sandbox.tokopedia.fields import Fields
from bridge.sandbox.tokopedia.sku_rules import checked_price, checked_quantity, checked_warehouse
from bridge.sandbox.tokopedia.values import Product, Sku

FAULT = ApiError(36009003, "Internal error. Please try again.")


def update_prices(call: Call) -> dict[str, Any]:
    product = call.product()
    if not product.on_sale:
        raise ApiError(12019113)
    if product.promotion:
        raise ApiError(12052038)
    rows = _rows(call)
    changes = [(_sku(product, row, unknown=12052557), checked_price(row)) for row in rows]
    for sku, price in changes:
        sku.offer.price = price
    _touch(call, product, "price")
    return {}


def update_inventory(call: Call) -> dict[str, Any]:
    product = call.product()
    if product.gone:
        raise ApiError(12052901)
    rows = _rows(call)
    failing, errors = call.failing(len(rows)), []
    for at, row in enumerate(rows):
        problem = FAULT.row(sku_id=row.text("id")) if at in failing else _set_stock(call, product, row)
        errors += [problem] if problem is not None else []
    if len(errors) < len(rows):
        _touch(call, product, "inventory")
    return {"errors": errors} if errors else {}


def _rows(call: Call) -> list[Fields]:
    rows = call.body.rows("skus")
    if not rows:
        raise ApiError(12052902)
    if any(not row.has("id") for row in rows):
        raise ApiError(12052036)
    if len({row.text("id") for row in rows}) < len(rows):
        raise ApiError(12052553)
    return rows


def _sku(product: Product, row: Fields, unknown: int) -> Sku:
    found = product.sku(row.text("id"))
    if found is None:
        raise ApiError(unknown)
    return found


def _set_stock(call: Call, product: Product, row: Fields) -> dict[str, Any] | None:
    """None when all went well, else the row of `data.errors`."""
    number = row.text("id")
    try:
        sku = _sku(product, row, unknown=12052556)
        stock, problems = _stock(call, row, sku)
        if not problems and set(stock) != set(sku.offer.stock):
            raise ApiError(12019028 if set(stock) < set(sku.offer.stock) else 12052533)
        if not problems and product.promotion and sum(stock.values()) < sku.offer.available:
            raise ApiError(12052393)
    except ApiError as error:
        if error.code == 98001004:
            raise
        return error.row(sku_id=number)
    if problems:
        return ApiError(12052990).row(sku_id=number, extra_errors=problems)
    sku.offer.stock = stock
    return None


def _stock(call: Call, row: Fields, sku: Sku) -> tuple[dict[str, int], list[dict[str, Any]]]:
    """The warehouse may be left out when the SKU has one only."""
    rows = row.rows("inventory")
    if not rows:
        raise ApiError(12019022)
    stock: dict[str, int] = {}
    problems = []
    for entry in rows:
        number = _warehouse(entry, sku)
        try:
            stock[checked_warehouse(number, call.world, call.shop)] = checked_quantity(entry, call.world)
        except ApiError as error:
            if error.code == 98001004:
                raise
            problems.append({"code": error.code, "message": error.message, "warehouse_id": number})
    return stock, problems


def _warehouse(entry: Fields, sku: Sku) -> str:
    if entry.has("warehouse_id"):
        return entry.text("warehouse_id")
    if len(sku.offer.stock) > 1:
        raise ApiError(12019028)
    return next(iter(sku.offer.stock))


def _touch(call: Call, product: Product, what: str) -> None:
    with call.shop.shelf.change(product, call.now()):
        tell(call.world, product, "OPEN_API", [what])


def inventory_search(call: Call) -> dict[str, Any]:
    """By SKU ids, else by product ids. What is unknown or another shop's is left out."""
    products, skus = call.body.texts("product_ids"), call.body.texts("sku_ids")
    if len(products) > 100:
        raise wrong("product_ids", "100 ids at most")
    if len(skus) > 600:
        raise wrong("sku_ids", "600 ids at most")
    if not products and not skus:
        raise wrong("product_ids", "product_ids or sku_ids")
    found: dict[str, list[Sku]] = {}
    for product, sku in _by_sku(call, skus) if skus else _by_product(call, products):
        found.setdefault(product.product_id, []).append(sku)
    rows = [{"product_id": number, "skus": [_stock_row(sku) for sku in rows]} for number, rows in found.items()]
    return {"inventory": rows}


def _by_sku(call: Call, numbers: list[str]) -> list[tuple[Product, Sku]]:
    owners = [(call.world.sku_owners.get(number), number) for number in dict.fromkeys(numbers)]
    return [
        (product, sku)
        for product, number in owners
        if product is not None and product.shop_id == call.shop.shop_id and (sku := product.sku(number)) is not None
    ]


def _by_product(call: Call, numbers: list[str]) -> list[tuple[Product, Sku]]:
    products = [call.shop.shelf.products.get(number) for number in dict.fromkeys(numbers)]
    return [(product, sku) for product in products if product is not None for sku in product.skus()]


def _stock_row(sku: Sku) -> dict[str, Any]:
    offer = sku.offer
    by_warehouse = [
        {
            "warehouse_id": number,
            "available_quantity": quantity,
            "committed_quantity": offer.committed.get(number, 0),
        }
        for number, quantity in offer.stock.items()
    ]
    spread = {"in_shop_inventory": {"quantity": offer.available}, "campaign_inventory": [], "creator_inventory": []}
    return {
        "id": sku.sku_id,
        "seller_sku": sku.seller_sku,
        "total_available_quantity": offer.available,
        "total_committed_quantity": sum(offer.committed.values()),
        "total_available_inventory_distribution": spread,
        "warehouse_inventory": by_warehouse,
    }


def restock_settings(call: Call) -> dict[str, Any]:
    """Whether units of cancelled orders come back on sale; left out means no."""
    call.body.text("seller_id")
    numbers = call.body.texts("sku_ids")
    if not 1 <= len(numbers) <= 500:
        raise call.body.wrong("sku_ids", "1 to 500 ids")
    enabled = call.body.object("stock_operation_setting").flag("enable_auto_restock")
    good = {sku.sku_id: sku for _, sku in _by_sku(call, numbers)}
    for sku in good.values():
        sku.offer.restock = enabled
    failed = [number for number in numbers if number not in good]
    return {"stock_operation": {"success_sku_ids": list(good), "failed_sku_ids": failed}}


CALLS = (
    Endpoint("POST", "/product/products/{id}/prices/update", update_prices),
    Endpoint("POST", "/product/products/{id}/inventory/update", update_inventory),
    Endpoint("POST", "/product/inventory/search", inventory_search),
    Endpoint("POST", "/product/inventory/operation/settings", restock_settings, ("202608",)),
)
