"""Renewing a token pair against a token service that a test plays: slow, lost, refused or overtaken, and what is left then."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import update

from bridge.connectors.base import Ports
from bridge.engine.connecting import store_grants
from bridge.engine.context import Lane
from bridge.engine.sync import shops_of
from bridge.engine.tokens import LEASE, LOST_PAUSE, PAUSE
from bridge.errors import AuthExpired, ChannelUnavailable, Misconfigured, OutcomeUnknown
from bridge.model import Grant
from bridge.store.engine import db_now
from bridge.store.shops import read_grant, save_grant
from bridge.store.tables import App, GrantRow, Lease, Shop
from tests.engine.world import World

Answer = Callable[[Grant, str], Grant]


def pair(name: str, *shops: str) -> Grant:
    return Grant(f"access-{name}", f"refresh-{name}", None, None, None, shops if shops else ("1",))


@dataclass
class TokenService:
    """One app's consent flow; each question gets the next answer, the last one again and again."""

    answers: list[Answer]
    asked: list[str] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    ports: Ports | None = None

    def consent(self, settings: Mapping[str, str], ports: Ports) -> "TokenService":
        self.secrets.append(settings["app_secret"])
        self.ports = ports
        return self

    def refresh(self, grant: Grant, shop: str) -> Grant:
        assert self.ports is not None
        self.ports.before_call(timedelta(seconds=30))
        self.asked.append(grant.refresh_token)
        return self.answers[min(len(self.asked), len(self.answers)) - 1](grant, shop)


def fails(error: Exception) -> Answer:
    def answer(_grant: Grant, _shop: str) -> Grant:
        raise error

    return answer


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> TokenService:
    found = TokenService([lambda _grant, _shop: pair("new")])
    monkeypatch.setattr("bridge.engine.tokens.registry", SimpleNamespace(plugin=lambda _name: found))
    return found


def vault(world: World, **more: Any) -> Any:
    return world.engine.ports(
        "memory", Lane(engine=world.engine, shop=shops_of(world.engine)[0]).count, never, **more
    ).vault


def never(_timeout: timedelta) -> None:
    raise AssertionError("a renewal asks for the lease of the grant, not of the shop")


def renew(world: World) -> str:
    found: str = vault(world).renew("1", vault(world).current("1").access_token)
    return found


def grant_row(world: World) -> GrantRow:
    row: GrantRow = world.rows(GrantRow)[-1]
    return row


def test_the_new_pair_is_stored_before_anybody_has_it(world: World, service: TokenService) -> None:
    seen: list[tuple[str, str]] = []
    world.engine.reach = lambda label: seen.append(
        (label, read_grant(grant_row(world), world.engine.cipher).access_token)
    )
    old = vault(world).current("1").access_token
    assert renew(world) == "access-new"
    assert seen == [("token:intent", old), ("token:answer", old), ("token:saved", "access-new")]


def test_the_intent_is_stored_before_the_question(world: World, service: TokenService) -> None:
    found = []

    def answer(_grant: Grant, _shop: str) -> Grant:
        row = grant_row(world)
        found.append((row.refreshing_by, row.refreshing_since, row.refresh_tries))
        return pair("new")

    service.answers = [answer]
    renew(world)
    ((holder, since, tries),) = found
    assert (holder, tries) == (world.engine.holder, 1)
    assert timedelta(0) <= world.engine.clock() - since < timedelta(seconds=30)


def test_the_lease_is_begun_anew_before_each_try(world: World, service: TokenService) -> None:
    """Several slow tries may take longer than one lease; nobody may send the token beside them."""
    left = []

    def slow(_grant: Grant, _shop: str) -> Grant:
        assert service.ports is not None
        for _ in range(3):
            with world.engine.store.write() as session:  # most of the lease is over
                session.execute(update(Lease).values(until=db_now(session) + timedelta(seconds=1)))
            service.ports.before_call(timedelta(seconds=30))
            with world.engine.store.read() as session:
                left.append(session.get_one(Lease, "grant/1").until - db_now(session))  # type: ignore[operator]
        return pair("new")

    service.answers = [slow]
    assert renew(world) == "access-new"
    assert all(LEASE - timedelta(seconds=20) < each <= LEASE for each in left)
    assert len(left) == 3


