"""Words in the conditions of a metric that the data do not have: `status = 'Won'` where they say `won`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from attain.base.suggest import closest
from attain.model import expression as e
from attain.model import types as t
from attain.model.aggregate import Aggregate, Key
from attain.model.query import Query
from attain.model.semantic import Metric, SemanticModel
from attain.model.types import Kind
from attain.probes.answers import as_they_are, rows_of_query
from attain.probes.questions import counting
from attain.run.engine import RunProblem

if TYPE_CHECKING:
    from attain.project import Project

MOST = 200  # different values of a column beyond which it is no list of words
SHOWN = 6
LONGEST = 40


@dataclass(frozen=True, slots=True)
class Words:
    """The words that a condition compares a column with."""

    table: str
    column: e.Column
    words: tuple[str, ...]


def strange_words(project: Project, model: SemanticModel, metric: Metric) -> str:
    """A sentence for the first column of a metric's conditions that has none of the words it is compared with; ""
    where there is none. Raises RunProblem where the user interrupts."""
    for asked in dict.fromkeys(words_of(model, metric.expression)):
        known = values_of(project, model, asked)
        if known and not set(known) & set(asked.words):
            names = ".".join((asked.table, *asked.column.path, asked.column.name))
            near = closest(asked.words[0], known)
            meant = f"; did you mean `{cut(near)}`?" if near is not None else ""
            return f"`{names}` is nowhere {' or '.join(map(repr, asked.words[:3]))}, but {listed(known)}{meant}"
    return ""


def listed(known: list[str]) -> str:
    """`lost, won and 3 more`"""
    more = f" and {len(known) - SHOWN} more" if len(known) > SHOWN else ""
    return ", ".join(cut(value) for value in known[:SHOWN]) + more


def cut(text: str) -> str:
    """A value that leaves room on its line."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 2]}.."


def words_of(model: SemanticModel, node: e.Expression) -> Iterator[Words]:
    """The words in the conditions of the aggregates of an expression."""
    for part in e.walk(node):
        found = part.aggregate if isinstance(part, e.AggregateValue) else None
        if isinstance(found, Aggregate) and found.where is not None:
            yield from words_in(model, found.table, found.where)


def words_in(model: SemanticModel, table: str, condition: e.Expression) -> Iterator[Words]:
    """The words in a condition over the rows of a table, those of derived fields among them."""
    for part in e.walk(condition):
        match part:
            case e.Compare(operator="=", left=e.Column() as column, right=e.Literal(value=str() as word)):
                yield Words(table, column, (word,))
            case e.InSet(operand=e.Column() as column, items=items):
                found = [item.value for item in items if isinstance(item, e.Literal) and isinstance(item.value, str)]
                if found:
                    yield Words(table, column, tuple(found))
            case e.Column(path=(), name=name):
                derived = model.tables[table].fields[name].expression
                if derived is not None:
                    yield from words_in(model, table, derived)


def values_of(project: Project, model: SemanticModel, asked: Words) -> list[str]:
    """The values of a column, the most frequent first; none where there are too many to be words, or none to be had."""
    if asked.column.type.kind is not Kind.TEXT:
        return []
    count = counting("rows", Aggregate("count_rows", asked.table, (), None, None, t.INTEGER))
    key = Key("value", asked.column.type, ((asked.table, asked.column),))
    try:
        rows, problem = rows_of_query(project, model, Query((count,), (key,), limit=MOST), as_they_are)
    except RunProblem as stopped:
        if stopped.problem.code == "interrupted":
            raise
        return []
    if problem is not None or len(rows) == MOST:
        return []
    ordered = sorted(rows, key=lambda row: (-int(str(row[1])), str(row[0])))
    return [str(row[0]) for row in ordered if row[0] is not None]
