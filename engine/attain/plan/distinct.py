"""Distinct counts in windows that overlap, from when each value comes next.

A value counts once in a window, however often it occurs there: at the last time. So each row is told in which period
its value occurs next, in its slice, and counts in the windows that hold its own period but not that one. That follows
from a count of the rows by both periods: values are compared once, instead of in every window that they lie in.

Valid where windows are made of whole periods and end, as far as the as-of day leaves them, with the one asked for; rows
after that day are left out before. What is moved back is joined to its windows row by row: it overlaps with nothing.
"""

from __future__ import annotations

from attain.model import expression as e
from attain.model import types as t
from attain.model.aggregate import Aggregate
from attain.plan.aligned import whole_part
from attain.plan.builder import Builder, plain_name
from attain.plan.facts import Fact, key_columns, key_values, local_key, words_of
from attain.plan.frame import Frame, before_end, clock_of, period_type
from attain.plan.leaves import free
from attain.plan.places import conditions_over
from attain.plan.rows import RowsOf
from attain.plan.steps import From, Group, InOrder, Join, Measure, Rows
from attain.plan.windows import lies_in, windows_step


def by_next(frame: Frame, aggregate: Aggregate) -> bool:
    """Whether a distinct count is taken from when each value comes next."""
    if aggregate.function != "count_distinct" or aggregate.axis is None or not aggregate.place.windows:
        return False
    if e.looks_at_window([*aggregate.arguments, aggregate.where]):
        return False
    return whole_part(frame, [aggregate.place.windows]) is not None


def plan_by_next(
    builder: Builder, frame: Frame, aggregate: Aggregate, name: str, spine: From, only: e.Expression | None
) -> Fact:
    """The fact of one distinct count; of `only` the rows that meet it, where other facts say which cells there are."""
    assert frame.grain is not None and aggregate.axis is not None
    part = whole_part(frame, [aggregate.place.windows])
    assert part is not None
    taken: set[str] = set()
    own = free(taken, part.name)
    following = free(taken, f"next_{part.name}")
    names = [free(taken, column) for column in key_columns(frame)]
    value = free(taken, name)
    counts = counted(builder, frame, aggregate, own, following, names, value, only)
    windows, window = windows_step(builder, frame, spine, aggregate.place.windows)
    began, comes = counts.slot(own, t.DATE), counts.slot(following, t.DATE)
    end = window.end if aggregate.axis.ahead else window.cut
    assert end is not None
    last = e.Logic("or", (e.IsMissing(comes), e.Compare(">=", comes, end)))
    lies = e.both(lies_in(began, window, ahead=aggregate.axis.ahead), last)
    type = period_type(frame.grain, builder.model.calendar)
    period = free(taken, frame.grain.name)
    columns: list[tuple[str, e.Expression]] = [(period, windows.slot(frame.grain.name, type))]
    columns += [(column, counts.slot(column, key.type)) for column, key in zip(names, frame.keys, strict=True)]
    columns.append((value, counts.slot(value, t.INTEGER)))
    words = words_of(aggregate, builder.model.tables[aggregate.table])
    comment = f"each value in every window that holds its {part.name} but not the next one with it: {words}"
    step = builder.add(Rows(builder.name(aggregate.table, "last_in", words), comment, counts, tuple(columns),
                            (Join(windows, "inner", (), lies),)))  # fmt: skip
    shown = [frame.grain.name, *key_columns(frame)]
    keys = tuple((key, step.slot(column, x.type)) for key, (column, x) in zip(shown, columns[:-1], strict=True))
    column = free(set(shown), name)
    measure = Measure(column, "sum", (step.slot(value, t.INTEGER),), None, t.INTEGER)
    by = builder.name(aggregate.table, words, "by", "_".join(shown))
    total = builder.add(Group(by, f"{aggregate.table} by {', '.join(shown)}", step, keys, (measure,)))
    return Fact(total, tuple(zip(frame.keys, shown[1:], strict=True)), {aggregate: column}, shown[0], aggregate.table,
                type)  # fmt: skip


def counted(
    builder: Builder, frame: Frame, aggregate: Aggregate, own: str, following: str, names: list[str], value: str,
    only: e.Expression | None,
) -> From:  # fmt: skip
    """How many values there are by the period of a row and the one in which its value comes next, and by the keys."""
    table = builder.model.tables[aggregate.table]
    part = whole_part(frame, [aggregate.place.windows])
    assert part is not None and aggregate.axis is not None
    rows = RowsOf(builder, table)
    conditions = conditions_over(frame.filters, table.name)
    (argument,) = aggregate.arguments
    keys = [key.of(table.name) for key in frame.keys if key.columns]
    rows.add([*keys, *conditions, argument, aggregate.where, only, aggregate.axis.column])
    rows.join()
    clock = clock_of(aggregate.axis, builder.model.calendar, rows.expression(aggregate.axis.column))
    there: list[e.Expression] = [before_end(clock, builder.today)] if not aggregate.axis.ahead else []
    there += [rows.expression(condition) for condition in conditions]
    what = rows.expression(argument)
    if only is not None:
        there += [rows.expression(only), e.Not(e.IsMissing(what))]
    values = key_values(builder, frame, rows)
    listed: list[tuple[str, e.Expression]] = [(own, e.Truncate(clock, part, t.DATE))]
    listed += [(column, local_key(builder, values[key])) for column, key in zip(names, frame.keys, strict=True)]
    item = argument.name if isinstance(argument, e.Column) else value
    listed.append((free({own, following, *names}, plain_name(item)), what))
    words = words_of(aggregate, table)
    name = builder.name(table.name, "values", words)
    source = builder.add(Rows(name, f"rows of {table.name}, and what is counted", rows.source, tuple(listed),
                              tuple(rows.joins), e.both(*there)))  # fmt: skip
    columns = tuple((column, source.slot(column, x.type)) for column, x in listed)
    order, item_slot = columns[0][1], columns[-1][1]
    name = builder.name(table.name, "values_in_order", words)
    comment = f"with the {part.name} in which each value comes next"
    ordered = builder.add(InOrder(name, comment, source, columns, (item_slot, *(x for _, x in columns[1:-1])), order,
                                  following))  # fmt: skip
    by = [(own, ordered.slot(own, t.DATE)), (following, ordered.slot(following, t.DATE))]
    by += [(column, ordered.slot(column, x.type)) for column, x in columns[1:-1]]
    measure = Measure(value, "count", (ordered.slot(item_slot.name, what.type),), None, t.INTEGER)
    name = builder.name(table.name, "values_by", part.name, words)
    comment = f"values by {part.name} and the next {part.name} with them: few groups, which all windows are made of"
    return builder.add(Group(name, comment, ordered, tuple(by), (measure,)))
