"""The command line of `attain run`, read by the tests themselves: what the options mean, not how click takes them."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import Any

_FIELDS = {"by": "by", "grain": "grain", "where": "where", "having": "having", "from": "start", "to": "end"}
_FIELDS |= {"as-of": "as_of", "order": "order", "limit": "limit", "top": "top"}


@dataclass(frozen=True)
class Command:
    """The metrics and the options of a query; `rest` are those that QueryRequest does not have."""

    metrics: tuple[str, ...]
    options: dict[str, Any]
    rest: tuple[str, ...] = ()


def read_command(text: str) -> Command:
    """What follows `attain run`."""
    metrics: list[str] = []
    options: dict[str, Any] = {}
    rest: list[str] = []
    words = iter(shlex.split(text))
    for word in words:
        name, _, value = word.removeprefix("--").partition("=")
        if not word.startswith("--"):
            metrics.append(word)
        elif name in ("sparse", "totals"):
            options[name] = True
        elif name in _FIELDS:
            options[_FIELDS[name]] = _option(name, value if "=" in word else next(words))
        else:
            rest.append(word)
    return Command(tuple(metrics), options, tuple(rest))


def _option(name: str, value: str) -> Any:
    if name == "by":
        return tuple(part.strip() for part in value.split(","))
    return int(value) if name in ("limit", "top") else value
