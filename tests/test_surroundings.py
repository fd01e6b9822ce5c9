"""What the tests may rely on: no network beyond this machine, no settings from outside, times that carry their zone."""

import os
import socket
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from pytest_socket import SocketConnectBlockedError

from bridge.settings import Settings
from bridge.store.engine import Store, db_now
from bridge.store.tables import Picture

MOMENT = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
PUBLIC = "192.0.2.1"  # kept for documentation: nobody answers there


@pytest.mark.filterwarnings("ignore:A test tried to use socket.socket.connect")
def test_a_public_address_is_refused() -> None:
    with pytest.raises(SocketConnectBlockedError, match=PUBLIC):
        socket.create_connection((PUBLIC, 443), timeout=0.1)


@pytest.mark.filterwarnings("ignore:A test tried to use socket.socket.connect")
def test_a_public_address_is_refused_on_the_way_that_connectors_take() -> None:
    with httpx2.Client() as client, pytest.raises(SocketConnectBlockedError):
        client.get(f"http://{PUBLIC}/")


def test_this_machine_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        answering = threading.Thread(target=lambda: server.accept()[0].close())
        answering.start()
        with socket.create_connection(server.getsockname(), timeout=5) as connection:
            assert connection.recv(1) == b""
        answering.join()


def test_a_home_of_the_person_at_the_keyboard_is_not_seen(tmp_path: Path) -> None:
    assert not [name for name in os.environ if name.startswith("JEMBATAN_")]
    assert Settings(home=tmp_path).url == f"sqlite:///{tmp_path / 'jembatan.sqlite3'}"


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="this system cannot change its zone while running")
@pytest.mark.parametrize("zone", ["UTC", "Asia/Jayapura", "America/St_Johns"])
def test_a_stored_time_keeps_its_moment_in_every_zone(zone: str, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", zone)
        time.tzset()
        with store.write() as session:
            session.add(Picture(source="a", fetched_at=MOMENT))
        with store.read() as session:
            assert session.get_one(Picture, "a").fetched_at == MOMENT
            assert abs(db_now(session) - datetime.now(UTC)) < timedelta(minutes=1)
    time.tzset()
