"""The rows of a result: which cells there are, their values, totals, the rest as `other` (sections 1, 6 and 9)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cmp_to_key

from .cells import Among, Cell
from .clock import midnight
from .errors import Wrong
from .evaluate import evaluate
from .metrics import CellScope
from .occurs import has_times, occurring, span_of
from .periods import Window, cut
from .query import Query
from .syntax import Call, Name, Node, Slice
from .values import Value, compare, leave, truth
from .world import World

Members = tuple[Value, ...]


@dataclass(frozen=True)
class ResultScope:
    """A row of the result: dimensions first, then the period, then metrics in the cell."""

    inner: CellScope
    world: World
    names: dict[tuple[str, ...], Value]

    def name(self, node: Name) -> Value:
        """A column of the result, or any metric."""
        return self.names[node.parts] if node.parts in self.names else self.inner.name(node)

    def special(self, node: Call) -> Value:
        """In the cell."""
        return self.inner.special(node)

    def slice(self, node: Slice) -> Value:
        """In the cell."""
        return self.inner.slice(node)

    def bound(self, which: str) -> Value:
        """Of the cell."""
        return self.inner.bound(which)


@dataclass
class ResultRow:
    """A row before it is sorted: its period's first day, its slice (None: `other`), the values asked for, the order."""

    period: Value
    members: Members | None
    values: list[Value]
    order: list[Value]


def run_query(world: World, query: Query) -> list[list[object]]:
    """The rows of the result, sorted; with --totals those below them."""
    _check(world, query)
    world.filters = tuple(query.where)
    bases = [_base(world, query, window) for window in _windows(world, query)]
    rows = [row for cell in _cells(world, query, bases) if (row := _row(world, query, cell)) is not None]
    rows.sort(key=cmp_to_key(lambda a, b: _order_rows(world, query, a, b)))
    lines = [_finish(query, row) for row in rows[: query.limit]]
    if not query.totals:
        return lines
    return [[False, *line] for line in lines] + [[True, *line] for line in _totals(world, query, bases)]


def _check(world: World, query: Query) -> None:
    if not query.metrics:
        raise Wrong("no metric")
    if query.grain is not None and not world.grains.is_grain(query.grain):
        raise Wrong(f"unknown grain {query.grain}")
    for _, node in query.metrics:
        if isinstance(node, Name) and node.text not in {**world.model.metrics, **world.model.constants}:
            raise Wrong(f"unknown metric {node.text}")
    if query.top is not None and not query.by:
        raise Wrong("--top without --by")


def _base(world: World, query: Query, window: Window | None) -> Cell:
    ends = None if window is None else cut(window, world.as_of_end)
    return Cell(filters=world.filters, window=window, cut=ends, grain=query.grain)


def _windows(world: World, query: Query) -> list[Window | None]:
    """The periods of the range, rounded out; without a grain the exact days of --from and --to."""
    first, end = _midnight(query.start), _midnight(query.end)
    if query.grain is not None:
        return list(_periods(world, query, query.grain, first, end))
    if first is None and end is None:
        return [None]
    return [Window(first, end, empty=first is not None and end is not None and first >= end)]


def _periods(world: World, query: Query, grain: str, first: datetime | None, end: datetime | None) -> list[Window]:
    if first is None or end is None:
        if not has_times(world, query.nodes):
            raise Wrong("no time axis: the range needs --from and --to")
        span = span_of(world, query.nodes)
        if span is None:
            return []
        first, end = _rounded(world, grain, first or span[0], end or span[1])
    return world.grains.between(grain, first, end)


def _rounded(world: World, grain: str, first: datetime, end: datetime) -> tuple[datetime, datetime]:
    """A range out to whole periods; outside a calendar table as it is."""
    start, last = world.grains.period(grain, first), world.grains.period(grain, end - timedelta(microseconds=1))
    return (start.start if start else None) or first, (last.end if last else None) or end


def _midnight(day: date | None) -> datetime | None:
    return None if day is None else midnight(day)


def _whole(world: World, query: Query, bases: list[Cell]) -> Cell:
    """The cell of the whole range; where a grain has no periods, one in which nothing lies."""
    if query.grain is None:
        return bases[0]
    if not bases:
        return _base(world, query, Window(world.as_of_end, world.as_of_end, empty=True))
    first, last = bases[0].window, bases[-1].window
    assert first is not None and last is not None
    return _base(world, query, Window(first.start, last.end))


