"""Units as people write them: what passes and in which unit, what does not and at which spot."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from tests.support.engine import inside, write_project

from attain.base.problem import Problem
from attain.model.semantic import SemanticModel
from attain.pipeline import open_project

DEFINITIONS = """
version: 1
name: units
currency: USD
constants: {goal: 50000}
tables:
  reps:
    file: reps.csv
    key: rep_id
    fields: {quota: {unit: money}, target_rate: {unit: percent}}
  deals:
    file: deals.csv
    key: deal_id
    time: closed_at
    joins: {owner: {to: reps, on: rep_id}}
    fields:
      amount: {unit: money}
      cost: {unit: money}
      discount_rate: {unit: percent}
      probability: {unit: ratio}
      is_won: status = 'won'
      cycle: {expr: closed_at - created_at, unit: days}
      trial: {unit: hours}
      seats: {unit: seats}
      mrr: {unit: money/month}
      term: {unit: months}
      margin_rate: (amount - cost) / amount
      listed: sum(items.price * items.quantity)
      mean_price: avg(items.price * items.quantity)
  items:
    file: items.csv
    key: item_id
    joins: {deal: {to: deals, on: deal_id}}
    fields:
      price: {unit: money/unit}
      quantity: {unit: units}
      discount: {unit: percent}
      net_price: price * (1 - discount)
      line: price * pieces
      part: price * quantity / deal.listed
dimensions:
  owner: {paths: {deals: owner.name, reps: name}}
metrics:
  revenue: sum(deals.amount where is_won)
  costs: sum(deals.cost)
  won: count(deals where is_won)
  closed: count(deals)
  win_rate: {expr: won / closed, unit: percent}
  average_deal: avg(deals.amount where is_won)
  deal_size: revenue / won
  owners: count(distinct deals.rep_id)
  cycle_time: avg(deals.cycle)
  headcount: count(reps)
  recurring: sum(deals.mrr)
