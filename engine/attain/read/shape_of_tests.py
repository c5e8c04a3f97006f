"""The shape of `tests:`, what users keep beside their metrics. Rows stay as they are written: they are read where the
columns are known."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field
from pydantic_core import PydanticCustomError

from attain.read.leaves import (
    ANY_VALUE,
    FIGURE,
    Expression,
    Flag,
    Instead,
    Shape,
    Whole,
    Word,
    Words,
    leaf,
    number,
    short,
)
from attain.read.tree import Scalar


def _records(value: list[Any]) -> list[Any]:
    """A list of rows, each a block of names and values."""
    for row in value:
        if not isinstance(row, dict) or not all(isinstance(cell, Scalar) for cell in row.values()):
            raise PydanticCustomError("records", "a row is a block of names and values: {region: EMEA, revenue: 100}")
    return value


def _rows(value: Any) -> Any:
    """Rows of a table: CSV text, a list of rows, or `{file: rows.csv}`."""
    if isinstance(value, list):
        return _records(value)
    if isinstance(value, dict) and (list(value) != ["file"] or not isinstance(value["file"], Scalar)):
        raise PydanticCustomError("rows", "rows are CSV text below `|`, a list of rows, or {file: rows.csv}")
    return value


def _expected(value: Any) -> Any:
    """What is expected: rows, one value, one row, or `{problem: CODE}`."""
    if isinstance(value, list):
        return _records(value)
    if isinstance(value, dict) and not all(isinstance(cell, Scalar) for cell in value.values()):
        raise PydanticCustomError("rows", "one row is a block of names and values: {revenue: 100, win_rate: 50%}")
    return value


def _tolerance(value: Any) -> Any:
    """One tolerance for every metric, or one for each that is named."""
    for figure in value.values() if isinstance(value, dict) else [value]:
        number(figure)
    return value


def _asked(value: Any) -> Any:
    """A word or a list stands for the metrics that are asked for."""
    return {"metrics": value} if isinstance(value, Scalar | list) else value


_ROW = {"type": "object", "additionalProperties": ANY_VALUE}
_VALUE: list[dict[str, Any]] = [ANY_VALUE, {"type": "array", "items": _ROW}]
_FILE = {
    "type": "object", "properties": {"file": ANY_VALUE}, "required": ["file"], "additionalProperties": False,
}  # fmt: skip
Rows = Annotated[Any, *leaf(_rows, {"anyOf": [*_VALUE, _FILE]})]
Expected = Annotated[Any, *leaf(_expected, {"anyOf": [*_VALUE, _ROW]})]
Tolerance = Annotated[Any, *leaf(_tolerance, {"anyOf": [FIGURE, {"type": "object", "additionalProperties": FIGURE}]})]


class WhenShape(Shape):
    """`when:` of a test: what `attain run` takes"""

    metrics: Words = Field(default_factory=list)
    by: Words = Field(default_factory=list)
    grain: Word | None = None
    where: Expression | None = None
    having: Expression | None = None
    start: Word | None = Field(default=None, alias="from")
    end: Word | None = Field(default=None, alias="to")
    as_of: Word | None = None
    order: Words = Field(default_factory=list)
    limit: Whole | None = None
    top: Whole | None = None
    totals: Flag = False
    sparse: Flag = False
    max_cells: Whole | None = None


class ReconcileShape(Shape):
    """`reconcile:` of a test"""

    sql: Word


class UserTestShape(Shape):
    """One of `tests:`"""

    name: Word
    description: Word | None = None
    given: dict[Word, Rows] | None = None
    when: Annotated[WhenShape, Instead(_asked, lambda block: [block["properties"]["metrics"]])] | None = None
    expect: Expected | None = None
    golden: Expected | None = None
    holds: Expression | None = Field(default=None, alias="assert")
    reconcile: Annotated[ReconcileShape, short("sql")] | None = None
    tolerance: Tolerance | None = None
