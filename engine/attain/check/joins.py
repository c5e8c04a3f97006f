"""Joins: they lead to the key of another table, or to the version of a history that is valid at a time; and they do
not need themselves to find their rows."""

from __future__ import annotations

from collections.abc import Iterator

from attain.base.problem import Problem
from attain.base.span import Span
from attain.base.suggest import count_of, did_you_mean
from attain.check.convert import comparable
from attain.check.draft import Draft, DraftTable
from attain.check.names import missing_column
from attain.check.paths import end_of
from attain.model import expression as e
from attain.model.semantic import Join
from attain.read.shape import JoinShape
from attain.read.tree import Scalar

#: A field or a join of a table: what is needed to find the rows of another one.
Need = tuple[str, str, str]


def check_joins(draft: Draft) -> None:
    """Joins go to another table's key, with as many columns as it has."""
    for table in draft.tables.values():
        for name, shape in table.shape.joins.items():
            target = draft.tables.get(str(shape.to))
            if target is None:
                label = did_you_mean(shape.to, draft.tables)
                draft.problems.append(Problem("unknown-table", f"there is no table `{shape.to}`", shape.to.span, label))
                continue
            for column in shape.on:
                if str(column) not in table.field_names:
                    draft.problems += missing_column(table, str(column), column)
            if not target.key:
                text = f"`{shape.to}` has no key for the join `{name}` to find it by"
                problem = Problem("key-missing", text, shape.to.span)
                draft.problems.append(problem.also(target.name.span, "declare its `key:` here"))
            elif shape.at is not None:
                check_at(draft, table, shape, target)
            elif len(target.key) != len(shape.on):
                draft.problems.append(wrong_width(shape, target, begins(target)))


def begins(table: DraftTable) -> str:
    """The beginning of a table's lifespan; "" where it has none."""
    return str(table.shape.lifespan.start) if table.shape.lifespan is not None else ""


def wrong_width(shape: JoinShape, target: DraftTable, start: str) -> Problem:
    """A join that names more or fewer columns than the key has."""
    message = f"`{shape.to}` has the key {', '.join(target.key)}, and `on` names {count_of(len(shape.on), 'column')}"
    problem = Problem("join-key", message, place_of_on(shape)).also(target.name.span, "its `key:`")
    if start in target.key and len(shape.on) == len(target.key) - 1:
        return problem.hint("it is a history: with `at:` and a time of the row the version valid then is joined")
    return problem


def place_of_on(shape: JoinShape) -> Span:
    """Where a join says what it goes by."""
    return shape.on[0].span if shape.on else shape.to.span


def check_at(draft: Draft, table: DraftTable, shape: JoinShape, target: DraftTable) -> None:
    """A join `at:` a time: to a history, whose key is a reference and the beginning of the lifespan."""
    assert shape.at is not None
    if str(shape.at) not in table.field_names:
        draft.problems += missing_time(table, shape.at)
    start, others = begins(target), [name for name in target.key if name != begins(target)]
    if not start:
        problem = Problem("no-lifespan", f"`{shape.to}` has no `lifespan:`, so no versions to join", shape.at.span)
        problem = problem.also(target.name.span, "declare `lifespan: {from: .., to: ..}` here")
        draft.problems.append(problem.hint("where each thing has a single row, leave `at:` out"))
    elif start not in target.key or not others:
        message = f"a history has a reference and the beginning of its lifespan as key, and `{shape.to}` has"
        problem = Problem("join-key", f"{message} {', '.join(target.key)}", shape.to.span)
        example = f"such as `key: [{', '.join([*map(str, shape.on), start])}]`"
        draft.problems.append(problem.also(target.name.span, "its `key:`").hint(example))
    elif len(others) != len(shape.on):
        message = f"a version of `{shape.to}` is found by {', '.join(others)} and the time"
        problem = Problem(
            "join-key", f"{message}, and `on` names {count_of(len(shape.on), 'column')}", place_of_on(shape)
        )
        draft.problems.append(problem.also(target.name.span, "its `key:`"))


def missing_time(table: DraftTable, place: Scalar) -> list[Problem]:
    """An `at:` that names no field of the row."""
    found = missing_column(table, str(place), place)
    if "." not in place:
        return found
    name = str(place).replace(".", "_")
    return [
        p.hint(f"to take a time from another table give it a name: below `fields:`, {name}: {place}") for p in found
    ]


def check_join_types(draft: Draft) -> None:
    """The columns of a join are of the types of the key that they hold, and its time is one."""
    for table in draft.tables.values():
        for shape in table.shape.joins.values():
            target = draft.tables.get(str(shape.to))
            keys = target.key if target is not None else ()
            if target is not None and shape.at is not None:
                keys = tuple(name for name in keys if name != begins(target))
                check_time(draft, table, shape.at)
            if target is not None and len(keys) == len(shape.on):
                check_types(draft, table, shape, keys)


