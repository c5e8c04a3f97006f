"""SQLite: dates are text there, and nothing but reads gets through."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from tests.run.tools import column, describe, problem_of, table, write

from attain.model.semantic import Connection
from attain.model.types import BOOLEAN, DATE, FLOAT, INTEGER, TEXT, TIMESTAMP
from attain.run.connections import open_engine
from attain.run.engine import Engine, RunProblem, Settings
from attain.run.lock import KeyedTable, measure

CRM = Connection("crm", "sqlite", "data/crm.sqlite")
TABLES = """
CREATE TABLE deals (id INTEGER PRIMARY KEY, amount DECIMAL(12, 2), ratio REAL, stage VARCHAR(20), closed_on DATE,
  closed_at DATETIME, won BOOLEAN, blob BLOB, anything);
INSERT INTO deals VALUES (1, 10.5, 1e999, 'won', '2026-01-05', '2026-01-05 10:00:00', 1, x'00', 'x'),
  (2, NULL, 0.5, NULL, NULL, NULL, 0, NULL, NULL);
"""


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    (tmp_path / "data").mkdir()
    with sqlite3.connect(tmp_path / "data" / "crm.sqlite") as connection:
        connection.executescript(TABLES)
    connection.close()
    with open_engine(CRM, tmp_path, [], Settings(timeout=30), {}) as opened:
        yield opened


def test_columns_by_the_types_they_were_declared_with(engine: Engine) -> None:
    types = {
        "id": "integer",
        "amount": "decimal(12, 2)",
        "ratio": "float",
        "stage": "text",
        "closed_on": "date",
        "closed_at": "timestamp",
        "won": "boolean",
        "blob": "other",
        "anything": "other",
    }
    assert describe(engine, table("deals")) == (types, [])


def test_results_have_the_types_of_their_columns(engine: Engine) -> None:
    columns = (
        column(INTEGER),
        column(FLOAT, "ratio"),
        column(TEXT, "stage"),
        column(DATE, "on"),
        column(TIMESTAMP, "at"),
        column(BOOLEAN, "won"),
    )
    result = engine.execute("SELECT id, ratio, stage, closed_on, closed_at, won FROM deals ORDER BY id", columns)
    assert result.rows == [
        (1, None, "won", date(2026, 1, 5), datetime(2026, 1, 5, 10), True),
        (2, 0.5, None, None, None, False),
    ]


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM deals",
        "INSERT INTO deals (id) VALUES (3)",
        "CREATE TABLE other (id)",
        "CREATE TEMP TABLE other (id)",
        "ATTACH 'other.sqlite' AS other",
        "PRAGMA query_only = OFF",
        "PRAGMA database_list",
        "SELECT load_extension('x')",
        "SELECT 1; DELETE FROM deals",
        "VACUUM",
    ],
)
def test_nothing_but_reads_gets_through(engine: Engine, sql: str) -> None:
    assert problem_of(engine, sql).problem.code == "query-failed"
    assert engine.fetch("SELECT count(*) FROM deals") == [(2,)]


def test_an_unknown_table(engine: Engine) -> None:
    [problem] = describe(engine, table("deal"))[1]
    assert (problem.code, problem.label) == ("unknown-source", "did you mean `deals`?")


def test_missing_and_other_files(tmp_path: Path) -> None:
    with pytest.raises(RunProblem) as caught:
        open_engine(CRM, tmp_path, [], Settings(), {})
    assert caught.value.problem.message == "there is no database file `data/crm.sqlite`"
    write(tmp_path, "data/crm.sqlite", "this is no database" * 100)
    with pytest.raises(RunProblem) as caught:
        open_engine(CRM, tmp_path, [], Settings(), {})
    assert caught.value.problem.message == "`data/crm.sqlite` is not a SQLite database"


def test_the_time_limit_stops_a_query(engine: Engine, tmp_path: Path) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    with open_engine(CRM, tmp_path, [], Settings(timeout=0.2), {}) as quick:
        started = time.monotonic()
        assert problem_of(quick, endless).problem.code == "interrupted"
        assert time.monotonic() - started < 5


def test_measures_for_the_lock(engine: Engine) -> None:
    data, problems = measure(engine, [KeyedTable(table("deals"), ("id",))])
    assert problems == []
    assert (data["tables"]["t"]["rows"], data["tables"]["t"]["keys"]) == (2, 2)


def test_arrow(engine: Engine) -> None:
    pytest.importorskip("pyarrow")
    assert engine.arrow("SELECT id FROM deals ORDER BY id").to_pylist() == [{"id": 1}, {"id": 2}]
