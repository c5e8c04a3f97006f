"""`attain diff`"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from attain.base.problem import Problem
from attain.base.span import Span
from attain.cli import COMMANDS, EXIT_STATUS
from attain.cli.options import Place, place_options, screen_options
from attain.cli.project import QUERY, demand, find_project, status_of
from attain.cli.screen import Screen, Stop, write_text

if TYPE_CHECKING:
    from attain.compare.classify import Change
    from attain.pipeline import Project

FAILS = ("breaking", "meaning", "inherited", "interface", "removed", "renamed", "any")
_HELP = f"""{COMMANDS["diff"]}

BASE and HEAD are git revisions, folders or files; without HEAD: the definitions as they lie here. Nothing is checked
out. Every metric, dimension, table and target is put in one class: unchanged; cosmetic (labels, layout); equivalent
(written otherwise, proven to have the same value in every cell); renamed; meaning; inherited (something it is built on
changed meaning); interface (the same values, another unit or other dimensions); added; removed.

\b
Examples:
  attain diff main                               the definitions here against those of main
  attain diff v1.2 HEAD --format markdown        a comment for a pull request
  attain diff main --fail-on breaking,meaning    fails unless --accept's file has it
"""


@click.command("diff", help=_HELP, epilog=EXIT_STATUS)
@click.argument("base", metavar="BASE")
@click.argument("head", metavar="[HEAD]", required=False, default="")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "markdown", "github"]), default="text", show_default=True,
    help="How changes are written.",
)  # fmt: skip
@click.option(
    "--fail-on", default="", metavar="C[,C..]", help="Exit with 1 for changes of these classes, and breaking, any."
)
@click.option("--accept", type=click.Path(), metavar="FILE", help="Changes that were agreed on do not fail.")
@click.option("--write-accept", is_flag=True, help="Write all changes of now into the file of --accept.")
@click.option("--offline", is_flag=True, help="Look at no data: column types come from each side's attain.lock.")
@place_options
@screen_options
def command(
    screen: Screen, place: Place, base: str, head: str, form: str, fail_on: str, accept: str | None,
    write_accept: bool, offline: bool,
) -> int:  # fmt: skip
    """Changes are the result, on standard output."""
    fails = fail_classes(fail_on)
    if write_accept and accept is None:
        raise click.UsageError("--write-accept needs --accept FILE")
    before = opened(screen, base, place, "BASE", offline)
    after = opened(screen, head, place, "HEAD", offline) if head else here(screen, place, offline)
    from attain.compare.accepted import accepted_text, key_of
    from attain.compare.classify import compare_models

    assert before.model is not None and after.model is not None
    comparison = compare_models(before.model, after.model)
    known = accepted_keys(accept)
    if write_accept and accept is not None:
        from attain.cli.files import write_file

        known |= {key_of(change) for change in comparison.changed}
        write_file(Path(accept), accepted_text(known).encode())
        screen.say(f"{accept}: {len(comparison.changed)} changes of now are agreed on")
    agreed = frozenset(f"{change.kind} {change.name}" for change in comparison.changed if key_of(change) in known)
    write_text(written(list(comparison.changes), form, (base, head or str(place.path)), agreed, str(place.path)))
    failing = [c for c in comparison.changed if key_of(c) not in known and does_fail(c, fails)]
    if failing:
        screen.say(f"fails: {', '.join(f'{c.kind} {c.name} ({c.cls})' for c in failing)}")
    return 1 if failing else 0


def written(
    changes: list[Change], form: str, names: tuple[str, str], agreed: frozenset[str], file: str
) -> str:  # fmt: skip
    """The changes in a form."""
    from attain.report import comparison as report

    if form == "json":
        return report.changes_to_json(changes, agreed)
    if form == "markdown":
        return report.changes_to_markdown(changes, {"base": names[0], "head": names[1]})
    return report.changes_to_github(changes, file) if form == "github" else report.changes_to_text(changes, agreed)


def fail_classes(text: str) -> tuple[str, ...]:
    """What `--fail-on` names."""
    parts = tuple(part.strip() for part in text.split(",") if part.strip())
    for part in parts:
        if part not in FAILS:
            from attain.base.suggest import did_you_mean

            label = did_you_mean(part, FAILS)
            problem = Problem("wrong-value", f"`{part}` is nothing that can fail", Span("--fail-on", 0, 0, 0), label)
            raise Stop([problem.hint(f"there are: {', '.join(FAILS)}")], QUERY)
    return parts


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
