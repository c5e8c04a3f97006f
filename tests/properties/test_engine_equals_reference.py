"""Whatever is defined and asked: the engine's rows are those of the reference interpreter, cell by cell, in order."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import event, given
from tests.properties.answers import answer_of_reference
from tests.properties.blocks import Case, case_to_page, model_to_yaml, tables_to_csv
from tests.properties.queries import cases
from tests.support.engine import EngineMissing, ask, write_project
from tests.support.values import rows_to_table, same_rows


@given(cases())
def test_reference_answers_everything(case: Case) -> None:
    """No case is wrong: what is made here is what language.md allows."""
    columns, rows = answer_of_reference(case)
    cells = [cell for row in rows for cell in row[-len(case.query.metrics) :]]
    event("no rows" if not rows else "only zeros and nothing" if not set(cells) - {None, "0"} else "numbers")
    assert len(columns) == len(case.query.metrics) + len(case.query.by) + ("grain" in dict(case.query.options))


@given(cases())
def test_engine_equals_reference(case: Case) -> None:
    """The same header, the same rows."""
    columns, rows = answer_of_reference(case)
    with TemporaryDirectory() as folder:
        write_project(Path(folder), model_to_yaml(case.model), tables_to_csv(case.model))
        try:
            outcome = ask(Path(folder), case.query.text)
        except EngineMissing as missing:
            pytest.skip(str(missing))
        except Exception as error:
            error.add_note(case_to_page(case, rows_to_table(columns, rows)))
            raise
    if outcome.codes or outcome.columns != columns or not same_rows(outcome.rows, rows):
        found = outcome.text if outcome.codes else rows_to_table(outcome.columns, outcome.rows)
        raise AssertionError(f"{case_to_page(case, rows_to_table(columns, rows))}\n\nthe engine says:\n\n{found}")
