"""Pictures go up before the create that names them: up to eight a call, also of several listings."""

from collections.abc import Sequence

from bridge.connectors.outcomes import picture_refused
from bridge.connectors.shopee.client import ShopeeClient
from bridge.connectors.shopee.types import ImageRow, Uploaded
from bridge.errors import Rejected
from bridge.model import Problem

PATH = "/media_space/upload_image"


def upload(client: ShopeeClient, pictures: Sequence[bytes]) -> list[str | Problem]:
    """One reference or problem per picture. If one picture spoils the whole call, each is sent alone."""
    files = [(f"{at}.{_kind(picture)}", picture, f"image/{_kind(picture)}") for at, picture in enumerate(pictures)]
    try:
        answer = client.upload(PATH, files, Uploaded)
    except Rejected as error:
        if len(pictures) == 1:
            return [picture_refused("Shopee", 0, str(error))]
        return [result for picture in pictures for result in upload(client, [picture])]
    rows = {row.id: row for row in answer.image_info_list}
    if not rows and answer.image_info is not None and len(pictures) == 1:
        rows = {0: ImageRow(image_info=answer.image_info)}
    return [_result(at, rows.get(at)) for at in range(len(pictures))]


def _kind(picture: bytes) -> str:
    return "png" if picture.startswith(b"\x89PNG") else "jpeg"


def _result(at: int, row: ImageRow | None) -> str | Problem:
    if row is not None and row.image_info is not None and row.image_info.image_id:
        return row.image_info.image_id
    reason = " ".join((row.error, row.message)).strip() if row is not None else "no answer for it"
    return picture_refused("Shopee", at, reason)
