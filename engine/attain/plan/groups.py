"""Which aggregates are one fact: those over the same rows of one table, by one axis, in the same windows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from attain.model import expression as e
from attain.model.aggregate import Aggregate
from attain.plan.builder import Builder
from attain.plan.changes import by_changes, plan_changes
from attain.plan.distinct import by_next, plan_by_next
from attain.plan.facts import Fact, needs_periods, needs_spine, plan_fact, row_metrics_in
from attain.plan.frame import Frame
from attain.plan.grouping import fact_at_level
from attain.plan.leaves import Leaf, row_count
from attain.plan.lifespans import by_lifespans, plan_lifespans
from attain.plan.partials import Aggregates, can_be_partial, facts_of_partials, follows_from_parts, plan_partials


def grouped_leaves(frame: Frame, leaves: Mapping[Leaf, str]) -> list[Aggregates]:
    """Aggregates over the same rows: of one table by one axis, in the same windows (or put together from the same
    days), and, without a time, alike in depending on the window. One scan for each group."""
    aggregates = [(leaf, name) for leaf, name in leaves.items() if isinstance(leaf, Aggregate)]
    partial = {(leaf.table, leaf.axis) for leaf, _ in aggregates if leaf.place.windows and can_be_partial(leaf, frame)}
    groups: dict[object, Aggregates] = {}
    for leaf, name in aggregates:
        axis = leaf.axis if frame.has_window else None
        windows: object = leaf.place.windows if frame.has_window else ()
        if (leaf.table, leaf.axis) in partial and can_be_partial(leaf, frame):
            windows = "put together"
        alone = leaf if by_next(frame, leaf) else None
        key = (leaf.table, axis, windows, leaf.instant, needs_periods(leaf, frame), alone)
        groups.setdefault(key, []).append((leaf, name))
    return list(groups.values())


def whole_leaves(frame: Frame, leaves: Mapping[Leaf, str]) -> dict[Leaf, str]:
    """What is computed of cells with all of their keys: also for what is taken without some of them, itself where it
    follows from parts, else where it occurs."""
    whole, wider = split(frame, leaves)
    occurring = list(whole)
    for leaf, name in wider.items():
        if isinstance(leaf, Aggregate) and follows_from_parts(leaf):
            whole.setdefault(replace(leaf, place=replace(leaf.place, dropped=())), name)
        elif isinstance(leaf, Aggregate) and not any(same_rows(leaf, other) for other in occurring):
            whole.setdefault(row_count(leaf, leaf.place), "occurs")
    return whole


def split(frame: Frame, leaves: Mapping[Leaf, str]) -> tuple[dict[Leaf, str], dict[Leaf, str]]:
    """Aggregates that are cut by all keys of a frame, and those that are taken without some of them."""
    wider = {leaf: name for leaf, name in leaves.items() if frame.without(leaf.place.dropped) is not frame}
    return {leaf: name for leaf, name in leaves.items() if leaf not in wider}, wider


def same_rows(leaf: Aggregate, other: Leaf) -> bool:
    """Whether another aggregate is over the same rows, so that it occurs where this one does."""
    if not isinstance(other, Aggregate):
        return False
    rows = (leaf.table, leaf.axis, leaf.place.windows, leaf.instant)
    return rows == (other.table, other.axis, other.place.windows, other.instant)


def is_partial(frame: Frame, group: Aggregates) -> bool:
    """Whether the aggregates of a group are put together from days: one of them has windows, and all can be."""
    return all(can_be_partial(leaf, frame) for leaf, _ in group) and any(leaf.place.windows for leaf, _ in group)


def facts_of(builder: Builder, frame: Frame, group: Aggregates) -> list[Fact]:
    """The facts of one group of aggregates, once."""
    from attain.plan.ranges import spine_of

    for applies, plan_stock in ((by_changes, plan_changes), (by_lifespans, plan_lifespans)):
        if applies(builder, frame, group):
            memo = ("stock", frame, tuple(leaf for leaf, _ in group))
            if memo not in builder.memo:
                builder.memo[memo] = plan_stock(builder, frame, group, spine_of(builder, frame))
            return [builder.memo[memo]]  # type: ignore[list-item]
    if not is_partial(frame, group):
        return [fact_of(builder, frame, group)]
    memo = ("facts of partials", frame, tuple(leaf for leaf, _ in group))
    if memo not in builder.memo:
        base = partials_of(builder, frame, group)
        spine = spine_of(builder, frame)
        builder.memo[memo] = facts_of_partials(builder, frame, group, base, spine)
    return builder.memo[memo]  # type: ignore[return-value]


def fact_of(builder: Builder, frame: Frame, group: Aggregates, only: e.Expression | None = None) -> Fact:
    """The fact of one group of aggregates over the same rows, once; of `only` the rows that meet it, where other facts
    say which cells there are."""
    from attain.plan.ranges import query_frame, spine_of

    level = fact_at_level(builder, frame, query_frame(builder), group)
    if level is not None:
        return level
    joined = needs_spine(group[0][0], frame) or lies_in_some_periods(builder, frame, group[0][0])
    placed = any(row_metrics_in(aggregate) for aggregate, _ in group)
    own = frame if joined or placed else replace(frame, periods=None)
    memo = ("fact", own, tuple(leaf for leaf, _ in group), only)
    if memo not in builder.memo and by_next(frame, group[0][0]):
        ((aggregate, name),) = group
        builder.memo[memo] = plan_by_next(builder, own, aggregate, name, spine_of(builder, frame), only)
    elif memo not in builder.memo:
        builder.memo[memo] = plan_fact(builder, own, group, spine_of(builder, frame) if joined else None, only)
    return builder.memo[memo]  # type: ignore[return-value]


def lies_in_some_periods(builder: Builder, frame: Frame, aggregate: Aggregate) -> bool:
    """Whether rows without a time must be joined to the periods to say where they occur: without keys a total has a
    row also of no rows, which is a cell, but not one in which something occurs."""
    timeless = aggregate.axis is None and not aggregate.instant
    return timeless and builder.query.sparse and frame.grain is not None and not frame.keys


def partials_of(builder: Builder, frame: Frame, group: Aggregates) -> Fact:
    """The parts of one group of aggregates, once."""
    own = replace(frame, periods=None, start=None, end=None)
    memo = ("partials", own, tuple(leaf for leaf, _ in group))
    if memo not in builder.memo:
        builder.memo[memo] = plan_partials(builder, own, group)
    return builder.memo[memo]  # type: ignore[return-value]
