"""A closer look at tables: rows, fields that are never filled, values that do not fit, lifespans that are backwards."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from attain.model.types import FLOAT, INTEGER, TEXT, Kind, Type
from attain.run.duckdb_fit import misfits_query

from .project import Found, look

HEAD = """
version: 1
tables:
  deals:
    file: deals.csv
    key: deal_id
    lifespan: {from: opened, to: closed}
    joins: {owner: {to: reps, on: rep_id}}
    fields:
      closed: {type: date}
      opened: {type: date}
      stage: {type: text}
      size: {expr: seats * price, unit: number}
      seats: {type: integer}
      open_for: closed - opened
  reps:
    file: reps.csv
    key: rep_id
    fields: {sold: sum(deals.price), nothing: max(deals.seats)}
metrics:
  all_deals: count(deals)
"""
ROWS = {
    "deals": "deal_id,rep_id,opened,closed,stage,seats,price,extra\n1,1,2026-01-05,,,,10,\n2,1,2026-02-05,,,,20,",
    "reps": "rep_id,name\n1,Ana",
}


def messages(found: Found, code: str) -> list[str]:
    return [problem.message for problem in found.of(code)]


def test_fields_that_are_never_filled_are_told_where_they_are_declared(tmp_path: Path) -> None:
    """Not the end of a lifespan, not what is made of a field that is told, not columns that nothing names."""
    found = look(tmp_path, HEAD, ROWS)
    assert [(p.code, p.span.line) for p in found.problems] == [("never-filled", 12), ("never-filled", 14)]
    assert messages(found, "never-filled") == [
        "`deals.stage` is never filled: it is missing in all of 2 rows",
        "`deals.seats` is never filled: it is missing in all of 2 rows",
    ]


def test_a_column_that_only_a_metric_names_is_told_at_its_table(tmp_path: Path) -> None:
    found = look(tmp_path, HEAD + "  extras: count(deals where extra = 'x' or owner.name = 'Ana')\n", ROWS)
    [problem] = [p for p in found.of("never-filled") if "extra" in p.message]
    assert problem.span.line == 4


def test_one_value_is_enough(tmp_path: Path) -> None:
    rows = {**ROWS, "deals": ROWS["deals"] + "\n3,1,2026-02-06,2026-02-07,won,3,30,x"}
    assert look(tmp_path, HEAD, rows).problems == []


def test_a_table_without_rows_is_told_once(tmp_path: Path) -> None:
    """Not at its fields, not at what others make of them, not at the metrics over it."""
    rows = {"deals": "deal_id,rep_id,opened,closed,stage,seats,price,extra", "reps": "rep_id,name\na1,Ana"}
    text = HEAD.replace("seats: {type: integer}", "seats: {type: integer}\n      price: {type: integer}")
    found = look(tmp_path, text, rows)
    assert found.codes == ["no-rows"]
    assert "`deals` has no rows" in found.problems[0].message


def test_lifespans_that_end_before_they_begin_are_counted_with_examples(tmp_path: Path) -> None:
    lines = [f"{i},1,2026-02-10,2026-02-{i:02},won,1,1,x" for i in range(6, 15)]  # 6 to 9 end before the tenth
    found = look(tmp_path, HEAD, {**ROWS, "deals": "\n".join([ROWS["deals"].split("\n")[0], *lines])})
    [problem] = found.problems
    assert (problem.code, problem.severity, problem.span.line) == ("lifespan-backwards", "warning", 4)
    assert problem.message == "4 rows of `deals` end before they begin: `closed` before `opened`"
    assert problem.hints[0] == (
        "for example 6 (2026-02-10 to 2026-02-06); 7 (2026-02-10 to 2026-02-07); 8 (2026-02-10 to 2026-02-08)"
    )


TYPED = """
version: 1
connections: {default: {type: duckdb, path: data.duckdb}}
tables:
  deals:
    source: deals
    key: id
    fields:
      amount: {type: "decimal(10, 2)"}
      closed: {type: date}
      seats: {type: integer}
  files:
    file: deals.parquet
    key: id
    fields: {seats: {type: "decimal(10, 1)"}}
