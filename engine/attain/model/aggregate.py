"""Aggregates: over the rows of a table in a cell, over the cells below one, and of the children of a row."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from attain.model.calendar import Grain
from attain.model.expression import Column, Expression
from attain.model.types import ELAPSED, Type
from attain.model.units import NUMBER, Unit

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
    "total": "total",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Axis:
    """The time by which rows lie in windows: a column, the zone to read it in where it has none, and whether it may
    lie after the as-of day."""

    column: Column
    zone: str
    ahead: bool = False


@dataclass(frozen=True, slots=True)
class Key:
    """One of the things that cells are cut by: a dimension or a column, with the column it is of each table that
    takes part. `show` names it in messages and headers."""

    name: str
    type: Type
    columns: tuple[tuple[str, Column], ...]
    is_row: bool = False  # the row that a metric in a condition is taken for

    def of(self, table: str) -> Column:
        """The column that this key is for the rows of a table."""
        return dict(self.columns)[table]


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition over keys: its leaves are `Member`s named after `keys`. `text` is how it was written."""

    condition: Expression
    keys: tuple[Key, ...]
    text: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class WindowOperator:
    """What a time operator does to a window: "prior" moves it back by a length (none written: by one period of the
    grain), "rolling" makes it that long, "to_date" has it begin with the period of `grain` that holds its last
    instant, "running" takes its beginning away. "before" moves it back as a whole and cuts it then, as growth targets
    need it. A length has whole months, and microseconds beside them."""

    name: str
    months: int = 0
    microseconds: int = 0
    grain: Grain | None = None

    @property
    def by_period(self) -> bool:
        """Whether it moves by one period of the grain asked for."""
        return self.name == "prior" and not self.months and not self.microseconds

    def __str__(self) -> str:
        if self.grain is not None:
            return f"{self.name} {self.grain.name}"
        return f"{self.name} {length_text(self.months, self.microseconds)}".strip()


@dataclass(frozen=True, slots=True)
class Place:
    """Where an aggregate is taken, seen from its cell: what is done to the window, outermost first; which of the keys
    asked for are dropped (`EVERY_KEY`: all of them); what narrows the slice."""

    windows: tuple[WindowOperator, ...] = ()
    dropped: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()


#: In `Place.dropped`: all keys asked for.
EVERY_KEY = "*"


def length_text(months: int, microseconds: int) -> str:
    """A length in words: `1 year`, `52 weeks`."""
    parts = []
    if months:
        count, unit = (months // 12, "year") if months % 12 == 0 else (months, "month")
        parts.append(f"{count} {unit}" + ("s" if count != 1 else ""))
    for unit in ("week", "day", "hour", "minute", "second"):
        size = ELAPSED[unit + "s"]
        if microseconds and microseconds % size == 0:
            count = microseconds // size
            parts.append(f"{count} {unit}" + ("s" if count != 1 else ""))
            break
    else:
        parts += [f"{microseconds} microseconds"] if microseconds else []
    return " ".join(parts)


@dataclass(frozen=True, slots=True)
class Aggregate:
    """`function(arguments where condition on axis)` over the rows of `table`, at a place.

    `share` is the percentile's; `order` what first and last go by; `instant` is "start" or "end" for `as of`. `text` is
    how it was written, and `unit` that of its value: neither makes it another aggregate.
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
    text: str = field(default="", compare=False)
    unit: Unit = field(default=NUMBER, compare=False)


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
    place: Place = Place()
    text: str = field(default="", compare=False)
    unit: Unit = field(default=NUMBER, compare=False)


@dataclass(frozen=True, slots=True)
class Rollup:
    """A field of a parent that aggregates its children: `chain` leads from the child's table to the parent."""

    aggregate: Aggregate
    chain: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TargetValue:
    """The value that a target of a metric has in the cell. `version` is the place of the terms that it is taken from,
    None as long as all of them count (which one is in force is settled by the as-of day)."""

    target: str
    metric: str
    type: Type
    version: int | None = None
    filters: tuple[Filter, ...] = ()
    place: Place = Place()
    text: str = field(default="", compare=False)
    unit: Unit = field(default=NUMBER, compare=False)

    @property
    def function(self) -> str:
        """What makes its value of the target's: none of the functions of rows."""
        return "target"

    @property
    def arguments(self) -> tuple[Expression, ...]:
        """What it is an aggregate of: no expressions."""
        return ()

    @property
    def where(self) -> None:
        """A target has no condition."""
        return None
