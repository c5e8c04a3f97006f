"""Cells: the facts of a query combined, over the slices and periods that occur, filled in to whole ranges.

Facts are stacked and grouped, which is null-safe on every engine; a fact without a time is taken in every period.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from attain.model import expression as e
from attain.model import types as t
from attain.model.aggregate import Aggregate, Key, Nested
from attain.model.calendar import Grain
from attain.model.periods import rounded_up
from attain.model.types import Type
from attain.plan.builder import Builder
from attain.plan.facts import Fact, is_dated, key_columns, needs_periods, plan_fact, window_end
from attain.plan.frame import Frame, next_period_expression, period_type
from attain.plan.layers import add_layers, layered
from attain.plan.leaves import Leaf, free, leaves_of, metrics_below
from attain.plan.rows import or_empty
from attain.plan.steps import From, Group, Join, Measure, Rows, Spine, Stack


@dataclass(frozen=True, slots=True)
class Cells:
    """A step with a row for each cell: columns for the period, the keys, and every aggregate; `slices` and `periods`
    are what it was filled from."""

    source: From
    keys: tuple[tuple[Key, str], ...]
    columns: dict[Leaf, str]
    period: str
    slices: From | None = None
    periods: From | None = None


def grouped_leaves(frame: Frame, leaves: Mapping[Leaf, str]) -> list[list[tuple[Aggregate, str]]]:
    """Aggregates over the same rows: of one table by one axis (and, without a time, alike in depending on the window).
    One scan for each group."""
    groups: dict[object, list[tuple[Aggregate, str]]] = {}
    for leaf, name in leaves.items():
        if isinstance(leaf, Aggregate):
            axis = leaf.axis if frame.has_window else None
            groups.setdefault((leaf.table, axis, needs_periods(leaf, frame)), []).append((leaf, name))
    return list(groups.values())


def plan_facts(builder: Builder, frame: Frame, leaves: Mapping[Leaf, str]) -> list[Fact]:
    """All facts for some aggregates: one for each table and axis, one for each aggregate over parts of the cell."""
    facts = [fact_of(builder, frame, group) for group in grouped_leaves(frame, leaves)]
    nested = [(leaf, name) for leaf, name in leaves.items() if isinstance(leaf, Nested)]
    return [*facts, *(nested_fact(builder, frame, leaf, name) for leaf, name in nested)]


def fact_of(builder: Builder, frame: Frame, group: list[tuple[Aggregate, str]]) -> Fact:
    """The fact of one group of aggregates, once."""
    memo = ("fact", frame, tuple(leaf for leaf, _ in group))
    if memo not in builder.memo:
        spine = spine_of(builder, frame) if needs_periods(group[0][0], frame) else None
        builder.memo[memo] = plan_fact(builder, frame, group, spine)
    return builder.memo[memo]  # type: ignore[return-value]


# -- the range of periods --------------------------------------------------------------------------------------------
def dated_facts(builder: Builder, frame: Frame, leaves: Mapping[Leaf, str]) -> list[tuple[From, str]]:
    """(step, period column) of everything that says in which periods something occurs."""
    found: list[tuple[From, str]] = []
    for group in grouped_leaves(frame, leaves):
        if is_dated(group[0][0], frame):
            fact = fact_of(builder, frame, group)
            found.append((fact.source, fact.period))
    for leaf in leaves:
        if isinstance(leaf, Nested):
            found += nested_periods(builder, frame, leaf)
    return found


def spine_of(builder: Builder, frame: Frame) -> From:
    """Every period of the range of a frame: of the query's own, or of the parts that `per` asks for."""
    base = query_frame(builder)
    parts = builder.memo.get(("spine of parts", frame.grain, frame.start, frame.end))
    if parts is not None:
        return parts  # type: ignore[return-value]
    memo = ("spine", base.grain)
    if memo not in builder.memo:
        assert base.grain is not None
        leaves = leaves_of(builder.model, [(o.name, o.expression) for o in builder.query.outputs])
        builder.memo[memo] = build_spine(builder, base, dated_facts(builder, base, leaves))
    return builder.memo[memo]  # type: ignore[return-value]


