"""The home's own key is replaced: whatever happens meanwhile, everything opens, and the old key is forgotten at the end."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bridge.engine.connecting import store_app
from bridge.engine.context import Engine
from bridge.engine.rekey import Rekeyed, new_key
from bridge.errors import AlreadyRunning, UserError
from bridge.settings import Settings
from bridge.store.crypto import create_key_file, key_of, load_cipher
from bridge.store.engine import Store
from bridge.store.leases import drop_lease, take_lease
from bridge.store.shops import app_settings
from bridge.store.tables import App

Opens = Callable[[], Engine]


class Died(Exception):
    """The process ends here."""


@pytest.fixture
def opens(store: Store, tmp_path: Path) -> Opens:
    """Engines of one home, each as in a process of its own."""
    settings = Settings(home=tmp_path)
    create_key_file(settings.key_file)

    def build() -> Engine:
        return Engine(settings=settings, store=store, cipher=load_cipher(settings.key_file))

    store_app(build(), "shopee", "2001", "shpk-secret", {})
    return build


def key_ids(engine: Engine) -> list[str]:
    return list(json.loads(engine.settings.key_file.read_text(encoding="utf-8"))["keys"])


def secret(engine: Engine, app: int = 1) -> tuple[str, str]:
    """The key that sealed an app's secret, and the secret."""
    with engine.store.read() as session:
        row = session.get_one(App, app)
        return key_of(row.secret_sealed), app_settings(row, engine.cipher)["app_secret"]


def test_a_new_key_seals_everything_and_the_old_one_is_forgotten(opens: Opens) -> None:
    (old,) = key_ids(opens())
    assert new_key(opens()) == Rekeyed(1, True)
    (new,) = key_ids(opens())
    assert new != old
    assert secret(opens()) == (new, "shpk-secret")


@pytest.mark.parametrize(("label", "left"), [("rekey:added", 1), ("rekey:sealed", 0)])
def test_a_change_that_was_interrupted_is_finished_by_the_next(opens: Opens, label: str, left: int) -> None:
    def die(at: str) -> None:
        if at == label:
            raise Died

    dying = opens()
    dying.reach = die
    with pytest.raises(Died):
        new_key(dying)
    _, new = key_ids(opens())
    assert secret(opens())[1] == "shpk-secret"
    assert new_key(opens()) == Rekeyed(left, False)
    assert key_ids(opens()) == [new]
    assert secret(opens()) == (new, "shpk-secret")


def test_a_process_that_began_before_seals_with_the_new_key_too(opens: Opens) -> None:
    """Such as an import, which holds no lease."""
    long = opens()
    assert secret(long)[1] == "shpk-secret"
    new_key(opens())
    store_app(long, "shopee", "2002", "another", {})
    assert secret(opens(), 2) == (key_ids(opens())[0], "another")
    assert secret(long)[1] == "shpk-secret"


def test_a_process_that_began_before_opens_what_was_sealed_since(opens: Opens) -> None:
    long = opens()
    new_key(opens())
    assert secret(long) == (key_ids(opens())[0], "shpk-secret")


def test_a_key_file_that_is_damaged_meanwhile_leaves_the_keys_in_hand(opens: Opens) -> None:
    long = opens()
    assert secret(long)[1] == "shpk-secret"
    long.settings.key_file.write_text("{", encoding="utf-8")
    assert secret(long)[1] == "shpk-secret"
    store_app(long, "shopee", "2002", "another", {})
    assert secret(long, 2)[1] == "another"
    long.settings.key_file.unlink()
    assert secret(long)[1] == "shpk-secret"


def test_a_value_of_a_forgotten_key_is_named(opens: Opens) -> None:
    (old,) = key_ids(opens())
    with opens().store.read() as session:
        sealed = session.get_one(App, 1).secret_sealed
    new_key(opens())
    with pytest.raises(UserError, match=f"The key {old} is not in"):
        opens().cipher.open(sealed, "app/shopee/2001")


@pytest.mark.parametrize("name", ["shop/1", "grant/1", "key"])
def test_no_key_is_changed_while_a_run_is_at_work(opens: Opens, name: str) -> None:
    before = key_ids(opens())
    lease = take_lease(opens().store, name, "a run", timedelta(minutes=1))
    assert lease is not None
    with pytest.raises(AlreadyRunning) as caught:
        new_key(opens())
    assert caught.value.exit_code == 7
    assert key_ids(opens()) == before
    drop_lease(opens().store, lease)
    assert new_key(opens()).begun
