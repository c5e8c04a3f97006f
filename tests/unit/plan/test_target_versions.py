"""A statement that reads the day itself gives what `run` gives on that day, whichever version is in force."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest
from tests.support.engine import inside, write_project
from tests.support.values import value_to_cell

from attain.pipeline import QueryRequest, compile_query, open_project, run_query

MODEL = """version: 1
tables: {deals: {file: deals.csv, key: deal_id, time: day}}
metrics: {revenue: sum(deals.amount)}
targets:
  plan:
    metric: revenue
    grain: month
    versions:
      - {valid_from: 2020-01-01, valid_to: 2025-01-01, growth: 100%}
      - {valid_from: 2025-01-01, valid_to: 2025-07-01, value: 50}
      - {valid_from: 2025-07-01, by: [region], values: {2024-01: {EMEA: 7, APAC: 9}}}
"""
DEALS = "deal_id,day,region,amount\n1,2023-01-20,EMEA,30\n2,2023-02-03,AMER,20\n3,2024-01-15,EMEA,5\n"
RANGE = {"grain": "month", "start": "2024-01-01", "end": "2024-04-01"}
ASKED = {
    "in total": QueryRequest(("target(revenue)",), (), **RANGE),
    "by region": QueryRequest(("revenue", "target(revenue)"), ("region",), **RANGE),
    "by region alone": QueryRequest(("target(revenue)",), ("region",), **RANGE),
}


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("day", [date(2024, 6, 1), date(2025, 1, 1), date(2025, 6, 30), date(2025, 7, 1)])
def test_the_statement_chooses_by_the_day(asked: str, day: date, tmp_path: Path) -> None:
    """The day is put in where the statement reads it."""
    write_project(tmp_path, MODEL, {"deals": DEALS})
    with inside(tmp_path):
        project = open_project(Path("metrics.yaml"), today=day)
        try:
            compiled = compile_query(project, ASKED[asked])
            result, problems, _ = run_query(project, ASKED[asked], today=day)
        finally:
            project.close()
        assert result is not None and not problems and not compiled.problems
        reads = [line for line in compiled.sql.splitlines() if "CURRENT_TIMESTAMP" in line or "NOW()" in line]
        assert len(reads) == 1, compiled.sql
        found = duckdb.sql(compiled.sql.replace(reads[0], f"    DATE '{day}' AS today")).fetchall()
    assert [[value_to_cell(x) for x in row] for row in found] == [
        [value_to_cell(x) for x in row] for row in result.rows
    ]
