"""Where everything stands: each shop, what waits, the last run. Reads only; the answers are plain values."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from bridge.engine.context import Engine
from bridge.engine.hiding import hidden_listings
from bridge.engine.looking import counted
from bridge.store.catalog import row_id
from bridge.store.journal import failed_operations, state_counts
from bridge.store.orders import parked_lines
from bridge.store.shops import state_of_shop
from bridge.store.tables import (
    App,
    Cursor,
    Listing,
    Merchant,
    Run,
    Shop,
)


@dataclass(frozen=True, slots=True)
class ShopRow:
    """One shop with the numbers of its listings. `live`: those that are there, `hidden` ones included."""

    shop: int
    channel: str
    remote_shop_id: str
    merchant: str
    name: str
    state: str
    reason: str | None
    buffer: int
    listings: int
    live: int
    hidden: int
    parked: int
    stale: int
    last_pull: datetime | None
    authorised_until: datetime | None
    checked_at: datetime | None


@dataclass(kw_only=True)
class Status:
    """The whole bridge at a glance."""

    shops: list[ShopRow]
    operations: dict[str, int] = field(default_factory=dict)
    parked_listings: int = 0
    parked_order_lines: int = 0
    last_run: dict[str, Any] | None = None
    oldest_pull: datetime | None = None


def shop_rows(engine: Engine, shop_ids: Sequence[int] | None = None) -> list[ShopRow]:
    """Shops with the numbers of their listings."""
    with engine.store.read() as session:
        query = select(Shop, col(Merchant.name), col(App.paused))
        query = query.join(Merchant, col(Merchant.id) == col(Shop.merchant_id))
        query = query.outerjoin(App, col(App.id) == col(Shop.app_id))
        if shop_ids is not None:
            query = query.where(col(Shop.id).in_(list(shop_ids)))
        rows = [(row[0], row[1], row[2]) for row in session.execute(query.order_by(col(Shop.id)))]
        number = select(col(Listing.shop_id), func.count()).group_by(col(Listing.shop_id))
        every = counted(session, number)
        live = counted(session, number.where(col(Listing.remote_item_id).is_not(None)))
        parked = counted(session, number.where(col(Listing.parked).is_not(None)))
        hidden = counted(session, hidden_listings())
        stale = counted(session, number.where(col(Listing.stale)))
        pulls = {row.shop_id: row.covered_at for row in session.execute(select(Cursor)).scalars()}
    return [
        ShopRow(
            shop=row_id(shop),
            channel=shop.channel,
            remote_shop_id=shop.remote_shop_id,
            merchant=name,
            name=shop.name,
            state=state_of_shop(shop, paused)[0],
            reason=state_of_shop(shop, paused)[1],
            buffer=shop.buffer,
            listings=every.get(row_id(shop), 0),
            live=live.get(row_id(shop), 0),
            hidden=hidden.get(row_id(shop), 0),
            parked=parked.get(row_id(shop), 0),
            stale=stale.get(row_id(shop), 0),
            last_pull=pulls.get(row_id(shop)),
            authorised_until=shop.authorised_until,
            checked_at=shop.checked_at,
        )
        for shop, name, paused in rows
    ]


def parked_now(engine: Engine, shop_ids: Sequence[int]) -> int:
    """How many listings of these shops are held back at this moment."""
    query = select(func.count()).where(col(Listing.parked).is_not(None), col(Listing.shop_id).in_(list(shop_ids)))
    with engine.store.read() as session:
        return int(session.execute(query).scalar_one())


def status(engine: Engine) -> Status:
    """Shops, what waits, the last run, and how old the oldest pull is."""
    shops = shop_rows(engine)
    with engine.store.read() as session:
        operations = dict.fromkeys(("pending", "inflight", "accepted", "unknown"), 0) | state_counts(session)
        operations["rejected"] = len(refused_targets(session))
        lines = len(parked_lines(session))
        run = session.execute(select(Run).order_by(col(Run.id).desc()).limit(1)).scalar_one_or_none()
        last = None if run is None else run_values(run)
    pulls = [shop.last_pull for shop in shops if shop.last_pull is not None]
    return Status(
        shops=shops,
        operations=operations,
        parked_listings=sum(shop.parked for shop in shops),
        parked_order_lines=lines,
        last_run=last,
        oldest_pull=min(pulls, default=None),
    )


def refused_targets(session: Session) -> set[str]:
    """Listings whose newest operation of some kind was refused."""
    return {row.target for row in failed_operations(session)}


def run_values(run: Run) -> dict[str, Any]:
    """A run as plain values."""
    return {
        "run": run.id,
        "kind": run.kind,
        "state": run.state,
        "started_at": run.started_at,
        "ended_at": run.ended_at,
        "summary": dict(run.summary),
    }
