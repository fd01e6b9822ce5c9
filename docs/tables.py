"""Writes the tables of docs/commands.md, docs/codes.md and docs/channels/ from the program itself: `python docs/tables.py`.

A test compares the pages with what this would write, so that program and pages never disagree.
"""

import ast
import importlib
from collections.abc import Iterable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

import typer

from bridge import locale
from bridge.cli.app import app
from bridge.cli.grammar import LANG_ROW, metavar
from bridge.connectors.codes import NO_CODE, Row
from bridge.connectors.meanings import TEMPLATES as MEANINGS
from bridge.connectors.meanings import TEXTS as ACTING
from bridge.connectors.meanings import Meaning, Who
from bridge.connectors.outcomes import Campaign, Locked, QuotaUsed
from bridge.engine.fetching import TEMPLATES as PICTURES
from bridge.errors import (
    AuthExpired,
    ChannelError,
    ChannelUnavailable,
    Misconfigured,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    ShopBlocked,
    TokenExpired,
)
from bridge.mapping.problems import TEMPLATES as MAPPING
from bridge.sheets.reason_texts import NOTHING, TEXTS
from bridge.sheets.reasons import BLOCKING, Level, Reason
from bridge.sheets.remedies import EXAMPLES

DOCS = Path(__file__).parent
ROOT = DOCS.parent
COMMANDS, CODES = DOCS / "commands.md", DOCS / "codes.md"


def both(text: str) -> tuple[str, str]:
    """A sentence of the program in English and in Bahasa Indonesia."""
    before = locale.language()
    locale.use("id")
    try:
        return text, locale._(text)
    finally:
        locale.use(before)


def cell(text: str) -> str:
    """Text that is safe inside a table."""
    return text.replace("|", "\\|").replace("\n", " ").strip()


def row(*cells: str) -> str:
    return f"| {' | '.join(cell(each) for each in cells)} |"


def table(*heads: str) -> list[str]:
    return [row(*heads), f"|{'---|' * len(heads)}"]


# --- commands ---------------------------------------------------------------------------------------------------------


def leaves(command: Any = None, path: str = "jembatan") -> Iterator[tuple[str, Any]]:
    """Every command that does something, with its full name, in the order of the help page."""
    command = command if command is not None else typer.main.get_command(app)
    if not hasattr(command, "commands"):
        yield path, command
        return
    for name in sorted(command.commands):
        yield from leaves(command.commands[name], f"{path} {name}")


def groups(command: Any = None, path: str = "jembatan") -> Iterator[str]:
    """The nouns: words that are not complete without a verb."""
    command = command if command is not None else typer.main.get_command(app)
    for name, each in command.commands.items():
        if hasattr(each, "commands"):
            yield f"{path} {name}"
            yield from groups(each, f"{path} {name}")


def words_of(param: Any) -> str:
    """`--shop SHOP` or `FILE`, as it is typed."""
    if param.param_type_name == "argument":
        return f"`{metavar(param)}`" if param.required else f"`[{metavar(param)}]`"
    name = max(param.opts, key=len)
    return f"`{name}`" if param.is_flag else f"`{name} {metavar(param)}`"


def command_lines() -> list[str]:
    """The body of docs/commands.md."""
    lines = ["## Everywhere", "", *table("Option", "English", "Bahasa Indonesia")]
    lines.append(row(f"`{LANG_ROW[0]}`", *both(LANG_ROW[1])))
    lines += [
        row("`--version`", *both("Show the version and exit.")),
        row("`--help`", *both("Show this message and exit.")),
    ]
    for path, command in leaves():
        english, indonesian = both(command.help or "")
        lines += ["", f"## {path}", "", english, "", f"*{indonesian}*"]
        shown = [param for param in command.params if param.name != "help"]
        if shown:
            lines += ["", *table("", "English", "Bahasa Indonesia")]
        for param in shown:
            texts = both(param.help or "")
            if param.required and param.param_type_name == "option":
                texts = (f"{texts[0]} (required)", f"{texts[1]} (wajib)")
            lines.append(row(words_of(param), *texts))
    return lines


# --- codes ------------------------------------------------------------------------------------------------------------


def plain(text: str) -> str:
    """A template as people read it: an ellipsis where a value is filled in."""
    out, depth = "", 0
    for letter in text:
        depth += letter == "{"
        if depth == 0:
            out += letter
        elif letter == "}":
            depth -= 1
            out += "…"
    return out


def other_problems() -> dict[str, tuple[str, str]]:
    """Problems that are written where they arise: `Problem("X_CODE", place, message, fix, …)`."""
    found: dict[str, tuple[str, str]] = {}
    for file in sorted((ROOT / "bridge").rglob("*.py")):
        if "sandbox" in file.parts:
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Problem":
                texts = [each.value for each in node.args if isinstance(each, ast.Constant)]
                first = node.args[0] if node.args else None
                if isinstance(first, ast.Constant) and is_code(str(first.value)) and len(texts) >= 3:
                    found[str(first.value)] = (str(texts[-2]), str(texts[-1]))
    return found


def is_code(text: str) -> bool:
    """Whether a text has the form of a code: one of our letters, then capitals."""
    return text[:2] in ("E_", "W_", "I_", "M_", "P_", "O_") and text.isupper()


