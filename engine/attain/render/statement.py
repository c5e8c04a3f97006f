"""A whole plan as one statement: a commented CTE for each step, what the statement verifies, the result."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import sqlglot
from sqlglot import ErrorLevel, exp

from attain.base.problem import Problem
from attain.base.span import Span
from attain.model import expression as e
from attain.model import types as t
from attain.model.dialect import Dialect
from attain.model.types import Kind, Type
from attain.plan.steps import NoRows, Plan, UniqueKey
from attain.render.expressions import Expressions
from attain.render.names import column, comment_text, identifier, text_literal
from attain.render.steps import named, render_step, source
from attain.render.templates import Unsupported, enclosed

MAX_SQL = 1_000_000


def render_plan(plan: Plan, dialect: Dialect, tables: Mapping[str, str]) -> tuple[str, list[Problem]]:
    """The SQL of a plan; problems where the dialect cannot say it. `tables` gives for each table what stands behind
    FROM, in the dialect: a name, or a call that reads files."""
    try:
        statement = build_statement(plan, dialect, parse_tables(dialect, tables))
    except Unsupported as unsupported:
        return "", [unsupported.problem]
    text = statement.sql(dialect=dialect.sqlglot, pretty=True, max_text_width=100, unsupported_level=ErrorLevel.IGNORE)
    if len(text) > MAX_SQL:
        message = f"the SQL of this query has {len(text):,} characters; it may have {MAX_SQL:,}"
        hints = ("ask for fewer metrics at once", "a long list of a target's values belongs into a table: source:")
        return "", [Problem("sql-too-large", message, Span.none()).hint(*hints)]
    return text + "\n", []


def parse_tables(dialect: Dialect, tables: Mapping[str, str]) -> dict[str, exp.Expr]:
    """What stands behind FROM for each table, as trees."""
    return {name: parse_table(text, dialect.sqlglot) for name, text in tables.items()}


@lru_cache(maxsize=512)
def parse_table(text: str, dialect: str) -> exp.Expr:
    """What stands behind FROM, as a tree that is copied before it is put anywhere."""
    select = sqlglot.parse_one(f"SELECT * FROM {text}", read=dialect)
    found: exp.Expr = select.args["from_" if "from_" in select.args else "from"].this
    return found


def build_statement(plan: Plan, dialect: Dialect, tables: dict[str, exp.Expr]) -> exp.Expr:
    """The statement as a tree."""
    text = Expressions(dialect, qualify=False)
    columns = [named(column(inner), name) for name, inner, _ in plan.columns]
    select = exp.select(*columns, copy=False).from_(source(tables, plan.result), copy=False)
    conditions: list[exp.Expr] = []
    ctes: list[tuple[str, exp.Expr, str]] = []
    if dialect.sqlglot == "sqlite":
        out_of_sight(plan, tables)
    ctes += [(name, body, comment) for name, (body, comment) in read_files(plan, tables).items()]
    if uses_today(plan):
        ctes.append(("today", *today(plan, text)))
    for step in plan.steps:
        ctes.append((step.name, render_step(dialect, tables, step), step.comment))
    if dialect.raises and (plan.unique or plan.never):
        ctes += [(step.name, render_step(dialect, tables, step), step.comment) for step in plan.checks]
        ctes.append(("unique_keys", unique_keys(plan, text, tables), about_keys(plan)))
        conditions.append(none_in("unique_keys"))
    if dialect.raises and plan.most is not None and (plan.most.cells.name != plan.result.name):
        ctes.append(("cell_count", cell_count(plan, text, tables), "fails where there are too many cells"))
        conditions.append(none_in("cell_count"))
    if plan.keep is not None:
        conditions.append(text.truth(plan.keep))
    if conditions:
        select = select.where(exp.and_(*conditions, copy=False), copy=False)
    order = [ordered(text, inner, descending, type) for inner, descending, type in plan.order]
    if order:
        select = select.order_by(*order, copy=False)
    if plan.limit is not None:
        select = select.limit(plan.limit, copy=False)
    for name, body, comment in ctes:
        first_select(body).add_comments([f" {comment_text(comment)} "])
        select = select.with_(identifier(name), as_=body, copy=False)
    return select


#: CTEs that a statement may have beside its steps.
OWN_NAMES = ("today", "unique_keys", "cell_count")


def today(plan: Plan, text: Expressions) -> tuple[exp.Expr, str]:
    """The CTE that holds the as-of day: given, or the current one."""
    if plan.as_of is not None:
        day = text.value(e.Literal(plan.as_of, t.DATE))
        return exp.select(named(day, "today")), "the as-of day"
    day = text.say("today", text_literal(plan.timezone))
    return exp.select(named(day, "today")), f"the current day in {plan.timezone}, read once"


def names_taken(plan: Plan) -> set[str]:
    """The names of CTEs, in small letters."""
    return {step.name.lower() for step in (*plan.steps, *plan.checks)} | set(OWN_NAMES)


def out_of_sight(plan: Plan, tables: dict[str, exp.Expr]) -> None:
    """SQLite takes a name for a CTE even where that comes later: tables of such a name get their schema."""
    taken = names_taken(plan)
    for table in tables.values():
        own = {cte.alias.lower() for cte in table.find_all(exp.CTE)}
        for named_table in table.find_all(exp.Table):
            if not named_table.db and named_table.name.lower() in taken - own:
                named_table.set("db", exp.to_identifier("main"))


def read_files(plan: Plan, tables: dict[str, exp.Expr]) -> dict[str, tuple[exp.Expr, str]]:
    """A CTE for each table that is read from files or by a query, under the table's own name, so that the call stands
    in one place; and for each whose name a step has taken. `tables` then holds the CTE's name."""
    found: dict[str, tuple[exp.Expr, str]] = {}
    taken = names_taken(plan)
    for name, table in tables.items():
        plain = isinstance(table, exp.Table) and isinstance(table.this, exp.Identifier)
        if plain and (table.args.get("db") is not None or table.name.lower() not in taken):
            continue
        step = name
        while step.lower() in taken:
            step = f"{step}_source"
        taken.add(step.lower())
        found[step] = (exp.select(exp.Star()).from_(table.copy()), f"the source of {name}")
        tables[name] = exp.Table(this=identifier(step))
    return found


