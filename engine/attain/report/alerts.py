"""What alerts found: for people, for machines, for chat tools."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from attain.model.alert import Alert, Finding
from attain.model.result import Value
from attain.model.semantic import SemanticModel
from attain.report.data import json_value
from attain.report.machine import json_text
from attain.report.paint import painter
from attain.report.text import count_of, escape_text
from attain.report.values import value_to_raw

#: Lines of a message to a chat tool; more are counted.
MOST_LINES = 30
WasSaid = Callable[[Finding], bool]


def findings_to_text(
    model: SemanticModel, findings: Sequence[Finding], was_said: WasSaid, *, color: bool = False
) -> str:
    """Each finding in two or three lines: whether it fires, of what, why, and whose it is."""
    paint = painter(color)
    lines: list[str] = []
    for finding in findings:
        mark = paint("fires", "error") if finding.fires else paint("quiet", "dim")
        said = " (said before)" if finding.fires and was_said(finding) else ""
        lines.append(f"{mark}  {paint(escape_text(finding.alert.name), 'strong')}: {subject_of(model, finding)}{said}")
        lines.append(f"       {escape_text(finding.why)}")
        if finding.how:
            lines.append(paint(f"       {escape_text(finding.how)}", "dim"))
        if finding.fires and finding.alert.owner:
            lines.append(paint(f"       owner: {escape_text(finding.alert.owner)}", "dim"))
    return "".join(f"{line}\n" for line in lines)


def subject_of(model: SemanticModel, finding: Finding) -> str:
    """`Revenue, region EMEA, week of 2026-03-02`"""
    alert = finding.alert
    metric = model.metrics[alert.metric]
    parts = [metric.label or metric.name]
    parts += [f"{name} {value_to_raw(value) or '(none)'}" for name, value in finding.members]
    parts += [f"where {alert.where}"] if alert.where else []
    if finding.period and alert.grain is not None:
        parts.append(f"{alert.grain.name.replace('_', ' ')} of {finding.period}")
    return escape_text(", ".join(parts))


def findings_to_json(model: SemanticModel, findings: Sequence[Finding], was_said: WasSaid, as_of: date) -> str:
    """One object: the as-of day, how many fire, and a record for each finding, one a line."""
    records = ",\n    ".join(finding_record(model, finding, was_said) for finding in findings)
    listed = f"[\n    {records}\n  ]" if records else "[]"
    firing = sum(finding.fires for finding in findings)
    return f'{{\n  "as_of": "{as_of}",\n  "firing": {firing},\n  "alerts": {listed}\n}}\n'


def finding_record(model: SemanticModel, finding: Finding, was_said: WasSaid) -> str:
    """A finding as JSON, numbers with all their digits."""
    alert = finding.alert
    fields: list[tuple[str, Value]] = [
        ("alert", alert.name), ("label", alert.label), ("metric", alert.metric), ("when", finding.condition.text),
        ("fires", finding.fires), ("said_before", finding.fires and was_said(finding)),
        ("grain", alert.grain.name if alert.grain is not None else None), ("period", finding.period or None),
    ]  # fmt: skip
    after: list[tuple[str, Value]] = [
        ("value", finding.value), *finding.facts, ("why", finding.why), ("how", finding.how or None),
        ("owner", alert.owner or None),
    ]  # fmt: skip
    return f'{{{_pairs(fields)}, "slice": {{{_pairs(finding.members)}}}, {_pairs(after)}}}'


def _pairs(fields: Sequence[tuple[str, Value]]) -> str:
    return ", ".join(f"{json_text(name)}: {json_value(value)}" for name, value in fields)


def findings_to_message(model: SemanticModel, findings: Sequence[Finding], as_of: date) -> str:
    """The text of a message to a chat tool: a line for each that fires. What such tools would take for a link, or for
    a call of everybody, is written out."""
    name = f"{model.name}: " if model.name else ""
    fire = f"{count_of(len(findings), 'alert')} {'fires' if len(findings) == 1 else 'fire'}"
    lines = [f"{name}{fire} (as of {as_of})"]
    for finding in findings[:MOST_LINES]:
        owner = f" [{finding.alert.owner}]" if finding.alert.owner else ""
        lines.append(f"• {title_of(finding.alert)} - {subject_of(model, finding)}: {finding.why}{owner}")
    if len(findings) > MOST_LINES:
        lines.append(f"and {len(findings) - MOST_LINES} more: attain alerts")
    return "\n".join(_plain(line) for line in lines)


def _plain(line: str) -> str:
    line = escape_text(line)
    return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def title_of(alert: Alert) -> str:
    """What an alert is called in a message."""
    return alert.label or alert.name


def summary_of(findings: Sequence[Finding], alerts: int, as_of: date) -> list[str]:
    """What stands below: the day, how many were looked at and fire, and what could not be judged."""
    firing = sum(finding.fires for finding in findings)
    fire = f"{firing} of {len(findings)} fire" if findings else "nothing to judge"
    notes = [f"as of {as_of}", f"{count_of(alerts, 'alert')}: {fire}"]
    unknown = [finding for finding in findings if not finding.fires and finding.value is None]
    if unknown:
        notes.append(f"{len(unknown)} without a value: not judged")
    return notes


# -- the catalogue -----------------------------------------------------------------------------------------------------
def alerts_to_text(model: SemanticModel, *, color: bool, width: int) -> str:
    """What each alert is on, what fires, and whose it is."""
    from attain.report.catalogue import listing

    rows = [
        [alert.name, alert.metric, alert.target, alert.grain.name if alert.grain else "", ", ".join(alert.by),
         "; ".join(condition.text for condition in alert.conditions), alert.owner, alert.label]
        for alert in model.alerts.values()
    ]  # fmt: skip
    return listing(["alert", "metric", "target", "grain", "by", "when", "owner", "label"], rows, color, width)


def alert_record(alert: Alert) -> dict[str, Any]:
    """An alert in full."""
    return {
        "name": alert.name, "label": alert.label, "description": alert.description, "metric": alert.metric,
        "target": alert.target, "grain": alert.grain.name if alert.grain else "", "by": list(alert.by),
        "where": alert.where, "when": [condition.text for condition in alert.conditions], "owner": alert.owner,
        "file": alert.span.file, "line": alert.span.line,
    }  # fmt: skip
