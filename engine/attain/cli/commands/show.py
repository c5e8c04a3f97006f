"""`attain show`"""

from __future__ import annotations

import sys
from typing import Any

import click

from attain.base.problem import Problem
from attain.base.span import Source, Span
from attain.base.suggest import did_you_mean
from attain.cli import COMMANDS, EXIT_STATUS
from attain.cli.names import complete_name
from attain.cli.options import Place, place_options, screen_options
from attain.cli.project import QUERY, open_checked
from attain.cli.screen import Screen, Stop, write_text
from attain.model.semantic import SemanticModel

_HELP = f"""{COMMANDS["show"]}

Of a metric: what it means, its expression, its unit and its additivity and how they came about part by part, what it
is built from and what is built on it, what it may be cut by and the path to that, its targets, and who owns it.

\b
Examples:
  attain show win_rate
  attain show deals --format json
"""


@click.command("show", help=_HELP, epilog=EXIT_STATUS)
@click.argument("name", shell_complete=complete_name)
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="The form."
)
@place_options
@screen_options
def command(screen: Screen, place: Place, name: str, form: str) -> int:
    """All that has this name: a metric, a target, a dimension, a table."""
    model = open_checked(screen, place).model
    color = screen.has_color(sys.stdout)
    if form == "json":
        from attain.report.records import records_to_json

        found: list[Any] = _records(model, name)
        text = records_to_json(found)
    else:
        found = _texts(model, name, color)
        text = "\n".join(found)
    if not found:
        raise Stop([_unknown(model, name)], QUERY, {"NAME": Source("NAME", name)})
    write_text(text)
    return 0


def _texts(model: SemanticModel, name: str, color: bool) -> list[str]:
    from attain.pipeline import explain_metric
    from attain.report.show import dimension_to_text, metric_to_text, table_to_text, target_to_text

    texts = []
    if name in model.metrics:
        metric = model.metrics[name]
        texts.append(metric_to_text(model, metric, color=color, explanation=explain_metric(model, metric)))
    if name in model.targets:
        texts.append(target_to_text(model, model.targets[name], color=color))
    if name in model.dimensions:
        texts.append(dimension_to_text(model, model.dimensions[name], color=color))
    if name in model.tables:
        texts.append(table_to_text(model, model.tables[name], color=color))
    return texts


def _records(model: SemanticModel, name: str) -> list[dict[str, Any]]:
    """The records of what has this name, each with `what` it is."""
    from attain.pipeline import explain_metric
    from attain.report.explanation import explanation_record
    from attain.report.records import dimension_record, metric_record, table_record
    from attain.report.targets import target_record

    records = []
    if name in model.metrics:
        metric = model.metrics[name]
        explanation = explanation_record(metric, explain_metric(model, metric))
        records.append({"what": "metric", **metric_record(model, metric), "explanation": explanation})
    if name in model.targets:
        records.append({"what": "target", **target_record(model, model.targets[name])})
    if name in model.dimensions:
        records.append({"what": "dimension", **dimension_record(model, model.dimensions[name])})
    if name in model.tables:
        records.append({"what": "table", **table_record(model, model.tables[name])})
    return records


def _unknown(model: SemanticModel, name: str) -> Problem:
    known = [*model.metrics, *model.targets, *model.dimensions, *model.tables]
    message = f"there is no metric, target, dimension or table `{name}`"
    problem = Problem("unknown-name", message, Span("NAME", 1, 1, len(name) + 1), did_you_mean(name, known))
    return problem.hint("`attain list` names them all")
