"""Two answers side by side: what counts as so many times as much."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from attain.model.result import Value
from attain.probes.answers import Cells
from attain.probes.compare import first_difference

TOTAL = (True, None)
JANUARY, FEBRUARY = (False, date(2026, 1, 1)), (False, date(2026, 2, 1))


@pytest.mark.parametrize(
    ("before", "after", "factor"),
    [
        (Decimal("0.1"), Decimal("0.7"), 7),
        (3, 21, 7),
        (1.1, 7.7, 7),
        (1 / 3, 2 / 3, 2),
        (None, None, 7),
        (0, 0, 7),
        ("won", "won", 7),
        (True, True, 7),
        (date(2026, 1, 1), date(2026, 1, 1), 2),
        (10, 5.0, Fraction(1, 2)),
        (0.1 + 0.2, 0.3, 1),
    ],
)
def test_as_it_should_be(before: Value, after: Value, factor: int | Fraction) -> None:
    assert first_difference({TOTAL: before}, {TOTAL: after}, Fraction(factor)) is None


@pytest.mark.parametrize(
    ("before", "after", "factor"),
    [
        (3, 20, 7),
        (3, None, 1),
        (None, 0, 7),
        (1000.0, 7000.1, 7),
        ("won", "lost", 1),
        (True, False, 7),
        (Decimal("0.01"), Decimal("0.08"), 7),
    ],
)
def test_as_it_should_not_be(before: Value, after: Value, factor: int) -> None:
    assert first_difference({TOTAL: before}, {TOTAL: after}, Fraction(factor)) is not None


def test_the_total_is_told_before_a_month() -> None:
    before: Cells = {JANUARY: 1, FEBRUARY: 2, TOTAL: 3}
    found = first_difference(before, {JANUARY: 7, FEBRUARY: 15, TOTAL: 22}, Fraction(7))
    assert found is not None and (found.where, found.expected, found.found) == ("in total", 21, 22)
    found = first_difference(before, {JANUARY: 7, FEBRUARY: 15, TOTAL: 21}, Fraction(7))
    assert found is not None and (found.where, found.expected, found.found) == ("in 2026-02", 14, 15)


def test_a_difference_of_large_figures_may_be_off_by_their_last_digits() -> None:
    """Between sums of a trillion 0.1 is within what floating sums lose; beside sums of a hundred it is not."""
    assert first_difference({TOTAL: 1e12, JANUARY: 0.0}, {TOTAL: 1e12, JANUARY: 0.1}, Fraction(1)) is None
    assert first_difference({TOTAL: 100.0, JANUARY: 0.0}, {TOTAL: 100.0, JANUARY: 0.1}, Fraction(1)) is not None


def test_months_that_only_one_answer_has_are_passed_over() -> None:
    assert first_difference({TOTAL: 1, JANUARY: 0}, {TOTAL: 2, FEBRUARY: 5}, Fraction(2)) is None
