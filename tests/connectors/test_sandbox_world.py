"""The world of a sandbox speaks the uniform control plane, whatever the platform."""

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, ClassVar

import pytest

from bridge.connectors.memory import plugin
from bridge.model import OpKind
from bridge.testing import SandboxWorld

SHOP = {"id": "7", "name": "Toko", "access_token": "at-7", "refresh_token": "rt-7", "cipher": "c7", "password": "sandi"}
CREDENTIALS = {
    "platform": "bazaar",
    "base_url": "http://base",
    "auth_url": "http://auth",
    "app": {"id": "11", "secret": "rahasia"},
    "shops": [SHOP, {"id": "8", "name": "Lain"}],
}
ANSWERS: Mapping[str, Any] = {
    "credentials": CREDENTIALS,
    "shops": {**SHOP, "id": "9"},
    "state": {"listings": [{"id": "1", "shop_id": 7}, {"id": "2", "shop_id": "8"}], "orders": [], "tokens": {}},
    "listings": {"ids": [5, 6]},
    "orders": {"id": "o-1"},
}


class Plane(BaseHTTPRequestHandler):
    seen: ClassVar[list[tuple[str, str, Any]]] = []

    def answer(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = self.path.removeprefix("/_sandbox/")
        self.seen.append((self.command, path, json.loads(raw) if raw else None))
        refused = "404" in path
        body = json.dumps({"error": "nothing there"} if refused else ANSWERS.get(path, {})).encode()
        self.send_response(404 if refused else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PATCH = do_DELETE = answer

    def log_message(self, *_args: object) -> None:
        return None


@pytest.fixture
def address() -> Iterator[str]:
    Plane.seen.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Plane) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.fixture
def world(address: str) -> SandboxWorld:
    made = SandboxWorld(
        address, "7", writes={OpKind.CREATE: ("/add", "/models"), OpKind.STOCK: "/stock"}, token_life_s=100
    )
    Plane.seen.clear()
    return made


def test_settings_and_grant_come_from_the_credentials(world: SandboxWorld) -> None:
    assert world.settings == {
        "app_id": "11",
        "app_secret": "rahasia",
        "base_url": "http://base",
        "auth_url": "http://auth",
        "password": "sandi",
    }
    grant = world.lent.vault.grant
    assert (grant.access_token, grant.refresh_token, grant.shops, grant.extra) == (
        "at-7",
        "rt-7",
        ("7",),
        {"cipher": "c7"},
    )
    assert set(world.secrets()) == {"at-7", "rt-7", "rahasia", "sandi"}


def test_new_shop_is_made_where_none_is_named(address: str) -> None:
    assert SandboxWorld(address).shop == "9"
    assert Plane.seen[-1] == ("POST", "shops", {})


def test_buyer_and_seller_act_over_the_plane(world: SandboxWorld) -> None:
    assert world.buy({"A": 2}, paid=False, age_s=60) == "o-1"
    world.move("o-1", "cancel", {"A": 1})
    world.move("o-1", "pay")
    world.edit("5", price_idr=9000, title="Baru")
    world.edit("5", visible=False)
    assert world.preload(["A", "B"]) == ["5", "6"]
    lines = [{"seller_sku": "A", "quantity": 2}]
    assert Plane.seen[0] == ("POST", "orders", {"shop_id": "7", "lines": lines, "paid": False, "age_s": 60})
    assert Plane.seen[1] == ("POST", "orders/o-1/cancel", {"lines": [{"seller_sku": "A", "quantity": 1}]})
    assert Plane.seen[2] == ("POST", "orders/o-1/pay", {})
    assert Plane.seen[3] == ("PATCH", "listings/5", {"price": 9000, "title": "Baru"})
    assert Plane.seen[4] == ("PATCH", "listings/5", {"delist": True})
    assert [row["skus"][0]["seller_sku"] for row in Plane.seen[5][2]["listings"]] == ["A", "B"]


def test_state_is_that_of_the_shop(world: SandboxWorld) -> None:
    assert world.state() == {"listings": [{"id": "1", "shop_id": 7}], "orders": []}


def test_faults_name_the_path_of_their_write(world: SandboxWorld) -> None:
    world.lose(OpKind.STOCK, arrived=True)
    world.lose(OpKind.CREATE, arrived=False, step=1)
    world.throttle(timedelta(minutes=1))
    world.calm()
    assert [call[2] for call in Plane.seen[:3]] == [
        [{"match": "/stock", "where": "after", "what": "drop"}],
        [{"match": "/models", "where": "before", "what": "drop"}],
        [{"match": "/", "times": 0, "what": "429", "value": 60}],
    ]
    assert Plane.seen[3] == ("DELETE", "faults", None)
    for kind, step in ((OpKind.SHIP, 0), (OpKind.CREATE, 2)):
        with pytest.raises(ValueError, match="SandboxWorld needs writes="):
            world.lose(kind, arrived=True, step=step)


def test_tokens_expire_by_the_clock_or_never(world: SandboxWorld, address: str) -> None:
    assert world.expire_tokens()
    assert Plane.seen == [("POST", "clock", {"advance_s": 160})]
    assert not SandboxWorld(address, "7").expire_tokens()


def test_refusal_of_the_plane_is_a_value_error(world: SandboxWorld) -> None:
    with pytest.raises(ValueError, match=r"PATCH /_sandbox/listings/404: 404 .*nothing there"):
        world.edit("404", title="x")


def test_connector_gets_settings_shop_and_a_vault_that_renews(world: SandboxWorld) -> None:
    connector = world.connect(plugin)
    assert connector.check().remote_id == "7"
    assert world.lent.count.reads == 1
    assert world.lent.vault.renew("7", "at-7") != "at-7"
    assert world.lent.vault.renewals == 1
