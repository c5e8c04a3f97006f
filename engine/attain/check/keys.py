"""What cells may be cut by: dimensions, columns of every table, and `table.field`, for each table that takes part."""

from __future__ import annotations

from collections.abc import Sequence

from attain.base.problem import Problem
from attain.base.suggest import did_you_mean, listed, some_of
from attain.check.draft import Draft, Failed, NeedsFirst
from attain.check.paths import chains_between, chosen, describe_chains
from attain.model.aggregate import Key
from attain.model.expression import Column
from attain.model.types import Kind, Type
from attain.read import syntax as s


def resolve_key(draft: Draft, node: s.Name, tables: Sequence[str]) -> Key:
    """The key that a name stands for, with its column of each of `tables`; fails with the problem."""
    name = node.text
    if name in draft.dimension_shapes:
        return dimension_key(draft, node, tables)
    if len(node.words) == 1:
        return common_column(draft, node, tables)
    if len(node.words) == 2 and node.words[0].text in draft.tables:
        return table_field(draft, node, tables)
    if node.words[0].text in draft.tables or len(node.words) > 1:
        problem = Problem("unknown-dimension", f"there is no dimension `{name}`", node.span)
        raise draft.fail(problem.hint("write a dimension's name, a column of every table, or table.field"))
    raise draft.fail(unknown_dimension(draft, node, tables))


def dimension_key(draft: Draft, node: s.Name, tables: Sequence[str]) -> Key:
    """A dimension: every table must have it."""
    name = node.text
    if name not in draft.dimensions:
        raise NeedsFirst("dimension", (name,), node.span)
    dimension = draft.dimensions[name]
    if dimension is None:
        raise Failed
    columns: list[tuple[str, Column]] = []
    for table in tables:
        column = dimension.columns.get(table)
        if column is None:
            message = f"`{table}` does not have the dimension `{name}`"
            problem = Problem("dimension-not-reached", message, node.span)
            have = sorted(dimension.columns)
            why = dimension.why.get(table, "")
            raise draft.fail(
                problem.hint(
                    why, f"tables that have it: {some_of(have)}", f"add a path of `{table}` to it below `dimensions:`"
                )
            )
        columns.append((table, column))
    return Key(name, type_in_cells(draft, dimension.type), tuple(columns))


def common_column(draft: Draft, node: s.Name, tables: Sequence[str]) -> Key:
    """A bare name that is no dimension: a column that each of the tables has."""
    name = node.text
    without = [table for table in tables if name not in draft.tables[table].field_names]
    if any(draft.tables[table].unreadable for table in without):
        raise Failed
    if without or not tables:
        if len(without) < len(tables):
            have = [table for table in tables if table not in without]
            message = f"`{name}` is a column of {listed(have)}, but not of {listed(without)}"
            problem = Problem("dimension-not-reached", message, node.span)
            raise draft.fail(problem.hint(f"declare a dimension with a path for each: {name}: {{paths: {{..}}}}"))
        raise draft.fail(unknown_dimension(draft, node, tables))
    columns = [(table, column_of(draft, table, (), table, node.words[0])) for table in tables]
    return key_of(draft, name, columns, node)


def table_field(draft: Draft, node: s.Name, tables: Sequence[str]) -> Key:
    """`table.field`: reached from each of the tables by the one chain of joins to that table."""
    target, word = node.words[0].text, node.words[1]
    if draft.tables[target].unreadable:
        raise Failed
    if word.text not in draft.tables[target].field_names:
        problem = Problem("unknown-field", f"table `{target}` has no field `{word.text}`", word.span)
        label = did_you_mean(word.text, draft.tables[target].field_names)
        raise draft.fail(Problem(problem.code, problem.message, problem.span, label))
    columns: list[tuple[str, Column]] = []
    for table in tables:
        found = chains_between(draft, table, target)
        chain = chosen(found)
        if chain is None and not found:
            message = f"`{table}` has no chain of joins to `{target}`, so it cannot be cut by `{node.text}`"
            problem = Problem("no-join-path", message, node.span)
            raise draft.fail(problem.hint(f"declare a join of `{table}` to `{target}`, or a dimension with `paths:`"))
        if chain is None:
            message = f"`{table}` reaches `{target}` in several ways: {describe_chains(found)}"
            problem = Problem("ambiguous-join-path", message, node.span)
            example = f"{word.text}: {{paths: {{{table}: {'.'.join(found[0])}.{word.text}}}}}"
            raise draft.fail(problem.hint(f"say which below `dimensions:`, for example {example}"))
        columns.append((table, column_of(draft, table, chain, target, word)))
    return key_of(draft, node.text, columns, node)


def column_of(draft: Draft, table: str, chain: tuple[str, ...], end: str, word: s.Word) -> Column:
    """The column at the end of a chain, once its field is checked."""
    if (end, word.text) not in draft.fields:
        raise NeedsFirst("field", (end, word.text), word.span)
    field = draft.fields[end, word.text]
    if field is None:
        raise Failed
    return Column(chain, word.text, field.type)


def key_of(draft: Draft, name: str, columns: list[tuple[str, Column]], node: s.Name) -> Key:
    """A key of columns that are of one type."""
    type = key_type(draft, name, [column.type for _, column in columns], node)
    return Key(name, type_in_cells(draft, type), tuple(columns))


def type_in_cells(draft: Draft, type: Type) -> Type:
    """The type of the values that cells are cut by: a point in time is what the calendar's clock shows then."""
    return Type(Kind.TIMESTAMP, zone=draft.calendar.timezone) if type.kind is Kind.INSTANT else type


def key_type(draft: Draft, name: str, types: list[Type], node: s.Name) -> Type:
    """The one type of a key's columns; a problem where they differ or hold no values."""
    first = types[0]
    if first.kind is Kind.OTHER:
        raise draft.fail(Problem("type-mismatch", f"`{name}` is of a type that nothing can be cut by", node.span))
    for type in types[1:]:
        same = type.kind == first.kind or (type.is_number and first.is_number)
        if not same:
            message = f"`{name}` is {first} in one table and {type} in another"
            problem = Problem("dimension-type", message, node.span)
            raise draft.fail(problem.hint("declare the same `type:` for both columns"))
    return first


def single_quotes(text: str) -> str:
    """What to say where a text seems to be meant by double quotes."""
    escaped = text.replace("'", "''")
    return f"a text stands in single quotes: '{escaped}'; double quotes are for names"


def unknown_dimension(draft: Draft, node: s.Name, tables: Sequence[str]) -> Problem:
    """No such dimension: what was meant, and what there is."""
    columns = set.intersection(*(draft.tables[table].field_names for table in tables)) if tables else set()
    known = [*draft.dimension_shapes, *columns, *draft.calendar.grain_names()]
    label = did_you_mean(node.text, known)
    problem = Problem("unknown-dimension", f"there is no dimension `{node.text}`", node.span, label)
    if node.text in draft.calendar.grain_names():
        return problem.hint(f"`{node.text}` is a grain: write --grain {node.text}")
    if node.text in draft.metric_shapes:
        return problem.hint(f"`{node.text}` is a metric; a condition over metrics is --having")
    if node.words[0].quoted:
        problem = problem.hint(single_quotes(node.text))
    elif not label and node.span.file == "--where":
        problem = problem.hint(f"a text stands in single quotes: '{node.text}'")
    return problem.hint(f"dimensions: {some_of(draft.dimension_shapes)}" if draft.dimension_shapes else "")
