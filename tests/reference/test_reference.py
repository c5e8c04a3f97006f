"""The reference interpreter against the sample of worked cases, and against figures computed by hand."""

from __future__ import annotations

import textwrap
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml

from . import Unsupported, Wrong, interpret

SAMPLE = Path(__file__).resolve().parents[3] / "shared" / "cases_sample.yaml"
AFTER = date(2026, 11, 1)


def _sample() -> list[dict[str, Any]]:
    if not SAMPLE.exists():
        return []
    found: list[dict[str, Any]] = yaml.safe_load(SAMPLE.read_text())["cases"]
    return [case for case in found if "expect" in case]


def comparable(value: object) -> object:
    """Numbers to nine digits, times as ISO text, booleans apart from numbers."""
    if isinstance(value, (int, float, Fraction)) and not isinstance(value, bool):
        return float(f"{float(value):.9g}")
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return value


def comparable_rows(rows: list[list[object]], ordered: bool) -> list[list[object]]:
    """Rows that can be compared, sorted where the order does not matter."""
    found = [[comparable(v) for v in row] for row in rows]
    return found if ordered else sorted(found, key=repr)


CASES: list[dict[str, Any] | None] = [*_sample()]


@pytest.mark.parametrize("case", CASES or [None], ids=lambda c: c["id"] if c else "no-sample")
def test_sample(case: dict[str, Any] | None) -> None:
    """Every worked case that the interpreter covers."""
    if case is None:
        pytest.skip(f"no {SAMPLE}")
    text = case["base"] + "metrics:\n" + textwrap.indent(case["metrics"], "  ") + case.get("more", "")
    try:
        answer = interpret(text, case["tables"], case["query"], today=AFTER)
    except Unsupported as reason:
        pytest.skip(f"not covered: {reason}")
    ordered = bool(case.get("ordered"))
    assert comparable_rows(answer.rows, ordered) == comparable_rows(case["expect"], ordered)


