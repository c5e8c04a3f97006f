"""A small project whose tests are written by each test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.docs.shell import Said, run_attain

DEFINITIONS = """\
version: 1
name: shop
currency: USD
tables:
  deals:
    file: deals.csv
    key: deal_id
    time: closed_at
    joins:
      owner: {to: reps, on: rep_id}
    fields:
      amount: {unit: money, type: "decimal(12, 2)"}
      won: status = 'won'
  reps: {file: reps.csv, key: rep_id}
dimensions:
  region: owner.region
metrics:
  revenue: sum(deals.amount where won)
  deals_won: count(deals where won)
  win_rate:
    expr: deals_won / count(deals where status in ('won', 'lost'))
    unit: percent
  largest: max(deals.amount)
  last_status: last(deals.status)
"""
DEALS = """\
deal_id,rep_id,status,amount,closed_at
1,1,won,100.50,2026-01-20
2,1,lost,40,2026-02-03
3,2,won,250,2026-02-10
4,2,open,10,
"""
REPS = "rep_id,region\n1,EMEA\n2,AMER\n"

#: Writes `tests:` (below that key) beside the definitions, and runs a command.
Run = Callable[..., Said]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The project, without tests."""
    (tmp_path / "metrics.yaml").write_text(DEFINITIONS)
    (tmp_path / "deals.csv").write_text(DEALS)
    (tmp_path / "reps.csv").write_text(REPS)
    return tmp_path


@pytest.fixture
def run(folder: Path) -> Run:
    """`run(tests, "attain test")`: the tests are the text of the list below `tests:`, in a file that is included."""

    def call(tests: str, command: str = "attain test") -> Said:
        (folder / "metrics.yaml").write_text(f"include: [tests.yaml]\n{DEFINITIONS}")
        (folder / "tests.yaml").write_text(f"tests:\n{tests}")
        return run_attain(folder, command)

    return call
