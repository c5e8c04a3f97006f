"""The building blocks: tables with typed columns and joins, dimensions, metrics, a query; and their text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

Chain = tuple[str, ...]
Rows = list[dict[str, str]]  # as CSV has them: "" is a missing value

NUMBER, TEXT, BOOLEAN, DATE, TIMESTAMP, DURATION = "number", "text", "boolean", "date", "timestamp", "duration"
TYPES = {"integer": NUMBER, "decimal(12, 2)": NUMBER, "text": TEXT, "boolean": BOOLEAN, "date": DATE}
TYPES |= {"timestamp": TIMESTAMP, "decimal(12, 4)": NUMBER}


@dataclass(frozen=True)
class Join:
    """A join to another table by columns of this one; with `at` to the version of a history at that time."""

    to: str
    on: tuple[str, ...]
    at: str = ""


@dataclass(frozen=True)
class Derived:
    """A derived field: its expression and what kind of value it has."""

    text: str
    kind: str


@dataclass(frozen=True)
class Table:
    """A table with its rows; `columns` gives the type of each, `ahead` those that may lie after the as-of day.

    A stock has a `lifespan`, or a `snapshot` (the column, and what it is taken per, if anything).
    """

    name: str
    key: tuple[str, ...]
    columns: dict[str, str]
    rows: Rows
    time: str | None = None
    timezone: str = ""
    joins: dict[str, Join] = field(default_factory=dict)
    fields: dict[str, Derived] = field(default_factory=dict)
    ahead: frozenset[str] = frozenset()
    lifespan: tuple[str, str] | None = None
    snapshot: tuple[str, str] | None = None

    @property
    def is_stock(self) -> bool:
        """Whether its aggregates may stand `as of` an instant."""
        return self.lifespan is not None or self.snapshot is not None

    def kinds(self) -> dict[str, str]:
        """What kind of value each column and each field has."""
        return {**{c: TYPES[t] for c, t in self.columns.items()}, **{n: f.kind for n, f in self.fields.items()}}


@dataclass(frozen=True)
class Metric:
    """A metric: its expression, the tables that it reads (inside conditions too), its unit as a word.

    `exact`: rows may be ordered and compared by its values; `timed`: a time axis bounds some of it; `stock`: its range
    goes on to the as-of day; `needs`: a window, a grain; `weight`: how many aggregates one of its values takes.
    """

    name: str
    text: str
    tables: frozenset[str]
    unit: str
    exact: bool = True
    timed: bool = True
    additive: bool = False
    stock: bool = False
    needs: frozenset[str] = frozenset()
    weight: int = 1


@dataclass(frozen=True)
class Model:
    """Tables, dimensions (each table's path to them), metrics, the calendar's entries, the lines above the tables.

    `days` are those of its rows, `targets` the lines of each.
    """

    tables: dict[str, Table]
    dimensions: dict[str, dict[str, str]] = field(default_factory=dict)
    metrics: dict[str, Metric] = field(default_factory=dict)
    calendar: dict[str, str] = field(default_factory=dict)
    head: tuple[str, ...] = ()
    days: tuple[str, ...] = ()
    targets: dict[str, str] = field(default_factory=dict)

    @property
    def grains(self) -> tuple[str, ...]:
        """The grains of the calendar's table."""
        return ("retail",) if "grains" in self.calendar else ()

    def chains(self, table: str, passed: frozenset[tuple[str, str]] = frozenset()) -> Iterator[tuple[Chain, str]]:
        """Every chain of joins from a table with its end, none passing a join twice."""
        yield (), table
        for name, join in self.tables[table].joins.items():
            if (table, name) not in passed:
                for rest, end in self.chains(join.to, passed | {(table, name)}):
                    yield (name, *rest), end

    def chosen(self, table: str, end: str) -> Chain | None:
        """The chain that language.md chooses: empty, the only one, or the one of a single join. None: no choice."""
        found = [chain for chain, last in self.chains(table) if last == end]
        singles = [chain for chain in found if len(chain) == 1]
        if () in found:
            return ()
        return found[0] if len(found) == 1 else singles[0] if len(singles) == 1 else None

    def with_table(self, table: Table) -> Model:
        """The model with another version of a table."""
        return replace(self, tables={**self.tables, table.name: table})

    def with_rows(self, rows: dict[str, Rows]) -> Model:
        """The model over other rows."""
        return replace(self, tables={n: replace(t, rows=rows.get(n, t.rows)) for n, t in self.tables.items()})


@dataclass(frozen=True)
class Query:
    """What is asked."""

    metrics: tuple[str, ...]
    by: tuple[str, ...] = ()
    options: tuple[tuple[str, str], ...] = ()

    @property
    def text(self) -> str:
        """As the command line has it."""
        words = [
            *(f'"{m}"' if not m.isidentifier() else m for m in self.metrics),
            *(["--by", ",".join(self.by)] if self.by else []),
        ]
        for name, value in self.options:
            words += [f"--{name}"] + ([f'"{value}"' if " " in value else value] if value else [])
        return " ".join(words)

    def without(self, *names: str) -> Query:
        """The query without some options."""
        return replace(self, options=tuple((n, v) for n, v in self.options if n not in names))

    def plus(self, name: str, value: str = "") -> Query:
        """The query with one more option."""
        return replace(self, options=(*self.options, (name, value)))


@dataclass(frozen=True)
class Batch:
    """A model and several queries over it; `choices` are what each of them, alone, was made of."""

    model: Model
    queries: tuple[Query, ...]
    choices: tuple[list[int], ...] = ()

    @property
    def cases(self) -> list[Case]:
        """Each query by itself."""
        return [Case(self.model, query) for query in self.queries]


@dataclass(frozen=True)
class Case:
    """A model and a query over it."""

    model: Model
    query: Query

    def __repr__(self) -> str:
        return f"\n{case_to_page(self)}"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """How Hypothesis shows a case that fails: as a page."""
        printer.text(repr(self))


def text_of(model: Model, metric: str) -> str:
    """A metric's expression with those of all metrics that it names."""
    text = model.metrics[metric].text
    return " ".join([text, *(text_of(model, name) for name in set(re.findall(r"\b[mx]\d+\b", text)))])


def model_to_yaml(model: Model, metrics: tuple[str, ...] | None = None) -> str:
    """metrics.yaml."""
    lines = ["version: 1", "name: made"]
    if model.calendar:
        lines.append("calendar: {" + ", ".join(f"{k}: {v}" for k, v in model.calendar.items()) + "}")
    lines += model.head
    lines.append("tables:")
    for table in model.tables.values():
        lines += _table_lines(table)
    if model.dimensions:
        lines.append("dimensions:")
        for name, paths in model.dimensions.items():
            lines.append(f"  {name}: {{paths: {{{', '.join(f'{t}: {p}' for t, p in paths.items())}}}}}")
    lines.append("metrics:")
    lines += [f"  {m.name}: {m.text}" for m in model.metrics.values() if metrics is None or m.name in metrics]
    if model.targets:
        lines.append("targets:")
    for name, text in model.targets.items():
        lines += [f"  {name}:", *(f"    {line}" for line in text.split("\n"))]
    return "\n".join(lines) + "\n"


def _table_lines(table: Table) -> Iterator[str]:
    yield f"  {table.name}:"
    yield f"    file: {table.name}.csv"
    yield f"    key: {table.key[0] if len(table.key) == 1 else '[' + ', '.join(table.key) + ']'}"
    if table.time:
        yield f"    time: {table.time}"
    if table.timezone:
        yield f"    timezone: {table.timezone}"
    if table.lifespan:
        yield f"    lifespan: {{from: {table.lifespan[0]}, to: {table.lifespan[1]}}}"
    if table.snapshot:
        column, per = table.snapshot
        yield f"    snapshot: {{column: {column}, per: {per}}}" if per else f"    snapshot: {column}"
    if table.joins:
        yield "    joins:"
        for name, join in table.joins.items():
            on = join.on[0] if len(join.on) == 1 else "[" + ", ".join(join.on) + "]"
            at = f", at: {join.at}" if join.at else ""
            yield f"      {name}: {{to: {join.to}, on: {on}{at}}}"
    yield "    fields:"
    for column, kind in table.columns.items():
        ahead = ", ahead: true" if column in table.ahead else ""
        yield f'      {column}: {{type: "{kind}"{ahead}}}'
    for name, derived in table.fields.items():
        yield f"      {name}: {derived.text}"


def table_to_csv(table: Table) -> str:
    """The CSV text of a table."""
    lines = [",".join(table.columns), *(",".join(row[c] for c in table.columns) for row in table.rows)]
    return "\n".join(lines) + "\n"


def tables_to_csv(model: Model) -> dict[str, str]:
    """The CSV texts of all tables."""
    return {name: table_to_csv(table) for name, table in model.tables.items()}


def case_to_page(case: Case, expected: str = "") -> str:
    """A page for tests/cases."""
    parts = ["# Made", "", "```yaml metrics", model_to_yaml(case.model).rstrip("\n"), "```"]
    for name, text in tables_to_csv(case.model).items():
        parts += ["", f"```csv {name}", text.rstrip("\n"), "```"]
    parts += ["", "## Made", "", "```query", case.query.text, "```", "```table", expected or "|  |", "```"]
    return "\n".join(parts)
