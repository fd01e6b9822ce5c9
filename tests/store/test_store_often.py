"""Statements in the driver's own words find and change the same rows as SQLAlchemy's."""

from datetime import timedelta

from seeds import NOW, Place, after, build_place, operation
from sqlalchemy import bindparam, select, update

from bridge.store.crypto import Cipher
from bridge.store.engine import Store
from bridge.store.journal import record
from bridge.store.ledger import table
from bridge.store.often import Among, Often
from bridge.store.tables import OperationRow

OPERATION = table(OperationRow)
FIND = Often(select(OPERATION.c.id, OPERATION.c.message).where(Among(OPERATION.c.id)).order_by(OPERATION.c.id))
SAY = Often(
    update(OPERATION)
    .where(Among(OPERATION.c.id))
    .values(message=bindparam("words"), settled_at=bindparam("now", type_=OPERATION.c.settled_at.type), code="said")
)


def three(store: Store, place: Place) -> list[int]:
    with store.write() as session:
        record(session, [operation(place, kind) for kind in ("price", "stock", "visibility")], None, NOW)
    with store.read() as session:
        return sorted(session.execute(select(OPERATION.c.id)).scalars())


def test_rows_are_changed_by_a_list_of_ids(store: Store, cipher: Cipher) -> None:
    one, two, three_ = three(store, build_place(store, cipher, "S", "M", remote=True))
    with store.bare() as connection:
        assert SAY.run(connection, [{"ids": [one, three_], "words": "x ' \" %s ?", "now": after(hours=1)}]) == 2
        assert SAY.run(connection, [{"ids": [], "words": "nobody", "now": NOW}]) == 0
    with store.read() as session:
        rows = [session.get_one(OperationRow, key) for key in (one, two, three_)]
        assert [row.message for row in rows] == ["x ' \" %s ?", "", "x ' \" %s ?"]
        assert [row.settled_at for row in rows] == [NOW + timedelta(hours=1), None, NOW + timedelta(hours=1)]
        assert [row.code for row in rows] == ["said", "", "said"]


def test_several_rows_of_parameters_are_run_one_after_the_other(store: Store, cipher: Cipher) -> None:
    one, two, last = three(store, build_place(store, cipher, "S", "M", remote=True))
    with store.bare() as connection:
        assert (
            SAY.run(connection, [{"ids": [one], "words": "a", "now": NOW}, {"ids": [last], "words": "b", "now": NOW}])
            == 2
        )
        assert [tuple(row) for row in FIND.find(connection, ids=[last, one])] == [(one, "a"), (last, "b")]
        assert FIND.find(connection, ids=[two])[0][1] == ""


def test_what_fails_leaves_nothing(store: Store, cipher: Cipher) -> None:
    """The connection that writes is kept on SQLite; an error in between must not leave its transaction open."""
    one, *_ = three(store, build_place(store, cipher, "S", "M", remote=True))
    try:
        with store.bare() as connection:
            SAY.run(connection, [{"ids": [one], "words": "lost", "now": NOW}])
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass
    with store.bare() as connection:
        assert FIND.find(connection, ids=[one])[0][1] == ""
