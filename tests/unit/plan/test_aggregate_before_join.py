"""Aggregates before joins: what becomes of a plan, where nothing may, and that the rows are the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from attain.model.query import Query
from attain.model.semantic import SemanticModel
from attain.pipeline import Project, QueryRequest, open_project, plan_request
from attain.plan.builder import Builder
from attain.plan.passes.aggregate_before_join import aggregate_before_join
from attain.plan.query import build_plan
from attain.plan.show import show_plan
from attain.plan.steps import Plan
from attain.read.dialects import read_dialect
from attain.render.statement import render_plan

DEFINITIONS = """version: 1
tables:
  deals:
    source: deals
    key: id
    time: day
    joins:
      owner: {to: reps, on: owner_id}
      plan: {to: plans, on: account_id, at: day}
    fields:
      id: {type: integer}
      owner_id: {type: integer}
      account_id: {type: integer}
      amount: {type: integer}
      day: {type: date}
      kind: {type: text}
  reps:
    source: reps
    key: id
    joins: {office: {to: offices, on: office_id}}
    fields: {id: {type: integer}, region: {type: text}, office_id: {type: integer}}
  offices: {source: offices, key: id, fields: {id: {type: integer}, country: {type: text}}}
  plans:
    source: plans
    key: [account_id, since]
    lifespan: {from: since, to: until}
    joins: {tier: {to: tiers, on: tier_id}}
    fields: {account_id: {type: integer}, since: {type: date}, until: {type: date}, tier_id: {type: integer}}
  tiers: {source: tiers, key: id, fields: {id: {type: integer}, name: {type: text}}}
metrics: {revenue: sum(deals.amount), n: count(deals)}
"""
ROWS = {"deals": 1_000_000, "reps": 50, "offices": 5, "plans": 50, "tiers": 3}
BEFORE = """deals_rows: rows of deals
  from table deals
  left join table reps as owner on deals.owner_id = owner.id
  reps_region = owner.region
  amount = deals.amount
deals_by_reps_region: deals by reps_region
  from deals_rows
  by reps_region = deals_rows.reps_region
  revenue = sum(deals_rows.amount)
"""
AFTER = """deals_rows: rows of deals
  from table deals
  amount = deals.amount
  owner_id = deals.owner_id
deals_by_reps_region_parts: deals by reps_region, by reference first
  from deals_rows
  by owner_id = deals_rows.owner_id
  revenue = sum(deals_rows.amount)
deals_by_reps_region_joined: the groups with what they reach
  from deals_by_reps_region_parts as deals
  left join table reps as owner on deals.owner_id = owner.id
  reps_region = owner.region
  revenue = deals.revenue
