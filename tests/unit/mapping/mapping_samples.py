"""Values for the mapping tests: the shipped rules, small products, a schema like a channel's, and the sample's products."""

import csv
import itertools
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from bridge.mapping.categories import CategoryChoice
from bridge.mapping.listing import MappedListing, map_listing
from bridge.mapping.rules import MappingRules, parse_mapping_rules
from bridge.model import Attribute, CatalogProduct, CatalogSku, CategorySchema, Courier, Problem

ROOT = Path(__file__).parents[3]
_TRUTH = (ROOT / "tests/data/umkm_metro_truth.csv", ROOT.parent / "shared/samples/umkm_metro_truth.csv")
TREE = ROOT.parent / "shared/data/categories-shopee/shopee_global_tree_2023.csv"

LIMITS = {
    "title_min": 5,
    "title_max": 255,
    "description_min": 20,
    "description_max": 3000,
    "images_min": 1,
    "images_max": 9,
    "price_min": 99,
    "price_max": 150_000_000,
    "stock_min": 1,
    "axis_name_max": 14,
    "option_name_max": 20,
    "axes_max": 2,
    "options_max": 50,
    "skus_max": 50,
    "price_ratio_max": 7,
    "preorder_min": 3,
    "preorder_max": 30,
}
COURIERS = (Courier("8003", "Reguler", 1, 30_000), Courier("8005", "Kargo", 5_000, None))
ORIGIN = Attribute("100037", "Asal Produk", True, "choice", (("1", "Malaysia"), ("2", "Indonesia")))


def load(name: str) -> dict[str, Any]:
    return tomllib.loads((ROOT / f"config/mapping/{name}.toml").read_text(encoding="utf-8"))


def shipped(**channel: Any) -> MappingRules:
    """The shipped rules; what is given lies over the channel's file."""
    own = load("shopee")
    for key, value in channel.items():
        own[key] = {**own.get(key, {}), **value} if isinstance(value, Mapping) else value
    return parse_mapping_rules(load("common"), own)


def sku(
    number: int = 1, code: str = "KRP-1", *options: str, price: int | None = 15_000, weight: int | None = 250
) -> CatalogSku:
    return CatalogSku(number, code, options, price, weight)


def product(**changes: Any) -> CatalogProduct:
    plain = CatalogProduct(
        product_id=1,
        code="KRP",
        merchant="Samudra Snack",
        name="Keripik Tempe",
        description="Keripik tempe renyah buatan rumahan, tanpa bahan pengawet.",
        jenis="Makanan",
        axes=(),
        skus=(sku(),),
        pictures=("https://contoh.example/foto/1.jpg",),
        unit="pack",
        pack_qty=1,
        preorder_days=None,
        licences={"pirt": "2131872030889-29"},
        attributes={},
        blockers=(),
        place="Metro Pusat",
    )
    return replace(plain, **changes)


def varied(axis: str = "Rasa", *options: str, **changes: Any) -> CatalogProduct:
    names = options or ("Original", "Pedas", "Keju")
    skus = tuple(sku(i, f"KRP-{i}", name) for i, name in enumerate(names, 1))
    return product(axes=(axis,), skus=skus, **changes)


def schema(*attributes: Attribute, couriers: tuple[Courier, ...] = COURIERS, **limits: int) -> CategorySchema:
    return CategorySchema(attributes, {**LIMITS, **limits}, "v1", couriers)


def mapped(
    item: CatalogProduct, asked: CategorySchema | None = None, **more: Any
) -> MappedListing | tuple[Problem, ...]:
    """Mapped with plenty of stock, the shipped rules and a category of crisps, unless told otherwise."""
    stock = more.pop("stock", {each.sku_id: 10 for each in item.skus})
    rules = more.pop("rules", None) or shipped()
    choice = more.pop("choice", CategoryChoice("100788", 0.9, "test"))
    return map_listing(item, stock, choice, asked if asked is not None else schema(), rules, **more)


def listing(item: CatalogProduct, asked: CategorySchema | None = None, **more: Any) -> MappedListing:
    result = mapped(item, asked, **more)
    assert isinstance(result, MappedListing), [problem.text() for problem in result]
    return result


def codes(result: MappedListing | tuple[Problem, ...]) -> list[str]:
    assert not isinstance(result, MappedListing), "mapped, but problems were expected"
    assert all(problem.text() for problem in result)  # every template finds its values
    return [problem.code for problem in result]


def notes(result: MappedListing) -> list[str]:
    assert all(note.text() for note in result.assumed)
    return [note.code for note in result.assumed]


# --- the sample -------------------------------------------------------------------------------------------------------


def truth_file() -> Path | None:
    return next((path for path in _TRUTH if path.exists()), None)


def sample() -> Iterator[tuple[CatalogProduct, dict[int, int | None]]]:
    """The sample's publishable products, each with the stock of its SKUs."""
    path = truth_file()
    assert path is not None
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), 1):
            if row["publishable"] == "yes":
                yield _sample_product(number, row)


def _sample_product(number: int, row: Mapping[str, str]) -> tuple[CatalogProduct, dict[int, int | None]]:
    axes = json.loads(row["variants_json"] or "[]")
    combos = list(itertools.product(*(axis["options"] for axis in axes)))
    skus = tuple(_sample_sku(number * 100 + i, row, axes, combo) for i, combo in enumerate(combos))
    total = int(row["stock_int"]) if row["stock_int"] else None
    share = None if total is None else total // len(skus)  # one figure over several variants is their total
    item = product(
        product_id=number,
        code=f"P{number}",
        merchant=row["nama_usaha"],
        name=row["nama_produk"],
        description=row["desc_clean"],
        jenis=row["jenis"] or None,
        axes=tuple(axis["axis"] for axis in axes),
        skus=skus,
        unit=row["unit"],
        pack_qty=int(row["pack_qty"]) if row["pack_qty"] else None,
        preorder_days=int(row["preorder_days"]) if row["preorder_days"] else None,
        licences=_sample_licences(row),
    )
    return item, dict.fromkeys((each.sku_id for each in skus), share)


def _sample_sku(sku_id: int, row: Mapping[str, str], axes: list[dict[str, Any]], combo: tuple[str, ...]) -> CatalogSku:
    prices = [axis["prices"][option] for axis, option in zip(axes, combo, strict=True) if "prices" in axis]
    weights = [axis["weights_g"][option] for axis, option in zip(axes, combo, strict=True) if "weights_g" in axis]
    price = prices[0] if prices else int(row["price_int"])
    weight = weights[0] if weights else int(row["weight_g"])
    return CatalogSku(sku_id, f"S{sku_id}", combo, price, weight)


def _sample_licences(row: Mapping[str, str]) -> dict[str, str]:
    kind = "pirt" if row["izin_edar_type"] == "pirt" else "bpom"
    found = {kind: row["izin_edar_clean"], "halal": row["halal_clean"], "nib": row["nib_clean"]}
    return {name: number for name, number in found.items() if number}
