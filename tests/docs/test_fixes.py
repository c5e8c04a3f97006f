"""Where a message says what was meant, SARIF holds the replacement: applied to the pages of problems, it mends them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.docs.shell import run_attain
from tests.support.engine import write_project
from tests.support.pages import Case, read_page

PAGES = sorted((Path(__file__).parents[1] / "problems").glob("*.md"))


def asks_for_it(case: Case) -> bool:
    """Whether some message about a file of definitions suggests a name, and `validate` tells it."""
    texts = [b.text for ask in case.asks if not ask.query for b in ask.outputs if b.kind == "problems"]
    return any("did you mean `" in text and "metrics.yaml:" in text for text in texts)


CASES = [case for page in PAGES for case in read_page(page) if asks_for_it(case)]


def results(folder: Path) -> list[dict[str, Any]]:
    """What code scanning is told."""
    found = json.loads(run_attain(folder, "attain validate --format sarif").out)["runs"][0]["results"]
    assert isinstance(found, list)
    return found


def apply_fix(folder: Path, fix: dict[str, Any]) -> None:
    """Writes the replacement, as an editor would."""
    (change,) = fix["artifactChanges"]
    (replacement,) = change["replacements"]
    region, path = replacement["deletedRegion"], folder / change["artifactLocation"]["uri"]
    lines = path.read_text(encoding="utf-8").split("\n")
    line = lines[region["startLine"] - 1].encode("utf-16-le")
    before, after = line[: 2 * (region["startColumn"] - 1)], line[2 * (region["endColumn"] - 1) :]
    inserted = replacement["insertedContent"]["text"].encode("utf-16-le")
    lines[region["startLine"] - 1] = (before + inserted + after).decode("utf-16-le")
    path.write_text("\n".join(lines), encoding="utf-8")


def test_there_are_pages_with_suggestions() -> None:
    assert len(CASES) >= 10


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.page.stem}: {case.title}")
def test_a_fix_mends_what_it_is_about(case: Case, tmp_path: Path) -> None:
    """After each replacement alone, its problem is gone."""
    write_project(tmp_path, case.definitions, case.tables, case.files)
    texts = {path: path.read_bytes() for path in tmp_path.rglob("*.yaml")}
    found = [result for result in results(tmp_path) if "fixes" in result]
    for result in found:
        apply_fix(tmp_path, result["fixes"][0])
        left = [(other["ruleId"], other["message"]["text"]) for other in results(tmp_path)]
        assert (result["ruleId"], result["message"]["text"]) not in left
        for path, text in texts.items():
            path.write_bytes(text)
