"""Pictures. Each serves one product; whether it is free is asked with a call that says ERROR for "in use"."""

import warnings
from io import BytesIO

from PIL import Image

from bridge.sandbox.bukalapak.call import Call, Endpoint, Reply
from bridge.sandbox.bukalapak.errors import Refusal
from bridge.sandbox.bukalapak.ids import whole
from bridge.sandbox.bukalapak.values import Picture

LEAST_SIDE = 300
FORMATS = ("JPEG", "PNG", "GIF", "BMP")


def upload(call: Call) -> Reply:
    problem = _problem(call.file)
    if problem is not None:
        raise Refusal(problem, {"user_id" if call.old else "id": "null"})
    image_id = call.world.next_id("image")
    call.world.pictures[image_id] = Picture(image_id, call.account.user_id)
    return {"id": str(image_id)}


def _problem(content: bytes | None) -> str | None:
    if not content:
        return "Harus ada file gambar"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(content), formats=FORMATS) as image:
                width, height = image.size
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return "Harus berupa file gambar"
    if min(width, height) >= LEAST_SIDE:
        return None
    return f"Ukuran gambar Anda {width}x{height}, ukuran minimal adalah {LEAST_SIDE}x{LEAST_SIDE}"


def status(call: Call) -> Reply:
    """OK means free. In use is an ERROR, and so is unknown: only the message tells."""
    number = whole(call.place["id"])
    key = "user_id" if call.old else "id"
    found = call.world.pictures.get(number or 0)
    if found is None or found.user_id != call.account.user_id:
        raise Refusal("Gambar tidak ditemukan", {key: number})
    if found.product is not None:
        raise Refusal("Assigned", {key: number})
    return {"id": number, "message": "Orphaned"}


def delete(call: Call) -> Reply:
    number = whole(call.place["id"])
    found = call.world.pictures.get(number or 0)
    if found is None:
        raise Refusal("Gagal menghapus gambar", {"user_id": number}, old="Failed to delete image")
    if found.user_id != call.account.user_id:
        old = "Can't delete another user's image"
        raise Refusal("Tidak dapat menghapus gambar milik pengguna lain", {"user_id": number}, old=old)
    if found.product is not None:
        product = call.world.products[found.product]
        if product.images == [found.image_id] and not product.removed:  # 1 to 5 must be left
            raise Refusal("Gagal menghapus gambar", {"user_id": number}, old="Failed to delete image")
        product.images.remove(found.image_id)
    del call.world.pictures[found.image_id]
    return {"id": number, "message": "Image deleted" if call.old else "Gambar dihapus"}


def make_primary(call: Call) -> Reply:
    number = whole(call.place["id"])
    found = call.world.pictures.get(number or 0)
    if found is None or found.product is None:
        raise Refusal("Gagal mengganti gambar")
    if found.user_id != call.account.user_id:
        raise Refusal("Tidak dapat mengganti gambar utama")
    pictures = call.world.products[found.product].images
    pictures.remove(found.image_id)
    pictures.insert(0, found.image_id)
    return {"id": number, "message": "Gambar utama telah dipilih"}


_PRIMARY = Endpoint(make_primary, {"id": None})
CALLS = {
    "images": {"POST": Endpoint(upload, {"id": "null"}, "file")},
    "images/status/{id}": {"GET": Endpoint(status, {"id": None})},
    "images/{id}": {"DELETE": Endpoint(delete, {"user_id": None})},
    "images/{id}/primary": {"PATCH": _PRIMARY, "PUT": _PRIMARY},
}
