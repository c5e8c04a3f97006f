"""What occurs in a cell, and from when to when something does (language.md, sections 1 and 6)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta

from .attaining import entries_of, growth_cells, is_fixed, target_of, target_value
from .cells import Cell, axis_of, bound_of, dimension_value, in_slice, is_ahead, rows_in, time_of
from .entries import has_dimensions, in_its_names, own_name
from .errors import Unsupported
from .evaluate import TIME_OPERATORS
from .names import is_aggregate, table_of
from .operators import moved_cell
from .periods import Window, cut
from .stocks import begins
from .syntax import Call, Name, Node, Slice
from .values import Value
from .world import World

_INSTANT = timedelta(microseconds=1)
_NO_METRICS = ("trunc", "percentile", *TIME_OPERATORS)  # of these only the first argument holds metrics


@dataclass(frozen=True)
class Found:
    """An aggregate or a target of a metric expression, the cell with its window, whether that is another one.

    `per` are the dimensions of an enclosing `per`: a target occurs where it has members of these.
    """

    call: Call
    cell: Cell
    moved: bool = False
    per: tuple[Name, ...] = ()


def aggregates_of(world: World, node: Node, cell: Cell, how: str = "own", moved: bool = False) -> Iterator[Found]:
    """Every aggregate of a metric expression with the cell that has its own window.

    `how`: "own"; "plain", as if there were no time operators; "still", only those whose window is the cell's. An
    aggregate's own `where` is aside (so are metrics in it), the condition of `(m where ..)` and `all` too.
    """
    if isinstance(node, Name):
        metric = world.model.metrics.get(node.text)
        if metric is not None and metric.expression is not None:
            yield from aggregates_of(world, metric.expression, cell, how, moved)
    elif isinstance(node, Call) and is_aggregate(node):
        if how != "still" or node.as_of is None:
            yield Found(node, cell, moved or node.as_of is not None)
    elif isinstance(node, Call) and node.function in ("target", "attainment"):
        yield from _of_target(world, node, cell, how, moved)
    elif isinstance(node, Call) and node.per:
        members = tuple(name for name in node.per if not world.grains.is_grain(name.text))
        yield from (replace(f, per=(*members, *f.per)) for f in _of_per(world, node, cell, how, moved))
    elif isinstance(node, Call) and node.function in TIME_OPERATORS and how != "plain":
        yield from _of_operator(world, node, cell, how, moved)
    elif isinstance(node, Call):
        for arg in node.args[:1] if node.function in _NO_METRICS else node.args:
            yield from aggregates_of(world, arg, cell, how, moved)
    elif isinstance(node, Slice):
        yield from aggregates_of(world, node.metric, cell, how, moved)
    else:
        yield from _below(world, node, cell, how, moved)


def _of_target(world: World, node: Call, cell: Cell, how: str, moved: bool) -> Iterator[Found]:
    """The range is that of the metric; what occurs is the target in its window, of `attainment` the metric, too.

    One value for all cells (or none) says nothing of which cells there are: what occurs is the metric.
    """
    if how == "plain" or node.function == "attainment":
        yield from aggregates_of(world, node.args[0], cell, how, moved)
    if how == "own" and is_fixed(world, node):
        yield from (replace(found, moved=True) for found in aggregates_of(world, node.args[0], cell, how, moved))
    elif how == "own":
        yield Found(replace(node, function="target"), cell, True)


def _of_operator(world: World, node: Call, cell: Cell, how: str, moved: bool) -> Iterator[Found]:
    if node.function == "growth":
        yield from aggregates_of(world, node.args[0], cell, how, moved)
    if how == "own":
        yield from aggregates_of(world, node.args[0], moved_cell(world, node, cell), how, True)


def _of_per(world: World, node: Call, cell: Cell, how: str, moved: bool) -> Iterator[Found]:
    """Flows occur where their rows lie, not where a period of `per` begins; moved ones and stocks in each period."""
    args = per_args(node)
    grain = grain_of(world, node)
    if how != "own" or grain is None:
        for arg in args:
            yield from aggregates_of(world, arg, cell, how, moved)
        return
    for arg in args:
        yield from aggregates_of(world, arg, replace(cell, grain=grain), "still", moved)
        for period in period_cells(world, node, cell):
            yield from (found for found in aggregates_of(world, arg, period, how) if found.moved)


def _below(world: World, node: object, cell: Cell, how: str, moved: bool) -> Iterator[Found]:
    """The aggregates in the parts of arithmetic, comparisons, `case`."""
    parts = node if isinstance(node, tuple) else [getattr(node, f.name) for f in fields(node)]  # type: ignore[arg-type]
    for part in parts:
        if isinstance(part, Node):
            yield from aggregates_of(world, part, cell, how, moved)
        elif isinstance(part, tuple):
            yield from _below(world, part, cell, how, moved)


def per_args(call: Call) -> tuple[Node, ...]:
    """The metrics of an aggregate with `per`."""
    return call.args[:1] if call.function == "percentile" else call.args


def grain_of(world: World, call: Call) -> str | None:
    """The grain that an aggregate is taken `per`, if any."""
    grains = [name.text for name in call.per if world.grains.is_grain(name.text)]
    if len(grains) > 1:
        raise Unsupported("per two grains")
    return grains[0] if grains else None


def occurring(world: World, nodes: tuple[Node, ...], cell: Cell, dims: list[Name]) -> list[tuple[Value, ...]]:
    """The combinations of values of dimensions of which, for some aggregate, a row lies in the cell."""
    found: dict[tuple[Value, ...], None] = {}
    for node in nodes:
        for one in aggregates_of(world, node, cell):
            if one.call.function == "target":
                found.update((members, None) for members in with_target(world, one, dims))
                continue
            bound = bound_of(world, one.cell)
            for row in rows_in(world, one.call, one.cell, conditions=False):
                found[tuple(dimension_value(world, d, row.table, row.index, bound) for d in dims)] = None
    return list(found)


def with_target(world: World, found: Found, shown: list[Name]) -> Iterator[tuple[Value, ...]]:
    """The combinations of values of dimensions for which a target exists."""
    call, cell = found.call, found.cell
    target, dims = target_of(world, call), list(dict.fromkeys((*shown, *found.per)))
    own = [] if target is None else [own_name(world, target, name) for name in dims]
    if target is None or (target.by is not None and not set(own) <= set(target.by)):
        return
    if target.growth is not None:
        if target.by is not None and not has_dimensions(world, target, in_its_names(world, target, cell)):
            return
        cells = growth_cells(world, target, cell)  # none where the window does not lie within one period
        yield from (m[: len(shown)] for one in cells for m in occurring(world, (call.args[0],), one, dims))
        return
    if target.by:
        places = [target.by.index(name) for name in own]
        some = [tuple(entry.members[place] for place in places) for entry in entries_of(world, target)]
    else:
        some = [()]
    for members in dict.fromkeys(some):
        narrowed = replace(cell, dims=(*cell.dims, *zip(dims, members, strict=True)))
        if target_value(world, call, narrowed) is not None:
            yield members[: len(shown)]


def members_of(world: World, node: Node, name: Name) -> list[Value]:
    """The values of a dimension that the rows of a metric's tables have."""
    return [members[0] for members in occurring(world, (node,), Cell(), [name])]


