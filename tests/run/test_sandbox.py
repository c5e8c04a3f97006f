"""What a query may not do, whatever its text: each refused thing is a case."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from tests.run.tools import column, open_duckdb, problem_of, write

from attain.model.types import INTEGER
from attain.run.engine import Engine

#: Statements other than one SELECT; {secret} is a file outside, {data} one that may be read, {folder} where they lie.
STATEMENTS = [
    "COPY (SELECT 1) TO '{folder}/out.csv'",
    "COPY (SELECT 1) TO '{data}' (USE_TMP_FILE false)",
    "ATTACH '{folder}/other.duckdb'",
    "ATTACH ':memory:' AS other",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET threads = 1",
    "SET enable_external_access = true",
    "SET lock_configuration = false",
    "RESET allowed_paths",
    "PRAGMA threads = 1",
    "PRAGMA database_list",
    "SET VARIABLE x = 1",
    "CREATE TABLE t (i INTEGER)",
    "CREATE TEMP TABLE t (i INTEGER)",
    "CREATE SECRET s (TYPE s3)",
    "EXPORT DATABASE '{folder}/export'",
    "IMPORT DATABASE '{folder}'",
    "CALL enable_logging()",
    "EXPLAIN ANALYZE SELECT 1",
    "SELECT 1; SELECT 2",
    "USE memory",
    "",
]
#: DuckDB would run these: the first overwrites a file that may be read, the reason why only a SELECT is ever run.
ALLOWED_BY_DUCKDB = (
    "COPY (SELECT 1) TO '{data}'",
    "ATTACH ':memory:'",
    "PRAGMA database",
    "SET VARIABLE",
    "CREATE TEMP",
)
REFUSED_BY_DUCKDB = [text for text in STATEMENTS[:16] if not text.startswith(ALLOWED_BY_DUCKDB)]
#: SELECTs that reach for what is outside.
SELECTS = [
    "SELECT * FROM read_csv('{secret}')",
    "SELECT * FROM '{secret}'",
    "SELECT * FROM '{folder}/*.csv'",
    "SELECT * FROM read_csv('{folder}/s*.csv')",
    "SELECT * FROM read_csv('{data}/../secret.csv')",
    "SELECT * FROM sniff_csv('{secret}')",
    "SELECT * FROM read_json('{secret}')",
    "SELECT * FROM read_parquet('{secret}')",
    "SELECT * FROM parquet_metadata('{secret}')",
    "SELECT * FROM read_text('{secret}')",
    "SELECT * FROM read_blob('{secret}')",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_csv('/dev/stdin')",
    "SELECT * FROM read_csv('https://example.com/a.csv')",
    "SELECT * FROM glob('{folder}/*')",
    "SELECT getenv('HOME')",
    "SELECT * FROM secret_rows",
    "SELECT * FROM view_of_secret",
]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """A database with a view of a file outside, and one data file that may be read."""
    write(tmp_path, "secret.csv", "word\nsesame\n")
    write(tmp_path, "data.csv", "id\n1\n")
    with duckdb.connect(str(tmp_path / "crm.duckdb")) as connection:
        connection.execute(f"CREATE VIEW view_of_secret AS SELECT * FROM read_csv('{tmp_path}/secret.csv')")
    with open_duckdb(tmp_path, "data.csv", path=tmp_path / "crm.duckdb") as opened:
        yield opened


def filled(sql: str, folder: Path) -> str:
    return sql.format(secret=folder / "secret.csv", data=folder / "data.csv", folder=folder)


@pytest.mark.parametrize("sql", STATEMENTS)
def test_only_one_select_is_run(engine: Engine, tmp_path: Path, sql: str) -> None:
    before = sorted(os.listdir(tmp_path))
    stopped = problem_of(engine, filled(sql, tmp_path))
    assert stopped.problem.code == "query-failed"
    assert sorted(os.listdir(tmp_path)) == before
    assert (tmp_path / "data.csv").read_text() == "id\n1\n"


@pytest.mark.parametrize("sql", SELECTS)
def test_a_select_reaches_nothing_outside(engine: Engine, tmp_path: Path, sql: str) -> None:
    secret_rows = [("sesame",)]  # noqa: F841 - DuckDB reads Python variables unless told not to
    stopped = problem_of(engine, filled(sql, tmp_path))
    assert stopped.problem.code == "query-failed"
    assert "sesame" not in stopped.problem.message
    assert os.environ.get("HOME", "/nowhere") not in stopped.problem.message


@pytest.mark.parametrize("statement", REFUSED_BY_DUCKDB)
def test_duckdb_itself_refuses_most_of_it_too(engine: Engine, tmp_path: Path, statement: str) -> None:
    with pytest.raises(duckdb.Error):
        engine._open.execute(filled(statement, tmp_path))  # type: ignore[attr-defined]


def test_the_named_file_can_be_read_by_either_form_of_its_path(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for path in (str(tmp_path / "data.csv"), "data.csv", "./data.csv"):
        assert engine.execute(f"SELECT id FROM read_csv(['{path}'])", (column(INTEGER),)).rows == [(1,)]
