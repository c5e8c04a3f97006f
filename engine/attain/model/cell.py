"""One cell of a metric: what is asked about it, and what lies behind it."""

from __future__ import annotations

from dataclasses import dataclass

from attain.model.aggregate import Key
from attain.model.expression import Expression
from attain.model.query import Query
from attain.model.result import ResultColumn, Value


@dataclass(frozen=True, slots=True)
class CellQuery:
    """One cell. `query` asks for the metric in it: its range is the cell's period, or the range of a cell without a
    grain. `pins` are the values that the slice has for keys that the metric drops somewhere (`all`): a condition over
    each; all other conditions are the query's filter. `hour` is which hour of the day, for cells of hours."""

    query: Query
    pins: tuple[tuple[Key, Expression], ...] = ()
    hour: int | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """The rows behind one aggregate of a metric. `places` says of each column what it is: "part" (of which part of the
    cell the row is, for an aggregate inside `per`), "key", "time", "field", "value", "counts", "share".

    `inside` is how many aggregates over parts it lies in; `total` its value in the cell (None inside of parts, where
    each part has one); `when` from when to when, where that is one window; `time` what its rows lie in time by.
    `lying` rows lie in the cell, `counting` of them count; `rows` are those that are shown."""

    name: str
    text: str
    table: str
    inside: int
    total_column: ResultColumn
    total: Value
    time: str
    when: tuple[Value, Value] | None
    columns: tuple[ResultColumn, ...]
    places: tuple[str, ...]
    rows: list[tuple[Value, ...]]
    lying: int
    counting: int

    @property
    def left_out(self) -> int:
        """How many rows a limit has left out."""
        shown_that_count = sum(1 for row in self.rows if row[self.places.index("counts")])
        return self.counting - shown_that_count


@dataclass(frozen=True, slots=True)
class Behind:
    """A metric's value in a cell, and the rows behind each of its aggregates, those inside others after them. `found`
    is whether the cell is there at all: whether anything occurs in its slice. `cell` says which cell it is; `partial`
    whether its period holds the as-of day."""

    column: ResultColumn
    value: Value
    found: bool
    cell: str
    listed: tuple[Listed, ...]
    notes: tuple[str, ...] = ()
    partial: bool = False
