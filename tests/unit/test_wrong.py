"""What is wrong with an edited file is said in sentences of our own, so that they can be translated."""

from pathlib import Path

import pytest

from bridge.cli.speak import sentence
from bridge.errors import UserError
from bridge.locale import use
from bridge.settings import load_config, load_settings


def said(error: UserError) -> tuple[str, str]:
    """In English and in Bahasa Indonesia."""
    use("id")
    indonesian = sentence(error.template, error.values)
    use("en")
    return sentence(error.template, error.values), indonesian


@pytest.mark.parametrize(
    ("given", "english", "indonesian"),
    [
        ({"guard_share": 3}, "it may be 1.0 at most", "paling banyak 1.0"),
        ({"guard_minimum": 0}, "it has to be at least 1", "paling sedikit 1"),
        ({"sync_budget_s": "sebentar"}, "a whole number", "bilangan bulat"),
        ({"halal_blocks": "entah"}, "true or false", "true atau false"),
        ({"bufer": 1}, "there is no such name", "nama itu tidak dikenal"),
    ],
)
def test_a_wrong_setting(given: dict[str, object], english: str, indonesian: str, tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        load_settings(home=tmp_path, **given)
    in_english, in_indonesian = said(caught.value)
    assert english in in_english
    assert next(iter(given)) in in_english
    assert indonesian in in_indonesian


@pytest.mark.parametrize(
    ("content", "english", "indonesian"),
    [
        (b"a = 1\nb = 'x' 'y'\n", "line 2", "baris 2"),
        (b"a = ", "missing at the end", "kurang di bagian akhir"),
        (b'a = "\xff"\n', "UTF-8", "UTF-8"),
    ],
)
def test_a_file_that_is_no_toml(content: bytes, english: str, indonesian: str, tmp_path: Path) -> None:
    (tmp_path / "config" / "mapping").mkdir(parents=True)
    (tmp_path / "config" / "mapping" / "shopee.toml").write_bytes(content)
    with pytest.raises(UserError) as caught:
        load_config("mapping/shopee.toml", tmp_path)
    in_english, in_indonesian = said(caught.value)
    assert english in in_english
    assert "shopee.toml" in in_english
    assert indonesian in in_indonesian
