"""Bukalapak's answers as far as we read them, and the shop's settings. Reads the form of 2017 and the one of 2013.

Numbers come as numbers or text, lists as lists or one text, and nothing as null, "" or the text "null".
"""

import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, Field, model_validator

from bridge.connectors.wire import WIRE
from bridge.settings import channel_config

REAL_HOST = "api.bukalapak.com"
BASE_URL = f"https://{REAL_HOST}/v2"
WIB = timezone(timedelta(hours=7))
LARGEST = 10**15  # no price, weight or number of pieces is larger
_THE_MARKET = re.compile(r"\s*(?:[a-z]+://)?(?:[^/?#]*[@.])?bukalapak\.com\.?(?::\d*)?(?:[/?#\s]|$)", re.IGNORECASE)
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"

T = TypeVar("T")


def base36(number: int) -> str:
    """A product's id as the short text: answers of 2013 give the same number in decimal."""
    text = ""
    while number > 0:
        number, digit = divmod(number, 36)
        text = _DIGITS[digit] + text
    return text or "0"


def _is_nothing(value: object) -> bool:
    return value is None or value in ("", "null")


def _text(value: object) -> str:
    if isinstance(value, list | dict):
        raise ValueError("a list or object where a text was due")
    return "" if _is_nothing(value) else str(value).strip()


def _product_id(value: object) -> str:
    return base36(value) if isinstance(value, int) and not isinstance(value, bool) else _text(value)


def _whole(value: object) -> int | None:
    if _is_nothing(value):
        return None
    try:
        number = value if isinstance(value, int) and not isinstance(value, bool) else float(str(value))
    except ValueError:
        raise ValueError("not a number") from None  # without the text, which may be anything
    if not -LARGEST <= number <= LARGEST:  # not a number compares as false
        raise ValueError("a number out of all bounds")
    return round(number)


def _flag(value: object) -> bool | None:
    known = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
    return known.get(str(value).casefold())


def _texts(value: object) -> list[str]:
    rows = value if isinstance(value, list) else [value]
    return [text for row in rows if (text := _text(row))]


def _moment(value: object) -> datetime | None:
    if _is_nothing(value):
        return None
    moment = datetime.fromisoformat(str(value))
    try:
        return (moment if moment.tzinfo is not None else moment.replace(tzinfo=WIB)).astimezone(UTC)
    except OverflowError:
        raise ValueError("a time out of all bounds") from None


Text = Annotated[str, BeforeValidator(_text)]
ProductId = Annotated[str, BeforeValidator(_product_id)]
Whole = Annotated[int | None, BeforeValidator(_whole)]
Flag = Annotated[bool | None, BeforeValidator(_flag)]
Texts = Annotated[list[str], BeforeValidator(_texts)]
Moment = Annotated[datetime | None, BeforeValidator(_moment)]
Rows = Annotated[list[T], BeforeValidator(lambda value: [] if _is_nothing(value) else value)]
Facts = Annotated[dict[str, Any], BeforeValidator(lambda value: {} if _is_nothing(value) else value)]


class Wire(BaseModel):
    model_config = WIRE


class BukalapakSettings(Wire):
    """What `docs/channels/bukalapak.md` names, with the numbers of `config/channels/bukalapak.toml`."""

    base_url: str = BASE_URL
    buyer: str = "full"  # or "none"
    rates_per_s: int | None = None
    list_lag_s: int | None = None
    restock_lag_s: int | None = None
    home: Path | None = None

    @property
    def config(self) -> dict[str, Any]:
        return channel_config("bukalapak", self.home)

    @property
    def is_closed(self) -> bool:
        """Whether this is the marketplace itself, which sells no goods any more."""
        return _THE_MARKET.match(self.base_url) is not None


class Envelope(Wire):
    """A write whose answer says nothing we need."""


# --- products ---------------------------------------------------------------------------------------------------------


class Variant(Wire):
    label: Text = ""
    value: Text = ""


class ProductSku(Wire):
    """Seen in answers of 2018; it cannot be written."""

    sku_name: Text = ""
    variant_name: Text = ""
    price: Whole = None
    stock: Whole = None
    variant: Rows[Variant] = []


class Product(Wire):
    id: ProductId = ""
    name: Text = ""
    category: Text = ""
    category_id: Text = ""
    category_structure: Texts = []
    active: Flag = None
    for_sale: Flag = None
    price: Whole = None
    weight: Whole = None
    stock: Whole = None
    image_ids: Texts = []
    images: Texts = []
    image: Text = ""
    desc: Text = ""
    condition: Text = ""
    specs: Facts = {}
    state_description: Texts = []
    seller_id: Text = ""
    seller_username: Text = ""
    seller_name: Text = ""
    product_sku: Rows[ProductSku] = []
    order_quantity: Whole = None  # these two in transactions only
    accepted_price: Whole = None


class ProductAnswer(Wire):
    product: Product


class ProductPage(Wire):
    products: Rows[Product]


class Created(Wire):
    id: ProductId = ""
    product_detail: Product | None = None


class ImageAnswer(Wire):
    id: Text


# --- transactions -----------------------------------------------------------------------------------------------------


class Person(Wire):
    id: Text = ""
    name: Text = ""
    username: Text = ""


class Consignee(Wire):
    name: Text = ""
    phone: Text = ""
    address: Text = ""
    area: Text = ""
    city: Text = ""
    province: Text = ""
    post_code: Text = ""


class StateChanges(Wire):
    delivered_at: Moment = None
    received_at: Moment = None
    remitted_at: Moment = None


class Transaction(Wire):
    """`id` is the short number that every call wants; `transaction_id` the long one that people see."""

    id: Text = Field(min_length=1)
    transaction_id: Text = ""
    state: Text = Field(min_length=1)
    created_at: datetime = Field()
    updated_at: Moment = None
    quantity: Whole = None
    total_amount: Whole = None
    shipping_code: Text = ""
    products: Rows[Product] = []
    consignee: Consignee | None = None
    buyer: Person | None = None
    seller: Person | None = None
    state_changes: StateChanges | None = None

    @model_validator(mode="before")
    @classmethod
    def _times(cls, values: Any) -> Any:
        return {**values, "created_at": _moment(values.get("created_at"))} if isinstance(values, dict) else values


class TransactionPage(Wire):
    transactions: Rows[Transaction]


class TransactionAnswer(Wire):
    """One transaction; in 2013 under the plural."""

    transaction: Transaction

    @model_validator(mode="before")
    @classmethod
    def _either(cls, values: Any) -> Any:
        if isinstance(values, dict) and not values.get("transaction"):
            return {"transaction": values.get("transactions")}
        return values


# --- what a category asks for, the shop -------------------------------------------------------------------------------


class CategoryNode(Wire):
    id: Text = Field(min_length=1)
    name: Text = ""
    children: Rows["CategoryNode"] = []


class CategoryTree(Wire):
    categories: Rows[CategoryNode]


class AttributeRow(Wire):
    fieldName: Text = Field(min_length=1)
    displayName: Text = ""
    inputType: Text = ""
    options: Texts = []
    required: Flag = None


class AttributeList(Wire):
    attributes: Rows[AttributeRow]


class UserInfo(Wire):
    user: Person


def first_of(*values: T | None) -> T | None:
    """The first that is there; zero is there."""
    return next((value for value in values if value is not None), None)
