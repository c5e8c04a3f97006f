"""What `ignore:` silences: problems that are meant, each with a reason and a last day."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import PurePosixPath
from typing import TypeAlias

from attain.base.codes import CODES
from attain.base.problem import Problem, Severity
from attain.base.span import Span

#: What an entry is about: a code, a name ("" any), a file or folder ("" any).
About: TypeAlias = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of `ignore:`: which problem, of which definitions (`names`; all of them where empty) or files (`file`, a
    file or a folder of the definitions; "" all), why, and until which day (inclusive)."""

    code: str
    names: tuple[str, ...]
    file: str
    reason: str
    until: date
    span: Span = field(default_factory=Span.none, compare=False)


@dataclass(frozen=True, slots=True)
class Ignored:
    """A problem that is not told, and the entry that says why."""

    problem: Problem
    entry: Entry

    @property
    def why(self) -> str:
        """`legacy names (until 2027-03-31)`"""
        return f"{self.entry.reason} (until {self.entry.until})"


@dataclass(frozen=True, slots=True)
class Silence:
    """All entries, and where the definitions begin: for each file (line, column, name), in their order."""

    entries: tuple[Entry, ...] = ()
    starts: dict[str, list[tuple[int, int, str]]] = field(default_factory=dict)

    def name_at(self, span: Span) -> str:
        """The name of the definition that a place lies in; "" before the first one."""
        starts = self.starts.get(span.file, [])
        position = bisect_right(starts, (span.line, span.column, "\U0010ffff"))
        return starts[position - 1][2] if position else ""

    def split(self, problems: Sequence[Problem], today: date) -> tuple[list[Problem], list[Ignored]]:
        """What is told, and what is ignored."""
        in_force = self.in_force(today)
        told: list[Problem] = []
        ignored: list[Ignored] = []
        for problem in problems:
            entry = self.entry_for(problem, in_force)
            if entry is None:
                told.append(problem)
            else:
                ignored.append(Ignored(problem, entry))
        return told, ignored

    def in_force(self, today: date) -> dict[About, Entry]:
        """The entries whose day is not over, by what they are about; of equal ones the first."""
        found: dict[About, Entry] = {}
        for entry in self.entries:
            if today <= entry.until:
                for name in entry.names or ("",):
                    found.setdefault((entry.code, name, entry.file), entry)
        return found

    def entry_for(self, problem: Problem, in_force: dict[About, Entry]) -> Entry | None:
        """The entry that silences a problem; None where there is none, or it is nothing to silence."""
        if not in_force or not can_be_ignored(problem):
            return None
        file = problem.span.file
        places = [file, *(str(folder) for folder in PurePosixPath(file).parents if str(folder) != "."), ""]
        about = ((problem.code, name, place) for name in (self.name_at(problem.span), "") for place in places)
        return next((in_force[key] for key in about if key in in_force), None)


def can_be_ignored(problem: Problem) -> bool:
    """Whether a problem may be meant: warnings, and what a rule finds that was switched on. Errors of meaning are never
    silenced, and neither is what is said of entries themselves."""
    if problem.code in ("ignore-expired", "ignore-unused"):
        return False
    return problem.severity is Severity.WARNING or CODES[problem.code].kind == "lint"
