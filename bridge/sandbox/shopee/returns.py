"""Reading returns. Deciding about them is not simulated."""

from typing import Any

from bridge.sandbox.shopee.call import Call, get
from bridge.sandbox.shopee.errors import ApiError, wrong
from bridge.sandbox.shopee.orders import WINDOW_S


def return_list(call: Call) -> dict[str, Any]:
    size, page = call.query.page_size(), call.query.integer("page_no", 0)
    if page < 0:
        raise wrong("page_no is invalid")
    found = list(call.shop.ledger.returns.values())
    for field in ("create_time", "update_time"):
        found = _in_window(call, field, found)
    status = call.query.text("status", "")
    found = [row for row in found if not status or row["status"] == status]
    start = page * size
    return {"more": start + size < len(found), "return": found[start : start + size]}


def _in_window(call: Call, field: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    names = (f"{field}_from", f"{field}_to")
    if not any(call.query.has(name) for name in names):
        return rows
    start, end = (call.query.integer(name) for name in names)
    if end < start or end - start > WINDOW_S:
        raise wrong(f"{field} range must be within 15 days")
    return [row for row in rows if start <= row[field] <= end]


def return_detail(call: Call) -> dict[str, Any]:
    row = call.shop.ledger.returns.get(call.query.text("return_sn"))
    if row is None:
        raise ApiError("error_not_found", "Wrong parameters, detail: the return is not found.")
    return row


CALLS = {
    "returns/get_return_list": get(return_list),
    "returns/get_return_detail": get(return_detail),
}
