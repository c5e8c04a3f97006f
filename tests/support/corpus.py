"""Every file of definitions that there is: of the examples, of tests, in the pages of tests and docs."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
_BLOCK = re.compile(r"^```(?:yaml|metrics)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@cache
def corpus() -> list[str]:
    """The texts, each once."""
    files = [ROOT / "metrics.yaml", *sorted((ROOT / "examples").rglob("*.yaml"))]
    files += sorted((ROOT / "tests").rglob("*.yaml"))
    pages = [*sorted((ROOT / "tests").rglob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
    blocks = [block for page in pages for block in _BLOCK.findall(page.read_text(encoding="utf-8"))]
    return list(dict.fromkeys([*(file.read_text(encoding="utf-8") for file in files), *blocks]))
