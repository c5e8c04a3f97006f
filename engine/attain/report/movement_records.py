"""What a change of definitions does to the figures, for machines."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from typing import Any

from attain.model.difference import Causes, Cut, DataComparison, Figure, Movement, Rows
from attain.model.result import Value
from attain.report.values import float_to_raw, value_to_raw

#: Of each cut so many figures that moved are written; the number of all is said.
MOST_FIGURES = 500


def data_record(data: DataComparison) -> dict[str, Any]:
    """All that was found, as plain values."""
    return {
        "as_of": data.as_of, "tolerance": data.tolerance.text, "statements": data.statements, "notes": list(data.notes),
        "metrics": [movement_record(movement) for movement in data.movements],
    }  # fmt: skip


def movement_record(movement: Movement) -> dict[str, Any]:
    """One metric."""
    record: dict[str, Any] = {
        "name": movement.name, "class": movement.cls, "compared": movement.compared, "moved": movement.count_moved,
        "alarm": movement.alarm, "cuts": [cut_record(cut) for cut in movement.cuts],
        "not_compared": list(movement.skipped), "notes": list(movement.notes),
    }  # fmt: skip
    if movement.was:
        record["was"] = movement.was
    if movement.causes is not None:
        record["causes"] = causes_record(movement.causes)
    if movement.rows:
        record["rows"] = [rows_record(rows) for rows in movement.rows]
    return record


def cut_record(cut: Cut) -> dict[str, Any]:
    """The cells of one cut: how many there are, and those that moved, the largest difference first."""
    moved = cut.moved
    record: dict[str, Any] = {
        "kind": cut.kind, "name": cut.name or cut.kind, "window": cut.window, "cells": len(cut.figures),
        "moved_cells": len(moved), "moved": [figure_record(figure) for figure in moved[:MOST_FIGURES]],
    }  # fmt: skip
    if cut.kind == "total" and not moved and cut.figures:
        record["value"] = value_to_plain(cut.figures[0].after)
    return record


def figure_record(figure: Figure) -> dict[str, Any]:
    """One cell."""
    return {
        "member": value_to_plain(figure.member), "before": value_to_plain(figure.before),
        "after": value_to_plain(figure.after), "where": figure.where, "difference": plain(figure.difference),
        "relative": plain(figure.relative),
    }  # fmt: skip


def causes_record(causes: Causes) -> dict[str, Any]:
    """Which edits cause how much."""
    parts = [
        {"edit": part.edit, "part": plain(part.part)} | ({"last": plain(part.last)} if part.last is not None else {})
        for part in causes.parts
    ]
    return {"cell": causes.cell, "whole": plain(causes.whole), "how": causes.how, "why": causes.why, "parts": parts}


def rows_record(rows: Rows) -> dict[str, Any]:
    """Rows that came and went."""
    names = [column.name for column in rows.columns]
    return {
        "aggregate": rows.aggregate, "table": rows.table, "cell": rows.cell, "entered": rows.entered, "left": rows.left,
        "changed": rows.changed,
        "samples": [
            {"what": what, "row": dict(zip(names, map(value_to_plain, values), strict=True))}
            for what, values in rows.rows
        ],
    }  # fmt: skip


def plain(number: Fraction | None) -> int | float | None:
    """A difference as a plain number: whole ones exactly, others with the digits that floating results have."""
    if number is None:
        return None
    return int(number) if number.denominator == 1 else float(float_to_raw(float(number)))


def value_to_plain(value: Value) -> Any:
    """A value as JSON has it: numbers plain (null for infinities), times in ISO form."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float | Decimal):
        if not math.isfinite(value):
            return None
        return (
            int(value)
            if isinstance(value, Decimal) and value == value.to_integral_value()
            else float(value_to_raw(value))
        )
    return value_to_raw(value)
