"""A result in every format; the texts are written by hand."""

import csv
import io
import json
import sys
from datetime import date
from decimal import Decimal
from textwrap import dedent

import pyarrow as arrow
import pytest
from pyarrow import parquet

from attain.model import units
from attain.model.result import Result, ResultColumn
from attain.model.types import BOOLEAN, DATE, FLOAT, INTEGER, MONEY, TEXT, Type
from attain.report.data import result_to_csv, result_to_json, result_to_jsonl
from attain.report.parquet import result_to_parquet
from attain.report.tables import result_notes, result_to_markdown, result_to_table

COLUMNS = (
    ResultColumn("month", DATE, units.TIME, "period"),
    ResultColumn("region", TEXT, units.TEXT, "dimension"),
    ResultColumn("revenue", MONEY, units.MONEY, "metric"),
    ResultColumn("win_rate", FLOAT, units.PERCENT, "metric"),
    ResultColumn("deals", INTEGER, units.counted("deals"), "metric"),
)
RESULT = Result(
    COLUMNS,
    [
        (date(2026, 1, 1), "EMEA", Decimal("1234.5000"), 0.632, 12),
        (date(2026, 1, 1), "日本", Decimal("100.0000"), None, 0),
        (date(2026, 2, 1), None, Decimal("0"), 1 / 3, 1234),
    ],
    ("2 rows have no time and lie in no month",),
    (2,),
)
EMPTY = Result(COLUMNS, [])


def text_result(*texts: str | None) -> Result:
    """A result of one column of texts."""
    return Result((ResultColumn("t", TEXT, units.TEXT, "dimension"),), [(text,) for text in texts])


def test_table() -> None:
    assert result_to_table(RESULT, "USD", color=False) == dedent("""\
        month         region    revenue  win_rate  deals
        ------------  ------  ---------  --------  -----
        2026-01-01    EMEA    $1,234.50     63.2%     12
        2026-01-01    日本      $100.00                0
        2026-02-01 *              $0.00     33.3%  1,234
        """)
    assert result_notes(RESULT) == [
        "2 rows have no time and lie in no month",
        "* the month of 2026-02-01 is partial: it holds the as-of day",
    ]


def test_a_column_of_large_amounts_is_short_as_a_whole() -> None:
    """The other columns, and files, are as they were."""
    rows = [*RESULT.rows, (date(2026, 2, 1), "AMER", Decimal("1234567.8900"), 0.5, 1234567)]
    large = Result(COLUMNS, rows, (), ())
    assert result_to_table(large, "USD", color=False) == dedent("""\
        month       region  revenue  win_rate      deals
        ----------  ------  -------  --------  ---------
        2026-01-01  EMEA      $1.2K     63.2%         12
        2026-01-01  日本    $100.00                    0
        2026-02-01            $0.00     33.3%      1,234
        2026-02-01  AMER      $1.2M     50.0%  1,234,567
        """)
    assert "2026-02-01,AMER,1234567.89,0.5,1234567\n" in result_to_csv(large)


def test_empty_table() -> None:
    assert result_to_table(EMPTY, "USD", color=False) == dedent("""\
        month  region  revenue  win_rate  deals
        -----  ------  -------  --------  -----
        """)
    assert result_notes(EMPTY) == []


def test_hostile_cells_of_a_table() -> None:
    text = result_to_table(text_result("\x1b[2J", "two\nlines", "\u202eback"), "USD", color=False)
    assert text == "t\n----------\n\\x1b[2J\ntwo\\nlines\n\\u202eback\n"


def test_csv() -> None:
    assert result_to_csv(RESULT) == dedent("""\
        month,region,revenue,win_rate,deals
        2026-01-01,EMEA,1234.5,0.632,12
        2026-01-01,日本,100,,0
        2026-02-01,,0,0.333333333333,1234
        """)
    assert result_to_csv(EMPTY) == "month,region,revenue,win_rate,deals\n"


def test_csv_quotes_and_alters_nothing() -> None:
    texts = ["a,b", 'say "x"', "two\nlines", "cr\rx", "=1+1", "", " x ", "\x1b"]
    text = result_to_csv(text_result(*texts))
    assert text == 't\n"a,b"\n"say ""x"""\n"two\nlines"\n"cr\rx"\n=1+1\n""\n x \n\x1b\n'
    assert [row[0] for row in csv.reader(io.StringIO(text, newline=""))][1:] == texts


