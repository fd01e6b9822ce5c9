"""What a category asks for: tree and attributes. The channel tells no limits; the documented ones come from the config file."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence

from bridge.connectors.bukalapak.client import BukalapakClient
from bridge.connectors.bukalapak.types import AttributeList, AttributeRow, CategoryNode, CategoryTree
from bridge.errors import Rejected
from bridge.model import Attribute, Category, CategorySchema

_KINDS: Mapping[str, str] = {
    "select": "choice",
    "radio_buttons": "choice",
    "boolean": "choice",
    "combo_select": "choice_text",
    "check_boxes": "choices",
}
MANY = "[]"  # ends the id of a question whose answer is a list, even of one: who answers it later knows only the id
_YES_NO = (("true", "Ya"), ("false", "Tidak"))


class SchemaReader:
    """The tree is read once: an inner category is told by it, not by an error."""

    def __init__(self, client: BukalapakClient) -> None:
        self._client = client
        self._leaves: frozenset[str] | None = None

    def categories(self) -> Iterator[Category]:
        """The whole tree in one answer, parents first."""
        level: list[tuple[CategoryNode, str | None]] = [
            (node, None) for node in self._client.get("/categories", CategoryTree, "schema").categories
        ]
        while level:
            yield from (Category(node.id, node.name, parent, not node.children) for node, parent in level)
            level = [(child, node.id) for node, _parent in level for child in node.children]

    def schema(self, category_id: str) -> CategorySchema:
        """One read, and the tree before the first one."""
        if self._leaves is None:
            self._leaves = frozenset(category.category_id for category in self.categories() if category.leaf)
        if category_id not in self._leaves:
            raise Rejected(f"{category_id} is no category that takes listings", "category_unknown")
        rows = self._client.get(f"/categories/{category_id}/attributes", AttributeList, "schema").attributes
        attributes = tuple({row.fieldName: _attribute(row) for row in rows}.values())
        limits: dict[str, int] = dict(self._client.config["limits"])
        text = repr((attributes, sorted(limits.items())))
        return CategorySchema(attributes, limits, hashlib.sha256(text.encode()).hexdigest()[:16])

    def choices(self, category_id: str, attribute_id: str, text: str) -> Sequence[tuple[str, str]]:
        """The options whose name holds the text; all of them were sent with the schema."""
        asked = [row for row in self.schema(category_id).attributes if row.attribute_id == attribute_id]
        return [pair for row in asked for pair in row.options if text.casefold() in pair[1].casefold()]


def _attribute(row: AttributeRow) -> Attribute:
    kind = _KINDS.get(row.inputType, "text")
    options = tuple((option, option) for option in row.options)
    if row.inputType == "boolean" and not options:
        options = _YES_NO
    if not options:
        kind = "text"  # nothing to choose from
    name = row.fieldName + (MANY if row.inputType == "check_boxes" else "")
    return Attribute(name, row.displayName or row.fieldName, row.required is True, kind, options)
