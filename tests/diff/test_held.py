"""A held set of edits, decided by hand from what the language says before they were compared."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.diff.test_edits import edited, model_of

from attain.compare.classify import compare_models

HERE = Path(__file__).parent / "held"
BASE = (HERE / "base.yaml").read_text()
EDITS: dict[str, dict[str, Any]] = yaml.safe_load((HERE / "edits.yaml").read_text())
PAIRS: list[list[str]] = yaml.safe_load((HERE / "expressions.yaml").read_text())


@pytest.mark.parametrize(("before", "after", "classes"), PAIRS)
def test_expressions(before: str, after: str, classes: str) -> None:
    """A metric written in two ways."""
    models = [
        model_of(BASE.replace("metrics:\n", f"metrics:\n  x: {{expr: {json.dumps(t)}}}\n")) for t in (before, after)
    ]
    (change,) = [c for c in compare_models(*models).of("metric") if c.name == "x"]
    assert change.cls in classes.split("|"), change.sentence


@pytest.mark.parametrize("name", EDITS)
def test_edits(name: str) -> None:
    """What an edit does to definitions; a metric that inherits a change says why."""
    comparison = compare_models(model_of(BASE), model_of(edited(EDITS[name]["edit"], BASE)))
    found = {c.name if c.kind == "metric" else f"{c.kind} {c.name}": c for c in comparison.changes}
    for what, classes in EDITS[name]["holds"].items():
        assert found[what].cls in classes.split("|"), (what, found[what].sentence)
    silent = [c.name for c in comparison.of("metric") if c.cls == "inherited" and not c.because]
    assert silent == []


def test_additivity_of_a_stock_with_a_target() -> None:
    """What members of a target add up to is a part of what it means, also where the metric has the same values."""
    target = "targets:\n  m: {metric: mrr, by: [plan], grain: month, values: {2026-01: {a: 5, b: 6}}}\n"
    text = edited({"targets:\n": target, "dimensions:\n": "dimensions:\n  plan: {paths: {subs: plan}}\n"}, BASE)
    text = edited({"metrics:\n": "metrics:\n  held: mrr / target(mrr)\n"}, text)
    turned = edited({"sum(subs.mrr as of end)": "sum(subs.mrr as of end) + 0"}, text)
    found = {c.name: c.cls for c in compare_models(model_of(text), model_of(turned)).changed}
    assert found == {"mrr": "interface", "held": "inherited", "m": "inherited"}


def test_a_length_of_time_in_another_unit() -> None:
    """What says another unit changed its meaning; what takes it over inherited it, and names where from."""
    long = {
        "  avg_cycle: avg(opps.cycle where won)": "  avg_cycle: {expr: avg(opps.cycle), unit: days}\n  cyc: avg_cycle"
    }
    text = edited(long, BASE)
    found = {
        c.name: c
        for c in compare_models(
            model_of(text), model_of(text.replace("cycle), unit: days", "cycle), unit: hours"))
        ).changed
    }
    assert {name: change.cls for name, change in found.items()} == {"avg_cycle": "meaning", "cyc": "inherited"}
    assert found["cyc"].because == ("avg_cycle: its unit is hours, was days",)


def test_an_alert_on_another_metric() -> None:
    """The sentence names both metrics."""
    text = edited({"alerts: {}": "alerts: {low: {metric: revenue, when: below 100, grain: month}}"}, BASE)
    turned = edited({"low: {metric: revenue": "low: {metric: spend"}, text)
    (change,) = compare_models(model_of(text), model_of(turned)).changed
    assert (change.cls, change.sentence) == (
        "meaning",
        "`revenue below 100, each month` became `spend below 100, each month`",
    )
