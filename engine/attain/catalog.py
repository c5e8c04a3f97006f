"""The Python API: definitions in, SQL and typed rows out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import Any

from attain.base.problem import Problem, has_errors
from attain.base.span import Source
from attain.check.request import CellRequest, QueryRequest, ScorecardRequest
from attain.model.alert import Finding
from attain.model.cell import Behind, Listed
from attain.model.result import Result
from attain.model.scorecard import Scorecard
from attain.pipeline import Project, compile_query, open_project, read_scorecard, rows_behind, run_query
from attain.run.engine import Settings


class DefinitionError(ValueError):
    """Definitions or a query that have errors. `problems` holds them; the message is what the command line prints."""

    def __init__(self, problems: list[Problem], sources: dict[str, Source]) -> None:
        from attain.report.problems import problems_to_text

        super().__init__(problems_to_text(problems, sources, color=False, width=100))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Rows:
    """What a query gave: `columns` (names, types, units), `rows` as Python values (Decimal where exact), `notes`, and
    the `warnings` of the definitions and the query."""

    result: Result
    warnings: list[Problem]

    @property
    def columns(self) -> list[str]:
        """The names of the columns: the period, the dimensions, the metrics."""
        return [column.name for column in self.result.columns]

    @property
    def rows(self) -> list[tuple[Any, ...]]:
        """The rows, in the order of the query."""
        return self.result.rows

    @property
    def notes(self) -> tuple[str, ...]:
        """What is said of the result: the as-of day, up to when there are data, rows that were left out."""
        return self.result.notes

    def arrow(self) -> Any:
        """A pyarrow.Table with typed columns (needs the extra `arrow`)."""
        from attain.report.parquet import result_to_arrow

        return result_to_arrow(self.result)

    def pandas(self) -> Any:
        """A pandas.DataFrame (needs pandas and the extra `arrow`)."""
        return self.arrow().to_pandas()

    def polars(self) -> Any:
        """A polars.DataFrame (needs the extras `polars` and `arrow`)."""
        import polars

        return polars.from_arrow(self.arrow())


@dataclass(frozen=True, slots=True)
class CellRows:
    """The rows behind a cell: the metric's `value` in it, and the `aggregates` that it is made of, each with its name,
    text, `total`, `columns` and `rows`; `all` is one table of all of them."""

    behind: Behind
    warnings: list[Problem]

    @property
    def value(self) -> Any:
        """The metric's value, as `run` gives it; None where the cell has none."""
        return self.behind.value

    @property
    def aggregates(self) -> tuple[Listed, ...]:
        """What lies behind each aggregate, those inside others after them."""
        return self.behind.listed

    @property
    def all(self) -> Rows:
        """One table of all rows, for Arrow, pandas or polars."""
        from attain.report.behind import behind_to_result

        return Rows(behind_to_result(self.behind), self.warnings)


