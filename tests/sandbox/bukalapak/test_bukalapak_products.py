"""Writing products: create and partial change."""

from typing import Any

import pytest
from bukalapak_client import Lapak

PRICE = "Harga yang Anda masukkan tidak valid"


def test_a_product_is_created_and_told_whole(lapak: Lapak) -> None:
    image_id = lapak.upload()
    answer = lapak.ok("POST", "products", lapak.body(images=image_id))
    assert answer["message"] == "Produk ditambahkan"
    told = answer["product_detail"]
    assert told["id"] == answer["id"]
    assert (told["price"], told["weight"], told["stock"]) == (15000, "150", 20)
    assert told["desc"] == "Keripik tempe <b>renyah</b>.<br/>Tanpa pengawet."
    assert told["image_ids"] == [int(image_id)]
    assert told["category_structure"] == ["Food", "Makanan Ringan", "Keripik & Kerupuk"]
    assert (told["condition"], told["nego"], told["for_sale"], told["state_description"]) == ("new", False, True, [])
    read = lapak.product(answer["id"])
    assert (read["weight"], read["courier"]) == (150, "JNE REG")
    assert {**read, "weight": "150", "courier": ["JNE REG"]} == told


def test_numbers_come_as_text_or_as_numbers(lapak: Lapak) -> None:
    product_id = lapak.create(category_id=2010, price=12500, weight=90, stock=0, new=False, negotiable=True)
    read = lapak.product(product_id)
    assert (read["price"], read["weight"], read["stock"]) == (12500, 90, 0)
    assert (read["condition"], read["nego"], read["state_description"]) == ("used", True, ["Stok Habis"])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"category_id": None}, "Kategori tidak boleh kosong"),
        ({"name": ""}, "Nama produk tidak boleh kosong"),
        ({"name": "   "}, "Nama produk tidak valid"),
        ({"name": 5}, "Nama produk tidak valid"),
        ({"name": "x" * 256}, "Nama produk terlalu panjang (maksimal 255 karakter)"),
        ({"description_bb": None}, "Deskripsi tidak boleh kosong"),
        ({"description_bb": "x" * 65_536}, "Deskripsi terlalu panjang (maksimal 65535 karakter)"),
        ({"price": None}, "Harga tidak boleh kosong"),
        ({"price": "0"}, PRICE),
        ({"price": "15000.50"}, PRICE),
        ({"price": 15000.5}, PRICE),
        ({"price": "-5"}, PRICE),
        ({"price": "Rp 15.000"}, PRICE),
        ({"price": True}, PRICE),
        ({"price": "99999999999"}, PRICE),
        ({"weight": "0"}, "Berat tidak valid"),
        ({"weight": "1 kg"}, "Berat tidak valid"),
        ({"stock": "-1"}, "Stok tidak valid"),
        ({"stock": []}, "Stok tidak valid"),
        ({"category_id": "2002"}, "Kategori tidak valid"),
        ({"category_id": "5"}, "Kategori tidak valid"),
        ({"new": "baru"}, "Parameter new tidak valid"),
        ({"negotiable": 1}, "Parameter negotiable tidak valid"),
        ({"free_shipping": "2"}, "Parameter free_shipping tidak valid"),
        ({"free_shipping": ["x"]}, "Parameter free_shipping tidak valid"),
        ({"seller_sku": "KT-1"}, "Parameter seller_sku tidak dikenal"),
        ({"variants": []}, "Parameter variants tidak dikenal"),
        ({"product_detail_attributes": "brand"}, "Parameter product_detail_attributes tidak valid"),
        ({"product_detail_attributes": {"warna": "x"}}, "Atribut warna tidak dikenal"),
        ({"name": None, "price": "x"}, f"Nama produk tidak boleh kosong, {PRICE}"),
    ],
)
def test_a_faulty_product_is_refused_with_all_its_faults(lapak: Lapak, change: dict[str, Any], message: str) -> None:
    answer = lapak.refused("POST", "products", lapak.body(**change))
    assert answer == {"status": "ERROR", "id": None, "product_detail": None, "message": message}
    assert lapak.lapak() == []


