"""The IDs that a report writes beside products, so that a corrected name is not a second product.

An ID carries a check: one that was typed, dragged down in a spreadsheet program or made by another office is not believed.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlmodel import Session, col

from bridge.sheets.record import JudgedRow
from bridge.store.catalog import row_id
from bridge.store.tables import Merchant, Product

_ID = re.compile(r"JB-(\d{1,15})-([0-9a-f]{6})")


@dataclass(frozen=True, slots=True)
class Unbelieved:
    """An ID that was not followed. `why`: unknown, business, twice, taken."""

    place: str
    ref: str
    why: str


@dataclass
class Claims:
    """Which product each row is about by its ID, and the IDs that were not followed."""

    products: dict[str, int] = field(default_factory=dict)
    unbelieved: list[Unbelieved] = field(default_factory=list)


def ref_of(product: Product) -> str:
    """`JB-12-3f9a0c`."""
    number = row_id(product)
    made = f"{number}/{product.merchant_id}/{product.created_at:%Y-%m-%dT%H:%M:%S}"
    return f"JB-{number}-{hashlib.sha256(made.encode()).hexdigest()[:6]}"


def claim_products(session: Session, rows: Iterable[JudgedRow]) -> Claims:
    """Follows the IDs of a sheet. Of two rows with one ID the one that still has the product's name keeps it."""
    claims = Claims()
    wanted: dict[int, list[JudgedRow]] = {}
    for row in rows:
        match = _ID.fullmatch(row.ref)
        if match is not None:
            wanted.setdefault(int(match[1]), []).append(row)
        elif row.ref:
            claims.unbelieved.append(Unbelieved(row.place, row.ref, "unknown"))
    known = _known(session, wanted)
    for number, found in wanted.items():
        _claim(number, found, known, claims)
    return claims


def _known(session: Session, numbers: Iterable[int]) -> Mapping[int, tuple[Product, str]]:
    query = select(Product, col(Merchant.key)).join(Merchant, col(Merchant.id) == col(Product.merchant_id))
    rows = session.execute(query.where(col(Product.id).in_(sorted(numbers)))).all()
    return {row_id(product): (product, key) for product, key in rows}


def _claim(number: int, rows: list[JudgedRow], known: Mapping[int, tuple[Product, str]], claims: Claims) -> None:
    product, merchant = known.get(number, (None, ""))
    good: list[JudgedRow] = []
    for row in rows:
        if product is None or ref_of(product) != row.ref:
            claims.unbelieved.append(Unbelieved(row.place, row.ref, "unknown"))
        elif row.merchant_key != merchant:
            claims.unbelieved.append(Unbelieved(row.place, row.ref, "business"))
        else:
            good.append(row)
    if product is None or not good:
        return
    keeps = next((row for row in good if row.product_key == product.key), good[0])
    claims.products[keeps.place] = number
    claims.unbelieved += [Unbelieved(row.place, row.ref, "twice") for row in good if row is not keeps]


def rename(session: Session, product: Product, key: str) -> bool:
    """Gives a product the name that its row has now; False where another product of the business has it."""
    if product.key == key:
        return True
    query = select(col(Product.id)).where(
        col(Product.merchant_id) == product.merchant_id, col(Product.key) == key, col(Product.id) != product.id
    )
    if session.execute(query).first() is not None:
        return False
    product.key = key
    session.flush()
    return True
