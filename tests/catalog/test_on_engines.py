"""The metrics of the catalogue on PostgreSQL and SQLite: by month and a dimension, the cells of the SQL by hand."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest
from tests.catalog.cells import ASKED, Asked, cells_by_hand, check_cells, rows_to_cells
from tests.engines.answers import in_postgres, in_sqlite, read_data

import attain
from attain.pipeline import Project, QueryRequest, compile_query
from attain.run.engine import Engine

LAST = list({asked.metric: asked for asked in ASKED if asked.grain == "month"}.values())  # by a dimension, if any
YEARLY = [asked for asked in ASKED if asked.metric.endswith("_correlation") and asked.grain]
DIGITS = 9  # money on SQLite is floating, and times are kept to the millisecond

pytestmark = pytest.mark.xdist_group("catalog")


@pytest.fixture(scope="session")
def project(catalog: attain.Catalog) -> Project:
    """The shipped definitions, with the types of the data's columns."""
    return catalog._project


@pytest.fixture(scope="session")
def sqlite(project: Project, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The same tables in SQLite."""
    with in_sqlite(tmp_path_factory.mktemp("sqlite"), read_data(project)) as engine:
        yield engine


@pytest.fixture(scope="session")
def postgres(project: Project, postgres_dsn: str) -> Iterator[Engine]:
    """The same tables in PostgreSQL."""
    with in_postgres(postgres_dsn, read_data(project)) as engine:
        yield engine


@pytest.mark.parametrize("asked", [*LAST, *YEARLY], ids=str)
@pytest.mark.parametrize("name", ["postgres", "sqlite"])
def test_metric(
    name: str, asked: Asked, project: Project, by_hand: duckdb.DuckDBPyConnection, request: pytest.FixtureRequest
) -> None:
    compiled = compile_query(project, QueryRequest((asked.metric,), **asked.options), dialect=name)
    if any(problem.code == "unsupported-in-dialect" for problem in compiled.problems):
        assert name == "sqlite"
        pytest.skip(compiled.problems[0].message)
    engine: Engine = request.getfixturevalue(name)
    found = engine.execute(compiled.sql, compiled.columns)
    check_cells(asked, rows_to_cells(found.rows), cells_by_hand(by_hand, asked), DIGITS)