def test_what_is_beside_the_product_is_judged_too(lapak: Lapak) -> None:
    body = lapak.body()
    for extra, message in (
        ({"sku": "KT-1"}, "Parameter sku tidak dikenal"),
        ({"product": "x"}, "Parameter product tidak valid"),
        ({"images": [1]}, "Parameter images tidak valid"),
        ({"images": ",".join(lapak.upload() for _ in range(6))}, "Image tidak boleh lebih dari 5"),
    ):
        assert lapak.refused("POST", "products", {**body, **extra})["message"] == message
    assert "product" in lapak.refused("POST", "products", {"images": "1"})["message"]
    body["product"] |= {"free_shipping": [2, "3"], "product_detail_attributes": {"referer": "bukalapak_app"}}
    told = lapak.ok("POST", "products", {**body, "force_insurance": "on"})["product_detail"]
    assert (told["free_shipping_coverage"], told["force_insurance"]) == ([2, 3], True)


@pytest.mark.parametrize(
    ("category_id", "details", "message"),
    [
        ("2011", {}, "Masa Simpan tidak boleh kosong"),
        ("2011", {"masa_simpan": "dua hari"}, "Masa Simpan tidak valid"),
        ("2011", {"masa_simpan": "< 1 bulan", "halal": "ya"}, "Bersertifikat Halal tidak valid"),
        ("2011", {"masa_simpan": "< 1 bulan", "halal": 1}, "Bersertifikat Halal tidak valid"),
        ("2011", {"masa_simpan": "< 1 bulan", "rasa": "x" * 256}, "Rasa tidak valid"),
        ("2020", {"jenis": "Arabika", "giling": "", "masa_simpan": "< 1 bulan"}, "Bentuk tidak boleh kosong"),
        ("2132", {"ukuran": "M"}, "Ukuran tidak valid"),
        ("2132", {"ukuran": ["M", "XXXL"]}, "Ukuran tidak valid"),
        ("2132", {"ukuran": [""]}, "Ukuran tidak boleh kosong"),
        ("60", {"pengarang": 7}, "Pengarang tidak valid"),
    ],
)
def test_attributes_follow_the_category(lapak: Lapak, category_id: str, details: dict[str, Any], message: str) -> None:
    body = lapak.body(category_id=category_id, product_detail_attributes=details)
    assert lapak.refused("POST", "products", body)["message"] == message


@pytest.mark.parametrize(
    ("category_id", "details"),
    [
        ("2011", {"masa_simpan": "1-6 bulan", "rasa": "Rendang", "halal": True, "izin": "P-IRT 1", "brand": ""}),
        ("2020", {"jenis": "Robusta", "giling": "Biji", "masa_simpan": "> 12 bulan", "halal": "false"}),
        ("2034", {"masa_simpan": "1-6 bulan", "kemasan": "Botol", "saran_penyajian": "Aduk.\nSajikan."}),
        ("2132", {"ukuran": ["M", "L", ""], "warna": [], "bahan": "Katun"}),
        ("242", {"type": "Roadbike", "brand": "Polygon", "bahan": "Cromoly"}),
    ],
)
def test_every_input_type_can_be_filled_in(lapak: Lapak, category_id: str, details: dict[str, Any]) -> None:
    specs = lapak.product(lapak.create(category_id=category_id, product_detail_attributes=details))["specs"]
    assert {name: specs[name] for name in details} == details


def test_a_change_is_partial(lapak: Lapak) -> None:
    product_id = lapak.create()
    answer = lapak.ok("PATCH", f"products/{product_id}", {"product": {"price": "17000", "stock": "3"}})
    assert answer["message"] == "Produk diupdate"
    told = answer["product"]
    assert (told["price"], told["stock"], told["name"], told["weight"]) == (17000, 3, "Keripik Tempe 100 g", "150")
    again = lapak.ok("PUT", f"products/{product_id}", {"product": {"name": "Nama Baru"}, "force_insurance": "0"})
    assert (again["product"]["name"], again["product"]["price"]) == ("Nama Baru", 17000)
    assert lapak.ok("PATCH", f"products/{product_id}", {})["product"]["name"] == "Nama Baru"


