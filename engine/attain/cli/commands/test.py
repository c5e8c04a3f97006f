"""`attain test`"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from attain.base.problem import Problem
from attain.base.span import Span
from attain.cli import COMMANDS
from attain.cli.files import write_file
from attain.cli.options import Place, place_options, refuse_empty, run_stop, screen_options
from attain.cli.project import DEFINITIONS, QUERY, RUN, demand, find_project, seen_from, status_of
from attain.cli.screen import Screen, Stop, stream_width, write_text
from attain.cli.test_results import FORMS, Results, results_to_form, seen_results, stop_to_form
from attain.model.test import ERROR, FAILED, Outcome

if TYPE_CHECKING:
    from attain.model.test_coverage import Coverage
    from attain.pipeline import Project
    from attain.testing.definitions import Test
    from attain.testing.session import Session

_HELP = f"""{COMMANDS["test"]}

Tests stand below `tests:`, in any file of the definitions: rows that are given and what is expected of them, conditions
that hold on the data, results that are kept, queries by hand that give the same. docs/testing.md shows each of them.

\b
Examples:
  attain test
  attain test -k 'revenue and not region' --all
  attain test --coverage --fail-under 80
  attain test --offline --format junit > tests.xml      without the data
"""
_STATUS = (
    "\b\nExit status: 0 fine; 1 a test fails, or the definitions have problems; 2 the command line\n"
    "is wrong; 3 a test could not be run: a connection or a query failed, or a data file is missing."
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the tests, as written."""

    wanted: str
    listing: bool
    update: bool
    every: bool
    offline: bool
    coverage: bool
    fail_under: float | None
    form: str
    timeout: float

    @property
    def measures(self) -> bool:
        """Whether it is asked what tests reach."""
        return self.coverage or self.fail_under is not None


@click.command("test", help=_HELP, epilog=_STATUS)
@click.option(
    "-k", "wanted", default="", metavar="NAMES", help="Only tests with this in their name; `and`, `or`, `not`."
)
@click.option("--list", "listing", is_flag=True, help="Run nothing: say which tests there are.")
@click.option(
    "--update", is_flag=True, help="Write what came into the tests that fail: read the difference afterwards."
)
@click.option("--all", "every", is_flag=True, help="Also what passes.")
@click.option("--offline", is_flag=True, help="Only tests that give their own rows; types come from attain.lock.")
@click.option("--coverage", is_flag=True, help="Also the metrics, conditions and branches that no test reaches.")
@click.option(
    "--fail-under", type=click.FloatRange(0, 100), metavar="PERCENT", help="Fail where tests reach less of them."
)
@click.option(
    "--format", "form", type=click.Choice(FORMS), default="text", show_default=True, help="How results are written."
)
@click.option(
    "--timeout", type=click.FloatRange(min=0, min_open=True), default=60, show_default=True, metavar="SECONDS",
    help="Stop a query after so long.",
)  # fmt: skip
@place_options
@screen_options
def command(screen: Screen, place: Place, **given: Any) -> int:
    """What failed to standard output, what is to be said about it to standard error."""
    asked = Asked(**given)
    refuse_empty(click.get_current_context(), {"wanted": asked.wanted})
    if asked.update and asked.measures:
        raise click.UsageError("--update and --coverage are two runs: what is written anew is measured afterwards")
    try:
        return _test(screen, place, asked)
    except Exception as error:
        stop = error if isinstance(error, Stop) else run_stop(error)
        if stop is not None and stop.problems and asked.form != "text":
            write_text(stop_to_form(stop, place, asked.form))
        raise


def _test(screen: Screen, place: Place, asked: Asked) -> int:
    """Finds the tests, runs them, and writes what they came to; gives the exit status."""
    from attain.run.engine import Settings

    project = find_project(place, offline=asked.offline, settings=Settings(timeout=asked.timeout))
    from attain.pipeline import current_day
    from attain.testing.session import Session
    from attain.testing.statements import load_statements
    from attain.testing.suite import find_tests

    demand(screen, project, project.problems, status_of(project.problems))
    assert project.model is not None
    today = current_day(project.model)
    session = Session(project, today, asked.timeout, statements=load_statements(project.state))
    tests, problems = find_tests(project, today, are_run=not asked.listing)
    tests, others = _chosen(tests, problems, asked.wanted)
    if asked.listing:
        _list(project, tests)
        return DEFINITIONS if others else 0
    found, coverage = _run(session, tests, asked)
    outcomes = _updated(project, found) if asked.update else [outcome for _, outcome in found]
    _show(screen, project, outcomes, others, coverage, asked)
    return status_of_tests(outcomes) or (DEFINITIONS if others or _is_under(screen, coverage, asked) else 0)


