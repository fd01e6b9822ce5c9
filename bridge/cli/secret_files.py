"""Secrets come from the environment or from a file that nobody else may read, never from the command line.

Windows guards files in another way, which is not looked at; that is said each time.
"""

import os
from pathlib import Path

from bridge.cli.files import read_file
from bridge.cli.speak import warn
from bridge.errors import UserError
from bridge.locale import _

APP_KEY = "JEMBATAN_APP_KEY"
SHOP_TOKEN = "JEMBATAN_SHOP_TOKEN"  # noqa: S105  a name


def app_key(file: Path | None) -> str | None:
    """The secret key of an app, from the file or the environment; None where neither has one."""
    return secret_of(file, APP_KEY, _("the app's secret key"))


def shop_token(file: Path | None) -> str | None:
    """The token of a shop, from the file or the environment."""
    return secret_of(file, SHOP_TOKEN, _("the shop's token"))


def secret_of(file: Path | None, variable: str, what: str) -> str | None:
    """One word. Raises UserError for more than one, for none, and for a file that others can read."""
    if file is None and not os.environ.get(variable):
        return None
    text = read_private(file) if file is not None else os.environ[variable].strip()
    if text and not any(letter.isspace() for letter in text):
        return text
    if file is None:
        raise UserError("The variable {variable} must hold {what} and nothing else.", variable=variable, what=what)
    raise UserError("The file {file} must hold {what} and nothing else.", file=file, what=what)


def read_private(file: Path) -> str:
    """The text of a file that only its owner may read."""
    from bridge.store import crypto

    data = read_file(file)
    crypto.refuse_shared(file)
    if not crypto.GUARDED:
        warn("On this system it is not checked who can read the file {file}. Let nobody else do so.", file=file)
    return data.decode("utf-8", errors="replace").strip()
