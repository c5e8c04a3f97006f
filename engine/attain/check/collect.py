"""All files of one namespace into one draft: names once, calendar, constants, connections."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeVar

from attain.base.problem import Problem
from attain.base.suggest import did_you_mean, some_of
from attain.check.calendar import build_calendar, zone_of
from attain.check.draft import Draft, DraftTable
from attain.check.rates import collect_rates
from attain.model.calendar import GRAINS
from attain.model.semantic import Connection, Join, Origin
from attain.model.types import Type, read_type
from attain.read.definitions import RawFile, RawModel, below_root
from attain.read.shape import CalendarShape, TableShape
from attain.read.tree import Scalar

T = TypeVar("T")
FORMATS = (".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".parquet")
CONNECTIONS = ("duckdb", "postgres", "sqlite")


@dataclass(slots=True)
class Collected:
    """The draft with what belongs to the namespace as a whole."""

    draft: Draft
    name: str = ""
    currency: str = ""
    connections: dict[str, Connection] = field(default_factory=dict)
    calendar: CalendarShape | None = None


def collect(raw: RawModel) -> Collected:
    """One draft of all files; names that stand twice are problems that show both places."""
    found = Collected(Draft())
    draft = found.draft
    places: dict[tuple[str, str], Scalar] = {}
    calendars: list[CalendarShape] = []
    for file in raw.files:
        document = file.document
        found.name = found.name or (str(document.name) if document.name else "")
        found.currency = found.currency or (str(document.currency) if document.currency else "")
        if document.calendar is not None:
            calendars.append(document.calendar)
        if document.rates is not None:
            collect_rates(draft, document.rates)
        for name, shape in unique(draft, places, "table", document.tables.items()):
            draft.tables[str(name)] = draft_table(draft, file, name, shape)
        for name, dimension in unique(draft, places, "dimension", document.dimensions.items()):
            draft.dimension_shapes[str(name)] = (name, dimension)
        for name, metric in unique(draft, places, "metric", document.metrics.items()):
            draft.metric_shapes[str(name)] = (name, metric)
        for name, target in unique(draft, places, "target", document.targets.items()):
            draft.target_shapes[str(name)] = (name, target)
            draft.target_metrics[str(name)] = (str(target.metric), target.default)
        for name, alert in unique(draft, places, "alert", document.alerts.items()):
            draft.alert_shapes[str(name)] = (name, alert)
        for name, value in unique(draft, places, "constant", document.constants.items()):
            draft.constants[str(name)] = fraction(value)
        for name, connection in unique(draft, places, "connection", document.connections.items()):
            found.connections[str(name)] = connection_of(draft, file, name, connection)
    draft.calendar = build_calendar(draft, calendars)
    found.calendar = calendars[0] if calendars else None
    for table in draft.tables.values():
        table.zone = zone_of(draft, table.shape.timezone, draft.calendar.timezone)
    refuse_shared(draft, places)
    draft.currency = found.currency
    return found


def unique(
    draft: Draft, places: dict[tuple[str, str], Scalar], what: str, items: Iterable[tuple[Scalar, T]]
) -> list[tuple[Scalar, T]]:
    """The items whose names are not taken yet; the others are problems."""
    fresh: list[tuple[Scalar, T]] = []
    for name, value in items:
        first = places.setdefault((what, str(name)), name)
        if first is not name:
            problem = Problem("duplicate-name", f"{what} `{name}` is defined twice", name.span, "the second")
            draft.problems.append(problem.also(first.span, "the first"))
            continue
        if any(ord(character) < 32 for character in name) or len(name) > 200 or not name.strip():
            text = f"this is no name for a {what}: it is empty, too long, or holds control characters"
            draft.problems.append(Problem("name-form", text, name.span))
            continue
        fresh.append((name, value))
    return fresh


def refuse_shared(draft: Draft, places: dict[tuple[str, str], Scalar]) -> None:
    """A metric and a constant may not share a name; a dimension may not be called like a grain."""
    for name in draft.constants:
        if name in draft.metric_shapes:
            problem = Problem(
                "duplicate-name", f"`{name}` is a constant and a metric", draft.metric_shapes[name][0].span
            )
            draft.problems.append(problem.also(places["constant", name].span, "the constant"))
    for name, (scalar, _) in draft.dimension_shapes.items():
        if name in draft.calendar.grain_names():
            problem = Problem("name-taken", f"`{name}` is a grain; a dimension needs another name", scalar.span)
            draft.problems.append(problem.hint(f"grains: {', '.join(GRAINS)}"))


def fraction(text: Scalar) -> Fraction:
    """The value of a number as written: `1_000.5`, `60%`."""
    digits = text.replace("_", "")
    return Fraction(digits.removesuffix("%")) / (100 if digits.endswith("%") else 1)


def draft_table(draft: Draft, file: RawFile, name: Scalar, shape: TableShape) -> DraftTable:
    """A table as declared."""
    joins = {
        str(join): Join(str(join), str(s.to), tuple(map(str, s.on)), str(s.at or ""), join.span)
        for join, s in shape.joins.items()
    }
    key = tuple(map(str, shape.key or ()))
    time = str(shape.time or "")
    stock = shape.lifespan is not None or shape.snapshot is not None
    origin = origin_of(draft, file, name, shape)
    return DraftTable(name, shape, origin, key, joins, None, None, "UTC", time, is_stock=stock)


def origin_of(draft: Draft, file: RawFile, name: Scalar, shape: TableShape) -> Origin:
    """Where the rows come from: exactly one of `source:`, `file:` and `sql:`."""
    written = [
        (kind, value) for kind, value in (("table", shape.source), ("file", shape.file), ("sql", shape.sql)) if value
    ]
    if len(written) != 1:
        span = written[1][1].span if written else name.span
        found = "two sources" if written else "no source"
        problem = Problem("table-source", f"table `{name}` has {found}", span)
        draft.problems.append(problem.hint("write one of: source: schema.table, file: data/deals.csv, sql: a SELECT"))
        return Origin("none", "")
    kind, value = written[0]
    if kind != "file":
        return Origin(kind, str(value))
    path, problem_found = below_root(file.folder, value)
    if problem_found is not None:
        draft.problems.append(problem_found)
        return Origin("none", "")
    if not path.removesuffix(".gz").endswith(FORMATS):
        problem = Problem("table-source", f"`{value}` is of a form that is not read", value.span)
        draft.problems.append(problem.hint(f"files end in {', '.join(FORMATS)}"))
        return Origin("none", "")
    return Origin("file", path)


def connection_of(draft: Draft, file: RawFile, name: Scalar, shape: object) -> Connection:
    """A connection: its type, and a path below the definitions' folder."""
    from attain.read.shape import ConnectionShape

    assert isinstance(shape, ConnectionShape)
    if shape.type not in CONNECTIONS:
        problem = Problem("wrong-value", f"`{shape.type}` is no type of connection", shape.type.span)
        label = did_you_mean(shape.type, CONNECTIONS)
        draft.problems.append(problem.hint(label, f"types: {some_of(CONNECTIONS)}"))
    path = ""
    if shape.path is not None:
        path, problem_found = below_root(file.folder, shape.path)
        draft.problems += [problem_found] if problem_found else []
    return Connection(str(name), str(shape.type), path, str(shape.dialect or ""))


def declared_types(table: DraftTable) -> dict[str, Type]:
    """The types that `fields:` declares for columns of the source."""
    found: dict[str, Type] = {}
    for name, shape in table.shape.fields.items():
        type = read_type(shape.type) if shape.type is not None and shape.expr is None else None
        if type is not None:
            found[str(name)] = type
    return found
