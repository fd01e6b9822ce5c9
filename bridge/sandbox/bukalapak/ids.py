"""Product ids: the base-36 form of a number (5h is 197, mwza is 1069174)."""

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
MOST = 1 << 53


def encode(number: int) -> str:
    text = ""
    while number:
        number, digit = divmod(number, 36)
        text = DIGITS[digit] + text
    return text or "0"


def decode(text: object) -> int | None:
    """The number of a product id; None for what is none. A JSON number is taken as the number itself."""
    if isinstance(text, bool) or not isinstance(text, int | str):
        return None
    if isinstance(text, int):
        return text
    if not 0 < len(text) <= 12 or not text.isascii() or not text.isalnum():
        return None
    return int(text, 36)


def whole(text: object) -> int | None:
    """A number written as text or as a JSON number; None for what is none, or too big to be an id or a price."""
    if isinstance(text, str) and text.isascii() and text.strip().isdecimal() and len(text) <= 18:
        text = int(text)
    if isinstance(text, bool) or not isinstance(text, int):
        return None
    return text if 0 <= text < MOST else None
