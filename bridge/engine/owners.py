"""What is held about the owner of a business: its row, and the cells of the sheets that it came from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from bridge.engine.context import Engine
from bridge.engine.persons import is_meant
from bridge.store.catalog import row_id
from bridge.store.tables import Merchant, Product, SourceRow


@dataclass(frozen=True, slots=True)
class Owned:
    """A business, and its owner's phone number, opened."""

    merchant: Merchant
    phone: str


def businesses_of(engine: Engine, person: str) -> list[Owned]:
    """The businesses whose owner has this name or this phone number."""
    with engine.store.read() as session:
        merchants = session.execute(select(Merchant).order_by(col(Merchant.id))).scalars()
        every = [Owned(merchant, phone_of(engine, merchant)) for merchant in merchants]
    return [each for each in every if is_meant(person, {"name": each.merchant.owner or "", "phone": each.phone})]


def phone_of(engine: Engine, merchant: Merchant) -> str:
    """The owner's phone number; nothing where none was given."""
    sealed = merchant.phone_sealed
    return engine.cipher.open(sealed, f"merchant/{merchant.key}/phone") if sealed is not None else ""


def business_documents(engine: Engine, owned: Sequence[Owned]) -> list[dict[str, Any]]:
    """Each business with everything that names its owner."""
    return [
        {
            "business": each.merchant.name,
            "owner": each.merchant.owner,
            "phone": each.phone,
            "address": each.merchant.address,
            "place": each.merchant.place,
            "nib": each.merchant.nib,
            "sheet_rows": sheet_rows(engine, row_id(each.merchant)),
        }
        for each in owned
    ]


def sheet_rows(engine: Engine, merchant_id: int) -> list[dict[str, Any]]:
    """The cells of a business's rows, as they were written."""
    query = (
        select(SourceRow)
        .join(Product, col(Product.id) == col(SourceRow.product_id))
        .where(col(Product.merchant_id) == merchant_id)
        .order_by(col(SourceRow.id))
    )
    with engine.store.read() as session:
        rows = list(session.execute(query).scalars())
    return [{"file": row.source, "sheet": row.sheet, "row": row.row, "cells": dict(row.cells)} for row in rows]
