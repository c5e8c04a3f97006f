"""Plans that look for broken promises in the data: keys that are not unique, references that lead nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from attain.model import expression as e
from attain.model import types as t
from attain.model.aggregate import Aggregate, Axis, Filter
from attain.model.calendar import Grain
from attain.model.query import Query
from attain.model.semantic import Join as Reference
from attain.model.semantic import SemanticModel, Table
from attain.plan.builder import Builder
from attain.plan.calendars import days_elsewhere, end_of_period, first_of_period, periods_of_table
from attain.plan.frame import clock_of
from attain.plan.leaves import Leaf, leaves_of
from attain.plan.passes.join_working_days import join_working_days
from attain.plan.places import filter_over, place_outputs
from attain.plan.promises import field_of, no_overlap
from attain.plan.rows import RowsOf, goes_by, joined
from attain.plan.steps import From, Group, Inline, Join, Measure, Plan, Rows

EXAMPLES = 3


def plan_repeated_keys(model: SemanticModel, table: Table) -> Plan:
    """The key values that more than one row of a table has, the most frequent first: their columns, then how many
    rows; the first row says how many such values there are in its last column."""
    builder = Builder(model, Query((), ()))
    source = joined(builder, table, table.key, table.name)
    keys = tuple((name, field_of(source, table, name)) for name in table.key)
    rows = Rows(builder.name(table.name, "keys"), f"keys of {table.name}", source, keys)
    return counted_twice(builder, rows)


def plan_repeated_rates(model: SemanticModel) -> Plan:
    """The pairs of currencies that have several exchange rates of one day, as in `plan_repeated_keys`."""
    builder = Builder(model, Query((), ()))
    said = model.rates
    assert said is not None
    rows = RowsOf(builder, model.tables[said.table])
    fields = [rows.column((), name) for name in said.fields]
    rows.add(fields)
    rows.join()
    source, target, time, rate = (rows.expression(field) for field in fields)
    day = e.calendar_day(time, model.calendar.timezone)
    columns = tuple(zip(said.fields[:3], (source, target, day), strict=True))
    where = e.Not(e.IsMissing(rate))
    step = Rows(builder.name("rates"), "exchange rates", rows.source, columns, tuple(rows.joins), where)
    return counted_twice(builder, step)


def counted_twice(builder: Builder, rows: Rows) -> Plan:
    """The values of all columns of a step that more than one row has."""
    source = builder.add(rows)
    grouped = tuple((name, source.slot(name, value.type)) for name, value in rows.columns)
    where = e.both(*(e.Not(e.IsMissing(slot)) for _, slot in grouped))
    return counted(builder, source, grouped, where, e.Literal(Fraction(1), t.INTEGER))


def plan_dangling(model: SemanticModel, table: Table, join: Reference) -> Plan:
    """The values of a reference (with the time of one to a version) that no row of the other table has, the most
    frequent first: their columns, then how many rows hold them; then how many such values and rows there are in all."""
    builder = Builder(model, Query((), ()))
    names = tuple(dict.fromkeys(goes_by(join)))
    found_by = model.tables[join.to].reference[0] if join.at else model.tables[join.to].key[0]
    rows = RowsOf(builder, table)
    rows.add([*(rows.column((), name) for name in names), rows.column((join.name,), found_by)])
    rows.join()
    columns = tuple((name, rows.field((), name)) for name in names)
    given = (e.Not(e.IsMissing(value)) for _, value in columns)
    where = e.both(*given, e.IsMissing(rows.field((join.name,), found_by)))
    comment = f"{join.name} of {table.name} that lead nowhere"
    source = builder.add(
        Rows(builder.name(table.name, join.name), comment, rows.source, columns, tuple(rows.joins), where)
    )
    grouped = tuple((name, source.slot(name, value.type)) for name, value in columns)
    return counted(builder, source, grouped, None, e.Literal(Fraction(0), t.INTEGER))


def plan_overlaps(model: SemanticModel, table: Table) -> Plan:
    """The versions of a history that are still valid when the next one begins: what they are versions of, when they
    begin and when the next one does."""
    builder = Builder(model, Query((), ()))
    promise = no_overlap(builder, table, by_clock=False)
    names = [*table.reference, "version_from", "next_from"]
    slots = [value for value in promise.values if isinstance(value, e.Slot)]
    listed = tuple((name, slot.name, slot.type) for name, slot in zip(names, slots, strict=True))
    order = tuple((slot.name, False, slot.type) for slot in slots)
    return Plan(tuple(builder.steps), promise.source, listed, order, timezone=model.calendar.timezone)


def plan_backwards(model: SemanticModel, table: Table) -> Plan:
    """The rows whose lifespan ends before it begins: their key, when they begin and end; and in the last column how
    many there are in all."""
    assert table.lifespan is not None
    builder = Builder(model, Query((), ()))
    names = tuple(dict.fromkeys((*table.key, *table.lifespan)))
    source = joined(builder, table, names, table.name)
    fields = {name: field_of(source, table, name) for name in names}
    start, end = (fields[name] for name in table.lifespan)
    if start.type != end.type:
        start, end = (e.local(time, model.calendar.timezone) for time in (start, end))
    where = e.Compare("<", end, start)
    comment = f"rows of {table.name} that end before they begin"
    rows = builder.add(Rows(builder.name(table.name, "backwards"), comment, source, tuple(fields.items()), (), where))
    count = Measure("rows_in_all", "count_rows", (), None, t.INTEGER)
    total = builder.add(Group(builder.name("in_all"), "all of them", rows, (), (count,)))
    columns = [(name, rows.slot(name, value.type)) for name, value in fields.items()]
    columns.append(("rows_in_all", total.slot("rows_in_all", t.INTEGER)))
    result = builder.add(Rows(builder.name("result"), "examples", rows, tuple(columns), (Join(total, "cross"),)))
    listed = tuple((name, name, slot.type) for name, slot in columns)
    order = tuple((name, False, slot.type) for name, slot in columns[:-1])
    return Plan(tuple(builder.steps), result, listed, order, limit=EXAMPLES, timezone=model.calendar.timezone)


def plan_days_elsewhere(model: SemanticModel, grain: Grain) -> Plan:
    """The days of a calendar table that do not lie in the period that they name, with the first day of that one."""
    builder = Builder(model, Query((), ()))
    periods_of_table(builder, grain)
    found = days_elsewhere(builder, grain)
    slots = [value for value in found.values if isinstance(value, e.Slot)]
    listed = tuple((slot.name, slot.name, slot.type) for slot in slots)
    order = tuple((slot.name, False, slot.type) for slot in slots)
    return Plan(tuple(builder.steps), found.source, listed, order, timezone=model.calendar.timezone)


def plan_period_of(model: SemanticModel, grain: Grain, day: date) -> Plan:
    """The period of a calendar table that a day lies in: its first day, and the first day after it; missing where the
    day lies outside of the table."""
    builder = Builder(model, Query((), ()))
    there = e.Literal(day, t.DATE)
    values = (first_of_period(grain, there), end_of_period(grain, there))
    names = ("first_day", "next_first_day")
    columns = tuple((name, t.DATE) for name in names)
    source = builder.add(Inline(builder.name("period"), f"the {grain.name} of {day}", columns, (values,)))
    return Plan(tuple(builder.steps), source, tuple((name, name, t.DATE) for name in names), ())


def counted(
    builder: Builder, rows: From, grouped: tuple[tuple[str, e.Slot], ...], where: e.Expression | None, more: e.Literal
) -> Plan:
    """Values with the number of rows that have them, if it is more than `more`; and the number of such values and
    rows in all."""
    n = Measure("rows_found", "count_rows", (), None, t.INTEGER)
    each = builder.add(Group(builder.name("found"), "how often each stands", rows, grouped, (n,), where))
    count = each.slot("rows_found", t.INTEGER)
    total_values = Measure("values_in_all", "count", (count,), e.Compare(">", count, more), t.INTEGER)
    total_rows = Measure("rows_in_all", "sum", (count,), e.Compare(">", count, more), t.INTEGER)
    total = builder.add(Group(builder.name("in_all"), "all of them", each, (), (total_values, total_rows)))
    columns = [(name, each.slot(name, slot.type)) for name, slot in grouped]
    columns.append(("rows_found", count))
    columns += [(m.name, total.slot(m.name, t.INTEGER)) for m in (total_values, total_rows)]
    result = builder.add(Rows(builder.name("result"), "examples", each, tuple(columns), (Join(total, "cross"),),
                              e.Compare(">", count, more)))  # fmt: skip
    listed = tuple((name, name, x.type) for name, x in columns)
    order = (("rows_found", True, t.INTEGER), *((name, False, slot.type) for name, slot in grouped))
    zone = builder.model.calendar.timezone
    plan = Plan(tuple(builder.steps), result, listed, order, limit=EXAMPLES, timezone=zone)
    return join_working_days(plan, builder.model)


def plan_times(
    model: SemanticModel, timed: TimedTable, filter: Filter | None = None, grain: Grain | None = None
) -> Plan:
    """The latest time of an axis, as the calendar's clock shows it, and how many rows have none, of those that meet
    a filter; and how many lie outside of the calendar table of a grain."""
    builder = Builder(model, Query((), ()))
    name, column = timed.table, timed.axis.column
    rows = RowsOf(builder, model.tables[name])
    condition = filter_over(filter.condition, filter.keys, name) if filter is not None else None
    rows.add([column, condition])
    rows.join()
    where = rows.expression(condition) if condition is not None else None
    clock = clock_of(timed.axis, model.calendar, rows.expression(column))
    columns: list[tuple[str, e.Expression]] = [("time_axis", clock)]
    if grain is not None and grain.table:
        columns.append(("period", first_of_period(grain, clock)))
    step = Rows(builder.name(name, "times"), f"times of {name}", rows.source, tuple(columns), tuple(rows.joins), where)
    slot = builder.add(step).slot("time_axis", clock.type)
    latest = Measure("latest", "max", (slot,), None, slot.type)
    missing = Measure("missing", "count_rows", (), e.IsMissing(slot), t.INTEGER)
    source = From(step.name, step.name)
    nowhere: e.Expression = e.Literal(False, t.BOOLEAN)
    if len(columns) > 1:
        nowhere = e.Logic("and", (e.Not(e.IsMissing(slot)), e.IsMissing(source.slot("period", t.DATE))))
    outside = Measure("outside", "count_rows", (), nowhere, t.INTEGER)
    measures = (latest, missing, outside)
    result = builder.add(Group(builder.name("about"), "the latest, and the missing", source, (), measures))
    columns_found = (("latest", "latest", slot.type), *((m.name, m.name, t.INTEGER) for m in (missing, outside)))
    return join_working_days(Plan(tuple(builder.steps), result, columns_found, ()), model)


@dataclass(frozen=True, slots=True)
class TimedTable:
    """A table with one of the axes that its rows lie in time by."""

    table: str
    axis: Axis


def axes_of(model: SemanticModel, query: Query) -> list[TimedTable]:
    """The time axes of all aggregates of a query, those inside `per` among them."""
    found: dict[TimedTable, None] = {}
    builder = Builder(model, query)
    outputs = place_outputs(builder, [(o.name, o.expression) for o in query.outputs])
    waiting: list[Leaf] = list(leaves_of(builder, outputs))
    while waiting:
        leaf = waiting.pop(0)
        if isinstance(leaf, Aggregate):
            if leaf.axis is not None:
                found[TimedTable(leaf.table, leaf.axis)] = None
        else:
            waiting += leaves_of(builder, [(str(i), x) for i, x in enumerate(leaf.arguments)])
    return list(found)
