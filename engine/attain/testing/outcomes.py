"""What a test came to, in a sentence. In: a test, and what was found. Out: its outcome."""

from __future__ import annotations

from dataclasses import replace

from attain.base.problem import Problem
from attain.model.result import Result
from attain.model.test import ERROR, FAILED, SKIPPED, Outcome
from attain.testing.compare import Different
from attain.testing.definitions import Test
from attain.testing.places import place_problem
from attain.testing.session import Answer


def outcome_of(test: Test, status: str, why: str = "", *hints: str) -> Outcome:
    """An outcome of a test, in a sentence."""
    return Outcome(test.name, test.kind, test.span, status, why, tuple(hint for hint in hints if hint),
                   sources=test.sources, description=str(test.shape.description or ""))  # fmt: skip


def skipped(test: Test) -> Outcome:
    """A test of the data, without the data."""
    return outcome_of(test, SKIPPED, "it needs the data, which --offline leaves alone")


def could_not_run(test: Test, problem: Problem) -> Outcome:
    """A test whose query failed, or whose data cannot be had."""
    placed = problem if problem.span.file else replace(problem, span=test.span)
    return replace(outcome_of(test, ERROR, "it could not be run"), problems=(placed,))


def refused(test: Test, answer: Answer) -> Outcome:
    """A test whose query has problems that were not expected."""
    problems = tuple(place_problem(problem, test.shape) for problem in answer.problems)
    return replace(outcome_of(test, FAILED, "its query has problems"), problems=problems)


def different(test: Test, found: Different, result: Result) -> Outcome:
    """A test that came to other rows."""
    whole = outcome_of(test, FAILED, found.why)
    return replace(whole, comparison=found.comparison, problems=found.problems, result=result)
