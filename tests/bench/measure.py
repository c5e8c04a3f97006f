"""Measuring by pairs: the thing and its reference in turn, so both meet the same noise; the median of the ratios."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of CPU, user and system of all threads, and of the clock."""

    cpu: float
    wall: float


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the report: what was measured against what. `limit` holds for `judged`: a ratio, or seconds of CPU."""

    part: str
    what: str
    against: str
    cpu: float
    reference_cpu: float
    ratio_cpu: float
    ratio_wall: float | None
    limit: float | None = None
    judged: str = "ratio"  # or "seconds"
    pairs: int = 1

    @property
    def met(self) -> bool | None:
        """Whether the limit is kept; None where there is none."""
        if self.limit is None:
            return None
        return (self.ratio_cpu if self.judged == "ratio" else self.cpu) <= self.limit


def cost_here(work: Callable[[], object]) -> Cost:
    """What some work in this process costs."""
    before, begun = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    work()
    wall, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_SELF)
    return Cost(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall)


def cost_of_process(command: Sequence[str], folder: Path, environ: Mapping[str, str]) -> Cost:
    """What a process costs, from its start to its end."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **environ}, stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    wall, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr.decode(errors='replace')}")
    return Cost(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall)


def pairs(
    part: str, what: str, thing: Callable[[], Cost], against: str, reference: Callable[[], Cost], count: int,
    limit: float | None = None, judged: str = "ratio",
) -> Row:  # fmt: skip
    """Both in turn, `count` times, after one round that does not count; which goes first changes with every pair."""
    thing(), reference()
    found: list[tuple[Cost, Cost]] = []
    for number in range(count):
        if number % 2:
            second = reference()
            found.append((thing(), second))
        else:
            first = thing()
            found.append((first, reference()))
    middle = statistics.median
    return Row(
        part, what, against, middle(a.cpu for a, _ in found), middle(b.cpu for _, b in found),
        middle(a.cpu / b.cpu for a, b in found), middle(a.wall / b.wall for a, b in found), limit, judged, count,
    )  # fmt: skip
