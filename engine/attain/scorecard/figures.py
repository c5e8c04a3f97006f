"""A card of a scorecard from its facts: changes, attainment, pace, projection, gap. Plain arithmetic, exact wherever
the facts are."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from attain.model.result import Value
from attain.model.scorecard import Card, Change, Line, Point, Stretch
from attain.scorecard.bands import judge
from attain.scorecard.exact import difference, exact, product, ratio


@dataclass(frozen=True, slots=True)
class Facts:
    """What the queries gave for one KPI in one slice. `expected` is what should have been reached by the as-of day, in
    cents; `gone` is the share of the target that was due by then, where its spread gives it exactly. `whole` says
    whether the target has a value for every part of the period."""

    actual: Value
    period_before: Value = None
    year_before: Value = None
    target: Value = None
    expected: Value = None
    trend: tuple[Point, ...] = ()
    gone: Fraction | None = None
    whole: bool = True


def card_of(
    line: Line, stretch: Stretch, facts: Facts, members: tuple[Value, ...], total: bool, days_left: int | None
) -> Card:
    """A card with all that follows from the facts. `days_left` are the working days after the as-of day."""
    running = stretch.state == "running"
    begun = stretch.state != "not begun"
    expected = expected_of(line, facts) if running else None
    pace = ratio(facts.actual, expected) if running else None
    projection = projection_of(line, stretch, facts, expected) if running else None
    gap = difference(facts.actual, facts.target) if begun else None
    attained = ratio(facts.actual, facts.target)
    return Card(
        members,
        total,
        facts.actual,
        facts.target,
        float(attained) if attained is not None else None,
        judge(line, attained, facts.actual, facts.target, apart=exact(gap), total=total, running=False)
        if stretch.state == "over"
        else None,
        change(facts.actual, facts.period_before, line.metric.good) if begun else None,
        change(facts.actual, facts.year_before, line.metric.good) if begun else None,
        expected,
        float(pace) if pace is not None else None,
        judge(line, pace, projection, facts.target, apart=ahead_of(facts, expected), total=total, running=True)
        if running
        else None,
        projection,
        gap,
        needed_of(line, gap, days_left) if running else None,
        facts.trend,
    )


def change(value: Value, before: Value, good: str) -> Change | None:
    """A figure against one before; None where either is missing."""
    apart = difference(value, before)
    if apart is None:
        return None
    base, step = exact(before), exact(apart)
    assert base is not None and step is not None
    share = float(step / base) if base > 0 else None
    better = (step > 0) == (good == "up") if step and good in ("up", "down") else None
    return Change(before, apart, share, better)


def expected_of(line: Line, facts: Facts) -> Value:
    """What should have been reached by the as-of day: of what adds up over time so much of the target as its spread
    says, of anything else the target itself. Of a few deals a year the cents of each day would add up to much more
    than is due, so the share is taken at once where it is known."""
    if line.method == "value" or facts.target is None:
        return facts.target
    return facts.expected if facts.gone is None else product(facts.target, facts.gone)


def ahead_of(facts: Facts, expected: Value) -> Fraction | None:
    """How far the figure is ahead of what is due; None where one is missing, or nothing is due yet of some target."""
    if exact(expected) == 0 and exact(facts.target) != 0:
        return None
    return exact(difference(facts.actual, expected))


def projection_of(line: Line, stretch: Stretch, facts: Facts, expected: Value) -> Value:
    """Where the period ends at the rate so far: the figure by the share of the target's spread that has gone by (of
    the calendar days where there is no target, or none for parts of the period), or the figure itself."""
    if line.method == "value":
        return facts.actual
    actual, gone = exact(facts.actual), facts.gone or ratio(expected, facts.target)
    if expected is None or facts.target is None or not facts.whole:
        gone = Fraction((stretch.as_of - stretch.start).days + 1, (stretch.end - stretch.start).days)
    return float(actual / gone) if actual is not None and gone else None


def needed_of(line: Line, gap: Value, days_left: int | None) -> Value:
    """What each working day from the day after the as-of day has to bring (or may still take, where less is better)
    for the target to be met exactly; None where it is reached, or no working day is left."""
    missing = exact(gap)
    if line.method == "value" or missing is None or missing >= 0 or not days_left:
        return None
    return float(-missing / days_left)
