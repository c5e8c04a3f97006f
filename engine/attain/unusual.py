"""How unusual a value is against its own history: a robust seasonal residual.

The level of a period is the median of the periods before it, a season long. What a period lies above its level is its
season: the median of that of the same season (the other Marches, the other Mondays); without a season, that of all
periods. Level and season are what is expected. The usual deviation is the median of how far the periods of the history
were off what the others let expect, times 1.4826, so that it is the standard deviation where these are spread normally;
a value is unusual beyond so many of them. Medians throughout: one wild month neither moves what is expected nor widens
what is usual.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, median

#: Periods in a season, of each grain: a week of days, a year of the others. Of any other grain there is none.
SEASONS = {"day": 7, "week": 52, "month": 12, "quarter": 4, "fiscal_quarter": 4}
#: Without a season: the level is the median of so many periods before, and a history has at least so many.
LEVEL, SHORTEST, FEWEST_RESIDUALS = 8, 4, 8
_TO_SIGMA = 1.4826  # a median deviation to a standard deviation, where values are spread normally
_MEAN_TO_SIGMA = 1.2533  # a mean deviation to one: taken where more than half of the history is exactly as expected
_NOISE = 1e-9

Values = Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was `expected`, what deviation is `usual`, how many of these the value is off (`score`, negative below;
    infinite where nothing was ever off), and how it was found: the `season`'s length (0: none), how many values of the
    same season and how many `residuals` there are."""

    expected: float
    usual: float
    score: float
    season: int
    same: int
    residuals: int


def judge(history: Values, value: float, grain: str) -> Judgement | None:
    """How unusual a value is after this history, the earliest first; None where the history is too short. A season is
    taken into account where it was seen twice."""
    season = SEASONS.get(grain, 0)
    above = distances(history, season, season) if season else []
    same = [x for x in same_season(above, len(history), season) if x is not None] if season else []
    if len(same) >= 2:
        return with_season(history, value, season, above, same)
    return without_season(history, value)


def with_season(
    history: Values, value: float, season: int, above: list[float | None], same: list[float]
) -> Judgement | None:
    """By the median of the last season, and of what the same season lies above it."""
    level = level_at(history, len(history), season, season)
    residuals: list[float] = []
    for i, distance in enumerate(above):
        others = [x for x in same_season(above, i, season) if x is not None]
        if distance is not None and others:
            residuals.append(distance - median(others))
    return judged(level + median(same), value, residuals, season, len(same)) if level is not None else None


def without_season(history: Values, value: float) -> Judgement | None:
    """By the median of the last eight periods, and of what all lie above it."""
    above = [x for x in distances(history, LEVEL, SHORTEST) if x is not None]
    level = level_at(history, len(history), LEVEL, SHORTEST)
    if level is None or not above:
        return None
    middle = median(above)
    return judged(level + middle, value, [x - middle for x in above], 0, 0)


def judged(expected: float, value: float, residuals: list[float], season: int, same: int) -> Judgement | None:
    """The judgement of a value, given how far the history was off; None where there is too little of it."""
    if len(residuals) < FEWEST_RESIDUALS:
        return None
    deviations = [abs(x) for x in residuals]
    usual = _TO_SIGMA * median(deviations) or _MEAN_TO_SIGMA * fmean(deviations)
    off = value - expected
    if abs(off) <= _NOISE * max(1.0, abs(expected)):
        score = 0.0
    else:
        score = off / usual if usual else math.copysign(math.inf, off)
    return Judgement(expected, usual, score, season, same, len(residuals))


def level_at(values: Values, place: int, width: int, since: int) -> float | None:
    """The median of the values before a place, `width` of them at most; None before the place `since`, and where more
    than a quarter of these values is missing."""
    before = values[max(place - width, 0) : place]
    there = [x for x in before if x is not None]
    return median(there) if place >= since and 4 * len(there) >= 3 * len(before) else None


def distances(values: Values, width: int, since: int) -> list[float | None]:
    """How far each value lies above its level; None where one of the two is missing."""
    found: list[float | None] = []
    for i, value in enumerate(values):
        level = level_at(values, i, width, since)
        found.append(value - level if value is not None and level is not None else None)
    return found


def same_season(values: Values, place: int, season: int) -> list[float | None]:
    """The other values whose place lies whole seasons away."""
    return [values[i] for i in range(place % season, len(values), season) if i != place]
