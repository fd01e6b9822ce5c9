"""When something of every day was due last, by the office's clock."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bridge.planning.clock import last_due


@pytest.mark.parametrize(
    ("at", "zone", "now", "due"),
    [
        ("23:15", "Asia/Jakarta", (26, 16, 15), (26, 16, 15)),
        ("23:15", "Asia/Jakarta", (26, 16, 14), (25, 16, 15)),
        ("17:00", "Asia/Jayapura", (26, 3, 0), (25, 8, 0)),
        ("00:00", "Asia/Jakarta", (25, 17, 30), (25, 17, 0)),
        ("06:30", "Asia/Makassar", (25, 22, 30), (25, 22, 30)),
    ],
)
def test_the_last_time_that_the_clock_showed_it(
    at: str, zone: str, now: tuple[int, int, int], due: tuple[int, int, int]
) -> None:
    moment = datetime(2026, 11, now[0], now[1], now[2], tzinfo=UTC)
    assert last_due(at, ZoneInfo(zone), moment) == datetime(2026, 11, due[0], due[1], due[2], tzinfo=UTC)
