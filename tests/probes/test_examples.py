"""No false alarm: the examples and the whole catalogue are probed, and nothing is found."""

from __future__ import annotations

import importlib.util
import re
import shutil
from contextlib import closing
from pathlib import Path
from types import ModuleType

import pytest
from tests.catalog.conftest import load_maker

from attain.pipeline import Project, open_project, validate_metrics
from attain.probes.doubling import ANY, Doubling, Unpredicted
from attain.probes.keys import find_keys

ROOT = Path(__file__).parents[2]
PROBED = re.compile(r"(units|additivity) of ([\d,]+) metrics probed")


@pytest.fixture(scope="session")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped definitions, and data for them: a year and a half of a few accounts."""
    folder = tmp_path_factory.mktemp("probed")
    shutil.copy(ROOT / "metrics.yaml", folder)
    shutil.copytree(ROOT / "examples/crm", folder / "examples/crm", ignore=shutil.ignore_patterns("*.duckdb*"))
    load_maker().make_data(80, 18, 3, "duckdb", folder / "examples/crm")
    return folder / "metrics.yaml"


def load_example() -> ModuleType:
    """The program that loads the examples' files."""
    spec = importlib.util.spec_from_file_location("load_example", ROOT / "examples/load.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def probed(project: Project) -> dict[str, int]:
    """How many metrics were probed in what, once nothing was found but figures that are empty."""
    problems, notes = validate_metrics(project)
    assert [problem for problem in problems if problem.code != "empty-metric"] == []
    return {about: int(number.replace(",", "")) for about, number in PROBED.findall("\n".join(notes))}


@pytest.mark.parametrize(
    ("name", "units", "additivity"), [("first", 15, 14), ("flat", 10, 10), ("subscriptions", 21, 21)]
)
def test_an_example_raises_no_alarm(name: str, units: int, additivity: int) -> None:
    with closing(open_project(ROOT / "examples" / name / "metrics.yaml")) as project:
        assert probed(project) == {"units": units, "additivity": additivity}


@pytest.mark.parametrize("product", ["salesforce", "hubspot"])
def test_tables_that_are_queries_raise_no_alarm(product: str, tmp_path: Path) -> None:
    """Each of these tables is a query of one other table, which is doubled below it, too."""
    for name in (product, "crm/catalog"):
        shutil.copytree(ROOT / "examples" / name, tmp_path / name, ignore=shutil.ignore_patterns("*.duckdb*"))
    shutil.copy(ROOT / "examples" / f"{product}.yaml", tmp_path)
    load_example().load(tmp_path / product)
    with closing(open_project(tmp_path / f"{product}.yaml")) as project:
        assert min(probed(project).values()) >= 120


def test_the_catalogue_raises_no_alarm(catalogue: Path) -> None:
    with closing(open_project(catalogue)) as project:
        found = probed(project)
        assert project.model is not None
        assert found["units"] >= len(project.model.metrics) - 3, "all but three that look at targets"
        assert found["additivity"] >= 100


def test_what_is_said_to_be_additive_is_predicted_to_double(catalogue: Path) -> None:
    """Two ways to the same: what `show` says of a metric, and what the probe goes by."""
    with closing(open_project(catalogue)) as project:
        model = project.model
        assert model is not None
        doubling = Doubling(model, find_keys(model, project.requests))
        checked = 0
        for name, metric in model.metrics.items():
            try:
                degree = doubling.metric(name)
            except Unpredicted:
                continue
            if metric.additivity != "not additive":
                checked += 1
                assert degree in (1, ANY), name
        assert checked > 40
