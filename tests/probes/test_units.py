"""The probe of units: what must be seven times as much is, what must stay stays, and planted defects are found."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import duckdb
import pytest

from attain.model import expression as e
from attain.model.semantic import Field
from attain.model.types import INTEGER, Type
from attain.model.units import MONEY
from attain.probes import money, units
from attain.run import duckdb_changed

from .project import Found, look

HEAD = """
version: 1
currency: USD
constants: {big: 5000, goal: 100_000, fee: 12}
tables:
  deals:
    file: deals.csv
    key: deal_id
    time: closed_at
    joins: {owner: {to: reps, on: rep_id}}
    fields:
      amount: {unit: money}
      seat_price: {unit: money/seat}
      seats: {unit: seats}
      total: seats * seat_price
      tier: case when amount >= big then 'big' when amount > 1_000 then 'mid' else 'small' end
      worth: {expr: list * days, unit: money}
      rounded: round(amount, -3)
  reps: {file: reps.csv, key: rep_id, fields: {won: sum(deals.amount), quota: {unit: money}}}
metrics:
"""
ROWS = {
    "deals": """deal_id,rep_id,amount,seat_price,seats,list,days,closed_at
1,1,12000,10.5,3,12,1,2026-01-29
2,2,800,11,2,13,2,2026-02-03
3,1,45000,9,20,14,3,2026-03-12
4,2,3500.25,12,1,15,4,2026-03-13""",
    "reps": "rep_id,name,quota\n1,Ana,30000\n2,Ben,20000",
}
#: Metrics whose units are right, of every power of money.
RIGHT = {
    "revenue": "sum(deals.amount)",
    "square": "power(revenue, 2)",
    "root_of_square": "sqrt(square)",
    "spread": "variance(deals.amount)",
    "deviation": "stddev(deals.amount)",
    "seats_for_money": "sum(deals.seats) / revenue",
    "seat_price": "sum(deals.total) / sum(deals.seats)",
    "worth": "sum(deals.worth)",
    "large": "count(deals where amount > 1_000)",
    "middle": "count(deals where amount between 1_000 and big)",
    "listed": "count(deals where amount in (800, 45_000))",
    "mids": "count(deals where tier = 'mid')",
    "good_reps": "count(reps where revenue >= 10_000)",
    "rich_reps": "count(reps where won >= quota)",
    "kept": "sum(if(revenue > 15_000, revenue, 0) per deals.rep_id)",
    "capped": "sum(least(deals.amount, 9_000))",
    "remainder": "sum(mod(deals.amount, 700))",
    "share": "(revenue - 1_000) / (revenue + 500)",
    "growing": "growth(revenue)",
    "any_large": "any(deals.amount > 44_000)",
    "best": "first(deals.tier by amount)",
    "either": "coalesce(revenue, 5)",
    "related": "corr(deals.amount, deals.seats)",
}


def metrics_text(metrics: Mapping[str, str]) -> str:
    return HEAD + "".join(f'  {name}: "{text}"\n' for name, text in metrics.items())


def looked(folder: Path, metrics: Mapping[str, str]) -> Found:
    return look(folder, metrics_text(metrics), ROWS)


def names(found: Found) -> list[str]:
    return [re.findall("`(.*?)`", problem.message)[0] for problem in found.of("unit-probe")]


def test_right_units_raise_no_alarm(tmp_path: Path) -> None:
    found = looked(tmp_path, RIGHT)
    assert found.problems == []
    assert f"units of {len(RIGHT)} metrics probed (money times 7)" in found.notes


def test_a_root_and_a_logarithm_of_money_are_found_once(tmp_path: Path) -> None:
    bad = {"root": "sqrt(revenue)", "logarithm": "ln(revenue)", "doubled": "root * 2"}
    found = looked(tmp_path, {"revenue": "sum(deals.amount)", **bad})
    assert names(found) == ["root", "logarithm"], "`doubled` is built on `root`"
    assert {problem.severity for problem in found.problems} == {"warning"}, "which may be meant"
    revenue = 12000 + 800 + 45000 + 3500.25
    before, after = math.sqrt(revenue), math.sqrt(revenue * 7)
    hint = f"in total it was {before:,.10g} and should have stayed so, and became {after:,.10g}"
    assert found.problems[0].hints[0].endswith(hint)
    assert "another figure in another currency" in found.problems[0].hints[1]


def test_a_metric_that_is_money_by_its_own_word_is_warned_of(tmp_path: Path) -> None:
    """Of what builds on it the same is not said again: there it counts as the money that it is said to be."""
    text = metrics_text({"revenue": "sum(deals.amount)"}) + "  lists: {expr: sum(deals.list), unit: money}\n"
    found = look(
        tmp_path, text + "  per_deal: lists / count(deals)\n  part: {expr: lists / revenue, unit: percent}\n", ROWS
    )
    assert [(p.code, p.severity, p.span.line) for p in found.problems] == [("unit-probe", "warning", 22)]
    assert names(found) == ["lists"]


def test_what_a_unit_predicts_nothing_of_is_skipped_with_its_reason(tmp_path: Path) -> None:
    text = metrics_text({"revenue": "sum(deals.amount)", "rough": "sum(deals.rounded)"})
    text += "  share: {expr: revenue / goal, unit: percent}\n  reached: attainment(revenue)\n"
    text += (
        "targets:\n  plan: {metric: revenue, grain: month, values: {2026-01: 10_000, 2026-02: 900, 2026-03: 50_000}}\n"
    )
    found = look(tmp_path, text, ROWS)
    assert found.problems == []
    note = next(note for note in found.notes if note.startswith("units"))
    assert note.startswith("units of 1 metric probed (money times 7); not of ")
    for name, reason in (("reached", money.TARGET), ("rough", money.ROUNDED), ("share", money.CONSTANT)):
        assert f"1, {reason} ({name})" in note


def test_without_money_nothing_is_probed(tmp_path: Path) -> None:
    text = "version: 1\ntables:\n  deals: {file: deals.csv, key: deal_id, time: closed_at}\n"
    found = look(tmp_path, text + "metrics:\n  listed: {expr: sum(deals.list), unit: money}\n", ROWS)
    assert found.problems == []
    assert "units not probed: no field has `unit: money`" in found.notes


# -- the probe itself --------------------------------------------------------------------------------------------------
def test_it_would_find_a_number_that_is_not_taken_for_money(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the numbers left as they are, every comparison with one gives another count: of 12,000, 800, 45,000 and
    3,500.25 three are above 1,000; seven times as much, all four."""
    monkeypatch.setattr(money, "times", lambda value, power: value)
    found = looked(tmp_path, {"revenue": "sum(deals.amount)", "large": "count(deals where amount > 1_000)"})
    assert names(found) == ["large"]
    assert found.problems[0].hints[0].endswith("in total it was 3 and should have stayed so, and became 4")


