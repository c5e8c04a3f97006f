"""Largest remainders, and what targets add up to, whatever is written."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from . import Wrong, interpret
from .periods import Window
from .spread import days_in, shares

DEFINITIONS = """\
version: 1
name: targets
tables:
  deals: {file: deals.csv, key: id, time: at}
dimensions:
  region: {paths: {deals: region}}
metrics:
  amount: sum(deals.amount)
  largest: max(deals.amount)
targets:
"""
TABLES = {"deals": "id,region,amount,at\n1,E,5,2026-01-31\n2,W,7,2026-03-01\n"}


def days(*lengths: int) -> list[Window]:
    """Parts of so many days, one after the other."""
    parts, at = [], datetime(2026, 1, 1)
    for length in lengths:
        parts.append(Window(at, at + timedelta(days=length)))
        at += timedelta(days=length)
    return parts


@pytest.mark.parametrize(
    ("value", "lengths", "expected"),
    [
        ("1", [1, 1, 1], ["0.34", "0.33", "0.33"]),  # equal remainders: the earlier
        ("0.05", [3, 4, 3], ["0.02", "0.02", "0.01"]),  # 1.5, 2, 1.5 cents: one left, to the first of two halves
        ("0.02", [1, 5, 3], ["0", "0.01", "0.01"]),  # 0.22, 1.11, 0.67 cents: the largest remainder is the last
        ("-1", [1, 1, 1], ["-0.34", "-0.33", "-0.33"]),
        ("0.001", [1, 1], ["0.001", "0"]),  # a tenth of a cent is its own smallest part
    ],
)
def test_largest_remainders(value: str, lengths: list[int], expected: list[str]) -> None:
    parts = days(*lengths)
    assert shares(Fraction(value), [days_in(p) for p in parts], parts) == [Fraction(text) for text in expected]


@given(st.decimals(-10_000, 10_000, places=3), st.lists(st.integers(0, 31), min_size=1, max_size=12))
def test_shares_add_up(value: object, weights: list[int]) -> None:
    """Exactly, and none is further than one unit from what it would be without rounding."""
    whole = Fraction(str(value))
    parts = days(*[1] * len(weights))
    found = shares(whole, list(weights), parts)
    assert sum(found) == whole
    weighed = weights if sum(weights) else [1] * len(weights)
    exact = [whole * weight / sum(weighed) for weight in weighed]
    assert all(abs(share - one) < Fraction(1, 100) for share, one in zip(found, exact, strict=True))


@pytest.mark.parametrize("spread", ["even", "business_days", "{like: 1 year}"])
@pytest.mark.parametrize("grain", ["hour", "day", "week", "month", "quarter", "fiscal_quarter"])
def test_every_grain_adds_up_to_the_whole(spread: str, grain: str) -> None:
    text = f"{DEFINITIONS}  t: {{metric: amount, grain: quarter, spread: {spread}, values: {{2026-Q1: 100.01}}}}\n"
    query = f"target(amount) --grain {grain} --from 2025-12-29 --to 2026-04-06"
    if grain == "hour":  # of one day of the quarter
        text = text.replace("quarter, spread", "day, spread").replace("2026-Q1", "2026-01-31")
        query = query.replace("2025-12-29", "2026-01-30").replace("2026-04-06", "2026-02-02")
    rows = interpret(text, TABLES, query, today=date(2026, 11, 1)).rows
    assert sum(Fraction(str(row[-1])) for row in rows if row[-1] is not None) == Fraction("100.01")


@pytest.mark.parametrize(
    ("targets", "query"),
    [
        ("  t: {metric: amount, grain: month, values: {2026-13: 1}}", "target(amount)"),
        ("  t: {metric: amount, grain: month, values: {2026-Q1: 1}}", "target(amount)"),
        ("  t: {metric: amount, grain: week, values: {2026-W54: 1}}", "target(amount)"),
        ("  t: {metric: amount, grain: month, values: {2026-01: 1}}", "target(largest)"),
        ("  t: {metric: amount, grain: month, values: {2026-01: 1}}", "target(amount, u)"),
        ("  t: {metric: amount, grain: month, values: {2026-01: 1}}", "target(amount * 2)"),
        ("  t: {metric: amount, grain: month, by: [region], values: {2026-01: 1}}", "target(amount)"),
    ],
)
def test_wrong(targets: str, query: str) -> None:
    with pytest.raises(Wrong):
        interpret(f"{DEFINITIONS}{targets}\n", TABLES, f'"{query}"', today=date(2026, 11, 1))
