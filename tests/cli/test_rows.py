"""`attain rows` on the starting project, whose eight deals can be counted by hand.

deal  rep     region  status  amount    closed
1     Ada     EMEA    won     12,000    2026-01-15
2     Ada     EMEA    lost     8,000    2026-01-20
3     Grace   AMER    won     20,500    2026-02-03
4     Grace   AMER    won      4,000    2026-02-17
5     Edsger  EMEA    lost    15,000    2026-02-24
6     Edsger  EMEA    won      9,900.50 2026-03-09
7     Ada     EMEA    won      7,000    2026-03-12
8     Grace   AMER    open    30,000
"""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet
import pytest

from attain.cli import main

DAY = ("--as-of", "2026-06-30")


@pytest.fixture
def demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The starting project is the working directory."""
    assert main(["init", str(tmp_path / "demo"), "-q"]) == 0
    monkeypatch.chdir(tmp_path / "demo")
    capsys.readouterr()


def rows(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """The exit status of `attain rows`, and what it says."""
    status = main(["rows", *arguments])
    said = capsys.readouterr()
    return status, said.out, said.err


def test_a_ratio_is_its_two_counts(demo: None, capsys: pytest.CaptureFixture[str]) -> None:
    """January in EMEA: one of two decided deals was won."""
    found = rows(capsys, "win_rate", "--where", "region = 'EMEA'", "--period", "2026-01", "--format", "table", *DAY)
    assert found == (
        0,
        """\
win_rate = 50.0%, where region = 'EMEA', 2026-01

deals_won: count(deals where won) = 1
  deals by closed_at, from 2026-01-01 to before 2026-02-01: 1 of 2 rows counts (--all shows the others, too)

deal_id  closed_at   won   value   share
-------  ----------  ----  -----  ------
      1  2026-01-15  true      1  100.0%

win_rate_denominator: count(deals where status in ('won', 'lost')) = 2
  deals by closed_at, from 2026-01-01 to before 2026-02-01: 2 rows

deal_id  closed_at   status  value  share
-------  ----------  ------  -----  -----
      1  2026-01-15  won         1  50.0%
      2  2026-01-20  lost        1  50.0%
