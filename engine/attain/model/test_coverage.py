"""What tests reach of the definitions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from attain.base.span import Span

#: What can be reached: a metric, a condition (it is met, and it is not), a branch of `case` or `if`.
METRIC, CONDITION, BRANCH = "metric", "condition", "branch"


@dataclass(slots=True)
class Item:
    """One thing that tests may reach. `owner` is the metric or the field that it stands in; `met` and `unmet` count the
    rows (or cells) that came to it; `why` says why it cannot be measured."""

    kind: str
    owner: str
    text: str
    span: Span
    met: int = 0
    unmet: int = 0
    why: str = ""
    is_of_cells: bool = False

    @property
    def points(self) -> int:
        """How many things there are to reach."""
        return 0 if self.why else 2 if self.kind == CONDITION else 1

    @property
    def reached(self) -> int:
        """How many of them tests reach."""
        if self.why:
            return 0
        return (self.met > 0) + (self.kind == CONDITION and self.unmet > 0)


@dataclass(frozen=True, slots=True)
class Coverage:
    """All that can be reached, in the order of the definitions."""

    items: tuple[Item, ...]

    def count(self, *kinds: str) -> tuple[int, int]:
        """How many points of these kinds are reached, and how many there are."""
        found = self.of(kinds)
        return sum(item.reached for item in found), sum(item.points for item in found)

    def of(self, kinds: Sequence[str]) -> list[Item]:
        """The items of these kinds; of all where none is named."""
        return [item for item in self.items if not kinds or item.kind in kinds]

    @property
    def share(self) -> Fraction:
        """What share of all points is reached: 1 where there are none."""
        reached, points = self.count()
        return Fraction(reached, points) if points else Fraction(1)
