"""Statements of tests, kept between runs: a test whose definitions have not changed is neither checked, planned nor
written as SQL again. In: the state of a project. Out: what was made of it before."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from attain.base.cache import read_cached, write_cached
from attain.check.request import QueryRequest
from attain.model.result import ResultColumn
from attain.model_cache import name_of_sql

Statement = tuple[str, tuple[ResultColumn, ...]]
Key = tuple[str, str]
MOST = 5_000  # statements of a project


@dataclass(slots=True)
class Statements:
    """The statements over given rows of a project: those that were kept, and those that are new. Only statements of
    queries without problems are here."""

    name: str = ""  # of the entry; "" where nothing is kept
    kept: dict[Key, Statement] = field(default_factory=dict)
    asked: dict[Key, Statement] = field(default_factory=dict)

    def find(self, request: QueryRequest, today: date) -> Statement | None:
        """The statement of a query, if it was made before."""
        key = key_of(request, today)
        found = self.asked.get(key) or self.kept.get(key)
        if found is not None:
            self.asked[key] = found
        return found

    def keep(self, request: QueryRequest, today: date, statement: Statement) -> None:
        """Remembers a statement."""
        self.asked[key_of(request, today)] = statement

    def store(self) -> None:
        """Keeps for the next run what was asked in this one, and what was kept before and is of no other day."""
        before = {key: statement for key, statement in self.kept.items() if not key[1]}
        every = {**before, **self.asked} if len(before) + len(self.asked) <= MOST else self.asked
        if self.name and len(self.asked) <= MOST and every.keys() != self.kept.keys():
            write_cached(self.name, every)


def key_of(request: QueryRequest, today: date) -> Key:
    """What a statement is found by: the day counts only where none is asked for."""
    return repr(request), "" if request.as_of else str(today)


def load_statements(state: str) -> Statements:
    """What was kept for a project in this state."""
    if not state:
        return Statements()
    name = name_of_sql(state, "tests")
    found = read_cached(name)
    return Statements(name, found if isinstance(found, dict) else {})
