"""Versions of a time and exchange rates of a day: over data made by Hypothesis, the engine's rows are those of the
reference interpreter."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, composite
from tests.reference import interpret
from tests.support.engine import TODAY, ask, write_project
from tests.support.values import rows_to_table, same_rows, values_to_rows

DAYS = ["2025-12-31", "2026-01-01", "2026-01-02", "2026-01-31", "2026-02-01", "2026-03-08", "2026-03-09"]
CLOCKS = ["00:00:00", "04:59:59", "05:00:00", "12:00:00", "22:59:59", "23:00:00"]
ZONES = ["UTC", "America/New_York", "Europe/Berlin"]
CURRENCIES = ["USD", "EUR", "GBP", "EUR", "usd", ""]
QUERIES = [
    "amount n --by tier",
    "amount n --by seen_tier,tier",
    "amount --by boss_tier",
    "amount --by since",
    "pro n --grain month --from 2025-12-01 --to 2026-05-01",
    'amount --by tier --grain month --sparse --where "deals.amount > 0"',
    "n --where \"tier = 'pro'\"",
    "sold_in --by plans.tier",
    "rolled --by plans.tier",
    "steps --by step_tier",
    "busy --by plans.tier",
    '"avg(amount per tier)" "max(amount per month)"',
    "usd n --by deals.currency",
    "usd eur --grain month --from 2025-12-01 --to 2026-05-01",
    "seen_usd account_usd today_usd",
    "large_deals --by tier",
    "best --by accounts.account_id",
    "plan_usd --by plans.tier",
    '"max(usd per deals.currency)" "avg(usd per month)"',
    'usd --by large --where "large = true"',
    "in_plan_usd --by tier",
]


@dataclass(frozen=True)
class Made:
    """Definitions and the CSV texts of their tables."""

    definitions: str
    tables: dict[str, str]


def definitions(calendar: str, deals: str, plans: str, at: str, lives: str) -> str:
    """Deals with the version of their account's plan at two times, and with exchange rates."""
    return f"""version: 1
name: lookups
currency: USD
calendar: {{timezone: {calendar}}}
rates: {{table: fx, from: base, to: quoted, date: day, rate: rate}}
tables:
  deals:
    file: deals.csv
    key: deal_id
    time: closed_at
    timezone: {deals}
    joins:
      plan: {{to: plans, on: [account_id, site], at: closed_at}}
      seen_plan: {{to: plans, on: [account_id, site], at: seen_at}}
      account: {{to: accounts, on: account_id}}
    fields:
      account_id: {{type: integer}}
      site: {{type: text}}
      currency: {{type: text}}
      amount: {{type: "decimal(12, 2)"}}
      closed_at: {{type: {at}}}
      seen_at: {{type: date}}
      usd: convert(amount, currency, closed_at)
      large: convert(amount, currency, closed_at) > 5
      in_plan: convert(amount, plan.currency, plan.valid_from)
  steps:
    file: steps.csv
    key: step_id
    joins:
      plan: {{to: plans, on: [account_id, site], at: moved_at}}
      deal: {{to: deals, on: deal_id}}
    fields:
      deal_id: {{type: integer}}
      size: {{type: integer}}
      account_id: deal.account_id
      site: deal.site
      moved_at: deal.closed_at
  accounts:
    file: accounts.csv
    key: account_id
    joins: {{boss: {{to: accounts, on: boss_id}}, plan: {{to: plans, on: [account_id, site], at: signed_on}}}}
    fields:
      account_id: {{type: integer}}
      boss_id: {{type: integer}}
      site: {{type: text}}
      currency: {{type: text}}
      signed_on: {{type: date}}
      best: max(deals.usd)
  plans:
    file: plans.csv
    key: [account_id, valid_from, site]
    timezone: {plans}
    lifespan: {{from: valid_from, to: valid_to}}
    fields:
      account_id: {{type: integer}}
      site: {{type: text}}
      tier: {{type: text}}
      currency: {{type: text}}
      valid_from: {{type: {lives}}}
      valid_to: {{type: {lives}}}
      began: trunc(valid_from, day)
      sold: sum(deals.amount via plan)
      seen: count(deals where amount > 1 via seen_plan)
      value: sum(convert(deals.amount, parent.currency, deals.seen_at) via plan)
  fx:
    file: fx.csv
    fields:
      base: {{type: text}}
      quoted: {{type: text}}
      day: {{type: date}}
      rate: {{type: "decimal(12, 4)"}}
dimensions:
  tier: {{paths: {{deals: plan.tier}}}}
  seen_tier: {{paths: {{deals: seen_plan.tier}}}}
  boss_tier: {{paths: {{deals: account.boss.plan.tier}}}}
  since: {{paths: {{deals: plan.began}}}}
  step_tier: {{paths: {{steps: plan.tier}}}}
  large: {{paths: {{deals: large}}}}
metrics:
  amount: sum(deals.amount)
  n: count(deals)
  pro: sum(deals.amount where plan.tier = 'pro' or seen_plan.tier != 'pro')
  sold_in: sum(plans.sold)
  rolled: sum(plans.seen)
  steps: sum(steps.size)
  busy: count(plans where steps > 2)
  usd: sum(deals.usd)
  eur: sum(convert(deals.usd, 'EUR', deals.seen_at))
  seen_usd: sum(convert(deals.amount, currency, seen_at))
  account_usd: sum(convert(deals.amount, account.currency, account.signed_on))
  today_usd: "sum(convert(deals.amount, currency, today()))"
  large_deals: count(deals where large)
  best: max(accounts.best)
  plan_usd: sum(plans.value)
  in_plan_usd: sum(deals.in_plan where seen_plan.tier is not null)
"""


