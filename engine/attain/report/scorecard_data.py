"""A scorecard for machines: CSV with a row for each KPI and slice, JSON with all of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from attain.model import types as t
from attain.model.result import Result, ResultColumn, Value
from attain.model.scorecard import METHODS, Card, Change, Kpi, Scorecard, Verdict
from attain.model.units import TEXT
from attain.report.data import json_value, result_to_csv
from attain.report.machine import json_text
from attain.report.scorecard_values import period_name


def scorecard_to_csv(card: Scorecard) -> str:
    """A header and a row for each KPI and slice, with plain values."""
    rows = [csv_row(card, kpi, one) for kpi in card.kpis for one in kpi.cards]
    names = list(rows[0]) if rows else []
    columns = tuple(ResultColumn(name, t.TEXT, TEXT, "metric") for name in names)
    return result_to_csv(Result(columns, [tuple(row.values()) for row in rows]))


def csv_row(card: Scorecard, kpi: Kpi, one: Card) -> dict[str, Value]:
    """One line by the names of its columns."""
    metric = kpi.line.metric
    slices: dict[str, Value] = {"total": one.total} if card.dimensions else {}
    slices |= {column.name: value for column, value in zip(card.dimensions, one.members or (None,) * 99, strict=False)}
    return {
        "period": card.stretch.start, "as_of": card.stretch.as_of, "metric": metric.name,
        "label": metric.label or None, "category": metric.category or None, "owner": kpi.line.owner or None,
        "unit": str(kpi.column.unit), **slices,
        "actual": one.actual, "target": one.target, "attainment": one.attainment, "band": band(one.verdict),
        **change_columns("period_before", one.period_before), **change_columns("year_before", one.year_before),
        "expected": one.expected, "pace": one.pace, "pace_band": band(one.pace_verdict),
        "projection": one.projection, "gap": one.gap, "needed_per_working_day": one.needed,
        "pace_method": METHODS[kpi.line.method] if card.stretch.state == "running" else None,
    }  # fmt: skip


def band(verdict: Verdict | None) -> str | None:
    """The name of a band."""
    return verdict.band if verdict is not None else None


def change_columns(name: str, change: Change | None) -> dict[str, Value]:
    """A change as columns: the figure before, the difference, its share."""
    if change is None:
        return {name: None, f"{name}_change": None, f"{name}_share": None}
    return {name: change.before, f"{name}_change": change.difference, f"{name}_share": change.share}


# -- json --------------------------------------------------------------------------------------------------------------
def scorecard_to_json(card: Scorecard) -> str:
    """All of a scorecard as one object."""
    return json_of(scorecard_record(card)) + "\n"


def scorecard_record(card: Scorecard) -> dict[str, Any]:
    """A scorecard as plain values."""
    stretch = card.stretch
    days = card.working_days
    return {
        "name": card.name,
        "currency": card.currency,
        "period": {
            "name": period_name(stretch),
            "grain": stretch.grain.name,
            "from": stretch.start,
            "to": stretch.end,
            "state": stretch.state,
            "as_of": stretch.as_of,
            "working_days": {"gone": days[0], "left": days[1]} if days is not None else None,
        },
        "where": card.where,
        "dimensions": [column.name for column in card.dimensions],
        "kpis": [kpi_record(card, kpi) for kpi in card.kpis],
        "notes": list(card.notes),
    }


def kpi_record(card: Scorecard, kpi: Kpi) -> dict[str, Any]:
    """A KPI with its cards."""
    metric, target = kpi.line.metric, kpi.line.target
    return {
        "metric": metric.name,
        "label": metric.label,
        "description": metric.description,
        "category": metric.category,
        "owner": kpi.line.owner,
        "unit": str(kpi.column.unit),
        "good": metric.good,
        "target": target.name if target is not None else None,
        "pace_method": METHODS[kpi.line.method] if card.stretch.state == "running" else None,
        "cards": [card_record(card, one) for one in kpi.cards],
    }


def card_record(card: Scorecard, one: Card) -> dict[str, Any]:
    """The figures of one slice."""
    slices = {column.name: value for column, value in zip(card.dimensions, one.members, strict=False)}
    return {
        **({"total": one.total, "slice": None if one.total else slices} if card.dimensions else {}),
        "actual": one.actual,
        "target": one.target,
        "attainment": one.attainment,
        "band": verdict_record(one.verdict),
        "period_before": change_record(one.period_before),
        "year_before": change_record(one.year_before),
        "expected": one.expected,
        "pace": one.pace,
        "pace_band": verdict_record(one.pace_verdict),
        "projection": one.projection,
        "gap": one.gap,
        "needed_per_working_day": one.needed,
        "trend": [asdict(point) for point in one.trend],
    }


def verdict_record(verdict: Verdict | None) -> dict[str, Any] | None:
    """A band with how good it is: 0 the worst, 2 the best."""
    return asdict(verdict) if verdict is not None else None


def change_record(change: Change | None) -> dict[str, Any] | None:
    """A change with whether it is for the better."""
    return asdict(change) if change is not None else None


def json_of(value: Any, indent: str = "") -> str:
    """Plain values as JSON, numbers with all their digits; short lists of plain values stand on one line."""
    inside = indent + "  "
    if isinstance(value, Mapping):
        parts = [f"{json_text(str(key))}: {json_of(one, inside)}" for key, one in value.items()]
        flat = "{" + ", ".join(parts) + "}"
        if len(flat) + len(indent) <= 110 and "\n" not in flat:
            return flat
        return "{\n" + ",\n".join(inside + part for part in parts) + f"\n{indent}}}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        parts = [json_of(one, inside) for one in value]
        flat = "[" + ", ".join(parts) + "]"
        return flat if len(flat) <= 80 and "\n" not in flat else (
            "[\n" + ",\n".join(inside + part for part in parts) + f"\n{indent}]"
        )  # fmt: skip
    assert value is None or isinstance(value, bool | int | float | Decimal | str | date)
    return json_value(value)
