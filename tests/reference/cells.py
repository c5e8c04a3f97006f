"""A metric is a function from a cell to a value (language.md, section 1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from .errors import Wrong
from .evaluate import evaluate
from .names import chain_to_row, dimension_path, table_of
from .periods import Window
from .rows import Bound, RowScope, alive_rows, end_of, follow_chain, path_value
from .syntax import Call, Name, Node, Slice
from .values import Value, truth
from .world import World


@dataclass(frozen=True)
class Among:
    """Several slices together: the dimensions, and which combinations of their values."""

    dims: tuple[Name, ...]
    members: frozenset[tuple[Value, ...]]

    def without(self, dropped: tuple[Name, ...]) -> Among:
        """The slices with some dimensions dropped."""
        kept = [place for place, name in enumerate(self.dims) if name not in dropped]
        members = frozenset(tuple(member[place] for place in kept) for member in self.members)
        return Among(tuple(self.dims[place] for place in kept), members)


@dataclass(frozen=True)
class Cell:
    """A slice and a window.

    `dims` are the dimensions asked for, `among` those of a slice that is several slices together (`all` drops both),
    `filters` the conditions of the query and of `(m where ..)`, `rows` the rows that a metric in a row condition is
    narrowed to. `window` goes as far as it goes, `cut` ends with the as-of day; None is the unbounded one. `grain` is
    the grain asked for; `by_days` tells that an operator may have left its periods.
    """

    dims: tuple[tuple[Name, Value], ...] = ()
    among: Among | None = None
    filters: tuple[Node, ...] = ()
    rows: tuple[tuple[str, int], ...] = ()
    window: Window | None = None
    cut: Window | None = None
    grain: str | None = None
    by_days: bool = False


def bound_of(world: World, cell: Cell) -> Bound:
    """What `period_start()` and `period_end()` are in a cell."""

    def bound(which: str) -> Value:
        world.bounds_read += 1
        if cell.cut is None:
            return world.as_of + timedelta(days=1) if which == "period_end" else None
        if cell.cut.empty:
            return None
        return world.as_bound(cell.cut.end if which == "period_end" else cell.cut.start, cell.grain)

    return bound


@dataclass(frozen=True)
class FilterScope:
    """A row seen by a condition over dimensions: the query's --where, or `(m where ..)`."""

    world: World
    table: str
    index: int
    bound: Bound

    def name(self, node: Name) -> Value:
        """A dimension, a column of the table, `table.field`; else a constant."""
        model = self.world.model
        shown = node.text in model.dimensions or self.world.has_field(self.table, node.text)
        if node.text in model.constants and not shown:
            return model.constants[node.text]
        return dimension_value(self.world, node, self.table, self.index, self.bound)

    def special(self, node: Call) -> Value:
        """Only dimensions stand here."""
        raise Wrong(f"{node.function} in a condition over dimensions")

    def slice(self, node: Slice) -> Value:
        """Only dimensions stand here."""
        raise Wrong("(metric where ..) in a condition over dimensions")


def dimension_value(world: World, name: Name, table: str, index: int, bound: Bound) -> Value:
    """What a row has for a dimension."""

    def find() -> Value:
        value = evaluate(dimension_path(world, name, table), RowScope(world, table, index, bound))
        zoned = isinstance(value, datetime) and value.tzinfo is UTC
        return world.clock.local(value) if zoned else value

    return world.remember(("dimension", name.parts, table, index), find)


def axis_of(world: World, call: Call) -> Name | None:
    """The time axis of an aggregate: `on`, or its table's own; the first part of the name may be the table."""
    table = table_of(world, call)
    axis = call.on or world.table(table).time
    if axis is not None and len(axis.parts) > 1 and axis.parts[0] == table:
        return Name(axis.parts[1:])
    return axis


def is_ahead(world: World, table: str, axis: Name) -> bool:
    """Whether the axis may lie after the as-of day."""
    said = world.table(end_of(world, table, axis.parts[:-1])).fields.get(axis.parts[-1])
    return said is not None and said.ahead


def time_of(world: World, table: str, index: int, axis: Name, bound: Bound) -> datetime | None:
    """When a row is, on the calendar's wall."""
    when = path_value(world, table, index, axis.parts, bound)
    return None if when is None else world.clock.local(when)


def rows_in(world: World, call: Call, cell: Cell, conditions: bool = True) -> Iterator[RowScope]:
    """The rows of an aggregate's table that lie in the cell; without `conditions`, its own `where` aside."""
    table = table_of(world, call)
    bound = bound_of(world, cell)
    stock = _stock(world, call, table, cell, bound)
    for index in range(len(world.rows(table))):
        if stock is None and not _in_window(world, call, table, index, cell, bound):
            continue
        if stock is not None and index not in stock:
            continue
        if in_slice(world, table, index, cell):
            scope = _row_scope(world, table, index, cell, bound)
            if not conditions or call.where is None or truth(evaluate(call.where, scope)):
                yield scope


def _row_scope(world: World, table: str, index: int, cell: Cell, bound: Bound) -> RowScope:
    """A row of a cell; a metric in its condition is taken in the cell narrowed to the row."""
    narrowed = replace(cell, rows=(*cell.rows, (table, index)))
    return RowScope(world, table, index, bound, metric=lambda name: metric_value(world, name, narrowed))


def _stock(world: World, call: Call, table: str, cell: Cell, bound: Bound) -> frozenset[int] | None:
    """The rows of an `as of` aggregate at its instant; None for other aggregates."""
    if call.as_of is None:
        return None
    window = cell.cut
    if window is None:
        return alive_rows(world, table, world.as_of_end, bound)
    instant = window.end if call.as_of == "end" else window.start
    return frozenset() if window.empty or instant is None else alive_rows(world, table, instant, bound)


def _in_window(world: World, call: Call, table: str, index: int, cell: Cell, bound: Bound) -> bool:
    axis = axis_of(world, call)
    if axis is None:
        return True
    window = cell.window if is_ahead(world, table, axis) else cell.cut
    if window is None:
        return True
    when = time_of(world, table, index, axis, bound)
    return when is not None and window.holds(when)


def in_slice(world: World, table: str, index: int, cell: Cell) -> bool:
    """Whether a row has the cell's dimensions, passes its filters and belongs to the rows it is narrowed to."""
    bound = bound_of(world, cell)
    for name, value in cell.dims:
        if dimension_value(world, name, table, index, bound) != value:
            return False
    if cell.among is not None:
        members = tuple(dimension_value(world, name, table, index, bound) for name in cell.among.dims)
        if members not in cell.among.members:
            return False
    for end, row in cell.rows:
        if follow_chain(world, table, index, chain_to_row(world, table, end), bound) != row:
            return False
    scope = FilterScope(world, table, index, bound)
    return all(truth(evaluate(condition, scope)) for condition in cell.filters)


def metric_value(world: World, name: str, cell: Cell) -> Value:
    """The value of a metric in a cell (metrics are built of the rows here, so theirs is the later module)."""
    from .metrics import CellScope, metric_in

    return metric_in(CellScope(world, cell), name)


def needs_window(cell: Cell, function: str) -> tuple[Window, Window]:
    """The window of a cell and what is left of it by the as-of day; a time operator needs them."""
    if cell.window is None or cell.cut is None:
        raise Wrong(f"{function} needs a window: a grain, or a range")
    return cell.window, cell.cut
