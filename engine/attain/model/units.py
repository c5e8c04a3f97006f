"""Units of values: what a number counts or measures."""

from __future__ import annotations

import re
from dataclasses import dataclass

from attain.model.types import ELAPSED

#: Units that are no quantity: nothing can be multiplied with them.
WORDS = ("time", "text", "boolean")
#: Plain numbers that differ in how they are shown.
PLAIN = ("number", "percent", "ratio")
DURATIONS = (*(unit for unit in ELAPSED if unit != "microseconds"), "months", "quarters", "years")


@dataclass(frozen=True, slots=True)
class Unit:
    """A product of powers, such as money/deal: `factors` holds (name in the singular, exponent) in the order of
    their names. `shown` says how a plain number is written (number, percent, ratio) or which word the unit is (time,
    text, boolean). `literal` marks a number that was written down: it takes the unit of what it meets. `above` and
    `below` say whether a constant stands above or below the line: it may be in what a declared unit lacks."""

    factors: tuple[tuple[str, int], ...] = ()
    shown: str = "number"
    literal: bool = False
    above: bool = False
    below: bool = False

    @property
    def is_plain(self) -> bool:
        """A number, a percent or a ratio."""
        return not self.factors and self.shown in PLAIN

    @property
    def is_word(self) -> bool:
        """A time, a text or a condition."""
        return self.shown in WORDS

    @property
    def is_duration(self) -> bool:
        """A stretch of time, in one unit of time."""
        return len(self.factors) == 1 and self.factors[0][1] == 1 and plural(self.factors[0][0]) in DURATIONS

    @property
    def is_money(self) -> bool:
        """An amount of money (not a price: money per something)."""
        return self.factors == (("money", 1),)

    def __str__(self) -> str:
        if not self.factors:
            return self.shown
        above = [power(name, n, alone=True) for name, n in self.factors if n > 0]
        below = [power(name, -n, alone=False) for name, n in self.factors if n < 0]
        return "/".join(["*".join(above) or "1", *below])

    def same(self, other: Unit) -> bool:
        """Whether values of the two can be added and compared."""
        if self.is_word or other.is_word:
            return self.shown == other.shown
        return self.factors == other.factors


NUMBER = Unit()
PERCENT = Unit(shown="percent")
RATIO = Unit(shown="ratio")
TIME = Unit(shown="time")
TEXT = Unit(shown="text")
BOOLEAN = Unit(shown="boolean")
MONEY = Unit((("money", 1),))
LITERAL = Unit(literal=True)
CONSTANT = Unit(literal=True, above=True)


def singular(name: str) -> str:
    """`deals` as `deal`, `activities` as `activity`: the form in which units are compared."""
    lowered = name.lower()
    if len(lowered) > 4 and lowered.endswith("ies"):
        return lowered[:-3] + "y"
    if lowered.endswith(("sses", "shes", "ches", "xes")):
        return lowered[:-2]
    if lowered.endswith("s") and not lowered.endswith(("ss", "us", "is")):
        return lowered[:-1]
    return lowered


def plural(name: str) -> str:
    """The form in which a counted thing is written alone: `deals`."""
    if is_currency(name) or name.endswith("s"):
        return name
    if name.endswith("y") and name[-2:-1] not in ("a", "e", "i", "o", "u"):
        return name[:-1] + "ies"
    if name.endswith(("sh", "ch", "x")):
        return name + "es"
    return name + "s"


def power(name: str, exponent: int, *, alone: bool) -> str:
    """One factor as it is written above (`alone`) or below the line."""
    word = plural(name) if alone else name
    return word if exponent == 1 else f"{word}^{exponent}"


def money_of(currency: str) -> Unit:
    """Money in another currency than the file's own."""
    return Unit(((f"money ({currency})", 1),))


def is_currency(name: str) -> bool:
    """Whether a factor of a unit is money, in whatever currency."""
    return name == "money" or currency_of(name) != ""


def currency_of(name: str) -> str:
    """The currency that a factor of a unit names; "" of money in the file's own, and of anything else."""
    return name[len("money (") : -1] if name.startswith("money (") and name.endswith(")") else ""


def counted(name: str) -> Unit:
    """The unit of a count of these things."""
    return Unit(((singular(name), 1),))


def combine(left: Unit, right: Unit, sign: int) -> Unit:
    """The unit of a product (`sign` 1) or a quotient (`sign` -1)."""
    powers = dict(left.factors)
    for name, exponent in right.factors:
        powers[name] = powers.get(name, 0) + sign * exponent
    factors = tuple(sorted((name, n) for name, n in powers.items() if n))
    literal = left.literal and right.literal
    above, below = (right.above, right.below) if sign > 0 else (right.below, right.above)
    above, below = above or left.above, below or left.below
    if factors:
        return Unit(factors, above=above, below=below)
    if sign < 0 and left.factors:
        return Unit(shown="ratio")
    kept = left.shown if right.literal or right.shown == "number" else right.shown if left.literal else left.shown
    return Unit(shown=kept if kept in PLAIN else "number", literal=literal, above=above, below=below)


_PART = re.compile(r"\s*([A-Za-z_][A-Za-z0-9_]*)\s*(?:\^\s*([0-9]))?\s*")


def read_unit(text: str) -> Unit | None:
    """The unit that a `unit:` names: a word, or quotients and products of words; None where it is neither."""
    text = text.strip()
    if text in WORDS or text in PLAIN:
        return Unit(shown=text)
    if currency_of(text):
        return money_of(currency_of(text))
    powers: dict[str, int] = {}
    sign = 1
    for piece in re.split(r"([*/])", text):
        if piece in "*/":
            sign = 1 if piece == "*" else -1
            continue
        if piece.strip() == "1":
            continue
        match = _PART.fullmatch(piece)
        if match is None or match[1] in WORDS or match[1] in PLAIN:
            return None
        name = singular(match[1])
        powers[name] = powers.get(name, 0) + sign * int(match[2] or 1)
    factors = tuple(sorted((name, n) for name, n in powers.items() if n))
    return Unit(factors) if factors else None
