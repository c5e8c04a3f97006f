"""Expressions over the rows of a table: fields, joins, roll-ups, metrics for a row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from .aggregates import combine, first_or_last
from .definitions import Join, Table
from .errors import Wrong
from .evaluate import evaluate
from .names import chain_to_parent, counts_rows, table_of
from .stocks import alive, versions
from .syntax import AGGREGATES, Call, Name, Slice
from .values import Value, truth, with_unit
from .world import World

Bound = Callable[[str], Value]


@dataclass(frozen=True)
class RowScope:
    """One row: `metric` gives a metric for it, `parent` is the row of a roll-up, `own` the field being read."""

    world: World
    table: str
    index: int
    bound: Bound
    metric: Callable[[str], Value] | None = None
    parent: tuple[str, int] | None = None
    own: str | None = None

    def name(self, node: Name) -> Value:
        """A field, `table.field`, `join.field`, `parent.field`; else a metric, a constant."""
        parts = node.parts
        if self.parent is not None and parts[0] == "parent" and len(parts) > 1:
            return path_value(self.world, *self.parent, parts[1:], self.bound)
        if len(parts) > 1:
            parts = parts[1:] if parts[0] == self.table else parts
            return path_value(self.world, self.table, self.index, parts, self.bound)
        name = node.text
        if name == self.own and self.world.has_column(self.table, name):
            return self.world.rows(self.table)[self.index][name]
        if self.world.has_field(self.table, name):
            return field_value(self.world, self.table, self.index, name, self.bound)
        if name in self.world.model.metrics and self.metric is not None:
            return self.metric(name)
        if name in self.world.model.constants:
            return self.world.model.constants[name]
        raise Wrong(f"{self.table} has no field {name}")

    def special(self, node: Call) -> Value:
        """An aggregate in a field is a roll-up; anywhere else it is wrong."""
        if self.own is None or node.function not in AGGREGATES or node.per:
            raise Wrong(f"{node.function} in a row: a field (over all time) or a metric (in the window) is meant")
        return roll_up(self, node)

    def slice(self, node: Slice) -> Value:
        """Rows have no slices."""
        raise Wrong("(metric where ..) in a row")


def field_value(world: World, table: str, index: int, field: str, bound: Bound) -> Value:
    """A column or a derived field of a row."""
    said = world.table(table).fields.get(field)
    if said is None or said.expression is None:
        row = world.rows(table)[index]
        if field not in row:
            raise Wrong(f"{table} has no field {field}")
        return row[field]
    expression, unit = said.expression, said.unit
    scope = RowScope(world, table, index, bound, own=field)
    return world.remember(("field", table, field, index), lambda: with_unit(evaluate(expression, scope), unit))


def path_value(world: World, table: str, index: int, parts: tuple[str, ...], bound: Bound) -> Value:
    """`join.join.field` from a row on; missing where a reference is missing or dangling."""
    found = follow_chain(world, table, index, parts[:-1], bound)
    end = end_of(world, table, parts[:-1])
    if not world.has_field(end, parts[-1]):
        raise Wrong(f"{end} has no field {parts[-1]}")
    return None if found is None else field_value(world, end, found, parts[-1], bound)


def end_of(world: World, table: str, chain: tuple[str, ...]) -> str:
    """The table in which a chain of joins ends."""
    for name in chain:
        table = _join(world.table(table), name).to
    return table


def _join(table: Table, name: str) -> Join:
    if name not in table.joins:
        raise Wrong(f"{table.name} has no join {name}")
    return table.joins[name]


def follow_chain(world: World, table: str, index: int, chain: tuple[str, ...], bound: Bound) -> int | None:
    """The row in which a chain of joins ends; none where a reference is missing or dangling."""
    found: int | None = index
    for name in chain:
        if found is None:
            return None
        found = _follow(world, table, found, name, bound)
        table = world.table(table).joins[name].to
    return found


def _follow(world: World, table: str, index: int, name: str, bound: Bound) -> int | None:
    return world.remember(("join", table, name, index), lambda: _find_joined(world, table, index, name, bound))


def _find_joined(world: World, table: str, index: int, name: str, bound: Bound) -> int | None:
    join = _join(world.table(table), name)
    reference = tuple(field_value(world, table, index, column, bound) for column in join.on)
    if any(part is None for part in reference):
        return None
    if join.at is None:
        return _by_key(world, join.to, bound).get(reference)
    when = path_value(world, table, index, join.at.parts, bound)
    return _version(world, join.to, reference, when, bound)


def _by_key(world: World, table: str, bound: Bound) -> dict[tuple[Value, ...], int]:
    """The rows of a table by their keys, which must be unique."""

    def find() -> dict[tuple[Value, ...], int]:
        rows: dict[tuple[Value, ...], int] = {}
        for index in range(len(world.rows(table))):
            key = tuple(field_value(world, table, index, column, bound) for column in world.table(table).key)
            if key in rows:
                raise Wrong(f"the key of {table} is not unique: {key}")
            rows[key] = index
        return rows

    return world.remember(("keys", table), find)


def _version(world: World, table: str, reference: tuple[Value, ...], when: Value, bound: Bound) -> int | None:
    """The version of a reference at a time: from <= that time < to."""
    if when is None:
        return None
    history = world.table(table)
    if history.lifespan is None:
        raise Wrong(f"at: {table} has no lifespan")
    columns = [column for column in history.key if (column,) != history.lifespan[0].parts][: len(reference)]
    found = [
        index
        for index in versions(world, table, when, _reader(world, table, bound))
        if tuple(field_value(world, table, index, c, bound) for c in columns) == reference
    ]
    if len(found) > 1:
        raise Wrong(f"versions of {table} overlap: {reference}")
    return found[0] if found else None


def _reader(world: World, table: str, bound: Bound) -> Callable[[int, Name], Value]:
    return lambda index, name: path_value(world, table, index, name.parts, bound)


def alive_rows(world: World, table: str, instant: object, bound: Bound) -> frozenset[int]:
    """The rows of a stock at an instant, found before any filter or slice."""
    find = _reader(world, table, bound)
    return world.remember(("alive", table, instant), lambda: alive(world, table, instant, find))  # type: ignore[arg-type]


def roll_up(scope: RowScope, call: Call) -> Value:
    """All the children of a row, whatever the query's window or filters."""
    world = scope.world
    child = table_of(world, call)
    chain = chain_to_parent(world, child, scope.table, call.via)
    here = frozenset(range(len(world.rows(child))))
    if call.as_of:
        here = alive_rows(world, child, world.as_of_end, scope.bound)
    scopes = [
        RowScope(world, child, index, scope.bound, parent=(scope.table, scope.index))
        for index in sorted(here)
        if follow_chain(world, child, index, chain, scope.bound) == scope.index
    ]
    scopes = [s for s in scopes if call.where is None or truth(evaluate(call.where, s))]
    fraction = evaluate(call.args[1], replace(scope, own=None)) if call.function == "percentile" else None
    return reduce_rows(call, scopes, world, fraction)


def reduce_rows(call: Call, scopes: list[RowScope], world: World, fraction: Value) -> Value:
    """An aggregate of rows that have been found."""
    if counts_rows(world, call):
        return len(scopes)
    if call.function in ("first", "last"):
        ordered = [(*_order(call, s), evaluate(call.args[0], s)) for s in scopes]
        return first_or_last(call.function, ordered, world.clock)
    args = call.args[:1] if call.function == "percentile" else call.args
    values = [tuple(evaluate(arg, s) for arg in args) for s in scopes]
    return combine(call.function, values, call.distinct, fraction, world.clock)


def _order(call: Call, scope: RowScope) -> tuple[Value, tuple[Value, ...]]:
    """What `first` and `last` order a row by: the ordering time, then the key."""
    table = scope.world.table(scope.table)
    axis = call.by or call.on or table.time
    if axis is None:
        raise Wrong(f"{call.function}: {scope.table} has no time axis")
    key = tuple(field_value(scope.world, scope.table, scope.index, c, scope.bound) for c in table.key)
    return scope.name(axis), key
