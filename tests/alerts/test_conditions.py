"""Which alerts fire, and what is said of it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import attain
from attain import pipeline
from attain.cli import main

from .conftest import add_alerts

Capture = pytest.CaptureFixture[str]


def said(capsys: Capture, *options: str, status: int | None = None) -> list[list[str]]:
    """What is printed of each finding, line by line."""
    done = main(["alerts", "--as-of", "2026-03-31", *options])
    captured = capsys.readouterr()
    assert status is None or done == status, captured.err
    lines = captured.out.splitlines()
    starts = [i for i, line in enumerate(lines) if not line.startswith(" ")]
    return [[x.strip() for x in lines[i:j]] for i, j in zip(starts, [*starts, len(lines)][1:], strict=True)]


@pytest.mark.parametrize(
    ("when", "fires", "why"),
    [
        # March: 91
        ("below 92", True, "$91.00 is below $92.00"),
        ("below 91", False, "$91.00 is not below $91.00"),
        ("above 90.5", True, "$91.00 is above $90.50"),
        ("above 91", False, "$91.00 is not above $91.00"),
        # 91 after 84: 7/84
        ("change beyond 8%", True, "$91.00 is 8.3% more than $84.00 the month before: a rise beyond 8%"),
        ("change beyond 9%", False, "$91.00 is 8.3% more than $84.00 the month before: a rise not beyond 9%"),
        ("drop beyond 8%", False, "$91.00 is 8.3% more than $84.00 the month before: a drop not beyond 8%"),
        # 91 after 100
        ("drop beyond 8% over 2 months", True, "$91.00 is 9% less than $100.00 2 months before: a drop beyond 8%"),
        ("rise beyond 8% over 2 months", False, "$91.00 is 9% less than $100.00 2 months before: a rise not beyond 8%"),
        ("change beyond 9% over 2 months", False, "$91.00 is 9% less than $100.00 2 months before: a drop not beyond"),
        ("rise beyond 1% over 1 year", False, "$91.00, and $0.00 1 year before: of nothing there is no share"),
        ("band at risk", True, "at risk: 91% of plan (from 80%, below 95%)"),
        ("band off track", False, "at risk: 91% of plan (from 80%, below 95%)"),
        ("band at risk or worse", True, "at risk: 91% of plan (from 80%, below 95%)"),
        ("band off track or better", True, "at risk: 91% of plan (from 80%, below 95%)"),
        ("below 92% of target", True, "$91.00 is 91% of plan: below 92%"),
        ("below 91% of its target", False, "$91.00 is 91% of plan: not below 91%"),
        ("above 90% of target", True, "$91.00 is 91% of plan: above 90%"),
        ("unusual", False, "$91.00, after only 2 months: too few to say what is usual"),
    ],
)  # fmt: skip
def test_of_a_month(shop: Path, capsys: Capture, when: str, fires: bool, why: str) -> None:
    add_alerts(shop, f"told: {{metric: revenue, grain: month, when: {when}}}")
    [[first, reason, *_]] = said(capsys, "--all", status=int(fires))
    assert first == f"{'fires' if fires else 'quiet'}  told: Revenue, month of 2026-03-01"
    assert reason.startswith(why)
    assert len(said(capsys)) == fires  # without --all


@pytest.mark.parametrize("figure", ["0 - revenue", "revenue - 91"])
@pytest.mark.parametrize("when", ["below 80% of target", "band bad"])
def test_no_share_is_told_of_a_target_below_zero(shop: Path, capsys: Capture, figure: str, when: str) -> None:
    """A loss of 91, or none, where one of 200 was planned is 46% or 0% of it, and better than planned."""
    text = (shop / "metrics.yaml").read_text().replace("  average:", f"  loss: {figure}\n  average:")
    losses = "losses: {metric: loss, grain: month, values: {2026-03: -200}, bands: {bad: below 80%, fine: above}}"
    text = text.replace("alerts:\n", f"  {losses}\nalerts:\n")
    (shop / "metrics.yaml").write_text(f"{text}  told: {{target: losses, when: {when}}}\n")
    [[first, reason, *_]] = said(capsys, "--all", status=0)
    assert first == "quiet  told: loss, month of 2026-03-01"
    assert reason == "the target losses is below zero, where a share grows as the figure falls"


def test_of_all_time_by_slice_and_among_some_rows(shop: Path, capsys: Capture) -> None:
    """135 of East, 140 of the other; 90 in the first and the third row."""
    add_alerts(
        shop,
        "much: {metric: revenue, by: region, when: above 137}",
        "share: {metric: east_share, when: above 49%}",
        "some: {metric: revenue, where: 'sales.id in (1, 3)', when: below 91}",
    )
    found = said(capsys, status=1)
    assert [lines[:2] for lines in found] == [
        ["fires  much: Revenue, region West <b>", "$140.00 is above $137.00"],
        ["fires  share: east_share", "49.1% is above 49%"],  # 135 of 275
        ["fires  some: Revenue, where sales.id in (1, 3)", "$90.00 is below $91.00"],
    ]
    assert found[0][2:] == ["owner: cro@acme.example"] and found[1][2:] == []


def test_a_slice_that_stopped_is_zero_and_is_looked_at(shop: Path, capsys: Capture) -> None:
    add_alerts(shop, "stopped: {metric: revenue, grain: week, by: [region], when: below 1}")
    main(["alerts", "--as-of", "2026-03-29"])
    # East has sold nothing in the week of the 23rd, nor has West
    assert capsys.readouterr().out.count("$0.00 is below $1.00") == 2
    main(["alerts", "--as-of", "2026-03-22"])
    captured = capsys.readouterr()
    assert "region East, week of 2026-03-16" in captured.out and captured.out.count("fires") == 1
    assert captured.err == "as of 2026-03-22\n1 alert: 1 of 2 fire\n"


def test_a_missing_value_is_not_judged(shop: Path, capsys: Capture) -> None:
    """The average of a week without rows."""
    add_alerts(shop, "low: {metric: average, grain: week, when: [below 1_000, change beyond 1%]}")
    assert main(["alerts", "--as-of", "2026-03-29", "--all"]) == 0
    captured = capsys.readouterr()
    assert captured.out.count("there is no value") == 2
    assert captured.err == "as of 2026-03-29\n1 alert: 0 of 2 fire\n2 without a value: not judged\n"


@pytest.mark.parametrize(
    ("as_of", "period"),
    [("2026-03-30", "2026-02-01"), ("2026-03-31", "2026-03-01"), ("2026-04-01", "2026-03-01")],
)
def test_a_given_day_is_over(shop: Path, capsys: Capture, as_of: str, period: str) -> None:
    add_alerts(shop, "any: {metric: revenue, grain: month, when: above 0}")
    main(["alerts", "--as-of", as_of])
    assert f"month of {period}" in capsys.readouterr().out


@pytest.mark.parametrize(("today", "period"), [(31, "2026-02-01"), (32, "2026-03-01")])
def test_today_is_not_over(
    shop: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch, today: int, period: str
) -> None:
    add_alerts(
        shop, "any: {metric: revenue, grain: month, when: above 0}", "day: {metric: revenue, grain: day, when: below 1}"
    )
    monkeypatch.setattr(pipeline, "current_day", lambda model: date.fromordinal(date(2026, 2, 28).toordinal() + today))
    main(["alerts"])
    out = capsys.readouterr().out
    assert f"month of {period}" in out and f"day of 2026-03-{today - 1:02}" in out


@pytest.mark.parametrize(
    ("as_of", "when", "fires"),
    [
        # East has a row on the 10th, West on the 20th
        ("2026-03-22", "3 days", []),
        ("2026-03-23", "3 days", ["West <b>"]),
        ("2026-04-09", "1 month", []),
        ("2026-04-10", "1 month", ["East"]),
        ("2026-02-12", "2 days", ["East"]),  # what comes later is no sign of life
    ],
)
def test_no_data(shop: Path, capsys: Capture, as_of: str, when: str, fires: list[str]) -> None:
    add_alerts(shop, f"late: {{metric: revenue, by: [region], where: region = '{fires[0] if fires else 'West <b>'}', "
                     f"when: no data for {when}}}")  # fmt: skip
    status = main(["alerts", "--as-of", as_of])
    assert [line.split("region ")[1].split(", where")[0] for line in capsys.readouterr().out.splitlines()
            if line.startswith("fires")] == fires  # fmt: skip
    assert status == bool(fires)


def test_json_has_the_figures(shop: Path, capsys: Capture) -> None:
    add_alerts(
        shop,
        "drop: {label: A drop, metric: revenue, grain: month, by: [region], when: change beyond 10%}",
        "late: {metric: revenue, when: no data for 10 days}",
    )
    assert main(["alerts", "--as-of", "2026-03-31", "--format", "json", "--all"]) == 1
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert (found["as_of"], found["firing"]) == ("2026-03-31", 3)
    east, west, late = found["alerts"]
    assert east == {
        "alert": "drop", "label": "A drop", "metric": "revenue", "when": "change beyond 10%", "fires": True,
        "said_before": False, "grain": "month", "period": "2026-03-01", "slice": {"region": "East"}, "value": 45,
        "before": 30, "change": 0.5, "bound": 0.1,
        "why": "$45.00 is 50% more than $30.00 the month before: a rise beyond 10%", "how": None,
        "owner": "cro@acme.example",
    }  # fmt: skip
    assert west["change"] == pytest.approx((46 - 54) / 54) and west["slice"] == {"region": "West <b>"}
    assert (late["fires"], late["table"], late["latest"]) == (True, "sales", "2026-03-20")


def test_unusual_says_how_it_is_known(shop: Path, capsys: Capture) -> None:
    """Days of 190 to 210, and one of 100."""
    amounts = [200, 210, 190, 205, 195, 200, 210, 190, 205, 195, 200, 210, 150]
    rows = [f"{i},East,2026-05-{i:02},{amount}" for i, amount in enumerate(amounts, 1)]
    (shop / "sales.csv").write_text("\n".join(["id,region,sold_on,amount", *rows, ""]))
    add_alerts(
        shop,
        "odd: {metric: revenue, grain: day, when: unusual}",
        "high: {metric: revenue, grain: day, when: unusually high}",
    )
    assert main(["alerts", "--as-of", "2026-05-13", "--format", "json", "--all"]) == 1
    odd, high = json.loads(capsys.readouterr().out)["alerts"]
    # no weekday was seen three times; the arithmetic stands in test_unusual.py
    assert (odd["expected"], odd["method"], odd["season"], odd["residuals"]) == (201.25, "median", None, 8)
    assert odd["usual_deviation"] == pytest.approx(12.97275) and odd["score"] == pytest.approx(-3.9506, abs=1e-4)
    assert odd["how"].startswith("expected: the median of the 8 days before") and "1.4826" in odd["how"]
    assert (odd["fires"], high["fires"]) == (True, False)


def test_a_calendar_table(shop: Path, capsys: Capture) -> None:
    """Seasons from 1 January, 1 February and 5 March to 31 March: 100, 84, 91."""
    starts = [("2026-01-01", 35), ("2026-02-05", 28), ("2026-03-05", 27)]
    days = [
        f"{date.fromordinal(date.fromisoformat(start).toordinal() + i)},{start}"
        for start, n in starts
        for i in range(n)
    ]
    (shop / "days.csv").write_text("\n".join(["day,starts", *days, ""]))
    add_alerts(shop, "drop: {metric: revenue, grain: season, when: drop beyond 10%}")
    text = (shop / "metrics.yaml").read_text()
    text = text.replace(
        "tables:\n", "calendar: {table: days, date: day, grains: {season: starts}}\ntables:\n  days: {file: days.csv}\n"
    )
    (shop / "metrics.yaml").write_text(text)
    assert main(["alerts", "--as-of", "2026-03-30", "--all"]) == 1
    assert "season of 2026-02-05\n       $84.00 is 16% less than $100.00 the season before" in capsys.readouterr().out
    assert main(["alerts", "--as-of", "2026-03-31", "--all"]) == 0
    assert "season of 2026-03-05\n       $91.00 is 8.3% more than $84.00" in capsys.readouterr().out


def test_names_and_days_that_are_none(shop: Path, capsys: Capture) -> None:
    add_alerts(shop, "low: {metric: revenue, when: below 1}", "high: {metric: revenue, when: above 1}")
    assert main(["alerts", "low", "--as-of", "2026-03-31"]) == 0
    assert capsys.readouterr().err == "as of 2026-03-31\n1 alert: 0 of 1 fire\n"
    assert main(["alerts", "lo", "--as-of", "2026-03-31"]) == 2
    assert "did you mean `low`?" in capsys.readouterr().err
    assert main(["alerts", "--as-of", "31.3.2026"]) == 2
    assert "write it as 2026-01-31" in capsys.readouterr().err


def test_slices_of_long_ago_are_looked_at_for_what_is_unusual_alone(shop: Path, capsys: Capture) -> None:
    """East has sold nothing for a year: it is no longer below anything, and as usual."""
    (shop / "sales.csv").write_text((shop / "sales.csv").read_text() + "7,West <b>,2027-04-20,10\n")
    add_alerts(shop, "low: {metric: revenue, grain: month, by: [region], when: [unusually low, below 20]}")
    assert main(["alerts", "--as-of", "2027-04-30", "--all"]) == 1
    lines = [line for line in capsys.readouterr().out.splitlines() if not line.startswith(" ")]
    assert [line.split(":")[0] + line.split("region")[1] for line in lines] == [
        "quiet  low East, month of 2027-04-01", "quiet  low West <b>, month of 2027-04-01",
        "fires  low West <b>, month of 2027-04-01",
    ]  # fmt: skip


def test_the_list_of_alerts(shop: Path, capsys: Capture) -> None:
    add_alerts(
        shop,
        "low: {metric: revenue, grain: month, by: [region], when: [below 20, unusual]}",
        "behind: {target: plan, when: band off track, owner: ceo@acme.example}",
    )
    assert main(["list", "alerts"]) == 0
    low, behind = capsys.readouterr().out.splitlines()[-2:]
    assert low.split() == ["low", "revenue", "month", "region", "below", "20;", "unusual", "cro@acme.example"]
    assert behind.split() == ["behind", "revenue", "plan", "month", "band", "off", "track", "ceo@acme.example"]
    assert main(["list", "alerts", "--format", "json"]) == 0
    assert [record["when"] for record in json.loads(capsys.readouterr().out)] == [
        ["below 20", "unusual"], ["band off track"],
    ]  # fmt: skip


def test_in_python(shop: Path) -> None:
    add_alerts(shop, "low: {metric: revenue, grain: month, by: [region], when: below 46}")
    with attain.load(shop / "metrics.yaml") as catalog:
        east, west = catalog.alerts("low", as_of=date(2026, 3, 31))
        assert (east.fires, east.members, east.why) == (True, (("region", "East"),), "$45.00 is below $46.00")
        assert not west.fires
        with pytest.raises(attain.DefinitionError, match="there is no alert `high`"):
            catalog.alerts("high")
