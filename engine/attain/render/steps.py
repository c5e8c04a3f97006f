"""Steps of a plan to SELECTs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction

from sqlglot import exp

from attain.model import expression as e
from attain.model import types as t
from attain.model.calendar import Grain
from attain.model.dialect import Dialect
from attain.model.types import Kind
from attain.plan.steps import (
    Days,
    First,
    From,
    Group,
    Inline,
    InOrder,
    Join,
    Measure,
    Numbered,
    Rows,
    Spine,
    Stack,
    Step,
    WorkingDays,
    sources_of,
)  # fmt: skip
from attain.render.expressions import Expressions, surely_there
from attain.render.names import column, identifier, literal, sql_type, text_literal
from attain.render.templates import enclosed, say

#: What a table of the model is in SQL: a table, or a call that reads files.
Tables = Mapping[str, exp.Expr]


def render_step(dialect: Dialect, tables: Tables, step: Step) -> exp.Expr:
    """One step as a SELECT (or a UNION ALL)."""
    renders: dict[type, Callable[..., exp.Expr]] = {
        Rows: render_rows, Group: render_group, Stack: render_stack, Spine: render_spine, Inline: render_inline,
        InOrder: render_in_order, Days: render_days, WorkingDays: render_working_days, First: render_first,
        Numbered: render_numbered,
    }  # fmt: skip
    return renders[type(step)](dialect, tables, step)


def source(tables: Tables, used: From) -> exp.Expr:
    """An input behind FROM, under its alias."""
    if used.is_table:
        table = tables[used.name].copy()
        if isinstance(table, exp.Table) and not table.alias and isinstance(table.this, exp.Identifier):
            plain = table.this.name == used.alias and not table.db
            return table if plain else exp.alias_(table, identifier(used.alias), table=True)
        return exp.alias_(table, identifier(used.alias), table=True)
    table = exp.Table(this=identifier(used.name))
    return table if used.name == used.alias else exp.alias_(table, identifier(used.alias), table=True)


def named(rendered: exp.Expr, name: str) -> exp.Expr:
    """A column of a SELECT under its name."""
    if isinstance(rendered, exp.Column) and rendered.name == name:
        return rendered
    return exp.Alias(this=rendered, alias=identifier(name))


def render_rows(dialect: Dialect, tables: Tables, step: Rows) -> exp.Expr:
    """Rows with what they reach."""
    text = Expressions(dialect, qualify=bool(step.joins))
    columns = [named(text.value(value), name) for name, value in step.columns]
    select = exp.select(*columns, copy=False).from_(source(tables, step.source), copy=False)
    for join in step.joins:
        select = add_join(select, text, tables, join)
    if step.where is not None:
        select = select.where(text.truth(step.where), copy=False)
    return select


def add_join(select: exp.Select, text: Expressions, tables: Tables, join: Join) -> exp.Select:
    """Another input beside the first."""
    if join.kind == "cross":
        return select.join(source(tables, join.to), join_type="cross", copy=False)
    pairs: list[exp.Expr] = []
    for left, right, null_safe in join.on:
        a, b = text.value(left), text.value(right)
        pairs.append(text.null_safe(a, b) if null_safe else exp.EQ(this=enclosed(a), expression=enclosed(b)))
    if join.where is not None:
        where = join.where
        parts = where.operands if isinstance(where, e.Logic) and where.operator == "and" else (where,)
        pairs += [text.truth(part) for part in parts]
    if not pairs and join.kind == "inner":
        return select.join(source(tables, join.to), join_type="cross", copy=False)
    pairs = pairs or [exp.true()]  # every row of the other, or none where it has none
    return select.join(source(tables, join.to), on=exp.and_(*pairs, copy=False), join_type=join.kind, copy=False)


def render_group(dialect: Dialect, tables: Tables, step: Group) -> exp.Expr:
    """Rows by keys, aggregated."""
    if step.sets:
        return render_sets(dialect, tables, step)
    text = Expressions(dialect, qualify=False)
    keys = [text.value(value) for _, value in step.keys]
    columns = [named(key, name) for key, (name, _) in zip(keys, step.keys, strict=True)]
    columns += [named(render_measure(text, measure), measure.name) for measure in step.measures]
    select = exp.select(*columns, copy=False).from_(source(tables, step.source), copy=False)
    if step.where is not None:
        select = select.where(text.truth(step.where), copy=False)
    return select.group_by(*(key.copy() for key in keys), copy=False) if keys else select


def render_sets(dialect: Dialect, tables: Tables, step: Group) -> exp.Expr:
    """Rows by several sets of keys: as grouping sets, or where a dialect has none one below the other."""
    if not dialect.grouping_sets:
        return each_set(dialect, tables, step)
    text = Expressions(dialect, qualify=False)
    select = render_group(dialect, tables, replace(step, sets=(), keys=()))
    keys = [(name, text.value(value)) for name, value in step.keys]
    level = exp.Case()
    for number, names in enumerate(step.sets):
        grouped = exp.Anonymous(this="GROUPING", expressions=[value.copy() for _, value in keys])
        mask = sum(2 ** (len(keys) - 1 - i) for i, (name, _) in enumerate(keys) if name not in names)
        level = level.when(exp.EQ(this=grouped, expression=exp.Literal.number(mask)), exp.Literal.number(number))
    columns = [named(value.copy(), name) for name, value in keys] + [named(level, step.level)]
    select.set("expressions", [*columns, *select.expressions])
    sets: list[exp.Expr] = []
    for names in step.sets:
        values = [value.copy() for name, value in keys if name in names]
        sets.append(exp.Paren(this=values[0]) if len(values) == 1 else exp.Tuple(expressions=values))
    select.set("group", exp.Group(grouping_sets=[exp.GroupingSets(expressions=sets)]))
    return select


def each_set(dialect: Dialect, tables: Tables, step: Group) -> exp.Expr:
    """The sets one below the other, keys that a set does not have missing."""
    text = Expressions(dialect, qualify=False)
    selects: list[exp.Expr] = []
    for number, names in enumerate(step.sets):
        own = replace(step, sets=(), keys=tuple(pair for pair in step.keys if pair[0] in names))
        select = render_group(dialect, tables, own)
        have = {column.alias_or_name: column for column in select.expressions}
        columns = [have.get(name) or named(text.value(e.Literal(None, value.type)), name) for name, value in step.keys]
        level = named(exp.Literal.number(number), step.level)
        measures = select.expressions[len(own.keys) :]
        select.set("expressions", [*columns, level, *measures])
        selects.append(select)
    union = selects[0]
    for select in selects[1:]:
        union = exp.Union(this=union, expression=select, distinct=False)
    return union


def render_measure(text: Expressions, measure: Measure) -> exp.Expr:
    """One aggregate; its condition as CASE, which every warehouse knows."""
    function = measure.function
    if function == "count_rows":
        if measure.where is None:
            return exp.Count(this=exp.Star())
        return exp.Count(this=exp.Case().when(text.truth(measure.where), exp.Literal.number(1)))
    if function in ("first", "last"):
        return render_ordered(text, measure)
    arguments = [limited(text, measure, argument) for argument in measure.arguments]
    if function == "only":
        boolean = measure.type.kind is Kind.BOOLEAN
        return text.say("only_boolean" if boolean else "only", *arguments)
    if function == "percentile":
        assert measure.share is not None
        return text.say("percentile", arguments[0], literal(text.dialect, measure.share, t.FLOAT))
    if function == "corr":
        arguments = both_there(text, measure)
    if function in ("min", "max") and measure.type.kind is Kind.TEXT and text.dialect.sqlglot == "postgres":
        arguments = [text.say("order_text", argument) for argument in arguments]
    rendered = text.say("sum" if function == "total" else function, *arguments)
    return text.exact(rendered, measure.type) if function in ("sum", "total") else rendered


def limited(text: Expressions, measure: Measure, argument: e.Expression) -> exp.Expr:
    """An argument where the aggregate's condition holds, missing elsewhere."""
    value = text.value(argument)
    if measure.where is None:
        return value
    return exp.Case().when(text.truth(measure.where), value)


