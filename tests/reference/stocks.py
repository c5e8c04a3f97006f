"""Stocks: the rows alive at an instant, the last snapshot before it, the version at a time (section 6)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from .errors import Wrong
from .syntax import Name
from .values import Value, compare
from .world import World

Read = Callable[[int, Name], Value]


def alive(world: World, table: str, instant: datetime, read: Read) -> frozenset[int]:
    """The rows of a stock just before an instant."""
    said = world.table(table)
    indexes = range(len(world.rows(table)))
    if said.lifespan is not None:
        lives = {i: [_local(world, read(i, name)) for name in said.lifespan] for i in indexes}
        return frozenset(i for i, (start, end) in lives.items() if _alive(start, end, instant))
    if said.snapshot is None:
        raise Wrong(f"as of: {table} has neither lifespan nor snapshot")
    taken = {i: _local(world, read(i, said.snapshot)) for i in indexes}
    group = {i: read(i, said.snapshot_per) if said.snapshot_per else None for i in indexes}
    last: dict[Value, datetime] = {}
    for index, when in taken.items():
        if when is not None and when < instant:
            last[group[index]] = max(when, last.get(group[index], when))
    return frozenset(i for i in indexes if taken[i] is not None and taken[i] == last.get(group[i]))


def _alive(start: datetime | None, end: datetime | None, instant: datetime) -> bool:
    """from < the instant, and to is null or >= the instant."""
    return start is not None and start < instant and (end is None or end >= instant)


def versions(world: World, table: str, when: Value, read: Read) -> list[int]:
    """The versions of a history at a time: from <= that time < to (or to null)."""
    lifespan = world.table(table).lifespan
    assert lifespan is not None
    found = []
    for index in range(len(world.rows(table))):
        start, end = (read(index, name) for name in lifespan)
        if compare("<=", start, when, world.clock) and (end is None or compare("<", when, end, world.clock)):
            found.append(index)
    return found


def begins(world: World, table: str) -> Name:
    """What a stock's range begins with: the start of a lifespan, or the snapshot."""
    said = world.table(table)
    name = said.lifespan[0] if said.lifespan else said.snapshot
    if name is None:
        raise Wrong(f"as of: {table} has neither lifespan nor snapshot")
    return name


def _local(world: World, when: Value) -> datetime | None:
    return None if when is None else world.clock.local(when)
