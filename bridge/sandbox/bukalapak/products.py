"""Writing products: create, change, take off, put back, remove. There is no seller SKU and nothing to tell a repeat by."""

from typing import Any

from bridge.sandbox.bukalapak import ids, views
from bridge.sandbox.bukalapak.call import Call, Endpoint, Reply
from bridge.sandbox.bukalapak.errors import Refusal, faulty
from bridge.sandbox.bukalapak.product_rules import Draft, check_details, read_ids, read_product
from bridge.sandbox.bukalapak.values import Product

MOST_IMAGES = 5
TOO_MANY = f"Image tidak boleh lebih dari {MOST_IMAGES}"


def create(call: Call) -> Reply:
    if call.account.address is None:
        raise Refusal("Isilah alamat Anda sebelum mulai menjual")
    draft = read_product(call.body, whole_product=True)
    pictures = read_ids(draft, call.body, "images") + read_ids(draft, call.body, "new_images")
    if not pictures and "Parameter images tidak valid" not in draft.faults:
        old = ", ".join(["Image tidak boleh kosong", *draft.faults])
        raise Refusal(", ".join(["Image dari produk dibutuhkan untuk menjual", *draft.faults]), old=old)
    _check_free(call, draft, pictures)
    if len(pictures) > MOST_IMAGES:
        draft.faults.append(TOO_MANY)
    check_details(draft, draft.values.get("category_id"), draft.values.get("details", {}))
    faulty(draft.faults)
    values = {"description": draft.values.pop("description_bb"), **draft.values}
    product = Product(
        number=call.world.next_id("product"),
        user_id=call.account.user_id,
        created_at=call.world.clock.real(),
        images=pictures,
        **values,
    )
    call.world.add_product(product)
    _assign(call, product, pictures)
    detail = views.product(call, product)
    message = "Product Added" if call.old else "Produk ditambahkan"
    return {"id": product.product_id, "product_detail": detail, "message": message}


def update(call: Call) -> Reply:
    """Partial. `images` adds pictures that are still free; `removed_images` is of 2013."""
    product = call.product()
    draft = read_product(call.body, whole_product=False)
    added = read_ids(draft, call.body, "images") + read_ids(draft, call.body, "new_images")
    added = [number for number in added if number not in product.images]
    removed = read_ids(draft, call.body, "removed_images")
    _check_free(call, draft, added)
    if not set(removed) <= set(product.images):
        draft.faults.append("Gambar tidak ditemukan")
    left = [number for number in product.images if number not in removed] + added
    if not left:
        draft.faults.append("Image dari produk dibutuhkan untuk menjual")
    if len(left) > MOST_IMAGES:
        draft.faults.append(TOO_MANY)
    _check_attributes(draft, product)
    faulty(draft.faults)
    with call.world.changing(product):
        for name, value in draft.values.items():
            setattr(product, "description" if name == "description_bb" else name, value)
        product.images = left
    for number in removed:
        call.world.pictures[number].product = None
    _assign(call, product, added)
    shown = views.product(call, product, old="updated")
    return {"product": shown, "message": "Product Updated" if call.old else "Produk diupdate"}


def _check_attributes(draft: Draft, product: Product) -> None:
    """Attributes are merged; another category begins with none. They are judged only when either was sent."""
    category_id = draft.values.get("category_id", product.category_id)
    if "details" not in draft.values and category_id == product.category_id:
        return
    kept = product.details if category_id == product.category_id else {}
    draft.values["details"] = {**kept, **draft.values.get("details", {})}
    check_details(draft, category_id, draft.values["details"])


def _check_free(call: Call, draft: Draft, pictures: list[int]) -> None:
    for number in pictures:
        found = call.world.pictures.get(number)
        if found is None or found.user_id != call.account.user_id:
            draft.faults.append("Gambar tidak ditemukan")
        elif found.product is not None:
            draft.faults.append("Gambar sudah digunakan oleh produk lain")


def _assign(call: Call, product: Product, pictures: list[int]) -> None:
    for number in pictures:
        call.world.pictures[number].product = product.number


def sold(call: Call) -> Reply:
    product = call.product()
    with call.world.changing(product):
        product.active = False
    message = "Product has been set to sold" if call.old else "Produk telah diset menjadi terjual"
    return {"id": product.product_id, "message": message}


def relist(call: Call) -> Reply:
    """Without stock it stays among those that cannot be bought."""
    product = call.product()
    if product.banned:
        raise Refusal("Produk tidak dapat diset untuk dijual")
    with call.world.changing(product):
        product.active = True
    message = "Product has been set to available" if call.old else "Produk telah diset untuk dijual"
    return {"id": product.product_id, "message": message}


def remove(call: Call) -> Reply:
    product = call.product({"product_id": call.place["id"]})
    _remove(call, product)
    return {"product_id": product.product_id, "message": "Produk telah dihapus"}


def delete(call: Call) -> Reply:
    """The removal of 2013."""
    product = call.product({"id": call.place["id"]})
    _remove(call, product)
    return {"id": product.product_id, "message": "Product Deleted" if call.old else "Produk telah dihapus"}


def _remove(call: Call, product: Product) -> None:
    """Its pictures stay in use."""
    with call.world.changing(product):
        product.removed = True


def bulk_available(call: Call) -> Reply:
    return _bulk(call, active=True)


def bulk_unavailable(call: Call) -> Reply:
    return _bulk(call, active=False)


def _bulk(call: Call, *, active: bool) -> Reply:
    """Taken at once, in effect a little later. OK when one at least was taken."""
    word = "tersedia" if active else "tidak tersedia"
    given = call.body.get("products_id")
    if not isinstance(given, list) or not given:
        raise Refusal(f"Gagal mengubah status barang menjadi {word}!", {"success": [], "fail": []})
    failing = call.fault.picks(len(given)) if call.fault is not None else frozenset()
    taken: list[Any] = []
    failed: list[Any] = []
    for position, one in enumerate(given):
        product = call.shelf.products.get(ids.decode(one) or 0) if isinstance(one, str) else None
        if product is None or position in failing or (active and product.banned):
            failed.append(one)
            continue
        call.world.later(product, active)
        taken.append(one)
    if not taken:
        raise Refusal(f"Gagal mengubah status barang menjadi {word}!", {"success": [], "fail": failed})
    every = "semua barang" if not failed else "sebagian barang"
    message = f"Status {every} akan menjadi {word} dalam beberapa saat"
    return {"success": taken, "fail": failed, "message": message}


_SOLD = Endpoint(sold, {"product_id": None})
_RELIST = Endpoint(relist, {"product": None})
_UPDATE = Endpoint(update, {"product": None}, "json")
_BULK: dict[str, Any] = {"success": [], "fail": []}
CALLS = {
    "products": {"POST": Endpoint(create, {"id": None, "product_detail": None}, "json", only_2017=("product_detail",))},
    "products/{id}": {"PATCH": _UPDATE, "PUT": _UPDATE, "DELETE": Endpoint(delete, {"id": None})},
    "products/{id}/sold": {"PATCH": _SOLD, "PUT": _SOLD},
    "products/{id}/relist": {"PATCH": _RELIST, "PUT": _RELIST},
    "products/{id}/remove": {"PATCH": Endpoint(remove, {"product_id": None})},
    "products/bulk_set_available": {"PATCH": Endpoint(bulk_available, _BULK, "json")},
    "products/bulk_set_unavailable": {"PATCH": Endpoint(bulk_unavailable, _BULK, "json")},
}
