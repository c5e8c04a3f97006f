"""The examples of docs/language.md, asked of the engine and of the reference interpreter."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.docs.language import PAGE, fill_language, read_language
from tests.support.cases import check_with_engine, check_with_reference
from tests.support.pages import Case

CASES = read_language()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_engine(case: Case, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """What the page says is what the engine answers. `--update-cases` writes its answers: read the diff."""
    if request.config.getoption("--update-cases") == "engine":
        PAGE.write_text(fill_language())
    assert check_with_engine(case, tmp_path, None) == ""


@pytest.mark.parametrize("case", [case for case in CASES if case.has_rows], ids=lambda case: case.title)
def test_reference(case: Case) -> None:
    """And what an interpreter answers that shares no code with it."""
    from tests.reference import Unsupported

    try:
        check_with_reference(case, None)
    except Unsupported as reason:
        pytest.skip(f"the reference interpreter does not cover it: {reason}")
