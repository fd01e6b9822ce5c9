"""Rules for titles and descriptions."""

import re
from collections.abc import Container
from html.parser import HTMLParser

from bridge.sandbox.tokopedia.errors import ApiError

TITLE = (25, 255)
DESCRIPTION, PICTURES, PICTURE_SIDE = 10_000, 30, 4000
ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{1,6}|#x[0-9a-fA-F]{1,6});")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f]")
REPEAT = re.compile(r"([^\s])\1{9}")
CHINESE = re.compile("[\u4e00-\u9fff]")
OWN_PICTURE = re.compile(r"https?://[^/]+/file/([^?#]+)(?:[?#].*)?")
VOID = ("img", "br", "hr")


def checked_title(text: str) -> str:
    if not text.strip():
        raise ApiError(12052261)
    if not TITLE[0] <= len(text) <= TITLE[1]:
        raise ApiError(12052051)
    if CHINESE.search(text):
        raise ApiError(12052262)
    only_symbols = not any(letter.isalnum() for letter in text)
    breaks = CONTROL.search(text) or "\n" in text or "\t" in text
    if only_symbols or breaks or ENTITY.search(text) or EMOJI.search(text) or REPEAT.search(text):
        raise ApiError(12052931)
    return text


def checked_description(text: str, pictures: Container[str]) -> str:
    """HTML, whose pictures must be the platform's own."""
    if not text.strip():
        raise ApiError(12052015)
    if len(text) > DESCRIPTION:
        raise ApiError(12052013)
    markup = _read(text)
    shown = "".join(markup.text)
    if CONTROL.search(shown) or EMOJI.search(shown) or REPEAT.search(shown):
        raise ApiError(12052932)
    _check_pictures(markup.pictures, pictures)
    return text


def _read(text: str) -> "_Markup":
    markup = _Markup()
    try:
        markup.feed(text)
        markup.close()
    except AssertionError:  # how the parser takes a broken declaration
        raise ApiError(12052344) from None
    if markup.broken or markup.open:
        raise ApiError(12052344)
    return markup


def _check_pictures(pictures: list[dict[str, str | None]], own: Container[str]) -> None:
    if len(pictures) > PICTURES:
        raise ApiError(12052056)
    for picture in pictures:
        sides = (picture.get("width") or "", picture.get("height") or "")
        if not picture.get("src") or not all(side.isdecimal() and int(side) < PICTURE_SIDE for side in sides):
            raise ApiError(12052348)
        found = OWN_PICTURE.fullmatch(picture["src"] or "")
        if found is None or found[1] not in own:
            raise ApiError(12052340)


class _Markup(HTMLParser):
    """Finds pictures, text, and elements that nobody closes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.broken = False
        self.pictures: list[dict[str, str | None]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.pictures.append(dict(attrs))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.pictures.append(dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.broken = True

    def handle_data(self, data: str) -> None:
        self.text.append(data)
