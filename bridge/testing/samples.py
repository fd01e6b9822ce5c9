"""Valid things to sell, made from what the channel itself asks for, so that one suite fits every channel."""

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import uuid4

from bridge.connectors.base import Connector, SchemaSource
from bridge.model import Attribute, AttributeAnswer, AttributeValue, Category, CategorySchema, Content, ContentSku

PRICE_IDR = 15000
PIECES = 20
WEIGHT_G = 250
TITLE = "Keripik Singkong Balado Renyah Uji"
DESCRIPTION = (
    "Keripik singkong renyah dari singkong pilihan, digoreng hari ini dan dikemas rapat. Simpan di tempat kering."
)
FLAVOURS = ("Asin", "Manis", "Pedas", "Gurih", "Asam", "Tawar")
NOT_A_PICTURE = b"this is not a picture"
PLAIN = CategorySchema(attributes=(), limits={}, version="")


def png(number: int, side: int = 600) -> bytes:
    """A picture of one colour; another number is another picture."""
    row = b"\0" + bytes((number * 37 % 256, number * 91 % 256, number // 256 % 256)) * side
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(row * side)), (b"IEND", b""))
    chunks = [
        struct.pack(">I", len(body)) + tag + body + struct.pack(">I", zlib.crc32(tag + body)) for tag, body in parts
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def unique(prefix: str = "") -> str:
    """Letters and digits that no other test has used."""
    return prefix + uuid4().hex[:8]


@dataclass(slots=True)
class Sampler:
    """Contents for one shop; categories and schema are read once."""

    connector: Connector
    category: Category | None = None
    schema: CategorySchema = field(default=PLAIN)
    _read: bool = False

    def read(self) -> CategorySchema:
        """The schema of the first leaf that can be listed; a plain one where the channel has none."""
        if not self._read and isinstance(self.connector, SchemaSource):
            for category in self.connector.categories():
                if category.leaf and not (schema := self.connector.schema(category.category_id)).limits.get(
                    "size_chart_mandatory"
                ):
                    self.category, self.schema = category, schema
                    break
        self._read = True
        return self.schema

    def content(self, skus: Sequence[str], pictures: Sequence[str], title: str = "") -> Content:
        schema = self.read()
        word = schema.limits.get("option_name_max", 20)
        axis = "Rasa"[: schema.limits.get("axis_name_max", 14)]
        return Content(
            title=title if title else self.title(unique()),
            description=fitted(DESCRIPTION, schema, "description"),
            category_id=self.category.category_id if self.category is not None else "",
            attributes=self._answers(),
            brand_id="",
            brand="",
            weight_g=WEIGHT_G,
            package_cm=[10, 10, 10],
            pictures=list(pictures),
            couriers=[c.courier_id for c in schema.couriers if fits(c.min_g, c.max_g)],
            dangerous=False,
            preorder_days=None,
            axes=[axis] if len(skus) > 1 else [],
            skus=[
                ContentSku(sku=code, options=[FLAVOURS[n][:word]] if len(skus) > 1 else [], weight_g=WEIGHT_G)
                for n, code in enumerate(skus)
            ],
            item_sku=skus[0],
        )

    def title(self, word: str) -> str:
        """A title that no other listing has, within the channel's limits."""
        limits = self.read().limits
        text = f"{word} {TITLE}"
        while len(text) < limits.get("title_min", 0):
            text += " Enak"
        return text[: limits.get("title_max", len(text))].strip()

    def price(self, step: int = 0) -> int:
        limits = self.read().limits
        return min(max(PRICE_IDR, limits.get("price_min", 0)), limits.get("price_max", 10**9)) + 500 * step

    def pieces(self, step: int = 0) -> int:
        return max(PIECES, self.read().limits.get("stock_min", 0)) + step

    def _answers(self) -> list[AttributeAnswer]:
        answers: list[AttributeAnswer] = []
        chosen: set[tuple[str, str]] = set()
        for attribute in self.schema.attributes:
            if attribute.mandatory and (attribute.parent is None or attribute.parent in chosen):
                value = self._value(attribute)
                chosen.add((attribute.attribute_id, value["value_id"]))
                answers.append(AttributeAnswer(attribute_id=attribute.attribute_id, values=[value]))
        return answers

    def _value(self, attribute: Attribute) -> AttributeValue:
        """The first option, else plain text."""
        options: Sequence[tuple[str, str]] = attribute.options
        if not options and attribute.kind in ("choice", "choices") and isinstance(self.connector, SchemaSource):
            category_id = self.category.category_id if self.category is not None else ""
            options = self.connector.choices(category_id, attribute.attribute_id, "")
        if options:
            return AttributeValue(value_id=options[0][0], text=options[0][1], unit="")
        text = {"number": "12", "date": "2027-12-31"}.get(attribute.kind, "Lokal")
        return AttributeValue(value_id="", text=text, unit=attribute.unit_options[0] if attribute.unit_options else "")


def fits(low: int | None, high: int | None) -> bool:
    return (low is None or low <= WEIGHT_G) and (high is None or high >= WEIGHT_G)


def fitted(text: str, schema: CategorySchema, field_name: str) -> str:
    """The text, repeated or cut until the channel takes its length."""
    while len(text) < schema.limits.get(f"{field_name}_min", 0):
        text += " " + text
    return text[: schema.limits.get(f"{field_name}_max", len(text))]
