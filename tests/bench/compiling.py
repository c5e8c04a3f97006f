"""Compiling and checking in one process, against the peer's compile and against reading the same YAML."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import yaml
from measure import Cost, Row, cost_here, cost_of_process, pairs

from attain.pipeline import QueryRequest, compile_anew, compile_query, open_project

PART = "compiling in one process"
TODAY = date(2026, 1, 31)
TABLES = """\
version: 1
tables:
  deals:
    source: deals
    key: deal_id
    time: closed_at
    fields:
      deal_id: {type: integer}
      closed_at: {type: date}
      status: {type: text}
      amount: {type: "decimal(12, 2)"}
"""
LOCK_COLUMNS = [["deal_id", "integer"], ["closed_at", "date"], ["status", "text"], ["amount", "decimal(12, 2)"]]


def write_project(folder: Path, files: int, each: int) -> None:
    """Definitions of files * each metrics, in so many files, with a lock so that no data are needed."""
    folder.mkdir(parents=True)
    (folder / "tables.yaml").write_text(TABLES)
    for number in range(files):
        lines = ["metrics:"]
        for i in range(number * each, (number + 1) * each):
            lines += [f"  m{i}:", f"    expr: sum(deals.amount where status = 's{i}')", f"    label: Metric {i}"]
            lines += [f"    description: What deals of status {i} come to.", "    good: up"]
        (folder / f"metrics_{number:02}.yaml").write_text("\n".join(lines) + "\n")
    origin = {"kind": "table", "text": "deals"}
    table = {"origin": origin, "columns": LOCK_COLUMNS, "key": ["deal_id"], "rows": None, "keys": None}
    lock = {"version": 1, "dialect": "duckdb", "tables": {"deals": {**table, "fingerprint": ""}}}
    (folder / "attain.lock").write_text(json.dumps(lock))


def measure_compiling(peer: Path | None, count: int) -> Iterator[Row]:
    """One and 50 metrics; a catalogue of 1,000; an edit of one of its files."""
    kept = {name: os.environ.get(name) for name in ("XDG_CACHE_HOME", "ATTAIN_CACHE")}
    with tempfile.TemporaryDirectory() as place:
        os.environ["XDG_CACHE_HOME"] = f"{place}/cache"
        os.environ.pop("ATTAIN_CACHE", None)
        yield from compile_some(Path(place) / "fifty", peer, count)
        yield from check_catalogue(Path(place) / "thousand", count)
    for name, value in kept.items():
        os.environ.pop(name, None)
        if value is not None:
            os.environ[name] = value


def compile_some(folder: Path, peer: Path | None, count: int) -> Iterator[Row]:
    """One and 50 metrics by month: planned and written anew, and found again in the cache of statements."""
    write_project(folder, 1, 50)
    project = open_project(folder)
    assert project.model is not None, project.problems
    found = peer_times(peer, count)
    for number in (1, 50):
        request = QueryRequest(tuple(f"m{i}" for i in range(number)), (), "month")
        noun = "1 metric" if number == 1 else f"{number} metrics"
        ways = {
            "anew (compile_anew)": lambda request=request: compile_anew(project, request, "duckdb", TODAY),
            "found again (compile_query)": lambda request=request: compile_query(project, request, today=TODAY),
        }
        for how, work in ways.items():
            assert work().sql
            cpu = statistics.median(cost_here(lambda work=work: repeat(work, 5)).cpu / 5 for _ in range(count))
            reference = found.get(str(number), float("nan"))
            name = f"sidemantic's compile of {noun}"
            yield Row(PART, f"{noun}, {how}", name, cpu, reference, cpu / reference, None, None, pairs=count)


def repeat(work: object, times: int) -> None:
    """Some work several times: the clock of CPU ticks too coarsely for one."""
    for _ in range(times):
        work()


def peer_times(peer: Path | None, count: int) -> dict[str, float]:
    """Seconds of the peer's compile by number of metrics; empty without it."""
    if peer is None:
        return {}
    command = [str(peer.parent / "python"), str(Path(__file__).parent / "peer_compile.py"), str(count)]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    return {number: milliseconds / 1000 for number, milliseconds in json.loads(done.stdout).items()}


CHECK = """
from pathlib import Path
from attain.pipeline import open_project
project = open_project(Path("."))
assert project.model is not None and len(project.model.metrics) == 1000, project.problems
"""
READ = """
from pathlib import Path
import yaml
for path in sorted(Path(".").glob("*.yaml")):
    yaml.load(path.read_text(), Loader=yaml.CSafeLoader)
"""


def check_catalogue(folder: Path, count: int) -> Iterator[Row]:
    """1,000 metrics checked by a new process with no cache, and in process after each edit of one file, against
    reading their YAML."""
    write_project(folder, 20, 50)
    reading = "reading the same YAML with yaml.CSafeLoader"

    def process(code: str) -> Cost:
        return cost_of_process([sys.executable, "-c", code], folder, {"ATTAIN_CACHE": "off"})

    what = "checking 1,000 metrics in 20 files, new process, no cache"
    against = f"{reading}, new process"
    yield pairs(PART, what, lambda: process(CHECK), against, lambda: process(READ), min(count, 7), 1.5, "seconds")

    def check() -> None:
        project = open_project(folder)
        assert project.model is not None and len(project.model.metrics) == 1000, project.problems

    def read() -> None:
        for path in sorted(folder.glob("*.yaml")):
            yaml.load(path.read_text(), Loader=yaml.CSafeLoader)

    check()
    edited = folder / "metrics_07.yaml"
    text = edited.read_text()
    turn = 0

    def edit() -> None:
        nonlocal turn
        turn += 1
        edited.write_text(text.replace("'s350'", f"'edit {turn}'"))
        check()

    what = "checking them after an edit of one file, same process"
    yield pairs(PART, what, lambda: cost_here(edit), reading, lambda: cost_here(read), min(count, 9), 0.2, "seconds")
    os.environ["ATTAIN_CACHE"] = "off"
    what = "the same, ATTAIN_CACHE=off"
    yield pairs(PART, what, lambda: cost_here(edit), reading, lambda: cost_here(read), min(count, 9))