def test_attributes_are_merged_within_a_category(lapak: Lapak) -> None:
    details = {"masa_simpan": "1-6 bulan", "brand": "Lokal"}
    product_id = lapak.create(category_id="2011", product_detail_attributes=details)
    told = lapak.patch(product_id, product_detail_attributes={"rasa": "Keju"})
    assert (told["specs"]["rasa"], told["specs"]["brand"]) == ("Keju", "Lokal")
    moved = {"product": {"category_id": "2132"}}
    assert lapak.refused("PATCH", f"products/{product_id}", moved)["message"] == "Ukuran tidak boleh kosong"
    moved["product"]["product_detail_attributes"] = {"ukuran": ["M"]}  # type: ignore[assignment]
    told = lapak.ok("PATCH", f"products/{product_id}", moved)["product"]
    assert (told["category"], told["specs"]["brand"]) == ("Kaos", None)


def test_a_change_may_add_pictures_up_to_five(lapak: Lapak) -> None:
    first = lapak.upload()
    product_id = lapak.create(images=first)
    place = f"products/{product_id}"
    added = [lapak.upload() for _ in range(4)]
    told = lapak.ok("PATCH", place, {"images": ", ".join([first, *added])})["product"]
    assert told["image_ids"] == [int(number) for number in (first, *added)]
    more = lapak.upload()
    assert lapak.refused("PATCH", place, {"images": more})["message"] == "Image tidak boleh lebih dari 5"
    told = lapak.ok("PUT", place, {"new_images": more, "removed_images": first})["product"]
    assert told["image_ids"] == [int(number) for number in (*added, more)]
    assert lapak.get(f"images/status/{first}")["message"] == "Orphaned"
    every = ",".join([*added, more])
    assert "dibutuhkan" in lapak.refused("PUT", place, {"removed_images": every})["message"]
    assert lapak.refused("PUT", place, {"removed_images": first})["message"] == "Gambar tidak ditemukan"


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"price": "gratis"}, PRICE),
        ({"price": ""}, "Harga tidak boleh kosong"),
        ({"stock": None}, "Stok tidak boleh kosong"),
        ({"category_id": "1"}, "Kategori tidak valid"),
        ({"sku": "x"}, "Parameter sku tidak dikenal"),
    ],
)
def test_a_faulty_change_changes_nothing(lapak: Lapak, values: dict[str, Any], message: str) -> None:
    product_id = lapak.create()
    before = lapak.product(product_id)
    answer = lapak.refused("PATCH", f"products/{product_id}", {"product": {"name": "Lain", **values}})
    assert answer == {"status": "ERROR", "product": None, "message": message}
    assert lapak.product(product_id) == before


def test_only_the_owner_writes(lapak: Lapak, other: Lapak) -> None:
    product_id = lapak.create()
    body = {"product": {"price": "1"}}
    for number in (product_id, "zzzzzz", "a-b", "x" * 40):
        answer = other.refused("PATCH", f"products/{number}", body)
        assert answer == {"status": "ERROR", "product": None, "message": "Produk tidak ditemukan"}
    assert other.refused("PATCH", f"products/{product_id}/sold") == {
        "status": "ERROR",
        "product_id": None,
        "message": "Produk tidak ditemukan",
    }
    assert other.refused("PATCH", f"products/{product_id}/relist")["product"] is None
    assert other.refused("PATCH", f"products/{product_id}/remove")["product_id"] == product_id
    assert other.product(product_id)["price"] == 15000


def test_bodies_must_be_json_objects_of_that_type(lapak: Lapak) -> None:
    for raw in (b"{", b"[1]", b'"x"', b"5", b'{"product": "\\ud800"}', b"[" * 100_000, b"\xff"):
        status, _, _ = lapak.raw("POST", "products.json", raw, Content_Type="application/json")
        assert status == 400, raw
    answer = lapak.decoded(*lapak.raw("POST", "products.json", b"{}", Content_Type="application/json"))
    assert answer["status"] == "ERROR"
    body = b'{"product": {"stock": "1"}}'
    place = f"products/{lapak.create()}.json"
    assert lapak.decoded(*lapak.raw("PATCH", place, body, Content_Type="text/plain"))["product"]["stock"] == 20
    kind = "application/json; charset=utf-8"
    assert lapak.decoded(*lapak.raw("PATCH", place, body, Content_Type=kind))["product"]["stock"] == 1
    assert lapak.decoded(*lapak.raw("PATCH", place, b" ", Content_Type=kind))["status"] == "OK"
