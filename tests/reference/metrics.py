"""Metric expressions in a cell: names, aggregates, `per`, time and slice operators; which aggregates they hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta

from .aggregates import combine
from .cells import Cell, axis_of, bound_of, dimension_value, in_slice, is_ahead, needs_window, rows_in, time_of
from .errors import Unsupported, Wrong
from .evaluate import TIME_OPERATORS, evaluate, grain_name
from .names import is_aggregate, table_of
from .periods import Window, before, cut, move_back, stretch
from .rows import reduce_rows
from .stocks import begins
from .syntax import AGGREGATES, Call, Literal, Name, Node, Slice
from .values import Duration, Value, arithmetic, with_unit
from .world import World


@dataclass(frozen=True)
class CellScope:
    """A cell, in which names are metrics."""

    world: World
    cell: Cell

    def name(self, node: Name) -> Value:
        """A metric, else a constant."""
        if len(node.parts) == 1 and node.text in self.world.model.metrics:
            return metric_in(self, node.text)
        if len(node.parts) == 1 and node.text in self.world.model.constants:
            return self.world.model.constants[node.text]
        raise Wrong(f"unknown metric {node.text}")

    def special(self, node: Call) -> Value:
        """Aggregates, time operators, `all`."""
        if node.function in AGGREGATES:
            return per_value(self, node) if node.per else aggregate(self, node)
        if node.function == "all":
            return evaluate(node.args[0], replace(self, cell=without_dims(self.cell, node.over)))
        if node.function in TIME_OPERATORS:
            return time_operator(self, node)
        raise Unsupported(node.function)

    def slice(self, node: Slice) -> Value:
        """`(metric where condition)` narrows the slice."""
        cell = replace(self.cell, filters=(*self.cell.filters, node.condition))
        return evaluate(node.metric, replace(self, cell=cell))

    def bound(self, which: str) -> Value:
        """`period_start()`, `period_end()`."""
        return bound_of(self.world, self.cell)(which)


def metric_in(scope: CellScope, name: str) -> Value:
    """A metric by its name, in its declared unit of time if it has one."""
    metric = scope.world.model.metrics[name]
    if metric.expression is None:
        raise Wrong(f"metric {name} has no expression")
    return with_unit(evaluate(metric.expression, scope), metric.unit)


def aggregate(scope: CellScope, call: Call) -> Value:
    """The rows of its table that lie in the cell."""
    fraction = evaluate(call.args[1], scope) if call.function == "percentile" else None
    return reduce_rows(call, list(rows_in(scope.world, call, scope.cell)), scope.world, fraction)


def without_dims(cell: Cell, over: tuple[Name, ...]) -> Cell:
    """The cell without dimensions asked for: all of them, or those named."""
    return replace(cell, dims=tuple((n, v) for n, v in cell.dims if over and n not in over))


def time_operator(scope: CellScope, node: Call) -> Value:
    """A value in another window."""
    here = evaluate(node.args[0], scope) if node.function == "growth" else None
    moved = evaluate(node.args[0], replace(scope, cell=moved_cell(scope.world, node, scope.cell)))
    if node.function != "growth":
        return moved
    clock = scope.world.clock
    return arithmetic("-", arithmetic("/", here, moved, clock), 1, clock)


def moved_cell(world: World, node: Call, cell: Cell) -> Cell:
    """The cell in whose window a time operator takes its metric."""
    if node.function == "running" and cell.window is None:
        return cell
    window = needs_window(cell, node.function)
    if cell.cut is None:
        raise Wrong("a window without its cut")
    if node.function in ("prior", "growth"):
        move = _mover(world, node, cell)
        return replace(cell, window=move(window), cut=move(cell.cut))
    start = _new_start(world, node, window, cell.cut)
    return replace(cell, window=stretch(window, start), cut=stretch(cell.cut, start))


def _mover(world: World, node: Call, cell: Cell) -> Callable[[Window], Window]:
    if len(node.args) > 1:
        by = _duration(node.args[1])
        return lambda window: move_back(window, by)
    grain = cell.grain
    if grain is None:
        raise Wrong(f"{node.function} needs a grain, or how far to go back")
    return lambda window: world.grains.one_back(window, grain)


def _new_start(world: World, node: Call, window: Window, now: Window) -> datetime | None:
    """Where the window of rolling, to_date and running starts."""
    if node.function == "running":
        return None
    whole = window if window.end is not None else now
    if node.function == "to_date":
        return world.grains.start_of_last(grain_name(node.args[1]), whole)
    assert whole.end is not None
    return before(whole.end, _duration(node.args[1]))


def _duration(node: Node) -> Duration:
    if isinstance(node, Literal) and isinstance(node.value, Duration):
        return node.value
    raise Wrong("expected a duration, such as 1 year")


def per_value(scope: CellScope, call: Call) -> Value:
    """The metric for each member inside the cell, then an aggregate of those."""
    if call.where or call.on or call.by or call.as_of or call.via:
        raise Unsupported("a clause beside `per`")
    fraction = evaluate(call.args[1], scope) if call.function == "percentile" else None
    args = call.args[:1] if call.function == "percentile" else call.args
    cells = list(member_cells(scope.world, call, args, scope.cell))
    values = [tuple(evaluate(arg, CellScope(scope.world, c)) for arg in args) for c in cells]
    if call.function in ("first", "last"):
        if any(not scope.world.grains.is_grain(n.text) for n in call.per):
            raise Unsupported(f"{call.function} per member")
        present = [v for (v,) in values if v is not None]
        return (present[0] if call.function == "first" else present[-1]) if present else None
    return combine(call.function, values, call.distinct, fraction, scope.world.clock)


def member_cells(world: World, call: Call, args: tuple[Node, ...], cell: Cell) -> Iterator[Cell]:
    """The cells of `per X, Y`: the combinations of members that occur in the cell, x every period of a grain."""
    dims = [name for name in call.per if not world.grains.is_grain(name.text)]
    combinations = occurring(world, args, cell, dims) if dims else [()]
    for period in period_cells(world, call, args, cell):
        for values in combinations:
            yield replace(period, dims=(*cell.dims, *zip(dims, values, strict=True)))


def occurring(world: World, nodes: tuple[Node, ...], cell: Cell, dims: list[Name]) -> list[tuple[Value, ...]]:
    """The combinations of values of dimensions of which, for some aggregate, a row lies in the cell."""
    found: dict[tuple[Value, ...], None] = {}
    for node in nodes:
        for call, own in aggregates_of(world, node, cell):
            bound = bound_of(world, own)
            for row in rows_in(world, call, own, conditions=False):
                found[tuple(dimension_value(world, d, row.table, row.index, bound) for d in dims)] = None
    return list(found)


def period_cells(world: World, call: Call, args: tuple[Node, ...], cell: Cell) -> list[Cell]:
    """The cells of `per month`: every period whose first day lies in the window, taken whole; else the cell itself."""
    grains = [name.text for name in call.per if world.grains.is_grain(name.text)]
    if not grains:
        return [cell]
    if len(grains) > 1:
        raise Unsupported("per two grains")
    limit = cell.window if any_ahead(world, args) else cell.cut
    periods = _periods(world, grains[0], args, limit)
    return [replace(cell, window=p, cut=cut(p, world.as_of_end), grain=grains[0]) for p in periods]


def _periods(world: World, grain: str, args: tuple[Node, ...], limit: Window | None) -> list[Window]:
    """Every period whose first day lies in the window; where it has no bound, in the range of the metric."""
    if limit is not None and limit.empty:
        return []
    first, end = (limit.start, limit.end) if limit is not None else (None, None)
    if first is None or end is None:
        span = span_of(world, args)
        if span is None:
            return []
        first = span[0] if first is None else first
        end = span[1] if end is None else end
        if limit is None or limit.start is None:
            period = world.grains.period(grain, first)
            first = period.start if period is not None and period.start is not None else first
    return [p for p in world.grains.between(grain, first, end) if p.start is not None and p.start >= first]


def aggregates_of(world: World, node: Node, cell: Cell, plain: bool = False) -> Iterator[tuple[Call, Cell]]:
    """Every aggregate of a metric expression with the cell that has its own window; `plain`: as if without operators.

    An aggregate's own `where` is aside (so are metrics in it), the condition of `(m where ..)` and `all` too.
    """
    if isinstance(node, Name):
        metric = world.model.metrics.get(node.text)
        if metric is not None and metric.expression is not None:
            yield from aggregates_of(world, metric.expression, cell, plain)
    elif isinstance(node, Call) and is_aggregate(node):
        yield node, cell
    elif isinstance(node, Call):
        for own in [cell] if plain else _own_cells(world, node, cell):
            for arg in node.args[:1] if node.function in (*TIME_OPERATORS, "trunc", "percentile") else node.args:
                yield from aggregates_of(world, arg, own, plain)
    elif isinstance(node, Slice):
        yield from aggregates_of(world, node.metric, cell, plain)
    else:
        yield from _below(world, node, cell, plain)


def _own_cells(world: World, node: Call, cell: Cell) -> list[Cell]:
    """The cells in which a call takes its arguments."""
    if node.per:
        args = node.args[:1] if node.function == "percentile" else node.args
        return period_cells(world, node, args, cell)
    if node.function not in TIME_OPERATORS:
        return [cell]
    moved = moved_cell(world, node, cell)
    return [cell, moved] if node.function == "growth" else [moved]


def _below(world: World, node: object, cell: Cell, plain: bool) -> Iterator[tuple[Call, Cell]]:
    """The aggregates in the parts of arithmetic, comparisons, `case`."""
    parts = node if isinstance(node, tuple) else [getattr(node, f.name) for f in fields(node)]  # type: ignore[arg-type]
    for part in parts:
        if isinstance(part, Node):
            yield from aggregates_of(world, part, cell, plain)
        elif isinstance(part, tuple):
            yield from _below(world, part, cell, plain)


def any_ahead(world: World, nodes: tuple[Node, ...]) -> bool:
    """Whether some aggregate stands on an axis marked ahead."""
    for node in nodes:
        for call, _ in aggregates_of(world, node, Cell(), plain=True):
            axis = axis_of(world, call)
            if call.as_of is None and axis is not None and is_ahead(world, table_of(world, call), axis):
                return True
    return False


def span_of(world: World, nodes: tuple[Node, ...]) -> tuple[datetime, datetime] | None:
    """From the first time that occurs for the metrics, as if they had no time operators, to just after the last."""
    everything = Cell(filters=world.filters)
    times: list[datetime] = []
    for node in nodes:
        for call, _ in aggregates_of(world, node, everything, plain=True):
            times += _times(world, call, everything)
    return (min(times), max(times) + timedelta(microseconds=1)) if times else None


def _times(world: World, call: Call, cell: Cell) -> list[datetime]:
    """The times of an aggregate's rows, up to the as-of day; a stock goes on to that day."""
    table = table_of(world, call)
    axis = begins(world, table) if call.as_of else axis_of(world, call)
    if axis is None:
        return []
    ahead = call.as_of is None and is_ahead(world, table, axis)
    times = []
    for index in range(len(world.rows(table))):
        when = time_of(world, table, index, axis, bound_of(world, cell))
        if when is not None and (ahead or when < world.as_of_end) and in_slice(world, table, index, cell):
            times.append(when)
    return [*times, world.as_of_end - timedelta(microseconds=1)] if times and call.as_of else times
