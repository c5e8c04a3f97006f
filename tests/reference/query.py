"""A query: which cells there are, and their values (sections 1, 6 and 9)."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cmp_to_key

from .cells import Cell
from .clock import midnight
from .errors import Unsupported, Wrong
from .evaluate import evaluate
from .metrics import CellScope, occurring, span_of
from .parser import parse
from .periods import Window, cut
from .syntax import Call, Name, Node, Slice
from .values import Value, compare, leave, truth
from .world import World

_VALUES = set("by grain where having from to as-of order limit format f c color max-cells".split())
_FLAGS = {"sparse", "q"}


@dataclass
class Query:
    """The command line, read."""

    metrics: list[tuple[str, Node]] = field(default_factory=list)
    by: list[Name] = field(default_factory=list)
    grain: str | None = None
    where: list[Node] = field(default_factory=list)
    having: list[Node] = field(default_factory=list)
    start: date | None = None
    end: date | None = None
    as_of: date | None = None
    order: list[tuple[Node, bool]] = field(default_factory=list)
    limit: int | None = None
    sparse: bool = False

    @property
    def nodes(self) -> tuple[Node, ...]:
        """The expressions of the metrics."""
        return tuple(node for _, node in self.metrics)


def read_query(text: str) -> Query:
    """What follows `attain run`."""
    query, words = Query(), iter(shlex.split(text))
    for word in words:
        if not word.startswith("--") and word not in ("-f", "-c", "-q"):
            query.metrics.append((word, parse(word)))
            continue
        option, _, value = word.lstrip("-").partition("=")
        if option in _FLAGS:
            query.sparse = query.sparse or option == "sparse"
        elif option in _VALUES:
            _set(query, option, value if "=" in word else next(words))
        else:
            raise Unsupported(word)
    return query


def _set(query: Query, option: str, value: str) -> None:
    if option == "by":
        query.by += [_name(part) for part in _split(value)]
    elif option == "grain":
        query.grain = value
    elif option in ("where", "having"):
        getattr(query, option).append(parse(value))
    elif option in ("from", "to", "as-of"):
        setattr(query, {"from": "start", "to": "end", "as-of": "as_of"}[option], date.fromisoformat(value))
    elif option == "order":
        query.order += [(parse(p.removeprefix("-")), p.startswith("-")) for p in _split(value)]
    elif option == "limit":
        query.limit = int(value)


def _name(text: str) -> Name:
    node = parse(text)
    if not isinstance(node, Name):
        raise Wrong(f"not a dimension: {text}")
    return node


def _split(text: str) -> list[str]:
    """The parts between commas that stand outside parentheses and quotes."""
    parts, depth, quoted = [""], 0, ""
    for letter in text:
        if quoted or letter in "'\"":
            quoted = "" if letter == quoted else quoted or letter
        elif letter in "()":
            depth += 1 if letter == "(" else -1
        elif letter == "," and depth == 0:
            parts.append("")
            continue
        parts[-1] += letter
    return [part.strip() for part in parts]


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
    """A row before it is sorted: its period's first day, its slice, the values asked for and those to order by."""

    period: Value
    members: tuple[Value, ...]
    values: list[Value]
    order: list[Value]


def run_query(world: World, query: Query) -> list[list[object]]:
    """The rows of the result, sorted."""
    if not query.metrics:
        raise Wrong("no metric")
    if query.grain is not None and not world.grains.is_grain(query.grain):
        raise Wrong(f"unknown grain {query.grain}")
    for _, node in query.metrics:
        if isinstance(node, Name) and node.text not in {**world.model.metrics, **world.model.constants}:
            raise Wrong(f"unknown metric {node.text}")
    world.filters = tuple(query.where)
    rows = [row for cell in cells_of(world, query) if (row := _row(world, query, cell)) is not None]
    rows.sort(key=cmp_to_key(lambda a, b: _order_rows(world, query, a, b)))
    return [_finish(query, row) for row in rows[: query.limit]]


def cells_of(world: World, query: Query) -> list[Cell]:
    """The cells that the result has."""
    windows: list[Window | None] = list(periods_of(world, query)) if query.grain else [explicit_window(query)]
    bases = [_base(world, query, window) for window in windows]
    occur = [set(occurring(world, query.nodes, base, query.by)) for base in bases]
    slices = set().union(*occur) if query.by else {()}
    return [
        _with_slice(base, query.by, members)
        for base, here in zip(bases, occur, strict=True)
        for members in (here if query.sparse else slices)
    ]


def _base(world: World, query: Query, window: Window | None) -> Cell:
    ends = None if window is None else cut(window, world.as_of_end)
    return Cell(filters=world.filters, window=window, cut=ends, grain=query.grain)


def _with_slice(base: Cell, by: list[Name], members: tuple[Value, ...]) -> Cell:
    dims = tuple(zip(by, members, strict=True))
    return Cell(dims, base.filters, (), base.window, base.cut, base.grain)


def explicit_window(query: Query) -> Window | None:
    """Without a grain: the exact days of --from and --to."""
    if query.start is None and query.end is None:
        return None
    first, end = _midnight(query.start), _midnight(query.end)
    empty = first is not None and end is not None and first >= end
    return Window(first, end, empty)


def _midnight(day: date | None) -> datetime | None:
    return None if day is None else midnight(day)


def periods_of(world: World, query: Query) -> list[Window]:
    """The periods of the range, rounded out; what is left out of it comes from what occurs."""
    assert query.grain is not None
    first, end = _midnight(query.start), _midnight(query.end)
    if first is None or end is None:
        span = span_of(world, query.nodes)
        if span is None:
            return []
        first, end = (first or span[0]), (end or span[1])
    return world.grains.between(query.grain, first, end)


def _row(world: World, query: Query, cell: Cell) -> ResultRow | None:
    """The row of a cell, unless --having drops it."""
    scope = CellScope(world, cell)
    period = world.as_bound(cell.window.start, query.grain) if query.grain and cell.window else None
    names: dict[tuple[str, ...], Value] = {(query.grain,): period} if query.grain else {}
    names.update((name.parts, value) for name, value in cell.dims)
    result = ResultScope(scope, world, names)
    if not all(truth(evaluate(condition, result)) for condition in query.having):
        return None
    values = [evaluate(node, scope) for _, node in query.metrics]
    order = [evaluate(node, result) for node, _ in query.order]
    return ResultRow(period, tuple(value for _, value in cell.dims), values, order)


def _order_rows(world: World, query: Query, left: ResultRow, right: ResultRow) -> int:
    """--order first, then the period, then the dimensions; missing ones last."""
    pairs = [(a, b, d) for a, b, (_, d) in zip(left.order, right.order, query.order, strict=True)]
    pairs += [(a, b, False) for a, b in zip((left.period, *left.members), (right.period, *right.members), strict=True)]
    for mine, its, descending in pairs:
        if mine is None or its is None:
            if (mine is None) != (its is None):
                return 1 if mine is None else -1
        elif not compare("=", mine, its, world.clock):
            return -1 if compare("<", mine, its, world.clock) != descending else 1
    return 0


def _finish(query: Query, row: ResultRow) -> list[object]:
    period = [row.period] if query.grain else []
    return [leave(value) for value in (*period, *row.members, *row.values)]
