"""`attain scorecard` on the starting project, whose eight deals can be counted by hand.

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

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from attain.cli import main

#: March, of which ten days of 31 have gone by: deal 6 is there, deal 7 is not.
MARCH = ("--period", "2026-03", "--as-of", "2026-03-10")


@pytest.fixture
def demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The starting project is the working directory."""
    assert main(["init", str(tmp_path / "demo"), "-q"]) == 0
    monkeypatch.chdir(tmp_path / "demo")
    capsys.readouterr()


def card(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """The exit status of `attain scorecard`, and what it says."""
    status = main(["scorecard", *arguments])
    said = capsys.readouterr()
    return status, said.out, said.err


def record(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    """The scorecard as JSON."""
    status, out, err = card(capsys, *arguments, "--format", "json")
    assert status == 0, err
    return json.loads(out)


def test_a_period_that_runs_is_compared_with_the_same_stretch(demo: None, capsys: pytest.CaptureFixture[str]) -> None:
    """9,900.50 by 10 March; by 10 February deal 3 alone, 20,500: 9,900.50 / 20,500 - 1 = -51.7%. At the rate of ten
    days of 31 the month ends at 9,900.50 * 31 / 10 = 30,691.55. One of one decided deal is won."""
    found = card(capsys, "--all", *MARCH, "--format", "table")
    assert found[:2] == (
        0,
        """\
demo: 2026-03, as of 2026-03-10, 10 of 31 days gone

KPI           actual  vs month before  vs year before   projected  trend
---------  ---------  ---------------  --------------  ----------  -------------
Revenue    $9,900.50         -51.7% ✗    +$9,900.50 ✓  $30,691.55  ▁▁▁▁▁▁▁▁▁▁▄▇█
deals_won          1             0.0%              +1           3  ▁▁▁▁▁▁▁▁▁▁▃▆█
Win rate      100.0%          0.0 pts                              ··········▁▃█
""",
    )
    assert "pace by calendar days: revenue, deals_won" in found[2]
    assert "pace the value itself: win_rate" in found[2]


def test_slices_stand_below_their_total(demo: None, capsys: pytest.CaptureFixture[str]) -> None:
    """The first quarter: EMEA 12,000 + 9,900.50 + 7,000 = 28,900.50, AMER 24,500, together 53,400.50."""
    found = record(capsys, "revenue", "--by", "region", "--period", "2026-Q1", "--as-of", "2026-06-30")
    slices = [(one["total"], one["slice"], one["actual"]) for one in found["kpis"][0]["cards"]]
    assert slices == [(True, None, 53400.5), (False, {"region": "AMER"}, 24500), (False, {"region": "EMEA"}, 28900.5)]
    assert found["period"]["state"] == "over" and found["kpis"][0]["pace_method"] is None


@pytest.mark.parametrize(
    ("period", "name", "start", "end", "revenue"),
    [
        ("2026", "2026", "2026-01-01", "2027-01-01", 53400.5),
        ("2026-02", "2026-02", "2026-02-01", "2026-03-01", 24500),
        ("2026-W06", "2026-W06", "2026-02-02", "2026-02-09", 20500),
        ("2026-02-03", "2026-02-03", "2026-02-03", "2026-02-04", 20500),
    ],
)
def test_periods(
    demo: None, capsys: pytest.CaptureFixture[str], period: str, name: str, start: str, end: str, revenue: float
) -> None:
    """A year, a month, a week, a day: deal 3 is of Tuesday, 3 February, in the sixth week."""
    found = record(capsys, "revenue", "--period", period, "--as-of", "2026-06-30")
    assert [found["period"][key] for key in ("name", "from", "to")] == [name, start, end]
    assert found["kpis"][0]["cards"][0]["actual"] == revenue


def test_left_out_the_period_is_the_month_of_the_as_of_day(demo: None, capsys: pytest.CaptureFixture[str]) -> None:
    """--grain says how long it is."""
    assert record(capsys, "revenue", "--as-of", "2026-02-03")["period"]["name"] == "2026-02"
    assert record(capsys, "revenue", "--as-of", "2026-02-03", "--grain", "quarter")["period"]["name"] == "2026-Q1"


def test_csv_has_a_row_for_each_kpi_and_slice(demo: None, capsys: pytest.CaptureFixture[str]) -> None:
    """Plain numbers, shares as fractions, nothing for what is missing."""
    status, out, _ = card(capsys, "--all", *MARCH, "--by", "region", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert status == 0 and len(rows) == 9
    first = rows[0]
    assert (first["metric"], first["total"], first["region"], first["actual"]) == ("revenue", "true", "", "9900.5")
    assert (first["period_before"], first["period_before_share"]) == ("20500", "-0.517048780488")
    assert (first["projection"], first["target"], first["category"]) == ("30691.55", "", "")
    assert rows[2]["region"] == "EMEA" and rows[2]["period_before_share"] == ""


def test_markdown(demo: None, capsys: pytest.CaptureFixture[str]) -> None:
    """A table; what a cell holds is not read as Markdown."""
    status, out, _ = card(capsys, "revenue", *MARCH, "--format", "markdown")
    lines = out.split("\n")
    assert status == 0
    assert lines[0] == "**demo: 2026-03, as of 2026-03-10, 10 of 31 days gone**"
    assert lines[2].startswith("| KPI | actual |") and lines[3].startswith("| --- | ---: |")
    assert lines[4].startswith("| Revenue | $9,900.50 |")


def test_html_is_one_file(demo: None, capsys: pytest.CaptureFixture[str]) -> None:
    """The format follows from the name; breakdowns, the SQL and the definition are in it."""
    status, out, err = card(capsys, "--all", *MARCH, "-o", "card.html")
    page = Path("card.html").read_text(encoding="utf-8")
    assert (status, out) == (0, "") and "pace by calendar days" in err
    assert page.startswith("<!DOCTYPE html>") and page.count("<article") == 3
    for words in ("Revenue by Rep", "$9,900.50", "sum(deals.amount where won)", "SELECT", "deals.csv"):
        assert words in page


def test_plan_counts_the_scans(demo: None, capsys: pytest.CaptureFixture[str]) -> None:
    """Three metrics over thirteen months: one scan; in the two stretches before: one more. Of a period that is over
    the trend has the figures before, too."""
    status, out, _ = card(capsys, "--all", *MARCH, "--plan")
    assert status == 0 and out.startswith("== figures and targets: 3 columns of 3 metrics ==\n")
    assert out.rstrip().endswith("scans in all: 2, in 2 statements")
    out = card(capsys, "--all", "--period", "2026-03", "--as-of", "2026-03-31", "--plan")[1]
    assert out.rstrip().endswith("scans in all: 1, in 1 statement")


def test_of_a_period_that_is_over_the_trend_tells_what_was_before(
    demo: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """February: 24,500 against 12,000 in January and nothing in February 2025. The same comes out where the figures
    before are asked for, as they are of a period that runs."""
    from attain.scorecard import read

    asked = ("--all", "--by", "region", "--period", "2026-02", "--as-of", "2026-06-30")
    told = record(capsys, *asked)
    assert told["kpis"][0]["cards"][0]["period_before"]["before"] == 12000
    assert told["kpis"][0]["cards"][0]["year_before"]["before"] == 0
    monkeypatch.setattr(read, "trend_tells", lambda stretch: False)
    assert record(capsys, *asked) == told


def test_what_is_too_large_for_one_statement_is_asked_in_parts(
    demo: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With room for a metric or two in a plan, the figures are those of one statement; with room for none, it is
    said."""
    from attain.plan import builder

    monkeypatch.setenv("ATTAIN_CACHE", "off")
    text = Path("metrics.yaml").read_text()
    Path("metrics.yaml").write_text(f"{text}\n  team: count(reps)\n  best: max(revenue per rep)\n")
    asked = ("--all", *MARCH)
    whole, plans = record(capsys, *asked), card(capsys, *asked, "--plan")[1]
    assert plans.rstrip().endswith("in 2 statements")
    monkeypatch.setattr(builder, "MAX_STEPS", 25)
    assert record(capsys, *asked) == whole
    assert card(capsys, *asked, "--plan")[1].rstrip().endswith("in 5 statements")
    status, page, err = card(capsys, *asked, "--format", "html")
    assert status == 0 and page.count(" by Rep</caption>") == 5 and "not broken down" not in err
    monkeypatch.setattr(builder, "MAX_STEPS", 18)
    lacking = record(capsys, *asked)
    assert "no figures before of best: this query needs more than 18 steps" in lacking["notes"]
    assert [kpi["cards"][0]["actual"] for kpi in lacking["kpis"]] == [k["cards"][0]["actual"] for k in whole["kpis"]]
    assert [kpi["cards"][0]["period_before"] is None for kpi in lacking["kpis"]] == [False] * 4 + [True]
    monkeypatch.setattr(builder, "MAX_STEPS", 5)
    status, _, err = card(capsys, *asked)
    assert status == 2 and "this query needs more than 5 steps" in err


def test_a_dimension_with_too_many_members_is_left_out_of_a_page(
    demo: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And told, on the page, too."""
    from attain.scorecard import details

    monkeypatch.setattr(details, "MOST_CELLS", 1)
    quarter = ("--period", "2026-Q1", "--as-of", "2026-06-30")
    status, page, err = card(capsys, "revenue", *quarter, "--format", "html")
    assert status == 0 and "by Rep</caption>" not in page
    assert all("not broken down by rep: it has too many members" in told for told in (page, err))


def test_colour_moves_nothing(demo: None, capsys: pytest.CaptureFixture[str]) -> None:
    """With the codes taken away the coloured table is the plain one."""
    import re

    plain = card(capsys, "--all", *MARCH, "--format", "table")[1]
    colored = card(capsys, "--all", *MARCH, "--format", "table", "--color", "always")[1]
    assert "\x1b[31m-51.7% ✗" in re.sub(r"\x1b\[31m +", "\x1b[31m", colored)
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == plain


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "no metric has a target yet"),
        (("revenu",), "did you mean `revenue`?"),
        (("revenue", "--period", "2026-13"), "`2026-13` is not a period"),
        (("revenue", "--grain", "hour"), "a scorecard is not made by hour"),
        (("revenue", "--grain", "weak"), "did you mean `week`?"),
        (("revenue", "--period", "2026-03", "--grain", "week"), "`2026-03` is a month, and the grain is week"),
        (("revenue", "--as-of", "March"), "`March` is not a day"),
        (("revenue", "--category", "sales"), "no KPI here has the category `sales`"),
        (("--all", "--owner", "me"), "no KPI here has the owner `me`"),
        (("--all", "--by", "regio"), "did you mean `region`?"),
        (("--all", "--where", "region ="), "--where:1:"),
        (("--all", "--where", ""), "nothing is written behind `--where`"),
        (("--all", "-o", "card.xlsx"), "no format goes with `.xlsx`"),
    ],
)  # fmt: skip
def test_mistakes(demo: None, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str) -> None:
    """The command line is wrong: 2, and what to write instead."""
    status, out, err = card(capsys, *arguments)
    assert (status, out) == (2, "") and said in err


def test_what_cannot_be_cut_is_left_out_and_told(demo: None, capsys: pytest.CaptureFixture[str]) -> None:
    """Of all metrics those that a dimension does not reach are named; one that is asked for by name is an error."""
    text = Path("metrics.yaml").read_text()
    Path("metrics.yaml").write_text(f"{text}\n  team: {{expr: count(reps)}}\n")
    status, out, err = card(capsys, "--all", *MARCH, "--by", "region", "--format", "csv")
    assert status == 0 and "team" not in out
    assert "left out: team (`reps` does not have the dimension `region`)" in err
    status, out, err = card(capsys, "team", *MARCH, "--by", "region")
    assert (status, out) == (2, "") and "`reps` does not have the dimension `region`" in err


def test_without_the_charts_library_a_page_says_what_to_install(
    demo: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before any query is run."""
    import sys

    monkeypatch.setitem(sys.modules, "vl_convert", None)
    status, _, err = card(capsys, "--all", *MARCH, "-o", "card.html")
    assert status == 3 and "pip install 'attain[html]'" in err
