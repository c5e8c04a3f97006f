"""How a metric came to its unit and its additivity, part by part."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an expression, as it was written. `joint` is the operator before it (empty before the first),
    `level` how deep it lies inside the parts above it. `unit_because` says where its unit comes from; `additivity`
    and its reason are empty for a value of rows, which is not added up by itself."""

    level: int
    joint: str
    text: str
    unit: str
    unit_because: str
    additivity: str = ""
    additivity_because: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """The parts of a metric's expression in the order written (`left_out`: how many more there are), the unit that
    they make together, and the additivity with its reason."""

    parts: tuple[Part, ...]
    inferred: str
    additivity: str
    because: str
    left_out: int = 0
