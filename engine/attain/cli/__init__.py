"""The command line. Commands load when they are called: `attain --help` imports nothing but click."""

from __future__ import annotations

from importlib import import_module

import click

from attain import __version__

#: Each command, which is also the name of its module below `attain.cli.commands`, and what it does.
COMMANDS = {
    "init": "A starting project, or definitions guessed from data.",
    "validate": "Check the definitions.",
    "list": "What there is: metrics, dimensions, tables, targets, alerts.",
    "show": "A metric, dimension or table in full.",
    "compile": "The SQL of a query.",
    "run": "The rows of a query.",
    "scorecard": "Every KPI against its target, with its pace and its trend.",
    "rows": "The rows behind a cell of a result, and the share of each in it.",
    "test": "The tests that stand beside the metrics.",
    "diff": "What a change of definitions means.",
    "alerts": "Which alerts fire.",
    "lock": "Write the column types of the data into attain.lock.",
    "fmt": "The files of definitions, formatted.",
    "schema": "The JSON schema of the definitions, for editors.",
    "completion": "Completion of commands, options and metrics for a shell.",
}
SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
EXIT_STATUS = (
    "\b\nExit status: 0 fine; 1 the definitions have problems; 2 the command line or the query is wrong;\n"
    "3 a connection or a query failed, or a data file is missing."
)
_HELP = """Attain compiles business metrics: definitions in YAML, checked, and turned into SQL.

\b
Start here:
  attain init demo && cd demo
  attain list
  attain run revenue --by region --grain month

`attain COMMAND --help` says what a command takes, with examples."""


class Commands(click.Group):
    """A group whose commands are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the commands, in the order of their use."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The command of that name, or None."""
        if name not in COMMANDS:
            return None
        found = import_module(f"attain.cli.commands.{name}").command
        assert isinstance(found, click.Command)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    "attain", cls=Commands, context_settings=SETTINGS, invoke_without_command=True, help=_HELP, epilog=EXIT_STATUS
)
@click.version_option(__version__, "-V", "--version", message="attain %(version)s", help="The version, and exit.")
@click.pass_context
def attain(ctx: click.Context) -> int:
    """Without a command: the help."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())
    return 0


def main(arguments: list[str] | None = None) -> int:
    """Runs the command line and gives its exit status; nothing is raised but what the shell's completion does."""
    try:
        status = attain.main(arguments, prog_name="attain", standalone_mode=False)
    except click.exceptions.Abort:
        return _interrupted()
    except click.ClickException as error:
        from attain.cli.failure import report_usage

        return report_usage(error)
    except KeyboardInterrupt:
        return _interrupted()
    except Exception as error:
        from attain.cli.failure import report_failure

        return report_failure(error)
    return status if isinstance(status, int) else 0


def _interrupted() -> int:
    click.echo("attain: interrupted", err=True)
    return 130
