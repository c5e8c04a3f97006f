"""Figures that others published for the Northwind sample."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.real.figures import Ask, Dataset, Figure, Rows, check_parts

from attain.pipeline import Project

DATA = Dataset("northwind")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """The definitions over the data."""
    opened = DATA.project(tmp_path_factory.mktemp("northwind"))
    yield opened
    opened.close()


def top_three(dimension: str) -> Figure:
    """The three largest by `--order` and `--limit`; of an additive metric their values add up."""

    def rows(project: Project) -> Rows:
        top = Ask("net_sales", by=dimension, order="-net_sales", limit=3).rows(project)
        return [[100 * sum(row[1] for row in top) / Ask("net_sales").rows(project)[0][0]]]

    return rows


FIGURES: dict[str, Figure] = {
    "net_gross_discount": Ask("net_sales gross_sales discount"),
    "net_sales_precise": Ask("net_sales"),
    "aov": Ask("average_order"),
    "units_sold": Ask("units_sold"),
    "top3_country_share_pct": top_three("country"),
    "top3_customer_share_pct": top_three("customer"),
    "jan_apr_growth": Ask("spring_growth"),
    "delivery_days_and_on_time": Ask("delivery_time on_time_rate on_time_rate_of_shipped"),
    "unshipped_orders": Ask("unshipped"),
    "customers_over_10_orders": Ask("loyal_customers"),
    "months_with_orders": Ask("months_with_orders"),
}


@pytest.mark.parametrize("name", DATA.figures(FIGURES))
def test_figure(name: str, project: Project) -> None:
    DATA.check(name, FIGURES[name], project)


@pytest.mark.parametrize("dimension", ["country", "customer"])
def test_parts_add_up(dimension: str, project: Project) -> None:
    check_parts(project, "net_sales units_sold orders", dimension)
    check_parts(project, "net_sales units_sold orders", dimension, "quarter")
