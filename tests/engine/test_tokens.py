"""Single-use refresh tokens against the Shopee sandbox: one refresh whoever asks, and a stated end when the pair is lost."""

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import update

from bridge.engine.apps import apps
from bridge.engine.connecting import check_shop, connect_sandbox, store_app, store_grants
from bridge.engine.consent import connect_found, consent_link, exchange, read_answer
from bridge.engine.context import Engine, Lane
from bridge.engine.runs import Report
from bridge.engine.sync import shops_of, sync_shops
from bridge.errors import AuthExpired, Misconfigured
from bridge.model import Grant
from bridge.sandbox.core.server import start_in_thread
from bridge.settings import Settings
from bridge.store.catalog import save_merchant
from bridge.store.crypto import create_key_file, load_cipher
from bridge.store.engine import Store
from bridge.store.shops import read_grant, save_app, save_grant
from bridge.store.tables import GrantRow, Lease, Shop
from tests.engine.world import World

ROOT = Path(__file__).parents[2]
REFRESH, SHOP_INFO = "/api/v2/auth/access_token/get", "/api/v2/shop/get_shop_info"
LIFE_S = 4 * 3600 + 60
MAIN_ACCOUNT = "77000001"


def opened(what: Any) -> Any:
    """An answer of the sandbox."""
    return urllib.request.urlopen(what, timeout=30)  # noqa: S310


