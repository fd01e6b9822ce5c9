"""Every sentence of the program is translated, with the same blanks to fill in, and the compiled catalogue is the written one."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from bridge import locale
from bridge.engine import fetching
from bridge.locale import build, fill
from bridge.mapping import problems
from bridge.sheets.reason_texts import TEXTS
from bridge.sheets.reasons import Reason

CHANGES = {"shop": "Toko Uji", "steps": 3, "parked": 1}
LANGUAGES = [lang for lang in locale.LANGUAGES if lang != "en"]  # the sentences themselves are English


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    locale.use("en")


@cache
def collected() -> dict[str, set[str]]:
    return build.collect()


def translations(lang: str) -> dict[str, str]:
    return {str(each.id): str(each.string) for each in build.read_catalogue(lang) if each.id}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_sentence_is_translated(lang: str) -> None:
    found, known = set(collected()), translations(lang)
    missing = sorted(text for text in found if not known.get(text, "").strip())
    assert not missing, "run: python -m bridge.locale.build, then fill in the empty ones"
    assert set(known) == found, "run: python -m bridge.locale.build"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_translations_have_the_same_blanks(lang: str) -> None:
    wrong = {
        text: told for text, told in translations(lang).items() if build.placeholders(text) != build.placeholders(told)
    }
    assert not wrong
    spaced = {text: told for text, told in translations(lang).items() if text[:1].isspace() != told[:1].isspace()}
    assert not spaced


@pytest.mark.parametrize("lang", LANGUAGES)
def test_sentences_are_not_left_in_english(lang: str) -> None:
    same = {
        text for text, told in translations(lang).items() if text == told and len(text.split()) > 3 and "{" not in text
    }
    assert not same


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_compiled_catalogue_is_the_written_one(lang: str) -> None:
    compiled = build.po_file(lang).with_suffix(".mo").read_bytes()
    assert compiled == build.compile_catalogue(build.read_catalogue(lang)), "run: python -m bridge.locale.build"


def test_all_tables_of_sentences_are_collected() -> None:
    found = collected()
    tables = [*TEXTS.values(), *problems.TEMPLATES.values(), *problems.BLOCKERS.values(), *fetching.TEMPLATES.values()]
    assert {text for pair in tables for text in pair} <= set(found)
    assert set(TEXTS) == set(Reason)


def test_raised_sentences_are_literals_that_can_be_collected() -> None:
    """An f-string or a sum in the first place of a UserError could never be translated."""
    hidden = []
    for path in build.PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in build.RAISING:
                first = node.args[0]
                if not isinstance(first, ast.Constant) and not (isinstance(first, ast.Name) and first.id == "template"):
                    hidden.append(f"{path}:{node.lineno}")
    assert not hidden


def test_a_sentence_speaks_the_language_in_use() -> None:
    locale.use("id")
    assert locale.language() == "id"
    assert fill("{shop}: {steps} changes, {parked} held back.", CHANGES) == "Toko Uji: 3 perubahan, 1 ditahan."
    assert fill("{file}: {why}.", {"file": "a", "why": "Permission denied"}) == "a: tidak ada izin akses."
    locale.use("en")
    assert fill("{shop}: {steps} changes, {parked} held back.", CHANGES) == "Toko Uji: 3 changes, 1 held back."


def test_a_template_that_does_not_fit_is_shown_as_it_is() -> None:
    assert fill("{shop} and {more}", {"shop": "x"}) == "{shop} and {more}"
    assert fill("100 % {", {}) == "100 % {"
    assert locale._("") == ""


def test_a_language_without_a_catalogue_falls_back_to_english() -> None:
    locale.use("fr")
    assert fill("Nothing to do.", {}) == "Nothing to do."


def test_building_again_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = build.po_file("id").read_text(encoding="utf-8")
    target = tmp_path / "id" / "LC_MESSAGES" / "jembatan.po"
    target.parent.mkdir(parents=True)
    target.write_text(before, encoding="utf-8")
    monkeypatch.setattr(build, "FOLDER", tmp_path)
    assert build.main() in (0, 1), "1: somebody has just added a sentence, which another test says"
    told = {str(each.id): str(each.string) for each in build.read_catalogue("id") if each.id}
    assert target.with_suffix(".mo").is_file()
    assert told["Nothing to do."] == "Tidak perlu melakukan apa-apa."
    assert target.read_text(encoding="utf-8").count("msgid") >= len(told)


def test_a_new_sentence_is_added_empty_and_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(build, "FOLDER", tmp_path)
    monkeypatch.setattr(build, "collect", lambda: {"Hello {name}.": {"bridge/x.py"}})
    assert build.main() == 1
    assert "1 sentences without a translation" in capsys.readouterr().out
    assert 'msgid "Hello {name}."' in build.po_file("id").read_text(encoding="utf-8")
