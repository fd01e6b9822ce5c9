"""Pictures and files. What counts is the bytes: names and content types of clients are not looked at."""

from io import BytesIO
from typing import Any

from PIL import Image

from bridge.sandbox.tokopedia.call import Call, Endpoint
from bridge.sandbox.tokopedia.errors import ApiError, wrong
from bridge.sandbox.tokopedia.state import Picture

MAIN, SIZE_CHART = "MAIN_IMAGE", "SIZE_CHART_IMAGE"
USE_CASES = (MAIN, "ATTRIBUTE_IMAGE", "DESCRIPTION_IMAGE", "CERTIFICATION_IMAGE", SIZE_CHART)
FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "MPO")
MEGABYTE = 1024 * 1024
SIDES = {MAIN: (300, 4000)}


def upload_image(call: Call) -> dict[str, Any]:
    content = _data(call)
    use_case = call.body.choice("use_case", USE_CASES, MAIN)
    if len(content) > 10 * MEGABYTE:
        raise ApiError(12038005, "The file size exceeds the maximum allowed size.")
    width, height = _size(content)
    low, high = SIDES.get(use_case, (100, 20_000))
    short = 1024 if use_case == SIZE_CHART else low
    if min(width, height) < short or max(width, height) > high:
        raise ApiError(12038014, f"The image dimensions exceed the allowed limits: {short} to {high} pixels.")
    if use_case in (MAIN, "ATTRIBUTE_IMAGE") and not 0.75 <= width / height <= 4 / 3:
        width = height = max(width, height)  # made square by the platform
    uri = f"tos-alisg-i-aphluv4xwc-sg/{call.world.random.randbytes(16).hex()}"
    call.world.pictures[uri] = Picture(width, height, use_case)
    return {"uri": uri, "url": call.picture_url(uri), "width": width, "height": height, "use_case": use_case}


def _size(content: bytes) -> tuple[int, int]:
    try:
        with Image.open(BytesIO(content)) as image:
            kind, size = image.format, image.size
    except (OSError, ValueError, Image.DecompressionBombError):
        raise ApiError(12038004, "Failed to process the image. The format or content is not supported.") from None
    if kind not in FORMATS:
        raise ApiError(12038015, "The format is not supported. Supported formats: JPG, JPEG, PNG, WEBP, BMP")
    return size


def upload_file(call: Call) -> dict[str, Any]:
    content, name = _data(call), call.body.text("name")
    stem, _, kind = name.rpartition(".")
    if not stem or "." in stem or " " in name:
        raise wrong("name", "a file name with extension, without spaces and other dots")
    most = {"pdf": 20, "mp4": 100, "mov": 100, "mkv": 100, "wmv": 100, "webm": 100, "avi": 100}.get(kind.lower())
    if most is None or (kind.lower() == "pdf" and not content.startswith(b"%PDF")):
        raise ApiError(12038004, "The format or content of the file is not supported.")
    if len(content) > most * MEGABYTE:
        raise ApiError(12038005, "The file size exceeds the maximum allowed size.")
    number = f"v09{call.world.random.randbytes(12).hex()}"
    call.world.files[number] = kind.upper()
    return {"id": number, "url": call.picture_url(number), "name": name, "format": kind.upper()}


def _data(call: Call) -> bytes:
    content = call.files.get("data")
    if not content:
        raise ApiError(12038002, "Invalid upload file. Please ensure you are passing the correct file data.")
    return content


CALLS = (
    Endpoint("POST", "/product/images/upload", upload_image, cipher=False, form=True),
    Endpoint("POST", "/product/files/upload", upload_file, cipher=False, form=True),
)
