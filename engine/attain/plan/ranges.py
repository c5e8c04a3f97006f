"""The range of periods: from the first to the last in which something occurs for the metrics, as if they had no time
operators."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction

from attain.model import expression as e
from attain.model import types as t
from attain.model.aggregate import Aggregate, TargetValue
from attain.model.calendar import Grain
from attain.model.types import Type
from attain.plan.builder import Builder
from attain.plan.calendars import day_of, table_spine
from attain.plan.facts import row_metrics_in
from attain.plan.frame import Frame, before_end, clock_of, period_type
from attain.plan.groups import fact_of, grouped_leaves, is_partial, partials_of, whole_leaves
from attain.plan.leaves import Leaf, leaves_of, row_count
from attain.plan.places import conditions_over
from attain.plan.rows import RowsOf
from attain.plan.steps import From, Group, Inline, Measure, Rows, Spine, Stack
from attain.plan.stocks import begins

#: Where a time lies that says from when to when: a step, and its column.
Dated = tuple[From, e.Slot]


def query_frame(builder: Builder) -> Frame:
    """The cells that the query asks for."""
    query = builder.query
    filters = (query.filter,) if query.filter is not None else ()
    return Frame(query.keys, query.grain, query.start, query.end, filters, occurring=query.sparse)


def spine_of(builder: Builder, frame: Frame) -> From:
    """Every period of the range of a frame: of the query's own, or of the parts that `per` asks for."""
    if frame.periods is not None:
        return frame.periods
    base = query_frame(builder)
    memo = ("spine", base.grain)
    if memo not in builder.memo:
        leaves = leaves_of(builder, builder.outputs)
        builder.memo[memo] = build_spine(builder, base, leaves)
    return builder.memo[memo]  # type: ignore[return-value]


def build_spine(builder: Builder, frame: Frame, leaves: Mapping[Leaf, str], until: e.Expression | None = None) -> From:
    """A spine over a literal range, or from the first to the last period that occurs."""
    grain = frame.grain
    assert grain is not None
    type = period_type(grain, builder.model.calendar)
    first = frame.since
    last: e.Expression | None = None
    if isinstance(frame.end, date):
        last = e.Literal(frame.end - timedelta(1), t.DATE)
        if grain.unit == "hour":
            last = e.Apply("add_microseconds", (e.Apply("midnight", (e.Literal(frame.end, t.DATE),), type),
                           e.Literal(Fraction(-t.ELAPSED["hours"]), t.MICROSECONDS)), type)  # fmt: skip
    bounds: From | None = None
    if first is None or last is None:
        bounds = bounds_of(builder, grain, dated(builder, frame, leaves), type)
        first = first or bounds.slot("first_period", type)
        last = last or bounds.slot("last_period", type)
    if grain.table:
        return table_spine(builder, grain, first, last, bounds, None)
    comment = f"every {grain.name.replace('_', ' ')} of the range"
    name = builder.name(f"{grain.name}s")
    return builder.add(Spine(name, comment, grain, grain.name, type, first, last, bounds, None, until))


def bounds_of(builder: Builder, grain: Grain, found: list[Dated], type: Type) -> From:
    """The first and the last period in which something occurs."""
    if not found:
        missing = e.Literal(None, type)
        columns = (("first_period", type), ("last_period", type))
        return builder.add(
            Inline(builder.name("bounds"), "nothing says from when to when", columns, ((missing, missing),))
        )
    source, slot = found[0]
    if len(found) > 1:
        inputs = tuple((used, (in_grain(column, grain, type),)) for used, column in found)
        name = builder.name(f"{grain.name}s_that_occur")
        source = builder.add(Stack(name, f"every {grain.name} in which something occurs", (grain.name,), inputs))
        slot = source.slot(grain.name, type)
    first, last = (Measure(f"{w}_period", f, (slot,), None, slot.type) for w, f in (("first", "min"), ("last", "max")))
    comment = f"the first and the last {grain.name}"
    if slot.type == type and (len(found) > 1 or slot.name == grain.name):
        return builder.add(Group(builder.name("bounds"), comment, source, (), (first, last)))
    times = builder.add(Group(builder.name("first_and_last"), "the first and the last time", source, (), (first, last)))
    columns_of = tuple(
        (name, in_grain(times.slot(name, slot.type), grain, type)) for name in ("first_period", "last_period")
    )
    return builder.add(Rows(builder.name("bounds"), comment, times, columns_of))


def in_grain(time: e.Slot, grain: Grain, type: Type) -> e.Expression:
    """The period that a time lies in, a period as it is; of a calendar table the day, which may lie outside of it."""
    if grain.table:
        return day_of(time)
    return time if time.name == grain.name and time.type == type else e.Truncate(time, grain, type)


