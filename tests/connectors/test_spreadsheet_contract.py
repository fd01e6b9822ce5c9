"""A channel without an API keeps the contract too: with new products only, and with the shop's mass-update template."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from threading import Lock
from typing import Any

import pytest
from spreadsheet_connector import (
    CHANGES,
    DONE,
    EXPORT,
    OUT,
    TEMPLATE,
    Row,
    SpreadsheetPlugin,
    read_rows,
    text,
    workbook,
)

from bridge.connectors.base import Connector, Find, Operation, SkuWrite, Verdict
from bridge.errors import ChannelUnavailable, Misconfigured
from bridge.model import Grant, OpKind
from bridge.testing import Bench, ConnectorContract, Keyring, Lent

RESULT = ("Kunci", "SKU", "Hasil", "ID Produk", "ID Varian")
IN_EXPORT = ("ID Produk", "Nama", "Tampil", "ID Varian", "SKU", "Harga", "Stok")


class Courier:
    """The person who carries the workbooks, and the marketplace behind them. When time passes, everything is carried."""

    def __init__(self, folder: Path) -> None:
        self.shop, self.lent = "toko-1", Lent(Keyring(Grant("", "", None, None, None, ())))
        self.folder, self._lock, self._numbers = folder, Lock(), map(str, count(1001))
        self._rows: list[dict[str, Any]] = []  # one per SKU, as the export has them
        for name in ("keluar", "masuk"):
            (folder / name).mkdir()
        self._export()

    def connect(self) -> Connector:
        return SpreadsheetPlugin().open(self.shop, {}, replace(self.lent.ports(), files=self.folder))

    def advance(self, seconds: float) -> None:
        with self._lock:
            for file in sorted((self.folder / "keluar").glob("*.xlsx")):
                if not (self.folder / "masuk" / file.name).exists():
                    self._put(file.name, RESULT, self._uploaded(read_rows(file)))
            self._export()

    def edit(self, listing_id: str, **values: object) -> None:
        names = {"title": "Nama", "price_idr": "Harga", "stock": "Stok", "visible": "Tampil"}
        with self._lock:
            for row in self._of(listing_id):
                row.update({names[name]: value for name, value in values.items()})
            self._export()

    def preload(self, seller_skus: Sequence[str]) -> Sequence[str]:
        with self._lock:
            ids = [
                self._listed([{"SKU": sku, "Nama": f"Muatan {sku}", "Harga": 15000, "Stok": 20}]) for sku in seller_skus
            ]
            self._export()
        return ids

    def state(self) -> Mapping[str, list[dict[str, Any]]]:
        with self._lock:
            return {"listings": [self._shown(product_id) for product_id in self._products()], "orders": []}

    def expire_tokens(self) -> bool:
        return False

    def secrets(self) -> Sequence[str]:
        return ()

    def calm(self) -> None:
        """Nothing here goes wrong."""

    def buy(self, lines: Mapping[str, int], *, paid: bool = True, age_s: float = 0) -> str:
        raise ValueError("orders are not read from files here")

    def move(self, order_id: str, action: str, lines: Mapping[str, int] | None = None) -> None:
        raise ValueError("orders are not read from files here")

    def lose(self, kind: OpKind, *, arrived: bool, step: int = 0) -> None:
        raise ValueError("a file has no answer that could be lost")

    def throttle(self, retry_after: timedelta) -> None:
        raise ValueError("nobody counts files")

    # the marketplace

    def _uploaded(self, rows: Sequence[Row]) -> list[Row]:
        keys = dict.fromkeys(row["Kunci"] for row in rows)
        return [result for key in keys for result in self._operation([row for row in rows if row["Kunci"] == key])]

    def _operation(self, rows: Sequence[Row]) -> list[Row]:
        if rows[0]["Kerja"] != OpKind.CREATE:
            return [{**row, "Hasil": self._changed(row)} for row in rows]
        if not rows[0]["Nama"]:
            return [{**row, "Hasil": "nama produk kosong"} for row in rows]
        product = {"ID Produk": self._listed(rows), "Hasil": DONE}
        ids = {each["SKU"]: each["ID Varian"] for each in self._of(text(product["ID Produk"]))}
        return [{**row, **product, "ID Varian": ids[row["SKU"]]} for row in rows]

    def _changed(self, row: Row) -> str:
        mine = [each for each in self._of(text(row["ID Produk"])) if each["ID Varian"] == row["ID Varian"]]
        if not mine:
            return "varian tidak ditemukan"
        mine[0].update({head: row[head] for head in CHANGES if row[head] is not None})
        return DONE

    def _listed(self, rows: Sequence[Row]) -> str:
        product_id = next(self._numbers)
        given = ("Nama", "SKU", "Harga", "Stok")
        for row in rows:
            own = {"ID Produk": product_id, "ID Varian": next(self._numbers), "Tampil": True}
            self._rows.append({**own, **{head: row[head] for head in given}})
        return product_id

    def _products(self) -> list[str]:
        return list(dict.fromkeys(text(row["ID Produk"]) for row in self._rows))

    def _of(self, product_id: str) -> list[dict[str, Any]]:
        return [row for row in self._rows if row["ID Produk"] == product_id]

    def _shown(self, product_id: str) -> dict[str, Any]:
        heads = {"id": "ID Varian", "seller_sku": "SKU", "price": "Harga", "stock": "Stok"}
        rows = self._of(product_id)
        skus = [{name: row[head] for name, head in heads.items()} for row in rows]
        return {"id": product_id, "shop_id": self.shop, "title": rows[0]["Nama"], "skus": skus}

    def _export(self) -> None:
        self._put(EXPORT, IN_EXPORT, self._rows)

    def _put(self, name: str, heads: Sequence[str], rows: Sequence[Row]) -> None:
        part = self.folder / f"{name}.part"
        part.write_bytes(workbook(heads, rows))
        part.replace(self.folder / "masuk" / name)


class TestSpreadsheet(ConnectorContract):
    @pytest.fixture
    def world(self, tmp_path: Path) -> Courier:
        return Courier(tmp_path)

    @pytest.fixture
    def make(self, world: Courier) -> Callable[[], Connector]:
        return world.connect


@pytest.mark.slow
class TestSpreadsheetWithTemplate(TestSpreadsheet):
    @pytest.fixture
    def world(self, tmp_path: Path) -> Courier:
        (tmp_path / TEMPLATE).write_bytes(workbook(OUT, []))
        return Courier(tmp_path)


# --- what only this channel has ---------------------------------------------------------------------------------------


@pytest.fixture
def courier(tmp_path: Path) -> Courier:
    return Courier(tmp_path)


@pytest.mark.parametrize(
    ("heads", "kinds"),
    [
        (None, set()),
        (("SKU", "Harga"), {OpKind.PRICE}),
        (("SKU", "Harga", "Stok"), {OpKind.PRICE, OpKind.STOCK}),
        (("SKU", "Tampil"), {OpKind.VISIBILITY}),
    ],
)
def test_the_headings_of_the_template_say_what_can_be_changed(
    courier: Courier, heads: Sequence[str] | None, kinds: set[OpKind]
) -> None:
    if heads is not None:
        (courier.folder / TEMPLATE).write_bytes(workbook(heads, []))
    assert set(courier.connect().capabilities().batch) == {OpKind.CREATE} | kinds


def test_a_create_waits_until_its_result_is_brought(courier: Courier) -> None:
    bench = Bench(courier.connect, courier)
    op = bench.new()
    (first,) = bench.connector.submit([op])
    sent = replace(op, ticket=first.ticket)
    assert [out.verdict for out in bench.connector.poll([sent])] == [Verdict.ACCEPTED]
    assert [path.name for path in (courier.folder / "keluar").iterdir()] == [first.ticket] == ["0001.xlsx"]
    courier.advance(0)
    (done,) = bench.connector.poll([sent])
    assert (done.verdict, done.remote_id) == (Verdict.DONE, courier.state()["listings"][0]["id"])


def test_a_missing_export_is_no_empty_shop(courier: Courier) -> None:
    (courier.folder / "masuk" / EXPORT).unlink()
    with pytest.raises(ChannelUnavailable, match=EXPORT):
        list(courier.connect().listings(Find.ALL, (), None))


def test_a_result_that_leaves_a_sku_out_is_unknown(courier: Courier) -> None:
    op = Operation(1, OpKind.CREATE, "kunci-1", None, (SkuWrite(1, "A"), SkuWrite(2, "B")), {}, ticket="0001.xlsx")
    row = {"Kunci": "kunci-1", "SKU": "A", "Hasil": DONE, "ID Produk": "7", "ID Varian": "8"}
    (courier.folder / "masuk" / "0001.xlsx").write_bytes(workbook(RESULT, [row]))
    (out,) = courier.connect().poll([op])
    assert (out.verdict, out.remote_id) == (Verdict.UNKNOWN, "7")
    assert [sku.verdict for sku in out.skus] == [Verdict.DONE, Verdict.UNKNOWN]


def test_a_name_that_looks_like_a_formula_stays_a_name(courier: Courier) -> None:
    (product_id,) = courier.preload(["UJI-1"])
    courier.edit(product_id, title="=1+1")
    assert [row.title for row in courier.connect().listings(Find.ALL, (), None)] == ["=1+1"]


@pytest.mark.parametrize("name", ["keluar", "masuk"])
def test_a_folder_that_is_not_there_is_the_operators_business(courier: Courier, name: str) -> None:
    (courier.folder / name).rename(courier.folder / "lain")
    with pytest.raises(Misconfigured, match=name):
        courier.connect().check()


def test_a_shop_without_a_folder_cannot_be_opened(courier: Courier) -> None:
    with pytest.raises(Misconfigured):
        SpreadsheetPlugin().open(courier.shop, {}, courier.lent.ports())
