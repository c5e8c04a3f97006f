"""`attain diff`"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import click

from attain.base.problem import Problem
from attain.base.span import Span
from attain.cli import COMMANDS, EXIT_STATUS
from attain.cli.figures import FiguresAsked, data_options
from attain.cli.options import Place, place_options, run_stop, screen_options
from attain.cli.project import QUERY, demand, find_project, repository_of, seen_from_here, status_of
from attain.cli.screen import Screen, Stop, write_text

if TYPE_CHECKING:
    from attain.compare.classify import Change, Comparison
    from attain.model.difference import DataComparison, Movement
    from attain.pipeline import Project

FAILS = ("breaking", "meaning", "inherited", "interface", "removed", "renamed", "any")
FORMS = ("text", "json", "markdown", "github", "sarif")
_HELP = f"""{COMMANDS["diff"]}

BASE and HEAD are git revisions (or REVISION:path, where the definitions lay elsewhere), folders or files; without HEAD:
the definitions as they lie here. Nothing is checked out. Every metric, dimension, table, target and alert is put in one
class: unchanged; cosmetic (labels, layout); equivalent (written otherwise, proven to have the same value in every
cell); renamed; meaning; inherited (something it is built on changed meaning); interface (the same values, another unit
or other dimensions); added; removed. With --data both versions are run, and their figures compared.

\b
Examples:
  attain diff main                               the definitions here against those of main
  attain diff v1.2 HEAD --format markdown        a comment for a pull request
  attain diff main --fail-on breaking,meaning    fails unless --accept's file has it
  attain diff main --data                        and what it does to the figures of the data here
  attain diff main --data --fail-on 'values>1%'  fails where a figure moves by more than that
