"""What a test of a user's came to."""

from __future__ import annotations

from dataclasses import dataclass, field

from attain.base.problem import Problem
from attain.base.span import Source, Span
from attain.model.result import Result

#: What a test is: rows that are given and rows that are expected, a condition that holds, a result that is kept, a
#: query by hand that gives the same.
KINDS = ("case", "assert", "golden", "reconcile")
#: What a test comes to: `error` is a test that could not be run, `skipped` one that was not asked for,
#: `updated` one that failed and expects now what came.
PASSED, FAILED, ERROR, SKIPPED, UPDATED = "passed", "failed", "error", "skipped", "updated"


@dataclass(frozen=True, slots=True)
class DiffRow:
    """A row of a comparison: `mark` is "-" (expected), "+" (given), or " " (both); `different` are the places of the
    cells in which the row differs from the one above."""

    mark: str
    cells: tuple[str, ...]
    different: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between the rows that were expected and those that came; `hidden` rows are left out."""

    columns: tuple[str, ...]
    right: tuple[bool, ...]
    rows: tuple[DiffRow, ...]
    hidden: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a test came to: `why` says it in a sentence, `problems` are those that kept it from being run or that were
    not expected, with the texts that they point into."""

    name: str
    kind: str
    span: Span
    status: str
    why: str = ""
    hints: tuple[str, ...] = ()
    comparison: Comparison | None = None
    problems: tuple[Problem, ...] = ()
    sources: dict[str, Source] = field(default_factory=dict)
    seconds: float = 0.0
    description: str = ""
    updated: str = ""  # whether what it expects was written anew, or why it was not
    result: Result | None = field(default=None, compare=False)  # what came, where that was not what was expected
