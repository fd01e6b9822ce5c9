"""The memory marketplace's own books, and what only the outside can do: buyers, the clock, a seller's hand, lost answers.

Kept in an SQLite database: in memory, or in a file that several processes share (a killed child and its parent see the same).
"""

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import RLock
from typing import Any

Row = dict[str, Any]
Place = tuple[str, str]
FIRST: Place = ("", "")
LAST: Place = ("~", "~")


def stamp_of(moment: datetime) -> str:
    """A time as text that sorts."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def merge(sku: Row, change: Row) -> None:
    """Puts new values over a SKU; locations that are not named keep theirs."""
    sku.update({**change, "stock": {**sku["stock"], **change.get("stock", {})}})


class Market:
    """The marketplace's own books. Every public call is one transaction; safe for threads and, with a file, for processes.

    Shop, order and listing ids are text. What nobody could do on a real marketplace is a ValueError.
    """

    def __init__(self, file: Path | None = None, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.clock = clock
        self._file = file
        self._lock = RLock()
        self._memory = None if file else sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        self._db: sqlite3.Connection | None = None  # of the running transaction
        self._faults: list[tuple[str, str, Exception]] = []
        with self.transaction() as db:
            db.execute("CREATE TABLE IF NOT EXISTS thing (kind, id, shop, stamp, born, body, PRIMARY KEY (kind, id))")
            db.execute("CREATE INDEX IF NOT EXISTS thing_stamp ON thing (kind, shop, stamp)")
            db.execute("CREATE TABLE IF NOT EXISTS tag (shop, tag, id, PRIMARY KEY (shop, tag, id))")

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            if self._db is not None:
                yield self._db
                return
            db = self._memory or sqlite3.connect(str(self._file), timeout=60, isolation_level=None)
            try:
                db.execute("BEGIN IMMEDIATE")
                self._db = db
                yield db
                db.execute("COMMIT")
            except BaseException:
                db.rollback()
                raise
            finally:
                self._db = None
                if db is not self._memory:
                    db.close()

    # rows

    def get(self, kind: str, row_id: str | None) -> Row | None:
        with (
            self.transaction() as db,
            closing(db.execute("SELECT body FROM thing WHERE kind=? AND id=?", (kind, row_id))) as found,
        ):
            body = found.fetchone()
        return self._due(json.loads(body[0])) if body else None

    def rows(
        self,
        kind: str,
        shop: str,
        low: Place = FIRST,
        high: Place = LAST,
        by: str = "stamp",
        newest: bool = False,
        limit: int = -1,
    ) -> list[Row]:
        """Those between two places (a time as text, and an id), by the time of change ("stamp") or creation ("born")."""
        order = "DESC" if newest else "ASC"
        query = (
            f"SELECT body FROM thing WHERE kind=? AND shop=? AND ({by}, id) > (?, ?) AND ({by}, id) < (?, ?)"  # noqa: S608
            f" ORDER BY {by} {order}, id {order} LIMIT ?"
        )
        with self.transaction() as db:
            return [
                self._due(json.loads(body))
                for (body,) in db.execute(query, (kind, shop, *low, *high, limit)).fetchall()
            ]

    def tagged(self, shop: str, seller_sku: str) -> list[Row]:
        with self.transaction() as db:
            found = db.execute("SELECT id FROM tag WHERE shop=? AND tag=? ORDER BY id", (shop, seller_sku)).fetchall()
            return [row for (row_id,) in found if (row := self.get("listing", row_id))]

    def put(self, kind: str, row: Row, stamp: str = "") -> Row:
        """Saves a row; a listing's stamp is now."""
        shop = row.get("shop", "")
        with self.transaction() as db:
            if kind == "listing":
                row["updated"] = stamp = stamp_of(self.clock())
                db.execute("DELETE FROM tag WHERE id=?", (row["id"],))
                db.executemany(
                    "INSERT OR IGNORE INTO tag VALUES (?,?,?)",
                    [(shop, s["seller_sku"], row["id"]) for s in row["skus"]],
                )
            values = (kind, row["id"], shop, stamp, row.get("created", stamp), json.dumps(row))
            db.execute("INSERT OR REPLACE INTO thing VALUES (?,?,?,?,?,?)", values)
        return row

    def new_id(self) -> str:
        with self.transaction():
            last = int((self.get("meta", "ids") or {"n": 1000})["n"]) + 1
            self.put("meta", {"id": "ids", "n": last})
            return str(last)

    def now(self) -> datetime:
        """The time by which waits, reviews and queues are judged: the clock plus what `advance` added. Stamps stay real."""
        return self.clock() + timedelta(seconds=(self.get("meta", "ahead") or {"n": 0})["n"])

    def _due(self, row: Row) -> Row:
        """Lets happen what was taken earlier and is due now. A reader sees it, whether or not somebody writes the row again."""
        if row.get("later"):
            now = stamp_of(self.now())
            for change in [change for change in row["later"] if change["due"] <= now]:
                row["later"].remove(change)
                for sku in row["skus"]:
                    merge(sku, change["skus"].get(sku["id"], {}))
                row.update(change["top"])
        return row

    # what only the outside can do

    def advance(self, seconds: float) -> None:
        with self.transaction():
            self.put("meta", {"id": "ahead", "n": (self.get("meta", "ahead") or {"n": 0})["n"] + seconds})

    def fail(self, error: Exception, where: str = "before", on: str = "writes", times: int = 1) -> None:
        """The next calls of that sort ("reads", "writes") raise: before anything happened, or after it did."""
        self._faults += [(where, on, error)] * times

    def take_fault(self, where: str, on: str) -> Exception | None:
        with self._lock:
            place = next((n for n, fault in enumerate(self._faults) if fault[:2] == (where, on)), None)
            return None if place is None else self._faults.pop(place)[2]

    def expire_tokens(self, shop: str) -> None:
        self.put("token", {"id": shop, "valid": ""})

    def token_holds(self, shop: str, token: str) -> bool:
        """Every token holds until the first time tokens expire."""
        row = self.get("token", shop)
        return row is None or row["valid"] == token

    def new_token(self, shop: str) -> str:
        return str(self.put("token", {"id": shop, "valid": f"token-{self.new_id()}"})["valid"])

    def buy(self, shop: str, lines: Mapping[str, int], paid: bool = True, age_s: float = 0) -> str:
        """A buyer buys; lines are seller SKU (or remote SKU id) -> pieces. Gives the order's id."""
        with self.transaction():
            rows = [self._take(shop, key, pieces) for key, pieces in lines.items()]
            stamp = stamp_of(self.clock() - timedelta(seconds=age_s))
            order = {
                "id": self.new_id(),
                "shop": shop,
                "status": "PAID" if paid else "UNPAID",
                "created": stamp,
                "lines": rows,
            }
            return str(self.put_order(order, stamp)["id"])

    def put_order(self, order: Row, stamp: str = "") -> Row:
        order["updated"] = stamp or stamp_of(self.clock())
        return self.put("order", order, order["updated"])

    def _take(self, shop: str, key: str, pieces: int) -> Row:
        found = self.tagged(shop, key) or self.rows("listing", shop)
        for row in (row for row in found if row["visible"]):
            for sku in (sku for sku in row["skus"] if key in (sku["seller_sku"], sku["id"])):
                for place, shown in sku["stock"].items():
                    if shown >= pieces > 0:
                        sku["stock"][place] -= pieces
                        self.put("listing", row)
                        line = {"seller_sku": sku["seller_sku"], "sku": sku["id"], "listing": row["id"], "place": place}
                        quantities = dict.fromkeys(("shipped", "cancelled", "recalled", "returned"), 0)
                        return {
                            **line,
                            "title": row["title"],
                            "price_idr": sku["price_idr"],
                            "ordered": pieces,
                            **quantities,
                        }
        raise ValueError(f"the shop does not show {pieces} of {key}")

    def move(self, order_id: str, action: str, lines: Mapping[str, int] | None = None) -> None:
        """pay, ship, deliver, cancel or return; the last two take lines (seller SKU or remote SKU id -> pieces) for a part."""
        with self.transaction():
            order = self.get("order", order_id)
            if order is None or (order["status"] == "CANCELLED" and action != "return"):
                raise ValueError(f"order {order_id} cannot {action}")
            for line in order["lines"]:
                wanted = None if lines is None else lines.get(line["seller_sku"], lines.get(line["sku"], 0))
                self._move_line(line, action, wanted)
            status = {"pay": "PAID", "ship": "SHIPPED", "deliver": "COMPLETED", "return": "RETURNED"}.get(
                action, order["status"]
            )
            gone = all(line["ordered"] == line["cancelled"] + line["recalled"] for line in order["lines"])
            self.put_order({**order, "status": "CANCELLED" if gone else status})

    def _move_line(self, line: Row, action: str, wanted: int | None) -> None:
        held = line["ordered"] - line["shipped"] - line["cancelled"]
        out = line["shipped"] - line["recalled"] - line["returned"]
        if action == "ship":
            line["shipped"] += held
        elif action == "return":
            line["returned"] += out if wanted is None else min(wanted, out)
        elif action == "cancel":
            pieces = held + out if wanted is None else min(wanted, held + out)
            line["cancelled"] += min(pieces, held)
            line["recalled"] += max(pieces - held, 0)
            row = self.get("listing", line["listing"])
            for sku in (sku for sku in (row or {"skus": []})["skus"] if sku["id"] == line["sku"]):
                sku["stock"][line["place"]] = sku["stock"].get(line["place"], 0) + pieces
                self.put("listing", row or {})

    def edit(self, listing_id: str, **values: Any) -> None:
        """The seller edits by hand: title, visible, status; price_idr and stock (pieces) concern every SKU. While `campaign` is
        true the listing stays as it is."""
        with self.transaction():
            row = self.get("listing", listing_id)
            if row is None:
                raise ValueError(f"no listing {listing_id}")
            for sku in row["skus"]:
                sku["price_idr"] = values.get("price_idr", sku["price_idr"])
                sku["stock"] = {place: values.get("stock", shown) for place, shown in sku["stock"].items()}
            named = ("title", "visible", "status", "campaign")
            self.put("listing", {**row, **{key: values[key] for key in named if key in values}})

    def state(self, shop: str) -> dict[str, list[Row]]:
        """The truth, for comparing."""
        with self.transaction():
            return {kind: self.rows(kind, shop) for kind in ("listing", "order")}

    def add_listing(self, shop: str, title: str, seller_sku: str, price_idr: int, pieces: int) -> str:
        """A listing that was there before us."""
        with self.transaction():
            sku = {"id": self.new_id(), "seller_sku": seller_sku, "price_idr": price_idr, "stock": {"": pieces}}
            row = {"id": self.new_id(), "shop": shop, "title": title, "content": {}, "visible": True, "status": "LIVE"}
            return str(
                self.put("listing", {**row, "skus": [sku], "later": [], "part": "", "ready": "", "job": ""})["id"]
            )

    def forgive(self) -> None:
        """No more faults."""
        with self._lock:
            self._faults.clear()
