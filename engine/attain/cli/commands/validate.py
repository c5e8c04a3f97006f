"""`attain validate`"""

from __future__ import annotations

import sys
from collections.abc import Sized
from typing import TYPE_CHECKING, NamedTuple

import click

from attain.base.problem import Problem, Severity, has_errors
from attain.base.span import Span
from attain.cli import COMMANDS, EXIT_STATUS
from attain.cli.explained import complete_code, complete_rules, explain_code
from attain.cli.forms import FORMS, MACHINE_FORMS, Findings, findings_to_form, stopped_findings
from attain.cli.options import Place, place_options, run_stop, screen_options
from attain.cli.project import QUERY, find_project, running, seen_from_here, status_of
from attain.cli.screen import Screen, Stop, write_text

if TYPE_CHECKING:
    from attain.model.silence import Ignored
    from attain.pipeline import Project

_HELP = f"""{COMMANDS["validate"]}

Names, types, units, additivity, joins, time and targets, of every definition; nothing stops at the first problem. Types
of columns come from attain.lock, or from the data. Where the data is at hand, its rows too: keys that are not unique,
references that lead nowhere, gaps in a table of targets, and whether the lock is stale. With --data it must be at hand,
and every metric is tried on it.

\b
Examples:
  attain validate
  attain validate --offline --format github           in continuous integration, without the data
  attain validate --format sarif > attain.sarif       for code scanning
  attain validate --format markdown                   a comment for a pull request
  attain validate --lint all                          what is left out that a team may want, too
  attain validate --explain unknown-field             what a code means, with an example
"""
_BASIS = {
    "data": "column types from the data",
    "lock": "column types from attain.lock",
    "nothing": "no column types at hand",
}


@click.command("validate", help=_HELP, epilog=EXIT_STATUS)
@click.option("--data", is_flag=True, help="Look at the rows, and fail where they cannot be had.")
@click.option(
    "--sample", type=click.IntRange(min=0), metavar="N",
    help="With --data: try metrics on about N rows of a table; 0 is all. [default: 1000000]",
)  # fmt: skip
@click.option("--offline", is_flag=True, help="Look at no data: column types come from attain.lock.")
@click.option(
    "--format", "form", type=click.Choice(FORMS), default="text", show_default=True, help="How problems are written.",
)  # fmt: skip
@click.option(
    "--explain",
    metavar="CODE",
    shell_complete=complete_code,
    help="What a code means, with an example; nothing is checked.",
)
@click.option(
    "--lint", multiple=True, metavar="RULE[,..]", shell_complete=complete_rules,
    help="Switch rules on beside those of `lint:`; `all`, `none`, RULE=error.",
)  # fmt: skip
@click.option("--strict", is_flag=True, help="Warnings fail, too: exit status 1.")
@place_options
@screen_options
def command(
    screen: Screen, place: Place, data: bool, sample: int | None, offline: bool, form: str, explain: str | None,
    lint: tuple[str, ...], strict: bool,
) -> int:  # fmt: skip
    """Problems are the result, on standard output; a line that sums up is not."""
    if explain is not None:
        return explain_code(explain, form)
    if data and offline:
        raise click.UsageError("--data and --offline contradict each other")
    if sample is not None and not data:
        raise click.UsageError("--sample belongs to --data")
    try:
        return _validate(screen, place, _Asked(data, sample, offline, form, lint, strict))
    except Exception as error:
        stop = error if isinstance(error, Stop) else run_stop(error)
        if stop is not None and stop.problems and form in MACHINE_FORMS:
            write_text(findings_to_form(stopped_findings(stop, place, "validate"), form))
        raise


class _Asked(NamedTuple):
    """What is to be looked at, and how it is told."""

    data: bool
    sample: int | None
    offline: bool
    form: str
    lint: tuple[str, ...]
    strict: bool


def _validate(screen: Screen, place: Place, asked: _Asked) -> int:
    """Every check, what it finds in the form asked for, and the exit status."""
    project = find_project(place, offline=asked.offline)
    levels = _levels(project, asked.lint)
    from attain.pipeline import validate_levels
    from attain.project import current_date
    from attain.validating import codes_looked_for, find_lint, settle_problems

    found = [*validate_levels(project), *find_lint(project, levels)]
    if not asked.offline and not has_errors(project.problems):
        found += _of_data(screen, project, asked.data, asked.sample)
    looked_for = codes_looked_for(project, levels, data=asked.data)
    problems, ignored = settle_problems(project, found, looked_for, current_date())
    shown = [p for p in problems if asked.strict or not screen.quiet or p.severity is Severity.ERROR]
    findings = _findings(project, shown, ignored)
    if asked.form == "text":
        write_text(screen.problems_to_text(findings.problems, findings.sources, sys.stdout))
    else:
        write_text(findings_to_form(findings, asked.form))
    screen.say(_summary(project, problems, ignored))
    return status_of(problems) if has_errors(problems) else int(asked.strict and bool(problems))


def _levels(project: Project, asked: tuple[str, ...]) -> dict[str, str]:
    """The rules that are on: those of `lint:`, and what `--lint` says on top."""
    from attain.check.lint import add_asked

    parts = [part.strip() for text in asked for part in text.split(",")]
    levels, problems = add_asked(project.lint, parts, Span("--lint", 0, 0, 0))
    if problems:
        raise Stop(problems, QUERY)
    return levels


def _of_data(screen: Screen, project: Project, data: bool, sample: int | None) -> list[Problem]:
    """What the rows say, where they are at hand; with `--data` they must be."""
    from attain.pipeline import data_at_hand, validate_data

    found: list[Problem] = []
    if data or data_at_hand(project):
        with running(project):
            found += validate_data(project)
    return [*found, *_tried(screen, project, sample)] if data else found


def _tried(screen: Screen, project: Project, sample: int | None) -> list[Problem]:
    """What trying the metrics on the data finds; what was done is said on standard error."""
    from attain.pipeline import validate_metrics

    with running(project):
        problems, notes = validate_metrics(project, sample)
    for note in notes:
        screen.say(note)
    return problems


def _findings(project: Project, problems: list[Problem], ignored: list[Ignored]) -> Findings:
    """What was found, as it is seen from here."""
    seen, sources = seen_from_here(project, problems)
    silent, _ = seen_from_here(project, [found.problem for found in ignored])
    reasons = list(zip(silent, (found.why for found in ignored), strict=True))
    return Findings(seen, sources, reasons, _looked_at(project), project.root, next(iter(sources), ""))


def _summary(project: Project, problems: list[Problem], ignored: list[Ignored]) -> str:
    """`6 tables, 4 dimensions, 15 metrics; column types from the data; no problems, 2 ignored`"""
    from attain.report.problems import problem_counts

    silent = f", {len(ignored):,} ignored" if ignored else ""
    return f"{_looked_at(project)}; {problem_counts(problems) or 'no problems'}{silent}"


def _looked_at(project: Project) -> str:
    """How much there is, and what the types of columns come from."""
    from attain.report.text import count_of

    basis = _BASIS.get(project.basis, project.basis)
    if project.model is None:
        return basis
    model = project.model
    sizes: dict[str, Sized] = {"table": model.tables, "dimension": model.dimensions, "metric": model.metrics}
    sizes |= {"target": model.targets} if model.targets else {}
    return f"{', '.join(count_of(len(found), word) for word, found in sizes.items())}; {basis}"
