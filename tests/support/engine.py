"""Attain as its users have it: files in a folder, a query, rows or problems. It is imported only when it is asked."""

from __future__ import annotations

import importlib
import importlib.util
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from tests.support.commands import read_command
from tests.support.values import Rows, value_to_cell

TODAY = date(2026, 11, 1)  # of every query without --as-of: after all of the data
WIDTH = 100


class EngineMissing(Exception):
    """There is no attain.pipeline yet."""


@dataclass(frozen=True)
class Outcome:
    """What the engine made of a query: rows, or the text of its problems with their codes and the exit status."""

    columns: list[str] = field(default_factory=list)
    rows: Rows = field(default_factory=list)
    codes: tuple[str, ...] = ()
    text: str = ""
    status: int = 0
    not_yet: str = ""


def load_pipeline() -> Any:
    """attain.pipeline."""
    if importlib.util.find_spec("attain.pipeline") is None:
        raise EngineMissing("attain.pipeline is not there yet")
    return importlib.import_module("attain.pipeline")


@contextmanager
def inside(folder: Path) -> Iterator[None]:
    """The working directory, so that messages name files as a user sees them."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def write_project(folder: Path, definitions: str, tables: dict[str, str], files: dict[str, str] | None = None) -> None:
    """metrics.yaml, the CSV files beside it, more files."""
    (folder / "metrics.yaml").write_text(definitions)
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text.rstrip("\n") + "\n")
    for name, text in (files or {}).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def ask(folder: Path, query: str, today: date = TODAY) -> Outcome:
    """A query over the folder's metrics.yaml; an empty one asks for the problems of the definitions alone."""
    load_pipeline()
    from attain.run.engine import RunProblem

    with inside(folder):
        try:
            return _ask(query, today)
        except RunProblem as failure:
            return _problems([failure.problem], {}, failure.status)


def _ask(query: str, today: date) -> Outcome:
    pipeline = load_pipeline()
    project = pipeline.open_project(Path("metrics.yaml"), today=today)
    try:
        if _errors(project.problems) or not query:
            return _problems(project.problems, project.sources, 1)
        command = read_command(query)
        if command.rest:
            return Outcome(status=2, text=f"not asked through the pipeline: {command.rest}", not_yet=str(command.rest))
        request = pipeline.QueryRequest(metrics=command.metrics, **command.options)
        result, problems, sources = pipeline.run_query(project, request, today=today)
        if result is None or _errors(problems):
            return _problems(problems, {**project.sources, **sources}, 2)
    finally:
        project.close()
    rows = [[value_to_cell(value) for value in row] for row in result.rows]
    return Outcome([column.name for column in result.columns], rows)


def compile_text(folder: Path, query: str, dialect: str) -> Any:
    """The compiled query, for its `.sql`, `.plan` and `.problems`."""
    pipeline = load_pipeline()
    with inside(folder):
        project = pipeline.open_project(Path("metrics.yaml"), today=TODAY)
        try:
            command = read_command(query)
            request = pipeline.QueryRequest(metrics=command.metrics, **command.options)
            return pipeline.compile_query(project, request, dialect=dialect)
        finally:
            project.close()


def _errors(problems: list[Any]) -> bool:
    return any(problem.severity.value == "error" for problem in problems)


def _problems(problems: list[Any], sources: Any, status: int) -> Outcome:
    from attain.report.problems import problems_to_text

    named = sources if hasattr(sources, "keys") else {source.name: source for source in sources}
    text = problems_to_text(problems, named, color=False, width=WIDTH)
    codes = tuple(problem.code for problem in problems)
    not_yet = next((problem.message for problem in problems if problem.code == "not-yet"), "")
    return Outcome(codes=codes, text=text, status=status if _errors(problems) else 0, not_yet=not_yet)
