"""What a statement verifies stops it on every engine, with the same problem."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.engines.answers import in_postgres, in_sqlite, read_data, run_on
from tests.support.engine import TODAY, write_project

from attain.pipeline import Project, QueryRequest, compile_query, open_project
from attain.run.engine import Engine, RunProblem

DEFINITIONS = """
version: 1
name: guards
tables:
  deals: {file: deals.csv, key: id, joins: {owner: {to: reps, on: owner_id}, list_price: {to: prices, on: [item, day]}}}
  reps: {file: reps.csv, key: rep_id}
  prices: {file: prices.csv, key: [item, day]}
  stays:
    file: stays.csv
    key: stay_id
    fields: {price: {unit: money}}
    joins:
      rate: {to: rates, on: [room, board], at: slept_at}
      rate_by_clock: {to: rates, on: [room, board], at: left_at}
      floor: {to: floors, on: room}
  rates:
    file: rates.csv
    key: [room, board, from_day]
    lifespan: {from: from_day, to: to_day}
    fields:
      room: room_text + 0
      room_text: {type: integer}
  floors:
    file: floors.csv
    key: room
    fields:
      room: number - 100
  fx: {file: fx.csv}
dimensions:
  board_then: {paths: {stays: rate.board}}
  board_by_clock: {paths: {stays: rate_by_clock.board}}
currency: USD
rates: {table: fx, from: base, to: quoted, date: at, rate: rate}
metrics:
  deals: count(deals)
  stays: count(stays)
  francs: sum(convert(stays.price, 'CHF', slept_at))
  dollars: sum(convert(stays.stay_id, board, slept_at))
