"""Scorecards over targets that are small, zero, below zero, or lack parts of the period. Deals of 2026, a few a region:

deal  region  closed      amount
1     EMEA    2026-01-15     100
2     EMEA    2026-04-10     122
3     AMER    2026-05-31      61
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from attain.cli import main

DEALS = """\
deal_id,region,closed_at,amount
1,EMEA,2026-01-15,100
2,EMEA,2026-04-10,122
3,AMER,2026-05-31,61
"""
DEFINITIONS = """\
version: 1
tables:
  deals: {file: deals.csv, key: deal_id, time: closed_at, fields: {amount: {unit: money}}}
dimensions: {region: deals.region}
metrics:
  wins: {expr: count(deals), good: up}
  revenue: {expr: sum(deals.amount), good: up}
  banded: {expr: count(deals), hidden: true}
  refunds: {expr: count(deals where amount < 0), good: down}
  planned: {expr: target(revenue), good: up}
  loss: {expr: 0 - revenue, good: up}
  complaints: {expr: count(deals where amount > 99), good: down}
targets:
  four_a_year: {metric: wins, default: true, grain: year, values: {2026: 4}}
  three_a_quarter: {metric: wins, grain: quarter, values: {2026-Q2: 3}, spread: business_days}
  plan:
    metric: revenue
    grain: month
    by: [region]
    values:
      2026-04: {EMEA: 100, AMER: 100}
      2026-05: {EMEA: 100, AMER: 100}
      2026-06: {EMEA: 200}
  losses: {metric: loss, default: true, grain: month, values: {2026-01: -90, 2026-04: -200}}
  banded: {metric: loss, grain: month, values: {2026-04: -200}, bands: {bad: below 80%, fine: above}}
  later:
    metric: refunds
    grain: month
    versions: [{valid_from: 2026-04-15, values: {2026-04: 5}}]
  none: {metric: complaints, grain: month, value: 0}
"""


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The definitions and the deals are the working directory."""
    (tmp_path / "metrics.yaml").write_text(DEFINITIONS)
    (tmp_path / "deals.csv").write_text(DEALS)
    monkeypatch.chdir(tmp_path)


