"""Calls of aggregates: over the rows of a table, over the parts of a cell (`per`), and roll-ups of children."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from attain.base.problem import Problem
from attain.base.suggest import did_you_mean
from attain.check.convert import as_number
from attain.check.draft import Draft, Failed
from attain.check.names import field_at, find_field
from attain.check.scope import KeyScope, RowScope, Scope, Typed
from attain.check.sums import check_sum
from attain.model import expression as e
from attain.model import types as t
from attain.model import units as u
from attain.model.aggregate import Aggregate, Axis
from attain.model.types import Kind, Type
from attain.read import syntax as s
from attain.read.written import syntax_to_text

Check = Callable[[Draft, s.Syntax, Scope], Typed]

AGGREGATES = (
    "count", "sum", "avg", "min", "max", "median", "percentile", "stddev", "variance", "any", "every", "first",
    "last", "corr", "approx_count_distinct",
)  # fmt: skip
FORMS = {
    "count": "count(deals), count(deals.lead_id) or count(distinct deals.account_id)",
    "percentile": "percentile(deals.amount, 90%)",
    "corr": "corr(deals.amount, deals.score)",
    "any": "any(deals.won)",
    "every": "every(deals.won)",
}


def is_aggregate(function: str) -> bool:
    """Whether a function makes one value of many."""
    return function in AGGREGATES


def check_aggregate(draft: Draft, node: s.Call, scope: Scope, check: Check) -> Typed:
    """An aggregate where it is written: a metric's, a field's (a roll-up), or one that has no meaning there."""
    if isinstance(scope, KeyScope):
        problem = Problem("aggregate-in-condition", "a condition over dimensions holds no aggregates", node.span)
        raise draft.fail(problem.hint("a condition over the result is --having"))
    if isinstance(scope, RowScope):
        raise draft.fail(aggregate_in_row(node, scope))
    if node.clauses.per:
        from attain.check.nested import check_nested

        return check_nested(draft, node, scope, check)
    table = table_of(draft, node)
    aggregate, unit = over_rows(draft, node, RowScope(table), check)
    return Typed(e.AggregateValue(aggregate, aggregate.type), unit)


def aggregate_in_row(node: s.Call, scope: RowScope) -> Problem:
    """An aggregate written out inside another one, or inside a derived field's arithmetic."""
    if scope.rollups:
        problem = Problem("rollup-in-expression", "a roll-up is a field of its own", node.span)
        return problem.hint("give it a name below `fields:`, and use that name here")
    problem = Problem("aggregate-in-row", "an aggregate inside an aggregate says not over which rows", node.span)
    return problem.hint(
        f"over all time: a field of `{scope.table}` (a roll-up) below its `fields:`, used here by its name",
        "in the query's window: a metric, used here by its name",
    )


def names_in(node: s.Syntax) -> Iterator[s.Name]:
    """All names of an expression, in the order written."""
    if isinstance(node, s.Name):
        yield node
    for child in s.children(node):
        yield from names_in(child)


def table_of(draft: Draft, node: s.Call) -> str:
    """The table that an aggregate's first argument names."""
    if not node.arguments:
        problem = Problem("wrong-arguments", f"`{node.function}` of what?", node.span)
        raise draft.fail(problem.hint(f"write {FORMS.get(node.function, f'{node.function}(deals.amount)')}"))
    first = node.arguments[0]
    if isinstance(first, s.Name) and len(first.words) == 1 and node.function == "count" and not node.distinct:
        return counted_table(draft, first)
    for argument in node.arguments:
        for name in names_in(argument):
            if len(name.words) > 1 and name.words[0].text in draft.tables:
                return name.words[0].text
    raise draft.fail(no_table(draft, node, first))


def counted_table(draft: Draft, name: s.Name) -> str:
    """`count(deals)`: the table that the bare name is."""
    word = name.words[0].text
    if word in draft.tables:
        return word
    problem = Problem("unknown-table", f"there is no table `{word}`", name.span, did_you_mean(word, draft.tables))
    owners = [table for table, draft_table in draft.tables.items() if word in draft_table.field_names]
    if owners:
        kind = owners[0]
        problem = problem.hint(f"`{word}` is a field: write count({kind}.{word}), or count({kind} where {word})")
    raise draft.fail(problem)