def test_it_would_find_money_that_does_not_grow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unchanged(text: str, columns: Mapping[str, tuple[Fraction, Type | None]]) -> str:
        return text

    monkeypatch.setattr(duckdb_changed, "multiplied_source", unchanged)
    found = looked(tmp_path, {"revenue": "sum(deals.amount)", "won": "count(deals)"})
    assert names(found) == ["revenue"] and found.problems[0].severity == "error"
    assert (
        "in total it was 61,300.25, should have become 429,101.75, and became 61,300.25" in found.problems[0].hints[0]
    )


def test_numbers_take_the_power_of_what_they_meet(tmp_path: Path) -> None:
    """In `amount > 1_000` and `amount * 2 > big` the numbers beside amounts are multiplied, factors are not."""
    looked(tmp_path, {"large": "count(deals where amount > 1_000 and amount * 2 > 3 * big and seats > 1)"})
    from attain.pipeline import open_project

    project = open_project(tmp_path / "metrics.yaml")
    project.close()
    assert project.model is not None
    scaled = money.scale_money(project.model).model.metrics["large"].expression
    assert isinstance(scaled, e.AggregateValue) and scaled.aggregate.where is not None
    numbers = [n.value for n in e.walk(scaled.aggregate.where) if isinstance(n, e.Literal)]
    assert numbers == [7000, 2, 3, 5000, 7, 1]


def test_amounts_of_small_whole_numbers_have_room_to_grow() -> None:
    """30,000 is the most that two bytes hold nearly; seven times as much needs more."""
    made = duckdb_changed.multiplied_source("(SELECT 30000::SMALLINT AS a)", {"a": (Fraction(7), INTEGER)})
    assert duckdb.connect().execute(f"SELECT * FROM {made}").fetchall() == [(210_000,)]
    assert units.type_to_take(Field("a", INTEGER, MONEY)) == INTEGER
