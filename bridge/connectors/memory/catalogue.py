"""What the memory marketplace asks for: a small category tree and one schema with a question of every kind."""

from types import MappingProxyType

from bridge.model import Attribute, Category, CategorySchema, Content, Courier

CATEGORIES = (
    Category("100", "Makanan", None, False), Category("101", "Keripik", "100", True), Category("102", "Kue", "100", True),
    Category("200", "Minuman", None, False), Category("201", "Kopi", "200", True),
)  # fmt: skip
SCHEMA = CategorySchema(
    attributes=(
        Attribute("1", "Kondisi", True, "choice", (("11", "Baru"), ("12", "Bekas"))),
        Attribute("2", "Masa Simpan", True, "number", unit_options=("hari", "bulan")),
        Attribute("3", "Merek Lokal", False, "choice_text", (("31", "Ya"),)),
        Attribute("4", "Kedaluwarsa", False, "date"),
        Attribute("5", "Rasa", False, "choices", (("51", "Asin"), ("52", "Manis"))),
        Attribute("6", "Tingkat", True, "text", parent=("1", "12")),
    ),
    limits=MappingProxyType({
        "title_min": 1, "title_max": 120, "description_max": 3000, "images_min": 0, "images_max": 9, "price_min": 99,
        "price_max": 100_000_000, "stock_min": 0, "stock_max": 1_000_000, "axes_max": 2, "options_max": 20, "skus_max": 50,
    }),
    version="1", couriers=(Courier("1", "Kurir Reguler", max_g=50_000),),
)  # fmt: skip


def refusal(content: Content) -> tuple[str, str] | None:
    """Code and message of the first thing that the channel dislikes about a content. What is not there is not judged."""
    title, category_id = content.get("title", ""), content.get("category_id", "")
    if len(title) > SCHEMA.limits["title_max"] or not title.strip():
        return "title", "title: 1 to 120 characters"
    if len(content.get("description", "")) > SCHEMA.limits["description_max"]:
        return "description", "description: at most 3000 characters"
    if len(content.get("pictures", ())) > SCHEMA.limits["images_max"]:
        return "pictures", "pictures: at most 9"
    if not category_id:
        return None
    if not any(category.leaf and category.category_id == category_id for category in CATEGORIES):
        return "category", f"category_id: {category_id} is not a leaf"
    given = {answer["attribute_id"]: answer["values"] for answer in content.get("attributes", ())}
    chosen = {(key, value["value_id"]) for key, values in given.items() for value in values}
    for attribute in SCHEMA.attributes:
        asked = attribute.mandatory and (attribute.parent is None or attribute.parent in chosen)
        if asked and not given.get(attribute.attribute_id):
            return "attribute", f"attributes: {attribute.name} is mandatory"
    return None
