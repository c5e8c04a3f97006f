"""Elapsed time beside so much an hour; the reference interpreter infers no units, so the arithmetic stands here."""

from __future__ import annotations

from pathlib import Path

import pytest

import attain

DEFINITIONS = """
version: 1
currency: USD
tables:
  shifts:
    file: shifts.csv
    key: shift_id
    fields:
      pay: {unit: money/hour}
      worked: {expr: ended - began, unit: days}
metrics:
  earned: {expr: sum(shifts.worked * shifts.pay), unit: money}
  a_day: {expr: sum(shifts.pay) * 8 hours, unit: money}
  three_hours: {expr: 180 minutes * sum(shifts.pay), unit: money}
  rate: {expr: earned / 2 hours, unit: money/day}
  share: {expr: sum(shifts.worked) / 12 hours, unit: ratio}
"""
#: 8 hours at 7, 66 hours at 11, 26 hours at 13.
SHIFTS = """shift_id,pay,began,ended
1,7,2026-01-05 09:00:00,2026-01-05 17:00:00
2,11,2026-01-09 16:00:00,2026-01-12 10:00:00
3,13,2026-02-02 10:00:00,2026-02-03 12:00:00
"""


@pytest.mark.parametrize(
    ("metric", "value"),
    [
        ("earned", 8 * 7 + 66 * 11 + 26 * 13),
        ("a_day", 31 * 8),
        ("three_hours", 31 * 3),
        ("rate", 1120 / (2 / 24)),
        ("share", 100 / 12),
    ],
)
def test_elapsed_time_is_counted_in_the_unit_that_it_meets(tmp_path: Path, metric: str, value: float) -> None:
    (tmp_path / "metrics.yaml").write_text(DEFINITIONS)
    (tmp_path / "shifts.csv").write_text(SHIFTS)
    with attain.load(tmp_path / "metrics.yaml") as catalog:
        assert catalog.run(metric).rows == [(pytest.approx(value),)]
