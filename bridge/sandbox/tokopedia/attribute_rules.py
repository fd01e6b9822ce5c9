"""Checks product attributes and certificates against the category, and turns them into what a read shows."""

import hashlib
import re
from typing import Any

from bridge.sandbox.tokopedia.attribute_types import PRODUCT, SALES, Attribute
from bridge.sandbox.tokopedia.attributes import CERTIFICATES, Profile
from bridge.sandbox.tokopedia.errors import ApiError
from bridge.sandbox.tokopedia.fields import Fields
from bridge.sandbox.tokopedia.state import World

LONGEST = 2000
NUMBER = re.compile(r"\d+(\.\d+)?")
Shown = list[dict[str, Any]]


def by_id(profile: Profile, kind: str) -> dict[str, Attribute]:
    return {attribute.attribute_id: attribute for attribute in profile.attributes if attribute.kind == kind}


def checked_attributes(rows: list[Fields], profile: Profile) -> Shown:
    known, shown = by_id(profile, PRODUCT), {}
    for row in rows:
        number = row.text("id")
        if number in shown:
            raise ApiError(12052254)
        if number in by_id(profile, SALES) or number not in known:
            raise ApiError(12052910, f"Invalid input parameters: attribute {number} is not one of the category")
        shown[number] = {"id": number, "name": known[number].name, "values": _values(row, known[number])}
    for attribute in known.values():
        _check_need(attribute, shown)
    return list(shown.values())


def _values(row: Fields, attribute: Attribute) -> Shown:
    rows = row.rows("values")
    if not rows:
        raise ApiError(12052248)
    if len(rows) > 1 and not attribute.multiple:
        raise ApiError(12052246)
    values = [_value(value, attribute) for value in rows]
    if len({value["name"] for value in values}) < len(values):
        raise ApiError(12052253)
    return values


def _value(row: Fields, attribute: Attribute) -> dict[str, Any]:
    """An id wins over a name."""
    if row.has("id"):
        number = row.text("id")
        if number not in attribute.values:
            raise ApiError(12052529)
        return {"id": number, "name": attribute.values[number]}
    text = row.text("name", "").strip()
    if not text:
        raise ApiError(12052248)
    if not attribute.custom:
        raise ApiError(12052247)
    if len(text) > LONGEST:
        raise ApiError(12052249)
    if attribute.number and not (NUMBER.fullmatch(text) and float(text) > 0):
        raise ApiError(12052256)
    return {"id": own_id(attribute.attribute_id, text), "name": text}


def own_id(attribute_id: str, text: str) -> str:
    """The id that a value of the seller's own gets: the same text, the same id."""
    number = int.from_bytes(hashlib.sha256(f"{attribute_id}:{text}".encode()).digest()[:7])
    return str(7_000_000_000_000_000_000 + number)


def _check_need(attribute: Attribute, shown: dict[str, dict[str, Any]]) -> None:
    given = attribute.attribute_id in shown
    if attribute.required and not given:
        raise ApiError(12052104, f"property is required: {attribute.name}")
    if attribute.parent is None:
        return
    asked = _chosen(shown.values(), *attribute.parent)
    if asked and not given:
        raise ApiError(12052182)
    if given and not asked:
        raise ApiError(12052183)


def _chosen(shown: Any, attribute_id: str, value_id: str) -> bool:
    return any(value["id"] == value_id for row in shown if row["id"] == attribute_id for value in row["values"])


def checked_certificates(rows: list[Fields], profile: Profile, attributes: Shown, world: World) -> Shown:
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        number = row.text("id")
        if number in found:
            raise ApiError(12052656)
        if number not in profile.certificates or len(found) == 10:
            raise ApiError(12052655)
        found[number] = {"id": number, "title": CERTIFICATES[number], **_papers(row, world)}
    needed = set(profile.needed)
    if profile.needed_with is not None and _chosen(attributes, *profile.needed_with[1:]):
        needed.add(profile.needed_with[0])
    if not needed <= set(found):
        raise ApiError(12052105)
    return list(found.values())


def _papers(row: Fields, world: World) -> dict[str, Any]:
    images = [image.text("uri") for image in row.rows("images")]
    files = [(file.text("id"), file.text("name"), file.choice("format", ("PDF",))) for file in row.rows("files")]
    if any(uri not in world.pictures for uri in images):
        raise ApiError(12052650)
    if any(number not in world.files for number, _, _ in files) or not (images or files):
        raise ApiError(12052658)
    papers: dict[str, Any] = {"images": [{"uri": uri} for uri in images]}
    papers["files"] = [{"id": number, "name": name, "format": kind} for number, name, kind in files]
    if row.has("expiration_date"):
        papers["expiration_date"] = row.integer("expiration_date", 1)
    return papers
