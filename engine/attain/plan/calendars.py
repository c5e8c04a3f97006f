"""The periods of a calendar table (4-4-5 and the like): a step that lists them, and expressions that look into it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from attain.model import expression as e
from attain.model import types as t
from attain.model.calendar import Grain
from attain.plan.builder import Builder
from attain.plan.rows import RowsOf
from attain.plan.steps import First, From, Group, Inline, InOrder, Join, Measure, NoRows, Rows, Stack, Step

#: Columns of the step of periods. Its last row is the end of the last period, with none after it.
FIRST, NEXT, BEFORE = "calendar_first_day", "calendar_next_day", "calendar_day_before"
DAY = Grain("day", "day")


def settle_periods(builder: Builder, step: Step) -> Step:
    """A step whose expressions look for periods of a calendar table in the step that lists them."""

    def change(node: e.Expression) -> e.Expression | None:
        if isinstance(node, e.Truncate) and node.grain.table:
            day = e.transform(node.operand, change)
            return first_of_period(node.grain, day, periods_of_table(builder, node.grain).name)
        if isinstance(node, e.PeriodAt) and not node.periods:
            day = e.transform(node.operand, change)
            return replace(node, operand=day, periods=periods_of_table(builder, node.grain).name)
        return None

    return change_step(step, lambda x: e.transform(x, change))


def first_of_period(grain: Grain, time: e.Expression, periods: str = "") -> e.PeriodAt:
    """The first day of the period that a time lies in; missing outside of the table."""
    day = time if time.type == t.DATE else e.Truncate(time, DAY, t.DATE)
    return e.PeriodAt(day, grain, FIRST, False, t.DATE, periods)


def end_of_period(grain: Grain, time: e.Expression) -> e.PeriodAt:
    """The first day after the period that a time lies in."""
    return replace(first_of_period(grain, time), column=NEXT)


def one_period_back(grain: Grain, time: e.Expression) -> e.Expression:
    """A time in the period before, as far from that one's first day as it is from its own's, and no later than its
    own's; missing where there is no period before."""
    day = time if time.type == t.DATE else e.Truncate(time, DAY, t.DATE)
    first = e.PeriodAt(day, grain, FIRST, True, t.DATE)
    before = e.PeriodAt(day, grain, BEFORE, True, t.DATE)
    if time.type == t.DATE:
        moved: e.Expression = e.Apply("add_days", (before, e.Apply("days_between", (first, day), t.DAYS)), t.DATE)
        return e.Choice(((e.Compare("<", moved, first), moved), (there(before), first)), None, t.DATE)
    began, own = (e.Apply("midnight", (x,), time.type) for x in (before, first))
    elapsed = e.Apply("microseconds_between", (own, time), t.MICROSECONDS)
    moved = e.Apply("add_microseconds", (began, elapsed), time.type)
    return e.Choice(((e.Compare("<", moved, own), moved), (there(before), own)), None, time.type)


def there(x: e.Expression) -> e.Expression:
    """The condition that something is not missing."""
    return e.Not(e.IsMissing(x))


def change_step(step: Step, change: Callable[[e.Expression], e.Expression]) -> Step:
    """A step with all of its expressions changed."""
    match step:
        case Rows():
            joins = tuple(
                replace(j, on=tuple((change(a), change(b), safe) for a, b, safe in j.on),
                        where=change(j.where) if j.where is not None else None)
                for j in step.joins
            )  # fmt: skip
            columns = tuple((name, change(x)) for name, x in step.columns)
            return replace(
                step, columns=columns, joins=joins, where=change(step.where) if step.where is not None else None
            )
        case Group():
            keys = tuple((name, change(x)) for name, x in step.keys)
            measures = tuple(
                replace(m, arguments=tuple(change(x) for x in m.arguments),
                        where=change(m.where) if m.where is not None else None)
                for m in step.measures
            )  # fmt: skip
            return replace(
                step, keys=keys, measures=measures, where=change(step.where) if step.where is not None else None
            )
        case Stack():
            return replace(step, inputs=tuple((source, tuple(change(x) for x in xs)) for source, xs in step.inputs))
        case First():
            columns = tuple((name, change(x)) for name, x in step.columns)
            return replace(step, columns=columns, order=tuple((change(x), down) for x, down in step.order))
        case Inline():
            return replace(step, rows=tuple(tuple(change(x) for x in row) for row in step.rows))
        case _:
            return step


# -- the step ----------------------------------------------------------------------------------------------------------
def periods_of_table(builder: Builder, grain: Grain) -> From:
    """The step that lists the periods of a grain of the calendar's table."""
    memo = ("periods of table", grain)
    if memo not in builder.memo:
        builder.memo[memo] = build_periods(builder, grain)
    return builder.memo[memo]  # type: ignore[return-value]


