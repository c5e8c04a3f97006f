"""Guesses about tables, from the names, the types and the counts of their columns: keys, joins, time axes, units,
dimensions. Nothing is looked up here; `Dangling` asks the data."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from attain.model.types import Kind, Type
from attain.model.units import singular


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """A column: how many rows have a value in it, and how many different ones."""

    name: str
    type: Type
    filled: int
    distinct: int


@dataclass(frozen=True, slots=True)
class TableFacts:
    """A table: its name in the definitions, `kind` ("file", "source") with what stands there, its rows and columns."""

    name: str
    kind: str
    origin: str
    rows: int
    columns: tuple[ColumnFacts, ...]

    def column(self, name: str) -> ColumnFacts | None:
        """The column of that name."""
        return next((column for column in self.columns if column.name == name), None)


@dataclass(frozen=True, slots=True)
class JoinGuess:
    """A column that seems to hold the key of another table; `dangling` of its `filled` values lead nowhere."""

    name: str
    to: str
    on: str
    filled: int
    dangling: int


@dataclass(slots=True)
class TableGuess:
    """What a table seems to be."""

    facts: TableFacts
    key: str = ""
    time: str = ""
    other_times: list[str] = field(default_factory=list)
    joins: list[JoinGuess] = field(default_factory=list)
    money: list[str] = field(default_factory=list)


#: How many of a column's values are not among the keys of another table: table, column, other table, its key.
Dangling = Callable[[TableFacts, str, TableFacts, str], int]

#: Words of the expression language that no column can be named by as it is.
RESERVED = frozenset("null true false where and or not in is like between case distinct".split())
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_IDENTIFYING = re.compile(r"(^|_)(id|key|code|uuid|guid|number|no|sku)$|[a-z](Id|Key)$", re.IGNORECASE)
_MONEY = re.compile(
    r"(^|_)(amount|price|revenue|cost|costs|fee|budget|spend|arr|mrr|acv|tcv|salary|discount|tax|payment|subtotal)$"
)
#: Times that say when the thing that a row records happened, the likeliest first.
_TIMES = (
    "date day time timestamp occurred happened event closed ordered order sold sale invoice paid booked spent visited "
    "sent received started created registered signed"
).split()
_MOST_DANGLING = 0.2
_MOST_MEMBERS = 50


def is_name(text: str) -> bool:
    """Whether expressions can name a column so, without quotes."""
    return bool(_IDENTIFIER.fullmatch(text)) and text.lower() not in RESERVED


def guess_tables(tables: Sequence[TableFacts], dangling: Dangling) -> list[TableGuess]:
    """What each table seems to be, in the order given."""
    guesses = [TableGuess(table, guess_key(table)) for table in tables]
    for guess in guesses:
        guess.time, guess.other_times = guess_time(guess.facts)
        guess.money = [c.name for c in guess.facts.columns if is_money(c)]
        guess.joins = guess_joins(guess, guesses, dangling)
    return guesses


def guess_key(table: TableFacts) -> str:
    """A column whose values are all there and all different, and whose name says that it identifies; or nothing."""
    unique = [
        column.name
        for column in table.columns
        if table.rows > 0 and column.distinct == column.filled == table.rows and column.type.kind in _KEY_KINDS
    ]
    own = singular(table.name)
    preferred = [f"{own}_id", f"{table.name}_id", "id", f"{own}id", own]
    by_name = [name for wanted in preferred for name in unique if name.lower() == wanted.lower()]
    by_ending = [name for name in unique if _IDENTIFYING.search(name)]
    return next(iter([*by_name, *by_ending]), "")


_KEY_KINDS = (Kind.INTEGER, Kind.TEXT, Kind.DECIMAL)


def guess_time(table: TableFacts) -> tuple[str, list[str]]:
    """The column that seems to say when a row happened, and the other times."""
    times = [column.name for column in table.columns if column.type.is_time and column.filled]
    ranked = sorted(times, key=lambda name: (_time_rank(name), times.index(name)))
    return (ranked[0], [name for name in times if name != ranked[0]]) if ranked else ("", [])


def _time_rank(name: str) -> int:
    words = re.split(r"[_\W]+", re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower())
    return min((_TIMES.index(word) for word in words if word in _TIMES), default=len(_TIMES))


def is_money(column: ColumnFacts) -> bool:
    """Whether a column seems to hold amounts of money."""
    return column.type.is_number and is_name(column.name) and bool(_MONEY.search(column.name.lower()))


def guess_joins(guess: TableGuess, guesses: Sequence[TableGuess], dangling: Dangling) -> list[JoinGuess]:
    """The columns that are named after the key of another table and whose values are, nearly all, among its keys."""
    found: list[JoinGuess] = []
    for column in guess.facts.columns:
        for other in guesses:
            if other is guess or not other.key or column.name == guess.key or not column.filled:
                continue
            if not _names_key(column, other):
                continue
            lost = dangling(guess.facts, column.name, other.facts, other.key)
            name = _join_name(column.name, other, {join.name for join in found})
            if lost <= _MOST_DANGLING * column.filled and name:
                found.append(JoinGuess(name, other.facts.name, column.name, column.filled, lost))
                break
    return found


def _names_key(column: ColumnFacts, other: TableGuess) -> bool:
    """`rep_id`, `rep`, `owner_rep_id` for the key `rep_id` (or `id`) of `reps`."""
    key = other.facts.column(other.key)
    if key is None or (key.type.kind is Kind.TEXT) != (column.type.kind is Kind.TEXT):
        return False
    name, own = column.name.lower(), singular(other.facts.name)
    full = other.key.lower() if own in other.key.lower() else f"{own}_{other.key.lower()}"
    return name in (full, own, f"{own}_id", f"{own}id") or name.endswith(f"_{full}")


def _join_name(column: str, other: TableGuess, taken: set[str]) -> str:
    """A name for a join: the column without its ending."""
    short = re.sub(r"_?(id|key|code)$", "", column, flags=re.IGNORECASE)
    options = [short, singular(other.facts.name), f"{singular(other.facts.name)}_by_{column}"]
    return next((name for name in options if is_name(name) and name not in taken), "")


def guess_dimensions(guesses: Sequence[TableGuess]) -> dict[str, dict[str, str]]:
    """Names for columns of few texts, each with the path to it from every table that has exactly one chain of joins."""
    tables = {guess.facts.name: guess for guess in guesses}
    columns = [(guess, column) for guess in guesses for column in guess.facts.columns if _is_member(guess, column)]
    names = [column.name for _, column in columns]
    dimensions: dict[str, dict[str, str]] = {}
    for guess, column in columns:
        table = guess.facts.name
        name = column.name if names.count(column.name) == 1 else f"{singular(table)}_{column.name}"
        chains = {other: _chains(tables, other, table) for other in tables}
        paths = {other: found[0] for other, found in chains.items() if _is_clear(found)}
        dimensions[name] = {other: ".".join([*path, column.name]) for other, path in paths.items()}
    return dimensions


def _is_clear(chains: Sequence[tuple[str, ...]]) -> bool:
    """Whether there is one chain, or one of a single join among longer ones; the shorter come first."""
    return len(chains) == 1 or (len(chains) > 1 and len(chains[0]) <= 1 < len(chains[1]))


def _is_member(guess: TableGuess, column: ColumnFacts) -> bool:
    if column.type.kind is not Kind.TEXT or not is_name(column.name) or _IDENTIFYING.search(column.name):
        return False
    on = {join.on for join in guess.joins}
    few = column.distinct <= _MOST_MEMBERS and (column.distinct < guess.facts.rows or guess.facts.rows <= _MOST_MEMBERS)
    return column.name != guess.key and column.name not in on and column.distinct > 0 and few


def _chains(tables: Mapping[str, TableGuess], start: str, end: str) -> list[tuple[str, ...]]:
    """The first two chains of joins from one table to another, no table passed twice; the empty one to itself."""
    found: list[tuple[str, ...]] = []
    waiting: list[tuple[str, tuple[str, ...], frozenset[str]]] = [(start, (), frozenset([start]))]
    while waiting and len(found) < 2:
        table, path, passed = waiting.pop(0)
        if table == end:
            found.append(path)
            continue
        for join in tables[table].joins:
            if join.to not in passed:
                waiting.append((join.to, (*path, join.name), passed | {join.to}))
    return found
