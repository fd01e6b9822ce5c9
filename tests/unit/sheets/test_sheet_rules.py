"""The editable tables: shape, and messages for those who edit them."""

import tomllib
from typing import Any

import pytest

from bridge.errors import UserError
from bridge.sheets import parse_import_rules
from bridge.sheets.text import words
from tests.unit.sheets.helpers import RULES
from tests.unit.sheets.scorer import ROOT


def tables() -> dict[str, dict[str, Any]]:
    return {path.stem: tomllib.loads(path.read_text("utf-8")) for path in (ROOT / "config" / "import").glob("*.toml")}


def test_missing_file_is_named() -> None:
    rest = tables()
    del rest["units"]
    with pytest.raises(UserError, match=r"import/units\.toml is missing"):
        parse_import_rules(rest)


def test_wrong_entry_is_named() -> None:
    changed = tables()
    changed["words"]["price"]["smallest"] = "seratus"
    with pytest.raises(UserError, match=r"import/words\.toml the entry price\.smallest is wrong"):
        parse_import_rules(changed)


def test_office_may_add_a_heading() -> None:
    changed = tables()
    changed["headers"]["fields"]["price"].append("banderol")
    assert "banderol" in parse_import_rules(changed).headers.fields["price"]


def test_headings_are_folded_and_say_one_thing() -> None:
    spellings = [word for known in RULES.headers.fields.values() for word in known]
    assert [word for word in spellings if words(word) != word] == []
    assert len(spellings) == len(set(spellings))
    assert not set(spellings) & set(RULES.headers.limits.nothing)


def test_every_file_tells_origin_and_date() -> None:
    for path in (ROOT / "config" / "import").glob("*.toml"):
        head = path.read_text("utf-8").split("\n[", 1)[0]
        assert "Origin:" in head, path.name
        assert "Date:" in head, path.name
