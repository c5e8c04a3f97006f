"""`attain lock`"""

from __future__ import annotations

import click

from attain.base.problem import Problem
from attain.base.span import Span
from attain.cli import COMMANDS, EXIT_STATUS
from attain.cli.files import write_file
from attain.cli.options import Place, place_options, screen_options
from attain.cli.project import DEFINITIONS, demand, open_checked, running, status_of
from attain.cli.screen import Screen, Stop

NAME = "attain.lock"
_HELP = f"""{COMMANDS["lock"]}

The lock stands beside the definitions and is committed with them: `validate` and `compile` then work where no data
is at hand, and files are read with the types that it says. It also holds row counts, for the planner.

\b
Examples:
  attain lock
  attain lock --check      whether the data still has the columns of the lock
"""


@click.command("lock", help=_HELP, epilog=EXIT_STATUS)
@click.option("--check", is_flag=True, help="Write nothing; exit 1 where the lock would change.")
@place_options
@screen_options
def command(screen: Screen, place: Place, check: bool) -> int:
    """Writes the lock, or says whether it is as it should be."""
    project = open_checked(screen, place).project
    from attain.pipeline import write_lock

    with running(project):
        text, problems = write_lock(project)
    demand(screen, project, problems, status_of(problems))
    path = project.root / NAME
    before = path.read_text(encoding="utf-8") if path.is_file() else None
    if before == text:
        screen.say(f"{path} is as it should be")
        return 0
    if check:
        what = "would change" if before is not None else "is missing"
        problem = Problem("stale-lock", f"the lock {what}", Span(NAME, 0, 0, 0)).hint("`attain lock` writes it")
        raise Stop([problem], DEFINITIONS)
    write_file(path, text.encode(), NAME)
    screen.say(f"{path} is written" if before is None else f"{path} is written anew")
    return 0
