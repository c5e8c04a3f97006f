"""What figures are judged to be."""

from __future__ import annotations

from fractions import Fraction

import pytest

from attain.model.scorecard import Verdict
from attain.model.target import Band
from attain.scorecard.bands import judge

from .lines import line, three_bands


def level(attained: str, **said: object) -> tuple[str, int] | None:
    """The band of an attainment, and how good it is."""
    verdict = judge(line(**said), Fraction(attained), 0, 1, running=False)  # type: ignore[arg-type]
    return (verdict.band, verdict.level) if verdict is not None else None


@pytest.mark.parametrize(
    ("attained", "band"),
    [("0.7999", ("off track", 0)), ("0.8", ("at risk", 1)), ("0.9499", ("at risk", 1)), ("0.95", ("on track", 2)),
     ("3", ("on track", 2)), ("-1", ("off track", 0))],
)  # fmt: skip
def test_a_band_holds_its_lower_bound(attained: str, band: tuple[str, int]) -> None:
    """off track: below 80%, at risk: below 95%, on track: above."""
    assert level(attained, bands=three_bands()) == band


def test_where_less_is_better_the_lowest_band_is_the_best() -> None:
    """on track: below 80%, at risk: below 95%, off track: above."""
    bands = three_bands(down=True)
    assert level("0.5", bands=bands, good="down") == ("on track", 2)
    assert level("1.2", bands=bands, good="down") == ("off track", 0)


def test_bands_of_values_judge_the_value() -> None:
    """20% of a win rate is fine from 20% on, whatever share of the target it is."""
    bands = (Band("low", None, Fraction(20, 100), 0), Band("fine", Fraction(20, 100), None, 1))
    said = line(bands=bands, judged="value")
    assert judge(said, Fraction(1, 2), 0.2, 0.4, running=False) == Verdict("fine", 2)
    assert judge(said, Fraction(2), 0.1999, 0.1, running=False) == Verdict("low", 0)
    assert judge(said, None, None, 0.4, running=False) is None


@pytest.mark.parametrize(
    ("value", "band"), [(2.999, "below the range"), (3, "in range"), (4.999, "in range"), (5, "above the range")]
)
def test_a_range_holds_its_lower_end_and_not_its_upper_one(value: float, band: str) -> None:
    """between: [3, 5]"""
    verdict = judge(line(between=(3, 5)), None, value, None, running=False)
    assert verdict == Verdict(band, 2 if band == "in range" else 0)


@pytest.mark.parametrize(
    ("attained", "good", "running", "words"),
    [("1", "up", False, "reached"), ("0.999", "up", False, "missed"), ("1", "down", False, "reached"),
     ("1.001", "down", False, "missed"), ("1.2", "up", True, "on pace"), ("1.2", "down", True, "off pace")],
)  # fmt: skip
def test_without_bands_a_target_is_reached_or_not(attained: str, good: str, running: bool, words: str) -> None:
    """Of costs a target is kept to."""
    apart = Fraction(attained) - 1
    verdict = judge(line(good=good), Fraction(attained), 0, 1, apart=apart, running=running)
    assert verdict is not None and verdict.band == words


def test_nothing_is_judged_without_a_figure_or_a_target() -> None:
    """No attainment; or no target at all."""
    from dataclasses import replace

    assert judge(line(bands=three_bands()), None, 3, 1, running=False) is None
    assert judge(replace(line(), terms=None), Fraction(1), 3, 1, running=False) is None


def test_a_slice_without_a_target_is_not_judged() -> None:
    """A value that holds for the whole says nothing of a region, nor does a range without its dimension."""
    from dataclasses import replace

    bands = (Band("low", None, Fraction(20, 100), 0), Band("fine", Fraction(20, 100), None, 1))
    assert judge(line(bands=bands, judged="value"), None, 0.5, None, total=False, running=False) is None
    whole = replace(line(between=(3, 5)), slices=False)
    assert judge(whole, None, 4, None, total=True, running=False) == Verdict("in range", 2)
    assert judge(whole, None, 4, None, total=False, running=False) is None


def test_of_a_ratio_no_pace_is_said() -> None:
    """While the period runs, a ratio is on its target or off it."""
    words = [judge(line("value"), None, 0, 1, apart=Fraction(a), running=True) for a in ("-0.01", "0")]
    assert words == [Verdict("off target", 0), Verdict("on target", 2)]
