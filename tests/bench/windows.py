"""Moved and stretched windows, shares of a total, and stocks on DuckDB. Sums are measured against the metric alone, by
Attain too; the rest against SQL written by hand in several forms, of which the fastest is the reference."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
from measure import Cost, Row, cost_here, pairs
from running import BY_HAND, TODAY, compare

from attain.pipeline import QueryRequest, compile_anew, open_project

PART = "windows and stocks on DuckDB"
ALONE = QueryRequest(("revenue",), ("region",), "month")
WINDOWS = ("revenue_rolling", "revenue_to_date", "revenue_prior")


@dataclass(frozen=True, slots=True)
class Asked:
    """A query; the files with the same by hand, the fastest of which is the reference unless it is measured against
    another query; its limit."""

    what: str
    request: QueryRequest
    files: tuple[str, ...]
    limit: float | None = None
    against: QueryRequest | None = None


def by_month(*metrics: str) -> QueryRequest:
    """Metrics by month and region."""
    return QueryRequest(metrics, ("region",), "month")


def stocks(*by: str) -> QueryRequest:
    """A count and a sum at 36 ends of months."""
    return QueryRequest(("subscriptions_active", "mrr"), by, "month", start="2023-01-01", end="2026-01-01")


QUERIES = (
    Asked("rolling 3 months of a sum", by_month("revenue_rolling"), ("revenue_rolling",), 1.2, ALONE),
    Asked("year to date of a sum", by_month("revenue_to_date"), ("revenue_to_date",), 1.2, ALONE),
    Asked("the year before of a sum", by_month("revenue_prior"), ("revenue_prior",), 1.2, ALONE),
    Asked("all three and the sum itself", by_month("revenue", *WINDOWS), ("revenue_windows",), 1.2, ALONE),
    Asked("share of the total", by_month("revenue_share"), ("revenue_share",), 1.1, ALONE),
    Asked(
        "rolling 3 months of a median", by_month("amount_median"),
        ("median_rolling_equality", "median_rolling_lists", "median_rolling_range"), 1.5,
    ),
    Asked(
        "rolling 3 months of a distinct count", by_month("customers"),
        ("customers_rolling_next", "customers_rolling_equality", "customers_rolling_range"), 1.5,
    ),
    Asked("the same, against bits of a number", by_month("customers"), ("customers_rolling_bits",)),
    Asked("stocks, 36 ends of months", stocks(), ("stocks_pairs", "stocks_events", "stocks_range"), 1.2),
    Asked(
        "stocks by a field of a joined table", stocks("region"),
        ("stocks_region_pairs", "stocks_region_events", "stocks_region_range"), 1.2,
    ),
    Asked(
        "stocks by a column", stocks("subscriptions.plan"),
        ("stocks_plan_pairs", "stocks_plan_events", "stocks_plan_range"), 1.2,
    ),
)  # fmt: skip


def measure_windows(folder: Path, count: int, only: str = "") -> Iterator[Row]:
    """Every query in pairs, or those whose name holds a text; the rows are compared with those by hand first."""
    project = open_project(folder / "metrics.yaml")
    assert project.model is not None, project.problems
    with duckdb.connect(str(folder / "bench.duckdb"), read_only=True) as connection:

        def run(sql: str) -> Callable[[], Cost]:
            return lambda: cost_here(lambda: connection.execute(sql).fetchall())

        def compiled(request: QueryRequest) -> str:
            return compile_anew(project, request, "duckdb", TODAY).sql

        for asked in QUERIES:
            if only not in asked.what and only not in PART:
                continue
            ours = compiled(asked.request)
            forms = {f"by_hand/{file}.sql": (BY_HAND / f"{file}.sql").read_text() for file in asked.files}
            for form in forms.values():
                compare(asked.what, connection.execute(ours).fetchall(), connection.execute(form).fetchall())
            if asked.against is not None:
                against, reference = "the sum alone", compiled(asked.against)
            else:
                against = fastest({file: run(form) for file, form in forms.items()})
                reference = forms[against]
            yield pairs(PART, asked.what, run(ours), against, run(reference), count, asked.limit)


def fastest(forms: dict[str, Callable[[], Cost]]) -> str:
    """The form that takes the least CPU, by the median of three rounds."""
    if len(forms) == 1:
        return next(iter(forms))
    costs: dict[str, Sequence[float]] = {name: [work().cpu for _ in range(3)] for name, work in forms.items()}
    return min(costs, key=lambda name: statistics.median(costs[name]))