def no_table(draft: Draft, node: s.Call, first: s.Syntax) -> Problem:
    """An aggregate whose arguments name no table."""
    name = next(names_in(first), None)
    if name is None:
        problem = Problem("no-table", f"this `{node.function}` names no table", first.span)
        return problem.hint(f"write {FORMS.get(node.function, f'{node.function}(deals.amount)')}")
    word = name.words[0]
    if word.text in draft.metric_shapes and len(name.words) == 1:
        problem = Problem(
            "metric-in-row", f"`{word.text}` is a metric; it is aggregated over parts of a cell", name.span
        )
        return problem.hint(f"say which parts: {node.function}({word.text} per owner), or per month")
    if node.distinct and word.text in draft.tables and len(name.words) == 1:
        problem = Problem("no-table", f"which field of `{word.text}` is to be distinct?", name.span)
        return problem.hint(f"to count its rows write count({word.text}), else count(distinct {word.text}.field)")
    owners = [table for table, drafted in draft.tables.items() if word.text in drafted.field_names]
    if len(name.words) == 1 and owners:
        problem = Problem("no-table", f"of which table is `{word.text}`?", name.span)
        return problem.hint(f"write {node.function}({owners[0]}.{word.text})")
    label = did_you_mean(word.text, [*draft.tables, *draft.metric_shapes])
    kind = "table" if len(name.words) > 1 else "table, field or metric"
    return Problem("unknown-table", f"there is no {kind} `{word.text}`", word.span, label)


# -- over rows -------------------------------------------------------------------------------------------------------
def over_rows(
    draft: Draft, node: s.Call, scope: RowScope, check: Check, *, rollup: bool = False
) -> tuple[Aggregate, u.Unit]:
    """An aggregate over the rows of `scope.table`."""
    refuse_misplaced(draft, node, rollup=rollup)
    failed: Failed | None = None
    arguments: list[Typed] = []
    where = None
    try:
        arguments = arguments_of(draft, node, scope, check)
    except Failed as failure:
        failed = failure
    if node.clauses.where is not None:
        inner = RowScope(scope.table, scope.parent, metrics=not rollup)
        try:
            typed = check(draft, node.clauses.where, inner)
            from attain.check.sides import condition

            where = condition(draft, node.clauses.where, typed)
        except Failed as failure:
            failed = failure
    if failed is not None:
        raise failed
    function, share = function_of(draft, node, arguments)
    type, unit = outcome(draft, node, function, arguments, scope.table)
    values = tuple(measured(function, a) for a in arguments[: 1 if function == "percentile" else 2])
    if function == "count_rows":
        values = ()
    axis = None if instant_of(draft, node, scope.table) else axis_of(draft, node, scope, rollup=rollup)
    order = order_of(draft, node, scope, check, axis) if function in ("first", "last") else None
    found = Aggregate(function, scope.table, values, where, axis, type, order, share, node.clauses.as_of,
                      text=syntax_to_text(node), unit=unit)  # fmt: skip
    return found, unit


def measured(function: str, argument: Typed) -> e.Expression:
    """What an aggregate goes over. A variance is in squares, so a duration is a number of its unit before."""
    return as_number(argument) if function == "variance" else argument.expression


def refuse_misplaced(draft: Draft, node: s.Call, *, rollup: bool) -> None:
    """Clauses that this aggregate does not take."""
    clauses = node.clauses
    if node.distinct and node.function != "count":
        problem = Problem("clause-not-here", f"`distinct` has no meaning in `{node.function}`", node.span)
        raise draft.fail(problem.hint("write count(distinct table.field)"))
    if clauses.by is not None and node.function not in ("first", "last"):
        problem = Problem("clause-not-here", f"`by` has no meaning in `{node.function}`", clauses.spans["by"])
        raise draft.fail(problem.hint("what a metric is cut by is asked for: attain run METRIC --by region"))
    if clauses.over:
        problem = Problem("clause-not-here", f"`over` has no meaning in `{node.function}`", clauses.spans["over"])
        raise draft.fail(problem.hint("write all(metric over region)"))
    if clauses.as_of and (rollup or clauses.per):
        message = "a roll-up sees all children" if rollup else "`as of` belongs to the metric inside"
        raise draft.fail(Problem("clause-not-here", message, clauses.spans["as_of"]))
    if clauses.via is not None and not rollup:
        problem = Problem("clause-not-here", "`via` picks the join of a roll-up", clauses.spans["via"])
        raise draft.fail(problem.hint("in a metric, joins are reached by their names: owner.region"))
    if clauses.on is not None and rollup:
        problem = Problem("clause-not-here", "a roll-up has no window, so no time axis", clauses.spans["on"])
        raise draft.fail(problem.hint("compare the time in its `where`"))


