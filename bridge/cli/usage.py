"""What typer says when a command is misused, in the user's language: by the class of its exception, never by its words."""

from typing import Any

from typer._click import exceptions as wrong

from bridge.cli.grammar import NoCommand, TooMany, metavar
from bridge.locale import N_, _, fill

# What pydantic says about a value, as far as our commands and settings can make it say so.
VALUE_SENTENCES = (
    N_("Input should be a valid integer, unable to parse string as an integer"),
    N_("Input should be a valid number, unable to parse string as a number"),
    N_("Input should be a valid boolean, unable to interpret input"),
    N_("Input should be a valid string"),
    N_("Input should be greater than or equal to 0"),
    N_("Input should be greater than or equal to 1"),
    N_("Input should be less than or equal to 1"),
    N_("Input should be less than or equal to 64"),
    N_("Extra inputs are not permitted"),
    N_("Field required"),
)
# What an operating system says about a file.
FILE_SENTENCES = (
    N_("No such file or directory"),
    N_("Permission denied"),
    N_("Is a directory"),
    N_("Not a directory"),
    N_("Read-only file system"),
    N_("File name too long"),
    N_("File exists"),
)


def sentence_of(error: Exception) -> str:
    """One sentence that says what is wrong with the words on the command line."""
    if isinstance(error, NoCommand):
        return no_command(error)
    if isinstance(error, TooMany):
        return _("Too many words: {words}.").format(words=error.words)
    if isinstance(error, wrong.MissingParameter):
        return _("{name} is missing.").format(name=name_of(error.param))
    if isinstance(error, wrong.BadParameter):
        return bad_value(error)
    if isinstance(error, wrong.NoSuchOption):
        known = ", ".join(sorted(error.possibilities or ()))
        hint = _(" Perhaps: {known}.").format(known=known) if known else ""
        return _("There is no option {name}.").format(name=error.option_name) + hint
    if isinstance(error, wrong.BadOptionUsage):
        takes = _("The option {name} takes no value.") if is_flag(error) else _("The option {name} needs a value.")
        return takes.format(name=error.option_name)
    return _("The command is not complete.")


def is_flag(error: Any) -> bool:
    """Whether a wrongly used option is a plain switch."""
    params = error.ctx.command.params if error.ctx is not None else []
    return any(error.option_name in param.opts and getattr(param, "is_flag", False) for param in params)


def no_command(error: NoCommand) -> str:
    """The unknown word with those that are known."""
    known = ", ".join(error.known)
    return _("There is no command {word}. Known: {known}.").format(word=error.word, known=known)


def bad_value(error: Any) -> str:
    """A value that does not fit its option."""
    found = error.__cause__
    why = found.errors()[0]["msg"] if hasattr(found, "errors") else ""
    return fill(N_("The value of {name} cannot be used: {why}."), {"name": name_of(error.param), "why": why or "?"})


def name_of(param: Any) -> str:
    """An option by its long name, an argument by the word of the help page."""
    if param is None:
        return "?"
    return max(param.opts, key=len) if param.param_type_name == "option" else metavar(param)


def help_hint(error: Any) -> str:
    """Which help page to read."""
    ctx = getattr(error, "ctx", None)
    path = ctx.command_path if ctx is not None else "jembatan"
    return _("Help: {command}").format(command=f"{path} --help")
