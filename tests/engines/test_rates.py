"""Converted money is exact, and a query says how many rows have no rate."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from tests.support.engine import TODAY, write_project

from attain.model.result import Result
from attain.model.types import Kind
from attain.pipeline import Project, QueryRequest, open_project, run_query

DEFINITIONS = """
version: 1
name: rates
currency: USD
rates: {table: fx, from: base, to: quoted, date: day, rate: rate}
tables:
  deals:
    file: deals.csv
    key: id
    time: day
    joins: {account: {to: accounts, on: account_id}}
    fields:
      amount: {type: "decimal(18, 2)"}
      usd: convert(amount, currency, day)
      guess: amount / 3
      dollars: {expr: amount, unit: money}
  accounts:
    file: accounts.csv
    key: id
    fields: {best: max(deals.usd)}
  fx: {file: fx.csv}
metrics:
  revenue: sum(deals.usd)
  whole: sum(convert(deals.units, currency, day))
  loose: sum(convert(deals.guess, currency, day))
  won: sum(deals.usd where won)
  euros: sum(convert(deals.usd, 'EUR', day))
  yen: sum(convert(deals.dollars, 'JPY', day))
  later: sum(convert(deals.amount, currency, paid_on) on paid_on)
  best: max(accounts.best)
  best_of_deals: max(deals.account.best)
  double: revenue * 2
  rated: count(deals where usd > 0)
  best_month: max(revenue per month)
  amount: sum(deals.amount)
"""
# of January 1 to 6: a dollar, three times 0.1 euros, a euro before the first rate, pounds; in March francs and nothing
DEALS = """id,account_id,amount,units,currency,won,day,paid_on
1,1,1,1,USD,true,2026-01-05,
2,1,0.1,1,EUR,true,2026-01-05,2026-01-05
3,1,0.1,1,EUR,true,2026-01-06,2026-01-05
4,1,0.1,1,EUR,false,2026-01-06,2025-12-31
5,2,1,1,EUR,false,2025-12-31,2026-01-05
6,2,1,1,GBP,true,2026-01-31,2026-01-05
7,2,1,1,CHF,false,2026-03-05,2026-01-05
8,2,,,CHF,true,2026-03-06,2026-01-05
9,2,1,1,EUR,true,,2026-01-05
"""
FX = """base,quoted,day,rate
EUR,USD,2026-01-01,1.1
USD,EUR,2026-01-06,0.5
USD,JPY,2026-01-01,15000.123456789012
GBP,EUR,2026-01-01,2
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """Deals in several currencies."""
    folder: Path = tmp_path_factory.mktemp("rates")
    write_project(folder, DEFINITIONS, {"deals": DEALS, "accounts": "id\n1\n2", "fx": FX})
    opened = open_project(folder / "metrics.yaml", today=TODAY)
    assert opened.model is not None, opened.problems
    yield opened
    opened.close()


def run(project: Project, *metrics: str, **options: object) -> Result:
    """The result of a query."""
    result, problems, _ = run_query(project, QueryRequest(metrics=metrics, **options), today=TODAY)  # type: ignore[arg-type]
    assert result is not None, problems
    return result


def test_converted_money_is_exact(project: Project) -> None:
    """One and three times 0.1 * 1.1, of decimal and of whole amounts; twelve digits of a rate are kept."""
    result = run(project, "revenue", "whole")
    assert [column.type.kind for column in result.columns] == [Kind.DECIMAL, Kind.DECIMAL]
    assert result.rows == [(Decimal("1.33"), Decimal("4.3"))]
    assert run(project, "yen", start="2026-01-06", end="2026-01-07").rows == [(Decimal("3000.0246913578024"),)]


def test_floating_amounts_stay_floating(project: Project) -> None:
    """A quotient is no exact amount."""
    result = run(project, "loose")
    assert result.columns[0].type.kind is Kind.FLOAT
    assert result.rows[0][0] == pytest.approx(1.33 / 3, rel=1e-12)


NOTES = {
    "deals 5, 6, 7 and 9": (("revenue",), {}, "4 rows of deals without a rate to USD"),
    "the filter narrows": (("revenue",), {"where": "deals.currency = 'CHF'"}, "1 row of deals without a rate to USD"),
    "by month deal 9 is in none": (("revenue",), {"grain": "month", "by": ("currency",)}, "3 rows of deals"),
    "the range narrows": (("revenue",), {"start": "2026-01-01", "end": "2026-02-01"}, "1 row of deals"),
    "what is ahead does not count": (("revenue",), {"grain": "year", "as_of": "2026-01-31"}, "2 rows of deals"),
    "the aggregate's own condition narrows": (("won",), {}, "2 rows of deals without a rate to USD"),
    "by another axis": (("later",), {"grain": "month"}, "3 rows of deals without a rate to USD"),
    "what a condition looks at": (("rated",), {}, "4 rows of deals without a rate to USD"),
    "metrics that build on it": (("double",), {}, "4 rows of deals without a rate to USD"),
    "parts": (("best_month",), {}, "4 rows of deals without a rate to USD"),
    "a roll-up sees all": (("best",), {}, "4 rows of deals without a rate to USD"),
    "a roll-up behind a join": (("best_of_deals",), {"where": "deals.id = 1"}, "4 rows of deals without a rate to USD"),
    "a moved window looks at other rows": (("prior(revenue, 1 year)",), {"grain": "year"}, "4 rows of deals"),
    "a narrower slice": (("(revenue where currency = 'CHF')",), {}, "1 row of deals without a rate to USD"),
    "totals and the largest": (
        ("revenue",),
        {"grain": "month", "by": ("currency",), "totals": True},
        "3 rows of deals",
    ),
    "an expression": (("revenue + 1",), {}, "4 rows of deals without a rate to USD"),
    "both currencies, before the first rate": (("euros",), {}, "2 rows of deals without a rate to EUR"),
}


@pytest.mark.parametrize("case", NOTES)
def test_rows_without_a_rate_are_told(project: Project, case: str) -> None:
    """As many as are left out."""
    metrics, options, expected = NOTES[case]
    notes = [note for note in run(project, *metrics, **options).notes if "rate" in note]
    assert any(note.startswith(expected) for note in notes), notes


@pytest.mark.parametrize(
    ("metrics", "options"),
    [(("amount",), {}), (("revenue",), {"where": "deals.currency = 'USD'"}), (("revenue",), {"start": "2026-01-05",
                                                                                             "end": "2026-01-07"})],
)  # fmt: skip
def test_nothing_is_told_where_nothing_is_left_out(
    project: Project, metrics: tuple[str, ...], options: dict[str, object]
) -> None:
    """No conversion, no need of a rate, or a rate for each row."""
    assert not [note for note in run(project, *metrics, **options).notes if "rate" in note]
