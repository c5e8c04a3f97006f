"""DuckDB: opening, results, limits, and stopping."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from tests.run.tools import SPAN, column, describe, open_duckdb, problem_of, query, rows, table, write

from attain.model.semantic import Connection
from attain.model.types import BOOLEAN, DATE, DAYS, FLOAT, INSTANT, INTEGER, TEXT, TIMESTAMP, Kind, Type
from attain.run.connections import open_engine
from attain.run.engine import Engine, RunProblem, Settings

LONG = "SELECT sum(a.range * b.range) FROM range(1000000) a, range(1000000) b"


@pytest.fixture
def crm(tmp_path: Path) -> Path:
    """A database file of the name of one of its schemas."""
    path = tmp_path / "crm.duckdb"
    with duckdb.connect(str(tmp_path / "new.duckdb")) as connection:
        connection.execute("CREATE SCHEMA crm")
        connection.execute("CREATE TYPE stage AS ENUM ('open', 'won')")
        connection.execute("""
            CREATE TABLE crm.deals AS SELECT 1::HUGEINT AS id, 'won'::stage AS stage, 1.5::DECIMAL(10, 2) AS amount,
              1::UBIGINT AS u, 0.5::FLOAT AS f, uuid() AS code, DATE '2026-01-05' AS day, TIMESTAMP '2026-01-05' AS at,
              TIMESTAMPTZ '2026-01-05 00:00+00' AS seen, true AS won, [1] AS list, TIME '10:00' AS clock
        """)
        connection.execute('CREATE TABLE "odd.name" AS SELECT 1 AS "a ""b"""')
        connection.execute("CREATE VIEW everything AS SELECT * FROM crm.deals")
    (tmp_path / "new.duckdb").rename(path)
    return path


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Engine]:
    with open_duckdb(tmp_path) as engine:
        yield engine


def open_crm(root: Path, path: str = "crm.duckdb") -> Engine:
    return open_engine(Connection("default", "duckdb", path), root, [], Settings(), {})


def failure(root: Path, path: str) -> RunProblem:
    with pytest.raises(RunProblem) as caught:
        open_crm(root, path)
    return caught.value


def test_columns_of_a_table_of_a_schema_named_like_the_file(crm: Path) -> None:
    types = {
        "id": "integer",
        "stage": "label",  # an ENUM: a text once it is cast
        "amount": "decimal(10, 2)",
        "u": "integer",
        "f": "float",
        "code": "label",  # a UUID
        "day": "date",
        "at": "timestamp",
        "seen": "timestamptz",
        "won": "boolean",
        "list": "other",
        "clock": "other",
    }
    with open_crm(crm.parent) as engine:
        assert describe(engine, table("crm.deals")) == (types, [])
        assert describe(engine, table("everything")) == (types, [])
        assert describe(engine, table('"odd.name"')) == ({'a "b"': "integer"}, [])
        assert rows(engine, table("crm.deals"), "id, stage") == [(1, "won")]


def test_two_engines_may_have_one_file_open(crm: Path) -> None:
    with open_crm(crm.parent) as one, open_crm(crm.parent) as other:
        assert rows(one, table("crm.deals"), "id") == rows(other, table("crm.deals"), "id")


def test_columns_of_a_query(memory: Engine) -> None:
    assert describe(memory, query("SELECT 1 AS a, 'x' AS b -- both")) == ({"a": "integer", "b": "text"}, [])


def test_columns_of_a_query_that_only_changes_their_case(memory: Engine) -> None:
    """As the query gives them: DuckDB's own DESCRIBE keeps the old name of `Amount AS amount`."""
    renamed = query("SELECT Amount AS amount, name FROM (SELECT 1 AS Amount, 'x' AS Name) AS q")
    assert describe(memory, renamed) == ({"amount": "integer", "Name": "text"}, [])


def test_an_unknown_table_and_a_wrong_query(crm: Path) -> None:
    with open_crm(crm.parent) as engine:
        [unknown] = describe(engine, table("crm.dels"))[1]
        [wrong] = describe(engine, query("SELECT nothing FROM crm.deals"))[1]
    assert (unknown.code, unknown.label, unknown.span) == ("unknown-source", "did you mean `crm.deals`?", SPAN)
    assert (wrong.code, wrong.span) == ("query-failed", SPAN)
    assert "\n" not in wrong.message