def query_frame(builder: Builder) -> Frame:
    """The cells that the query asks for."""
    query = builder.query
    filters = (query.filter,) if query.filter is not None else ()
    return Frame(query.keys, query.grain, query.start, query.end, filters)


def build_spine(
    builder: Builder, frame: Frame, dated: list[tuple[From, str]], since: e.Expression | None = None
) -> From:
    """A spine over a literal range, or from the first to the last period that occurs."""
    grain = frame.grain
    assert grain is not None
    type = period_type(grain, builder.model.calendar)
    first: e.Expression | None = e.Literal(frame.start, t.DATE) if frame.start is not None else None
    last: e.Expression | None = None
    if frame.end is not None:
        from datetime import timedelta

        last = e.Literal(frame.end - timedelta(1), t.DATE)
        if grain.unit == "hour":
            last = e.Apply("add_microseconds", (e.Apply("midnight", (e.Literal(frame.end, t.DATE),), type),
                           e.Literal(Fraction(-t.ELAPSED["hours"]), t.MICROSECONDS)), type)  # fmt: skip
    bounds: From | None = None
    if first is None or last is None:
        bounds = bounds_of(builder, grain, dated, type)
        first = first or bounds.slot("first_period", type)
        last = last or bounds.slot("last_period", type)
    comment = f"every {grain.name.replace('_', ' ')} of the range"
    name = builder.name(f"{grain.name}s")
    return builder.add(Spine(name, comment, grain, grain.name, type, first, last, bounds, since))


def bounds_of(builder: Builder, grain: Grain, dated: list[tuple[From, str]], type: Type) -> From:
    """The first and the last period in which something occurs."""
    if not dated:
        missing = e.Literal(None, type)
        from attain.plan.steps import Inline

        columns = (("first_period", type), ("last_period", type))
        return builder.add(
            Inline(builder.name("bounds"), "nothing says from when to when", columns, ((missing, missing),))
        )
    source, column = dated[0]
    if len(dated) > 1:
        inputs = tuple((used, (used.slot(period, type),)) for used, period in dated)
        name = builder.name(f"{grain.name}s_that_occur")
        source = builder.add(Stack(name, f"every {grain.name} in which something occurs", (grain.name,), inputs))
        column = grain.name
    slot = source.slot(column, type)
    measures = (
        Measure("first_period", "min", (slot,), None, type),
        Measure("last_period", "max", (slot,), None, type),
    )
    return builder.add(Group(builder.name("bounds"), f"the first and the last {grain.name}", source, (), measures))


# -- combining -------------------------------------------------------------------------------------------------------
def plan_cells(builder: Builder, frame: Frame, leaves: Mapping[Leaf, str], *, fill: bool, limit: bool = False) -> Cells:
    """One row for each cell that occurs, and with `fill` for each period of the range of every slice that occurs."""
    if frame.grain is not None:
        dated_facts(builder, frame, leaves)  # first what says when, then what is taken at every such time
    facts = plan_facts(builder, frame, leaves)
    if frame.grain is not None:
        facts = [fact if fact.dated else at_every_period(builder, frame, fact) for fact in facts]
    cells = combined(builder, frame, facts)
    if not fill or frame.grain is None:
        return cells
    return filled(builder, frame, cells, spine_of(builder, frame))


def at_every_period(builder: Builder, frame: Frame, fact: Fact) -> Fact:
    """A fact without a time lies in every period."""
    assert frame.grain is not None
    spine = spine_of(builder, frame)
    type = period_type(frame.grain, builder.model.calendar)
    columns = [(frame.grain.name, spine.slot(frame.grain.name, type))]
    columns += [(name, fact.source.slot(name, key.type)) for key, name in fact.keys]
    columns += [(name, fact.source.slot(name, leaf.type)) for leaf, name in fact.columns.items()]
    name = builder.name(fact.source.name, "every", frame.grain.name)
    comment = f"{fact.table or 'parts'}: no time axis, so the same in every {frame.grain.name.replace('_', ' ')}"
    step = Rows(name, comment, fact.source, tuple(columns), (Join(spine, "cross"),))
    return replace(fact, source=builder.add(step), period=frame.grain.name)


