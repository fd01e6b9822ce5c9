"""The language that people are spoken to in: gettext catalogues beside this file. Codes and JSON keys are never translated.

Message ids are the English sentences, so English needs no catalogue. A process speaks one language at a time.
"""

import gettext
import re
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

FOLDER = Path(__file__).parent
DOMAIN = "jembatan"
LANGUAGES = ("id", "en")

_state: dict[str, gettext.NullTranslations | str] = {"lang": "en", "words": gettext.NullTranslations()}


def use(lang: str) -> None:
    """Speaks this language from now on."""
    words = gettext.NullTranslations()
    if lang != "en":
        words = gettext.translation(DOMAIN, FOLDER, [lang], fallback=True)
    _state.update(lang=lang, words=words)


def language() -> str:
    """The language in use: `id` or `en`."""
    return str(_state["lang"])


def _(text: str) -> str:
    """The sentence in the language in use."""
    words = _state["words"]
    assert isinstance(words, gettext.NullTranslations)
    return words.gettext(text) if text else ""


def N_(text: str) -> str:
    """Marks a sentence that is translated later, where it is shown."""
    return text


def fill(template: str, values: Mapping[str, object]) -> str:
    """A template of the engine, translated and filled. Values that are known sentences are translated too.

    Never raises: a template that does not fit its values is shown as it is. A value that ends with a full stop loses it where
    the template sets one of its own.
    """
    told = _(template)
    try:
        if not values:
            return told
        said = {key: spoken(value) for key, value in values.items()}
        return told.format(
            **{key: value if key not in stopped(told) else unstopped(value) for key, value in said.items()}
        )
    except (KeyError, IndexError, ValueError):
        return template


def stopped(template: str) -> set[str]:
    """The blanks that stand right before a full stop, or before a bracket or quotation mark with one."""
    return set(re.findall(r"\{(\w+)\}[)”]*\.", template))


def unstopped(value: object) -> object:
    """A text without its full stop; an ellipsis stays."""
    return value[:-1] if isinstance(value, str) and value.endswith(".") and not value.endswith("..") else value


def spoken(value: object) -> object:
    """A value as people read it: days in the language's own form, sentences translated, numbers left to the template."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value if isinstance(value, int | float) else _(str(value))
