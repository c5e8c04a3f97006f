"""Stocks: the rows that are there at an instant, `as of start` or `as of end` of each window.

Of a table with a lifespan: the rows alive just before the instant. Of a table with snapshots: those of the last
snapshot before it, one for the whole table or each member's own, found before any filter.
"""

from __future__ import annotations

from datetime import date

from attain.model import expression as e
from attain.model import types as t
from attain.model.aggregate import Aggregate, Axis
from attain.model.semantic import Table
from attain.model.types import Type
from attain.plan.builder import Builder, plain_name
from attain.plan.frame import Frame, clock_of, end_of_today, period_type, same_clock
from attain.plan.leaves import free
from attain.plan.rows import RowsOf
from attain.plan.steps import From, Group, Join, Measure, Rows
from attain.plan.windows import windows_step

#: Later than any time: the end of a row that has none.
FOREVER = e.Literal(date(9999, 12, 31), t.DATE)


def own_axis(builder: Builder, table: Table, name: str) -> Axis:
    """A time of a table's own."""
    return Axis(e.Column((), name, table.fields[name].type), table.zone)


def begins(builder: Builder, table: Table) -> Axis:
    """What a stock's range begins with: the start of a lifespan, or the snapshot."""
    if table.lifespan is not None:
        return own_axis(builder, table, table.lifespan[0])
    assert table.snapshot is not None
    return own_axis(builder, table, table.snapshot[0])


def stock_columns(builder: Builder, table: Table) -> list[e.Column]:
    """The columns that say when a row of a stock is there."""
    names: tuple[str, ...] = table.lifespan if table.lifespan is not None else ()
    if table.lifespan is None and table.snapshot is not None:
        names = (table.snapshot[0], *table.snapshot[1])
    return [e.Column((), name, table.fields[name].type) for name in names]


def join_stock(
    builder: Builder, frame: Frame, rows: RowsOf, aggregate: Aggregate, spine: From | None
) -> tuple[e.Expression | None, e.Expression | None]:
    """Joins to each row the cells in whose instant it is there; the period of each, and a condition on the row."""
    table = rows.table
    windows, instant = instants(builder, frame, aggregate, spine)
    period = None
    if windows is not None and frame.grain is not None:
        period = windows.slot(frame.grain.name, period_type(frame.grain, builder.model.calendar))
    if table.lifespan is not None:
        there = is_alive(builder, rows, table, instant)
        if windows is None:
            return None, there
        rows.joins.append(Join(windows, "inner", (), there))
        return period, None
    last = last_snapshots(builder, frame, table, windows, instant)
    assert table.snapshot is not None
    column, per = table.snapshot
    alias = From(last.name, free({j.to.alias for j in rows.joins} | {rows.source.alias}, last.name))
    taken = clock_at(builder, rows, table, column)
    pairs = [(taken, alias.slot("snapshot_time", taken.type), False)]
    for name in per:
        value = rows.field((), name)
        pairs.append((value, alias.slot(plain_name(f"per_{name}"), value.type), True))
    rows.joins.append(Join(alias, "inner", tuple(pairs)))
    if frame.grain is not None and windows is not None:
        period = alias.slot(frame.grain.name, period_type(frame.grain, builder.model.calendar))
    return period, None


def instants(
    builder: Builder, frame: Frame, aggregate: Aggregate, spine: From | None
) -> tuple[From | None, e.Expression]:
    """The step of all windows and the instant of each; without a window the end of the as-of day, and no step."""
    if not frame.has_window:
        return None, end_of_today(builder.today)
    source, window = windows_step(builder, frame, spine, aggregate.place.windows)
    if aggregate.instant == "end":
        return source, window.cut
    if window.start is None:
        return source, e.Literal(None, window.cut.type)
    there = e.Not(e.IsMissing(window.cut))
    return source, e.Choice(((there, window.start),), None, window.start.type)


def clock_at(builder: Builder, rows: RowsOf, table: Table, name: str) -> e.Expression:
    """A time of a row as the calendar's clock shows it."""
    axis = own_axis(builder, table, name)
    return clock_of(axis, builder.model.calendar, rows.expression(axis.column))


def is_alive(builder: Builder, rows: RowsOf, table: Table, instant: e.Expression) -> e.Expression:
    """from < the instant, and to is missing or >= the instant."""
    assert table.lifespan is not None
    start, end = (clock_at(builder, rows, table, name) for name in table.lifespan)
    never = FOREVER if end.type == t.DATE else e.Apply("midnight", (FOREVER,), end.type)
    until = e.Apply("coalesce", (end, never), end.type)
    condition = e.both(same_clock("<", start, instant), same_clock(">=", until, instant))
    assert condition is not None
    return condition


def last_snapshots(builder: Builder, frame: Frame, table: Table, windows: From | None, instant: e.Expression) -> From:
    """The last snapshot before the instant of each window: of the whole table, or of each member of `per`."""
    memo = ("last snapshots", table.name, windows, instant)
    if memo in builder.memo:
        return builder.memo[memo]  # type: ignore[return-value]
    taken, keys = snapshots(builder, table)
    time = taken.slot("snapshot_time", keys[0][1].type)
    before = same_clock("<", time, instant)
    columns: list[tuple[str, e.Expression]] = [(name, taken.slot(name, slot.type)) for name, slot in keys]
    joins: tuple[Join, ...] = ()
    grouped: list[tuple[str, Type]] = [(name, slot.type) for name, slot in keys[1:]]
    if windows is not None:
        joins = (Join(windows, "inner", (), before),)
        if frame.grain is not None:
            type = period_type(frame.grain, builder.model.calendar)
            columns.append((frame.grain.name, windows.slot(frame.grain.name, type)))
            grouped.append((frame.grain.name, type))
    where = before if windows is None else None
    step = builder.add(Rows(builder.name(table.name, "snapshots_before"), f"snapshots of {table.name} before each "
                            "instant", taken, tuple(columns), joins, where))  # fmt: skip
    last = Measure("snapshot_time", "max", (step.slot("snapshot_time", time.type),), None, time.type)
    by = tuple((name, step.slot(name, type)) for name, type in grouped)
    found = builder.add(Group(builder.name(table.name, "last_snapshot"), f"the last snapshot of {table.name} before "
                              "each instant", step, by, (last,)))  # fmt: skip
    builder.memo[memo] = found
    return found


def snapshots(builder: Builder, table: Table) -> tuple[From, tuple[tuple[str, e.Slot], ...]]:
    """The times at which snapshots of a table were taken, each once (of each member of `per`)."""
    assert table.snapshot is not None
    column, per = table.snapshot
    rows = RowsOf(builder, table)
    rows.add(stock_columns(builder, table))
    rows.join()
    listed: list[tuple[str, e.Expression]] = [("snapshot_time", clock_at(builder, rows, table, column))]
    listed += [(plain_name(f"per_{name}"), rows.field((), name)) for name in per]
    source = builder.add(Rows(builder.name(table.name, "taken"), f"when each row of {table.name} was taken",
                              rows.source, tuple(listed), tuple(rows.joins)))  # fmt: skip
    keys = tuple((name, source.slot(name, x.type)) for name, x in listed)
    step = builder.add(Group(builder.name(table.name, "snapshots"), f"the snapshots of {table.name}", source, keys, ()))
    return step, keys
