"""The shape of a file of definitions: which keys there are, what may stand below them. The JSON schema comes from
these types, too. Leaves keep their place: a text is a `Scalar`, an expression is a `Scalar` that is read later."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, GetPydanticSchema, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError, core_schema

from attain.read.tree import Scalar


def _leaf(check: Any, schema: dict[str, Any]) -> Any:
    return (
        GetPydanticSchema(lambda source, handler: core_schema.no_info_plain_validator_function(check)),
        WithJsonSchema(schema),
    )


def _scalar(value: Any) -> Scalar:
    if not isinstance(value, Scalar):
        raise PydanticCustomError("one_value", "one value belongs here, not a list or a block of keys")
    return value


def _text(value: Any) -> Scalar:
    scalar = _scalar(value)
    if scalar.is_null:
        raise PydanticCustomError("empty", "nothing is written here")
    return scalar


def _flag(value: Any) -> bool:
    scalar = _scalar(value)
    if scalar.style or scalar not in ("true", "false", "True", "False", "TRUE", "FALSE"):
        hint = "yes, no, on and off are texts" if scalar.lower() in ("yes", "no", "on", "off") else ""
        raise PydanticCustomError("flag", "true or false belongs here{hint}", {"hint": f" ({hint})" if hint else ""})
    return scalar.lower() == "true"


def _whole(value: Any) -> int:
    scalar = _scalar(value)
    digits = scalar.replace("_", "")
    if scalar.style or not digits.lstrip("-").isdigit():
        raise PydanticCustomError("whole", "a whole number belongs here")
    return int(digits)


def _number(value: Any) -> Scalar:
    scalar = _scalar(value)
    digits = scalar.replace("_", "").removesuffix("%").removeprefix("-")
    whole, _, part = digits.partition(".")
    if scalar.style or not (whole.isdigit() and (part.isdigit() or not part)):
        raise PydanticCustomError("number", "a number belongs here")
    return scalar


def _one_or_more(value: Any) -> Any:
    return [value] if isinstance(value, Scalar) else value


def _short(key: str) -> BeforeValidator:
    """A bare scalar stands for a block with only this key."""
    return BeforeValidator(lambda value: {key: value} if isinstance(value, Scalar) else value)


Word = Annotated[Scalar, *_leaf(_text, {"type": "string"})]
Expression = Annotated[Scalar, *_leaf(_text, {"type": ["string", "number", "boolean"]})]
Number = Annotated[Scalar, *_leaf(_number, {"type": ["number", "string"]})]
Flag = Annotated[bool, *_leaf(_flag, {"type": "boolean"})]
Words = Annotated[list[Word], BeforeValidator(_one_or_more)]
SomeWords = Annotated[list[Word], BeforeValidator(_one_or_more), Field(min_length=1)]


class Shape(BaseModel):
    """A block of keys; a key that is not listed is a problem."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)

    @model_validator(mode="before")
    @classmethod
    def leave_out_empty(cls, value: Any) -> Any:
        """A key that is known and left empty counts as left out."""
        if not isinstance(value, dict):
            return value
        known = {info.alias or name for name, info in cls.model_fields.items()}
        return {k: v for k, v in value.items() if not (k in known and isinstance(v, Scalar) and v.is_null)}


def _days(value: Any) -> Any:
    """A single word and a list stand for the words that holidays are named by."""
    words = _one_or_more(value)
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
    holidays: Annotated[HolidaysShape, BeforeValidator(_days)] | None = None
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
    fields: dict[Word, Annotated[FieldShape, _short("expr")]] = Field(default_factory=dict)
    lifespan: LifespanShape | None = None
    snapshot: Annotated[SnapshotShape, _short("column")] | None = None
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


def _spread(value: Any) -> Any:
    """A single word stands for the way of spreading."""
    return {"by": value} if isinstance(value, Scalar) else value


Figures = Annotated[dict[Scalar, Any], *_leaf(_figures, {"type": "object"})]


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
    spread: Annotated[SpreadShape, BeforeValidator(_spread)] | None = None
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


class DocumentShape(Shape):
    """A file of definitions."""

    version: Annotated[Literal[1], *_leaf(_whole, {"const": 1})] | None = None
    name: Word | None = None
    currency: Word | None = None
    calendar: CalendarShape | None = None
    connections: dict[Word, ConnectionShape] = Field(default_factory=dict)
    constants: dict[Word, Number] = Field(default_factory=dict)
    include: Words = Field(default_factory=list)
    tables: dict[Word, TableShape] = Field(default_factory=dict)
    dimensions: dict[Word, Annotated[DimensionShape, _short("path")]] = Field(default_factory=dict)
    metrics: dict[Word, Annotated[MetricShape, _short("expr")]] = Field(default_factory=dict)
    targets: dict[Word, TargetShape] = Field(default_factory=dict)
    alerts: dict[Word, AlertShape] = Field(default_factory=dict)
    tests: Any = None
    rates: Annotated[RatesShape | None, BeforeValidator(lambda value: value or None)] = None
