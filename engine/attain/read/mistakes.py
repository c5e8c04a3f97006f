"""Syntax mistakes that people make, each with its own message and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Callable

from attain.base.problem import Problem
from attain.read.text import ExpressionText

_SMART = {"‘": "'", "’": "'", "“": "'", "”": "'", "′": "'", "«": "'", "»": "'"}
_LOOKALIKE = {"−": "-", "–": "-", "—": "-", "×": "*", "÷": "/", "≤": "<=", "≥": ">=", "≠": "!=", "\u00a0": "a space"}
_AGGREGATES = "count|sum|avg|min|max|median|percentile|stddev|variance"


def syntax_problem(text: ExpressionText, position: int, found: str) -> Problem:
    """What is wrong at `position`, where `found` (empty at the end) could not be read."""
    for look in (
        _texts, _commas, _characters, _equals, _stars, _queries, _windows, _modulo, _minuses, _brackets, _clauses,
        _numbers,
    ):  # fmt: skip
        problem = look(text, position, found)
        if problem is not None:
            return problem
    if not text.text.strip():
        return Problem("syntax", "an expression is missing here", text.whole)
    if not found:
        return Problem("syntax", "the expression ends too early", text.span(len(text.text), len(text.text) + 1))
    span = text.span(position, position + len(found))
    if re.fullmatch(r"\w+", found):
        return Problem("syntax", f"`{found}` does not fit here", span, "an operator or a comma is missing before it")
    return Problem("syntax", f"`{found}` does not fit here", span)


def _at(text: ExpressionText, pattern: str, position: int) -> re.Match[str] | None:
    """The match of `pattern` that `position` touches."""
    for match in re.finditer(pattern, blanked(text.text), re.IGNORECASE):
        if match.start() <= position <= match.end():
            return match
    return None


def blanked(text: str) -> str:
    """The text with what stands in quotes or comments blanked, all positions kept."""
    pattern = r"'(?:[^']|'')*'|\"[^\"\n]*\"|#[^\n]*|--(?=\s|$)[^\n]*"
    return re.sub(pattern, lambda m: "\0" * len(m[0]) if m[0][0] in "'\"" else " " * len(m[0]), text)


def _characters(text: ExpressionText, position: int, found: str) -> Problem | None:
    character = text.text[position : position + 1]
    span = text.span(position, position + 1)
    if not character:
        return None
    if character in _SMART:
        problem = Problem("smart-quote", f"`{character}` is a typographic quote", span, "write '")
        return problem.hint("a word processor or chat changed it; texts stand in straight single quotes: 'won'")
    if character in _LOOKALIKE:
        return Problem("syntax", f"`{character}` is not an operator", span, f"write {_LOOKALIKE[character]}")
    if character == "'":
        return Problem("unclosed-text", "this text is never closed", span, "the closing ' is missing")
    if character == '"' and re.search(r"\bin\s*$", text.text[:position], re.IGNORECASE):
        return Problem("syntax", "a list stands in parentheses", span).hint("write in ('won', 'lost')")
    if character == '"':
        return Problem("unclosed-text", "this quoted name is never closed", span).hint("texts stand in single quotes")
    if character in "{}[]":
        return Problem("syntax", f"`{character}` is not part of the language", span).hint(
            "lists stand in parentheses: `in ('a', 'b')`"
        )
    if character == ";":
        return Problem("syntax", "an expression ends without `;`", span, "leave it out")
    if character == "`":
        return Problem("syntax", 'names are quoted with ", not with `', span, 'write "')
    if character == ".":
        return Problem("syntax", "a number starts with a digit", span, "write 0.5")
    return None


def _equals(text: ExpressionText, position: int, found: str) -> Problem | None:
    near = blanked(text.text)
    for wrong, right, _ in (
        ("==", "=", "equality"),
        ("&&", "and", "both"),
        ("||", "or", "either"),
        ("=>", ">=", ""),
    ):
        start = max(0, position - 1)
        i = near.find(wrong, start, position + 2)
        if i >= 0:
            span = text.span(i, i + 2)
            problem = Problem("wrong-operator", f"`{wrong}` is not an operator here", span, f"write {right}")
            return problem.hint("to join texts write concat(a, b)") if wrong == "||" else problem
    if near[position : position + 1] == "!" and near[position + 1 : position + 2] != "=":
        return Problem("wrong-operator", "`!` is not an operator", text.span(position, position + 1), "write not")
    return None


def _stars(text: ExpressionText, position: int, found: str) -> Problem | None:
    match = _at(text, rf"\b({_AGGREGATES})\s*\(\s*(distinct\s+)?\*\s*\)?", position)
    if match is None:
        return None
    star = match.group().index("*") + match.start()
    problem = Problem("count-star", f"`{match[1]}(*)` does not say of which table", text.span(star, star + 1))
    after = blanked(text.text)[match.end() :].lstrip().lower()
    hints = ["write count(deals): the rows of the table `deals`"]
    if after.startswith("filter"):
        hints = ["write count(deals where status = 'won')"]
    return problem.hint(*hints)


def _queries(text: ExpressionText, position: int, found: str) -> Problem | None:
    for pattern, message, hint in (
        (r"\bselect\b", "a metric is an expression, not a query", "write only what is computed: sum(deals.amount)"),
        (r"\bgroup\s+by\b", "a metric does not say what it is grouped by", "ask for it: attain run METRIC --by region"),
        (r"\border\s+by\b", "a metric does not say how rows are ordered", "ask for it: --order -METRIC"),
        (r"\bpartition\s+by\b", "windows over rows are not part of the language",
         "write prior(m), rolling(m, 3 months), m / all(m)"),
        (r"\bfrom\b", "a metric does not name tables with `from`", "the table stands before the dot: deals.amount"),
        (r"\bhaving\b", "`having` belongs to the query", "ask for it: attain run METRIC --having 'METRIC > 10'"),
        (r"\bjoin\b", "a metric does not join tables", "declare it below `joins:`, then write owner.region"),
        (r"\bcast\b|::", "there is no cast", "declare the column's `type:` below `fields:`"),
        (r"\bextract\b", "there is no extract", "write year(t), quarter(t), month(t) or weekday(t)"),
        (r"\binterval\b", "a duration is written without `interval`", "write 30 days"),
    ):  # fmt: skip
        match = _at(text, pattern, position) or (
            re.match(r"\s*" + pattern, blanked(text.text), re.I) if "select" in pattern else None
        )
        if match is not None:
            word = re.search(pattern, blanked(text.text), re.I)
            start, end = word.span() if word and "select" in pattern else match.span()
            return Problem("not-a-query", message, text.span(start, end)).hint(hint)
    return None


def _windows(text: ExpressionText, position: int, found: str) -> Problem | None:
    match = _at(text, r"\)\s*(filter|over)\s*\(", position)
    if match is None:
        return None
    start = match.start(1)
    span = text.span(start, start + len(match[1]))
    if match[1].lower() == "filter":
        problem = Problem("filter-clause", "the condition of an aggregate stands inside its parentheses", span)
        return problem.hint("write sum(deals.amount where status = 'won') instead of sum(..) filter (where ..)")
    problem = Problem("over-clause", "windows over rows are not part of the language", span)
    return problem.hint("write what is meant: prior(m), rolling(m, 3 months), running(m), m / all(m)")


def _modulo(text: ExpressionText, position: int, found: str) -> Problem | None:
    near = blanked(text.text)
    i = position if near[position : position + 1] == "%" else -1
    if i < 0 and (match := re.search(r"%\s*$", near[:position])):
        i = match.start()
    if i < 0:
        return None
    span = text.span(i, i + 1)
    return Problem("percent-sign", "`%` belongs right behind a number", span).hint(
        "60% is 0.6; the rest of a division is mod(a, b)"
    )


def _minuses(text: ExpressionText, position: int, found: str) -> Problem | None:
    if not text.text.startswith("--", position):
        return None
    problem = Problem(
        "double-minus", "`--` is neither a comment nor an operator here", text.span(position, position + 2)
    )
    return problem.hint("a comment has a space behind `--`; to subtract a negative number write `a - -b`")


_MATCHING = ("ilike", "rlike", "regexp", "regexp_like", "similar", "glob")


def _texts(text: ExpressionText, position: int, found: str) -> Problem | None:
    """Operators between texts that other languages have."""
    if found.lower() not in _MATCHING:
        return None
    problem = Problem(
        "wrong-operator", f"`{found}` is not an operator here", text.span(position, position + len(found))
    )
    if found.lower() == "ilike":
        return problem.hint("write lower(x) like 'won%': both in small letters")
    return problem.hint("write x like 'won%', contains(x, 'won') or starts_with(x, 'won')")


def _commas(text: ExpressionText, position: int, found: str) -> Problem | None:
    before = blanked(text.text)[:position].rstrip()
    if found == "," and (
        match := re.compile(r"\d{1,3}(,\d{3})+(?![\d,])").search(text.text, _digits(text.text, position))
    ):
        span = text.span(*match.span())
        problem = Problem("number-form", "a number has no commas", span, f"write {match[0].replace(',', '_')}")
        return problem.hint("a comma begins the next value")
    if found == ")" and re.search(r"\bin\s*\($", before, re.IGNORECASE):
        problem = Problem("syntax", "a list holds at least one value", text.span(position, position + 1))
        return problem.hint("write in ('won', 'lost'); nothing is in an empty list")
    if before.endswith(",") and found.lower() in ("where", "on", "by", "via", "per", "over", "as"):
        i = len(before) - 1
        return Problem("trailing-comma", f"no comma stands before `{found}`", text.span(i, i + 1), "leave it out")
    if re.search(r"\bis(\s+not)?$", before, re.IGNORECASE) and found:
        problem = Problem("syntax", "`is` goes with null only", text.span(position, position + len(found)))
        return problem.hint("write x is null, x is not null, or x = 'won'")
    if re.search(r"\bin$", before, re.IGNORECASE) and found and found != "(":
        problem = Problem("syntax", "a list stands in parentheses", text.span(position, position + len(found)))
        return problem.hint("write in ('won', 'lost')")
    if before.endswith(",") and (found in (")", "") or found == ","):
        i = len(before) - 1
        return Problem("trailing-comma", "nothing follows this comma", text.span(i, i + 1), "leave it out")
    if found == "," and before.endswith("("):
        return Problem("syntax", "nothing stands before this comma", text.span(position, position + 1), "leave it out")
    return None


def _digits(text: str, position: int) -> int:
    """Where the digits begin that end at a position."""
    return len(text[:position].rstrip("0123456789"))


def _brackets(text: ExpressionText, position: int, found: str) -> Problem | None:
    opened: list[int] = []
    for i, character in enumerate(blanked(text.text)):
        if character == "(":
            opened.append(i)
        elif character == ")":
            if not opened:
                return Problem("parenthesis", "this ) closes nothing", text.span(i, i + 1), "leave it out")
            opened.pop()
    if opened and not found:
        i = opened[-1]
        return Problem("parenthesis", "this ( is never closed", text.span(i, i + 1), "the closing ) is missing")
    return None


def _clauses(text: ExpressionText, position: int, found: str) -> Problem | None:
    word = found.lower()
    if re.search(r"\bas\s+of$", blanked(text.text)[:position].rstrip(), re.IGNORECASE):
        span = text.span(position, position + len(found)) if found else text.whole
        problem = Problem("syntax", "`as of` goes with start or end", span, "write start or end")
        return problem.hint("of the period: count(subscriptions as of end); the day that counts as now is --as-of")
    words = list(re.finditer(r"\b(case|end)\b", blanked(text.text)[:position], re.IGNORECASE))
    if found in (")", ",") and words and words[-1][0].lower() == "case":
        problem = Problem("case-form", "this `case` has no `end`", text.span(*words[-1].span()))
        return problem.hint("write case when condition then value else other end")
    span = text.span(position, position + len(found))
    if word == "where":
        return Problem("stray-where", "`where` stands inside an aggregate's parentheses", span).hint(
            "write sum(deals.amount where won)",
            "to narrow a whole metric put both into parentheses: (m where region = 'East')",
        )
    if word in ("on", "via", "by", "per", "over", "as"):
        problem = Problem("stray-clause", f"`{found}` stands inside the parentheses of a call", span)
        return problem.hint(_CLAUSE_HINTS.get(word, ""))
    if word in ("when", "then", "else", "end") or (not found and re.search(r"\bcase\b", blanked(text.text), re.I)):
        problem = Problem("case-form", "this `case` is not complete", span if found else text.whole)
        return problem.hint("write case when condition then value else other end")
    return None


_CLAUSE_HINTS = {
    "per": "write avg(revenue per owner)",
    "on": "write sum(deals.amount on created_at)",
    "by": "write last(deals.amount by closed_at)",
    "via": "write count(deals via owner)",
    "over": "write all(revenue over region)",
    "as": "write count(subscriptions as of end)",
}


def _numbers(text: ExpressionText, position: int, found: str) -> Problem | None:
    match = re.compile(r"\d[\d_,]*").match(text.text, position)
    if match is None:
        return None
    return Problem(
        "syntax", f"`{match[0]}` does not fit here", text.span(*match.span()), "an operator is missing before it"
    )


Look = Callable[[ExpressionText, int, str], Problem | None]
