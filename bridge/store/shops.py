"""Apps, grants and shops."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlmodel import Session, col

from bridge.model import Grant
from bridge.store.catalog import row_id
from bridge.store.crypto import Cipher
from bridge.store.ledger import table
from bridge.store.often import Among, Often
from bridge.store.tables import App, GrantRow, Listing, ListingSku, Merchant, Road, Shop

MISCONFIGURED = "misconfigured"  # the state of every shop of an app whose key, signature or address the channel refuses


@dataclass(frozen=True, slots=True)
class ShopView:
    """A shop with what is needed to reach it. `settings` carries the app's secret: never log it."""

    shop_id: int
    channel: str
    remote_shop_id: str
    merchant_id: int
    merchant: str
    name: str
    state: str
    reason: str | None
    grant_id: int | None
    app_id: int | None
    takes_zero: bool
    buffer: int
    mapped_with: str | None
    blocked: Mapping[str, str]
    checked_at: datetime | None
    settings: Mapping[str, str]

    def __repr__(self) -> str:
        return f"ShopView({self.shop_id}, {self.channel}, {self.remote_shop_id})"


def save_app(
    session: Session, cipher: Cipher, channel: str, remote_app_id: str, secret: str, settings: Mapping[str, str]
) -> App:
    """An app by channel, id and address; its secret and settings are brought up to date."""
    base_url = settings.get("base_url", "")
    query = select(App).where(
        col(App.channel) == channel, col(App.remote_app_id) == remote_app_id, col(App.base_url) == base_url
    )
    app = session.execute(query).scalar_one_or_none()
    sealed = cipher.seal(secret, f"app/{channel}/{remote_app_id}")
    if app is None:
        app = App(channel=channel, remote_app_id=remote_app_id, base_url=base_url, secret_sealed=sealed)
        session.add(app)
    app.secret_sealed = sealed
    app.settings, app.paused = dict(settings), None
    session.flush()
    return app


APPS = Often(select(table(App)).where(table(App).c.channel == bindparam("channel")).order_by(table(App).c.id))


def apps_of(session: Session, channel: str) -> list[Any]:
    """The columns of every app of a channel."""
    return APPS.named(session.connection(), channel=channel)


def app_settings(app: Any, cipher: Cipher) -> dict[str, str]:
    """What a plugin is opened with: addresses, app_id and app_secret. `app`: a row, or its columns."""
    secret = cipher.open(app.secret_sealed, f"app/{app.channel}/{app.remote_app_id}")
    return {**app.settings, "app_id": app.remote_app_id, "app_secret": secret}


def save_grant(session: Session, cipher: Cipher, app_id: int, grant: Grant, row: GrantRow | None = None) -> GrantRow:
    """Stores a token pair, sealed; a given row is replaced and its refresh intent is cleared."""
    if row is None:
        row = GrantRow(uid=secrets.token_hex(12), app_id=app_id, access_sealed=b"", refresh_sealed=b"")
        session.add(row)
    else:
        row.version += 1
    row.access_sealed = cipher.seal(grant.access_token, f"grant/{row.uid}/access")
    row.refresh_sealed = cipher.seal(grant.refresh_token, f"grant/{row.uid}/refresh")
    row.access_until, row.refresh_until, row.consent_until = (
        grant.access_until,
        grant.refresh_until,
        grant.consent_until,
    )
    row.extra = dict(grant.extra)
    row.state, row.refreshing_by, row.refreshing_since, row.refresh_tries = "ok", None, None, 0
    session.flush()
    return row


def split_grant(session: Session, cipher: Cipher, row: GrantRow, fresh: Grant) -> None:
    """Shops of a shared grant that were given a pair of their own leave it; the shared pair stays for the others."""
    own = save_grant(session, cipher, row.app_id, fresh)
    moving = update(Shop).where(col(Shop.grant_id) == row.id, col(Shop.remote_shop_id).in_(fresh.shops))
    session.execute(moving.values(grant_id=row_id(own)))
    row.refreshing_by, row.refreshing_since, row.refresh_tries = None, None, 0


def end_grant(session: Session, row: GrantRow, state: str) -> None:
    """A person has to authorise its shops again. `ended`: refused; `lost`: refused after the answer to a renewal was lost."""
    row.state = state
    ended = update(Shop).where(col(Shop.grant_id) == row.id)
    session.execute(ended.values(state="auth", reason=f"authorisation {state}"))


def drop_unused_grants(session: Session) -> None:
    """Tokens of consents that newer ones have replaced are not kept."""
    used = select(col(Shop.grant_id)).where(col(Shop.grant_id).is_not(None))
    session.execute(delete(GrantRow).where(col(GrantRow.id).not_in(used)))


GRANT = Often(  # asked for before every call
    select(table(GrantRow))
    .join(Shop, col(Shop.grant_id) == table(GrantRow).c.id)
    .where(col(Shop.remote_shop_id) == bindparam("remote"), col(Shop.channel) == bindparam("channel"))
)


def grant_in_force(session: Session, channel: str, remote_shop_id: str) -> Any | None:
    """The columns of the grant that serves a shop; None where a person has to authorise it."""
    rows = GRANT.named(session.connection(), channel=channel, remote=remote_shop_id)
    return rows[0] if rows and rows[0].state == "ok" else None


