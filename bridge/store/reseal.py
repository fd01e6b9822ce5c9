"""Sealing everything anew with the current key: app keys, tokens, phone numbers, buyers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, inspect, select, update
from sqlmodel import Session, SQLModel, col

from bridge.store.crypto import Cipher, key_of
from bridge.store.engine import Store, hold_tables
from bridge.store.listings import chunks
from bridge.store.tables import App, Buyer, GrantRow, Merchant, Order

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Sealed:
    """A column of sealed values. `rows` is a query for key, value and what `bound` makes the name of the row from."""

    table: type[SQLModel]
    key: str
    column: str
    rows: Any
    bound: Callable[..., str]


def sealed_columns() -> list[Sealed]:
    """All of them; a test compares them with the tables."""
    grants = col(GrantRow.id), col(GrantRow.uid)
    buyers = select(col(Buyer.order_id), col(Buyer.sealed), col(Order.shop_id), col(Order.remote_order_id))
    app = select(col(App.id), col(App.secret_sealed), col(App.channel), col(App.remote_app_id))
    access = select(grants[0], col(GrantRow.access_sealed), grants[1])
    refresh = select(grants[0], col(GrantRow.refresh_sealed), grants[1])
    phone = select(col(Merchant.id), col(Merchant.phone_sealed), col(Merchant.key))
    return [
        Sealed(App, "id", "secret_sealed", app, "app/{}/{}".format),
        Sealed(GrantRow, "id", "access_sealed", access, "grant/{}/access".format),
        Sealed(GrantRow, "id", "refresh_sealed", refresh, "grant/{}/refresh".format),
        Sealed(Merchant, "id", "phone_sealed", phone, "merchant/{}/phone".format),
        Sealed(
            Buyer, "order_id", "sealed", buyers.join(Order, col(Order.id) == col(Buyer.order_id)), "buyer/{}/{}".format
        ),
    ]


def reseal(store: Store, cipher: Cipher) -> int:
    """Everything that another key sealed, in one transaction that shuts other writers out; gives how many values that were."""
    places = sealed_columns()
    with store.write() as session:
        hold_tables(session, [str(place.table.__tablename__) for place in places])
        return sum(reseal_column(session, cipher, place) for place in places)


def check_key(store: Store, cipher: Cipher) -> None:
    """Opens one value of each kind that a database of this or an older version has. Raises UserError where the key is not its."""
    with store.read() as session:
        for place in columns_there(session):
            column = getattr(place.table, place.column)
            for row in session.execute(place.rows.where(column.is_not(None)).limit(1)):
                cipher.open(row[1], place.bound(*row[2:]))


def columns_there(session: Session) -> list[Sealed]:
    """Those that the database has already: it may be empty, or wait to be brought up to date."""
    found = inspect(session.connection())
    tables = set(found.get_table_names())
    there = [place for place in sealed_columns() if place.table.__tablename__ in tables]
    return [
        place
        for place in there
        if place.column in {column["name"] for column in found.get_columns(str(place.table.__tablename__))}
    ]


def reseal_column(session: Session, cipher: Cipher, place: Sealed) -> int:
    """One column."""
    table = place.table.__table__  # type: ignore[attr-defined]
    key = table.c[place.key]
    change = update(table).where(key == bindparam("row")).values({place.column: bindparam("fresh")})
    keys = [row for (row,) in session.execute(select(key))]
    done = 0
    for some in chunks(keys, AT_ONCE):
        found = session.execute(place.rows.where(key.in_(some))).all()
        stale = [row for row in found if row[1] is not None and key_of(row[1]) != cipher.current]
        fresh = [{"row": row[0], "fresh": renewed(cipher, row[1], place.bound(*row[2:]))} for row in stale]
        if fresh:
            session.connection().execute(change, fresh)
        done += len(fresh)
    return done


def renewed(cipher: Cipher, sealed: bytes, row: str) -> bytes:
    """The same text under the current key."""
    return cipher.seal(cipher.open(sealed, row), row)
