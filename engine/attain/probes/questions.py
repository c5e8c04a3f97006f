"""How each metric is asked: by month with the grand total, in total where nothing says from when to when."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from attain.base.problem import Problem
from attain.check.query import check_query
from attain.check.request import QueryRequest
from attain.model.aggregate import Aggregate
from attain.model.calendar import Grain
from attain.model.expression import AggregateValue
from attain.model.query import Output, Query
from attain.model.semantic import SemanticModel
from attain.model.types import INTEGER
from attain.model.units import NUMBER

#: So many metrics are asked in one statement: they share scans, and one that fails is soon found.
TOGETHER = 10


@dataclass(frozen=True, slots=True)
class Questions:
    """The queries that ask for metrics, of some metrics each; and the problem of each that cannot be asked."""

    queries: tuple[Query, ...]
    refused: dict[str, Problem]


def questions_of(model: SemanticModel, today: date) -> Questions:
    """How every metric is asked."""
    forms: dict[tuple[Grain | None, date | None, date | None], list[Output]] = {}
    first: dict[tuple[Grain | None, date | None, date | None], Query] = {}
    refused: dict[str, Problem] = {}
    for name in model.metrics:
        query, problem = question_of(model, name, today)
        if query is None:
            assert problem is not None
            refused[name] = problem
            continue
        form = (query.grain, query.start, query.end)
        first.setdefault(form, query)
        forms.setdefault(form, []).extend(query.outputs)
    queries = [replace(first[form], outputs=tuple(outputs)) for form, outputs in forms.items()]
    return Questions(tuple(part for query in queries for part in in_parts(query, TOGETHER)), refused)


def question_of(model: SemanticModel, name: str, today: date) -> tuple[Query | None, Problem | None]:
    """The query of one metric, in the first form that has a meaning for it; else the problem of the first form."""
    year_ago = (today - timedelta(365)).isoformat()
    requests = (
        QueryRequest((name,), grain="month", totals=True),
        QueryRequest((name,)),
        QueryRequest((name,), grain="month", start=year_ago, end=today.isoformat(), totals=True),
    )
    first: Problem | None = None
    for request in requests:
        query, problems, _ = check_query(model, request, today)
        if query is not None:
            return query, None
        first = first or problems[0]
    return None, first


def in_parts(query: Query, size: int) -> list[Query]:
    """The same question in queries of so many metrics."""
    outputs = query.outputs
    return [replace(query, outputs=outputs[i : i + size]) for i in range(0, len(outputs), size)]


def sizes_query(tables: list[str], today: date | None) -> Query:
    """How many rows tables have: an output each, named after its table."""
    return Query(tuple(counting(name, Aggregate("count_rows", name, (), None, None, INTEGER)) for name in tables), (),
                 as_of=today)  # fmt: skip


def counting(name: str, aggregate: Aggregate) -> Output:
    """An output that counts."""
    return Output(name, AggregateValue(aggregate, INTEGER), INTEGER, NUMBER)
