"""The standard sales catalogue: every metric under its name, with all that is to be said of it, and an answer."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.docs.shell import run_attain
from tests.examples.test_crm_data import make
from tests.support.catalogue import catalogue_definitions, catalogue_tables
from tests.support.engine import ask, write_project
from tests.support.pages import read_page

from attain import pipeline

ROOT = Path(__file__).parents[2]
LAST_DAY = date(2026, 6, 30)
NAMES = {
    "performance": """
        revenue deals_won sales_growth sales_growth_yoy monthly_sales_growth sales_target target_attainment
        average_revenue average_deal_size revenue_per_deal
        order_revenue average_order_value gross_profit average_profit_margin mrr new_mrr expansion_mrr
        contraction_mrr churned_mrr net_revenue_retention gross_revenue_retention quota_attainment reps_at_quota
        forecast_accuracy cannibalization_rate sales_efficiency repeat_sales upsell_cross_sell_rate""",
    "pipeline": """
        sales_opportunities open_deals pipeline_value deals_on_board deals_on_board_share deals_by_stage
        stage_conversion funnel_leakage stage_duration win_rate closing_rate sales_cycle_length median_sales_cycle
        time_to_lose pipeline_velocity pipeline_coverage pipeline_multiplier unwinnable_share conversation_drip""",
    "leads": """
        leads_generated share_of_leads qualified_leads lead_qualification_rate marketing_lead_quality
        lead_response_time lead_response_p90 lead_to_opportunity_rate lead_conversion_rate conversion_within_30_days
        close_ratio_provided_leads time_to_conversion visitor_to_lead_rate acquisition_rate referrals""",
    "activity": """
        calls emails_sent demos proposals_sent networking_events meetings_scheduled follow_up_meetings follow_ups
        email_open_rate call_show_rate days_since_last_contact selling_time activity_ratio inquiry_response_time
        social_engagement""",
    "customers": """
        new_customers customers cac churn_rate retention_rate customer_lifetime cltv cltv_simple ltv_to_cac csat
        csat_score""",
    "marketing": """
        sessions content_views add_to_carts checkouts purchases view_to_cart cart_to_checkout checkout_to_purchase
        value_per_session cost_per_click return_per_session brand_mentions price_premium""",
    "comparisons": "sales_per_rep conversion_cac_correlation engagement_conversion_correlation",
}
KPIS = """
    revenue sales_growth target_attainment average_profit_margin mrr net_revenue_retention quota_attainment
    reps_at_quota forecast_accuracy pipeline_value stage_conversion win_rate closing_rate sales_cycle_length
    pipeline_velocity
    pipeline_coverage pipeline_multiplier leads_generated lead_response_time lead_conversion_rate call_show_rate
    new_customers cac churn_rate ltv_to_cac csat"""
CATEGORIES = {"performance", "activity", "productivity", "customer", "marketing", "pipeline"}
# What is empty in the month that was asked for: two points make no correlation, and one month is one point.
EMPTY = {"conversion_cac_correlation", "engagement_conversion_correlation"}


def names() -> list[str]:
    """The names that the catalogue must have."""
    return [name for part in NAMES.values() for name in part.split()]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The repository's catalogue over data of its own."""
    folder = tmp_path_factory.mktemp("catalogue")
    for name in ("metrics.yaml", "attain.lock", "examples/crm"):
        source = ROOT / name
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / name)
    make(folder / "examples" / "crm", "--accounts", "150", "--months", "30")
    opened = pipeline.open_project(folder / "metrics.yaml", today=LAST_DAY)
    yield opened
    opened.close()


def test_the_definitions_are_clean() -> None:
    """Without data, from the lock: no error and no warning."""
    said = run_attain(ROOT, "attain validate --offline")
    assert said.status == 0
    assert (said.out + said.err).rstrip().endswith("column types from attain.lock; no problems")


def test_its_tests_pass(project: Any) -> None:
    """Those that stand beside it, also those on the data."""
    from attain.testing.run import run_tests
    from attain.testing.session import Session
    from attain.testing.suite import find_tests

    tests, problems = find_tests(project, LAST_DAY)
    assert not problems and len(tests) >= 11
    session = Session(project, LAST_DAY)
    outcomes = [outcome for _, outcome in run_tests(tests, session, offline=False)]
    session.close()
    assert [(o.name, o.status, o.why) for o in outcomes if o.status != "passed" or o.why] == []


def test_over_data_only_references_are_told_of(project: Any) -> None:
    """No error; the data lead nowhere in places, on purpose."""
    assert {problem.code for problem in project.problems} <= {"dangling-reference"}


