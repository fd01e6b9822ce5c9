"""Contoh's answers as far as we read them, and the shop's settings. What has another form is `OutcomeUnknown`, never a crash."""

from pathlib import Path
from typing import Generic

from pydantic import AwareDatetime, BaseModel

from bridge.connectors.wire import WIRE, Rows, Text, W

REAL_HOST = "api.contoh.example"


class Wire(BaseModel):
    model_config = WIRE


class ContohSettings(Wire):
    """What `shop connect` keeps: `--base-url`, and `--set rates_per_s=3`."""

    base_url: str = f"https://{REAL_HOST}"
    rates_per_s: int | None = None
    home: Path | None = None


class Page(Wire, Generic[W]):
    rows: Rows[W]
    more: bool = False


class Named(Wire):
    """A shop, a picture."""

    id: Text
    name: Text = ""


class Sku(Wire):
    id: Text
    seller_sku: Text
    price: int
    stock: int


class Product(Wire):
    id: Text
    title: Text
    status: Text
    updated: AwareDatetime  # sent as Unix seconds, here and in orders
    skus: Rows[Sku]


class RowAnswer(Wire):
    """One row of a batch; without a code it succeeded."""

    code: Text = ""
    message: Text = ""


class Line(Wire):
    sku: Text
    seller_sku: Text
    title: Text
    price: int
    quantity: int


class Order(Wire):
    id: Text
    status: Text
    created: AwareDatetime
    updated: AwareDatetime
    lines: Rows[Line]


class CategoryRow(Named):
    parent: str | None
    leaf: bool


class Question(Named):
    must: bool
    options: list[str]


class CategoryAnswer(Wire):
    questions: Rows[Question]
    limits: dict[str, int]
