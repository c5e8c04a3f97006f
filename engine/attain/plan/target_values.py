"""The values of a target as a plan of their own, and the members of a dimension: for what is checked about them."""

from __future__ import annotations

from attain.model import expression as e
from attain.model import types as t
from attain.model.aggregate import Filter, Key, TargetValue
from attain.model.query import Query
from attain.model.semantic import SemanticModel
from attain.model.target import Target, TargetSource
from attain.plan.builder import Builder
from attain.plan.frame import Frame
from attain.plan.passes.join_working_days import join_working_days
from attain.plan.rows import RowsOf, table_at
from attain.plan.steps import Group, Plan, Rows
from attain.plan.target_rows import rows_of_target
from attain.plan.targets import over_rows


def plan_values(model: SemanticModel, target: Target, version: int, filter: Filter | None = None) -> Plan:
    """The values of one version of a target that are written down or stand in a table: the first day of the period, the
    members, the value; of those that meet a filter over its dimensions."""
    builder = Builder(model, Query((), ()))
    terms = target.versions[version]
    leaf = TargetValue(target.name, target.metric, terms.type, version)
    rows = rows_of_target(builder, Frame(()), leaf, terms)
    columns = [("first_day", rows.first), *((slot.name, slot) for _, slot in rows.keys), ("target_value", rows.value)]
    where = over_rows(builder, leaf, filter, rows) if filter is not None else None
    name = builder.name(target.name, "values")
    step = builder.add(Rows(name, f"every value of {target.name}", rows.source, tuple(columns), (), where))
    listed = tuple((column, column, x.type) for column, x in columns)
    order = tuple((column, False, type) for column, _, type in listed[:-1])
    plan = Plan(tuple(builder.steps), step, listed, order, timezone=model.calendar.timezone)
    return join_working_days(plan, model)


def plan_unplaced(model: SemanticModel, source: TargetSource) -> Plan:
    """The values of a target's table that lie in no period, as that is missing: the members and the value."""
    builder = Builder(model, Query((), ()))
    rows = RowsOf(builder, model.tables[source.table])
    rows.add([source.period, source.value, *source.members])
    rows.join()
    period, value = e.IsMissing(rows.expression(source.period)), rows.expression(source.value)
    members = [(f"member_{i}", rows.expression(member)) for i, member in enumerate(source.members)]
    columns = (*members, ("target_value", value))
    name, words = builder.name(source.table, "unplaced"), f"values of {source.table} in no period"
    lost = e.both(period, e.Not(e.IsMissing(value)))
    step = builder.add(Rows(name, words, rows.source, columns, tuple(rows.joins), lost))
    listed = tuple((column, column, x.type) for column, x in columns)
    order = tuple((column, False, type) for column, _, type in listed)
    plan = Plan(tuple(builder.steps), step, listed, order, timezone=model.calendar.timezone)
    return join_working_days(plan, model)


def home_of(model: SemanticModel, key: Key) -> tuple[str, str, bool]:
    """The table and the field that hold the members of a dimension, and whether all of them: a column of a table that
    only refers to them, or that merely uses them, has those that occur."""
    builder = Builder(model, Query((), ()))
    name, column = key.columns[0]
    table = table_at(builder, name, column.path)
    for join in table.joins.values():
        other = model.tables[join.to]
        if join.on == (column.name,) and not join.at and len(other.key) == 1:
            return other.name, other.key[0], True
    return table.name, column.name, bool(column.path)


def plan_members(model: SemanticModel, key: Key) -> Plan:
    """Every member of a dimension: the values of the field that it is, in the table that has it."""
    builder = Builder(model, Query((), ()))
    table_name, field, _ = home_of(model, key)
    table = model.tables[table_name]
    rows = RowsOf(builder, table)
    own = e.Column((), field, table.fields[field].type)
    rows.add([own])
    rows.join()
    value = rows.expression(own)
    step = builder.add(Rows(builder.name(table.name, "values"), f"{field} of {table.name}", rows.source,
                            (("member", value),), tuple(rows.joins)))  # fmt: skip
    slot = step.slot("member", value.type)
    result = builder.add(Group(builder.name("members"), "each of them once", step, (("member", slot),), ()))
    plan = Plan(tuple(builder.steps), result, (("member", "member", value.type),), (("member", False, t.TEXT),),
                timezone=model.calendar.timezone)  # fmt: skip
    return join_working_days(plan, model)
