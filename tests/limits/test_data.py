"""Data that are not there, or not what they should be."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from tests.limits.conftest import HEAD, Run

DATABASE = """version: 1
connections: {default: {type: duckdb, path: own.duckdb}}
tables:
  deals: {source: deals, key: id, time: day}
metrics: {revenue: sum(deals.amount), average: avg(deals.amount)}
"""
TYPED = (
    HEAD.replace("time: day", "time: day, fields: {amount: {type: integer}, day: {type: date}}")
    + "metrics: {revenue: sum(deals.amount)}"
)


def test_a_header_and_no_rows(run: Run, folder: Path) -> None:
    (folder / "deals.csv").write_text("id,amount,day\n")
    done = run(
        "run",
        "revenue",
        "count(deals)",
        definitions=TYPED,
    )
    assert (done.status, done.out) == (0, "revenue,count(deals)\n0,0\n"), done.err


def test_a_header_and_no_rows_by_month(run: Run, folder: Path) -> None:
    (folder / "deals.csv").write_text("id,amount,day\n")
    done = run(
        "run",
        "revenue",
        "--grain",
        "month",
        definitions=TYPED,
    )
    assert (done.status, done.out) == (0, "month,revenue\n"), done.err


def test_an_empty_file(run: Run, folder: Path) -> None:
    (folder / "deals.csv").write_text("")
    done = run("run", "revenue")
    assert (done.status, done.codes) == (3, ["data-file-unreadable"]), done.err


def test_an_empty_table(run: Run, folder: Path) -> None:
    with duckdb.connect(str(folder / "own.duckdb")) as connection:
        connection.execute("CREATE TABLE deals (id BIGINT, amount DECIMAL(10, 2), day DATE)")
    done = run("run", "revenue", "average", definitions=DATABASE)
    assert (done.status, done.out) == (0, "revenue,average\n0,\n")
    done = run("run", "revenue", "--by", "id", "--grain", "week")
    assert (done.status, done.out) == (0, "week,id,revenue\n")


def test_columns_of_nothing(run: Run, folder: Path) -> None:
    """A column that is always missing is text until its type is declared."""
    (folder / "deals.csv").write_text("id,amount,day\n1,,2025-01-05\n2,,2025-02-06\n")
    assert run("run", "revenue").codes == ["type-mismatch"]
    typed = HEAD.replace("time: day", "time: day, fields: {amount: {type: integer}}")
    done = run("run", "revenue", "avg(deals.amount)", definitions=typed + "metrics: {revenue: sum(deals.amount)}")
    assert (done.status, done.out) == (0, "revenue,avg(deals.amount)\n0,\n")


def test_a_missing_column(run: Run) -> None:
    done = run("validate", metrics="  revenue: sum(deals.amont)\n")
    assert (done.status, done.codes) == (1, ["unknown-field"])
    assert "did you mean `amount`?" in done.said


def test_a_missing_file(run: Run, folder: Path) -> None:
    (folder / "deals.csv").unlink()
    done = run("run", "revenue")
    assert (done.status, done.codes) == (3, ["data-file-missing"])


def test_a_missing_database(run: Run) -> None:
    done = run("run", "revenue", definitions=DATABASE)
    assert (done.status, done.codes) == (3, ["connection-failed"])


def test_a_file_that_is_no_database(run: Run, folder: Path) -> None:
    (folder / "own.duckdb").write_text("not a database" * 1000)
    done = run("run", "revenue", definitions=DATABASE)
    assert (done.status, done.codes) == (3, ["connection-failed"])


def test_a_locked_database(run: Run, folder: Path) -> None:
    """Another process writes it."""
    holding = "import duckdb, sys; c = duckdb.connect('own.duckdb'); print('open', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", holding]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=folder) as other:
        assert other.stdout is not None and other.stdout.readline() == b"open\n"
        done = run("run", "revenue", definitions=DATABASE)
        other.communicate()
    assert (done.status, done.codes) == (3, ["connection-failed"])
    assert "another process" in done.said


@pytest.mark.parametrize(
    ("type", "value"),
    [
        ("date", "2025-02-30"),
        ("integer", "many"),
        ("decimal(6, 2)", "1.005"),
        ("boolean", "maybe"),
        ("timestamp", "noon"),
    ],
)
def test_a_value_that_does_not_fit(run: Run, folder: Path, type: str, value: str) -> None:
    """The file, the line, the column and the value are named."""
    (folder / "deals.csv").write_text(f"id,amount,day,extra\n1,5,2025-01-05,\n2,7,2025-02-06,{value}\n")
    typed = HEAD.replace("time: day", f"time: day, fields: {{extra: {{type: '{type}'}}}}")
    done = run("run", "n", definitions=typed + "metrics: {n: count(deals.extra)}")
    assert (done.status, done.codes) == (3, ["value-does-not-fit"]), done.err
    assert "deals.csv" in done.said and "extra" in done.said and value in done.said


def test_text_in_a_column_of_numbers(run: Run, folder: Path) -> None:
    """Without a declared type the column is text, and cannot be added up."""
    (folder / "deals.csv").write_text("id,amount,day\n1,5,2025-01-05\n2,n/a,2025-02-06\n")
    done = run("run", "revenue")
    assert (done.status, done.codes) == (1, ["type-mismatch"])


def test_an_unreadable_date_as_the_time(run: Run, folder: Path) -> None:
    (folder / "deals.csv").write_text("id,amount,day\n1,5,2025-01-05\n2,7,soon\n")
    done = run("run", "revenue", "--grain", "month")
    assert done.status == 1 and done.codes, done.err


def test_numbers_that_are_none(run: Run, folder: Path) -> None:
    """NaN is missing, from the scan on: a sum passes it over, and it lies in the group of the missing."""
    (folder / "deals.csv").write_text("id,amount,day\n1,nan,2025-01-05\n2,1.5,2025-02-06\n")
    done = run("run", "revenue")
    assert (done.status, done.out) == (0, "revenue\n1.5\n")


def test_numbers_that_are_none_are_missing_everywhere(run: Run, folder: Path) -> None:
    """Of 2.5, NaN, nothing, 7.5 and infinity two are given, one is above 5, and three are missing."""
    (folder / "metrics.yaml").write_text(
        "tables: {r: {file: r.csv, key: id, fields: {level: {type: float}}}}\n"
        "metrics:\n  total: sum(r.level)\n  given: count(r.level)\n  high: count(r where level > 5)\n"
        "  unknown: count(r where level is null)\n"
    )
    (folder / "r.csv").write_text("id,level\n1,2.5\n2,nan\n3,\n4,7.5\n5,inf\n")
    assert run("run", "total", "given", "high", "unknown").out == "total,given,high,unknown\n10,2,1,3\n"
    assert len(run("run", "given", "--by", "r.level").out.splitlines()) == 4  # a header, 2.5, 7.5, and one missing


def test_an_enumeration_has_the_order_of_its_texts(run: Run, folder: Path) -> None:
    """`lost` comes before `open` and `won`, whatever order the type declares."""
    import duckdb

    with duckdb.connect(str(folder / "crm.duckdb")) as connection:
        connection.execute("CREATE TYPE st AS ENUM ('won', 'lost', 'open')")
        rows = "(VALUES (1, 'won'), (2, 'lost'), (3, 'open')) v(i, s)"
        connection.execute(f"CREATE TABLE deals AS SELECT i AS id, s::st AS s FROM {rows}")
    (folder / "metrics.yaml").write_text(
        "connections: {default: {type: duckdb, path: crm.duckdb}}\n"
        "tables: {deals: {source: deals, key: id}}\n"
        "metrics:\n  least: min(deals.s)\n  most: max(deals.s)\n  early: count(deals where s < 'open')\n"
    )
    assert run("run", "least", "most", "early").out == "least,most,early\nlost,won,1\n"
    assert run("run", "early", "--by", "deals.s").out == "deals.s,early\nlost,1\nopen,0\nwon,0\n"


def test_hours_are_elapsed_time_over_a_change_of_clocks(run: Run, folder: Path) -> None:
    """From noon to noon over the night of 2 November 2025 there are 25 hours in New York."""
    (folder / "metrics.yaml").write_text(
        "calendar: {timezone: America/New_York}\n"
        "tables: {t: {file: t.csv, key: id, fields: {a: {type: timestamp}, b: {type: timestamp}}}}\n"
        "metrics:\n  passed: hours(max(t.b) - max(t.a))\n  later: max(t.a + 24 hours)\n  next: max(t.a + 1 day)\n"
        "  same: count(t where a + (b - a) = b)\n"
    )
    (folder / "t.csv").write_text("id,a,b\n1,2025-11-01 12:00:00,2025-11-02 12:00:00\n")
    assert run("run", "passed", "later", "next", "same").out == (
        "passed,later,next,same\n25,2025-11-02T11:00:00,2025-11-02T12:00:00,1\n"
    )


def test_an_option_that_says_nothing_is_no_filter_that_is_skipped(run: Run, folder: Path) -> None:
    """`--where "$FILTER"` without a FILTER must not give the total of everything."""
    for options in (("--where", ""), ("--having", " "), ("--by", ""), ("--by", "day,"), ("--order", "")):
        assert run("run", "revenue", *options).status == 2, options
