"""A pipeline that compiles nothing: it answers what a test tells it to, and remembers what it was asked."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

from attain.base.problem import Problem
from attain.base.span import Source, Span
from attain.model import types, units
from attain.model.explanation import Explanation, Part
from attain.model.result import Result, ResultColumn
from attain.model.semantic import Metric, SemanticModel
from attain.model.silence import Ignored, Silence

from ..report.sample import sample_model

TEXT = "metrics:\n  revenue: sum(deals.ammount)\n"
PROBLEM = Problem("unknown-field", "no field `ammount`", Span("metrics.yaml", 2, 22, 29), "did you mean `amount`?")
COLUMNS = (
    ResultColumn("month", types.DATE, units.TIME, "period"),
    ResultColumn("region", types.TEXT, units.TEXT, "dimension"),
    ResultColumn("revenue", types.MONEY, units.MONEY, "metric"),
)
ROWS: list[Any] = [
    (date(2026, 1, 1), "EMEA", Decimal("1234.5000")),
    (date(2026, 2, 1), "\x1b[31mred", Decimal("7")),
]
RESULT = Result(COLUMNS, ROWS, ("the as-of day is 2026-02-10",), (1,))


@dataclass(frozen=True)
class QueryRequest:
    """As the real one."""

    metrics: tuple[str, ...]
    by: tuple[str, ...] = ()
    grain: str = ""
    where: str = ""
    having: str = ""
    start: str = ""
    end: str = ""
    as_of: str = ""
    order: str = ""
    limit: int | None = None
    sparse: bool = False
    max_cells: int | None = None
    totals: bool = False
    top: int | None = None


@dataclass(frozen=True)
class Project:
    """As the real one."""

    root: Path
    sources: dict[str, Source]
    model: SemanticModel | None
    problems: list[Problem]
    basis: str = "data"
    closed: list[bool] = field(default_factory=list)
    silence: Silence = field(default_factory=Silence)
    ignored: list[Ignored] = field(default_factory=list)
    lint: dict[str, str] = field(default_factory=dict)

    def close(self) -> None:
        self.closed.append(True)


@dataclass(frozen=True)
class Compiled:
    """As the real one."""

    sql: str
    plan: str
    columns: tuple[ResultColumn, ...]
    problems: list[Problem]
    sources: dict[str, Source]
    notes: tuple[str, ...] = ()


@dataclass
class Pipeline:
    """What to answer, and `asked`: the calls so far."""

    problems: list[Problem] = field(default_factory=list)
    at_hand: bool = False
    data_problems: list[Problem] = field(default_factory=list)
    query_problems: list[Problem] = field(default_factory=list)
    query_sources: dict[str, Source] = field(default_factory=dict)
    result: Result | None = RESULT
    fail: Callable[[], BaseException] | None = None
    lock: str = "version: 1\n"
    asked: list[tuple[str, Any]] = field(default_factory=list)
    project: Project | None = None
    ignored: list[Ignored] = field(default_factory=list)

    def open_project(self, path: Path, **options: Any) -> Project:
        self.asked.append(("open_project", {"path": path, **options}))
        root = path if path.is_dir() else path.parent
        sources = {"metrics.yaml": Source("metrics.yaml", TEXT)}
        self.project = Project(root, sources, sample_model(), self.problems, ignored=self.ignored)
        return self.project

    def validate_levels(self, project: Project) -> list[Problem]:
        return []

    def compile_query(self, project: Project, request: QueryRequest, *, dialect: str = "duckdb") -> Compiled:
        self.asked.append(("compile_query", request))
        return Compiled(f"SELECT '{dialect}\x1b'\n", "the plan\n", COLUMNS, self.query_problems, self.query_sources)

    def run_query(
        self, project: Project, request: QueryRequest, **options: Any
    ) -> tuple[Result | None, list[Problem], dict[str, Source]]:
        self.asked.append(("run_query", request))
        self.asked.append(("options", options))
        if self.fail is not None:
            raise self.fail()
        return self.result, self.query_problems, self.query_sources

    def data_at_hand(self, project: Project) -> bool:
        return self.at_hand

    def validate_data(self, project: Project) -> list[Problem]:
        self.asked.append(("validate_data", None))
        if self.fail is not None:
            raise self.fail()
        return self.data_problems

    def validate_metrics(self, project: Project, sample: int | None = None) -> tuple[list[Problem], list[str]]:
        self.asked.append(("validate_metrics", sample))
        return [], ["every metric was tried"]

    def write_lock(self, project: Project) -> tuple[str, list[Problem]]:
        return self.lock, []

    def explain_metric(self, model: SemanticModel, metric: Metric) -> Explanation:
        part = Part(0, "", metric.text, str(metric.unit), "made up", metric.additivity, "made up")
        return Explanation((part,), str(metric.unit), metric.additivity, "made up")

    def dialect_list(self) -> list[tuple[str, str]]:
        return [("duckdb", "run in the tests"), ("snowflake", "parsed in the tests")]

    @property
    def request(self) -> QueryRequest:
        """The last query."""
        found = [what for name, what in self.asked if name in ("run_query", "compile_query")]
        return found[-1]  # type: ignore[no-any-return]

    def module(self) -> ModuleType:
        """A module to stand where `attain.pipeline` is imported from."""
        made = ModuleType("attain.pipeline")
        for name in (
            "open_project",
            "compile_query",
            "run_query",
            "data_at_hand",
            "validate_data",
            "validate_metrics",
            "validate_levels",
            "write_lock",
            "dialect_list",
            "explain_metric",
        ):
            setattr(made, name, getattr(self, name))
        made.QueryRequest = QueryRequest  # type: ignore[attr-defined]
        return made


def install(rows: int = 2) -> Pipeline:
    """Puts a fake pipeline in place for good: for processes that a test starts."""
    pipeline = Pipeline(result=Result(COLUMNS, (ROWS * (rows // 2 + 1))[:rows]))
    sys.modules["attain.pipeline"] = pipeline.module()
    return pipeline