def test_every_metric_is_there(project: Any) -> None:
    """Those named above, and none that is not; what they are built of is hidden."""
    shown = {name for name, metric in project.model.metrics.items() if not metric.hidden}
    assert shown == set(names())


def test_every_kpi_has_a_target(project: Any) -> None:
    """Those named above; of revenue there are three."""
    held = Counter(target.metric for target in project.model.targets.values())
    assert set(held) == set(KPIS.split()) and held["revenue"] == 3


@pytest.mark.parametrize(
    ("period", "ratio", "band"),
    [("2026-03", 3, "healthy"), ("2026-04", 1, "too little"), ("2026-05", 5, "room to spend more")],
)
def test_what_a_customer_is_worth_lies_in_its_band(tmp_path: Path, period: str, ratio: int, band: str) -> None:
    """Three times what one costs is healthy, once and five times are not: over the rows of the page that says why."""
    case = read_page(ROOT / "tests" / "cases" / "catalog-lifetime-value.md")[0]
    write_project(tmp_path, case.definitions, case.tables)
    said = run_attain(tmp_path, f"attain scorecard ltv_to_cac --period {period} --as-of 2026-05-31 --format json")
    (card,) = json.loads(said.out)["kpis"][0]["cards"]
    assert (card["actual"], card["band"]["band"]) == (ratio, band)


def test_the_guides_figures_at_their_own_size(tmp_path: Path) -> None:
    """10,000 of costs and 100 new customers: 100 each. 500 leads of which 50 become customers: 10%."""
    deals = [f"{i},{i},{i},won,2026-03-{1 + i % 28:02d}" for i in range(1, 101)]
    kept = [f"{i},{i},{i},{'won' if i <= 50 else 'lost'},2026-05-01" for i in range(1, 81)]
    costs = "spent_on,department,amount\n2026-03-01,sales,7500\n2026-03-31,marketing,2500"
    accounts, leads = number("account_id", 100, "segment", "small"), number("lead_id", 500, "created_at", "2026-04-15")
    header = "deal_id,account_id,lead_id,status,closed_at"
    assert value(tmp_path, "cac", {"costs": costs, "accounts": accounts, "deals": "\n".join([header, *deals])}) == 100
    assert value(tmp_path, "lead_conversion_rate", {"leads": leads, "deals": "\n".join([header, *kept])}) == 0.1


def number(column: str, count: int, other: str, same: str) -> str:
    """CSV text of so many rows with keys from 1 on, and another column with one value."""
    return "\n".join([f"{column},{other}", *(f"{i},{same}" for i in range(1, count + 1))])


def value(folder: Path, metric: str, tables: dict[str, str]) -> object:
    """A metric over all of the rows given."""
    write_project(folder, catalogue_definitions(), catalogue_tables(tables))
    outcome = ask(folder, metric)
    assert not outcome.codes, outcome.text
    return float(outcome.rows[0][0])  # type: ignore[arg-type]


@pytest.mark.parametrize("name", names())
def test_all_is_said_of_it(project: Any, name: str) -> None:
    """Label, description (what it answers, and a trap), good, kind, category, owner, and what it may be cut by."""
    metric = project.model.metrics[name]
    assert metric.label and metric.owner and metric.description
    assert len(re.findall(r"[.;,] ", metric.description + " ")) >= 2, "what it answers, and the trap in reading it"
    assert metric.good in ("up", "down", "neutral") and metric.kind in ("leading", "lagging")
    assert metric.category in CATEGORIES and metric.by is not None


@pytest.mark.parametrize("name", names())
def test_it_has_an_answer(project: Any, name: str) -> None:
    """By month over half a year: six rows, of which some are not empty."""
    rows = run(project, name)
    assert len(rows) == 6
    assert name in EMPTY or any(row[-1] is not None for row in rows)


def test_every_dimension_of_a_metric_can_be_asked(project: Any) -> None:
    """Each dimension once, with the first metric that has it."""
    for dimension in project.model.dimensions:
        name = next(name for name, metric in project.model.metrics.items() if dimension in (metric.by or ()))
        assert run(project, name, dimension), dimension


def run(project: Any, metric: str, *by: str) -> list[tuple[object, ...]]:
    """The rows of a metric by month, of the half-year that ends with the last day."""
    request = pipeline.QueryRequest(metrics=(metric,), grain="month", by=by, start="2026-01-01", end="2026-07-01")
    result, problems, _ = pipeline.run_query(project, request, today=LAST_DAY)
    assert result is not None, [problem.message for problem in problems]
    return list(result.rows)
