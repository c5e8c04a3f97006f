"""How long the command takes to start, and to compile from nothing."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from measure import Row, cost_of_process, pairs

ROOT = Path(__file__).parents[2]
FIRST = ROOT / "examples" / "first"
PART = "start-up of processes"


def measure_startup(peer: Path | None, count: int) -> Iterator[Row]:
    """`--help` against an import of click; `compile` against the peer's `--help`, with and without the cache."""
    attain = str(Path(sys.executable).parent / "attain")
    with tempfile.TemporaryDirectory() as cache:
        warm = {"XDG_CACHE_HOME": cache}

        def run(command: list[str], environ: dict[str, str]) -> object:
            return lambda: cost_of_process(command, FIRST, environ)

        click = run([sys.executable, "-c", "import click"], {})
        yield pairs(PART, "attain --help", run([attain, "--help"], warm), "python -c 'import click'", click, count, 1.5)
        if peer is None:
            return
        help_of_peer = run([str(peer), "--help"], {})
        compiling = [attain, "compile", "revenue"]
        against = "sidemantic --help"
        what = "attain compile revenue, warm cache"
        yield pairs(PART, what, run(compiling, warm), against, help_of_peer, count, 0.8)
        what = "attain compile revenue, ATTAIN_CACHE=off"
        yield pairs(PART, what, run(compiling, {"ATTAIN_CACHE": "off"}), against, help_of_peer, count)
