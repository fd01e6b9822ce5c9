"""Reading products and categories: one product, the own shop in two passes, the search over all shops."""

from collections.abc import Hashable
from dataclasses import replace

from bridge.sandbox.bukalapak import attributes, ids, views
from bridge.sandbox.bukalapak.call import Call, Endpoint, Reply
from bridge.sandbox.bukalapak.categories import CATEGORIES, tree
from bridge.sandbox.bukalapak.errors import NO_PRODUCT, Refusal
from bridge.sandbox.bukalapak.shelf import SORTS, Shelf, Wanted, words

PER_PAGE, MOST_PER_PAGE = 20, 96
SEARCH_SIZES = {False: (6, 18, 24, 48, 96), True: (6, 18, 20, 40, 80)}  # 2017 and 2013


def categories(call: Call) -> Reply:
    return {"categories": tree(urls=not call.old)}


def category_attributes(call: Call) -> Reply:
    category = CATEGORIES.get(ids.whole(call.place["id"]) or 0)
    if category is None:
        raise Refusal("Kategori tidak ditemukan")
    return {"attributes": [attribute.row() for attribute in attributes.PROFILES[category.profile]]}


def read(call: Call) -> Reply:
    """Anybody's product."""
    number = ids.decode(call.place["id"])
    found = call.world.market.products.get(number or 0)
    if found is None:
        raise Refusal(NO_PRODUCT)
    return {"product": views.product(call, found, old="read")}


def mylapak(call: Call) -> Reply:
    """Those that can be bought, or with `not_for_sale_only` the others. Newest first."""
    wanted = _wanted(call, SORTS[:3])
    wanted = replace(wanted, for_sale=call.params.get("not_for_sale_only") != "1")
    size = min(max(call.number("per_page", None) or PER_PAGE, 1), MOST_PER_PAGE)
    page = max(call.number("page", None) or 1, 1)
    found = call.shelf.page(wanted, (page - 1) * size, size)
    rows = [views.product(call, product, old="mylapak") for product in found]
    return {"products": rows, "can_push": True, "remaining_push": 0}


def search(call: Call) -> Reply:
    """What can be bought, over all shops or in one. Page 0 and page 1 are both the first. Other sizes give the usual one."""
    size = call.number("per_page", None) or PER_PAGE
    size = size if size in SEARCH_SIZES[call.old] else PER_PAGE
    page = max(call.number("page", None) or 1, 1)
    found = _chosen_shelf(call).page(_wanted(call, SORTS), (page - 1) * size, size)
    return {"products": [views.product(call, product) for product in found]}


def _chosen_shelf(call: Call) -> Shelf:
    if not call.params.get("user_id"):
        return call.world.market
    return call.world.shelves.get(call.number("user_id", None) or 0) or Shelf()


def _wanted(call: Call, sorts: tuple[str, ...]) -> Wanted:
    tags: list[Hashable] = list(words(call.params.get("keywords", "")))
    category_id = call.number("category_id", None)
    if category_id is not None:
        tags.append(("category", category_id))
    conditions = set(call.params.getlist("conditions[]")) | set(call.params.getlist("conditions"))
    if not conditions <= {"new", "used"}:
        raise Refusal("Parameter conditions tidak valid")
    if len(conditions) == 1:
        tags.append(("new", "new" in conditions))
    nego, fixed = call.params.get("nego", "0"), call.params.get("harga_pas", "0")
    if nego != fixed:
        tags.append(("nego", nego == "1"))
    sort = call.params.get("sort_by") or SORTS[0]
    if sort not in sorts:
        raise Refusal("Parameter sort_by tidak valid")
    low, high = call.number("price_min", None), call.number("price_max", None)
    return Wanted(sort=sort, tags=tuple(tags), low=low, high=high)


CALLS = {
    "categories": {"GET": Endpoint(categories, {"categories": None}, tagged=True)},
    "categories/{id}/attributes": {"GET": Endpoint(category_attributes, {"attributes": None}, tagged=True)},
    "products": {"GET": Endpoint(search, {"products": None}, tagged=True)},
    "products/mylapak": {
        "GET": Endpoint(mylapak, {"products": None}, tagged=True, only_2017=("can_push", "remaining_push"))
    },
    "products/{id}": {"GET": Endpoint(read, {"product": None}, tagged=True)},
}
