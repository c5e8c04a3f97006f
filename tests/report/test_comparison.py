"""What a change means, in every form, read back by real parsers; nothing that definitions or data hold breaks out."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from markdown_it import MarkdownIt

from attain.base.span import Source, Span
from attain.compare.classify import Change
from attain.model.difference import Causes, Cut, DataComparison, Figure, Movement, Part, Rows, Tolerance
from attain.model.result import ResultColumn
from attain.model.types import TEXT, Kind, Type
from attain.model.units import MONEY
from attain.model.units import TEXT as TEXT_UNIT
from attain.report.comparison import changes_to_json, changes_to_text
from attain.report.comparison_findings import changes_to_github, changes_to_sarif, findings_of
from attain.report.comparison_markdown import MARKER, changes_to_markdown
from attain.report.movements import movements_to_text
from attain.report.sarif import Repository

from .hostile import TEXTS

PARSER = MarkdownIt("gfm-like", {"html": True, "linkify": False})
OURS = {"<code>", "</code>", "<br>"}
BLOCKS = re.compile(r"<!-- attain diff -->|</?details>|<details><summary>[^<]*</summary>")
SCHEMA = json.loads((Path(__file__).parent / "schemas" / "sarif-2.1.0.json").read_text(encoding="utf-8"))
NAMES = {"base": "main", "head": "HEAD"}
MEMBER = ResultColumn("region", TEXT, TEXT_UNIT, "dimension")


def change_of(text: str, cls: str = "meaning") -> Change:
    """A change that holds a text wherever one may stand."""
    file = text.encode("utf-8", "replace").decode()  # no file is called by lone surrogates
    return Change(
        "metric", text or "m", cls, f"`{text}` became {text}", (text, f"a -> b: {text}"), text, True, text,
        (text, "target x"), (text, "cfo@acme.example"), "b", "h", Span(f"dir/{file}.yaml", 2, 3, 5),
    )  # fmt: skip


def data_of(text: str) -> DataComparison:
    """Figures whose members, rows, edits and notes are a text."""
    value = ResultColumn(text or "m", Type(Kind.DECIMAL, 18, 4), MONEY, "metric")
    figures = (
        Figure(text, Fraction(1).numerator, 3, "both", True, Fraction(2), Fraction(2)),
        Figure(None, None, 5, "after", True),
    )
    total = Cut("total", "", (Figure(None, 1, 8, "both", True, Fraction(7), Fraction(7)),), None, text)
    cuts = (total, Cut("dimension", text, figures, ResultColumn(text, TEXT, TEXT_UNIT, "dimension")))
    causes = Causes(f"for {text}", Fraction(7), "shared", (Part(text, Fraction(3)), Part(f"x: `{text}`", Fraction(4))))
    columns = (ResultColumn(text, TEXT, TEXT_UNIT, "dimension"), value)
    rows = (Rows(text, text, text, 1, 1, 0, columns, (("entered", (text, 4)), ("left", (text, None)))),)
    moved = Movement(text or "m", text, "meaning", value, cuts, (f"by x: {text}",), causes, rows, (text,))
    still = Movement(f"still {text}", "", "equivalent", value, (Cut("total", "", (), None, ""),), (text,))
    return DataComparison((moved, still), "2026-01-31", text[:3], Tolerance(Fraction(0), False, ""), (text,))


@pytest.mark.parametrize("text", TEXTS)
def test_markdown(text: str) -> None:
    """The only markup is ours: a table, code, folds; no link, no image, no mention, no html of anybody else's."""
    said = changes_to_markdown([change_of(text)], {"base": text, "head": text}, data_of(text))
    assert said.startswith(f"{MARKER}\n\n### Metrics: ") and len(said) < 65_536
    for token in PARSER.parse(said):
        if token.type == "html_block":
            assert all(BLOCKS.fullmatch(line) for line in token.content.strip().split("\n")), token.content
        for child in token.children or ():
            assert child.type in (
                "text", "softbreak", "html_inline", "text_special", "strong_open", "strong_close",
            ), child.type  # fmt: skip
            assert child.type != "html_inline" or child.content in OURS, child.content
    assert not re.search(r"(?<!&)#\d|@\w", re.sub(r"&#\d+;", "", said).replace("### ", ""))


