"""The reference interpreter: language.md read literally, cell by cell, for tests only.

It shares nothing with the engine. Slow is fine; dicts and loops. Left out: units (but for durations), sources
that are no CSV text. What is decided here where language.md is silent stands in READINGS.md, beside this file.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from .definitions import read_definitions
from .errors import Unsupported, Wrong
from .query import read_query
from .result import run_query
from .world import World

__all__ = ["Answer", "Unsupported", "Wrong", "interpret"]


@dataclass
class Answer:
    """The result of a query; `ordered` if --order fixed the order (else by period and dimensions)."""

    columns: list[str]
    rows: list[list[object]]
    ordered: bool


def interpret(
    definitions: str,
    tables: dict[str, str],
    query: str,
    *,
    types: dict[str, dict[str, str]] | None = None,
    today: date | None = None,
) -> Answer:
    """The answer to a query: definitions is the text of metrics.yaml, tables the CSV text of each file's stem."""
    asked = read_query(query)
    world = World(read_definitions(definitions), tables, types or {}, asked.as_of or today or date.today())
    columns = [*(["total"] if asked.totals else []), *([asked.grain] if asked.grain else [])]
    columns += [name.text for name in asked.by] + [text for text, _ in asked.metrics]
    try:
        return Answer(columns, run_query(world, asked), bool(asked.order))
    except RecursionError as error:
        raise Wrong("the definitions go in a circle") from error
