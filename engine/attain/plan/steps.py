"""The steps of a plan. A plan is a list of named steps, each over tables or over steps before it: flat, so that it
prints, compares and renders the same way every time, at any depth.

Expressions in a step have `Slot` leaves: columns of the inputs, by the input's alias.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from attain.model.calendar import Grain
from attain.model.expression import Expression, Slot
from attain.model.types import Type


@dataclass(frozen=True, slots=True)
class From:
    """An input: a table of the model, or an earlier step, under an alias."""

    name: str
    alias: str
    is_table: bool = False

    def slot(self, name: str, type: Type) -> Slot:
        """A column of this input."""
        return Slot(self.alias, name, type)


@dataclass(frozen=True, slots=True)
class Join:
    """Another input beside the first. "left": at most one row matches, as its key is unique; "inner": every row that
    matches; "cross": every row. A pair of `on` is equal, or, where `null_safe`, equal or both missing; `where` is a
    further condition, over both sides, that a row has to meet to match."""

    to: From
    kind: str
    on: tuple[tuple[Expression, Expression, bool], ...] = ()
    where: Expression | None = None


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of an input that meet a condition, with what their joins reach: one for each, never more."""

    name: str
    comment: str
    source: From
    columns: tuple[tuple[str, Expression], ...]
    joins: tuple[Join, ...] = ()
    where: Expression | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """One aggregate of a group. `order` and `ties` are what first and last go by; `share` is the percentile's."""

    name: str
    function: str
    arguments: tuple[Expression, ...]
    where: Expression | None
    type: Type
    order: Expression | None = None
    ties: tuple[Expression, ...] = ()
    share: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """The rows of an input by the values of keys, aggregated. Without keys: one row, whatever the input has. With
    `sets`, by the values of each of these sets of keys; `level` is the column that numbers them from 0."""

    name: str
    comment: str
    source: From
    keys: tuple[tuple[str, Expression], ...]
    measures: tuple[Measure, ...]
    where: Expression | None = None
    sets: tuple[tuple[str, ...], ...] = ()
    level: str = ""


@dataclass(frozen=True, slots=True)
class Stack:
    """The rows of several inputs below each other; `columns` of each input in the same order."""

    name: str
    comment: str
    names: tuple[str, ...]
    inputs: tuple[tuple[From, tuple[Expression, ...]], ...]


@dataclass(frozen=True, slots=True)
class Spine:
    """Every period of a grain from the one that begins on `first` to the one that holds `last` (expressions over
    `bounds`, or literals), those that begin before `since` or after the day `until` left out."""

    name: str
    comment: str
    grain: Grain
    column: str
    type: Type
    first: Expression
    last: Expression
    bounds: From | None = None
    since: Expression | None = None
    until: Expression | None = None


@dataclass(frozen=True, slots=True)
class Inline:
    """Values written down."""

    name: str
    comment: str
    columns: tuple[tuple[str, Type], ...]
    rows: tuple[tuple[Expression, ...], ...]


@dataclass(frozen=True, slots=True)
class InOrder:
    """The rows of an input with one more column, `column`. Of the rows that have the same `keys`, taken in the order of
    `order`, it is the order of the one that comes next (missing for the last); or, where one is given, the greatest
    `value` so far."""

    name: str
    comment: str
    source: From
    columns: tuple[tuple[str, Expression], ...]
    keys: tuple[Expression, ...]
    order: Expression
    column: str
    value: Expression | None = None


@dataclass(frozen=True, slots=True)
class Days:
    """Days written down, in order: `column` of one row each."""

    name: str
    comment: str
    column: str
    days: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """Of each day of a spine (`days`, with a column `day`) whether it is a working day (1, else 0), and how many
    working days of the spine lie before it. `holidays` has a column `day`; `weekdays` are worked on, 0 is Monday."""

    name: str
    comment: str
    days: From
    holidays: From
    weekdays: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class First:
    """The first rows of an input in an order of (expression, descending), missing values last."""

    name: str
    comment: str
    source: From
    columns: tuple[tuple[str, Expression], ...]
    order: tuple[tuple[Expression, bool], ...]
    limit: int


@dataclass(frozen=True, slots=True)
class Numbered:
    """The rows of an input with one more column, `column`: the place of each (from 1) among those that have the same
    `keys`, taken in the order of `order` (expression, descending); without an order, how many these are."""

    name: str
    comment: str
    source: From
    columns: tuple[tuple[str, Expression], ...]
    keys: tuple[Expression, ...]
    order: tuple[tuple[Expression, bool], ...]
    column: str


Step = Rows | Group | Stack | Spine | Inline | InOrder | Days | WorkingDays | First | Numbered


@dataclass(frozen=True, slots=True)
class UniqueKey:
    """A promise that the statement verifies: no two rows of `table` have the same values of `columns`, which are
    `values` over an input."""

    table: str
    columns: tuple[str, ...]
    source: From
    values: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class NoRows:
    """A promise that the statement verifies: an input has no rows. One that it has is the problem `kind` of a thing,
    shown by some values. `promise` and `breach` are for readers: "no two versions of plans overlap", "versions
    overlap"."""

    kind: str
    about: str
    source: From
    values: tuple[Expression, ...]
    promise: str
    breach: str


@dataclass(frozen=True, slots=True)
class MostCells:
    """A limit that the statement verifies: the rows of `cells` (times those of `periods`) are at most `limit`."""

    cells: From
    periods: From | None
    limit: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Steps in the order of their dependence, the last of them the result; its columns; how its rows are ordered
    (column, descending); what the statement verifies; the as-of day (None: read by the statement)."""

    steps: tuple[Step, ...]
    result: From
    columns: tuple[tuple[str, str, Type], ...]  # (name of the column, column of the result step, type)
    order: tuple[tuple[str, bool, Type], ...]
    keep: Expression | None = None
    limit: int | None = None
    unique: tuple[UniqueKey, ...] = ()
    never: tuple[NoRows, ...] = ()
    checks: tuple[Step, ...] = ()  # steps that only `unique` and `never` look at
    most: MostCells | None = None
    as_of: date | None = None
    timezone: str = "UTC"
    notes: tuple[str, ...] = field(default=())


def sources_of(step: Step) -> tuple[From, ...]:
    """The inputs of a step."""
    match step:
        case Rows(source=source, joins=joins):
            return (source, *(join.to for join in joins))
        case Group(source=source) | InOrder(source=source) | First(source=source) | Numbered(source=source):
            return (source,)
        case Stack(inputs=inputs):
            return tuple(source for source, _ in inputs)
        case Spine(bounds=bounds):
            return (bounds,) if bounds is not None else ()
        case WorkingDays(days=days, holidays=holidays):
            return (days, holidays)
        case Inline() | Days():
            return ()
