"""The pages of the language and the recipes as tests: every heading with results is one, over the data that stand at
the top of its page.

Beside the blocks of a case page: ```` ```sql same ```` is SQL by hand that gives the rows of the query above it, and
```` ```sql other ````, followed by ```` ```rows ````, is SQL that gives other rows, and which. A test whose definitions
begin with `version:` stands for itself: the definitions at the top of its page are no part of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.support.cases import check_table, check_with_engine, check_with_reference
from tests.support.pages import Block, Case, read_page, replace_blocks
from tests.support.values import in_any_order, values_to_rows

DOCS = Path(__file__).parents[2] / "docs"
PAGES = [DOCS / "language.md", *sorted((DOCS / "language").glob("*.md")), *sorted((DOCS / "recipes").glob("*.md"))]
_FENCED = re.compile(r"^```(?P<info>[^\n]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_PART = re.compile(r"yaml metrics|csv \w+|query|table|problems|sql same")
_OUTPUTS = ("```table", "```problems")


@dataclass(frozen=True)
class OtherSql:
    """SQL of a page that does not say what the query says, and the rows that it gives."""

    case: Case
    sql: str
    line: int
    rows: Block


def as_page(text: str) -> str:
    """The text as a page of tests, line by line at its place: headings of level 3 are tests, too, headings without a
    result are none, and blocks for the eye are left out."""
    lines = _FENCED.sub(as_part, text).split("\n")
    heads = [i for i, line in enumerate(lines) if line.startswith("## ") or line.startswith("### ")]
    for start, end in zip(heads, [*heads, len(lines)][1:], strict=True):
        title = lines[start].lstrip("# ")
        has_result = any(line in _OUTPUTS for line in lines[start:end])
        lines[start] = f"## {title}" if has_result else ""
    return "\n".join(lines)


def as_part(block: re.Match[str]) -> str:
    """A block as the case pages have it, or empty lines in its place."""
    info = block["info"]
    if info == "sql same":
        return block[0].replace("```sql same", "```check", 1)
    return block[0] if _PART.fullmatch(info) else "\n" * block[0].count("\n")


def read_pages() -> list[Case]:
    """The tests of all pages that have any."""
    return [case for page in PAGES for case in read_cases(page)]


def read_cases(page: Path) -> list[Case]:
    """The tests of a page."""
    text = as_page(page.read_text())
    return [alone(case) for case in read_page(page, text)] if re.search("^## ", text, re.MULTILINE) else []


def alone(case: Case) -> Case:
    """The test with its own definitions alone, if they are complete: those of the page are left out."""
    starts = [found.start() for found in re.finditer("^version:", case.definitions, re.MULTILINE)]
    return replace(case, definitions=case.definitions[starts[-1] :]) if starts else case


def read_other_sql() -> list[OtherSql]:
    """The SQL of all pages that gives other rows."""
    return [found for page in PAGES for found in other_sql_of(page)]


def other_sql_of(page: Path) -> Iterator[OtherSql]:
    """Each `sql other` of a page with the `rows` that follow it."""
    text, cases = page.read_text(), read_cases(page)
    blocks = list(_FENCED.finditer(text))
    for place, block in enumerate(blocks):
        after = blocks[place + 1] if place + 1 < len(blocks) else None
        if block["info"] != "sql other":
            continue
        line = text.count("\n", 0, block.start()) + 1
        assert after is not None and after["info"] == "rows", f"{page.name}:{line}: no `rows` follow"
        rows = Block("rows", "", after["body"].rstrip("\n"), text.count("\n", 0, after.start()) + 1)
        case = [case for case in cases if case.line <= line][-1]
        yield OtherSql(case, block["body"], line, rows)


def check_other_sql(other: OtherSql, updates: dict[int, str] | None) -> None:
    """The rows of the SQL over the tables of its test, against those of the page; in its own order if it has one."""
    columns, rows = answer_sql(other.case.tables, other.sql)
    check_table(other.rows, columns, rows if "order by" in other.sql.lower() else in_any_order(rows), updates)


def answer_sql(tables: dict[str, str], sql: str) -> tuple[list[str], list[list[object]]]:
    """What DuckDB answers to SQL over CSV texts, with the names of the columns."""
    import duckdb

    with TemporaryDirectory() as name, duckdb.connect() as connection:
        for table, text in tables.items():
            file = Path(name) / f"{table}.csv"
            file.write_text(text.rstrip("\n") + "\n")
            connection.execute(f"create view \"{table}\" as select * from read_csv('{file}', header = true)")
        cursor = connection.execute(sql)
        columns = [column[0] for column in cursor.description or []]
        return columns, values_to_rows(cursor.fetchall())


def fill_page(page: Path) -> str:
    """The page with what the engine answers, and what the other SQL does."""
    updates: dict[int, str] = {}
    for case in read_cases(page):
        with TemporaryDirectory() as folder:
            check_with_engine(case, Path(folder), updates)
    for other in other_sql_of(page):
        check_other_sql(other, updates)
    return replace_blocks(page.read_text(), updates)


__all__ = [
    "PAGES",
    "check_other_sql",
    "check_with_engine",
    "check_with_reference",
    "fill_page",
    "read_cases",
    "read_other_sql",
    "read_pages",
]
