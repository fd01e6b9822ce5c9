"""Pictures and files: the bytes count."""

import io
from typing import Any

import pytest
from PIL import Image
from sandbox_client import fetch, jpeg, multipart
from tokopedia_client import Penjual


def picture(width: int, height: int, kind: str = "JPEG") -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (width, height)).save(target, kind)
    return target.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "BMP"])
def test_formats(penjual: Penjual, kind: str) -> None:
    data = penjual.upload(picture(640, 480, kind))["data"]
    assert (data["width"], data["height"], data["use_case"]) == (640, 480, "MAIN_IMAGE")
    assert fetch("GET", data["url"])[1][:2] == b"\xff\xd8"


@pytest.mark.parametrize(
    ("size", "use_case", "code"),
    [
        ((299, 640), "MAIN_IMAGE", 12038014),
        ((4001, 4000), "MAIN_IMAGE", 12038014),
        ((299, 299), "DESCRIPTION_IMAGE", 0),
        ((99, 100), "DESCRIPTION_IMAGE", 12038014),
        ((1023, 2000), "SIZE_CHART_IMAGE", 12038014),
        ((1024, 2000), "SIZE_CHART_IMAGE", 0),
        ((100, 100), "ATTRIBUTE_IMAGE", 0),
        ((640, 640), "OTHER", 98001004),
    ],
)
def test_sizes_by_use(penjual: Penjual, size: tuple[int, int], use_case: str, code: int) -> None:
    assert penjual.upload(picture(*size), use_case)["code"] == code


def test_long_pictures_are_made_square_and_the_use_may_be_left_out(penjual: Penjual) -> None:
    data = penjual.upload(picture(400, 1000), None)["data"]
    assert (data["width"], data["height"], data["use_case"]) == (1000, 1000, "MAIN_IMAGE")
    assert penjual.upload(picture(400, 1000), "DESCRIPTION_IMAGE")["data"]["width"] == 400


def test_what_is_no_picture_is_refused(penjual: Penjual) -> None:
    assert penjual.upload(b"not a picture")["code"] == 12038004
    assert penjual.upload(picture(640, 640, "GIF"))["code"] == 12038015
    assert penjual.upload(b"")["code"] == 12038002
    assert penjual.upload(name="file")["code"] == 12038002
    assert penjual.upload(jpeg() + b"\0" * (10 * 1024 * 1024))["code"] == 12038005


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("izin.pdf", b"%PDF-1.4 x", 0),
        ("film.MP4", b"x", 0),
        ("izin.pdf", b"x", 12038004),
        ("izin.exe", b"x", 12038004),
        ("izin saya.pdf", b"%PDF", 98001004),
        ("a.b.pdf", b"%PDF", 98001004),
        ("pdf", b"%PDF", 98001004),
        ("besar.pdf", b"%PDF" + b"0" * (20 * 1024 * 1024), 12038005),
    ],
)
def test_files(penjual: Penjual, name: str, content: bytes, code: int) -> None:
    body, kind = multipart([("data", content)], {"name": name})
    answer: Any = penjual.call("POST", "/product/202309/files/upload", (), body, kind=kind, cipher=False)
    assert answer["code"] == code
    if code == 0:
        assert answer["data"]["format"] == name.rpartition(".")[2].upper()


def test_a_cipher_on_an_upload_is_refused(penjual: Penjual) -> None:
    body, kind = multipart([("data", jpeg())], {"use_case": "MAIN_IMAGE"})
    answer = penjual.call("POST", "/product/202309/images/upload", (), body, kind=kind)
    assert (answer["code"], "shop_cipher" in answer["message"]) == (36009004, True)
