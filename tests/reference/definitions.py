"""metrics.yaml to a model (language.md, section 2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import yaml

from .errors import Unsupported, Wrong
from .parser import parse
from .syntax import Name, Node
from .targets import Target, read_targets


@dataclass(frozen=True)
class Join:
    """A many-to-one join: its name, the other table, the columns of the reference, `at` for histories."""

    name: str
    to: str
    on: tuple[str, ...]
    at: Name | None = None


@dataclass(frozen=True)
class Field:
    """A derived column (with an expression) or what is said about a column."""

    name: str
    expression: Node | None = None
    unit: str | None = None
    ahead: bool = False
    type: str | None = None


@dataclass(frozen=True)
class Table:
    """A table: where its rows are, key, time axis, joins, fields, lifespan or snapshot."""

    name: str
    file: str | None
    key: tuple[str, ...]
    time: Name | None
    timezone: str | None
    joins: dict[str, Join]
    fields: dict[str, Field]
    lifespan: tuple[Name, Name] | None = None
    snapshot: Name | None = None
    snapshot_per: Name | None = None


@dataclass(frozen=True)
class Dimension:
    """A chain of joins that ends in a field, for every table, or a path for each table."""

    name: str
    chain: Name | None = None
    paths: dict[str, Node] = field(default_factory=dict)


@dataclass(frozen=True)
class Metric:
    """An expression and its declared unit."""

    name: str
    expression: Node | None
    unit: str | None


@dataclass(frozen=True)
class Rates:
    """Where exchange rates are: a table, and its columns."""

    table: str
    source: str
    target: str
    date: str
    rate: str


@dataclass(frozen=True)
class Model:
    """Everything that metrics.yaml says and the interpreter needs."""

    tables: dict[str, Table]
    dimensions: dict[str, Dimension]
    metrics: dict[str, Metric]
    constants: dict[str, int | Fraction]
    calendar: dict[str, Any]
    currency: str | None = None
    rates: Rates | None = None
    targets: dict[str, list[Target]] = field(default_factory=dict)


def read_definitions(text: str) -> Model:
    """The text of metrics.yaml as a model. All scalars are read as text."""
    document = yaml.load(text, Loader=yaml.BaseLoader) or {}
    if document.get("include"):
        raise Unsupported("include")
    return Model(
        tables={n: _table(n, t or {}) for n, t in _section(document, "tables").items()},
        dimensions={n: _dimension(n, d) for n, d in _section(document, "dimensions").items()},
        metrics={n: _metric(n, m) for n, m in _section(document, "metrics").items()},
        constants={n: _number(v) for n, v in _section(document, "constants").items()},
        calendar=_section(document, "calendar"),
        currency=document.get("currency"),
        rates=_rates(_section(document, "rates")),
        targets={n: read_targets(n, t) for n, t in _section(document, "targets").items()},
    )


def _rates(said: dict[str, Any]) -> Rates | None:
    return Rates(said["table"], said["from"], said["to"], said["date"], said["rate"]) if said else None


def _section(document: dict[str, Any], name: str) -> dict[str, Any]:
    section = document.get(name) or {}
    if not isinstance(section, dict):
        raise Wrong(f"{name} is not a mapping")
    return section


def _number(text: str) -> int | Fraction:
    number = Fraction(text.replace("_", "").rstrip("%")) / (100 if text.endswith("%") else 1)
    return int(number) if number.denominator == 1 else number


def _name(text: str | None) -> Name | None:
    if not text:
        return None
    node = parse(text)
    if not isinstance(node, Name):
        raise Wrong(f"not a name: {text}")
    return node


def _names(value: Any) -> tuple[str, ...]:
    if isinstance(value, list):
        return tuple(value)
    return (value,) if value else ()


def _table(name: str, said: dict[str, Any]) -> Table:
    snapshot = said.get("snapshot")
    per = snapshot.get("per") if isinstance(snapshot, dict) else None
    lifespan = said.get("lifespan")
    return Table(
        name=name,
        file=_file(said),
        key=_names(said.get("key")),
        time=_name(said.get("time")),
        timezone=said.get("timezone"),
        joins={n: _join(n, j) for n, j in (said.get("joins") or {}).items()},
        fields={n: _field(n, f) for n, f in (said.get("fields") or {}).items()},
        lifespan=(_needed(lifespan["from"]), _needed(lifespan["to"])) if lifespan else None,
        snapshot=_name(snapshot["column"] if isinstance(snapshot, dict) else snapshot),
        snapshot_per=_name(per),
    )


def _needed(text: str) -> Name:
    name = _name(text)
    if name is None:
        raise Wrong("a name is missing")
    return name


def _file(said: dict[str, Any]) -> str | None:
    """The stem of the file, or the last part of the source."""
    if file := said.get("file"):
        return str(file).rsplit("/", 1)[-1].rsplit(".", 1)[0]
    if source := said.get("source"):
        return str(source).rsplit(".", 1)[-1]
    return None


def _join(name: str, said: dict[str, Any]) -> Join:
    return Join(name, said["to"], _names(said.get("on")), _name(said.get("at")))


def _field(name: str, said: Any) -> Field:
    if isinstance(said, str):
        return Field(name, parse(said))
    expression = said.get("expr")
    return Field(
        name,
        parse(expression) if expression else None,
        said.get("unit"),
        str(said.get("ahead", "false")).lower() == "true",
        said.get("type"),
    )


def _dimension(name: str, said: Any) -> Dimension:
    if isinstance(said, str):
        return Dimension(name, chain=_name(said))
    if said.get("paths"):
        return Dimension(name, paths={table: parse(path) for table, path in said["paths"].items()})
    chain = said.get("path") or said.get("expr")
    if not chain:
        raise Wrong(f"dimension {name} has no path")
    return Dimension(name, chain=_name(chain))


def _metric(name: str, said: Any) -> Metric:
    if isinstance(said, str):
        return Metric(name, parse(said), None)
    expression = said.get("expr")
    return Metric(name, parse(expression) if expression else None, said.get("unit"))
