"""Fields of a table: in which types its columns come, what derived ones are made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from attain.model import expression as e
from attain.model.semantic import Field, Table
from attain.model.types import Kind, Type
from attain.plan.steps import From

LARGEST_FIELD = 120


def converted(source: From, found: Field) -> e.Expression:
    """A column of a source in its declared type."""
    own = found.source or found.type
    slot: e.Expression = source.slot(found.name, own)
    if own.kind is Kind.FLOAT:
        slot = e.Apply("finite", (slot,), own)  # what is no number, or none that can be written, is missing
    if found.type.kind is Kind.DURATION:
        return replace_type(slot, found.type)
    return slot if found.source is None else e.Apply("cast", (slot,), found.type)


def replace_type(slot: e.Expression, type: Type) -> e.Expression:
    """The same column, its values taken for another type that they are held in."""
    return replace(slot, type=type) if isinstance(slot, e.Slot | e.Apply) else slot


def closure(table: Table, names: Iterable[str]) -> list[str]:
    """Fields of a table and the own fields that they are derived from, dependencies first."""
    order: dict[str, None] = {}
    entered: set[str] = set()
    stack = [(name, False) for name in reversed(list(names))]
    while stack:
        name, finished = stack.pop()
        if finished:
            order[name] = None
        elif name not in entered:
            entered.add(name)
            stack.append((name, True))
            stack.extend((below, False) for below in reversed(derived_from(table.fields[name])))
    return list(order)


def derived_from(found: Field) -> list[str]:
    """The own fields that a derived field names."""
    if found.expression is None:
        return []
    return [n.name for n in e.walk(found.expression) if isinstance(n, e.Column) and not n.path]


def large_fields(table: Table, names: list[str]) -> bool:
    """Whether derived fields build on each other so much that writing them out would repeat a lot."""
    sizes: dict[str, int] = {}
    depths: dict[str, int] = {}
    for name in closure(table, names):
        expression = table.fields[name].expression
        if expression is None:
            sizes[name], depths[name] = 1, 1
            continue
        nodes = list(e.walk(expression))
        own = [n.name for n in nodes if isinstance(n, e.Column) and not n.path]
        sizes[name] = len(nodes) + sum(sizes[n] for n in own)
        depths[name] = e.depth(expression) + max((depths[n] for n in own), default=0)
        if sizes[name] > LARGEST_FIELD or depths[name] > 40:
            return True
    return False
