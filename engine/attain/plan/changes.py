"""Stocks of lifespans as what began less what ended: at each instant the rows that began before it, without those that
ended before it.

Rows are grouped twice by day, by when they begin and by when they end, and each instant adds up the few days before it,
instead of joining every row to every instant that it is there at. Valid for counts and for sums of whole and decimal
numbers, which are exact however they are put together; of floating numbers a rest would show where nothing is left.
Instants are beginnings of days, however windows are moved, so days are enough; not by the hour. A row that ends before
it begins is never there: it counts as if it ended when it began. Whether anything is there, a count of the rows says.

Taken where windows are moved, and where there are no keys: then two small groups are cheaper than one by both ends.
"""

from __future__ import annotations

from fractions import Fraction

from attain.model import expression as e
from attain.model import types as t
from attain.model.aggregate import Aggregate
from attain.model.calendar import Grain
from attain.model.types import Kind
from attain.plan.builder import Builder
from attain.plan.facts import Fact, key_columns, key_values, local_key
from attain.plan.frame import Frame, period_type
from attain.plan.leaves import Leaf, free, row_count
from attain.plan.measures import measure_of, parts_of, rows_step
from attain.plan.partials import Aggregates
from attain.plan.places import conditions_over
from attain.plan.rows import RowsOf
from attain.plan.steps import From, Group, Join, Measure, Rows, Stack
from attain.plan.stocks import clock_at, instants, stock_columns

DAY = Grain("day", "day")


def by_changes(builder: Builder, frame: Frame, group: Aggregates) -> bool:
    """Whether the aggregates of a stock are taken as what began less what ended."""
    first = group[0][0]
    if not first.instant or builder.model.tables[first.table].lifespan is None:
        return False
    if frame.grain is None or frame.grain.unit == "hour" or (frame.keys and not first.place.windows):
        return False
    if any(operator.microseconds % t.ELAPSED["days"] or by_hour(operator.grain) for operator in first.place.windows):
        return False
    return all(is_exact(aggregate) for aggregate, _ in group)


def by_hour(grain: Grain | None) -> bool:
    """Whether a grain's periods begin within days."""
    return grain is not None and grain.unit == "hour"


def is_exact(aggregate: Aggregate) -> bool:
    """Whether an aggregate is exact, of whatever parts, added and taken away."""
    if e.looks_at_window([*aggregate.arguments, aggregate.where]):
        return False
    whole = aggregate.type.kind is Kind.INTEGER or (
        aggregate.type.kind is Kind.DECIMAL and bool(aggregate.type.precision)
    )
    return aggregate.function in ("count_rows", "count") or (aggregate.function == "sum" and whole)


def plan_changes(builder: Builder, frame: Frame, group: Aggregates, spine: From) -> Fact:
    """The fact of a stock: at the instant of each window, what began before it less what ended before it."""
    first = group[0][0]
    there = row_count(first, first.place)
    counted = group if there in dict(group) else [*group, (there, "rows_there")]
    taken: set[str] = set()
    names = [free(taken, name) for name in ("change_day", *key_columns(frame))]
    columns = {aggregate: free(taken, name) for aggregate, name in counted}
    sides = [changed_rows(builder, frame, names, columns, ended=ended) for ended in (False, True)]
    changes = stacked(builder, frame, sides, names, columns)
    total, found = at_instants(builder, frame, names, columns, changes, spine)
    shown = total.keys
    source = From(total.name, total.name)
    listed = [(name, source.slot(name, x.type)) for name, x in shown]
    listed += [(found[leaf], source.slot(found[leaf], leaf.type)) for leaf, _ in group]
    some = e.Compare(">", source.slot(found[there], t.INTEGER), e.Literal(Fraction(0), t.INTEGER))
    kept = builder.add(Rows(builder.name(f"{total.name}_there"), f"where any of {first.table} is there", source,
                            tuple(listed), (), some))  # fmt: skip
    keys = tuple((key, name) for key, (name, _) in zip(frame.keys, shown[1:], strict=True))
    leaves: dict[Leaf, str] = {leaf: found[leaf] for leaf, _ in group}
    return Fact(kept, keys, leaves, shown[0][0], first.table, shown[0][1].type)


