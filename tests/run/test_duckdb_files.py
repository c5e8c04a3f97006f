"""Reading data files with DuckDB: what is proposed, what is declared, and what does not fit."""

from __future__ import annotations

import gzip
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from tests.run.tools import SPAN, describe, file, open_duckdb, rows, write

from attain.model.types import BOOLEAN, DATE, FLOAT, INTEGER, TEXT, TIMESTAMP, Kind, Type

DEALS = "id,amount,day,won\n1,10.50,2026-01-05,true\n2,,2026-01-06,false\n"


def test_a_csv_is_proposed_types(tmp_path: Path) -> None:
    write(tmp_path, "deals.csv", DEALS)
    with open_duckdb(tmp_path, "deals.csv") as engine:
        types = {"id": "integer", "amount": "float", "day": "date", "won": "boolean"}
        assert describe(engine, file("deals.csv")) == (types, [])
        assert rows(engine, file("deals.csv")) == [
            (1, 10.5, date(2026, 1, 5), True),
            (2, None, date(2026, 1, 6), False),
        ]


def test_declared_types_win(tmp_path: Path) -> None:
    write(tmp_path, "deals.csv", DEALS)
    asked = file("deals.csv", {"id": TEXT, "amount": Type(Kind.DECIMAL, 12, 2), "day": TIMESTAMP})
    with open_duckdb(tmp_path, "deals.csv") as engine:
        types = {"id": "text", "amount": "decimal(12, 2)", "day": "timestamp", "won": "boolean"}
        assert describe(engine, asked) == (types, [])
        assert rows(engine, asked)[0] == ("1", Decimal("10.50"), datetime(2026, 1, 5), True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name,region\nAnn,EMEA\nBob,AMER\n", [("Ann", "EMEA"), ("Bob", "AMER")]),  # a header although all is text
        ("a,b\n1,\n,x\n", [(1, None), (None, "x")]),  # empty is missing
        ('a,b\n1,""\n', [(1, None)]),  # so is a quoted empty value
        ("a,b\n1,NULL\n2,n/a\n", [(1, "NULL"), (2, "n/a")]),  # and nothing else is
        ("\ufeffa,b\r\n1,x\r\n", [(1, "x")]),  # a byte order mark and carriage returns
        ("a,b\n1,#x\n#2,y\n", [("1", "#x"), ("#2", "y")]),  # there are no comments
        ("a;b\n1;1,5\n", [(1, "1,5")]),
        ('a,b\n1,"x, ""y""\nz"\n', [(1, 'x, "y"\nz')]),
        ("a,b\n007,1_000\n008,2\n", [("007", "1_000"), ("008", "2")]),  # leading zeros are text
        ("a,b\n01/02/2026,01/02/2026 10:00\n", [("01/02/2026", "01/02/2026 10:00")]),  # no guessing of days and months
        ("a,b\n10:30:00,x\n", [("10:30:00", "x")]),  # a time of day is text
        ("a,b\n99999999999999999999,1\n", [(Decimal("99999999999999999999"), 1)]),  # longer than 64 bits
    ],
)
def test_how_csv_text_is_read(tmp_path: Path, text: str, expected: list[tuple[object, ...]]) -> None:
    write(tmp_path, "a.csv", text)
    with open_duckdb(tmp_path, "a.csv") as engine:
        assert rows(engine, file("a.csv")) == expected


def test_only_a_header_is_a_table_without_rows(tmp_path: Path) -> None:
    write(tmp_path, "a.csv", "id,amount\n")
    with open_duckdb(tmp_path, "a.csv") as engine:
        assert describe(engine, file("a.csv", {"amount": FLOAT})) == ({"id": "text", "amount": "float"}, [])
        assert rows(engine, file("a.csv")) == []


def test_times_are_told_from_instants(tmp_path: Path) -> None:
    write(
        tmp_path, "a.csv", "a,b\n2026-01-05 10:00,2026-01-05T10:00:00Z\n2026-01-05T10:00:30.5,2026-01-05 10:00:00+02\n"
    )
    with open_duckdb(tmp_path, "a.csv") as engine:
        assert describe(engine, file("a.csv")) == ({"a": "timestamp", "b": "timestamptz"}, [])
        assert rows(engine, file("a.csv"))[1] == (datetime(2026, 1, 5, 10, 0, 30, 500000), datetime(2026, 1, 5, 8))


