"""Tokens: read from the store, renewed by one process at a time, so that a single-use refresh token is never lost.

The intent to refresh is committed before the call, the new pair before its first use. After a lost answer the same token is sent
again, at once by a successor of a process that died, else a while later: some channels repeat the pair, the others refuse, and with
that the grant has ended and a person authorises again. A token service that is down ends nothing.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from bridge.connectors import registry
from bridge.connectors.base import CallCount, ConsentSource, Limiter, Ports
from bridge.errors import AuthExpired, ChannelError, ChannelUnavailable
from bridge.model import Grant
from bridge.store.catalog import row_id
from bridge.store.crypto import Cipher
from bridge.store.engine import Store
from bridge.store.leases import drop_lease, take_lease
from bridge.store.shops import app_settings, bound_shops, read_grant, save_grant
from bridge.store.tables import App, GrantRow, Shop

LEASE = timedelta(seconds=60)
PATIENCE_S = 30.0
PAUSE = timedelta(seconds=60)  # between two tries of one process


class StoreVault:
    """The `TokenVault` over the store."""

    def __init__(
        self,
        store: Store,
        channel: str,
        cipher: Cipher,
        holder: str,
        clock: Callable[[], datetime],
        reach: Callable[[str], None],
        count: CallCount,
        limiter: Limiter,
    ) -> None:
        self._store, self._channel, self._cipher, self._holder = store, channel, cipher, holder
        self._clock, self._reach, self._count, self._limiter = clock, reach, count, limiter

    def __repr__(self) -> str:
        return "StoreVault()"

    def current(self, shop: str) -> Grant:
        """The tokens in force. Raises AuthExpired when the grant has ended."""
        with self._store.read() as session:
            row = self._row(session, shop)
            return read_grant(row, self._cipher, bound_shops(session, row_id(row)))

    def renew(self, shop: str, stale_access_token: str) -> str:
        """A fresh access token: another process's if it was quicker, else ours."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            found = self.current(shop)
            if found.access_token != stale_access_token:
                return found.access_token
            with self._store.read() as session:
                grant_id = row_id(self._row(session, shop))
            lease = take_lease(self._store, f"grant/{grant_id}", f"{self._holder}/{time.monotonic_ns()}", LEASE)
            if lease is not None:
                try:
                    return self._refresh(shop, stale_access_token)
                finally:
                    drop_lease(self._store, lease)
            if time.monotonic() > deadline:
                raise ChannelUnavailable("another process is renewing the token", retry_after=timedelta(seconds=30))
            time.sleep(0.1)

    def _refresh(self, shop: str, stale: str) -> str:
        with self._store.write() as session:
            row = self._row(session, shop)
            grant = read_grant(row, self._cipher, bound_shops(session, row_id(row)))
            if grant.access_token != stale:
                return grant.access_token
            now = self._clock()
            if (
                row.refreshing_by == self._holder
                and row.refreshing_since is not None
                and now - row.refreshing_since < PAUSE
            ):
                raise ChannelUnavailable("the answer to a token refresh was lost; it is asked for again later", PAUSE)
            row.refreshing_by, row.refreshing_since = self._holder, now
            row.refresh_tries += 1
            channel, settings = self._app(session, row)
        self._reach("token:intent")
        fresh = self._ask(channel, settings, grant, shop)
        self._reach("token:answer")
        with self._store.write() as session:
            self._save(session, self._row(session, shop), grant, fresh)
        self._reach("token:saved")
        return fresh.access_token

    def _ask(self, channel: str, settings: dict[str, str], grant: Grant, shop: str) -> Grant:
        plugin = registry.plugin(channel)
        if not isinstance(plugin, ConsentSource):
            raise AuthExpired("this channel has no way to renew a token; enter a new one")
        ports = Ports(limiter=self._limiter, vault=self, reach=self._reach, clock=self._clock, count=self._count)
        try:
            return plugin.consent(settings, ports).refresh(grant, shop)
        except AuthExpired:
            with self._store.write() as session:
                self._end(session, self._row(session, shop))
            raise
        except ChannelError as error:
            if error.no_effect:
                with self._store.write() as session:
                    row = self._row(session, shop)
                    row.refreshing_by, row.refreshing_since, row.refresh_tries = None, None, 0
            raise

    def _save(self, session: Session, row: GrantRow, old: Grant, fresh: Grant) -> None:
        """Where a channel gives each shop of a shared grant its own pair, that shop gets a row of its own."""
        if set(fresh.shops) >= set(old.shops) or not fresh.shops:
            save_grant(session, self._cipher, row.app_id, fresh, row)
            return
        own = save_grant(session, self._cipher, row.app_id, fresh)
        query = select(Shop).where(col(Shop.grant_id) == row.id, col(Shop.remote_shop_id).in_(fresh.shops))
        for bound in session.execute(query).scalars():
            bound.grant_id = row_id(own)
        row.refreshing_by, row.refreshing_since, row.refresh_tries = None, None, 0

    @staticmethod
    def _end(session: Session, row: GrantRow) -> None:
        row.state = "ended"
        for shop in session.execute(select(Shop).where(col(Shop.grant_id) == row.id)).scalars():
            shop.state, shop.reason = "auth", "authorisation ended"

    def _app(self, session: Session, row: GrantRow) -> tuple[str, dict[str, str]]:
        app = session.get_one(App, row.app_id)
        return app.channel, app_settings(app, self._cipher)

    def _row(self, session: Session, shop: str) -> GrantRow:
        query = select(GrantRow).join(Shop, col(Shop.grant_id) == col(GrantRow.id))
        query = query.where(col(Shop.remote_shop_id) == shop, col(Shop.channel) == self._channel)
        row: GrantRow | None = session.execute(query).scalar_one_or_none()
        if row is None or row.state == "ended":
            raise AuthExpired("the shop is not authorised")
        return row