def read_grant(row: Any, cipher: Cipher, shops: Sequence[str] = ()) -> Grant:
    """The tokens of a row, or of its columns."""
    return Grant(
        access_token=cipher.open(row.access_sealed, f"grant/{row.uid}/access"),
        refresh_token=cipher.open(row.refresh_sealed, f"grant/{row.uid}/refresh"),
        access_until=row.access_until,
        refresh_until=row.refresh_until,
        consent_until=row.consent_until,
        shops=tuple(shops),
        extra=row.extra,
    )


def save_shop(
    session: Session, channel: str, remote_shop_id: str, merchant_id: int, app_id: int, grant_id: int, now: datetime
) -> Shop:
    """A shop by channel and remote id; connecting it again gives it the new grant and clears what held it."""
    query = select(Shop).where(col(Shop.channel) == channel, col(Shop.remote_shop_id) == remote_shop_id)
    shop = session.execute(query).scalar_one_or_none()
    if shop is None:
        shop = Shop(channel=channel, remote_shop_id=remote_shop_id, merchant_id=merchant_id, created_at=now)
        session.add(shop)
        session.flush()
        session.add(Road(shop_id=row_id(shop), kind="api"))
    shop.app_id, shop.grant_id = app_id, grant_id
    shop.state, shop.reason = "ok", None
    session.flush()
    return shop


SHOPS: Any = (
    select(
        col(Shop.id).label("shop_id"), col(Shop.channel), col(Shop.remote_shop_id), col(Shop.merchant_id),
        col(Merchant.name).label("merchant"), col(Shop.name), col(Shop.state), col(Shop.reason), col(Shop.grant_id),
        col(Shop.app_id), col(Shop.takes_zero), col(Shop.buffer), col(Shop.mapped_with), col(Shop.blocked),
        col(Shop.checked_at), col(Shop.remembered), col(App.remote_app_id), col(App.secret_sealed), col(App.settings),
        col(App.paused),
    )
    .join(Merchant, col(Merchant.id) == col(Shop.merchant_id))
    .outerjoin(App, col(App.id) == col(Shop.app_id))
    .order_by(col(Shop.id))
)  # fmt: skip
EVERY_SHOP, SOME_SHOPS = Often(SHOPS), Often(SHOPS.where(Among(table(Shop).c.id)))


def list_shops(session: Session, cipher: Cipher, ids: Sequence[int] | None = None) -> list[ShopView]:
    """Shops in the order of their ids."""
    session.flush()
    connection = session.connection()
    found = EVERY_SHOP.named(connection) if ids is None else SOME_SHOPS.named(connection, ids=list(ids))
    opened: dict[int | None, dict[str, str]] = {None: {}}
    for row in found:
        if row.app_id not in opened:
            opened[row.app_id] = app_settings(row, cipher)
    return [shop_view(row, opened[row.app_id]) for row in found]


def state_of_shop(shop: Any, app_paused: str | None) -> tuple[str, str | None]:
    """State and reason. What holds its app holds the shop, unless the shop has a reason of its own."""
    by_app = app_paused is not None and shop.state == "ok"
    return (MISCONFIGURED, app_paused) if by_app else (shop.state, shop.reason)


def shop_view(row: Any, settings: Mapping[str, str]) -> ShopView:
    """The frozen view of a shop's columns. `settings`: its app's."""
    state, reason = state_of_shop(row, row.paused)
    return ShopView(
        shop_id=row.shop_id,
        channel=row.channel,
        remote_shop_id=row.remote_shop_id,
        merchant_id=row.merchant_id,
        merchant=row.merchant,
        name=row.name,
        state=state,
        reason=reason,
        grant_id=row.grant_id,
        app_id=row.app_id,
        takes_zero=row.takes_zero,
        buffer=row.buffer,
        mapped_with=row.mapped_with,
        blocked=row.blocked,
        checked_at=row.checked_at,
        settings={**settings, **row.remembered},
    )


def set_shop_state(session: Session, shop_id: int, state: str, reason: str | None) -> None:
    """Pauses a shop (`auth`, `blocked`) or lets it go on (`ok`)."""
    session.execute(update(Shop).where(col(Shop.id) == shop_id).values(state=state, reason=reason))


def pause_app(session: Session, app_id: int, reason: str | None) -> None:
    """All shops of an app wait for its operator; None lets them go on."""
    session.execute(update(App).where(col(App.id) == app_id).values(paused=reason))


def remap_shop(session: Session, shop_id: int, mapped_with: str) -> None:
    """The rules changed: every listing of the shop is mapped again."""
    session.execute(update(Listing).where(col(Listing.shop_id) == shop_id).values(stale=True))
    session.execute(update(Shop).where(col(Shop.id) == shop_id).values(mapped_with=mapped_with))


REMAP_MOVED = (
    update(table(Listing))
    .where(
        col(Listing.id).in_(
            select(col(ListingSku.listing_id)).where(
                col(ListingSku.shop_id) == bindparam("of_shop"), col(ListingSku.stock_dirty), col(ListingSku.listed)
            )
        )
    )
    .values(stale=True)
)


def remap_moved(session: Session, shop_id: int) -> None:
    """Listings whose stock moved are mapped again: for a channel that takes no 0, where selling out hides a listing."""
    session.connection().execute(REMAP_MOVED, {"of_shop": shop_id})


BOUND = Often(select(col(Shop.remote_shop_id)).where(col(Shop.grant_id) == bindparam("grant")).order_by(col(Shop.id)))


def bound_shops(session: Session, grant_id: int) -> list[str]:
    """Remote ids of the shops that a grant serves."""
    session.flush()
    return [row[0] for row in BOUND.find(session.connection(), grant=grant_id)]
