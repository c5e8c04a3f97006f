"""The definitions that a command works on, opened through the pipeline."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from attain import __version__
from attain.base.problem import Problem
from attain.base.span import Source, Span
from attain.cli.options import Asked, Place
from attain.cli.screen import Screen, Stop

if TYPE_CHECKING:
    from attain.model.semantic import SemanticModel
    from attain.pipeline import Project, QueryRequest
    from attain.report.sarif import Repository
    from attain.run.engine import Settings

LOCK = "attain.lock"  # as problems name it
DEFINITIONS, QUERY, RUN = 1, 2, 3  # exit statuses: what is wrong
#: Codes of problems that are about data or a connection, whoever finds them.
RUN_CODES = frozenset(
    "connection-failed data-file-missing data-file-unreadable missing-package out-of-memory query-failed "
    "unknown-source value-does-not-fit".split()
)


class Opened(NamedTuple):
    """A project without errors, and its model."""

    project: Project
    model: SemanticModel


def find_project(place: Place, *, offline: bool = False, settings: Settings | None = None) -> Project:
    """The definitions, read and checked; their problems are left to the caller. Stops where there is no such file."""
    if not place.path.exists():
        problem = Problem("file-missing", f"there is no file or folder `{place.path}`", Span("-f", 0, 0, 0))
        raise Stop([problem.hint("`-f` names another; `attain init` writes a starting project")], QUERY)
    from attain.pipeline import open_project

    project = open_project(place.path, connection=place.connection, offline=offline, settings=settings)
    click.get_current_context().call_on_close(project.close)
    return project


def open_checked(screen: Screen, place: Place, *, offline: bool = False, settings: Settings | None = None) -> Opened:
    """The definitions without errors; their warnings are shown. Stops where they have errors."""
    project = find_project(place, offline=offline, settings=settings)
    demand(screen, project, project.problems, status_of(project.problems))
    if project.model is None:
        raise AssertionError("definitions without errors have a model")
    return Opened(project, project.model)


@contextmanager
def running(project: Project) -> Iterator[None]:
    """Work on a connection: where it fails, the command stops with what was wrong, at its place in the definitions."""
    from attain.run.engine import RunProblem

    try:
        yield
    except RunProblem as error:
        raise Stop(*_from_here(project, [error.problem], error.status, {})) from None


def demand(
    screen: Screen, project: Project, problems: list[Problem], status: int, more: Mapping[str, Source] | None = None
) -> None:
    """Goes on where there are only warnings, which are shown; else stops with all problems. `more` holds the texts
    of the command line that they may point into."""
    screen.demand(*_from_here(project, problems, status, more or {}))


def seen_from_here(project: Project, problems: list[Problem]) -> tuple[list[Problem], dict[str, Source]]:
    """Problems and texts of the definitions, with the files named as they are seen from the working directory: so
    that an editor finds them, and GitHub."""
    names = {name: seen_from(project.root, name) for name in (*project.sources, LOCK)}
    sources = {names[name]: source for name, source in project.sources.items()}
    return [renamed_problem(problem, names) for problem in problems], sources


def repository_of(project: Project, category: str = "attain-validate") -> Repository:
    """Where the files that are named from here lie in their repository, for SARIF."""
    first = next(iter(project.sources), "")
    return repository_at(project.root, seen_from(project.root, first) if first else "", category)


def repository_at(root: Path, home: str, category: str = "attain-validate") -> Repository:
    """The repository of definitions in a folder: the nearest folder above that holds `.git`; without one the working
    directory counts as its root. `home` is a file of theirs, as seen from here."""
    from attain.report.sarif import Repository

    here, place = Path.cwd().resolve(), root.resolve()
    top = next((folder for folder in (place, *place.parents) if (folder / ".git").exists()), here)
    folder = Path(os.path.relpath(here, top)).as_posix()
    return Repository("" if folder == "." else folder, home, _pages(), category, __version__)


def _pages() -> str:
    """The address of the page on problems, where the package says where its documentation is."""
    from importlib.metadata import PackageNotFoundError, metadata

    try:
        urls = metadata("attain").get_all("Project-URL") or []
    except PackageNotFoundError:
        return ""
    found = [url.partition(", ")[2] for url in urls if url.startswith("Documentation, https://")]
    return f"{found[0].rstrip('/')}/errors.md" if found else ""


def seen_from(root: Path, name: str) -> str:
    """A file below a folder as it is seen from the working directory."""
    folder = Path(os.path.relpath(root)).as_posix()
    return name if folder == "." else f"{folder}/{name}"


def _from_here(
    project: Project, problems: list[Problem], status: int, more: Mapping[str, Source]
) -> tuple[list[Problem], int, dict[str, Source]]:
    found, sources = seen_from_here(project, problems)
    return found, status, {**sources, **more}


def renamed_problem(problem: Problem, names: Mapping[str, str]) -> Problem:
    """The problem with other names of files."""

    def renamed(span: Span) -> Span:
        return replace(span, file=names.get(span.file, span.file))

    others = tuple(replace(other, span=renamed(other.span)) for other in problem.others)
    return replace(problem, span=renamed(problem.span), others=others)


def status_of(problems: list[Problem]) -> int:
    """The exit status for definitions with these problems: 3 where data cannot be had, since then much else is wrong
    that may be only its consequence."""
    codes = {problem.code for problem in problems if problem.severity == "error"}
    if "unknown-connection" in codes:
        return QUERY
    return RUN if codes & RUN_CODES else DEFINITIONS


def request_of(asked: Asked) -> QueryRequest:
    """What a query asks for, as the pipeline takes it."""
    from attain.pipeline import QueryRequest

    return QueryRequest(
        asked.metrics, asked.by, asked.grain, asked.where, asked.having, asked.start, asked.end, asked.as_of,
        asked.order, asked.limit, asked.sparse, asked.max_cells, asked.totals, asked.top,
    )  # fmt: skip
