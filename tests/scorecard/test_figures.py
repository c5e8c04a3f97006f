"""What a card says beyond its facts. The arithmetic stands beside each figure."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from attain.model.scorecard import Card, Stretch, Verdict
from attain.scorecard.exact import difference, exact
from attain.scorecard.figures import Facts, card_of, change

from .lines import line, stretch, three_bands


def card(facts: Facts, *, on: str = "2026-06-12", days_left: int | None = 10, **said: object) -> Card:
    """A card of June, seen on a day of it."""
    return card_of(line(**said), stretch(on), facts, (), True, days_left)  # type: ignore[arg-type]


RUNNING = Facts(Decimal(30), Decimal(24), Decimal(40), Decimal(100), Decimal(40))


def test_pace_is_what_is_reached_of_what_should_be() -> None:
    """30 of the 40 that should have been reached by the 12th: three quarters."""
    assert card(RUNNING).pace == 0.75


def test_projection_goes_by_the_spread_of_the_target() -> None:
    """40 of 100 are due by the 12th, so two fifths of the period have gone by: 30 / 0.4. By the days alone (12 of 30,
    the same two fifths) another target would not matter; with half of it due, it ends at 30 / 0.5."""
    assert card(RUNNING).projection == 75
    half = Facts(Decimal(30), target=Decimal(100), expected=Decimal(50))
    assert card(half).projection == 60


def test_projection_without_a_target_goes_by_calendar_days() -> None:
    """On the 12th of 30 days, that day included: 30 * 30 / 12."""
    found = card(Facts(Decimal(30)))
    assert (found.projection, found.pace, found.gap) == (75, None, None)


def test_gap_and_what_is_needed() -> None:
    """70 are missing, and 10 working days are left: 7 a day."""
    found = card(RUNNING)
    assert (found.gap, found.needed) == (-70, 7)


@pytest.mark.parametrize(
    ("actual", "days_left"), [(Decimal(100), 10), (Decimal(120), 10), (Decimal(30), 0), (Decimal(30), None)]
)
def test_nothing_is_needed(actual: Decimal, days_left: int | None) -> None:
    """The target is reached, or no working day is left, or nobody knows how many."""
    assert card(Facts(actual, target=Decimal(100), expected=Decimal(40)), days_left=days_left).needed is None


def test_nothing_due_yet_gives_no_pace() -> None:
    """Working days only, and the month began on a weekend: nothing by zero."""
    found = card(Facts(Decimal(30), target=Decimal(100), expected=Decimal(0)))
    assert (found.pace, found.projection, found.pace_verdict) == (None, None, None)


def test_the_pace_of_a_ratio_is_the_ratio() -> None:
    """A win rate of 30% against 40%: pace 75%, and it is not projected to be anything else."""
    found = card(Facts(0.3, 0.25, None, 0.4), method="value")
    assert (found.expected, found.pace, found.projection, found.needed) == (0.4, 0.75, 0.3, None)


def test_a_period_that_is_over_has_a_band_and_no_pace() -> None:
    """On its last day a period is over: 96 of 100 is on track, at 95% and above."""
    facts = Facts(Decimal(96), target=Decimal(100), expected=Decimal(100))
    found = card(facts, on="2026-06-30", bands=three_bands())
    assert found.verdict == Verdict("on track", 2)
    assert (found.pace, found.projection, found.pace_verdict, found.needed, found.gap) == (None, None, None, None, -4)


def test_while_a_period_runs_its_pace_is_judged() -> None:
    """30 of 100 would be off track; 30 of the 31.25 that are due are 96%, on track."""
    found = card(Facts(Decimal(30), target=Decimal(100), expected=Decimal("31.25")), bands=three_bands())
    assert (found.verdict, found.pace_verdict) == (None, Verdict("on track", 2))


def test_a_period_that_has_not_begun_says_nothing_but_its_target() -> None:
    """The last day of May."""
    found = card(Facts(Decimal(0), Decimal(0), Decimal(3), Decimal(100)), on="2026-05-31")
    assert (found.target, found.gap, found.pace, found.period_before, found.verdict) == (100, None, None, None, None)


@pytest.mark.parametrize(
    ("day", "state"),
    [("2026-05-31", "not begun"), ("2026-06-01", "running"), ("2026-06-29", "running"), ("2026-06-30", "over")],
)
def test_states(day: str, state: str) -> None:
    """A period is over once its last day is the as-of day, which counts as a whole."""
    assert stretch(day).state == state


def test_one_day_is_never_partial() -> None:
    """A day that is asked for on that day."""
    day = date(2026, 6, 12)
    assert Stretch(stretch("2026-06-12").grain, day, date(2026, 6, 13), day, day).state == "over"


# -- changes -----------------------------------------------------------------------------------------------------------
def test_changes() -> None:
    """30 against 24 is 6 more, a quarter of 24; for costs that is worse."""
    found = change(Decimal(30), Decimal(24), "up")
    assert found is not None and (found.before, found.difference, found.share, found.better) == (24, 6, 0.25, True)
    worse = change(Decimal(30), Decimal(24), "down")
    assert worse is not None and worse.better is False


@pytest.mark.parametrize("before", [Decimal(0), Decimal(-24)])
def test_a_change_from_nothing_or_less_is_no_share(before: Decimal) -> None:
    """30 against 0 is no percentage; against -24, +225% would be said of getting better and -225% of the reverse."""
    found = change(Decimal(30), before, "up")
    assert found is not None and found.share is None and found.difference == 30 - before


def test_what_does_not_change_is_neither_better_nor_worse() -> None:
    """The same figure, or nobody says which way is better, or one is missing."""
    same, unsaid = change(3, 3, "up"), change(4, 3, "")
    assert same is not None and same.better is None and same.share == 0
    assert unsaid is not None and unsaid.better is None
    assert change(None, 3, "up") is None and change(3, None, "up") is None


def test_exact_arithmetic() -> None:
    """Cents stay cents, floating noise goes, whole stays whole."""
    assert str(difference(Decimal("0.30"), Decimal("0.10"))) == "0.2"
    assert difference(7, 9) == -2 and isinstance(difference(7, 9), int)
    assert difference(0.3, Decimal("0.1")) == 0.2
    assert exact(0.1 + 0.2) == exact(0.3)
    assert exact("3") is None and exact(True) is None and exact(float("nan")) is None
