"""Saving twice changes nothing; what changes raises versions and makes listings stale, in the same transaction."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from seeds import NOW, Place, add_merchant, add_product, after, build_place, draft, sizes
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from bridge.errors import UserError
from bridge.store.catalog import (
    ProductDraft,
    Saved,
    SkuDraft,
    default_location,
    find_merchant,
    listings_of_product,
    load_products,
    resolve_merchant,
    resolve_sku,
    row_id,
    save_merchant,
    save_product,
    skus_of,
)
from bridge.store.crypto import Cipher
from bridge.store.engine import Store
from bridge.store.exposures import available_of
from bridge.store.ledger import add_count
from bridge.store.tables import Listing, Location, Merchant, Product, Sku

TWO = sizes("S", "M")


def save(store: Store, told: ProductDraft, hours: float = 1) -> Saved:
    with store.write() as session:
        merchant = find_merchant(session, "toko maju") or add_merchant(session)
        return save_product(session, merchant, told, after(hours=hours))


def states(store: Store) -> tuple[int, list[tuple[str, int, bool]]]:
    """The product's version, and code, version and retirement of its SKUs."""
    with store.read() as session:
        product = session.exec(select(Product)).one()
        skus = skus_of(session, row_id(product), retired=True)
        return product.version, sorted((sku.code, sku.version, sku.retired) for sku in skus)


def set_stale(store: Store, stale: bool) -> None:
    with store.write() as session:
        for listing in session.exec(select(Listing)):
            listing.stale = stale


def is_stale(session: Session) -> bool:
    return session.exec(select(Listing).execution_options(populate_existing=True)).one().stale


# --- merchants --------------------------------------------------------------------------------------------------------


def test_a_merchant_comes_with_a_place_for_stock(store: Store) -> None:
    with store.write() as session:
        merchant, changed = save_merchant(session, "toko maju", {"name": "Toko Maju"}, NOW)
        assert changed
        assert default_location(session, row_id(merchant)) == session.exec(select(Location)).one().id


def test_saving_a_merchant_twice_changes_nothing(store: Store) -> None:
    values = {"name": "Toko Maju", "owner": "Bu Sri", "nib": None}
    for expected in (True, False, False):
        with store.write() as session:
            merchant, changed = save_merchant(session, "toko maju", values, NOW)
            assert (changed, merchant.version) == (expected, 1)


def test_blank_values_wipe_nothing_and_news_raise_the_version(store: Store) -> None:
    with store.write() as session:
        add_merchant(session, owner="Bu Sri")
    with store.write() as session:
        merchant, changed = save_merchant(session, "toko maju", {"owner": None, "nib": "123"}, after(hours=1))
        assert (changed, merchant.owner, merchant.nib, merchant.version) == (True, "Bu Sri", "123", 2)
        assert merchant.updated_at == after(hours=1)


# --- products ---------------------------------------------------------------------------------------------------------


def test_saving_a_product_twice_changes_nothing(store: Store) -> None:
    told = draft("kopi gayo", *TWO, axes=["Ukuran"])
    assert save(store, told).change == "created"
    before = states(store)
    for _ in range(2):
        assert save(store, told).change == "unchanged"
    assert states(store) == before


@pytest.mark.parametrize(
    "news",
    [
        {"name": "Kopi Baru"}, {"description": "x"}, {"pictures": []}, {"licences": {}}, {"publishable": False}, {"pack_qty": 0},
        {"preorder_days": 3}, {"valid_until": NOW}, {"reasons": ["W_X"]}, {"attributes": {"Rasa": "Pedas"}},
    ],
)  # fmt: skip
def test_a_change_raises_the_version_and_makes_listings_stale(
    news: dict[str, Any], store: Store, cipher: Cipher
) -> None:
    build_place(store, cipher)
    set_stale(store, False)
    version, _ = states(store)
    with store.write() as session:
        merchant = session.exec(select(Merchant)).one()
        assert add_product(session, merchant, **news).change == "updated"
        assert is_stale(session)  # in the same transaction
    assert states(store)[0] == version + 1


def test_an_unchanged_product_leaves_listings_alone(store: Store, cipher: Cipher) -> None:
    build_place(store, cipher)
    set_stale(store, False)
    assert save(store, draft()).change == "unchanged"
    with store.read() as session:
        assert not is_stale(session)


