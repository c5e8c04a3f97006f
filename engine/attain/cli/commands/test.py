"""`attain test`"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from attain.base.problem import Problem
from attain.base.span import Source, Span
from attain.cli import COMMANDS
from attain.cli.options import Place, place_options, refuse_empty, screen_options
from attain.cli.project import DEFINITIONS, QUERY, RUN, demand, find_project, seen_from_here, status_of
from attain.cli.screen import Screen, Stop, stream_width, write_text
from attain.model.test import ERROR, FAILED, Outcome

if TYPE_CHECKING:
    from attain.pipeline import Project
    from attain.testing.definitions import Test

_HELP = f"""{COMMANDS["test"]}

Tests stand below `tests:`, in any file of the definitions: rows that are given and what is expected of them, conditions
that hold on the data, results that are kept, queries by hand that give the same. docs/testing.md shows each of them.

\b
Examples:
  attain test
  attain test -k 'revenue and not region' --all
  attain test --offline            in continuous integration, without the data
"""
_STATUS = (
    "\b\nExit status: 0 fine; 1 a test fails, or the definitions have problems; 2 the command line\n"
    "is wrong; 3 a test could not be run: a connection or a query failed, or a data file is missing."
)


@click.command("test", help=_HELP, epilog=_STATUS)
@click.option(
    "-k", "wanted", default="", metavar="NAMES", help="Only tests with this in their name; `and`, `or`, `not`."
)
@click.option("--list", "listing", is_flag=True, help="Run nothing: say which tests there are.")
@click.option("--all", "every", is_flag=True, help="Also what passes.")
@click.option("--offline", is_flag=True, help="Only tests that give their own rows; types come from attain.lock.")
@click.option(
    "--timeout", type=click.FloatRange(min=0, min_open=True), default=60, show_default=True, metavar="SECONDS",
    help="Stop a query after so long.",
)  # fmt: skip
@place_options
@screen_options
def command(
    screen: Screen, place: Place, wanted: str, listing: bool, every: bool, offline: bool, timeout: float
) -> int:
    """What failed to standard output, what is to be said about it to standard error."""
    refuse_empty(click.get_current_context(), {"wanted": wanted})
    from attain.run.engine import Settings

    project = find_project(place, offline=offline, settings=Settings(timeout=timeout))
    from attain.pipeline import current_day
    from attain.testing.suite import find_tests

    demand(screen, project, project.problems, status_of(project.problems))
    assert project.model is not None
    today = current_day(project.model)
    tests, problems = find_tests(project, today)
    tests, others = _chosen(tests, problems, wanted)
    if listing:
        _list(project, tests)
        return DEFINITIONS if others else 0
    screen.show_problems(*seen_from_here(project, others))
    outcomes = _run(project, tests, today, timeout, offline)
    _show(screen, project, outcomes, every)
    return status_of_tests(outcomes) or (DEFINITIONS if others else 0)


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

    rows = [[place_of(_span_from_here(project, test.span)), test.kind, test.name] for test in tests]
    write_text("".join(f"{line}\n" for line in columns_to_lines(rows)) if rows else "")


def _run(project: Project, tests: Sequence[Test], today: date, timeout: float, offline: bool) -> list[Outcome]:
    """What each test comes to."""
    from attain.testing.run import run_tests
    from attain.testing.session import Session

    session = Session(project, today, timeout)
    try:
        return [outcome for _, outcome in run_tests(tests, session, offline=offline)]
    finally:
        session.close()


def _show(screen: Screen, project: Project, outcomes: list[Outcome], every: bool) -> None:
    from attain.report.tests import outcomes_to_text, summary_of

    seen: list[Outcome] = []
    sources: dict[str, Source] = {}
    for outcome in outcomes:
        found, texts = _seen_from_here(project, outcome)
        seen.append(found)
        sources |= texts
    color, width = screen.has_color(sys.stdout), stream_width(sys.stdout)
    write_text(outcomes_to_text(seen, sources, every=every, color=color, width=width))
    screen.say(summary_of(outcomes))


def _seen_from_here(project: Project, outcome: Outcome) -> tuple[Outcome, dict[str, Source]]:
    """The outcome with files named as they are seen from the working directory, and their texts."""
    whole = replace(project, sources={**project.sources, **outcome.sources})
    problems, sources = seen_from_here(whole, list(outcome.problems))
    span = _span_from_here(project, outcome.span)
    return replace(outcome, span=span, problems=tuple(problems), sources={}), sources


def _span_from_here(project: Project, span: Span) -> Span:
    folder = Path(os.path.relpath(project.root)).as_posix()
    return span if folder == "." else replace(span, file=f"{folder}/{span.file}")


def status_of_tests(outcomes: Sequence[Outcome]) -> int:
    """The exit status of what tests came to."""
    found = {outcome.status for outcome in outcomes}
    return DEFINITIONS if FAILED in found else RUN if ERROR in found else 0