def both_there(text: Expressions, measure: Measure) -> list[exp.Expr]:
    """The arguments of a correlation as floating numbers."""
    return [text.cast(limited(text, measure, argument), t.FLOAT) for argument in measure.arguments]


def render_ordered(text: Expressions, measure: Measure) -> exp.Expr:
    """The first or last value by a time, ties by the key; missing values and times are passed over."""
    assert measure.order is not None
    value = text.value(measure.arguments[0])
    there = [e.Not(e.IsMissing(x)) for x in (measure.arguments[0], measure.order) if not surely_there(x)]
    condition = e.both(measure.where, *there) or e.TRUE
    keys = [text.value(x) for x in (measure.order, *measure.ties)]
    template = text.dialect.templates.get(measure.function)
    single = (
        text.say(measure.function, value, keys[0], text.truth(condition)) if template else text.say(measure.function)
    )
    for node in list(single.find_all(exp.Anonymous, exp.Order, exp.Struct)):
        if isinstance(node, exp.Order):
            kinds = [x.type.kind for x in (measure.order, *measure.ties)]
            ordered = [
                text.say("order_text", key) if kind is Kind.TEXT else key for key, kind in zip(keys, kinds, strict=True)
            ]
            down = bool(node.expressions[0].args.get("desc"))
            node.set("expressions", [exp.Ordered(this=key.copy(), desc=down, nulls_first=down) for key in ordered])
        elif isinstance(node, exp.Struct) or node.name.upper() == "ROW":
            node.set("expressions", [key.copy() for key in keys])
    return single


