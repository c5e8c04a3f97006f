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
    """The rows behind one aggregate of a metric, or the parts of one over parts (which has no `table`). `places` says
    of each column what it is: "part" (which part of the cell the row is of, for an aggregate inside `per`), "key",
    "time", "field", "metric", "value", "counts", "share".

    `within` names the aggregates over parts that it lies in; `total` is its value in the cell (None inside of parts:
    each part has one); `time` what its rows lie in time by. `window` is "closed" where they lie in one window, `when`
    from when to when; "open" where that has no end, "empty" where nothing is left of it, else "". `lying` rows lie in
    the cell, `counting` of them count; `rows` are those that are shown."""

    name: str
    text: str
    function: str
    table: str
    within: tuple[str, ...]
    total_column: ResultColumn
    total: Value
    time: str
    window: str
    when: tuple[Value, Value]
    columns: tuple[ResultColumn, ...]
    places: tuple[str, ...]
    rows: list[tuple[Value, ...]]
    lying: int
    counting: int


@dataclass(frozen=True, slots=True)
class Behind:
    """A metric's value in a cell, and the rows behind each of its aggregates, those inside others after them. `found`
    is whether the cell is there at all: whether anything occurs in its slice. `cell` says which cell it is, `every`
    whether the rows that do not count are listed, too, `partial` whether its period holds the as-of day."""

    column: ResultColumn
    value: Value
    found: bool
    cell: str
    every: bool
    listed: tuple[Listed, ...]
    notes: tuple[str, ...] = ()
    partial: bool = False

    def left_out(self, listed: Listed) -> int:
        """How many rows a limit has left out."""
        return (listed.lying if self.every else listed.counting) - len(listed.rows)
