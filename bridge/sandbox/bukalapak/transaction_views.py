"""How transactions are told. 2013 knows no quantity of a single product, no phone, e-mail, area and time of change."""

from typing import Any

from bridge.sandbox.bukalapak import order_life, views
from bridge.sandbox.bukalapak.call import Call
from bridge.sandbox.bukalapak.values import Line, Transaction
from bridge.sandbox.bukalapak.views import stamp

NAMES_2013 = views.keys(
    "id state unread transaction_id amount quantity shipping_fee total_amount products consignee buyer seller actions"
    " created_at"
)
CONSIGNEE = {
    "name": "Pembeli Contoh",
    "phone": "6281200000000",
    "address": "Jl. Contoh No. 1",
    "area": "Batuceper",
    "city": "Tangerang",
    "province": "Banten",
    "post_code": "15122",
}
CONSIGNEE_2013 = ("name", "address", "city", "province", "post_code")


def transaction(call: Call, found: Transaction) -> dict[str, Any]:
    row = _whole(call, found)
    if not call.old:
        return row
    row["consignee"] = {name: CONSIGNEE[name] for name in CONSIGNEE_2013}
    row["buyer"].pop("email")
    row["created_at"] = stamp(found.created_at, old=True)
    return {name: value for name, value in row.items() if name in NAMES_2013}


def _whole(call: Call, found: Transaction) -> dict[str, Any]:
    amount = sum(line.price * line.quantity for line in found.lines)
    total = amount + found.shipping_fee
    actions = found.actions(call.account.user_id)
    return {
        "id": found.number,
        "state": found.state,
        "updated_at": stamp(found.updated_at, old=False),
        "unread": bool(actions),
        "quick_trans": False,
        "transaction_id": found.shown_number,
        "invoice_id": found.invoice,
        "amount": amount,
        "quantity": sum(line.quantity for line in found.lines),
        "courier": found.courier,
        "buyer_notes": "",
        "shipping_fee": found.shipping_fee,
        "shipping_id": found.shipping_id,
        "shipping_code": found.shipping_code,
        "shipping_history": [],
        "shipping_service": found.shipping_service,
        "shipping_cost": found.shipping_fee,
        "insurance_cost": 0,
        "subtotal_amount": amount,
        "total_amount": total,
        "coded_amount": total,
        "uniq_code": None,
        "payment_method": "atm",
        "feedback": {"for_seller": None, "for_buyer": None},
        "products": [_line(call, line) for line in found.lines],
        "consignee": dict(CONSIGNEE),
        "buyer": {
            "id": found.buyer.user_id,
            "name": found.buyer.name,
            "username": found.buyer.username,
            "email": found.buyer.email,
        },
        "seller": {"id": found.seller.user_id, "name": found.seller.name, "username": found.seller.username},
        "actions": actions,
        "created_at": stamp(found.created_at, old=False),
        "deliver_before": stamp(order_life.deliver_before(found), old=False),
        "pay_before": stamp(found.created_at + order_life.PAY_S, old=False),
        "reject_reason": found.reject_reason,
        "state_changes": {name: stamp(moment, old=False) for name, moment in found.changes.items()},
        "has_deal_product": False,
    }


def _line(call: Call, line: Line) -> dict[str, Any]:
    row = views.product(call, line.product, old="bought")
    if call.old:
        return row
    return {**row, "order_quantity": line.quantity, "accepted_price": line.price}