def render_stack(dialect: Dialect, tables: Tables, step: Stack) -> exp.Expr:
    """Inputs below each other."""
    text = Expressions(dialect, qualify=False)
    selects: list[exp.Expr] = []
    for used, values in step.inputs:
        columns = [named(text.value(value), name) for name, value in zip(step.names, values, strict=True)]
        selects.append(exp.select(*columns, copy=False).from_(source(tables, used), copy=False))
    union = selects[0]
    for select in selects[1:]:
        union = exp.Union(this=union, expression=select, distinct=False)
    return union


def render_spine(dialect: Dialect, tables: Tables, step: Spine) -> exp.Expr:
    """Every period of a range."""
    text = Expressions(dialect, qualify=False)
    grain = step.grain
    first = text.value(step.first)
    last = text.value(step.last)
    length = literal(dialect, t_fraction(grain.step), t.INTEGER)
    if step.bounds is not None and dialect.sqlglot == "sqlite":
        first, last = scalar(first, tables, step.bounds), scalar(last, tables, step.bounds)
    series = say(dialect, f"spine_{grain.unit}", first, last, length)
    for alias in series.find_all(exp.Alias):
        if alias.alias == "_p":
            alias.set("alias", identifier(step.column))
    if step.bounds is not None and dialect.sqlglot != "sqlite" and isinstance(series, exp.Select):
        series = series.from_(source(tables, step.bounds), copy=False)
    if step.since is None and step.until is None:
        return series
    inner = exp.Subquery(this=series, alias=exp.TableAlias(this=identifier("every_period")))
    select = exp.select(column(step.column)).from_(inner)
    if step.since is not None:
        since = text.value(step.since)
        since = scalar(since, tables, step.bounds) if step.bounds is not None else since
        select = select.where(exp.GTE(this=column(step.column), expression=since))
    if step.until is not None:
        day = e.Truncate(e.Slot("", step.column, step.type), Grain("day", "day"), t.DATE)
        began = text.value(day if step.type.kind is not Kind.DATE else day.operand)
        select = select.where(exp.LTE(this=began, expression=text.value(step.until)))
    return select


def scalar(value: exp.Expr, tables: Tables, used: From) -> exp.Expr:
    """A value of the one row of an input, as a subquery."""
    return exp.Subquery(this=exp.select(value, copy=False).from_(source(tables, used), copy=False))


def t_fraction(number: int) -> object:
    """A whole number as literals hold it."""
    from fractions import Fraction

    return Fraction(number)


def render_inline(dialect: Dialect, tables: Tables, step: Inline) -> exp.Expr:
    """Values written down."""
    if len(step.rows) > 1:
        return render_values(dialect, step)
    text = Expressions(dialect, qualify=False)
    values = [
        exp.Cast(this=text.value(replace_null(value)), to=sql_type(dialect, type))
        for value, (_, type) in zip(step.rows[0], step.columns, strict=True)
    ]
    return exp.select(*(named(v, name) for v, (name, _) in zip(values, step.columns, strict=True)), copy=False)


def render_values(dialect: Dialect, step: Inline) -> exp.Expr:
    """Many values written down: a line for each row, and each column in its type."""
    names = [name for name, _ in step.columns]
    shown = [f"column{i + 1}" for i in range(len(names))] if dialect.sqlglot == "sqlite" else names
    alias = exp.TableAlias(this=identifier("written"), columns=[identifier(name) for name in shown])
    if dialect.sqlglot == "sqlite":
        alias.set("columns", None)
    rows = [exp.Tuple(expressions=[written(dialect, value) for value in row]) for row in step.rows]
    pairs = zip(shown, step.columns, strict=True)
    columns = [named(exp.Cast(this=column(own), to=sql_type(dialect, type)), name) for own, (name, type) in pairs]
    return exp.select(*columns, copy=False).from_(exp.Values(expressions=rows, alias=alias), copy=False)


def written(dialect: Dialect, value: e.Expression) -> exp.Expr:
    """A value that is written down: a day as its text, which its column makes a day again."""
    assert isinstance(value, e.Literal)
    if value.value is None:
        return exp.Null()
    day = isinstance(value.value, date)
    return text_literal(value.value.isoformat()) if day else literal(dialect, value.value, value.type)  # type: ignore[union-attr]


