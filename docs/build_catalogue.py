"""docs/catalogue.md from metrics.yaml: every metric with what it answers, its trap, and its expression."""

from __future__ import annotations

import re
import textwrap
from datetime import date
from pathlib import Path

from attain import pipeline
from attain.model.semantic import Metric, SemanticModel
from attain.report.targets import target_to_line

HEAD = """\
# The sales catalogue

The metrics that practitioners' guides on sales name, each defined once, in [metrics.yaml](../metrics.yaml) and the
files that it includes. [examples/crm](../examples/crm/README.md) says over which tables, and how to put them over
yours; the names stay as they are. Each is held to SQL that was written by hand (`tests/catalog`), and the figures that
guides work out stand in `tests/cases/catalog-*.md`.

`attain show NAME` tells the rest of a metric: its unit part by part, its additivity, dimensions and owner. Metrics with
a target are KPIs, and `attain scorecard` shows them.
"""
WIDTH = 120
#: The files in the order of the page, with their headings.
PARTS = {
    "performance": "Performance",
    "recurring": "Recurring revenue",
    "pipeline": "Pipeline",
    "leads": "Leads",
    "activity": "Activity",
    "customers": "Customers",
    "marketing": "Marketing",
    "comparisons": "Compared with each other",
}


def build_catalogue(root: Path, note: str) -> str:
    """The page; `note` is its first line."""
    project = pipeline.open_project(root / "metrics.yaml", offline=True, today=date(2026, 6, 30))
    model = project.model
    assert model is not None, project.problems
    parts = [note, HEAD]
    shown = [metric for metric in model.metrics.values() if not metric.hidden]
    assert {file_of(metric) for metric in shown} == set(PARTS), "a file of the catalogue has no heading here"
    for file, heading in PARTS.items():
        parts += [f"## {heading}\n", *(entry(model, metric) for metric in shown if file_of(metric) == file)]
    return "\n".join(parts)


def file_of(metric: Metric) -> str:
    """The file that defines a metric, without folder and ending."""
    return Path(metric.span.file).stem


def entry(model: SemanticModel, metric: Metric) -> str:
    """A metric: its name, what is said of it, its expression, and the targets that it has."""
    facts = [str(metric.unit), metric.kind, {"up": "more is better", "down": "less is better"}.get(metric.good, "")]
    lines = [f"**`{metric.name}`** {metric.label} ({', '.join(fact for fact in facts if fact)})  "]
    lines += textwrap.wrap(metric.description, WIDTH)
    expression = re.sub(r"\s+", " ", metric.text).strip()
    lines += ["", f"    {expression}", ""]
    for target in model.targets.values():
        if target.metric == metric.name:
            said = f"- target `{target.name}`: {target_to_line(model, target)}. {target.description}"
            lines += textwrap.wrap(said, WIDTH, subsequent_indent="  ")
    return "\n".join(lines).rstrip() + "\n"
