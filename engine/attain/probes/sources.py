"""The probe of additivity for tables that are queries of one other table: that one is doubled instead of their rows, so
that a LIMIT, a DISTINCT or a grouping in the query shows: then what is counted over its rows does not double."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from attain.base.problem import Problem, warning
from attain.base.span import Span
from attain.model import expression as e
from attain.model.query import Query
from attain.model.semantic import Metric, Origin, SemanticModel
from attain.probes.additivity import Doubled, doubled
from attain.probes.answers import Answers, Change, Clock, ask, figures
from attain.probes.compare import Difference, first_difference
from attain.probes.outcome import of_known, shown
from attain.probes.questions import sizes_query
from attain.run.engine import TableRequest

if TYPE_CHECKING:
    from attain.project import Project

DIALECT = "duckdb"


def probe_sources(
    project: Project, queries: list[Query], base: Answers, clock: Clock, change: Change, how: Doubled
) -> list[Problem]:
    """A warning for each metric that adds up over the rows of a query, and does not double where the one table that the
    query reads does."""
    model = project.model
    assert model is not None
    found: list[Problem] = []
    for name in model.tables:
        text = doubled_below(project, name, how)
        sums = [m for m in base.cells if how.degrees.get(m) == 1 and model.metrics[m].tables == (name,)]
        if not any(table == name for table, _ in how.keys.places):  # so many groups are no more when they are larger
            sums = [m for m in sums if not counts(model, m)]
        if text is None or not sums or clock.is_over:
            continue
        below = replaced(doubled(how.keys, how.fresh, change), name, text)
        if not holds_no_more(project, model, name, change, below, queries):
            continue
        probed = ask(project, model, of_known(queries, set(sums)), clock, below)
        wrong = {
            metric: difference
            for metric, cells in probed.cells.items()
            if (difference := first_difference(base.cells[metric], cells, Fraction(2))) is not None
        }
        for metric, difference in wrong.items():
            if not any(used in wrong for used in model.metrics[metric].uses):
                found.append(source_problem(project, model.metrics[metric], name, difference))
    return found


def counts(model: SemanticModel, name: str) -> bool:
    """Whether a metric counts something."""
    metric = model.metrics[name]
    aggregates = [node.aggregate for node in e.walk(metric.expression) if isinstance(node, e.AggregateValue)]
    return any(x.function.startswith("count") for x in aggregates) or any(counts(model, used) for used in metric.uses)


def replaced(change: Change, table: str, text: str) -> Change:
    """A change of sources with another text for one table."""

    def changed(name: str, own: str) -> str:
        return text if name == table else change(name, own)

    return changed


def doubled_below(project: Project, name: str, how: Doubled) -> str | None:
    """The query of a table over twice the rows of the one that it reads; None where it is no such query, or where its
    keys cannot be found there."""
    from attain.render.one_table import over_other_rows, read_one_table
    from attain.run.duckdb_changed import doubled_source

    request = project.requests.get(name)
    if request is None or request.origin.kind != "sql" or name not in how.keys.doubled:
        return None
    one = read_one_table(request.sql, DIALECT)
    if one is None:
        return None
    described, _ = project.engine().describe([TableRequest(f"{name} below", Origin("table", one.name))])
    columns = set(described.get(f"{name} below", {}))
    changed_numbers, changed_texts = how.fresh.of(name)
    numbers = {one.called.get(key, key): larger for key, larger in changed_numbers.items()}
    texts = {one.called.get(key, key): word for key, word in changed_texts.items()}
    if not {*numbers, *texts} <= columns or not one.kept_by <= {*numbers, *texts}:
        return None
    return f"(\n{over_other_rows(request.sql, DIALECT, doubled_source(one.name, numbers, texts))}\n)"


def holds_no_more(
    project: Project, model: SemanticModel, name: str, change: Change, below: Change, queries: list[Query]
) -> bool:  # fmt: skip
    """Whether the query gives no more than twice its rows: more would be rows of the copy beside others' originals."""
    query = sizes_query([name], queries[0].as_of)
    before, after = (figures(project, model, query, how) for how in (change, below))
    return before is not None and after is not None and int(str(after[0])) <= 2 * int(str(before[0]))


def source_problem(project: Project, metric: Metric, table: str, found: Difference) -> Problem:
    """The warning of a metric over a query that leaves rows out when there are more."""
    text = f"`{metric.name}` adds up over `{table}`, a query that does not double when the table that it reads does"
    problem = warning("additivity-probe", text, metric.span)
    span: Span = project.requests[table].span
    return problem.also(span, f"`{table}` is this query").hint(
        f"{found.where} it was {shown(found.before)}, should have become {shown(found.expected)}, and became "
        f"{shown(found.found)}",
        "a query with LIMIT, DISTINCT or GROUP BY has other rows when there are more: declare the table itself, and "
        "leave rows out by a condition in the metric",
    )
