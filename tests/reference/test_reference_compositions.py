"""Stocks, members, rows and operators inside one another; the figures are computed in the comments."""

from __future__ import annotations

from datetime import date

import pytest

from . import Wrong, interpret
from .test_reference import comparable

DEFINITIONS = """\
version: 1
name: compositions
tables:
  sales: {file: sales.csv, key: id, time: day, joins: {rep: {to: reps, on: rep_id}}}
  reps: {file: reps.csv, key: rep_id}
  subs: {file: subs.csv, key: id, joins: {kind: {to: plans, on: plan}}, lifespan: {from: began, to: ended}}
  plans: {file: plans.csv, key: name}
  stock: {file: stock.csv, key: [item, snap], snapshot: snap}
  shelf: {file: stock.csv, key: [item, snap], snapshot: {column: snap, per: item}}
dimensions:
  region: {paths: {sales: rep.region, reps: region}}
metrics:
  s: sum(sales.amount)
  grown: growth(s, 1 month)
  share: s / all(s)
  so_far: running(s)
  mrr: sum(subs.fee as of end)
  opening: sum(subs.fee as of start)
  level: sum(stock.qty as of end)
  shelved: sum(shelf.qty as of end)
"""
TABLES = {
    "sales": """\
id,rep_id,amount,day
1,1,10,2025-01-10
2,2,20,2025-01-20
3,1,40,2025-02-05
4,2,80,2025-02-20
5,3,160,2025-03-01
6,9,320,2025-02-10
7,,640,2025-01-05
""",
    "reps": "rep_id,region\n1,E\n2,W\n3,E\n",
    "subs": """\
id,plan,fee,began,ended
1,A,1,2025-01-10,2025-02-15
2,B,2,2025-02-20,
3,A,4,2025-03-05,2025-03-20
4,,8,2025-01-31,2025-02-01
5,C,16,,2025-05-01
""",
    "plans": "name\nA\nB\nC\n",
    "stock": """\
item,site,snap,qty
x,N,2025-01-31,1
y,S,2025-02-10,2
x,N,2025-02-28,4
z,N,2025-02-28,8
,S,2025-03-05,16
""",
}
# By month: January 670 (1: 10, 2: 20, none: 640), February 440 (1: 40, 2: 80, dangling 9: 320), March 160 (3).
MONTHS = "--grain month --from 2025-01-01 --to 2025-04-01"
QUARTER = "--grain quarter --from 2025-01-01 --to 2025-04-01"
TENTH = "--grain month --from 2025-03-01 --to 2025-04-01 --as-of 2025-03-10"
ROWS: list[tuple[str, list[list[object]]]] = [
    # February: 1 and 2 grew by 3; without anything before it there is no growth, and `not` holds
    (
        f"'count(reps where grown > 2)' 'count(reps where not grown > 2)' {MONTHS}",
        [["2025-01-01", 0, 3], ["2025-02-01", 2, 1], ["2025-03-01", 0, 3]],
    ),
    # ten days of February against ten of January: 2 has nothing in either
    (
        f"'count(reps where grown > 2)' {MONTHS} --to 2025-03-01 --as-of 2025-02-10",
        [["2025-01-01", 0], ["2025-02-01", 1]],
    ),
    # `all` keeps the row: the share is 1 wherever there is something
    (f"'count(reps where share = 1)' {MONTHS}", [["2025-01-01", 2], ["2025-02-01", 2], ["2025-03-01", 1]]),
    # so far: 10, 50, 50 and 20, 100, 100 and 0, 0, 160
    (f"'count(reps where so_far >= 50)' {MONTHS}", [["2025-01-01", 0], ["2025-02-01", 2], ["2025-03-01", 3]]),
    # the window of the whole is moved: over 15 in January is 2, in February both
    (
        f"'prior(count(reps where s > 15))' 'rolling(count(reps where s > 45), 2 months)' {MONTHS}",
        [["2025-01-01", 0, 0], ["2025-02-01", 1, 2], ["2025-03-01", 2, 2]],
    ),
    # 1 and 3 are in E: in the quarter 50 and 160; filters narrow what a row's metric sees
    (
        "'count(reps where s > 45)' \"(count(reps where s > 45) where region = 'E')\" 'all(count(reps where s > 45))' "
        "--by region",
        [["E", 2, 2, 3], ["W", 1, 0, 3]],
    ),
    # the row of the metric itself
    (f"'count(sales where s > 100)' {MONTHS}", [["2025-01-01", 1], ["2025-02-01", 1], ["2025-03-01", 1]]),
    # plans with a fee of 1 at the end: A in January, B in February and March; on 10 March A again (4); on 10 February A
    (f"'count(plans where mrr >= 1)' {MONTHS}", [["2025-01-01", 1], ["2025-02-01", 1], ["2025-03-01", 1]]),
    (f"'count(plans where mrr >= 1)' 'prior(count(plans where mrr >= 1))' {TENTH}", [["2025-03-01", 2, 1]]),
    # per month of a row's own metric: 1, 2 in January, 1, 2 in February, 3 in March
    (f"'sum(count(reps where s > 0) per month)' 'count(reps where s > 0)' {QUARTER}", [["2025-01-01", 5, 3]]),
]
PER: list[tuple[str, list[list[object]]]] = [
    # before each month: 0, 670, 440; before the quarter: nothing in three months
    (f"'avg(prior(s) per month)' 'prior(avg(s per month))' {QUARTER}", [["2025-01-01", 370, 0]]),
    # two months up to each: 670, 1110, 600; all up to each: 670, 1110, 1270
    (f"'max(rolling(s, 2 months) per month)' 'sum(running(s) per month)' {QUARTER}", [["2025-01-01", 1110, 3050]]),
    # the average of two months: 0 and 670, 670 and 440, 440 and 160
    (
        f"'rolling(avg(s per month), 2 months)' {MONTHS}",
        [["2025-01-01", 335], ["2025-02-01", 555], ["2025-03-01", 300]],
    ),
    # members 1, 2, 3, 9 and the missing one, three months each
    (f"'avg(s per rep_id, month)' 'count(s per rep_id)' {QUARTER}", [["2025-01-01", 1270 / 15, 5]]),
    # in February 1, 2 and 9 have rows, in the month before 1, 2 and the missing one: 3, 3, nothing to divide by, -1
    (
        f"'avg(growth(s) per rep_id)' 'count(s per rep_id)' {MONTHS} --from 2025-02-01 --to 2025-02-02",
        [["2025-02-01", 5 / 3, 3]],
    ),
    # growths by month: 1 and 2 have 3, then -1; 9 has -1 in March, the missing one in February
    (f"'count(growth(s) per rep_id, month)' 'avg(growth(s) per rep_id, month)' {QUARTER}", [["2025-01-01", 6, 1 / 3]]),
    # the largest share of all; what is narrowed inside leaves the missing member a 0, outside it is no member
    (
        "'max(s / all(s) per rep_id)' 'avg((s where rep_id is not null) per rep_id)' "
        "'(avg(s per rep_id) where rep_id is not null)'",
        [[640 / 1270, 126, 157.5]],
    ),
    # by region: E has 1 and 3, W 2, the missing region 9 and none; `all` drops the member and the region
    (
        "'count(s per rep_id)' 'all(count(s per rep_id))' 'max(all(s) per rep_id)' "
        "'max(all(s over region) per rep_id)' --by region",
        [["E", 2, 5, 1270, 160], ["W", 1, 5, 1270, 100], [None, 2, 5, 1270, 640]],
    ),
    # only --from: January to March, where the last sale is; only --to: from January on
    ("'avg(s per month)' --from 2025-01-01", [[1270 / 3]]),
    ("'avg(s per month)' --to 2025-03-01", [[555]]),
    ("'avg(s per month)' --from 2025-01-06", [[(440 + 160) / 2]]),
    # the hours of a day are 24
    ("'count(s per hour)' 'sum(s per hour)' --grain day --from 2025-02-10 --to 2025-02-11", [["2025-02-10", 24, 320]]),
    # only W has a row in these weeks; the month that begins in the second holds W's of 20 February
    (
        "'sum(s per month)' --by region --grain week --from 2025-01-20 --to 2025-02-03",
        [["2025-01-20", "W", 0], ["2025-01-27", "W", 80]],
    ),
]
STOCKS: list[tuple[str, list[list[object]]]] = [
    # at the end of January 1 and 4 (it ends on 1 February), of February and March 2; 5 has no start
    (f"mrr opening {MONTHS}", [["2025-01-01", 9, 0], ["2025-02-01", 2, 9], ["2025-03-01", 2, 2]]),
    # on 10 March 2 and 3, ten days into February 1; the range goes on to the as-of day
    ("mrr --grain month --as-of 2025-03-10", [["2025-01-01", 9], ["2025-02-01", 2], ["2025-03-01", 6]]),
    (f"mrr 'prior(mrr)' 'growth(mrr)' opening {TENTH}", [["2025-03-01", 6, 1, 5, 2]]),
    ("mrr opening --as-of 2025-03-10", [[6, 6]]),
    # after the last subscription has ended it goes on, at nothing
    (
        "mrr --grain quarter --where \"plan = 'A'\" --as-of 2025-08-01",
        [["2025-01-01", 0], ["2025-04-01", 0], ["2025-07-01", 0]],
    ),
    # the instant moves with the window: the two months up to March begin on 1 February, the year on 1 January
    (
        f"'rolling(opening, 2 months)' 'to_date(opening, year)' 'running(mrr)' 'running(opening)' {MONTHS}",
        [["2025-01-01", 0, 0, 9, 0], ["2025-02-01", 0, 0, 2, 0], ["2025-03-01", 9, 0, 2, 0]],
    ),
    # the ends of three months: 9, 2, 2; of March's days the most is 6, from the 5th on
    (f"'avg(mrr per month)' 'max(mrr per day)' {QUARTER}", [["2025-01-01", 13 / 3, 9]]),
    # A, B and the missing plan are alive at some end, if not at the quarter's; C never
    (
        f"'avg(mrr per month)' --by plan {QUARTER}",
        [["2025-01-01", "A", 1 / 3], ["2025-01-01", "B", 4 / 3], ["2025-01-01", None, 8 / 3]],
    ),
    (f"mrr --by plan {QUARTER}", [["2025-01-01", "B", 2]]),
    # per plan: 1 and 8; 2; 2: their averages
    (f"'avg(mrr per plan)' {MONTHS}", [["2025-01-01", 4.5], ["2025-02-01", 2], ["2025-03-01", 2]]),
    # snapshots of 31 January, 28 February (x and z), 5 March: one for the table; each item's own: x 1; x, y, z 14; 30
    (f"level shelved {MONTHS}", [["2025-01-01", 1, 1], ["2025-02-01", 12, 14], ["2025-03-01", 16, 30]]),
    # found before any filter or slice: S has nothing in the last snapshot of February
    (
        f"level shelved --by site {MONTHS} --from 2025-02-01",
        [
            ["2025-02-01", "N", 12, 12],
            ["2025-02-01", "S", 0, 2],
            ["2025-03-01", "N", 0, 12],
            ["2025-03-01", "S", 16, 18],
        ],
    ),
    ("level --grain month --where \"site = 'S'\" --as-of 2025-03-31", [["2025-02-01", 0], ["2025-03-01", 16]]),
    # on 15 March each has its last one; ten days into February there is y
    (f"shelved 'prior(shelved)' level 'prior(level)' {TENTH}", [["2025-03-01", 30, 3, 16, 2]]),
    # a stock and a flow
    (f"'s / mrr' {MONTHS}", [["2025-01-01", 670 / 9], ["2025-02-01", 220], ["2025-03-01", 80]]),
]


@pytest.mark.parametrize(("query", "expected"), [*ROWS, *PER, *STOCKS], ids=[q for q, _ in [*ROWS, *PER, *STOCKS]])
def test_composition(query: str, expected: list[list[object]]) -> None:
    """Small queries over the tables above."""
    answer = interpret(DEFINITIONS, TABLES, query, today=date(2026, 11, 1))
    assert [[comparable(v) for v in row] for row in answer.rows] == [[comparable(v) for v in row] for row in expected]


def test_members_have_no_first() -> None:
    """Periods have."""
    with pytest.raises(Wrong):
        interpret(DEFINITIONS, TABLES, "'first(s per rep_id)'")
    assert interpret(DEFINITIONS, TABLES, "'first(s per month)' 'last(s per month)'").rows == [[670, 160]]
