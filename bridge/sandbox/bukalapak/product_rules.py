"""What a product must look like. Values come as text or as JSON numbers; all faults are told in one answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bridge.sandbox.bukalapak import attributes
from bridge.sandbox.bukalapak.categories import leaf
from bridge.sandbox.bukalapak.ids import whole

REQUIRED = ("category_id", "name", "price", "weight", "stock", "description_bb")
OPTIONAL = ("new", "negotiable", "free_shipping", "product_detail_attributes")
BESIDE = ("product", "images", "new_images", "removed_images", "force_insurance")
LONGEST_NAME, LONGEST_DESCRIPTION = 255, 65_535  # of the columns such a site has; the documents give no limit
MOST_PRICE, MOST_STOCK, MOST_WEIGHT = 10_000_000_000, 1_000_000, 1_000_000  # ours: above is a slip of the pen
WORDS = {
    "category_id": "Kategori",
    "name": "Nama produk",
    "price": "Harga",
    "weight": "Berat",
    "stock": "Stok",
    "description_bb": "Deskripsi",
}


@dataclass(slots=True)
class Draft:
    """The fields that were sent, read, and what is wrong with them."""

    values: dict[str, Any] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def read_product(body: Mapping[str, Any], *, whole_product: bool) -> Draft:
    draft = Draft()
    draft.faults += [f"Parameter {name} tidak dikenal" for name in body if name not in BESIDE]
    given = body.get("product", {} if not whole_product else None)
    if not isinstance(given, dict):
        draft.faults.append("Parameter product tidak valid")
        return draft
    draft.faults += [f"Parameter {name} tidak dikenal" for name in given if name not in (*REQUIRED, *OPTIONAL)]
    for name in REQUIRED:
        if given.get(name) not in (None, ""):
            _read_field(draft, name, given[name])
        elif whole_product or name in given:
            draft.faults.append(f"{WORDS[name]} tidak boleh kosong")
    _read_options(draft, given)
    if body.get("force_insurance") is not None:
        draft.values["force_insurance"] = str(body["force_insurance"]).lower() not in ("false", "0", "off", "")
    return draft


def _read_field(draft: Draft, name: str, value: Any) -> None:
    if name in ("name", "description_bb"):
        most = LONGEST_NAME if name == "name" else LONGEST_DESCRIPTION
        if not isinstance(value, str) or not value.strip():
            draft.faults.append(f"{WORDS[name]} tidak valid")
        elif len(value) > most:
            draft.faults.append(f"{WORDS[name]} terlalu panjang (maksimal {most} karakter)")
        else:
            draft.values[name] = value.strip()
        return
    number = whole(value)
    low, high = {"price": (1, MOST_PRICE), "weight": (1, MOST_WEIGHT), "stock": (0, MOST_STOCK)}.get(name, (1, 1 << 31))
    if number is None or not low <= number <= high or (name == "category_id" and leaf(number) is None):
        draft.faults.append("Harga yang Anda masukkan tidak valid" if name == "price" else f"{WORDS[name]} tidak valid")
        return
    draft.values[name] = number


def _read_options(draft: Draft, given: Mapping[str, Any]) -> None:
    for name in ("new", "negotiable"):
        if given.get(name) is None:
            continue
        word = str(given[name]).lower()
        if word not in ("true", "false") or not isinstance(given[name], str | bool):
            draft.faults.append(f"Parameter {name} tidak valid")
        draft.values[name] = word == "true"
    areas = given.get("free_shipping")
    if areas is not None:
        codes = [whole(area) for area in areas] if isinstance(areas, list) else [None]
        if None in codes:
            draft.faults.append("Parameter free_shipping tidak valid")
        draft.values["free_shipping"] = codes
    details = given.get("product_detail_attributes")
    if details is not None:
        if not isinstance(details, dict):
            draft.faults.append("Parameter product_detail_attributes tidak valid")
        else:
            draft.values["details"] = details


def check_details(draft: Draft, category_id: int | None, details: dict[str, Any]) -> None:
    """The attributes of the product as it will be, in the category in which it will be."""
    category = leaf(category_id)
    if category is not None:
        draft.faults += attributes.faults(category.profile, details)


def read_ids(draft: Draft, body: Mapping[str, Any], name: str) -> list[int]:
    """A comma list of picture ids, with or without blanks."""
    value = body.get(name)
    if value is None or value == "":
        return []
    parts = [whole(part.strip()) for part in value.split(",")] if isinstance(value, str) else [None]
    if None in parts:
        draft.faults.append(f"Parameter {name} tidak valid")
    return list(dict.fromkeys(part for part in parts if part is not None))
