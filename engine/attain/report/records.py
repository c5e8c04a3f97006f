"""The catalogue for machines: a record of plain values for each metric, dimension, table and dialect."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from attain.model.semantic import Dimension, Field, Metric, SemanticModel, Table
from attain.report.facts import (
    dimension_paths,
    dimensions_of,
    metrics_of_dimension,
    metrics_of_table,
    time_axes,
    used_by,
)
from attain.report.machine import json_text


def records_to_json(records: Iterable[dict[str, Any]]) -> str:
    """A list of records as JSON."""
    return json_text(list(records), 2) + "\n"


def metric_record(model: SemanticModel, metric: Metric) -> dict[str, Any]:
    """A metric in full."""
    return {
        "name": metric.name,
        "label": metric.label,
        "description": metric.description,
        "expression": metric.text,
        "type": str(metric.type),
        "unit": str(metric.unit),
        "additivity": metric.additivity,
        "good": metric.good,
        "kind": metric.kind,
        "category": metric.category,
        "owner": metric.owner,
        "hidden": metric.hidden,
        "deprecated": _deprecated(metric),
        "tables": list(metric.tables),
        "time": time_axes(model, metric),
        "uses": list(metric.uses),
        "used_by": used_by(model, metric.name),
        "dimensions": [dimension.name for dimension in dimensions_of(model, metric)],
        "targets": [target.name for target in model.targets_of(metric.name)],
        "file": metric.span.file,
        "line": metric.span.line,
    }


def _deprecated(metric: Metric) -> dict[str, str] | None:
    if metric.deprecated is None:
        return None
    use, until = metric.deprecated
    return {"use": use, "until": until}


def dimension_record(model: SemanticModel, dimension: Dimension) -> dict[str, Any]:
    """A dimension in full."""
    paths = [{"table": table, "path": path, "found": why} for table, path, why in dimension_paths(dimension)]
    return {
        "name": dimension.name,
        "label": dimension.label,
        "description": dimension.description,
        "type": str(dimension.type),
        "paths": paths,
        "metrics": metrics_of_dimension(model, dimension),
        "file": dimension.span.file,
        "line": dimension.span.line,
    }


def table_record(model: SemanticModel, table: Table) -> dict[str, Any]:
    """A table in full."""
    joins = [
        {"name": join.name, "to": join.to, "on": list(join.on), **({"at": join.at} if join.at else {})}
        for join in table.joins.values()
    ]
    lifespan = {"from": table.lifespan[0], "to": table.lifespan[1]} if table.lifespan else None
    snapshot = {"column": table.snapshot[0], "per": list(table.snapshot[1])} if table.snapshot else None
    return {
        "name": table.name,
        "source": {"kind": table.origin.kind, "text": table.origin.text},
        "key": list(table.key),
        "time": table.time or None,
        "lifespan": lifespan,
        "snapshot": snapshot,
        "rows": table.rows,
        "joins": joins,
        "fields": [_field_record(field) for field in table.fields.values()],
        "metrics": metrics_of_table(model, table.name),
        "file": table.span.file,
        "line": table.span.line,
    }


def _field_record(field: Field) -> dict[str, Any]:
    return {
        "name": field.name,
        "type": str(field.type),
        "unit": str(field.unit),
        "expression": field.text if not field.is_physical else "",
    }


def dialect_records(dialects: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    """The dialects with how well each is supported."""
    return [{"name": name, "support": support} for name, support in dialects]
