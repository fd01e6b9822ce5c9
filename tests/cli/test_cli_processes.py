"""Commands as processes of their own: the sandbox that ends when told, the demo that cleans up, a reader that goes away."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from cli_world import NAMES, Cli, product, write_sheet

from bridge import sandbox
from bridge.cli import demo, demo_markets
from bridge.cli.progress import Bars
from bridge.sandbox import DEFAULT_PORTS, Options
from bridge.sandbox.core import server

COMMAND = [sys.executable, "-m", "bridge.cli"]


def environment(home: Path) -> dict[str, str]:
    return {**os.environ, "JEMBATAN_HOME": str(home), "JEMBATAN_LANG": "en"}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM")
def test_the_sandbox_prints_one_line_and_ends_with_0(tmp_path: Path) -> None:
    words = [*COMMAND, "sandbox", "shopee", "--port", "0", "--no-rate-limit", "--seed", "7"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=environment(tmp_path)) as child:
        assert child.stdout is not None
        try:
            line = child.stdout.readline()
            address = line.split()[-1]
            assert line.startswith("shopee sandbox ready at http://")
            with urllib.request.urlopen(f"{address}/_sandbox/credentials", timeout=20) as answer:  # noqa: S310
                assert answer.status == 200
            child.send_signal(signal.SIGTERM)
            assert child.wait(timeout=20) == 0
            assert child.stdout.read() == ""
        finally:
            child.kill()


def test_without_a_name_every_sandbox_starts_with_the_options(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[object] = []
    monkeypatch.setattr("bridge.sandbox.run_all", lambda *given: started.extend(given))
    assert cli.run("sandbox", "--warehouses", "2", "--zero-refused", "--seed", "4").code == 0
    assert started == [DEFAULT_PORTS, "127.0.0.1", Options(seed=4, warehouses=2, zero_refused=True)]
    folders = {path.parent.name for path in Path(sandbox.__file__).parent.glob("*/__init__.py")}
    assert set(DEFAULT_PORTS) == folders - {"core"}


@pytest.mark.skipif(os.name == "nt", reason="there it is what the other tests see")
def test_the_sandbox_ends_by_signal_where_the_loop_knows_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows."""

    def unknown(*_given: object) -> None:
        raise NotImplementedError

    handlers: dict[int, Callable[[int, None], None]] = {}
    monkeypatch.setattr("asyncio.unix_events._UnixSelectorEventLoop.add_signal_handler", unknown)
    monkeypatch.setattr(signal, "signal", lambda number, handler: handlers.update({number: handler}))

    class Stopped:
        should_exit = False

    async def told() -> bool:
        one = Stopped()
        server._stop_on_signals([one])  # type: ignore[list-item]
        handlers[signal.SIGINT](signal.SIGINT, None)
        await asyncio.sleep(0.01)
        return one.should_exit

    loop = asyncio.new_event_loop()
    try:
        assert loop.run_until_complete(told())
    finally:
        loop.close()
    assert set(handlers) == {signal.SIGINT, signal.SIGTERM}


def test_a_port_in_use_is_said(cli: Cli, address: str) -> None:
    done = cli.run("sandbox", "shopee", "--port", address.rpartition(":")[2])
    assert (done.code, "Choose another --port" in done.err) == (2, True)


@pytest.mark.slow
def test_the_demo_tells_the_whole_story_and_cleans_up(cli: Cli) -> None:
    rows = [product(name, Nama_Usaha=shop) for shop in ("Dapur Satu", "Dapur Dua") for name in NAMES]
    sheet = write_sheet(cli.folder / "contoh.csv", [*rows, product("Tanpa Harga", Harga="")])
    folder = cli.folder / "demo"
    done = cli.run("demo", "--home", str(folder), "--sample", str(sheet))
    assert done.code == 0, done
    for words in (
        "There is no price.",
        "Dapur Dua",
        "new listing",
        "Written: new listings 18",
        "Orders: 4 new",
        "TikTok Shop",
        "Written: nothing",
    ):
        assert words in done.out, words
    assert done.out.count("10 → 8") == 12, "each of four things bought is gone from three marketplaces"
    assert "What you can do next" in done.out
    assert (folder / demo.MARKER).is_file()
    assert not cli.home.exists(), "the real home is never touched"
    again = cli.run("demo", "--home", str(folder), "--sample", str(cli.folder / "none.csv"))
    assert (again.code, "There is no file" in again.err) == (2, True)


def test_the_demo_empties_no_folder_of_somebody_else(cli: Cli) -> None:
    mine = cli.folder / "mine"
    mine.mkdir()
    (mine / "letter.txt").write_text("dear", encoding="utf-8")
    done = cli.run("demo", "--home", str(mine))
    assert (done.code, "no demo folder" in done.err) == (2, True)
    assert (mine / "letter.txt").exists()


def test_the_demo_without_the_sample_says_where_it_is(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "SAMPLE", "elsewhere.xlsx")
    done = cli.run("demo", "--home", str(cli.folder / "demo"))
    assert (done.code, "--sample elsewhere.xlsx" in done.err) == (2, True)


def test_the_demo_needs_something_to_sell(cli: Cli) -> None:
    sheet = write_sheet(cli.folder / "kosong.csv", [product("Keripik Tanpa Foto", Foto="")])
    done = cli.run("demo", "--home", str(cli.folder / "demo"), "--sample", str(sheet))
    assert (done.code, "Take another one with --sample" in done.err) == (2, True)


def test_a_demo_whose_sandbox_does_not_start_says_so(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo_markets, "SANDBOX", ("-c", "print('no')"))
    sheet = write_sheet(cli.folder / "contoh.csv")
    done = cli.run("demo", "--home", str(cli.folder / "demo"), "--sample", str(sheet))
    assert (done.code, "did not start" in done.err) == (2, True)


@pytest.mark.slow
def test_a_demo_that_still_has_something_to_write_fails(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    from bridge.engine.runs import Report

    real = Report.summary
    monkeypatch.setattr(Report, "summary", lambda self: {**real(self), "writes": 1})
    sheet = write_sheet(cli.folder / "contoh.csv", [product("Keripik Satu", Stok="1")])
    done = cli.run("demo", "--home", str(cli.folder / "demo"), "--sample", str(sheet))
    assert (done.code, "did not end as it should" in done.err) == (1, True)


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="pipes end differently there")
def test_a_reader_that_goes_away_is_no_error(ready: Cli) -> None:
    words = " ".join([*COMMAND, "products", "list", "--json"])
    script = f"set -o pipefail; {words} | true"
    done = subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, env=environment(ready.home), check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_long_work_shows_bars_where_a_person_looks(ready: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bridge.cli.progress.is_terminal", lambda _stream: True)
    done = ready.run("import", str(ready.folder / "produk.csv"))
    assert "Products stored" in done.err
    assert "Products stored" not in done.out


def test_bars_count_over_threads_and_never_pass_the_end() -> None:
    bars = Bars()
    bars.tell("write", 0, 3)
    bars.tell("write", 2)
    bars.tell("write", 2)
    assert bars.position("write") == (3, 3)
    bars.tell("pictures", 1, 4)
    other = threading.Thread(target=lambda: bars.tell("pictures", 2, 2))
    other.start()
    other.join()
    bars.tell("pictures", 3, 4)
    assert bars.position("pictures") == (5, 6)
    bars.tell("map", 5)
    assert bars.position("map") == (5, 5)