metrics:
  revenue: sum(deals.amount)
  seats: sum(deals.seats)
  more_seats: sum(files.seats)
"""


def test_values_that_do_not_fit_their_declared_type_are_told_at_the_field(tmp_path: Path) -> None:
    """Of the amounts `abc` is no number; of the days one is not in the calendar; of 10.75, 11, 3.05 and 1.5 seats three
    are no whole numbers, and two have a second digit behind the point. The metric that fails is not told again."""
    with duckdb.connect(str(tmp_path / "data.duckdb")) as connection:
        connection.execute(
            "CREATE TABLE deals AS SELECT * FROM (VALUES (1, '12.5', '2026-01-01', 10.75::DOUBLE), "
            "(2, 'abc', '2026-13-01', 11.0), (3, NULL, NULL, 3.05), (4, '1', '2026-02-02', 1.5)) "
            "t(id, amount, closed, seats)"
        )
        connection.execute(f"COPY deals TO '{tmp_path / 'deals.parquet'}'")
    found = look(tmp_path, TYPED, {})
    assert [(p.code, p.span.line, p.message) for p in found.problems] == [
        ("value-does-not-fit", 9, "1 value of `deals.amount` does not fit its type, decimal(10, 2)"),
        ("value-does-not-fit", 10, "1 value of `deals.closed` does not fit its type, date"),
        ("value-does-not-fit", 11, "3 values of `deals.seats` do not fit its type, integer"),
        ("value-does-not-fit", 15, "2 values of `files.seats` do not fit its type, decimal(10, 1)"),
    ]
    assert [p.hints[0] for p in found.problems] == [
        "for example abc", "for example 2026-13-01", "for example 1.5; 3.05", "for example 10.75; 3.05",
    ]  # fmt: skip
    assert found.notes[0] == "2 metrics executed on every row; 1 failed"


@pytest.mark.parametrize(
    ("value", "source", "type", "count"),
    [
        ("0.1::DOUBLE + 0.2::DOUBLE", FLOAT, Type(Kind.DECIMAL, 10, 2), 0),  # 0.30000000000000004 is 0.30
        ("0.305::DOUBLE", FLOAT, Type(Kind.DECIMAL, 10, 2), 1),
        ("'nan'::DOUBLE", FLOAT, Type(Kind.DECIMAL, 10, 2), 0),  # is missing, wherever it is read
        ("1e30::DOUBLE", FLOAT, INTEGER, 1),
        ("' 7 '", TEXT, INTEGER, 0),
        ("'7 pieces'", TEXT, INTEGER, 1),
        ("NULL", TEXT, INTEGER, 0),
    ],
)
def test_what_fits(value: str, source: Type, type: Type, count: int) -> None:
    sql = misfits_query(f"(SELECT {value} AS x)", {"x": (source, type)})
    assert duckdb.connect().execute(sql).fetchall()[0][0] == count


def test_examples_are_cut_and_hold_no_commands(tmp_path: Path) -> None:
    """What stands in the data is shown as text: long ones cut, control characters written out by whoever shows it."""
    from attain.report.problems import problems_to_text

    with duckdb.connect(str(tmp_path / "data.duckdb")) as connection:
        connection.execute("CREATE TABLE deals AS SELECT 1 AS id, chr(27) || '[31m' || repeat('x', 500) AS amount")
    text = (
        "version: 1\nconnections: {default: {type: duckdb, path: data.duckdb}}\ntables:\n  deals:\n    source: deals\n"
    )
    text += "    fields: {amount: {type: integer}}\nmetrics:\n  n: count(deals)\n"
    found = look(tmp_path, text, {})
    assert len(found.problems[0].hints[0]) < 60
    shown = problems_to_text(found.problems, {}, color=False, width=100)
    assert "\x1b" not in shown and "\\x1b[31mxxx" in shown
