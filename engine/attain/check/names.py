"""Names to what they stand for: fields, metrics, constants, dimensions."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from attain.base.problem import Problem, warning
from attain.base.span import Span
from attain.base.suggest import did_you_mean, listed, some_of
from attain.check.draft import Draft, DraftTable, Failed, NeedsFirst
from attain.check.keys import resolve_key, single_quotes
from attain.check.paths import chains_between, chosen, describe_chains, end_of
from attain.check.scope import CellScope, KeyScope, RowScope, Scope, Typed
from attain.model import expression as e
from attain.model import units as u
from attain.model.semantic import Field, Metric
from attain.model.types import Kind, Type, type_of_number
from attain.read import syntax as s
from attain.read.tree import Scalar


def check_name(draft: Draft, node: s.Name, scope: Scope) -> Typed:
    """What a name stands for where it is written."""
    if isinstance(scope, RowScope):
        return row_name(draft, node, scope)
    if isinstance(scope, KeyScope):
        return key_name(draft, node, scope)
    return cell_name(draft, node, scope)


# -- in a row --------------------------------------------------------------------------------------------------------
def row_name(draft: Draft, node: s.Name, scope: RowScope) -> Typed:
    """A field of the row, of what its joins reach, or of the parent's row; else a metric or a constant."""
    first = node.words[0]
    if len(node.words) == 1:
        return bare_row_name(draft, node, scope)
    if scope.parent is not None and first.text == "parent" and not first.quoted:
        return field_at(draft, scope.table, scope.parent, node.words[1:])
    if first.text == scope.table:
        return field_at(draft, scope.table, (), node.words[1:])
    if first.text in draft.tables[scope.table].joins:
        if first.text in draft.tables and draft.tables[scope.table].joins[first.text].to != first.text:
            text = f"`{first.text}` is the join here; it hides the table of that name"
            draft.problems.append(warning("name-hidden", text, first.span))
        return field_at(draft, scope.table, (), node.words)
    raise draft.fail(unknown_start(draft, node, scope))


def bare_row_name(draft: Draft, node: s.Name, scope: RowScope) -> Typed:
    """One word in a row: a field, else a metric (in a condition), else a constant."""
    name = node.words[0].text
    table = draft.tables[scope.table]
    if name in table.field_names:
        if name in draft.metric_shapes and scope.metrics:
            text = f"`{name}` is the field of `{scope.table}` here; it hides the metric of that name"
            draft.problems.append(warning("name-hidden", text, node.span))
        return field_at(draft, scope.table, (), node.words)
    if name in draft.metric_shapes:
        return row_metric(draft, node, scope)
    if name in draft.constants:
        return constant(draft, name)
    if name in table.joins:
        problem = Problem("not-a-field", f"`{name}` is a join of `{scope.table}`, not a field", node.span)
        raise draft.fail(problem.hint(f"write `{name}.field`"))
    if name in draft.tables:
        problem = Problem("not-a-field", f"`{name}` is a table, not a field of `{scope.table}`", node.span)
        raise draft.fail(problem)
    if table.unreadable:
        raise Failed
    raise draft.fail(unknown_field(draft, scope.table, node.words[0], extra=draft.metric_shapes))


def unknown_start(draft: Draft, node: s.Name, scope: RowScope) -> Problem:
    """A dotted name whose first part is neither this table nor one of its joins."""
    first = node.words[0]
    joins = draft.tables[scope.table].joins
    if first.text in draft.tables:
        message = f"`{node.text}` is of another table; this aggregate is over `{scope.table}`"
        problem = Problem("other-table", message, node.span)
        chains = chains_between(draft, scope.table, first.text)
        field_text = ".".join(word.text for word in node.words[1:])
        if chains:
            return problem.hint(f"reach it through a join: `{'.'.join(chains[0])}.{field_text}`")
        return problem.hint(f"`{scope.table}` has no join to `{first.text}`: a row of one has no row of the other")
    names = [scope.table, *joins]
    problem = Problem("unknown-name", f"`{first.text}` is neither `{scope.table}` nor a join of it", first.span)
    problem = problem.hint(f"joins of `{scope.table}`: {some_of(joins)}" if joins else f"`{scope.table}` has no joins")
    return with_label(problem, did_you_mean(first.text, [*names, *draft.tables]))