def test_who_has_lost_the_lease_does_not_ask(world: World, service: TokenService) -> None:
    def taken(_grant: Grant, _shop: str) -> Grant:
        with world.engine.store.write() as session:
            session.execute(update(Lease).values(holder="another", fence=Lease.fence + 1))  # type: ignore[operator]
        assert service.ports is not None
        service.ports.before_call(timedelta(seconds=30))
        raise AssertionError("it went on")

    service.answers = [taken]
    with pytest.raises(ChannelUnavailable, match="another process is renewing"):
        renew(world)
    assert grant_row(world).state == "ok"


def test_one_refresh_serves_all_shops_of_a_shared_pair(world: World, service: TokenService) -> None:
    service.answers = [lambda grant, _shop: pair("new", *grant.shops)]
    old = Grant(world.market.new_token("1"), "refresh-old", None, None, None, ("1", "2", "3"))
    store_grants(world.engine, "memory", "Toko Uji", 1, [old])
    with ThreadPoolExecutor(6) as pool:
        fresh = set(pool.map(lambda shop: vault(world).renew(shop, old.access_token), ["1", "2", "3"] * 4))
    assert fresh == {"access-new"}
    assert service.asked == ["refresh-old"]
    assert len({shop.grant_id for shop in world.rows(Shop)}) == 1


# --- lost, refused, down ----------------------------------------------------------------------------------------------


def test_a_lost_answer_is_waited_out_by_its_process_and_never_an_unknown_write(
    world: World, service: TokenService
) -> None:
    service.answers = [fails(OutcomeUnknown("no whole answer came"))]
    for _ in range(5):
        with pytest.raises(ChannelUnavailable, match="the answer to a token refresh was lost") as caught:
            renew(world)
        assert (caught.value.no_effect, caught.value.retry_after) == (True, LOST_PAUSE)
    assert len(service.asked) == 1
    world.advance_clock(LOST_PAUSE.total_seconds())
    with pytest.raises(ChannelUnavailable):
        renew(world)
    assert len(service.asked) == 2
    row = grant_row(world)
    assert (row.state, row.refresh_tries, row.refreshing_by) == ("ok", 2, world.engine.holder)


def test_a_run_ends_after_one_lost_answer(world: World, service: TokenService) -> None:
    """Its writes wait in the journal as ones that were not sent, and it does not wait for the next try."""
    service.answers = [fails(OutcomeUnknown("no whole answer came"))]
    for number in range(5):
        world.add_product(f"Keripik {number}")
    calls = []

    def reach(label: str) -> None:
        calls.append(label)
        if label == "claim:after-commit":
            world.market.expire_tokens("1")

    world.engine.reach = reach
    begun = world.engine.clock()
    report = world.sync()
    assert report.code == 4
    assert len(service.asked) == 1
    assert world.engine.clock() - begun < timedelta(minutes=5)
    assert {row.state for row in world.operations()} == {"pending"}
    assert report.summary()["unknown"] == 0


def test_a_pair_that_is_refused_after_a_lost_answer_is_lost(world: World, service: TokenService) -> None:
    service.answers = [fails(OutcomeUnknown("gone")), fails(AuthExpired("Invalid refresh_token."))]
    with pytest.raises(ChannelUnavailable):
        renew(world)
    world.engine.holder = "the next run"
    with pytest.raises(AuthExpired, match="Invalid refresh_token"):
        renew(world)
    shop = world.rows(Shop)[0]
    assert (grant_row(world).state, shop.state, shop.reason) == ("lost", "auth", "authorisation lost")
    for _ in range(3):
        with pytest.raises(AuthExpired, match="not authorised"):
            renew(world)
    assert len(service.asked) == 2


