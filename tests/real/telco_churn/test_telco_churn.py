"""Figures that others published for the telephone customers of IBM."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest
from tests.real.figures import Ask, Dataset, Figure

from attain.pipeline import Project

DATA = Dataset("telco_churn")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """The definitions over a database with the data."""
    folder = tmp_path_factory.mktemp("telco_churn")
    with duckdb.connect(folder / "telco.duckdb") as database:
        database.read_csv(DATA.data / "Telco-Customer-Churn.csv").create("telco_customer_churn")
    opened = DATA.project(folder)
    yield opened
    opened.close()


FIGURES: dict[str, Figure] = {
    "customers_churned_retained": Ask("customers churned retained"),
    "churn_rate_pct": Ask("churn_rate"),
    "avg_tenure_monthly_total": Ask("tenure monthly_charges total_charges"),
    "churn_by_contract": Ask("customers churned churn_rate", by="Contract"),
    "churn_by_payment_method": Ask("churn_rate", by="PaymentMethod"),
    "churn_by_internet_service": Ask("churn_rate", by="InternetService"),
}


@pytest.mark.parametrize("name", DATA.figures(FIGURES))
def test_figure(name: str, project: Project) -> None:
    DATA.check(name, FIGURES[name], project)
