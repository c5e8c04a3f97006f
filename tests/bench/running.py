"""Attain's statements on DuckDB against SQL written by hand that gives the same rows."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from measure import Cost, Row, cost_here, pairs

from attain.pipeline import QueryRequest, compile_anew, open_project

BY_HAND = Path(__file__).parent / "by_hand"
PART = "running on DuckDB"
TODAY = date(2026, 1, 31)  # after the last row
METRICS = tuple(
    """deals_all deals_won deals_lost deals_decided deals_new deals_large deals_won_large amount_all amount_won
    amount_lost amount_new amount_renewal amount_expansion seats_all seats_won amount_average amount_won_average
    seats_average amount_new_average win_rate""".split()
)
BY_REGION, BY_REGION_MONTH = QueryRequest(METRICS, ("region",)), QueryRequest(METRICS, ("region",), "month")
BY_MONTH = QueryRequest(METRICS, ("deals.status",), "month")
BY_SEGMENT = QueryRequest(METRICS, ("segment",))
RATIO = QueryRequest(("cost_per_win",), ("channel",))


@dataclass(frozen=True, slots=True)
class Asked:
    """A query; the file with the same by hand; its limit; whether the as-of day is given, as `attain run` does."""

    what: str
    file: str
    request: QueryRequest
    limit: float | None = None
    as_of: bool = True


QUERIES = (
    Asked("(a) 20 metrics by month and status", "month_status", BY_MONTH, 1.05),
    Asked("(b) 20 metrics by a field of a joined table of 10,000 keys", "region", BY_REGION, 0.8),
    Asked("(c) a ratio of two facts by a shared dimension", "two_facts", RATIO, 0.8),
    Asked("(d) 20 metrics by a field of a joined table of 1 M keys", "segment", BY_SEGMENT, 1.05),
    Asked("20 metrics by that of (b) and month", "region_month", BY_REGION_MONTH),
    Asked("the same, compiled without an as-of day", "region_month", BY_REGION_MONTH, as_of=False),
    Asked("20 metrics by 10,000 members", "rep", QueryRequest(METRICS, ("rep",))),
    Asked("1 metric by that of (b)", "region_one", QueryRequest(("amount_won",), ("region",))),
    Asked(
        "1 metric by month and status", "month_status_one", QueryRequest(("amount_won",), ("deals.status",), "month")
    ),
)


def measure_running(folder: Path, count: int, only: str = "") -> Iterator[Row]:
    """Every query in pairs, or those whose name holds a text; the rows are compared first."""
    project = open_project(folder / "metrics.yaml")
    assert project.model is not None, project.problems
    with duckdb.connect(str(folder / "bench.duckdb"), read_only=True) as connection:

        def run(sql: str) -> Callable[[], Cost]:
            return lambda: cost_here(lambda: connection.execute(sql).fetchall())

        for asked in QUERIES:
            if only not in asked.what and only not in PART:
                continue
            ours = compile_anew(project, asked.request, "duckdb", TODAY if asked.as_of else None).sql
            by_hand = (BY_HAND / f"{asked.file}.sql").read_text()
            compare(asked.what, connection.execute(ours).fetchall(), connection.execute(by_hand).fetchall())
            number = count if asked.limit is not None else min(count, 7)
            yield pairs(PART, asked.what, run(ours), f"by_hand/{asked.file}.sql", run(by_hand), number, asked.limit)


def compare(what: str, ours: list[Any], theirs: list[Any]) -> None:
    """Stops where the rows differ: exactly, or in the ninth digit of a floating number."""
    if len(ours) != len(theirs):
        raise SystemExit(f"{what}: {len(ours)} rows, by hand {len(theirs)}")
    for mine, other in zip(ours, theirs, strict=True):
        for a, b in zip(mine, other, strict=True):
            close = isinstance(a, float) and isinstance(b, float) and math.isclose(a, b, rel_tol=1e-9)
            if a != b and not close:
                raise SystemExit(f"{what}: {mine} is by hand {other}")
