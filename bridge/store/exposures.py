"""What all channels together may sell of a SKU, against what is there; logged in the transactions that change either."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, func, select, union_all
from sqlmodel import Session, col

from bridge.store.ledger import table
from bridge.store.listings import chunks, surely_hidden
from bridge.store.often import Among, Often
from bridge.store.tables import Balance, ExposureRow, ListingSku, SkuComponent


@dataclass(frozen=True, slots=True)
class Promise:
    """Pieces of one SKU: promised by all channels, and available. None: not known."""

    promised: int | None
    available: int | None

    @property
    def exposure(self) -> int | None:
        """What could be sold beyond what is there."""
        if self.promised is None or self.available is None:
            return None
        return max(0, self.promised - self.available)


def promises(session: Session, sku_ids: Iterable[int]) -> dict[int, Promise]:
    """By SKU. A bundle counts with its pieces; a listing that no buyer can see promises nothing."""
    ids = sorted(set(sku_ids))
    rows = [row for some in chunks(ids) for row in may_sell_of(session, some)]
    hidden = surely_hidden(session, [row[1] for row in rows]) if rows else set()
    available = {sku_id: each for some in chunks(ids) for sku_id, each in available_of(session, some).items()}
    promised: dict[int, int | None] = dict.fromkeys(ids, 0)
    for sku_id, listing_id, may_sell, pieces in rows:
        if listing_id not in hidden:
            before = promised[sku_id]
            promised[sku_id] = None if may_sell is None or before is None else before + may_sell * pieces
    return {sku_id: Promise(promised[sku_id], available.get(sku_id)) for sku_id in ids}


TIE: Table = table(ListingSku)
PART: Table = table(SkuComponent)
BALANCE: Table = table(Balance)
LOGGED: Table = table(ExposureRow)
MAY_SELL = Often(
    union_all(  # of the listings that show the SKU, and of those that show a bundle with it
        select(TIE.c.sku_id, TIE.c.listing_id, TIE.c.may_sell, TIE.c.units).where(Among(TIE.c.sku_id)),
        select(PART.c.part_sku_id, TIE.c.listing_id, TIE.c.may_sell, TIE.c.units * PART.c.pieces)
        .join_from(TIE, PART, PART.c.bundle_sku_id == TIE.c.sku_id)
        .where(Among(PART.c.part_sku_id)),
    )
)
BALANCES = Often(  # over all locations
    select(BALANCE.c.sku_id, func.sum(BALANCE.c.on_hand), func.sum(BALANCE.c.held))
    .where(Among(BALANCE.c.sku_id))
    .group_by(BALANCE.c.sku_id)
)
PARTS = Often(select(PART.c.bundle_sku_id, PART.c.part_sku_id, PART.c.pieces).where(Among(PART.c.bundle_sku_id)))
BUNDLES = Often(select(PART.c.bundle_sku_id).where(Among(PART.c.part_sku_id)).distinct())
PROMISED = Often(select(TIE.c.id).where(Among(TIE.c.sku_id), TIE.c.may_sell.is_distinct_from(0)).limit(1))
NEWEST = select(func.max(LOGGED.c.id)).where(Among(LOGGED.c.sku_id)).group_by(LOGGED.c.sku_id)
LAST_LOGGED = Often(select(LOGGED.c.sku_id, LOGGED.c.exposure).where(LOGGED.c.id.in_(NEWEST)))

LOG = Often(LOGGED.insert(), ("sku_id", "at", "exposure", "promised", "available"))


def rows_of(session: Session, statement: Often, ids: Sequence[int]) -> Sequence[Any]:
    """What a statement finds for some ids: these are asked at every claim and every booking."""
    session.flush()
    return statement.find(session.connection(), ids=ids)


def may_sell_of(session: Session, sku_ids: Sequence[int]) -> list[tuple[int, int, int | None, int]]:
    """(SKU, listing, units its channel may sell, pieces a unit) of every listing that shows the SKU or a bundle with it."""
    return [(row[0], row[1], row[2], row[3]) for row in rows_of(session, MAY_SELL, sku_ids)]


def available_of(session: Session, sku_ids: Sequence[int]) -> dict[int, int | None]:
    """Pieces on hand less those held; None: never counted."""
    rows = rows_of(session, BALANCES, sku_ids)
    return {sku_id: None if on_hand is None else on_hand - held for sku_id, on_hand, held in rows}


def parts_of(session: Session, sku_ids: Sequence[int]) -> dict[int, dict[int, int]]:
    """Of each bundle among these SKUs: its parts, and how many pieces of each it takes."""
    found: dict[int, dict[int, int]] = {}
    for some in chunks(sku_ids):
        for bundle, part, pieces in rows_of(session, PARTS, some):
            found.setdefault(bundle, {})[part] = pieces
    return found


def bundles_with(session: Session, sku_ids: Sequence[int]) -> list[int]:
    """The bundles that some of these SKUs are part of."""
    return [row[0] for row in rows_of(session, BUNDLES, sku_ids)]


def log_exposure(session: Session, sku_ids: Iterable[int], now: datetime) -> None:
    """Writes down the exposure of these SKUs, and of the parts of bundles among them, where it is another one than before."""
    session.flush()
    told = sorted(set(sku_ids))
    parts = parts_of(session, told)
    ids = sorted((set(told) - parts.keys()) | {part for some in parts.values() for part in some})
    last = last_logged(session, ids)
    if not last and not promised_anywhere(session, ids):
        return
    found = promises(session, ids)
    news = [
        {"sku_id": sku_id, "at": now, "exposure": each.exposure, "promised": each.promised, "available": each.available}
        for sku_id, each in found.items()
        if each.exposure != last.get(sku_id, 0)
    ]
    if news:
        LOG.run(session.connection(), news)


def promised_anywhere(session: Session, sku_ids: Sequence[int]) -> bool:
    """Whether any channel was ever promised one of these SKUs; at the first import of a sheet none was."""
    return bool(sku_ids and rows_of(session, PROMISED, [*sku_ids, *bundles_with(session, sku_ids)]))


def last_logged(session: Session, sku_ids: Sequence[int]) -> dict[int, int | None]:
    """The exposure that was written down last, by SKU."""
    return {row[0]: row[1] for some in chunks(sku_ids) for row in rows_of(session, LAST_LOGGED, some)}


def exposure_log(session: Session, sku_id: int) -> list[ExposureRow]:
    """All that was written down of a SKU, oldest first."""
    query = select(ExposureRow).where(col(ExposureRow.sku_id) == sku_id).order_by(col(ExposureRow.id))
    return list(session.execute(query).scalars())