def with_label(problem: Problem, label: str) -> Problem:
    """The problem with that label under its caret."""
    return Problem(problem.code, problem.message, problem.span, label, problem.hints, problem.others, problem.severity)


def field_at(draft: Draft, table: str, start: tuple[str, ...], words: tuple[s.Word, ...]) -> Typed:
    """The field that joins and a last name lead to from a row of `table`, whose row `start` leads to first."""
    here, path = end_of(draft, table, start), start
    for word in words[:-1]:
        join = draft.tables[here].joins.get(word.text)
        if join is None or join.to not in draft.tables:
            problem = Problem("unknown-join", f"`{here}` has no join `{word.text}`", word.span)
            label = did_you_mean(word.text, draft.tables[here].joins)
            raise draft.fail(with_label(problem, label).hint(f"joins of `{here}`: {some_of(draft.tables[here].joins)}"))
        path, here = (*path, word.text), join.to
    field = find_field(draft, here, words[-1].text, words[-1].span)
    if field is None:
        raise draft.fail(unknown_field(draft, here, words[-1]))
    return Typed(e.Column(path, field.name, field.type), field.unit)


def find_field(draft: Draft, table: str, name: str, span: Span) -> Field | None:
    """The field of that name, once it is checked; None where there is none. Fails silently where it is broken."""
    if name not in draft.tables[table].field_names:
        if draft.tables[table].unreadable:
            raise Failed
        return None
    if (table, name) not in draft.fields:
        raise NeedsFirst("field", (table, name), span)
    field = draft.fields[table, name]
    if field is None:
        raise Failed
    return field


def unknown_field(draft: Draft, table: str, word: s.Word, extra: Iterable[str] = ()) -> Problem:
    """No field of that name: what was meant, and what there is."""
    known = draft.tables[table].field_names
    if word.quoted:
        problem = Problem("unknown-field", f"table `{table}` has no field `{word.text}`", word.span)
        return problem.hint(single_quotes(word.text))
    problem = Problem("unknown-field", f"table `{table}` has no field `{word.text}`", word.span)
    problem = with_label(problem, did_you_mean(word.text, [*known, *extra]))
    origin = draft.tables[table].origin
    place = {"file": origin.text, "table": f"table {origin.text}"}.get(origin.kind, "a query")
    return problem.hint(f"{table} comes from {place}, which has: {some_of(known, 4)}")


def missing_column(table: DraftTable, name: str, place: Scalar) -> list[Problem]:
    """A column that the source does not have; nothing where the source could not be looked at."""
    if table.unreadable:
        return []
    known = table.field_names
    problem = Problem(
        "unknown-column", f"table `{table.name}` has no column `{name}`", place.span, did_you_mean(name, known)
    )
    origin = table.origin
    place_name = origin.text if origin.kind in ("file", "table") else "its query"
    return [problem.hint(f"{place_name} has: {some_of(known)}")]


def constant(draft: Draft, name: str) -> Typed:
    """A number with a name: it takes the unit of what it meets."""
    value = Fraction(draft.constants[name])
    return Typed(e.Literal(value, type_of_number(value)), u.CONSTANT)


def row_metric(draft: Draft, node: s.Name, scope: RowScope) -> Typed:
    """A metric in a row condition: its value in the cell narrowed to this row."""
    metric = find_metric(draft, node.words[0].text, node.span)
    if not scope.metrics:
        message = f"`{metric.name}` is a metric; it has no value for a row here"
        problem = Problem("metric-in-row", message, node.span)
        raise draft.fail(
            problem.hint(
                f"to aggregate a metric over its parts write avg({metric.name} per owner)",
                f"in a condition it stands for the row: count({scope.table} where {metric.name} > 10)",
            )
        )
    chains: list[tuple[str, tuple[str, ...]]] = []
    if not draft.tables[scope.table].key:
        problem = Problem(
            "key-missing", f"`{scope.table}` has no key, so no metric has a value for one of its rows", node.span
        )
        raise draft.fail(problem.hint("declare its `key:`"))
    for table in metric.tables:
        found = chains_between(draft, table, scope.table)
        chain = chosen(found)
        if chain is None:
            raise draft.fail(no_chain(table, scope.table, found, node.span, metric))
        chains.append((table, chain))
    value = e.MetricValue(metric.name, metric.type)
    return Typed(e.RowMetric(value, scope.table, tuple(chains), metric.type), metric.unit)


