"""Pictures go up before the create that names them, one a call; a reference serves every listing of the shop."""

from collections.abc import Sequence

from bridge.connectors.outcomes import picture_refused
from bridge.connectors.tokopedia.client import TokopediaClient
from bridge.connectors.tokopedia.types import Uploaded
from bridge.errors import Rejected
from bridge.model import Problem

PATH = "/product/202309/images/upload"


def upload(client: TokopediaClient, pictures: Sequence[bytes]) -> list[str | Problem]:
    """One reference or problem per picture."""
    return [_upload(client, at, picture) for at, picture in enumerate(pictures)]


def _upload(client: TokopediaClient, at: int, picture: bytes) -> str | Problem:
    kind = "png" if picture.startswith(b"\x89PNG") else "jpeg"
    file = (f"{at}.{kind}", picture, f"image/{kind}")
    try:
        return client.upload(PATH, "data", file, Uploaded, use_case="MAIN_IMAGE").uri
    except Rejected as error:
        return picture_refused("Tokopedia", at, str(error))
