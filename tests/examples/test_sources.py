"""One catalogue over three sources: the exports of Salesforce and HubSpot give the figures of their CRM."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from tests.examples.test_catalogue import names
from tests.examples.test_crm_data import make

from attain import pipeline

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
LAST_DAY = date(2026, 6, 30)
# What a product does not keep: Salesforce the hour of a conversion, HubSpot the earlier visits to a stage.
STAGES = {"stage_conversion", "funnel_leakage", "stage_duration", "deals_by_stage"}
OTHERWISE = {"salesforce": {"time_to_conversion"}, "hubspot": STAGES}

pytestmark = pytest.mark.xdist_group("sources")


def script(name: str) -> ModuleType:
    """A script of examples/ as a module."""
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with its data bases: the exports as they are loaded, and the CRM that they came from."""
    folder = tmp_path_factory.mktemp("sources") / "examples"
    shutil.copytree(EXAMPLES, folder)
    for product in ("salesforce", "hubspot"):
        script("load").load(folder / product)
    size = script("make_exports")
    make(folder / "crm", "--accounts", str(size.ACCOUNTS), "--months", str(size.MONTHS), "--seed", str(size.SEED))
    for name in ("metrics.yaml", "attain.lock"):
        shutil.copy(ROOT / name, folder.parent / name)
    return folder


def opened(path: Path) -> Iterator[Any]:
    """A project, closed afterwards."""
    project = pipeline.open_project(path, today=LAST_DAY)
    yield project
    project.close()


@pytest.fixture(scope="module")
def crm(examples: Path) -> Iterator[Any]:
    """The catalogue over the CRM."""
    yield from opened(examples.parent / "metrics.yaml")


@pytest.fixture(scope="module", params=["salesforce", "hubspot"])
def source(examples: Path, request: pytest.FixtureRequest) -> Iterator[Any]:
    """The catalogue over a product's export."""
    yield from opened(examples / f"{request.param}.yaml")


def figures(project: Any, name: str) -> dict[tuple[object, ...], str | None]:
    """A metric by quarter of a year, and by the region of the rep or the account where it may be."""
    by = [d for d in ("region", "account_region", "channel") if d in project.model.metrics[name].by][:1]
    request = pipeline.QueryRequest(
        metrics=(name,), by=tuple(by), grain="quarter", start="2025-07-01", end="2026-07-01"
    )
    result, problems, _ = pipeline.run_query(project, request, today=LAST_DAY)
    assert result is not None, [problem.message for problem in problems]
    return {tuple(row[:-1]): None if row[-1] is None else f"{float(row[-1]):.9g}" for row in result.rows}


@pytest.mark.parametrize("name", names())
def test_the_figures_are_those_of_the_crm(crm: Any, source: Any, name: str) -> None:
    """Cell by cell; what a product does not keep is another figure, and not an empty one."""
    expected, found = figures(crm, name), figures(source, name)
    if name in OTHERWISE[source.model.name]:
        assert found != expected and any(value is not None for value in found.values())
    else:
        assert found == expected


def test_only_sources_differ() -> None:
    """Joins, fields, keys and times of the three files of tables are the same."""
    said = [read_tables(EXAMPLES / name / "tables.yaml") for name in ("crm", "salesforce", "hubspot")]
    assert said[0] == said[1] == said[2]


def read_tables(path: Path) -> dict[str, Any]:
    """The tables of a file without their sources."""
    tables = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)["tables"]
    return {name: {k: v for k, v in table.items() if k not in ("source", "sql")} for name, table in tables.items()}


def test_the_exports_are_as_they_would_be_made(tmp_path: Path) -> None:
    """The committed files, byte by byte."""
    subprocess.run([sys.executable, EXAMPLES / "make_exports.py", "--to", tmp_path], check=True)
    made = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*.csv"))
    there = sorted(
        p.relative_to(EXAMPLES) for name in ("salesforce", "hubspot") for p in (EXAMPLES / name).rglob("*.csv")
    )
    assert made == there
    assert [path for path in made if (tmp_path / path).read_bytes() != (EXAMPLES / path).read_bytes()] == []
