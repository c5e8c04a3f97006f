"""What `ignore:` silences: problems that are meant, each with a reason and a last day."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from attain.base.codes import CODES
from attain.base.problem import Problem, Severity
from attain.base.span import Span


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

    def entry_for(self, problem: Problem, today: date) -> Entry | None:
        """The entry that silences a problem; None where there is none in force, or it is nothing to silence."""
        if not self.entries or not can_be_ignored(problem):
            return None
        name = self.name_at(problem.span)
        return next((e for e in self.entries if today <= e.until and _is_about(e, problem, name)), None)

    def split(self, problems: Sequence[Problem], today: date) -> tuple[list[Problem], list[Ignored]]:
        """What is told, and what is ignored."""
        told: list[Problem] = []
        ignored: list[Ignored] = []
        for problem in problems:
            entry = self.entry_for(problem, today)
            if entry is None:
                told.append(problem)
            else:
                ignored.append(Ignored(problem, entry))
        return told, ignored


def can_be_ignored(problem: Problem) -> bool:
    """Whether a problem may be meant: warnings, and what a rule finds that was switched on. Errors of meaning are never
    silenced, and neither is what is said of entries themselves."""
    if problem.code in ("ignore-expired", "ignore-unused"):
        return False
    return problem.severity is Severity.WARNING or CODES[problem.code].kind == "lint"


def _is_about(entry: Entry, problem: Problem, name: str) -> bool:
    """Whether an entry means this problem."""
    inside = not entry.file or problem.span.file == entry.file or problem.span.file.startswith(f"{entry.file}/")
    return entry.code == problem.code and inside and (not entry.names or name in entry.names)
