"""convert() and the days on which nobody works; the figures are computed in the comments."""

from __future__ import annotations

from datetime import date

import pytest

from . import Wrong, interpret
from .test_reference import comparable

DEFINITIONS = """\
version: 1
name: money
currency: USD
calendar: {timezone: America/New_York, holidays: HOLIDAYS, working_hours: [9, 17]}
rates: {table: fx, from: from_cur, to: to_cur, date: day, rate: rate}
tables:
  orders: {file: orders.csv, key: id, time: at, timezone: UTC, fields: {usd: "convert(amount, cur, at)"}}
  fx: {file: fx.csv, key: [from_cur, to_cur, day]}
metrics:
  usd: sum(orders.usd)
  known: count(orders.usd)
  own: sum(orders.amount where cur = 'USD')
"""
TABLES = {
    "orders": """\
id,amount,cur,at
1,100,USD,2025-01-05 10:00:00
2,100,EUR,2025-02-01 03:00:00
3,100,EUR,2025-02-01 12:00:00
4,100,GBP,2025-01-10 10:00:00
5,100,GBP,2025-01-15 23:00:00
6,,EUR,2025-02-01 12:00:00
7,100,,2025-02-01 12:00:00
8,100,EUR,2024-12-31 12:00:00
9,100,EUR,
10,100,USD,
11,100,CHF,2025-03-01 12:00:00
12,100,JPY,2025-03-01 12:00:00
""",
    "fx": """\
from_cur,to_cur,day,rate
EUR,USD,2025-01-01,1.1
EUR,USD,2025-02-01,1.2
EUR,USD,2025-02-02,1.3
GBP,USD,2025-01-15,1.5
USD,EUR,2025-01-01,0.9
USD,JPY,2025-01-01,150
CHF,USD,2025-02-01,2
CHF,USD,2025-02-28,
CHF,USD,,3
""",
}
RATES: list[tuple[str, list[list[object]]]] = [
    # 1 needs none; 2 is of 31 January in New York: 1.1; 3: 1.2; 4 comes before the first; 5: 1.5; 6 to 10 lack an
    # amount, a currency, a rate, a day, a day; 11: the rate of 1 February, the later two are none; 12: not inverted
    ("usd known", [[100 + 110 + 120 + 150 + 200, 5]]),
    # in New York January has 1, 2, 4 and 5
    ("usd --grain month", [["2024-12-01", 0], ["2025-01-01", 360], ["2025-02-01", 120], ["2025-03-01", 200]]),
    ("usd --by cur --where 'cur is not null'", [["CHF", 200], ["EUR", 230], ["GBP", 150], ["JPY", 0], ["USD", 100]]),
    # a currency that is written out is the one to convert to: 200 own dollars at 0.9; there is no rate to pounds
    (
        "\"convert(own, 'EUR', date '2025-06-01')\" \"convert(own, 'USD', date '1999-01-01')\" "
        "\"convert(own, 'GBP', date '2025-06-01')\" \"convert(own, 'EUR', date '2024-12-31')\"",
        [[180, 200, None, None]],
    ),
    # the day of the period's end is 1 February: 100 own dollars of January at 0.9
    (
        "\"convert(own, 'EUR', period_end())\" --grain month --from 2025-01-01 --to 2025-02-01",
        [["2025-01-01", 90]],
    ),
    # a condition, and a filter inside: over 115 are 3, 5 and 11; of rows in euros 2 and 3
    ("'count(orders where usd > 115)' \"sum(convert(orders.amount, cur, at) where cur = 'EUR')\"", [[3, 230]]),
]
HOLIDAYS = "[2025-01-06, 2025-01-11, 2025-01-08]"
WORKING: list[tuple[str, str, object]] = [
    # Friday 3 to Friday 10 January: five days, of which Monday and Wednesday are free; Saturday 11 is free anyway
    (HOLIDAYS, "business_days(date '2025-01-03', date '2025-01-10')", 3),
    (HOLIDAYS, "business_days(date '2025-01-10', date '2025-01-13')", 1),
    (HOLIDAYS, "business_days(date '2025-01-10', date '2025-01-03')", 0),
    (HOLIDAYS, "business_hours(date '2025-01-06', date '2025-01-08')", 8),
    ("[]", "business_days(date '2025-01-03', date '2025-01-10')", 5),
    ("2025-01-06", "business_days(date '2025-01-03', date '2025-01-10')", 4),
    # the days of the rates as holidays: 1 and 15 January, 28 February, and two of a weekend; 1 + 23 + 20 days without
    ("{table: fx, date: day}", "business_days(date '2024-12-31', date '2025-03-03')", 44 - 3),
    # both of a country and written down
    ("[US, 2025-07-07]", "business_days(date '2025-07-03', date '2025-07-08')", 3 - 2),
    # Independence Day 2025 is a Friday; in 2026 it is a Saturday, observed on Friday the 3rd
    ("US", "business_days(date '2025-07-03', date '2025-07-08')", 3 - 1),
    ("US", "business_days(date '2026-07-02', date '2026-07-07')", 3 - 1),
    # Corpus Christi 2025, Thursday 19 June, in Bavaria and not in Berlin
    ("DE-BY", "business_days(date '2025-06-18', date '2025-06-21')", 2),
    ("DE-BE", "business_days(date '2025-06-18', date '2025-06-21')", 3),
]


@pytest.mark.parametrize(("query", "expected"), RATES, ids=[query for query, _ in RATES])
def test_convert(query: str, expected: list[list[object]]) -> None:
    """Small queries over the tables above."""
    answer = interpret(DEFINITIONS.replace("HOLIDAYS", "[]"), TABLES, query, today=date(2026, 11, 1))
    assert [[comparable(v) for v in row] for row in answer.rows] == [[comparable(v) for v in row] for row in expected]


@pytest.mark.parametrize(
    "gone", ["currency: USD\n", "rates: {table: fx, from: from_cur, to: to_cur, date: day, rate: rate}\n"]
)
def test_convert_needs_a_currency_and_rates(gone: str) -> None:
    """Without them it means nothing."""
    with pytest.raises(Wrong):
        interpret(DEFINITIONS.replace("HOLIDAYS", "[]").replace(gone, ""), TABLES, "usd")


@pytest.mark.parametrize(("holidays", "text", "expected"), WORKING)
def test_holidays(holidays: str, text: str, expected: object) -> None:
    """Working days and hours without them."""
    if "US" in holidays or "DE" in holidays:
        pytest.importorskip("holidays", reason="the holidays of countries are those of the library `holidays`")
    answer = interpret(DEFINITIONS.replace("HOLIDAYS", holidays), TABLES, f'"{text}"')
    assert answer.rows == [[expected]]