class Office:
    """An engine on its own sandbox, with the first shop connected."""

    def __init__(self, store: Store, home: Path, address: str) -> None:
        self.address = address
        home.mkdir()
        settings = Settings(home=home, parallel_shops=1)
        create_key_file(settings.key_file)
        self.engine = Engine(settings=settings, store=store, cipher=load_cipher(settings.key_file))
        with store.write() as session:
            save_merchant(session, "tokouji", {"name": "Toko Uji"}, self.engine.clock())
        connect_sandbox(self.engine, "shopee", "Toko Uji", address, create=False)
        self.control("calls", method="DELETE")

    def control(self, path: str, body: Any = None, method: str | None = None) -> Any:
        """A call of the control plane."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.address}/_sandbox/{path}", data, method=method)  # noqa: S310
        with opened(request) as answer:
            return json.load(answer)

    def expire(self, seconds: float = LIFE_S) -> None:
        """The access tokens run out."""
        self.control("clock", {"advance_s": seconds})

    def refreshes(self) -> int:
        """How often a refresh was asked for."""
        return sum(self.control("calls")["calls"].get(REFRESH, {}).values())

    def calls(self) -> int:
        return sum(sum(found.values()) for found in self.control("calls")["calls"].values())

    def lane(self, number: int = 0) -> Lane:
        return Lane(engine=self.engine, shop=shops_of(self.engine)[number])

    def sync(self) -> Report:
        return sync_shops(self.engine, shops_of(self.engine))

    def rows(self, model: Any) -> list[Any]:
        return World(self.engine, None).rows(model)  # type: ignore[arg-type]

    def grants(self) -> list[Grant]:
        return [read_grant(row, self.engine.cipher) for row in self.rows(GrantRow)]

    def restart(self) -> None:
        """The next run is another process."""
        self.engine = Engine(settings=self.engine.settings, store=self.engine.store, cipher=self.engine.cipher)

    def child(self, label: str) -> subprocess.Popen[bytes]:
        """A process of its own on the same database."""
        url = self.engine.store.engine.url.render_as_string(hide_password=False)
        command = [sys.executable, "-m", "tests.engine.token_child", url, str(self.engine.settings.home), label]
        return subprocess.Popen(command, cwd=ROOT)

    def dies_at(self, label: str) -> None:
        assert self.child(label).wait(timeout=60) == 9
        with self.engine.store.write() as session:
            session.execute(update(Lease).values(until=None, holder=None))

    def cancel(self, shop: str) -> None:
        """The seller takes the authorisation back in the seller centre."""
        info = self.control("credentials")
        page = info["auth_url"].replace("/auth", "/cancel_auth")
        query = {
            "partner_id": info["app"]["id"],
            "auth_type": "seller",
            "redirect_uri": f"{self.address}/_sandbox/calls",
        }
        query |= {"response_type": "code", "shop_id": shop}
        with opened(f"{page}?{urlencode(query)}"):
            pass


Opens = Callable[..., Office]


@pytest.fixture
def office(store: Store, tmp_path: Path) -> Iterator[Opens]:
    with ExitStack() as stack:

        def build(**options: Any) -> Office:
            address = stack.enter_context(start_in_thread("shopee", rate_limit=False, **options))
            return Office(store, tmp_path / "home", address)

        yield build


def test_many_threads_share_one_refresh(office: Opens) -> None:
    here = office()
    here.expire()
    lanes = [here.lane() for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        assert len(list(pool.map(lambda lane: lane.connector.check(), lanes))) == 6
    assert here.refreshes() == 1
    assert here.rows(GrantRow)[0].version == 2


@pytest.mark.slow
def test_two_processes_share_one_refresh(office: Opens, tmp_path: Path) -> None:
    here = office()
    here.expire()
    children = [here.child(f"wait:{tmp_path / 'go'}") for _ in range(2)]
    while len(list(tmp_path.glob("ready-*"))) < 2:
        assert all(child.poll() is None for child in children)
        time.sleep(0.02)
    (tmp_path / "go").touch()
    assert [child.wait(timeout=60) for child in children] == [0, 0]
    assert here.refreshes() == 1
    assert here.sync().code == 0


@pytest.mark.slow
@pytest.mark.parametrize(("label", "asked"), [("token:intent", 1), ("token:answer", 2), ("token:saved", 1)])
def test_a_pair_that_was_lost_in_a_crash_is_asked_for_again(office: Opens, label: str, asked: int) -> None:
    here = office(refresh_again=True)
    here.expire()
    here.dies_at(label)
    assert here.sync().code == 0
    assert here.refreshes() == asked
    row = here.rows(GrantRow)[0]
    assert (row.state, row.refreshing_by, row.refresh_tries) == ("ok", None, 0)


@pytest.mark.slow
def test_a_pair_that_is_lost_for_good_ends_the_grant_once(office: Opens) -> None:
    here = office()
    here.expire()
    here.dies_at("token:answer")
    report = here.sync()
    assert report.code == 5
    assert report.runs[0].told[0].template.endswith("Connect the shop again with: jembatan shop connect")
    assert (here.rows(GrantRow)[0].state, here.rows(Shop)[0].state) == ("lost", "auth")
    before = here.calls()
    assert here.sync().code == 5
    assert here.calls() == before
    connect_again(here)
    assert here.sync().code == 0


def connect_again(here: Office) -> None:
    """The owner authorises once more."""
    shop = here.control("credentials")["shops"][0]
    grant = Grant(shop["access_token"], shop["refresh_token"], None, None, None, (shop["id"],))
    store_grants(here.engine, "shopee", "Toko Uji", 1, [grant])


def test_a_refused_refresh_ends_the_grant(office: Opens) -> None:
    here = office()
    with here.engine.store.write() as session:
        row = session.get_one(GrantRow, 1)
        stale = Grant("stale", "stale", None, None, None, ())
        save_grant(session, here.engine.cipher, row.app_id, stale, row)
    with pytest.raises(AuthExpired):
        here.lane().connector.check()
    assert (here.rows(GrantRow)[0].state, here.rows(Shop)[0].state) == ("ended", "auth")
    with pytest.raises(AuthExpired):
        here.lane().connector.check()
    assert here.refreshes() == 1
    assert here.sync().code == 5


@pytest.mark.parametrize(("again", "code"), [(True, 0), (False, 5)])
def test_a_token_service_that_is_down_is_asked_once_a_run(office: Opens, again: bool, code: int) -> None:
    """Its answers are lost, so nobody knows whether the token is used up; the next run's question settles it."""
    here = office(refresh_again=again)
    here.expire()
    here.control("faults", [{"match": REFRESH, "nth": 1, "times": 9, "where": "after", "what": "5xx"}])
    for run in range(1, 4):
        here.restart()
        assert here.sync().code == 4
        assert here.refreshes() == run
    here.control("faults", method="DELETE")
    assert here.rows(Shop)[0].state == "ok"
    here.restart()
    assert here.sync().code == code
    assert here.refreshes() == 4


