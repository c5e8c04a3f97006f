"""Tokens to syntax trees: a recursive descent, one method for each level of precedence."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from .errors import Wrong
from .lexer import Token, read_tokens
from .syntax import Between, Binary, Call, Case, In, IsNull, Literal, Name, Node, Slice, Unary
from .values import UNIT_SECONDS, Duration

_RESERVED = frozenset("null true false where and or not in is like between case distinct".split())
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_COMPARISONS = ("=", "!=", "<>", "<", "<=", ">", ">=")


def parse(text: str) -> Node:
    """The tree of an expression."""
    parser = _Parser(read_tokens(text))
    node = parser.expression()
    parser.expect_end()
    return node


def duration_of(number: Fraction, unit: str) -> Duration | None:
    """`30 days` as a duration; None if the word is not a unit of time."""
    word = unit.lower().removesuffix("s")
    if word in _MONTHS:
        months = number * _MONTHS[word]
        if months.denominator != 1 or number.denominator != 1:
            raise Wrong(f"fractions only up to weeks: {number} {unit}")
        return Duration(months=int(months))
    if word in ("day", "week"):
        return Duration(days=number * (7 if word == "week" else 1))
    if word in UNIT_SECONDS:
        return Duration(seconds=number * UNIT_SECONDS[word])
    return None


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.at = 0

    @property
    def now(self) -> Token:
        return self.tokens[self.at]

    @property
    def next(self) -> Token:
        return self.tokens[min(self.at + 1, len(self.tokens) - 1)]

    def take(self) -> Token:
        token = self.now
        self.at += 1
        return token

    def is_now(self, *texts: str) -> bool:
        return self.now.kind in ("word", "sign") and self.now.lower in texts

    def accept(self, *texts: str) -> str | None:
        return self.take().lower if self.is_now(*texts) else None

    def expect(self, text: str) -> None:
        if self.accept(text) is None:
            raise Wrong(f"expected {text!r}, found {self.now.text!r}")

    def expect_end(self) -> None:
        if self.now.kind != "end":
            raise Wrong(f"unexpected {self.now.text!r}")

    def expression(self) -> Node:
        """`or`, the loosest."""
        node = self.conjunction()
        while self.accept("or"):
            node = Binary("or", node, self.conjunction())
        return node

    def conjunction(self) -> Node:
        """`and`."""
        node = self.negation()
        while self.accept("and"):
            node = Binary("and", node, self.negation())
        return node

    def negation(self) -> Node:
        """`not`, looser than comparisons."""
        if self.accept("not"):
            return Unary("not", self.negation())
        return self.comparison()

    def comparison(self) -> Node:
        """One comparison; they do not chain."""
        left = self.sum()
        node = self.compared(left)
        if node is not left and (self.is_now(*_COMPARISONS, "in", "between", "like", "is")):
            raise Wrong("comparisons do not chain")
        return node

    def compared(self, left: Node) -> Node:
        """What stands after the left side of a comparison, if anything."""
        if sign := self.accept(*_COMPARISONS):
            return self.plain_comparison(sign, left)
        if self.accept("is"):
            negated = self.accept("not") is not None
            self.expect("null")
            return _negate(IsNull(left), negated)
        negated = self.is_now("not") and self.next.lower in ("in", "between", "like")
        if negated:
            self.take()
        word = self.accept("in", "between", "like")
        if word == "in":
            return _negate(In(left, self.items()), negated)
        if word == "between":
            low = self.sum()
            self.expect("and")
            return _negate(Between(left, low, self.sum()), negated)
        if word == "like":
            return _negate(Binary("like", left, self.sum()), negated)
        return left

    def plain_comparison(self, sign: str, left: Node) -> Node:
        """`=`, `<` and so on; `!=` is the opposite of `=`."""
        right = self.sum()
        if Literal(None) in (left, right):
            raise Wrong("write `is null`")
        if sign in ("!=", "<>"):
            return Unary("not", Binary("=", left, right))
        return Binary(sign, left, right)

    def items(self) -> tuple[Node, ...]:
        """The list after `in`."""
        self.expect("(")
        items = [self.sum()]
        while self.accept(","):
            items.append(self.sum())
        self.expect(")")
        if Literal(None) in items:
            raise Wrong("a null in an `in` list: write `is null`")
        return tuple(items)

    def sum(self) -> Node:
        """`+ -`."""
        node = self.product()
        while sign := self.accept("+", "-"):
            node = Binary(sign, node, self.product())
        return node

    def product(self) -> Node:
        """`* /`."""
        node = self.signed()
        while sign := self.accept("*", "/"):
            node = Binary(sign, node, self.signed())
        return node

    def signed(self) -> Node:
        """Unary minus."""
        if self.accept("-"):
            return Unary("-", self.signed())
        return self.atom()

    def atom(self) -> Node:
        """A literal, a name, a call, parentheses, `case`."""
        token = self.now
        if token.kind == "number":
            return self.number()
        if token.kind == "text":
            return Literal(self.take().text[1:-1].replace("''", "'"))
        if self.accept("("):
            return self.parentheses()
        if token.kind == "word" and token.lower in ("null", "true", "false"):
            return Literal({"null": None, "true": True, "false": False}[self.take().lower])
        if self.accept("case"):
            return self.case()
        if token.lower == "date" and self.next.kind == "text":
            self.take()
            return Literal(_read_date(self.take().text[1:-1]))
        if token.kind == "word" and self.next == Token("sign", "("):
            return self.call()
        return self.name()

    def number(self) -> Node:
        """`12`, `60%`, `30 days`."""
        number = Fraction(self.take().text.replace("_", ""))
        if self.accept("%"):
            return Literal(_plain(number / 100))
        if self.now.kind == "word" and (duration := duration_of(number, self.now.text)):
            self.take()
            return Literal(duration)
        return Literal(_plain(number))

    def parentheses(self) -> Node:
        """`(x)` or `(metric where condition)`."""
        node = self.expression()
        if self.accept("where"):
            node = Slice(node, self.expression())
        self.expect(")")
        return node

    def case(self) -> Node:
        """`when .. then .. else .. end`."""
        branches = []
        while self.accept("when"):
            condition = self.expression()
            self.expect("then")
            branches.append((condition, self.expression()))
        otherwise = self.expression() if self.accept("else") else Literal(None)
        self.expect("end")
        return Case(tuple(branches), otherwise)

    def call(self) -> Node:
        """A function with its arguments and clauses."""
        function = self.take().lower
        self.expect("(")
        distinct = self.accept("distinct") is not None
        args: list[Node] = []
        if not self.is_now(")"):
            args.append(self.expression())
            while self.accept(","):
                args.append(self.expression())
        clauses = self.clauses()
        self.expect(")")
        return Call(function, tuple(args), distinct, **clauses)

    def clauses(self) -> dict[str, Any]:
        """`via`, `where`, `on`, `as of`, `by`, `per`, `over`, in any order, each once."""
        clauses: dict[str, Any] = {}
        while word := self.accept("via", "where", "on", "as", "by", "per", "over"):
            key = "as_of" if word == "as" else word
            if key in clauses or "per" in clauses:
                raise Wrong(f"{word}: each clause once, `per` last")
            clauses[key] = self.clause(word)
        return clauses

    def clause(self, word: str) -> object:
        """What stands after the word of a clause."""
        if word == "where":
            return self.expression()
        if word == "as":
            self.expect("of")
            which = self.accept("start", "end")
            if which is None:
                raise Wrong("as of start, or as of end")
            return which
        if word in ("per", "over"):
            names = [self.name()]
            while self.accept(","):
                names.append(self.name())
            return tuple(names)
        return self.name().parts if word == "via" else self.name()

    def name(self) -> Name:
        """`a.b."c d"`."""
        parts = [self.identifier()]
        while self.accept("."):
            parts.append(self.identifier())
        return Name(tuple(parts))

    def identifier(self) -> str:
        """One part of a name."""
        token = self.take()
        if token.kind == "quoted":
            return token.text[1:-1].replace('""', '"')
        if token.kind != "word" or token.lower in _RESERVED:
            raise Wrong(f"expected a name, found {token.text!r}")
        return token.text


def _negate(node: Node, negated: bool) -> Node:
    return Unary("not", node) if negated else node


def _plain(number: Fraction) -> int | Fraction:
    return int(number) if number.denominator == 1 else number


def _read_date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Wrong(f"not a date: {text}") from error
