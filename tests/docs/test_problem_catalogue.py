"""Every problem code has a page in tests/problems, and every page a code. The pages themselves are collected by
tests/conftest.py, and shipped: `attain validate --explain` shows them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.docs.unpaged import UNPAGED
from tests.support.pages import read_page

from attain.base.codes import CODES

PAGES = {page.stem: page for page in sorted((Path(__file__).parents[1] / "problems").glob("*.md"))}
_CODE = re.compile(r"^(?:.*: )?(?:error|warning)\[([a-z0-9-]+)\]:", re.MULTILINE)


def test_every_code_has_a_page() -> None:
    """No code without a page, no page without a code."""
    missing = sorted(set(CODES) - set(PAGES) - set(UNPAGED))  # a few need a file of megabytes, or a missing package
    unknown = sorted(set(PAGES) - set(CODES))
    assert not missing, f"codes without a page in tests/problems: {', '.join(missing)}"
    assert not unknown, f"pages of codes that are not in the catalogue: {', '.join(unknown)}"


def test_every_code_has_a_title_and_an_explanation() -> None:
    """Both are sentences for people."""
    for code, entry in CODES.items():
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code), code
        assert entry.title.strip() and entry.explanation.strip(), code


@pytest.mark.parametrize("code", sorted(PAGES) or [None])
def test_page_shows_its_own_code(code: str | None) -> None:
    """Some message of the page is of its code."""
    if code is None:
        pytest.skip("there is no page yet")
    blocks = [b for case in read_page(PAGES[code]) for asked in case.asks for b in asked.outputs]
    assert code in [c for block in blocks if block.kind == "problems" for c in _CODE.findall(block.text)]
