"""The consent page's way back to this computer: loopback only, the right state only, one page, and nothing in any log."""

import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from cli_world import Cli, Market

from bridge import locale
from bridge.cli import callback
from bridge.cli.callback import listening, local_part, received
from bridge.errors import TryLater

ROOT = Path(__file__).parents[2]
STATE = "b6f1"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
def here() -> str:
    return f"http://127.0.0.1:{free_port()}/kembali"


def ask(url: str) -> tuple[int, str]:
    """What a browser gets."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310  this machine
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


@pytest.mark.parametrize(
    ("redirect", "host"),
    [
        ("http://127.0.0.1:8000/kembali", "127.0.0.1"),
        ("http://127.9.9.9:8000", "127.9.9.9"),
        ("http://localhost:8000/kembali?x=1", "localhost"),
        ("http://[::1]:8000/", "::1"),
        ("https://127.0.0.1:8000/", None),
        ("http://192.168.1.5:8000/", None),
        ("http://0.0.0.0:8000/", None),
        ("http://localhost.example/", None),
        ("http://127.0.0.1.example:8000/", None),
        ("http://127.0.0.1:port/", None),
        ("http://127.0.0.1:0/", None),
        ("https://kantor.example/callback", None),
        ("kembali", None),
    ],
)
def test_only_a_loopback_address_is_listened_on(redirect: str, host: str | None) -> None:
    parts = local_part(redirect)
    assert (None if parts is None else parts.hostname) == host


def test_it_is_bound_to_the_loopback_alone(here: str) -> None:
    with listening(here, STATE) as listener:
        assert listener is not None
        assert listener.socket.getsockname()[0] == "127.0.0.1"
    with listening(here.replace("127.0.0.1", "localhost"), STATE) as listener:
        assert listener is not None
        assert listener.socket.getsockname()[0] == "127.0.0.1"


def test_the_answer_is_taken_and_the_page_says_where_to_go_on(here: str) -> None:
    locale.use("en")
    with listening(here, STATE) as listener:
        assert listener is not None
        status, page = ask(f"{here}?code=c0de&shop_id=5&state={STATE}")
        assert (status, "go back to the window" in page) == (200, True)
        assert "c0de" not in page
        assert STATE not in page
        assert parse_qs(urlsplit(received(listener)).query) == {"code": ["c0de"], "shop_id": ["5"], "state": [STATE]}


def test_the_page_speaks_the_language_in_use(here: str) -> None:
    locale.use("id")
    try:
        with listening(here, STATE):
            page = ask(f"{here}?code=c&state={STATE}")[1]
    finally:
        locale.use("en")
    assert 'lang="id"' in page
    assert "kembali ke jendela" in page


def test_what_is_no_answer_of_this_attempt_is_not_taken(here: str) -> None:
    root = here.removesuffix("/kembali")
    with listening(here, STATE) as listener:
        assert listener is not None
        for wrong in (
            "/favicon.ico",
            "/",
            "/kembali",
            "/kembali/x?code=c",
            "/kembali?code=c&state=another",
            "/kembali?state=%FC",
        ):
            assert ask(root + wrong) == (404, ""), wrong
        assert ask(f"{root}/kembali?code=mine&state={STATE}&state=another")[0] == 404
        assert ask(f"{here}?code=right&state={STATE}")[0] == 200
        assert "code=right" in received(listener)
        assert listener.answers.empty()


def test_an_answer_without_a_state_is_taken_since_the_person_is_asked_later(here: str) -> None:
    with listening(here, STATE) as listener:
        assert listener is not None
        assert ask(f"{here}?code=c")[0] == 200
        assert received(listener).endswith("?code=c")


def test_a_connection_that_asks_nothing_holds_nobody_up(here: str) -> None:
    """Browsers open some in advance."""
    with listening(here, STATE) as listener, socket.create_connection(("127.0.0.1", urlsplit(here).port or 0)):
        assert listener is not None
        assert ask(f"{here}?code=c&state={STATE}")[0] == 200


def test_nobody_comes_back(here: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(callback, "WAIT_S", 0.1)
    with listening(here, STATE) as listener:
        assert listener is not None
        with pytest.raises(TryLater, match="Nobody came back") as caught:
            received(listener)
    assert caught.value.exit_code == 4


def test_the_port_is_free_again_afterwards(here: str) -> None:
    for _ in range(2):
        with listening(here, STATE):
            assert ask(f"{here}?code=c&state={STATE}")[0] == 200
    with pytest.raises(OSError, match="refused"):
        ask(here)


# --- the command --------------------------------------------------------------------------------------------------------------


def own_app(cli: Cli, market: Market, redirect: str) -> list[str]:
    """`shop connect` with the sandbox's app as if it were one's own."""
    info = market.call("/_sandbox/credentials")
    key = cli.folder / "key.txt"
    key.write_text(info["app"]["secret"] + "\n", encoding="utf-8")
    key.chmod(0o600)
    words = ["shop", "connect", "--channel", "shopee", "--merchant", "Dapur Uji", "--app-id", info["app"]["id"]]
    words += ["--app-key-file", str(key), "--redirect", redirect]
    return [*words, "--base-url", market.address, "--auth-url", info["auth_url"]]


def test_the_whole_road_with_an_answer_received_here(ready: Cli, market: Market, here: str) -> None:
    """A process of its own prints the link; the owner's browser comes back to it; nothing of the answer is written anywhere."""
    market.call("/_sandbox/shops", {"name": "Toko Baru", "authorised": False})
    words = [sys.executable, str(ROOT / "cli.py"), *own_app(ready, market, here), "--lang", "en"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert "Let the owner open this link" in child.stdout.readline()
        link = child.stdout.readline().strip()
        status, page = ask(link)
        out, err = child.communicate(timeout=60)
    assert (status, "go back" in page) == (200, True)
    assert child.returncode == 0, err
    assert "Connected: shop 1, shopee Toko Baru, for Dapur Uji" in out
    state = parse_qs(urlsplit(link).query)["state"][0]
    log = ready.home / "log" / "jembatan.log"
    written = out + err + (log.read_text(encoding="utf-8") if log.exists() else "")
    assert "code=" not in written
    assert state not in written.replace(link, "")


def test_a_taken_port_leaves_the_pasted_road(ready: Cli, market: Market) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        redirect = f"http://127.0.0.1:{taken.getsockname()[1]}/kembali"
        done = ready.run(*own_app(ready, market, redirect))
    assert (done.code, "Nothing can be received at" in done.err, "--answer URL" in done.err) == (2, True, True)


def test_nobody_who_comes_back_is_exit_4(
    ready: Cli, market: Market, here: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(callback, "WAIT_S", 0.1)
    done = ready.run(*own_app(ready, market, here))
    assert (done.code, "Nobody came back" in done.err) == (4, True)
    assert "The answer is waited for at" in done.err


def test_the_browser_is_opened_at_a_terminal_only(
    ready: Cli, market: Market, here: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def browser(link: str) -> bool:
        opened.append(link)
        threading.Thread(target=ask, args=(link,), daemon=True).start()
        return True

    monkeypatch.setattr("webbrowser.open", browser)
    monkeypatch.setattr(callback, "WAIT_S", 0.1)
    words = own_app(ready, market, here)
    assert ready.run(*words, "--open").code == 4
    assert opened == [], "a script never opens a window"
    monkeypatch.setattr(callback, "WAIT_S", 30.0)
    monkeypatch.setattr("bridge.cli.consent.is_terminal", lambda _stream: True)
    market.call("/_sandbox/shops", {"name": "Toko Baru", "authorised": False})
    begun = time.monotonic()
    done = ready.run(*words, "--open")
    assert done.code == 0, done.err
    assert len(opened) == 1
    assert time.monotonic() - begun < 25