def test_a_refusal_that_nothing_went_before_has_ended_the_consent(world: World, service: TokenService) -> None:
    service.answers = [fails(ChannelUnavailable("refused")), fails(AuthExpired("expired"))]
    with pytest.raises(ChannelUnavailable):
        renew(world)
    world.advance_clock(PAUSE.total_seconds())
    with pytest.raises(AuthExpired):
        renew(world)
    assert (grant_row(world).state, world.rows(Shop)[0].state) == ("ended", "auth")


@pytest.mark.parametrize("error", [ChannelUnavailable("connection refused"), Misconfigured("wrong signature")])
def test_a_token_that_was_not_used_is_tried_again_after_a_minute(
    world: World, service: TokenService, error: Exception
) -> None:
    service.answers = [fails(error), lambda _grant, _shop: pair("new")]
    with pytest.raises(type(error)):
        renew(world)
    for _ in range(3):
        with pytest.raises(ChannelUnavailable, match="could not be renewed"):
            renew(world)
    assert (len(service.asked), grant_row(world).refresh_tries) == (1, 0)
    world.advance_clock(PAUSE.total_seconds())
    assert renew(world) == "access-new"


# --- overtaken by a new consent -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", [lambda _grant, _shop: pair("late"), fails(AuthExpired("used up"))])
def test_a_consent_that_comes_meanwhile_stays(world: World, service: TokenService, answer: Answer) -> None:
    """A late answer to the old pair neither replaces nor ends the new one."""

    def overtaken(grant: Grant, shop: str) -> Grant:
        token = world.market.new_token("1")
        store_grants(world.engine, "memory", "Toko Uji", 1, [Grant(token, "refresh-consent", None, None, None, ("1",))])
        return answer(grant, shop)

    service.answers = [overtaken]
    try:
        fresh = renew(world)
    except AuthExpired:
        fresh = vault(world).current("1").access_token
    (row,) = world.rows(GrantRow)
    found = read_grant(row, world.engine.cipher)
    assert (found.refresh_token, found.access_token, row.state) == ("refresh-consent", fresh, "ok")
    assert world.rows(Shop)[0].state == "ok"


@pytest.mark.parametrize("answer", [lambda _grant, _shop: pair("late"), fails(AuthExpired("used up"))])
def test_a_pair_that_another_process_has_stored_meanwhile_stays(
    world: World, service: TokenService, answer: Answer
) -> None:
    """Such as one that took the lease over from a process that had stood still."""

    def overtaken(grant: Grant, shop: str) -> Grant:
        with world.engine.store.write() as session:
            row = session.get_one(GrantRow, 1)
            save_grant(session, world.engine.cipher, row.app_id, pair("theirs"), row)
        return answer(grant, shop)

    service.answers = [overtaken]
    with suppress(AuthExpired):
        assert renew(world) == "access-theirs"
    found = read_grant(grant_row(world), world.engine.cipher)
    assert (found.refresh_token, grant_row(world).state, world.rows(Shop)[0].state) == ("refresh-theirs", "ok", "ok")


def test_the_tokens_of_a_replaced_consent_are_not_kept(world: World) -> None:
    for _ in range(3):
        token = world.market.new_token("1")
        store_grants(world.engine, "memory", "Toko Uji", 1, [Grant(token, "r", None, None, None, ("1",))])
    assert len(world.rows(GrantRow)) == 1


# --- trying a new app key -----------------------------------------------------------------------------------------------


def test_a_trial_key_signs_the_renewal_and_ends_no_grant(world: World, service: TokenService) -> None:
    service.answers = [fails(AuthExpired("the secret does not fit")), lambda _grant, _shop: pair("new")]
    trial = vault(world, trial_key="new-secret")
    with pytest.raises(AuthExpired):
        trial.renew("1", trial.current("1").access_token)
    assert (grant_row(world).state, world.rows(Shop)[0].state) == ("ok", "ok")
    world.advance_clock(PAUSE.total_seconds())
    assert trial.renew("1", trial.current("1").access_token) == "access-new"
    assert service.secrets == ["new-secret", "new-secret"]
    assert len(world.rows(App)) == 1
