"""The rows behind cells of every query of the pages: they make the values that the pages have."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from tests.support.behind import check_cell
from tests.support.commands import read_command
from tests.support.engine import TODAY, inside, write_project
from tests.support.pages import Ask, Case, read_page

PAGES = sorted(Path(__file__).parent.glob("*.md"))
#: Pages on what puts rows into cells.
WHOLE = (
    "at-joins", "calendar-table-windows", "conditions", "history", "metrics-in-row-conditions.", "narrowed", "no-time",
    "per", "snapshots", "stocks", "windows-composed",
)  # fmt: skip
ASIDE = ("order", "limit", "having", "sparse", "totals", "top")


def queries() -> Iterator[Any]:
    """The last query with rows of every test of some pages, of the first test of the others."""
    for page in PAGES:
        tests = read_page(page)
        for case in tests if page.name.startswith(WHOLE) else tests[:1]:
            found = [asked for asked in case.asks if asked.query and has_rows(asked)]
            if found:
                yield pytest.param(case, found[-1].query, id=f"{page.stem}: {case.title}")


def has_rows(asked: Ask) -> bool:
    """Whether rows are expected."""
    return any(block.kind in ("table", "check") for block in asked.outputs)


@pytest.mark.parametrize(("case", "query"), list(queries()))
def test_rows_behind_cells_of_the_pages(case: Case, query: str, tmp_path: Path) -> None:
    """One cell of one metric: the last metric, and the row in the middle."""
    from attain.pipeline import QueryRequest, open_project, run_query

    command = read_command(query)
    asked = {name: value for name, value in command.options.items() if name not in ASIDE}
    write_project(tmp_path, case.definitions, case.tables, case.files)
    with inside(tmp_path):
        project = open_project(Path("metrics.yaml"), today=TODAY)
        try:
            if project.model is None or command.rest:
                pytest.skip("not asked of the pipeline")
            texts = {name: metric.text for name, metric in project.model.metrics.items()}
            metric = command.metrics[-1]
            result, problems, _ = run_query(project, QueryRequest((metric,), **asked), today=TODAY)
            if result is None:
                pytest.skip(problems[0].message)
            for row in result.rows[len(result.rows) // 2 :][:1]:
                if any(isinstance(member, datetime) for member in row[bool(asked.get("grain")) : -1]):
                    pytest.skip("conditions name days, not points in time: such a slice cannot be asked for")
                check_cell(project, texts, asked, metric, row[:-1], row[-1], f"{case.page.name}: {query}")
        finally:
            project.close()
