"""Aggregates of metrics: each once, named after where it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from attain.model import expression as e
from attain.model import types as t
from attain.model.query import Query
from attain.model.semantic import SemanticModel
from attain.pipeline import open_project
from attain.plan.builder import Builder
from attain.plan.leaves import leaves_of, metrics_below
from attain.plan.places import place_outputs

DEFINITIONS = """version: 1
tables:
  deals: {source: deals, key: id, fields: {id: {type: integer}, amount: {type: integer}, won: {type: boolean}}}
metrics:
  revenue: sum(deals.amount)
  win_rate: count(deals where won) / count(deals)
  again: sum(deals.amount) / count(deals)
  total: revenue * again
  top: total * total
  choice: if(revenue > 0, max(deals.amount), min(deals.amount))
"""


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> SemanticModel:
    folder: Path = tmp_path_factory.mktemp("leaves")
    (folder / "metrics.yaml").write_text(DEFINITIONS)
    opened = open_project(folder / "metrics.yaml", offline=True)
    assert opened.model is not None, opened.problems
    return opened.model


def leaves(model: SemanticModel, *metrics: str) -> list[str]:
    """The names of the columns."""
    builder = Builder(model, Query((), ()))
    outputs = place_outputs(builder, [(name, model.metrics[name].expression) for name in metrics])
    return list(leaves_of(builder, outputs).values())


def test_named_after_their_metric(model: SemanticModel) -> None:
    assert leaves(model, "revenue") == ["revenue"]


def test_named_after_their_part(model: SemanticModel) -> None:
    assert leaves(model, "win_rate") == ["win_rate_numerator", "win_rate_denominator"]


def test_the_same_aggregate_is_there_once(model: SemanticModel) -> None:
    """Whatever metrics it stands in."""
    assert leaves(model, "revenue", "again") == ["revenue", "again_denominator"]
    assert len(leaves(model, "win_rate", "again", "revenue")) == 3


def test_below_references(model: SemanticModel) -> None:
    """At any depth, each once."""
    assert len(leaves(model, "total")) == len(leaves(model, "total", "revenue", "again")) == 2


def test_parts_of_a_choice(model: SemanticModel) -> None:
    assert leaves(model, "choice") == ["revenue", "choice_then", "choice_otherwise"]


def test_metrics_below_come_first(model: SemanticModel) -> None:
    """Each after those that it names."""
    builder = Builder(model, Query((), ()))
    outputs = place_outputs(builder, [("top", e.MetricValue("top", t.FLOAT))])
    found = metrics_below(builder.definitions, [x for _, x in outputs])
    assert sorted(found[:2]) == ["again", "revenue"]
    assert found[2:] == ["total", "top"]
