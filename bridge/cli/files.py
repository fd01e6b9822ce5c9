"""What a person hands over on the command line: a file to read, a day to judge by."""

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bridge.errors import UserError


def read_file(file: Path) -> bytes:
    """The bytes of a file. Raises UserError that says what is wrong with it."""
    try:
        return file.read_bytes()
    except FileNotFoundError:
        raise UserError("There is no file {file}. Check the name and the folder.", file=file) from None
    except OSError as error:
        raise UserError("The file {file} cannot be read: {why}.", file=file, why=error.strerror or str(error)) from None


def day_of(text: str | None, zone: str) -> date:
    """The day that expiry dates are judged by; today by the office's clock unless it is told."""
    if text is None:
        return datetime.now(ZoneInfo(zone)).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UserError("{text} is no date. Write it like 2026-11-23.", text=text) from None
