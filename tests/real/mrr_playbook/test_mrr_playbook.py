"""Figures that others published for dbt's example of monthly recurring revenue."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.real.figures import Ask, Dataset, Figure, Rows

from attain.pipeline import Project

DATA = Dataset("mrr_playbook")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """The definitions over the data."""
    opened = DATA.project(tmp_path_factory.mktemp("mrr_playbook"))
    yield opened
    opened.close()


RANGE = {"start": "2018-01-01", "end": "2020-03-01"}
CATEGORIES = ["new", "reactivation", "upgrade", "downgrade", "churn"]


def changes(project: Project) -> Rows:
    """The five categories of change and none, in one cell: how many customer-months, and the change of their MRR."""
    kinds = [*CATEGORIES, "unchanged"]
    texts = [text for c in kinds for text in (f"sum(is_{c} per customer, month)", f"sum({c}_mrr per month)")]
    row = Ask(texts, **RANGE).rows(project)[0]
    return [[c if c in CATEGORIES else None, row[2 * i], row[2 * i + 1]] for i, c in enumerate(kinds)]


FIGURES: dict[str, Figure] = {
    "mrr_waterfall_by_month": Ask(
        "mrr new_mrr reactivation_mrr upgrade_mrr downgrade_mrr churn_mrr",
        grain="month",
        **RANGE,
    ),
    "mrr_change_category_counts": changes,
    "subscription_periods": Ask("subscription_periods customers first_start last_end"),
}


@pytest.mark.parametrize("name", DATA.figures(FIGURES))
def test_figure(name: str, project: Project) -> None:
    DATA.check(name, FIGURES[name], project)


@pytest.mark.parametrize("category", CATEGORIES)
def test_months_add_up_to_their_year(category: str, project: Project) -> None:
    months = Ask(f"{category}_mrr", grain="month", start="2018-01-01", end="2020-01-01").rows(project)
    years = Ask([f"sum({category}_mrr per month)"], grain="year", start="2018-01-01", end="2020-01-01").rows(project)
    assert [row[1] for row in years] == [sum(row[1] for row in months[:12]), sum(row[1] for row in months[12:])]


def test_the_waterfall_leads_from_one_month_to_the_next(project: Project) -> None:
    """MRR is last month's and the five changes."""
    asked = "mrr mrr_before new_mrr reactivation_mrr upgrade_mrr downgrade_mrr churn_mrr"
    rows = Ask(asked, grain="month", **RANGE).rows(project)
    assert [row[1] for row in rows] == [row[2] + sum(row[3:]) for row in rows]
    assert [row[1] for row in rows[:-1]] == [row[2] for row in rows[1:]]