deals_by_reps_region: deals by reps_region
  from deals_by_reps_region_joined
  by reps_region = deals_by_reps_region_joined.reps_region
  revenue = sum(deals_by_reps_region_joined.revenue)
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The model without data."""
    folder: Path = tmp_path_factory.mktemp("passes")
    (folder / "metrics.yaml").write_text(DEFINITIONS)
    opened = open_project(folder / "metrics.yaml", offline=True)
    assert opened.model is not None, opened.problems
    return opened


def counted(project: Project, rows: dict[str, int]) -> SemanticModel:
    """The model with counts of rows."""
    assert project.model is not None
    tables = {name: replace(table, rows=rows.get(name)) for name, table in project.model.tables.items()}
    return replace(project.model, tables=tables)


def plans(project: Project, metric: str, rows: dict[str, int] = ROWS, **options: object) -> tuple[Plan, Plan]:
    """A plan before and after the pass."""
    request = QueryRequest(metrics=(metric,), **{"as_of": "2026-06-30", **options})  # type: ignore[arg-type]
    query, _, problems, _ = plan_request(project, request, None)
    assert isinstance(query, Query), problems
    model = counted(project, rows)
    before = build_plan(Builder(model, query))
    return before, aggregate_before_join(before, model)


def test_a_sum_by_a_joined_dimension(project: Project) -> None:
    """Four steps in place of two; the rest as it was."""
    before, after = plans(project, "revenue", by=("reps.region",))
    shown = show_plan(before), show_plan(after)
    assert shown[0][: len(BEFORE)] == BEFORE
    assert shown[1][: len(AFTER)] == AFTER
    assert shown[0].removeprefix(BEFORE) == shown[1].removeprefix(AFTER)


UNTOUCHED = {
    "nothing is joined": ("revenue", ROWS, {"by": ("kind",)}),
    "a condition on a joined column": ("sum(deals.amount where owner.region = 'x')", ROWS, {"by": ("reps.region",)}),
    "a filter on a joined column": ("revenue", ROWS, {"by": ("reps.region",), "where": "reps.region != 'x'"}),
    "a median has no parts": ("median(deals.amount)", ROWS, {"by": ("reps.region",)}),
    "a distinct count has no parts": ("count(distinct deals.kind)", ROWS, {"by": ("reps.region",)}),
    "the fact's rows are not counted": ("revenue", {"reps": 50}, {"by": ("reps.region",)}),
    "the other side's rows are not counted": ("revenue", {"deals": 1_000_000}, {"by": ("reps.region",)}),
    "as many references as rows": ("revenue", {"deals": 1_000, "reps": 900}, {"by": ("reps.region",)}),
    "a version of a history": ("revenue", ROWS, {"by": ("plans.tier_id",)}),
    "behind a version of a history": ("revenue", ROWS, {"by": ("tiers.name",)}),
    "many keys": ("revenue", {"deals": 50_000, "reps": 50}, {"by": ("reps.region", "kind", "id"), "grain": "day"}),
}


@pytest.mark.parametrize("reason", UNTOUCHED)
def test_where_it_does_not_apply(project: Project, reason: str) -> None:
    """The plan is left as it is."""
    metric, rows, options = UNTOUCHED[reason]
    before, after = plans(project, metric, rows, **options)
    assert show_plan(after) == show_plan(before)


QUERIES = {
    "a sum": ("revenue", {"by": ("reps.region",)}),
    "a count by month": ("n", {"by": ("reps.region",), "grain": "month"}),
    "behind two joins": ("revenue", {"by": ("offices.country",)}),
    "two joined keys": ("revenue", {"by": ("offices.country", "reps.region", "kind")}),
    "the smallest": ("min(deals.amount)", {"by": ("reps.region",)}),
    "the largest where": ("max(deals.amount where kind = 'a')", {"by": ("reps.region",)}),
    "any": ("any(deals.amount > 90)", {"by": ("reps.region",)}),
    "every": ("every(deals.amount > 5)", {"by": ("offices.country",)}),
    "a filter on the fact": ("revenue", {"by": ("reps.region",), "where": "deals.kind = 'a'"}),
}


@pytest.mark.parametrize("query", QUERIES)
def test_the_rows_are_the_same(project: Project, query: str) -> None:
    """With and without the pass, on DuckDB, with missing and dangling references."""
    metric, options = QUERIES[query]
    before, after = plans(project, metric, **options)
    assert show_plan(after) != show_plan(before)
    dialect = read_dialect("duckdb")
    assert dialect is not None
    tables = {name: name for name in ROWS}
    with duckdb.connect() as connection:
        connection.execute("""
            CREATE TABLE offices AS SELECT i AS id, ['AT', 'FR', NULL][i] AS country FROM range(1, 4) r(i);
            CREATE TABLE reps AS SELECT i AS id, ['N', 'S', NULL][1 + i % 3] AS region,
              CASE WHEN i < 5 THEN i END AS office_id FROM range(1, 7) r(i);
            CREATE TABLE deals AS SELECT i AS id, CASE WHEN i % 9 > 0 THEN i % 9 END AS owner_id,
              CASE WHEN i % 11 > 0 THEN i % 100 END AS amount, DATE '2026-01-01' + CAST(i % 120 AS INT) AS day,
              ['a', 'b', NULL][1 + i % 3] AS kind FROM range(1, 500) r(i);
        """)
        answers = [connection.execute(render_plan(plan, dialect, tables)[0]).fetchall() for plan in (before, after)]
    assert answers[0] == answers[1]
    assert len(answers[0]) > 1
