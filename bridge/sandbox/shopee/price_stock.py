"""Prices and stock: absolute values, one item per call, each model for itself."""

from collections.abc import Callable
from typing import Any, TypeVar

from bridge.sandbox.shopee import bands
from bridge.sandbox.shopee.call import Call, post
from bridge.sandbox.shopee.errors import ApiError
from bridge.sandbox.shopee.fields import Fields
from bridge.sandbox.shopee.item_rules import check_ratio
from bridge.sandbox.shopee.locations import seller_stock
from bridge.sandbox.shopee.push import PRICE
from bridge.sandbox.shopee.stock_rules import check_structure, set_stock
from bridge.sandbox.shopee.values import Item, Model

INJECTED = "error_inner: Our system is taking some time to respond, please try later."
Rows = dict[int, Fields]
Value = TypeVar("Value")


def update_price(call: Call) -> dict[str, Any]:
    item, rows = _batch(call, "price_list", "error_edit_item_price_for_item_has_model", "price")
    wanted, failures = _sort_out(call, item, rows, lambda row, _: _price(item, row))
    ratio = _ratio_problem(item, wanted)
    if ratio is not None:
        failures |= dict.fromkeys(wanted, ratio)
        wanted = {}
    if wanted:
        with call.shop.shelf.change(item, call.now()):
            for model_id, price in wanted.items():
                _set_price(call, item, model_id, price)
    good = [{"model_id": model_id, "original_price": price} for model_id, price in wanted.items()]
    return {"success_list": good, "failure_list": _failure_list(failures)}


def update_stock(call: Call) -> dict[str, Any]:
    item, rows = _batch(call, "stock_list", "error_edit_item_stock_for_item_has_model", "stock")
    check_structure(list(rows.values()), call.shop)
    wanted, failures = _sort_out(call, item, rows, lambda row, holder: _stock(call, item, row, holder))
    if wanted:
        with call.shop.shelf.change(item, call.now()):
            for model_id, stock in wanted.items():
                item.variant(model_id).places |= stock
    good = [{"model_id": model_id, **row} for model_id, stock in wanted.items() for row in seller_stock(stock)]
    result = {"success_list": good, "failure_list": _failure_list(failures)}
    if not good:
        raise ApiError(
            "error_busi_update_stock_failed",
            "Update stock failed, please check failure_list for detailed reason",
            result,
        )
    return result


def _batch(call: Call, name: str, item_level_code: str, what: str) -> tuple[Item, Rows]:
    """The item and its rows by model id. What concerns the whole call is refused here."""
    item = call.item(call.body.integer("item_id"))
    rows = call.body.rows(name, low=1, high=50)
    by_model = {row.integer("model_id", 0): row for row in rows}
    if len(by_model) != len(rows):
        raise ApiError("error_param", "Repeat model_id.")
    if item.models and 0 in by_model:
        raise ApiError(item_level_code, f"Can't to edit item {what} directly while item has models.")
    return item, by_model


def _sort_out(
    call: Call, item: Item, rows: Rows, check: Callable[[Fields, Item | Model], Value]
) -> tuple[dict[int, Value], dict[int, str]]:
    """Values that can be set, and why the others cannot. A stock rule that a lone row breaks fails the call itself. A model is
    set at all its locations or at none."""
    failing = call.failing(len(rows))
    wanted: dict[int, Value] = {}
    failures: dict[int, str] = {}
    for number, (model_id, row) in enumerate(rows.items()):
        if number in failing:
            failures[model_id] = INJECTED
        elif model_id and model_id not in item.models:
            failures[model_id] = "error_param: Wrong model_id."
        else:
            try:
                wanted[model_id] = check(row, item.variant(model_id))
            except ApiError as error:
                if error.code == "error_auth" and len(rows) == 1:
                    raise
                failures[model_id] = f"{error.code}: {error.message}"
    return wanted, failures


def _price(item: Item, row: Fields) -> int:
    value = row.number("original_price")
    if item.promotion:
        raise ApiError("error_cannt_edit_price_in_promotion", "Price cannot be edited when item is under promotion.")
    if value != int(value):
        raise ApiError("error_invalid_price", "Invalid price, please use the correct format")
    if not bands.PRICE[0] <= value <= bands.PRICE[1]:
        raise ApiError("error_price_out_of_range", f"Price should be within {bands.PRICE[0]}-{bands.PRICE[1]}")
    if any(tier["unit_price"] >= value for tier in item.content["wholesale"]):
        raise ApiError("error_busi_price_lower_then_wholesale_price", "Price is lower than the wholesale price.")
    return int(value)


def _ratio_problem(item: Item, wanted: dict[int, int]) -> str | None:
    """A sibling that is not in the call can cause it."""
    prices = [wanted.get(model.model_id, model.price) for model in item.models.values()]
    if item.content["wholesale"] and len(set(prices)) > 1:
        return "error_price_should_be_same_for_wholesales: All model price should be the same."
    try:
        check_ratio(prices)
    except ApiError as error:
        return f"{error.code}: {error.message}"
    return None


def _set_price(call: Call, item: Item, model_id: int, price: int) -> None:
    holder = item.variant(model_id)
    old, holder.price = holder.price, price
    if old != price:
        data = {"item_id": item.item_id, "model_id": model_id, "update_field": "original_price"}
        call.world.push.send(
            PRICE, item.shop_id, {**data, "old_value": old, "new_value": price, "update_time": call.now()}
        )


def _stock(call: Call, item: Item, row: Fields, holder: Item | Model) -> dict[str, int]:
    stock = set_stock(row, call.shop)
    if sum((holder.places | stock).values()) < holder.reserved:
        raise ApiError("error_auth", "Total stock must be more than reserved stock.")
    if item.promotion:
        raise ApiError("error_promotion_cantnot_update_stock", "Cannot change stock when item is under promotion.")
    return stock


def _failure_list(failures: dict[int, str]) -> list[dict[str, Any]]:
    return [{"model_id": model_id, "failed_reason": reason} for model_id, reason in failures.items()]


CALLS = {
    "product/update_price": post(update_price),
    "product/update_stock": post(update_stock),
}