""",
        "as of 2026-06-30\ndata up to 2026-03-12\n",
    )


def test_a_pipe_gets_one_table_of_all(demo: None, capsys: pytest.CaptureFixture[str]) -> None:
    """The rows that do not count are there with `--all`, last; what is said of each goes to standard error."""
    status, out, err = rows(capsys, "win_rate", "--period", "2026-01", "--all", *DAY)
    assert status == 0
    assert out == (
        "aggregate,table,key,time,value,counts,share,deals.won,deals.status\n"
        "deals_won,deals,1,2026-01-15,1,true,1,true,\n"
        "deals_won,deals,2,2026-01-20,0,false,,false,\n"
        "win_rate_denominator,deals,1,2026-01-15,1,true,0.5,,won\n"
        "win_rate_denominator,deals,2,2026-01-20,1,true,0.5,,lost\n"
    )
    assert err.startswith("win_rate = 50.0%, 2026-01\ndeals_won: count(deals where won) = 1\n  deals by closed_at, ")


def test_parts_come_before_their_rows(demo: None, capsys: pytest.CaptureFixture[str]) -> None:
    """Ada 12,000 and 7,000; Grace 24,500; Edsger 9,900.50: 53,400.50 by three reps."""
    status, out, _ = rows(capsys, "avg(revenue per rep)", "--format", "json", "-q", *DAY)
    assert status == 0
    found = [(r["aggregate"], r["rep"], r["key"], r["value"], round(r["share"], 4)) for r in json.loads(out)]
    assert [(rep, value, share) for name, rep, key, value, share in found if key is None] == [
        ("Grace", 24500, 0.3333), ("Ada", 19000, 0.3333), ("Edsger", 9900.5, 0.3333),
    ]  # fmt: skip
    assert [(rep, key, value, share) for name, rep, key, value, share in found if key is not None] == [
        ("Ada", "1", 12000, 0.6316), ("Ada", "7", 7000, 0.3684), ("Edsger", "6", 9900.5, 1.0),
        ("Grace", "3", 20500, 0.8367), ("Grace", "4", 4000, 0.1633),
    ]  # fmt: skip


def test_a_moved_window_is_told(demo: None, capsys: pytest.CaptureFixture[str]) -> None:
    """March against February: 16,900.50 against 24,500."""
    out = rows(capsys, "growth(revenue, 1 month)", "--period", "2026-03", "--format", "table", *DAY)[1]
    assert "revenue: sum(deals.amount where won) = $16,900.50\n" in out
    assert "  deals by closed_at, from 2026-03-01 to before 2026-04-01: 2 rows\n" in out
    assert "revenue_prior_1_month: prior(sum(deals.amount where won), 1 month) = $24,500.00\n" in out
    assert "  deals by closed_at, from 2026-02-01 to before 2026-03-01: 2 of 3 rows count" in out


def test_a_moved_window_is_cut_first(demo: None, capsys: pytest.CaptureFixture[str]) -> None:
    """On 10 March the first ten days of February count, in which deal 3 closed."""
    command = ["growth(revenue, 1 month)", "--period", "2026-03", "--format", "table", "--as-of", "2026-03-10"]
    _, out, err = rows(capsys, *command)
    assert "deals by closed_at, from 2026-03-01 to before 2026-03-11: 1 row\n" in out
    assert "deals by closed_at, from 2026-02-01 to before 2026-02-11: 1 row\n" in out
    assert "the period is partial: it holds the as-of day\n" in err


def test_all_is_over_more_than_the_cell(demo: None, capsys: pytest.CaptureFixture[str]) -> None:
    """AMER's part of the revenue, as in a result by region: 24,500 of 53,400.50."""
    command = ["revenue / all(revenue)", "--where", "region = 'AMER'", "--format", "table", *DAY]
    _, out, err = rows(capsys, *command)
    assert out.startswith("revenue / all(revenue) = 0.46, where region = 'AMER'\n")
    assert "revenue: sum(deals.amount where won) = $24,500.00\n" in out
    assert "all(sum(deals.amount where won)) = $53,400.50\n" in out
    assert "as in a result by region: `all(..)` is over more than this cell\n" in err


def test_a_condition_that_is_no_value_filters_everything(demo: None, capsys: pytest.CaptureFixture[str]) -> None:
    """As `run --where` does."""
    command = ["revenue / all(revenue)", "--where", "region in ('AMER')", "--format", "table", *DAY]
    assert rows(capsys, *command)[1].startswith("revenue / all(revenue) = 1.00, where region in ('AMER')\n")


def test_the_limit_says_what_it_leaves_out(demo: None, capsys: pytest.CaptureFixture[str]) -> None:
    """The largest of five won deals."""
    _, out, err = rows(capsys, "revenue", "--limit", "2", *DAY)
    assert [line.split(",")[2:5] for line in out.splitlines()[1:]] == [
        ["3", "2026-02-03", "20500"], ["1", "2026-01-15", "12000"],
    ]  # fmt: skip
    assert "revenue: 3 more rows left out; --limit says how many are shown\n" in err


