"""A channel without an API, in one file: everything travels in workbooks that a person uploads and downloads.

The shop's folder holds `keluar/` (what we wrote: 0001.xlsx, 0002.xlsx …) and `masuk/` (what the person put there: for each of
ours the result under the same name, and the export `produk.xlsx`). Only new products can be sent, unless the shop gave its
mass-update template `ubah-massal.xlsx`: its headings say what else.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from itertools import count
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from openpyxl import Workbook, load_workbook

from bridge.connectors.base import Batch, Capabilities, Find, Operation, Outcome, Ports, RemoteShop, SkuOutcome, Verdict
from bridge.errors import ChannelUnavailable, Misconfigured
from bridge.model import OpKind, RemoteListing, RemoteOrder, RemoteSku, Window

Row = Mapping[str, Any]
OUT = ("Kunci", "Kerja", "ID Produk", "ID Varian", "SKU", "Nama", "Kategori", "Varian", "Harga", "Stok", "Tampil")
EXPORT, TEMPLATE = "produk.xlsx", "ubah-massal.xlsx"
CHANGES: Mapping[str, OpKind] = {"Harga": OpKind.PRICE, "Stok": OpKind.STOCK, "Tampil": OpKind.VISIBILITY}
DONE = "berhasil"
TOGETHER = 50  # listings in one workbook
LOOK_AGAIN = timedelta(hours=1)  # nobody can say when the person comes round to it


class SpreadsheetConnector:
    """One shop."""

    def __init__(self, shop: str, folder: Path) -> None:
        self._shop, self._out, self._in = shop, folder / "keluar", folder / "masuk"
        heads = headings(folder / TEMPLATE)
        self._kinds = (OpKind.CREATE, *(kind for head, kind in CHANGES.items() if head in heads))

    def capabilities(self) -> Capabilities:
        """As the template was when the shop was opened."""
        return Capabilities(
            batch={kind: Batch(kind.value, TOGETHER) for kind in self._kinds},
            finds=frozenset({Find.ALL}),
            orders_by=None,
            by_file=True,
            late=frozenset(self._kinds),
            pictures="inline",
        )

    def check(self) -> RemoteShop:
        """There is nobody to ask; the folders must be there."""
        for folder in (self._out, self._in):
            if not folder.is_dir():
                raise Misconfigured(f"the folder {folder} is not there")
        return RemoteShop(self._shop)

    def listings(self, by: Find, keys: Sequence[str], since: datetime | None) -> Iterator[RemoteListing]:
        """All of the last export. Without one nothing is known, and that must not look like an empty shop."""
        if not (self._in / EXPORT).exists():
            raise ChannelUnavailable(f"{EXPORT} is not there: export the products and put the file into {self._in}")
        rows = read_rows(self._in / EXPORT)
        for product_id in dict.fromkeys(row["ID Produk"] for row in rows):
            yield remote_listing([row for row in rows if row["ID Produk"] == product_id])

    def orders(self, wanted: Window | Sequence[str]) -> Iterator[RemoteOrder | Window]:
        """None are read, so that no window is ever complete."""
        return iter(())

    def submit(self, operations: Sequence[Operation]) -> Sequence[Outcome]:
        """One workbook for all of them."""
        rows = [row for operation in operations for row in rows_of(operation)]
        name = write_numbered(self._out, workbook(OUT, rows))
        return [waits(replace(operation, ticket=name)) for operation in operations]

    def poll(self, operations: Sequence[Operation]) -> Sequence[Outcome]:
        """By the result files that the person brought."""
        return [self._result(operation) for operation in operations]

    def look_up(self, operations: Sequence[Operation]) -> Sequence[Outcome]:
        """By the workbooks that we wrote: each is there whole or not at all."""
        written = {row["Kunci"]: path.name for path in sorted(self._out.glob("*.xlsx")) for row in read_rows(path)}
        return [
            self._result(replace(each, ticket=written[each.key])) if each.key in written else absent(each)
            for each in operations
        ]

    def _result(self, operation: Operation) -> Outcome:
        file = self._in / operation.ticket
        rows = [row for row in read_rows(file) if row["Kunci"] == operation.key] if file.exists() else []
        return settled(operation, rows) if rows else waits(operation)


class SpreadsheetPlugin:
    name = "lembar"
    real_host = ""

    def open(self, shop: str, settings: Mapping[str, str], ports: Ports) -> SpreadsheetConnector:
        """A connector for one shop and its folder."""
        if ports.files is None:
            raise Misconfigured("this channel goes by file, and the shop has no folder")
        return SpreadsheetConnector(shop, ports.files)


# --- operations and outcomes ------------------------------------------------------------------------------------------


def rows_of(operation: Operation) -> Iterator[Row]:
    """One row per SKU; what a kind does not write stays empty."""
    payload = operation.payload
    options = {sku["sku"]: ", ".join(sku["options"]) for sku in payload.get("skus", ())}
    shared = {"Kunci": operation.key, "Kerja": operation.kind.value, "ID Produk": operation.remote_id}
    facts = {"Nama": payload.get("title"), "Kategori": payload.get("category_id"), "Tampil": payload.get("visible")}
    for sku in operation.skus:
        stock = sum(sku.stock.values()) if sku.stock else None
        own = {"SKU": sku.seller_sku, "ID Varian": sku.remote_sku_id, "Varian": options.get(sku.seller_sku)}
        yield {**shared, **facts, **own, "Harga": sku.price_idr, "Stok": stock}


def waits(operation: Operation) -> Outcome:
    """The workbook lies there. A person carries it, so there is no deadline."""
    number, ticket = operation.operation_id, operation.ticket
    return Outcome(number, Verdict.ACCEPTED, operation.remote_id, ticket=ticket, retry_after=LOOK_AGAIN)


def absent(operation: Operation) -> Outcome:
    """No workbook names it, and a folder needs no second look."""
    return Outcome(operation.operation_id, Verdict.RETRY, operation.remote_id, retry_after=timedelta(0))


def settled(operation: Operation, rows: Sequence[Row]) -> Outcome:
    """What the result file says of each SKU; one that it leaves out is unknown."""
    told = {row["SKU"]: row for row in rows}
    ends = tuple(
        sku_end(sku.listing_sku_id, told[sku.seller_sku])
        if sku.seller_sku in told
        else SkuOutcome(sku.listing_sku_id, Verdict.UNKNOWN)
        for sku in operation.skus
    )
    worst = max(ends, key=lambda end: (Verdict.DONE, Verdict.REJECTED, Verdict.UNKNOWN).index(end.verdict))
    product_id = next((text(row["ID Produk"]) for row in rows if row["ID Produk"]), operation.remote_id)
    return Outcome(operation.operation_id, worst.verdict, product_id, ends, message=worst.message)


def sku_end(listing_sku_id: int, row: Row) -> SkuOutcome:
    """Done with its id, or refused in the channel's own words."""
    if row["Hasil"] == DONE:
        return SkuOutcome(listing_sku_id, Verdict.DONE, text(row["ID Varian"]))
    return SkuOutcome(listing_sku_id, Verdict.REJECTED, message=text(row["Hasil"]))