def _cells(world: World, query: Query, bases: list[Cell]) -> list[Cell]:
    """The cells that the result has."""
    if not query.by and not query.sparse:
        return bases
    occur = [set(occurring(world, query.nodes, base, query.by)) for base in bases]
    slices = set().union(*occur)
    kept, others = _ranked(world, query, _whole(world, query, bases), slices)
    cells = []
    for base, here in zip(bases, occur, strict=True):
        shown = here if query.sparse else slices
        cells += [replace(base, dims=_dims(query, members)) for members in kept if members in shown]
        if others & shown:
            cells.append(replace(base, among=Among(tuple(query.by), frozenset(others))))
    return cells


def _dims(query: Query, members: Members) -> tuple[tuple[Name, Value], ...]:
    return tuple(zip(query.by, members, strict=True))


def _ranked(world: World, query: Query, whole: Cell, slices: set[Members]) -> tuple[list[Members], set[Members]]:
    """The slices that --top keeps, and the others: by the first metric over the whole range, the largest first."""
    if query.top is None:
        return list(slices), set()
    values = {s: evaluate(query.nodes[0], CellScope(world, replace(whole, dims=_dims(query, s)))) for s in slices}

    def compared(left: Members, right: Members) -> int:
        pairs = [(values[left], values[right], True), *((a, b, False) for a, b in zip(left, right, strict=True))]
        return _compare(world, pairs)

    ordered = sorted(slices, key=cmp_to_key(compared))
    return ordered[: query.top], set(ordered[query.top :])


def _row(world: World, query: Query, cell: Cell) -> ResultRow | None:
    """The row of a cell, unless --having drops it. Of `other` the dimensions are missing there."""
    scope = CellScope(world, cell)
    period = world.as_bound(cell.window.start, query.grain) if query.grain and cell.window else None
    names: dict[tuple[str, ...], Value] = {(query.grain,): period} if query.grain else {}
    names.update((name.parts, None) for name in query.by)
    names.update((name.parts, value) for name, value in cell.dims)
    result = ResultScope(scope, world, names)
    if not all(truth(evaluate(condition, result)) for condition in query.having):
        return None
    values = [evaluate(node, scope) for _, node in query.metrics]
    order = [evaluate(node, result) for node, _ in query.order]
    members = None if cell.among is not None else tuple(value for _, value in cell.dims)
    return ResultRow(period, members, values, order)


def _totals(world: World, query: Query, bases: list[Cell]) -> list[list[object]]:
    """The total of each period (a grain without dimensions has none), and the grand total, each at its own level."""
    cells = [(base.window.start, base) for base in bases if base.window and query.grain and query.by]
    lines = []
    for start, cell in [*cells, (None, _whole(world, query, bases))]:
        if query.sparse and not occurring(world, query.nodes, cell, []):
            continue
        values = [evaluate(node, CellScope(world, cell)) for node in query.nodes]
        row = ResultRow(world.as_bound(start, query.grain), (None,) * len(query.by), values, [])
        lines.append(_finish(query, row))
    return lines


def _order_rows(world: World, query: Query, left: ResultRow, right: ResultRow) -> int:
    """--order first, then the period, then the dimensions; missing ones last, and `other` after them."""
    for place, (node, descending) in enumerate(query.order):
        way = _other_last(left, right) if _is_dimension(query, node) else 0
        way = way or _compare(world, [(left.order[place], right.order[place], descending)])
        if way:
            return way
    way = _by_period(left, right) or _other_last(left, right)
    if way or left.members is None or right.members is None:
        return way
    return _compare(world, [(a, b, False) for a, b in zip(left.members, right.members, strict=True)])


def _by_period(left: ResultRow, right: ResultRow) -> int:
    """As the calendar's wall shows them: the hour that is left out stands before the one after it."""
    if left.period is None or right.period is None:
        return (left.period is None) - (right.period is None)
    return (str(left.period) > str(right.period)) - (str(left.period) < str(right.period))


def _is_dimension(query: Query, node: Node) -> bool:
    return isinstance(node, Name) and node in query.by


def _other_last(left: ResultRow, right: ResultRow) -> int:
    return (left.members is None) - (right.members is None)


def _compare(world: World, pairs: list[tuple[Value, Value, bool]]) -> int:
    """By the first pair that differs; missing values last, whichever way."""
    for mine, its, descending in pairs:
        if mine is None or its is None:
            if (mine is None) != (its is None):
                return 1 if mine is None else -1
        elif not compare("=", mine, its, world.clock):
            return -1 if compare("<", mine, its, world.clock) != descending else 1
    return 0


def _finish(query: Query, row: ResultRow) -> list[object]:
    period = [row.period] if query.grain else []
    members = ("other",) * len(query.by) if row.members is None else row.members
    return [leave(value) for value in (*period, *members, *row.values)]
