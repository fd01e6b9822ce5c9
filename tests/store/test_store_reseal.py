"""A new key: every sealed value is sealed anew with it, or none is."""

from collections.abc import Iterator

import pytest
from seeds import NOW, add_merchant, add_shop
from sqlmodel import select

from bridge.errors import UserError
from bridge.model import RemoteOrder
from bridge.store import reseal as resealing
from bridge.store.catalog import row_id
from bridge.store.crypto import Cipher, key_of
from bridge.store.engine import Store
from bridge.store.orders import lock_order, read_buyer, save_buyer
from bridge.store.reseal import reseal, sealed_columns
from bridge.store.shops import app_settings, read_grant
from bridge.store.tables import App, GrantRow, Merchant, Order, metadata

OLD, NEW = bytes(range(32)), bytes(range(32, 64))
BEFORE, BOTH, AFTER = Cipher({"old": OLD}, "old"), Cipher({"old": OLD, "new": NEW}, "new"), Cipher({"new": NEW}, "new")
BUYER = {"name": "Ibu Sari", "phone": "0812"}
SHOPS = 3
VALUES = 1 + 2 * SHOPS + 1 + 1  # an app's key, token pairs, a phone number, a buyer


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resealing, "AT_ONCE", 2)


def fill(store: Store) -> None:
    """Values of every kind."""
    with store.write() as session:
        merchant = add_merchant(session, phone_sealed=BEFORE.seal("0811", "merchant/toko maju/phone"))
        add_merchant(session, "toko tanpa telepon")
        shops = [add_shop(session, BEFORE, row_id(merchant), f"32{number}") for number in range(SHOPS)]
        order, _ = lock_order(session, shops[0], RemoteOrder("A1", "PAID", True, NOW, NOW, ()), NOW)
        save_buyer(session, BEFORE, order, BUYER, NOW)


def keys(store: Store) -> Iterator[str]:
    """The key of each sealed value."""
    with store.read() as session:
        for place in sealed_columns():
            yield from (key_of(row[1]) for row in session.execute(place.rows) if row[1] is not None)


def test_no_sealed_column_is_forgotten() -> None:
    every = {(name, column.name) for name, table in metadata.tables.items() for column in table.columns}
    sealed = {(name, column) for name, column in every if column.endswith("sealed")}
    assert {(place.table.__tablename__, place.column) for place in sealed_columns()} == sealed


def test_every_value_opens_with_the_new_key_alone(store: Store) -> None:
    fill(store)
    assert reseal(store, BOTH) == VALUES
    assert list(keys(store)) == ["new"] * VALUES
    with store.read() as session:
        assert app_settings(session.exec(select(App)).one(), AFTER)["app_secret"] == "shpk-secret"
        grants = [read_grant(row, AFTER) for row in session.exec(select(GrantRow))]
        assert [(grant.access_token, grant.refresh_token) for grant in grants] == [("access-1", "refresh-1")] * SHOPS
        assert read_buyer(session, AFTER, session.exec(select(Order)).one()) == BUYER
        phone = session.exec(select(Merchant.phone_sealed).where(Merchant.key == "toko maju")).one()
        assert phone is not None
        assert AFTER.open(phone, "merchant/toko maju/phone") == "0811"


def test_what_has_the_new_key_is_left_alone(store: Store) -> None:
    fill(store)
    reseal(store, BOTH)
    with store.write() as session:
        row = session.exec(select(GrantRow)).first()
        assert row is not None
        row.access_sealed = BEFORE.seal("access-9", f"grant/{row.uid}/access")
    assert reseal(store, BOTH) == 1
    assert reseal(store, BOTH) == 0


def test_one_value_that_does_not_open_leaves_all_as_they_were(store: Store) -> None:
    fill(store)
    with store.write() as session:
        row = session.exec(select(Merchant).where(Merchant.key == "toko maju")).one()
        row.phone_sealed = BEFORE.seal("0811", "merchant/another/phone")
    with pytest.raises(UserError, match="cannot be opened"):
        reseal(store, BOTH)
    assert list(keys(store)) == ["old"] * VALUES