def build_periods(builder: Builder, grain: Grain) -> From:
    """Each period once: its first day, that of the next one, that of the one before; then the end of the last."""
    table = builder.model.tables[grain.table]
    if table.key:
        builder.verify(table.name)
    rows = RowsOf(builder, table)
    column, day = (e.Column((), name, table.fields[name].type) for name in (grain.column, grain.date))
    rows.add([column, day])
    rows.join()
    listed = ((FIRST, rows.expression(column)), (NEXT, rows.expression(day)))
    source = builder.add(Rows(builder.name(table.name, grain.name), f"the days of {table.name} and their {grain.name}",
                              rows.source, listed, tuple(rows.joins), there(rows.expression(column))))  # fmt: skip
    builder.calendars[grain] = source
    first = source.slot(FIRST, t.DATE)
    starts = builder.add(Group(builder.name(grain.name, "starts"), f"each {grain.name}", source, ((FIRST, first),), ()))
    last = Measure(NEXT, "max", (source.slot(NEXT, t.DATE),), None, t.DATE)
    ends = builder.add(Group(builder.name(grain.name, "last_day"), "the last day of all", source, (), (last,)))
    after = e.Apply("add_days", (ends.slot(NEXT, t.DATE), e.Literal(Fraction(1), t.INTEGER)), t.DATE)
    bounds = builder.add(Stack(builder.name(grain.name, "bounds"), f"where each {grain.name} begins, and the last ends",
                               (FIRST,), ((starts, (starts.slot(FIRST, t.DATE),)), (ends, (after,)))))  # fmt: skip
    begins = bounds.slot(FIRST, t.DATE)
    ordered = builder.add(InOrder(builder.name(grain.name, "in_order"), "with the next one", bounds, ((FIRST, begins),),
                                  (), begins, NEXT))  # fmt: skip
    earlier = From(ordered.name, free_alias(ordered.name))
    columns = (
        (FIRST, ordered.slot(FIRST, t.DATE)),
        (NEXT, ordered.slot(NEXT, t.DATE)),
        (BEFORE, earlier.slot(FIRST, t.DATE)),
    )
    pair = (ordered.slot(FIRST, t.DATE), earlier.slot(NEXT, t.DATE), False)
    return builder.add(Rows(builder.name("periods_of", grain.name), f"every {grain.name} of {table.name}", ordered,
                            columns, (Join(earlier, "left", (pair,)),)))  # fmt: skip


def days_elsewhere(builder: Builder, grain: Grain) -> NoRows:
    """The promise that every day of a calendar table lies in the period that its row names: from its first day on, and
    before the next one begins. A day that stands twice with two periods does not."""
    days, periods = builder.calendars[grain], periods_of_table(builder, grain)
    day, first = days.slot(NEXT, t.DATE), days.slot(FIRST, t.DATE)
    begins, following = periods.slot(FIRST, t.DATE), periods.slot(NEXT, t.DATE)
    inside = e.Logic("and", (e.Compare(">=", day, first), e.Compare("<", day, following)))
    outside = e.both(there(day), e.Not(inside))
    by_first_day = (Join(periods, "inner", ((first, begins, False),)),)
    words, comment = builder.name(grain.name, "elsewhere"), "days that do not lie in the period that they name"
    step = builder.add(Rows(words, comment, days, (("day", day), ("first_day", first)), by_first_day, outside))
    keys = tuple((name, step.slot(name, t.DATE)) for name in ("day", "first_day"))
    found = builder.add(Group(builder.name(words, "once"), "each once", step, keys, ()))
    return NoRows(
        "contradictory-calendar", f"{grain.table}:{grain.column}", found,
        tuple(found.slot(name, t.DATE) for name, _ in keys),
        f"every day of {grain.table} lies in its {grain.name}", f"a {grain.name} contradicts its days",
    )  # fmt: skip


def free_alias(name: str) -> str:
    """Another alias for the same input."""
    return f"{name}_before"


def table_spine(
    builder: Builder,
    grain: Grain,
    first: e.Expression,
    last: e.Expression,
    bounds: From | None,
    since: e.Expression | None,
) -> From:
    """Every period of a calendar table that holds a day from `first` to `last`, and begins on `since` or later."""
    periods = periods_of_table(builder, grain)
    begins, ends = periods.slot(FIRST, t.DATE), periods.slot(NEXT, t.DATE)
    where = [e.Compare(">", ends, day_of(first)), e.Compare("<=", begins, day_of(last))]
    where += [e.Compare(">=", begins, day_of(since))] if since is not None else []
    joins = (Join(bounds, "cross"),) if bounds is not None else ()
    return builder.add(Rows(builder.name(f"{grain.name}s"), f"every {grain.name} of the range", periods,
                            ((grain.name, begins),), joins, e.both(*where)))  # fmt: skip


def day_of(time: e.Expression) -> e.Expression:
    """The day of a time."""
    return time if time.type == t.DATE else e.Truncate(time, DAY, t.DATE)
