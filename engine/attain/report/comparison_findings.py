"""What a change of definitions means, at the lines of a pull request: annotations of GitHub, and SARIF."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attain.base.problem import Problem, Severity
from attain.base.span import Source
from attain.model.difference import DataComparison, Movement
from attain.report.comparison import Change, for_whom, in_report_order
from attain.report.machine import workflow_text
from attain.report.movements import cut_name, figure_texts, member_text
from attain.report.sarif import Repository, Rule, problems_to_sarif

QUIET = ("unchanged", "cosmetic", "equivalent")
MOVED = "figures-moved"
TITLES = {
    "removed": ("A definition is gone", "What asks for it fails from now on."),
    "meaning": ("A definition means something else", "Its own text gives another value in some cell."),
    "inherited": ("A definition means something else by what it is built on",
                  "Its own text says what it said; something below it gives another value."),
    "interface": ("A definition looks different to its users", "The same values; another unit, other dimensions."),
    "renamed": ("A definition has another name", "The old name is gone."),
    "added": ("A definition is new", "Nothing that there was is another for it."),
}  # fmt: skip


def findings_of(changes: Sequence[Change], data: DataComparison | None) -> list[Problem]:
    """A problem for each change that somebody has to know of, at its line, and where figures moved that were proven not
    to."""
    moved = {movement.name: movement for movement in data.movements} if data is not None else {}
    found: list[Problem] = []
    for change in in_report_order(changes):
        own = moved.get(change.name) if change.kind == "metric" else None
        said = figures_said(own, data.currency) if own is not None and data is not None else []
        if change.cls in QUIET and not said:
            continue
        loud = change.breaking or change.cls in ("meaning", "inherited") or (own is not None and own.alarm)
        code = MOVED if change.cls in QUIET else f"{change.kind}-{change.cls}"
        text = f"{change.kind} {change.name}: {change.cls}{', breaking' if change.breaking else ''}"
        because = [f"because {cause}" for cause in change.because]
        hints = tuple(x for x in (change.sentence, *because, *for_whom(change), *said) if x)
        severity = Severity.ERROR if loud else Severity.WARNING
        found.append(Problem(code, text, change.span, "", hints, (), severity))
    return found


def figures_said(movement: Movement, currency: str) -> list[str]:
    """The figures that moved most, in a few words."""
    if not movement.count_moved:
        return []
    said = [f"{movement.count_moved:,} of {movement.compared:,} cells that were compared moved"]
    for cut in movement.cuts:
        for figure in cut.moved[:1]:
            before, after, gap, share = figure_texts(figure, movement.column, currency)
            where = f"{cut_name(cut)} {member_text(cut, figure, currency)}".strip()
            said.append(
                f"{where}: {before} became {after}" + (f" ({', '.join(filter(None, (gap, share)))})" if gap else "")
            )
    return said


def changes_to_github(findings: Sequence[Problem], file: str) -> str:
    """A workflow command of GitHub Actions for each finding: a warning, or a notice where nothing that there was is
    another."""
    lines = []
    for finding in findings:
        level = "warning" if finding.severity is Severity.ERROR else "notice"
        place = {"file": finding.span.file or file}
        if finding.span.file and finding.span.line > 0:
            place["line"] = str(finding.span.line)
        place["title"] = finding.message
        properties = ",".join(f"{key}={workflow_text(value, ',:')}" for key, value in place.items())
        lines.append(f"::{level} {properties}::{workflow_text(chr(10).join(finding.hints) or finding.message)}\n")
    return "".join(lines)


def changes_to_sarif(findings: Sequence[Problem], sources: Mapping[str, Source], repository: Repository) -> str:
    """One run of SARIF 2.1.0, a rule for each class of change of each kind of definition."""
    rules: dict[str, Rule] = {}
    shown = []
    for finding in findings:
        level = "warning" if finding.severity is Severity.ERROR else "note"
        code = f"{finding.code}-{level}" if level == "warning" else finding.code
        kind, _, cls = finding.code.partition("-")
        title, text = TITLES.get(cls, ("Figures moved that were proven to be the same", "Please report it."))
        rules[code] = Rule(f"{title} ({kind})", text, level)
        shown.append(Problem(code, finding.message, finding.span, "", finding.hints))
    return problems_to_sarif(shown, sources, repository, (), rules)
