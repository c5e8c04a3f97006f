"""What is said when a command cannot go on: a wrong command line, or a bug of ours."""

from __future__ import annotations

import os
import sys

import click

from attain.base.problem import Problem
from attain.base.span import Span
from attain.base.suggest import did_you_mean
from attain.cli import COMMANDS
from attain.cli.screen import Screen, write_error

USAGE = 2
BUG = 70


def report_usage(error: click.ClickException) -> int:
    """Shows what is wrong with the command line, in the form of all problems."""
    from attain.report.problems import problems_to_text

    screen, problem = Screen(), usage_problem(error)
    text = problems_to_text([problem], {}, color=screen.has_color(sys.stderr), width=0)
    write_error(text.removesuffix("\n1 error\n"))  # there is never more than one
    return USAGE


def usage_problem(error: click.ClickException) -> Problem:
    """What click found wrong, in our words."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    path = context.command_path if context is not None else "attain"
    help_hint = f"`{path} --help` says what it takes"
    if isinstance(error, click.exceptions.NoSuchOption):
        known = [name for p in context.command.params for name in p.opts] if context is not None else []
        message = f"`{path}` has no option `{error.option_name}`"
        problem = Problem("unknown-option", message, Span.none(), did_you_mean(error.option_name, known))
        return problem.hint(help_hint)
    if isinstance(error, click.exceptions.NoSuchCommand):
        name = error.command_name
        problem = Problem("unknown-command", f"there is no command `{name}`", Span.none(), did_you_mean(name, COMMANDS))
        return problem.hint(f"commands: {', '.join(COMMANDS)}")
    if isinstance(error, click.MissingParameter) and error.param is not None:
        name = error.param.human_readable_name.removesuffix("...")
        problem = Problem("missing-argument", f"`{path}` needs {name}", Span.none())
        return problem.hint("`attain list` names the metrics" if name == "METRIC" else "", help_hint)
    return Problem("wrong-argument", error.format_message().rstrip("."), Span.none()).hint(help_hint)


def report_failure(error: Exception) -> int:
    """Shows an exception that nobody expected: our bug. ATTAIN_DEBUG=1 adds the traceback."""
    from attain.report.text import escape_text

    if os.environ.get("ATTAIN_DEBUG"):
        import traceback

        write_error("".join(traceback.format_exception(error)))
    what = escape_text(f"{type(error).__name__}: {error}" if str(error) else type(error).__name__)
    write_error(
        f"attain: a bug in Attain itself stopped this command: {what}\n"
        "   = please report it, with the command and, if you can, the definitions\n"
        "   = ATTAIN_DEBUG=1 in the environment shows where it happened\n"
    )
    return BUG
