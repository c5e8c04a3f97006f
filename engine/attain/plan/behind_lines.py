"""The lines of a listing: the rows of one aggregate in the cell, or the parts of one over parts, as a step with what is
shown of each, what the aggregate takes of it, and whether it counts.

A row that lies in the cells inside `per` belongs to one of the parts only if that part is one of the cell's: so its
lines are joined to the parts that the cell has, level by level, up to the cell itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from attain.model import expression as e
from attain.model import types as t
from attain.model.aggregate import Aggregate, Key, Nested
from attain.model.cell import CellQuery
from attain.model.durations import number_of
from attain.model.types import Type
from attain.model.units import NUMBER, Unit
from attain.plan.behind_fields import (
    COUNTS,
    Shown,
    columns_of,
    row_metrics_of,
    shown_key,
    shown_of,
    shown_value,
)
from attain.plan.builder import Builder, plain_name
from attain.plan.facts import fact_rows, needs_spine, put
from attain.plan.frame import Frame
from attain.plan.leaves import Leaf, free
from attain.plan.measures import measure_of
from attain.plan.occurrence import nested_outputs
from attain.plan.parts import plan_parts
from attain.plan.ranges import spine_of
from attain.plan.steps import From, Group, Join, Rows

Said = tuple[Shown, e.Expression]


@dataclass(frozen=True, slots=True)
class Level:
    """An aggregate over parts around another one: its cells, it, the cells that its parts are, and all aggregates
    beside it."""

    outer: Frame
    nested: Nested
    inner: Frame
    beside: Mapping[Leaf, str]


@dataclass(frozen=True, slots=True)
class Lines:
    """A step with a row for each line. `parts` say which part of the cell it belongs to, `shown` are its other columns
    for readers. `values` is what the aggregate takes of it (for readers: `taken`, empty for one that counts), `counts`
    whether it does; `order` and `ties` are what first and last go by."""

    source: From
    parts: tuple[tuple[Shown, e.Slot], ...]
    shown: tuple[tuple[Shown, e.Slot], ...]
    taken: tuple[Shown, ...]
    values: tuple[e.Slot, ...]
    counts: e.Slot
    order: e.Slot | None
    ties: tuple[e.Slot, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """What an aggregate takes of a line: its arguments, where its condition holds; `order` and `ties` are of first and
    last. `unit` is that of its values."""

    function: str
    arguments: tuple[e.Expression, ...]
    where: e.Expression | None
    unit: Unit
    order: e.Expression | None = None
    ties: tuple[e.Expression, ...] = ()


@dataclass(slots=True)
class Draft:
    """The step of the lines while it is put together: its input, its columns, what a line has to meet."""

    source: From
    joins: list[Join] = field(default_factory=list)
    where: list[e.Expression] = field(default_factory=list)
    columns: dict[e.Expression, str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=lambda: {"lying", "counting", "total", "place"})  # of the totals

    def add(self, name: str, value: e.Expression) -> str:
        """Adds a column, unless there is one with this value; the name that it has."""
        if value not in self.columns:
            self.columns[value] = free(self.taken, plain_name(name))
        return self.columns[value]


# -- rows, and parts ---------------------------------------------------------------------------------------------------
def lines_of_rows(
    builder: Builder, cell: CellQuery, frame: Frame, aggregate: Aggregate, name: str, levels: list[Level], unit: Unit
) -> Lines:
    """The rows of an aggregate's table that lie in the cell, or in its parts."""
    columns = columns_of(builder, aggregate)
    timeless = aggregate.axis is None and not aggregate.instant
    dated = frame.grain is not None and (timeless or needs_spine(aggregate, frame))
    rows = fact_rows(builder, frame, [aggregate], spine_of(builder, frame) if dated else None, shown=list(columns))
    here = {name: rows.source.slot(name, x.type) for name, x in rows.extra}
    period = here[frame.grain.name] if frame.grain is not None else None
    draft = Draft(rows.source)
    keys = [(key, here[column]) for key, column in zip(frame.keys, rows.names, strict=True)]
    parts = parts_of_line(builder, cell, draft, levels, keys, period)
    shown: list[Said] = []
    for column, place in columns.items():
        value = shown_value(builder, aggregate, column, place, rows.slots[column])
        shown.append((shown_of(builder, aggregate, column, place, value), value))
    for metric, said in row_metrics_of(builder, aggregate):
        placed = rows.placed[metric]
        assert isinstance(placed, e.Slot)
        shown.append((said, number_of(rows.source.slot(placed.name, placed.type), said.unit)))
    types = {name: slot.type for name, slot in here.items()}
    plain = put(aggregate, rows.placed, frame, rows.source, builder, period.name if period else "", types)
    m = measure_of(builder, plain, name, rows.slots)
    ties = tuple(rows.slots[column] for column, place in columns.items() if place == "key")
    taken = Taken(m.function, m.arguments, m.where, unit, m.order, ties)
    return add_lines(builder, draft, name, parts, shown, taken)


