"""Conditions in a normal form: two that are proven the same come out equal, whatever order or form they have.

Conditions are two-valued (language.md, section 3), so a condition is a function of the atoms in it: comparisons and
such. It is kept as its table of truth over the atoms that matter. Atoms are taken to be independent of each other:
that can only miss an equality, never claim a wrong one.
"""

from __future__ import annotations

from dataclasses import dataclass

from attain.compare.form import Form, form

#: With more atoms than this, a condition is kept as it is written, sorted.
MOST_ATOMS = 12


@dataclass(frozen=True, slots=True)
class Truth:
    """A condition: bit i of `table` is its value where the j-th atom is true for exactly the set bits j of i. With
    `table` None it is too large for a table: `word` ("and", "or", "not") over `parts`."""

    atoms: tuple[Form, ...]
    table: int | None
    word: str = ""
    parts: tuple[Form, ...] = ()

    @property
    def is_true(self) -> bool:
        """Whether it always holds."""
        return not self.atoms and self.table == 1

    @property
    def is_false(self) -> bool:
        """Whether it never holds."""
        return not self.atoms and self.table == 0


ALWAYS, NEVER = Truth((), 1), Truth((), 0)


def atom(of: Form) -> Truth:
    """A condition that is one atom."""
    return Truth((of,), 0b10)


def negation(condition: Truth) -> Truth:
    """The exact opposite."""
    if condition.table is None:
        return Truth((), None, "not", (form_of(condition),))
    size = 1 << len(condition.atoms)
    return Truth(condition.atoms, ~condition.table & ((1 << size) - 1))


def conjunction(conditions: list[Truth]) -> Truth:
    """All of them."""
    return joined("and", conditions)


def disjunction(conditions: list[Truth]) -> Truth:
    """Any of them."""
    return joined("or", conditions)


def joined(word: str, conditions: list[Truth]) -> Truth:
    """`and` or `or` of conditions, in one table where that is not too large."""
    atoms = sorted({x for c in conditions for x in c.atoms})
    if any(c.table is None for c in conditions) or len(atoms) > MOST_ATOMS:
        return too_large(word, conditions)
    size = 1 << len(atoms)
    table = (1 << size) - 1 if word == "and" else 0
    for condition in conditions:
        wide = widened(condition, atoms)
        table = table & wide if word == "and" else table | wide
    return reduced(tuple(atoms), table)


def too_large(word: str, conditions: list[Truth]) -> Truth:
    """The same, as a sorted list."""
    neutral, settled = (ALWAYS, NEVER) if word == "and" else (NEVER, ALWAYS)
    if settled in conditions:
        return settled
    parts: set[Form] = set()
    for condition in conditions:
        if condition != neutral:
            parts |= set(condition.parts) if condition.word == word else {form_of(condition)}
    return Truth((), None, word, tuple(sorted(parts)))


def widened(condition: Truth, atoms: list[Form]) -> int:
    """The table of a condition over more atoms."""
    assert condition.table is not None
    places = [atoms.index(x) for x in condition.atoms]
    table = 0
    for row in range(1 << len(atoms)):
        own = sum(1 << i for i, place in enumerate(places) if row >> place & 1)
        if condition.table >> own & 1:
            table |= 1 << row
    return table


def reduced(atoms: tuple[Form, ...], table: int) -> Truth:
    """Without the atoms that do not matter."""
    place = 0
    while place < len(atoms):
        low, high = halves(table, len(atoms), place)
        if low == high:
            atoms, table = (*atoms[:place], *atoms[place + 1 :]), low
        else:
            place += 1
    return Truth(atoms, table)


def halves(table: int, count: int, place: int) -> tuple[int, int]:
    """The tables over the other atoms where one of them is false, and where it is true."""
    low = high = 0
    for row in range(1 << (count - 1)):
        below = row & ((1 << place) - 1)
        full = (row >> place) << (place + 1) | below
        low |= (table >> full & 1) << row
        high |= (table >> (full | 1 << place) & 1) << row
    return low, high


def form_of(condition: Truth) -> Form:
    """The normal form that stands for a condition."""
    if condition.table is None:
        return form(condition.word, condition.parts)
    return form("truth", condition.atoms, condition.table)
