"""An expression as it should stand: one space around operators, none inside parentheses, keywords and functions in
small letters. Words, parentheses and their order stay, and it is the same expression: that is looked at each time."""

from __future__ import annotations

import re

from attain.read.expressions import RESERVED, read_expression
from attain.read.text import ExpressionText, find_comment
from attain.read.tree import Lines
from attain.read.written import syntax_to_text

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>'(?:[^']|'')*')|(?P<quoted>"(?:[^"\n]|"")+")|(?P<number>[0-9][0-9_]*(?:\.[0-9][0-9_]*)?%?)
    |(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<mark><>|<=|>=|!=|[-=<>+*/().,]))""",
    re.VERBOSE,
)
#: Words that are keywords only where the grammar has them; elsewhere they may be names.
_SOFT = frozenset("on via by per over as of start end when then else".split())
_KEYWORDS = RESERVED | _SOFT
_OPERATORS = frozenset(("=", "<", ">", "<>", "<=", ">=", "!=", "+", "-", "*", "/"))

Token = tuple[str, str]  # kind and text


def format_expression(text: str) -> str:
    """The expression as it should stand; as it is where it has comments, several lines or mistakes."""
    if "\n" in text or find_comment(text) >= 0:
        return text
    meaning, tokens = meaning_of(text), tokens_of(text)
    if meaning is None or tokens is None:
        return text
    for keywords in (_KEYWORDS, RESERVED):
        written = joined([in_small_letters(token, after, keywords) for token, after in followed(tokens)])
        if meaning_of(written) == meaning:
            return written
    return text


def meaning_of(text: str) -> str | None:
    """What an expression says, whatever its layout; None where it cannot be read."""
    tree, problems = read_expression(ExpressionText(text, Lines("", text)))
    return None if tree is None or problems else syntax_to_text(tree)


def tokens_of(text: str) -> list[Token] | None:
    """The tokens of an expression; None where something is none."""
    tokens: list[Token] = []
    place, text = 0, text.rstrip()
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None or found.lastgroup is None:
            return None
        tokens.append((found.lastgroup, found[found.lastgroup]))
        place = found.end()
    return tokens


def followed(tokens: list[Token]) -> list[tuple[Token, str]]:
    """Each token with the text of the next one."""
    return list(zip(tokens, [*(text for _, text in tokens[1:]), ""], strict=True))


def in_small_letters(token: Token, after: str, keywords: frozenset[str]) -> Token:
    """A keyword or the name of a function in small letters; anything else as it is."""
    kind, text = token
    small = kind == "name" and (text.lower() in keywords or after == "(")
    return (kind, text.lower()) if small else token


def joined(tokens: list[Token]) -> str:
    """The tokens in a row, with the spaces that belong between them."""
    parts: list[str] = []
    before: Token = ("", "")
    is_sign = False  # whether the token before is the minus of a number, not an operator
    for token in tokens:
        parts.append("" if not parts or is_close(before, token, is_sign) else " ")
        parts.append(token[1])
        is_sign = token[1] == "-" and is_open(before)
        before = token
    return "".join(parts)


def is_open(before: Token) -> bool:
    """Whether a minus behind this token is a sign."""
    kind, text = before
    return kind == "" or text in _OPERATORS or text in ("(", ",") or (kind == "name" and text in _KEYWORDS)


def is_close(before: Token, token: Token, is_sign: bool) -> bool:
    """Whether nothing stands between two tokens."""
    if is_sign:
        return token[1] != "-"
    if token[1] == "(":
        is_call = before[0] == "name" and before[1] not in _KEYWORDS
        return is_call or before[1] == "("
    return token[1] in (")", ",", ".") or before[1] in ("(", ".")
