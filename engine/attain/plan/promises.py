"""What a statement verifies beside its result: keys that joins go by are unique, versions do not overlap."""

from __future__ import annotations

from attain.model import expression as e
from attain.model.semantic import Table
from attain.plan.builder import Builder
from attain.plan.calendars import days_elsewhere
from attain.plan.fields import converted
from attain.plan.leaves import free
from attain.plan.rows import joined
from attain.plan.steps import From, InOrder, NoRows, Rows, Step, UniqueKey
from attain.plan.versions import ends_after

Promises = tuple[tuple[Step, ...], tuple[UniqueKey, ...], tuple[NoRows, ...]]


def promises_of(builder: Builder) -> Promises:
    """The steps that only the verification looks at, the keys that are to be unique, and what is to have no rows."""
    kept = len(builder.steps)
    unique = (*(unique_key(builder, builder.model.tables[name]) for name in builder.unique), *builder.promised)
    never = tuple(no_overlap(builder, builder.model.tables[name], by_clock) for name, by_clock in builder.versions)
    never += tuple(days_elsewhere(builder, grain) for grain in list(builder.calendars))
    steps = tuple(builder.steps[kept:])
    del builder.steps[kept:]
    return steps, unique, never


def field_of(source: From, table: Table, name: str) -> e.Expression:
    """A field of a table over an input that has it."""
    found = table.fields[name]
    return converted(source, found) if source.is_table else source.slot(name, found.type)


def unique_key(builder: Builder, table: Table) -> UniqueKey:
    """The promise that no two rows of a table have the same key."""
    source = joined(builder, table, table.key, table.name)
    return UniqueKey(table.name, table.key, source, tuple(field_of(source, table, name) for name in table.key))


def no_overlap(builder: Builder, table: Table, by_clock: bool) -> NoRows:
    """The promise that no two versions of a thing are valid at once. Versions that are never valid do not count."""
    ordered, slots = versions_in_order(builder, table, by_clock)
    *reference, start, end, following = slots
    comment = "those that are still valid when the next one begins"
    shown = tuple((slot.name, slot) for slot in (*reference, start, following))
    where = e.both(e.Not(e.IsMissing(following)), ends_after(following, end))
    overlaps = builder.add(Rows(builder.name(table.name, "overlaps"), comment, ordered, shown, (), where))
    values = tuple(overlaps.slot(name, slot.type) for name, slot in shown)
    about = f"{table.name}:{', '.join(table.reference)}"
    promise = f"no two versions of {table.name} are valid at once"
    return NoRows("overlapping-versions", about, overlaps, values, promise, "versions overlap")


def versions_in_order(builder: Builder, table: Table, by_clock: bool) -> tuple[From, list[e.Slot]]:
    """The versions of each thing that are valid at some time: what they are versions of, from when to when, and from
    when the next one is. `by_clock`: by the calendar's clock."""
    assert table.lifespan is not None
    source = joined(builder, table, [*table.reference, *table.lifespan], table.name)
    start, end = (field_of(source, table, name) for name in table.lifespan)
    if by_clock:
        zone = builder.model.calendar.timezone
        start, end = e.local(start, zone), e.local(end, zone)
    taken = set(table.reference)
    names = [*table.reference, *(free(taken, name) for name in ("version_from", "version_to", "next_from"))]
    given = [field_of(source, table, name) for name in table.reference]
    columns = tuple(zip(names, [*given, start, end], strict=False))
    where = e.both(*(e.Not(e.IsMissing(value)) for value in (*given, start)), ends_after(start, end))
    comment = f"versions of {table.name} that are valid at some time"
    rows = builder.add(Rows(builder.name(table.name, "versions"), comment, source, columns, (), where))
    slots = [rows.slot(name, value.type) for name, value in columns]
    comment = "each with the beginning of the next one"
    listed = tuple((slot.name, slot) for slot in slots)
    order = slots[-2]
    name, keys = builder.name(table.name, "in_order"), tuple(slots[:-2])
    ordered = builder.add(InOrder(name, comment, rows, listed, keys, order, names[-1]))
    return ordered, [ordered.slot(name, slot.type) for name, slot in (*listed, (names[-1], order))]
