"""One comparison of figures on the way: the two versions, what was asked, and what is known of each metric so far."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from attain.check.request import QueryRequest
from attain.compare.classify import Change
from attain.differences.asked import Asked
from attain.differences.sides import MOST_CELLS, Sides
from attain.model.difference import Cut
from attain.model.result import ResultColumn, Value
from attain.model.semantic import Metric

BEFORE, AFTER = 0, 1


@dataclass(frozen=True, slots=True)
class Pair:
    """A metric in both versions."""

    change: Change
    old: Metric
    new: Metric
    needs_window: bool


@dataclass(slots=True)
class Found:
    """What is known of one metric so far."""

    pair: Pair
    column: ResultColumn | None = None
    cuts: list[Cut] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Run:
    """One comparison on the way."""

    sides: Sides
    asked: Asked
    found: dict[str, Found]
    notes: list[str]
    last: tuple[date, date] | None = None  # the last period that is over, for windows by dimension

    def request(self, **more: object) -> QueryRequest:
        """A query of what was asked for, its metrics aside."""
        own = QueryRequest(
            (), where=self.asked.where, start=self.asked.start, end=self.asked.end,
            as_of=self.sides.today.isoformat(), max_cells=MOST_CELLS,
        )  # fmt: skip
        return replace(own, **more)  # type: ignore[arg-type]


def day_of(value: Value) -> date | None:
    """The day on which a period begins."""
    return date(value.year, value.month, value.day) if isinstance(value, date) else None
