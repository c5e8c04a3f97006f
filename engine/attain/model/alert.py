"""Alerts: what of a metric somebody wants to be told."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from attain.base.span import Span
from attain.model.aggregate import WindowOperator
from attain.model.calendar import Grain
from attain.model.result import Value

#: How many times the usual deviation is unusual, unless an alert says otherwise (Iglewicz and Hoaglin, 1993).
USUAL_BOUND = Fraction(7, 2)


@dataclass(frozen=True, slots=True)
class Condition:
    """What fires. `kind` is "below", "above" (`bound` is a value of the metric; `of_target`: a share of its target),
    "change", "drop", "rise" (`bound` is a share of the value before, which lies `length` back; None: one period),
    "unusual", "low", "high" (`bound` is how many times the usual deviation), "silent" (no rows for `length`), or "band"
    (one of `bands`). `text` is as it is written."""

    kind: str
    text: str
    bound: Fraction | None = None
    length: WindowOperator | None = None
    bands: tuple[str, ...] = ()
    of_target: bool = False
    span: Span = field(default_factory=Span.none, compare=False)


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert on a metric: in the last period of `grain` that is over (None: over all time), for each slice of `by`,
    among the rows of `where`. `target` is the one that bands are of."""

    name: str
    metric: str
    conditions: tuple[Condition, ...]
    grain: Grain | None = None
    by: tuple[str, ...] = ()
    where: str = ""
    target: str = ""
    label: str = ""
    description: str = ""
    owner: str = ""
    span: Span = field(default_factory=Span.none, compare=False)


@dataclass(frozen=True, slots=True)
class Series:
    """The periods of one slice, the earliest first: their first days ("" of all time), and the values of every
    column."""

    members: tuple[tuple[str, Value], ...]
    periods: list[str]
    values: list[tuple[Value, ...]]


@dataclass(frozen=True, slots=True)
class Finding:
    """What an alert's condition says of one slice: whether it `fires`, and `why`, in words. `members` are those of the
    slice, `period` the first day of the period; `state` tells one reason to fire from another of the same slice;
    `facts` are the figures behind it, and the method where there is one."""

    alert: Alert
    condition: Condition
    members: tuple[tuple[str, Value], ...]
    period: str
    value: Value
    fires: bool
    why: str
    state: str
    facts: tuple[tuple[str, Value], ...] = ()
    how: str = ""  # how it is known, where that needs saying
    about: str = ""  # one of several things that the condition is judged of: a table

    @property
    def key(self) -> str:
        """What it is about: the same for every run."""
        slice = ", ".join(f"{name}={value}" for name, value in self.members)
        return " | ".join(part for part in (self.alert.name, self.condition.text, self.about, slice) if part)
