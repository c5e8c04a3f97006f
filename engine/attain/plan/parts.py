"""Aggregates over the parts of a cell: `AGG(metric per X, month)`.

The metric is computed in cells cut by the members too, in the periods of `per`, and aggregated to the cell. Which
parts a cell has is settled by the cell: the members that occur in it, and every period whose first day lies in its
window, up to the as-of day; a part in which nothing occurs is there with the value of nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from attain.model import expression as e
from attain.model import types as t
from attain.model.aggregate import Key, Nested
from attain.plan.builder import Builder
from attain.plan.cells import (
    Cells,
    at_every_one,
    at_every_period,
    attached,
    combined,
    grid_of,
    group_of,
    plan_cells,
    plan_facts,
    stack_with,
    values_over,
)  # fmt: skip
from attain.plan.facts import Fact, key_columns
from attain.plan.frame import Frame, period_type, same_clock
from attain.plan.leaves import Leaf, free
from attain.plan.occurrence import nested_leaves, nested_outputs, occurs_in
from attain.plan.ranges import spine_of
from attain.plan.spines import part_window, periods_of_parts
from attain.plan.steps import From, Group, Join, Measure, Rows, Stack


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of cells: a step with a row for each (and, of `per month`, one without a beginning for a cell that has
    none). `cell` are its columns that say which cell it is a part of, `members` and `began` (the beginning of its own
    period) those that say which part, `values` what is computed of it, by the names of `nested_outputs`."""

    source: From
    cell: tuple[tuple[str, e.Slot], ...]
    members: tuple[tuple[Key, e.Slot], ...]
    began: e.Slot | None
    values: Mapping[str, e.Slot]


def nested_fact(builder: Builder, frame: Frame, nested: Nested, name: str, around: Mapping[Leaf, str]) -> Fact:
    """One aggregate over parts. `around` are all aggregates of the same cells: a slice that one of them has, all
    have."""
    memo = ("nested", frame, nested)
    if memo not in builder.memo:
        builder.memo[memo] = whole(builder, frame, nested, name, plan_parts(builder, frame, nested, name, around))
    return builder.memo[memo]  # type: ignore[return-value]


def plan_parts(builder: Builder, frame: Frame, nested: Nested, name: str, around: Mapping[Leaf, str]) -> Parts:
    """The parts of the cells of a frame, before they are aggregated."""
    parts = members if nested.grain is None else periods
    return parts(builder, frame, nested, name, around)


def narrowed(frame: Frame, nested: Nested) -> Frame:
    """The cells that `per` computes: cut by its members too, under the filters around it."""
    return replace(frame.cut_by(nested.keys), filters=(*frame.filters, *nested.place.filters))


def inner_frame(builder: Builder, frame: Frame, nested: Nested) -> Frame:
    """The cells that the parts are."""
    inner = narrowed(frame, nested)
    if nested.grain is None:
        return replace(inner, occurring=True, slices=None)
    inside = periods_of_parts(builder, frame, nested)
    return replace(inner, grain=nested.grain, start=None, end=None, periods=inside, occurring=False)


def members(builder: Builder, frame: Frame, nested: Nested, name: str, around: Mapping[Leaf, str]) -> Parts:
    """`per X`: the members that occur in each cell."""
    inner = inner_frame(builder, frame, nested)
    cells = plan_cells(builder, inner, nested_leaves(builder, nested), fill=False)
    outputs = nested_outputs(nested)
    source, slots = values_over(builder, inner, cells, outputs, f"{name}_parts", "each part of a cell")
    cell: list[tuple[str, e.Slot]] = []
    if frame.grain is not None and cells.period:
        type = period_type(frame.grain, builder.model.calendar)
        cell.append((frame.grain.name, source.slot(cells.period, type)))
    cell += [
        (outer, source.slot(column, key.type))
        for (key, column), outer in zip(cells.keys, key_columns(frame), strict=False)
    ]
    return Parts(source, tuple(cell), member_slots(frame, cells, source), None, slots)


def member_slots(frame: Frame, cells: Cells, source: From) -> tuple[tuple[Key, e.Slot], ...]:
    """The columns of the members that the cells of a frame are cut by further."""
    return tuple((key, source.slot(column, key.type)) for key, column in cells.keys[len(frame.keys) :])


