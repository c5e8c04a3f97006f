"""The problem pages show what the command line says, to the letter."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.docs.shell import run_attain
from tests.support.engine import write_project
from tests.support.pages import Ask, Case, read_page

PAGES = sorted((Path(__file__).parents[1] / "problems").glob("*.md"))
CASES = [case for page in PAGES for case in read_page(page)]


def command_of(ask: Ask) -> str:
    """The command line of a test: what it says itself, `run` with its query, else `validate`."""
    return ask.command or (f"attain run {ask.query}" if ask.query else "attain validate")


def said(folder: Path, ask: Ask) -> str:
    """What stands on both streams; of definitions alone only the problems, not the line that sums up."""
    done = run_attain(folder, command_of(ask))
    return done.out if done.out and not ask.command else done.out + done.err


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.page.stem}: {case.title}")
def test_page_shows_what_the_command_line_says(case: Case, tmp_path: Path) -> None:
    """The message, its place and its hints."""
    write_project(tmp_path, case.definitions, case.tables, case.files)
    for ask in case.asks:
        for block in ask.outputs:
            assert said(tmp_path, ask).rstrip("\n") == block.text.rstrip("\n"), f"{case.page}:{block.line}"
