"""One metric, target, dimension or table in full, for people."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import dedent

from attain.base.span import Span
from attain.model.explanation import Explanation
from attain.model.semantic import Dimension, Field, Metric, SemanticModel, Table
from attain.model.target import Target
from attain.report.catalogue import table_rows, table_source, table_time
from attain.report.explanation import additivity_lines, unit_lines
from attain.report.facts import (
    dimension_paths,
    dimensions_of,
    metrics_of_dimension,
    metrics_of_table,
    targets_asked,
    time_axes,
    used_by,
)
from attain.report.grid import columns_to_lines
from attain.report.paint import Paint, painter
from attain.report.problems import place_of
from attain.report.targets import bands_to_lines, in_force, spread_words, target_to_line, terms_to_text
from attain.report.text import escape_text, pad_text

#: The name of a fact, and its lines.
Fact = tuple[str, Sequence[str]]
_NAMES = 14  # columns for the names of facts


def metric_to_text(model: SemanticModel, metric: Metric, *, color: bool, explanation: Explanation | None = None) -> str:
    """A metric: what it means, its expression, unit and additivity (with an `explanation` also how they came about),
    what it is built from and what is built on it, what it may be cut by, who owns it."""
    facts: list[Fact] = [
        ("expression", _expression_lines(metric.text)),
        ("unit", unit_lines(metric, explanation)),
        ("additivity", additivity_lines(metric, explanation)),
        ("good", [metric.good]),
        ("built from", [*metric.uses, *(f"the target {name}" for name in targets_asked(metric))]),
        ("tables", [", ".join(metric.tables)]),
        ("time", time_axes(model, metric)),
        ("dimensions", _metric_dimensions(model, metric)),
        ("targets", _metric_targets(model, metric)),
        ("used by", [", ".join(used_by(model, metric.name))]),
        ("kind", [metric.kind]),
        ("category", [metric.category]),
        ("owner", [metric.owner]),
        ("hidden", ["lists leave it out"] if metric.hidden else []),
        ("deprecated", [_deprecated(metric)]),
        ("defined in", [_defined(metric.span)]),
    ]
    return _page(f"metric {metric.name}", metric.label, metric.description, facts, painter(color))


def _expression_lines(text: str) -> list[str]:
    """The lines of an expression, without the indentation that all but the first have in the file."""
    first, _, rest = text.strip().partition("\n")
    return [first.rstrip(), *(line.rstrip() for line in dedent(rest).split("\n"))]


def _deprecated(metric: Metric) -> str:
    if metric.deprecated is None:
        return ""
    use, until = metric.deprecated
    parts = [f"use {use}" if use else "", f"an error after {until}" if until else ""]
    return ", ".join(part for part in parts if part) or "yes"


def _metric_dimensions(model: SemanticModel, metric: Metric) -> list[str]:
    """Each dimension with its paths from the metric's tables."""
    found = dimensions_of(model, metric)
    if not found:
        return ["none by name; columns of its tables can be asked for"] if metric.by is None else ["none"]
    rows = [(d.name, path, why) for d in found for _, path, why in dimension_paths(d, metric.tables)]
    names = [name if i == 0 or rows[i - 1][0] != name else "" for i, (name, _, _) in enumerate(rows)]
    return columns_to_lines(
        [(name, path, f"({why})" if why else "") for name, (_, path, why) in zip(names, rows, strict=True)]
    )


def _metric_targets(model: SemanticModel, metric: Metric) -> list[str]:
    """Each target of a metric, the default first, and what it says."""
    found = model.targets_of(metric.name)
    return columns_to_lines(
        [(x.name, target_to_line(model, x), "" if x.default or len(found) == 1 else "(by its name)") for x in found]
    )


def target_to_text(model: SemanticModel, target: Target, *, color: bool) -> str:
    """A target: of which metric it is, what it says in each version, how it gets to finer grains, its bands."""
    facts: list[Fact] = [
        ("metric", [target.metric]),
        ("asked for as", [f"target({target.metric}{'' if target.default else f', {target.name}'})"]),
    ]
    for terms in target.versions:
        facts += [
            ("in force", [in_force(terms)]),
            ("says", [terms_to_text(model, target, terms)]),
            ("finer grains", [spread_words(target, terms.spread)] if terms.grain is not None else []),
            ("bands", bands_to_lines(model, target, terms)),
        ]
    facts += [("owner", [target.owner]), ("defined in", [_defined(target.span)])]
    return _page(f"target {target.name}", target.label, target.description, facts, painter(color))


def dimension_to_text(model: SemanticModel, dimension: Dimension, *, color: bool) -> str:
    """A dimension: its type, the tables that have it with the path from each, the metrics that may be cut by it."""
    paths = [(path, f"({why})" if why else "") for _, path, why in dimension_paths(dimension)]
    facts: list[Fact] = [
        ("type", [str(dimension.type)]),
        ("paths", columns_to_lines(paths) or ["no table has it"]),
        ("metrics", [", ".join(metrics_of_dimension(model, dimension)) or "none"]),
        ("defined in", [_defined(dimension.span)]),
    ]
    return _page(f"dimension {dimension.name}", dimension.label, dimension.description, facts, painter(color))


def table_to_text(model: SemanticModel, table: Table, *, color: bool) -> str:
    """A table: its source, key, time, joins and fields, and the metrics that aggregate its rows."""
    joins = [(j.name, f"-> {j.to}", f"on {', '.join(j.on)}", j.at and f"at {j.at}") for j in table.joins.values()]
    facts: list[Fact] = [
        ("source", [table_source(table)]),
        ("key", [", ".join(table.key) or "none"]),
        ("time", [table_time(table)]),
        ("lifespan", [f"from {table.lifespan[0]} to {table.lifespan[1]}"] if table.lifespan else []),
        ("snapshot", [_snapshot(table)]),
        ("rows", [table_rows(table)]),
        ("joins", columns_to_lines(joins)),
        ("fields", columns_to_lines([_field_cells(field) for field in table.fields.values()])),
        ("metrics", [", ".join(metrics_of_table(model, table.name))]),
        ("defined in", [_defined(table.span)]),
    ]
    return _page(f"table {table.name}", "", "", facts, painter(color))


def _snapshot(table: Table) -> str:
    if table.snapshot is None:
        return ""
    column, per = table.snapshot
    return f"{column}, per {', '.join(per)}" if per else column


def _field_cells(field: Field) -> tuple[str, ...]:
    unit = str(field.unit)
    shown = "" if unit in ("number", "time", "text", "boolean") else unit
    return field.name, str(field.type), shown, "" if field.is_physical else f"= {' '.join(field.text.split())}"


def _defined(span: Span) -> str:
    return place_of(span) if span.file else ""


def _page(title: str, label: str, description: str, facts: Sequence[Fact], paint: Paint) -> str:
    """A title, what the thing means, and the facts that there are."""
    head = paint(escape_text(f"{title}: {label}" if label else title), "strong")
    lines = [head, *(escape_text(line) for line in description.strip().split("\n") if line.strip()), ""]
    for name, values in facts:
        shown = [escape_text(value) for value in values if value]
        names = [name] + [""] * (len(shown) - 1)
        lines += [f"  {paint(pad_text(n, _NAMES), 'dim')}{v}" for n, v in zip(names, shown, strict=False)]
    return "\n".join(lines) + "\n"
