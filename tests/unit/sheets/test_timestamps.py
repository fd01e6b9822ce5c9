"""Times of answers: one order of day and month for a column (rule book A11)."""

from datetime import datetime

import pytest

from bridge.sheets.text import Cell
from bridge.sheets.timestamps import read_stamps

at = datetime.fromisoformat  # cells have no zone
DAY, MONTH = at("2026-10-02 09:15:23"), at("2026-02-10 09:15:23")


@pytest.mark.parametrize(
    ("cells", "times", "assumed"),
    [
        (["02/10/2026 9:15:23", "13/10/2026 1:00:00"], [DAY, at("2026-10-13 01:00:00")], False),
        (["02/10/2026 9.15.23", "10/13/2026 1.00.00"], [MONTH, at("2026-10-13 01:00:00")], False),
        (
            ["13/10/2026 1:00:00", "10/13/2026 1:00:00", "02/10/2026 9:15:23"],
            [at("2026-10-13 01:00:00")] * 2 + [None],
            False,
        ),
        (["10/02/2026 9:15:23", "02/03/2026 9:15:23"], [MONTH, at("2026-03-02 09:15:23")], False),
        (["01/31/2026 9:15:23"], [at("2026-01-31 09:15:23")], False),
        (["05/01/2026 8:00:00", "03/04/2026 8:00:00", "01/06/2026 8:00:00", "02/02/2026 8:00:00"], None, True),
        (["2026/10/02 9:15:23 AM GMT+7"], [DAY], False),
        (["2026/10/02 9:15:23 PM GMT+7"], [at("2026-10-02 21:15:23")], False),
        (["2026-10-02 09:15:23"], [DAY], False),
        ([DAY, "kemarin", None, "", 46297.5], [DAY, None, None, None, at("2026-10-02 12:00:00")], False),
        (["32/13/2026 8:00:00", "02/10/2026 25:00:00"], [None, None], False),
    ],
)
def test_stamps(cells: list[Cell], times: list[datetime | None] | None, assumed: bool) -> None:
    stamps = read_stamps(cells)
    assert stamps.assumed is assumed
    if times is not None:
        assert list(stamps.times) == times
