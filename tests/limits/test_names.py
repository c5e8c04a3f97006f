"""Names that mean something elsewhere: in SQL, in a plan, in a shell."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from tests.limits.conftest import Run

WORDS = [
    "select",
    "from",
    "group",
    "order",
    "table",
    "user",
    "end",
    "window",
    "today",
    "result",
    "cells",
    "count",
    "Sum",
    "DATE",
]


@pytest.mark.parametrize("name", WORDS)
def test_metrics_named_like_words_of_sql(run: Run, name: str) -> None:
    """A metric may be called so, and be used by another."""
    done = run(
        "run", name, "twice", "--as-of", "2026-01-01", metrics=f"  {name}: sum(deals.amount)\n  twice: {name} * 2\n"
    )
    assert (done.status, done.out) == (0, f"{name},twice\n12,24\n"), done.err


def test_metrics_with_quotes_and_spaces(run: Run) -> None:
    """Between double quotes, whatever stands in them."""
    lines = """  'net "new" revenue': sum(deals.amount)
  "o'clock; drop table deals --": sum(deals.id)
  both: |
    "net ""new"" revenue" + "o'clock; drop table deals --"
"""
    done = run("run", "both", metrics=lines)
    assert (done.status, done.out) == (0, "both\n15\n"), done.said


@pytest.mark.parametrize(
    "table", ["today", "cells", "deals_rows", "unique_keys", "cell_count", "result", "filled", "Result", "months"]
)
def test_tables_named_like_steps(run: Run, folder: Path, table: str) -> None:
    """A table of a database is never taken for a step of the plan."""
    with duckdb.connect(str(folder / "own.duckdb")) as connection:
        connection.execute(f"CREATE TABLE \"{table}\" AS SELECT * FROM read_csv('deals.csv')")
        connection.execute(
            "CREATE TABLE reps AS SELECT 1 AS rep, 'x' AS name, 'y' AS today UNION ALL SELECT 2, 'z', 'w'"
        )
    definitions = f"""version: 1
connections: {{default: {{type: duckdb, path: own.duckdb}}}}
tables:
  deals: {{source: {table}, key: id, time: day, joins: {{owner: {{to: reps, on: id}}}}}}
  other: {{source: {table}, key: id, time: day}}
  reps: {{source: reps, key: rep}}
metrics: {{revenue: sum(deals.amount), more: sum(other.amount) + sum(deals.id where owner.name = 'x')}}
"""
    arguments = (
        "revenue",
        "more",
        "--grain",
        "month",
        "--by",
        "id",
        "--as-of",
        "2025-02-10",
    )
    done = run("run", *arguments, definitions=definitions)
    expected = "month,id,revenue,more\n2025-01-01,1,5,6\n2025-01-01,2,0,0\n2025-02-01,1,0,0\n2025-02-01,2,7,7\n"
    assert (done.status, done.out) == (0, expected), done.err


@pytest.mark.parametrize(
    "name", ["Net Amount", "AMOUNT", 'am"ount', "bétrag", "金額", "select", "a.b", "it's", "a--b", "month"]
)
def test_columns_of_any_name(run: Run, folder: Path, name: str) -> None:
    """Between double quotes; the same column is a dimension."""
    header = '"' + name.replace('"', '""') + '"'
    (folder / "deals.csv").write_text(f"id,{header},day\n1,5,2025-01-05\n2,7,2025-02-06\n3,7,\n")
    quoted = '"' + name.replace('"', '""') + '"'
    lines = f"  total: |\n    sum(deals.{quoted} where {quoted} > 5)\n"
    done = run("run", "total", "--by", f"deals.{quoted}", metrics=lines)
    assert done.status == 0, done.err
    assert [line.rsplit(",", 1)[1] for line in done.out.splitlines()[1:]] == ["0", "14"]


def test_a_column_named_like_the_grain(run: Run, folder: Path) -> None:
    """A dimension called month beside the grain month."""
    (folder / "deals.csv").write_text("id,amount,day,month\n1,5,2025-01-05,a\n2,7,2025-02-06,b\n")
    done = run("run", "revenue", "--grain", "month", "--by", "month", "--as-of", "2025-02-10")
    assert done.status in (0, 2) and "internal" not in done.said, done.err
