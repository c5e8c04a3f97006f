"""What a change of definitions does to the figures: the cells of two versions over the same data."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from attain.model.result import ResultColumn, Value


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far a figure may move: a number (`share` False), or a share of what it was."""

    size: Fraction = Fraction(0)
    share: bool = False
    text: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A cell of both versions. `member` is what it is of its cut: a period's first day, a member; None in total, too.
    `where` is "both", or the only version that has the cell: "before" or "after". `moved` is whether it is another
    figure, beyond the tolerance; `difference` after less before, `relative` that as a share of what it was: None where
    there is none."""

    member: Value
    before: Value
    after: Value
    where: str
    moved: bool
    difference: Fraction | None = None
    relative: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Cut:
    """The cells that were compared of one metric, by one thing: nothing ("total"), a grain ("period"), a dimension.
    `name` is that of the grain or the dimension, `window` says in words which stretch of time it is over ("" is all).
    `column` is how members are shown. `moved` are the figures that are another, the largest difference first; `figures`
    all of them, in their order."""

    kind: str
    name: str
    figures: tuple[Figure, ...]
    column: ResultColumn | None = None
    window: str = ""

    @property
    def moved(self) -> list[Figure]:
        """The figures that are another, the largest difference first; what has none before it."""
        found = [figure for figure in self.figures if figure.moved]
        return sorted(found, key=lambda f: (f.difference is not None, -abs(f.difference or 0)))


@dataclass(frozen=True, slots=True)
class Part:
    """How much of a difference one edit causes. Of many edits, `part` is what it changes when made first, and `last`
    when made last; else `part` is its share in the whole, and `last` None."""

    edit: str
    part: Fraction
    last: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Causes:
    """Which edits cause how much of a difference in one cell. `how` is "only" (one edit), "shared" (parts add up to the
    whole: the mean over every order of making the edits), "first and last" (too many for every order), or "together"
    (they cannot be told apart; `why` says it)."""

    cell: str
    whole: Fraction | None
    how: str
    parts: tuple[Part, ...]
    why: str = ""


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows behind an aggregate that came in, went out, or bring another value, with how many there are of each.
    `columns` are those of `rows`; `rows` begin with what became of each: "entered", "left", "was", "is"."""

    aggregate: str
    table: str
    cell: str
    entered: int
    left: int
    changed: int
    columns: tuple[ResultColumn, ...]
    rows: tuple[tuple[str, tuple[Value, ...]], ...]


@dataclass(frozen=True, slots=True)
class Movement:
    """What became of the figures of one metric. `cls` is the class of its change, `was` its old name where that is
    another; `column` how its values are shown. `skipped` says what was not compared, and why, `notes` why
    there are no rows."""

    name: str
    was: str
    cls: str
    column: ResultColumn
    cuts: tuple[Cut, ...] = ()
    skipped: tuple[str, ...] = ()
    causes: Causes | None = None
    rows: tuple[Rows, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def compared(self) -> int:
        """How many cells were compared."""
        return sum(len(cut.figures) for cut in self.cuts)

    @property
    def count_moved(self) -> int:
        """How many of them moved."""
        return sum(len(cut.moved) for cut in self.cuts)

    @property
    def alarm(self) -> bool:
        """Whether figures moved that were proven to be the same."""
        return self.count_moved > 0 and self.cls in ("unchanged", "cosmetic", "equivalent", "renamed", "interface")

    @property
    def largest_share(self) -> Fraction | None:
        """The largest relative difference of its cells; None where there is none that can be told."""
        shares = [abs(f.relative) for cut in self.cuts for f in cut.moved if f.relative is not None]
        return max(shares, default=None)


@dataclass(frozen=True, slots=True)
class DataComparison:
    """The figures of all metrics that were looked at. `as_of` is the day that counts as now; `notes` are what must be
    said of all of them: what was left out, and why."""

    movements: tuple[Movement, ...]
    as_of: str
    currency: str
    tolerance: Tolerance
    notes: tuple[str, ...] = ()
    statements: int = 0
