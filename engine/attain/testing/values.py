"""Values of rows in a test: written text to a value of a column's type, and whether two values are the same."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from fractions import Fraction

from attain.model.result import Value
from attain.model.types import Kind, Type
from attain.read.expressions import read_day
from attain.read.periods import read_period

#: What expected and actual values are compared as.
Plain = Fraction | date | datetime | bool | str | None
_NUMBER = re.compile(r"(?P<digits>[+-]?\d[\d_]*(\.\d+)?|[+-]?\.\d+)([eE](?P<exponent>[+-]?\d{1,3}))?(?P<percent>\s*%)?")
_MOST_DIGITS = 400
#: How far floating values may be apart: what two engines agree on, and one digit more than results show.
_RELATIVE = Fraction(1, 10**11)
_ABSOLUTE = Fraction(1, 10**12)
WORDS = {
    Kind.INTEGER: "a whole number", Kind.DECIMAL: "a decimal number", Kind.FLOAT: "a number",
    Kind.BOOLEAN: "true or false", Kind.DATE: "a date (2026-01-31)", Kind.TIMESTAMP: "a time (2026-01-31 12:00:00)",
    Kind.INSTANT: "a time with its zone (2026-01-31T12:00:00Z)", Kind.DURATION: "a number",
}  # fmt: skip


class Unfit(Exception):
    """A text that is no value of the type; the message says what it is not."""


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far a number may be from what is expected: by so much, or by a share of it."""

    figure: Fraction
    is_share: bool


def read_number(text: str) -> Fraction | None:
    """The number that a text is: `1_000.5`, `60%`, `1e6`; None where it is none."""
    match = _NUMBER.fullmatch(text.strip())
    if match is None or len(text) > _MOST_DIGITS:
        return None
    value = Fraction(match["digits"].replace("_", "")) * Fraction(10) ** int(match["exponent"] or 0)
    return value / 100 if match["percent"] else value


# -- what is given ----------------------------------------------------------------------------------------------------
def given_text(text: str, type: Type) -> str:
    """A value that is given for a column, as a database reads it. Raises Unfit."""
    match type.kind:
        case Kind.INTEGER | Kind.DECIMAL | Kind.FLOAT:
            return number_text(text, type)
        case Kind.BOOLEAN:
            return str(read_boolean(text)).lower()
        case Kind.DATE | Kind.TIMESTAMP | Kind.INSTANT:
            return str(read_time(text, type))
        case _:
            return text


def number_text(text: str, type: Type) -> str:
    """A number for a column of its type, which may not lose anything."""
    value = read_number(text)
    if value is None:
        raise Unfit(WORDS[type.kind])
    if type.kind is Kind.FLOAT:
        return repr(float(value))
    scale = type.scale if type.kind is Kind.DECIMAL else 0
    scaled = value * 10**scale
    if scaled.denominator != 1:
        raise Unfit(f"a decimal number with {scale} digits after the point" if scale else WORDS[Kind.INTEGER])
    room = 10**type.precision if type.kind is Kind.DECIMAL else 2**63
    if abs(scaled) >= room:
        raise Unfit(f"a number that a column of type {type} has room for")
    digits = str(abs(int(scaled))).rjust(scale + 1, "0")
    sign = "-" if scaled < 0 else ""
    return f"{sign}{digits[:-scale]}.{digits[-scale:]}" if scale else f"{sign}{digits}"


def read_boolean(text: str) -> bool:
    """True or false. Raises Unfit."""
    if text.lower() not in ("true", "false"):
        raise Unfit(WORDS[Kind.BOOLEAN])
    return text.lower() == "true"


def read_time(text: str, type: Type) -> date | datetime:
    """A day or a time of a column's type. Raises Unfit."""
    day = read_day(text)
    if type.kind is Kind.DATE:
        if day is None:
            raise Unfit(WORDS[Kind.DATE])
        return day
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Unfit(WORDS[type.kind]) from None
    if (moment.tzinfo is not None) != (type.kind is Kind.INSTANT):
        raise Unfit(WORDS[type.kind])
    return moment


# -- what is expected -------------------------------------------------------------------------------------------------
def expected_value(text: str | None, type: Type, is_period: bool) -> Plain:
    """A value that is expected in a column of a result. Raises Unfit."""
    if text is None:
        return None
    if type.is_number or type.kind is Kind.DURATION:
        number = read_number(text)
        if number is None:
            raise Unfit("a number")
        return number
    if type.kind is Kind.BOOLEAN:
        return read_boolean(text)
    if type.is_time:
        return expected_time(text, type, is_period)
    return text


def expected_time(text: str, type: Type, is_period: bool) -> date | datetime:
    """A day or time that is expected; a period may be named as in targets: `2026-01`, `2026-Q1`."""
    if is_period and type.kind is Kind.DATE and read_day(text) is None:
        found = read_period(text)
        if found is None or found.kind in ("hour", "week"):
            raise Unfit("the first day of a period (2026-01-01), or its name (2026-01, 2026-Q1)")
        return found.day
    if type.kind is Kind.DATE:
        return read_time(text, type)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Unfit(WORDS[type.kind]) from None
    if type.kind is Kind.INSTANT:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return moment.replace(tzinfo=None)


def plain_value(value: Value) -> Plain:
    """A value of a result as it is compared."""
    if value is None or isinstance(value, bool | str | date):
        return value
    return Fraction(value)


def same_values(expected: Plain, actual: Plain, exact: bool, tolerance: Tolerance | None) -> bool:
    """Whether a value is the one that is expected: exactly; of floating numbers to 11 digits; or within a tolerance."""
    if not isinstance(expected, Fraction) or not isinstance(actual, Fraction):
        return type(expected) is type(actual) and expected == actual
    if tolerance is not None:
        room = tolerance.figure * abs(expected) if tolerance.is_share else tolerance.figure
        return abs(expected - actual) <= room or (not exact and is_near(expected, actual))
    return expected == actual or (not exact and is_near(expected, actual))


def is_near(expected: Fraction, actual: Fraction) -> bool:
    """Whether two floating numbers are the same but for the noise of their last digits."""
    return abs(expected - actual) <= max(_RELATIVE * abs(expected), _ABSOLUTE)
