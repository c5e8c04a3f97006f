"""`attain schema`"""

from __future__ import annotations

from pathlib import Path

import click

from attain.cli import COMMANDS, EXIT_STATUS
from attain.cli.files import check_target, write_file
from attain.cli.options import screen_options
from attain.cli.screen import Screen, write_text

#: The schema in the package, and what projects call their copy of it.
SHIPPED = Path(__file__).resolve().parents[2] / "schema.json"
COPY = "attain.schema.json"
#: The line at the top of a file of definitions that tells editors of the copy beside it.
MODELINE = f"# yaml-language-server: $schema={COPY}"
_HELP = f"""{COMMANDS["schema"]}

Editors that know YAML complete keys by it, explain them, and underline what does not belong. They find it by the first
line of a file of definitions, which `attain init` writes:

\b
  {MODELINE}

It takes what `attain validate` takes, as far as keys and the shape of values go; expressions are texts to it.

\b
Examples:
  attain schema -o {COPY}
  attain schema > definitions.json
"""


@click.command("schema", help=_HELP, epilog=EXIT_STATUS)
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Where to write it.")
@click.option("--format", "form", type=click.Choice(["json"]), default="json", show_default=True, help="The form.")
@screen_options
def command(screen: Screen, output: Path | None, form: str) -> int:
    """The JSON schema, as it lies in the package."""
    del form
    if output is None:
        write_text(shipped_schema())
        return 0
    check_target(output)
    write_file(output, shipped_schema().encode())
    screen.say(f"wrote {output}")
    return 0


def shipped_schema() -> str:
    """The JSON schema of definitions."""
    return SHIPPED.read_text(encoding="utf-8")
