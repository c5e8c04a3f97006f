"""How long compiling and running take, each as a ratio to something that everybody knows, measured in the same run.

.venv/bin/python tests/bench/run.py [--quick] [--only TEXT] [--write] [--data DIR] [--sidemantic PATH]
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from importlib.metadata import version
from pathlib import Path

from compiling import measure_compiling
from data import FULL, QUICK, make_data
from measure import Row
from review import measure_review
from running import measure_running
from scorecards import measure_scorecards
from startup import measure_startup
from windows import measure_windows

PAGE = Path(__file__).parents[2] / "docs" / "benchmarks.md"
PEER = ("sidemantic==0.13.0", "typer>=0.21,<0.22")


def main() -> None:
    """Measures, prints, and writes the page where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="little data, few pairs: whether it works, in a minute")
    parser.add_argument("--only", default="", metavar="TEXT", help="the queries on DuckDB whose name holds a text")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md, with --only those lines of it")
    parser.add_argument("--data", type=Path, metavar="DIR", help="where the data lie (~/.cache/attain-bench)")
    parser.add_argument("--sidemantic", type=Path, metavar="PATH", help="its command, in an environment of its own")
    options = parser.parse_args()
    if options.quick and options.write:
        parser.error("--quick measures too little to be written down")
    home = options.data or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "attain-bench"
    rows: list[Row] = []
    with peer_command(options.sidemantic, needed=not options.only) as peer:
        for row in measured(peer, home, options.quick, options.only):
            rows.append(row)
            print(line_of(row), flush=True)
    print("\n" + ("a quick run: the ratios say nothing" if options.quick else verdict(rows)))
    if options.write:
        PAGE.write_text(with_lines(PAGE.read_text(), rows) if options.only else page(rows, peer is not None))
        print(f"{PAGE} is written")


def measured(peer: Path | None, home: Path, quick: bool, only: str) -> Iterator[Row]:
    """Every row of the report; those of the queries whose name holds a text where one is given."""
    count = 3 if quick else 15
    if not only:
        yield from measure_startup(peer, count)
        yield from measure_compiling(peer, 5 if quick else 15)
        yield from measure_review(3 if quick else 7)
    folder = make_data(home / ("quick" if quick else "full"), QUICK if quick else FULL)
    yield from measure_running(folder, count, only)
    yield from measure_windows(folder, count, only)
    yield from measure_scorecards(home, quick=quick, count=min(count, 7), only=only)


@contextmanager
def peer_command(given: Path | None, *, needed: bool) -> Iterator[Path | None]:
    """The command of sidemantic: the one given, else in a temporary environment; None where that cannot be made."""
    if given is not None or not needed:
        yield given
        return
    with tempfile.TemporaryDirectory() as folder:
        try:
            print(f"making an environment for {' '.join(PEER)}", flush=True)
            venv.create(folder, with_pip=True)
            python = Path(folder, "Scripts" if os.name == "nt" else "bin", "python")
            subprocess.run([python, "-m", "pip", "install", "-q", *PEER], check=True, capture_output=True, timeout=600)
        except (OSError, subprocess.SubprocessError) as error:
            print(f"sidemantic cannot be installed ({error}): what is measured against it is left out", flush=True)
            yield None
            return
        yield python.parent / "sidemantic"


# -- the report ------------------------------------------------------------------------------------------------------
def line_of(row: Row) -> str:
    """A line for the screen."""
    return f"{row.what:<58} {cells(row)[2]:>9} {cells(row)[3]:>9}  ratio {cells(row)[4]:>6} {cells(row)[6]}"


def cells(row: Row) -> list[str]:
    """The cells of a line: what, against, CPU, reference CPU, ratio of CPU, ratio of wall, limit and whether kept."""
    known = row.reference_cpu == row.reference_cpu
    limit = ""
    if row.limit is not None:
        shown = f"{row.limit:g}" if row.judged == "ratio" else f"{row.limit:g} s"
        limit = f"{shown}, {'met' if row.met else '**missed**'}"
    return [
        row.what, row.against, milliseconds(row.cpu), milliseconds(row.reference_cpu) if known else "",
        f"{row.ratio_cpu:.2f}" if known else "", f"{row.ratio_wall:.2f}" if row.ratio_wall is not None else "", limit,
    ]  # fmt: skip


