"""The grammar's parser, and the nodes that it builds. The only place that knows Lark."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any

import lark.lexer
from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedCharacters, UnexpectedToken, VisitError

from attain.base.cache import cache_folder
from attain.base.problem import Problem
from attain.base.span import Span
from attain.base.suggest import did_you_mean
from attain.read import syntax as s
from attain.read.expressions import MAX_LENGTH, MAX_NESTING, RESERVED, UNITS, nested, read_day, too_deep
from attain.read.mistakes import syntax_problem
from attain.read.text import ExpressionText


def parse_expression(text: ExpressionText) -> tuple[s.Syntax | None, list[Problem]]:
    """One expression as a tree, or the problems that keep it from being one."""
    if len(text.text) > MAX_LENGTH:
        message = f"this expression has {len(text.text):,} characters; it may have {MAX_LENGTH:,}"
        return None, [Problem("expression-too-long", message, text.whole).hint("give its parts names of their own")]
    parser, builder = _parser()
    builder.text, builder.problems = text, []
    try:
        tree: Any = parser.parse(text.text)
    except UnexpectedToken as error:
        found = "" if error.token.type == "$END" else str(error.token)
        position = len(text.text) if not found else getattr(error.token, "start_pos", 0)
        return None, [*builder.problems, syntax_problem(text, position, found)]
    except UnexpectedCharacters as error:
        position = int(str(error.pos_in_stream))
        return None, [*builder.problems, syntax_problem(text, position, text.text[position : position + 1])]
    except VisitError as error:
        if isinstance(error.orig_exc, _Refused):
            return None, [*builder.problems, error.orig_exc.problem]
        raise
    except _Refused as refused:
        return None, [*builder.problems, refused.problem]
    if builder.problems:
        return None, builder.problems
    deep = too_deep(tree)
    if deep is not None:
        return None, [nested(deep)]
    return tree, []


class _Refused(Exception):
    def __init__(self, problem: Problem) -> None:
        self.problem = problem


MAX_DIGITS = 38


class _Words:
    """Between lexer and parser: every word is a name unless the grammar asks for a keyword there."""

    always_accept = ("NAME",)

    def __init__(self, builder: _Builder) -> None:
        self.builder = builder

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        depth = 0
        for token in stream:
            depth += (token.type == "LPAR") - (token.type == "RPAR")
            if depth > MAX_NESTING:
                raise _Refused(nested(self.builder.place(token)))
            yield token


@cache
def _parser() -> tuple[Lark, _Builder]:
    builder = _Builder()
    return build_parser(builder), builder


def build_parser(builder: _Builder | None = None, *, strict: bool = False) -> Lark:
    """The parser of the grammar; `strict` (needs `interegular`) refuses a grammar with collisions."""
    grammar = files("attain.read").joinpath("expression.lark").read_text(encoding="utf-8")
    folder = cache_folder() if builder is not None and not strict else None
    lark.lexer.has_interegular = strict  # only the strict mode needs the comparison of all terminals with each other
    return Lark(
        grammar,
        cache=str(folder / "expression.parser") if folder is not None else False,
        parser="lalr",
        lexer="contextual",
        postlex=_Words(builder or _Builder()),
        transformer=builder,
        maybe_placeholders=True,
        strict=strict,
    )


class _Builder(Transformer[Token, Any]):
    """Turns what the parser reduces into our own nodes at once."""

    def __init__(self) -> None:
        super().__init__(visit_tokens=False)
        self.text: ExpressionText
        self.problems: list[Problem] = []

    def place(self, token: Token) -> Span:
        start = token.start_pos or 0
        return self.text.span(start, token.end_pos or start + 1)

    # -- logic ---------------------------------------------------------------------------------------------------
    def disjunction(self, items: list[Any]) -> s.Syntax:
        return s.Logic("or", tuple(items), items[0].span.to(items[-1].span))

    def conjunction(self, items: list[Any]) -> s.Syntax:
        return s.Logic("and", tuple(items), items[0].span.to(items[-1].span))

    def negation(self, items: list[Any]) -> s.Syntax:
        return s.Not(items[1], self.place(items[0]).to(items[1].span))

    def comparison(self, items: list[Any]) -> s.Syntax:
        if len(items) > 3:
            problem = Problem("chained-comparison", "comparisons do not chain", self.place(items[3]))
            self.problems.append(problem.hint("write `a < b and b < c`, or `b between a and c`"))
        left, operator, right = items[:3]
        if isinstance(left, s.Null) or isinstance(right, s.Null):
            word = "is not null" if operator in ("!=", "<>") else "is null"
            where = right if isinstance(right, s.Null) else left
            problem = Problem("null-comparison", "nothing is equal to null, not even null", where.span)
            self.problems.append(problem.hint(f"write `{word}`"))
        symbol = "!=" if operator == "<>" else str(operator)
        return s.Binary(symbol, left, right, left.span.to(right.span))

    def in_list(self, items: list[Any]) -> s.Syntax:
        negated = items[1].type == "NOT"
        values = tuple(items[-1])
        for value in values:
            if isinstance(value, s.Null):
                problem = Problem("null-comparison", "a null in a list matches nothing", value.span)
                words = "and .. is not null" if negated else "or .. is null"
                self.problems.append(problem.hint(f"write `{words}` behind the list"))
        return s.InList(items[0], values, negated, items[0].span.to(values[-1].span))

    def between(self, items: list[Any]) -> s.Syntax:
        low, high = items[-2:]
        return s.Between(items[0], low, high, items[1].type == "NOT", items[0].span.to(high.span))

    def like(self, items: list[Any]) -> s.Syntax:
        return s.Like(items[0], items[-1], items[1].type == "NOT", items[0].span.to(items[-1].span))

    def is_null(self, items: list[Any]) -> s.Syntax:
        negated = any(isinstance(item, Token) and item.type == "NOT" for item in items)
        return s.IsNull(items[0], negated, items[0].span.to(self.place(items[-1])))

    # -- arithmetic ----------------------------------------------------------------------------------------------
    def arithmetic(self, items: list[Any]) -> s.Syntax:
        left, operator, right = items
        return s.Binary(str(operator), left, right, left.span.to(right.span))

    def minus(self, items: list[Any]) -> s.Syntax:
        return s.Minus(items[1], self.place(items[0]).to(items[1].span))

    def parenthesis(self, items: list[Any]) -> s.Syntax:
        """What stands inside; the parentheses belong to the place of an operation, not to that of a name or a call."""
        inner: s.Syntax = items[1]
        first, last = self.place(items[0]), self.place(items[2])
        operation = isinstance(inner, s.Binary | s.Logic | s.Not | s.Minus | s.InList | s.Between | s.Like | s.IsNull)
        return replace(inner, span=first.to(last)) if operation and first.line == last.line else inner

    def narrow(self, items: list[Any]) -> s.Syntax:
        return s.Narrow(items[1], items[3], self.place(items[0]).to(self.place(items[-1])))

    # -- literals ------------------------------------------------------------------------------------------------
    def number(self, items: list[Any]) -> s.Syntax:
        return self.number_of(items[0])

    def number_of(self, token: Token) -> s.Number:
        digits = token.replace("_", "").rstrip("%")
        if token.count("_") and not re.fullmatch(r"\d+(_\d+)*(\.\d+(_\d+)*)?%?", token):
            self.problems.append(Problem("number-form", f"`{token}` is not a number", self.place(token)))
        if len(digits) > MAX_DIGITS:
            message = f"a number of {len(digits):,} digits; it may have {MAX_DIGITS}"
            self.problems.append(Problem("number-form", message, self.place(token)))
            digits = "0"
        if re.match(r"0\d", digits):
            problem = Problem("number-form", f"`{token}` begins with a zero", self.place(token))
            self.problems.append(problem.hint("a thousand is written 1_000 or 1000: a comma begins the next value"))
        value = Fraction(digits)
        percent = token.endswith("%")
        return s.Number(value / 100 if percent else value, str(token), percent, self.place(token))

    def duration(self, items: list[Any]) -> s.Syntax:
        amount, word = self.number_of(items[0]), items[1]
        span = amount.span.to(self.place(word))
        unit = word.lower() if word.lower().endswith("s") else word.lower() + "s"
        if unit not in UNITS:
            problem = Problem("syntax", f"`{word}` does not fit here", self.place(word), did_you_mean(word, UNITS))
            self.problems.append(problem.hint("an operator is missing before it, or it should be a unit of time"))
            return amount
        if unit in ("months", "quarters", "years") and amount.value.denominator != 1:
            problem = Problem("duration-form", f"part of a {unit[:-1]} has no fixed length", span)
            self.problems.append(problem.hint("write it in days"))
        if amount.percent:
            self.problems.append(Problem("duration-form", "a duration is no share of a unit", span))
        return s.Duration(amount.value, unit, span)

    def string(self, items: list[Any]) -> s.Syntax:
        return s.Text(items[0][1:-1].replace("''", "'"), self.place(items[0]))

    def typed_literal(self, items: list[Any]) -> s.Syntax:
        word, text = items
        span = self.place(word).to(self.place(text))
        if word.lower() != "date":
            problem = Problem("syntax", f"`{word}` does not stand before a text", span)
            self.problems.append(problem.hint("a day is written date '2026-01-31'"))
            return s.Text(text[1:-1], span)
        day = read_day(text[1:-1])
        if day is None:
            form = bool(re.fullmatch(r"'\d{4}-\d{2}-\d{2}'", text))
            label = "the calendar has no such day" if form else "write it as date '2026-01-31'"
            problem = Problem("date-form", f"{text} is not a day", self.place(text), label)
            self.problems.append(problem)
            day = date.min
        return s.Day(day, span)

    def boolean(self, items: list[Any]) -> s.Syntax:
        return s.Truth(items[0].type == "TRUE", self.place(items[0]))

    def null(self, items: list[Any]) -> s.Syntax:
        return s.Null(self.place(items[0]))

    # -- names and calls -----------------------------------------------------------------------------------------
    def word(self, items: list[Any]) -> s.Word:
        token = items[0]
        span = self.place(token)
        if token.type == "QUOTED":
            return s.Word(token[1:-1].replace('""', '"'), span, quoted=True)
        if token.lower() in RESERVED:
            problem = Problem("reserved-word", f"`{token}` is a reserved word", span)
            self.problems.append(problem.hint(f'a name like this stands in double quotes: "{token}"'))
        return s.Word(str(token), span)

    def name(self, items: list[Any]) -> s.Name:
        return s.Name(tuple(items), items[0].span.to(items[-1].span))

    def names(self, items: list[Any]) -> tuple[s.Name, ...]:
        return tuple(items)

    def expressions(self, items: list[Any]) -> tuple[s.Syntax, ...]:
        return tuple(items)

    def call(self, items: list[Any]) -> s.Syntax:
        name, _, distinct, arguments, *clauses, closing = items
        span = self.place(name).to(self.place(closing))
        found: dict[str, Any] = {}
        spans: dict[str, Span] = {}
        for key, value, place in clauses:
            if key in found:
                self.problems.append(Problem("clause-twice", f"`{key.replace('_', ' ')}` stands here twice", place))
            if "per" in found:
                problem = Problem("clause-order", "`per` stands last", spans["per"])
                self.problems.append(problem.hint("write avg(revenue where region = 'East' per owner)"))
            found[key], spans[key] = value, place
        return s.Call(
            name.lower(), arguments or (), distinct is not None, s.Clauses(**found, spans=spans), span, self.place(name)
        )

    def where(self, items: list[Any]) -> tuple[str, Any, Span]:
        return "where", items[1], self.place(items[0])

    def on(self, items: list[Any]) -> tuple[str, Any, Span]:
        return "on", items[1], self.place(items[0])

    def via(self, items: list[Any]) -> tuple[str, Any, Span]:
        return "via", items[1], self.place(items[0])

    def by(self, items: list[Any]) -> tuple[str, Any, Span]:
        return "by", items[1], self.place(items[0])

    def per(self, items: list[Any]) -> tuple[str, Any, Span]:
        return "per", items[1], self.place(items[0])

    def over(self, items: list[Any]) -> tuple[str, Any, Span]:
        return "over", items[1], self.place(items[0])

    def as_of(self, items: list[Any]) -> tuple[str, Any, Span]:
        return "as_of", items[2].lower(), self.place(items[0])

    def when(self, items: list[Any]) -> tuple[s.Syntax, s.Syntax]:
        return items[1], items[3]

    def case(self, items: list[Any]) -> s.Syntax:
        whens = tuple(item for item in items if isinstance(item, tuple))
        word = next((i for i, item in enumerate(items) if isinstance(item, Token) and item.type == "ELSE"), None)
        otherwise = items[word + 1] if word is not None else None
        return s.Case(whens, otherwise, self.place(items[0]).to(self.place(items[-1])))
