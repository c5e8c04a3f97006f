"""`attain.lock`: what the tables looked like, so that checks and plans work where no data is at hand.

The same tables give the same bytes: keys are sorted and nothing tells when it was made.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from attain.base.problem import Problem
from attain.base.span import Span
from attain.model.types import Type
from attain.run.engine import Engine, RunProblem, TableRequest, quote_name

FILE_NAME = "attain.lock"
VERSION = 1


@dataclass(frozen=True, slots=True)
class KeyedTable:
    """A table to measure, and its key (empty: not known)."""

    request: TableRequest
    key: tuple[str, ...] = ()


def measure(engine: Engine, tables: Sequence[KeyedTable]) -> tuple[dict[str, Any], list[Problem]]:
    """For each table its columns, its rows and its distinct keys; and a problem for each that cannot be measured."""
    columns, problems = engine.describe([table.request for table in tables])
    measured: dict[str, Any] = {}
    for table in tables:
        if table.request.name in columns:
            try:
                measured[table.request.name] = _measure_table(engine, table, columns[table.request.name])
            except RunProblem as stopped:
                problems.append(stopped.problem)
    return {"version": VERSION, "dialect": engine.dialect, "tables": measured}, problems


def _measure_table(engine: Engine, table: KeyedTable, columns: Mapping[str, Type]) -> dict[str, Any]:
    source = engine.read_call(table.request, columns)
    known = all(name in columns for name in table.key)
    rows, keys = engine.fetch(_counts(source, table.key if known else ()))[0]
    return {
        "origin": {"kind": table.request.origin.kind, "text": table.request.origin.text},
        "columns": [[name, str(type)] for name, type in columns.items()],
        "key": list(table.key),
        "rows": int(rows),
        "keys": None if keys is None else int(keys),
        "fingerprint": fingerprint(table.request, columns),
    }


def _counts(source: str, key: tuple[str, ...]) -> str:
    """The query for the number of rows and of distinct keys. GROUP BY, because not every engine counts distinct
    pairs."""
    if not key:
        return f"SELECT count(*), NULL FROM {source}"
    names = ", ".join(quote_name(name) for name in key)
    return (
        f"SELECT (SELECT count(*) FROM {source}), "
        f"(SELECT count(*) FROM (SELECT {names} FROM {source} GROUP BY {names}) AS k)"
    )


def fingerprint(request: TableRequest, columns: Mapping[str, Type]) -> str:
    """A short text that is another one as soon as the table's origin, its declared types or its columns are."""
    told = {
        "origin": [request.origin.kind, request.origin.text],
        "declared": {name: str(type) for name, type in request.declared.items()},
        "columns": [[name, str(type)] for name, type in columns.items()],
    }
    text = json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def write_lock(data: Mapping[str, Any]) -> str:
    """The text of the lock."""
    return json.dumps(data, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def read_lock(text: str) -> dict[str, Any]:
    """What a lock's text says. Raises RunProblem where it is no lock of this version."""
    try:
        data = json.loads(text)
    except ValueError:
        data = None
    if not isinstance(data, dict) or data.get("version") != VERSION or not isinstance(data.get("tables"), dict):
        problem = Problem("lock-unreadable", f"`{FILE_NAME}` cannot be read", Span(FILE_NAME, 1, 1, 2))
        raise RunProblem(problem.hint("write it again with `attain lock`"), 1)
    return data
