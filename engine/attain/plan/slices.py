"""Aggregates in moved or stretched windows whose rows are joined to them: only the rows that meet their condition.

A row counts in every window that it lies in, so rows that a condition leaves out anyway are not joined. But a slice
occurs wherever a row lies in its window, whatever the condition: that is told apart, by a count that is put together
from days; or, where every period of each slice is filled in and the windows leave no gaps, by the slices that have a
row from the beginning of the first window to the end of the last.
"""

from __future__ import annotations

from dataclasses import replace

from attain.model import expression as e
from attain.model.aggregate import Aggregate
from attain.plan.aligned import without_gaps
from attain.plan.builder import Builder
from attain.plan.facts import Fact, plan_fact
from attain.plan.frame import Frame
from attain.plan.leaves import row_count
from attain.plan.partials import Aggregates, can_be_partial
from attain.plan.steps import From
from attain.plan.window_days import ends_of_windows


def shared_condition(frame: Frame, group: Aggregates) -> e.Expression | None:
    """The condition that a row meets which any aggregate of a group looks at; None where all rows are looked at, and
    where rows are not joined to windows."""
    first = group[0][0]
    if frame.grain is None or first.axis is None or first.instant or not first.place.windows:
        return None
    if all(can_be_partial(aggregate, frame) for aggregate, _ in group):
        return None
    conditions: dict[e.Expression, None] = {}
    for aggregate, _ in group:
        if aggregate.where is None or e.looks_at_window([*aggregate.arguments, aggregate.where]):
            return None
        conditions[aggregate.where] = None
    return next(iter(conditions)) if len(conditions) == 1 else e.Logic("or", tuple(conditions))


def slices_suffice(frame: Frame, aggregate: Aggregate) -> bool:
    """Whether the slices that occur in the windows of an aggregate can be told without their periods."""
    return without_gaps(frame, aggregate.place.windows)


def slices_in_windows(builder: Builder, frame: Frame, aggregate: Aggregate, spine: From) -> Fact:
    """The slices that have a row in any window: a fact without periods and aggregates."""
    memo = ("slices in windows", frame, aggregate.table, aggregate.axis, aggregate.place.windows)
    if memo not in builder.memo:
        ends = ends_of_windows(builder, frame, aggregate, spine)
        start = e.TheOnly(ends.source.name, ends.start.name, ends.start.type) if ends.start is not None else None
        end = e.TheOnly(ends.source.name, ends.end.name, ends.end.type)
        whole = replace(frame, grain=None, asked=frame.grain, start=start, end=end, periods=None)
        fact = plan_fact(builder, whole, [(row_count(aggregate), "occurs")], None)
        words = f"where any of {aggregate.table} lies in a window, whatever conditions ask for"
        builder.steps[-1] = replace(builder.steps[-1], comment=words)
        builder.memo[memo] = replace(fact, columns={})
    return builder.memo[memo]  # type: ignore[return-value]
