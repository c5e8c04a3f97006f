"""Dimensions: for each table that has one, the column, and how it was found."""

from __future__ import annotations

from attain.base.problem import Problem
from attain.base.suggest import did_you_mean, listed, some_of
from attain.check.draft import Draft, Failed
from attain.check.keys import column_of, key_type
from attain.check.names import field_at
from attain.check.paths import chains_between, chosen, describe_chains, reason
from attain.model.expression import Column
from attain.model.semantic import Dimension
from attain.read import syntax as s
from attain.read.expressions import read_expression
from attain.read.text import text_of_scalar
from attain.read.tree import Scalar


def check_dimension(draft: Draft, name: str) -> Dimension:
    """One dimension: declared by `paths:`, or by one path that every table with a chain to it has."""
    scalar, shape = draft.dimension_shapes[name]
    if (shape.path is None) == (not shape.paths):
        problem = Problem("dimension-path", f"dimension `{name}` needs one of `path:` and `paths:`", scalar.span)
        raise draft.fail(problem.hint(f"write {name}: owner.region, or {name}: {{paths: {{deals: owner.region}}}}"))
    if shape.path is not None:
        words = read_path(draft, shape.path)
        columns, why = shared_path(draft, name, words)
    else:
        columns, why = declared_paths(draft, shape.paths)
        words = s.Name((s.Word(name, scalar.span),), scalar.span)
    type = key_type(draft, name, [column.type for column in columns.values()], words)
    return Dimension(name, columns, why, type, str(shape.label or ""), str(shape.description or ""), scalar.span)


def read_path(draft: Draft, text: Scalar) -> s.Name:
    """A path as written: names with dots between them."""
    expression, problems = text_of_scalar(text)
    tree, more = read_expression(expression) if not problems else (None, [])
    draft.problems += [*problems, *more]
    if tree is None:
        raise Failed
    if not isinstance(tree, s.Name):
        problem = Problem("dimension-path", "a path is names with dots between them", tree.span)
        raise draft.fail(problem.hint("write owner.region; derive what needs computing below the table's `fields:`"))
    return tree


def declared_paths(draft: Draft, paths: dict[Scalar, Scalar]) -> tuple[dict[str, Column], dict[str, str]]:
    """`paths:`: for each table named there its own path."""
    columns: dict[str, Column] = {}
    failed = False
    for table, text in paths.items():
        if str(table) not in draft.tables:
            label = did_you_mean(table, draft.tables)
            draft.problems.append(Problem("unknown-table", f"there is no table `{table}`", table.span, label))
            failed = True
            continue
        try:
            words = read_path(draft, text).words
            if len(words) > 1 and words[0].text == str(table) and words[0].text not in draft.tables[str(table)].joins:
                words = words[1:]
            expression = field_at(draft, str(table), (), words).expression
        except Failed:
            failed = True
            continue
        assert isinstance(expression, Column)
        columns[str(table)] = expression
    if failed:
        raise Failed
    return columns, dict.fromkeys(columns, "declared")


def shared_path(draft: Draft, name: str, path: s.Name) -> tuple[dict[str, Column], dict[str, str]]:
    """One path for every table: with one chain of joins that ends in it."""
    words = path.words
    joins = tuple(word.text for word in words[:-1])
    ends = ends_of(draft, joins, words)
    columns: dict[str, Column] = {}
    why: dict[str, str] = {}
    for table in draft.tables:
        chains = chains_ending(draft, table, joins, ends)
        chain = chosen_suffix(chains, joins)
        if chain is not None:
            columns[table] = column_of(draft, table, chain[0], chain[1], words[-1])
            why[table] = reason([c for c, _ in chains], chain[0])
        elif len(chains) > 1:
            why[table] = f"`{table}` reaches it in several ways: {describe_chains([c for c, _ in chains])}"
    if not columns and any(table.unreadable for table in draft.tables.values()):
        raise Failed
    if not columns:
        raise draft.fail(dead_path(draft, name, path, why))
    return columns, why


def ends_of(draft: Draft, joins: tuple[str, ...], words: tuple[s.Word, ...]) -> list[tuple[str, str]]:
    """The tables from which the path can be walked as written, with the table it ends at; `table.field` counts as
    that table with nothing to walk."""
    found: list[tuple[str, str]] = []
    for table in draft.tables:
        here: str | None = table
        for join in joins:
            step = draft.tables[here].joins.get(join) if here is not None else None
            here = step.to if step is not None and step.to in draft.tables else None
        if here is not None and words[-1].text in draft.tables[here].field_names:
            found.append((table, here))
    if (
        not found
        and len(joins) == 1
        and joins[0] in draft.tables
        and words[-1].text in draft.tables[joins[0]].field_names
    ):
        return [(joins[0], joins[0])]
    return found


def chains_ending(
    draft: Draft, table: str, joins: tuple[str, ...], ends: list[tuple[str, str]]
) -> list[tuple[tuple[str, ...], str]]:
    """All chains from a table that end in the path, shortest first, with the table at their end."""
    found: list[tuple[tuple[str, ...], str]] = []
    for start, end in ends:
        tail = joins if start != end or not joins or joins[0] not in draft.tables else ()
        if joins and joins[0] in draft.tables[start].joins:
            tail = joins
        for chain in chains_between(draft, table, start):
            whole = (*chain, *tail)
            if len(set(zip(steps(draft, table, whole), whole, strict=True))) == len(whole):
                found.append((whole, end))
    return sorted(set(found), key=lambda pair: (len(pair[0]), pair[0]))


def steps(draft: Draft, table: str, chain: tuple[str, ...]) -> list[str]:
    """The table that each join of a chain starts from."""
    found: list[str] = []
    for name in chain:
        found.append(table)
        table = draft.tables[table].joins[name].to
    return found


def chosen_suffix(
    chains: list[tuple[tuple[str, ...], str]], joins: tuple[str, ...]
) -> tuple[tuple[str, ...], str] | None:
    """The chain that is the path itself, the only one, or the only one of a single join."""
    exact = [pair for pair in chains if pair[0] == joins] or [pair for pair in chains if pair[0] == ()]
    if len(exact) == 1:
        return exact[0]
    chain = chosen([c for c, _ in chains])
    return next((pair for pair in chains if pair[0] == chain), None) if chain is not None else None


def dead_path(draft: Draft, name: str, path: s.Name, why: dict[str, str]) -> Problem:
    """A path that no table has."""
    if why:
        problem = Problem("ambiguous-join-path", f"no table has one path to `{name}`", path.span)
        return problem.hint(*list(why.values())[:3], f"say which: {name}: {{paths: {{table: join.field}}}}")
    first, last = path.words[0], path.words[-1]
    problem = Problem("dimension-path", f"no table has the path `{path.text}`", path.span)
    joins = sorted({join for table in draft.tables.values() for join in table.joins})
    if len(path.words) > 1 and first.text not in joins and first.text not in draft.tables:
        label = did_you_mean(first.text, [*joins, *draft.tables])
        problem = Problem("unknown-join", f"no table has a join `{first.text}`", first.span, label)
        return problem.hint(f"joins: {some_of(joins)}" if joins else "no table has `joins:`")
    fields = {field for table in draft.tables.values() for field in table.field_names}
    if last.text not in fields:
        label = did_you_mean(last.text, fields)
        return Problem("unknown-field", f"no table has a field `{last.text}`", last.span, label)
    owners = [table for table, drafted in draft.tables.items() if last.text in drafted.field_names]
    return problem.hint(f"{listed(owners[:3])} has a field `{last.text}`")
