"""Targets whose values are in a table: which column is the period, the value, and the member; and how new people's
values ramp up."""

from __future__ import annotations

from attain.base.problem import Problem
from attain.base.suggest import did_you_mean
from attain.check.convert import as_number
from attain.check.draft import Draft
from attain.check.expressions import check_expression
from attain.check.names import field_at
from attain.check.paths import end_of
from attain.check.scope import RowScope, Typed
from attain.check.sides import kind_name
from attain.check.target_figures import number_of
from attain.model import expression as e
from attain.model.aggregate import Key
from attain.model.semantic import Metric
from attain.model.target import TargetSource
from attain.model.types import Kind
from attain.read import syntax as s
from attain.read.shape import RampShape, TargetSourceShape
from attain.read.tree import Scalar


def table_name(draft: Draft, shape: TargetSourceShape) -> str:
    """The table that a source names."""
    if str(shape.table) in draft.tables:
        return str(shape.table)
    label = did_you_mean(shape.table, draft.tables)
    raise draft.fail(Problem("unknown-table", f"there is no table `{shape.table}`", shape.table.span, label))


def value_at(draft: Draft, table: str, tree: s.Syntax) -> Typed:
    """An expression over a row of a source's table."""
    return check_expression(draft, tree, RowScope(table))


def source_of(
    draft: Draft, shape: TargetSourceShape, value: s.Syntax, metric: Metric, members: tuple[e.Expression, ...]
) -> TargetSource:
    """The table with its period and value."""
    table = table_name(draft, shape)
    found = value_at(draft, table, value)
    if not (found.type.is_number or found.type.kind is Kind.DURATION):
        message = f"a target's value is a number, and this is {kind_name(found.type)}"
        problem = Problem("type-mismatch", message, value.span)
        raise draft.fail(problem.hint("declare the column's `type:` if it holds numbers"))
    check_unit(draft, found, value, metric, shape)
    return TargetSource(table, period_of(draft, table, shape.period), as_number(found), members)


def check_unit(draft: Draft, found: Typed, value: s.Syntax, metric: Metric, shape: TargetSourceShape) -> None:
    """The values are in the metric's unit; plain numbers take it."""
    unit = found.unit
    if unit.same(metric.unit) or (unit.is_plain and unit.shown == "number"):
        return
    message = f"`{metric.name}` is in {metric.unit}, and these values are in {unit}"
    problem = Problem("unit-mismatch", message, value.span, f"this is {unit}")
    raise draft.fail(problem.hint(f"declare what they are at the table `{shape.table}`, below `fields:`"))


def period_of(draft: Draft, table: str, word: Scalar) -> e.Expression:
    """The day that says which period a row is of."""
    found = field_at(draft, table, (), (s.Word(str(word), word.span),))
    if not found.type.is_time:
        message = f"`{word}` says which period a value is of, and this is {kind_name(found.type)}"
        problem = Problem("type-mismatch", message, word.span)
        raise draft.fail(problem.hint("a period is named by a day in it: declare the column's `type: date`"))
    return e.calendar_day(found.expression, draft.calendar.timezone)


# -- members -----------------------------------------------------------------------------------------------------------
def member_of_source(draft: Draft, shape: TargetSourceShape, tree: s.Syntax, key: Key, metric: Metric) -> e.Expression:
    """The member that a row is for: what its column holds or, where that is a reference to the table that the
    dimension is a field of, that field of the row it refers to."""
    table = table_name(draft, shape)
    found = value_at(draft, table, tree)
    reached = through_reference(draft, table, found.expression, key, metric)
    member = reached if reached is not None else found.expression
    same = member.type.kind is key.type.kind or (member.type.is_number and key.type.is_number)
    if same:
        return member
    message = f"`{key.name}` is {kind_name(key.type)}, and this is {kind_name(member.type)}"
    raise draft.fail(Problem("type-mismatch", message, tree.span).hint("name the column that holds its members"))


def through_reference(draft: Draft, table: str, found: e.Expression, key: Key, metric: Metric) -> e.Expression | None:
    """The dimension's field of the row that a reference leads to; None where the column is no such reference."""
    if not isinstance(found, e.Column):
        return None
    here = end_of(draft, table, found.path)
    ends = {(end_of(draft, of, column.path), column.name) for of, column in key.columns if of in metric.tables}
    for join in draft.tables[here].joins.values():
        if join.on != (found.name,) or join.at:
            continue
        for end, name in sorted(ends):
            if end == join.to and (name,) != draft.tables[end].key:
                words = tuple(s.Word(word, draft.tables[table].name.span) for word in (*found.path, join.name, name))
                return field_at(draft, table, (), words).expression
    return None


# -- ramp --------------------------------------------------------------------------------------------------------------
def ramp_of(draft: Draft, shape: RampShape, since: s.Syntax, source: TargetSource) -> TargetSource:
    """The source with the shares that hold in the first months after somebody's first day."""
    found = value_at(draft, source.table, since)
    if not found.type.is_time:
        message = f"somebody's first day belongs here, and this is {kind_name(found.type)}"
        raise draft.fail(Problem("type-mismatch", message, since.span).hint("write since: rep.hired_on"))
    shares = []
    for text in shape.months:
        share = number_of(draft, text)
        if not 0 <= share <= 1:
            problem = Problem("wrong-value", f"`{text}` is no share of a quota", text.span)
            raise draft.fail(problem.hint("write the share of each month: months: [0%, 50%, 75%]; then it is whole"))
        shares.append(share)
    day = e.calendar_day(found.expression, draft.calendar.timezone)
    return TargetSource(source.table, source.period, source.value, source.members, day, tuple(shares))
