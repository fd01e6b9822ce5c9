"""upload_image: each file for itself, so one bad picture fails alone with an empty error on top."""

from io import BytesIO
from typing import Any

from PIL import Image

from bridge.sandbox.shopee.call import Access, Call, post
from bridge.sandbox.shopee.errors import ApiError

MOST_FILES, MOST_BYTES, LEAST_SIDE = 8, 10 * 1024 * 1024, 100
INVALID = "image is invalid or not supported"


def upload_image(call: Call) -> dict[str, Any]:
    pictures = [content for name, content in call.files if name == "image"]
    if not pictures:
        raise ApiError("error_param", "invalid field Image: value must  Not Null")
    if len(pictures) > MOST_FILES:
        raise ApiError("error_param", "the number of images should be less than 9")
    if call.body.text("scene", "normal") not in ("normal", "desc"):
        raise ApiError("error_param", "scene should be normal or desc")
    if call.body.text("ratio", "1:1") != "1:1":
        raise ApiError("error_param", "ratio 3:4 is for whitelisted sellers only")
    failing = call.failing(len(pictures))
    rows = [_row(call, number, content, number in failing) for number, content in enumerate(pictures)]
    good = [row for row in rows if not row["error"]]
    if not good and len(rows) == 1:
        raise ApiError(rows[0]["error"], rows[0]["message"])
    first = good[0]["image_info"] if good else {"image_id": "", "image_url_list": []}
    return {"image_info": first, "image_info_list": rows}


def _row(call: Call, number: int, content: bytes, failing: bool) -> dict[str, Any]:
    problem = "upload failed, please try again" if failing else _problem(content)
    if problem is not None:
        return {
            "id": number,
            "error": "error_param",
            "message": problem,
            "image_info": {"image_id": "", "image_url_list": []},
        }
    image_id = f"id-11134207-{call.world.word(5).lower()}-{call.world.word(14).lower()}"
    call.world.images.add(image_id)
    urls = [{"image_url_region": "ID", "image_url": call.image_url(image_id)}]
    return {"id": number, "error": "", "message": "", "image_info": {"image_id": image_id, "image_url_list": urls}}


def _problem(content: bytes) -> str | None:
    if len(content) > MOST_BYTES:
        return "image is larger than 10 MB"
    try:
        with Image.open(BytesIO(content)) as image:
            fits = image.format in ("JPEG", "PNG") and min(image.size) >= LEAST_SIDE
    except (OSError, ValueError, Image.DecompressionBombError):
        return INVALID
    return None if fits else INVALID


CALLS = {"media_space/upload_image": post(upload_image, Access.EITHER)}
