"""Which edit causes how much of a difference, where several edits cause it together.

With up to six edits the parts are Shapley's: the mean, over every order in which the edits could have been made, of
what an edit changes when it is its turn. They do not depend on any order, an edit that changes nothing has none, and
they add up to the whole. With more edits each is told as it is made first, and as it is made last.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import factorial

from attain.check.request import QueryRequest
from attain.compare.graph import Node
from attain.differences.figures import FLOATING, number
from attain.differences.mixing import Mixer
from attain.differences.sides import Sides, below
from attain.model.difference import Causes, Figure, Part
from attain.model.result import Value
from attain.project import Project

#: With so many edits every order is looked at; with more, up to the other number, the first and the last.
MOST_SHARED, MOST_EDITS = 6, 12
#: So many versions between the two are made at most.
MOST_VERSIONS = 130

Made = frozenset[Node]


@dataclass(frozen=True, slots=True)
class Question:
    """A figure of a metric that moved, and the query that gives it. `edits` are those that may have caused it, with
    what they say; `cell` says which cell it is."""

    name: str
    figure: Figure
    key: tuple[Value, ...]
    request: QueryRequest
    cell: str
    edits: Mapping[Node, str]


def attribute(base: Project, head: Project, sides: Sides, questions: Sequence[Question]) -> dict[str, Causes]:
    """What causes each difference, by metric."""
    found = {q.name: Causes(q.cell, q.figure.difference, "only", one_part(q)) for q in questions if len(q.edits) == 1}
    open_ = [q for q in questions if len(q.edits) > 1]
    if not open_:
        return found
    edits = frozenset(node for q in open_ for node in q.edits)
    needed = frozenset(x for p in (base, head) if p.model for q in open_ if q.name in p.model.metrics
                       for x in below(p.model, [q.name]))  # fmt: skip
    mixer = Mixer(base, head, edits, needed, sides.today)
    for group in grouped(open_):
        found |= attribute_group(mixer, sides, group)
    return found


def one_part(question: Question) -> tuple[Part, ...]:
    """The only edit, which causes all of it."""
    return tuple(Part(text, question.figure.difference or Fraction(0)) for text in question.edits.values())


def grouped(questions: Iterable[Question]) -> list[list[Question]]:
    """Those that one query answers for the same edits."""
    found: dict[object, list[Question]] = {}
    for question in questions:
        found.setdefault((frozenset(question.edits), question.request), []).append(question)
    return list(found.values())


def attribute_group(mixer: Mixer, sides: Sides, questions: list[Question]) -> dict[str, Causes]:
    """The same for questions of the same edits and the same query."""
    edits = list(questions[0].edits)
    wanted = versions(edits)
    if wanted is None or len({*mixer.mixed, *wanted}) > MOST_VERSIONS:
        why = f"there are {len(edits)}" if wanted is None else "too many versions between the two"
        return {q.name: together(q, why) for q in questions}
    missing = [made for made in wanted if mixer.project(made) is None]
    if missing:
        return {q.name: together(q, "one without another makes no sense") for q in questions}
    values = ask(mixer, sides, wanted, questions)
    return {q.name: causes_of(q, edits, values[q.name]) for q in questions}


def versions(edits: Sequence[Node]) -> list[Made] | None:
    """Which edits are made in each version that is needed; None where there would be too many."""
    if len(edits) <= MOST_SHARED:
        return [frozenset(some) for count in range(len(edits) + 1) for some in combinations(edits, count)]
    if len(edits) > MOST_EDITS:
        return None
    whole = frozenset(edits)
    return [frozenset(), whole, *(frozenset({x}) for x in edits), *(whole - {x} for x in edits)]


def ask(
    mixer: Mixer, sides: Sides, wanted: Sequence[Made], questions: Sequence[Question]
) -> dict[str, dict[Made, Fraction | None]]:
    """The figures of every version."""
    projects = [mixer.project(made) for made in wanted]
    mixed = Sides([project for project in projects if project is not None], sides.today)
    names = [question.name for question in questions]
    answers = mixed.ask(dict.fromkeys(range(len(mixed.projects)), names), questions[0].request)
    sides.statements += mixed.statements
    return {
        q.name: {
            made: number(answers.values.get((place, q.name), {}).get(q.key)) for place, made in enumerate(wanted)
        } for q in questions
    }  # fmt: skip


def causes_of(question: Question, edits: Sequence[Node], values: Mapping[Made, Fraction | None]) -> Causes:
    """What each edit brings, from the figures of all versions."""
    whole = frozenset(edits)
    known = {made: value for made, value in values.items() if value is not None}
    if len(known) < len(values):
        return together(question, "with only some of them there is no figure")
    ends = ((known[frozenset()], question.figure.before), (known[whole], question.figure.after))
    if not all(same(found, number(figure)) for found, figure in ends):
        return together(question, "undoing them one by one does not lead from one figure to the other")
    gap = known[whole] - known[frozenset()]
    if len(edits) > MOST_SHARED:
        parts = [
            Part(question.edits[x], known[frozenset({x})] - known[frozenset()], known[whole] - known[whole - {x}])
            for x in edits
        ]
        return Causes(question.cell, gap, "first and last", in_order(parts))
    parts = [Part(question.edits[x], share(x, edits, known)) for x in edits]
    return Causes(question.cell, gap, "shared", in_order(parts))


def share(edit: Node, edits: Sequence[Node], values: Mapping[Made, Fraction]) -> Fraction:
    """The mean of what an edit changes over every order of making the edits."""
    others = [other for other in edits if other != edit]
    total = Fraction(0)
    for count in range(len(others) + 1):
        orders = Fraction(factorial(count) * factorial(len(others) - count), factorial(len(edits)))
        for some in combinations(others, count):
            made = frozenset(some)
            total += orders * (values[made | {edit}] - values[made])
    return total


def in_order(parts: Iterable[Part]) -> tuple[Part, ...]:
    """The largest part first."""
    return tuple(sorted(parts, key=lambda part: -abs(part.part)))


def together(question: Question, why: str) -> Causes:
    """Edits that cannot be told apart."""
    parts = tuple(Part(text, Fraction(0)) for text in question.edits.values())
    return Causes(question.cell, question.figure.difference, "together", parts, why)


def same(one: Fraction, other: Fraction | None) -> bool:
    """Whether two figures are the same, but for the noise of floating ones."""
    return other is not None and abs(one - other) <= max(abs(one), abs(other)) * Fraction(FLOATING)
