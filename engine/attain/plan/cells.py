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
from attain.model.types import Type
from attain.plan.builder import Builder
from attain.plan.facts import Fact, is_dated, key_columns, needs_periods, plan_fact, row_metrics_in, window_end
from attain.plan.frame import Frame, period_type
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
            groups.setdefault((leaf.table, axis, leaf.place, leaf.instant, needs_periods(leaf, frame)), []).append(
                (leaf, name)
            )
    return list(groups.values())


def plan_facts(builder: Builder, frame: Frame, leaves: Mapping[Leaf, str]) -> list[Fact]:
    """All facts for some aggregates: one for each table and axis, one for each aggregate over parts of the cell."""
    from attain.plan.parts import nested_fact

    facts = [fact_of(builder, frame, group) for group in grouped_leaves(frame, leaves)]
    nested = [(leaf, name) for leaf, name in leaves.items() if isinstance(leaf, Nested)]
    return [*facts, *(nested_fact(builder, frame, leaf, name, leaves) for leaf, name in nested)]


def fact_of(builder: Builder, frame: Frame, group: list[tuple[Aggregate, str]]) -> Fact:
    """The fact of one group of aggregates, once."""
    memo = ("fact", frame, tuple(leaf for leaf, _ in group))
    if memo not in builder.memo:
        spine = spine_of(builder, frame) if needs_periods(group[0][0], frame) else None
        builder.memo[memo] = plan_fact(builder, frame, group, spine)
    return builder.memo[memo]  # type: ignore[return-value]


# -- the range of periods --------------------------------------------------------------------------------------------
def row_count(aggregate: Aggregate) -> Aggregate:
    """The count of an aggregate's rows, its condition aside: where they lie is where it occurs."""
    return Aggregate("count_rows", aggregate.table, (), None, aggregate.axis, t.INTEGER)


def dated_facts(builder: Builder, frame: Frame, leaves: Mapping[Leaf, str]) -> list[tuple[From, str]]:
    """(step, period column) of everything that says in which periods something occurs."""
    found: list[tuple[From, str]] = []
    for group in grouped_leaves(frame, leaves):
        if is_dated(group[0][0], frame):
            asks = any(row_metrics_in(aggregate) for aggregate, _ in group)  # for the range, maybe, to be planned
            fact = fact_of(builder, frame, [(row_count(group[0][0]), "occurs")] if asks else group)
            found.append((fact.source, fact.period))
    from attain.plan.parts import occurrence_facts

    for leaf in leaves:
        if isinstance(leaf, Nested):
            found += [(f.source, f.period) for f in occurrence_facts(builder, frame, leaf) if f.dated]
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
    builder: Builder, frame: Frame, dated: list[tuple[From, str]], until: e.Expression | None = None
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
    return builder.add(Spine(name, comment, grain, grain.name, type, first, last, bounds, None, until))


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
        facts = [
            fact if fact.dated else at_every_period(builder, frame, fact, spine_of(builder, frame)) for fact in facts
        ]
    cells = combined(builder, frame, facts)
    if not fill or frame.grain is None:
        return cells
    return filled(builder, frame, cells, spine_of(builder, frame))


def at_every_period(builder: Builder, frame: Frame, fact: Fact, spine: From) -> Fact:
    """A fact without a time lies in every period of a spine."""
    assert frame.grain is not None
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


def filled(builder: Builder, frame: Frame, cells: Cells, spine: From) -> Cells:
    """Every period of the range for every slice that occurs."""
    assert frame.grain is not None
    slices: From | None = None
    grid = spine
    if frame.keys:
        keys = tuple((name, cells.source.slot(name, key.type)) for key, name in cells.keys)
        step = Group(builder.name("slices"), "every slice that occurs", cells.source, keys, ())
        slices = builder.add(step)
        grid = grid_of(builder, frame, cells, spine, slices)
    stacked = stack_with(builder, frame, cells, grid)
    names = [name for _, name in cells.keys]
    comment = "one row for each cell, gaps filled in"
    group = group_of(builder, frame, stacked, cells.columns, names, cells.period, "filled", comment)
    return Cells(builder.add(group), cells.keys, cells.columns, cells.period, slices, spine)


def grid_of(
    builder: Builder, frame: Frame, cells: Cells, spine: From, slices: From, outer: Grain | None = None
) -> From:
    """Every period of each slice; with `outer`, of those in which the slice stands in its period of that grain."""
    assert frame.grain is not None
    type = period_type(frame.grain, builder.model.calendar)
    where: e.Expression | None = None
    if outer is not None:
        outer_type = period_type(outer, builder.model.calendar)
        of_spine = e.Truncate(spine.slot(frame.grain.name, type), outer, outer_type)
        where = e.Compare("=", of_spine, slices.slot(WHOLE, outer_type))
    listed = tuple((name, slices.slot(name, key.type)) for key, name in cells.keys)
    columns = ((cells.period, spine.slot(frame.grain.name, type)), *listed)
    comment = f"every {cells.period} of every slice"
    return builder.add(Rows(builder.name("grid"), comment, slices, columns, (Join(spine, "cross"),), where))


#: The column for the period of the cell that a part belongs to.
WHOLE = "whole_period"


def stack_with(builder: Builder, frame: Frame, cells: Cells, grid: From, mark: str = "") -> From:
    """The cells, and the grid for their gaps, below each other; `mark` is a column that is 1 in the grid's rows."""
    assert frame.grain is not None
    type = period_type(frame.grain, builder.model.calendar)
    have = cells.source
    whole: list[e.Expression] = [have.slot(cells.period, type)]
    empty: list[e.Expression] = [grid.slot(cells.period if frame.keys else frame.grain.name, type)]
    for key, name in cells.keys:
        whole.append(have.slot(name, key.type))
        empty.append(grid.slot(name, key.type))
    whole += [have.slot(name, leaf.type) for leaf, name in cells.columns.items()]
    empty += [e.Literal(None, leaf.type) for leaf in cells.columns]
    listed = (cells.period, *(name for _, name in cells.keys), *cells.columns.values())
    if mark:
        whole.append(e.Literal(None, t.INTEGER))
        empty.append(e.Literal(Fraction(1), t.INTEGER))
        listed = (*listed, mark)
    comment = f"the cells, and every {cells.period} for the gaps"
    inputs = ((have, tuple(whole)), (grid, tuple(empty)))
    return builder.add(Stack(builder.name("cells_and_gaps"), comment, listed, inputs))


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
