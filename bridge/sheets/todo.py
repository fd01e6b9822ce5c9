"""What each owner still has to give: a message short enough for WhatsApp, and one workbook for the office."""

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from bridge.sheets.reasons import BLOCKING, Level, Reason, Verdict
from bridge.sheets.record import JudgedRow
from bridge.sheets.remedies import EXAMPLES
from bridge.sheets.report import HEAD_FILL, HEAD_FONT, WRAP, put

LONGEST_MESSAGE = 1000  # characters; a longer one is not read to its end
NAMED = 3  # products named for one thing

# Beside what stops a product: what only its owner knows. Everything else the office sees in the report.
_ASKED = frozenset(
    {
        Reason.STOCK_UNKNOWN,
        Reason.NIB_MISSING,
        Reason.NIB_BAD_LENGTH,
        Reason.NIB_BAD_CHARS,
        Reason.HALAL_MISSING,
        Reason.HALAL_BAD_FORMAT,
        Reason.PIRT_EXPIRING,
        Reason.PHONE_INVALID,
        Reason.PHONE_LANDLINE,
    }
)
_OFFICE = frozenset({Reason.DUPLICATE, Reason.DUPLICATE_CONFLICT, Reason.PHONE_MISSING})  # mended in the sheet itself
_REFUSED = Reason.CONSENT_REFUSED  # who said no is not asked again by a list
_FORBIDDEN = Reason.PROHIBITED  # nothing mends it, so nothing else is asked about the product


@dataclass(frozen=True, slots=True)
class Open:
    """One product with what is open about it."""

    product: str
    place: str
    reasons: tuple[Reason, ...]


@dataclass(slots=True)
class OwnerTodo:
    """One business with its open products."""

    business: str
    owner: str = ""
    phone: str = ""
    products: list[Open] = field(default_factory=list)

    def forbidden(self) -> list[str]:
        """Products that can never be listed, each once."""
        return list(dict.fromkeys(each.product for each in self.products if _FORBIDDEN in each.reasons))

    def by_reason(self) -> Mapping[Reason, list[str]]:
        """Products by what is missing, the things that stop them first. Forbidden ones miss nothing."""
        found: dict[Reason, list[str]] = {}
        for each in self.products:
            for reason in each.reasons:
                if reason is not _FORBIDDEN:
                    found.setdefault(reason, []).append(each.product)
        return dict(sorted(found.items(), key=lambda pair: (pair[0].level is not Level.ERROR, pair[0] not in BLOCKING)))


@dataclass(frozen=True, slots=True)
class TodoWords:
    """What the list says, in the user's language. `line` has {wrong}, {fix} and {products}; `more` and `others` a {number}.

    `refusal` opens a message about nothing but forbidden products; `forbidden` says it at the end of another one.
    """

    greeting: str
    refusal: str
    forbidden: str
    line: str
    example: str
    more: str
    others: str
    closing: str
    nameless: str
    sheets: tuple[str, str]
    products: Sequence[str]
    messages: Sequence[str]
    reason: Callable[[Reason], tuple[str, str]]