@cache
def all_codes() -> dict[str, tuple[str, str]]:
    """Every code with its meaning and what to do, as English templates."""
    codes = {str(code): TEXTS[code] for code in Reason}
    codes |= {str(code): MAPPING[code] for code in MAPPING}
    codes |= {str(code): PICTURES[code] for code in PICTURES}
    return codes | other_problems()


def code_row(code: str, texts: tuple[str, str]) -> str:
    """One code in both languages, the remedy in italics, and how the cell should look."""
    sides = zip(*(both(text) for text in texts), both("Example: {example}"), strict=True)
    reason = next((each for each in Reason if str(each) == code), None)
    shown = "" if reason is None or texts[1] == NOTHING or not EXAMPLES[reason] else f"`{EXAMPLES[reason]}`"
    return row(
        f"`{code}`",
        *(
            f"{plain(message)} *{plain(fix)}* {example.format(example=shown) if shown else ''}"
            for message, fix, example in sides
        ),
    )


def code_table(codes: Iterable[str]) -> list[str]:
    known = all_codes()
    lines = table("Code", "Meaning *and what to do*", "Arti *dan yang perlu dilakukan*")
    return [*lines, *(code_row(code, known[code]) for code in codes)]


def code_lines() -> list[str]:
    """The body of docs/codes.md."""
    known = all_codes()
    sheet = {str(reason): reason for reason in Reason}

    def of(letter: str) -> list[str]:
        return [code for code in known if code.startswith(f"{letter}_") and code not in sheet]

    def read(level: Level, blocking: bool) -> list[str]:
        return [str(reason) for reason in Reason if reason.level is level and (reason in BLOCKING) is blocking]

    parts = (
        ("Rows that are not taken in · Baris yang tidak diterima", read(Level.ERROR, False)),
        ("Drafts until corrected · Menunggu sebagai draf", read(Level.WARNING, True)),
        ("Remarks, published all the same · Catatan, tetap tayang", read(Level.WARNING, False)),
        ("How something was read · Cara membaca", read(Level.INFO, False)),
        ("Fitting a product to a marketplace · Menyesuaikan dengan marketplace", of("M")),
        ("Fetching pictures · Mengambil gambar", of("P")),
        ("Orders · Pesanan", of("O")),
    )
    lines: list[str] = []
    for title, codes in parts:
        lines += [f"## {title}", "", *code_table(codes), ""]
    return lines[:-1]


# --- a channel's own codes --------------------------------------------------------------------------------------------

CHANNELS = sorted((DOCS / "channels").glob("*.md"))
HERE: dict[type[ChannelError], str] = {  # what the bridge does about an error of that class
    Rejected: "leaves it until the data changes",
    Campaign: "tries again after 15 minutes, then less and less often",
    Locked: "tries again each hour",
    QuotaUsed: "waits for the new day with new listings",
    RateLimited: "waits; every process slows down",
    ChannelUnavailable: "tries again",
    OutcomeUnknown: "looks what became of it before it sends again; repeats a read",
    TokenExpired: "renews the token and repeats the call once",
    AuthExpired: "pauses the shop until it is authorised again",
    ShopBlocked: "pauses the shop",
    Misconfigured: "stops the app's shops",
}


def told_as(row: Row) -> str:
    """The codes of a row as the channel writes them, and the words that have to be with them."""
    codes = ", ".join(f"`{code}`" if code != NO_CODE else "a text" for code in row.codes.split())
    return f"{codes} with `{row.words}`" if row.words else codes


def remedy_of(meaning: Meaning) -> tuple[str, ...]:
    """Who does what about it, in both languages."""
    who, _wrong, remedy = MEANINGS[meaning]
    if who is Who.NOBODY:
        return both(remedy)
    return tuple(f"{name}: {text}" for name, text in zip(both(ACTING[who]), both(remedy), strict=True))


def meaning_lines(channel: str) -> list[str]:
    """The error codes of a channel: one line for each class and meaning, in the order of the connector's table."""
    rows: dict[tuple[type[ChannelError], Meaning], list[str]] = {}
    for each in importlib.import_module(f"bridge.connectors.{channel}.errors").TABLE.rows:
        rows.setdefault((each.kind, each.meaning), []).append(told_as(each))
    lines = table("Code", "Meaning *and what to do*", "Arti *dan yang perlu dilakukan*", "The bridge")
    for (kind, meaning), codes in rows.items():
        sides = zip(both(MEANINGS[meaning][1]), remedy_of(meaning), strict=True)
        lines.append(row("; ".join(codes), *(f"{wrong} *{remedy}*" for wrong, remedy in sides), HERE[kind]))
    return lines


# --- pages ------------------------------------------------------------------------------------------------------------

PAGES = {
    COMMANDS: ("commands", command_lines),
    CODES: ("codes", code_lines),
    **{page: ("error codes", partial(meaning_lines, page.stem)) for page in CHANNELS},
}


def filled(page: Path) -> str:
    """The page with its table as it should be."""
    name, lines = PAGES[page]
    begin, end = f"<!-- begin: {name} -->\n", f"<!-- end: {name} -->\n"
    head, _, rest = page.read_text("utf-8").partition(begin)
    tail = rest.partition(end)[2]
    return head + begin + "\n" + "\n".join(lines()) + "\n\n" + end + tail


def main() -> None:
    """Brings the pages up to date."""
    for page in PAGES:
        page.write_text(filled(page), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
