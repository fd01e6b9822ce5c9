"""What a channel's refusal means, said in the user's language: the sentence, who does what, and the channel's own words."""

from bridge.cli.speak import quoted
from bridge.connectors.meanings import TEMPLATES, TEXTS, Meaning, Who, read_meaning
from bridge.locale import _


def refusal(meaning: str | None, words: str) -> str:
    """All of it in a row, for a line of its own."""
    return " ".join((meaning_words(meaning), who_acts(meaning), bracketed(words))).strip()


def reason(meaning: str | None, words: str) -> str:
    """What is wrong, for a column beside that of `who_acts`."""
    return " ".join((meaning_words(meaning), bracketed(words))).strip()


def meaning_words(meaning: str | None) -> str:
    """What is wrong."""
    return _(TEMPLATES[known(meaning)][1])


def who_acts(meaning: str | None) -> str:
    """What to do, after the name of those who do it."""
    who, _said, remedy = TEMPLATES[known(meaning)]
    return _(remedy) if who is Who.NOBODY else f"{_(TEXTS[who])}: {_(remedy)}"


def known(meaning: str | None) -> Meaning:
    """The meaning of that name, or that there is none."""
    return read_meaning(meaning) or Meaning.UNKNOWN


def bracketed(words: str) -> str:
    """The channel's own words."""
    return f"({quoted(words)})" if words.strip() else ""