def _chosen(tests: list[Test], problems: list[Problem], wanted: str) -> tuple[list[Test], list[Problem]]:
    """The tests that are asked for, and the problems of what is no test at all."""
    from attain.testing.suite import choose_tests

    own = {problem for test in tests for problem in test.problems}
    others = [problem for problem in problems if problem not in own]
    if not wanted:
        return tests, others
    chosen = choose_tests(tests, wanted)
    if not chosen:
        problem = Problem("wrong-argument", f"no test has `{wanted}` in its name", Span("-k", 0, 0, 0))
        raise Stop([problem.hint("`attain test --list` says which there are")], QUERY)
    return chosen, []


def _list(project: Project, tests: Sequence[Test]) -> None:
    """The place, the kind and the name of each test."""
    from attain.report.grid import columns_to_lines
    from attain.report.problems import place_of

    rows = [[seen_from(project.root, place_of(test.span)), test.kind, test.name] for test in tests]
    write_text("".join(f"{line}\n" for line in columns_to_lines(rows)) if rows else "")


def _run(session: Session, tests: Sequence[Test], asked: Asked) -> tuple[list[tuple[Test, Outcome]], Coverage | None]:
    """What each test comes to; and what all of them reach, where that is asked for."""
    from attain.testing.run import run_tests

    measure = None
    if asked.measures:
        from attain.testing.coverage import start_measure

        measure = start_measure(session)
    found: list[tuple[Test, Outcome]] = []
    try:
        for test, outcome in run_tests(tests, session, offline=asked.offline):
            found.append((test, outcome))
            if measure is not None:
                measure.add(test, outcome)
    finally:
        session.close()
    return found, measure.coverage() if measure is not None else None


def _is_under(screen: Screen, coverage: Coverage | None, asked: Asked) -> bool:
    """Whether tests reach less than they should, which is said."""
    if coverage is None or asked.fail_under is None or float(coverage.share * 100) >= asked.fail_under:
        return False
    screen.say(f"coverage is below {asked.fail_under:g}%")
    return True


def _updated(project: Project, found: list[tuple[Test, Outcome]]) -> list[Outcome]:
    """What tests came to, those that failed written anew where that can be done."""
    from attain.testing.update import update_tests

    updates = update_tests(project, found)
    for path, data in updates.files.items():
        write_file(path, data, "--update")
    return updates.outcomes


def _show(
    screen: Screen, project: Project, outcomes: list[Outcome], others: list[Problem], coverage: Coverage | None,
    asked: Asked,
) -> None:  # fmt: skip
    """The results in the form that is asked for, and how many there are of each."""
    from attain.report.tests import summary_of

    found = seen_results(project, Results(outcomes, others, coverage), asked.form)
    if asked.form == "text":
        _show_text(screen, found, asked.every)
    else:
        write_text(results_to_form(found, asked.form))
    screen.say(summary_of(outcomes) if outcomes or others else "no tests: nothing stands below `tests:`")


def _show_text(screen: Screen, found: Results, every: bool) -> None:
    """The results for people."""
    from attain.report.coverage import coverage_to_text
    from attain.report.tests import outcomes_to_text

    color, width = screen.has_color(sys.stdout), stream_width(sys.stdout)
    screen.show_problems(found.others, found.sources)
    text = outcomes_to_text(found.outcomes, found.sources, every=every, color=color, width=width)
    if found.coverage is not None:
        text += ("\n" if text else "") + coverage_to_text(found.coverage, color=color)
    write_text(text)


def status_of_tests(outcomes: Sequence[Outcome]) -> int:
    """The exit status of what tests came to."""
    found = {outcome.status for outcome in outcomes}
    return DEFINITIONS if FAILED in found else RUN if ERROR in found else 0
