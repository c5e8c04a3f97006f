"""What is being checked: the raw definitions, what is resolved so far, and the problems found."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from attain.base.problem import Problem
from attain.base.span import Span
from attain.model.calendar import Calendar
from attain.model.semantic import Dimension, Field, Join, Metric, Origin, Rates
from attain.model.target import Target
from attain.model.types import Type
from attain.read.syntax import Syntax
from attain.read.tree import Scalar

if TYPE_CHECKING:
    from attain.read.shape import AlertShape, FieldShape, RatesShape, TargetShape


class Failed(Exception):
    """Raised inside a check once its problem is recorded, so that nothing is said twice."""


class NeedsFirst(Exception):
    """Raised inside a check that meets a field or metric that is not checked yet: the worklist checks it first."""

    def __init__(self, kind: str, key: tuple[str, ...], span: Span) -> None:
        self.kind, self.key, self.span = kind, key, span


@dataclass(slots=True)
class DraftTable:
    """A table as declared, with the columns that its source has (None: not known)."""

    name: Scalar
    shape: Any  # a TableShape; None in the draft of a checked model
    origin: Origin
    key: tuple[str, ...]
    joins: dict[str, Join]
    columns: dict[str, Type] | None
    rows: int | None
    zone: str
    time: str = ""
    expressions: dict[str, Syntax] = field(default_factory=dict)
    field_names: set[str] = field(default_factory=set)
    unreadable: bool = False  # told already: its data could not be looked at
    is_stock: bool = False  # has a lifespan or snapshots, for `as of`

    def field_shape(self, name: str) -> FieldShape | None:
        """What `fields:` says of a name."""
        found: FieldShape | None = self.shape.fields.get(name)
        return found


@dataclass(slots=True)
class Draft:
    """One check of one namespace. `metric_syntax` holds the trees of the metrics that could be read."""

    calendar: Calendar = field(default_factory=Calendar)
    constants: dict[str, Fraction] = field(default_factory=dict)
    currency: str = ""
    rates: Rates | None = None
    rates_shape: RatesShape | None = None
    tables: dict[str, DraftTable] = field(default_factory=dict)
    fields: dict[tuple[str, str], Field | None] = field(default_factory=dict)
    dimension_shapes: dict[str, tuple[Scalar, Any]] = field(default_factory=dict)
    dimensions: dict[str, Dimension | None] = field(default_factory=dict)
    metric_shapes: dict[str, tuple[Scalar, Any]] = field(default_factory=dict)
    metric_syntax: dict[str, Syntax] = field(default_factory=dict)
    metrics: dict[str, Metric | None] = field(default_factory=dict)
    target_shapes: dict[str, tuple[Scalar, TargetShape]] = field(default_factory=dict)
    target_metrics: dict[str, tuple[str, bool]] = field(default_factory=dict)  # of each, and whether it is the default
    targets: dict[str, Target | None] = field(default_factory=dict)
    alert_shapes: dict[str, tuple[Scalar, AlertShape]] = field(default_factory=dict)
    paths: dict[tuple[str, str], list[tuple[str, ...]]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def fail(self, problem: Problem) -> Failed:
        """Records a problem; the caller raises what this returns."""
        self.problems.append(problem)
        return Failed()
