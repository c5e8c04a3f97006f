"""The shape of a file of definitions: which keys there are, what may stand below them. The JSON schema comes from
these types, too. Leaves keep their place: a text is a `Scalar`, an expression is a `Scalar` that is read later."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field
from pydantic_core import PydanticCustomError

from attain.read.leaves import (
    ONE_VALUE,
    Expression,
    Flag,
    Instead,
    Number,
    Shape,
    SomeWords,
    Word,
    Words,
    leaf,
    one_or_more,
    short,
    text,
    whole,
)
from attain.read.shape_of_tests import UserTestShape
from attain.read.tree import Scalar

#: What a metric's `good:` and `kind:` may be.
CHOICES = {"good": ("up", "down", "neutral"), "kind": ("leading", "lagging")}


def _days(value: Any) -> Any:
    """A single word and a list stand for the words that holidays are named by."""
    words = one_or_more(value)
    return {"days": words} if isinstance(words, list) else value


class HolidaysShape(Shape):
    """`holidays:` countries and days, or a table"""

    days: Words | None = None
    table: Word | None = None
    date: Word | None = None


class CalendarShape(Shape):
    """`calendar:`"""

    week_start: Word | None = None
    fiscal_year_start: Word | None = None
    timezone: Word | None = None
    working_days: SomeWords | None = None
    working_hours: SomeWords | None = None
    holidays: Annotated[HolidaysShape, Instead(_days, lambda block: [block["properties"]["days"]])] | None = None
    table: Word | None = None
    date: Word | None = None
    grains: dict[Word, Word] = Field(default_factory=dict)


class ConnectionShape(Shape):
    """One of `connections:`"""

    type: Word
    path: Word | None = None
    dialect: Word | None = None


class JoinShape(Shape):
    """One of a table's `joins:`"""

    to: Word
    on: Words
    at: Word | None = None


class FieldShape(Shape):
    """One of a table's `fields:`"""

    expr: Expression | None = None
    unit: Word | None = None
    type: Word | None = None
    ahead: Flag = False
    label: Word | None = None
    description: Word | None = None


class LifespanShape(Shape):
    """`lifespan:`"""

    start: Word = Field(alias="from")
    end: Word = Field(alias="to")


class SnapshotShape(Shape):
    """`snapshot:`"""

    column: Word
    per: Words = Field(default_factory=list)


class TableShape(Shape):
    """One of `tables:`"""

    source: Word | None = None
    file: Word | None = None
    sql: Word | None = None
    key: Words | None = None
    time: Word | None = None
    timezone: Word | None = None
    joins: dict[Word, JoinShape] = Field(default_factory=dict)
    fields: dict[Word, Annotated[FieldShape, short("expr")]] = Field(default_factory=dict)
    lifespan: LifespanShape | None = None
    snapshot: Annotated[SnapshotShape, short("column")] | None = None
    label: Word | None = None
    description: Word | None = None


class DimensionShape(Shape):
    """One of `dimensions:`"""

    path: Word | None = None
    paths: dict[Word, Word] = Field(default_factory=dict)
    label: Word | None = None
    description: Word | None = None


class DeprecatedShape(Shape):
    """`deprecated:`"""

    use: Word | None = None
    until: Word | None = None


class MetricShape(Shape):
    """One of `metrics:`"""

    expr: Expression
    label: Word | None = None
    description: Word | None = None
    unit: Word | None = None
    good: Word | None = None
    kind: Word | None = None
    category: Word | None = None
    owner: Word | None = None
    by: Words | None = None
    hidden: Flag = False
    deprecated: DeprecatedShape | None = None


class RatesShape(Shape):
    """`rates:`"""

    table: Word
    source: Word = Field(alias="from")
    target: Word = Field(alias="to")
    date: Word
    rate: Word


def _figures(value: Any) -> Any:
    """Values by period, and below it by member, one level for each dimension."""
    waiting = [value]
    while waiting:
        here = waiting.pop()
        if not isinstance(here, dict):
            raise PydanticCustomError("dict_type", "a block of keys belongs here")
        waiting += [below for below in here.values() if not isinstance(below, Scalar)]
    return value


