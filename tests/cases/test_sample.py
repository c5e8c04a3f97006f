"""The sample of worked cases, against the engine (the reference interpreter's own tests run it too)."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.support.engine import EngineMissing, Outcome, ask, write_project
from tests.support.not_yet import in_text
from tests.support.values import in_any_order, rows_to_table, same_rows, values_to_rows

SAMPLE = Path(__file__).resolve().parents[3] / "shared" / "cases_sample.yaml"
CASES: list[dict[str, Any]] = yaml.safe_load(SAMPLE.read_text())["cases"] if SAMPLE.exists() else []
#: Options of the command line alone: QueryRequest does not have them.
NOT_ASKED = re.compile(r"--(totals|top)\b")


@pytest.mark.parametrize("case", CASES or [None], ids=lambda case: case["id"] if case else "no-sample")
def test_sample(case: dict[str, Any] | None, tmp_path: Path) -> None:
    """A worked case: its rows, or its problem."""
    if case is None:
        pytest.skip(f"no {SAMPLE}")
    if NOT_ASKED.search(case["query"]):
        pytest.skip("asked of the command line, not of the pipeline")
    definitions = case["base"] + "metrics:\n" + textwrap.indent(case["metrics"], "  ") + case.get("more", "")
    waiting = in_text(f"{definitions}\n{case['query']}")
    write_project(tmp_path, definitions, case["tables"])
    try:
        outcome = ask(tmp_path, case["query"])
    except EngineMissing as missing:
        pytest.skip(str(missing))
    if outcome.not_yet:
        assert waiting, f"not compiled, and tests/support/not_yet.py does not say so: {outcome.not_yet}"
        pytest.xfail(outcome.not_yet)
    if "expect" in case:
        _check_rows(case, outcome)
    else:
        _check_problem(case["expect_problem"], outcome, definitions)
    assert not waiting, f"{waiting} is compiled now: take it off tests/support/not_yet.py"


def _check_rows(case: dict[str, Any], outcome: Outcome) -> None:
    assert not outcome.codes, outcome.text
    expected, rows = values_to_rows(case["expect"]), outcome.rows
    if not case.get("ordered"):
        expected, rows = in_any_order(expected), in_any_order(rows)
    found = f"{rows_to_table(outcome.columns, rows)}\nexpected\n{rows_to_table(outcome.columns, expected)}"
    assert same_rows(expected, rows), f"{case['title']}\n{found}"


def _check_problem(expected: dict[str, Any], outcome: Outcome, definitions: str) -> None:
    assert outcome.status in expected["exit"], outcome.text or outcome.rows
    for words in expected.get("contains", []):
        assert any(word in outcome.text for word in words.split("|")), f"{words} in\n{outcome.text}"
    if start := expected.get("line_of"):
        lines = [number for number, line in enumerate(definitions.split("\n"), 1) if line.strip().startswith(start)]
        assert f"metrics.yaml:{lines[-1]}:" in outcome.text, outcome.text
