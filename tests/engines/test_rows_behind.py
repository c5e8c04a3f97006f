"""The rows behind a cell on every engine: the same as they are anywhere, or the problem that an operation cannot be
said."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from tests.engines.answers import in_postgres, in_sqlite, read_data
from tests.support.behind import check_cell
from tests.support.engine import TODAY, inside, write_project
from tests.support.pages import read_page

PAGES = Path(__file__).parents[1] / "cases"
#: A page, its test, what is asked: one of each kind of aggregate and of what puts rows into cells.
ASKED = [
    ("per", 0),
    ("stocks", 0),
    ("snapshots", 0),
    ("history-joins", 0),
    ("narrowed-and-all", 0),
    ("windows-composed", 0),
    ("metrics-in-row-conditions", 0),
    ("first-and-last", 0),
    ("percentiles", 0),
    ("aggregates", 0),
]


def answer_on(engine: AbstractContextManager[Any], project: Any, texts: dict[str, str], asked: Any, name: str) -> None:
    """Every cell of a query on an engine."""
    from attain.pipeline import QueryRequest, run_query

    with engine as opened:
        project._engine = opened
        metric = asked.metrics[-1]
        options = {
            n: v for n, v in asked.options.items() if n not in ("order", "limit", "having", "sparse", "totals", "top")
        }
        result, problems, _ = run_query(project, QueryRequest((metric,), **options), today=TODAY)
        if result is None:
            assert {problem.code for problem in problems} == {"unsupported-in-dialect"}
            pytest.skip(problems[0].message)
        assert result.rows
        for row in result.rows:
            check_cell(project, texts, options, metric, row[:-1], row[-1], name)


@pytest.mark.parametrize("dialect", ["sqlite", "postgres"])
@pytest.mark.parametrize(("page", "place"), ASKED)
def test_rows_behind(page: str, place: int, dialect: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Of every cell of a query of a page."""
    from tests.support.commands import read_command

    from attain.pipeline import open_project

    case = read_page(PAGES / f"{page}.md")[place]
    asked = read_command(next(ask.query for ask in case.asks if ask.query))
    write_project(tmp_path, case.definitions, case.tables, case.files)
    with inside(tmp_path):
        project = open_project(Path("metrics.yaml"), today=TODAY)
        assert project.model is not None
        texts = {name: metric.text for name, metric in project.model.metrics.items()}
        data = read_data(project)
        project.close()
        engine = in_sqlite(tmp_path, data)
        if dialect == "postgres":
            engine = in_postgres(request.getfixturevalue("cases_dsn"), data)
        answer_on(engine, project, texts, asked, page)