def test_the_markdown_test_can_fail() -> None:
    """The parser sees what is not escaped."""
    kinds = {child.type for text in TEXTS for token in PARSER.parse(text) for child in token.children or ()}
    assert {"link_open", "image", "code_inline", "em_open"} <= kinds


def test_markdown_is_cut_and_says_so() -> None:
    """Thousands of changes and figures stay below what GitHub takes, and what is left out is counted."""
    changes = [change_of(f"metric_{i} " + "<&|" * 30) for i in range(2_000)]
    one = data_of("x | y " * 40)
    data = DataComparison(one.movements * 500, "2026-01-31", "USD", Tolerance(), ("n",) * 500)
    said = changes_to_markdown(changes, NAMES, data)
    assert len(said) < 65_536
    rows = said.count("\n| metric metric_")
    assert 5 < rows < 2_000 and f"The table is cut: {2_000 - rows:,} more." in said
    assert said.count("<details>") == said.count("</details>") == 3 and "more tables of rows" in said


@pytest.mark.parametrize("text", TEXTS)
def test_sarif(text: str) -> None:
    """Valid by the published schema, a finding for each change, with a rule of its own."""
    found = findings_of([change_of(text), change_of("b", "added"), change_of("c", "cosmetic")], data_of(text))
    document = json.loads(changes_to_sarif(found, {"m.yaml": Source("m.yaml", "a\nb\n")}, Repository()))
    jsonschema.Draft4Validator(SCHEMA).validate(document)
    (run,) = document["runs"]
    assert {result["level"] for result in run["results"]} == {"warning"}
    assert {rule["id"] for rule in run["tool"]["driver"]["rules"]} == {"metric-meaning-warning", "metric-added-warning"}


@pytest.mark.parametrize("text", TEXTS)
def test_github(text: str) -> None:
    """One command for each finding, and no other command in it."""
    found = findings_of([change_of(text), change_of("b", "added")], data_of(text))
    said = changes_to_github(found, "metrics.yaml")
    assert len(said.splitlines()) == 2
    for line in said.splitlines():
        command = re.fullmatch(r"::(warning|notice) file=([^,:]*),line=2,title=([^,:]*)::(.*)", line)
        assert command is not None and "\x1b" not in line
    assert "\x1b" not in said and "\u202e" not in said


@pytest.mark.parametrize("text", TEXTS)
def test_json_and_text(text: str) -> None:
    """JSON holds the texts as they are; text has no control character, and a line only where one is ours."""
    data = data_of(text)
    said = changes_to_json([change_of(text)], frozenset(), data)
    found: dict[str, Any] = json.loads(said)
    assert found["metrics"][0]["sentence"] == f"`{text}` became {text}"
    figures = found["data"]["metrics"][0]["cuts"][1]
    assert [figure["member"] for figure in figures["moved"]] == [None, text]
    assert found["data"]["metrics"][0]["rows"][0]["samples"][0]["row"] == {text: text, (text or "m"): 4} or not text
    shown = changes_to_text([change_of(text)]) + movements_to_text(data)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", shown + said)
    lines = changes_to_text([change_of("t")]) + movements_to_text(data_of("t"))
    assert shown.count("\n") == lines.count("\n") or not text  # of nothing there are fewer lines


def test_text_of_figures() -> None:
    """A total, the member that moved, an edit's share and a row, as a person reads them."""
    lines = movements_to_text(data_of("EMEA")).splitlines()
    assert lines[0] == "figures of EMEA (was EMEA): 3 of 3 cells moved"
    said = [" ".join(line.split()) for line in lines]
    assert "total EMEA EME 1.00 EME 8.00 +EME 7.00 +700.0%" in said
    assert "EMEA EMEA EME 1.00 EME 3.00 +EME 2.00 +200.0%" in said
    assert "EMEA (missing) not there EME 5.00" in said
    assert "of the difference for EMEA (+EME 7.00):" in said and "+EME 3.00 by EMEA" in said
    assert "rows of EMEA behind EMEA, EMEA: 1 entered, 1 left" in said and "entered EMEA EME 4.00" in said
