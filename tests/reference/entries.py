"""Which entries of a target lie in the slice of a cell, and what the target calls its dimensions (section 8)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .cells import Cell, bound_of
from .errors import Unsupported, Wrong
from .evaluate import evaluate
from .names import chain_to_row, dimension_path
from .periods import Window
from .rows import end_of, field_value
from .syntax import Binary, Call, In, IsNull, Literal, Name, Node, Slice, walk
from .targets import Target
from .values import Value, truth
from .world import World


@dataclass(frozen=True)
class Entry:
    """What a target says of one period (None: of every one) for one member of each of its dimensions."""

    window: Window | None
    members: tuple[Value, ...]
    value: Value


@dataclass(frozen=True)
class MemberScope:
    """A condition over the dimensions of a target, for one of its entries."""

    world: World
    names: dict[tuple[str, ...], Value]

    def name(self, node: Name) -> Value:
        """The member, else a constant."""
        return self.names[node.parts] if node.parts in self.names else self.world.model.constants[node.text]

    def special(self, node: Call) -> Value:
        """Only dimensions stand here."""
        raise Wrong(f"{node.function} in a condition over dimensions")

    def slice(self, node: Slice) -> Value:
        """Only dimensions stand here."""
        raise Wrong("(metric where ..) in a condition over dimensions")

    def bound(self, which: str) -> Value:
        """Only dimensions stand here."""
        raise Unsupported(f"{which}() beside a target")


def own_name(world: World, target: Target, name: Name) -> Name:
    """A dimension as the target calls it: another name for what is the same in all tables of its metric."""
    return world.remember(("own", target.name, target.valid_from, name), lambda: _find_own(world, target, name))


def _find_own(world: World, target: Target, name: Name) -> Name:
    from .occurs import tables_of

    tables = tables_of(world, Name((target.metric,)))
    mine = [own for own in target.by or () if own != name and _same(world, own, name, tables)]
    return mine[0] if mine and name not in (target.by or ()) else name


def _same(world: World, own: Name, name: Name, tables: set[str]) -> bool:
    try:
        return all(_reference(world, own, t) == _reference(world, name, t) for t in tables)
    except Wrong:
        return False


def _reference(world: World, name: Name, table: str) -> Node:
    """The path of a dimension; of the key that a join goes by, the column that refers to it."""
    return _refers(world, dimension_path(world, name, table), table)


def _refers(world: World, path: Node, table: str) -> Node:
    while isinstance(path, Name) and len(path.parts) > 1:
        join = world.table(end_of(world, table, path.parts[:-2])).joins[path.parts[-2]]
        if join.at is not None or world.table(join.to).key != path.parts[-1:]:
            break
        path = Name((*path.parts[:-2], join.on[0]))
    return path


def in_its_names(world: World, target: Target, cell: Cell) -> Cell:
    """The cell with the dimensions of its slice called as the target calls them."""
    dims = tuple((own_name(world, target, name), value) for name, value in cell.dims)
    if cell.among is None:
        return replace(cell, dims=dims)
    named = tuple(own_name(world, target, name) for name in cell.among.dims)
    return replace(cell, dims=dims, among=replace(cell.among, dims=named))


def has_dimensions(world: World, target: Target, cell: Cell) -> bool:
    """Whether the target has every dimension that the cell is cut or filtered by."""
    assert target.by is not None
    has = set(target.by)
    if any(name not in has for name, _ in cell.dims):
        return False
    if cell.among is not None and any(name not in has for name in cell.among.dims):
        return False
    names = [node for condition in cell.filters for node in walk(condition) if isinstance(node, Name)]
    constants = world.model.constants
    if any(own_name(world, target, name) not in has and name.text not in constants for name in names):
        return False
    return all(_keys(world, target, table) is not None for table, _ in cell.rows)


def _keys(world: World, target: Target, table: str) -> dict[Name, str] | None:
    """The dimensions of the target that are the key of a table, whose rows they therefore tell apart."""
    from .occurs import tables_of

    tables = tables_of(world, Name((target.metric,)))
    pairs = [(name, key) for key in world.table(table).key for name in target.by or ()]
    found = {name: key for name, key in pairs if all(_is_key(world, name, key, table, t) for t in tables)}
    return found if set(found.values()) == set(world.table(table).key) else None


def _is_key(world: World, name: Name, key: str, table: str, start: str) -> bool:
    """Whether a dimension is, seen from a table, the key of the rows of another."""
    try:
        chain = chain_to_row(world, start, table)
        return _reference(world, name, start) == _refers(world, Name((*chain, key)), start)
    except Wrong:
        return False


def matches(world: World, target: Target, entry: Entry, cell: Cell) -> bool:
    """Whether an entry lies in the slice of a cell."""
    assert target.by is not None
    mine = dict(zip(target.by, entry.members, strict=True))
    if any(mine[name] != value for name, value in cell.dims):
        return False
    if cell.among is not None and tuple(mine[name] for name in cell.among.dims) not in cell.among.members:
        return False
    for table, index in cell.rows:
        keys = _keys(world, target, table) or {}
        if any(mine[n] != field_value(world, table, index, k, bound_of(world, cell)) for n, k in keys.items()):
            return False
    named = {node for condition in cell.filters for node in walk(condition) if isinstance(node, Name)}
    said = {name.parts: mine[own] for name in named if (own := own_name(world, target, name)) in mine}
    scope = MemberScope(world, said)
    return all(truth(evaluate(condition, scope)) for condition in cell.filters)


def is_one_member(world: World, target: Target, cell: Cell) -> bool:
    """Whether the cell has one member of every dimension of the target: by its slice, a filter or a row."""
    fixed = {name for name, _ in cell.dims}
    for table, _ in cell.rows:
        fixed |= set(_keys(world, target, table) or {})
    for condition in cell.filters:
        fixed |= {own_name(world, target, name) for name in _fixed_by(condition)}
    return fixed >= set(target.by or ())


def _fixed_by(condition: Node) -> set[Name]:
    """The dimensions that a condition leaves one value."""
    match condition:
        case Binary("and", left, right):
            return _fixed_by(left) | _fixed_by(right)
        case Binary("=", Name() as name, Literal()) | Binary("=", Literal(), Name() as name):
            return {name}
        case In(Name() as name, (Literal(),)) | IsNull(Name() as name):
            return {name}
    return set()
