"""Every query with expected rows: of the case pages, and of the worked sample where it is there."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.support.cases import rows_of_sql
from tests.support.not_yet import in_text
from tests.support.pages import Ask, Block, Case, read_page
from tests.support.values import Rows, table_to_rows, values_to_rows

PAGES = Path(__file__).parents[1] / "cases"
SAMPLE = Path(__file__).resolve().parents[3] / "shared" / "cases_sample.yaml"


@dataclass(frozen=True)
class Asked:
    """A query over definitions and CSV texts, and the rows that any engine must answer; `ordered` says whether their
    order is part of that."""

    name: str
    definitions: str
    tables: dict[str, str]
    files: dict[str, str]
    query: str
    block: Block | None = None
    rows: Rows | None = None
    ordered: bool = True

    def expected(self) -> Rows:
        """The rows: written down, or those of hand-written SQL."""
        if self.rows is not None:
            return self.rows
        assert self.block is not None
        return (
            table_to_rows(self.block.text)[1]
            if self.block.kind == "table"
            else rows_of_sql(self.tables, self.block.text)
        )


def all_asked() -> list[Any]:
    """The parameters of a test: each query by its name, or one that skips for each source that is missing."""
    found = [*of_pages(), *of_sample()]
    missing = (
        [] if SAMPLE.exists() else [pytest.param(None, id="no-sample", marks=pytest.mark.skip(f"no {SAMPLE.name}"))]
    )
    return [*(pytest.param(asked, id=asked.name) for asked in found), *missing]


def of_pages() -> Iterator[Asked]:
    """The queries of tests/cases that are compiled, with rows."""
    for page in sorted(PAGES.glob("*.md")):
        for case in read_page(page):
            yield from of_case(case)


def of_case(case: Case) -> Iterator[Asked]:
    """The queries of one test of a page."""
    for place, ask in enumerate(case.asks):
        if in_text(case.definitions + ask.query):
            continue
        for block in ask.outputs:
            if block.kind in ("table", "check") and ask.query:
                name = f"{case.page.stem}: {case.title}" + (f" ({place + 1})" if len(case.asks) > 1 else "")
                yield Asked(f"{name} [{block.kind}]", *_inputs(case, ask), block, ordered=_is_ordered(ask, block))


def _inputs(case: Case, ask: Ask) -> tuple[str, dict[str, str], dict[str, str], str]:
    return case.definitions, case.tables, case.files, ask.query


def _is_ordered(ask: Ask, block: Block) -> bool:
    return block.kind == "table" or "--order" in ask.query


def of_sample() -> Iterator[Asked]:
    """The worked cases that are compiled, with rows."""
    cases = yaml.safe_load(SAMPLE.read_text())["cases"] if SAMPLE.exists() else []
    for case in cases:
        definitions = case["base"] + "metrics:\n" + textwrap.indent(case["metrics"], "  ") + case.get("more", "")
        by_command_line = "--totals" in case["query"] or "--top" in case["query"]
        if "expect" not in case or by_command_line or in_text(f"{definitions}\n{case['query']}"):
            continue
        rows = values_to_rows(case["expect"])
        yield Asked(
            f"sample: {case['id']}",
            definitions,
            case["tables"],
            {},
            case["query"],
            None,
            rows,
            bool(case.get("ordered")),
        )