def test_a_fraction_after_thirty_thousand_rows_is_seen(tmp_path: Path) -> None:
    lines = "".join(f"{number},{number}\n" for number in range(30_000))
    write(tmp_path, "a.csv", f"id,x\n{lines}30000,1.5\n")
    with open_duckdb(tmp_path, "a.csv") as engine:
        assert describe(engine, file("a.csv"))[0] == {"id": "integer", "x": "float"}


@pytest.mark.parametrize("ending", ["json", "jsonl", "parquet", "csv.gz", "jsonl.gz"])
def test_other_formats(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a.{ending}"
    if ending == "parquet":
        import duckdb

        duckdb.sql("SELECT 1::BIGINT AS a, 'x' AS b UNION ALL SELECT 2, NULL").write_parquet(str(path))
    else:
        text = {"json": '[{"a": 1, "b": "x"}, {"a": 2}]', "csv.gz": "a,b\n1,x\n2,\n"}.get(
            ending, '{"a": 1, "b": "x"}\n{"a": 2, "b": null}\n'
        )
        write(tmp_path, path.name, gzip.compress(text.encode()) if ending.endswith("gz") else text)
    with open_duckdb(tmp_path, path.name) as engine:
        assert describe(engine, file(path.name)) == ({"a": "integer", "b": "text"}, [])
        assert sorted(rows(engine, file(path.name))) == [(1, "x"), (2, None)]


def test_several_files_are_one_table(tmp_path: Path) -> None:
    for month in (1, 2, 3):
        write(tmp_path, f"data/deals.{month}.csv", f"id,month\n{month},2026-0{month}-01\n")
    with open_duckdb(tmp_path, "data/deals.*.csv") as engine:
        assert [row[0] for row in rows(engine, file("data/deals.*.csv"))] == [1, 2, 3]


def test_a_type_holds_for_all_the_files(tmp_path: Path) -> None:
    for number in range(13):
        write(tmp_path, f"a{number:02}.csv", f"x\n{number if number < 12 else 1.5}\n")
    with open_duckdb(tmp_path, "*.csv") as engine:
        assert describe(engine, file("*.csv"))[0] == {"x": "float"}


def test_files_with_other_columns_are_a_problem(tmp_path: Path) -> None:
    write(tmp_path, "a.csv", "id,x\n1,2\n")
    write(tmp_path, "b.csv", "x,id\n1,2\n")
    with open_duckdb(tmp_path, "*.csv") as engine:
        [problem] = describe(engine, file("*.csv"))[1]
    assert problem.code == "data-file-unreadable"
    assert "`b.csv` cannot be read: its columns are not those of `a.csv`" in problem.message


@pytest.mark.parametrize(
    ("type", "value", "wanted"),
    [
        (INTEGER, "n/a", "an integer"),
        (INTEGER, "99999999999999999999", "an integer"),
        (DATE, "2026-13-01", "a date"),
        (DATE, "01/02/2026", "a date"),
        (TIMESTAMP, "yesterday", "a timestamp"),
        (BOOLEAN, "perhaps", "true or false"),
        (Type(Kind.DECIMAL, 22, 4), "$5", "a decimal number"),
    ],
)
def test_a_value_that_does_not_fit_names_file_line_and_column(
    tmp_path: Path, type: Type, value: str, wanted: str
) -> None:
    from attain.run.engine import RunProblem

    write(tmp_path, "data/a.csv", f'id,note,x\n1,"two\nlines",\n2,,{value}\n')
    asked = file("data/a.csv", {"x": type})
    with open_duckdb(tmp_path, "data/a.csv") as engine, pytest.raises(RunProblem) as caught:
        rows(engine, asked)
    problem = caught.value.problem
    assert caught.value.status == 3
    assert problem.code == "value-does-not-fit"
    assert problem.message.startswith(f"`data/a.csv`, line 4: `{value}` in the column `x` is not {wanted}")
    assert problem.span == SPAN
    assert "type:" in problem.hints[0]


@pytest.mark.parametrize(
    ("type", "value", "wanted"),
    [
        (INTEGER, "1.5", "an integer"),
        (Type(Kind.DECIMAL, 12, 2), "1.005", "a decimal(12, 2)"),
        (TIMESTAMP, "2026-01-05 10:00:00+02:00", "a timestamp without a zone"),
    ],
)
def test_a_value_that_would_change_without_a_word_is_a_problem(
    tmp_path: Path, type: Type, value: str, wanted: str
) -> None:
    write(tmp_path, "a.csv", f"id,x\n1,\n2,{value}\n")
    with open_duckdb(tmp_path, "a.csv") as engine:
        [problem] = describe(engine, file("a.csv", {"x": type}))[1]
    assert problem.code == "value-does-not-fit"
    assert problem.message.startswith(f"`a.csv`, line 3: `{value}` in the column `x` is not {wanted}")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a,b\n1,2\n3\n", "line 3 has 1 value, not 2"),
        ("a,b\n1,2\n3,4,5\n", "line 3 has 3 values, not 2"),
        ('a,b\n1,"x\n2,y\n', "a quote that opens in line 2 is never closed"),
        (b"a,b\n1,\xe9\n", "line 2 is not UTF-8 text"),
        ("", "its first line must hold the names"),
        ("\na,b\n1,2\n", "its first line must hold the names"),
    ],
)
def test_a_malformed_csv_says_where(tmp_path: Path, text: str | bytes, why: str) -> None:
    write(tmp_path, "a.csv", text)
    with open_duckdb(tmp_path, "a.csv") as engine:
        [problem] = describe(engine, file("a.csv"))[1]
    assert (problem.code, problem.message) == ("data-file-unreadable", f"`a.csv` cannot be read: {why}")
    assert problem.span == SPAN


