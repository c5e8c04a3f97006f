"""What `run` says of targets on standard error: parts that are missing, and why a cell has none."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.docs.shell import run_attain
from tests.support.engine import write_project

MODEL = """version: 1
tables:
  deals: {file: deals.csv, key: deal_id, time: day, lifespan: {from: day, to: gone}, fields: {gone: {type: date}}}
  quotas: {file: quotas.csv, key: [rep, month]}
metrics:
  revenue: sum(deals.amount)
  size: avg(deals.amount)
  open: count(deals as of end)
targets:
  plan:
    metric: revenue
    default: true
    grain: month
    by: [region]
    values: {2026-01: {EMEA: 10, AMER: 20}, 2026-02: {EMEA: 10}, 2026-03: {EMEA: 10, AMER: 20}}
  quota: {metric: revenue, source: {table: quotas, period: month, value: amount, by: {rep: rep}}}
  later: {metric: revenue, grain: month, versions: [{valid_from: 2026-05-01, value: 7}]}
  sizes: {metric: size, grain: month, by: [region], values: {2026-01: {EMEA: 5}}}
  seats: {metric: open, grain: month, by: [region], values: {2026-01: {EMEA: 5, AMER: 3}, 2026-02: {EMEA: 5}}}
"""
DATA = {
    "deals": "deal_id,day,region,rep,amount,gone\n1,2026-01-10,EMEA,1,5,\n2,2026-03-10,AMER,2,8,",
    "quotas": "rep,month,amount\n1,2026-01-01,3\n1,2026-02-01,3\n1,2026-03-01,3\n2,2026-01-01,4",
}
RANGE = "--from 2026-01-01 --to 2026-04-01 --as-of 2026-03-31"
PLAN, QUOTA = "the target plan has no value for", "the target quota has no value for"
WITHOUT = ": what is added up is without it"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("'target(revenue)' --grain quarter", f"{PLAN} region AMER in 2026-02{WITHOUT}"),
        ("'target(revenue)' --grain quarter --by region", f"{PLAN} region AMER in 2026-02{WITHOUT}"),
        ("'target(revenue)' --grain month", f"{PLAN} region AMER in 2026-02{WITHOUT}"),
        ("'target(revenue)' --grain month --by region", ""),
        ("""'target(revenue)' --grain quarter --where "region = 'EMEA'" """, ""),
        ("'target(revenue, quota)' --grain month", f"{QUOTA} rep 2 in 2026-02; rep 2 in 2026-03{WITHOUT}"),
        ("'target(revenue)' --by rep", "the target plan is by region, not by rep: it is empty here"),
        ("'target(revenue)' --where 'rep = 1'", "the target plan is by region, not by rep: it is empty here"),
        ("'target(revenue, later)' --grain month", "no version of the target later is in force on 2026-03-31"),
        ("'target(open)' --grain month", f"the target seats has no value for region AMER in 2026-02{WITHOUT}"),
        ("'target(open)' --grain month --by region", ""),
        ("'target(open)' --grain quarter",
         "the target seats is by month, and open does not add up: longer periods have none"),
        ("'target(size)' --grain month",
         "the target sizes is by region, and size does not add up: ask for it --by region"),
        ("'target(size)' --grain quarter --by region",
         "the target sizes is by month, and size does not add up: longer periods have none"),
    ],
)  # fmt: skip
def test_it_is_said_why(asked: str, said: str, tmp_path: Path) -> None:
    """One line, or none where nothing is missing."""
    write_project(tmp_path, MODEL, DATA)
    done = run_attain(tmp_path, f"attain run {asked} {RANGE}")
    assert done.status == 0, done.err
    assert [line for line in done.err.splitlines() if "target" in line] == ([said] if said else [])


def test_compile_says_it_too(tmp_path: Path) -> None:
    """On standard error, beside the statement."""
    write_project(tmp_path, MODEL, DATA)
    done = run_attain(tmp_path, "attain compile 'target(revenue)' --by rep --as-of 2026-03-31")
    assert done.err == "the target plan is by region, not by rep: it is empty here\n"
    assert done.out.startswith("WITH")