"""


@click.command("diff", help=_HELP, epilog=EXIT_STATUS)
@click.argument("base", metavar="BASE")
@click.argument("head", metavar="[HEAD]", required=False, default="")
@click.option(
    "--format", "form", type=click.Choice(FORMS), default="text", show_default=True, help="How changes are written.",
)  # fmt: skip
@click.option(
    "--fail-on", default="", metavar="C[,C..]", help="Exit with 1 for changes of these classes, and breaking, any."
)
@click.option("--accept", type=click.Path(), metavar="FILE", help="Changes that were agreed on do not fail.")
@click.option("--write-accept", is_flag=True, help="Write all changes of now into the file of --accept.")
@click.option("--offline", is_flag=True, help="Look at no data: column types come from each side's attain.lock.")
@place_options
@screen_options
@data_options
def command(
    screen: Screen, place: Place, base: str, head: str, form: str, fail_on: str, accept: str | None,
    write_accept: bool, offline: bool, figures: FiguresAsked | None,
) -> int:  # fmt: skip
    """Changes are the result, on standard output."""
    if figures is not None and offline:
        raise click.UsageError("--data and --offline contradict each other")
    fails = fail_classes(fail_on, has_data=figures is not None)
    if write_accept and accept is None:
        raise click.UsageError("--write-accept needs --accept FILE")
    try:
        before = opened(screen, base, place, "BASE", offline)
        after = opened(screen, head, place, "HEAD", offline) if head else here(screen, place, offline)
    except Exception as error:
        write_reason(error, place, form)
        raise
    from attain.compare.accepted import accepted_text, key_of
    from attain.compare.classify import compare_models

    assert before.model is not None and after.model is not None
    comparison = compare_models(before.model, after.model)
    data = figures_of(screen, before, after, comparison, figures) if figures is not None else None
    known = accepted_keys(accept)
    if write_accept and accept is not None:
        from attain.cli.files import write_file

        known |= {key_of(change) for change in comparison.changed}
        write_file(Path(accept), accepted_text(known).encode())
        screen.say(f"{accept}: {len(comparison.changed)} changes of now are agreed on")
    agreed = frozenset(f"{change.kind} {change.name}" for change in comparison.changed if key_of(change) in known)
    names = (base, head or str(place.path))
    write_text(written(Written(list(comparison.changes), data, agreed, names, after, str(place.path)), form))
    said = [*failing_changes(comparison.changed, known, fails), *failing_figures(data, agreed, fails)]
    if said:
        screen.say(f"fails: {', '.join(said)}")
    return 1 if said else 0


def write_reason(error: Exception, place: Place, form: str) -> None:
    """In the forms for machines, why there is nothing to compare: whoever reads them finds a document."""
    from attain.cli.forms import MACHINE_FORMS, findings_to_form, stopped_findings

    stop = error if isinstance(error, Stop) else run_stop(error)
    if stop is not None and stop.problems and form in MACHINE_FORMS:
        write_text(findings_to_form(stopped_findings(stop, place, "diff"), form))


def failing_changes(changes: list[Change], known: frozenset[str], fails: Fails) -> list[str]:
    """The changes that fail, in words."""
    from attain.compare.accepted import key_of

    failing = [change for change in changes if key_of(change) not in known and does_fail(change, fails.classes)]
    return [f"{change.kind} {change.name} ({change.cls})" for change in failing]


def failing_figures(data: DataComparison | None, agreed: frozenset[str], fails: Fails) -> list[str]:
    """The metrics whose figures moved further than they may, in words; those that moved though they were proven not to
    whenever anything may fail."""
    found: list[str] = []
    for moved in data.movements if data is not None else ():
        if moved.alarm and (fails.classes or fails.values is not None):
            found.append(f"metric {moved.name} ({moved.cls}, and its figures moved)")
        elif fails.values is not None and f"metric {moved.name}" not in agreed and does_move(moved, fails.values):
            found.append(f"metric {moved.name} (its figures moved)")
    return found


def does_move(moved: Movement, most: Fraction) -> bool:
    """Whether any cell moved by more than a share of what it was; from nothing, or to nothing, it is more than any."""
    cells = [figure for cut in moved.cuts for figure in cut.moved]
    return any(figure.relative is None or abs(figure.relative) > most for figure in cells)


def figures_of(
    screen: Screen, before: Project, after: Project, comparison: Comparison, asked: FiguresAsked
) -> DataComparison:
    """The figures of both versions over the data at hand."""
    from attain.cli.project import running
    from attain.differences.compare import compare_data
    from attain.pipeline import current_day

    assert after.model is not None
    with running(after):
        day = asked.day or current_day(after.model)
        found, problems, sources = compare_data(before, after, comparison, asked.asked, day)
    demand(screen, after, problems, QUERY, sources)
    assert found is not None
    return found


@dataclass(frozen=True, slots=True)
class Written:
    """All that is written: changes, figures where they were asked for, which changes are agreed on, how both sides are
    called, the version after, and the file of the definitions."""

    changes: list[Change]
    data: DataComparison | None
    agreed: frozenset[str]
    names: tuple[str, str]
    after: Project
    file: str


def written(found: Written, form: str) -> str:
    """The changes in a form."""
    from attain.report import comparison as report

    changes, agreed = found.changes, found.agreed
    if form == "json":
        return report.changes_to_json(changes, agreed, found.data)
    if form == "markdown":
        from attain.report.comparison_markdown import changes_to_markdown

        return changes_to_markdown(changes, {"base": found.names[0], "head": found.names[1]}, found.data, agreed)
    if form in ("github", "sarif"):
        return written_at_lines(found, form)
    from attain.report.movements import movements_to_text

    text = report.changes_to_text(changes, agreed)
    return text + (f"\n{movements_to_text(found.data)}" if found.data is not None else "")


def written_at_lines(found: Written, form: str) -> str:
    """Changes that are not agreed on, at their lines."""
    from attain.report.comparison_findings import changes_to_github, changes_to_sarif, findings_of

    open_ = [change for change in found.changes if f"{change.kind} {change.name}" not in found.agreed]
    findings, sources = seen_from_here(found.after, findings_of(open_, found.data))
    if form == "github":
        return changes_to_github(findings, found.file)
    return changes_to_sarif(findings, sources, repository_of(found.after, "attain-diff"))


@dataclass(frozen=True, slots=True)
class Fails:
    """What fails: classes of changes, and figures that moved by more than this share (None: no figure does)."""

    classes: tuple[str, ...]
    values: Fraction | None = None


def fail_classes(text: str, *, has_data: bool) -> Fails:
    """What `--fail-on` names."""
    classes: list[str] = []
    values: Fraction | None = None
    for part in (part.strip() for part in text.split(",") if part.strip()):
        if part.startswith("values"):
            values = values_of(part, has_data)
        elif part in FAILS:
            classes.append(part)
        else:
            from attain.base.suggest import did_you_mean

            label = did_you_mean(part, FAILS)
            problem = Problem("wrong-value", f"`{part}` is nothing that can fail", Span("--fail-on", 0, 0, 0), label)
            raise Stop([problem.hint(f"there are: {', '.join(FAILS)}, values, values>1%")], QUERY)
    return Fails(tuple(classes), values)


def values_of(part: str, has_data: bool) -> Fraction:
    """The share of `values>1%`; none of `values`."""
    span = Span("--fail-on", 0, 0, 0)
    match = re.fullmatch(r"values\s*(?:>\s*(\d+(?:\.\d+)?)\s*%)?", part)
    if match is None:
        problem = Problem("wrong-value", f"`{part}` is not how figures are named", span)
        raise Stop([problem.hint("write values, or a share: values>1%")], QUERY)
    if not has_data:
        problem = Problem("wrong-arguments", f"`{part}` is about figures, and none are compared", span)
        raise Stop([problem.hint("add --data: both versions are run on the data at hand")], QUERY)
    return Fraction(match[1]) / 100 if match[1] else Fraction(0)


def does_fail(change: Change, fails: tuple[str, ...]) -> bool:
    """Whether a change is one that fails."""
    return change.cls in fails or ("breaking" in fails and change.breaking) or "any" in fails


def opened(screen: Screen, name: str, place: Place, option: str, offline: bool) -> Project:
    """One side, without errors."""
    from attain.compare.revisions import RevisionProblem, open_version

    try:
        found = open_version(name, place.path, option=option, connection=place.connection, offline=offline)
    except RevisionProblem as error:
        raise Stop([error.problem], QUERY) from None
    click.get_current_context().call_on_close(found.project.close)
    if found.project.model is None:
        screen.say(f"{option}, {name}: these definitions have errors")
    demand(screen, found.project, found.project.problems, status_of(found.project.problems))
    return found.project


def here(screen: Screen, place: Place, offline: bool) -> Project:
    """The definitions as they lie here, without errors."""
    project = find_project(place, offline=offline)
    demand(screen, project, project.problems, status_of(project.problems))
    return project


def accepted_keys(path: str | None) -> frozenset[str]:
    """The changes that were agreed on."""
    from attain.compare.accepted import read_accepted

    try:
        return read_accepted(Path(path)) if path is not None else frozenset()
    except (OSError, ValueError) as error:
        problem = Problem("wrong-value", f"`{path}` is no list of agreed changes: {error}", Span("--accept", 0, 0, 0))
        raise Stop([problem], QUERY) from None
