"""Scorecards over targets of every kind. Six deals, seen on 12 June 2026; all arithmetic can be done in the head.

deal  region  closed      amount  refund
1     EMEA    2025-06-03     100      10
2     EMEA    2025-06-20     300       0
3     AMER    2025-06-25      50       0
4     EMEA    2026-06-02      90       4
5     AMER    2026-06-10      30       6
6     EMEA    2026-06-28     500       0   after the as-of day
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from attain.cli import main
from attain.scorecard import read

DEALS = """\
deal_id,region,closed_at,amount,refund
1,EMEA,2025-06-03,100,10
2,EMEA,2025-06-20,300,0
3,AMER,2025-06-25,50,0
4,EMEA,2026-06-02,90,4
5,AMER,2026-06-10,30,6
6,EMEA,2026-06-28,500,0
"""
DEFINITIONS = """\
version: 1
tables:
  deals: {file: deals.csv, key: deal_id, time: closed_at, fields: {amount: {unit: money}, refund: {unit: money}}}
dimensions: {region: deals.region}
metrics:
  revenue: {expr: sum(deals.amount), good: up, category: sales}
  refunds: {expr: sum(deals.refund), good: down, owner: care@acme.example}
  size: {expr: avg(deals.amount), good: up}
targets:
  plan:
    metric: revenue
    default: true
    grain: month
    by: [region]
    values: {2026-06: {EMEA: 240, AMER: 60}}
    bands: {off track: below 80%, at risk: below 95%, on track: above}
    owner: cro@acme.example
  shape: {metric: revenue, grain: month, values: {2026-06: 450}, spread: {like: 1 year}}
  work: {metric: revenue, grain: quarter, values: {2026-Q2: 650}, spread: business_days}
  refund_limit: {metric: refunds, grain: month, value: 30}
  size_range: {metric: size, between: [40, 80]}
  raised:
    metric: revenue
    versions:
      - {grain: month, values: {2026-06: 300}, valid_to: 2026-06-10}
      - {grain: month, values: {2026-06: 600}, valid_from: 2026-06-10}
"""


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The definitions and the deals are the working directory."""
    (tmp_path / "metrics.yaml").write_text(DEFINITIONS)
    (tmp_path / "deals.csv").write_text(DEALS)
    monkeypatch.chdir(tmp_path)


def cards(capsys: pytest.CaptureFixture[str], *arguments: str, as_of: str = "2026-06-12") -> list[dict[str, Any]]:
    """The cards of the first KPI."""
    found = whole(capsys, *arguments, as_of=as_of)["kpis"][0]["cards"]
    assert isinstance(found, list)
    return found


def whole(capsys: pytest.CaptureFixture[str], *arguments: str, as_of: str = "2026-06-12") -> dict[str, Any]:
    """The scorecard as JSON."""
    status = main(["scorecard", *arguments, "--as-of", as_of, "--format", "json"])
    said = capsys.readouterr()
    assert status == 0, said.err
    found: dict[str, Any] = json.loads(said.out)
    return found


def test_even_days_by_member(capsys: pytest.CaptureFixture[str]) -> None:
    """12 of 30 days: 96 of 240 are due in EMEA, 24 of 60 in AMER, 120 together. EMEA has 90: 93.75%, at risk; AMER 30:
    125%. The whole is on its pace and ends at 300; EMEA at 90 / 0.4 = 225. 12 working days are left: 180 / 12 = 15."""
    total, amer, emea = cards(capsys, "revenue", "--by", "region")
    assert [one["expected"] for one in (total, amer, emea)] == [120, 24, 96]
    assert [one["pace"] for one in (total, amer, emea)] == [1, 1.25, 0.9375]
    assert [one["pace_band"]["band"] for one in (total, amer, emea)] == ["on track", "on track", "at risk"]
    assert [one["projection"] for one in (total, amer, emea)] == [300, 75, 225]
    assert (total["gap"], total["needed_per_working_day"], total["attainment"]) == (-180, 15, 0.4)


def test_the_shape_of_a_year_before(capsys: pytest.CaptureFixture[str]) -> None:
    """A target is named: of June 2025, 100 of 450 came by the 12th, so 100 of these 450 are due. 120 / 100; the month
    ends at 120 / (100 / 450) = 540."""
    found = whole(capsys, "shape")
    one = found["kpis"][0]["cards"][0]
    assert (one["expected"], one["pace"], one["projection"]) == (100, 1.2, 540)
    assert found["kpis"][0]["pace_method"] == "by the shape of the same period before"


def test_working_days_of_a_quarter(capsys: pytest.CaptureFixture[str]) -> None:
    """22 working days in April, 21 in May, 22 in June: 65, of which 53 have gone by on 12 June. 650 are 10 a day, 530
    are due; (650 - 120) / 12 are needed on each day that is left."""
    found = whole(capsys, "work", "--period", "2026-Q2")
    one = found["kpis"][0]["cards"][0]
    assert found["period"]["working_days"] == {"gone": 53, "left": 12}
    assert (one["expected"], one["needed_per_working_day"]) == (530, 44.1666666667)
    assert one["pace"] == 0.22641509434 and one["projection"] == 147.169811321


