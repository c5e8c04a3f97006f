"""Figures that others published for Maven's CRM data."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.real.figures import Ask, Dataset, Figure, Rows, check_parts

from attain.pipeline import Project

DATA = Dataset("maven_crm")
LAST_DAY = "2017-12-31"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """The definitions over the data."""
    opened = DATA.project(tmp_path_factory.mktemp("maven_crm"))
    yield opened
    opened.close()


def concentration(project: Project) -> Rows:
    """The largest accounts by `--order` and `--limit`; of an additive metric their values add up."""
    total = Ask("revenue").rows(project)[0][0]
    top = [row[1] for row in Ask("revenue", by="account", order="-revenue", limit=20).rows(project)]
    return [[100 * sum(top[:n]) / total for n in (1, 5, 10, 20)]]


FIGURES: dict[str, Figure] = {
    "opportunities_by_stage": Ask("opportunities", by="stage"),
    "total_opportunities": Ask("opportunities"),
    "open_opportunities": Ask("open_opportunities"),
    "open_pipeline_share_pct": Ask("open_share"),
    "win_rate_closed_pct": Ask("win_rate"),
    "win_rate_all_pct": Ask("win_rate_of_all"),
    "avg_deal_size_won": Ask("average_deal"),
    "median_deal_size_won": Ask("median_deal"),
    "sales_cycle_mean_closed": Ask("cycle"),
    "sales_cycle_by_outcome": Ask("deals_closed cycle median_cycle", by="stage", where="stage in ('Won', 'Lost')"),
    "sales_cycle_won_percentiles": Ask("cycle_p25 cycle_p50 cycle_p75 cycle_p90"),
    "sales_cycle_min_max": Ask("shortest_cycle longest_cycle"),
    "sales_cycle_mean_by_region_closed": Ask("cycle", by="region"),
    "sales_cycle_mean_by_region_won": Ask("cycle_won", by="region"),
    "win_rate_by_cycle_bucket": Ask("deals_closed win_rate", by="cycle_bucket", where="cycle_bucket is not null"),
    "cycle_won_distribution_pct": Ask(
        "agent_cycle_share", by="cycle_class", where="agent = 'Darcel Schlecht' and cycle_class is not null"
    ),
    "revenue_by_product": Ask("revenue deals_won revenue_share", by="product"),
    "product_table_all_measures": Ask("opportunities deals_won win_rate revenue average_deal", by="product"),
    "win_rate_by_product_all_denominator": Ask("win_rate_of_all", by="product"),
    "series_performance": Ask("opportunities deals_won win_rate revenue", by="series"),
    "region_table": Ask("opportunities deals_won deals_lost win_rate revenue", by="region"),
    "region_avg_won_deal": Ask("average_deal", by="region"),
    "manager_table": Ask("deals_won revenue deals_engaging deals_lost deals_prospecting win_rate", by="manager"),
    "manager_avg_won_deal": Ask("average_deal", by="manager"),
    "manager_opps_per_roster_agent": Ask("opportunities_per_agent", by="manager"),
    "agent_revenue": Ask("revenue", by="agent"),
    "agent_xray": Ask("deals_closed win_rate revenue median_deal median_cycle open_opportunities pipeline", by="agent"),
    "agent_win_rate_extremes": Ask("win_rate", by="agent"),
    "agent_avg_won_deal": Ask("average_deal", by="agent"),
    "agent_revenue_per_opportunity": Ask("revenue_per_opportunity", by="agent"),
    "open_pipeline_value_list_price": Ask("pipeline"),
    # what a join loses that keeps only the rows that find their product and their account
    "agent_revenue_inner_join_raw": Ask(
        "revenue", by="agent", where="series_as_written is not null and sector is not null"
    ),
    "month_revenue_inner_join_raw": Ask(
        "revenue", grain="month", where="series_as_written is not null and sector is not null"
    ),
    "quarter_table": Ask("deals_closed deals_won deals_lost win_rate revenue", grain="quarter"),
    "month_revenue": Ask("revenue", grain="month"),
    "month_win_rate": Ask("win_rate", grain="month"),
    "sector_revenue": Ask("revenue deals_won opportunities", by="sector", where="sector is not null"),
    "sector_win_rate": Ask("win_rate", by="sector", where="sector is not null"),
    "opportunities_with_account": Ask("with_account without_account"),
    "account_missing_by_stage": Ask("without_account without_account_rate", by="stage"),
    "account_concentration_pct": concentration,
    "parent_account_revenue": Ask("revenue", by="parent_account", where="parent_account is not null"),
    "engage_cohort_largest": Ask("engaged", grain="month", order="-engaged", limit=1),
    "engaging_age_median_days": Ask("age_of_engaging", as_of=LAST_DAY),
    "zombie_open_deals": Ask("zombies", as_of=LAST_DAY),
    "weeks_to_close_won_by_manager": Ask("sunday_weeks monday_weeks whole_weeks", by="manager"),
    "oracle_win_percent_value_weighted": Ask("win_rate_by_value"),
    "oracle_avg_days_to_close": Ask(["-cycle_won"]),
    "oracle_manager_performance": Ask(
        "deals_won revenue revenue_this_quarter win_rate_by_value pipeline", by="manager", as_of=LAST_DAY
    ),
}


@pytest.mark.parametrize("name", DATA.figures(FIGURES))
def test_figure(name: str, project: Project) -> None:
    DATA.check(name, FIGURES[name], project)


# -- references that lead nowhere ------------------------------------------------------------------------------------
ADDITIVE = "opportunities deals_won open_opportunities revenue pipeline without_account engaged"
DIMENSIONS = [
    "stage", "agent", "manager", "region", "product", "series", "series_as_written", "sector", "account",
    "parent_account", "cycle_bucket", "cycle_class",
]  # fmt: skip


def test_a_product_that_is_spelt_wrong_is_a_group_without_a_series(project: Project) -> None:
    """GTXPro is no key of the price list: its 1,480 deals keep their value and lose their series."""
    asked = "opportunities deals_won revenue"
    rows = Ask(asked, by="series_as_written").rows(project)
    assert rows == [
        ["GTK", 40, 15, 400612],
        ["GTX", 4217, 2047, 3834189],
        ["MG", 3063, 1447, 2260155],
        [None, 1480, 729, 3510578],
    ]
    assert [sum(column) for column in zip(*(row[1:] for row in rows), strict=True)] == Ask(asked).rows(project)[0]


def test_a_filter_on_the_missing_series_finds_exactly_the_rows_that_it_lost(project: Project) -> None:
    lost = Ask("opportunities deals_won revenue", by="product", where="series_as_written is null").rows(project)
    assert lost == [["GTX Pro", 1480, 729, 3510578]]


def test_a_product_that_is_mended_is_among_its_series(project: Project) -> None:
    assert Ask("revenue", by="series", where="product = 'GTX Pro'").rows(project) == [["GTX", 3510578]]


def test_the_joined_key_of_a_dangling_reference_is_missing_and_the_reference_itself_is_not(project: Project) -> None:
    rows = Ask("opportunities", by="key_as_written deals.product", where="product = 'GTX Pro'").rows(project)
    assert rows == [[None, "GTXPro", 1480]]


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_parts_add_up(dimension: str, project: Project) -> None:
    check_parts(project, ADDITIVE, dimension)
    check_parts(project, ADDITIVE, dimension, "quarter")
