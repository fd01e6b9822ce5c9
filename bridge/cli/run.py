"""The program's outermost loop: the language, the command, and what every error means for the person and for a script.

Exit codes are part of the contract: 0 fine, 1 bug, 2 usage or configuration, 3 some items rejected, 4 try later, 5 a person must
authorise, 6 stopped by a guard, 7 another run holds the lock.
"""

import errno
import os
import sys
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from typer._click.exceptions import NoArgsIsHelpError, UsageError

from bridge import locale
from bridge.cli.grammar import NoCommand, TooMany
from bridge.cli.speak import prepare_streams, warn
from bridge.connectors.meanings import Meaning
from bridge.errors import (
    AuthExpired,
    BridgeError,
    ChannelError,
    Misconfigured,
    Rejected,
    ShopBlocked,
    TryLater,
    UserError,
)

if TYPE_CHECKING:
    from typer._click.core import Command

FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command line and gives its exit code. Nothing but a bug in this function ever shows a traceback."""
    prepare_streams()
    locale.use("id")
    try:
        words, lang = take_language(sys.argv[1:] if arguments is None else arguments, os.environ)
        locale.use(lang)
        return invoke(words)
    except KeyboardInterrupt:
        warn("Stopped. Nothing is lost: run the same command again.")
        return 4
    except Exception as error:  # noqa: BLE001  the outermost loop: every error becomes a sentence and an exit code
        return ending(error)


def invoke(words: Sequence[str]) -> int:
    """Parses and runs; a command's own result is its exit code."""
    try:
        with command(locale.language()).make_context("jembatan", list(words)) as context:
            result = context.command.invoke(context)
    except typer.Exit as end:
        result = end.exit_code
    return result if isinstance(result, int) else 0


@cache
def command(_lang: str) -> "Command":
    """All commands with their help in a language. Building them takes longer than many a command."""
    from bridge.cli.app import app

    return typer.main.get_command(app)


def take_language(arguments: Sequence[str], environment: Mapping[str, str]) -> tuple[list[str], str]:
    """The words without `--lang`, wherever it stands, and the language: option, environment, settings file, Indonesian."""
    words, lang = [], None
    rest = iter(arguments)
    for word in rest:
        if word == "--":
            words += [word, *rest]
        elif word == "--lang":
            lang = next(rest, "")
        elif word.startswith("--lang="):
            lang = word.partition("=")[2]
        else:
            words.append(word)
    chosen = lang if lang is not None else environment.get("JEMBATAN_LANG") or language_of_home(environment)
    if chosen not in locale.LANGUAGES:
        raise UserError("There is no language {lang}. Choose id or en.", lang=chosen)
    return words, chosen


def home_of(environment: Mapping[str, str]) -> Path:
    """The home folder, found without loading all settings."""
    if environment.get("JEMBATAN_HOME"):
        return Path(environment["JEMBATAN_HOME"])
    import platformdirs

    return Path(platformdirs.user_data_dir("jembatan", appauthor=False))


def language_of_home(environment: Mapping[str, str]) -> str:
    """What the office's settings file says; a file that cannot be read is complained about later, by the settings."""
    try:
        text = (home_of(environment) / "config" / "bridge.toml").read_text(encoding="utf-8")
        return str(tomllib.loads(text).get("lang", "id"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return "id"


def ending(error: Exception) -> int:
    """Says what happened and gives the exit code."""
    if isinstance(error, NoArgsIsHelpError):
        typer.echo(error.message, err=True)
        return 2
    if isinstance(error, UsageError | NoCommand | TooMany):
        return misused(error)
    if isinstance(error, UserError):
        warn(error.template, **error.values)
        return error.exit_code
    if isinstance(error, ChannelError):
        return channel_failed(error)
    if isinstance(error, OSError):
        return file_failed(error)
    return crashed(error)


def misused(error: Exception) -> int:
    """The command line itself is wrong."""
    from bridge.cli.usage import help_hint, sentence_of

    typer.echo(sentence_of(error), err=True)
    typer.echo(help_hint(error), err=True)
    return 2


def channel_failed(error: ChannelError) -> int:
    """A marketplace said no outside a run, such as while a shop is connected."""
    templates: tuple[tuple[type[ChannelError], int, str], ...] = (
        (
            AuthExpired,
            5,
            locale.N_("The authorisation has ended ({why}). Connect the shop again with: jembatan shop connect"),
        ),
        (ShopBlocked, 5, locale.N_("The channel has closed or banned the shop ({why}). Open the seller centre.")),
        (
            Misconfigured,
            2,
            locale.N_("The app key, signature or address is wrong ({why}). Correct it with: jembatan shop connect"),
        ),
        (Rejected, 3, locale.N_("The channel refused this ({why}). Correct it and run the command again.")),
        (
            ChannelError,
            4,
            locale.N_("The channel cannot be reached or asks to wait ({why}). Run the command again later."),
        ),
    )
    if error.meaning == Meaning.CLOCK:
        warn(
            "The clock of this computer is wrong, and the marketplace refuses every call. Set it, then run the command again."
        )
        return 2
    code, template = next((code, text) for kind, code, text in templates if isinstance(error, kind))
    warn(template, why=error)
    return code


def file_failed(error: OSError) -> int:
    """A disk, a folder or a pipe."""
    if isinstance(error, BrokenPipeError):  # the reader went away, as `head` does
        devnull = os.open(os.devnull, os.O_WRONLY)
        os.dup2(devnull, sys.stdout.fileno())
        return 0
    if error.errno in FULL:
        return ending(
            TryLater("The disk is full. Nothing half done is left: free some space, then run the command again.")
        )
    warn("{file}: {why}.", file=error.filename or "?", why=error.strerror or str(error))
    return 2


def crashed(error: Exception) -> int:
    """An error of the program itself: one sentence here, its text in the log."""
    from bridge.cli.log import log_crash

    known: dict[str, Any] = {"kind": "bridge"} if isinstance(error, BridgeError) else {}
    path = log_crash(home_of(os.environ), error, **known)
    warn(
        "An error in the program itself ({kind}). Its text is in {file}; please report it.",
        kind=type(error).__name__,
        file=path,
    )
    return 1
