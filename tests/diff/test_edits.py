"""What an edit of definitions means: every edit of edits.yaml is put in its class."""

from __future__ import annotations

import json
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from attain.compare.classify import Comparison, compare_models
from attain.model.semantic import SemanticModel
from attain.project import Project, Texts, check_project
from attain.run.engine import Settings

HERE = Path(__file__).parent
BASE = (HERE / "base.yaml").read_text()
EDITS: dict[str, dict[str, Any]] = yaml.safe_load((HERE / "edits.yaml").read_text())


def checked(text: str) -> Project:
    """Definitions, read and checked without data."""
    texts = Texts({"metrics.yaml": text}.get)
    return check_project(HERE, ["metrics.yaml"], None, True, Settings(), date(2026, 11, 22), texts)


@lru_cache(maxsize=2)
def model_of(text: str) -> SemanticModel:
    """Definitions as a model; the types of all columns are declared, so that no data are needed."""
    project = checked(text)
    assert project.model is not None, [(p.span.line, p.message) for p in project.problems]
    return project.model


def edited(edits: dict[str, str], text: str = BASE) -> str:
    """The definitions with every text replaced, each of which stands there."""
    for old, new in edits.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


def named(comparison: Comparison) -> dict[str, str]:
    """The class of everything that is not unchanged; metrics by their name alone."""
    return {c.name if c.kind == "metric" else f"{c.kind} {c.name}": c.cls for c in comparison.changed}


@pytest.mark.parametrize("name", EDITS)
def test_edit(name: str) -> None:
    """Every definition is in the class that the page says, and the words hold what it says."""
    edit = EDITS[name]
    comparison = compare_models(model_of(BASE), model_of(edited(edit["edit"])))
    assert named(comparison) == edit["expect"]
    told = {change.name: "; ".join([change.sentence, *change.because]) for change in comparison.changed}
    for metric, words in edit.get("says", {}).items():
        assert words in told[metric]
    breaking = [change.name for change in comparison.changed if change.breaking and change.cls != "renamed"]
    assert breaking == edit.get("breaking", [])


def test_the_order_of_a_targets_values() -> None:
    """Periods may stand in any order."""
    one, other = "{2026-01: 100, 2026-02: 120}", "{2026-02: 120, 2026-01: 100.0}"
    texts = [edited({"values: {2026-01: 100}": f"values: {values}"}) for values in (one, other)]
    assert named(compare_models(*map(model_of, texts))) == {}


def test_nothing_changed() -> None:
    """The same definitions are unchanged, each of them."""
    comparison = compare_models(model_of(BASE), model_of(BASE))
    assert len(comparison.changes) == 15 + 1 + 3 + 1 + 1
    assert comparison.changed == []


WIDE = (HERE / "wide.yaml").read_text()
WIDE_EDITS: dict[str, dict[str, Any]] = yaml.safe_load((HERE / "wide_edits.yaml").read_text())


@pytest.mark.parametrize("name", WIDE_EDITS)
def test_wide_edit(name: str) -> None:
    """What the page says of some definitions holds, and just those are breaking among them."""
    edit = WIDE_EDITS[name]
    comparison = compare_models(model_of(WIDE), model_of(edited(edit["edit"], WIDE)))
    found = {c.name if c.kind == "metric" else f"{c.kind} {c.name}": c for c in comparison.changes}
    classes = {name: found[name].cls if name in found else None for name in edit["holds"]}
    assert classes == edit["holds"]
    told = {change.name: "; ".join([change.sentence, *change.because]) for change in comparison.changed}
    for metric, words in edit.get("says", {}).items():
        assert words in told[metric]
    named = [found[name] for name in edit["holds"] if name in found]
    breaking = [change.name for change in named if change.breaking and change.cls not in ("renamed", "removed")]
    assert breaking == edit.get("breaks", [])


@pytest.mark.parametrize("name", WIDE_EDITS)
def test_hashes_of_what_changed_differ(name: str) -> None:
    """An agreement is about both hashes: whatever is not unchanged has another one on each side."""
    text = edited(WIDE_EDITS[name]["edit"], WIDE)
    for change in compare_models(model_of(WIDE), model_of(text)).changed:
        if change.cls not in ("added", "removed", "renamed"):
            assert change.base and change.head and change.base != change.head, (change.kind, change.name)


def test_whom_a_change_concerns() -> None:
    """What is built on a definition at any depth is named, and whose it is: targets, alerts, metrics of metrics."""
    text = edited({'expr: "sum(deals.amount where won)", unit: money': "expr: sum(deals.amount), unit: money"}, WIDE)
    found = {c.name: c for c in compare_models(model_of(WIDE), model_of(text)).of("metric")}
    assert {"att", "share", "emea", "target plan", "alert low", "goal_of"} <= set(found["revenue"].affects)
    assert found["revenue"].owners == ("cro@acme.example", "sales@acme.example", "vp@acme.example")


#: The tables of wide.yaml, and a few metrics that expressions name.
NAMED = (
    WIDE[: WIDE.index("metrics:\n")]
    + """\
targets: {plan: {metric: revenue, grain: month, by: [region], values: {2026-01: {EMEA: 5, AMER: 7}}}}
metrics:
  revenue: {expr: "sum(deals.amount where won)", unit: money}
  decided: count(deals where status in ('won', 'lost'))
  n: count(deals)
  lost: count(deals where status = 'lost')
  rep_rev: count(deals where won)
"""
)
PAIRS: list[list[str]] = yaml.safe_load((HERE / "expressions.yaml").read_text())


@pytest.mark.parametrize(("before", "after", "cls"), PAIRS)
def test_expressions(before: str, after: str, cls: str) -> None:
    """A metric written in two ways."""
    models = [model_of(NAMED + "  x: {expr: " + json.dumps(text) + "}\n") for text in (before, after)]
    (change,) = [c for c in compare_models(*models).of("metric") if c.name == "x"]
    assert change.cls == cls
