"""Stocks of lifespans, by the periods in which they begin and end.

A row that begins in March and ends in June is there at the ends of March, April and May, whatever its days. So rows
are grouped by the periods in which they begin and end first, and the few groups are taken in every period that they
are there in, instead of every row at every instant. Nothing is taken away from a sum, so this holds for all that
follows from parts: sums, counts, least and greatest values.

Valid at the ends and beginnings of the periods asked for; not where windows are moved, since their instants may lie
within a period, not by the hour, and not for periods of a calendar table, outside of which there are days. At the
instant that the as-of day cuts, a row that begins after that day is not there, and one that ends after it is, as if it
had no end.
"""

from __future__ import annotations

from attain.model import expression as e
from attain.model.aggregate import COMBINED_BY, Aggregate
from attain.plan.builder import Builder
from attain.plan.facts import Fact, key_columns, key_values, local_key
from attain.plan.frame import Frame, before_end, period_type
from attain.plan.leaves import Leaf, free
from attain.plan.measures import measure_of, parts_of, rows_step
from attain.plan.partials import Aggregates, follows_from_parts
from attain.plan.places import conditions_over
from attain.plan.rows import RowsOf
from attain.plan.steps import From, Group, Join, Measure, Rows
from attain.plan.stocks import FOREVER, clock_at, stock_columns


def by_lifespans(builder: Builder, frame: Frame, group: Aggregates) -> bool:
    """Whether the aggregates of a stock can be put together from groups of lifespans."""
    first = group[0][0]
    if frame.grain is None or frame.grain.table or frame.grain.unit == "hour":
        return False
    if not first.instant or first.place.windows or builder.model.tables[first.table].lifespan is None:
        return False
    return all(follows_from_parts(aggregate) for aggregate, _ in group)


def plan_lifespans(builder: Builder, frame: Frame, group: Aggregates, spine: From) -> Fact:
    """The fact of a stock: its lifespans grouped, and each group in the periods that it is there in."""
    assert frame.grain is not None
    first = group[0][0]
    names = lifespan_columns(frame)
    taken = set(names)
    columns = {aggregate: free(taken, name) for aggregate, name in group}
    base = group_lifespans(builder, frame, names, columns)
    type = period_type(frame.grain, builder.model.calendar)
    period = spine.slot(frame.grain.name, type)
    own = free(taken, frame.grain.name)
    listed: list[tuple[str, e.Expression]] = [(own, period)]
    listed += [(name, base.slot(name, key.type)) for name, key in zip(names[2:], frame.keys, strict=True)]
    listed += [(column, base.slot(column, leaf.type)) for leaf, column in columns.items()]
    there = is_there(builder, first, period, base.slot(names[0], type), base.slot(names[1], type))
    comment = f"each group of {first.table} in every {frame.grain.name.replace('_', ' ')} that it is there in"
    step = builder.add(Rows(builder.name(first.table, "there"), comment, base, tuple(listed),
                            (Join(spine, "inner", (), there),)))  # fmt: skip
    shown = [frame.grain.name, *key_columns(frame)]
    inside = [(own, type), *((name, key.type) for name, key in zip(names[2:], frame.keys, strict=True))]
    keys = tuple((name, step.slot(column, x)) for name, (column, x) in zip(shown, inside, strict=True))
    known = set(shown)
    found: dict[Leaf, str] = {leaf: free(known, name) for leaf, name in group}
    measures = tuple(
        Measure(found[leaf], COMBINED_BY[leaf.function], (step.slot(column, leaf.type),), None, leaf.type)
        for leaf, column in columns.items()
    )
    words = f"as of {first.instant}"
    name = builder.name(first.table, words, "by", "_".join(shown))
    comment = f"{first.table} {words} by {', '.join(shown)}, put together from those groups"
    total = builder.add(Group(name, comment, step, keys, measures))
    return Fact(total, tuple(zip(frame.keys, shown[1:], strict=True)), found, shown[0], first.table, type)


def lifespan_columns(frame: Frame) -> list[str]:
    """The names of the columns of groups: the periods in which they begin and end, and the keys."""
    assert frame.grain is not None
    taken: set[str] = set()
    return [
        free(taken, name) for name in (f"first_{frame.grain.name}", f"last_{frame.grain.name}", *key_columns(frame))
    ]


def group_lifespans(builder: Builder, frame: Frame, names: list[str], columns: dict[Aggregate, str]) -> From:
    """The rows of a stock by the periods in which they begin and end, and by the keys."""
    assert frame.grain is not None
    first = next(iter(columns))
    table = builder.model.tables[first.table]
    rows = RowsOf(builder, table)
    conditions = conditions_over(frame.filters, table.name)
    parts = [part for aggregate in columns for part in parts_of(builder, aggregate)]
    keys = [key.of(table.name) for key in frame.keys if key.columns]
    rows.add([*keys, *conditions, *parts, *stock_columns(builder, table)])
    rows.join()
    assert table.lifespan is not None
    began, ended = (clock_at(builder, rows, table, name) for name in table.lifespan)
    type = period_type(frame.grain, builder.model.calendar)
    at_end = first.instant == "end"
    over = before_end(ended, builder.today) if at_end else e.Not(e.IsMissing(ended))
    values = key_values(builder, frame, rows)
    listed: list[tuple[str, e.Expression]] = [
        (names[0], e.Truncate(began, frame.grain, type)),
        (names[1], e.Choice(((over, e.Truncate(ended, frame.grain, type)),), FOREVER, type)),
    ]
    listed += [(name, local_key(builder, values[key])) for name, key in zip(names[2:], frame.keys, strict=True)]
    begun = [before_end(began, builder.today)] if at_end else []
    where = e.both(*begun, *(rows.expression(condition) for condition in conditions))
    comment = f"rows of {table.name}, and when they begin and end"
    source, slots = rows_step(builder, rows, list(parts), comment, tuple(listed), where)
    by = tuple((name, source.slot(name, x.type)) for name, x in listed)
    measures = tuple(measure_of(builder, aggregate, column, slots) for aggregate, column in columns.items())
    comment = f"{table.name} by {', '.join(names)}: few groups, so that no row is joined to each instant it is there at"
    return builder.add(Group(builder.name(table.name, "lifespans"), comment, source, by, measures))


def is_there(
    builder: Builder, aggregate: Aggregate, period: e.Expression, began: e.Expression, ended: e.Expression
) -> e.Expression | None:
    """When a group is there at the instant of a period that begins by the as-of day."""
    begun, lasts = ("<=", ">") if aggregate.instant == "end" else ("<", ">=")
    return e.both(
        e.Compare(begun, began, period), e.Compare(lasts, ended, period), e.Compare("<=", period, builder.today)
    )
