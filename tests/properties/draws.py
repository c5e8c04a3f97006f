"""Choices at random, remembered, so that what was made of them can be made again, and made smaller.

Hypothesis drives the tests (profiles, seeds, the failures of the last run), but does not make the cases itself: of its
examples most are mutations of others, and a mutated model with ten queries is the same ten queries once more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from time import monotonic
from typing import TypeVar

T = TypeVar("T")


class Draw:
    """Draws numbers from a seed, or from choices made before (0 beyond their end); 0 is always the simplest."""

    def __init__(self, seed: int = 0, choices: Sequence[int] | None = None) -> None:
        self.made: list[int] = []
        self._random = Random(seed)
        self._given = choices

    def below(self, count: int) -> int:
        """A number from 0 on, below the count."""
        if self._given is None:
            number = self._random.randrange(count)
        else:
            number = self._given[len(self.made)] % count if len(self.made) < len(self._given) else 0
        self.made.append(number)
        return number

    def one(self, options: Sequence[T]) -> T:
        """One of these; the simplest stands first."""
        return options[self.below(len(options))]

    def chance(self, one_in: int = 2) -> bool:
        """Whether something happens that does so one time in so many."""
        return self.below(one_in) == one_in - 1

    def more(self, about: int) -> bool:
        """Whether there is one more of what there are about so many."""
        return self.below(about + 1) > 0

    def some(self, options: Sequence[T], least: int = 0, most: int | None = None) -> list[T]:
        """Some of these, each once, in any order."""
        left, found = list(options), list[T]()
        most = len(left) if most is None else min(most, len(left))
        while len(found) < most and (len(found) < least or self.chance()):
            found.append(left.pop(self.below(len(left))))
        return found


def reduce(choices: list[int], fails: Callable[[list[int]], bool], seconds: float) -> list[int]:
    """The shortest and lowest choices found in so many seconds that still fail."""
    end = monotonic() + seconds

    def holds(candidate: list[int]) -> bool:
        return monotonic() < end and fails(candidate)

    before: list[int] = []
    while before != choices and monotonic() < end:
        before = choices
        for size in (64, 32, 16, 8, 5, 3, 2, 1):
            choices = _leave_out(choices, size, holds)
        choices = _lower(choices, holds)
    return choices


def _leave_out(choices: list[int], size: int, holds: Callable[[list[int]], bool]) -> list[int]:
    """From the end on, so that what is left keeps its meaning."""
    at = len(choices) - size
    while at >= 0:
        shorter = choices[:at] + choices[at + size :]
        if holds(shorter):
            choices = shorter
        at -= max(1, size // 2)
    return choices


def _lower(choices: list[int], holds: Callable[[list[int]], bool]) -> list[int]:
    for at in range(len(choices)):
        for number in sorted({0, 1, choices[at] // 2, choices[at] - 1}):
            if 0 <= number < choices[at] and holds([*choices[:at], number, *choices[at + 1 :]]):
                choices = [*choices[:at], number, *choices[at + 1 :]]
                break
    return choices
