"""Answers of forms in the catalog, on both databases: once whatever is repeated, and nobody who did not agree."""

from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlmodel import col

from bridge.engine.importing import Imported, import_file
from bridge.store.tables import Balance, Merchant, Product, Sku, StockCount
from tests.engine.world import World
from tests.unit.sheets.helpers import csv_bytes
from tests.unit.sheets.scorer import AS_OF, DATA

FORM = (DATA / "umkm_form.xlsx").read_bytes()


def take_in(world: World, content: bytes = FORM, name: str = "form.xlsx") -> Imported:
    return import_file(world.engine, name, content, AS_OF, datetime(2026, 11, 1, tzinfo=UTC))


def test_form_is_stored_once_and_twice_changes_nothing(world: World) -> None:
    first = take_in(world)
    products = [row for row in first.rows if row.is_product]
    standing = {(row.merchant_key, row.product_key) for row in products if str(row.verdict) in {"ok", "warning"}}
    assert (first.created, first.unchanged) == (len(standing), 0)
    assert first.refused == sum(str(row.verdict) == "error" for row in products)
    with world.engine.store.read() as session:
        merchants = {key for (key,) in session.execute(select(col(Merchant.key)))}
        entries = session.execute(select(func.count()).select_from(StockCount)).scalar_one()
    refused = {row.merchant_key for row in products if "E_CONSENT_REFUSED" in row.reasons}
    noted = {row.merchant_key for row in first.rows if row.answered and not row.is_product}
    assert refused
    assert not refused & merchants
    assert noted
    assert noted <= merchants
    again = take_in(world)
    assert (again.created, again.updated, again.unchanged) == (0, 0, len(standing))
    with world.engine.store.read() as session:
        assert session.execute(select(func.count()).select_from(StockCount)).scalar_one() == entries


def test_stock_per_size_is_shared_out_over_the_colours_and_counted_once(world: World) -> None:
    header = ["Timestamp", "Nama Usaha", "Nama Produk", "Harga", "Warna", "Stok S", "Stok M"]
    row = ["01/10/2026 8:00:00", "Uji Ukuran", "Kaos", "85000", "hitam, putih", "5", "7"]
    take_in(world, csv_bytes([header, row]), "ukuran.csv")

    def on_hand() -> dict[str, int | None]:
        with world.engine.store.read() as session:
            query = select(Sku, Balance).join(Balance, col(Balance.sku_id) == col(Sku.id)).join(Product)
            rows = session.execute(query.where(col(Product.name) == "Kaos")).all()
            return {" ".join(sku.options): balance.on_hand for sku, balance in rows}

    assert on_hand() == {"hitam S": 2, "putih S": 2, "hitam M": 3, "putih M": 3}
    row[5] = "9"
    take_in(world, csv_bytes([header, row]), "ukuran.csv")
    assert on_hand() == {"hitam S": 4, "putih S": 4, "hitam M": 3, "putih M": 3}
