"""How a unit came about: each part as written, its unit, and where that comes from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from tests.support.engine import inside, write_project

from attain.model.explanation import Explanation
from attain.pipeline import explain_metric, open_project

DEFINITIONS = """
version: 1
name: shop
constants: {goal: 100}
tables:
  reps: {file: reps.csv, key: rep_id}
  deals:
    file: deals.csv
    key: deal_id
    time: closed_at
    joins: {owner: {to: reps, on: rep_id}}
    fields:
      amount: {unit: money}
      seats: {unit: seats}
      price: amount / seats
      cycle: {expr: closed_at - created_at, unit: days}
metrics:
  revenue: sum(deals.amount)
  deals_won: count(deals)
"""
TABLES = {
    "reps": "rep_id,name\n1,Ada",
    "deals": "deal_id,rep_id,amount,seats,score,created_at,closed_at\n1,1,10.5,2,3,2026-01-01,2026-01-05",
}
Explain = Callable[[str], Explanation]


@pytest.fixture
def explain(tmp_path: Path) -> Explain:
    """The explanation of a metric with this expression (and what stands behind it in the flow map)."""

    def explained(text: str) -> Explanation:
        write_project(tmp_path, f"{DEFINITIONS}  x: {{expr: {text}}}\n", TABLES)
        with inside(tmp_path):
            project = open_project(Path("metrics.yaml"), today=date(2026, 11, 1))
        assert project.model is not None, project.problems
        project.close()
        return explain_metric(project.model, project.model.metrics["x"])

    return explained


def lines(explanation: Explanation) -> list[str]:
    """Parts as short lines: depth, operator, text, unit, reason."""
    return [f"{'.' * p.level}{p.joint}{p.text}: {p.unit}: {p.unit_because}" for p in explanation.parts]


def test_names_of_metrics_are_one_line_each(explain: Explain) -> None:
    found = explain("revenue / deals_won, unit: money/deal")
    assert lines(found) == [
        "revenue: money: which is sum(deals.amount)",
        "/deals_won: deals: which is count(deals)",
    ]
    assert (found.inferred, found.additivity) == ("money/deal", "not additive")


def test_a_field_is_declared_or_made(explain: Explain) -> None:
    assert lines(explain("sum(deals.amount)")) == ["sum(deals.amount): money: the unit of deals.amount, declared so"]
    assert lines(explain("avg(deals.cycle)")) == [
        "avg(deals.cycle): days: the unit of deals.cycle, which is closed_at - created_at"
    ]
    assert lines(explain("sum(deals.score)")) == [
        "sum(deals.score): number: the unit of deals.score, a column without a unit"
    ]


def test_what_an_aggregate_goes_over_is_taken_apart(explain: Explain) -> None:
    assert lines(explain("sum(deals.price * deals.seats * (1 - 10%) * 2)")) == [
        "sum(deals.price * deals.seats * (1 - 10%) * 2): money: the unit of deals.price * deals.seats * (1 - 10%) * 2",
        ".deals.price: money/seat: which is amount / seats",
        ".*deals.seats: seats: declared so",
        ".*(1 - 10%): percent: a percentage as written",
        ".*2: number: a number takes the unit of what it meets",
    ]


def test_counts_are_in_what_they_count(explain: Explain) -> None:
    assert lines(explain("count(distinct deals.rep_id) / count(deals where score > 2)")) == [
        "count(distinct deals.rep_id): reps: a count of distinct deals.rep_id",
        "/count(deals where score > 2): deals: a count of deals",
    ]
    assert lines(explain('"count(revenue per deals.rep_id, month)"')) == [
        "count(revenue per deals.rep_id, month): reps: so many parts of the cell"
    ]


def test_values_that_stand_for_each_other_are_told_one_by_one(explain: Explain) -> None:
    assert lines(explain('"if(deals_won > 3, revenue, goal) - coalesce(sum(deals.amount where score > 1), 0)"')) == [
        "if(deals_won > 3, revenue, goal): money: the unit of its values",
        ".revenue: money: which is sum(deals.amount)",
        ".goal: number: a number takes the unit of what it meets",
        "-coalesce(sum(deals.amount where score > 1), 0): money: the unit of its values",
        ".sum(deals.amount where score > 1): money: the unit of deals.amount, declared so",
        ".0: number: a number takes the unit of what it meets",
    ]
    assert lines(explain("case when deals_won > 3 then revenue else -revenue end")) == [
        "case when deals_won > 3 then revenue else -revenue end: money: the unit of its values",
        ".revenue: money: which is sum(deals.amount)",
        ".-revenue: money: the unit of revenue, which is sum(deals.amount)",
    ]


@pytest.mark.parametrize(
    ("text", "unit", "because"),
    [
        ("variance(deals.cycle)", "days^2", "the square of the unit of deals.cycle, which is closed_at - created_at"),
        ('"corr(deals.amount, deals.score)"', "number", "a correlation is a plain number"),
        ("sqrt(variance(deals.amount))", "money", "the root of it"),
        ('"power(revenue, 2)"', "money^2", "a power of it"),
        ('"round(revenue, 2)"', "money", "the unit of revenue, which is sum(deals.amount)"),
        ("days(max(deals.closed_at) - min(deals.closed_at))", "number", "a duration as a plain number"),
        ("avg(revenue per deals.rep_id)", "money", "the unit of revenue, which is sum(deals.amount)"),
        ("-revenue", "money", "the unit of revenue, which is sum(deals.amount)"),
        ("approx_count_distinct(deals.rep_id)", "reps", "so many distinct values"),
    ],
)
def test_functions_say_what_they_do_to_a_unit(explain: Explain, text: str, unit: str, because: str) -> None:
    part = explain(text).parts[0]
    assert (part.unit, part.unit_because) == (unit, because)


def test_a_declared_unit_does_not_hide_the_inferred_one(explain: Explain) -> None:
    assert explain("count(deals) / count(reps), unit: percent").inferred == "deals/rep"


def test_an_expression_over_several_lines_is_told_on_one(explain: Explain) -> None:
    found = explain('"revenue   # of all\\n  / (deals_won\\n + deals_won)"')
    assert [part.text for part in found.parts] == ["revenue", "(deals_won + deals_won)", "deals_won", "deals_won"]


def test_a_long_expression_is_told_in_part(explain: Explain) -> None:
    found = explain(" + ".join(["sum(deals.amount)"] * 60))
    assert (len(found.parts), found.left_out) == (40, 20)