def whole(builder: Builder, frame: Frame, nested: Nested, name: str, parts: Parts) -> Fact:
    """The parts of each cell, aggregated."""
    where = parts.values["kept"] if nested.where is not None else None
    arguments = tuple(parts.values[n] for n, _ in nested_outputs(nested) if n != "kept")
    column = free({taken for taken, _ in parts.cell}, name)
    order = parts.began if nested.function in ("first", "last") else None
    measure = Measure(column, nested.function, arguments, where, nested.type, order, share=nested.share)
    words = ", ".join([*(key.name for key in nested.keys), *([nested.grain.name] if nested.grain else [])])
    step = Group(builder.name(name, "of_parts"), f"{nested.function} per {words}", parts.source, parts.cell, (measure,))
    dated = frame.grain is not None and any(known == frame.grain.name for known, _ in parts.cell)
    period = frame.grain.name if dated and frame.grain is not None else ""
    type = period_type(frame.grain, builder.model.calendar) if frame.grain is not None else t.DATE
    keys = tuple(zip(frame.keys, key_columns(frame), strict=True))
    return Fact(builder.add(step), keys, {nested: column}, period, "", type)


# -- per month ---------------------------------------------------------------------------------------------------------
def periods(builder: Builder, frame: Frame, nested: Nested, name: str, around: Mapping[Leaf, str]) -> Parts:
    """`per month`, `per X, month`: every period that begins in the window of each cell."""
    assert nested.grain is not None
    inner = inner_frame(builder, frame, nested)
    inside = inner.periods
    assert inside is not None
    slices, by_period = slices_of(builder, frame, inner, nested, around)
    inner = replace(inner, slices=each_once(builder, inner, slices, by_period))
    leaves = nested_leaves(builder, nested)
    facts = plan_facts(builder, inner, leaves)
    cells = combined(builder, inner, at_every_one(builder, inner, facts))
    cells = attached(
        builder, inner, every_part(builder, inner, cells, inside), nested_leaves(builder, nested), facts, {}
    )
    outputs = nested_outputs(nested)
    values, slots = values_over(builder, inner, cells, outputs, f"{name}_parts", "each part of a cell")
    if not frame.has_window:
        cell = tuple(
            (outer, values.slot(column, key.type))
            for (key, column), outer in zip(cells.keys, key_columns(frame), strict=False)
        )
        began = values.slot(cells.period, period_type(nested.grain, builder.model.calendar))
        return Parts(values, cell, member_slots(frame, cells, values), began, slots)
    return in_cells(builder, frame, inner, nested, name, cells, values, slots, slices, by_period)


def slices_of(
    builder: Builder, frame: Frame, inner: Frame, nested: Nested, around: Mapping[Leaf, str]
) -> tuple[From | None, bool]:
    """The slices whose parts are computed: with members, where the rows inside lie; else all of the cells around.
    Whether they are told by the period of the cell, too; None where nothing cuts the cells."""
    by_period = frame.grain is not None and (bool(nested.keys) or frame.occurring)
    if not inner.keys and not by_period:
        return None, False
    if frame.slices is not None and not nested.keys:
        return frame.slices, False
    outer = replace(frame, keys=inner.keys, filters=inner.filters if nested.keys else frame.filters)
    leaves: list[Leaf] = [nested] if nested.keys else list(around)
    facts = [fact for leaf in leaves for fact in occurs_in(builder, outer, leaf)]
    unique = list({fact.source.name: fact for fact in facts}.values())
    if by_period:
        unique = [
            fact if fact.dated else at_every_period(builder, outer, fact, spine_of(builder, outer)) for fact in unique
        ]
    names = key_columns(outer)
    listed = [(name, key.type) for name, key in zip(names, outer.keys, strict=True)]
    if by_period and frame.grain is not None:
        listed = [(frame.grain.name, period_type(frame.grain, builder.model.calendar)), *listed]
    inputs: list[tuple[From, tuple[e.Expression, ...]]] = []
    for fact in unique:
        row: list[e.Expression] = [fact.source.slot(fact.period, listed[0][1])] if by_period else []
        row += [fact.source.slot(column, key.type) for key, column in fact.keys]
        inputs.append((fact.source, tuple(row)))
    columns = tuple(name for name, _ in listed)
    source = builder.add(Stack(builder.name("where_it_occurs"), "where anything occurs", columns, tuple(inputs)))
    keys = tuple((name, source.slot(name, type)) for name, type in listed)
    return builder.add(Group(builder.name("slices"), "every slice that has parts", source, keys, ())), by_period