"""
TABLES = {
    "reps": "rep_id,name,quota,target_rate\n1,Ada,1000,0.2",
    "deals": "deal_id,rep_id,status,amount,cost,discount_rate,probability,trial,seats,mrr,term,score,created_at,"
    "closed_at\n1,1,won,100.5,40,0.1,0.5,5,3,10.5,12,7,2026-01-01,2026-01-11",
    "items": "item_id,deal_id,price,quantity,pieces,discount\n1,1,10,3,3,0.1",
}

#: Expressions with their unit; behind `as` a declared one.
RIGHT = {
    "1 - win_rate": "percent",
    "win_rate * revenue as money": "money",
    "win_rate + costs / revenue": "percent",
    "revenue * (1 - 20%)": "money",
    "revenue + 100": "money",
    "if(win_rate > 60%, 1, 0)": "number",
    "if(won / headcount > 60%, 1, 0)": "number",
    "count(deals where amount > 60% * cost)": "deals",
    "count(deals where amount > goal and amount in (1, 2) and amount between 1 and cost)": "deals",
    "count(deals where discount_rate between 10% and 20%)": "deals",
    "count(deals where cycle between 2 days and 3 weeks and cycle > trial)": "deals",
    "count(deals where mrr * term > amount)": "deals",
    "count(reps where win_rate > target_rate and revenue > reps.quota)": "reps",
    "avg(deals.discount_rate)": "percent",
    "max(items.price)": "money/unit",
    "sum(items.price * items.quantity)": "money",
    "sum(items.price * items.quantity * (1 - items.discount)) as money": "money",
    "sum(items.net_price * items.quantity) as money": "money",
    "sum(items.price * items.pieces)": "money/unit",
    "sum(items.line)": "money/unit",
    "sum(items.part)": "ratio",
    "sum(deals.discount_rate * deals.amount)": "money",
    "sum(deals.discount_rate * deals.score)": "percent",
    "sum(deals.amount * (1 - deals.discount_rate))": "money",
    "sum(deals.mrr)": "money/month",
    "sum(deals.amount / deals.term)": "money/month",
    "sum(deals.cycle)": "days",
    "sum(deals.seats)": "seats",
    "avg(win_rate per owner)": "percent",
    "max(win_rate per month)": "percent",
    "sum(win_rate * closed per owner)": "deals",
    "sum(revenue / all(revenue) per owner)": "ratio",
    "sum(owners per deals.status)": "reps",
    "revenue / won": "money/deal",
    "revenue / costs as percent": "percent",
    "revenue / costs as number": "number",
    "won / headcount as percent": "percent",
    "won as customers": "customers",
    "cycle_time as hours": "hours",
    "cycle_time as weeks": "weeks",
    "avg(deals.score) as points": "points",
    "revenue / cycle_time as money/day": "money/day",
    "cycle_time * revenue": "days*money",
    "revenue * costs": "money^2",
    "sqrt(revenue * costs) as money": "money",
    "power(revenue, 2) / costs as money": "money",
    "variance(deals.amount)": "money^2",
    "variance(deals.discount_rate)": "number",
    "stddev(deals.discount_rate)": "percent",
    "corr(deals.amount, deals.cycle)": "number",
    "max(deals.closed_at) - min(deals.created_at)": "days",
    "days(max(deals.closed_at) - min(deals.created_at)) as days": "days",
    "coalesce(revenue, 0)": "money",
    "greatest(win_rate, 0)": "percent",
    "case when won > 3 then revenue when won > 2 then 7 end": "money",
    "growth(revenue, 1 year)": "percent",
    "prior(revenue, 1 year)": "money",
    "all(revenue) - (revenue where owner = 'Ada')": "money",
}

#: Expressions with the code of their problem, and what is marked.
WRONG = {
    "win_rate + revenue": ("unit-mismatch", "revenue"),
    "revenue + won": ("unit-mismatch", "won"),
    "revenue + 10%": ("unit-mismatch", "10%"),
    "10% < revenue and won > 1": ("unit-mismatch", "10%"),
    "revenue - closed * 2": ("unit-mismatch", "closed * 2"),
    "won + headcount": ("unit-mismatch", "headcount"),
    "average_deal + deal_size": ("unit-mismatch", "deal_size"),
    "recurring + revenue": ("unit-mismatch", "revenue"),
    "cycle_time + won": ("unit-mismatch", "won"),
    "stddev(deals.amount) + variance(deals.amount)": ("unit-mismatch", "variance(deals.amount)"),
    "days(max(deals.closed_at) - min(deals.closed_at)) + revenue": ("unit-mismatch", "revenue"),
    "prior(revenue, 1 year) - prior(won, 1 year)": ("unit-mismatch", "prior(won, 1 year)"),
    "(revenue where owner = 'Ada') / costs + costs": ("unit-mismatch", "costs"),
    "growth(revenue, 1 year) + revenue": ("unit-mismatch", "revenue"),
    "if(cycle_time > revenue, 1, 0)": ("unit-mismatch", "revenue"),
    "if(revenue > 60%, 1, 0)": ("unit-mismatch", "60%"),
    "if(won > 60%, 1, 0)": ("unit-mismatch", "60%"),
    "if(cycle_time > 60%, 1, 0)": ("unit-mismatch", "60%"),
    "if(recurring > 60%, 1, 0)": ("unit-mismatch", "60%"),
    "if(won > 3, revenue, win_rate)": ("unit-mismatch", "win_rate"),
    "case when won > 3 then revenue else cycle_time end": ("unit-mismatch", "cycle_time"),
    "coalesce(revenue, won)": ("unit-mismatch", "won"),
    "coalesce(revenue, 0%)": ("unit-mismatch", "0%"),
    "least(revenue, won)": ("unit-mismatch", "won"),
    "nullif(revenue, won)": ("unit-mismatch", "won"),
    "mod(revenue, won)": ("unit-mismatch", "won"),
    "count(deals where cycle > amount)": ("unit-mismatch", "amount"),
    "count(deals where amount > 30 days)": ("unit-mismatch", "30 days"),
    "count(deals where amount > 60%)": ("unit-mismatch", "60%"),
    "count(deals where amount in (3, cycle))": ("unit-mismatch", "cycle"),
    "count(deals where amount between 10 and cycle)": ("unit-mismatch", "cycle"),
    "count(deals where discount_rate between amount and 20%)": ("unit-mismatch", "amount"),
    "count(deals where term > cycle)": ("unit-mismatch", "cycle"),
    "count(deals where mrr * 12 > amount)": ("unit-mismatch", "amount"),
    "count(reps where revenue > win_rate)": ("unit-mismatch", "win_rate"),
    "count(reps where revenue >= 60%)": ("unit-mismatch", "60%"),
    "max(deals.closed_at) > revenue": ("type-mismatch", "revenue"),
    "max(deals.closed_at) + revenue": ("type-mismatch", "max(deals.closed_at) + revenue"),
    "sum(deals.closed_at)": ("type-mismatch", "deals.closed_at"),
    "sum(deals.discount_rate)": ("sum-of-ratio", "deals.discount_rate"),
    "sum(deals.probability where is_won)": ("sum-of-ratio", "deals.probability"),
    "sum(deals.margin_rate)": ("sum-of-ratio", "deals.margin_rate"),
    "sum(deals.discount_rate * 100)": ("sum-of-ratio", "deals.discount_rate * 100"),
    "sum(1 - deals.discount_rate)": ("sum-of-ratio", "1 - deals.discount_rate"),
    "sum(if(is_won, deals.discount_rate, 0))": ("sum-of-ratio", "if(is_won, deals.discount_rate, 0)"),
    "sum(coalesce(deals.discount_rate, 0))": ("sum-of-ratio", "coalesce(deals.discount_rate, 0)"),
    "sum(deals.discount_rate * deals.probability)": ("sum-of-ratio", "deals.discount_rate * deals.probability"),
    "sum(deals.amount / deals.cost)": ("sum-of-ratio", "deals.amount / deals.cost"),
    "sum(deals.amount / deals.seats)": ("sum-of-ratio", "deals.amount / deals.seats"),
    "sum(items.price)": ("sum-of-ratio", "items.price"),
    "sum(items.net_price)": ("sum-of-ratio", "items.net_price"),
    "sum(items.price * (1 - items.discount))": ("sum-of-ratio", "items.price * (1 - items.discount)"),
    "sum(win_rate per owner)": ("sum-of-ratio", "win_rate"),
    "sum(deal_size per owner)": ("sum-of-ratio", "deal_size"),
    "sum(won / closed per month)": ("sum-of-ratio", "won / closed"),
    "sum(prior(win_rate, 1 year) per owner)": ("sum-of-ratio", "prior(win_rate, 1 year)"),
    "sum(average_deal per owner)": ("sum-of-averages", "average_deal"),
    "sum(cycle_time + 1 day per owner)": ("sum-of-averages", "cycle_time + 1 day"),
    "sum(2 * (average_deal where owner = 'Ada') per month)": (
        "sum-of-averages",
        "2 * (average_deal where owner = 'Ada')",
    ),
    "sum(deals.mean_price)": ("sum-of-averages", "deals.mean_price"),
    "sum(deals.amount) as percent": ("unit-mismatch", "percent"),
    "sum(deals.amount) as days": ("unit-mismatch", "days"),
    "sum(deals.amount) as deals": ("unit-mismatch", "deals"),
    "sum(deals.amount) as number": ("unit-mismatch", "number"),
    "revenue / won as money": ("unit-mismatch", "money"),
    "revenue / won as money/order": ("unit-mismatch", "money/order"),
    "revenue / costs as money": ("unit-mismatch", "money"),
    "won / closed as money": ("unit-mismatch", "money"),
    "won / closed as deals": ("unit-mismatch", "deals"),
    "won / headcount as deals/agent": ("unit-mismatch", "deals/agent"),
    "won / headcount as days": ("unit-mismatch", "days"),
    "win_rate as money": ("unit-mismatch", "money"),
    "avg(deals.discount_rate) as money": ("unit-mismatch", "money"),
    "cycle_time as months": ("unit-mismatch", "months"),
    "cycle_time as money": ("unit-mismatch", "money"),
    "cycle_time as number": ("unit-mismatch", "number"),
    "revenue / cycle_time as money/month": ("unit-mismatch", "money/month"),
    "revenue * costs as money": ("unit-mismatch", "money"),
    "won as money": ("unit-unlikely", "money"),
    "won as percent": ("unit-unlikely", "percent"),
    "100 * won / closed as percent": ("hundredfold-percent", "100"),
    "round(won / closed * 100, 1) as percent": ("hundredfold-percent", "100"),
    "if(win_rate > 60, 1, 0)": ("hundredfold-percent", "60"),
    "count(deals where discount_rate between 5 and 10)": ("hundredfold-percent", "5"),
}


def line_of(text: str, name: str) -> str:
    """A metric on a line of its own."""
    expression, _, unit = text.partition(" as ")
    return f'  {name}: {{expr: "{expression}"{f", unit: {unit}" if unit else ""}}}'


class Checked:
    """All of the expressions checked at once, each in a metric of its own."""

    def __init__(self, folder: Path) -> None:
        every = [*RIGHT, *WRONG]
        metrics = "\n".join(line_of(text, f"m{i}") for i, text in enumerate(every))
        write_project(folder, f"{DEFINITIONS}{metrics}\n", TABLES)
        with inside(folder):
            project = open_project(Path("metrics.yaml"), today=date(2026, 11, 1))
        project.close()
        self.lines = (folder / "metrics.yaml").read_text().split("\n")
        first = self.lines.index(line_of(every[0], "m0")) + 1
        self.problems: dict[str, list[Problem]] = {text: [] for text in every}
        for problem in project.problems:
            assert problem.span.line >= first, problem
            self.problems[every[problem.span.line - first]].append(problem)

    def marked(self, problem: Problem) -> str:
        """What stands above the carets."""
        return self.lines[problem.span.line - 1][problem.span.column - 1 : problem.span.end - 1]


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Checked:
    return Checked(tmp_path_factory.mktemp("units"))


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> SemanticModel:
    """The right ones alone, which make a whole model."""
    folder = tmp_path_factory.mktemp("right")
    metrics = "\n".join(line_of(text, f"m{i}") for i, text in enumerate(RIGHT))
    write_project(folder, f"{DEFINITIONS}{metrics}\n", TABLES)
    with inside(folder):
        project = open_project(Path("metrics.yaml"), today=date(2026, 11, 1))
    project.close()
    assert project.model is not None
    return project.model


@pytest.mark.parametrize("text", RIGHT)
def test_right(text: str, checked: Checked, model: SemanticModel) -> None:
    """No word about it, and its unit."""
    assert [problem.message for problem in checked.problems[text]] == []
    assert str(model.metrics[f"m{list(RIGHT).index(text)}"].unit) == RIGHT[text]


@pytest.mark.parametrize("text", WRONG)
def test_wrong(text: str, checked: Checked) -> None:
    """The code, the exact spot, and what to write instead; of two units both are shown."""
    code, spot = WRONG[text]
    (problem,) = [p for p in checked.problems[text] if p.code != "hundredfold-percent" or code == p.code][:1]
    assert (problem.code, checked.marked(problem)) == (code, spot)
    assert problem.hints
    if code == "unit-mismatch":
        assert problem.label and problem.others and problem.label != problem.others[0].text