TABLES = {
    "deals": textwrap.dedent(
        """\
        deal_id,owner_id,amount,status,created_at,closed_at
        1,1,100,won,2025-01-05,2025-01-20
        2,1,300,lost,2025-01-10,2025-02-10
        3,2,250,won,2025-02-03,2025-02-28
        4,,700,won,2025-02-15,2025-04-02
        5,9,50,open,2025-04-01,
        """
    ),
    "reps": "rep_id,region,quota\n1,East,90\n2,West,300\n3,,60\n",
    "calls": textwrap.dedent(
        """\
        call_id,deal_id,at,minutes
        1,1,2025-01-04 09:00:00,10
        2,1,2025-01-06 17:30:00,20
        3,2,2025-02-01 10:00:00,40
        4,77,2025-02-01 10:30:00,80
        """
    ),
    "subs": "sub_id,cust,mrr,started,ended\n1,a,10,2025-01-10,2025-03-15\n2,b,50,2025-02-20,\n",
    "stock": "item,snap,qty\nx,2025-01-31,1\ny,2025-02-10,2\nx,2025-02-28,4\n",
}
DEFINITIONS = """\
version: 1
name: own
calendar: {fiscal_year_start: february}
tables:
  deals:
    file: deals.csv
    key: deal_id
    time: created_at
    joins: {owner: {to: reps, on: owner_id}}
    fields:
      won: status = 'won'
      cycle: {expr: closed_at - created_at, unit: days}
      talked: sum(calls.minutes)
      early: count(calls where at < parent.created_at)
  reps:
    file: reps.csv
    key: rep_id
    fields: {talked: sum(deals.talked), slow: any(deals.cycle > 20)}
  calls:
    file: calls.csv
    key: call_id
    time: at
    joins: {deal: {to: deals, on: deal_id}}
    fields: {minutes: {unit: minutes}}
  subs: {file: subs.csv, key: sub_id, time: started, lifespan: {from: started, to: ended}}
  stock: {file: stock.csv, key: [item, snap], snapshot: {column: snap, per: item}}
dimensions:
  region: owner.region
  rep_region: reps.region
metrics:
  n: count(deals)
  s: sum(deals.amount)
  won: sum(deals.amount where won)
  mrr: sum(subs.mrr as of end)
  qty: sum(stock.qty as of end)
"""
OWN: list[tuple[str, list[list[object]]]] = [
    # talked of rep 1: deal 1 has 10 + 20, deal 2 has 40; call 4 belongs to no deal; early: call 1 only
    ("sum(reps.talked) sum(deals.early)", [[70, 1]]),
    # cycles: 15, 31, 25, 46 days: 117 / 4; reps with one over 20: rep 1 (31) and rep 2 (25)
    ("avg(deals.cycle) 'count(reps where slow)'", [[29.25, 2]]),
    # a column in minutes leaves in minutes; more than half an hour: 40 and 80
    ("sum(calls.minutes) 'count(calls where minutes > 0.5 hours)' 'hours(sum(calls.minutes))'", [[150, 2, 2.5]]),
    # won in February: 250 (rep 2, quota 300) and 700 (nobody); in January 100 (rep 1, quota 90)
    (
        "'count(reps where won > 0)' --grain month --from 2025-01-01 --to 2025-04-01",
        [["2025-01-01", 1], ["2025-02-01", 1], ["2025-03-01", 0]],
    ),
    # owners: 1 has 400, 2 has 250, missing 700, dangling 9 has 50: 1400 / 4; by region the last two are one: 750
    ("'avg(s per owner_id)' 'max(s per region)'", [[350, 750]]),
    # months January to April: 400, 950, 0, 50: 1400 / 4; days of 2025-01-05 to 2025-01-10: 100, 300 and four zeros
    ("'avg(s per month)'", [[350]]),
    ("'avg(s per day)' --from 2025-01-05 --to 2025-01-11", [[Fraction(400, 6)]]),
    # 2025-04-01 is in the fiscal quarter that starts in February with those of 3 and 15 February: 250 + 700 + 50
    ("s --grain fiscal_quarter", [["2024-11-01", 400], ["2025-02-01", 1000]]),
    # cut at 15 February: the 15 days of January hold 100 and 300; of 2024 nothing; rolling from January on: 400 + 950
    (
        "s 'prior(s)' 'growth(s, 1 month)' 'rolling(s, 2 months)' --grain month "
        "--from 2025-02-01 --to 2025-03-01 --as-of 2025-02-15",
        [["2025-02-01", 950, 400, Fraction(950, 400) - 1, 1350]],
    ),
    # March is wholly after the as-of day: empty, also when moved; running stops there
    (
        "s 'prior(s)' --grain month --from 2025-02-01 --to 2025-04-01 --as-of 2025-02-15",
        [["2025-02-01", 950, 400], ["2025-03-01", 0, 0]],
    ),
    (
        "'running(s)' --grain month",
        [["2025-01-01", 400], ["2025-02-01", 1350], ["2025-03-01", 1350], ["2025-04-01", 1400]],
    ),
    # East: 400 of 1400; of the won: 100 of 1050; West 250 and 250; the rest 750 and 700
    (
        "'s / all(s)' \"(s where deals.status = 'won')\" --by region",
        [["East", Fraction(400, 1400), 100], ["West", Fraction(250, 1400), 250], [None, Fraction(750, 1400), 700]],
    ),
    # January: only deal 1 and 2 (East); February: 3 (West) and 4 (missing); April: 5 (missing); nothing else occurs
    (
        "n --by region --grain month --sparse",
        [["2025-01-01", "East", 2], ["2025-02-01", "West", 1], ["2025-02-01", None, 1], ["2025-04-01", None, 1]],
    ),
    # sub 1 lives to 15 March, sub 2 from 20 February on; before April cut at its 10th stands March cut at its 10th
    (
        "mrr 'prior(mrr)' --grain month --as-of 2025-04-10",
        [["2025-01-01", 10, 0], ["2025-02-01", 60, 10], ["2025-03-01", 50, 60], ["2025-04-01", 50, 60]],
    ),
    # each item's own last snapshot: x 1; then x 4 and y 2; then as they are
    ("qty --grain month --as-of 2025-03-05", [["2025-01-01", 1], ["2025-02-01", 6], ["2025-03-01", 6]]),
    # the largest first, missing last either way; West has 250, East 400
    ("s --by region --order -region --having 's < 700 or region is null'", [["West", 250], ["East", 400], [None, 750]]),
    # Monday 6 January to Friday 17 January 2025: five days and four
    ("\"business_days(date '2025-01-06', date '2025-01-17')\"", [[9]]),
    # 31 January to 28 February is a whole month, clamped; to 27 February it is none
    ("\"months(date '2025-01-31', date '2025-02-28')\" \"months(date '2025-01-31', date '2025-02-27')\"", [[1, 0]]),
    # exact days without a grain: 10 January to 14 February
    ("s --from 2025-01-10 --to 2025-02-15", [[550]]),
]


@pytest.mark.parametrize(("query", "expected"), OWN, ids=[query for query, _ in OWN])
def test_own(query: str, expected: list[list[object]]) -> None:
    """Small queries over the tables above; the figures are computed in the comments."""
    answer = interpret(DEFINITIONS, TABLES, query, today=AFTER)
    assert [[comparable(v) for v in row] for row in answer.rows] == [[comparable(v) for v in row] for row in expected]


@pytest.mark.parametrize(
    "query",
    ["'prior(s, 1 year)'", "nothing", "s --by nothing", "'rolling(s, 3 months)'", "'1 < 2 < 3'"],
)
def test_wrong(query: str) -> None:
    """No window, unknown names, chained comparisons."""
    with pytest.raises(Wrong):
        interpret(DEFINITIONS, TABLES, query, today=AFTER)


def test_columns() -> None:
    """The period, the dimensions, the metrics."""
    answer = interpret(DEFINITIONS, TABLES, "n s --by region --grain month", today=AFTER)
    assert answer.columns == ["month", "region", "n", "s"]
    assert not answer.ordered