def dated(builder: Builder, frame: Frame, leaves: Mapping[Leaf, str]) -> list[Dated]:
    """The columns of everything that says in which periods something occurs."""
    found: list[Dated] = []
    for group in grouped_leaves(frame, whole_leaves(frame, leaves)):
        first = group[0][0]
        if first.instant:
            found += stock_range(builder, frame, first)
        elif first.axis is None or frame.grain is None:
            continue
        elif is_partial(frame, group):
            base = partials_of(builder, frame, group)
            found.append((base.source, base.source.slot(base.period, base.period_type)))
        elif first.place.windows or frame.grain.table:  # of a table, the times outside of it count, too
            found += time_range(builder, frame, first)
        else:
            asks = any(row_metrics_in(aggregate) for aggregate, _ in group)  # for the range, maybe, to be planned
            fact = fact_of(builder, frame, [(row_count(first), "occurs")] if asks else group)
            found.append((fact.source, fact.source.slot(fact.period, fact.period_type)))
    from attain.plan.occurrence import aggregates_inside

    inside = {
        count: "occurs"
        for leaf in leaves
        if not isinstance(leaf, Aggregate)
        for count in aggregates_inside(builder, leaf)
        if not (isinstance(leaf, TargetValue) and any(same_axis(count, other) for other in leaves))
    }
    counts: dict[Leaf, str] = {row_count(count): name for count, name in inside.items()}
    return list(dict.fromkeys([*found, *(dated(builder, frame, counts) if counts else [])]))


def same_axis(count: Aggregate, other: Leaf) -> bool:
    """Whether the rows of another aggregate lie in time by the same axis, or at instants of the same stock."""
    if not isinstance(other, Aggregate):
        return False
    return (count.table, count.axis, bool(count.instant)) == (other.table, other.axis, bool(other.instant))


def time_range(builder: Builder, frame: Frame, aggregate: Aggregate) -> list[Dated]:
    """The first and the last time of an aggregate's rows, up to the as-of day."""
    assert aggregate.axis is not None
    memo = ("time range", frame.filters, aggregate.table, aggregate.axis)
    if memo not in builder.memo:
        table = builder.model.tables[aggregate.table]
        rows = RowsOf(builder, table)
        conditions = conditions_over(frame.filters, table.name)
        rows.add([aggregate.axis.column, *conditions])
        rows.join()
        clock = clock_of(aggregate.axis, builder.model.calendar, rows.expression(aggregate.axis.column))
        cut = before_end(clock, builder.today) if not aggregate.axis.ahead else None
        where = e.both(cut, *(rows.expression(condition) for condition in conditions))
        builder.memo[memo] = first_and_last(builder, rows, clock, where)
    return builder.memo[memo]  # type: ignore[return-value]


def first_and_last(builder: Builder, rows: RowsOf, clock: e.Expression, where: e.Expression | None) -> list[Dated]:
    """The first and the last of a time of some rows, as two columns of a step."""
    name = rows.table.name
    columns = (("time_axis", clock),)
    step = builder.add(Rows(builder.name(name, "times"), f"times of {name}", rows.source, columns, tuple(rows.joins),
                            where))  # fmt: skip
    slot = step.slot("time_axis", clock.type)
    measures = tuple(Measure(f"{f}_time", f, (slot,), None, slot.type) for f in ("min", "max"))
    source = builder.add(Group(builder.name(name, "range"), f"the first and the last time of {name}", step, (),
                               measures))  # fmt: skip
    return [(source, source.slot(measure.name, slot.type)) for measure in measures]


def stock_range(builder: Builder, frame: Frame, aggregate: Aggregate) -> list[Dated]:
    """From the first lifespan or snapshot of a stock to the as-of day."""
    memo = ("stock range", frame.filters, aggregate.table)
    if memo not in builder.memo:
        table = builder.model.tables[aggregate.table]
        rows = RowsOf(builder, table)
        conditions = conditions_over(frame.filters, table.name)
        axis = begins(builder, table)
        rows.add([axis.column, *conditions])
        rows.join()
        clock = clock_of(axis, builder.model.calendar, rows.expression(axis.column))
        where = e.both(before_end(clock, builder.today), *(rows.expression(condition) for condition in conditions))
        (source, first), _ = first_and_last(builder, rows, clock, where)
        there = e.Not(e.IsMissing(first))
        until = e.Choice(((there, builder.today),), None, t.DATE)
        columns = (("first_day", e.Truncate(first, Grain("day", "day"), t.DATE)), ("last_day", until))
        step = builder.add(Rows(builder.name(table.name, "range_to_today"), f"from the first of {table.name} to the "
                                "as-of day", source, columns))  # fmt: skip
        builder.memo[memo] = [(step, step.slot("first_day", t.DATE)), (step, step.slot("last_day", t.DATE))]
    return builder.memo[memo]  # type: ignore[return-value]
