"""Whose data is meant, and how it is shown: masked unless somebody asks for all of it.

A name that a marketplace has masked names nobody: several people share it. So it never finds anybody.
"""

import re
from collections.abc import Mapping

MASK = "*"
DOT = "•"
PHONE = re.compile(r"[\d\s()+.\-]{8,}")
SHOWN = ("city", "province")  # of an address; the rest leads to a door


def folded(text: str) -> str:
    """A name without differences of capitals and blanks; nothing of one that is masked."""
    return "" if MASK in text or DOT in text else " ".join(text.casefold().split())


def digits(text: str) -> str:
    """A phone number without the forms of its beginning (+62, 62, 0); nothing of one that is masked or too short."""
    if MASK in text or DOT in text:
        return ""
    found = "".join(letter for letter in text if letter.isdigit())
    found = found.removeprefix("62") if found.startswith("62") else found.removeprefix("0")
    return found.removeprefix("0") if len(found) >= 7 else ""


def is_phone(text: str) -> bool:
    """Whether a person was named by a phone number."""
    return PHONE.fullmatch(text.strip()) is not None and bool(digits(text))


def is_meant(text: str, buyer: Mapping[str, str]) -> bool:
    """Whether these words name this buyer: the phone number, or the whole name."""
    if is_phone(text):
        return digits(text) == digits(buyer.get("phone", ""))
    return bool(folded(text)) and folded(text) == folded(buyer.get("name", ""))


def masked(buyer: Mapping[str, str]) -> dict[str, str]:
    """What may be seen without asking: initials, the end of the phone number, town and province."""
    shown = {name: buyer[name] for name in SHOWN if buyer.get(name)}
    if buyer.get("name"):
        shown["name"] = " ".join(f"{word[0]}{DOT * 3}" for word in buyer["name"].split())
    if buyer.get("phone"):
        shown["phone"] = f"{DOT * 3}{buyer['phone'][-3:]}"
    hidden = {name: DOT * 3 for name, value in buyer.items() if value and name not in shown}
    return {name: {**shown, **hidden}[name] for name in buyer if buyer[name]}
