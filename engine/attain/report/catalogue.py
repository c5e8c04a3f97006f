"""The catalogue for people: what there is, a line each."""

from __future__ import annotations

from collections.abc import Sequence

from attain.model.semantic import Dimension, Metric, SemanticModel, Table
from attain.report.facts import EVERY_WINDOW, dimension_paths
from attain.report.grid import grid_to_text
from attain.report.paint import painter
from attain.report.targets import target_to_line
from attain.report.text import escape_text


def metrics_to_text(metrics: Sequence[Metric], *, color: bool, width: int) -> str:
    """Name, unit, additivity and label or description of each metric."""
    rows = [[m.name, str(m.unit), m.additivity, metric_about(m)] for m in metrics]
    return listing(["metric", "unit", "additivity", "about"], rows, color, width)


def metric_about(metric: Metric) -> str:
    """What a metric is, on one line."""
    about = ": ".join(part for part in (metric.label, " ".join(metric.description.split())) if part)
    return f"(deprecated) {about}".rstrip() if metric.deprecated else about


def dimensions_to_text(model: SemanticModel, *, color: bool, width: int) -> str:
    """Name, type, and for each table the path to the column with how it was found."""
    rows: list[list[str]] = []
    for dimension in model.dimensions.values():
        rows += _dimension_rows(dimension)
    return listing(["dimension", "type", "table", "path", "found", "label"], rows, color, width)


def _dimension_rows(dimension: Dimension) -> list[list[str]]:
    paths = dimension_paths(dimension) or [("", "", "no table has it")]
    rows = [["", "", *path, ""] for path in paths]
    rows[0][:2], rows[0][-1] = [dimension.name, str(dimension.type)], dimension.label
    return rows


def tables_to_text(model: SemanticModel, *, color: bool, width: int) -> str:
    """Source, key, time axis, rows and joins of each table."""
    rows = [
        [
            table.name,
            table_source(table),
            ", ".join(table.key),
            table_time(table),
            table_rows(table),
            table_joins(table),
        ]
        for table in model.tables.values()
    ]
    header = ["table", "source", "key", "time", "rows", "joins"]
    return listing(header, rows, color, width, right=4)


def targets_to_text(model: SemanticModel, *, color: bool, width: int) -> str:
    """Metric, what is meant to be reached, and owner of each target; a mark where it is not the default."""
    rows = [
        [
            target.name,
            target.metric,
            "" if target.default else f"target({target.metric}, {target.name})",
            target_to_line(model, target),
            target.owner,
            target.label,
        ]
        for target in model.targets.values()
    ]
    return listing(["target", "metric", "asked for as", "says", "owner", "label"], rows, color, width)


def table_source(table: Table) -> str:
    """`file data/deals.csv`, `table crm.deals`, `sql SELECT ..` on one line."""
    return f"{table.origin.kind} {' '.join(table.origin.text.split())}"


def table_time(table: Table) -> str:
    """The time axis, or what it means that there is none."""
    return table.time or f"none: {EVERY_WINDOW}"


def table_rows(table: Table) -> str:
    """How many rows it has; nothing where that is not known."""
    return "" if table.rows is None else f"{table.rows:,}"


def table_joins(table: Table) -> str:
    """`owner -> reps, lead -> leads`"""
    return ", ".join(f"{join.name} -> {join.to}" for join in table.joins.values())


def dialects_to_text(dialects: Sequence[tuple[str, str]], *, color: bool, width: int) -> str:
    """Each dialect and how well it is supported."""
    return listing(["dialect", "support"], [list(dialect) for dialect in dialects], color, width)


def listing(header: list[str], rows: list[list[str]], color: bool, width: int, right: int = -1) -> str:
    """Rows in columns; columns in which nothing stands are left out."""
    kept = [i for i in range(len(header)) if i == 0 or any(row[i] for row in rows)]
    shown = [[escape_text(row[i]) for i in kept] for row in rows]
    return grid_to_text([header[i] for i in kept], shown, [i == right for i in kept], painter(color), width)
