"""`attain rows`"""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path

import click

from attain.cli import COMMANDS, EXIT_STATUS
from attain.cli.commands.run import FORMATS, choose_format, write_rows
from attain.cli.files import write_file
from attain.cli.options import AskedCell, Place, cell_options, place_options, screen_options
from attain.cli.progress import progress_line
from attain.cli.project import QUERY, demand, open_checked, running
from attain.cli.screen import Screen, is_terminal, write_text
from attain.model.cell import Behind

#: Rows of each aggregate that a person gets to see.
SHOWN = 100
_HELP = f"""{COMMANDS["rows"]}

A cell is one value of a result: of a slice (--where) in a period (--grain and --period) or a range (--from, --to). Each
aggregate of the METRIC is listed with the rows of its table that lie in the cell and count, what each brings in, and
its share; the parts of an aggregate over parts (`avg(revenue per rep)`) come before the rows of these parts. A person
gets a table for each aggregate; a pipe or a file gets one table of all.

\b
Examples:
  attain rows win_rate --where "region = 'EMEA'" --grain month --period 2026-01
  attain rows revenue --from 2026-01-01 --to 2026-04-01 --all -o rows.csv
"""


@click.command("rows", help=_HELP, epilog=EXIT_STATUS)
@cell_options
@click.option("--format", "form", type=click.Choice(FORMATS), help="Left out: table for a terminal, else csv.")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Where to write the rows.")
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
    asked: AskedCell,
    every: bool,
    limit: int | None,
    form: str | None,
    output: Path | None,
    timeout: float | None,
    threads: int | None,
    memory_limit: str | None,
) -> int:
    """The rows to standard output or a file, what is to be said about them to standard error."""
    chosen = choose_format(form, output)
    from attain.pipeline import CellRequest, rows_behind
    from attain.run.engine import Settings

    if limit is None and output is None and is_terminal(sys.stdout):
        limit = SHOWN
    settings = Settings(memory_limit=memory_limit, threads=threads, timeout=timeout)
    project, model = open_checked(screen, place, settings=settings)
    with running(project), progress_line(screen.quiet) as progress:
        request = CellRequest(**asdict(asked))
        behind, problems, sources = rows_behind(project, request, every=every, limit=limit, progress=progress)
    demand(screen, project, problems, QUERY, sources)
    if behind is None:
        raise AssertionError("a cell without errors has rows, or none")
    _write(screen, behind, model.currency, chosen, output)
    from attain.report.behind import behind_notes

    for note in behind_notes(behind, headings=chosen not in ("table", "markdown"), currency=model.currency):
        screen.say(note)
    return 0


def _write(screen: Screen, behind: Behind, currency: str, form: str, output: Path | None) -> None:
    from attain.report.behind import behind_to_markdown, behind_to_result, behind_to_table

    if form not in ("table", "markdown"):
        write_rows(screen, behind_to_result(behind), currency, form, output)
        return
    color = output is None and screen.has_color(sys.stdout)
    text = behind_to_table(behind, currency, color=color) if form == "table" else behind_to_markdown(behind, currency)
    if output is None:
        write_text(text)
    else:
        write_file(output, text.encode("utf-8", "backslashreplace"))
