"""`attain list`"""

from __future__ import annotations

import sys

import click

from attain.cli import COMMANDS, EXIT_STATUS
from attain.cli.options import Place, place_options, screen_options
from attain.cli.project import open_checked
from attain.cli.screen import Screen, is_terminal, stream_width, write_text
from attain.model.semantic import SemanticModel

WHAT = ("metrics", "dimensions", "tables", "targets", "alerts", "dialects")
_HELP = f"""{COMMANDS["list"]}

WHAT is one of {", ".join(WHAT)}; left out: metrics. Metrics marked as hidden are left out without --all.

\b
Examples:
  attain list
  attain list tables --format json
"""


@click.command("list", help=_HELP, epilog=EXIT_STATUS)
@click.argument("what", type=click.Choice(WHAT), default="metrics", metavar="[WHAT]")
@click.option(
    "--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True, help="The form."
)
@click.option("-a", "--all", "everything", is_flag=True, help="Hidden metrics too.")
@place_options
@screen_options
def command(screen: Screen, place: Place, what: str, form: str, everything: bool) -> int:
    """The catalogue, a line each."""
    if what == "dialects":
        write_text(_dialects(screen, form))
        return 0
    model = open_checked(screen, place).model
    write_text(_records(model, what, everything) if form == "json" else _lines(screen, model, what, everything))
    return 0


def _width() -> int:
    """Lines are cut to a terminal's width, and nowhere else."""
    return stream_width(sys.stdout) if is_terminal(sys.stdout) else 0


def _dialects(screen: Screen, form: str) -> str:
    from attain.pipeline import dialect_list
    from attain.report.catalogue import dialects_to_text
    from attain.report.records import dialect_records, records_to_json

    dialects = dialect_list()
    if form == "json":
        return records_to_json(dialect_records(dialects))
    return dialects_to_text(dialects, color=screen.has_color(sys.stdout), width=_width())


def _lines(screen: Screen, model: SemanticModel, what: str, everything: bool) -> str:
    from attain.report.alerts import alerts_to_text
    from attain.report.catalogue import dimensions_to_text, metrics_to_text, tables_to_text, targets_to_text

    color, width = screen.has_color(sys.stdout), _width()
    if what == "dimensions":
        return dimensions_to_text(model, color=color, width=width)
    if what == "tables":
        return tables_to_text(model, color=color, width=width)
    if what == "targets":
        return targets_to_text(model, color=color, width=width)
    if what == "alerts":
        return alerts_to_text(model, color=color, width=width)
    shown = [metric for metric in model.metrics.values() if everything or not metric.hidden]
    return metrics_to_text(shown, color=color, width=width)


def _records(model: SemanticModel, what: str, everything: bool) -> str:
    from attain.report.alerts import alert_record
    from attain.report.records import dimension_record, metric_record, records_to_json, table_record
    from attain.report.targets import target_record

    if what == "dimensions":
        return records_to_json(dimension_record(model, dimension) for dimension in model.dimensions.values())
    if what == "tables":
        return records_to_json(table_record(model, table) for table in model.tables.values())
    if what == "targets":
        return records_to_json(target_record(model, target) for target in model.targets.values())
    if what == "alerts":
        return records_to_json(alert_record(alert) for alert in model.alerts.values())
    shown = [metric for metric in model.metrics.values() if everything or not metric.hidden]
    return records_to_json(metric_record(model, metric) for metric in shown)
