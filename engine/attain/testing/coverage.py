"""What tests reach of the definitions. In: tests as they are run. Out: every metric, condition and branch with the
number of given rows that came to it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal

from attain.base.problem import Severity
from attain.check.draft import Draft
from attain.check.query import check_query, draft_of
from attain.check.request import QueryRequest
from attain.model.result import Result
from attain.model.semantic import SemanticModel
from attain.model.test import ERROR, SKIPPED, Outcome
from attain.model.test_coverage import METRIC, Coverage
from attain.run.engine import INTERRUPTED, RunProblem
from attain.testing.conditions import read_condition
from attain.testing.definitions import Test
from attain.testing.given import GivenTable
from attain.testing.inventory import Probed, find_items
from attain.testing.reach import Owner, owners_of
from attain.testing.run import tables_of
from attain.testing.session import Session

_AT_ONCE = 30  # probes of a statement


@dataclass(slots=True)
class Measure:
    """Coverage as it grows, test by test."""

    session: Session
    model: SemanticModel
    draft: Draft
    items: list[Probed]
    by_owner: dict[Owner, list[Probed]] = field(default_factory=dict)
    owners: dict[QueryRequest, set[Owner]] = field(default_factory=dict)
    refused: dict[QueryRequest, str] = field(default_factory=dict)  # of probes

    def coverage(self) -> Coverage:
        """What was reached so far."""
        return Coverage(tuple(probed.item for probed in self.items))

    def add(self, test: Test, outcome: Outcome) -> None:
        """Counts what a test reaches: with a case, the rows that it gives."""
        if outcome.status in (ERROR, SKIPPED) or test.problems:
            return
        if test.expected is not None and test.expected.code:
            return
        request = self.request_of(test)
        if request is None:
            return
        reached = [probed for owner in self.owners_of(request) for probed in self.by_owner.get(owner, ())]
        for probed in reached:
            probed.item.met += probed.item.kind == METRIC
        if test.kind == "case":
            self.count(request, tables_of(test, self.session), reached)

    def request_of(self, test: Test) -> QueryRequest | None:
        """What a test asks."""
        if test.kind != "assert":
            return test.request
        asked, _ = read_condition(test, self.model)
        return asked.plain if asked is not None else None

    def owners_of(self, request: QueryRequest) -> set[Owner]:
        """The metrics and fields that a query is made of."""
        if request not in self.owners:
            query = check_query(self.model, request, self.session.today)[0]
            self.owners[request] = owners_of(query, self.model) if query is not None else set()
        return self.owners[request]

    # -- rows ---------------------------------------------------------------------------------------------------------
    def count(self, request: QueryRequest, tables: dict[str, GivenTable], reached: list[Probed]) -> None:
        """Counts the rows that come to conditions and branches: those in rows over all that is given, those in cells in
        the cells of the test."""
        open_ones = [p for p in reached if p.item.kind != METRIC and p.item.reached < p.item.points]
        whole = QueryRequest((), as_of=request.as_of)
        cells = replace(request, having="", order="", limit=None, top=None, totals=False)
        for of_cells, asked in ((False, whole), (True, cells)):
            here = [probed for probed in open_ones if probed.item.is_of_cells == of_cells]
            here = [probed for probed in here if self.is_measurable(probed, asked)]
            counts = self.answers(asked, tables, dict.fromkeys(text for p in here for text in (*p.met, *p.unmet)))
            for probed in here:
                probed.item.met += sum(counts.get(text, 0) for text in probed.met)
                probed.item.unmet += sum(counts.get(text, 0) for text in probed.unmet)

    def is_measurable(self, probed: Probed, asked: QueryRequest) -> bool:
        """Whether its probes can be asked for; else the item says why not."""
        if probed.item.why:
            return False
        wrong = next((why for text in (*probed.met, *probed.unmet) if (why := self.wrong(text, asked))), "")
        if wrong and not probed.item.is_of_cells:
            probed.item.why = wrong
        return not wrong

    def wrong(self, text: str, asked: QueryRequest) -> str:
        """Why a probe cannot be asked for; empty where it can."""
        request = replace(asked, metrics=(text,))
        if request not in self.refused:
            problems = check_query(self.model, request, self.session.today)[1]
            self.refused[request] = next((p.message for p in problems if p.severity is Severity.ERROR), "")
        return self.refused[request]

    def answers(self, asked: QueryRequest, tables: dict[str, GivenTable], texts: dict[str, None]) -> dict[str, int]:
        """What the probes come to, added up over the cells."""
        every, found = list(texts), dict[str, int]()
        for start in range(0, len(every), _AT_ONCE):
            here = tuple(every[start : start + _AT_ONCE])
            try:
                answer = self.session.ask_given(replace(asked, metrics=here), tables)
            except RunProblem as stopped:
                if stopped.status == INTERRUPTED:
                    raise
                continue
            if answer.result is not None:
                found |= dict(zip(here, added_up(answer.result, len(here)), strict=True))
        return found


def added_up(result: Result, width: int) -> list[int]:
    """The last columns of a result, each added up."""
    rows = [row[len(row) - width :] for row in result.rows]
    columns = zip(*rows, strict=True) if rows else [()] * width
    return [sum(int(value) for value in column if isinstance(value, int | float | Decimal)) for column in columns]


def start_measure(session: Session) -> Measure:
    """A measure of which nothing is reached yet."""
    model = session.project.model
    assert model is not None
    draft = draft_of(model)
    items = find_items(session.project.sources, model, draft)
    measure = Measure(session, model, draft, items)
    for probed in items:
        measure.by_owner.setdefault(probed.owner, []).append(probed)
    return measure
