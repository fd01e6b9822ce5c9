"""A corrected sheet comes back, on both databases: IDs tie its rows to products, and what is gone from it is told."""

from sqlalchemy import func, select
from sqlmodel import col

from bridge.engine.importing import Imported, import_file
from bridge.store.tables import Product, StockCount
from tests.engine.world import World
from tests.unit.sheets.helpers import csv_bytes
from tests.unit.sheets.scorer import AS_OF

HEAD = ("Nama Usaha", "Nama Produk", "Harga", "Stok", "Jenis", "ID Jembatan")


def take_in(world: World, *rows: tuple[str, ...], name: str = "uji.csv") -> Imported:
    sheet = [HEAD, *((row[0], row[1], row[2], row[3], "Kerajinan", row[4] if len(row) > 4 else "") for row in rows)]
    return import_file(world.engine, name, csv_bytes(sheet), AS_OF)


def names(world: World) -> list[str]:
    with world.engine.store.read() as session:
        return sorted(session.execute(select(col(Product.name))).scalars())


def entries(world: World) -> int:
    with world.engine.store.read() as session:
        return int(session.execute(select(func.count()).select_from(StockCount)).scalar_one())


TAS, TOPI = ("Anyam Sari", "Tas", "50000", "10"), ("Anyam Sari", "Topi", "20000", "5")


def test_corrected_name_is_not_a_second_product_and_its_old_stock_is_no_count(world: World) -> None:
    before = names(world)
    first = take_in(world, TAS, TOPI)
    counted = entries(world)
    tas, topi = (first.ids[place] for place in ("uji!2", "uji!3"))
    again = take_in(world, ("Anyam Sari", "Tas Pandan Besar", "50000", "10", tas), (*TOPI, topi), name="balik.csv")
    assert (again.created, again.updated, again.unchanged, again.missing) == (0, 1, 1, [])
    assert names(world) == sorted([*before, "Tas Pandan Besar", "Topi"])
    assert entries(world) == counted
    assert again.ids["balik!2"] == tas
    third = take_in(world, ("Anyam Sari", "Tas Pandan Besar", "50000", "12", tas), name="balik.csv")
    assert (third.updated + third.unchanged, entries(world)) == (1, counted + 1)


def test_row_that_became_unreadable_keeps_its_product_and_counts_once_it_is_mended(world: World) -> None:
    first = take_in(world, TAS)
    counted, ref = entries(world), first.ids["uji!2"]
    broken = take_in(world, ("Anyam Sari", "Tas", "nego", "7", ref))
    assert (broken.refused, broken.ids["uji!2"], entries(world)) == (1, ref, counted)
    mended = take_in(world, ("Anyam Sari", "Tas", "50000", "7", ref))
    assert (mended.created, entries(world)) == (0, counted + 1)


def test_ids_that_are_not_believed(world: World) -> None:
    first = take_in(world, TAS, TOPI, ("Usaha Lain", "Tas", "50000", "1"))
    tas, topi = first.ids["uji!2"], first.ids["uji!3"]
    dragged = f"JB-{int(tas.split('-')[1]) + 1}-{tas.split('-')[2]}"
    result = take_in(
        world,
        ("Anyam Sari", "Keranjang", "9000", "1", dragged),
        ("Usaha Lain", "Dompet", "9000", "1", topi),
        ("Anyam Sari", "Tas", "50000", "10", tas),
        ("Anyam Sari", "Tas Kecil", "30000", "2", tas),
        ("Anyam Sari", "Tas", "51000", "2", topi),
        name="balik.csv",
    )
    found = {(each.place, each.why) for each in result.unbelieved}
    assert {("balik!2", "unknown"), ("balik!3", "business"), ("balik!5", "twice")} <= found
    assert "Topi" in names(world)


def test_name_that_another_product_has_is_not_taken_over(world: World) -> None:
    first = take_in(world, TAS, TOPI)
    result = take_in(world, ("Anyam Sari", "Tas", "20000", "5", first.ids["uji!3"]), name="balik.csv")
    assert [each.why for each in result.unbelieved] == ["taken"]
    assert {"Tas", "Topi"} <= set(names(world))


def test_products_that_a_newer_sheet_lost_are_told_and_left_alone(world: World) -> None:
    rows = [("Anyam Sari", f"Tas {number}", "50000", "10") for number in range(4)]
    take_in(world, *rows)
    before = names(world)
    newer = take_in(world, *rows[1:])
    assert [each.product for each in newer.missing] == ["Tas 0"]
    assert names(world) == before
    assert take_in(world, TOPI).missing == []  # another sheet that is called the same


def test_products_without_a_business_are_counted_and_not_stored(world: World) -> None:
    result = take_in(world, ("", "Yatim", "50000", "10"))
    assert (result.homeless, result.created) == (1, 0)
