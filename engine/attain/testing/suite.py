"""The tests of a project, read and checked; and which of them are asked for. In: a project. Out: its tests, and what is
wrong with them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from attain.base.problem import Problem, in_order
from attain.testing.check import check_tests
from attain.testing.definitions import Test, read_tests

if TYPE_CHECKING:
    from attain.project import Project


def find_tests(project: Project, today: date, *, are_run: bool = False) -> tuple[list[Test], list[Problem]]:
    """Every test whose form is right, in the order of the files; and all problems of all tests, but those of queries
    that are told where they `are_run`."""
    tests, problems = read_tests(project.sources, project.root)
    if project.model is not None:
        problems += check_tests(project.model, tests, today, are_run=are_run)
    return tests, in_order(problems)


def choose_tests(tests: Sequence[Test], wanted: str) -> list[Test]:
    """The tests that `-k` names: parts of names (or of files), with `and`, `or` and `not` between them."""
    chosen = chooser(wanted)
    return [test for test in tests if chosen(f"{test.file}: {test.name}".lower())]


def chooser(wanted: str) -> Callable[[str], bool]:
    """Whether a name is asked for: `revenue and not region`, `win rate or cac`."""
    ways = [
        [part.strip() for part in re.split(r"\s+and\s+", way.strip())] for way in re.split(r"\s+or\s+", wanted.lower())
    ]

    def holds(part: str, name: str) -> bool:
        return part.removeprefix("not ").strip() not in name if part.startswith("not ") else part in name

    return lambda name: any(all(holds(part, name) for part in parts) for parts in ways)
