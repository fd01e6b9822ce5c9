"""What an attribute is, and a short way of writing one down."""

from dataclasses import dataclass, field, replace
from typing import Any

PRODUCT, SALES = "PRODUCT_PROPERTY", "SALES_PROPERTY"
NUMBER = "POSITIVE_INT_OR_DECIMAL"


@dataclass(frozen=True, slots=True)
class Attribute:
    attribute_id: str
    name: str
    values: dict[str, str] = field(default_factory=dict)  # value id -> name
    kind: str = PRODUCT
    custom: bool = False
    multiple: bool = False
    number: bool = False
    required: bool = False
    parent: tuple[str, str] | None = None  # mandatory when this attribute has this value, else to be left out

    def asked(self) -> "Attribute":
        """The same, mandatory."""
        return replace(self, required=True)


def attribute(attribute_id: int, name: str, options: str = "", **more: Any) -> Attribute:
    """Options are parted by commas and numbered on from the attribute's id; `id=name` gives an id of the platform's own."""
    values = {}
    for at, option in enumerate(filter(None, options.split(",")), 1):
        own, _, text = option.rpartition("=")
        values[own or f"{attribute_id}{at:02d}"] = text
    return Attribute(str(attribute_id), name, values, **more)
