"""Tests against the definitions: tables, columns, metrics, and what they ask. In: tests whose form is right, a model.
Out: problems at their places."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from attain.base.problem import Problem
from attain.check.query import check_query
from attain.model.semantic import SemanticModel
from attain.testing.definitions import Test
from attain.testing.given import check_given
from attain.testing.places import place_problem
from attain.testing.run import places_of


def check_tests(model: SemanticModel, tests: Sequence[Test], today: date) -> list[Problem]:
    """What is wrong with tests, by the definitions; each remembers its own."""
    for test in tests:
        test.problems = check_test(model, test, today)
    return [problem for test in tests for problem in test.problems]


def check_test(model: SemanticModel, test: Test, today: date) -> list[Problem]:
    """What is wrong with one test."""
    problems = check_given(model, test.given, places_of(test))[1]
    if test.request.metrics and not (test.expected is not None and test.expected.code):
        _, found, _ = check_query(model, test.request, today)
        problems += [place_problem(problem, test.shape) for problem in found]
    return problems
