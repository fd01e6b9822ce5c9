"""How every shop's authorisation stands: until when it holds, what ends first, and whether a renewal is waiting for its answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import col

from bridge.connectors.base import ConsentSource
from bridge.engine.context import Engine
from bridge.engine.tokens import LEASE
from bridge.errors import UserError
from bridge.planning.authorisation import Ending, endings_of
from bridge.store.catalog import row_id
from bridge.store.shops import state_of_shop
from bridge.store.tables import App, GrantRow, Merchant, Shop


@dataclass(frozen=True, slots=True)
class Authorisation:
    """One shop's. `grant` is `lost` where the answer to a renewal was; `app` and `redirect` are what renewing it takes."""

    shop: int
    channel: str
    remote_shop_id: str
    merchant: str
    state: str
    grant: str | None
    by_consent: bool
    app: str | None
    redirect: str
    consent_until: datetime | None
    refresh_until: datetime | None
    endings: tuple[Ending, ...]
    unanswered_since: datetime | None

    @property
    def ended(self) -> bool:
        """Whether a person has to authorise before anything else happens."""
        return self.state == "auth"

    @property
    def due(self) -> tuple[Ending, ...]:
        """The ends that somebody should know of now."""
        return tuple(ending for ending in self.endings if ending.within is not None)


def authorisations(engine: Engine, shop_ids: Sequence[int] | None = None) -> list[Authorisation]:
    """All shops, or these, in the order of their numbers. Asks no channel."""
    query = select(Shop, col(Merchant.name), GrantRow, App).join(Merchant, col(Merchant.id) == col(Shop.merchant_id))
    query = query.outerjoin(GrantRow, col(GrantRow.id) == col(Shop.grant_id))
    query = query.outerjoin(App, col(App.id) == col(Shop.app_id)).order_by(col(Shop.id))
    if shop_ids is not None:
        query = query.where(col(Shop.id).in_(list(shop_ids)))
    with engine.store.read() as session:
        rows = [(row[0], row[1], row[2], row[3]) for row in session.execute(query)]
    return [view(engine, *row) for row in rows]


def view(engine: Engine, shop: Shop, merchant: str, grant: GrantRow | None, app: App | None) -> Authorisation:
    """One shop's rows, judged now. What the channel said of the consent at the last check counts before what the grant said."""
    now = engine.clock()
    consent = shop.authorised_until
    if consent is None and grant is not None:
        consent = grant.consent_until
    refresh = grant.refresh_until if grant is not None else None
    return Authorisation(
        shop=row_id(shop),
        channel=shop.channel,
        remote_shop_id=shop.remote_shop_id,
        merchant=merchant,
        state=state_of_shop(shop, app.paused if app is not None else None)[0],
        grant=grant.state if grant is not None else None,
        by_consent=has_consent(engine, shop.channel),
        app=app.remote_app_id if app is not None else None,
        redirect=app.settings.get("redirect_url", "") if app is not None else "",
        consent_until=consent,
        refresh_until=refresh,
        endings=endings_of(consent, refresh, now),
        unanswered_since=unanswered(grant, now),
    )


def unanswered(grant: GrantRow | None, now: datetime) -> datetime | None:
    """Since when an answer is missing; one that was asked for just now may still come."""
    if grant is None or grant.state != "ok" or not grant.refresh_tries or grant.refreshing_since is None:
        return None
    return grant.refreshing_since if grant.refreshing_since + LEASE < now else None


def has_consent(engine: Engine, channel: str) -> bool:
    """Whether owners authorise in the browser there. A connector that is not installed any more has nothing."""
    try:
        return isinstance(engine.plugin(channel), ConsentSource)
    except UserError:
        return False
