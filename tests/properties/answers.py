"""What the reference, and what the engine, answer to the cases that are made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import Phase, settings
from hypothesis import strategies as st
from tests.properties.blocks import Case, Model, Query, case_to_page, model_to_yaml, tables_to_csv
from tests.properties.queries import QUERIES
from tests.reference import interpret
from tests.support.commands import read_command
from tests.support.engine import TODAY, EngineMissing, Outcome, ask, inside, load_pipeline, write_project
from tests.support.values import Cell, Rows, same_rows, value_to_cell, values_to_rows

Answer = tuple[list[str], Rows]
SEEDS = st.integers(0, 2**32 - 1)


def many(share: float = 1.0) -> settings:
    """As many models as there shall be examples, each with ten queries; of `torture`, as many queries as examples.

    A seed that fails is not made smaller by Hypothesis: what was made of it is, by `draws.reduce`.
    """
    most = settings.default.max_examples if settings.default else 50
    models = max(1, round(min(most, max(50, most // QUERIES)) * share))
    return settings(max_examples=models, phases=(Phase.explicit, Phase.reuse, Phase.generate))


def answer_of_reference(case: Case) -> Answer:
    """The header and the rows of the interpreter."""
    answer = interpret(model_to_yaml(case.model), tables_to_csv(case.model), case.query.text, today=TODAY)
    return list(answer.columns), values_to_rows([[_on_the_wall(value) for value in row] for row in answer.rows])


def _on_the_wall(value: object) -> object:
    """A timestamp of a table with a zone of its own leaves as it stands in the table."""
    return value.replace(tzinfo=None) if isinstance(value, datetime) and isinstance(value.tzinfo, ZoneInfo) else value


@cache
def engine_is_there() -> bool:
    """Whether there is an engine to be asked."""
    try:
        load_pipeline()
    except EngineMissing:
        return False
    return True


@contextmanager
def engine_over(model: Model) -> Iterator[Callable[[Query], Outcome]]:
    """The engine over a model and its data, opened once, to be asked queries."""
    pipeline = load_pipeline()
    with TemporaryDirectory() as name:
        folder = Path(name)
        write_project(folder, model_to_yaml(model), tables_to_csv(model))
        with inside(folder):
            project = pipeline.open_project(Path("metrics.yaml"), today=TODAY)
        try:
            yield lambda query: _outcome(pipeline, project, folder, query)
        finally:
            project.close()


def _outcome(pipeline: Any, project: Any, folder: Path, query: Query) -> Outcome:
    """The rows; where there are none, the problems as they are said of the query by itself."""
    from attain.run.engine import RunProblem

    command = read_command(query.text)
    result = None
    if project.model is not None and not command.rest:
        with inside(folder), suppress(RunProblem):
            request = pipeline.QueryRequest(metrics=command.metrics, **command.options)
            result, *_ = pipeline.run_query(project, request, today=TODAY)
    if result is None:
        return ask(folder, query.text)
    rows = [[value_to_cell(value) for value in row] for row in result.rows]
    return Outcome([column.name for column in result.columns], rows)


def answer(case: Case) -> Answer:
    """The header and the rows of the engine (of the interpreter, while there is none)."""
    if not engine_is_there():
        return answer_of_reference(case)
    with engine_over(case.model) as asked:
        outcome = asked(case.query)
    assert not outcome.codes, f"{case_to_page(case)}\n\nthe engine says:\n\n{outcome.text}"
    return outcome.columns, outcome.rows


def values_of(case: Case, metric: str) -> dict[tuple[Cell, ...], Cell]:
    """What a metric is in each cell, by the period and the slice."""
    columns, rows = answer(case)
    keys, place = len(columns) - len(case.query.metrics), columns.index(metric)
    return {tuple(row[:keys]): row[place] for row in rows}


def same_answers(left: Answer, right: Answer) -> bool:
    """The same header, the same rows in the same order."""
    return left[0] == right[0] and same_rows(left[1], right[1])
