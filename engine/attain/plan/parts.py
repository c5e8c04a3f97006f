"""Aggregates over the parts of a cell: `AGG(metric per X, month)`.

The metric is computed in cells cut by the members too, in the periods of `per`, and aggregated to the cell. Which
parts a cell has is settled by the cell: the members that occur in it, and every period whose first day lies in its
window, up to the as-of day; a part in which nothing occurs is there with the value of nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from attain.model import expression as e
from attain.model import types as t
from attain.model.aggregate import Aggregate, Nested
from attain.model.calendar import Grain
from attain.model.periods import rounded_up
from attain.plan.builder import Builder
from attain.plan.cells import (
    WHOLE,
    Cells,
    at_every_period,
    build_spine,
    combined,
    dated_facts,
    fact_of,
    grid_of,
    group_of,
    plan_cells,
    plan_facts,
    row_count,
    spine_of,
    stack_with,
    values_over,
)  # fmt: skip
from attain.plan.facts import Fact, key_columns
from attain.plan.frame import Frame, next_period_expression, period_type
from attain.plan.leaves import Leaf, free, leaves_of
from attain.plan.steps import From, Group, Measure, Rows, Spine, Stack

#: The column that marks the parts that a cell has.
WANTED = "is_part"


def inner_frame(frame: Frame, nested: Nested) -> Frame:
    """The cells that `per` computes: cut by its members too, in its own periods."""
    inner = frame.cut_by(nested.keys)
    if nested.grain is None:
        return inner
    start = rounded_up(frame.start, nested.grain) if frame.start is not None else None
    end = rounded_up(frame.end, nested.grain) if frame.end is not None else None
    return replace(inner, grain=nested.grain, start=start, end=end)


def nested_leaves(builder: Builder, nested: Nested) -> dict[Leaf, str]:
    """The aggregates inside one over parts."""
    return leaves_of(builder.model, nested_outputs(nested))


def nested_outputs(nested: Nested) -> list[tuple[str, e.Expression]]:
    """What is computed for each part, under names for its columns."""
    named = [
        (argument.name if isinstance(argument, e.MetricValue) else f"value_{i}" if i else "value", argument)
        for i, argument in enumerate(nested.arguments)
    ]
    return [*named, *([("kept", nested.where)] if nested.where is not None else [])]


def aggregates_inside(builder: Builder, leaf: Leaf) -> list[Aggregate]:
    """Counts of the rows of every aggregate inside one, at any depth: what occurs, conditions aside."""
    found: dict[Aggregate, None] = {}
    stack = [leaf]
    while stack:
        here = stack.pop()
        if isinstance(here, Nested):
            stack += nested_leaves(builder, here)
        else:
            found[row_count(here)] = None
    return list(found)


def occurrence_facts(builder: Builder, frame: Frame, leaf: Leaf) -> list[Fact]:
    """Where the rows inside an aggregate lie, as cells of a frame: one fact for each table and axis."""
    return [fact_of(builder, frame, [(count, "occurs")]) for count in aggregates_inside(builder, leaf)]


def nested_fact(builder: Builder, frame: Frame, nested: Nested, name: str, around: Mapping[Leaf, str]) -> Fact:
    """One aggregate over parts. `around` are all aggregates of the same cells: a slice that one of them has, all
    have."""
    memo = ("nested", frame, nested)
    if memo in builder.memo:
        return builder.memo[memo]  # type: ignore[return-value]
    inner = inner_frame(frame, nested)
    cells = inner_cells(builder, frame, inner, nested, around)
    outputs = nested_outputs(nested)
    source, slots = values_over(builder, inner, cells, outputs, f"{name}_parts", "each part of a cell")
    grouped: list[tuple[str, e.Expression]] = []
    period = ""
    if frame.grain is not None and cells.period:
        assert inner.grain is not None
        slot: e.Expression = source.slot(cells.period, period_type(inner.grain, builder.model.calendar))
        period = frame.grain.name
        if nested.grain is not None:
            slot = e.Truncate(slot, frame.grain, period_type(frame.grain, builder.model.calendar))
        grouped.append((period, slot))
    outer_names = key_columns(frame)
    for (key, column), outer in zip(cells.keys, outer_names, strict=False):
        grouped.append((outer, source.slot(column, key.type)))
    where = slots["kept"] if nested.where is not None else None
    arguments = tuple(slots[n] for n, _ in outputs if n != "kept")
    column = free({taken for taken, _ in grouped}, name)
    order: e.Expression | None = None
    if nested.function in ("first", "last") and inner.grain is not None:
        order = source.slot(cells.period, period_type(inner.grain, builder.model.calendar))
    measure = Measure(column, nested.function, arguments, where, nested.type, order, share=nested.share)
    words = ", ".join([*(key.name for key in nested.keys), *([nested.grain.name] if nested.grain else [])])
    step = Group(builder.name(name, "of_parts"), f"{nested.function} per {words}", source, tuple(grouped), (measure,))
    keys = tuple(zip(frame.keys, outer_names, strict=True))
    fact = Fact(builder.add(step), keys, {nested: column}, period)
    builder.memo[memo] = fact
    return fact


def inner_cells(builder: Builder, frame: Frame, inner: Frame, nested: Nested, around: Mapping[Leaf, str]) -> Cells:
    """The parts of cells: the members that occur, and with a grain every one of its periods inside the cell."""
    leaves = nested_leaves(builder, nested)
    if nested.grain is None:
        return plan_cells(builder, inner, leaves, fill=False)
    dated = dated_facts(builder, inner, leaves)
    spine = inner_spine(builder, frame, inner, nested, dated)
    facts = plan_facts(builder, inner, leaves)
    facts = [fact if fact.dated else at_every_period(builder, inner, fact, spine) for fact in facts]
    cells = combined(builder, inner, facts)
    by_period = frame.grain is not None and (bool(nested.keys) or builder.query.sparse)
    grid = spine
    if inner.keys or by_period:
        slices = slices_of(builder, frame, inner, nested, around, by_period)
        grid = grid_of(builder, inner, cells, spine, slices, frame.grain if by_period else None)
    return only_parts(builder, inner, cells, grid)


def slices_of(
    builder: Builder, frame: Frame, inner: Frame, nested: Nested, around: Mapping[Leaf, str], by_period: bool
) -> From:
    """The slices whose parts are computed: with members, where the rows inside lie; else all of the cells around."""
    outer = replace(frame, keys=inner.keys)
    leaves: list[Leaf] = [nested] if nested.keys else list(around)
    facts = [fact for leaf in leaves for fact in occurrence_facts(builder, outer, leaf)]
    unique = list({fact.source.name: fact for fact in facts}.values())
    if by_period:
        unique = [
            fact if fact.dated else at_every_period(builder, outer, fact, spine_of(builder, outer)) for fact in unique
        ]
    names = key_columns(inner)
    columns = (*([WHOLE] if by_period else []), *names)
    inputs: list[tuple[From, tuple[e.Expression, ...]]] = []
    for fact in unique:
        row: list[e.Expression] = []
        if by_period and frame.grain is not None:
            row.append(fact.source.slot(fact.period, period_type(frame.grain, builder.model.calendar)))
        row += [fact.source.slot(column, key.type) for key, column in fact.keys]
        inputs.append((fact.source, tuple(row)))
    source = builder.add(Stack(builder.name("where_it_occurs"), "where anything occurs", columns, tuple(inputs)))
    types = {name: key.type for name, key in zip(names, inner.keys, strict=True)}
    if by_period and frame.grain is not None:
        types[WHOLE] = period_type(frame.grain, builder.model.calendar)
    keys = tuple((name, source.slot(name, types[name])) for name in columns)
    return builder.add(Group(builder.name("slices"), "every slice that has parts", source, keys, ()))


def only_parts(builder: Builder, inner: Frame, cells: Cells, grid: From) -> Cells:
    """The cells of the grid, with what there is in them; cells outside of it are no parts."""
    stacked = stack_with(builder, inner, cells, grid, WANTED)
    names = [name for _, name in cells.keys]
    group = group_of(builder, inner, stacked, cells.columns, names, cells.period, "parts", "one row for each part")
    mark = Measure(WANTED, "max", (stacked.slot(WANTED, t.INTEGER),), None, t.INTEGER)
    source = builder.add(replace(group, measures=(*group.measures, mark)))
    assert inner.grain is not None
    columns: list[tuple[str, e.Expression]] = [
        (cells.period, source.slot(cells.period, period_type(inner.grain, builder.model.calendar)))
    ]
    columns += [(name, source.slot(name, key.type)) for key, name in cells.keys]
    columns += [(name, source.slot(name, leaf.type)) for leaf, name in cells.columns.items()]
    there = e.Not(e.IsMissing(source.slot(WANTED, t.INTEGER)))
    step = Rows(builder.name("parts_of_cells"), "the parts that a cell has", source, tuple(columns), (), there)
    return replace(cells, source=builder.add(step))


def any_ahead(builder: Builder, nested: Nested) -> bool:
    """Whether an aggregate inside lies on an axis that goes beyond the as-of day."""
    return any(count.axis is not None and count.axis.ahead for count in aggregates_inside(builder, nested))


def inner_spine(builder: Builder, frame: Frame, inner: Frame, nested: Nested, dated: list[tuple[From, str]]) -> From:
    """The periods of `per` whose first day lies in the cell's window, which ends with the as-of day."""
    until = None if any_ahead(builder, nested) else builder.today
    own = nested if frame.grain is None else None
    memo = ("inner spine", frame.grain, frame.start, frame.end, inner.grain, own, until is None)
    if memo in builder.memo:
        return builder.memo[memo]  # type: ignore[return-value]
    assert inner.grain is not None
    if frame.grain is None:
        spine = build_spine(builder, inner, dated, until=until)
    else:
        spine = spine_inside(builder, frame, inner, until)
    builder.memo[memo] = spine
    if frame.grain != inner.grain:
        builder.memo["spine of parts", inner.grain, inner.start, inner.end] = spine
    return spine