def test_a_main_account_gives_each_shop_a_pair_of_its_own(office: Opens) -> None:
    here = office()
    info = here.control("credentials")
    (app,) = apps(here.engine)
    link, state = consent_link(here.engine, app, f"{here.address}/_sandbox/calls", 1)
    query = f"{link}&main_account_id={MAIN_ACCOUNT}"
    with opened(query) as answer:  # the page sends on to the callback
        pasted = answer.url
    grants = exchange(here.engine, app, read_answer(pasted, state))
    shops = connect_found(here.engine, app, "Toko Uji", grants, [shop["id"] for shop in info["shops"]])
    assert sorted(shop.remote_shop_id for shop in shops) == sorted(shop["id"] for shop in info["shops"])
    used = [shop.grant_id for shop in shops]
    first = {read_grant(row, here.engine.cipher).access_token for row in here.rows(GrantRow) if row.id in used}
    assert len(first) == 1
    here.expire()
    assert here.sync().code == 0
    assert here.refreshes() == len(shops)
    tokens = {read_grant(row, here.engine.cipher).access_token for row in here.rows(GrantRow) if row.id in used}
    assert len(tokens) == len(shops)
    here.expire()
    assert here.sync().code == 0


def test_a_shared_grant_splits_at_the_first_refresh_of_a_shop(world: World) -> None:
    market, engine = world.market, world.engine
    settings = {"base_url": "memory", "shape": "steps", "world": str(engine.settings.home)}
    app = store_app(engine, "memory", "app", "secret", settings)
    store_grants(engine, "memory", "Toko Uji", app, [Grant(market.new_token("1"), "r", None, None, None, ("1", "2"))])
    rows = len(world.rows(GrantRow))
    market.expire_tokens("1")
    check_shop(engine, 1)
    first, second = world.rows(Shop)
    assert len(world.rows(GrantRow)) == rows + 1
    assert first.grant_id != second.grant_id
    check_shop(engine, 2)
    assert world.sync().code == 0


def test_an_authorisation_that_was_taken_back_stops_only_its_own_shop(office: Opens) -> None:
    here = office()
    connect_sandbox(here.engine, "shopee", "Toko Uji", here.address, create=False)
    first, second = (row.remote_shop_id for row in here.rows(Shop))
    here.cancel(first)
    here.expire()
    report = here.sync()
    assert [run.code for run in report.runs] == [5, 0]
    assert report.code == 5
    assert [row.state for row in here.rows(Shop)] == ["auth", "ok"]
    assert second != first


def test_a_wrong_signature_is_the_operators_matter(office: Opens) -> None:
    here = office()
    info = here.control("credentials")
    change_secret(here, info["app"]["id"], "shpk" + "0" * 60)
    with pytest.raises(Misconfigured):
        here.lane().connector.check()
    report = here.sync()
    assert report.code == 2
    assert "Correct it" in report.runs[0].told[0].template
    assert shops_of(here.engine)[0].state == "misconfigured"
    assert here.sync().code == 2
    change_secret(here, info["app"]["id"], info["app"]["secret"])
    assert here.sync().code == 0
    assert shops_of(here.engine)[0].state == "ok"


def change_secret(here: Office, app_id: str, secret: str) -> None:
    settings = dict(shops_of(here.engine)[0].settings)
    addresses = {key: value for key, value in settings.items() if key not in ("app_id", "app_secret")}
    with here.engine.store.write() as session:
        save_app(session, here.engine.cipher, "shopee", app_id, secret, addresses)
