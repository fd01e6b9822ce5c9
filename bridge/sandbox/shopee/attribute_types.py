"""What an attribute is, and a short way of writing one down."""

from dataclasses import dataclass, field
from typing import Any

DROP_DOWN, COMBO, FREE, MULTI_DROP_DOWN, MULTI_COMBO = 1, 2, 3, 4, 5
ANY, INT, TEXT, FLOAT, DATE = 0, 1, 2, 3, 4


@dataclass(frozen=True, slots=True)
class Value:
    value_id: int
    name_id: str
    name_en: str
    unit: str = ""
    children: tuple["Attribute", ...] = ()

    def name(self, language: str) -> str:
        return self.name_id if language == "id" else self.name_en


@dataclass(frozen=True, slots=True)
class Attribute:
    attribute_id: int
    name_id: str
    name_en: str
    input_type: int
    values: tuple[Value, ...] = ()
    validation: int = TEXT
    units: tuple[str, ...] = ()  # not empty: format_type 2, a number with a unit
    months_only: bool = False  # dates read back as month and year
    most: int = 1
    searchable: bool = False  # its values come by search_attribute_value_list, not inline
    by_id: dict[int, Value] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        self.by_id.update({value.value_id: value for value in self.values})

    def name(self, language: str) -> str:
        return self.name_id if language == "id" else self.name_en


def attribute(attribute_id: int, names: str, input_type: int, options: str = "", **more: Any) -> Attribute:
    """Options are written `Indonesian=English` (once when equal), parted by commas; `~` parts off a unit."""
    children: dict[str, tuple[Attribute, ...]] = more.pop("children", {})
    values = []
    for number, option in enumerate(filter(None, options.split(",")), 1):
        text, _, unit = option.partition("~")
        name_id, _, name_en = text.partition("=")
        value_id = attribute_id * 100 + number
        values.append(Value(value_id, name_id, name_en or name_id, unit, children.get(name_id, ())))
    name_id, _, name_en = names.partition("=")
    return Attribute(attribute_id, name_id, name_en, input_type, tuple(values), **more)
