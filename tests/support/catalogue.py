"""The repository's catalogue as the definitions of a page: its tables are the page's CSV blocks, the others are empty.

A block needs only the columns that matter; the rest are there, without values. Types are those of attain.lock.
"""

from __future__ import annotations

import csv
import io
import json
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from yaml.emitter import Emitter
from yaml.representer import SafeRepresenter
from yaml.resolver import BaseResolver
from yaml.serializer import Serializer

ROOT = Path(__file__).parents[2]


class _PlainDumper(Emitter, Serializer, SafeRepresenter, BaseResolver):
    """Writes texts as they stand: `true` and `on` without quotes, since all scalars were read as text."""

    def __init__(self, stream: Any, **options: Any) -> None:
        Emitter.__init__(self, stream, width=1_000_000, allow_unicode=True)
        Serializer.__init__(self)
        SafeRepresenter.__init__(self, sort_keys=False)
        BaseResolver.__init__(self)


@cache
def columns() -> dict[str, dict[str, str]]:
    """The columns of each table with their types."""
    lock = json.loads((ROOT / "attain.lock").read_text(encoding="utf-8"))
    return {name: dict(table["columns"]) for name, table in lock["tables"].items()}


@cache
def catalogue_definitions() -> str:
    """metrics.yaml and what it includes as one text, each table read from a CSV file of its name."""
    whole = read_file(ROOT / "metrics.yaml")
    for name in whole.pop("include"):
        for section, entries in read_file(ROOT / name).items():
            if section == "tests":
                continue
            whole.setdefault(section, {}).update(entries)
    whole.pop("connections")
    for name, table in whole["tables"].items():
        table["file"] = f"{table.pop('source')}.csv"
        table["fields"] = {**types_of(name, table.get("fields", {})), **table.get("fields", {})}
        for column, field in types_of(name, {}).items():
            if isinstance(table["fields"][column], dict) and "expr" not in table["fields"][column]:
                table["fields"][column].setdefault("type", field["type"])
    return yaml.dump(whole, Dumper=_PlainDumper)


def read_file(path: Path) -> dict[str, Any]:
    """A file of definitions; every scalar is text on one line."""
    found = on_one_line(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader))
    assert isinstance(found, dict)
    return found


def on_one_line(value: Any) -> Any:
    """Texts without line breaks, at any depth."""
    if isinstance(value, dict):
        return {key: on_one_line(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [on_one_line(entry) for entry in value]
    return " ".join(str(value).split())


def types_of(table: str, fields: dict[str, Any]) -> dict[str, dict[str, str]]:
    """What says the type of each column of a table that `fields` do not name."""
    return {column: {"type": type} for column, type in columns()[table].items() if column not in fields}


def catalogue_tables(given: dict[str, str]) -> dict[str, str]:
    """The CSV text of every table: the given rows, in all columns; none of the tables that are not given."""
    unknown = sorted(set(given) - set(columns()))
    assert not unknown, f"the catalogue has no table {', '.join(unknown)}"
    return {name: in_all_columns(given.get(name, ""), list(named)) for name, named in columns().items()}


def in_all_columns(text: str, names: list[str]) -> str:
    """CSV text with a column for each name; one that is no column is an error."""
    out = io.StringIO()
    writer = csv.DictWriter(out, names, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(csv.DictReader(io.StringIO(text)))
    return out.getvalue()
