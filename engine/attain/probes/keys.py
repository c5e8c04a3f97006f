"""Which columns hold keys and references, and how a copy of the data gets others: so that it joins only with itself.

Columns that are joined hold the same things, so they form a group: a table's key and every reference to it. In a copy
of all tables each group gets values of its own: numbers beyond the largest, texts behind a word that none begins with.
A table whose key can have no other values (days) is not doubled; nor are exchange rates and calendars, which are looked
up by what they say and not by a key.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from attain.model import expression as e
from attain.model.semantic import SemanticModel, Table
from attain.model.types import Kind

#: A physical column: its table and its name.
Place = tuple[str, str]
MOST_NAMES = 100  # that a column may have, one for another


@dataclass(frozen=True, slots=True)
class Keys:
    """What a copy of the data changes: `groups` are the columns that get other values together; `doubled` are the
    tables that there is a copy of."""

    groups: tuple[tuple[Place, ...], ...]
    doubled: frozenset[str]

    @property
    def places(self) -> frozenset[Place]:
        """All columns that get other values."""
        return frozenset(place for group in self.groups for place in group)


def find_keys(model: SemanticModel, known: Iterable[str]) -> Keys:
    """The keys of a model; `known` are the tables that have rows."""
    kept = set(model.tables) - set(known) | looked_up(model)
    joined = joined_columns(model)
    while True:
        groups = [group for group in joined if can_change(model, group) and not touches(model, group, kept)]
        fresh = {place for group in groups for place in group}
        held = {place for group in joined for place in group if place not in fresh}
        own = {
            name: own_key(table, fresh, held) for name, table in model.tables.items() if name not in kept and table.key
        }
        stuck = {name for name, place in own.items() if place is None}
        if not stuck:
            groups += [(place,) for place in own.values() if place is not None and place not in fresh]
            return Keys(tuple(groups), frozenset(set(model.tables) - kept))
        kept |= stuck


def looked_up(model: SemanticModel) -> set[str]:
    """The tables that are found by what they say: exchange rates, the days of calendars."""
    calendar = model.calendar
    found = {calendar.table, calendar.holidays.table if calendar.holidays is not None else ""}
    return {name for name in found | {model.rates.table if model.rates is not None else ""} if name}


def joined_columns(model: SemanticModel) -> list[tuple[Place, ...]]:
    """The groups of columns that hold the same things: references and the keys that they lead to."""
    groups: list[set[Place]] = []
    for table in model.tables.values():
        for join in table.joins.values():
            target = model.tables[join.to]
            names = target.reference if join.at else target.key
            for here, there in zip(join.on, names, strict=False):
                together = {origin(model, (table.name, here)), origin(model, (target.name, there))}
                for group in [g for g in groups if g & together]:
                    together |= group
                    groups.remove(group)
                groups.append(together)
    return [tuple(sorted(group)) for group in groups]


def origin(model: SemanticModel, place: Place) -> Place:
    """Where the values of a field come from that is another one under its own name (`payer: deal.account_id`)."""
    for _ in range(MOST_NAMES):
        table, name = place
        found = model.tables[table].fields.get(name)
        if found is None or not isinstance(found.expression, e.Column):
            break
        for join in found.expression.path:
            table = model.tables[table].joins[join].to
        place = (table, found.expression.name)
    return place


def can_change(model: SemanticModel, group: tuple[Place, ...]) -> bool:
    """Whether other values can be put into all columns of a group: columns of the source, all texts or all exact
    numbers."""
    fields = [model.tables[table].fields.get(name) for table, name in group]
    if not all(found is not None and found.is_physical for found in fields):
        return False
    kinds = {found.type.kind for found in fields if found is not None}
    return kinds == {Kind.TEXT} or kinds <= {Kind.INTEGER, Kind.DECIMAL}


def touches(model: SemanticModel, group: tuple[Place, ...], kept: set[str]) -> bool:
    """Whether a group holds the key of a table that stays as it is: what leads there has to go on doing so."""
    return any(table in kept and name in model.tables[table].key for table, name in group)


def own_key(table: Table, fresh: set[Place], held: set[Place]) -> Place | None:
    """A column of a table's key that makes a copy of it another row; None where the copy would have the same key, since
    its columns are `held` by others that lead to them, or can have no other values."""
    for name in table.key:
        if (table.name, name) in fresh:
            return (table.name, name)
    for name in table.key:
        found = table.fields.get(name)
        if (table.name, name) in held or found is None:
            continue
        if found.is_physical and found.type.kind in (Kind.TEXT, Kind.INTEGER, Kind.DECIMAL):
            return (table.name, name)
    return None