def milliseconds(seconds: float) -> str:
    """A time as people read it."""
    value = seconds * 1000
    return f"{value:.1f} ms" if value < 10 else f"{value:,.0f} ms"


def verdict(rows: list[Row]) -> str:
    """How many limits are met."""
    return verdict_of([(row.what, row.met) for row in rows if row.met is not None])


def verdict_of(judged: list[tuple[str, bool]]) -> str:
    """How many limits are met, by name and whether."""
    missed = [what for what, met in judged if not met]
    return f"{len(judged) - len(missed)} of {len(judged)} limits met" + (
        f"; missed: {'; '.join(missed)}" if missed else ""
    )


#: The first heading after those of the parts.
AFTER_PARTS = "## How it is measured"
TABLE = (
    "| what | against | CPU | reference | ratio of CPU | ratio of wall | limit |",
    "|---|---|--:|--:|--:|--:|---|",
)


def heading(part: str) -> str:
    """The heading of a part."""
    return f"## {part.capitalize().replace('duckdb', 'DuckDB')}"


def table_line(row: Row) -> str:
    """A line of a table."""
    return "| " + " | ".join(cells(row)) + " |"


def with_lines(text: str, rows: list[Row]) -> str:
    """The page with some lines measured again, each in its part, which is added where it is not there yet."""
    for row in rows:
        if heading(row.part) not in text:
            text = text.replace(AFTER_PARTS, "\n".join([heading(row.part), "", *TABLE, "", AFTER_PARTS]))
        before, after = text.split(heading(row.part) + "\n\n")
        table, rest = after.split("\n\n", 1)
        lines = table.split("\n")
        place = next((i for i, line in enumerate(lines) if line.startswith(f"| {row.what} |")), len(lines))
        lines[place : place + 1] = [table_line(row)]
        text = f"{before}{heading(row.part)}\n\n" + "\n".join(lines) + f"\n\n{rest}"
    judged = re.findall(r"(?m)^\| (.*?) \|.*, (met|\*\*missed\*\*) \|$", text)
    found = verdict_of([(what, met == "met") for what, met in judged])
    return re.sub(r"(?m)^\d+ of \d+ limits met.*$", lambda _: f"{found}.", text)


def page(rows: list[Row], with_peer: bool) -> str:
    """docs/benchmarks.md"""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    packages = ", ".join(f"{name} {version(name)}" for name in ("attain", "duckdb", "sqlglot", "click", "pyyaml"))
    told = [
        "# Benchmarks",
        "",
        "How long Attain takes, each time as a ratio to a named reference that is measured in the same run. Written by",
        "`tests/bench/run.py --write`; the text around the figures is in `tests/bench/page.md`.",
        "",
        "```",
        "make bench                                        # measures and prints",
        ".venv/bin/python tests/bench/run.py --quick       # small, in a minute: whether it works",
        ".venv/bin/python tests/bench/run.py --write       # measures and writes this page",
        "```",
        "",
        f"Run on {date.today()}: {platform.system()} {platform.machine()}, {os.cpu_count()} cores,",
        f"{memory:.0f} GB of memory; Python {platform.python_version()}, {packages}"
        + (f"; {PEER[0]}." if with_peer else "; without sidemantic."),
        "",
        verdict(rows).capitalize() + ".",
        "",
    ]
    for part in dict.fromkeys(row.part for row in rows):
        told += [heading(part), "", *TABLE, *(table_line(row) for row in rows if row.part == part), ""]
    return "\n".join(told) + "\n" + (Path(__file__).parent / "page.md").read_text()


if __name__ == "__main__":
    sys.exit(main())
