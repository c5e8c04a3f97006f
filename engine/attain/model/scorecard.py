"""A scorecard: what is asked for, and every KPI with its figures against its target."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from attain.model.calendar import Grain
from attain.model.result import ResultColumn, Value
from attain.model.semantic import Metric
from attain.model.target import Target, Terms

#: How pace is told. "value" compares the figure itself; the others say what part of the period has gone by.
METHODS = {
    "even": "by calendar days",
    "business_days": "by working days",
    "like": "by the shape of the same period before",
    "value": "the value itself",
}


@dataclass(frozen=True, slots=True)
class Stretch:
    """The period of a scorecard: from `start` to before `end`, seen on the day `as_of`; the trend begins with the
    period that starts on `first`."""

    grain: Grain
    start: date
    end: date
    as_of: date
    first: date

    @property
    def state(self) -> str:
        """Whether the period is "over", "running", or has "not begun"."""
        if self.as_of < self.start:
            return "not begun"
        return "over" if (self.end - self.as_of).days <= 1 else "running"

    @property
    def is_year(self) -> bool:
        """Whether the period before is the one a year before."""
        return self.grain.unit == "month" and self.grain.step == 12


#: What a line of a scorecard is known by: a metric, and one of its targets.
Names = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Line:
    """One metric of a scorecard: the target that it is held against, and what that says on the as-of day (both None
    where it has none), how its pace is told (a key of METHODS), and whether the target has the dimensions that the
    scorecard is cut by, so that it can be held against slices, too."""

    metric: Metric
    target: Target | None
    terms: Terms | None
    method: str
    slices: bool = True

    @property
    def names(self) -> Names:
        """The metric, and which of its targets."""
        return (self.metric.name, self.target.name if self.target is not None else "")

    @property
    def owner(self) -> str:
        """Who answers for it: the target's owner, else the metric's."""
        return (self.target.owner if self.target is not None else "") or self.metric.owner


@dataclass(frozen=True, slots=True)
class ScorecardQuery:
    """A checked scorecard: its lines, its period, what it is cut and filtered by (as written), and what must be said
    of the choice."""

    lines: tuple[Line, ...]
    stretch: Stretch
    by: tuple[str, ...] = ()
    where: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a figure is judged to be: the name of its band, and how good that is, from 0 (the worst) to 2 (the best)."""

    band: str
    level: int


@dataclass(frozen=True, slots=True)
class Change:
    """A figure against one before: that figure, the difference, the difference as a share of it (None where that has
    no meaning), and whether it is for the better (None where nobody says which way is)."""

    before: Value
    difference: Value
    share: float | None
    better: bool | None


@dataclass(frozen=True, slots=True)
class Point:
    """One period of a trend."""

    start: date
    value: Value
    target: Value


@dataclass(frozen=True, slots=True)
class Card:
    """A KPI in one slice (`members`, of the dimensions asked for; the total where `total`).

    `expected` is what should have been reached by the as-of day, `pace` the figure's share of that, `projection` where
    the period ends at that rate, `gap` what the figure is above the target, `needed` what is needed per working day
    from the day after the as-of day."""

    members: tuple[Value, ...]
    total: bool
    actual: Value
    target: Value = None
    attainment: float | None = None
    verdict: Verdict | None = None
    period_before: Change | None = None
    year_before: Change | None = None
    expected: Value = None
    pace: float | None = None
    pace_verdict: Verdict | None = None
    projection: Value = None
    gap: Value = None
    needed: Value = None
    trend: tuple[Point, ...] = ()


@dataclass(frozen=True, slots=True)
class Kpi:
    """A line of the scorecard with its figures: `column` says how they are shown; `cards` are one a slice, the total
    first."""

    line: Line
    column: ResultColumn
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Scorecard:
    """Everything that a scorecard shows. `working_days` are those of the period that have gone by and that are left
    (None where nobody asked for them)."""

    name: str
    currency: str
    stretch: Stretch
    dimensions: tuple[ResultColumn, ...]
    kpis: tuple[Kpi, ...]
    working_days: tuple[int, int] | None = None
    where: str = ""
    notes: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A KPI by one dimension in the scorecard's period: the largest slices, and how many more there are."""

    dimension: ResultColumn
    label: str
    cards: tuple[Card, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class Detail:
    """What a page says of a KPI beside its figures: its breakdowns, the SQL of its figure, and the metrics that it is
    built from."""

    sql: str
    breakdowns: tuple[Breakdown, ...] = ()
    uses: tuple[str, ...] = ()
