"""The kill test of every connector that speaks to a marketplace: Shopee, Tokopedia and Bukalapak against their sandboxes."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest

from bridge.engine.connecting import store_grants
from bridge.sandbox import start_in_thread
from bridge.store.crypto import create_key_file, load_cipher
from bridge.store.engine import Store
from bridge.store.tables import App
from tests.engine.kill import Shown, Stage, crash_and_recover, reached
from tests.engine.sandbox_market import SandboxMarket, build_sandbox_world
from tests.engine.world import Joining, World

# Every label the engine reaches here, with how often; `test_every_label_of_a_connector_is_on_the_list` keeps it complete.
ONCE = (
    "pull:before-commit",
    "pull:after-commit",
    "pull:after-window",
    "cover:before-commit",
    "cover:after-commit",
    "record:before-commit",
    "record:after-commit",
)
CLAIM = ("claim:before-commit", "claim:after-commit")
HTTP = ("http:before-send", "http:after-receive")
SETTLE = ("settle:before-commit", "settle:after-commit")
TOKEN = ("token:intent", "token:answer", "token:saved")


def visits(claim: int, http: int, settle: int, token: int) -> dict[str, int]:
    """How often each label is reached."""
    groups = ((ONCE, 1), (CLAIM, claim), (HTTP, http), (SETTLE, settle), (TOKEN, token))
    return {label: number for group, number in groups for label in group if number}


LABELS = {
    "shopee": visits(claim=5, http=10, settle=5, token=1),
    "tokopedia": visits(claim=3, http=9, settle=4, token=1),
    "bukalapak": visits(claim=4, http=8, settle=4, token=0),
}
FIRST = [(channel, label, 1) for channel, labels in LABELS.items() for label in labels]  # on both databases
# Later visits, on one database: those that stand for a state of their own. What is not committed is like the label before it.
LATER = {
    # calls: refused, renewal, orders, their details, upload, stock, price, item, its variants, showing it
    "shopee": {"claim:after-commit": (3, 4, 5), "http:after-receive": (2, 5, 8, 9, 10), "settle:after-commit": (3, 4)},
    # calls: refused, renewal, orders, returns, upload, stock, price, product, a look at its audit
    "tokopedia": {"claim:after-commit": (3,), "http:after-receive": (2, 5, 8, 9), "settle:after-commit": (3,)},
    # calls: two pages of orders, two uploads, stock, price, a product for each variant
    "bukalapak": {"claim:after-commit": (3, 4), "http:after-receive": (3, 4, 7, 8), "settle:after-commit": (3,)},
}
CREATE = {"shopee": 8, "tokopedia": 8, "bukalapak": 7}  # the call that makes a listing
AGAIN = [
    (channel, label, number)
    for channel, labels in LATER.items()
    for label, numbers in labels.items()
    for number in numbers
]
# A used refresh token gives Tokopedia's new pair to nobody: whoever dies with the answer leaves it to the owner.
PAIR_LOST = {("tokopedia", "token:answer", 1), ("tokopedia", "http:after-receive", 2)}
SHOWN: dict[str, Shown] = {
    "shopee": {
        "Keripik Pisang": {"M01P001": (17500, 17)},
        "Keripik Tempe": {"M01P002-1": (15000, 6), "M01P002-2": (15000, 6)},
    },
    "tokopedia": {
        "Keripik Pisang 250 g Toko Uji": {"M01P001": (17500, 17)},
        "Keripik Tempe 250 g Toko Uji": {"M01P002-1": (15000, 6), "M01P002-2": (15000, 6)},
    },
    "bukalapak": {
        "Keripik Pisang": {"": (17500, 17)},
        "Keripik Tempe Asin": {"": (15000, 6)},
        "Keripik Tempe Pedas": {"": (15000, 6)},
    },
}
Opens = Callable[[str], Stage]


@pytest.fixture
def stage_of(store: Store, tmp_path: Path) -> Iterator[Opens]:
    key, home = tmp_path / "key.json", tmp_path / "home"
    create_key_file(key)
    url = store.engine.url.render_as_string(hide_password=False)
    with ExitStack() as running:

        def open_stage(channel: str) -> Stage:
            sandbox = start_in_thread(channel, rate_limit=False, wait_s=0, review_s=0, refresh_again=True)
            market = SandboxMarket(running.enter_context(sandbox), tmp_path / "clock")
            world = build_sandbox_world(store, load_cipher(key), home, channel, market)
            join = partial(SandboxMarket, market.address, market.clock, world.shop)
            return Stage(world, Joining(url, key, home, world.shop, join), SHOWN[channel], partial(consent, channel))

        yield open_stage


def consent(channel: str, world: World) -> None:
    """The owner authorises once more."""
    (app,) = world.rows(App)
    store_grants(world.engine, channel, "Toko Uji", app.id, [world.market.grant])


@pytest.mark.slow
@pytest.mark.parametrize(("channel", "label", "number"), FIRST)
def test_crash_at_a_point_of_a_connector_never_duplicates(
    stage_of: Opens, channel: str, label: str, number: int
) -> None:
    crash_and_recover(stage_of(channel), (label, number), pair_lost=(channel, label, number) in PAIR_LOST)


@pytest.mark.slow
@pytest.mark.thorough
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("channel", "label", "number"), AGAIN)
def test_crash_at_a_later_visit_of_a_connector(stage_of: Opens, channel: str, label: str, number: int) -> None:
    crash_and_recover(stage_of(channel), (label, number), pair_lost=(channel, label, number) in PAIR_LOST)


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("channel", LABELS)
def test_crash_while_a_crash_is_recovered(stage_of: Opens, channel: str) -> None:
    crash_and_recover(stage_of(channel), ("http:after-receive", CREATE[channel]), ("recover:after-commit", 1))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("channel", LABELS)
def test_every_label_of_a_connector_is_on_the_list(stage_of: Opens, channel: str) -> None:
    assert reached(stage_of(channel)) == LABELS[channel]
