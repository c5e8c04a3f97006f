"""`attain alerts`"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click

from attain.cli import COMMANDS
from attain.cli.files import check_target, write_file
from attain.cli.names import complete_alert
from attain.cli.options import Place, place_options, refuse_empty, screen_options
from attain.cli.progress import progress_line
from attain.cli.project import QUERY, demand, open_checked, running
from attain.cli.screen import Screen, write_text
from attain.model.alert import Finding
from attain.model.semantic import SemanticModel

FIRES = 1
_HELP = f"""{COMMANDS["alerts"]}

All alerts of the definitions, or those that are named. An alert with a grain looks at its last period that is over;
today is not over, a day given with --as-of is. With --webhook what fires is sent to a chat tool as {{"text": ..}},
tried again where it is not taken. With --state a file keeps what was said, and nothing is sent twice: again only in
another period, in another band, or after it was quiet.

\b
Examples:
  attain alerts
  attain alerts revenue_drop --as-of 2026-03-08 --all
  ATTAIN_WEBHOOK=https://.. attain alerts -q --state alerts.json     every morning
"""
_STATUS = (
    "\b\nExit status: 0 fine; 1 an alert fires, or the definitions have problems; 2 the command line is\n"
    "wrong; 3 a connection, a query or the webhook failed, or a data file is missing."
)


@click.command("alerts", help=_HELP, epilog=_STATUS)
@click.argument("names", nargs=-1, metavar="[ALERT...]", shell_complete=complete_alert)
@click.option("--as-of", default="", metavar="DATE", help="The day that counts as now; left out: today.")
@click.option("--all", "every", is_flag=True, help="Also what does not fire.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How findings are written.",
)
@click.option(
    "--webhook",
    default="",
    metavar="URL",
    envvar="ATTAIN_WEBHOOK",
    help="Where to send what fires; better by the environment: ATTAIN_WEBHOOK.",
)
@click.option(
    "--state", type=click.Path(path_type=Path), metavar="FILE", help="What was said, so that nothing is twice."
)
@click.option(
    "--timeout", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS", help="Stop a query after so long."
)
@place_options
@screen_options
def command(
    screen: Screen, place: Place, names: tuple[str, ...], as_of: str, every: bool, form: str, webhook: str,
    state: Path | None, timeout: float | None,
) -> int:  # fmt: skip
    """What fires to standard output, what is to be said about it to standard error."""
    refuse_empty(click.get_current_context(), {"as_of": as_of, "webhook": webhook})
    from attain.run.engine import Settings
    from attain.run.said import Said, read_said
    from attain.run.webhook import check_address

    if webhook:
        check_address(webhook)
    if state is not None:
        check_target(state, "--state")
    before: Said = read_said(state) if state is not None else {}
    project, model = open_checked(screen, place, settings=Settings(timeout=timeout))
    from attain.alerts import look_at_alerts
    from attain.pipeline import current_day
    from attain.read.expressions import read_day

    with running(project), progress_line(screen.quiet) as progress:
        findings, problems, sources = look_at_alerts(project, names, as_of, progress)
    demand(screen, project, problems, QUERY, sources)
    day = read_day(as_of) or current_day(model)
    _show(screen, model, findings, before, form, every, day, len(set(names)) or len(model.alerts))
    fresh = [f for f in findings if f.fires and not _was_said(before, f)]
    if webhook and fresh:
        _send(model, fresh, webhook, day)
    if state is not None:
        _keep(state, before, findings, model, names)
    return FIRES if any(finding.fires for finding in findings) else 0


def _was_said(before: dict[str, dict[str, str]], finding: Finding) -> bool:
    return before.get(finding.alert.name, {}).get(finding.key) == finding.state


def _show(
    screen: Screen, model: SemanticModel, findings: Sequence[Finding], before: dict[str, dict[str, str]], form: str,
    every: bool, day: date, alerts: int,
) -> None:  # fmt: skip
    from attain.report.alerts import findings_to_json, findings_to_text, summary_of

    shown = [finding for finding in findings if every or finding.fires]

    def was_said(finding: Finding) -> bool:
        return _was_said(before, finding)

    if form == "json":
        write_text(findings_to_json(model, shown, was_said, day))
    else:
        write_text(findings_to_text(model, shown, was_said, color=screen.has_color(sys.stdout)))
    for note in summary_of(findings, alerts, day):
        screen.say(note)


def _send(model: SemanticModel, fresh: Sequence[Finding], webhook: str, day: date) -> None:
    from attain.report.alerts import findings_to_message
    from attain.run.webhook import send_message

    send_message(webhook, findings_to_message(model, fresh, day))


def _keep(
    path: Path, before: dict[str, dict[str, str]], findings: Sequence[Finding], model: SemanticModel,
    names: Sequence[str],
) -> None:  # fmt: skip
    """Writes what is said by now: of the alerts that were looked at what fires, of the others what was said before."""
    from attain.run.said import said_to_text

    looked = set(names) or set(model.alerts)
    said = {name: states for name, states in before.items() if name not in looked and name in model.alerts}
    for finding in findings:
        if finding.fires:
            said.setdefault(finding.alert.name, {})[finding.key] = finding.state
    write_file(path, said_to_text(said).encode("utf-8", "backslashreplace"), "--state")
