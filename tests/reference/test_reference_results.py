"""The reference interpreter on --totals, --top and --sparse; the figures are computed in the comments."""

from __future__ import annotations

from datetime import date

import pytest

from . import Wrong, interpret
from .test_reference import comparable

DEFINITIONS = """\
version: 1
name: results
tables:
  sales: {file: sales.csv, key: id, time: day}
  subs: {file: subs.csv, key: id, lifespan: {from: began, to: ended}}
metrics:
  s: sum(sales.amount)
  n: count(sales)
  buyers: count(distinct sales.buyer)
  mean: s / n
  mrr: sum(subs.fee as of end)
"""
TABLES = {
    "sales": """\
id,region,amount,day,buyer
1,E,10,2025-01-10,a
2,E,20,2025-01-20,b
3,W,40,2025-01-31,a
4,W,80,2025-02-05,c
5,N,160,2025-02-20,a
6,,320,2025-03-03,b
7,E,640,2025-03-15,c
8,S,5,2024-12-15,a
""",
    "subs": "id,region,fee,began,ended\n1,E,1,2024-01-01,2025-02-10\n2,W,2,2025-01-15,\n3,N,4,2025-03-10,\n",
}
# By month: December 5, January 70, February 240, March 960: 1275. By region: E 670, N 160, S 5, W 120, none 320.
QUARTERS = "--by region --grain quarter"
MONTHS = "--by region --grain month --from 2025-01-01 --to 2025-04-01"
TOTALS: list[tuple[str, list[list[object]]]] = [
    # buyers: a and b and c in E, a in N, a in S, a and c in W, b; three in all, not eight
    (
        "s buyers mean --by region --totals",
        [
            [False, "E", 670, 3, 670 / 3],
            [False, "N", 160, 1, 160],
            [False, "S", 5, 1, 5],
            [False, "W", 120, 2, 60],
            [False, None, 320, 1, 320],
            [True, None, 1275, 3, 1275 / 8],
        ],
    ),
    # without dimensions only the grand total; January and March have two buyers, February two others
    (
        "s buyers --grain month --totals",
        [
            [False, "2024-12-01", 5, 1],
            [False, "2025-01-01", 70, 2],
            [False, "2025-02-01", 240, 2],
            [False, "2025-03-01", 960, 2],
            [True, None, 1275, 3],
        ],
    ),
    # neither: the one row, twice
    ("n --totals", [[False, 8], [True, 8]]),
    # over 200 are E and the nameless of the first quarter, and only the first of them is shown
    (
        f"s buyers {QUARTERS} --having 's > 200' --limit 1 --totals",
        [
            [False, "2025-01-01", "E", 670, 3],
            [True, "2024-10-01", None, 5, 1],
            [True, "2025-01-01", None, 1270, 3],
            [True, None, None, 1275, 3],
        ],
    ),
    # the grand total's window is January to March: a month before it December to February (315), 2025 up to its end
    # (1270), its last two months (1200), all up to it (1275)
    (
        f"'prior(s)' 'to_date(s, year)' 'rolling(s, 2 months)' 'running(s)' {MONTHS} --limit 0 --totals",
        [
            [True, "2025-01-01", None, 5, 70, 75, 75],
            [True, "2025-02-01", None, 70, 310, 310, 315],
            [True, "2025-03-01", None, 240, 1270, 1200, 1275],
            [True, None, None, 315, 1270, 1200, 1275],
        ],
    ),
    # the stock of the range is that of its end: subscriptions 2 and 3; 1 ends on 10 February
    (
        f"mrr {MONTHS} --limit 0 --totals",
        [
            [True, "2025-01-01", None, 3],
            [True, "2025-02-01", None, 2],
            [True, "2025-03-01", None, 6],
            [True, None, None, 6],
        ],
    ),
    # as of 5 February: 5 and 70, then 80
    (
        f"s {QUARTERS} --limit 0 --totals --as-of 2025-02-05",
        [[True, "2024-10-01", None, 5], [True, "2025-01-01", None, 150], [True, None, None, 155]],
    ),
    # the same filter: W has 40 in January, 80 in February
    (
        f"s 'all(s)' {QUARTERS} --where \"region = 'W'\" --totals",
        [
            [False, "2025-01-01", "W", 120, 120],
            [True, "2025-01-01", None, 120, 120],
            [True, None, None, 120, 120],
        ],
    ),
    # half of what is sold is in the slice's own region only where there is no other
    (
        "'s / all(s)' --by region --where \"region in ('E', 'W')\" --totals",
        [[False, "E", 670 / 790], [False, "W", 120 / 790], [True, None, 1]],
    ),
    # nothing occurs in April: no rows, no total of it
    (
        "n --by region --grain month --from 2025-03-01 --to 2025-05-01 --sparse --totals",
        [
            [False, "2025-03-01", "E", 1],
            [False, "2025-03-01", None, 1],
            [True, "2025-03-01", None, 2],
            [True, None, None, 2],
        ],
    ),
    # nothing at all: without --sparse the grand total is that of nothing
    ("n mean --by region --where \"region = 'X'\" --totals", [[True, None, 0, None]]),
    ("n --by region --where \"region = 'X'\" --totals --sparse", []),
    ("n --by region --grain month --where \"region = 'X'\" --totals", [[True, None, None, 0]]),
]
RANGES: list[tuple[str, list[list[object]]]] = [
    # the other end is that of the period in which something occurs: 20 March and 10 December lie in such periods
    ("s --grain month --from 2025-03-20", [["2025-03-01", 960]]),
    ("s --grain month --to 2024-12-10", [["2024-12-01", 5]]),
    ("s --grain month --from 2025-04-01", []),
    ("s --grain month --to 2024-12-01", []),
    # a week of which only a day lies in the range is there as a whole: 3 to 9 February has 80
    ("s --grain week --from 2025-02-09 --to 2025-02-11", [["2025-02-03", 80], ["2025-02-10", 0]]),
]
TOP: list[tuple[str, list[list[object]]]] = [
    # E 670, none 320, then N, W and S together: 285 of buyers a (5, 3, 8) and c (4)
    ("s buyers mean --by region --top 2", [["E", 670, 3, 670 / 3], [None, 320, 1, 320], ["other", 285, 2, 285 / 4]]),
    # the other way round -5, -120 and -160 are the largest, and -320 and -670 the rest
    ("'0 - s' --by region --top 3", [["N", -160], ["S", -5], ["W", -120], ["other", -990]]),
    # three, two, and then one each: N before S before none
    ("n s --by region --top 3", [["E", 3, 670], ["N", 1, 160], ["W", 2, 120], ["other", 2, 325]]),
    # buyers of S and W have nothing over 100: 0, not missing; but their averages over 30 are, and then S is the last
    (
        "'max((s where amount > 100) per buyer)' --by region --where \"region in ('N', 'S', 'W')\" --top 1",
        [["N", 160], ["other", 0]],
    ),
    (
        "'avg(sales.amount where amount > 30)' --by region --top 4",
        [["E", 640], ["N", 160], ["W", 60], [None, 320], ["other", None]],
    ),
    # as many as there are, or more: no others
    ("n --by region --where \"region in ('E', 'W')\" --top 2", [["E", 3], ["W", 2]]),
    ("n --by region --where \"region in ('E', 'W')\" --top 9", [["E", 3], ["W", 2]]),
    # over the whole range it is E; in each period the rest comes after it
    (
        "s --by region --grain month --top 1",
        [
            ["2024-12-01", "E", 0],
            ["2024-12-01", "other", 5],
            ["2025-01-01", "E", 30],
            ["2025-01-01", "other", 40],
            ["2025-02-01", "E", 0],
            ["2025-02-01", "other", 240],
            ["2025-03-01", "E", 640],
            ["2025-03-01", "other", 320],
        ],
    ),
    (
        "s --by region --grain month --top 1 --sparse",
        [
            ["2024-12-01", "other", 5],
            ["2025-01-01", "E", 30],
            ["2025-01-01", "other", 40],
            ["2025-02-01", "other", 240],
            ["2025-03-01", "E", 640],
            ["2025-03-01", "other", 320],
        ],
    ),
    # as of 28 February N has the most; E and W have 30 and 120
    (
        "s --by region --grain year --top 1 --as-of 2025-02-28 --from 2025-01-01 --to 2025-01-02",
        [["2025-01-01", "N", 160], ["2025-01-01", "other", 150]],
    ),
    # pairs: E c 640 and none b 320 stay; the rest lies in the regions E, N, S and W, whose rows are 955
    (
        "s 'all(s over buyer)' 'all(s)' --by region,buyer --top 2",
        [["E", "c", 640, 670, 1275], [None, "b", 320, 320, 1275], ["other", "other", 315, 955, 1275]],
    ),
    # the rest takes its place by its metrics, and is last by its dimensions
    ("s --by region --top 1 --order s", [["other", 605], ["E", 670]]),
    ("s --by region --top 3 --order -region", [["N", 160], ["E", 670], [None, 320], ["other", 125]]),
    ("s --by region --top 1 --having 's < 650'", [["other", 605]]),
    ("s --by region --top 1 --having 'region is null' --limit 1", [["other", 605]]),
    # a window that is moved: N had 160 in February, before the range
    (
        "'prior(s)' --by region --grain month --from 2025-03-01 --to 2025-04-01 --top 1",
        [["2025-03-01", "N", 160], ["2025-03-01", "other", 80]],
    ),
    # totals are of everything
    ("s --by region --top 1 --totals", [[False, "E", 670], [False, "other", 605], [True, None, 1275]]),
]


@pytest.mark.parametrize(
    ("query", "expected"), [*TOTALS, *RANGES, *TOP], ids=[query for query, _ in [*TOTALS, *RANGES, *TOP]]
)
def test_result(query: str, expected: list[list[object]]) -> None:
    """The rows, in order."""
    answer = interpret(DEFINITIONS, TABLES, query, today=date(2025, 3, 31))
    assert [[comparable(v) for v in row] for row in answer.rows] == [[comparable(v) for v in row] for row in expected]


def test_columns_of_totals() -> None:
    """`total` is the first."""
    answer = interpret(DEFINITIONS, TABLES, "n s --by region --grain month --totals", today=date(2025, 3, 31))
    assert answer.columns == ["total", "month", "region", "n", "s"]


def test_top_needs_dimensions() -> None:
    """There is nothing to rank without them."""
    with pytest.raises(Wrong):
        interpret(DEFINITIONS, TABLES, "n --top 1", today=date(2025, 3, 31))
