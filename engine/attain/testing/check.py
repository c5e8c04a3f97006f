"""Tests against the definitions: tables, columns, metrics, and what they ask. In: tests whose form is right, a model.
Out: problems at their places."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from attain.base.problem import Problem, has_errors
from attain.check.query import check_query
from attain.check.request import QueryRequest
from attain.model.semantic import SemanticModel
from attain.read.tree import Scalar
from attain.testing.conditions import read_condition
from attain.testing.definitions import Test
from attain.testing.given import check_given
from attain.testing.places import place_problem
from attain.testing.run import places_of


def check_tests(model: SemanticModel, tests: Sequence[Test], today: date, *, are_run: bool = False) -> list[Problem]:
    """What is wrong with tests, by the definitions; each remembers its own. What is wrong with a query of cases that
    `are_run` is told then."""
    for test in tests:
        test.problems = check_test(model, test, today, are_run=are_run)
    return [problem for test in tests for problem in test.problems]


def check_test(model: SemanticModel, test: Test, today: date, *, are_run: bool) -> list[Problem]:
    """What is wrong with one test."""
    problems = check_given(model, test.given, places_of(test))[1]
    if test.kind == "assert":
        asked, found = read_condition(test, model)
        problems += found
        if asked is not None and not has_errors(found):
            problems += check_request(model, test, asked.plain, today)
    elif not (test.expected is not None and test.expected.code) and not (are_run and test.kind == "case"):
        problems += check_request(model, test, test.request, today)
    if test.shape.reconcile is not None:
        problems += check_sql(test.shape.reconcile.sql)
    return problems


def check_request(model: SemanticModel, test: Test, request: QueryRequest, today: date) -> list[Problem]:
    """What is wrong with what a test asks."""
    return [place_problem(problem, test.shape) for problem in check_query(model, request, today)[1]]


def check_sql(sql: Scalar) -> list[Problem]:
    """A query by hand is held to what a `sql:` source is."""
    from attain.render.source_sql import check_source_sql

    reason = check_source_sql(str(sql), "duckdb")
    return [Problem("source-sql", reason, sql.span)] if reason else []
