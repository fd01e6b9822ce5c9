"""What an office approved, and whether a product is still that: content and price are bound, stock never is."""

from collections.abc import Mapping
from enum import StrEnum

from bridge.model import CatalogProduct, Problem
from bridge.planning.fingerprint import fingerprint


class CurationState(StrEnum):
    """Where a product stands on its way through the office."""

    SUBMITTED = "submitted"  # nobody looked yet, or it changed since
    CHECKED = "checked"
    APPROVED = "approved"
    RETURNED = "returned"  # with a note for its owner


def approval_fingerprint(product: CatalogProduct) -> str:
    """The same as long as buyers would read and pay the same. Stock, categories and shops are no part of it."""
    skus = [[list(sku.options), sku.price_idr, sku.weight_g] for sku in product.skus]
    content = [
        product.name, product.description, product.jenis, list(product.axes), list(product.pictures), product.unit,
        product.pack_qty, product.preorder_days, dict(product.licences), dict(product.attributes), skus,
    ]  # fmt: skip
    return fingerprint(content)


def state_now(state: str | None, decided: str | None, current: str) -> CurationState:
    """What a decision is worth for the product as it is now: after a change it begins anew."""
    if state is None or decided != current:
        return CurationState.SUBMITTED
    return CurationState(state)


def not_approved(state: str | None, decided: str | None, note: str | None, current: str, code: str) -> Problem | None:
    """Why the gate holds a product back; None where it is approved as it is."""
    now = state_now(state, decided, current)
    if now is CurationState.APPROVED:
        return None
    values: Mapping[str, str] = {"code": code, "note": note or ""}
    if now is CurationState.RETURNED:
        return Problem(
            "M_RETURNED",
            "approval",
            "The office returned this product: {note}",
            "Correct it in the sheet, import it, then: jembatan products approve {code}",
            values,
        )
    if state == CurationState.APPROVED:
        return Problem(
            "M_CHANGED_SINCE_APPROVAL",
            "approval",
            "Text or price changed since the office approved this product. Stock goes on.",
            "Look at it, then: jembatan products approve {code}",
            values,
        )
    return Problem(
        "M_NOT_APPROVED",
        "approval",
        "The office has not approved this product yet.",
        "Look at it, then: jembatan products approve {code}",
        values,
    )
