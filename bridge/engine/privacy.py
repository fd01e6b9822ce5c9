"""Buyers' data and their rights: what is due is deleted, one person gets all that is held, or has it erased.

Erased means: name, address, phone, tracking numbers, labels and exports are gone, and no later pull brings them back. Orders,
amounts and stock stay; they are the merchant's books.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog

from bridge.engine.context import Engine
from bridge.engine.labels import label_path, write_private
from bridge.engine.order_writes import find_order
from bridge.engine.owners import Owned, business_documents
from bridge.engine.persons import digits, is_meant, masked
from bridge.engine.stock_history import order_lines
from bridge.errors import UserError
from bridge.store.catalog import row_id
from bridge.store.orders import orders_by_number
from bridge.store.persons import buyers, erase_orders, order_writes, purge_buyers, with_shops
from bridge.store.tables import OperationRow, Order, Shop

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Purged:
    """How much went because its time was over."""

    buyers: int
    files: int


@dataclass(frozen=True, slots=True)
class Held:
    """One order of a person, and what is known of the person by it."""

    order: Order
    shop: Shop
    merchant: str
    buyer: Mapping[str, str]

    @property
    def shown(self) -> str:
        """The person as anybody may see it, with the number of the order."""
        seen = masked(self.buyer)
        words = ", ".join(seen[name] for name in ("name", "phone") if name in seen)
        return f"{self.order.remote_order_id} ({words})" if words else self.order.remote_order_id


# --- by age -----------------------------------------------------------------------------------------------------------


def purge_due(engine: Engine) -> Purged:
    """Deletes buyers, labels and exports whose days are over. Costs next to nothing where nothing is due."""
    days, now = engine.settings.buyer_days, engine.clock()
    with engine.store.write() as session:
        gone = purge_buyers(session, now, days)
    before = (now - timedelta(days=days)).timestamp()
    folders = (engine.settings.labels, engine.settings.exports)
    files = sum(forget_file(path) for folder in folders for path in files_in(folder) if is_older(path, before))
    if gone or files:
        log.info("buyers' data deleted after its time", buyers=gone, files=files)
    return Purged(gone, files)


def files_in(folder: Path) -> list[Path]:
    """The plain files of one of our folders; links are none of ours."""
    return [path for path in folder.iterdir() if path.is_file() and not path.is_symlink()] if folder.is_dir() else []


def is_older(path: Path, moment: float) -> bool:
    """Whether a file was written before a moment."""
    try:
        return path.stat().st_mtime <= moment
    except FileNotFoundError:  # another process was quicker
        return False


def forget_file(path: Path) -> bool:
    """Deletes a file. One that cannot be deleted hinders no run; it is tried again at the next."""
    try:
        path.unlink()
    except OSError as error:
        log.warning("a file with buyers' data cannot be deleted", file=path.name, why=error.strerror)
        return False
    return True


# --- one person -------------------------------------------------------------------------------------------------------


def orders_of(engine: Engine, person: str, shop_ids: Sequence[int] | None = None, must: bool = True) -> list[Held]:
    """All orders of one person: by an order's number, a phone number, or the whole name. Raises UserError where several people may
    be meant, and where somebody `must` be but nobody is."""
    person = person.strip()
    with engine.store.read() as session:
        numbered = orders_by_number(session, person, shop_ids)
        known = {row_id(order): buyer for order, buyer in buyers(session, engine.cipher)}
        if numbered:
            order, _ = find_order(engine, person, shop_ids)
            phone = digits(known.get(row_id(order), {}).get("phone", ""))
            same = [key for key, buyer in known.items() if phone and digits(buyer.get("phone", "")) == phone]
            ids = list(dict.fromkeys([row_id(order), *same]))
        else:
            ids = [key for key, buyer in known.items() if is_meant(person, buyer)]
        found = [Held(*row, known.get(row_id(row[0]), {})) for row in with_shops(session, ids)]
    if not found and must:
        raise UserError(
            "Nothing is held about {person}. Name an order's number, a phone number or a whole name; names that a "
            "marketplace has masked find nobody.",
            person=person,
        )
    must_be_one(person, found)
    return found


def must_be_one(person: str, found: Sequence[Held]) -> None:
    """Raises UserError where people of one name have several phone numbers: nobody may get another's data."""
    phones = {digits(held.buyer.get("phone", "")) for held in found if held.buyer} - {""}
    if len(phones) > 1:
        raise UserError(
            "Several people are called {person}: {orders}. Name one by an order's number or by the phone number.",
            person=person,
            orders=", ".join(held.shown for held in found),
        )


def export_person(engine: Engine, found: Sequence[Held], file: Path | None = None, owned: Sequence[Owned] = ()) -> Path:
    """Writes all that is held about a person to a file that only its owner may read."""
    now = engine.clock()
    path = file if file is not None else engine.settings.exports / f"person-{now:%Y%m%d-%H%M%S-%f}.json"
    if file is not None and file.exists():
        raise UserError("The file {file} is there already. Name another one.", file=file)
    held = {"orders": documents(engine, found), "businesses": business_documents(engine, owned)}
    text = json.dumps({"made_at": now.isoformat(), **held}, ensure_ascii=False, indent=2)
    log.info("a person's data was given out", orders=len(found))
    return write_private(path, text.encode())


def documents(engine: Engine, found: Sequence[Held]) -> list[dict[str, Any]]:
    """Each order of a person with everything that hangs on it."""
    ids = [row_id(held.order) for held in found]
    lines = order_lines(engine, ids)
    with engine.store.read() as session:
        writes = order_writes(session, ids)
    return [
        {
            "order": held.order.remote_order_id,
            "channel": held.shop.channel,
            "shop": held.shop.remote_shop_id,
            "merchant": held.merchant,
            "status": held.order.status,
            "ordered_at": held.order.ordered_at.isoformat(),
            "total_idr": held.order.total_idr,
            "buyer": dict(held.buyer),
            "lines": [
                {"sku": code, "title": line.title, "ordered": line.ordered, "price_idr": line.price_idr}
                for line, code in lines.get(row_id(held.order), [])
            ],
            "done": [document_of(row) for row in writes[row_id(held.order)]],
            "labels": [path.name for path in labels_of(engine, [held])],
        }
        for held in found
    ]


def document_of(row: OperationRow) -> dict[str, Any]:
    """A shipment or a cancellation."""
    return {"kind": row.kind, "state": row.state, "at": row.created_at.isoformat(), **dict(row.payload)}


def labels_of(engine: Engine, found: Iterable[Held]) -> list[Path]:
    """Labels of these orders that are there."""
    paths = [label_path(engine, held.order.shop_id, held.order.remote_order_id) for held in found]
    return [path for path in paths if path.is_file()]


def exports_of(engine: Engine, found: Sequence[Held]) -> list[Path]:
    """Exports that name one of these orders."""
    numbers = [json.dumps(held.order.remote_order_id, ensure_ascii=False).encode() for held in found]
    return [
        path for path in files_in(engine.settings.exports) if any(number in path.read_bytes() for number in numbers)
    ]


def erase_person(engine: Engine, found: Sequence[Held]) -> Purged:
    """Erases a person: first in the database, then the files that hold the same."""
    files = [*labels_of(engine, found), *exports_of(engine, found)]
    with engine.store.write() as session:
        kept = erase_orders(session, [row_id(held.order) for held in found], engine.clock())
    removed = sum(forget_file(path) for path in files)
    log.info("a person's data was erased", orders=len(found), buyers=kept, files=removed)
    return Purged(kept, removed)