def csv(header: str, rows: list[list[str]]) -> str:
    """Rows below their header."""
    return "\n".join([header, *(",".join(row) for row in rows)]) + "\n"


@composite
def times(draw: DrawFn, kind: str, *, missing: bool = True) -> str:
    """A day, a time, or a point in time; sometimes none."""
    day = draw(st.sampled_from([*DAYS, *([""] if missing else [])]))
    if not day or kind == "date":
        return day
    return f"{day} {draw(st.sampled_from(CLOCKS))}" + ("+00" if kind == "timestamptz" else "")


@composite
def histories(draw: DrawFn, kind: str) -> list[list[str]]:
    """Versions that do not overlap: each ends at the latest where the next begins; some are never valid."""
    rows: list[list[str]] = []
    for account, site in [("1", "x"), ("1", "y"), ("2", "x")]:
        begun = sorted(draw(st.sets(times(kind, missing=False), max_size=3)))
        for place, start in enumerate(begun):
            later = begun[place + 1 :]
            ends = [*later[:1], start] if later else ["", start, *(d for d in DAYS if kind == "date" and d > start)]
            end = draw(st.sampled_from([*ends, ends[0]]))
            rows.append([account, site, start, end, draw(st.sampled_from(["free", "pro", ""])), draw(CODES)])
    return rows


CODES = st.sampled_from(CURRENCIES)
SITES = st.sampled_from(["x", "y", "x", ""])
ACCOUNTS = st.sampled_from(["1", "2", "1", "3", ""])
AMOUNTS = st.sampled_from(["1", "2.5", "0.1", "-4", "10", ""])


@composite
def made(draw: DrawFn) -> Made:
    """Definitions with their data."""
    zones = [draw(st.sampled_from(ZONES)) for _ in range(3)]
    kinds = [draw(st.sampled_from(["date", "timestamp", "timestamptz"])) for _ in range(2)]
    deal = st.tuples(ACCOUNTS, SITES, AMOUNTS, CODES, times(kinds[0]), times("date")).map(list)
    deals = [[str(i), *row] for i, row in enumerate(draw(st.lists(deal, min_size=2, max_size=7)), 1)]
    account = st.tuples(ACCOUNTS, SITES, CODES, times("date")).map(list)
    accounts = [[str(i), *draw(account)] for i in (1, 2)]
    steps = draw(st.lists(st.tuples(st.sampled_from("1237"), st.sampled_from("124")).map(list), max_size=4))
    pairs = st.tuples(st.sampled_from(["EUR", "GBP", "USD"]), st.sampled_from(["USD", "EUR"]), times("date"))
    rates = [
        [*pair, draw(st.sampled_from(["2", "0.5", "1.25", ""]))] for pair in sorted(draw(st.sets(pairs, max_size=9)))
    ]
    tables = {
        "deals": csv("deal_id,account_id,site,amount,currency,closed_at,seen_at", deals),
        "steps": csv("step_id,deal_id,size", [[str(i), *row] for i, row in enumerate(steps, 1)]),
        "accounts": csv("account_id,boss_id,site,currency,signed_on", accounts),
        "plans": csv("account_id,site,valid_from,valid_to,tier,currency", draw(histories(kinds[1]))),
        "fx": csv("base,quoted,day,rate", rates),
    }
    return Made(definitions(*zones, *kinds), tables)


EMPTY = Made(
    definitions("UTC", "UTC", "UTC", "date", "date"),
    {
        "deals": "deal_id,account_id,site,amount,currency,closed_at,seen_at\n1,1,x,1,EUR,2026-01-01,2026-01-01\n",
        "steps": "step_id,deal_id,size\n",
        "accounts": "account_id,boss_id,site,currency,signed_on\n",
        "plans": "account_id,site,valid_from,valid_to,tier,currency\n",
        "fx": "base,quoted,day,rate\n",
    },
)


@given(made(), st.sampled_from(QUERIES))
@example(EMPTY, QUERIES[0])
def test_engine_equals_reference(made: Made, query: str) -> None:
    """The same header, the same rows."""
    expected = interpret(made.definitions, made.tables, query, today=TODAY)
    with TemporaryDirectory() as folder:
        write_project(Path(folder), made.definitions, made.tables)
        outcome = ask(Path(folder), query)
    columns, rows = list(expected.columns), values_to_rows(expected.rows)
    if outcome.codes or outcome.columns != columns or not same_rows(outcome.rows, rows):
        found = outcome.text if outcome.codes else rows_to_table(outcome.columns, outcome.rows)
        texts = "\n".join(f"{name}\n{text}" for name, text in made.tables.items())
        raise AssertionError(f"{made.definitions}\n{texts}\n{query}\n{rows_to_table(columns, rows)}\nfound\n{found}")
