"""Additivity: what is inferred, and that the figures agree with it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from tests.support.engine import ask, inside, write_project

from attain.model.semantic import SemanticModel
from attain.pipeline import explain_metric, open_project

DEFINITIONS = """
version: 1
name: shop
tables:
  reps: {file: reps.csv, key: rep_id, fields: {quota: {unit: money}}}
  deals:
    file: deals.csv
    key: deal_id
    time: closed_at
    joins: {owner: {to: reps, on: rep_id}}
    fields: {amount: {unit: money}}
    lifespan: {from: opened_at, to: closed_at}
dimensions:
  rep: {paths: {deals: owner.name, reps: name}}
metrics:
"""
REPS = "rep_id,name,quota\n1,Ada,100\n2,Bob,50"
DEALS = """deal_id,rep_id,account,amount,opened_at,closed_at
1,1,a,10,2025-12-01,2026-01-05
2,1,b,20.5,2025-12-01,2026-01-20
3,1,a,30,2025-12-01,2026-02-03
4,2,a,40,2025-12-01,2026-01-31
5,2,c,55,2025-12-01,2026-02-28
6,2,b,7,2025-12-01,2026-02-01
7,1,a,5,2025-11-02,2025-11-20
8,2,a,9.5,2025-11-02,2025-12-20
9,2,c,11,2025-11-02,
10,1,c,3,2025-11-02,"""

#: Of each metric: what adds up to its total of January and February ("groups" by rep, "periods" by month).
ADDS_UP = {
    "sum(deals.amount)": "groups periods",
    "count(deals where amount > 15)": "groups periods",
    "count(deals.account)": "groups periods",
    "sum(deals.amount) / 4 - 2 * 3 * sum(deals.amount where account = 'a')": "groups periods",
    "-sum(deals.amount)": "groups periods",
    "coalesce(sum(deals.amount where account = 'c'), 5)": "groups periods",
    "sum(total per rep)": "groups periods",
    "sum(total - half per rep)": "groups periods",
    "total": "groups periods",
    "count(reps)": "groups",
    "sum(reps.quota)": "groups",
    "total - sum(reps.quota)": "groups",
    "count(deals where closed_at > period_start() + 20 days)": "groups",
    "sum(total per month)": "groups",
    "sum(total per day)": "groups",
    "prior(total, 2 months)": "groups",
    "prior(total, 7 weeks)": "groups periods",
    "rolling(total, 2 months)": "groups",
    "to_date(total, year)": "groups",
    "running(total)": "groups",
    "(total where rep = 'Ada')": "groups periods",
    "count(deals as of end)": "groups",
    "prior(half - total * 2, 2 months)": "groups",
    "all(total)": "",
    "all(total over rep)": "",
    "growth(total, 2 months)": "",
    "prior(average, 2 months)": "",
    "(accounts where rep = 'Ada')": "",
    "sum(deals.amount) + 1": "",
    "sum(deals.amount) * count(deals)": "",
    "sum(deals.amount) / count(deals)": "",
    "1 / sum(deals.amount)": "",
    "avg(deals.amount)": "",
    "median(deals.amount)": "",
    "min(deals.amount)": "",
    "max(deals.amount)": "",
    "last(deals.amount)": "",
    "stddev(deals.amount)": "",
    "count(distinct deals.account)": "",
    "count(reps where total > 45)": "",
    "sum(total where total > 45 per rep)": "",
    "avg(total per rep)": "",
    "count(total per deals.account)": "",
    "sum(accounts per deals.account)": "",
    "if(total > 100, total, 0)": "",
    "round(sum(deals.amount) / 8, 0)": "",
    "abs(half - 40)": "",
}
#: Where these figures add up all the same: months hold whole months and days, groups by rep hold whole reps, and both
#: reps have deals in both months.
HAPPENS = {
    "prior(total, 2 months)": "periods",
    "prior(half - total * 2, 2 months)": "periods",
    "all(total)": "periods",
    "all(total over rep)": "periods",
    "(accounts where rep = 'Ada')": "groups",
    "sum(total per month)": "periods",
    "sum(total per day)": "periods",
    "count(reps where total > 45)": "groups",
    "sum(total where total > 45 per rep)": "groups",
    "avg(total per rep)": "periods",
}
WORDS = {"groups periods": "additive", "groups": "additive over everything but time", "": "not additive"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every expression as a metric m0, m1, .."""
    path = tmp_path_factory.mktemp("additivity")
    lines = ["  total: sum(deals.amount)", "  half: total / 2", "  accounts: count(distinct deals.account)"]
    lines += ["  average: avg(deals.amount)"]
    lines += [f'  m{i}: "{text}"' for i, text in enumerate(ADDS_UP)]
    write_project(path, DEFINITIONS + "\n".join(lines) + "\n", {"reps": REPS, "deals": DEALS})
    return path


@pytest.fixture(scope="module")
def model(folder: Path) -> Iterator[SemanticModel]:
    """The checked definitions."""
    with inside(folder):
        project = open_project(Path("metrics.yaml"), today=date(2026, 11, 1))
    assert project.model is not None and not project.problems, project.problems
    yield project.model
    project.close()


def figures(folder: Path, query: str) -> list[float]:
    """The figures of a metric in January and February, without the columns before."""
    outcome = ask(folder, f"{query} --from 2026-01-01 --to 2026-03-01")
    assert not outcome.codes, outcome.text
    return [float(row[-1] or 0) for row in outcome.rows]


@pytest.mark.parametrize("position", range(len(ADDS_UP)), ids=list(ADDS_UP))
def test_what_is_inferred_is_what_the_figures_do(position: int, folder: Path, model: SemanticModel) -> None:
    """By rep and by month the figures add up to the total exactly where it says so; every reason is told."""
    text, adds_up = list(ADDS_UP.items())[position]
    metric = model.metrics[f"m{position}"]
    assert metric.additivity == WORDS[adds_up]
    (total,) = figures(folder, metric.name)
    for way, option in {"groups": "--by rep", "periods": "--grain month"}.items():
        parts = figures(folder, f"{metric.name} {option}")
        assert len(parts) == 2
        expected = way in adds_up or way in HAPPENS.get(text, "")
        assert (abs(sum(parts) - total) < 1e-9) == expected, (way, parts, total)
    assert explain_metric(model, metric).because


def test_reasons(model: SemanticModel) -> None:
    """In the words of the definitions."""
    reasons = {text: explain_metric(model, model.metrics[f"m{i}"]).because for i, text in enumerate(ADDS_UP)}
    assert reasons["sum(deals.amount)"] == "each row of deals lies in one group and, by closed_at, one period"
    assert reasons["count(reps)"] == "reps has no time axis: its rows lie in every period"
    assert reasons["total"] == "so is total"
    assert reasons["total - sum(reps.quota)"] == "one of its parts is no more than that"
    assert reasons["-sum(deals.amount)"] == reasons["sum(deals.amount)"]
    assert reasons["sum(deals.amount) + 1"] == "a fixed number would be added once for each part"
    assert reasons["growth(total, 2 months)"].startswith("a quotient")
    assert reasons["all(total)"] == "each group has the figure of all of them together"
    assert reasons["rolling(total, 2 months)"] == "the window of each period reaches back over those before it"
    assert reasons["count(deals as of end)"].startswith("a stock: a row of deals is counted in every period")
    assert reasons["sum(total per day)"] == "each day is taken whole, wherever the period begins and ends"
    assert reasons["avg(total per rep)"] == "avg of the whole is no sum of the parts'"
