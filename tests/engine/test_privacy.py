"""Whose data is meant, how it is shown, and what goes when its time is over or a person asks."""

import json
import os
import stat
from pathlib import Path

import pytest
from sqlmodel import Session, select

from bridge.engine.labels import label_path, write_private
from bridge.engine.owners import businesses_of
from bridge.engine.persons import digits, is_meant, masked
from bridge.engine.privacy import Purged, erase_person, export_person, orders_of, purge_due
from bridge.errors import UserError
from bridge.model import RemoteOrder
from bridge.store.catalog import ProductDraft, row_id, save_merchant, save_product
from bridge.store.orders import lock_order, save_buyer
from bridge.store.tables import Buyer, Merchant, Order, Shop, SourceRow
from tests.engine.world import World

SITI = {"name": "Siti  Aminah", "phone": "+62 811-2345-678", "address": "Jl. Melati 5", "city": "Metro"}
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def order(world: World, number: str, **buyer: str) -> None:
    engine, now = world.engine, world.engine.clock()
    with engine.store.write() as session:
        shop = session.exec(select(Shop)).first()
        assert shop is not None
        assert shop.id is not None
        row, _ = lock_order(session, shop.id, RemoteOrder(number, "PAID", True, now, now, ()), now)
        save_buyer(session, engine.cipher, row, {**SITI, **buyer}, now)


def product_of(session: Session, merchant: Merchant) -> int:
    """A product of the business."""
    values = {"name": "Kopi", "jenis": "Minuman", "publishable": True}
    return row_id(save_product(session, merchant, ProductDraft("kopi", values, ()), merchant.created_at).product)


def numbers(world: World, person: str) -> list[str]:
    return sorted(held.order.remote_order_id for held in orders_of(world.engine, person))


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("siti aminah", True),
        ("Siti", False),
        ("08112345678", True),
        ("628112345678", True),
        ("+62 (811) 2345678", True),
        ("8112345678", True),
        ("2345678", False),
        ("S*** A***", False),
        ("", False),
    ],
)
def test_a_person_is_named_by_the_whole_name_or_phone(text: str, meant: bool, database_url: str) -> None:
    assert is_meant(text, SITI) is meant


def test_what_is_masked_names_nobody(database_url: str) -> None:
    assert not is_meant("B***i", {"name": "B***i", "phone": "******21"})
    assert digits("******21") == digits("12") == ""


def test_masked_shows_initials_and_ends(database_url: str) -> None:
    assert masked(SITI) == {"name": "S••• A•••", "phone": "•••678", "address": "•••", "city": "Metro"}
    assert masked({"name": "", "note": "x"}) == {"note": "•••"}


def test_one_person_is_found_over_orders_and_not_mixed_with_another(world: World) -> None:
    order(world, "A")
    order(world, "B", name="Ny. Siti A.", phone="08112345678")
    order(world, "C", phone="0819999999")
    assert numbers(world, "A") == ["A", "B"], "the phone number of the order leads to the other order"
    assert numbers(world, "08112345678") == ["A", "B"]
    with pytest.raises(UserError, match="Several people"):
        orders_of(world.engine, "Siti Aminah")
    with pytest.raises(UserError, match="Nothing is held"):
        orders_of(world.engine, "Budi")


def test_masked_buyers_are_told_apart_by_the_order(world: World) -> None:
    for number in ("A", "B"):
        order(world, number, name="B***i", phone="******21")
    assert numbers(world, "A") == ["A"]


def test_an_export_goes_where_it_is_wanted_and_over_nothing(world: World, tmp_path: Path) -> None:
    order(world, "A")
    found = orders_of(world.engine, "A")
    file = export_person(world.engine, found, tmp_path / "siti.json")
    assert json.loads(file.read_text(encoding="utf-8"))["orders"][0]["buyer"] == SITI
    with pytest.raises(UserError, match="there already"):
        export_person(world.engine, found, file)


def test_erasing_takes_labels_and_exports_of_the_person_only(world: World) -> None:
    engine = world.engine
    for number, phone in (("A", "08111111111"), ("B", "08222222222")):
        order(world, number, phone=phone)
        write_private(label_path(engine, 1, number), b"%PDF")
        export_person(engine, orders_of(engine, number))
    assert erase_person(engine, orders_of(engine, "A")) == Purged(1, 2)
    assert [path.name for path in engine.settings.labels.iterdir()] == ["1-B.pdf"]
    (left,) = engine.settings.exports.iterdir()
    assert '"B"' in left.read_text(encoding="utf-8")
    assert {row.remote_order_id: row.erased_at is None for row in world.rows(Order)} == {"A": False, "B": True}
    assert numbers(world, "A") == ["A"], "the order is still there, and can be erased again"


def test_old_data_goes_with_its_files_and_nothing_else(world: World) -> None:
    engine = world.engine
    order(world, "A")
    label = write_private(label_path(engine, 1, "../A b"), b"%PDF")
    assert label.parent == engine.settings.labels, "an order's number is no path"
    assert stat.S_IMODE(label.stat().st_mode) == 0o600
    other = engine.settings.home / "elsewhere.txt"
    other.write_text("x", encoding="utf-8")
    (engine.settings.labels / "link").symlink_to(other)
    assert purge_due(engine) == Purged(0, 0)
    engine.sleep(91 * 86_400)
    os.utime(label, (0, 0))
    assert purge_due(engine) == Purged(1, 1)
    assert (world.rows(Buyer), label.exists(), other.exists()) == ([], False, True)
    assert purge_due(engine) == Purged(0, 0)


def test_an_owner_gets_what_is_held_about_the_business(world: World) -> None:
    engine, now = world.engine, world.engine.clock()
    values = {
        "name": "Toko Siti",
        "owner": "Siti Aminah",
        "phone_sealed": engine.cipher.seal("+628112345678", "merchant/s/phone"),
    }
    with engine.store.write() as session:
        merchant, _ = save_merchant(session, "s", values, now)
        session.add(
            SourceRow(
                source="a.csv",
                sheet="a",
                row=2,
                product_id=product_of(session, merchant),
                cells={"x": "1"},
                imported_at=now,
            )
        )
    order(world, "A", name="Budi", phone="0877777777")
    for person in ("Siti Aminah", "0811-2345-678"):
        (owned,) = businesses_of(engine, person)
        file = export_person(engine, orders_of(engine, person, must=False), None, [owned])
        held = json.loads(file.read_text(encoding="utf-8"))
        assert held["orders"] == []
        assert held["businesses"][0]["phone"] == "+628112345678"
        assert held["businesses"][0]["sheet_rows"] == [{"file": "a.csv", "sheet": "a", "row": 2, "cells": {"x": "1"}}]
    assert businesses_of(engine, "Budi") == []
