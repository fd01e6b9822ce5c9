"""Pictures: at least 300 by 300, one product each, and a state that says ERROR for "in use"."""

import io
import json
import struct
import zlib

import pytest
from bukalapak_client import Lapak, ask
from PIL import Image
from sandbox_client import jpeg


def state(lapak: Lapak, image_id: str) -> tuple[str, str]:
    answer = lapak.call("GET", f"images/status/{image_id}")
    assert answer["id"] == int(image_id)
    return answer["status"], answer["message"]


def test_a_picture_is_free_then_in_use(lapak: Lapak, other: Lapak) -> None:
    image_id = lapak.upload()
    assert isinstance(image_id, str)
    assert state(lapak, image_id) == ("OK", "Orphaned")
    assert state(other, image_id) == ("ERROR", "Gambar tidak ditemukan")
    assert state(lapak, "1") == ("ERROR", "Gambar tidak ditemukan")
    assert lapak.refused("GET", "images/status/abc")["id"] is None
    product_id = lapak.create(images=image_id)
    assert state(lapak, image_id) == ("ERROR", "Assigned")
    assert lapak.product(product_id)["image_ids"] == [int(image_id)]


def test_a_picture_serves_one_product(lapak: Lapak, other: Lapak) -> None:
    used, free, foreign = lapak.upload(), lapak.upload(), other.upload()
    lapak.create(images=used)
    for images, message in (
        (used, "Gambar sudah digunakan oleh produk lain"),
        (f"{free}, {used}", "Gambar sudah digunakan oleh produk lain"),
        (foreign, "Gambar tidak ditemukan"),
        ("7", "Gambar tidak ditemukan"),
        ("x", "Parameter images tidak valid"),
        ("", "Image dari produk dibutuhkan untuk menjual"),
    ):
        answer = lapak.refused("POST", "products", lapak.body(images=images))
        assert (answer["id"], answer["message"]) == (None, message)
    assert state(lapak, free) == ("OK", "Orphaned")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "Harus ada file gambar"),
        (b"kosong", "Harus berupa file gambar"),
        (jpeg(200), "Ukuran gambar Anda 200x200, ukuran minimal adalah 300x300"),
        (jpeg(299), "Ukuran gambar Anda 299x299, ukuran minimal adalah 300x300"),
        (jpeg(400, "TIFF"), "Harus berupa file gambar"),
    ],
)
def test_what_is_no_fitting_picture_is_refused(lapak: Lapak, content: bytes, message: str) -> None:
    assert lapak.send_file(content) == {"status": "ERROR", "id": "null", "message": message}


def test_a_picture_that_would_fill_the_memory_is_refused(lapak: Lapak) -> None:
    small = jpeg(300, "PNG")
    for side in (12_000, 60_000):  # says so in its header
        header = b"IHDR" + struct.pack(">II", side, side) + small[24:29]
        bomb = small[:12] + header + struct.pack(">I", zlib.crc32(header)) + small[33:]
        assert lapak.send_file(bomb)["message"] == "Harus berupa file gambar"


def test_the_file_has_its_own_name_in_the_form(lapak: Lapak) -> None:
    assert lapak.send_file(jpeg(), name="image")["message"] == "Harus ada file gambar"
    assert lapak.call("POST", "images", {})["message"] == "Harus ada file gambar"
    status, _, body = lapak.raw("POST", "images.json", b"--x", Content_Type="multipart/form-data; boundary=y")
    assert (status, json.loads(body)["status"]) == (400, "ERROR")
    assert lapak.raw("POST", "images.json", b"--x", Content_Type="multipart/form-data")[0] == 400
    assert lapak.send_file(jpeg(300, "PNG"))["status"] == "OK"


def test_pictures_are_taken_away_but_the_last(lapak: Lapak, other: Lapak) -> None:
    first, second, free = lapak.upload(), lapak.upload(), lapak.upload()
    product_id = lapak.create(images=f"{first},{second}")
    assert lapak.ok("DELETE", f"images/{free}") == {"status": "OK", "id": int(free), "message": "Gambar dihapus"}
    assert lapak.refused("DELETE", f"images/{free}")["message"] == "Gagal menghapus gambar"
    foreign = other.refused("DELETE", f"images/{first}")
    assert foreign["message"] == "Tidak dapat menghapus gambar milik pengguna lain"
    assert foreign["user_id"] == int(first)
    lapak.ok("DELETE", f"images/{first}")
    assert lapak.product(product_id)["image_ids"] == [int(second)]
    assert lapak.refused("DELETE", f"images/{second}")["message"] == "Gagal menghapus gambar"
    lapak.ok("PATCH", f"products/{product_id}/remove")
    lapak.ok("DELETE", f"images/{second}")


def test_one_picture_is_the_main_one(lapak: Lapak, other: Lapak) -> None:
    first, second, free = lapak.upload(), lapak.upload(), lapak.upload()
    product_id = lapak.create(images=f"{first},{second}")
    answer = lapak.ok("PATCH", f"images/{second}/primary")
    assert answer["message"] == "Gambar utama telah dipilih"
    assert lapak.product(product_id)["image_ids"] == [int(second), int(first)]
    for seller, image_id, message in (
        (lapak, free, "Gagal mengganti gambar"),
        (lapak, "5", "Gagal mengganti gambar"),
        (other, first, "Tidak dapat mengganti gambar utama"),
    ):
        assert seller.refused("PATCH", f"images/{image_id}/primary") == {
            "status": "ERROR",
            "id": None,
            "message": message,
        }


def test_picture_addresses_lead_to_pictures(lapak: Lapak) -> None:
    address = lapak.product(lapak.create())["images"][0]
    path = address.removeprefix(lapak.sandbox.address)
    status, _, body = ask("GET", lapak.sandbox.address + path)
    with Image.open(io.BytesIO(body)) as image:
        assert (status, image.format) == (200, "JPEG")
