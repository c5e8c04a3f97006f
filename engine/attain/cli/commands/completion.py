"""`attain completion`"""

from __future__ import annotations

import click

from attain.cli import COMMANDS, EXIT_STATUS, attain
from attain.cli.screen import write_text

SHELLS = ("bash", "zsh", "fish")
_HELP = f"""{COMMANDS["completion"]}

Prints a script for the shell to read when it starts.

\b
Examples:
  eval "$(attain completion bash)"                                   in ~/.bashrc; zsh: ~/.zshrc
  attain completion fish > ~/.config/fish/completions/attain.fish
"""


@click.command("completion", help=_HELP, epilog=EXIT_STATUS)
@click.argument("shell", type=click.Choice(SHELLS))
def command(shell: str) -> int:
    """The script of one shell."""
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    assert found is not None
    write_text(found(attain, {}, "attain", "_ATTAIN_COMPLETE").source() + "\n")
    return 0
