"""The examples of docs/language and docs/recipes, asked of the engine and of the reference interpreter."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.docs.language import (
    PAGES,
    OtherSql,
    check_other_sql,
    check_with_engine,
    check_with_reference,
    fill_page,
    read_other_sql,
    read_pages,
)
from tests.support.cases import Mismatch
from tests.support.pages import Case

CASES = read_pages()
UPDATED = pytest.StashKey[bool]()


def name_of(case: Case) -> str:
    """A test's page and heading."""
    return f"{case.page.stem}: {case.title}"


@pytest.fixture(autouse=True)
def updated(request: pytest.FixtureRequest) -> None:
    """`--update-cases` writes what the engine answers into the pages, and tests nothing: read the diff."""
    if request.config.getoption("--update-cases") == "engine":
        if not request.config.stash.get(UPDATED, False):
            for page in PAGES:
                page.write_text(fill_page(page))
            request.config.stash[UPDATED] = True
        pytest.skip("the pages are written anew")


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_engine(case: Case, tmp_path: Path) -> None:
    """What the page says is what the engine answers."""
    assert check_with_engine(case, tmp_path, None) == ""


@pytest.mark.parametrize("case", [case for case in CASES if case.has_rows], ids=name_of)
def test_reference(case: Case) -> None:
    """And what an interpreter answers that shares no code with it."""
    from tests.reference import Unsupported

    try:
        check_with_reference(case, None)
    except Unsupported as reason:
        pytest.skip(f"the reference interpreter does not cover it: {reason}")


@pytest.mark.parametrize("other", read_other_sql(), ids=lambda other: f"{other.case.page.stem}: {other.line}")
def test_other_sql(other: OtherSql) -> None:
    """SQL that is shown because it gives other rows gives those."""
    check_other_sql(other, None)


def test_wrong_rows_of_sql_are_told() -> None:
    """The comparison can fail."""
    other = next(iter(read_other_sql()))
    with pytest.raises(Mismatch):
        check_other_sql(OtherSql(other.case, "select 1 as nothing", other.line, other.rows), None)