def remote_listing(rows: Sequence[Row]) -> RemoteListing:
    """The rows of one product."""
    first = rows[0]
    skus = tuple(
        RemoteSku(text(row["ID Varian"]), text(row["SKU"]), number(row["Harga"]), {"": number(row["Stok"])})
        for row in rows
    )
    visible = first["Tampil"] is True
    return RemoteListing(text(first["ID Produk"]), text(first["Nama"]), "tayang" if visible else "arsip", visible, skus)


# --- workbooks --------------------------------------------------------------------------------------------------------


def text(value: object) -> str:
    return "" if value is None else str(value)


def number(value: object) -> int:
    return int(str(value))


def headings(path: Path) -> tuple[str, ...]:
    """The first row; nothing where there is no such file."""
    if not path.exists():
        return ()
    sheet = load_workbook(path).worksheets[0]
    return tuple(text(value) for value in next(sheet.iter_rows(max_row=1, values_only=True), ()))


def read_rows(path: Path) -> list[Row]:
    """The rows below the headings, by heading."""
    sheet = load_workbook(path).worksheets[0]
    heads, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(map(text, heads), row, strict=True)) for row in rows]


def workbook(heads: Sequence[str], rows: Sequence[Row]) -> bytes:
    """Headings and rows. Texts stay texts: a name that begins with = is no formula."""
    book = Workbook()
    sheet = book.worksheets[0]
    for at, values in enumerate([heads, *([row.get(head) for head in heads] for row in rows)], 1):
        for column, value in enumerate(values, 1):
            cell = sheet.cell(at, column, value)
            if isinstance(value, str):
                cell.data_type = "s"
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def write_numbered(folder: Path, content: bytes) -> str:
    """Under the next free number. The file appears whole, and nobody else gets its name."""
    with NamedTemporaryFile(dir=folder, suffix=".part") as part:
        part.write(content)
        part.flush()
        os.fsync(part.fileno())
        for number in count(len(list(folder.glob("*.xlsx"))) + 1):
            name = f"{number:04}.xlsx"
            try:
                os.link(part.name, folder / name)
            except FileExistsError:
                continue
            return name
    raise AssertionError("numbers never end")