def check_types(draft: Draft, table: DraftTable, shape: JoinShape, keys: tuple[str, ...]) -> None:
    """The columns of one join against the columns that they refer to."""
    for column, key in zip(shape.on, keys, strict=True):
        here = draft.fields.get((str(table.name), str(column)))
        there = draft.fields.get((str(shape.to), key))
        if here is None or there is None or comparable(here.type, there.type):
            continue
        message = f"`{table.name}.{column}` is {here.type} and the key `{shape.to}.{key}` is {there.type}"
        problem = Problem("join-key", message, column.span)
        draft.problems.append(problem.hint("declare the same `type:` for both below `fields:`"))


def check_time(draft: Draft, table: DraftTable, place: Scalar) -> None:
    """The time of a join is a date or a timestamp."""
    field = draft.fields.get((str(table.name), str(place)))
    if field is not None and not field.type.is_time:
        problem = Problem("type-mismatch", f"`{place}` is {field.type}, not a date or timestamp", place.span)
        draft.problems.append(problem.hint(f"declare it below `fields:`: {place}: {{type: date}}"))


# -- circles ---------------------------------------------------------------------------------------------------------
def check_circles(draft: Draft) -> None:
    """No join needs itself to find its rows."""
    finished: set[Need] = set()
    for table in draft.tables.values():
        for name in table.joins:
            circle = find_circle(draft, ("join", str(table.name), name), finished)
            if circle:
                draft.problems.append(circle_problem(draft, circle))


def find_circle(draft: Draft, start: Need, finished: set[Need]) -> list[Need]:
    """The first circle that leads back to something on the way from `start`; empty where there is none."""
    way: dict[Need, Iterator[Need]] = {}
    following: Need | None = start
    while following is not None or way:
        if following is not None and following not in finished:
            if following in way:
                finished.update(way)
                nodes = list(way)
                return nodes[nodes.index(following) :]
            way[following] = iter(needs_of(draft, following))
        here = next(reversed(way), None)
        following = next(way[here], None) if here is not None else None
        if following is None and here is not None:
            finished.add(here)
            del way[here]
    return []


def needs_of(draft: Draft, need: Need) -> list[Need]:
    """The joins and fields that a join or a field needs."""
    kind, table, name = need
    if kind == "join":
        return needs_of_join(draft, table, draft.tables[table].joins[name])
    field = draft.fields.get((table, name))
    if field is None:
        return []
    if field.rollup is not None:
        child = field.rollup.aggregate.table
        found = [("field", table, key) for key in draft.tables[table].key]
        found += needs_of_path(draft, child, field.rollup.chain)
        aggregate = field.rollup.aggregate
        parts = [*aggregate.arguments, aggregate.where or e.TRUE, aggregate.order or e.TRUE]
        return [*found, *(n for part in parts for n in needs_of_expression(draft, child, part))]
    return needs_of_expression(draft, table, field.expression) if field.expression is not None else []


def needs_of_join(draft: Draft, table: str, join: Join) -> list[Need]:
    """The fields on both sides that a join goes by."""
    target = draft.tables.get(join.to)
    found = [("field", table, name) for name in (*join.on, join.at) if name]
    if target is None:
        return found
    lifespan = target.shape.lifespan if join.at else None
    there = [*target.key, *([str(lifespan.start), str(lifespan.end)] if lifespan is not None else [])]
    return [*found, *(("field", join.to, name) for name in there)]


def needs_of_path(draft: Draft, table: str, path: tuple[str, ...]) -> list[Need]:
    """The joins of a chain."""
    return [("join", end_of(draft, table, path[:place]), name) for place, name in enumerate(path)]


def needs_of_expression(draft: Draft, table: str, expression: e.Expression) -> list[Need]:
    """The fields that an expression over a row names, with the joins to them."""
    found: list[Need] = []
    for node in e.walk(expression):
        if isinstance(node, e.Rate):
            found += [need for part in node.parts for need in needs_of_expression(draft, table, part)]
            rates = draft.rates
            found += [("field", rates.table, name) for name in rates.fields] if rates is not None else []
        if isinstance(node, e.Column):
            found += needs_of_path(draft, table, node.path)
            found.append(("field", end_of(draft, table, node.path), node.name))
    return found


def circle_problem(draft: Draft, circle: list[Need]) -> Problem:
    """A circle, shown at its first join."""
    place = next(place for place, (kind, _, _) in enumerate(circle) if kind == "join")
    turned = [*circle[place:], *circle[:place]]
    names = [f"{table}.{name}" for _, table, name in turned]
    shown = names if len(names) <= 8 else [*names[:4], "..", *names[-3:]]
    _, table, name = turned[0]
    shape = draft.tables[table].shape.joins[name]
    named = [x.span for x in (*shape.on, shape.at) if x is not None and ("field", table, str(x)) == turned[1]]
    span = named[0] if named else place_of_on(shape)
    problem = Problem("cycle", f"{' -> '.join([*shown, names[0]])} goes round in a circle", span)
    return problem.hint("a join finds its row by what is known without it: a column of the table, or of another join")