"""
DEALS = "id,owner_id,item,day\n1,1,a,2025-01-01\n2,2,a,2025-01-01\n3,3,b,2025-01-01"
REPS = "rep_id,name\n1,Ann\n2,Bob\n3,Cy\n3,Di"
STAYS = "stay_id,room,board,slept_at,left_at,price\n1,7,half,2025-01-03,2025-01-04 10:00:00,10"
# 7 half: the second ends before the third; the ones that are never valid are in nobody's way; 7 full overlaps nothing
RATES = """room_text,board,from_day,to_day
7,half,2025-01-01,2025-01-02
7,half,2025-01-02,2025-02-03
7,half,2025-01-15,2025-01-10
7,half,2025-01-20,2025-01-20
7,full,2025-01-05,
7,half,2025-02-01,
8,half,2024-01-01,2025-01-01
8,half,2025-01-01,
"""
# of CHF the second and the fourth are of one day; of GBP one lacks a rate
FX = """base,quoted,at,rate
USD,CHF,2025-01-01 10:00:00,1
USD,CHF,2025-01-02 10:00:00,2
CHF,USD,2025-01-02 10:00:00,3
USD,CHF,2025-01-02 11:00:00,2
GBP,USD,2025-01-02 10:00:00,5
GBP,USD,2025-01-02 10:00:00,
"""
FLOORS = "number,floor\n107,1\n107,2"
PRICES = "item,day,price\na,2025-01-01,5\na,2025-01-01,7\nb,2025-01-01,1"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """Deals whose references lead to two rows."""
    folder: Path = tmp_path_factory.mktemp("guards")
    tables = {
        "deals": DEALS,
        "reps": REPS,
        "prices": PRICES,
        "stays": STAYS,
        "rates": RATES,
        "floors": FLOORS,
        "fx": FX,
    }
    write_project(folder, DEFINITIONS, tables)
    opened = open_project(folder / "metrics.yaml", today=TODAY)
    assert opened.model is not None, opened.problems
    yield opened
    opened.close()


@pytest.fixture(params=["duckdb", "postgres", "sqlite"])
def engine(request: pytest.FixtureRequest, project: Project, tmp_path: Path) -> Iterator[Engine]:
    """Each engine over the deals."""
    if request.param == "duckdb":
        yield project.engine()
    elif request.param == "sqlite":
        with in_sqlite(tmp_path, read_data(project)) as opened:
            yield opened
    else:
        with in_postgres(request.getfixturevalue("cases_dsn"), read_data(project)) as opened:
            yield opened


def stopped(project: Project, engine: Engine, by: str, cells: int = 5_000_000, metric: str = "deals") -> RunProblem:
    """The problem that a query stops with."""
    request = QueryRequest(metrics=(metric,), by=tuple(by.split(",")), max_cells=cells)
    compiled = compile_query(project, request, dialect=engine.dialect, today=TODAY)
    assert compiled.sql, compiled.problems
    with pytest.raises(RunProblem) as caught:
        run_on(engine, compiled)
    return caught.value


def test_duplicate_key(project: Project, engine: Engine) -> None:
    """The key and an example are named."""
    problem = stopped(project, engine, "reps.name").problem
    assert problem.code == "duplicate-key-value"
    assert problem.message == "`reps.rep_id` is not unique: 3 stands there more than once"


def test_duplicate_composite_key(project: Project, engine: Engine) -> None:
    """All columns of the key, in their order."""
    problem = stopped(project, engine, "prices.price").problem
    assert problem.message == "`prices` (item, day) is not unique: a, 2025-01-01 stands there more than once"


def test_duplicate_derived_key(project: Project, engine: Engine) -> None:
    """Of a key that is derived the values that it has."""
    problem = stopped(project, engine, "floors.floor", metric="stays").problem
    assert problem.message == "`floors.room` is not unique: 7 stands there more than once"


@pytest.mark.parametrize(("by", "clock"), [("board_then", ""), ("board_by_clock", " 00:00:00")])
def test_overlapping_versions(project: Project, engine: Engine, by: str, clock: str) -> None:
    """What it is a version of, when it begins, and when the next one does; days beside times are times."""
    problem = stopped(project, engine, by, metric="stays").problem
    assert problem.code == "overlapping-versions"
    assert problem.message == (
        f"two versions of `rates` overlap: of room, board 7, half, the one from 2025-01-02{clock} is still valid on "
        f"2025-02-01{clock}, when the next begins"
    )


def test_two_rates_of_one_day(project: Project, engine: Engine) -> None:
    """Of the currencies that are asked for; rates between others, and rows that are no rates, do not matter."""
    problem = stopped(project, engine, "board", metric="francs").problem
    assert problem.message == "`fx` (base, quoted, at) is not unique: USD, CHF, 2025-01-02 stands there more than once"
    request = QueryRequest(metrics=("dollars",))
    assert run_on(engine, compile_query(project, request, dialect=engine.dialect, today=TODAY)) == [["0"]]


def test_too_many_cells(project: Project, engine: Engine) -> None:
    """The count and the limit; the exit status is that of a wrong query."""
    found = stopped(project, engine, "item", cells=1)
    assert found.problem.code == "too-many-cells"
    assert "2 cells, more than the limit of 1" in found.problem.message
    assert found.status == 2


def test_both(project: Project, engine: Engine) -> None:
    """Both in one statement: it stops with one of them."""
    assert stopped(project, engine, "reps.name", cells=1).problem.code in ("duplicate-key-value", "too-many-cells")


def test_enumerations_and_uuids(cases_dsn: str, tmp_path: Path) -> None:
    """PostgreSQL's own types that are texts for us can be grouped by, ordered by, compared."""
    import psycopg

    from attain.run.postgres_engine import PostgresEngine

    with psycopg.connect(cases_dsn, autocommit=True) as connection:
        connection.execute("""
            DROP SCHEMA IF EXISTS own CASCADE;
            CREATE SCHEMA own;
            CREATE TYPE own.stage AS ENUM ('won', 'open');
            CREATE TABLE own.deals (id uuid, stage own.stage);
            INSERT INTO own.deals SELECT gen_random_uuid(), stage::own.stage
              FROM unnest(ARRAY['won', 'open', 'won', NULL]) AS stages(stage)
        """)
    definitions = """
version: 1
name: own
tables:
  deals: {source: deals, key: id, fields: {id: {type: text}, stage: {type: text}}}
metrics: {deals: count(deals), last_id: max(deals.id), later: count(deals where stage >= 'w')}
"""
    write_project(tmp_path, definitions, {})
    with PostgresEngine(cases_dsn, search_path="own") as engine:
        opened = open_project(tmp_path / "metrics.yaml", offline=True, today=TODAY)
        assert opened.model is not None, opened.problems
        request = QueryRequest(metrics=("deals", "later"), by=("stage",))
        compiled = compile_query(opened, request, dialect="postgres", today=TODAY)
        assert run_on(engine, compiled) == [["open", "1", "0"], ["won", "2", "2"], [None, "1", "0"]], compiled.sql
        request = QueryRequest(metrics=("last_id",), by=("deals.id",), limit=1)
        assert len(run_on(engine, compile_query(opened, request, dialect="postgres", today=TODAY))) == 1
