"""The gate of the office, on both databases: what is not approved as it is now is not published; stock and taking off go on."""

import pytest
from sqlalchemy import select

from bridge.engine.curating import Chosen, curated, decide, history
from bridge.errors import UserError
from bridge.planning.approval import CurationState
from bridge.store.tables import Listing, Merchant, Product
from tests.engine.world import World

APPROVED, RETURNED = CurationState.APPROVED, CurationState.RETURNED


def gate(world: World) -> None:
    world.engine.settings.approved_only = True


def shown(world: World) -> list[tuple[int, int]]:
    """Price and stock of what the channel has."""
    skus = [sku for row in world.market.state(world.shop)["listing"] for sku in row["skus"]]
    return [(sku["price_idr"], sum(sku["stock"].values())) for sku in skus]


def codes_of(world: World) -> list[str]:
    parked = [row.parked or [] for row in world.rows(Listing)]
    return [problem["code"] for problems in parked for problem in problems]


def settle(world: World) -> None:
    world.advance(5)
    world.sync()
    world.advance(5)


def test_only_approved_products_are_published(world: World) -> None:
    gate(world)
    world.add_product("Keripik Pisang")
    assert world.sync().summary()["created"] == 0
    assert codes_of(world) == ["M_NOT_APPROVED"]
    assert [each.done for each in decide(world.engine, Chosen(("M01P001",)), APPROVED, "sari")] == [True]
    assert world.sync().summary()["created"] == 1
    (row,) = curated(world.engine, Chosen())
    assert (row.state, row.decided_by, row.changed) == ("published", "sari", False)


def test_a_change_of_price_waits_for_approval_while_stock_goes_on(world: World) -> None:
    gate(world)
    product = world.add_product("Keripik Pisang", price=15000)
    decide(world.engine, Chosen(("M01P001",)), APPROVED, "sari")
    world.sync()
    settle(world)
    world.set_price(product, 17000)
    world.count("M01P001", 4)
    world.sync()
    settle(world)
    assert shown(world) == [(15000, 4)]
    assert codes_of(world) == ["M_CHANGED_SINCE_APPROVAL"]
    assert [(row.state, row.changed) for row in curated(world.engine, Chosen())] == [("submitted", True)]
    decide(world.engine, Chosen(("M01P001",)), APPROVED, "sari")
    world.sync()
    settle(world)
    assert shown(world) == [(17000, 4)]


def test_what_the_law_forbids_comes_off_whatever_was_decided(world: World) -> None:
    gate(world)
    product = world.add_product("Keripik Pisang")
    decide(world.engine, Chosen(("M01P001",)), APPROVED, "sari")
    world.sync()
    settle(world)
    with world.engine.store.write() as session:
        row = session.get_one(Product, product)
        row.valid_until = world.engine.clock()
        row.name = "Keripik Pisang Baru"
        session.flush()
    with world.engine.store.write() as session:
        for listing in session.execute(select(Listing)).scalars():
            listing.stale = True
    world.engine.settings.guard_minimum = 10
    world.sync()
    settle(world)
    assert [row["visible"] for row in world.market.state(world.shop)["listing"]] == [False]


def test_returned_with_a_note_until_it_changes(world: World) -> None:
    gate(world)
    product = world.add_product("Keripik Pisang")
    decide(world.engine, Chosen(("M01P001",)), RETURNED, "budi", "Foto buram")
    world.sync()
    assert codes_of(world) == ["M_RETURNED"]
    assert [(row.state, row.note) for row in curated(world.engine, Chosen())] == [("returned", "Foto buram")]
    world.set_price(product, 16000)
    assert [row.state for row in curated(world.engine, Chosen())] == ["submitted"]
    decide(world.engine, Chosen(("M01P001",)), CurationState.CHECKED, "budi")
    decide(world.engine, Chosen(("M01P001",)), APPROVED, "sari")
    steps = [(each.state, each.decided_by) for each in history(world.engine, "M01P001", None)]
    assert steps == [("returned", "budi"), ("checked", "budi"), ("approved", "sari")]


def test_without_the_gate_everything_publishable_is_published(world: World) -> None:
    world.add_product("Keripik Pisang")
    assert world.sync().summary()["created"] == 1


def test_a_product_that_is_not_ready_is_not_approved_and_the_others_are(world: World) -> None:
    world.add_product("Keripik Pisang")
    poor = world.add_product("Keripik Tempe")
    with world.engine.store.write() as session:
        row = session.get_one(Product, poor)
        row.publishable, row.reasons = False, ["W_WEIGHT_MISSING"]
    made = decide(world.engine, Chosen(merchant="Toko Uji"), APPROVED, "sari")
    assert [(each.product, each.done) for each in made] == [("Keripik Pisang", True), ("Keripik Tempe", False)]
    assert decide(world.engine, Chosen(), APPROVED, "sari", dry_run=True)[0].done
    assert [row.state for row in curated(world.engine, Chosen())] == ["approved", "submitted"]


def test_products_are_chosen_by_owner_kecamatan_and_file(world: World) -> None:
    world.add_product("Keripik Pisang")
    with world.engine.store.write() as session:
        merchant = session.execute(select(Merchant)).scalar_one()
        merchant.owner, merchant.kecamatan_code, merchant.place = "Bu Sari", "18.72.01", "M. Pusat"
    for chosen in (
        Chosen(owner="bu sari"),
        Chosen(kecamatan="Metro Pusat"),
        Chosen(kecamatan="18.72.01"),
        Chosen(file=("daftar.csv", b"Kode;Nama\nM01P001;Keripik\n")),
    ):
        assert [row.code for row in curated(world.engine, chosen)] == ["M01P001"]
    for wrong in (Chosen(owner="Pak Lain"), Chosen(kecamatan="Kemiling"), Chosen(file=("daftar.csv", b"Kode\nM9P9\n"))):
        with pytest.raises(UserError):
            curated(world.engine, wrong)
