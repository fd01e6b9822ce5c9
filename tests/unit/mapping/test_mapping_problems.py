"""Every problem has a sentence and a remedy that can be filled, and says where."""

import string

import pytest
from mapping_samples import codes, mapped, product

from bridge.mapping.problems import BLOCKERS, TEMPLATES, MappingCode, blocker, problem


def names(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@pytest.mark.parametrize("code", list(MappingCode))
def test_every_code_has_a_sentence_and_a_remedy(code: MappingCode) -> None:
    message, fix = TEMPLATES[code]
    assert message.endswith(".")
    assert fix.endswith(".")
    assert code.value.startswith("M_")
    values = dict.fromkeys(names(message) | names(fix), "x")
    assert problem(code, "place", **values).text()


def test_values_become_text() -> None:
    found = problem(MappingCode.PRICE_MISSING, "KRP-1", sku=17)
    assert found.values == {"sku": "17"}
    assert found.place == "KRP-1"


@pytest.mark.parametrize("reason", [*BLOCKERS, "E_SOMETHING_NEW"])
def test_every_blocker_is_named(reason: str) -> None:
    found = blocker(reason, "KRP")
    assert found.code == "M_BLOCKED"
    assert reason in found.text()


def test_each_blocker_of_a_product_becomes_a_problem_of_its_own() -> None:
    result = mapped(product(blockers=("W_IMAGE_MISSING", "W_PIRT_EXPIRED")))
    assert codes(result) == ["M_BLOCKED", "M_BLOCKED"]
    assert [each.values["reason"] for each in result] == ["W_IMAGE_MISSING", "W_PIRT_EXPIRED"]  # type: ignore[union-attr]