def no_chain(table: str, target: str, found: list[tuple[str, ...]], span: Span, metric: Metric) -> Problem:
    """A metric's table that has no chain of joins to the row's table, or several."""
    if not found:
        message = f"`{metric.name}` aggregates `{table}`, which has no join to `{target}`"
        return Problem("no-join-path", message, span).hint(f"declare a join of `{table}` to `{target}`")
    message = (
        f"`{metric.name}` aggregates `{table}`, which reaches `{target}` in several ways: {describe_chains(found)}"
    )
    problem = Problem("ambiguous-join-path", message, span)
    return problem.hint(f"write a roll-up that says which: {metric.name} ... via {'.'.join(found[0])}")


# -- in a cell -------------------------------------------------------------------------------------------------------
def cell_name(draft: Draft, node: s.Name, scope: CellScope) -> Typed:
    """A metric or a constant; in `--having` and the like a dimension first."""
    name = node.text
    if name in scope.keys:
        key = scope.keys[name]
        if name in draft.metric_shapes:
            draft.problems.append(
                warning("name-hidden", f"`{name}` is the dimension here; it hides the metric", node.span)
            )
        return Typed(e.Member(key.name, key.type), unit_of_key(key.type))
    if len(node.words) == 1:
        if name in draft.metric_shapes:
            metric = find_metric(draft, name, node.span)
            return Typed(e.MetricValue(name, metric.type), metric.unit)
        if name in draft.constants:
            return constant(draft, name)
    raise draft.fail(unknown_in_cell(draft, node))


def unknown_in_cell(draft: Draft, node: s.Name) -> Problem:
    """A name outside of aggregates that is no metric."""
    first = node.words[0].text
    if len(node.words) > 1 and first in draft.tables:
        problem = Problem(
            "field-outside-aggregate", f"`{node.text}` is a field of rows; a metric needs one value", node.span
        )
        return problem.hint(f"aggregate it: sum({node.text}), avg({node.text}), count({node.text})")
    if first in draft.tables:
        problem = Problem("field-outside-aggregate", f"`{first}` is a table", node.span)
        return problem.hint(f"count its rows: count({first})")
    if node.text in draft.dimension_shapes:
        problem = Problem("not-in-result", f"`{node.text}` is a dimension that was not asked for", node.span)
        return problem.hint(f"ask for it: --by {node.text}; to filter the rows write --where")
    owners = [name for name, table in draft.tables.items() if first in table.field_names]
    problem = Problem("unknown-metric", f"there is no metric `{node.text}`", node.span)
    label = did_you_mean(node.text, [*draft.metric_shapes, *draft.constants])
    if node.words[0].quoted:
        problem = problem.hint(single_quotes(node.text))
    if draft.calendar.grain(node.text) is not None:
        return problem.hint(f"`{node.text}` is a grain: which periods a result has is said by --from and --to")
    if owners and not label:
        place = listed(sorted(owners)[:3])
        return problem.hint(f"{place} has a field of that name; a metric needs an aggregate: sum({owners[0]}.{first})")
    if not label and draft.metric_shapes:
        problem = problem.hint(f"metrics: {some_of(draft.metric_shapes)}")
    return with_label(problem, label)


def find_metric(draft: Draft, name: str, span: Span) -> Metric:
    """The metric of that name, once it is checked. Fails silently where it is broken."""
    if name not in draft.metrics:
        raise NeedsFirst("metric", (name,), span)
    metric = draft.metrics[name]
    if metric is None:
        raise Failed
    return metric


# -- in a condition over keys ----------------------------------------------------------------------------------------
def key_name(draft: Draft, node: s.Name, scope: KeyScope) -> Typed:
    """A dimension, or `table.field`, that all of the scope's tables reach."""
    if len(node.words) == 1 and node.text in draft.constants and node.text not in draft.dimension_shapes:
        return constant(draft, node.text)
    key = resolve_key(draft, node, scope.tables)
    scope.found[key.name] = key
    type = key.columns[0][1].type if key.columns else key.type  # of the rows: a point in time is one there
    return Typed(e.Member(key.name, type), unit_of_key(type))


def unit_of_key(type: Type) -> u.Unit:
    """The unit of a dimension's values in conditions: numbers take the unit of what they meet."""
    if type.is_time:
        return u.TIME
    return {Kind.TEXT: u.TEXT, Kind.BOOLEAN: u.BOOLEAN}.get(type.kind, u.LITERAL)