def render_in_order(dialect: Dialect, tables: Tables, step: InOrder) -> exp.Expr:
    """Rows, each with a value of those beside it."""
    text = Expressions(dialect, qualify=False)
    columns = [named(text.value(value), name) for name, value in step.columns]
    order = text.value(step.order)
    function: exp.Expr = exp.Anonymous(this="LEAD", expressions=[order.copy()])
    if step.value is not None:
        function = exp.Max(this=text.value(step.value))
    ordered = exp.Order(expressions=[exp.Ordered(this=order, nulls_first=False)])
    window = exp.Window(this=function, partition_by=[text.value(key) for key in step.keys], order=ordered)
    return exp.select(*columns, named(window, step.column), copy=False).from_(source(tables, step.source), copy=False)


def render_days(dialect: Dialect, tables: Tables, step: Days) -> exp.Expr:
    """Days written down: those of a year on a line."""
    years: dict[str, list[str]] = {}
    for day in step.days:
        year, _, rest = day.isoformat().partition("-")
        years.setdefault(year, []).append(rest)
    lines = [exp.Tuple(expressions=[text_literal(year), text_literal(" ".join(days))]) for year, days in years.items()]
    select = say(dialect, "days")
    listed = next(table for table in select.find_all(exp.Table) if table.name == "_years")
    listed.replace(exp.Values(expressions=lines, alias=listed.args["alias"]))
    for alias in select.find_all(exp.Alias):
        if alias.alias == "_p":
            alias.set("alias", identifier(step.column))
    return select


def render_working_days(dialect: Dialect, tables: Tables, step: WorkingDays) -> exp.Expr:
    """Each day, whether it is a working day, and the running count of working days before it."""
    text = Expressions(dialect)
    day, holiday = step.days.slot("day", t.DATE), step.holidays.slot("day", t.DATE)
    weekdays = tuple(e.Literal(Fraction(number + 1), t.INTEGER) for number in step.weekdays)
    worked = e.Logic("and", (e.InSet(e.Apply("weekday", (day,), t.INTEGER), weekdays), e.IsMissing(holiday)))
    one, none = (e.Literal(Fraction(number), t.INTEGER) for number in (1, 0))
    value = text.value(e.Choice(((worked, one),), none, t.INTEGER))
    each = exp.select(named(text.value(day), "day"), named(value, "is_working_day"))
    each = each.from_(source(tables, step.days))
    each = add_join(each, text, tables, Join(step.holidays, "left", ((day, holiday, False),)))
    count = exp.Window(this=exp.Sum(this=column("is_working_day")), order=exp.Order(expressions=[column("day")]))
    before = exp.Sub(this=text.cast(count, t.INTEGER), expression=column("is_working_day"))
    columns = (column("day"), column("is_working_day"), named(before, "working_days_before"))
    return exp.select(*columns).from_(exp.Subquery(this=each, alias=exp.TableAlias(this=identifier("each_day"))))


def render_first(dialect: Dialect, tables: Tables, step: First) -> exp.Expr:
    """The first rows in an order."""
    text = Expressions(dialect, qualify=False)
    columns = [named(text.value(value), name) for name, value in step.columns]
    select = exp.select(*columns, copy=False).from_(source(tables, step.source), copy=False)
    return select.order_by(*ordering(text, step.order), copy=False).limit(step.limit, copy=False)


def ordering(text: Expressions, order: Iterable[tuple[e.Expression, bool]]) -> list[exp.Expr]:
    """An order of (expression, descending), missing values last."""
    found: list[exp.Expr] = []
    for value, descending in order:
        key = text.say("order_text", text.value(value)) if value.type.kind is Kind.TEXT else text.value(value)
        found.append(exp.Ordered(this=key, desc=True if descending else None, nulls_first=False))
    return found


def render_numbered(dialect: Dialect, tables: Tables, step: Numbered) -> exp.Expr:
    """Rows, each with its place among those with the same keys, or with their number."""
    text = Expressions(dialect, qualify=False)
    columns = [named(text.value(value), name) for name, value in step.columns]
    number = exp.Window(
        this=exp.RowNumber() if step.order else exp.Count(this=exp.Star()),
        partition_by=[text.value(key) for key in step.keys],
        order=exp.Order(expressions=ordering(text, step.order)) if step.order else None,
    )
    return exp.select(*columns, named(number, step.column), copy=False).from_(source(tables, step.source), copy=False)


def replace_null(value: e.Expression) -> e.Expression:
    """A missing value without a type: the cast around it gives one."""
    return replace(value, type=t.NULL) if isinstance(value, e.Literal) and value.value is None else value


__all__ = ["render_step", "source", "sources_of", "text_literal"]
