"""What the reference, and what the engine, answer to a case that was made."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from tests.properties.blocks import Case, case_to_page, model_to_yaml, tables_to_csv
from tests.reference import interpret
from tests.support.engine import TODAY, EngineMissing, ask, load_pipeline, write_project
from tests.support.values import Cell, Rows, values_to_rows


def answer_of_reference(case: Case) -> tuple[list[str], Rows]:
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


def answer(case: Case) -> tuple[list[str], Rows]:
    """The header and the rows of the engine (of the interpreter, while there is none)."""
    if not engine_is_there():
        return answer_of_reference(case)
    with TemporaryDirectory() as folder:
        write_project(Path(folder), model_to_yaml(case.model), tables_to_csv(case.model))
        outcome = ask(Path(folder), case.query.text)
    assert not outcome.codes, f"{case_to_page(case)}\n\nthe engine says:\n\n{outcome.text}"
    return outcome.columns, outcome.rows


def values_of(case: Case, metric: str) -> dict[tuple[Cell, ...], Cell]:
    """What a metric is in each cell, by the period and the slice."""
    columns, rows = answer(case)
    keys, place = len(columns) - len(case.query.metrics), columns.index(metric)
    return {tuple(row[:keys]): row[place] for row in rows}
