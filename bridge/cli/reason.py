"""A reason code of a sheet in the user's words."""

from typing import TYPE_CHECKING, Any

from bridge.locale import _

if TYPE_CHECKING:
    from bridge.sheets.record import JudgedRow


def reason_words(reason: Any, row: "JudgedRow | None" = None) -> tuple[str, str]:
    """A reason code in the user's words: what is wrong, what to do."""
    from bridge.sheets.row_texts import texts_of

    message, fix = (_(text) for text in texts_of(reason, row))
    other = row.duplicate_of if row is not None and row.duplicate_of else "?"
    return message.format(other=other), fix.format(other=other)
