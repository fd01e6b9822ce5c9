"""The sample against its truth file: the figures that a release promises."""

import pytest

from tests.unit.sheets.scorer import SAMPLES, report, score


@pytest.mark.parametrize("name", SAMPLES)
def test_sample_is_read_as_the_truth_says(name: str) -> None:
    result = score(*SAMPLES[name])
    assert (result.lost, result.invented) == ([], [])
    assert (result.wrong_prices, result.false_ok) == (0, 0), report(result)
    assert result.wrong == {}, report(result)
    assert "price_int              100.00%" in report(result)