#: Their JSON schema is one that names itself: `read/json_schema.py` puts it in place of this mark.
FIGURES_MARK = {"$comment": "figures"}
Figures = Annotated[dict[Scalar, Any], *leaf(_figures, FIGURES_MARK)]


class SpreadShape(Shape):
    """`spread:` a word, or `{like: 1 year}`"""

    by: Word | None = None
    like: Word | None = None


class RampShape(Shape):
    """`ramp:`"""

    since: Expression
    months: list[Number] = Field(min_length=1)


class TargetSourceShape(Shape):
    """`source:` of a target"""

    table: Word
    period: Word
    value: Expression
    by: dict[Word, Expression] = Field(default_factory=dict)


class TermsShape(Shape):
    """What a target says: one of a target's `versions:`"""

    grain: Word | None = None
    by: Words | None = None
    values: Figures | None = None
    source: TargetSourceShape | None = None
    value: Number | None = None
    between: list[Number] | None = None
    growth: Number | None = None
    over: Word | None = None
    spread: Annotated[SpreadShape, short("by")] | None = None
    ramp: RampShape | None = None
    bands: dict[Word, Word] = Field(default_factory=dict)
    valid_from: Word | None = None
    valid_to: Word | None = None


class TargetShape(TermsShape):
    """One of `targets:`"""

    metric: Word
    default: Flag = False
    versions: list[TermsShape] | None = None
    owner: Word | None = None
    label: Word | None = None
    description: Word | None = None


class AlertShape(Shape):
    """One of `alerts:`"""

    metric: Word | None = None
    target: Word | None = None
    when: SomeWords
    grain: Word | None = None
    by: Words | None = None
    where: Expression | None = None
    owner: Word | None = None
    label: Word | None = None
    description: Word | None = None


class IgnoreShape(Shape):
    """One of `ignore:`"""

    code: Word
    name: Words | None = None
    file: Word | None = None
    reason: Word | None = None
    until: Word | None = None


def _rules(value: Any) -> Any:
    """A word, a list of words, or words with their levels; of a word alone its level is the word itself."""
    words = one_or_more(value)
    rules = {text(word): word for word in words} if isinstance(words, list) else words
    if not isinstance(rules, dict):
        raise PydanticCustomError("list_type", "a list belongs here")
    return {rule: text(level) for rule, level in rules.items()}


_LEVEL = {"anyOf": [{"enum": ["error", "warning", "off"]}, ONE_VALUE]}
_LEVELS: dict[str, Any] = {"type": "object", "additionalProperties": _LEVEL}
_RULES = {"anyOf": [ONE_VALUE, {"type": "array", "items": ONE_VALUE}, _LEVELS]}
Rules = Annotated[dict[Scalar, Scalar], *leaf(_rules, _RULES)]


def _version(value: Any) -> int:
    """The version of the format that is written here."""
    found = whole(value)
    if found != 1:
        raise PydanticCustomError("literal_error", "this version of the format is not known: write 1")
    return found


def _rates(value: Any) -> Any:
    """An empty block stands for none."""
    return None if value == {} else value


class DocumentShape(Shape):
    """A file of definitions."""

    version: Annotated[int, *leaf(_version, {"const": 1})] | None = None
    name: Word | None = None
    currency: Word | None = None
    calendar: CalendarShape | None = None
    connections: dict[Word, ConnectionShape] = Field(default_factory=dict)
    constants: dict[Word, Number] = Field(default_factory=dict)
    include: Words = Field(default_factory=list)
    tables: dict[Word, TableShape] = Field(default_factory=dict)
    dimensions: dict[Word, Annotated[DimensionShape, short("path")]] = Field(default_factory=dict)
    metrics: dict[Word, Annotated[MetricShape, short("expr")]] = Field(default_factory=dict)
    targets: dict[Word, TargetShape] = Field(default_factory=dict)
    alerts: dict[Word, AlertShape] = Field(default_factory=dict)
    tests: list[UserTestShape] = Field(default_factory=list)
    ignore: list[IgnoreShape] = Field(default_factory=list)
    lint: Rules | None = None
    rates: Annotated[RatesShape | None, Instead(_rates, lambda block: [{"type": "object", "maxProperties": 0}])] = None
