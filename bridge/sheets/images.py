"""Where a product's pictures are said to be (rule book A9). Looks at no address, fetches nothing."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from bridge.sheets.reasons import Reason
from bridge.sheets.rules import ImportRules
from bridge.sheets.text import squash


class ImageKind(StrEnum):
    DRIVE_FILE = "drive_file"
    DRIVE_FOLDER = "drive_folder"
    DIRECT = "direct"
    LOCAL_NAME = "local_name"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Image:
    kind: ImageKind
    link: str
    drive_id: str = ""


_REASONS = {
    ImageKind.DRIVE_FILE: Reason.IMAGE_DRIVE,
    ImageKind.DRIVE_FOLDER: Reason.IMAGE_FOLDER_LINK,
    ImageKind.LOCAL_NAME: Reason.IMAGE_LOCAL_NAME,
}
_SPLIT = re.compile(r"[\n\r;,|]+|\s+(?=https?://)")
_HOST = re.compile(r"https?://(?:www\.)?([\w.-]+)(?::\d+)?(?=[/?#]|$)", re.IGNORECASE)
_DRIVE_FILE = re.compile(r"(?:/d/|[?&]id=)([\w-]+)")
_LONGEST = 8000


def parse_images(text: str, rules: ImportRules) -> tuple[Image, ...]:
    """Links and file names in the order written; empty where there is none ("menyusul", "foto di WA")."""
    if not text:
        return ()
    parts = [squash(part).strip("\"'<>") for part in _SPLIT.split(text[:_LONGEST])]
    return tuple([image for part in parts if part and (image := _image(part, rules)) is not None])


def image_reasons(images: tuple[Image, ...]) -> tuple[Reason, ...]:
    if not images:
        return (Reason.IMAGE_MISSING,)
    return tuple(dict.fromkeys(_REASONS[image.kind] for image in images if image.kind in _REASONS))


def image_kinds(images: tuple[Image, ...]) -> str:
    return "|".join(image.kind.value for image in images) or ImageKind.MISSING.value


def _image(part: str, rules: ImportRules) -> Image | None:
    if part[:8].casefold().startswith(("http://", "https://")):
        return _link(part, rules)
    known = rules.words.images
    if any(part.casefold().startswith(f"{host}/") for host in (*known.drive_hosts, *known.album_hosts)):
        return _link(f"https://{part}", rules)
    return Image(ImageKind.LOCAL_NAME, part) if _file_name(rules).search(part) else None


@lru_cache(maxsize=8)
def _file_name(rules: ImportRules) -> re.Pattern[str]:
    return re.compile(rf"\.(?:{'|'.join(map(re.escape, rules.words.images.extensions))})$", re.IGNORECASE)


def _link(link: str, rules: ImportRules) -> Image | None:
    match = _HOST.match(link)
    if match is None:
        return None
    host = match[1].casefold()
    if host in rules.words.images.album_hosts:
        return Image(ImageKind.DRIVE_FOLDER, link)
    return _drive(link) if host in rules.words.images.drive_hosts else Image(ImageKind.DIRECT, link)


def _drive(link: str) -> Image:
    """A link to one file tells its id in the path or in `id=`; everything else is a folder."""
    match = None if "/folders/" in link else _DRIVE_FILE.search(link)
    return Image(ImageKind.DRIVE_FILE, link, match[1]) if match else Image(ImageKind.DRIVE_FOLDER, link)
