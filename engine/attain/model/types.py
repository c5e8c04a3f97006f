"""Types of values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class Kind(StrEnum):
    """What a value is."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    FLOAT = "float"
    BOOLEAN = "boolean"
    DATE = "date"
    TIMESTAMP = "timestamp"  # without a zone: in the zone of its table
    INSTANT = "timestamptz"  # with a zone: a point in time
    DURATION = "duration"
    NULL = "null"
    OTHER = "other"  # a column type that the language has no values for (lists, blobs ..)


@dataclass(frozen=True, slots=True)
class Type:
    """A kind with what else is known of it.

    `precision` and `scale` belong to decimals; `zone` is the time zone in which a timestamp without one is to be
    read; `resolution` is the unit in which a duration is counted (`microseconds`, `days` ..).
    """

    kind: Kind
    precision: int = 0
    scale: int = 0
    zone: str = ""
    resolution: str = ""

    @property
    def is_number(self) -> bool:
        """Whole, decimal or floating."""
        return self.kind in (Kind.INTEGER, Kind.DECIMAL, Kind.FLOAT)

    @property
    def is_time(self) -> bool:
        """A day or a point in time."""
        return self.kind in (Kind.DATE, Kind.TIMESTAMP, Kind.INSTANT)

    @property
    def is_exact(self) -> bool:
        """Whole or decimal: sums and products lose nothing."""
        return self.kind in (Kind.INTEGER, Kind.DECIMAL)

    def __str__(self) -> str:
        if self.kind is Kind.DECIMAL:
            return f"decimal({self.precision}, {self.scale})"
        return "label" if self.resolution == "label" else str(self.kind)


TEXT = Type(Kind.TEXT)
LABEL = Type(Kind.TEXT, resolution="label")  # of a source: an enum or the like, a text once it is cast
INTEGER = Type(Kind.INTEGER)
FLOAT = Type(Kind.FLOAT)
BOOLEAN = Type(Kind.BOOLEAN)
DATE = Type(Kind.DATE)
TIMESTAMP = Type(Kind.TIMESTAMP)
INSTANT = Type(Kind.INSTANT)
NULL = Type(Kind.NULL)
OTHER = Type(Kind.OTHER)
MONEY = Type(Kind.DECIMAL, 22, 4)  # 18 digits before the point, 4 after

MICROSECONDS = Type(Kind.DURATION, resolution="microseconds")
DAYS = Type(Kind.DURATION, resolution="days")

#: The length of each unit of elapsed time in microseconds.
ELAPSED = {
    "microseconds": 1,
    "seconds": 1_000_000,
    "minutes": 60_000_000,
    "hours": 3_600_000_000,
    "days": 86_400_000_000,
    "weeks": 604_800_000_000,
}

NAMES = ("text", "integer", "decimal(p, s)", "float", "boolean", "date", "timestamp", "timestamptz")
_DECIMAL = re.compile(r"decimal\(\s*(\d+)\s*,\s*(\d+)\s*\)")
_SIMPLE = {t.kind.value: t for t in (TEXT, INTEGER, FLOAT, BOOLEAN, DATE, TIMESTAMP, INSTANT, OTHER)}


def read_type(text: str) -> Type | None:
    """The type that a `type:` or a lock names, or None where there is no such type."""
    text = text.strip().lower()
    if text == "label":
        return LABEL
    if match := _DECIMAL.fullmatch(text):
        precision, scale = int(match[1]), int(match[2])
        return Type(Kind.DECIMAL, precision, scale) if 0 < precision <= 38 and scale <= precision else None
    return _SIMPLE.get(text)


def duration(resolution: str) -> Type:
    """The type of durations counted in `resolution`."""
    return Type(Kind.DURATION, resolution=resolution)


def type_of_number(value: Fraction) -> Type:
    """The type of a number written down: whole, decimal where it has finitely many digits, else floating."""
    if value.denominator == 1:
        return INTEGER
    for scale in range(1, 19):
        if (value * 10**scale).denominator == 1:
            return Type(Kind.DECIMAL, 38, scale)
    return FLOAT
