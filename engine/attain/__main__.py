"""`python -m attain`, and the command `attain`."""

from __future__ import annotations

import sys


def main() -> None:
    """Runs the command line and exits with its status."""
    from attain.cli import main as run

    sys.exit(run())


if __name__ == "__main__":
    main()