def combined(builder: Builder, frame: Frame, facts: list[Fact]) -> Cells:
    """Facts side by side: stacked and grouped, so that missing keys meet missing keys."""
    period = frame.grain.name if frame.grain is not None else ""
    names = key_columns(frame)
    if len(facts) == 1:
        return Cells(facts[0].source, facts[0].keys, dict(facts[0].columns), period)
    columns: dict[Leaf, str] = {}
    taken = {period, *names}
    for fact in facts:
        for leaf, wanted in fact.columns.items():
            columns[leaf] = free(taken, wanted)
    stacked = builder.add(stack_of(builder, frame, facts, columns, names, period))
    source = builder.add(group_of(builder, frame, stacked, columns, names, period))
    return Cells(source, tuple(zip(frame.keys, names, strict=True)), columns, period)


def stack_of(
    builder: Builder, frame: Frame, facts: list[Fact], columns: dict[Leaf, str], names: list[str], period: str
) -> Stack:
    """The facts below each other, each with the columns of all."""
    inputs: list[tuple[From, tuple[e.Expression, ...]]] = []
    for fact in facts:
        used = fact.source
        row: list[e.Expression] = []
        if period and frame.grain is not None:
            row.append(used.slot(fact.period, period_type(frame.grain, builder.model.calendar)))
        row += [used.slot(name, key.type) for key, name in fact.keys]
        for leaf in columns:
            own = fact.columns.get(leaf)
            row.append(used.slot(own, leaf.type) if own is not None else e.Literal(None, leaf.type))
        inputs.append((used, tuple(row)))
    listed = (*([period] if period else []), *names, *columns.values())
    return Stack(builder.name("facts"), "each table's aggregates below each other", listed, tuple(inputs))


def group_of(
    builder: Builder, frame: Frame, source: From, columns: dict[Leaf, str], names: list[str], period: str,
    name: str = "cells", comment: str = "one row for each cell",
) -> Group:  # fmt: skip
    """The rows of one cell put together: each aggregate has at most one value."""
    keys: list[tuple[str, e.Expression]] = []
    if period and frame.grain is not None:
        keys.append((period, source.slot(period, period_type(frame.grain, builder.model.calendar))))
    keys += [(column, source.slot(column, key.type)) for key, column in zip(frame.keys, names, strict=True)]
    measures = tuple(
        Measure(column, "only", (source.slot(column, leaf.type),), None, leaf.type) for leaf, column in columns.items()
    )
    return Group(builder.name(name), comment, source, tuple(keys), measures)


def filled(builder: Builder, frame: Frame, cells: Cells, spine: From, outer: Grain | None = None) -> Cells:
    """Every period of the range for every slice that occurs; with `outer`, only for those that occur in the same
    period of that coarser grain."""
    assert frame.grain is not None
    period, type = cells.period, period_type(frame.grain, builder.model.calendar)
    names = [name for _, name in cells.keys]
    slices: From | None = None
    grid = spine
    if frame.keys or outer is not None:
        slices, grid = grid_of(builder, frame, cells, spine, outer)
    empty: list[e.Expression] = [grid.slot(period, type), *(grid.slot(name, key.type) for key, name in cells.keys)]
    have = cells.source
    whole: list[e.Expression] = [have.slot(period, type), *(have.slot(name, key.type) for key, name in cells.keys)]
    whole += [have.slot(name, leaf.type) for leaf, name in cells.columns.items()]
    empty += [e.Literal(None, leaf.type) for leaf in cells.columns]
    listed = (period, *names, *cells.columns.values())
    stack = Stack(
        builder.name("cells_and_gaps"),
        f"the cells, and every {period} for the gaps",
        listed,
        ((have, tuple(whole)), (grid, tuple(empty))),
    )
    stacked = builder.add(stack)
    comment = "one row for each cell, gaps filled in"
    group = group_of(builder, frame, stacked, cells.columns, names, period, "filled", comment)
    return Cells(builder.add(group), cells.keys, cells.columns, period, slices, spine)


