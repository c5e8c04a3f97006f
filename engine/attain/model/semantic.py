"""The semantic model: tables, dimensions and metrics after every check."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from attain.base.span import Span
from attain.model.aggregate import Rollup
from attain.model.alert import Alert
from attain.model.calendar import Calendar
from attain.model.expression import Column, Expression
from attain.model.target import Target
from attain.model.types import Type
from attain.model.units import Unit


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a table's rows come from: `kind` is "table", "file" or "sql"; `text` its name, path (relative to
    the definitions' root) or query."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Join:
    """A reference to another table: the columns here (`on`) that hold its key, in the key's order. `at` is the time
    whose version is joined, of a table with a lifespan."""

    name: str
    to: str
    on: tuple[str, ...]
    at: str = ""
    span: Span = field(default_factory=Span.none, compare=False)


@dataclass(frozen=True, slots=True)
class Field:
    """A column as it comes (`expression` and `rollup` None), a derived column, or a roll-up of children. `source` is
    the type that the source gives a column where that is another than `type`, which its values are converted to."""

    name: str
    type: Type
    unit: Unit
    source: Type | None = None
    expression: Expression | None = None
    rollup: Rollup | None = None
    ahead: bool = False
    text: str = ""
    span: Span = field(default_factory=Span.none, compare=False)  # where `fields:` has it, if it does

    @property
    def is_physical(self) -> bool:
        """Whether the source has this column."""
        return self.expression is None and self.rollup is None


@dataclass(frozen=True, slots=True)
class Table:
    """A table. `fields` holds all that can be named: the source's columns and the derived ones. `zone` is the time
    zone of its timestamps without one. `rows` is a count for choices by cost (None: not known)."""

    name: str
    origin: Origin
    key: tuple[str, ...]
    time: str
    zone: str
    joins: dict[str, Join]
    fields: dict[str, Field]
    lifespan: tuple[str, str] | None = None
    snapshot: tuple[str, tuple[str, ...]] | None = None
    rows: int | None = None
    span: Span = field(default_factory=Span.none, compare=False)

    @property
    def reference(self) -> tuple[str, ...]:
        """What each row of a history is a version of: the columns of its key but the beginning of its lifespan."""
        return tuple(name for name in self.key if self.lifespan is None or name != self.lifespan[0])


@dataclass(frozen=True, slots=True)
class Dimension:
    """A name for what metrics may be cut by: for each table that has one, the column; `why` says how it was found
    there ("declared", "the only path", "the direct join")."""

    name: str
    columns: dict[str, Column]
    why: dict[str, str]
    type: Type
    label: str = ""
    description: str = ""
    span: Span = field(default_factory=Span.none, compare=False)


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric: its value in a cell, and what is known of it. `additivity` is "additive", "additive over everything
    but time" or "not additive"; `tables` are those whose rows it aggregates, at any depth of references; `uses` the
    metrics it names."""

    name: str
    expression: Expression
    type: Type
    unit: Unit
    additivity: str
    tables: tuple[str, ...]
    uses: tuple[str, ...] = ()
    text: str = ""
    label: str = ""
    description: str = ""
    good: str = ""
    kind: str = ""
    category: str = ""
    owner: str = ""
    by: tuple[str, ...] | None = None
    hidden: bool = False
    deprecated: tuple[str, str] | None = None
    span: Span = field(default_factory=Span.none, compare=False)


@dataclass(frozen=True, slots=True)
class Connection:
    """Where `run` runs: a type ("duckdb"), and a path below the definitions' folder."""

    name: str
    type: str
    path: str = ""
    dialect: str = ""


@dataclass(frozen=True, slots=True)
class Rates:
    """Where exchange rates are: a table, and its columns for the currency from, the currency to, the day from which a
    rate holds, and the rate."""

    table: str
    source: str
    target: str
    day: str
    rate: str

    @property
    def fields(self) -> tuple[str, ...]:
        """All of its columns."""
        return (self.source, self.target, self.day, self.rate)


@dataclass(frozen=True, slots=True)
class SemanticModel:
    """Everything that the definitions say."""

    name: str
    currency: str
    calendar: Calendar
    tables: dict[str, Table]
    dimensions: dict[str, Dimension]
    metrics: dict[str, Metric]
    constants: dict[str, Fraction]
    connections: dict[str, Connection]
    rates: Rates | None = None
    targets: dict[str, Target] = field(default_factory=dict)
    alerts: dict[str, Alert] = field(default_factory=dict)

    def targets_of(self, metric: str) -> list[Target]:
        """The targets of a metric, its default first."""
        found = [target for target in self.targets.values() if target.metric == metric]
        return sorted(found, key=lambda target: not target.default)
