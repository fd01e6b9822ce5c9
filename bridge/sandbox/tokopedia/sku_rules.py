"""Checks the SKUs of a write: codes, prices, stock by warehouse, and what tells them apart."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bridge.sandbox.tokopedia.attribute_rules import by_id, own_id
from bridge.sandbox.tokopedia.attribute_types import SALES, Attribute
from bridge.sandbox.tokopedia.attributes import Profile
from bridge.sandbox.tokopedia.errors import ApiError
from bridge.sandbox.tokopedia.fields import Fields
from bridge.sandbox.tokopedia.shops import SALES as SALES_WAREHOUSE
from bridge.sandbox.tokopedia.state import Shop, World
from bridge.sandbox.tokopedia.values import Offer, Sku

MOST = 100
PRICE = (100, 100_000_000)
STOCK_MOST = 99_999
KEPT = ("external_sku_id", "sku_weight", "sku_dimensions", "identifier_code", "pre_sale")


@dataclass(frozen=True, slots=True)
class Judge:
    """What SKUs are checked against."""

    world: World
    shop: Shop
    profile: Profile


def checked_skus(rows: list[Fields], judge: Judge, known: Mapping[str, Sku]) -> list[Sku]:
    """The SKUs of a new version. A row with a known id is that SKU, a row without is a new one. Nothing is changed here."""
    if not rows:
        raise ApiError(12052902)
    if len(rows) > MOST:
        raise ApiError(12052050)
    ids = [row.text("id") for row in rows if row.has("id")]
    if len(set(ids)) < len(ids):
        raise ApiError(12052553)
    if any(number not in known for number in ids):
        raise ApiError(12052556)
    shown = [_sales(row, judge) for row in rows]
    _check_sets(shown, len(rows))
    return [_sku(row, sales, judge, known) for row, sales in zip(rows, shown, strict=True)]


def _sku(row: Fields, sales: list[dict[str, Any]], judge: Judge, known: Mapping[str, Sku]) -> Sku:
    old = known.get(row.text("id", ""))
    code = checked_code(row.text("seller_sku", "" if old is None else old.seller_sku), judge.profile)
    extra = {name: row.values[name] for name in KEPT if row.has(name)}
    number = judge.world.next_id() if old is None else old.sku_id
    return Sku(number, code, _offer(row, judge, None if old is None else old.offer), sales, extra)


def _offer(row: Fields, judge: Judge, old: Offer | None) -> Offer:
    """Price and stock of a known SKU stay when they are left out."""
    price = old.price if old is not None and not row.has("price") else checked_price(row)
    if old is not None and not row.has("inventory"):
        return Offer(price, old.stock)
    return Offer(price, checked_stock(row, judge.world, judge.shop))


def checked_code(code: str, profile: Profile) -> str:
    """Some categories insist on one, and then on its form."""
    if len(code) > 50:
        raise ApiError(12052054)
    if re.search(r"\s", code) or (profile.codes and not re.fullmatch(r"[A-Za-z0-9_-]{6,50}", code)):
        raise ApiError(12019059)
    return code


def checked_price(row: Fields) -> int:
    """Whole rupiah, written as text."""
    if not row.has("price"):
        raise ApiError(12052571)
    price = row.object("price")
    if price.text("currency") != "IDR":
        raise ApiError(12052084)
    amount = price.text("amount")
    if not re.fullmatch(r"\d{1,12}(\.0{1,2})?", amount):
        raise ApiError(12052073)
    value = int(amount.partition(".")[0])
    if not PRICE[0] <= value <= PRICE[1]:
        raise ApiError(12052570)
    return value


def checked_stock(row: Fields, world: World, shop: Shop) -> dict[str, int]:
    """By warehouse; each must be named."""
    rows = row.rows("inventory")
    if not rows or not all(entry.has("warehouse_id") for entry in rows):
        raise ApiError(12019022)
    stock: dict[str, int] = {}
    for entry in rows:
        number = checked_warehouse(entry.text("warehouse_id"), world, shop)
        if number in stock:
            raise ApiError(12052533)
        stock[number] = checked_quantity(entry, world)
    return stock


def checked_warehouse(number: str, world: World, shop: Shop) -> str:
    found = shop.warehouses.get(number)
    if found is None:
        foreign = any(number in other.warehouses for other in world.shops.values())
        raise ApiError(12052530 if foreign else 12052097)
    if found["type"] != SALES_WAREHOUSE:
        raise ApiError(12052532)
    return number


def checked_quantity(row: Fields, world: World) -> int:
    """Zero is outside of the documented range, yet taken, unless the sandbox is told to refuse it."""
    quantity = row.integer("quantity")
    if not (1 if world.options.zero_refused else 0) <= quantity <= STOCK_MOST:
        raise ApiError(12052055)
    return quantity


def _sales(row: Fields, judge: Judge) -> list[dict[str, Any]]:
    rows = row.rows("sales_attributes")
    if len(rows) > 3:
        raise ApiError(12052525)
    return [_pair(entry, judge) for entry in rows]


def _pair(row: Fields, judge: Judge) -> dict[str, Any]:
    """One sales attribute with its value; an id wins over a name."""
    attribute = _attribute(row, by_id(judge.profile, SALES))
    value_id, value_name = _value(row, attribute)
    shown = {"id": attribute.attribute_id, "name": attribute.name, "value_id": value_id, "value_name": value_name}
    if not row.has("sku_img"):
        return shown
    uri = row.object("sku_img").text("uri")
    if uri not in judge.world.pictures:
        raise ApiError(12052520)
    return {**shown, "sku_img": {"uri": uri}}


def _attribute(row: Fields, known: Mapping[str, Attribute]) -> Attribute:
    if row.has("id"):
        found = known.get(row.text("id"))
        if found is not None:
            return found
        if not row.has("name"):
            raise ApiError(12052527)
    name = row.text("name", "").strip()
    if not name:
        raise ApiError(12052241, "attribute name or attribute id is empty.")
    if len(name) > 20:
        raise ApiError(12052242)
    return next((a for a in known.values() if a.name == name), Attribute(own_id("", name), name, custom=True))


def _value(row: Fields, attribute: Attribute) -> tuple[str, str]:
    if row.has("value_id"):
        number = row.text("value_id")
        if number in attribute.values:
            return number, attribute.values[number]
        if not row.has("value_name") or own_id(attribute.attribute_id, row.text("value_name")) != number:
            raise ApiError(12052529)
    name = row.text("value_name", "").strip()
    if not name:
        raise ApiError(12052248)
    if len(name) > 50:
        raise ApiError(12052249)
    known = {text: number for number, text in attribute.values.items()}
    return known.get(name, own_id(attribute.attribute_id, name)), name


def _check_sets(shown: list[list[dict[str, Any]]], count: int) -> None:
    """The same kinds on every SKU, another combination for each, pictures on one kind and then on all."""
    kinds = [[pair["id"] for pair in sales] for sales in shown]
    if any(len(set(ids)) < len(ids) for ids in kinds):
        raise ApiError(12052560)
    if len({frozenset(ids) for ids in kinds}) > 1 or (count > 1 and not kinds[0]):
        raise ApiError(12052550)
    combinations = {frozenset((pair["id"], pair["value_name"]) for pair in sales) for sales in shown}
    if len(combinations) < count:
        raise ApiError(12052560)
    _check_pictures([pair for sales in shown for pair in sales])


def _check_pictures(pairs: Iterable[dict[str, Any]]) -> None:
    pairs = list(pairs)
    with_picture = {pair["id"] for pair in pairs if "sku_img" in pair}
    if len(with_picture) > 1:
        raise ApiError(12052528)
    if any("sku_img" not in pair for pair in pairs if pair["id"] in with_picture):
        raise ApiError(12052522)