def lines_of_parts(
    builder: Builder, cell: CellQuery, frame: Frame, nested: Nested, name: str, levels: list[Level], unit: Unit,
    beside: Mapping[Leaf, str],
) -> Lines:  # fmt: skip
    """The parts of the cell (or of its parts) that an aggregate is over."""
    found = plan_parts(builder, frame, nested, name, beside)
    cell_columns = [slot for _, slot in found.cell]
    period = cell_columns.pop(0) if frame.grain is not None else None
    draft = Draft(found.source)
    keys = list(zip(frame.keys, cell_columns, strict=True))
    parts = parts_of_line(builder, cell, draft, levels, keys, period)
    taken = {said.name for said, _ in parts}
    shown: list[Said] = [(shown_key(free(taken, key.name), "key", slot.type), slot) for key, slot in found.members]
    if found.began is not None and nested.grain is not None:
        draft.where.append(e.Not(e.IsMissing(found.began)))  # a cell without parts is there, too
        shown.append((shown_key(free(taken, nested.grain.name), "time", found.began.type), found.began))
    named = [(n, found.values[n]) for n, _ in nested_outputs(nested) if n != "kept"]
    if nested.function in COUNTS:
        shown += [
            (shown_key("of" if n == "value" else n, "metric", x.type), x)
            for n, slot in named for x in [number_of(slot, NUMBER)]
        ]  # fmt: skip
    arguments = tuple(slot for _, slot in named)
    where = found.values["kept"] if nested.where is not None else None
    order = found.began if nested.function in ("first", "last") else None
    return add_lines(builder, draft, name, parts, shown, Taken(nested.function, arguments, where, unit, order))


def add_lines(
    builder: Builder, draft: Draft, name: str, parts: Iterable[Said], shown: Iterable[Said], taken: Taken
) -> Lines:
    """The step of the lines."""
    of_parts = [(said, draft.add(said.name, value), value.type) for said, value in parts]
    of_shown = [(said, draft.add(said.name, value), value.type) for said, value in shown]
    values = [(draft.add("value", value), value.type) for value in taken.arguments]
    there = [e.Not(e.IsMissing(x)) for x in (*taken.arguments, taken.order) if x is not None]
    counts = draft.add("counts", settled(e.both(taken.where, *there)))
    order = draft.add("goes_by", taken.order) if taken.order is not None else ""
    ties = [(draft.add("tie", tie), tie.type) for tie in taken.ties]
    step = Rows(builder.name(name, "lines"), f"what {name} takes of each row", draft.source,
                tuple((column, value) for value, column in draft.columns.items()), tuple(draft.joins),
                e.both(*draft.where))  # fmt: skip
    source = builder.add(step)
    told = [
        Shown("value" if not i else f"value_{i + 1}", "value", number_of(x, taken.unit).type, taken.unit)
        for i, x in enumerate(taken.arguments)
    ]
    return Lines(
        source,
        tuple((said, source.slot(column, type)) for said, column, type in of_parts),
        tuple((said, source.slot(column, type)) for said, column, type in of_shown),
        () if taken.function in COUNTS else tuple(told),
        tuple(source.slot(column, type) for column, type in values),
        source.slot(counts, t.BOOLEAN),
        source.slot(order, taken.order.type) if taken.order is not None else None,
        tuple(source.slot(column, type) for column, type in ties),
    )


