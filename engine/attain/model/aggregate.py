"""Aggregates: over the rows of a table in a cell, over the cells below one, and of the children of a row."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from attain.model.calendar import Grain
from attain.model.expression import Column, Expression
from attain.model.types import Type

#: What an aggregate of nothing is, where that is not missing.
EMPTY: dict[str, Fraction | bool] = {
    "count_rows": Fraction(0),
    "count": Fraction(0),
    "count_distinct": Fraction(0),
    "approx_count_distinct": Fraction(0),
    "sum": Fraction(0),
    "any": False,
    "every": True,
}

#: Functions whose value for a whole follows from the values for its parts, and how these are combined.
COMBINED_BY = {
    "count_rows": "sum", "count": "sum", "sum": "sum", "min": "min", "max": "max", "any": "any", "every": "every",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Axis:
    """The time by which rows lie in windows: a column, the zone to read it in where it has none, and whether it may
    lie after the as-of day."""

    column: Column
    zone: str
    ahead: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where an aggregate is taken, seen from its cell: what is done to the window and to the slice, outermost first.
    Both are empty, the cell itself, for every aggregate that is compiled so far."""

    window: tuple[str, ...] = ()
    slice: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Aggregate:
    """`function(arguments where condition on axis)` over the rows of `table`, at a place.

    `share` is the percentile's; `order` what first and last go by; `instant` is "start" or "end" for `as of`.
    """

    function: str
    table: str
    arguments: tuple[Expression, ...]
    where: Expression | None
    axis: Axis | None
    type: Type
    order: Expression | None = None
    share: Fraction | None = None
    instant: str = ""
    place: Place = Place()


@dataclass(frozen=True, slots=True)
class Key:
    """One of the things that cells are cut by: a dimension or a column, with the column it is of each table that
    takes part. `show` names it in messages and headers."""

    name: str
    type: Type
    columns: tuple[tuple[str, Column], ...]

    def of(self, table: str) -> Column:
        """The column that this key is for the rows of a table."""
        return dict(self.columns)[table]


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition over keys: its leaves are `Member`s named after `keys`."""

    condition: Expression
    keys: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Nested:
    """`function(arguments where condition per keys, grain)`: the arguments are computed for each member (and each
    period of `grain`) inside the cell, then aggregated."""

    function: str
    arguments: tuple[Expression, ...]
    where: Expression | None
    keys: tuple[Key, ...]
    grain: Grain | None
    type: Type
    share: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Rollup:
    """A field of a parent that aggregates its children: `chain` leads from the child's table to the parent."""

    aggregate: Aggregate
    chain: tuple[str, ...]