def changed_rows(
    builder: Builder, frame: Frame, names: list[str], columns: dict[Aggregate, str], *, ended: bool
) -> From:
    """The rows of a stock by the day on which they begin, or end, and by the keys."""
    table = builder.model.tables[next(iter(columns)).table]
    rows = RowsOf(builder, table)
    conditions = conditions_over(frame.filters, table.name)
    parts = [part for aggregate in columns for part in parts_of(builder, aggregate)]
    keys = [key.of(table.name) for key in frame.keys if key.columns]
    rows.add([*keys, *conditions, *parts, *stock_columns(builder, table)])
    rows.join()
    assert table.lifespan is not None
    began, over = (e.Truncate(clock_at(builder, rows, table, name), DAY, t.DATE) for name in table.lifespan)
    day: e.Expression = began
    there = [e.Not(e.IsMissing(began.operand))]
    if ended:
        day = e.Choice(((e.Compare("<", over, began), began),), over, t.DATE)
        there.append(e.Not(e.IsMissing(over.operand)))
    values = key_values(builder, frame, rows)
    listed: list[tuple[str, e.Expression]] = [(names[0], day)]
    listed += [(name, local_key(builder, values[key])) for name, key in zip(names[1:], frame.keys, strict=True)]
    where = e.both(*there, *(rows.expression(condition) for condition in conditions))
    word = "end" if ended else "begin"
    source, slots = rows_step(builder, rows, list(parts), f"rows of {table.name} that {word}", tuple(listed), where)
    by = tuple((name, source.slot(name, x.type)) for name, x in listed)
    measures = tuple(measure_of(builder, aggregate, column, slots) for aggregate, column in columns.items())
    comment = f"{table.name} that {word}, by day: few groups, so that no row is joined to each instant it is there at"
    return builder.add(Group(builder.name(table.name, "that", word), comment, source, by, measures))


def stacked(builder: Builder, frame: Frame, sides: list[From], names: list[str], columns: dict[Aggregate, str]) -> From:
    """What began and, its sign turned, what ended below each other."""
    types = [t.DATE, *(key.type for key in frame.keys)]
    inputs: list[tuple[From, tuple[e.Expression, ...]]] = []
    for side, ended in zip(sides, (False, True), strict=True):
        own: list[e.Expression] = [side.slot(name, type) for name, type in zip(names, types, strict=True)]
        for aggregate, column in columns.items():
            value = side.slot(column, aggregate.type)
            own.append(e.Negative(value, value.type) if ended else value)
        inputs.append((side, tuple(own)))
    name = builder.name(next(iter(columns)).table, "changes")
    comment = "what began and, as less, what ended"
    return builder.add(Stack(name, comment, (*names, *columns.values()), tuple(inputs)))


def at_instants(
    builder: Builder, frame: Frame, names: list[str], columns: dict[Aggregate, str], changes: From, spine: From
) -> tuple[Group, dict[Aggregate, str]]:
    """All changes before the instant of each window, added up; and the column of each aggregate."""
    assert frame.grain is not None
    first = next(iter(columns))
    type = period_type(frame.grain, builder.model.calendar)
    windows, instant = instants(builder, frame, first, spine)
    assert windows is not None
    own = free({*names, *columns.values()}, frame.grain.name)
    listed: list[tuple[str, e.Expression]] = [(own, windows.slot(frame.grain.name, type))]
    listed += [(name, changes.slot(name, key.type)) for name, key in zip(names[1:], frame.keys, strict=True)]
    listed += [(column, changes.slot(column, leaf.type)) for leaf, column in columns.items()]
    before = e.Compare("<", changes.slot(names[0], t.DATE), instant)
    comment = f"each change in every window that {first.instant}s after it"
    step = builder.add(Rows(builder.name(first.table, "changes_before"), comment, changes, tuple(listed),
                            (Join(windows, "inner", (), before),)))  # fmt: skip
    shown = [frame.grain.name, *key_columns(frame)]
    inside = [(own, type), *((name, key.type) for name, key in zip(names[1:], frame.keys, strict=True))]
    keys = tuple((name, step.slot(column, x)) for name, (column, x) in zip(shown, inside, strict=True))
    known = set(shown)
    found = {aggregate: free(known, column) for aggregate, column in columns.items()}
    measures = tuple(
        Measure(found[leaf], "sum", (step.slot(column, leaf.type),), None, leaf.type)
        for leaf, column in columns.items()
    )
    words = " ".join([f"as of {first.instant}", *map(str, first.place.windows)])
    name = builder.name(first.table, words, "by", "_".join(shown))
    group = Group(
        name, f"{first.table} {words} by {', '.join(shown)}: what began less what ended", step, keys, measures
    )
    builder.add(group)
    return group, found
