"""`attain scorecard`"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from attain.cli import COMMANDS, EXIT_STATUS
from attain.cli.files import check_target, write_file
from attain.cli.names import complete_dimensions, complete_grain, complete_metric
from attain.cli.options import Place, place_options, refuse_empty, screen_options, split_list
from attain.cli.progress import progress_line
from attain.cli.project import QUERY, RUN, Opened, demand, open_checked, running
from attain.cli.screen import Screen, Stop, is_terminal, stream_width, write_data, write_text

if TYPE_CHECKING:
    from attain.model.scorecard import Scorecard
    from attain.pipeline import ScorecardRequest

FORMATS = ("table", "json", "csv", "markdown", "html")
#: The format of a file by the end of its name.
ENDINGS = {".csv": "csv", ".json": "json", ".md": "markdown", ".html": "html", ".htm": "html"}
_HELP = f"""{COMMANDS["scorecard"]}

Without a METRIC: every metric with a target. Each has its figure, its target, the share of it that is reached, the
changes to the period before and to the same period a year before (of a period that still runs: the same stretch of
them), and, while the period runs, its pace: what is reached of what should have been by the as-of day, where the
period ends at that rate, and what each working day that is left has to bring.

\b
Examples:
  attain scorecard
  attain scorecard revenue win_rate --by region --period 2026-Q2
  attain scorecard --category sales --format html -o scorecard.html
"""


@click.command("scorecard", help=_HELP, epilog=EXIT_STATUS)
@click.argument("metrics", nargs=-1, metavar="[METRIC]...", shell_complete=complete_metric)
@click.option("--all", "every", is_flag=True, help="Also metrics without a target.")
@click.option("--category", "categories", multiple=True, metavar="C", help="Only KPIs of this category.")
@click.option("--owner", "owners", multiple=True, metavar="O", help="Only KPIs that this owner answers for.")
@click.option(
    "--by", multiple=True, metavar="D[,D..]", shell_complete=complete_dimensions, help="Each KPI also by dimensions."
)
@click.option(
    "--period", default="", metavar="P",
    help="2026, 2026-Q2, 2026-05, 2026-W20, 2026-05-14; left out: the one that holds the as-of day.",
)  # fmt: skip
@click.option(
    "--grain", default="", metavar="G", shell_complete=complete_grain, help="The length of the period; left out: month."
)
@click.option("--as-of", default="", metavar="DATE", help="The day that counts as now; left out: today.")
@click.option("--where", default="", metavar="EXPR", help="Only where this holds: \"region = 'EMEA'\".")
@click.option("--plan", "as_plan", is_flag=True, help="The plan instead of the figures, with the number of scans.")
@click.option("--format", "form", type=click.Choice(FORMATS), help="Left out: table for a terminal, else csv.")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Where to write it.")
@click.option(
    "--timeout", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS", help="Stop a query after so long."
)
@click.option("--threads", type=click.IntRange(min=1), metavar="N", help="Threads that a query may use.")
@click.option("--memory-limit", metavar="SIZE", help="Memory that a query may use: 2GB.")
@place_options
@screen_options
def command(
    screen: Screen,
    place: Place,
    metrics: tuple[str, ...],
    every: bool,
    categories: tuple[str, ...],
    owners: tuple[str, ...],
    by: tuple[str, ...],
    period: str,
    grain: str,
    as_of: str,
    where: str,
    as_plan: bool,
    form: str | None,
    output: Path | None,
    timeout: float | None,
    threads: int | None,
    memory_limit: str | None,
) -> int:
    """The scorecard to standard output or a file, what is to be said about it to standard error."""
    options = {"category": categories, "owner": owners, "by": by, "period": period, "grain": grain, "as_of": as_of}
    refuse_empty(click.get_current_context(), {**options, "where": where})
    chosen = choose_format(form, output)
    from attain.pipeline import ScorecardRequest
    from attain.run.engine import Settings

    keys = tuple(part for text in by for part in split_list(text))
    request = ScorecardRequest(metrics, every, categories, owners, keys, grain, period, as_of, where)
    settings = Settings(memory_limit=memory_limit, threads=threads, timeout=timeout)
    opened = open_checked(screen, place, settings=settings)
    if as_plan:
        _write(_plan(screen, opened, request), output)
        return 0
    if chosen == "html":
        _demand_charts()
    card = _read(screen, opened, request)
    if chosen == "html":
        card = _write_page(screen, opened, card, output)
        _say(screen, card)
        return 0
    color = output is None and screen.has_color(sys.stdout)
    width = stream_width(sys.stdout) if output is None and is_terminal(sys.stdout) else 0
    _write(_text(chosen, card, color=color, width=width), output)
    _say(screen, card, legend=chosen == "table", width=width)
    return 0


def _say(screen: Screen, card: Scorecard, *, legend: bool = False, width: int = 0) -> None:
    from attain.report.scorecard_text import scorecard_notes

    for note in scorecard_notes(card, legend=legend, width=width):
        screen.say(note)


def _demand_charts() -> None:
    """Stops before any work is done where charts cannot be drawn."""
    from attain.report.scorecard_charts import missing_library

    problem = missing_library()
    if problem is not None:
        raise Stop([problem], RUN)


def _write_page(screen: Screen, opened: Opened, card: Scorecard, output: Path | None) -> Scorecard:
    """Writes the page; the scorecard with what is to be said of the page, too."""
    from attain.pipeline import scorecard_details
    from attain.report.scorecard_html import scorecard_to_html

    with running(opened.project), progress_line(screen.quiet) as progress:
        details, notes = scorecard_details(opened.project, card, progress)
    card = replace(card, notes=(*card.notes, *notes))
    _write(scorecard_to_html(card, details), output)
    return card


def choose_format(form: str | None, output: Path | None) -> str:
    """The format asked for, the one that the file's name says, or the one for who looks."""
    if output is not None:
        check_target(output)
        if form is None and output.suffix and output.suffix.lower() not in (*ENDINGS, ".txt"):
            known = ", ".join(ENDINGS)
            raise click.UsageError(f"no format goes with `{output.suffix}`: name a file in {known}, or --format")
        return form or ENDINGS.get(output.suffix.lower(), "csv")
    return form or ("table" if is_terminal(sys.stdout) else "csv")


def _read(screen: Screen, opened: Opened, request: ScorecardRequest) -> Scorecard:
    from attain.pipeline import read_scorecard

    with running(opened.project), progress_line(screen.quiet) as progress:
        card, problems, sources = read_scorecard(opened.project, request, progress=progress)
    demand(screen, opened.project, problems, QUERY, sources)
    if card is None:
        raise AssertionError("a scorecard without errors has figures")
    return card


def _plan(screen: Screen, opened: Opened, request: ScorecardRequest) -> str:
    from attain.pipeline import scorecard_plans

    with running(opened.project):
        text, problems, sources = scorecard_plans(opened.project, request)
    demand(screen, opened.project, problems, QUERY, sources)
    return text


def _text(form: str, card: Scorecard, *, color: bool, width: int) -> str:
    if form in ("csv", "json"):
        from attain.report.scorecard_data import scorecard_to_csv, scorecard_to_json

        return scorecard_to_csv(card) if form == "csv" else scorecard_to_json(card)
    from attain.report.scorecard_text import scorecard_to_markdown, scorecard_to_table

    return scorecard_to_table(card, color=color, width=width) if form == "table" else scorecard_to_markdown(card)


def _write(text: str, output: Path | None) -> None:
    if output is None:
        write_data(text) if "\x1b[" not in text else write_text(text)
    else:
        write_file(output, text.encode("utf-8", "backslashreplace"))
