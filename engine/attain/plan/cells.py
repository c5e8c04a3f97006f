"""Cells: the facts of a query combined, over the slices and periods that occur, filled in to whole ranges.

Facts are stacked and grouped, which is null-safe on every engine; a fact without a time is taken in every period.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from attain.model import expression as e
from attain.model.aggregate import COMBINED_BY, Aggregate, Key, Nested, TargetValue
from attain.plan.builder import Builder
from attain.plan.facts import Fact, key_columns
from attain.plan.frame import Frame, period_type
from attain.plan.groups import fact_of, facts_of, grouped_leaves, same_rows, split, whole_leaves
from attain.plan.layers import add_layers, layered, renamed
from attain.plan.leaves import Leaf, free, metrics_below, row_count
from attain.plan.measures import or_empty
from attain.plan.occurrence import narrowed_parts, occurs_in
from attain.plan.partials import follows_from_parts
from attain.plan.ranges import spine_of
from attain.plan.slices import shared_condition, slices_in_windows, slices_suffice
from attain.plan.steps import From, Group, Join, Measure, Rows, Stack
from attain.plan.targets import is_fixed, target_facts, target_in_cell
from attain.plan.windows import window_bound

#: What facts have to say of where something occurs: the cells; the slices, whose periods are filled in; or nothing.
Occurs = Literal["cells", "slices", "none"]


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


def plan_facts(builder: Builder, frame: Frame, leaves: Mapping[Leaf, str], occurs: Occurs = "cells") -> list[Fact]:
    """The facts of some aggregates that are cut by all keys of a frame: one for each table, axis and chain of windows,
    one for each aggregate over parts of the cell. They say where something occurs as far as `occurs` asks for it."""
    wider = split(frame, leaves)[1]
    facts = whole_facts(builder, frame, whole_leaves(frame, leaves), occurs)
    for leaf in wider:
        if not isinstance(leaf, Aggregate):
            facts += [fact for fact in occurs_in(builder, frame, leaf) if fact not in facts]
    return facts


def wider_facts(
    builder: Builder, frame: Frame, leaves: Mapping[Leaf, str], whole: list[Fact], slices: From | None
) -> list[Fact]:  # fmt: skip
    """The facts of aggregates that are taken without some keys of a frame: from the fact with all of them, where they
    follow from it; else by themselves, for all of the slices."""
    found: list[Fact] = []
    for leaf, name in split(frame, leaves)[1].items():
        below = frame.without(leaf.place.dropped)
        stripped = replace(leaf, place=replace(leaf.place, dropped=()))
        if isinstance(leaf, Aggregate) and follows_from_parts(leaf):
            fact = next(fact for fact in whole if stripped in fact.columns)
            found.append(wider_fact(builder, frame, below, fact, leaf, name))
            continue
        if isinstance(leaf, TargetValue) and is_fixed(builder, leaf):
            continue
        below = replace(below, slices=projected(builder, frame, below, slices) if slices is not None else None)
        if isinstance(leaf, Nested):  # it has a value in every cell beside it, where nothing of it occurs, too
            below = replace(below, occurring=False)
        fact = next(f for f in whole_facts(builder, below, {stripped: name}, "none") if stripped in f.columns)
        found.append(replace(fact, columns={leaf: fact.columns[stripped]}))
    return found


def projected(builder: Builder, frame: Frame, below: Frame, slices: From) -> From | None:
    """The slices of a frame without some of its keys, each once."""
    names = dict(zip(frame.keys, key_columns(frame), strict=True))
    if not below.keys or below.keys == frame.keys:
        return slices if below.keys else None
    keys = tuple(
        (name, slices.slot(names[key], key.type)) for key, name in zip(below.keys, key_columns(below), strict=True)
    )
    memo = ("slices without", slices.name, below.keys)
    if memo not in builder.memo:
        builder.memo[memo] = builder.add(Group(builder.name("slices"), "each of them once", slices, keys, ()))
    return builder.memo[memo]  # type: ignore[return-value]


def has_periods(leaves: Iterable[Leaf]) -> bool:
    """Whether an aggregate is over the periods of cells, so that it has a value where nothing occurs."""
    return any(isinstance(leaf, Nested) and leaf.grain is not None for leaf in leaves)


def whole_facts(
    builder: Builder, frame: Frame, leaves: Mapping[Leaf, str], occurs: Occurs = "cells"
) -> list[Fact]:  # fmt: skip
    """The facts for aggregates that are cut by all keys of a frame; those that see only some of their rows with a fact
    beside them that says where these occur."""
    from attain.plan.parts import nested_fact

    facts: list[Fact] = []
    seen: list[Aggregate] = []
    hidden: list[Aggregate] = []
    for group in grouped_leaves(frame, leaves):
        only = shared_condition(frame, group)
        facts += [fact_of(builder, frame, group, only)] if only is not None else facts_of(builder, frame, group)
        (seen if only is None else hidden).append(group[0][0])
    for aggregate in hidden:
        if not any(same_rows(aggregate, other) for other in seen):
            facts += [fact for fact in occurrence(builder, frame, aggregate, occurs) if fact not in facts]
    nested = [(leaf, name) for leaf, name in leaves.items() if isinstance(leaf, Nested)]
    facts += [nested_fact(builder, frame, leaf, name, leaves) for leaf, name in nested]
    if occurs == "cells" or (occurs == "slices" and frame.keys):
        facts += [fact for fact in narrowed_parts(builder, frame, leaves) if fact not in facts]
    for leaf, name in leaves.items():
        if isinstance(leaf, TargetValue):
            facts += [fact for fact in target_facts(builder, frame, leaf, name) if fact not in facts]
    return facts


def occurrence(builder: Builder, frame: Frame, aggregate: Aggregate, occurs: Occurs) -> list[Fact]:
    """Where the rows of an aggregate occur, as facts without aggregates: the cells, or the slices at least, where those
    are filled in with all of their periods."""
    if occurs == "none" or (occurs == "slices" and not frame.keys):
        return []
    if occurs == "slices" and slices_suffice(frame, aggregate):
        return [slices_in_windows(builder, frame, aggregate, spine_of(builder, frame))]
    found = whole_facts(builder, frame, {row_count(aggregate, aggregate.place): "occurs"})
    return [replace(fact, columns={}) for fact in found]


def wider_fact(builder: Builder, frame: Frame, below: Frame, fact: Fact, leaf: Aggregate, name: str) -> Fact:
    """An aggregate without some keys, put together from the fact that has them: no second scan."""
    stripped = replace(leaf, place=replace(leaf.place, dropped=()))
    source = fact.source
    grouped: list[tuple[str, e.Expression]] = []
    if fact.dated:
        grouped.append((fact.period, source.slot(fact.period, fact.period_type)))
    names = key_columns(below)
    columns = dict(fact.keys)
    grouped += [(column, source.slot(columns[key], key.type)) for key, column in zip(below.keys, names, strict=True)]
    column = free({taken for taken, _ in grouped}, f"{name}")
    slot = source.slot(fact.columns[stripped], leaf.type)
    measure = Measure(column, COMBINED_BY[leaf.function], (slot,), None, leaf.type)
    words = ", ".join(taken for taken, _ in grouped) or "in total"
    step = Group(builder.name(column), f"{leaf.table} {'by ' if grouped else ''}{words}, from the cells", source,
                 tuple(grouped), (measure,))  # fmt: skip
    keys = tuple(zip(below.keys, names, strict=True))
    return Fact(builder.add(step), keys, {leaf: column}, fact.period, fact.table, fact.period_type)


# -- combining -------------------------------------------------------------------------------------------------------
def plan_cells(
    builder: Builder, frame: Frame, leaves: Mapping[Leaf, str], *, fill: bool, more: Mapping[Leaf, str] | None = None,
    also: From | None = None,
) -> Cells:  # fmt: skip
    """One row for each cell that occurs, and with `fill` for each period of the range of every slice that occurs.
    `more` are aggregates that are put beside the cells, and say nothing of which cells there are; `also` lists slices
    that are there in any case, of a frame without a grain."""
    if also is not None:
        frame = replace(frame, slices=also)
    facts = plan_facts(builder, frame, leaves, "slices" if fill and frame.grain is not None else "cells")
    cells = combined(builder, frame, at_every_one(builder, frame, facts))
    if also is not None:
        cells = with_slices(builder, frame, cells, also)
    if fill and frame.grain is not None:
        cells = filled(builder, frame, cells, spine_of(builder, frame))
    return attached(builder, frame, cells, leaves, facts, more or {})


def slices_beside(builder: Builder, frame: Frame, cells: Cells) -> From:
    """The slices of some cells, each once."""
    keys = tuple((name, cells.source.slot(name, key.type)) for key, name in cells.keys)
    return builder.add(Group(builder.name("slices"), "the slices of the cells", cells.source, keys, ()))


def all_beside(
    builder: Builder, frame: Frame, cells: Cells, leaves: Mapping[Leaf, str], facts: list[Fact],
    more: Mapping[Leaf, str],
) -> list[Fact]:  # fmt: skip
    """The facts that are put beside cells: what is taken without some keys, and what says nothing of which cells there
    are."""
    slices = frame.slices or cells.slices
    if slices is None and frame.keys and has_periods([*split(frame, leaves)[1], *more]):
        slices = slices_beside(builder, frame, cells)
    beside = replace(frame, slices=slices if frame.keys else None)
    own = plan_facts(builder, beside, more, "none") if more else []
    found = wider_facts(builder, beside, leaves, facts, slices) if leaves else []
    return [*found, *own, *(wider_facts(builder, beside, more, own, slices) if more else [])]


def with_slices(builder: Builder, frame: Frame, cells: Cells, slices: From) -> Cells:
    """The cells, and those of more slices with nothing in them."""
    names = [name for _, name in cells.keys]
    have = cells.source
    own = [have.slot(name, key.type) for key, name in cells.keys]
    own += [have.slot(name, leaf.type) for leaf, name in cells.columns.items()]
    more: list[e.Expression] = [slices.slot(name, key.type) for name, (key, _) in zip(names, cells.keys, strict=True)]
    more += [e.Literal(None, leaf.type) for leaf in cells.columns]
    stack = Stack(builder.name("cells_and_slices"), "the cells, and every slice", (*names, *cells.columns.values()),
                  ((have, tuple(own)), (slices, tuple(more))))  # fmt: skip
    stacked = builder.add(stack)
    group = group_of(builder, frame, stacked, cells.columns, names, "", "every_slice", "one row for each slice")
    return replace(cells, source=builder.add(group))


def at_every_one(builder: Builder, frame: Frame, facts: list[Fact]) -> list[Fact]:
    """Facts by period: those without a time are the same in every period."""
    if frame.grain is None:
        return facts
    return [fact if fact.dated else at_every_period(builder, frame, fact, spine_of(builder, frame)) for fact in facts]


def attached(
    builder: Builder, frame: Frame, cells: Cells, leaves: Mapping[Leaf, str], facts: list[Fact],
    more: Mapping[Leaf, str],
) -> Cells:  # fmt: skip
    """The cells with what is taken without some of their keys beside them, and `more`, which says nothing of which
    cells there are."""
    wider = all_beside(builder, frame, cells, leaves, facts, more)
    if not wider:
        return cells
    have = cells.source
    columns: list[tuple[str, e.Expression]] = []
    period: e.Expression | None = None
    if cells.period and frame.grain is not None:
        period = have.slot(cells.period, period_type(frame.grain, builder.model.calendar))
        columns.append((cells.period, period))
    members = {key: have.slot(name, key.type) for key, name in cells.keys}
    columns += [(name, members[key]) for key, name in cells.keys]
    columns += [(name, have.slot(name, leaf.type)) for leaf, name in cells.columns.items()]
    taken = {name for name, _ in columns}
    found = dict(cells.columns)
    joins: list[Join] = []
    for fact in wider:
        alias = From(fact.source.name, free({join.to.alias for join in joins} | {have.alias}, fact.source.name))
        on: list[tuple[e.Expression, e.Expression, bool]] = []
        on += [(members[key], alias.slot(name, key.type), True) for key, name in fact.keys]
        if fact.dated and period is not None:
            on.append((period, alias.slot(fact.period, fact.period_type), False))
        joins.append(Join(alias, "left" if on else "cross", tuple(on)))
        for leaf, name in fact.columns.items():
            found[leaf] = free(taken, name)
            columns.append((found[leaf], alias.slot(name, leaf.type)))
    step = Rows(builder.name("cells_with_more"), "the cells, and what is taken over all of some keys", have,
                tuple(columns), tuple(joins))  # fmt: skip
    return replace(cells, source=builder.add(step), columns=found)


def at_every_period(builder: Builder, frame: Frame, fact: Fact, spine: From) -> Fact:
    """A fact without a time lies in every period of a spine."""
    assert frame.grain is not None
    type = period_type(frame.grain, builder.model.calendar)
    columns = [(frame.grain.name, spine.slot(frame.grain.name, type))]
    columns += [(name, fact.source.slot(name, key.type)) for key, name in fact.keys]
    columns += [(name, fact.source.slot(name, leaf.type)) for leaf, name in fact.columns.items()]
    name = builder.name(fact.source.name, "every", frame.grain.name)
    every = frame.grain.name.replace("_", " ")
    comment = f"{fact.table or 'parts'}: no time axis, so the same in every {every}"
    comment = comment if fact.columns else f"each slice of {fact.table} in every {every}"
    step = Rows(name, comment, fact.source, tuple(columns), (Join(spine, "cross"),))
    return replace(fact, source=builder.add(step), period=frame.grain.name, period_type=type)


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


def grid_of(builder: Builder, frame: Frame, cells: Cells, spine: From, slices: From) -> From:
    """Every period of each slice."""
    assert frame.grain is not None
    type = period_type(frame.grain, builder.model.calendar)
    listed = tuple((name, slices.slot(name, key.type)) for key, name in cells.keys)
    columns = ((cells.period, spine.slot(frame.grain.name, type)), *listed)
    comment = f"every {cells.period} of every slice"
    return builder.add(Rows(builder.name("grid"), comment, slices, columns, (Join(spine, "cross"),)))


def stack_with(builder: Builder, frame: Frame, cells: Cells, grid: From) -> From:
    """The cells, and the grid for their gaps, below each other."""
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
    comment = f"the cells, and every {cells.period} for the gaps"
    inputs = ((have, tuple(whole)), (grid, tuple(empty)))
    return builder.add(Stack(builder.name("cells_and_gaps"), comment, listed, inputs))


# -- values ----------------------------------------------------------------------------------------------------------
def values_over(
    builder: Builder, frame: Frame, cells: Cells, outputs: list[tuple[str, e.Expression]], step: str, comment: str
) -> tuple[From, dict[str, e.Slot]]:
    """The values of expressions in every cell, in layers above the cells; and the column of each."""
    from attain.plan.bounds import with_bounds

    below = metrics_below(builder.definitions, [x for _, x in outputs])
    definitions = {f"metric {name}": e.transform(builder.definitions[name], renamed) for name in below}
    definitions |= {f"output {name}": e.transform(expression, renamed) for name, expression in outputs}
    wanted, kept = [f"output {name}" for name, _ in outputs], {name: key.type for key, name in cells.keys}
    if cells.period and frame.grain is not None:
        kept = {cells.period: period_type(frame.grain, builder.model.calendar)} | kept

    def place(node: e.Expression, here: From) -> e.Expression | None:
        if isinstance(node, e.AggregateValue) and isinstance(node.aggregate, TargetValue):
            period = here.slot(cells.period, kept[cells.period]) if cells.period else None
            name = cells.columns.get(node.aggregate)
            column = here.slot(name, node.type) if name is not None else None
            return target_in_cell(builder, frame, node.aggregate, column, period)
        if isinstance(node, e.AggregateValue):
            return or_empty(node.aggregate.function, here.slot(cells.columns[node.aggregate], node.type))
        if isinstance(node, e.Parameter) and node.name != "today":
            if (beside := bounds.get((node.windows, node.name))) is not None:
                return here.slot(beside.name, beside.type)
            slot = here.slot(cells.period, kept[cells.period]) if cells.period else None
            return window_bound(builder, frame, node, slot)
        if isinstance(node, e.Member):
            return next(here.slot(name, key.type) for key, name in cells.keys if key.name == node.name)
        return None

    layers = layered(definitions, wanted)
    cells, bounds = with_bounds(builder, frame, cells, definitions.values())
    source, found = add_layers(builder, cells.source, kept, layers, place, step, comment, wanted)
    return source, {name: found[f"output {name}"] for name, _ in outputs}
