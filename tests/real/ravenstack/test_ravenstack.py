"""Figures that others published for RavenStack, a made-up software company."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.real.figures import Ask, Dataset, Figure, Rows, check_parts

from attain.pipeline import Project

DATA = Dataset("ravenstack")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """The definitions over the data."""
    opened = DATA.project(tmp_path_factory.mktemp("ravenstack"))
    yield opened
    opened.close()


TIERS = ["Basic", "Pro", "Enterprise"]


def mrr_by_month_and_tier(project: Project) -> Rows:
    """One row for each month, one column for each plan and one for all of them."""
    months = {"grain": "month", "start": "2023-01-01", "end": "2025-01-01"}
    cells = {(month, plan): mrr for month, plan, mrr in Ask("mrr", by="plan", **months).rows(project)}
    return [[month, *(cells[month, plan] for plan in TIERS), mrr] for month, mrr in Ask("mrr", **months).rows(project)]


def retention_curve(project: Project) -> Rows:
    """Three expressions for each number of months since signup, 72 in one query."""
    texts = []
    for k in range(24):
        eligible = f"count(accounts where last_month >= {k})"
        alive = f"first_month <= {k} and (end_month is null or end_month >= {k})"
        retained = f"count(distinct subscriptions.account_id where {alive} and account.last_month >= {k})"
        texts += [eligible, retained, f"100 * {retained} / {eligible}"]
    row = Ask(texts).rows(project)[0]
    return [[k, *row[3 * k : 3 * k + 3]] for k in range(24)]


FIGURES: dict[str, Figure] = {
    "new_accounts_by_month": Ask("accounts", grain="month"),
    "accounts_by_country": Ask("accounts account_share", by="country"),
    "accounts_by_plan_tier": Ask("accounts account_share", by="tier"),
    "accounts_by_referral_source": Ask("accounts account_share", by="source"),
    "mrr_by_month_and_tier": mrr_by_month_and_tier,
    "mrr_2024_12": Ask("mrr", start="2024-12-01", end="2025-01-01"),
    "trial_to_paid_subscription_level_pct": Ask("trials trials_to_paid trial_conversion"),
    "trial_to_paid_by_tier": Ask("trials trials_to_paid trial_conversion", by="plan"),
    "retention_curve_eligible_cohorts": retention_curve,
    "churn_events_by_month": Ask("churn_events accounts_churned", grain="month"),
    "churn_by_plan_tier": Ask("churn_events accounts_churned accounts churn_prevalence", by="tier"),
    "churn_prevalence_pct": Ask("churn_prevalence"),
    "support_by_churn_status": Ask(
        "accounts_with_tickets tickets tickets_per_account resolution_hours response_minutes escalations"
        " escalation_rate",
        by="churned",
    ),
    "support_priority_mix": Ask("low medium high urgent tickets pressing_share", by="churned"),
}


@pytest.mark.parametrize("name", DATA.figures(FIGURES))
def test_figure(name: str, project: Project) -> None:
    DATA.check(name, FIGURES[name], project)


def test_accounts_by_churn_status(project: Project) -> None:
    """What of engagement_by_churn does not need the file of usage."""
    answer = [row[:2] for row in DATA.answers["engagement_by_churn"]["values"]]
    assert sorted(Ask("accounts", by="churned").rows(project)) == sorted(answer)


@pytest.mark.parametrize("dimension", ["country", "source", "tier", "churned", "accounts.industry"])
def test_parts_add_up(dimension: str, project: Project) -> None:
    check_parts(project, "accounts", dimension)
    check_parts(project, "accounts", dimension, "month")


def test_a_month_after_the_as_of_day_is_empty(project: Project) -> None:
    """Also where the table has no time axis and the condition looks at the window: the window has no days."""
    rows = Ask("mrr", grain="month", start="2024-05-01", end="2024-09-01", as_of="2024-06-30").rows(project)
    assert [row[1] for row in rows] == [3339785, 3854007, 0, 0]
