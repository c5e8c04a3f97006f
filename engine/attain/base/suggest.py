"""The one did-you-mean."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from heapq import nsmallest

#: What is left of the work that suggestions may be; None: they may be any.
_LEFT: ContextVar[list[int] | None] = ContextVar("left", default=None)
_DISTANCE = 30  # times the work of passing over a candidate


@contextmanager
def bounded_suggestions(work: int = 5_000_000) -> Iterator[None]:
    """Within it, suggestions are made until so much work is done (a few seconds), and then no more: of thousands of
    names that are all unknown each would be compared with thousands of others."""
    token = _LEFT.set([work])
    try:
        yield
    finally:
        _LEFT.reset(token)


def edit_distance(a: str, b: str, limit: int) -> int:
    """Insertions, deletions, replacements and swaps of neighbours between two words (optimal string
    alignment, Damerau 1964); `limit + 1` as soon as there are more than `limit`."""
    if abs(len(a) - len(b)) > limit:
        return limit + 1
    start = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    a, b = a[start:], b[start:]  # what both begin with costs nothing
    before: list[int] = []
    last = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        row = [i]
        for j, y in enumerate(b, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
        before, last = last, row
    return last[-1]


def closest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate that `word` was probably meant to be, or None. Ties go to the first in order."""
    left = _LEFT.get()
    if left is not None and left[0] <= 0:
        return None
    limit = max(1, min(3, len(word) // 3))
    lowered, letters = word.lower(), letters_of(word)
    best: tuple[int, str] | None = None
    names = sorted(set(candidates))
    near = [name for name in names if (letters ^ letters_of(name)).bit_count() <= 2 * limit]
    for candidate in near:
        distance = edit_distance(lowered, candidate.lower(), limit)
        if distance <= limit and (best is None or distance < best[0]):
            best = (distance, candidate)
    if left is not None:
        left[0] -= len(names) + _DISTANCE * len(near)
    if best is None and len(word) >= 4:
        inside = [name for name in names if lowered in name.lower()]
        return inside[0] if len(inside) == 1 else None
    return best[1] if best else None


@lru_cache(maxsize=65_536)
def letters_of(word: str) -> int:
    """A bit for each letter of a word, whatever its case (several letters may share one). An edit changes at most two,
    so words whose bits differ in more than twice as many are further apart."""
    bits = 0
    for character in word.lower():
        bits |= 1 << (ord(character) & 127)
    return bits


def did_you_mean(word: str, candidates: Iterable[str]) -> str:
    """The label "did you mean `x`?", or nothing."""
    found = closest(word, (candidate for candidate in candidates if candidate != word and len(candidate) > 1))
    return f"did you mean `{found}`?" if found else ""


def some_of(names: Iterable[str], most: int = 6) -> str:
    """`a, b, c and 7 more`: a list of names cut to what a reader takes in."""
    return _some_of(tuple(names), most)


@lru_cache(maxsize=64)
def _some_of(names: tuple[str, ...], most: int) -> str:
    """The same, once for the same names: thousands of problems may list thousands of names each."""
    every = set(names)
    shown = ", ".join(nsmallest(most, every))
    return f"{shown} and {len(every) - most} more" if len(every) > most else shown


def count_of(number: int, word: str) -> str:
    """`1 row`, `2,000 rows`: a count with its word, which takes an s."""
    return f"{number:,} {word}" + ("" if number == 1 else "s")


def listed(names: Iterable[str], word: str = "and") -> str:
    """`a`, `b` and `c`: names in code quotes, in the order given."""
    quoted = [f"`{name}`" for name in names]
    return f" {word} ".join([", ".join(quoted[:-1]), quoted[-1]]) if len(quoted) > 1 else "".join(quoted)
