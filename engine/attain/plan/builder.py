"""The plan under construction: steps so far, names taken, promises to verify."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from attain.base.problem import Problem
from attain.base.span import Span
from attain.model import expression as e
from attain.model import types as t
from attain.model.aggregate import Place
from attain.model.calendar import Grain
from attain.model.query import Query
from attain.model.semantic import SemanticModel
from attain.plan.steps import From, Step, UniqueKey

MAX_STEPS = 600
LONGEST_NAME = 55


class TooLarge(Exception):
    """A plan that grows beyond its limit; `problem` says so to the user."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem


@dataclass(slots=True)
class Builder:
    """Collects steps. Names come from tables, keys and metrics; the same query gives the same names."""

    model: SemanticModel
    query: Query
    steps: list[Step] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    unique: dict[str, None] = field(default_factory=dict)
    versions: dict[tuple[str, bool], None] = field(default_factory=dict)
    promised: dict[UniqueKey, None] = field(default_factory=dict)
    calendars: dict[Grain, From] = field(default_factory=dict)  # the days of a calendar table, for each of its grains
    memo: dict[object, object] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    definitions: dict[str, e.Expression] = field(default_factory=dict)  # of metrics, at every place they are taken at
    placed: dict[tuple[str, Place], str] = field(default_factory=dict)  # under which name
    waiting: list[tuple[str, Place]] = field(default_factory=list)
    outputs: list[tuple[str, e.Expression]] = field(default_factory=list)  # what the query asks for, placed
    has_operators: bool = False

    @property
    def today(self) -> e.Expression:
        """The as-of day."""
        if self.query.as_of is not None:
            return e.Literal(self.query.as_of, t.DATE)
        return e.Parameter("today", t.DATE)

    def name(self, *words: str) -> str:
        """A name for a step that is not taken."""
        base = plain_name("_".join(word for word in words if word))
        name, turn = base, 2
        while name in self.taken or name in RESERVED_STEPS:
            name, turn = f"{base}_{turn}", turn + 1
        self.taken.add(name)
        return name

    def add(self, step: Step) -> From:
        """Appends a step; the input that later steps use it as."""
        if self.model.calendar.grains:
            from attain.plan.calendars import settle_periods

            step = settle_periods(self, step)
        self.steps.append(step)
        if len(self.steps) > MAX_STEPS:
            problem = Problem("plan-too-large", f"this query needs more than {MAX_STEPS} steps", Span.none())
            raise TooLarge(problem.hint("ask for fewer metrics at once, or for metrics that build on fewer others"))
        return From(step.name, step.name)

    def verify(self, table: str) -> None:
        """Promises that the key of a table is unique."""
        if self.model.tables[table].key:
            self.unique[table] = None

    def verify_versions(self, table: str, by_clock: bool) -> None:
        """Promises that no two versions of a history are valid at once; `by_clock`: by the calendar's clock."""
        self.versions[table, by_clock] = None


RESERVED_STEPS = frozenset(("today", "unique_keys", "cell_count"))


def plain_name(text: str) -> str:
    """A name of small letters, digits and underscores, not too long for any warehouse."""
    name = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_") or "step"
    name = name if name[0].isalpha() else f"s_{name}"
    return name[:LONGEST_NAME].rstrip("_")
