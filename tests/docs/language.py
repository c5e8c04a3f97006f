"""docs/language.md as tests: every heading with results is one, over the data that stand at the top of the page."""

from __future__ import annotations

import re
from pathlib import Path

from tests.support.cases import check_with_engine, check_with_reference
from tests.support.pages import Case, read_page, replace_blocks

PAGE = Path(__file__).parents[2] / "docs" / "language.md"
_FENCED = re.compile(r"^```[^\n]*\n.*?^```$", re.MULTILINE | re.DOTALL)
_OUTPUTS = ("```table", "```problems")


def as_page(text: str) -> str:
    """The text as a page of tests, line by line at its place: headings of level 3 are tests, too, headings without a
    result are none, and blocks for the eye are left out."""
    text = _FENCED.sub(lambda block: block[0] if is_part(block[0]) else "\n" * block[0].count("\n"), text)
    lines = text.split("\n")
    heads = [i for i, line in enumerate(lines) if line.startswith("## ") or line.startswith("### ")]
    for start, end in zip(heads, [*heads[1:], len(lines)], strict=True):
        title = lines[start].lstrip("# ")
        has_result = any(line in _OUTPUTS for line in lines[start:end])
        lines[start] = f"## {title}" if has_result else ""
    return "\n".join(lines)


def is_part(block: str) -> bool:
    """Whether a block belongs to a test."""
    return re.match(r"```(yaml metrics|csv \w+|query|table|problems)\n", block) is not None


def read_language() -> list[Case]:
    """The tests of the page."""
    return read_page(PAGE, as_page(PAGE.read_text()))


def fill_language() -> str:
    """The page with what the engine answers."""
    from tempfile import TemporaryDirectory

    updates: dict[int, str] = {}
    for case in read_language():
        with TemporaryDirectory() as folder:
            check_with_engine(case, Path(folder), updates)
    return replace_blocks(PAGE.read_text(), updates)


__all__ = ["PAGE", "check_with_engine", "check_with_reference", "fill_language", "read_language"]
