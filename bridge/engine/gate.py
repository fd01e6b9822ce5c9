"""The gate of partitioned mode: a figure is sent only if all channels together cannot sell more than is there."""

from collections.abc import Iterable, Mapping

from sqlmodel import Session

from bridge.engine.shares import rule_for
from bridge.planning.allocation import PARTITIONED, allowed
from bridge.planning.stock_range import Cover
from bridge.store.catalog import default_location
from bridge.store.exposures import parts_of, promises
from bridge.store.figures import StockRow
from bridge.store.ledger import lock_balance
from bridge.store.ranges import RangeRow
from bridge.store.tables import Shop


def is_gated(row: StockRow) -> bool:
    """Whether the merchant wants no overselling at all of this SKU."""
    return rule_for(row).mode == PARTITIONED


def lock_gated(session: Session, rows: Iterable[StockRow]) -> None:
    """Nobody else moves the stock of gated SKUs until the transaction ends. Before the listings are locked, as in booking."""
    gated = [row for row in rows if is_gated(row)]
    if not gated:
        return
    parts = parts_of(session, [row.sku_id for row in gated])
    shops = {part: row.shop_id for row in gated for part in made_of(parts, row.sku_id)}  # of one business or of several
    for sku_id, shop_id in sorted(shops.items()):
        lock_balance(session, sku_id, default_location(session, session.get_one(Shop, shop_id).merchant_id))


def made_of(parts: Mapping[int, Mapping[int, int]], sku_id: int) -> Mapping[int, int]:
    """The pieces that one of a SKU takes: of the parts of a bundle, else of itself."""
    return parts.get(sku_id, {sku_id: 1})


def pass_gate(session: Session, tie: RangeRow, row: StockRow, value: int, owed: int = 0) -> int | None:
    """The figure that may be sent now: the wanted one; 0, through which a listing gets another figure; None: it was told 0, and
    waits until a pull has seen that nothing was sold meanwhile, or until the others show less."""
    if not is_gated(row) or value == 0:
        return value
    session.flush()
    parts = made_of(parts_of(session, [row.sku_id]), row.sku_id)
    found = promises(session, parts)
    free = [
        allowed(value, row.units * pieces, found[part].promised, found[part].available)
        for part, pieces in parts.items()
    ]
    if all(free):
        return value
    return 0 if row.takes_zero and tie.listed and not told_zero(tie, owed) else None


def told_zero(tie: RangeRow, owed: int) -> bool:
    """Whether another 0 would say nothing new. One that was sent while cancelled units could still come back leaves these in the
    bound; once fewer are `owed` it is sent again, or the listing would stand at 0 until somebody reads it."""
    if tie.base != 0 or tie.first_booked:
        return False
    return tie.cover != Cover.COVERED or tie.may_sell is None or tie.may_sell <= owed