def test_a_change_that_is_rolled_back_leaves_listings_alone(store: Store, cipher: Cipher) -> None:
    build_place(store, cipher)
    set_stale(store, False)

    def half() -> None:
        with store.write() as session:
            add_product(session, session.exec(select(Merchant)).one(), name="Kopi Baru")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half()
    with store.read() as session:
        assert not is_stale(session)


def test_two_merchants_may_have_the_same_product_and_codes(store: Store) -> None:
    with store.write() as session:
        for key in ("toko maju", "toko jaya"):
            saved = add_product(session, add_merchant(session, key), "kopi", SkuDraft((), 1, 1, "KOPI"))
            assert [sku.code for sku in saved.skus] == ["KOPI"]


# --- SKUs -------------------------------------------------------------------------------------------------------------


def test_codes_are_made_once_and_kept(store: Store) -> None:
    first = save(store, draft("kopi", *TWO))
    assert [sku.code for sku in first.skus] == [f"{first.product.code}-1", f"{first.product.code}-2"]
    changed = save(store, draft("kopi", *sizes("M", "S", price=30_000)))
    assert [sku.code for sku in changed.skus] == [f"{first.product.code}-2", f"{first.product.code}-1"]
    assert changed.change == "updated"


def test_a_single_sku_has_the_code_of_its_product(store: Store) -> None:
    saved = save(store, draft("kopi"))
    assert [sku.code for sku in saved.skus] == [saved.product.code]


def test_a_given_code_is_kept_as_it_is_and_not_changed_later(store: Store) -> None:
    assert save(store, draft("kopi", SkuDraft((), 1, 1, "KOPI-01"))).skus[0].code == "KOPI-01"
    later = save(store, draft("kopi", SkuDraft((), 1, 1, "KOPI-02")))
    assert (later.skus[0].code, later.change) == ("KOPI-01", "unchanged")


def test_a_code_of_another_product_is_not_taken_twice(store: Store) -> None:
    save(store, draft("kopi", SkuDraft((), 1, 1, "KOPI-01")))
    renamed = save(store, draft("kopi gayo asli", SkuDraft((), 1, 1, "KOPI-01")))
    assert renamed.skus[0].code == renamed.product.code
    assert renamed.notes == ("KOPI-01",)
    again = save(store, draft("kopi gayo asli", SkuDraft((), 1, 1, "KOPI-01")))
    assert (again.change, again.skus[0].code) == ("unchanged", renamed.product.code)


def test_generated_codes_step_around_those_in_use(store: Store) -> None:
    first = save(store, draft("kopi", SkuDraft((), 1, 1, "M01P002-1")))
    assert first.product.code == "M01P001"
    second = save(store, draft("teh", *TWO))
    assert sorted(sku.code for sku in second.skus) == ["M01P002-2", "M01P002-3"]


def test_product_codes_step_around_those_in_use(store: Store) -> None:
    save(store, ProductDraft("a", draft().values, draft().skus, "M01P002"))
    assert save(store, draft("b")).product.code == "M01P003"


def test_the_database_refuses_a_code_twice(store: Store) -> None:
    save(store, draft("kopi"))
    with store.read() as session:
        sku = session.exec(select(Sku)).one()
    with pytest.raises(IntegrityError), store.write() as session:
        session.add(Sku(merchant_id=sku.merchant_id, product_id=sku.product_id, code=sku.code))


def test_a_variant_that_is_gone_is_retired_and_comes_back_as_itself(store: Store) -> None:
    first = save(store, draft("kopi", *TWO))
    codes = [sku.code for sku in first.skus]
    gone = save(store, draft("kopi", *sizes("S")))
    assert (gone.change, [sku.code for sku in gone.skus]) == ("updated", codes[:1])
    assert states(store)[1] == [(codes[0], 1, False), (codes[1], 2, True)]
    assert save(store, draft("kopi", *sizes("S"))).change == "unchanged"
    back = save(store, draft("kopi", *TWO))
    assert [sku.id for sku in back.skus] == [sku.id for sku in first.skus]
    assert states(store)[1] == [(codes[0], 1, False), (codes[1], 3, False)]


@pytest.mark.parametrize("skus", [sizes("S", "M", price=0), sizes("M", "S"), sizes("S", "M", "L"), sizes("S")])
def test_a_change_of_a_sku_is_a_change_of_its_product(skus: Sequence[SkuDraft], store: Store) -> None:
    save(store, draft("kopi", *TWO))
    version, _ = states(store)
    assert save(store, draft("kopi", *skus)).change == "updated"
    assert states(store)[0] == version + 1


