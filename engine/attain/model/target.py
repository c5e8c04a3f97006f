"""Targets: what a metric is meant to reach, in which periods and for which members."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from attain.base.span import Span
from attain.model.aggregate import Key, WindowOperator
from attain.model.calendar import Grain
from attain.model.expression import Expression, Literal
from attain.model.types import Type


@dataclass(frozen=True, slots=True)
class Band:
    """A band of figures, from `lower` (None: however small) and below `upper` (None: however large), in the order of
    the figures. `rank` is its place from the worst (0) to the best. `span` is where it is written."""

    name: str
    lower: Fraction | None
    upper: Fraction | None
    rank: int = 0
    span: Span = field(default_factory=Span.none, compare=False)

    def holds(self, figure: Fraction | float) -> bool:
        """Whether a figure lies in the band."""
        return (self.lower is None or figure >= self.lower) and (self.upper is None or figure < self.upper)


@dataclass(frozen=True, slots=True)
class TargetRow:
    """One value written down: of the period that begins on `start` and ends before `end`, for `members` in the order
    of the target's dimensions."""

    start: date
    end: date
    members: tuple[Literal, ...]
    value: Fraction
    span: Span = field(default_factory=Span.none, compare=False)


@dataclass(frozen=True, slots=True)
class TargetSource:
    """Values in a table: the column of the period (any day in it), the expression for the value over a row of the
    table, and for each of the target's dimensions the expression for the member. `since` is the day of hiring that
    `shares` (of the first, the second .. month from there on) go by; None where nobody ramps up."""

    table: str
    period: Expression
    value: Expression
    members: tuple[Expression, ...]
    since: Expression | None = None
    shares: tuple[Fraction, ...] = ()


@dataclass(frozen=True, slots=True)
class Spread:
    """How a value is shared out to parts of its period: "even" (by days), "business_days", or "like" (as the metric
    was that long before)."""

    kind: str = "even"
    before: WindowOperator | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What a target says while it is in force: from `valid_from` on and before `valid_to`.

    `kind` is "values" (`rows`), "source", "value" (one `value` for every period of `grain`, or for every cell),
    "between" (`low`, `high`), or "growth" (`value` is the share on top of the metric's value in the period `before`).
    `grain` is None where it holds in every cell. `by` are its dimensions; None means every dimension of its metric.
    `bands` judge the `judged` ("attainment" or "value") and are in the order of the figures. `scale` is how many digits
    after the point its values have."""

    kind: str
    grain: Grain | None
    by: tuple[Key, ...] | None
    type: Type
    rows: tuple[TargetRow, ...] = ()
    source: TargetSource | None = None
    value: Fraction | None = None
    low: Fraction | None = None
    high: Fraction | None = None
    before: WindowOperator | None = None
    spread: Spread = Spread()
    bands: tuple[Band, ...] = ()
    judged: str = "attainment"
    valid_from: date | None = None
    valid_to: date | None = None
    span: Span = field(default_factory=Span.none, compare=False)

    def in_force(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day < self.valid_to)

    def band_of(self, figure: Fraction | float | None) -> Band | None:
        """The band that a figure lies in; None where there is no figure, or no such band."""
        return None if figure is None else next((band for band in self.bands if band.holds(figure)), None)


@dataclass(frozen=True, slots=True)
class Target:
    """What a metric is meant to reach. `adds_up` says whether values of parts make that of the whole (those of an
    additive metric), `adds_up_over_members` whether at least those of members do (of a stock, too); `versions` are its
    terms by the time when they are in force. `default` is the one that `target(m)` means."""

    name: str
    metric: str
    adds_up: bool
    adds_up_over_members: bool
    versions: tuple[Terms, ...]
    default: bool = False
    owner: str = ""
    label: str = ""
    description: str = ""
    span: Span = field(default_factory=Span.none, compare=False)

    def terms(self, day: date) -> Terms | None:
        """What it says on a day; None where it is not in force."""
        return next((version for version in self.versions if version.in_force(day)), None)
