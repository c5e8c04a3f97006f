"""How a unit and an additivity came about: lines for people, a record for machines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attain.model.explanation import Explanation, Part
from attain.model.semantic import Metric
from attain.report.facts import ADDITIVITY
from attain.report.grid import columns_to_lines

MOST_LINES = 16
_WIDEST = 46  # of the text of a part


def unit_lines(metric: Metric, explanation: Explanation | None) -> list[str]:
    """The unit; then each part with its own, and where that comes from."""
    unit = str(metric.unit)
    if explanation is None or not explanation.parts:
        return [unit]
    declared = "" if unit == explanation.inferred else f", declared; the expression gives {explanation.inferred}"
    rows = [(part_text(part), part.unit, part.unit_because) for part in explanation.parts]
    return [f"{unit}{declared}", *bounded(rows, explanation.left_out)]


def additivity_lines(metric: Metric, explanation: Explanation | None) -> list[str]:
    """The additivity with what that means for totals; then why, and the additivity of each part that is a figure."""
    meaning = ADDITIVITY.get(metric.additivity, "")
    lines = [f"{metric.additivity} ({meaning})" if meaning else metric.additivity]
    if explanation is None:
        return lines
    figures = [part for part in explanation.parts if part.additivity]
    rows = [(part_text(part), part.additivity, part.additivity_because) for part in figures]
    because = [explanation.because] if explanation.because else []
    return [*lines, *because, *(bounded(rows, explanation.left_out) if len(rows) > 1 else [])]


def part_text(part: Part) -> str:
    """A part as a line has it: the operator before it, indented by its depth, cut where it is long."""
    text = part.text if len(part.text) <= _WIDEST else f"{part.text[: _WIDEST - 2]}.."
    return f"{'    ' * part.level}{part.joint or ' '} {text}"


def bounded(rows: Sequence[tuple[str, str, str]], left_out: int) -> list[str]:
    """Rows as lines that line up, no more than a screen has room for."""
    more = left_out + len(rows[MOST_LINES:])
    lines = columns_to_lines(rows[:MOST_LINES])
    return [*lines, f"  and {more} more parts"] if more else lines


def explanation_record(metric: Metric, explanation: Explanation) -> dict[str, Any]:
    """An explanation as a record of plain values."""
    return {
        "unit": {"unit": str(metric.unit), "inferred": explanation.inferred},
        "additivity": {
            "additivity": explanation.additivity,
            "because": explanation.because,
            "totals": ADDITIVITY.get(explanation.additivity, ""),
        },
        "parts": [part_record(part) for part in explanation.parts],
        "left_out": explanation.left_out,
    }


def part_record(part: Part) -> dict[str, Any]:
    """A part as a record of plain values; a value of rows has no additivity."""
    return {
        "level": part.level,
        "operator": part.joint,
        "text": part.text,
        "unit": part.unit,
        "unit_because": part.unit_because,
        "additivity": part.additivity or None,
        "additivity_because": part.additivity_because,
    }
