"""Everything that is printed: results on stdout, progress and warnings on stderr, in the user's language and number form."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TextIO
from zoneinfo import ZoneInfo

import typer

from bridge.connectors.meanings import TEMPLATES, read_meaning
from bridge.errors import ChannelError, ChannelUnavailable, OutcomeUnknown, RateLimited
from bridge.locale import N_, _, fill, language
from bridge.wrong import Why

WIDE = 160  # of a table that no terminal shows
MONEY = ("M_PRICE_",)  # problems whose numbers are rupiah


def prepare_streams() -> None:
    """Text that a console cannot show becomes a question mark instead of a crash; JSON is always UTF-8."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure") and not is_terminal(stream):
            stream.reconfigure(encoding="utf-8", errors="replace")


def is_terminal(stream: TextIO) -> bool:
    """Whether a person looks at it (or types into it)."""
    return bool(getattr(stream, "isatty", lambda: False)())


def say(template: str, **values: object) -> None:
    """A result: one translated sentence on stdout."""
    typer.echo(sentence(template, values))


def warn(template: str, **values: object) -> None:
    """A warning or a remark beside the result: stderr."""
    typer.echo(sentence(template, values), err=True)


def sentence(template: str, values: Mapping[str, object]) -> str:
    """A translated sentence; a channel's error is told as `channel_reason` tells it."""
    return fill(template, {key: told(each) for key, each in values.items()})


def told(value: object) -> object:
    """A part of a sentence in the user's language."""
    if isinstance(value, Why):
        return sentence(value.template, value.values)
    return channel_reason(value) if isinstance(value, ChannelError) else value


def channel_reason(error: ChannelError) -> str:
    """What happened in the user's language, then the words that came with it; the words alone where the sentence says the rest.

    What the connector's table says of the code comes before what the error's class says.
    """
    reasons = (
        (RateLimited, N_("it asks to wait")),
        (ChannelUnavailable, N_("no connection")),
        (OutcomeUnknown, N_("no clear answer came")),
    )
    known = read_meaning(error.meaning)
    by_class = next((_(text) for kind, text in reasons if isinstance(error, kind)), "")
    reason = by_class if known is None else _(TEMPLATES[known][1]).removesuffix(".")
    return ": ".join(part for part in (reason, quoted(str(error))) if part) or type(error).__name__


def quoted(words: str) -> str:
    """Words of somebody else, marked as such; their full stop is left out, since they stand inside a sentence."""
    text = words.strip()
    text = text[:-1] if text.endswith(".") and not text.endswith("..") else text
    return f"“{text}”" if text else ""


def blank() -> None:
    """An empty line between parts."""
    typer.echo("")


def write_json(value: Any) -> None:
    """One line of JSON on stdout."""
    typer.echo(json.dumps(value, ensure_ascii=False, default=plain))


def plain(value: Any) -> Any:
    """Times in ISO form; anything else as text."""
    return value.isoformat() if isinstance(value, datetime) else str(value)


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table on stdout. `columns` are translated already; None is shown as a dash."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    shown = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
    for title in columns:
        shown.add_column(title, overflow="fold")  # a long word is broken, never cut off
    for row in rows:
        shown.add_row(*(cell(value) for value in row))
    terminal = is_terminal(sys.stdout)
    console = Console(
        file=sys.stdout,
        markup=False,
        highlight=False,
        emoji=False,
        no_color=not terminal,
        width=None if terminal else WIDE,
    )
    console.print(shown)


def cell(value: object) -> str:
    """What stands in a cell."""
    if value is None or value == "":
        return "–"
    return number(value) if isinstance(value, int) and not isinstance(value, bool) else str(value)


def number(value: int) -> str:
    """1.000 in Indonesian, 1,000 in English."""
    from babel.numbers import format_decimal

    return str(format_decimal(value, locale=language()))


def rupiah(value: int | None) -> str:
    """Rp15.000 in Indonesian, Rp15,000 in English."""
    return "–" if value is None else f"Rp{number(value)}"


def moment(value: datetime | None, zone: str) -> str:
    """A time as people write it, by the office's clock; a dash when there is none."""
    if value is None:
        return "–"
    from babel.dates import format_datetime

    local = value.astimezone(ZoneInfo(zone))
    return str(format_datetime(local, "d MMM yyyy HH:mm", locale=language()))


def day(value: datetime, zone: str) -> str:
    """A day as people write it, by the office's clock: 14 Maret 2027."""
    from babel.dates import format_date

    return str(format_date(value.astimezone(ZoneInfo(zone)).date(), "d MMMM yyyy", locale=language()))


def problem_text(problem: Mapping[str, Any]) -> str:
    """What is wrong and what to do, from a `bridge.model.Problem` as a dictionary."""
    return " ".join(text for text in (problem_message(problem), problem_fix(problem)) if text)


def problem_message(problem: Mapping[str, Any]) -> str:
    """What is wrong."""
    return fill(str(problem.get("message", "")), problem_values(problem))


def problem_fix(problem: Mapping[str, Any]) -> str:
    """What to do about it."""
    return fill(str(problem.get("fix", "")), problem_values(problem))


def problem_values(problem: Mapping[str, Any]) -> dict[str, object]:
    """The values of a problem; rupiah are grouped."""
    values: dict[str, object] = dict(problem.get("values") or {})
    if str(problem.get("code", "")).startswith(MONEY):
        values = {key: number(int(str(value))) if str(value).isdigit() else value for key, value in values.items()}
    return values


def ask(question: str) -> bool:
    """A yes/no question on stderr; an empty answer, an end of input and anything else than yes is no."""
    typer.echo(f"{question} {_('[y/N]')} ", err=True, nl=False)
    return sys.stdin.readline().strip().lower() in {"y", "ya", "yes"}


def ask_line(question: str) -> str:
    """A line that the person types or pastes."""
    typer.echo(f"{question} ", err=True, nl=False)
    return sys.stdin.readline().strip()
