"""`attain run`"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from attain.base.problem import has_errors
from attain.cli import COMMANDS, EXIT_STATUS
from attain.cli.files import check_target, write_file
from attain.cli.options import Asked, Place, place_options, query_options, screen_options
from attain.cli.progress import progress_line
from attain.cli.project import QUERY, demand, open_checked, request_of, running
from attain.cli.screen import Screen, Stop, is_terminal, write_data, write_result, write_text
from attain.model.result import Result

FORMATS = ("table", "csv", "json", "jsonl", "markdown", "parquet")
#: The format of a file by the end of its name.
ENDINGS = {
    ".csv": "csv",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".md": "markdown",
    ".parquet": "parquet",
}
_HELP = f"""{COMMANDS["run"]}

A METRIC is a name, or an expression over names: 'revenue / deals_won'. A person gets a table, a pipe gets CSV, a
file what its name says. CSV and JSON hold plain values: percents as fractions, missing values empty or null, texts
as they are in the data, also those that a spreadsheet would take for a formula.

\b
Examples:
  attain run revenue win_rate --by region --grain month
  attain run 'revenue / deals_won' --by rep --from 2026-01-01 --to 2026-04-01 -o sales.csv
"""


@click.command("run", help=_HELP, epilog=EXIT_STATUS)
@query_options
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
    asked: Asked,
    form: str | None,
    output: Path | None,
    timeout: float | None,
    threads: int | None,
    memory_limit: str | None,
) -> int:
    """The rows to standard output or a file, what is to be said about them to standard error."""
    chosen = choose_format(form, output)
    from attain.pipeline import run_query
    from attain.run.engine import Settings

    settings = Settings(memory_limit=memory_limit, threads=threads, timeout=timeout)
    project, model = open_checked(screen, place, settings=settings)
    with running(project), progress_line(screen.quiet) as progress:
        result, problems, sources = run_query(project, request_of(asked), progress=progress)
    demand(screen, project, problems, QUERY, sources)
    if result is None:
        raise AssertionError("a query without errors has a result")
    write_rows(screen, result, model.currency, chosen, output)
    _say_notes(screen, result)
    return 0


def choose_format(form: str | None, output: Path | None) -> str:
    """The format asked for, the one that the file's name says, or the one for who looks."""
    if output is not None:
        check_target(output)
        if form is None and output.suffix and output.suffix.lower() not in (*ENDINGS, ".txt"):
            known = ", ".join(ENDINGS)
            raise click.UsageError(
                f"no format goes with `{output.suffix}`: name a file that ends in {known}, or --format"
            )
        return form or ENDINGS.get(output.suffix.lower(), "csv")
    chosen = form or ("table" if is_terminal(sys.stdout) else "csv")
    if chosen == "parquet" and is_terminal(sys.stdout):
        raise click.UsageError("Parquet is not for a terminal: name a file with -o, or send it into a pipe")
    return chosen


def write_rows(screen: Screen, result: Result, currency: str, form: str, output: Path | None) -> None:
    """A result to standard output or a file."""
    if form == "parquet":
        from attain.report.parquet import result_to_parquet

        data, problems = result_to_parquet(result)
        if has_errors(problems):
            raise Stop(problems, QUERY)
    else:
        text = result_to(form, result, currency, color=output is None and screen.has_color(sys.stdout))
        if output is None:
            (write_text if form == "table" else write_data)(text)
            return
        data = text.encode("utf-8", "backslashreplace")
    if output is None:
        write_result(data)
    else:
        write_file(output, data)


def result_to(form: str, result: Result, currency: str, *, color: bool) -> str:
    """The result as a text of one of the formats."""
    from attain.report.data import result_to_csv, result_to_json, result_to_jsonl
    from attain.report.tables import result_to_markdown, result_to_table

    if form == "table":
        return result_to_table(result, currency, color=color)
    if form == "markdown":
        return result_to_markdown(result, currency)
    return {"csv": result_to_csv, "json": result_to_json, "jsonl": result_to_jsonl}[form](result)


def _say_notes(screen: Screen, result: Result) -> None:
    from attain.report.tables import result_notes

    for note in result_notes(result):
        screen.say(note)