def grid_of(builder: Builder, frame: Frame, cells: Cells, spine: From, outer: Grain | None) -> tuple[From, From]:
    """The slices that occur, and every period of each."""
    assert frame.grain is not None
    type = period_type(frame.grain, builder.model.calendar)
    keys: list[tuple[str, e.Expression]] = [(name, cells.source.slot(name, key.type)) for key, name in cells.keys]
    where: e.Expression | None = None
    comment = "every slice that occurs"
    if outer is not None:
        outer_type = period_type(outer, builder.model.calendar)
        column = free({name for name, _ in keys}, f"whole_{outer.name}")
        keys.append((column, e.Truncate(cells.source.slot(cells.period, type), outer, outer_type)))
        comment = f"every slice with each {outer.name} in which it occurs"
    slices = builder.add(Group(builder.name("slices"), comment, cells.source, tuple(keys), ()))
    if outer is not None:
        of_spine = e.Truncate(spine.slot(frame.grain.name, type), outer, outer_type)
        where = e.Compare("=", of_spine, slices.slot(column, outer_type))
    listed = tuple((name, slices.slot(name, key.type)) for key, name in cells.keys)
    columns = ((cells.period, spine.slot(frame.grain.name, type)), *listed)
    step = Rows(
        builder.name("grid"), f"every {cells.period} of every slice", slices, columns, (Join(spine, "cross"),), where
    )
    return slices, builder.add(step)


# -- aggregates over the parts of a cell -----------------------------------------------------------------------------
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
    named = [(argument.name if isinstance(argument, e.MetricValue) else f"value_{i}" if i else "value", argument)
             for i, argument in enumerate(nested.arguments)]  # fmt: skip
    return [*named, *([("kept", nested.where)] if nested.where is not None else [])]


def nested_periods(builder: Builder, frame: Frame, nested: Nested) -> list[tuple[From, str]]:
    """When the parts of a cell occur, as periods of the cell."""
    inner = inner_frame(frame, nested)
    dated = dated_facts(builder, inner, nested_leaves(builder, nested))
    if nested.grain is None or frame.grain is None or inner.grain is None:
        return dated
    found: list[tuple[From, str]] = []
    for source, column in dated:
        memo = ("outer periods", source.name, frame.grain.name)
        if memo not in builder.memo:
            slot = source.slot(column, period_type(inner.grain, builder.model.calendar))
            outer = e.Truncate(slot, frame.grain, period_type(frame.grain, builder.model.calendar))
            name = builder.name(source.name, frame.grain.name)
            step = Group(name, f"the {frame.grain.name} of each", source, ((frame.grain.name, outer),), ())
            builder.memo[memo] = builder.add(step)
        found.append((builder.memo[memo], frame.grain.name))  # type: ignore[arg-type]
    return found


def nested_fact(builder: Builder, frame: Frame, nested: Nested, name: str) -> Fact:
    """`AGG(metric per X)`: the metric in the cells cut by X, then aggregated to the cell."""
    memo = ("nested", frame, nested)
    if memo in builder.memo:
        return builder.memo[memo]  # type: ignore[return-value]
    inner = inner_frame(frame, nested)
    cells = inner_cells(builder, frame, inner, nested)
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
    taken = {column for column, _ in grouped}
    column = free(taken, name)
    measure = Measure(column, nested.function, arguments, where, nested.type, share=nested.share)
    words = ", ".join([*(key.name for key in nested.keys), *([nested.grain.name] if nested.grain else [])])
    step = Group(builder.name(name, "of_parts"), f"{nested.function} per {words}", source, tuple(grouped), (measure,))
    keys = tuple(zip(frame.keys, outer_names, strict=True))
    fact = Fact(builder.add(step), keys, {nested: column}, period)
    builder.memo[memo] = fact
    return fact


def inner_cells(builder: Builder, frame: Frame, inner: Frame, nested: Nested) -> Cells:
    """The parts of cells: the members that occur, and with a grain every one of its periods inside the cell."""
    leaves = nested_leaves(builder, nested)
    if nested.grain is None:
        return plan_cells(builder, inner, leaves, fill=False)
    dated = dated_facts(builder, inner, leaves)
    spine = inner_spine(builder, frame, inner, nested, dated)
    facts = plan_facts(builder, inner, leaves)
    facts = [fact if fact.dated else crossed(builder, inner, fact, spine) for fact in facts]
    narrow = frame.grain is not None and (bool(nested.keys) or builder.query.sparse)
    return filled(builder, inner, combined(builder, inner, facts), spine, frame.grain if narrow else None)


