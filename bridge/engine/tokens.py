"""Tokens: read from the store, renewed by one process at a time, so that a single-use refresh token is never lost.

The intent to refresh is committed before the call, the new pair before its first use; the lease is begun anew before every try of
the call, so that nobody sends beside it. After a lost answer the same token is sent again, at once by a successor of a process that
died, else some minutes later: some channels repeat the pair, the others refuse, and with that the grant is lost and a person
authorises again. A token service that is down ends nothing (docs/decisions/0015-lost-renewals.md).
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlmodel import col

from bridge.connectors import registry
from bridge.connectors.base import CallCount, ConsentFlow, ConsentSource, Limiter, Ports
from bridge.errors import AuthExpired, ChannelError, ChannelUnavailable, OutcomeUnknown
from bridge.model import Grant
from bridge.store.crypto import Cipher
from bridge.store.engine import Store
from bridge.store.leases import Held, drop_lease, renew_lease, take_lease
from bridge.store.shops import app_settings, bound_shops, end_grant, grant_in_force, read_grant, save_grant, split_grant
from bridge.store.tables import App, GrantRow

LEASE = timedelta(seconds=60)  # one try of the call takes half of it at most
PATIENCE_S = 30.0
PAUSE = timedelta(seconds=60)  # between two tries of one process where the token was not used
LOST_PAUSE = timedelta(minutes=10)  # the same after a lost answer: longer than a run waits for anything
BUSY = "another process is renewing the token"


class StoreVault:
    """The `TokenVault` over the store. With a `trial_key` calls are signed with it instead, and a refusal ends no grant."""

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
        trial_key: str | None = None,
    ) -> None:
        self._store, self._channel, self._cipher, self._holder = store, channel, cipher, holder
        self._clock, self._reach, self._count, self._limiter = clock, reach, count, limiter
        self._trial_key = trial_key

    def __repr__(self) -> str:
        return "StoreVault()"

    def current(self, shop: str) -> Grant:
        """The tokens in force. Raises AuthExpired when the grant has ended."""
        return self._in_force(shop)[1]

    def renew(self, shop: str, stale_access_token: str) -> str:
        """A fresh access token: another process's if it was quicker, else ours."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            grant_id, found = self._in_force(shop)
            if found.access_token != stale_access_token:
                return found.access_token
            lease = take_lease(self._store, f"grant/{grant_id}", f"{self._holder}/{time.monotonic_ns()}", LEASE)
            if lease is not None:
                fresh = self._refresh(lease, grant_id, shop, stale_access_token)
                if fresh is not None:
                    return fresh
            elif time.monotonic() > deadline:
                raise ChannelUnavailable(BUSY, retry_after=timedelta(seconds=30))
            else:
                time.sleep(0.1)

    def _in_force(self, shop: str) -> tuple[int, Grant]:
        with self._store.read() as session:
            row = grant_in_force(session, self._channel, shop)
            if row is None:
                raise AuthExpired("the shop is not authorised")
            return row.id, read_grant(row, self._cipher, bound_shops(session, row.id))

    def _refresh(self, lease: Held, grant_id: int, shop: str, stale: str) -> str | None:
        """Intent, call, new pair, each committed before the next. None: somebody was quicker, look again."""
        try:
            flow = self._flow(grant_id, lease)
            grant = self._begin(grant_id, stale)
            if grant is None:
                return None
            self._reach("token:intent")
            fresh = self._ask(flow, grant_id, grant, shop)
            self._reach("token:answer")
            saved = self._save(grant_id, grant, fresh)
            self._reach("token:saved")
            return fresh.access_token if saved else None
        finally:
            drop_lease(self._store, lease)

    def _begin(self, grant_id: int, stale: str) -> Grant | None:
        """Writes the intent; gives the pair that the call uses up, or None when it is another pair by now."""
        with self._store.write() as session:
            row = session.get(GrantRow, grant_id)
            if row is None or row.state != "ok":
                return None
            grant = read_grant(row, self._cipher, bound_shops(session, grant_id))
            if grant.access_token != stale:
                return None
            now = self._clock()
            wait = pause_of(row, self._holder, now)
            if wait is not None:
                raise wait
            row.refreshing_by, row.refreshing_since = self._holder, now
            row.refresh_tries += 1
            return grant

    def _flow(self, grant_id: int, lease: Held) -> ConsentFlow:
        """The consent flow of the grant's own app, under the lease."""

        def hold(_timeout: timedelta) -> None:
            if renew_lease(self._store, lease, LEASE) is None:
                raise ChannelUnavailable(BUSY, retry_after=timedelta(seconds=30))

        with self._store.read() as session:
            query = select(App).join(GrantRow, col(GrantRow.app_id) == col(App.id)).where(col(GrantRow.id) == grant_id)
            app: App | None = session.execute(query).scalar_one_or_none()
            if app is None:
                raise ChannelUnavailable("the shop is being connected anew", retry_after=PAUSE)
            settings = app_settings(app, self._cipher)
        if self._trial_key is not None:
            settings["app_secret"] = self._trial_key
        plugin = registry.plugin(app.channel)
        if not isinstance(plugin, ConsentSource):
            raise AuthExpired("this channel has no way to renew a token; enter a new one")
        ports = Ports(
            limiter=self._limiter, vault=self, before_call=hold, reach=self._reach, clock=self._clock, count=self._count
        )
        return plugin.consent(settings, ports)

    def _ask(self, flow: ConsentFlow, grant_id: int, grant: Grant, shop: str) -> Grant:
        """The new pair. A refusal ends the grant; where no answer came, the call that needed the token was not sent either."""
        try:
            return flow.refresh(grant, shop)
        except AuthExpired:
            self._refused(grant_id, grant)
            raise
        except OutcomeUnknown as error:
            raise ChannelUnavailable(f"the answer to a token refresh was lost ({error})", LOST_PAUSE) from None
        except ChannelError as error:
            if error.no_effect:
                self._not_used(grant_id)
            raise

    def _refused(self, grant_id: int, grant: Grant) -> None:
        """Only the pair that was refused ends; `lost` where the answer to an earlier try is missing."""
        if self._trial_key is not None:
            self._not_used(grant_id)
            return
        with self._store.write() as session:
            row = session.get(GrantRow, grant_id)
            if row is not None and read_grant(row, self._cipher).refresh_token == grant.refresh_token:
                end_grant(session, row, "lost" if row.refresh_tries > 1 else "ended")

    def _not_used(self, grant_id: int) -> None:
        """The token was certainly not used up by this try."""
        with self._store.write() as session:
            row = session.get(GrantRow, grant_id)
            if row is not None and row.refreshing_by == self._holder:
                row.refresh_tries -= 1

    def _save(self, grant_id: int, old: Grant, fresh: Grant) -> bool:
        """Where a channel gives each shop of a shared grant its own pair, that shop gets a row of its own.

        False: the shop was connected anew meanwhile, and the pair of the new consent stays.
        """
        with self._store.write() as session:
            row = session.get(GrantRow, grant_id)
            if row is None or read_grant(row, self._cipher).refresh_token != old.refresh_token:
                return False
            if set(fresh.shops) >= set(old.shops) or not fresh.shops:
                save_grant(session, self._cipher, row.app_id, fresh, row)
            else:
                split_grant(session, self._cipher, row, fresh)
            return True


def pause_of(row: GrantRow, holder: str, now: datetime) -> ChannelUnavailable | None:
    """Why this process must not ask yet. Another one may: it could be the successor of one that died."""
    if row.refreshing_by != holder or row.refreshing_since is None:
        return None
    lost = row.refresh_tries > 0
    pause = LOST_PAUSE if lost else PAUSE
    if now - row.refreshing_since >= pause:
        return None
    why = "the answer to a token refresh was lost" if lost else "the token could not be renewed"
    return ChannelUnavailable(f"{why}; it is asked for again later", pause)
