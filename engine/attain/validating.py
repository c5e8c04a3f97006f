"""What `attain validate` tells beyond the problems that stop definitions: rules that are switched on, what is ignored
and why, and entries of `ignore:` that no longer do anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from attain.base.codes import CODES
from attain.base.problem import Problem, in_order
from attain.base.suggest import bounded_suggestions
from attain.check.ignores import check_entries
from attain.check.lint import check_lint
from attain.model.silence import Ignored
from attain.project import Project


def find_lint(project: Project, levels: Mapping[str, str]) -> list[Problem]:
    """What the rules find that are on; nothing of definitions with errors."""
    if project.model is None or not any(level != "off" for level in levels.values()):
        return []
    from attain.read.definitions import read_definitions

    texts = {name: source.text for name, source in project.sources.items()}
    raw, _ = read_definitions(list(texts), texts.get)
    return check_lint(raw, project.model, dict(levels))


def settle_problems(
    project: Project, found: Sequence[Problem], looked_for: frozenset[str], today: date
) -> tuple[list[Problem], list[Ignored]]:
    """The problems of a project and what else was `found`: what is told, in order, and what is ignored. Entries of
    `ignore:` are told where their day is over, or where they silence nothing that was `looked_for`."""
    told, ignored = project.silence.split(found, today)
    ignored = [*project.ignored, *ignored]
    with bounded_suggestions():
        stale = check_entries(project.silence, ignored, today, looked_for)
    every = [*told, *stale]
    return in_order([*project.problems, *every]) if every else list(project.problems), ignored


def codes_looked_for(project: Project, levels: Mapping[str, str], *, data: bool) -> frozenset[str]:
    """The codes that would have been told, had there been anything: none where errors came before, those of rows only
    where the rows were looked at, those of rules where they are on."""
    if project.model is None:
        return frozenset()
    found = {
        code for code, entry in CODES.items() if entry.kind in ("warning", "either") and (data or not entry.of_data)
    }
    return frozenset(found | {code for code, level in levels.items() if level != "off"})
