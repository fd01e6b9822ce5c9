"""Apps, grants and shops: secrets are sealed wherever they lie, and connecting again clears what held a shop."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from seeds import NOW, Place, add_merchant, add_shop, after, build_place
from sqlalchemy import inspect
from sqlmodel import select

from bridge.errors import UserError
from bridge.model import Grant
from bridge.store.catalog import row_id
from bridge.store.crypto import Cipher
from bridge.store.engine import Store
from bridge.store.shops import (
    app_settings,
    bound_shops,
    list_shops,
    read_grant,
    remap_shop,
    save_app,
    save_grant,
    save_shop,
    set_shop_state,
)
from bridge.store.tables import App, GrantRow, Listing, Road, Shop, metadata

SECRETS = ("access-token-4711", "refresh-token-4712", "partner-key-4713")
GRANT = Grant(SECRETS[0], SECRETS[1], after(hours=4), after(days=30), after(days=365), ("322",), {"cipher": "x"})


def connect(store: Store, cipher: Cipher, grant: Grant = GRANT) -> int:
    with store.write() as session:
        merchant = add_merchant(session)
        app = save_app(session, cipher, "shopee", "2001", SECRETS[2], {"base_url": "https://p.example"})
        row = save_grant(session, cipher, row_id(app), grant)
        return row_id(save_shop(session, "shopee", "322", row_id(merchant), row_id(app), row_id(row), NOW))


# --- secrets ----------------------------------------------------------------------------------------------------------


def test_no_secret_stands_in_any_table(store: Store, cipher: Cipher) -> None:
    connect(store, cipher)
    with store.engine.connect() as connection:
        for name in inspect(connection).get_table_names():
            quoted = connection.dialect.identifier_preparer.quote(name)
            for row in connection.exec_driver_sql(f"select * from {quoted}"):  # noqa: S608  a name of our own
                words = b"\n".join(value if isinstance(value, bytes) else repr(value).encode() for value in row)
                assert not [secret for secret in SECRETS if secret.encode() in words], name
    assert "grant" in metadata.tables


def test_no_secret_stands_in_the_file(sqlite_template: Path, tmp_path: Path, cipher: Cipher) -> None:
    from bridge.store.engine import open_store

    file = tmp_path / "a.sqlite3"
    file.write_bytes(sqlite_template.read_bytes())
    store = open_store(f"sqlite:///{file}")
    connect(store, cipher)
    every = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    store.close()
    assert b"https://p.example" in every  # the row is there
    assert not [secret for secret in SECRETS if secret.encode() in every]


def test_a_shop_does_not_show_the_secret_it_carries(store: Store, cipher: Cipher) -> None:
    connect(store, cipher)
    with store.read() as session:
        (shop,) = list_shops(session, cipher)
    assert shop.settings["app_secret"] == SECRETS[2]
    assert not [secret for secret in SECRETS if secret in f"{shop} {shop!r}"]


# --- apps and grants --------------------------------------------------------------------------------------------------


def test_an_app_is_kept_once_per_address_and_brought_up_to_date(store: Store, cipher: Cipher) -> None:
    with store.write() as session:
        one = save_app(session, cipher, "shopee", "2001", "old", {"base_url": "a", "x": "1"})
        two = save_app(session, cipher, "shopee", "2001", "new", {"base_url": "a", "y": "2"})
        other = save_app(session, cipher, "shopee", "2001", "other", {"base_url": "b"})
        assert (one.id, one.id != other.id) == (two.id, True)
        assert app_settings(two, cipher) == {"base_url": "a", "y": "2", "app_id": "2001", "app_secret": "new"}
        assert app_settings(other, cipher)["app_secret"] == "other"


def test_a_grant_is_read_as_it_was_saved(store: Store, cipher: Cipher) -> None:
    connect(store, cipher)
    with store.read() as session:
        assert read_grant(session.exec(select(GrantRow)).one(), cipher, ["322"]) == GRANT


def test_a_renewed_grant_replaces_the_old_and_clears_the_intent(store: Store, cipher: Cipher) -> None:
    connect(store, cipher)
    with store.write() as session:
        row = session.exec(select(GrantRow)).one()
        row.state, row.refreshing_by, row.refreshing_since, row.refresh_tries = "ended", "me", NOW, 3
    with store.write() as session:
        row = session.exec(select(GrantRow)).one()
        save_grant(session, cipher, row.app_id, replace(GRANT, access_token="new", refresh_until=None), row)
    with store.read() as session:
        row = session.exec(select(GrantRow)).one()
        assert (row.version, row.state, row.refreshing_by, row.refreshing_since, row.refresh_tries) == (
            2,
            "ok",
            None,
            None,
            0,
        )
        assert read_grant(row, cipher).access_token == "new"
        assert row.refresh_until is None


def test_a_token_moved_to_another_grant_does_not_open(store: Store, cipher: Cipher) -> None:
    connect(store, cipher)
    with store.write() as session:
        first = session.exec(select(GrantRow)).one()
        second = save_grant(session, cipher, first.app_id, GRANT)
        second.access_sealed = first.access_sealed
        with pytest.raises(UserError):
            read_grant(second, cipher)
        first.access_sealed = first.refresh_sealed
        with pytest.raises(UserError):
            read_grant(first, cipher)


# --- shops ------------------------------------------------------------------------------------------------------------


def test_a_shop_is_one_by_channel_and_remote_id(store: Store, cipher: Cipher) -> None:
    first = connect(store, cipher)
    with store.write() as session:
        set_shop_state(session, first, "auth", "the consent ended")
    with store.read() as session:
        (held,) = list_shops(session, cipher)
        assert (held.state, held.reason) == ("auth", "the consent ended")
    assert connect(store, cipher) == first
    with store.read() as session:
        (shop,) = list_shops(session, cipher)
        assert (shop.state, shop.reason, shop.grant_id) == (
            "ok",
            None,
            max(row_id(row) for row in session.exec(select(GrantRow))),
        )
        assert session.exec(select(Road)).one().kind == "api"
        assert bound_shops(session, shop.grant_id or 0) == ["322"]
        assert bound_shops(session, 999) == []


def test_shops_are_listed_in_the_order_of_their_numbers(store: Store, cipher: Cipher) -> None:
    with store.write() as session:
        ids = [add_shop(session, cipher, row_id(add_merchant(session, f"toko {n}")), f"{n}") for n in (3, 1, 2)]
    with store.read() as session:
        assert [shop.shop_id for shop in list_shops(session, cipher)] == ids
        assert [shop.remote_shop_id for shop in list_shops(session, cipher, ids[:1])] == ["3"]
        assert list_shops(session, cipher, []) == []
        assert len(session.exec(select(App)).all()) == 1


def test_a_shop_without_an_app_has_no_settings(store: Store, cipher: Cipher) -> None:
    with store.write() as session:
        merchant = add_merchant(session)
        session.add(Shop(channel="bukalapak", remote_shop_id="9", merchant_id=row_id(merchant), created_at=NOW))
    with store.read() as session:
        (shop,) = list_shops(session, cipher)
        assert (dict(shop.settings), shop.app_id, shop.takes_zero, shop.merchant) == ({}, None, True, "Toko Maju")


def test_another_key_file_is_noticed_when_shops_are_read(store: Store, cipher: Cipher) -> None:
    connect(store, cipher)
    with store.read() as session, pytest.raises(UserError, match=r"key\.json"):
        list_shops(session, Cipher({"test": bytes(32)}, "test"))


def test_new_rules_make_every_listing_of_the_shop_stale(store: Store, cipher: Cipher) -> None:
    place: Place = build_place(store, cipher)
    with store.write() as session:
        session.get_one(Listing, place.listing_id).stale = False
    with store.write() as session:
        remap_shop(session, place.shop_id + 1, "other")
        remap_shop(session, place.shop_id, "rules-2")
    with store.read() as session:
        assert session.get_one(Listing, place.listing_id).stale
        assert list_shops(session, cipher)[0].mapped_with == "rules-2"


def test_times_of_a_grant_keep_their_moment(store: Store, cipher: Cipher) -> None:
    connect(store, cipher)
    with store.read() as session:
        row = session.exec(select(GrantRow)).one()
        assert row.access_until is not None
        assert row.access_until - NOW == timedelta(hours=4)