def crossed(builder: Builder, frame: Frame, fact: Fact, spine: From) -> Fact:
    """A fact without a time in every part's period."""
    assert frame.grain is not None
    type = period_type(frame.grain, builder.model.calendar)
    columns = [(frame.grain.name, spine.slot(frame.grain.name, type))]
    columns += [(name, fact.source.slot(name, key.type)) for key, name in fact.keys]
    columns += [(name, fact.source.slot(name, leaf.type)) for leaf, name in fact.columns.items()]
    name = builder.name(fact.source.name, "every", frame.grain.name)
    step = Rows(name, f"the same in every {frame.grain.name}", fact.source, tuple(columns), (Join(spine, "cross"),))
    return replace(fact, source=builder.add(step), period=frame.grain.name)


def inner_spine(builder: Builder, frame: Frame, inner: Frame, nested: Nested, dated: list[tuple[From, str]]) -> From:
    """The periods of `per` whose first day lies in the cell's window."""
    memo = ("inner spine", frame.grain, frame.start, frame.end, inner.grain, nested if frame.grain is None else None)
    if frame.grain == inner.grain:
        return spine_of(builder, frame)
    if memo in builder.memo:
        return builder.memo[memo]  # type: ignore[return-value]
    assert inner.grain is not None
    type = period_type(inner.grain, builder.model.calendar)
    if frame.grain is None:
        spine = build_spine(builder, inner, dated)
    else:
        outer = spine_of(builder, frame)
        slot = outer.slot(frame.grain.name, period_type(frame.grain, builder.model.calendar))
        measures = (
            Measure("first_period", "min", (slot,), None, slot.type),
            Measure("last_period", "max", (slot,), None, slot.type),
        )
        bounds = builder.add(Group(builder.name("range"), "the range of the cells", outer, (), measures))
        start = bounds.slot("first_period", slot.type)
        after = next_period_expression(bounds.slot("last_period", slot.type), frame.grain)
        last = e.Apply("add_days", (after, e.Literal(Fraction(-1), t.INTEGER)), t.DATE)
        first = e.Truncate(start, inner.grain, type)
        name = builder.name(f"{inner.grain.name}s")
        comment = f"every {inner.grain.name} that begins in the range"
        spine = builder.add(Spine(name, comment, inner.grain, inner.grain.name, type, first, last, bounds, start))
    builder.memo[memo] = spine
    builder.memo["spine of parts", inner.grain, inner.start, inner.end] = spine
    return spine


# -- values ----------------------------------------------------------------------------------------------------------
def values_over(
    builder: Builder, frame: Frame, cells: Cells, outputs: list[tuple[str, e.Expression]], step: str, comment: str
) -> tuple[From, dict[str, e.Slot]]:
    """The values of expressions in every cell, in layers above the cells; and the column of each."""
    below = metrics_below(builder.model, [x for _, x in outputs])
    definitions = {f"metric {name}": e.transform(builder.model.metrics[name].expression, renamed) for name in below}
    definitions |= {f"output {name}": e.transform(expression, renamed) for name, expression in outputs}
    wanted = [f"output {name}" for name, _ in outputs]
    kept = {name: key.type for key, name in cells.keys}
    if cells.period and frame.grain is not None:
        kept = {cells.period: period_type(frame.grain, builder.model.calendar)} | kept

    def place(node: e.Expression, here: From) -> e.Expression | None:
        if isinstance(node, e.AggregateValue):
            return or_empty(node.aggregate.function, here.slot(cells.columns[node.aggregate], node.type))
        if isinstance(node, e.Parameter) and node.name != "today":
            slot = here.slot(cells.period, kept[cells.period]) if cells.period else None
            return window_end(builder, frame, node, slot)
        if isinstance(node, e.Member):
            return next(here.slot(name, key.type) for key, name in cells.keys if key.name == node.name)
        return None

    layers = layered(definitions, wanted)
    source, found = add_layers(builder, cells.source, kept, layers, place, step, comment, wanted)
    return source, {name: found[f"output {name}"] for name, _ in outputs}


def renamed(node: e.Expression) -> e.Expression | None:
    """References to metrics under the names that they have beside outputs."""
    return e.MetricValue(f"metric {node.name}", node.type) if isinstance(node, e.MetricValue) else None
