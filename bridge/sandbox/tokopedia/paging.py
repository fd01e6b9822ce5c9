"""Page tokens, and pages over rows ordered by time."""

from base64 import b64decode, b64encode
from collections.abc import Callable

from bridge.sandbox.core.times import Row, Times
from bridge.sandbox.tokopedia.errors import wrong


def pack(row: Row) -> str:
    """Base64 with its plus signs, slashes and equal signs, which clients must sign decoded."""
    return b64encode(f"~?>{row[0]}>{row[1]}".encode()).decode()


def unpack(token: str) -> Row | None:
    if not token:
        return None
    try:
        head, time, key = b64decode(token, validate=True).decode().rsplit(">", 2)
        return (int(time), key) if head == "~?" else _refuse()
    except ValueError:
        return _refuse()


def _refuse() -> Row:
    raise wrong("page_token", "a token from the last page")


def page(
    times: Times,
    window: tuple[int | None, int | None],
    size: int,
    token: str,
    *,
    newest_first: bool = False,
    keep: Callable[[str], bool] | None = None,
) -> tuple[list[str], int, str]:
    """The keys of a page, how many there are in all, and the token of the next page. `keep` looks at every row."""
    after = unpack(token)
    low, high = times.window(*window)
    if keep is not None:
        kept = Times()
        kept.rows = [row for row in times.rows[low:high] if keep(row[1])]
        times, low, high = kept, 0, len(kept.rows)
    rows = times.page(low, high, after, size + 1, newest_first=newest_first)
    shown = rows[:size]
    return [key for _, key in shown], high - low, pack(shown[-1]) if len(rows) > size else ""
