"""What `list targets` and `show` say of targets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.docs.shell import run_attain
from tests.support.engine import write_project

MODEL = """version: 1
currency: USD
tables:
  deals:
    file: deals.csv
    key: deal_id
    time: day
    fields: {amount: {unit: money}}
  quotas: {file: quotas.csv, key: [region, month], fields: {amount: {unit: money}}}
metrics:
  revenue: sum(deals.amount)
  win_rate: {expr: count(deals where won) / count(deals), unit: percent}
targets:
  plan:
    metric: revenue
    default: true
    label: The plan
    owner: cro@acme.example
    grain: month
    by: [region]
    values: {2026-01: {EMEA: 1_000, AMER: 2_500}}
    bands: {off track: below 80%, at risk: below 95.5%, on track: above}
  quota:
    metric: revenue
    source: {table: quotas, period: month, value: amount, by: {region: region}}
    spread: business_days
  up: {metric: revenue, grain: quarter, growth: 20%, over: 2 years}
  win:
    metric: win_rate
    versions:
      - {valid_from: 2026-01-01, valid_to: 2026-07-01, value: 25%}
      - {valid_from: 2026-07-01, between: [20%, 30%], bands: {low: below 20%, fine: below 30%, high: above}}
"""
DATA = {"deals": "deal_id,day,region,amount,won\n1,2026-01-05,EMEA,10,true",
        "quotas": "region,month,amount\nEMEA,2026-01-01,5"}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The project of this page."""
    write_project(tmp_path, MODEL, DATA)
    return tmp_path


def test_list_says_what_each_target_says(folder: Path) -> None:
    """A line each: what is asked for, and how."""
    done = run_attain(folder, "attain list targets")
    lines = [" ".join(line.split()) for line in done.out.splitlines()]
    assert lines[2:] == [
        "plan revenue 2 values by month and region cro@acme.example The plan",
        "quota revenue target(revenue, quota) values of the table quotas by month and region",
        "up revenue target(revenue, up) what was 2 years before and 20.0% on top, by quarter",
        "win win_rate 25.0% (from 2026-01-01, before 2026-07-01); from 20.0%, and below 30.0% (from 2026-07-01)",
    ]


def test_show_a_target(folder: Path) -> None:
    """Its bands in words, and how it gets to finer grains."""
    text = run_attain(folder, "attain show plan").out
    assert text.startswith("target plan: The plan")
    assert "at risk: from 80.0%, below 95.5% of its target" in text
    assert "evenly, by days" in text
    assert "by working days" in run_attain(folder, "attain show quota").out


def test_show_a_metric_names_its_targets(folder: Path) -> None:
    """The default first."""
    lines = run_attain(folder, "attain show revenue").out.splitlines()
    first = next(i for i, line in enumerate(lines) if line.startswith("  targets"))
    assert [line[16:].split()[0] for line in lines[first : first + 3]] == ["plan", "quota", "up"]
    assert lines[first + 1].endswith("(by its name)")


def test_records_hold_bounds_as_numbers(folder: Path) -> None:
    """For machines: from and below, and the rank of each band from the worst."""
    (record,) = json.loads(run_attain(folder, "attain show win --format json").out)
    bands = record["versions"][1]["bands"]
    assert bands[1] == {"name": "fine", "from": 0.2, "below": 0.3, "rank": 1}
    assert record["versions"][1]["bands_judge"] == "value"
    assert [version["valid_to"] for version in record["versions"]] == ["2026-07-01", None]
    listed = json.loads(run_attain(folder, "attain list targets --format json").out)
    assert [target["name"] for target in listed] == ["plan", "quota", "up", "win"]