def test_malformed_json_and_parquet(tmp_path: Path) -> None:
    write(tmp_path, "a.json", '[{"a": 1}, {"a": ')
    write(tmp_path, "a.parquet", "this is not Parquet at all")
    with open_duckdb(tmp_path, "a.json", "a.parquet") as engine:
        for name in ("a.json", "a.parquet"):
            [problem] = describe(engine, file(name))[1]
            assert problem.code == "data-file-unreadable"
            assert f"`{name}`" in problem.message
            assert str(tmp_path) not in problem.message


def test_a_json_value_that_does_not_fit(tmp_path: Path) -> None:
    from attain.run.engine import RunProblem

    write(tmp_path, "a.json", '[{"a": 1}, {"a": "x"}]')
    with open_duckdb(tmp_path, "a.json") as engine, pytest.raises(RunProblem) as caught:
        rows(engine, file("a.json", {"a": INTEGER}))
    assert caught.value.problem.code == "value-does-not-fit"
    assert "`a.json`, record 2" in caught.value.problem.message


def test_a_json_value_that_would_change_without_a_word(tmp_path: Path) -> None:
    write(tmp_path, "a.json", '[{"a": 1, "b": 1}, {"a": 1.5, "b": 2}]')
    with open_duckdb(tmp_path, "a.json") as engine:
        [problem] = describe(engine, file("a.json", {"a": INTEGER, "b": INTEGER}))[1]
    assert problem.message == "`a.json`: `1.5` in the column `a` is not an integer"


def test_a_column_called_filename(tmp_path: Path) -> None:
    write(tmp_path, "a.csv", "filename,x\nb.txt,1.5\n")
    with open_duckdb(tmp_path, "a.csv") as engine:
        assert rows(engine, file("a.csv")) == [("b.txt", 1.5)]
        [problem] = describe(engine, file("a.csv", {"x": INTEGER}))[1]
    assert problem.code == "value-does-not-fit"


def test_a_missing_file_and_a_path_outside(tmp_path: Path) -> None:
    with open_duckdb(tmp_path) as engine:
        [missing] = describe(engine, file("data/deals.csv"))[1]
        [outside] = describe(engine, file("../deals.csv"))[1]
    assert (missing.code, missing.span) == ("data-file-missing", SPAN)
    assert "there is no file `data/deals.csv`" in missing.message
    assert outside.code == "path-not-allowed"
