"""The sample of an office, whole: every business connected, and nearly everything that can be sold is on sale."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bridge import locale
from bridge.cli import main
from bridge.engine.connecting import ask_sandbox
from bridge.sandbox import start_in_thread

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "samples" / "umkm_metro.xlsx"
PUBLISHABLE_WITH_STOCK = 137
SHARE = 0.9


@pytest.fixture
def address() -> Iterator[str]:
    with start_in_thread("shopee", rate_limit=False, wait_s=0, review_s=0) as running:
        yield running
    locale.use("en")


@pytest.mark.slow
def test_the_sample_goes_live_and_comes_to_rest(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("JEMBATAN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("JEMBATAN_PICTURE_BASE_URL", f"{address}/_sandbox/pictures")

    def run(*words: str) -> tuple[int, str]:
        capfd.readouterr()
        code = main(words)
        out, err = capfd.readouterr()
        assert "Traceback" not in err, err
        return code, out

    def answer(*words: str) -> Any:
        code, out = run(*words, "--json")
        assert code == 0, out
        return json.loads(out)

    assert run("init")[0] == 0
    assert run("import", str(SAMPLE), "--as-of", "2026-11-23")[0] == 3, "some rows carry an E_ code"
    rows = [
        json.loads(line)
        for line in run("import", str(SAMPLE), "--as-of", "2026-11-23", "--dry-run", "--json")[1].splitlines()
    ]
    wanted = [row for row in rows if row["publishable"] == "yes" and sellable(row)]
    assert len(wanted) == PUBLISHABLE_WITH_STOCK

    for merchant in answer("merchant", "list"):
        if merchant["publishable"]:
            words = ("--channel", "shopee", "--merchant", merchant["merchant"], "--sandbox", address, "--create")
            assert run("shop", "connect", *words)[0] == 0
    done = answer("sync", "--all")
    live = [row for row in ask_sandbox(address, "/_sandbox/state")["listings"] if row["status"] == "NORMAL"]
    assert len(live) >= SHARE * PUBLISHABLE_WITH_STOCK, (len(live), done)
    assert (done["rejected"], done["unknown"]) == (0, 0)
    assert len({(row["shop_id"], row["title"]) for row in live}) == len(live), "nothing is listed twice"

    again = answer("sync", "--all")
    assert (again["writes"], again["created"]) == (0, 0), "nothing is left to write"


def sellable(row: dict[str, Any]) -> bool:
    """Some pieces are known to be there."""
    own = [pieces for axis in row["variants_json"] or [] for pieces in (axis.get("stock") or {}).values()]
    return bool(row["stock_int"]) or any(own)
