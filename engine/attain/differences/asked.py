"""What `attain diff --data` is asked for."""

from __future__ import annotations

from dataclasses import dataclass

from attain.model.difference import Tolerance

EXACT = Tolerance()
#: So many metrics are compared, of so many it is told which edit causes how much, and by so many dimensions each; the
#: rest is named.
MOST_METRICS = 60
MOST_ATTRIBUTED = 20
MOST_DIMENSIONS = 12


@dataclass(frozen=True, slots=True)
class Asked:
    """As the command line has it, every part still a text. `by` is None where each of a metric's dimensions is meant;
    `samples` is how many rows of each kind are shown, 0 for none."""

    grain: str = "month"
    by: tuple[str, ...] | None = None
    where: str = ""
    start: str = ""
    end: str = ""
    as_of: str = ""
    tolerance: Tolerance = EXACT
    samples: int = 3