def test_less_is_better(capsys: pytest.CaptureFixture[str]) -> None:
    """12 of the 30 that may be paid back are due by now; 10 are: on pace, and 20 are left for 12 working days."""
    one = cards(capsys, "refunds")[0]
    assert (one["expected"], one["pace_band"]) == (12, {"band": "on pace", "level": 2})
    assert one["needed_per_working_day"] == 1.66666666667
    assert one["year_before"] == {"before": 10, "difference": 0, "share": 0, "better": None}


def test_a_range_holds_for_the_whole_alone(capsys: pytest.CaptureFixture[str]) -> None:
    """The mean of 90 and 30 is 60, between 40 and 80. It has no dimension, so that nothing is said of AMER's 30; nor
    of anything where a filter takes a part."""
    total, amer, _ = cards(capsys, "size", "--by", "region")
    assert (total["actual"], total["pace_band"]["band"], amer["pace_band"]) == (60, "in range", None)
    assert main(["scorecard", "size", "--by", "region", "--as-of", "2026-06-12", "--format", "table"]) == 0
    assert capsys.readouterr().out.count("40.00 to 80.00") == 1
    assert main(["scorecard", "size", "--where", "region = 'AMER'", "--as-of", "2026-06-12"]) == 0
    said = capsys.readouterr()
    assert "in range" not in said.out and "below the range" not in said.out
    assert "size_range" in said.err and "region" in said.err


def test_a_period_that_is_over(capsys: pytest.CaptureFixture[str]) -> None:
    """620 of 300, 30 of 60 in AMER; against 450 in June 2025."""
    total, amer, _ = cards(capsys, "revenue", "--by", "region", "--period", "2026-06", as_of="2026-07-15")
    assert total["band"] == {"band": "on track", "level": 2} and amer["band"] == {"band": "off track", "level": 0}
    assert (total["pace_band"], total["gap"], total["year_before"]["difference"]) == (None, 320, 170)


@pytest.mark.parametrize(("as_of", "target"), [("2026-06-09", 300), ("2026-06-10", 600)])
def test_versions_go_by_the_as_of_day(capsys: pytest.CaptureFixture[str], as_of: str, target: int) -> None:
    """What was said on the ninth can be said again: the target was raised on the tenth."""
    assert cards(capsys, "raised", as_of=as_of)[0]["target"] == target


def test_what_is_chosen(capsys: pytest.CaptureFixture[str]) -> None:
    """All KPIs; those of a category, of the owner of a target or else of the metric."""
    assert [kpi["metric"] for kpi in whole(capsys)["kpis"]] == ["revenue", "refunds", "size"]
    assert [kpi["target"] for kpi in whole(capsys)["kpis"]] == ["plan", "refund_limit", "size_range"]
    assert [kpi["metric"] for kpi in whole(capsys, "--category", "Sales")["kpis"]] == ["revenue"]
    assert [kpi["metric"] for kpi in whole(capsys, "--owner", "care@acme.example")["kpis"]] == ["refunds"]
    assert [kpi["owner"] for kpi in whole(capsys)["kpis"]] == ["cro@acme.example", "care@acme.example", ""]


def test_a_period_without_a_target_is_empty_and_not_zero(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing was planned for June 2025: 100 by the 12th, at that rate 250 by the end; no attainment, no band."""
    one = cards(capsys, "revenue", "--period", "2025-06", as_of="2025-06-12")[0]
    assert (one["actual"], one["target"], one["attainment"], one["pace"], one["gap"]) == (100, None, None, None, None)
    assert one["pace_band"] is None and one["projection"] == 250


def test_in_python() -> None:
    """The same figures as typed values; days may be dates."""
    from datetime import date

    import attain

    with attain.load("metrics.yaml") as catalog:
        found = catalog.scorecard("revenue", by="region", as_of=date(2026, 6, 12))
        assert [one.pace for one in found.kpis[0].cards] == [1, 1.25, 0.9375]
        assert [kpi.line.metric.name for kpi in catalog.scorecard(owner="cro@acme.example").kpis] == ["revenue"]
        with pytest.raises(attain.DefinitionError, match="did you mean `revenue`"):
            catalog.scorecard("revenu")


def test_two_targets_of_one_metric_in_statements_of_their_own(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each keeps its own values where they do not fit in one statement: 300 by region, and 450."""
    all_at_once = read.statements
    monkeypatch.setattr(read, "statements", lambda query: [one._replace(most=1) for one in all_at_once(query)])
    kpis = whole(capsys, "plan", "shape")["kpis"]
    assert {kpi["target"]: kpi["cards"][0]["target"] for kpi in kpis} == {"plan": 300, "shape": 450}
