"""An office with the sample and a home of its own: what the stories run and what they ask."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bridge.cli import main
from bridge.engine.connecting import ask_sandbox

SAMPLE = Path(__file__).parents[2] / "samples" / "umkm_metro.xlsx"
READ = ("import", str(SAMPLE), "--as-of", "2026-11-23")
LIVE = {"shopee": "NORMAL", "tokopedia": "ACTIVATE", "bukalapak": "available"}


@dataclass(frozen=True)
class Office:
    """The command line in this process."""

    capfd: pytest.CaptureFixture[str]

    def run(self, *words: str) -> tuple[int, str]:
        self.capfd.readouterr()
        code = main(words)
        out, err = self.capfd.readouterr()
        assert "Traceback" not in err, err
        return code, out

    def answer(self, *words: str) -> Any:
        code, out = self.run(*words, "--json")
        assert code == 0, out
        return json.loads(out)

    def read_sample(self) -> list[dict[str, Any]]:
        """Imports the sample; gives its rows as the import judges them."""
        assert self.run("init")[0] == 0
        assert self.run(*READ)[0] == 3, "some rows carry an E_ code"
        return [json.loads(line) for line in self.run(*READ, "--dry-run", "--json")[1].splitlines()]

    def connect(self, channel: str, merchant: str, address: str) -> None:
        words = ("--channel", channel, "--merchant", merchant, "--sandbox", address, "--create")
        assert self.run("shop", "connect", *words)[0] == 0

    def connect_all(self, channel: str, address: str) -> None:
        """A shop for every business that has something to publish."""
        for merchant in self.answer("merchant", "list"):
            if merchant["publishable"]:
                self.connect(channel, merchant["merchant"], address)


def on_sale(channel: str, address: str) -> list[dict[str, Any]]:
    """What buyers can take in the sandbox now; on Tokopedia on every storefront."""
    listings = ask_sandbox(address, "/_sandbox/state")["listings"]
    return [row for row in listings if {row["status"], *row.get("statuses", {}).values()} == {LIVE[channel]}]


def sellable(row: dict[str, Any]) -> bool:
    """Some pieces of a row of the sheet are known to be there."""
    own = [pieces for axis in row["variants_json"] or [] for pieces in (axis.get("stock") or {}).values()]
    return bool(row["stock_int"]) or any(own)
