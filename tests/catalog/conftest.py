"""The shipped definitions over data made for these tests, and the same data for SQL by hand."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import duckdb
import pytest
from tests.catalog.cells import AS_OF, FROM, HERE, TO
from tests.run.postgres_server import postgres_dsn

import attain

ROOT = HERE.parents[1]
ACCOUNTS, MONTHS, SEED = 150, 36, 7


def load_maker() -> ModuleType:
    """The example's own program that makes its data."""
    spec = importlib.util.spec_from_file_location("make_data", ROOT / "examples/crm/make_data.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped definitions, as they are, and the data."""
    folder = tmp_path_factory.mktemp("catalog")
    shutil.copy(ROOT / "metrics.yaml", folder)
    shutil.copytree(ROOT / "examples/crm", folder / "examples/crm", ignore=shutil.ignore_patterns("*.duckdb*"))
    load_maker().make_data(ACCOUNTS, MONTHS, SEED, "duckdb", folder / "examples/crm")
    with duckdb.connect(folder / "examples/crm/crm.duckdb") as connection:
        connection.execute((HERE / "harder.sql").read_text(encoding="utf-8"))
    return folder


@pytest.fixture(scope="session")
def catalog(folder: Path) -> Iterator[attain.Catalog]:
    """The shipped definitions."""
    with attain.load(folder / "metrics.yaml") as catalog:
        yield catalog


@pytest.fixture(scope="session")
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


__all__ = ["postgres_dsn"]
