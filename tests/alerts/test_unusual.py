"""How unusual a value is: the arithmetic by hand, and what it must not be moved by."""

from __future__ import annotations

import math

import pytest

from attain.unusual import judge

#: Weeks of a region: the levels from the fifth on are 202.5, 200, 200, 200, 200, 202.5, 197.5, 200, so that the weeks
#: lie -7.5, 0, 10, -10, 5, -7.5, 2.5, 10 above them: 1.25 at the median, from which they are 8.75 off at the median.
WEEKS = [200.0, 210, 190, 205, 195, 200, 210, 190, 205, 195, 200, 210]
#: Four years of quarters, each 10, 20, 30, 40: the level is always 25, what lies above it -15, -5, 5, 15.
QUARTERS = [10.0, 20, 30, 40] * 4


def test_without_a_season() -> None:
    found = judge(WEEKS, 150, "week")
    assert found is not None
    assert (found.expected, found.season, found.residuals) == (201.25, 0, 8)  # 200, and 1.25
    assert found.usual == pytest.approx(1.4826 * 8.75)
    assert found.score == pytest.approx((150 - 201.25) / (1.4826 * 8.75))  # -3.95


def test_a_season_that_always_comes_is_expected_exactly() -> None:
    found = judge(QUARTERS, 10, "quarter")
    assert found is not None
    # quarters 5, 9 and 13 have a level before them, and so have 12 quarters in all
    assert (found.expected, found.usual, found.season, found.same, found.residuals) == (10, 0, 4, 3, 12)
    assert found.score == 0


def test_where_nothing_was_ever_off_any_other_value_is_unusual() -> None:
    found = judge(QUARTERS, 12, "quarter")
    assert found is not None and found.score == math.inf
    found = judge(QUARTERS, 9, "quarter")
    assert found is not None and found.score == -math.inf


def test_the_season_counts_not_the_level() -> None:
    """25 is the middle of every year, and no first quarter."""
    noisy = [value + noise for value, noise in zip(QUARTERS, [0, 1, -1, 0, 1, 0, -1, 1] * 2, strict=True)]
    first, last = judge(noisy, 25, "quarter"), judge([*noisy[1:], 10], 25, "quarter")
    assert first is not None and first.score > 3.5  # a first quarter comes: some 10
    assert last is not None and abs(last.expected - 20) < 2  # then a second one


def test_one_wild_quarter_moves_nothing() -> None:
    """1,000 in place of 20 in the second year: the others of its season are two, so their median is as it was."""
    wild = [*QUARTERS[:5], 1000, *QUARTERS[6:]]
    found = judge(wild, 10, "quarter")
    assert found is not None
    # the level of the third first quarter is 35 (of 10, 1000, 30, 40), so it lies 25 below; -15 is the median of three
    assert found.expected == 10
    # the others let expect 5 more (6 times), 10 less (3), and are off by 985, 500, 485 in the season of the wild one
    assert found.usual == pytest.approx(1.4826 * 7.5)
    beside = judge(wild, 100, "quarter")
    assert beside is not None and beside.score == pytest.approx(90 / (1.4826 * 7.5))


@pytest.mark.parametrize("grain", ["week", "quarter", "year", "season_of_the_shop"])
def test_a_short_history_says_nothing(grain: str) -> None:
    assert judge(WEEKS[:11], 150, grain) is None
    assert judge(WEEKS, 150, grain) is not None


def test_months_need_the_season_twice() -> None:
    """Of 24 months no March has two others with a level; of 36 it has."""
    year = [float(value) for value in (10, 12, 30, 11, 13, 12, 11, 12, 13, 12, 11, 40)]
    two, three = judge(year * 2, 10, "month"), judge(year * 3, 10, "month")
    assert two is not None and two.season == 0
    assert three is not None and (three.season, three.same) == (12, 2)


def test_missing_values_are_passed_over() -> None:
    """A ratio of nothing has no value: it is no zero, and the others keep their places in the season."""
    gaps: list[float | None] = [*QUARTERS]
    gaps[9] = None
    found = judge(gaps, 10, "quarter")
    assert found is not None
    assert (found.expected, found.season, found.residuals) == (10, 4, 11)
    assert judge([None] * 40, 10, "quarter") is None