def first_select(body: exp.Expr) -> exp.Expr:
    """Where the comment of a step stands: at its first SELECT."""
    while isinstance(body, exp.Union):
        body = body.this
    return body


def uses_today(plan: Plan) -> bool:
    """Whether any step looks at the as-of day."""
    return "Parameter(name='today'" in repr((plan.steps, plan.checks))


def none_in(name: str) -> exp.Expr:
    """The condition that a check found nothing; it makes the statement run the check."""
    count = exp.select(column("violations")).from_(exp.Table(this=identifier(name)))
    return exp.EQ(this=exp.Subquery(this=count), expression=exp.Literal.number(0))


def ordered(text: Expressions, name: str, descending: bool, type: Type) -> exp.Expr:
    """A column to order by; missing values last."""
    key: exp.Expr = column(name)
    if type.kind is Kind.TEXT:
        key = text.say("order_text", key)
    return exp.Ordered(this=key, desc=True if descending else None, nulls_first=False)


def joined_text(text: Expressions, parts: list[exp.Expr]) -> exp.Expr:
    """Texts put together."""
    whole = parts[0]
    for part in parts[1:]:
        whole = text.say("concat", whole, part)
    return whole


def unique_keys(plan: Plan, text: Expressions, tables: dict[str, exp.Expr]) -> exp.Expr:
    """A count of what breaks a promise; counting the first of it fails with its mark."""
    selects = [repeated_keys(text, tables, key) for key in plan.unique]
    selects += [broken_promises(text, tables, promise) for promise in plan.never]
    union: exp.Expr = selects[0]
    for select in selects[1:]:
        union = exp.Union(this=union, expression=select, distinct=False)
    failing = text.say("raise", column("mark"))
    inner = exp.Subquery(this=union, alias=exp.TableAlias(this=identifier("repeated")))
    return exp.select(named(exp.Count(this=failing), "violations")).from_(inner)


def about_keys(plan: Plan) -> str:
    """What the verification is for, as a comment."""
    kinds = ["a joined key is not unique"] if plan.unique else []
    return "fails where " + " or ".join([*kinds, *dict.fromkeys(promise.breach for promise in plan.never)])


def broken_promises(text: Expressions, tables: dict[str, exp.Expr], promise: NoRows) -> exp.Select:
    """The rows that are not to be, as marks."""
    mark = mark_of(text, f"{promise.kind}:{promise.about}", [text.value(value) for value in promise.values])
    return exp.select(named(mark, "mark")).from_(source(tables, promise.source))


def mark_of(text: Expressions, about: str, values: list[exp.Expr]) -> exp.Expr:
    """The text that a failing check raises: what it is about, and an example."""
    parts = [text_literal(f"attain:{about}:")]
    for place, value in enumerate(values):
        parts += [text_literal(", ")] if place else []
        parts.append(text.cast(value.copy(), Type(Kind.TEXT)))
    return joined_text(text, parts)


def repeated_keys(text: Expressions, tables: dict[str, exp.Expr], key: UniqueKey) -> exp.Select:
    """The keys of one table that stand more than once, as marks."""
    keys = [text.value(value) for value in key.values]
    mark = mark_of(text, f"duplicate-key:{key.table}:{', '.join(key.columns)}", keys)
    there = exp.and_(*(exp.Not(this=exp.Is(this=enclosed(x.copy()), expression=exp.Null())) for x in keys))
    select = exp.select(named(mark, "mark")).from_(source(tables, key.source))
    many = exp.GT(this=exp.Count(this=exp.Star()), expression=exp.Literal.number(1))
    return select.where(there).group_by(*keys).having(many)


def cell_count(plan: Plan, text: Expressions, tables: dict[str, exp.Expr]) -> exp.Expr:
    """A count that fails with its mark where the cells would be too many."""
    most = plan.most
    assert most is not None
    count: exp.Expr = exp.select(named(exp.Count(this=exp.Star()), "n")).from_(source(tables, most.cells))
    counted: exp.Expr = exp.Subquery(this=count)
    if most.periods is not None:
        periods = exp.Subquery(this=exp.select(exp.Count(this=exp.Star())).from_(source(tables, most.periods)))
        count = exp.select(named(exp.Mul(this=exp.Count(this=exp.Star()), expression=periods), "n"))
        count = count.from_(source(tables, most.cells))
        counted = exp.Subquery(this=count)
    mark = joined_text(text, [
        text_literal("attain:too-many-cells:"), text.cast(column("n"), Type(Kind.TEXT)), text_literal(f":{most.limit}"),
    ])  # fmt: skip
    failing = exp.Case().when(
        exp.GT(this=column("n"), expression=exp.Literal.number(most.limit)), text.say("raise", mark)
    )
    counted.set("alias", exp.TableAlias(this=identifier("counted")))
    return exp.select(named(exp.Count(this=failing), "violations")).from_(counted)
