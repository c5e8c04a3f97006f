"""What a name may stand for, depending on where it is written."""

from __future__ import annotations

from dataclasses import dataclass, field

from attain.model.aggregate import Key
from attain.model.expression import Expression
from attain.model.types import Type
from attain.model.units import Unit


@dataclass(frozen=True, slots=True)
class Typed:
    """A checked expression with its unit."""

    expression: Expression
    unit: Unit

    @property
    def type(self) -> Type:
        """The type of its values."""
        return self.expression.type


@dataclass(frozen=True, slots=True)
class RowScope:
    """Inside an aggregate or a derived field: names are fields of `table` or of what its joins reach. In a roll-up,
    `parent` is the chain to the parent's row. `metrics` says whether a metric may stand here (a condition)."""

    table: str
    parent: tuple[str, ...] | None = None
    metrics: bool = False
    rollups: bool = False  # inside a derived field: an aggregate is a roll-up


@dataclass(frozen=True, slots=True)
class CellScope:
    """Outside of aggregates: names are metrics. In `--having` and the like `keys` come first."""

    keys: dict[str, Key] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class KeyScope:
    """A condition over what cells are cut by: names are dimensions, or `table.field`, for all of `tables`."""

    tables: tuple[str, ...]
    found: dict[str, Key] = field(default_factory=dict)


Scope = RowScope | CellScope | KeyScope