def test_results_are_exact(memory: Engine) -> None:
    columns = (
        column(INTEGER, "total"),
        column(Type(Kind.DECIMAL, 22, 4), "amount"),
        column(DATE, "day"),
        column(TIMESTAMP, "at"),
        column(INSTANT, "seen"),
        column(FLOAT, "nan"),
        column(FLOAT, "infinity"),
        column(BOOLEAN, "won"),
        column(TEXT, "code"),
        column(DAYS, "days"),
        column(TEXT, "missing"),
    )
    sql = """
        SELECT sum(x), 12345678901234567.8901::DECIMAL(22, 4), DATE '2026-01-05',
          TIMESTAMP '2026-01-05 10:00:00.123456', TIMESTAMPTZ '2026-01-05 10:00+02', 'nan'::DOUBLE, 1e308 * 10, true,
          'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::UUID, 1.5::DOUBLE, NULL
        FROM (VALUES (9223372036854775807), (9223372036854775807)) AS t(x)
    """
    [row] = memory.execute(sql, columns).rows
    assert row == (
        18446744073709551614,
        Decimal("12345678901234567.8901"),
        date(2026, 1, 5),
        datetime(2026, 1, 5, 10, 0, 0, 123456),
        datetime(2026, 1, 5, 8, tzinfo=UTC),
        None,
        None,
        True,
        "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
        1.5,
        None,
    )
    assert [type(value) for value in row[:4]] == [int, Decimal, date, datetime]


def test_instants_keep_the_order_and_odd_names_of_their_query(memory: Engine) -> None:
    sql = 'SELECT to_timestamp(i) AS "a""b", i AS i, i AS i FROM range(1000) t(i) ORDER BY i DESC; -- the end'
    got = memory.execute(sql, (column(INSTANT), column(INTEGER, "b"), column(INTEGER, "c"))).rows
    assert [row[1] for row in got] == list(range(999, -1, -1))
    assert got[0][0] == datetime.fromtimestamp(999, UTC)


def test_a_cast_sees_the_value_and_not_the_text_of_the_file(tmp_path: Path) -> None:
    from tests.run.tools import file

    write(tmp_path, "a.csv", "id,at\n007,2026-01-05T10:00:00+02:00\n")
    with open_duckdb(tmp_path, "a.csv") as engine:
        asked = file("a.csv", {"id": INTEGER})
        assert rows(engine, asked, 'CAST(id AS VARCHAR), CAST("at" AS TIMESTAMP)') == [("7", datetime(2026, 1, 5, 8))]


def test_missing_values_are_last_and_text_is_ordered_by_code_point(memory: Engine) -> None:
    sql = "SELECT x FROM (VALUES ('b'), (NULL), ('B'), ('a')) t(x) ORDER BY x"
    assert memory.fetch(sql) == [("B",), ("a",), ("b",), (None,)]


def test_marks(memory: Engine) -> None:
    twice = problem_of(memory, "SELECT error('attain:duplicate-key:reps:rep_id:42')")
    assert (twice.status, twice.problem.code) == (3, "duplicate-key-value")
    assert twice.problem.message == "`reps.rep_id` is not unique: 42 stands there more than once"
    pair = problem_of(memory, "SELECT error('attain:duplicate-key:fx:currency,day:EUR, 10:30')")
    assert pair.problem.message == "`fx` (currency, day) is not unique: EUR, 10:30 stands there more than once"
    many = problem_of(memory, "SELECT error('attain:too-many-cells:7000000:5000000')")
    assert (many.status, many.problem.code) == (2, "too-many-cells")
    assert "--sparse" in many.problem.hints[0]
    assert "--max-cells" in many.problem.hints[1]