def spine_inside(builder: Builder, frame: Frame, inner: Frame, until: e.Expression | None) -> From:
    """The periods that begin in the range of the cells."""
    assert frame.grain is not None and inner.grain is not None
    type = period_type(inner.grain, builder.model.calendar)
    outer = spine_of(builder, frame)
    slot = outer.slot(frame.grain.name, period_type(frame.grain, builder.model.calendar))
    measures = (
        Measure("first_period", "min", (slot,), None, slot.type),
        Measure("last_period", "max", (slot,), None, slot.type),
    )
    bounds = builder.add(Group(builder.name("range"), "the range of the cells", outer, (), measures))
    start = bounds.slot("first_period", slot.type)
    last: e.Expression = e.Truncate(bounds.slot("last_period", slot.type), Grain("day", "day"), t.DATE)
    if frame.grain.unit != "hour":
        after = next_period_expression(bounds.slot("last_period", slot.type), frame.grain)
        last = e.Apply("add_days", (after, e.Literal(Fraction(-1), t.INTEGER)), t.DATE)
    first = e.Truncate(start, inner.grain, type)
    name = builder.name(f"{inner.grain.name}s")
    comment = f"every {inner.grain.name} that begins in the range"
    step = Spine(name, comment, inner.grain, inner.grain.name, type, first, last, bounds, start, until)
    return builder.add(step)
