"""The command line of a query, read (section 9)."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field
from datetime import date

from .errors import Unsupported, Wrong
from .parser import parse
from .syntax import Name, Node

_VALUES = set("by grain where having from to as-of order limit top format f c color max-cells".split())
_FLAGS = {"sparse", "totals", "q"}


@dataclass
class Query:
    """The command line, read."""

    metrics: list[tuple[str, Node]] = field(default_factory=list)
    by: list[Name] = field(default_factory=list)
    grain: str | None = None
    where: list[Node] = field(default_factory=list)
    having: list[Node] = field(default_factory=list)
    start: date | None = None
    end: date | None = None
    as_of: date | None = None
    order: list[tuple[Node, bool]] = field(default_factory=list)
    limit: int | None = None
    top: int | None = None
    sparse: bool = False
    totals: bool = False

    @property
    def nodes(self) -> tuple[Node, ...]:
        """The expressions of the metrics."""
        return tuple(node for _, node in self.metrics)


def read_query(text: str) -> Query:
    """What follows `attain run`."""
    query, words = Query(), iter(shlex.split(text))
    for word in words:
        if not word.startswith("--") and word not in ("-f", "-c", "-q"):
            query.metrics.append((word, parse(word)))
            continue
        option, _, value = word.lstrip("-").partition("=")
        if option in _FLAGS:
            query.sparse = query.sparse or option == "sparse"
            query.totals = query.totals or option == "totals"
        elif option in _VALUES:
            _set(query, option, value if "=" in word else next(words))
        else:
            raise Unsupported(word)
    return query


def _set(query: Query, option: str, value: str) -> None:
    if option == "by":
        query.by += [_name(part) for part in _split(value)]
    elif option == "grain":
        query.grain = value
    elif option in ("where", "having"):
        getattr(query, option).append(parse(value))
    elif option in ("from", "to", "as-of"):
        setattr(query, {"from": "start", "to": "end", "as-of": "as_of"}[option], date.fromisoformat(value))
    elif option == "order":
        query.order += [(parse(p.removeprefix("-")), p.startswith("-")) for p in _split(value)]
    elif option in ("limit", "top"):
        setattr(query, option, int(value))


def _name(text: str) -> Name:
    node = parse(text)
    if not isinstance(node, Name):
        raise Wrong(f"not a dimension: {text}")
    return node


def _split(text: str) -> list[str]:
    """The parts between commas that stand outside parentheses and quotes."""
    parts, depth, quoted = [""], 0, ""
    for letter in text:
        if quoted or letter in "'\"":
            quoted = "" if letter == quoted else quoted or letter
        elif letter in "()":
            depth += 1 if letter == "(" else -1
        elif letter == "," and depth == 0:
            parts.append("")
            continue
        parts[-1] += letter
    return [part.strip() for part in parts]