def cards(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[list[dict[str, Any]], str]:
    """The cards of the first KPI, and what is said."""
    status = main(["scorecard", *arguments, "--format", "json"])
    said = capsys.readouterr()
    assert status == 0, said.err
    found: list[dict[str, Any]] = json.loads(said.out)["kpis"][0]["cards"]
    return found, said.err


def test_a_few_deals_a_year_are_due_by_the_day_and_not_by_the_cent(capsys: pytest.CaptureFixture[str]) -> None:
    """4 February is the 35th of 365 days: 4 * 35 / 365 deals are due, and at one in 35 days the year ends at 365 / 35.
    Two cents a day for the first 35 days, one for each other, would be 0.70 due, and half of that pace."""
    one = cards(capsys, "four_a_year", "--period", "2026", "--as-of", "2026-02-04")[0][0]
    assert one["expected"] == pytest.approx(4 * 35 / 365, abs=1e-9)
    assert one["pace"] == pytest.approx(365 / 140, abs=1e-9)
    assert one["projection"] == pytest.approx(365 / 35, abs=1e-9)


def test_a_few_deals_a_quarter_by_working_days(capsys: pytest.CaptureFixture[str]) -> None:
    """On 10 April 8 of 65 working days are gone."""
    one = cards(capsys, "three_a_quarter", "--period", "2026-Q2", "--as-of", "2026-04-10")[0][0]
    assert one["expected"] == pytest.approx(3 * 8 / 65, abs=1e-9)
    assert one["projection"] == pytest.approx(65 / 8, abs=1e-9)


def test_a_target_without_the_months_to_come_does_not_end_the_period_today(capsys: pytest.CaptureFixture[str]) -> None:
    """On 31 May 61 of 91 days are gone. EMEA has a target for June: half of its 400 is due, so 122 become 244. AMER has
    none: its 61 become 91 by the days, and not 61, as if all that is planned were all there is to come."""
    found, said = cards(capsys, "plan", "--by", "region", "--period", "2026-Q2", "--as-of", "2026-05-31")
    total, amer, emea = found
    assert (emea["expected"], emea["projection"], amer["expected"], amer["projection"]) == (200, 244, 200, 91)
    assert (total["target"], total["projection"]) == (600, 274.5)  # 183 / (400 / 600): every month has some target
    assert "projected by calendar days, since parts of the target are missing: revenue" in said


def test_a_week_in_a_month_without_a_target(capsys: pytest.CaptureFixture[str]) -> None:
    """30 March to 5 April, seen on the third, is five of seven days. April has a target for its five days, March none:
    the week does not end as if all had to come in April."""
    (Path("deals.csv")).write_text(DEALS + "4,EMEA,2026-04-02,50\n")
    one = cards(capsys, "plan", "--period", "2026-W14", "--as-of", "2026-04-03")[0][0]
    assert (one["actual"], one["projection"]) == (50, 70)


@pytest.mark.parametrize(
    ("period", "band"),
    [("2026-01", {"band": "missed", "level": 0}), ("2026-04", {"band": "reached", "level": 2})],
)
def test_a_target_below_zero(capsys: pytest.CaptureFixture[str], period: str, band: dict[str, Any]) -> None:
    """A loss of 100 where 90 were allowed is 111% of it, and missed; one of 122 where 200 were is 61%, and reached."""
    one = cards(capsys, "losses", "--period", period, "--as-of", "2026-07-15")[0][0]
    assert one["band"] == band


def test_bands_of_shares_say_nothing_of_a_target_below_zero(capsys: pytest.CaptureFixture[str]) -> None:
    """61% of the loss that was allowed is not bad."""
    one = cards(capsys, "banded", "--period", "2026-04", "--as-of", "2026-07-15")[0][0]
    assert (one["attainment"], one["band"]) == (0.61, None)


@pytest.mark.parametrize(
    ("as_of", "which", "band"),
    [("2026-04-30", "band", "missed"), ("2026-05-31", "band", "reached"), ("2026-04-20", "pace_band", "off pace"),
     ("2026-05-20", "pace_band", "on pace")],
)  # fmt: skip
def test_a_target_of_zero(capsys: pytest.CaptureFixture[str], as_of: str, which: str, band: str) -> None:
    """One complaint in April, none in May, and none is allowed. A share of zero there is not."""
    one = cards(capsys, "complaints", "--period", as_of[:7], "--as-of", as_of)[0][0]
    assert (one["attainment"], one[which]["band"]) == (None, band)


def test_of_a_year_the_year_before_is_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    """It is the period before."""
    assert main(["scorecard", "four_a_year", "--period", "2026", "--as-of", "2026-12-31", "--format", "table"]) == 0
    assert capsys.readouterr().out.count("vs year before") == 1


def test_a_metric_made_of_targets_is_whole_from_the_first_day(capsys: pytest.CaptureFixture[str]) -> None:
    """April's plan of 200 is 200 on the tenth, and will not be 600 at its end."""
    one = cards(capsys, "planned", "--period", "2026-04", "--as-of", "2026-04-10")[0][0]
    assert (one["actual"], one["projection"]) == (200, 200)


def test_a_hidden_metric_gives_way_to_a_target_of_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    """A building block that is called like the target that it serves does not hide it."""
    assert main(["scorecard", "banded", "--as-of", "2026-04-10", "--format", "json"]) == 0
    [kpi] = json.loads(capsys.readouterr().out)["kpis"]
    assert (kpi["metric"], kpi["target"]) == ("loss", "banded")


def test_a_metric_and_its_own_target_are_one_kpi(capsys: pytest.CaptureFixture[str]) -> None:
    """Both names mean the same; another target is another KPI."""
    names = ["revenue", "plan", "wins", "three_a_quarter"]
    assert main(["scorecard", *names, "--as-of", "2026-04-10", "--format", "json"]) == 0
    kpis = json.loads(capsys.readouterr().out)["kpis"]
    assert [kpi["target"] for kpi in kpis] == ["plan", "four_a_year", "three_a_quarter"]


def test_a_target_that_is_not_in_force_yet_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """Else a KPI without a target would stand there, and nobody would know why."""
    found, said = cards(capsys, "refunds", "--as-of", "2026-04-14")
    assert found[0]["target"] is None and "no version of the target later is in force on 2026-04-14" in said
    found, said = cards(capsys, "refunds", "--as-of", "2026-04-15")
    assert found[0]["target"] == 5 and "in force" not in said
