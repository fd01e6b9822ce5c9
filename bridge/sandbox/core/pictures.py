"""Pictures made from a name: the same name gives the same picture, another name another one. No file is read."""

import hashlib
from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw

SIDE = 640


@lru_cache(maxsize=256)
def picture(name: str) -> bytes:
    """A JPEG of 640 by 640."""
    digest = hashlib.sha256(name.encode()).digest()
    image = Image.new("RGB", (SIDE, SIDE), tuple(digest[:3]))
    draw = ImageDraw.Draw(image)
    for turn in range(8):
        x, y, size = digest[3 + turn] * 2, digest[11 + turn] * 2, 40 + digest[19 + turn] // 2
        colour = (digest[turn], digest[turn + 8], digest[turn + 16])
        draw.ellipse((x, y, x + size, y + size), fill=colour)
    target = BytesIO()
    image.save(target, "JPEG", quality=80)
    return target.getvalue()


def paper(name: str) -> bytes:
    """A PDF of one page."""
    target = BytesIO()
    with Image.open(BytesIO(picture(name))) as image:
        image.save(target, "PDF")
    return target.getvalue()
