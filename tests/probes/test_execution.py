"""Every metric is executed: what fails is told at its line, what is empty too, and a sample is said to be one."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from tests.support.engine import write_project

from attain.pipeline import open_project, validate_metrics
from attain.probes import check
from attain.run import wait

from .project import look

DEALS = """
version: 1
tables:
  deals: {file: deals.csv, key: deal_id, time: closed_at, joins: {owner: {to: reps, on: rep_id}}}
  reps: {file: reps.csv, key: rep_id}
metrics:
"""
ROWS = {
    "deals": "deal_id,rep_id,seats,status,closed_at\n"
    + "".join(f"{i},{i % 3},{i},won,2026-01-{1 + i % 28:02}\n" for i in range(1, 1001)),
    "reps": "rep_id,name\n0,Ana\n1,Ben\n2,Cem",
}
MANY = "".join(f"{i},1,{i},won,2026-01-01\n" for i in range(1001, 200_000))


def test_metrics_that_run_are_counted(tmp_path: Path) -> None:
    found = look(tmp_path, DEALS + "  won: count(deals)\n  growth: growth(won, 1 month)\n  reps: count(reps)\n", ROWS)
    assert found.codes == ["empty-metric"], "one month has no month before it"
    assert found.problems[0].message == "`growth` has no value in the only month, 2026-01"
    assert found.notes[0] == "3 metrics executed on every row"


def test_what_nothing_says_from_when_to_when_of_is_asked_for_the_last_year(tmp_path: Path) -> None:
    """`growing` counts reps, who have no time, by what they sold in a month and the one before."""
    found = look(
        tmp_path, DEALS + "  won: count(deals)\n  grown: growth(won)\n  growing: count(reps where grown > 0)\n", ROWS
    )
    assert found.notes[0] == "3 metrics executed on every row"
    assert "metric-fails" not in found.codes


def test_a_failure_stands_at_the_metric_and_the_others_are_executed(tmp_path: Path) -> None:
    lines = [f"  m{i}: count(deals where seats > {i})\n" for i in range(15)]
    lines[7] = "  bad: sum(deals.seats * 9_000_000_000_000_000_000)\n"
    found = look(tmp_path, DEALS + "".join(lines), ROWS)
    assert [(p.code, p.span.line) for p in found.problems] == [("metric-fails", 6 + 8)]
    assert "`bad` cannot be computed: " in found.problems[0].message and "verflow" in found.problems[0].message
    assert found.notes[0] == "14 metrics executed on every row; 1 failed"


def test_what_is_told_at_a_table_is_not_told_at_every_metric(tmp_path: Path) -> None:
    twice = {**ROWS, "reps": "rep_id,name\n0,Ana\n1,Ben\n1,Cem"}
    metrics = "  won: count(deals where owner.name = 'Ana')\n  lost: count(deals where owner.name != 'Ana')\n"
    found = look(tmp_path, DEALS + metrics, twice)
    assert found.codes == ["duplicate-key-value", "dangling-reference"]
    assert found.notes[0] == "0 metrics executed on every row; 2 failed"


def test_a_figure_of_zero_everywhere_is_told_once_and_never_of_a_difference(tmp_path: Path) -> None:
    metrics = (
        "  lost: count(deals where status = 'lost')\n  per_rep: lost / count(reps)\n"
        "  rest: count(deals) - count(deals.deal_id)\n  fine: count(deals where status = 'won')\n"
    )
    found = look(tmp_path, DEALS + metrics, ROWS)
    assert [p.message for p in found.problems] == ["`lost` is 0 in the only month, 2026-01"]


WORDS = """
version: 1
tables:
  deals:
    file: deals.csv
    key: deal_id
    time: closed_at
    joins: {owner: {to: reps, on: rep_id}}
    fields: {closed: "stage in ('Won', 'Lost')", odd: note = 'x'}
  reps: {file: reps.csv, key: rep_id}
