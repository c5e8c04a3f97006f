"""Problems in the forms that `attain validate` writes: for people, for programs, for code scanning, for test reports,
and for comments of a pull request."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from attain.base.problem import Problem
from attain.base.span import Source
from attain.cli.options import Place
from attain.cli.project import renamed_problem, repository_at
from attain.cli.screen import Stop

#: For machines: written whatever happens, so that whoever reads them always finds a document.
MACHINE_FORMS = ("json", "github", "sarif", "junit", "markdown")
FORMS = ("text", *MACHINE_FORMS)


@dataclass(frozen=True, slots=True)
class Findings:
    """What is written: problems as seen from here, the texts that they point into, and what is ignored with the reason;
    `looked_at` says how much was checked, `root` and `home` are the folder and the first file of the definitions."""

    problems: Sequence[Problem]
    sources: Mapping[str, Source] = field(default_factory=dict)
    ignored: Sequence[tuple[Problem, str]] = ()
    looked_at: str = ""
    root: Path = field(default_factory=Path)
    home: str = ""
    command: str = "validate"


def stopped_findings(stop: Stop, place: Place, command: str) -> Findings:
    """What there is to write where a command could not begin, since the definitions or the data cannot be had: why."""
    root = place.path if place.path.is_dir() else place.path.parent
    home = Path(os.path.relpath(place.path)).as_posix()
    return Findings(stop.problems, stop.sources, (), "nothing could be checked", root, home, command)


def findings_to_form(found: Findings, form: str) -> str:
    """The findings in one of the forms for machines. JSON names files as they are seen from the working directory, the
    others, which are read elsewhere, as they are seen from the root of the repository."""
    repository = repository_at(found.root, found.home, f"attain-{found.command}")
    if form == "sarif":
        from attain.report.sarif import problems_to_sarif

        return problems_to_sarif(found.problems, found.sources, repository, found.ignored)
    found = found if form == "json" else seen_from_root(found, repository.folder)
    if form == "junit":
        from attain.report.junit import problems_to_junit

        return problems_to_junit(found.problems, found.sources, found.ignored)
    if form == "markdown":
        from attain.report.markdown import problems_to_markdown

        return problems_to_markdown(found.problems, found.looked_at, found.ignored, command=found.command)
    from attain.report.machine import problems_to_github, problems_to_json

    return problems_to_json(found.problems, found.ignored) if form == "json" else problems_to_github(found.problems)


def seen_from_root(found: Findings, folder: str) -> Findings:
    """The same findings, with files named as seen from the root of the repository, which has the working directory as
    `folder`."""
    if not folder:
        return found
    every = [*found.problems, *(problem for problem, _ in found.ignored)]
    spans = [span for problem in every for span in (problem.span, *(other.span for other in problem.others))]
    files = {span.file for span in spans if span.is_place} | set(found.sources)
    names = {file: posixpath.normpath(posixpath.join(folder, file)) for file in files}
    return replace(
        found,
        problems=[renamed_problem(problem, names) for problem in found.problems],
        ignored=[(renamed_problem(problem, names), why) for problem, why in found.ignored],
        sources={names[file]: source for file, source in found.sources.items()},
    )