def test_csv_row_of_one_missing_value_is_a_row() -> None:
    assert result_to_csv(text_result("a", None)) == 't\na\n""\n'


def test_json() -> None:
    assert result_to_json(RESULT) == dedent("""\
        [
          {"month": "2026-01-01", "region": "EMEA", "revenue": 1234.5, "win_rate": 0.632, "deals": 12},
          {"month": "2026-01-01", "region": "日本", "revenue": 100, "win_rate": null, "deals": 0},
          {"month": "2026-02-01", "region": null, "revenue": 0, "win_rate": 0.333333333333, "deals": 1234}
        ]
        """)
    assert result_to_json(EMPTY) == "[]\n"
    assert result_to_jsonl(EMPTY) == ""


def test_json_lines_are_safe_and_strict() -> None:
    columns = (ResultColumn('a"b', TEXT, units.TEXT, "dimension"), ResultColumn("x", FLOAT, units.NUMBER, "metric"))
    result = Result(columns, [("\x1b\x9b\u202e\n", float("inf")), ("true", 10**30), (True, Decimal("0.10"))])
    text = result_to_jsonl(result)
    assert text.split("\n")[0] == '{"a\\"b": "\\u001b\\u009b\\u202e\\n", "x": null}'
    assert [json.loads(line) for line in text.splitlines()] == [
        {'a"b': "\x1b\x9b\u202e\n", "x": None},
        {'a"b': "true", "x": 10**30},
        {'a"b': True, "x": 0.1},
    ]


def test_markdown() -> None:
    assert result_to_markdown(RESULT, "EUR") == dedent("""\
        | month | region | revenue | win_rate | deals |
        | --- | --- | ---: | ---: | ---: |
        | 2026-01-01 | EMEA | €1,234.50 | 63.2% | 12 |
        | 2026-01-01 | 日本 | €100.00 |  | 0 |
        | 2026-02-01 \\* |  | €0.00 | 33.3% | 1,234 |
        """)


def test_markdown_cells_are_texts() -> None:
    text = result_to_markdown(text_result("a|b", "<b>&", "[x](y)", "_i_ a_b", "`c` **d**", "two\nlines", "# h"), "")
    assert text.split("\n")[2:-1] == [
        "| a\\|b |",
        "| &lt;b&gt;&amp; |",
        "| \\[x\\](y) |",
        "| \\_i\\_ a_b |",
        "| \\`c\\` \\*\\*d\\*\\* |",
        "| two\\\\nlines |",
        "| \\# h |",
    ]


def test_parquet_has_typed_columns() -> None:
    columns = (
        *COLUMNS,
        ResultColumn("active", BOOLEAN, units.BOOLEAN, "dimension"),
        ResultColumn("large", INTEGER, units.NUMBER, "metric"),
    )
    rows = [
        (*row, flag, large) for row, flag, large in zip(RESULT.rows, (True, None, False), (1, None, 2**70), strict=True)
    ]
    data, problems = result_to_parquet(Result(columns, rows))
    assert problems == []
    table = parquet.read_table(io.BytesIO(data))
    assert table.schema.types == [
        arrow.date32(), arrow.string(), arrow.decimal128(22, 4), arrow.float64(), arrow.int64(), arrow.bool_(),
        arrow.decimal128(22, 0),
    ]  # fmt: skip
    assert [tuple(row.values()) for row in table.to_pylist()] == [
        tuple(Decimal(v) if i == 6 and v is not None else v for i, v in enumerate(row)) for row in rows
    ]
    assert table.schema.field("revenue").metadata[b"unit"] == b"money"


def test_parquet_of_decimals_wider_than_their_type() -> None:
    columns = (ResultColumn("x", Type(MONEY.kind, 4, 2), units.NUMBER, "metric"),)
    data, _ = result_to_parquet(Result(columns, [(Decimal("123456.789"),), (3,), (None,)]))
    assert parquet.read_table(io.BytesIO(data)).column("x").to_pylist() == [Decimal("123456.789"), Decimal(3), None]


def test_parquet_without_pyarrow_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    data, problems = result_to_parquet(RESULT)
    assert data == b""
    assert [problem.code for problem in problems] == ["missing-package"]
    assert problems[0].hints[0] == "install it with `pip install 'attain[arrow]'`"
