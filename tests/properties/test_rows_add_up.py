"""The rows behind a cell are those that its value is made of: what they bring in makes the value that `run` gives."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import assume, event, given
from tests.properties.answers import SEEDS, many
from tests.properties.blocks import case_to_page, model_to_yaml, tables_to_csv
from tests.properties.draws import Draw
from tests.properties.game import COMPILED
from tests.properties.queries import batch
from tests.support.behind import check_cell
from tests.support.engine import TODAY, inside, write_project


@many()
@given(SEEDS)
def test_rows_behind_a_cell_make_its_value(seed: int) -> None:
    """Of any cell of a result."""
    from attain.pipeline import QueryRequest, open_project, run_query

    case = batch(Draw(seed), COMPILED).cases[0]
    options = dict(case.query.options)
    timed = [name for name in case.query.metrics if case.model.metrics[name].timed] or case.query.metrics
    metric = timed[seed % len(timed)]
    asked = {"by": case.query.by, "grain": options.get("grain", ""), "start": options.get("from", "")}
    asked |= {"end": options.get("to", ""), "as_of": options.get("as-of", ""), "where": options.get("where", "")}
    with TemporaryDirectory() as folder, inside(Path(folder)):
        write_project(Path(folder), model_to_yaml(case.model), tables_to_csv(case.model))
        project = open_project(Path("metrics.yaml"), today=TODAY)
        try:
            result, problems, _ = run_query(project, QueryRequest((metric,), **asked), today=TODAY)
            assert result is not None, [problem.message for problem in problems]
            assume(result.rows)
            row = result.rows[seed % len(result.rows)]
            texts = {name: found.text for name, found in case.model.metrics.items()}
            listed = check_cell(project, texts, asked, metric, row[:-1], row[-1], case_to_page(case))
        finally:
            project.close()
    for one in listed:
        event(one.function)
