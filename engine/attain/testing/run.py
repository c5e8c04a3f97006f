"""Tests run one after the other. In: tests, and what they are run on. Out: what each came to; a test that cannot be run
keeps no other from it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta

from attain.base.problem import has_errors
from attain.base.suggest import count_of, listed
from attain.model.result import Result
from attain.model.test import FAILED, PASSED, Outcome
from attain.run.engine import INTERRUPTED, RunProblem
from attain.testing.compare import Close, compare_expected
from attain.testing.data_tests import run_assert, run_golden, run_reconcile
from attain.testing.definitions import Test
from attain.testing.given import GivenTable, check_given
from attain.testing.outcomes import could_not_run, different, outcome_of, refused, skipped
from attain.testing.places import place_problem
from attain.testing.records import Cell
from attain.testing.session import Answer, Session

Run = Callable[[Test, Session], Outcome]
#: A day on which a test is asked again, to see whether what it expects depends on the day.
ANOTHER_DAY = timedelta(400)


def run_tests(tests: Iterable[Test], session: Session, *, offline: bool) -> Iterator[tuple[Test, Outcome]]:
    """What each test comes to, with the seconds that it took; `offline`: only those that need no data."""
    for test in tests:
        started = time.monotonic()
        outcome = skipped(test) if offline and not test.is_offline else run_test(test, session)
        yield test, replace(outcome, seconds=time.monotonic() - started)


def run_test(test: Test, session: Session) -> Outcome:
    """What one test comes to. An interrupt is raised."""
    if has_errors(test.problems):
        return replace(outcome_of(test, FAILED, "the test itself is wrong"), problems=tuple(test.problems))
    try:
        return RUNS[test.kind](test, session)
    except RunProblem as stopped:
        if stopped.status == INTERRUPTED:
            raise
        return could_not_run(test, stopped.problem)


# -- cases -------------------------------------------------------------------------------------------------------------
def run_case(test: Test, session: Session) -> Outcome:
    """Rows that are given, and what is expected of them."""
    assert test.expected is not None
    tables = tables_of(test, session)
    if test.expected.code:
        return run_problem_case(test, session, tables)
    answer = session.ask_given(test.request, tables)
    if answer.result is None or has_errors(answer.problems):
        return refused(test, answer)
    found = compare_expected(answer.result, test.expected, close_of(test), ordered=bool(test.request.order))
    if found is not None:
        return different(test, found, answer.result)
    return by_day(test, session, tables, answer.result)


def tables_of(test: Test, session: Session) -> dict[str, GivenTable]:
    """The tables of a test, which were checked."""
    assert session.project.model is not None
    return check_given(session.project.model, test.given, places_of(test))[0]


def places_of(test: Test) -> dict[str, Cell]:
    """Where each table is named."""
    return {str(name): Cell(str(name), name.span) for name in test.shape.given or {}}


def run_problem_case(test: Test, session: Session, tables: dict[str, GivenTable]) -> Outcome:
    """A query that is expected to have a problem."""
    assert test.expected is not None
    try:
        answer = session.ask_given(test.request, tables)
        problems = answer.problems
    except RunProblem as stopped:
        if stopped.status == INTERRUPTED:
            raise
        answer, problems = Answer(None, [stopped.problem]), [stopped.problem]
    codes = [problem.code for problem in problems]
    if test.expected.code in codes:
        return outcome_of(test, PASSED)
    if not problems:
        assert answer.result is not None
        rows = count_of(len(answer.result.rows), "row")
        return outcome_of(
            test, FAILED, f"`{test.expected.code}` was expected, and the query has no problem: it has {rows}"
        )
    placed = tuple(place_problem(problem, test.shape) for problem in problems)
    came = listed(dict.fromkeys(codes))
    return replace(outcome_of(test, FAILED, f"`{test.expected.code}` was expected, and {came} came"), problems=placed)


def by_day(test: Test, session: Session, tables: dict[str, GivenTable], result: Result) -> Outcome:
    """A test that passes; with a warning where it would not on another day."""
    outcome = outcome_of(test, PASSED)
    if test.request.as_of:
        return outcome
    later: date = session.today + ANOTHER_DAY
    try:
        answer = session.ask_given(test.request, tables, later)
    except RunProblem:
        return outcome
    if answer.result is not None and answer.result.rows == result.rows:
        return outcome
    hint = f"write the day that counts as now: `as_of: {session.today}`, in `when:`"
    return replace(outcome, why="what comes out depends on the day on which it is run", hints=(hint,))


def close_of(test: Test) -> Close:
    """How close the figures of a test must be."""
    return Close(test.tolerance, test.tolerances)


RUNS: dict[str, Run] = {
    "case": run_case, "assert": run_assert, "golden": run_golden, "reconcile": run_reconcile,
}  # fmt: skip
