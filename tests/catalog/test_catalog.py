"""Every metric of the sales catalogue against SQL that was written by hand, cell by cell (`cells.py` says how)."""

from __future__ import annotations

import duckdb
import pytest
from tests.catalog.cells import ASKED, FILES, Asked, cells_by_hand, check_cells, rows_to_cells

import attain

PLANNED = ("sales_target", "target_attainment", "pipeline_multiplier")  # against the company's plan
# The kind of an activity is another thing than the kind of a deal.
NOT_CUT: dict[str, tuple[str, ...]] = {"closing_rate": ("kind",), "activity_ratio": ("kind",)}

pytestmark = pytest.mark.xdist_group("catalog")


@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_metric(asked: Asked, catalog: attain.Catalog, by_hand: duckdb.DuckDBPyConnection) -> None:
    found = catalog.run(asked.metric, **asked.options)
    check_cells(asked, rows_to_cells(found.rows), cells_by_hand(by_hand, asked))


def dimensions_by_hand(connection: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """The dimensions of every table."""
    found = connection.execute(
        "SELECT table_name[4:], list(column_name) FROM duckdb_columns() WHERE table_name[:3] = 'of_' GROUP BY ALL"
    )
    return dict(found.fetchall())


def test_dimensions_of_every_table(catalog: attain.Catalog, by_hand: duckdb.DuckDBPyConnection) -> None:
    for table, dimensions in dimensions_by_hand(by_hand).items():
        for dimension in dimensions:
            expected = by_hand.execute(f"SELECT {dimension}, count(*) FROM of_{table} GROUP BY ALL").fetchall()
            found = catalog.run(f"count({table})", by=dimension)
            assert rows_to_cells(found.rows) == rows_to_cells(expected), f"{table} by {dimension}"


def test_metrics_have_the_dimensions_that_all_their_tables_reach(
    catalog: attain.Catalog, by_hand: duckdb.DuckDBPyConnection
) -> None:
    reached = dimensions_by_hand(by_hand)
    assert set(catalog.dimensions) == {dimension for dimensions in reached.values() for dimension in dimensions}
    for path in FILES:
        metric = catalog._project.model.metrics[path.stem]
        tables = (*metric.tables, "plan") if path.stem in PLANNED else metric.tables
        shared = set.intersection(*(set(reached[table]) for table in tables))
        assert set(metric.by or ()) == shared - set(NOT_CUT.get(path.stem, ())), path.stem


def test_every_metric_has_its_sql(catalog: attain.Catalog) -> None:
    shown = {name for name, metric in catalog._project.model.metrics.items() if not metric.hidden}
    assert shown == {path.stem for path in FILES}


def test_every_query_is_read() -> None:
    for path in FILES:
        asks = path.read_text(encoding="utf-8").count("-- ask:")
        assert asks == sum(asked.metric == path.stem for asked in ASKED) > 0, path.name
