"""A query after every check: what `compile` and `run` ask for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from attain.model.aggregate import Filter, Key
from attain.model.calendar import Grain
from attain.model.expression import Expression
from attain.model.types import Type
from attain.model.units import Unit

DEFAULT_MAX_CELLS = 5_000_000


@dataclass(frozen=True, slots=True)
class Output:
    """One metric asked for: its column's name, its value in a cell, its unit."""

    name: str
    expression: Expression
    type: Type
    unit: Unit


@dataclass(frozen=True, slots=True)
class Order:
    """One column that the rows are ordered by, or the value of an expression that is no column of the result; missing
    values come last either way."""

    column: str
    descending: bool
    expression: Expression | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """`metrics by keys x grain`, within `[start, end)` (either may be open), cut at the end of `as_of` (None: read
    by the statement itself)."""

    outputs: tuple[Output, ...]
    keys: tuple[Key, ...]
    grain: Grain | None = None
    start: date | None = None
    end: date | None = None
    filter: Filter | None = None
    as_of: date | None = None
    having: Expression | None = None
    order: tuple[Order, ...] = ()
    limit: int | None = None
    sparse: bool = False
    max_cells: int = DEFAULT_MAX_CELLS
    totals: bool = False
    top: int | None = None  # so many slices by themselves, all others together

    @property
    def has_window(self) -> bool:
        """Whether cells are bounded in time."""
        return self.grain is not None or self.start is not None or self.end is not None
