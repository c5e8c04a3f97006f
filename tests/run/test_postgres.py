"""PostgreSQL: a real server on a socket."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from tests.run.tools import SPAN, column, describe, problem_of, query, table

from attain.model.semantic import Connection
from attain.model.types import BOOLEAN, DATE, DAYS, FLOAT, INSTANT, INTEGER, TEXT, TIMESTAMP, Kind, Type
from attain.run.connections import open_engine
from attain.run.engine import Engine, RunProblem, Settings
from attain.run.lock import KeyedTable, measure

TABLES = """
DROP SCHEMA IF EXISTS crm CASCADE;
CREATE SCHEMA crm;
CREATE TYPE crm.stage AS ENUM ('open', 'won');
CREATE TABLE crm.deals (id bigint PRIMARY KEY, amount numeric(12, 2), ratio double precision, any_number numeric,
  stage crm.stage, code uuid, closed_on date, closed_at timestamp, seen_at timestamptz, won boolean, tags text[]);
INSERT INTO crm.deals VALUES
  (1, 10.50, 'NaN', 1.5, 'won', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '2026-01-05', '2026-01-05 10:00',
   '2026-01-05 10:00+02', true, '{a}'),
  (9223372036854775807, NULL, 'Infinity', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
"""
WAREHOUSE = Connection("warehouse", "postgres")


@pytest.fixture
def engine(postgres_dsn: str, tmp_path: Path) -> Iterator[Engine]:
    import psycopg

    with psycopg.connect(postgres_dsn, autocommit=True) as connection:
        connection.execute(TABLES)
    environ = {"ATTAIN_CONNECTION_WAREHOUSE": postgres_dsn}
    with open_engine(WAREHOUSE, tmp_path, [], Settings(timeout=30), environ) as opened:
        yield opened


def test_columns_come_from_the_catalogue(engine: Engine) -> None:
    types = {
        "id": "integer",
        "amount": "decimal(12, 2)",
        "ratio": "float",
        "any_number": "float",
        "stage": "text",
        "code": "text",
        "closed_on": "date",
        "closed_at": "timestamp",
        "seen_at": "timestamptz",
        "won": "boolean",
        "tags": "other",
    }
    assert describe(engine, table("crm.deals")) == (types, [])


def test_columns_of_a_query(engine: Engine) -> None:
    sql = "SELECT id, amount, closed_on, seen_at FROM crm.deals -- all of them"
    types = {"id": "integer", "amount": "decimal(12, 2)", "closed_on": "date", "seen_at": "timestamptz"}
    assert describe(engine, query(sql)) == (types, [])


def test_an_unknown_table(engine: Engine) -> None:
    [problem] = describe(engine, table("crm.dels"))[1]
    assert (problem.code, problem.span, problem.label) == ("unknown-source", SPAN, "did you mean `crm.deals`?")


def test_results_are_exact(engine: Engine) -> None:
    columns = (
        column(INTEGER, "total"),
        column(Type(Kind.DECIMAL, 12, 2), "amount"),
        column(DATE, "day"),
        column(TIMESTAMP, "at"),
        column(INSTANT, "seen"),
        column(BOOLEAN, "won"),
        column(TEXT, "stage"),
        column(FLOAT, "ratio"),
        column(DAYS, "days"),
    )
    sql = """
        SELECT sum(id) OVER (), amount, closed_on, closed_at, seen_at, won, stage, ratio, 1.5::double precision
        FROM crm.deals ORDER BY id
    """
    first, second = engine.execute(sql, columns).rows
    total = 1 + 9223372036854775807
    at, seen = datetime(2026, 1, 5, 10), datetime(2026, 1, 5, 8, tzinfo=UTC)
    assert first == (total, Decimal("10.50"), date(2026, 1, 5), at, seen, True, "won", None, 1.5)
    assert second == (total, None, None, None, None, None, None, None, 1.5)
    assert isinstance(first[0], int)


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO crm.deals (id) VALUES (7)",
        "DELETE FROM crm.deals RETURNING id",
        "CREATE TABLE crm.other AS SELECT 1",
        "SELECT 1; DROP TABLE crm.deals",
        "COMMIT; DROP TABLE crm.deals",
        "SET TRANSACTION READ WRITE",
    ],
)
def test_nothing_is_ever_written(engine: Engine, sql: str) -> None:
    assert problem_of(engine, sql).problem.code == "query-failed"
    assert engine.fetch("SELECT count(*) FROM crm.deals") == [(2,)]


def test_the_session_is_the_same_everywhere(engine: Engine) -> None:
    assert engine.fetch("SHOW TimeZone") == [("UTC",)]
    assert engine.fetch("SHOW transaction_read_only") == [("on",)]
    assert engine.fetch("SHOW search_path") == [("public",)]
    assert engine.fetch("SHOW jit") == [("off",)]


def test_marks_come_through_a_failed_cast(engine: Engine) -> None:
    twice = problem_of(engine, "SELECT CAST('attain:duplicate-key:reps:rep_id:42' || left(version(), 0) AS INTEGER)")
    assert twice.problem.message == "`reps.rep_id` is not unique: 42 stands there more than once"
    many = problem_of(engine, "SELECT CAST('attain:too-many-cells:7000000:5000000' || left(version(), 0) AS INTEGER)")
    assert (many.status, many.problem.code) == (2, "too-many-cells")
    assert "7,000,000 cells" in many.problem.message


def test_the_time_limit_stops_a_query(postgres_dsn: str, tmp_path: Path) -> None:
    environ = {"ATTAIN_CONNECTION_WAREHOUSE": postgres_dsn}
    with open_engine(WAREHOUSE, tmp_path, [], Settings(timeout=0.3), environ) as engine:
        started = time.monotonic()
        stopped = problem_of(engine, "SELECT pg_sleep(20)")
        assert time.monotonic() - started < 5
        assert stopped.problem.code == "interrupted"
        assert "0.3 seconds" in stopped.problem.message
        assert engine.fetch("SELECT 1") == [(1,)]


@pytest.mark.parametrize(
    ("dsn", "why"),
    [
        ("postgresql://sesame:hush@/nobase?host=HOST", "does not know the user"),
        ("postgresql://attain:hush@/nobase?host=HOST", "has no such database"),
        ("postgresql://sesame:hush@/nobase?host=/nowhere", "no server answers"),
        ("sesame hush", "not a PostgreSQL address"),
    ],
)
def test_the_address_never_gets_into_a_message(postgres_dsn: str, tmp_path: Path, dsn: str, why: str) -> None:
    folder = postgres_dsn.split(maxsplit=1)[0].removeprefix("host=")
    environ = {"ATTAIN_CONNECTION_WAREHOUSE": dsn.replace("HOST", folder)}
    with pytest.raises(RunProblem) as caught:
        open_engine(WAREHOUSE, tmp_path, [], Settings(), environ)
    problem = caught.value.problem
    assert problem.code == "connection-failed"
    assert why in problem.message
    for secret in ("sesame", "hush", "nobase", "nowhere", folder):
        assert secret not in problem.message


def test_a_connection_without_an_address(tmp_path: Path) -> None:
    with pytest.raises(RunProblem) as caught:
        open_engine(WAREHOUSE, tmp_path, [], Settings(), {})
    assert "ATTAIN_CONNECTION_WAREHOUSE" in caught.value.problem.hints[0]


def test_measures_for_the_lock(engine: Engine) -> None:
    data, problems = measure(engine, [KeyedTable(table("crm.deals", "deals"), ("id", "stage"))])
    assert problems == []
    assert (data["tables"]["deals"]["rows"], data["tables"]["deals"]["keys"]) == (2, 2)


def test_arrow(engine: Engine) -> None:
    pytest.importorskip("pyarrow")
    assert engine.arrow("SELECT id FROM crm.deals ORDER BY id LIMIT 1").to_pylist() == [{"id": 1}]
