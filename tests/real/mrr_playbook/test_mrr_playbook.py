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
    """The five categories of change and none: customers of each month, and the change of their MRR. Months are added
    up here, because `per customer, month` without a grain fails: see the test below."""
    found = []
    for category in [*CATEGORIES, "unchanged"]:
        rows = Ask([f"sum(is_{category} per customer)", f"{category}_mrr"], grain="month", **RANGE).rows(project)
        found.append(
            [category if category in CATEGORIES else None, sum(row[1] for row in rows), sum(row[2] for row in rows)]
        )
    return found


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


PER_GRAIN = (
    "`per` a grain over a table without a time axis, asked with another grain or none: AssertionError in spine_of"
)


@pytest.mark.xfail(reason=PER_GRAIN)
def test_customer_months_in_one_cell(project: Project) -> None:
    texts = [text for c in CATEGORIES for text in (f"sum(is_{c} per customer, month)", f"sum({c}_mrr per month)")]
    row = Ask(texts, **RANGE).rows(project)[0]
    assert [[c, row[2 * i], row[2 * i + 1]] for i, c in enumerate(CATEGORIES)] == changes(project)[:-1]


@pytest.mark.xfail(reason=PER_GRAIN)
def test_months_of_a_year(project: Project) -> None:
    years = Ask("sum(new_mrr per month)", grain="year", start="2018-01-01", end="2020-01-01").rows(project)
    assert [row[1] for row in years] == [575, 1445]


def test_the_waterfall_leads_from_one_month_to_the_next(project: Project) -> None:
    """MRR is last month's and the five changes."""
    asked = "mrr mrr_before new_mrr reactivation_mrr upgrade_mrr downgrade_mrr churn_mrr"
    rows = Ask(asked, grain="month", **RANGE).rows(project)
    assert [row[1] for row in rows] == [row[2] + sum(row[3:]) for row in rows]
    assert [row[1] for row in rows[:-1]] == [row[2] for row in rows[1:]]