metrics:
"""
STAGES = {
    "deals": "deal_id,rep_id,stage,note,closed_at\n"
    + "".join(f"{i},{i % 3},{'won' if i % 3 else 'lost'},n{i},2026-01-{1 + i % 28:02}\n" for i in range(1, 301)),
    "reps": ROWS["reps"],
}


@pytest.mark.parametrize(
    ("condition", "hint"),
    [
        ("stage = 'Won'", "`deals.stage` is nowhere 'Won', but won, lost; did you mean `won`?"),
        ("stage in ('open', 'new')", "`deals.stage` is nowhere 'open' or 'new', but won, lost"),
        ("closed", "`deals.stage` is nowhere 'Won' or 'Lost', but won, lost; did you mean `won`?"),
        (
            "owner.name = 'Bn' and stage = 'won'",
            "`deals.owner.name` is nowhere 'Bn', but Ana, Ben, Cem; did you mean `Ben`?",
        ),
        ("stage = 'won' and stage = 'lost'", "if there should be something, compare the words"),  # both are there
        ("odd", "if there should be something, compare the words"),  # 300 notes are no list of words
    ],
)
def test_words_that_the_data_do_not_have_are_told_with_those_that_they_have(
    tmp_path: Path, condition: str, hint: str
) -> None:
    """Of 300 deals two thirds are won, so `won` stands first."""
    found = look(tmp_path, f"{WORDS}  some: count(deals where {condition})\n", STAGES)
    [problem] = found.of("empty-metric")
    assert problem.hints[0].startswith(hint)


def test_a_sample_is_of_the_table_that_no_other_refers_to_and_is_said(tmp_path: Path) -> None:
    found = look(tmp_path, DEALS + "  won: count(deals)\n  people: count(reps)\n", ROWS, sample=100)
    assert found.codes == []
    assert found.notes[0] == "2 metrics executed on a sample (about 100 of 1,000 rows of deals)"
    assert look(tmp_path, DEALS + "  won: count(deals)\n", ROWS, sample=0).notes[0].endswith("on every row")


def test_a_sample_leaves_the_value_out_that_fails(tmp_path: Path) -> None:
    """One row of a thousand overflows: the whole table shows it, and a sample of one row in 1,000 may not hold it."""
    large = {**ROWS, "deals": ROWS["deals"].replace("\n500,2,500,", "\n500,2,9000000000,")}
    metrics = DEALS + "  squared: sum(deals.seats * deals.seats)\n"
    assert look(tmp_path, metrics, large).codes == ["metric-fails"]
    assert "metric-fails" not in look(tmp_path, metrics, large, sample=1).codes


def test_tables_without_a_key_are_sampled_by_whole_rows(tmp_path: Path) -> None:
    found = look(tmp_path, DEALS.replace("key: deal_id, ", "") + "  won: count(deals)\n", ROWS, sample=10)
    assert found.codes == [] and "about 10 of 1,000 rows of deals" in found.said


def test_nothing_goes_on_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "TOGETHER", 0.0)
    found = look(tmp_path, DEALS + "  won: count(deals)\n  people: count(reps)\n", ROWS)
    assert found.notes[0] == (
        "0 metrics executed on every row; 2 metrics not tried, since no time was left: people, won"
    )


def test_a_statement_that_takes_too_long_is_a_problem_of_its_metric(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check, "STATEMENT", 0.000_001)
    monkeypatch.setattr(wait, "_POLL", 0.001)
    metrics = DEALS + "  middle: median(deals.seats)\n"
    write_project(tmp_path, metrics, {**ROWS, "deals": ROWS["deals"] + MANY})
    with closing(open_project(tmp_path / "metrics.yaml")) as project:
        problems, _ = validate_metrics(project, 0)
    assert [problem.code for problem in problems] == ["metric-fails"]
    assert "the time limit" in problems[0].message


def test_other_connections_execute_metrics_and_say_that_nothing_is_probed(tmp_path: Path) -> None:
    definitions = (
        "version: 1\ncurrency: USD\nconnections: {default: {type: sqlite, path: crm.sqlite}}\ntables:\n"
        "  deals: {source: deals, key: deal_id, fields: {amount: {unit: money}, note: {type: text}}}\n"
        "metrics:\n  revenue: sum(deals.amount)\n  size: revenue * 2\n"
        "  won: count(deals where status = 'Won')\n  high: percentile(deals.amount, 90%)\n"
    )
    with closing(sqlite3.connect(tmp_path / "crm.sqlite")) as connection:
        connection.execute("CREATE TABLE deals (deal_id INTEGER, amount REAL, status TEXT, note TEXT)")
        connection.execute("INSERT INTO deals VALUES (1, 100.5, 'won', NULL)")
        connection.commit()
    found = look(tmp_path, definitions, {})
    assert found.codes == ["never-filled", "metric-fails", "empty-metric"]
    assert "`percentile` cannot be compiled for sqlite" in found.problems[1].message
    assert found.notes == [
        "3 metrics executed on every row; 1 failed", "units and additivity not probed: that needs DuckDB",
    ]  # fmt: skip