def test_a_person_sees_a_hundred(
    demo: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 120 deals; a file has all of them."""
    lines = [f"{n},1,won,{n},2026-01-15" for n in range(1, 121)]
    Path("data/deals.csv").write_text("deal_id,rep_id,status,amount,closed_at\n" + "\n".join(lines) + "\n")
    assert rows(capsys, "revenue", "-o", "all.csv", *DAY)[0] == 0
    assert len(Path("all.csv").read_text().splitlines()) == 121
    monkeypatch.setattr("attain.cli.commands.rows.is_terminal", lambda stream: True)
    _, out, err = rows(capsys, "revenue", "--color", "never", *DAY)
    assert "revenue: 20 more rows left out" in err
    assert len(out.splitlines()) == 101


def test_values_are_escaped(demo: None, capsys: pytest.CaptureFixture[str]) -> None:
    """On a terminal and in Markdown; CSV is the data."""
    Path("data/deals.csv").write_text(
        'deal_id,rep_id,status,amount,closed_at\n1,1,"\x1b[31mwon|<b>",1,2026-01-15\n', encoding="utf-8"
    )
    command = ["count(distinct deals.status)", *DAY]
    assert "\\x1b[31mwon|<b>" in rows(capsys, *command, "--format", "table")[1]
    assert "\\\\x1b\\[31mwon\\|&lt;b&gt;" in rows(capsys, *command, "--format", "markdown")[1]
    assert "\x1b[31mwon|<b>" in rows(capsys, *command, "--format", "csv")[1]
    assert "\\u001b[31mwon|<b>" in rows(capsys, *command, "--format", "json")[1]


def test_parquet_has_typed_columns(demo: None, capsys: pytest.CaptureFixture[str]) -> None:
    """Also where aggregates of two kinds share a column."""
    assert rows(capsys, "revenue / deals_won", "--period", "2026-01", "-o", "rows.parquet", *DAY)[0] == 0
    table = pyarrow.parquet.read_table("rows.parquet")
    assert table.column("key").to_pylist() == ["1", "1"]
    assert [float(value) for value in table.column("value").to_pylist()] == [12000, 1]
    assert [day.isoformat() for day in table.column("time").to_pylist()] == ["2026-01-15", "2026-01-15"]


def test_a_cell_in_which_nothing_occurs(demo: None, capsys: pytest.CaptureFixture[str]) -> None:
    """There is no row of it, and no value but that of nothing."""
    _, out, _ = rows(capsys, "revenue", "--where", "region = 'APAC'", "--format", "table", *DAY)
    assert "revenue: sum(deals.amount where won) = $0.00\n" in out
    assert "0 rows" in out
    _, out, err = rows(capsys, "revenue / all(revenue)", "--where", "region = 'APAC'", "--format", "table", *DAY)
    assert out.startswith("revenue / all(revenue) = nothing, where region = 'APAC'\n")
    assert "nothing occurs in this cell, so that `run` has no row for it\n" in err


def test_a_window_after_the_as_of_day(demo: None, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is left of it."""
    out = rows(capsys, "revenue", "--period", "2026-03", "--format", "table", "--as-of", "2026-02-10")[1]
    assert "deals by closed_at, in a window of which nothing is left: it lies after the as-of day: 0 rows\n" in out


def test_a_table_without_time(demo: None, capsys: pytest.CaptureFixture[str]) -> None:
    """Its rows lie in every window; a metric of its rows is a column. Grace alone sold more than 10,000 in February."""
    out = rows(capsys, "count(reps where revenue > 10000)", "--period", "2026-02", "--format", "table", "-q", *DAY)[1]
    assert "reps has no time axis, its rows lie in every window: 1 of 3 rows counts" in out
    assert out.endswith(
        """\
rep_id     revenue  value   share
------  ----------  -----  ------
     2  $24,500.00      1  100.0%
"""
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--grain", "month"], "error[wrong-arguments]: which month?"),
        (["--period", "2026-13"], "error[date-form]: `2026-13` is not a period"),
        (["--period", "2026-Q1", "--grain", "month"], "`2026-Q1` is a quarter, and the grain is month"),
        (["--period", "2026", "--grain", "fiscal_year"], "`2026` is a year, and the grain is fiscal_year"),
        (["--period", "2026-01-31", "--grain", "hour"], "`2026-01-31` is a day, and the grain is hour"),
        (["--period", "2026-01", "--from", "2026-01-01"], "`--period` and `--from` both say from when to when"),
        (["--period", ""], "nothing is written behind `--period`"),
        (["--where", "regoin = 'EMEA'"], "did you mean `region`?"),
        (["--grain", "mont", "--period", "2026-01"], "did you mean `month`?"),
    ],
)
def test_mistakes_are_told(demo: None, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str) -> None:
    """As problems of the command line."""
    status, out, err = rows(capsys, "revenue", *arguments)
    assert (status, out) == (2, "")
    assert said in err
