"""Text of cells: cleaned for people, folded for comparing. Never drops a letter or digit from what is shown."""

import html
import re
from datetime import date, datetime, time, timedelta

Cell = str | int | float | bool | date | datetime | time | timedelta | None

_TAG = re.compile(r"<!--.*?-->|</?[A-Za-z][^<>]*>", re.DOTALL)
_EMOJI = re.compile(
    "[\U0001f000-\U0001faff\u2600-\u27bf\u2300-\u23ff\u2b00-\u2bff\u3030\u303d\u3297\u3299\ufe00-\ufe0f\u20e3\U000e0000-\U000e007f]"
)
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\u00ad\ufffe]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_NOT_WORD = re.compile(r"[\W_]+")
_DIGIT, _NO_DIGITS = re.compile(r"\d"), re.compile(r"\D+")
_BRACKETS = re.compile(r"\([^()]*\)")
_QUOTES = "\"'`“”„‟‘’‚‛«»"
_LEADING_QUOTES = '"“”„«»'


def cell_text(cell: Cell) -> str:
    """What the cell says, as written. Whole numbers lose their `.0`: digit strings of codes and phones come back."""
    if isinstance(cell, str):
        return cell
    if cell is None or cell is True or cell is False:
        return ""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e16 else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(" ") if cell.time() != time() else cell.date().isoformat()
    return str(cell)


def squash(text: str) -> str:
    """One line without invisible characters; every run of white space is one space."""
    if text.isascii():
        if text.isprintable():
            return " ".join(text.split()) if "  " in text or text[:1] == " " or text[-1:] == " " else text
    else:
        text = _INVISIBLE.sub("", text)
    if not text.isprintable():
        text = _CONTROL.sub(" ", text)
    return " ".join(text.split())


def clean(text: str) -> str:
    """Names and descriptions (rule book A3): no entities, tags, emoji, invisible characters or surrounding quotes."""
    if "&" in text:
        text = html.unescape(text)
    if "<" in text:
        text = _TAG.sub(" ", text)
    if not text.isascii():
        text = _EMOJI.sub("", text)
    return unquote(squash(text))


def unquote(text: str) -> str:
    """Takes off quote marks round the whole text, and one forgotten at its beginning."""
    while len(text) > 1 and text[0] in _QUOTES and text[-1] in _QUOTES:
        text = text[1:-1].strip()
    if text and text[0] in _LEADING_QUOTES and not any(mark in _LEADING_QUOTES for mark in text[1:]):
        text = text[1:].strip()
    return text


def fold(text: str) -> str:
    """Letters and digits only, case-folded: equal for what people mean to be the same."""
    said = "".join(text.casefold().split())
    return said if not said or said.isalnum() else _NOT_WORD.sub("", said)


def has_digit(text: str) -> bool:
    return _DIGIT.search(text) is not None


def digits_of(text: str) -> str:
    return _NO_DIGITS.sub("", text)


def words(text: str) -> str:
    """Folded words with one space between: punctuation is a space."""
    said = text.casefold()
    return said if not said or said.isalnum() else _NOT_WORD.sub(" ", said).strip()


def drop_brackets(text: str) -> str:
    """Without round brackets and what stands in them, however deep."""
    while "(" in text and (shorter := _BRACKETS.sub(" ", text)) != text:
        text = shorter
    return text


def has_mixed_case(text: str) -> bool:
    return any(letter.islower() for letter in text) and any(letter.isupper() for letter in text)


def title_case(text: str) -> str:
    return " ".join(word[:1].upper() + word[1:].lower() for word in text.split(" "))


_EMAIL = re.compile(r"[^\s@,;:<>()]{1,64}@[^\s@,;:<>()]{1,190}")
_NIK = re.compile(r"(?<!\d)\d{16}(?!\d)")
_NIK_LENGTH = 16


def hide_private(text: str) -> str:
    """Takes e-mail addresses and NIK out of a text about a person, wherever somebody typed them."""
    if "@" in text:
        text = _EMAIL.sub("", text)
    return _NIK.sub("", text) if len(text) >= _NIK_LENGTH else text