def settled(condition: e.Expression | None) -> e.Expression:
    """A condition as a value that is never missing, whatever it is made of; without one: true."""
    return e.Choice(((condition, e.TRUE),), e.Literal(False, t.BOOLEAN), t.BOOLEAN) if condition else e.TRUE


# -- which part --------------------------------------------------------------------------------------------------------
def parts_of_line(
    builder: Builder, cell: CellQuery, draft: Draft, levels: list[Level], keys: list[tuple[Key, e.Slot]],
    period: e.Slot | None,
) -> list[Said]:  # fmt: skip
    """Which part of the cell a line belongs to, and the condition that it belongs to the cell at all. `keys` and
    `period` are those of the line in its innermost cells."""
    pinned = dict(cell.pins)
    periods: dict[int, e.Slot] = {}
    for number, level in reversed(list(enumerate(levels))):
        if level.nested.grain is not None:
            assert period is not None
            periods[number] = period
            period = join_parts(builder, draft, level, f"level_{number + 1}", keys, period)
    for key, slot in keys:
        if key in pinned:
            draft.where.append(over_member(pinned[key], slot))
    if cell.hour is not None and period is not None:
        draft.where.append(e.Compare("=", period, hour_of(cell, period.type)))
    found: list[tuple[str, e.Slot]] = []
    for number, level in enumerate(levels):
        found += [(key.name, slot) for key, slot in keys if key in level.nested.keys and key not in pinned]
        if level.nested.grain is not None:
            found.append((level.nested.grain.name, periods[number]))
    taken: set[str] = set()
    return [(shown_key(free(taken, name), "part", slot.type), slot) for name, slot in found]


def over_member(condition: e.Expression, slot: e.Slot) -> e.Expression:
    """A condition over one key as one over its column."""
    return e.transform(condition, lambda n: slot if isinstance(n, e.Member) else None)


def join_parts(
    builder: Builder, draft: Draft, level: Level, name: str, keys: list[tuple[Key, e.Slot]], period: e.Slot
) -> e.Slot | None:
    """Joins to each line the cells whose part it lies in; the period of these cells."""
    found = plan_parts(builder, level.outer, level.nested, name, level.beside)
    assert found.began is not None
    cell_columns = [slot for _, slot in found.cell]
    outer = cell_columns.pop(0) if level.outer.grain is not None else None
    have = [*zip(level.outer.keys, cell_columns, strict=True), *found.members]
    own = dict(keys)
    grouped = [("part_begins", found.began), *([("cell_period", outer)] if outer is not None else [])]
    grouped += [(f"key_{i + 1}", slot) for i, (key, slot) in enumerate(have) if key in own]
    step = Group(builder.name(name, "parts_there"), "the parts that there are, each once", found.source, tuple(grouped),
                 ())  # fmt: skip
    source = builder.add(step)
    on: list[tuple[e.Expression, e.Expression, bool]] = [(period, source.slot("part_begins", period.type), False)]
    on += [
        (own[key], source.slot(f"key_{i + 1}", key.type), True) for i, (key, _) in enumerate(have) if key in own
    ]  # fmt: skip
    draft.joins.append(Join(source, "inner", tuple(on)))
    return source.slot("cell_period", outer.type) if outer is not None else None


def hour_of(cell: CellQuery, type: Type) -> e.Expression:
    """The hour that is asked for."""
    assert cell.hour is not None
    midnight = e.Apply("midnight", (e.Literal(cell.query.start, t.DATE),), type)
    length = e.Literal(Fraction(cell.hour * t.ELAPSED["hours"]), t.MICROSECONDS)
    return e.Apply("add_microseconds", (midnight, length), type)
