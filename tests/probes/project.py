"""Projects for the tests of `validate --data`: definitions and CSV files in a folder, and what is found in them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.support.engine import write_project

from attain.base.problem import Problem
from attain.pipeline import open_project, validate_data, validate_metrics


@dataclass(frozen=True)
class Found:
    """The problems of a project, and what was said of the work."""

    problems: list[Problem]
    notes: list[str]

    @property
    def codes(self) -> list[str]:
        """The codes of the problems, in order."""
        return [problem.code for problem in self.problems]

    def of(self, code: str) -> list[Problem]:
        """The problems of a code."""
        return [problem for problem in self.problems if problem.code == code]

    @property
    def said(self) -> str:
        """All notes."""
        return "\n".join(self.notes)


def look(folder: Path, definitions: str, tables: dict[str, str], sample: int | None = None) -> Found:
    """What `validate --data` finds and says."""
    write_project(folder, definitions, tables)
    project = open_project(folder / "metrics.yaml")
    assert not project.problems, project.problems
    try:
        problems = validate_data(project)
        more, notes = validate_metrics(project, sample)
    finally:
        project.close()
    return Found([*problems, *more], notes)
