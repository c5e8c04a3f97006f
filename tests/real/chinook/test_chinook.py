"""Figures that others published for the Chinook sample."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.real.figures import Ask, Dataset, Figure, check_parts

from attain.pipeline import Project

DATA = Dataset("chinook")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """The definitions over the data."""
    opened = DATA.project(tmp_path_factory.mktemp("chinook"))
    yield opened
    opened.close()


FIGURES: dict[str, Figure] = {
    "revenue_by_genre_all_25": Ask("revenue tracks_sold revenue_share revenue_per_track", by="genre"),
    "revenue_total": Ask("revenue invoices tracks_sold"),
    "revenue_and_track_count_multi_fact": Ask("revenue tracks"),
    "revenue_filter_order_amount": Ask("large_invoices small_invoices"),
    "revenue_rock_altpunk": Ask("rock_revenue"),
    "revenue_music_media": Ask("music_revenue"),
    "the_office_share_in_tv": Ask("the_office_share", where="genre = 'TV Shows'", fractions=(0,)),
    "unique_customers_pct_sum": Ask("genres_per_buyer"),
    "avg_monthly_revenue": Ask("revenue_per_active_month revenue_per_customer"),
}


@pytest.mark.parametrize("name", DATA.figures(FIGURES))
def test_figure(name: str, project: Project) -> None:
    DATA.check(name, FIGURES[name], project)


@pytest.mark.parametrize("dimension", ["genre", "artist", "country"])
def test_parts_add_up(dimension: str, project: Project) -> None:
    check_parts(project, "revenue tracks_sold large_invoices music_revenue", dimension)
    check_parts(project, "revenue tracks_sold large_invoices music_revenue", dimension, "quarter")


def test_the_months_of_a_year_end_with_the_as_of_day(project: Project) -> None:
    """In March the mean month of the year is that of three months, not of twelve."""
    rows = Ask("invoiced revenue_per_month", grain="year", as_of="2023-03-26").rows(project)
    assert [float(mean) for _, _, mean in rows] == pytest.approx(
        [float(total) / months for (_, total, _), months in zip(rows, (12, 12, 3), strict=True)]
    )
