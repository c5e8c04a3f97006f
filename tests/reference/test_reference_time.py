"""The reference interpreter on windows, stocks, zones and slices; the figures are computed in the comments."""

from __future__ import annotations

import textwrap
from datetime import date

import pytest

from . import Wrong, interpret
from .test_reference import comparable

DEFINITIONS = """\
version: 1
name: time
calendar:
  timezone: America/New_York
  week_start: sunday
  working_hours: [9, 17]
  holidays: [2025-01-20]
  table: cal
  date: day
  grains: {retail: start}
constants: {big: 30}
tables:
  cal: {file: cal.csv, key: day}
  sales:
    file: sales.csv
    key: id
    time: at
    joins: {shop: {to: shops, on: shop_id}}
    fields: {due: {ahead: true}, wait: due - at, slow: hours(wait) > 24}
  shops:
    file: shops.csv
    key: shop_id
    joins: {area: {to: areas, on: area_id}}
    fields: {first_sale: min(sales.at), last_due: last(sales.amount by due)}
  areas:
    file: areas.csv
    key: area_id
    fields: {sold: sum(sales.amount), shops: count(shops), far: count(visits via sale.shop.area)}
  visits:
    file: visits.csv
    key: id
    time: at
    timezone: Europe/Berlin
    joins: {sale: {to: sales, on: sale_id}}
  moves:
    file: moves.csv
    key: [shop_id, since]
    lifespan: {from: since, to: till}
  fees:
    file: fees.csv
    key: fee_id
    time: day
    joins: {shop: {to: moves, on: shop_id, at: day}}
dimensions:
  area: area.name
  shop: {paths: {sales: shop_id, visits: sale.shop_id}}
metrics:
  n: count(sales)
  s: sum(sales.amount)
  v: count(visits)
  due: count(sales on due)
"""
TABLES = {
    "cal": "day,start\n"
    + "".join(f"2025-01-{d:02},{'2025-01-01' if d < 11 else '2025-01-11'}\n" for d in range(1, 32))
    + "".join(f"2025-02-{d:02},2025-02-01\n" for d in range(1, 11)),
    "sales": textwrap.dedent(
        """\
        id,shop_id,amount,at,due
        1,1,10,2025-01-05 23:30:00,2025-01-07 11:30:00
        2,1,20,2025-01-10 12:00:00,2025-01-11 00:00:00
        3,2,40,2025-01-31 08:15:00,2025-03-05 08:15:00
        4,2,80,2025-02-03 08:45:00,
        5,7,160,2025-03-09 01:00:00,2025-03-10 01:00:00
        6,,320,,2025-02-20 00:00:00
        """
    ),
    "shops": "shop_id,area_id\n1,a\n2,b\n3,b\n",
    "areas": "area_id,name\na,North\nb,South\n",
    "visits": textwrap.dedent(
        """\
        id,sale_id,at
        1,1,2025-01-06 05:00:00
        2,1,2025-02-01 05:59:00
        3,3,2025-02-01 06:00:00
        """
    ),
    "moves": "shop_id,since,till,size\n1,2025-01-01,2025-01-10,S\n1,2025-01-10,,L\n",
    "fees": "fee_id,shop_id,day,fee\n1,1,2025-01-09,1\n2,1,2025-01-10,2\n3,2,2025-01-10,4\n4,1,2024-12-31,8\n",
}
CASES: list[tuple[str, list[list[object]]]] = [
    # visits are told in Berlin, six hours ahead: 5 January 23:00, 31 January 23:59, 1 February 0:00
    ("v --grain month", [["2025-01-01", 2], ["2025-02-01", 1]]),
    # the clocks go forward in the night to 10 March's 1 o'clock: 23 hours, so only sales 1 (36) and 3 are slow
    ("'count(sales where slow)' 'max(sales.wait where id = 5) * 24'", [[2, 23]]),
    # the week starts on Sunday: 5 January is one, 10 January lies in it
    ("s --grain week --to 2025-01-19", [["2025-01-05", 30], ["2025-01-12", 0]]),
    ("n --grain hour --from 2025-01-05 --to 2025-01-06 --sparse", [["2025-01-05T23:00:00", 1]]),
    # retail periods 1 to 10 January, 11 to 31, 1 to 10 February; sales: 30, 40, 80; one before
    ("s 'prior(s)' --grain retail", [["2025-01-01", 30, 0], ["2025-01-11", 40, 30], ["2025-02-01", 80, 40]]),
    # all up to the end of the period before: nothing, 30, and 40 more; January begins in the first and the second
    (
        "'prior(running(s))' 'to_date(s, month)' 'count(s per month)' --grain retail",
        [["2025-01-01", 0, 30, 1], ["2025-01-11", 30, 70, 0], ["2025-02-01", 70, 80, 1]],
    ),
    # the period that holds the last instant of January is the second one; March lies outside the table
    (
        "'to_date(s, retail)' --grain month --from 2025-01-01 --to 2025-04-01",
        [["2025-01-01", 40], ["2025-02-01", 0], ["2025-03-01", 0]],
    ),
    # cut at 20 January: the ten days 11 to 20 of the second period against the first ten days of the first
    ("s 'prior(s)' --grain retail --from 2025-01-11 --to 2025-01-12 --as-of 2025-01-20", [["2025-01-11", 0, 30]]),
    # due goes on to March, the sales themselves end with the as-of day; sale 6 has no time but is due
    (
        "due n --grain month --as-of 2025-01-31",
        [["2025-01-01", 2, 3], ["2025-02-01", 1, 0], ["2025-03-01", 2, 0]],
    ),
    # without a window everything counts: the sale without a time, the one without a due time
    ("n s due --as-of 2025-01-31", [[6, 630, 6]]),
    # area is every table's one chain that ends in area.name: sales.shop.area; 7 dangles, 6 has none
    ("n --by area", [["North", 2], ["South", 2], [None, 2]]),
    ("n v --by shop", [[1, 2, 2], [2, 2, 1], [7, 1, 0], [None, 1, 0]]),
    # roll-ups over two joins: North 30, South 120; shops: one and two; visits: two and one
    ("'sum(areas.sold)' 'max(areas.shops)' 'min(areas.sold where shops = 2)' 'max(areas.far)'", [[150, 2, 120, 2]]),
    # a whole of two sales is waited for 36 and 12 hours, 1 day on average: sales a day, and square days
    ("'count(sales) / avg(sales.wait where id <= 2)' 'sum(sales.wait * wait where id <= 2)'", [[6, 2.5]]),
    # of shop 2 sale 4 has no due time and is passed over: 40; of shop 1 the later due is that of sale 2: 20
    ("'sum(shops.last_due)'", [[60]]),
    # the constant 30: sales 3, 4, 5, 6
    ("'count(sales where amount > big)'", [[4]]),
    # shops by their sales in the window: in January shop 1 (30) and shop 2 (40), in February shop 2 (80)
    (
        "'count(shops where s >= big)' 'count(shops where not s > 30)' --grain month --from 2025-01-01 --to 2025-03-01",
        [["2025-01-01", 2, 2], ["2025-02-01", 1, 2]],
    ),
    # per shop and month over January to March: shops 1, 2, 7 and the missing one, three months each: of 12 cells the
    # sale without a time lies in none: 310 / 12
    ("'avg(s per shop, month)'", [[310 / 12]]),
    # cut at 5 January: of the weeks that start in January only the one of 5 January has begun by then
    (
        "'count(s per week)' 'avg(s per week)' --grain month --from 2025-01-01 --to 2025-02-01 --as-of 2025-01-05",
        [["2025-01-01", 1, 10]],
    ),
    # the largest share of a shop in the whole: `all` drops the area and the shop
    ("'max(s / all(s) per shop)' --by area", [["North", 30 / 630], ["South", 120 / 630], [None, 320 / 630]]),
    # January, then January and February, then from February on; the first quarter goes on to its last day
    (
        "'rolling(s, 2 months)' 'to_date(s, quarter)' 'running(s)' 'prior(running(s), 1 month)' --grain month",
        [["2025-01-01", 70, 70, 70, 0], ["2025-02-01", 150, 150, 150, 70], ["2025-03-01", 240, 310, 310, 150]],
    ),
    # half of February against half of January, in a rolling window that starts with the whole period's months
    (
        "'prior(rolling(s, 2 months))' 'rolling(prior(s), 2 months)' --grain month "
        "--from 2025-02-01 --to 2025-03-01 --as-of 2025-02-05",
        [["2025-02-01", 10, 10]],
    ),
    # day 9 is in S, day 10 in L; shop 2 has no history, 31 December is before it
    ("'sum(fees.fee)' --by moves.size", [["L", 2], ["S", 1], [None, 12]]),
    # the moves alive: just before 10 January the first (till >= it) and not yet the second
    (
        "'count(moves as of end)' 'count(moves as of start)' --from 2025-01-08 --to 2025-01-10",
        [[1, 1]],
    ),
    # the windows of January and of its first ten days, moved as the aggregate is
    (
        "'days(period_end() - period_start()) + 0 * n' 'prior(days(period_end() - period_start()) + 0 * n, 1 month)' "
        "--grain month --from 2025-03-01 --to 2025-04-01",
        [["2025-03-01", 31, 28]],
    ),
    # Friday 17 to Tuesday 21 January, with a weekend and a holiday between them
    ("\"business_days(date '2025-01-17', date '2025-01-22')\"", [[2]]),
    # sale 1 from Sunday night to Tuesday 11:30: 8 and 2.5 hours; sale 2 from Friday noon to Saturday: 5
    ("'sum(business_hours(sales.at, due) where id <= 2)'", [[15.5]]),
    # a filter stays in force whatever grouping is dropped; it does not matter to which slices occur
    (
        '"(all(s) where shop = 1)" "all((s where shop = 1))" --by area',
        [["North", 30, 30], ["South", 30, 30], [None, 30, 30]],
    ),
    # the query's filter holds in `all` and in a row's metric
    ("s 'all(s)' --by shop --where 'shop in (1, 2)'", [[1, 30, 150], [2, 120, 150]]),
]


@pytest.mark.parametrize(("query", "expected"), CASES, ids=[query for query, _ in CASES])
def test_time(query: str, expected: list[list[object]]) -> None:
    """Small queries over the tables above."""
    answer = interpret(DEFINITIONS, TABLES, query, today=date(2026, 11, 1))
    assert [[comparable(v) for v in row] for row in answer.rows] == [[comparable(v) for v in row] for row in expected]


def test_no_grain_to_go_back_by() -> None:
    """`prior(m)` alone needs a grain."""
    with pytest.raises(Wrong):
        interpret(DEFINITIONS, TABLES, "'prior(s)' --from 2025-01-01 --to 2025-02-01")
