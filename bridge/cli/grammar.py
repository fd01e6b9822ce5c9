"""How commands are declared and explained: typer with plain help in the user's language, and misuse said by class.

Help texts are marked with `N_` and translated when they are shown, so that importing a command costs nothing.
"""

from collections.abc import Callable, Iterable
from typing import Any

import typer
from typer._click.exceptions import UsageError
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from bridge.locale import N_, _

HELP_SHOWN = N_("Show this message and exit.")
LANG_ROW = ("--lang LANG", N_("Language of messages: id or en. May stand anywhere on the line."))


# The order in which a newcomer needs them; typer itself would list groups behind plain commands.
ORDER = (
    "init", "import", "merchant", "products", "categories", "channels", "shop", "plan", "apply", "sync", "orders", "stock", "why",
    "drift", "retry", "undo", "privacy", "status", "alerts", "serve", "doctor", "sandbox", "demo",
)  # fmt: skip


class TooMany(Exception):
    """More arguments than the command takes."""

    def __init__(self, context: Any, words: str) -> None:
        super().__init__(words)
        self.ctx, self.words = context, words


class NoCommand(Exception):
    """A word that is no command of its group; None: no word at all."""

    def __init__(self, context: Any, word: str | None, known: Iterable[str]) -> None:
        super().__init__(word or "")
        self.ctx, self.word, self.known = context, word, tuple(known)


class Command(TyperCommand):
    """One command."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Usage, what it does, arguments, options."""
        write_help(self, ctx, formatter)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """A plain UsageError of typer means words that are left over; its other misuses have classes of their own."""
        try:
            return super().parse_args(ctx, args)
        except UsageError as error:
            if type(error) is UsageError:
                raise TooMany(ctx, error.message.rpartition(" (")[2].rstrip(")")) from None
            error.ctx = error.ctx or ctx
            raise


class Group(TyperGroup):
    """A noun with its verbs, or the program itself."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Usage, what it is, options, commands."""
        write_help(self, ctx, formatter)
        names = sorted(self.commands, key=lambda name: ORDER.index(name) if ctx.parent is None else 0)
        rows = [(name, _(self.commands[name].help or "")) for name in names]
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, text.partition("\n")[0]) for name, text in rows])

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that the first word names."""
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            raise NoCommand(ctx, args[0], self.commands)
        return super().resolve_command(ctx, args)


def alone_group(verb: str) -> type[Group]:
    """A noun that means one of its verbs when it stands alone or before options only."""

    class AloneGroup(Group):
        """The same group otherwise."""

        def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
            """Puts the verb where none was named."""
            wants_help = args[:1] == ["--help"]
            named = bool(args) and not args[0].startswith("-")
            return super().parse_args(ctx, args if named or wants_help else [verb, *args])

    return AloneGroup


class App(typer.Typer):
    """A group whose commands speak our way. `alone`: the verb that is meant when none is named."""

    def __init__(self, text: str, alone: str | None = None, **more: Any) -> None:
        group = Group if alone is None else alone_group(alone)
        super().__init__(
            cls=group, help=text, no_args_is_help=True, add_completion=False, rich_markup_mode=None, **more
        )

    def verb(self, name: str, text: str, **more: Any) -> Callable[[Callable[..., int]], Callable[..., int]]:
        """Declares a command that gives an exit code."""
        return self.command(name, cls=Command, help=text, **more)


def write_help(command: Any, ctx: Any, formatter: Any) -> None:
    """The head of a help page and the tables of arguments and options."""
    formatter.write(f"{usage_line(command, ctx)}\n")
    if command.help:
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(_(command.help))
    shown = [param for param in command.get_params(ctx) if not getattr(param, "hidden", False)]
    arguments = [argument_row(param) for param in shown if isinstance(param, TyperArgument)]
    options = [option_row(param) for param in shown if isinstance(param, TyperOption)]
    if ctx.parent is None:  # taken before anything is parsed, so that help and misuse speak the language too
        options.insert(0, (LANG_ROW[0], _(LANG_ROW[1])))
    for title, rows in ((_("Arguments"), arguments), (_("Options"), options)):
        if rows:
            with formatter.section(title):
                formatter.write_dl(rows)


def usage_line(command: Any, ctx: Any) -> str:
    """`Usage: jembatan import [OPTIONS] FILE`."""
    pieces = [_("[OPTIONS]")]
    for param in command.params:
        if isinstance(param, TyperArgument):
            pieces.append(metavar(param) if param.required else f"[{metavar(param)}]")
    if isinstance(command, TyperGroup):
        pieces.append(_("COMMAND …"))
    return f"{_('Usage:')} {ctx.command_path} {' '.join(pieces)}"


def metavar(param: Any) -> str:
    """What stands for a value."""
    word = _(param.metavar) if param.metavar else param.name.upper()
    return f"{word} …" if param.nargs == -1 or getattr(param, "multiple", False) else word


def argument_row(param: Any) -> tuple[str, str]:
    """An argument with its explanation."""
    return metavar(param), _(param.help or "")


def option_row(param: Any) -> tuple[str, str]:
    """An option with its explanation."""
    names = ", ".join(sorted(param.opts, key=len))
    left = names if param.is_flag else f"{names} {metavar(param)}"
    extra = f" [{_('required')}]" if param.required else ""
    return left, f"{_(param.help or '')}{extra}"
