"""Small tools for words: folding for comparison, tidying for show, cutting at a word's end. They know no channel."""

import html
import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

_NOT_WORD = re.compile(r"[\W_]+")
_SPACES = re.compile(r"[ \t\xa0]+")
_LINK = re.compile(
    r"(?:https?://|www\.)\S+|\b[\w-]+(?:\.[\w-]+)*\.(?:com|co\.id|id|net|org|shop|me)\b(?:/\S*)?", re.IGNORECASE
)
_MAIL = re.compile(r"\S+@\S+\.\w+")
_HANDLE = re.compile(
    r"(?:\b(?:ig|instagram|fb|facebook|tiktok)\s*[:/]\s*@?|(?<!\w)@)(?=[a-z])\w[\w.]*\w", re.IGNORECASE
)
_ASK = r"(?:\b(?:wa|whatsapp|hp|tel|telp|tlp|telepon|hub|hubungi|chat|order|kontak)\b[ .:/-]*)"
_MOBILE = r"(?<!\d)(?:\+?62|0)[ .-]?(?:\(0\)[ .-]?)?8\d(?:[ .-]?\d){6,11}(?!\d)"
_LANDLINE = r"\(0\d{2,3}\)[ .-]?\d(?:[ .-]?\d){4,7}(?!\d)|(?<![\d-])0\d{2,3}-\d{5,8}(?![\d-])"
_ANY = r"\(?(?:\+?62|0)\d*\)?(?:[ .-]?\d){5,12}(?!\d)"  # only behind a word such as “WA”: licences are long numbers too
_PHONE = re.compile(rf"(?:\b(?:no|nomor)\b[ .:/-]*)?(?:{_ASK}*(?:{_MOBILE}|{_LANDLINE})|{_ASK}+{_ANY})", re.IGNORECASE)
_EMPTY_BRACKETS = re.compile(r"\(\s*\)|\[\s*\]")
_EDGES = " \t\n-–—|,;:/_~"
_SHORT = 120
_PLAIN_SIGNS = "°"
_HIDDEN = ("So", "Sk", "Cs", "Co", "Cn", "Cf")  # emoji, their modifiers, and what cannot be seen
_PICTURES = re.compile("[\u20e3\u2600-\u27bf\ufe00-\ufe0f\U0001f000-\U0001faff]")  # channels judge by these blocks
_ESCAPE = re.compile(r"&(?=(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]\w{1,30});)[^;]+;")


def fold(text: str) -> str:
    """Lower case, letters and digits only, one space between words."""
    return _fold_again(text) if len(text) <= _SHORT else _fold(text)


def _fold(text: str) -> str:
    return _NOT_WORD.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


_fold_again = lru_cache(maxsize=8192)(_fold)  # names, headings and options recur for every product; descriptions do not


def words(text: str) -> tuple[str, ...]:
    return tuple(fold(text).split())


def find_words(needle: Sequence[str], hay: Sequence[str]) -> int:
    """Where the words stand next to each other, else -1. No words stand nowhere."""
    size = len(needle)
    places = range(len(hay) - size + 1) if size else range(0)
    return next((i for i in places if tuple(hay[i : i + size]) == tuple(needle)), -1)


def without_emoji(text: str) -> str:
    """Without emoji, dingbats, control and zero-width characters; line breaks stay."""
    return "".join(c for c in _PICTURES.sub("", text) if c in _PLAIN_SIGNS or not _is_hidden(c))


def _is_hidden(sign: str) -> bool:
    kind = unicodedata.category(sign)
    return kind in _HIDDEN or (kind == "Cc" and not sign.isspace())


def without_escapes(text: str) -> str:
    """HTML escapes as the signs that they stand for, however often they were escaped; unknown ones are taken apart."""
    plain = _ESCAPE.sub(lambda match: html.unescape(match.group()), text)
    if plain != text:
        return without_escapes(plain)
    return _ESCAPE.sub(lambda match: f"& {match.group()[1:]}", text)


def without_runs(text: str, most: int | None) -> str:
    """No sign more than `most` times in a row."""
    return text if most is None else re.sub(rf"(\S)\1{{{most},}}", lambda match: match[1] * most, text)


def without_contacts(text: str) -> str:
    """Without links, e-mail addresses, handles and phone numbers: marketplaces forbid leading buyers away."""
    for pattern in (_MAIL, _LINK, _HANDLE, _PHONE):
        text = pattern.sub(" ", text)
    return text


def without_phrases(text: str, phrases: Iterable[str]) -> str:
    """Without the phrases as whole words, in whatever case they are written; where two fit, the longer one goes."""
    pattern = _any_of(tuple(phrases))
    return text if pattern is None else pattern.sub(" ", text)


@lru_cache(maxsize=256)
def _any_of(phrases: tuple[str, ...]) -> re.Pattern[str] | None:
    spelt = sorted({phrase.strip() for phrase in phrases if phrase.strip()}, key=lambda each: (-len(each), each))
    parts = [r"\W+".join(map(re.escape, phrase.split())) for phrase in spelt]
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)", re.IGNORECASE) if parts else None


def tidy_line(text: str) -> str:
    """One line: single spaces, no empty brackets, no loose punctuation at the ends or doubled inside."""
    text = _EMPTY_BRACKETS.sub(" ", " ".join(text.split()))
    text = re.sub(r"([!?.,;:*~_=#\-])\1+", r"\1", text)
    text = re.sub(r"\s+([,.;:!?])", r"\1", " ".join(text.split()))
    return text.strip(_EDGES)


def tidy_block(text: str) -> str:
    """Several lines: no spaces at their ends, one empty line at most between them."""
    lines = "\n".join(_SPACES.sub(" ", line).strip() for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip()


def is_shouting(text: str, share: float) -> bool:
    """Whether so large a share of the letters is upper case (one short word is an abbreviation, not a shout)."""
    letters = [c for c in text if c.isalpha()]
    return len(letters) > 4 and sum(c.isupper() for c in letters) >= share * len(letters)


def title_case(text: str, keep_upper: Iterable[str], keep_lower: Iterable[str]) -> str:
    """Each word capitalised, save known abbreviations, small words, and units behind a number (250GR → 250gr)."""
    upper = {word.casefold(): word for word in keep_upper}
    lower = {word.casefold() for word in keep_lower}

    def recase(match: re.Match[str]) -> str:
        word = match.group()
        low = word.lower()
        if word.casefold() in upper:
            return upper[word.casefold()]
        if low in lower and match.start() > 0:
            return low
        return low if word[0].isdigit() else low[:1].upper() + low[1:]

    return re.sub(r"[^\W_]+(?:['’][^\W_]+)*", recase, text)


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, ending at a word's end where there is one in the last half."""
    if len(text) <= limit:
        return text
    head = text[: limit + 1]
    space = max(head.rfind(" "), head.rfind("\n"))
    kept = head[:space] if space >= limit // 2 and space > 0 else text[:limit]
    return kept.rstrip(_EDGES + "([&+") or text[:limit].strip()
