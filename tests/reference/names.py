"""Which chain of joins a name means (language.md, section 5)."""

from __future__ import annotations

from collections.abc import Iterator

from .errors import Wrong
from .syntax import AGGREGATES, Call, Name, Node, walk
from .world import World

Chain = tuple[str, ...]


def all_chains(
    world: World, table: str, passed: frozenset[tuple[str, str]] = frozenset()
) -> Iterator[tuple[Chain, str]]:
    """Every chain of joins from a table, the empty one first, with the table it ends in; none passes a join twice."""
    yield (), table
    for name, join in world.table(table).joins.items():
        if (table, name) not in passed:
            for rest, end in all_chains(world, join.to, passed | {(table, name)}):
                yield (name, *rest), end


def chains_between(world: World, table: str, end: str) -> list[Chain]:
    """The chains of joins from one table to another."""
    return world.remember(("chains", table, end), lambda: [c for c, e in all_chains(world, table) if e == end])


def choose_chain(found: list[Chain], what: str) -> Chain:
    """The row's own table; else exactly one chain, or one of a single join among longer ones."""
    if () in found:
        return ()
    singles = [chain for chain in found if len(chain) == 1]
    if len(found) == 1 or len(singles) == 1:
        return singles[0] if singles else found[0]
    if not found:
        raise Wrong(f"no chain of joins: {what}")
    raise Wrong(f"several chains of joins: {what}: {', '.join('.'.join(c) for c in found)}")


def chain_to_row(world: World, table: str, end: str) -> Chain:
    """How the rows of a table of a metric reach the row of a condition."""
    return choose_chain(chains_between(world, table, end), f"from {table} to {end}")


def chain_to_parent(world: World, child: str, parent: str, via: Chain | None) -> Chain:
    """How a roll-up finds the children of a row."""
    found = [chain for chain in chains_between(world, child, parent) if chain]
    if via is not None:
        found = [chain for chain in found if chain == via]
    return choose_chain(found, f"from {child} to {parent}")


def dimension_path(world: World, name: Name, table: str) -> Node:
    """A dimension, a column of the table or `table.field`, as an expression over the table's rows."""
    return world.remember(("path", name.parts, table), lambda: _find_path(world, name, table))


def _find_path(world: World, name: Name, table: str) -> Node:
    if len(name.parts) > 1:
        return _table_field(world, name.parts, table)
    dimension = world.model.dimensions.get(name.text)
    if dimension is None:
        if world.has_field(table, name.text):
            return name
        raise Wrong(f"unknown dimension {name.text} of {table}")
    if dimension.chain is not None:
        return _end_of_chain(world, dimension.chain.parts, table)
    if table not in dimension.paths:
        raise Wrong(f"{table} has no path to {name.text}")
    return dimension.paths[table]


def _table_field(world: World, parts: Chain, table: str) -> Name:
    """`table.field`, or `table.join.field`, reached from a table."""
    if parts[0] not in world.model.tables:
        raise Wrong(f"unknown table {parts[0]}")
    chain = choose_chain(chains_between(world, table, parts[0]), f"from {table} to {parts[0]}")
    return Name((*chain, *parts[1:]))


def _end_of_chain(world: World, parts: Chain, table: str) -> Name:
    """`owner.region` for every table with one chain of joins that ends so."""
    joins, field = parts[:-1], parts[-1]
    if joins and parts[0] in world.model.tables and not any(parts[0] in t.joins for t in world.model.tables.values()):
        return _table_field(world, parts, table)
    found = [
        chain
        for chain, end in all_chains(world, table)
        if chain[len(chain) - len(joins) :] == joins and world.has_field(end, field)
    ]
    return Name((*choose_chain(found, f"from {table} to {'.'.join(parts)}"), field))


def is_aggregate(node: Node) -> bool:
    """Whether the node is an aggregate over the rows of a table."""
    return isinstance(node, Call) and node.function in AGGREGATES and not node.per


def counts_rows(world: World, call: Call) -> bool:
    """Whether it is `count(table)`."""
    if call.function != "count" or call.distinct or len(call.args) != 1:
        return False
    what = call.args[0]
    return isinstance(what, Name) and len(what.parts) == 1 and what.text in world.model.tables


def table_of(world: World, call: Call) -> str:
    """The table that the first argument of an aggregate names."""
    if counts_rows(world, call):
        return next(iter(walk(call.args[0]))).text  # type: ignore[union-attr]
    for node in walk(call.args[:1]):
        if isinstance(node, Name) and len(node.parts) > 1 and node.parts[0] in world.model.tables:
            return node.parts[0]
    raise Wrong(f"{call.function} names no table")