def test_a_file_that_goes_away_while_running(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", "a\n1\n")
    with open_duckdb(tmp_path, "a.csv") as engine:
        path.unlink()
        sql = f"SELECT * FROM read_csv(['{path}'], auto_detect = false, columns = {{'a': 'BIGINT'}})"
        problem = problem_of(engine, sql).problem
    assert (problem.code, problem.message) == ("data-file-missing", "`a.csv` is not there any more")


def test_missing_other_and_outside_database_files(tmp_path: Path) -> None:
    write(tmp_path, "text.duckdb", "this is no database " * 300)
    write(tmp_path, "empty.duckdb", "")
    assert failure(tmp_path, "none.duckdb").problem.message == "there is no database file `none.duckdb`"
    assert failure(tmp_path, "text.duckdb").problem.message == "`text.duckdb` is not a DuckDB database"
    assert failure(tmp_path, "empty.duckdb").problem.message == "`empty.duckdb` is not a DuckDB database"
    assert failure(tmp_path, "../other.duckdb").problem.code == "path-not-allowed"
    assert failure(tmp_path, "none.duckdb").status == 3
    assert not (tmp_path / "none.duckdb").exists()


def test_a_database_that_another_process_writes_to(crm: Path) -> None:
    script = f"import duckdb, time; c = duckdb.connect({str(crm)!r}); print('open', flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as other:
        try:
            assert other.stdout is not None
            other.stdout.readline()
            stopped = failure(crm.parent, "crm.duckdb")
        finally:
            other.kill()
    assert stopped.problem.message.startswith("the database `crm.duckdb` is in use by another process")
    assert "close the other program" in stopped.problem.hints[0]


def test_an_unknown_type_of_connection(tmp_path: Path) -> None:
    with pytest.raises(RunProblem) as caught:
        open_engine(Connection("default", "duckdbb"), tmp_path, [], Settings(), {})
    assert (caught.value.problem.code, caught.value.status) == ("unknown-connection-type", 1)
    assert caught.value.problem.label == "did you mean `duckdb`?"


def test_a_setting_that_duckdb_does_not_take(tmp_path: Path) -> None:
    with pytest.raises(RunProblem) as caught:
        open_duckdb(tmp_path, settings=Settings(memory_limit="lots"))
    assert caught.value.problem.code == "connection-failed"


def test_memory_is_limited_and_big_groups_go_to_disk(tmp_path: Path) -> None:
    big = "SELECT count(*) FROM (SELECT i, count(*) FROM range(3000000) t(i) GROUP BY i)"
    with open_duckdb(tmp_path, settings=Settings(memory_limit="100MB", threads=2)) as engine:
        assert engine.fetch("SELECT current_setting('threads')") == [(2,)]
        assert engine.fetch(big) == [(3_000_000,)]
        stopped = problem_of(engine, "SELECT len(list(i)) FROM range(100000000) t(i)")
    assert (stopped.status, stopped.problem.code) == (3, "out-of-memory")


def test_the_folder_for_spilled_data_goes_away(tmp_path: Path) -> None:
    with open_duckdb(tmp_path) as engine:
        [(folder,)] = engine.fetch("SELECT current_setting('temp_directory')")
        assert Path(folder).stat().st_mode & 0o777 == 0o700
    assert not Path(folder).exists()


def test_the_time_limit_stops_a_query_and_the_connection_stays(tmp_path: Path) -> None:
    with open_duckdb(tmp_path, settings=Settings(timeout=0.3)) as engine:
        started = time.monotonic()
        stopped = problem_of(engine, LONG)
        assert time.monotonic() - started < 3
        assert (stopped.status, stopped.problem.code) == (3, "interrupted")
        assert "0.3 seconds" in stopped.problem.message
        assert engine.fetch("SELECT 1") == [(1,)]


def test_progress_is_told(tmp_path: Path) -> None:
    seen: list[float] = []
    with open_duckdb(tmp_path, settings=Settings(threads=1)) as engine:
        sql = "SELECT sum(a.range * b.range) FROM range(20000) a, range(10000) b"
        engine.execute(sql, (column(INTEGER),), seen.append)
    assert seen
    assert all(0 <= value <= 100 for value in seen)
    assert max(seen) > 0
    assert seen == sorted(seen)


def test_control_c_stops_a_query_at_once(tmp_path: Path) -> None:
    script = f"""
import sys
from pathlib import Path
from attain.run.duckdb_engine import DuckDBEngine
from attain.run.engine import RunProblem
with DuckDBEngine(Path({str(tmp_path)!r})) as engine:
    print("started", flush=True)
    try:
        engine.fetch({LONG!r})
    except RunProblem as stopped:
        print(stopped.problem.code, engine.fetch("SELECT 1"))
        sys.exit(stopped.status)
"""
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", script], stdout=pipe, stderr=pipe, text=True) as run:
        assert run.stdout is not None
        run.stdout.readline()
        time.sleep(0.3)
        started = time.monotonic()
        run.send_signal(signal.SIGINT)
        output, errors = run.communicate(timeout=20)
    assert (output, errors, run.returncode) == ("interrupted [(1,)]\n", "", 130)
    assert time.monotonic() - started < 5


def test_arrow(memory: Engine) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    got = memory.arrow("SELECT 1::BIGINT AS a, DATE '2026-01-05' AS day")
    assert isinstance(got, pyarrow.Table)
    assert got.to_pylist() == [{"a": 1, "day": date(2026, 1, 5)}]


def test_importing_the_package_loads_no_driver() -> None:
    script = (
        "import sys, attain.run, attain.run.engine, attain.run.files, attain.run.connections, attain.run.lock;"
        "print([m for m in ('duckdb', 'psycopg', 'sqlite3', 'pyarrow') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"
