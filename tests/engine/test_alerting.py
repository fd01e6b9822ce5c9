"""Alerts are told once on each road while their cause lasts, and again when it comes again. Mail and programs are real."""

import os
import stat
import sys
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from bridge.engine.alerting import current_alerts, note_guards, tell_alerts
from bridge.engine.digest import digest_of
from bridge.engine.roads import Mail, Program, Road, RoadFailed, roads_of
from bridge.errors import AuthExpired, UserError
from bridge.planning.alerts import Alert
from bridge.settings import Settings
from tests.engine.mailbox import Mailbox, mailbox
from tests.engine.world import World

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # where the database makes no difference


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mailbox() as server:
        yield server


def mail(box: Mailbox, **more: str) -> Mail:
    return Mail(("admin@example.id", "dinas@example.id"), "jembatan@example.id", "127.0.0.1", box.port, "none", **more)


def words(alerts: Sequence[Alert]) -> tuple[str, str]:
    return f"{len(alerts)} things", "\n".join(f"{alert.kind} {alert.subject}" for alert in alerts)


def tell(world: World, *roads: Road) -> dict[str, int]:
    return tell_alerts(world.engine, roads, words).sent


def test_an_alert_is_told_once_and_again_when_its_cause_comes_again(world: World, box: Mailbox) -> None:
    world.sync()
    assert tell(world, mail(box)) == {}
    world.advance(31 * 60)
    assert tell(world, mail(box)) == {"mail": 1}
    world.advance(60)
    assert tell(world, mail(box)) == {}, "not each minute"
    world.sync()
    assert tell(world, mail(box)) == {}
    world.advance(31 * 60)
    assert tell(world, mail(box)) == {"mail": 1}
    assert box.texts() == ["pull shop/1\n"] * 2
    assert box.messages[0]["To"] == "admin@example.id, dinas@example.id"
    assert box.messages[0]["Subject"] == "1 things"


@SQLITE
def test_a_road_that_fails_is_tried_again_and_the_other_tells_nothing_twice(
    world: World, box: Mailbox, tmp_path: Path
) -> None:
    world.advance(31 * 60)
    out = tmp_path / "out.txt"
    program = Program((sys.executable, "-c", f"import sys; open({str(out)!r}, 'a').write(sys.stdin.read())"))
    box.refuse = "451 try later"
    told = tell_alerts(world.engine, [mail(box), program], words)
    assert (told.sent, list(told.failed)) == ({"command": 1}, ["mail"])
    assert "451 try later" in told.failed["mail"]
    box.refuse = None
    assert tell(world, mail(box), program) == {"mail": 1}
    assert (box.texts(), out.read_text()) == (["pull shop/1\n"], "pull shop/1")


@SQLITE
def test_an_ended_authorisation_is_told_and_its_old_orders_are_not(world: World, box: Mailbox) -> None:
    world.market.fail(AuthExpired("over"), on="reads", times=1)
    assert world.sync().code == 5
    world.advance(31 * 60)
    assert tell(world, mail(box)) == {"mail": 1}
    assert box.texts() == ["authorisation shop/1/ended\n"]


def test_a_guard_is_told_until_a_run_passes_it(world: World, box: Mailbox) -> None:
    products = [world.add_product(f"Keripik {name}") for name in ("Pisang", "Tempe", "Singkong", "Ubi", "Talas")]
    world.sync()
    for product in products:
        world.set_price(product, 5000)
    held = world.sync()
    assert held.code == 6
    note_guards(world.engine, held)
    assert tell(world, mail(box)) == {"mail": 1}
    again = world.sync()
    note_guards(world.engine, again)
    assert tell(world, mail(box)) == {}
    note_guards(world.engine, world.sync(confirm=again.confirm))
    assert current_alerts(world.engine) == []


@SQLITE
def test_without_roads_nothing_counts_as_told(world: World, box: Mailbox) -> None:
    world.advance(31 * 60)
    assert tell(world) == {}
    assert tell(world, mail(box)) == {"mail": 1}


def test_mail_signs_in_and_hides_its_password(box: Mailbox) -> None:
    road = mail(box, user="jembatan", password="p4ss word")
    road.send("Ringkasan hari ini – 3 pesanan", "Pesanan baru: 3 ☕\n")
    assert box.logins == ["AUTH PLAIN AGplbWJhdGFuAHA0c3Mgd29yZA=="]
    assert box.messages[0]["Subject"] == "Ringkasan hari ini – 3 pesanan"
    assert box.texts() == ["Pesanan baru: 3 ☕\n"]
    assert "p4ss" not in repr(road)


def test_a_road_that_cannot_send_says_why(box: Mailbox, tmp_path: Path) -> None:
    encrypted = Mail(("a@example.id",), "b@example.id", "127.0.0.1", box.port, "starttls")
    nobody = Mail(("a@example.id",), "b@example.id", "127.0.0.1", 1, "none")
    program = tmp_path / "wa.sh"
    roads: list[Road] = [encrypted, nobody, Program((str(tmp_path / "missing"),))]
    if os.name == "posix":
        program.write_text("#!/bin/sh\necho no signal >&2\nexit 3\n", encoding="ascii")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        with pytest.raises(RoadFailed, match="3 no signal"):
            Program((str(program),)).send("a", "b")
    for road in roads:
        with pytest.raises(RoadFailed):
            road.send("a", "b")


def test_a_program_gets_no_setting_of_ours(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JEMBATAN_SMTP_PASSWORD", "secret")
    out = tmp_path / "out.txt"
    code = f"import os; open({str(out)!r}, 'w').write(repr(sorted(n for n in os.environ if n.startswith('JEMBATAN'))))"
    Program((sys.executable, "-c", code)).send("Judul", "isi")
    assert out.read_text() == "['JEMBATAN_ALERT_HEADING']"


def test_the_settings_name_the_roads(tmp_path: Path) -> None:
    assert roads_of(Settings(home=tmp_path), None) == []
    full = Settings(home=tmp_path, mail_to="a@x.id, b@x.id", smtp_host="smtp.x.id", alert_command='wa "my group"')
    program, post = roads_of(full, "secret")
    assert program == Program(("wa", "my group"))
    assert post == Mail(("a@x.id", "b@x.id"), "a@x.id", "smtp.x.id", 587, "starttls", None, "secret")
    with pytest.raises(UserError, match="smtp_host"):
        roads_of(Settings(home=tmp_path, mail_to="a@x.id"), None)
    with pytest.raises(UserError, match="alert_command"):
        roads_of(Settings(home=tmp_path, alert_command='wa "my'), None)


def test_the_digest_counts_the_day(world: World) -> None:
    product = world.add_product("Keripik Pisang")
    world.add_product("Tanpa Stok", stock=None)
    world.sync()
    (code,) = world.codes(product)
    world.market.buy(world.shop, {code: 2})
    world.sync()
    found = digest_of(world.engine, world.engine.clock() - timedelta(days=1))
    assert found.orders == {"memory": 1}
    assert found.done["create"] == 1
    assert found.alerts == []
    world.advance(3 * 86400)
    later = digest_of(world.engine, world.engine.clock() - timedelta(days=1))
    assert (later.orders, later.done, later.total_idr) == ({}, {}, 0)
    assert [alert.kind for alert in later.alerts] == ["pull"]