def instant_of(draft: Draft, node: s.Call, table: str) -> str:
    """ "start" or "end" of `as of`, for a table that has a lifespan or snapshots; empty for other aggregates."""
    clauses = node.clauses
    if not clauses.as_of:
        return ""
    if clauses.on is not None:
        problem = Problem("clause-not-here", "`as of` takes the place of the time axis", clauses.spans["on"])
        raise draft.fail(problem.hint("write one of them: `on` for what happened, `as of` for what was there"))
    if not draft.tables[table].is_stock:
        problem = Problem("no-stock", f"`{table}` does not say since when and until when its rows are there",
                          clauses.spans["as_of"])  # fmt: skip
        raise draft.fail(
            problem.hint(
                f"declare at `{table}` either lifespan: {{from: .., to: ..}} (each row from a time to a time)",
                "or snapshot: column (all rows again at each time of the column)",
            )
        )
    return clauses.as_of


def arguments_of(draft: Draft, node: s.Call, scope: RowScope, check: Check) -> list[Typed]:
    """The arguments as values of a row; none for `count(table)`."""
    first = node.arguments[0]
    if node.function == "count" and not node.distinct and isinstance(first, s.Name) and len(first.words) == 1:
        if len(node.arguments) > 1:
            raise draft.fail(wrong_count(node, 1))
        return []
    if node.function == "percentile" and len(node.arguments) == 2 and not isinstance(node.arguments[1], s.Number):
        raise draft.fail(percentile_form(node))
    needed = 2 if node.function in ("percentile", "corr") else 1
    if len(node.arguments) != needed:
        raise draft.fail(wrong_count(node, needed))
    inner = RowScope(scope.table, scope.parent)
    found: list[Typed] = []
    failed: Failed | None = None
    for argument in node.arguments:
        try:
            found.append(check(draft, argument, inner))
        except Failed as failure:
            failed = failure
    if failed is not None:
        raise failed
    return found


def wrong_count(node: s.Call, needed: int) -> Problem:
    """Too few or too many arguments."""
    message = f"`{node.function}` takes {needed}, not {len(node.arguments)}, arguments"
    problem = Problem("wrong-arguments", message, node.span)
    return problem.hint(f"write {FORMS.get(node.function, f'{node.function}(deals.amount)')}")


def percentile_form(node: s.Call) -> Problem:
    """A percentile whose share is not written down."""
    problem = Problem("wrong-arguments", "which percentile is written down as a share", node.arguments[1].span)
    return problem.hint("write percentile(deals.amount, 90%)")


def function_of(draft: Draft, node: s.Call, arguments: list[Typed]) -> tuple[str, Fraction | None]:
    """The function that is meant, and a percentile's share."""
    if node.function == "count":
        return ("count_rows" if not arguments else "count_distinct" if node.distinct else "count"), None
    if node.function != "percentile":
        return node.function, None
    share = node.arguments[1]
    if not isinstance(share, s.Number) or not 0 <= share.value <= 1:
        raise draft.fail(percentile_form(node))
    return "percentile", share.value


NEEDS = {
    "sum": "numbers", "avg": "numbers", "median": "numbers", "percentile": "numbers", "stddev": "numbers",
    "variance": "numbers", "corr": "numbers", "any": "a condition", "every": "a condition",
}  # fmt: skip


def outcome(draft: Draft, node: s.Call, function: str, arguments: list[Typed], table: str) -> tuple[Type, u.Unit]:
    """The type and the unit of an aggregate; a problem where its arguments do not fit."""
    from attain.check.sides import kind_name

    for typed, place in zip(arguments, node.arguments, strict=False):
        kind = typed.type.kind
        number = typed.type.is_number or kind in (Kind.DURATION, Kind.NULL)
        need = NEEDS.get(function)
        if (need == "numbers" and not number) or (need == "a condition" and kind is not Kind.BOOLEAN):
            message = f"`{node.function}` needs {need}, and this is {kind_name(typed.type)}"
            raise draft.fail(Problem("type-mismatch", message, place.span).hint(advice(node, typed, table)))
        if function in ("min", "max", "first", "last", "count_distinct") and kind is Kind.OTHER:
            message = f"`{node.function}` has no meaning for a column of this type"
            raise draft.fail(Problem("type-mismatch", message, place.span))
        if function in ("min", "max") and kind is Kind.BOOLEAN:
            problem = Problem("type-mismatch", f"`{node.function}` needs an order, and this is a condition", place.span)
            raise draft.fail(problem.hint("write any(..) or every(..)"))
    if function == "sum":
        check_sum(draft, node, arguments[0], table)
    if function in ("count_rows", "count"):
        return t.INTEGER, u.counted(table)
    if function in ("count_distinct", "approx_count_distinct"):
        return t.INTEGER, distinct_unit(draft, table, arguments[0].expression)
    if function in ("any", "every"):
        return t.BOOLEAN, u.BOOLEAN
    first = arguments[0]
    if function == "corr":
        return t.FLOAT, u.NUMBER
    if function == "variance":
        return t.FLOAT, u.NUMBER if first.unit.is_plain else u.combine(first.unit, first.unit, 1)
    if function in ("sum", "min", "max", "first", "last"):
        unit = u.Unit(first.unit.factors, first.unit.shown)
        return (summed(first.type) if function == "sum" else first.type), unit
    unit = u.Unit(first.unit.factors, first.unit.shown)
    return (first.type if first.type.kind is Kind.DURATION else t.FLOAT), unit