def asked(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Of the findings about a product those that its owner can mend."""
    found = tuple(reasons)
    if _FORBIDDEN in found:
        return () if _REFUSED in found else (_FORBIDDEN,)
    return tuple(
        reason
        for reason in (() if _REFUSED in found else found)
        if reason not in _OFFICE and (reason.level is Level.ERROR or reason in BLOCKING or reason in _ASKED)
    )


def todo_of(rows: Iterable[JudgedRow]) -> list[OwnerTodo]:
    """Businesses with something open, in the order of their names."""
    found: dict[str, OwnerTodo] = {}
    for row in rows:
        if not row.is_product or row.verdict is Verdict.SKIP or not row.merchant_key:
            continue
        wanted = asked(row.reasons)
        if wanted:
            todo = found.setdefault(row.merchant_key, OwnerTodo(row.business))
            todo.owner, todo.phone = todo.owner or row.owner, todo.phone or (row.phone_e164 or "")
            todo.products.append(Open(row.product, row.place, wanted))
    return sorted(found.values(), key=lambda todo: todo.business.casefold())


def message_of(todo: OwnerTodo, words: TodoWords) -> str:
    """The text for one owner; what does not fit is counted."""
    points = [_point(reason, products, words) for reason, products in todo.by_reason().items()]
    if not points:
        return _refusal(todo, words)
    lines = [words.greeting.format(name=todo.owner or todo.business, business=todo.business)]
    forbidden = [words.forbidden.format(products=_named(todo.forbidden(), words))] if todo.forbidden() else []
    room = LONGEST_MESSAGE - sum(map(len, (*lines, *forbidden, words.closing, words.others))) - 10
    for number, point in enumerate(points, start=1):
        text = f"{number}. {point}"
        room -= len(text) + 1
        if room < 0:
            lines.append(words.others.format(number=len(points) - number + 1))
            break
        lines.append(text)
    return "\n".join([*lines, *forbidden, words.closing])


def _refusal(todo: OwnerTodo, words: TodoWords) -> str:
    """Forbidden products alone: there is nothing to give and nothing to answer."""
    name, products = todo.owner or todo.business, _named(todo.forbidden(), words)
    return words.refusal.format(name=name, business=todo.business, products=products)


def _point(reason: Reason, products: Sequence[str], words: TodoWords) -> str:
    wrong, fix = words.reason(reason)
    example = "" if EXAMPLES[reason] in fix else words.example.format(example=EXAMPLES[reason])
    said = words.line.format(wrong=wrong, fix=fix, products=_named(products, words))
    return f"{said} {example}".strip()


def _named(products: Sequence[str], words: TodoWords) -> str:
    named = [product or words.nameless for product in dict.fromkeys(products)]
    more = words.more.format(number=len(named) - NAMED) if len(named) > NAMED else ""
    return ", ".join(named[:NAMED]) + more


def write_todo(todos: Sequence[OwnerTodo], words: TodoWords) -> bytes:
    """Two sheets: every open point of every product, and the messages to send."""
    points = [
        (todo.business, todo.owner, todo.phone, each.product or words.nameless, each.place, *_pair(reason, words))
        for todo in todos
        for each in todo.products
        for reason in each.reasons
    ]
    messages = [(todo.business, todo.owner, todo.phone, len(todo.products), message_of(todo, words)) for todo in todos]
    workbook = Workbook()
    for sheet in workbook.worksheets:
        workbook.remove(sheet)
    _sheet(workbook, words.sheets[0], words.products, (24, 24, 18, 32, 24, 44, 60), points)
    _sheet(workbook, words.sheets[1], words.messages, (24, 24, 18, 10, 100), messages)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def _pair(reason: Reason, words: TodoWords) -> tuple[str, str]:
    wrong, fix = words.reason(reason)
    return wrong, fix if EXAMPLES[reason] in fix else f"{fix} {words.example.format(example=EXAMPLES[reason])}"


def _sheet(
    workbook: Workbook, title: str, heads: Sequence[str], widths: Sequence[int], rows: Sequence[Sequence[str | int]]
) -> None:
    sheet = workbook.create_sheet(title)
    for column, (head, width) in enumerate(zip(heads, widths, strict=True), start=1):
        cell = sheet.cell(1, column)
        put(cell, head)
        cell.fill, cell.font, cell.alignment = HEAD_FILL, HEAD_FONT, WRAP
        sheet.column_dimensions[get_column_letter(column)].width = width
    for number, row in enumerate(rows, start=2):
        for column, value in enumerate(row, start=1):
            cell = sheet.cell(number, column)
            put(cell, value)
            cell.alignment = WRAP
        lines = max(
            sum(1 + len(line) // width for line in str(value).splitlines())
            for value, width in zip(row, widths, strict=True)
        )
        sheet.row_dimensions[number].height = 15 * min(max(lines, 1), 25)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(heads))}{max(len(rows) + 1, 2)}"
