"""Which way windows and stocks are put together, and that the plan's comments say so."""

from __future__ import annotations

from datetime import date

import pytest

from attain.pipeline import Project, QueryRequest, open_project, plan_request
from attain.plan.show import show_plan

DEFINITIONS = """version: 1
tables:
  deals:
    source: deals
    key: id
    time: day
    fields:
      id: {type: integer}
      account: {type: text}
      amount: {type: integer}
      share: {type: float}
      day: {type: date}
      kind: {type: text}
  subs:
    source: subs
    key: id
    lifespan: {from: since, to: until}
    fields:
      id: {type: integer}
      plan: {type: text}
      mrr: {type: "decimal(12, 2)"}
      share: {type: float}
      since: {type: date}
      until: {type: date}
metrics:
  revenue: sum(deals.amount)
  customers: count(distinct deals.account)
  new_customers: count(distinct deals.account where kind = 'new')
  typical: median(deals.amount)
  new_typical: median(deals.amount where kind = 'new')
  mrr: sum(subs.mrr as of end)
  shares: sum(subs.share as of end)
"""
BY_DAY = "put together from its days, since windows may begin or end within"
BY_PART = "put together from its months, which windows are made of"
BY_NEXT = "values by month and the next month with them"
LOOKED_UP = "in every window that holds its day, looked up by the day"
BY_RANGE = "joined by a range, since"
CHANGES = "what began less what ended"
LIFESPANS = "subs by first_month, last_month"
SLICES = "where any of deals lies in a window, whatever conditions ask for"
WAYS = (BY_DAY, BY_PART, BY_NEXT, LOOKED_UP, BY_RANGE, CHANGES, LIFESPANS, SLICES)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The definitions, without data."""
    folder = tmp_path_factory.mktemp("ways")
    (folder / "metrics.yaml").write_text(DEFINITIONS)
    return open_project(folder / "metrics.yaml", offline=True)


def plan_of(project: Project, metric: str, by: tuple[str, ...], sparse: bool = False) -> str:
    """The plan of one metric by month."""
    request = QueryRequest((metric,), by, "month", sparse=sparse)
    _, plan, problems, _ = plan_request(project, request, today=date(2026, 5, 20))
    assert plan is not None, problems
    return show_plan(plan)


@pytest.mark.parametrize(
    ("metric", "ways"),
    [
        ("rolling(revenue, 3 months)", {BY_PART}),
        ("to_date(revenue, year)", {BY_PART}),
        ("running(revenue)", {BY_PART}),
        ("prior(revenue, 1 year)", {BY_DAY}),
        ("rolling(revenue, 10 days)", {BY_DAY}),
        ("to_date(revenue, week)", {BY_DAY}),
        ("rolling(customers, 3 months)", {BY_NEXT}),
        ("running(new_customers)", {BY_NEXT, SLICES}),
        ("prior(customers)", {LOOKED_UP}),
        ("rolling(customers, 10 days)", {LOOKED_UP}),
        ("rolling(typical, 3 months)", {LOOKED_UP}),
        ("rolling(new_typical, 3 months)", {LOOKED_UP, SLICES}),
        ("rolling(new_typical, 10 days)", {LOOKED_UP, BY_DAY}),
        ("running(typical)", {BY_RANGE}),
        ("rolling(typical, 36 hours)", {BY_RANGE}),
    ],
)
def test_windows(project: Project, metric: str, ways: set[str]) -> None:
    """By part, by day, by the next value, looked up by the day, by a range."""
    text = plan_of(project, metric, ("deals.kind",))
    assert {way for way in WAYS if way in text} == ways


@pytest.mark.parametrize(
    ("metric", "by", "ways"),
    [
        ("mrr", (), {CHANGES}),
        ("mrr", ("subs.plan",), {LIFESPANS}),
        ("prior(mrr, 1 month)", ("subs.plan",), {CHANGES}),
        ("shares", (), {LIFESPANS}),
        ("prior(shares, 1 month)", (), set()),
    ],
)
def test_stocks(project: Project, metric: str, by: tuple[str, ...], ways: set[str]) -> None:
    """By what began and ended where that is exact; by lifespans where windows are not moved; else by row."""
    text = plan_of(project, metric, by)
    assert {way for way in WAYS if way in text} == ways


def test_a_sparse_result_needs_the_cells(project: Project) -> None:
    """Which slices there are is not enough where periods are left out."""
    text = plan_of(project, "rolling(new_typical, 3 months)", ("deals.kind",), sparse=True)
    assert SLICES not in text
    assert BY_PART in text
