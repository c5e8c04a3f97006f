"""`attain fmt`: what is put right, and that nothing else is.

What must hold of every file is checked without the formatter's own means: PyYAML loads the same before and after, and
the characters that are not blanks are the same in the same order, comments among them (letters of keywords may become
small). Formatting twice is formatting once."""

from __future__ import annotations

import random
import re
from textwrap import dedent
from typing import Any

import pytest
import yaml
from tests.support.corpus import ROOT, corpus

from attain.read.format import FormatChanged, format_definitions, is_same
from attain.read.format_expression import format_expression, meaning_of
from attain.read.tree import read_tree


def formatted(text: str) -> str:
    """A text, formatted; it can be read."""
    done = format_definitions("metrics.yaml", text)
    assert done.problems == []
    return done.text


def without_blanks(text: str) -> str:
    """All characters but blanks, in small letters."""
    return re.sub(r"[ \t\r\n\ufeff]", "", text).lower()


def loaded(text: str) -> Any:
    """What PyYAML reads, blanks and capitals aside; block texts, whose blanks count, are compared as they are."""

    def bare(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: bare(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [bare(inner) for inner in value]
        return value if value is None or "\n" in value else without_blanks(value)

    return bare(yaml.load(text.removeprefix("\ufeff"), Loader=yaml.CBaseLoader))


def holds(text: str) -> bool:
    """Checks what must hold of a text; whether it was changed."""
    after = format_definitions("metrics.yaml", text)
    if after.problems:
        assert after.text == text
        return False
    assert without_blanks(after.text) == without_blanks(text)
    assert loaded(after.text) == loaded(text)
    assert formatted(after.text) == after.text
    return after.text != text


def test_files_that_there_are() -> None:
    """Of examples, tests and docs: most of a page's are changed, if only by empty lines."""
    assert sum(holds(text) for text in corpus()) > 200


@pytest.mark.parametrize("file", [ROOT / "metrics.yaml", *sorted((ROOT / "examples").rglob("*.yaml"))], ids=str)
def test_our_own_are_formatted(file: Any) -> None:
    """What we hand out looks as we say."""
    text = file.read_text(encoding="utf-8")
    assert formatted(text) == text


BITS = [
    " ", "  ", "\n", "\n\n", "\n  ", "\n    ", "# c", "\n# c\n", " # c\n", "\n      # c\n", "- ", "-", "|\n", ">\n",
    "|+\n", "|-\n", "|2\n", "'", '"', ":", ": ", ",", "{", "}", "[", "]", "\t", "? ", "x", "--- \n", "...\n", "!", "%",
    "\\\n", "é", "\u3000", "\u2028", "\r", "\r\n", "\ufeff", "&a ", "*a", "!!python/object ", "<<: ", "\x85",
]  # fmt: skip


def disturbed(text: str, draw: random.Random) -> str:
    """The text with some of its layout changed, and not always for something that can still be read."""
    for _ in range(draw.randrange(5)):
        place, how = draw.randrange(len(text) + 1), draw.randrange(4)
        lines = text.split("\n")
        if how == 0:
            text = text[:place] + draw.choice(BITS) + text[place:]
        elif how == 1:
            text = text[:place] + text[place + draw.randrange(1, 4) :]
        elif how == 2:
            first, more = draw.randrange(len(lines)), draw.choice([1, 2, 3, 4])
            moved = [" " * more + line for line in lines[first : first + draw.randrange(1, 8)]]
            text = "\n".join([*lines[:first], *moved, *lines[first + len(moved) :]])
        else:
            wide = draw.choice([2, 3, 4])
            text = "\n".join(" " * ((len(x) - len(x.lstrip(" "))) * wide // 2) + x.lstrip(" ") for x in lines)
    return text


@pytest.mark.parametrize("seed", range(6))
def test_disturbed_files(seed: int) -> None:
    """Whatever a file is like: it means what it meant, or it is left alone."""
    draw = random.Random(seed)
    texts = [text for text in corpus() if len(text) < 5_000]
    changed = sum(holds(disturbed(draw.choice(texts), draw)) for _ in range(250))
    assert changed > 60


def test_layout() -> None:
    """The whole of it on one page."""
    before = """\
        # of the file
        version:   1
        name: acme
        tables:
            # of deals
            deals:
                file:  deals.csv      # where they are
                key: deal_id # short
                sql: |
                      select *
                        from deals   -- all

                joins:
                    owner: { to: reps,on:rep_id }
                    other: {to: reps , on: [ a,b ]}
                # behind the joins
            # behind deals


            reps: {file: reps.csv,
                   key: rep_id}
        metrics:
            revenue: SUM( deals.amount   WHERE won )
            quoted: {expr: "If(a,b, c)", unit: money}
            folded: >
                count(deals
                    where won)
        # at the end
        tests:
        - name: a
          given:
              deals: |
                  deal_id,amount
                  1,5
        -   name: b
            when: revenue
    """
    after = """\
        # of the file
        version: 1
        name: acme

        tables:
          # of deals
          deals:
            file: deals.csv      # where they are
            key: deal_id  # short
            sql: |
              select *
                from deals   -- all

            joins:
              owner: {to: reps, on:rep_id}
              other: {to: reps, on: [a, b]}
            # behind the joins
          # behind deals

          reps: {file: reps.csv,
                 key: rep_id}

        metrics:
          revenue: sum(deals.amount where won)
          quoted: {expr: "if(a, b, c)", unit: money}
          folded: >
            count(deals
                where won)

        # at the end
        tests:
          - name: a
            given:
              deals: |
                deal_id,amount
                1,5
          - name: b
            when: revenue
    """
    text = dedent(before).rstrip(" ").replace("on:rep_id", "on: rep_id")
    assert formatted(text) == dedent(after).rstrip(" ").replace("on:rep_id", "on: rep_id")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Sum( a.b )/2", "sum(a.b) / 2"),
        ("sum(amount  WHERE Won AND not  (x=1 OR y<>2))", "sum(amount where Won and not (x = 1 or y <> 2))"),
        ("-  x*-y - - 3", "-x * -y - -3"),
        ("(revenue where region='East,  West')/revenue", "(revenue where region = 'East,  West') / revenue"),
        ("a in( 1,2 ) and b Not Between 1 and 2", "a in (1, 2) and b not between 1 and 2"),
        ("case when(a) then 1 else(2)end", "case when (a) then 1 else (2) end"),
        ('count(t where "Odd Name" . x is Null)', 'count(t where "Odd Name".x is null)'),
        ("closed_at+30   days >= date  '2026-01-31'", "closed_at + 30 days >= date '2026-01-31'"),
        ("sum(x ON created_at  AS  OF End)", "sum(x on created_at as of end)"),
        ("per+On", "per + On"),  # soft keywords are names here, and names keep their letters
        ("a -- comment", "a -- comment"),
        ("a +* b", "a +* b"),  # cannot be read
        ("percentile(revenue,90% per owner)", "percentile(revenue, 90% per owner)"),
    ],
)
def test_expressions(before: str, after: str) -> None:
    """Spaces and keywords; what it means stays."""
    assert format_expression(before) == after
    assert meaning_of(before) == meaning_of(after)


@pytest.mark.parametrize(
    "text",
    ["a: 1\n\n\nb: x", "? a\n: b\n", "{a: 1,  b: 2}\n", "[a,  b]", "", "# only\n\n\n# comments", "---\na:   1\n...\n",
     '"a\n  b": 1\n', "a: 'x\n\n\n   y'   # c\n", "a: |2\n     x\n   y\n", "a: >+\n\n  x\n\n\n\nb: 1",
     "a:\n- - x\n  -   y\n",
     "a: !   x", "a:\n\n\n    # c\n    b\n", "a: {b: 1,\nc: 2}", "a:\n  - b:\n      c\n    d: e", "a: b\r\nc:   d\r\n"],
)  # fmt: skip
def test_what_yaml_allows(text: str) -> None:
    """Forms that nobody writes definitions in."""
    holds(text)


def test_comments_behind_values() -> None:
    """A comment by itself keeps its distance, comments below each other their column."""
    before = "a:   1 # alone\nb: 2\nc:     3     # in\nd: 44444     # a column\ne: 5\n"
    assert formatted(before) == "a: 1  # alone\nb: 2\nc: 3         # in\nd: 44444     # a column\ne: 5\n"


def test_line_ends_stay() -> None:
    """A file from Windows keeps its line ends; the byte-order mark goes."""
    assert formatted("\ufeffa:   1\r\nb: 2") == "a: 1\r\nb: 2\r\n"


def test_the_proof_finds_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A formatter that would change something is caught: a value, a key, an order, a comment, an expression."""
    before = "metrics:\n  a: sum(t.x)  # of x\n  b: 2\n"
    root, _ = read_tree("m", before)
    assert root is not None and is_same(root, before, "metrics:\n  a: sum( t.x ) # of x\n  b: 2\n")
    for after in (
        "sum(t.y)  # of x\n  b: 2",
        "sum(t.x)\n  b: 2",
        "sum(t.x)  # of x\n  b: '2'",
        "sum(t.x)  # of x\n  c: 2",
    ):
        assert not is_same(root, before, f"metrics:\n  a: {after}\n"), after
    monkeypatch.setattr("attain.read.format.laid_out", lambda root, text: text.replace("2", "3"))
    with pytest.raises(FormatChanged):
        format_definitions("m", before)
