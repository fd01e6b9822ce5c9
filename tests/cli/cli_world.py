"""What the tests of the command line share: running a command, a small spreadsheet, the sandbox's control plane."""

import csv
import io
import json
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bridge.cli import main

HEAD = (
    "No",
    "Nama Usaha",
    "Jenis Produk",
    "Nama Produk",
    "Harga",
    "Satuan",
    "Berat",
    "Stok",
    "PIRT",
    "Halal",
    "Foto",
    "Deskripsi",
)
PIRT, HALAL = "2061872010001-30", "ID18110000123456789"


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """The one JSON document on stdout."""
        lines = self.out.strip().splitlines()
        assert len(lines) == 1, self
        return json.loads(lines[0])

    def lines(self) -> list[Any]:
        """JSON Lines on stdout."""
        return [json.loads(line) for line in self.out.strip().splitlines()]


@dataclass
class Cli:
    """The command line in this process."""

    capfd: pytest.CaptureFixture[str]
    folder: Path

    @property
    def home(self) -> Path:
        return self.folder / "home"

    def run(self, *words: str) -> Done:
        self.capfd.readouterr()
        code = main(words)
        out, err = self.capfd.readouterr()
        assert "Traceback" not in out + err, err
        return Done(code, out, err)


@dataclass(frozen=True)
class Market:
    """A sandbox, seen by its control plane."""

    address: str

    def call(self, path: str, body: Any = None, verb: str | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        head = {"Content-Type": "application/json"}
        request = urllib.request.Request(self.address + path, data, head, method=verb)  # noqa: S310  http on this machine
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
            return json.load(answer)

    def listings(self, shop: str) -> list[dict[str, Any]]:
        return [each for each in self.call("/_sandbox/state")["listings"] if each["shop_id"] == shop]

    def buy(self, shop: str, sku: str, quantity: int = 1) -> str:
        lines = [{"seller_sku": sku, "quantity": quantity}]
        return str(self.call("/_sandbox/orders", {"shop_id": shop, "lines": lines})["id"])

    def fault(self, **fault: Any) -> None:
        self.call("/_sandbox/faults", [fault])


def product(name: str, **other: str) -> dict[str, str]:
    """A row that can be published as it is."""
    row = {
        "Nama Usaha": "Dapur Uji",
        "Jenis Produk": "Makanan",
        "Nama Produk": name,
        "Harga": "15000",
        "Satuan": "pcs",
        "Berat": "250 gr",
        "Stok": "10",
        "PIRT": PIRT,
        "Halal": HALAL,
        "Foto": f"https://contoh.example/foto/{name.replace(' ', '-')}.jpg",
        "Deskripsi": "Dibuat di rumah setiap hari, renyah dan tanpa pengawet.",
    }
    return row | {key.replace("_", " "): value for key, value in other.items()}


class Terminal(io.StringIO):
    """Somebody at the keyboard who has typed already."""

    def isatty(self) -> bool:
        return True


NAMES = ("Keripik Pisang Kepok", "Keripik Tempe Sagu", "Keripik Singkong Pedas")


def write_sheet(path: Path, rows: Sequence[Mapping[str, str]] | None = None, **same: str) -> Path:
    """A spreadsheet as offices send it; without rows the three products of the tests."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter=";")
        head = [*HEAD, *(["SKU"] if any("SKU" in row for row in rows or ()) else [])]
        writer.writerow(head)
        for number, row in enumerate(rows if rows is not None else [product(name, **same) for name in NAMES], 1):
            writer.writerow([str(number), *(row.get(column, "") for column in head[1:])])
    return path


def connect_words(market: Market, channel: str = "shopee", merchant: str = "Dapur Uji") -> list[str]:
    """The command that opens one more shop of a business on a sandbox and connects it."""
    road = ["--channel", channel, "--merchant", merchant, "--sandbox", market.address, "--create"]
    return ["shop", "connect", *road]
