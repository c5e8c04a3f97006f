"""Trees as text: reading the text of a tree gives the tree again."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest

from attain.base.span import Span
from attain.read.expressions import read_expression
from attain.read.syntax import Syntax
from attain.read.text import text_of_argument
from attain.read.written import syntax_to_text

ROOT = Path(__file__).parents[3]
WRITTEN = """
(a + b) * c - -d / (e * f)
a - (b - c) - d
not (a = 1 or b != 2) and c is not null or not not d
case when a > 1 then b else -(-c) end + if(a in (1, 2%), 1_000.5, null)
a not between 1 and b + 2 and c not like 'it''s %' and not c is null
sum(deals.amount * (1 - discount) where owner.region = 'EMEA' and won on created_at)
count(distinct deals."my id" as of start) / count(deals as of end)
first(deals.amount by made_on) + percentile(revenue, 90% where revenue > 1 per owner, month)
all(revenue over region, channel) - prior((revenue where channel = 'web'), 1 year)
max(activities.at where at < parent.created_at + 1.5 days via lead.owner)
date '2026-01-31' + 12 weeks - 1 month > today()
""".strip().split("\n")


def read(text: str) -> Syntax | None:
    """The tree of an expression; None where it is wrong."""
    return read_expression(text_of_argument("x", text))[0]


def bare(node: Any) -> Any:
    """A tree without its places and without the spelling of its numbers."""
    if isinstance(node, tuple):
        return tuple(map(bare, node))
    if not is_dataclass(node):
        return node
    names = [f.name for f in fields(node) if not (type(node).__name__ == "Number" and f.name == "text")]
    parts = {name: getattr(node, name) for name in names if name not in ("span", "spans", "name")}
    return type(node).__name__, tuple((name, bare(x)) for name, x in parts.items() if not isinstance(x, Span))


def written_anywhere() -> list[str]:
    """What stands as a definition on the pages of the tests and in the example, as far as it is one line."""
    pages = [*ROOT.glob("tests/*/*.md"), *ROOT.glob("tests/real/*/metrics.yaml"), *ROOT.glob("examples/*/*.yaml")]
    form = re.compile(r"(?:^ +\w+: +|\bexpr: )([^{}\n]+?)(?: +#.*|, \w+: .*)?$", re.MULTILINE)
    found = {match[1].strip(" \"'") for page in pages for match in form.finditer(page.read_text())}
    return sorted(text for text in found if "(" in text and read(text) is not None)


@pytest.mark.parametrize("text", WRITTEN)
def test_text_of_a_tree_is_what_was_written(text: str) -> None:
    """One space everywhere, no needless parentheses; otherwise to the letter."""
    tree = read(text)
    assert tree is not None
    assert syntax_to_text(tree) == text
    assert bare(read(syntax_to_text(tree))) == bare(tree)


def test_text_of_a_tree_is_read_as_the_tree() -> None:
    """Of every expression that the other tests have."""
    texts = written_anywhere()
    assert len(texts) > 200
    for text in texts:
        tree = read(text)
        assert tree is not None
        assert bare(read(syntax_to_text(tree))) == bare(tree), text


def test_lines_and_comments_become_one_line() -> None:
    tree = read("deals_won   # of the period\n  / count(deals\n      where status in ('won',\n 'lost'))")
    assert tree is not None
    assert syntax_to_text(tree) == "deals_won / count(deals where status in ('won', 'lost'))"
