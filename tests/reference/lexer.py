"""Text to tokens."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .errors import Wrong

_TOKEN = re.compile(
    r"""(?P<space>\s+ | \#[^\n]* | --(?=\s|$)[^\n]*)
      | (?P<number>\d[\d_]*(?:\.\d[\d_]*)?)
      | (?P<text>'(?:[^']|'')*')
      | (?P<quoted>"(?:[^"]|"")*")
      | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<sign><>|!=|<=|>=|--|[-+*/(),.=<>%])
    """,
    re.VERBOSE,
)


@dataclass(frozen=True)
class Token:
    """A piece of text: `kind` is number, text, quoted, word, sign or end."""

    kind: str
    text: str

    @property
    def lower(self) -> str:
        """A word in lower case (keywords are case-insensitive); other tokens as they are."""
        return self.text.lower() if self.kind == "word" else self.text


def read_tokens(text: str) -> list[Token]:
    """All tokens of an expression, and an end token."""
    tokens: list[Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise Wrong(f"cannot read {text[at : at + 10]!r}")
        kind = str(match.lastgroup)
        if match.group() == "--":
            raise Wrong("a--b: write a - -b, or white space after -- for a comment")
        if kind != "space":
            tokens.append(Token(kind, match.group()))
        at = match.end()
    tokens.append(Token("end", ""))
    return tokens