class Catalog:
    """Definitions that were read and checked, and the connection that runs them."""

    def __init__(self, project: Project) -> None:
        self._project = project

    @property
    def warnings(self) -> list[Problem]:
        """What the check warned of."""
        return self._project.problems

    @property
    def metrics(self) -> list[str]:
        """The names of all metrics."""
        return list(self._project.model.metrics) if self._project.model is not None else []

    @property
    def dimensions(self) -> list[str]:
        """The names of all dimensions."""
        return list(self._project.model.dimensions) if self._project.model is not None else []

    @property
    def targets(self) -> list[str]:
        """The names of all targets."""
        return list(self._project.model.targets) if self._project.model is not None else []

    def compile(self, *metrics: str, dialect: str = "duckdb", **asked: Any) -> str:
        """The SQL of a query. `asked` takes by, grain, where, having, start, end, as_of, order, limit, sparse and
        max_cells, as the command line does. Raises DefinitionError."""
        compiled = compile_query(self._project, request_of(metrics, asked), dialect=dialect)
        if has_errors(compiled.problems):
            raise DefinitionError(compiled.problems, compiled.sources)
        return compiled.sql

    def run(self, *metrics: str, **asked: Any) -> Rows:
        """The rows of a query; `asked` as in `compile`. Raises DefinitionError, and RunProblem (attain.run.engine)
        where the connection or the statement fails."""
        result, problems, sources = run_query(self._project, request_of(metrics, asked))
        if result is None:
            raise DefinitionError(problems, sources)
        return Rows(result, problems)

    def rows(
        self, metric: str, *, where: str = "", grain: str = "", period: str = "", start: date | str = "",
        end: date | str = "", as_of: date | str = "", every: bool = False, limit: int | None = None,
    ) -> CellRows:  # fmt: skip
        """The rows behind one cell of a metric: of the slice that `where` tells, in a period of a grain, or from
        `start` to before `end`. With `every` also the rows that do not count; at most `limit` of each aggregate.
        Raises as `run` does."""
        days = (day.isoformat() if isinstance(day, date) else day for day in (start, end, as_of))
        request = CellRequest(metric, where, grain, period, *days)
        behind, problems, sources = rows_behind(self._project, request, every=every, limit=limit)
        if behind is None:
            raise DefinitionError(problems, sources)
        return CellRows(behind, problems)

    def scorecard(
        self, *metrics: str, every: bool = False, category: str = "", owner: str = "", by: str | tuple[str, ...] = (),
        grain: str = "", period: str = "", as_of: date | str = "", where: str = "",
    ) -> Scorecard:  # fmt: skip
        """Every KPI (or the metrics named, of a category or an owner; with `every` all metrics) with its figures in a
        period: `kpis`, each with its `cards`, the total first. Raises as `run` does."""
        day = as_of.isoformat() if isinstance(as_of, date) else as_of
        keys = tuple(by.split(",")) if isinstance(by, str) else tuple(by)
        categories, owners = ((text,) if text else () for text in (category, owner))
        request = ScorecardRequest(metrics, every, categories, owners, keys, grain, period, day, where)
        card, problems, sources = read_scorecard(self._project, request)
        if card is None:
            raise DefinitionError(problems, sources)
        return card

    def alerts(self, *names: str, as_of: date | str = "") -> list[Finding]:
        """What the alerts of these names (none: all) find, each with whether it `fires` and `why`. Raises as `run`
        does."""
        from attain.alerts import look_at_alerts

        day = as_of.isoformat() if isinstance(as_of, date) else as_of
        found, problems, sources = look_at_alerts(self._project, names, day)
        if problems:
            raise DefinitionError(problems, sources)
        return found

    def close(self) -> None:
        """Ends the connection."""
        self._project.close()

    def __enter__(self) -> Catalog:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def load(
    path: str | PathLike[str] = "metrics.yaml", *, connection: str | None = None, memory_limit: str | None = None,
    threads: int | None = None,
) -> Catalog:  # fmt: skip
    """The definitions of a file or folder, checked. Raises DefinitionError where they have errors, RunProblem where
    the data cannot be looked at."""
    project = open_project(Path(path), connection=connection, settings=Settings(memory_limit, threads))
    if project.model is None:
        raise DefinitionError(project.problems, project.sources)
    return Catalog(project)


def request_of(metrics: tuple[str, ...], asked: dict[str, Any]) -> QueryRequest:
    """A query in Python's words as the command line has it: days may be dates, `by` and `order` texts or lists."""
    found = dict(asked)
    by = found.pop("by", ())
    found["by"] = tuple(by.split(",")) if isinstance(by, str) else tuple(by)
    order = found.pop("order", "")
    found["order"] = order if isinstance(order, str) else ",".join(order)
    for name in ("start", "end", "as_of"):
        if isinstance(found.get(name), date):
            found[name] = found[name].isoformat()
    return QueryRequest(metrics, **found)


__all__ = ["Catalog", "CellRows", "DefinitionError", "Rows", "load"]