def member_cells(world: World, call: Call, cell: Cell) -> Iterator[Cell]:
    """The cells of `per X, Y`: the combinations of members that occur in the cell, x every period of a grain."""
    dims = [name for name in call.per if not world.grains.is_grain(name.text)]
    grains = tuple(name for name in call.per if name not in dims)
    inside: tuple[Node, ...] = (replace(call, per=grains),) if grains else per_args(call)
    combinations = occurring(world, inside, cell, dims) if dims else [()]
    for period in period_cells(world, call, cell):
        for values in combinations:
            yield replace(period, dims=(*cell.dims, *zip(dims, values, strict=True)))


def period_cells(world: World, call: Call, cell: Cell) -> list[Cell]:
    """The cells of `per month`: every period whose first day lies in the window, taken whole; else the cell itself."""
    grain = grain_of(world, call)
    if grain is None:
        return [cell]
    periods = _periods(world, grain, per_args(call), cell)
    return [replace(cell, window=p, cut=cut(p, world.as_of_end), grain=grain, by_days=False) for p in periods]


def _periods(world: World, grain: str, args: tuple[Node, ...], cell: Cell) -> list[Window]:
    """Every period whose first day lies in the window; where that has no bound, in the range of the metric."""
    limit = cell.window if any_ahead(world, args) else cell.cut
    if limit is not None and limit.empty:
        return []
    first, end = (limit.start, limit.end) if limit is not None else (None, None)
    if cell.window is None or cell.window.start is None or cell.window.end is None:
        span = span_of(world, args)
        if span is None:
            return []
        if first is None:
            period = world.grains.period(grain, span[0])
            first = period.start if period is not None and period.start is not None else span[0]
        if cell.window is None or cell.window.end is None:
            end = span[1] if end is None else min(end, span[1])
    assert first is not None and end is not None
    return [p for p in world.grains.between(grain, first, end) if p.start is not None and p.start >= first]


def any_ahead(world: World, nodes: tuple[Node, ...]) -> bool:
    """Whether some aggregate stands on an axis marked ahead."""
    for node in nodes:
        for found in aggregates_of(world, node, Cell(), "plain"):
            axis = axis_of(world, found.call)
            if found.call.as_of is None and axis is not None and is_ahead(world, table_of(world, found.call), axis):
                return True
    return False


def tables_of(world: World, node: Node) -> set[str]:
    """The tables that a metric aggregates."""
    return {table_of(world, found.call) for found in aggregates_of(world, node, Cell(), "plain")}


def has_times(world: World, nodes: tuple[Node, ...]) -> bool:
    """Whether some aggregate has a time axis, or is of a stock."""
    calls = [found.call for node in nodes for found in aggregates_of(world, node, Cell(), "plain")]
    return any(call.as_of is not None or axis_of(world, call) is not None for call in calls)


def span_of(world: World, nodes: tuple[Node, ...]) -> tuple[datetime, datetime] | None:
    """From the first time that occurs for the metrics, as if they had no time operators, to just after the last."""
    everything = Cell(filters=world.filters)
    times: list[datetime] = []
    for node in nodes:
        for found in aggregates_of(world, node, everything, "plain"):
            times += _times(world, found.call, everything)
    return (min(times), max(times) + _INSTANT) if times else None


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
    return [*times, world.as_of_end - _INSTANT] if times and call.as_of else times
