"""`attain compile`"""

from __future__ import annotations

from pathlib import Path

import click

from attain.cli import COMMANDS, EXIT_STATUS
from attain.cli.files import check_target, write_file
from attain.cli.options import Asked, Place, place_options, query_options, screen_options
from attain.cli.project import QUERY, demand, open_checked, request_of, running
from attain.cli.screen import Screen, write_data

_HELP = f"""{COMMANDS["compile"]}

A METRIC is a name, or an expression over names: 'revenue / deals_won'.

\b
Examples:
  attain compile revenue win_rate --by region --grain month
  attain compile cac --by channel --dialect snowflake -o cac.sql
"""


@click.command("compile", help=_HELP, epilog=EXIT_STATUS)
@query_options
@click.option(
    "--dialect",
    default="duckdb",
    show_default=True,
    metavar="NAME",
    help="Whose SQL: see `list dialects`.",
)
@click.option("--plan", "as_plan", is_flag=True, help="The plan instead of the SQL.")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Where to write it.")
@place_options
@screen_options
def command(screen: Screen, place: Place, asked: Asked, dialect: str, as_plan: bool, output: Path | None) -> int:
    """The SQL, or the plan, of a query."""
    if output is not None:
        check_target(output)
    project = open_checked(screen, place).project
    from attain.pipeline import compile_query

    with running(project):
        compiled = compile_query(project, request_of(asked), dialect=dialect)
    demand(screen, project, compiled.problems, QUERY, compiled.sources)
    for note in compiled.notes:
        screen.say(note)
    text = (compiled.plan if as_plan else compiled.sql).rstrip("\n") + "\n"
    if output is None:
        write_data(text)
    else:
        write_file(output, text.encode("utf-8", "backslashreplace"))
    return 0
