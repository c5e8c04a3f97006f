"""Every metric of the sales catalogue against SQL that was written by hand, cell by cell.

`NAME.sql` holds what the metric NAME means, written from the catalogue's definitions in words and not from the YAML. A
line `-- ask: --grain month --by region` says which query of the command line the statement below it answers; several
such lines share a statement. Its columns are the period (also of `-- ask: no grain`, where it is the range), the
dimension if there is one, the value. A cell that it has no row for has the value of the line `-- no row:`. What the
statements find beside the tables stands in `periods.sql` and `grains.sql`.
"""

from __future__ import annotations

import importlib.util
import math
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import product
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import pytest

import attain

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
# Data go on for three months after the as-of day; the month it lies in is compared with a shorter one. Two months of
# the range have not begun by then: only plans say something of them.
FROM, TO, AS_OF = date(2024, 4, 1), date(2026, 6, 1), date(2026, 3, 30)
ACCOUNTS, MONTHS, SEED = 150, 36, 7
STEPS = {"week": "7 DAY", "month": "1 MONTH", "quarter": "3 MONTH", "year": "1 YEAR"}
SHARED = ("periods", "grains", "harder", "dimensions")
# The kind of an activity is another thing than the kind of a deal.
NOT_CUT: dict[str, tuple[str, ...]] = {"closing_rate": ("kind",), "activity_ratio": ("kind",)}
PLANNED = ("sales_target", "target_attainment", "pipeline_multiplier")  # against the company's plan
Cells = dict[tuple[Any, ...], Any]

pytestmark = pytest.mark.xdist_group("catalog")


@dataclass(frozen=True)
class Asked:
    """A query of the command line, the SQL that answers it, and the value of a cell that the SQL has no row for."""

    metric: str
    grain: str
    by: str
    sql: str
    no_row: int | None

    def __str__(self) -> str:
        return "-".join(filter(None, (self.metric, self.grain or "range", self.by)))


def read_asked(path: Path) -> Iterator[Asked]:
    """The queries of a file."""
    text = path.read_text(encoding="utf-8")
    no_row = {"0": 0, "null": None}[re.findall(r"^-- no row: (.*)$", text, re.MULTILINE)[0]]
    for block in re.findall(r"^((?:-- ask: .*\n)+)([^;]+;)", text, re.MULTILINE):
        for grain, by in re.findall(r"-- ask: (?:no grain|--grain (\w+))(?: --by (\w+))?\n", block[0]):
            yield Asked(path.stem, grain, by, block[1], no_row)


FILES = [path for path in sorted(HERE.glob("*.sql")) if path.stem not in SHARED]
ASKED = [asked for path in FILES for asked in read_asked(path)]


# -- what is compared ------------------------------------------------------------------------------------------------
def load_maker() -> ModuleType:
    """The example's own program that makes its data."""
    spec = importlib.util.spec_from_file_location("make_data", ROOT / "examples/crm/make_data.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped definitions, as they are, over data made for these tests."""
    folder = tmp_path_factory.mktemp("catalog")
    shutil.copy(ROOT / "metrics.yaml", folder)
    shutil.copytree(ROOT / "examples/crm", folder / "examples/crm", ignore=shutil.ignore_patterns("*.duckdb*"))
    load_maker().make_data(ACCOUNTS, MONTHS, SEED, "duckdb", folder / "examples/crm")
    with duckdb.connect(folder / "examples/crm/crm.duckdb") as connection:
        connection.execute((HERE / "harder.sql").read_text(encoding="utf-8"))
    return folder


@pytest.fixture(scope="module")
def catalog(folder: Path) -> Iterator[attain.Catalog]:
    """The shipped definitions."""
    with attain.load(folder / "metrics.yaml") as catalog:
        yield catalog


@pytest.fixture(scope="module")
def by_hand(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The same tables, and the periods that are asked for."""
    with duckdb.connect() as connection:
        copy = shutil.copy(folder / "examples/crm/crm.duckdb", folder / "copy.duckdb")
        connection.execute(f"ATTACH '{copy}' AS copy (READ_ONLY)")
        for (table,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall():
            connection.execute(f"CREATE TABLE {table} AS FROM copy.{table}")
        for name, day in (("as_of", AS_OF), ("range_from", FROM), ("range_to", TO)):
            connection.execute(f"SET VARIABLE {name} = DATE '{day}'")
        for file in ("periods", "dimensions"):
            connection.execute((HERE / f"{file}.sql").read_text(encoding="utf-8"))
        yield connection


def cells_by_hand(connection: duckdb.DuckDBPyConnection, asked: Asked) -> Cells:
    """What the SQL says: the value of each of its cells."""
    periods = f"all_periods('{asked.grain}', INTERVAL {STEPS[asked.grain]})" if asked.grain else "whole_range()"
    connection.execute(f"CREATE OR REPLACE TABLE periods AS FROM {periods}")
    connection.execute((HERE / "grains.sql").read_text(encoding="utf-8"))
    rows = connection.execute(asked.sql).fetchall()
    return rows_to_cells(rows if asked.grain else [row[1:] for row in rows])


def cells_of_engine(catalog: attain.Catalog, asked: Asked) -> Cells:
    """What the catalogue's metric says."""
    by = (asked.by,) if asked.by else ()
    found = catalog.run(asked.metric, grain=asked.grain, by=by, start=FROM, end=TO, as_of=AS_OF)
    return rows_to_cells(found.rows)


def rows_to_cells(rows: list[tuple[Any, ...]]) -> Cells:
    """The value of each cell; no cell may stand twice."""
    cells = {row[:-1]: row[-1] for row in rows}
    assert len(cells) == len(rows), "a cell has two rows"
    return cells


def equal(found: Any, expected: Any) -> bool:
    """Counts and money to the last digit, what was divided to twelve digits."""
    if found is None or expected is None or not (isinstance(found, float) or isinstance(expected, float)):
        return bool(found == expected)
    return math.isclose(found, expected, rel_tol=1e-12, abs_tol=1e-12)


# -- the tests -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_metric(asked: Asked, catalog: attain.Catalog, by_hand: duckdb.DuckDBPyConnection) -> None:
    expected, found = cells_by_hand(by_hand, asked), cells_of_engine(catalog, asked)
    assert any(expected.values()), "the data has nothing to show"
    wrong = [
        f"{', '.join(map(str, cell))}: attain {found.get(cell, 'has no row')}, SQL {expected.get(cell, 'has no row')}"
        for cell in sorted({*found, *expected}, key=str)
        if not equal(found.get(cell, asked.no_row), expected.get(cell, asked.no_row))
    ]
    assert not wrong, f"{len(wrong)} of {len(found)} cells differ:\n" + "\n".join(wrong[:12])
    assert set(found) == set(product(*({cell[place] for cell in found} for place in range(len(next(iter(found)))))))


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