def advice(node: s.Call, typed: Typed, table: str) -> str:
    """What to write instead of an aggregate of the wrong kind."""
    if typed.type.kind is Kind.BOOLEAN:
        if node.function == "avg":
            return f"the share of rows is a ratio: count({table} where ..) / count({table})"
        return f"count the rows: count({table} where ..)"
    if typed.type.kind is Kind.TEXT:
        return "declare the column's `type:` below `fields:` if it holds numbers"
    if typed.type.is_time:
        return "a time can be compared and subtracted; min, max, first and last keep it"
    return "compare it with something: x > 0"


def summed(type: Type) -> Type:
    """The type of a sum."""
    return Type(Kind.DECIMAL, 38, type.scale) if type.kind is Kind.DECIMAL else type


def distinct_unit(draft: Draft, table: str, expression: e.Expression) -> u.Unit:
    """What distinct values count: the things that a reference points to, else what the column is called."""
    if not isinstance(expression, e.Column):
        return u.counted(table)
    from attain.check.paths import end_of

    here = end_of(draft, table, expression.path)
    for join in draft.tables[here].joins.values():
        if join.on == (expression.name,) and not join.at:
            return u.counted(join.to)
    if draft.tables[here].key == (expression.name,):
        return u.counted(here)
    name = expression.name.lower().removesuffix("_id").removesuffix("_key") or expression.name.lower()
    return u.counted(name)


def axis_of(draft: Draft, node: s.Call, scope: RowScope, *, rollup: bool) -> Axis | None:
    """The time axis: what `on` names, else the table's own; None for a table without one."""
    if rollup:
        return None
    on = node.clauses.on
    if on is None:
        return table_axis(draft, scope.table, node)
    words = on.words[1:] if len(on.words) > 1 and on.words[0].text == scope.table else on.words
    typed = field_at(draft, scope.table, (), words)
    if not typed.type.is_time:
        raise draft.fail(
            Problem("type-mismatch", f"`{on.text}` is no time", on.span).hint("a time axis is a date or timestamp")
        )
    assert isinstance(typed.expression, e.Column)
    return build_axis(draft, scope.table, typed.expression, on)


def build_axis(draft: Draft, table: str, column: e.Column, place: s.Name | s.Call) -> Axis:
    """A column as a time axis, with its zone and whether it may lie ahead."""
    from attain.check.paths import end_of

    end = end_of(draft, table, column.path)
    field = find_field(draft, end, column.name, place.span)
    return Axis(column, draft.tables[end].zone, field.ahead if field is not None else False)


def table_axis(draft: Draft, table: str, node: s.Call) -> Axis | None:
    """The default axis of a table's aggregates."""
    time = draft.tables[table].time
    if not time:
        return None
    field = find_field(draft, table, time, node.span)
    if field is None or not field.type.is_time:
        raise Failed  # told at the table
    return build_axis(draft, table, e.Column((), field.name, field.type), node)


def order_of(draft: Draft, node: s.Call, scope: RowScope, check: Check, axis: Axis | None) -> e.Expression:
    """What first and last go by: `by`, else the time axis; the key breaks ties."""
    if not draft.tables[scope.table].key:
        problem = Problem(
            "key-missing", f"`{node.function}` breaks ties by the key, and `{scope.table}` has none", node.span
        )
        raise draft.fail(problem.hint(f"declare the `key:` of `{scope.table}`"))
    if node.clauses.by is not None:
        typed = check(draft, node.clauses.by, RowScope(scope.table, scope.parent))
        return typed.expression
    if axis is not None:
        return axis.column
    time = draft.tables[scope.table].time
    if not time:
        problem = Problem("no-time-axis", f"`{scope.table}` has no time axis to go by", node.span)
        raise draft.fail(problem.hint(f"write {node.function}({scope.table}.field by a_time)"))
    return field_at(draft, scope.table, (), (s.Word(str(time), node.span),)).expression