def test_a_price_of_nothing_is_not_a_price_of_zero(store: Store) -> None:
    save(store, draft("kopi", SkuDraft((), 0, 0)))
    assert save(store, draft("kopi", SkuDraft((), None, None))).change == "updated"
    assert save(store, draft("kopi", SkuDraft((), None, None))).change == "unchanged"


# --- what mapping sees ------------------------------------------------------------------------------------------------


def test_a_product_is_read_in_one_piece(store: Store, cipher: Cipher) -> None:
    place = build_place(store, cipher, "S", "M")
    with store.write() as session:
        product = session.get_one(Product, place.product_id)
        product.categories = {"shopee": "100", "lazada": "7"}
        session.exec(select(Merchant)).one().place = "Metro Timur"
        save_product(
            session, session.exec(select(Merchant)).one(), draft("kopi gayo", *sizes("M"), axes=["Ukuran"]), NOW
        )
    with store.read() as session:
        found = load_products(session, [place.product_id, 999], "shopee", NOW)[place.product_id]
    assert (found.name, found.merchant, found.place, found.category_id) == (
        "Kopi Gayo",
        "Toko Maju",
        "Metro Timur",
        "100",
    )
    assert [(sku.sku_id, sku.options) for sku in found.skus] == [(place.sku_ids[1], ("M",))]
    assert found.axes == ("Ukuran",)
    assert found.blockers == ()


@pytest.mark.parametrize(
    ("values", "days", "blockers"),
    [
        ({}, 0, ()),
        ({"publishable": False, "reasons": ["E_PRICE", "W_X"]}, 0, ("E_PRICE", "W_X")),
        ({"reasons": ["W_X"]}, 0, ()),
        ({"valid_until": after(days=2)}, 1, ()),
        ({"valid_until": after(days=2)}, 2, ("W_PIRT_EXPIRED",)),
        ({"valid_until": after(days=2), "publishable": False, "reasons": ["W_PIRT_EXPIRED"]}, 3, ("W_PIRT_EXPIRED",)),
    ],
)
def test_what_blocks_a_product(values: dict[str, Any], days: int, blockers: tuple[str, ...], store: Store) -> None:
    saved = save(store, draft(**values))
    with store.read() as session:
        found = load_products(session, [row_id(saved.product)], "shopee", NOW + timedelta(days=days))
    assert found[row_id(saved.product)].blockers == blockers


# --- what a person names ----------------------------------------------------------------------------------------------


def test_a_merchant_is_found_by_the_folded_name(store: Store) -> None:
    with store.write() as session:
        add_merchant(session)
    with store.read() as session:
        found = resolve_merchant(session, "TOKO Maju", "toko maju")
        assert found is not None
        assert found.name == "Toko Maju"
        assert resolve_merchant(session, None, None) is None


def test_a_wrong_merchant_is_answered_with_near_names(store: Store) -> None:
    with store.write() as session:
        add_merchant(session)
    with store.read() as session:
        with pytest.raises(UserError, match="Toko Maju") as caught:
            resolve_merchant(session, "Toko Mundur", "toko mundur")
        assert caught.value.exit_code == 2
        with pytest.raises(UserError, match=r"“\{warung\}”"):
            resolve_merchant(session, "{warung}", "warung")


def test_an_ambiguous_sku_is_answered_with_the_choices(store: Store) -> None:
    with store.write() as session:
        for key in ("toko maju", "toko jaya"):
            add_product(session, add_merchant(session, key), "kopi", SkuDraft((), 1, 1, "KOPI"))
    with store.read() as session:
        with pytest.raises(UserError, match="Toko Jaya, Toko Maju") as caught:
            resolve_sku(session, "KOPI")
        assert caught.value.exit_code == 2
        one = resolve_merchant(session, "x", "toko jaya")
        assert resolve_sku(session, "KOPI", one).merchant_id == row_id(one)
        with pytest.raises(UserError, match="There is no SKU TEH"):
            resolve_sku(session, "TEH")


def test_what_a_product_has_on_shops_and_in_stock(store: Store, cipher: Cipher) -> None:
    place: Place = build_place(store, cipher, "S", "M")
    with store.write() as session:
        add_count(session, place.sku_ids[0], place.location_id, "c1", 5, NOW, NOW)
    with store.read() as session:
        assert {row_id(tie) for tie in listings_of_product(session, place.product_id)} == set(place.tie_ids)
        assert available_of(session, place.sku_ids) == {place.sku_ids[0]: 5}


def test_drafts_are_values() -> None:
    assert replace(draft("a"), key="b") == draft("b")
