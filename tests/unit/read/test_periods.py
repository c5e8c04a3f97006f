"""Keys of periods."""

from __future__ import annotations

from datetime import date

import pytest

from attain.read.periods import PeriodKey, read_period


@pytest.mark.parametrize(
    ("text", "kind", "day"),
    [
        ("2026", "year", date(2026, 1, 1)),
        ("2026-Q1", "quarter", date(2026, 1, 1)),
        ("2026-q4", "quarter", date(2026, 10, 1)),
        ("2026-12", "month", date(2026, 12, 1)),
        ("2026-02-28", "day", date(2026, 2, 28)),
        ("2026-W05", "week", date(2026, 1, 29)),  # Monday 26 January to Sunday 1 February: its Thursday
        ("2026-W53", "week", date(2026, 12, 31)),  # 2026 begins and ends on a Thursday, so it has 53 weeks
        ("2025-W01", "week", date(2025, 1, 2)),
    ],
)
def test_a_key_is_a_kind_and_a_day(text: str, kind: str, day: date) -> None:
    assert read_period(text) == PeriodKey(kind, day)


@pytest.mark.parametrize("text", ["2026-01-31T10", "2026-01-31 10:00", "2026-01-31T10:00:00"])
def test_an_hour_is_written_in_several_ways(text: str) -> None:
    assert read_period(text) == PeriodKey("hour", date(2026, 1, 31), 10)


@pytest.mark.parametrize(
    "text",
    ["", "26", "2026-13", "2026-00", "2026-Q5", "2026-W54", "2025-W53", "2026-02-30", "2026-1", "January 2026",
     "2026-01-31T24", "2026-01-31T10:30", "2026-01T10", "0000"],
)  # fmt: skip
def test_anything_else_is_no_key(text: str) -> None:
    assert read_period(text) is None