def each_once(builder: Builder, inner: Frame, slices: From | None, by_period: bool) -> From | None:
    """The slices of parts without the periods of cells that they lie in; None where nothing cuts the parts."""
    if slices is None or not inner.keys:
        return None
    if not by_period:
        return slices
    keys = tuple((n, slices.slot(n, key.type)) for n, key in zip(key_columns(inner), inner.keys, strict=True))
    return builder.add(Group(builder.name("slices"), "each of them once", slices, keys, ()))


def every_part(builder: Builder, inner: Frame, cells: Cells, inside: From) -> Cells:
    """The cells of every period and slice, those in which nothing occurs with nothing in them."""
    grid = inside if inner.slices is None else grid_of(builder, inner, cells, inside, inner.slices)
    stacked = stack_with(builder, inner, cells, grid)
    names = [name for _, name in cells.keys]
    group = group_of(builder, inner, stacked, cells.columns, names, cells.period, "parts", "one row for each part")
    return replace(cells, source=builder.add(group))


def in_cells(
    builder: Builder, frame: Frame, inner: Frame, nested: Nested, name: str, cells: Cells, values: From,
    slots: Mapping[str, e.Slot], slices: From | None, by_period: bool,
) -> Parts:  # fmt: skip
    """The parts that lie in the window of each cell."""
    assert nested.grain is not None
    windows, start, limit = part_window(builder, frame, nested)
    parts = From(values.name, free({windows.alias} | ({slices.alias} if slices else set()), values.name))
    began = parts.slot(cells.period, period_type(nested.grain, builder.model.calendar))
    lies = [same_clock(">=", began, start)] if start is not None else []
    lies += [same_clock("<", began, limit)] if limit is not None else []
    type = period_type(frame.grain, builder.model.calendar) if frame.grain is not None else t.DATE
    joins: list[Join] = []
    pairs: list[tuple[e.Expression, e.Expression, bool]] = []
    source = windows
    if slices is not None:
        source = slices
        of_slice = slices.slot(frame.grain.name, type) if by_period and frame.grain is not None else None
        of_window = windows.slot(frame.grain.name, type) if frame.grain is not None else None
        same = ((of_slice, of_window, False),) if of_slice is not None and of_window is not None else ()
        joins.append(Join(windows, "inner" if same else "cross", same))
        names = key_columns(replace(frame, keys=inner.keys))
        for outer, (key, column) in zip(names, cells.keys, strict=True):
            pairs.append((slices.slot(outer, key.type), parts.slot(column, key.type), True))
    joins.append(Join(parts, "left", tuple(pairs), e.both(*lies)))
    columns: list[tuple[str, e.Expression]] = []
    if frame.grain is not None:
        columns.append((frame.grain.name, windows.slot(frame.grain.name, type)))
    if slices is not None:
        columns += [
            (outer, slices.slot(outer, key.type)) for outer, key in zip(key_columns(frame), frame.keys, strict=True)
        ]
    count = len(columns)
    taken = {known for known, _ in columns}
    placed: dict[str, str] = {}
    for output, slot in slots.items():
        placed[output] = free(taken, slot.name)
        columns.append((placed[output], parts.slot(slot.name, slot.type)))
    order = free(taken, f"part_{nested.grain.name}")
    columns.append((order, began))
    own = [(key, free(taken, slot.name), slot) for key, slot in member_slots(frame, cells, parts)]
    columns += [(column, slot) for _, column, slot in own]
    words = f"the parts of each cell: every {nested.grain.name} that begins in its window"
    step = builder.add(Rows(builder.name(name, "in_cells"), words, source, tuple(columns), tuple(joins)))
    found = {output: step.slot(column, slots[output].type) for output, column in placed.items()}
    cell = tuple((known, step.slot(known, x.type)) for known, x in columns[:count])
    members_found = tuple((key, step.slot(column, key.type)) for key, column, _ in own)
    return Parts(step, cell, members_found, step.slot(order, began.type), found)
