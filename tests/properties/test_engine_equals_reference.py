"""Whatever is defined and asked: the engine's rows are those of the reference interpreter, cell by cell, in order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pytest
from hypothesis import given
from tests.properties.answers import SEEDS, answer_of_reference, engine_is_there, engine_over, many, same_answers
from tests.properties.blocks import Case, Query, case_to_page
from tests.properties.draws import Draw
from tests.properties.game import COMPILED, EVERYTHING
from tests.properties.queries import batch
from tests.properties.smaller import smallest
from tests.reference import Unsupported, Wrong
from tests.support.engine import Outcome
from tests.support.values import rows_to_table


@many(0.4)
@given(SEEDS)
def test_reference_answers_everything(seed: int) -> None:
    """No case is wrong: what is made is what language.md allows, whether the engine compiles it already or not."""
    for case in batch(Draw(seed), EVERYTHING).cases:
        columns, _ = answer_of_reference(case)
        options = dict(case.query.options)
        keys = len(case.query.by) + ("grain" in options) + ("totals" in options)
        assert len(columns) == len(case.query.metrics) + keys, case_to_page(case)


def test_most_results_say_something() -> None:
    """Of seven queries in ten some value is there; of six in ten one that is neither nothing nor zero."""
    found = [_says(case) for seed in range(20) for case in batch(Draw(seed), EVERYTHING).cases]
    assert sum(said > 0 for said in found) > 0.7 * len(found)
    assert sum(said > 1 for said in found) > 0.6 * len(found)


def _says(case: Case) -> int:
    """0: nothing but missing values; 1: zeros; 2: more than that."""
    _, rows = answer_of_reference(case)
    cells = {cell for row in rows for cell in row[-len(case.query.metrics) :]}
    return 2 if cells - {None, "0", "false", "true"} else 1 if cells - {None} else 0


@many(0.7)
@given(SEEDS)
def test_engine_equals_reference(seed: int) -> None:
    """The same header, the same rows."""
    if not engine_is_there():
        pytest.skip("no engine yet")
    made = batch(Draw(seed), COMPILED)
    with engine_over(made.model) as asked:
        found = [difference(case, asked) for case in made.cases]
    for choices, other in zip(made.choices, found, strict=True):
        if other is not None:
            case = smallest(choices, COMPILED, partial(_differs, other.kind))
            with engine_over(case.model) as asked:
                raise AssertionError((difference(case, asked) or other).text)


@dataclass(frozen=True)
class Difference:
    """That the engine answers otherwise: in which way (its problems, its failure, other rows), and as a page."""

    kind: str
    text: str


def difference(case: Case, asked: Callable[[Query], Outcome]) -> Difference | None:
    """What the engine answers otherwise, if it does; nothing where the interpreter finds the case wrong."""
    try:
        columns, rows = answer_of_reference(case)
    except (Wrong, Unsupported):
        return None
    page = case_to_page(case, rows_to_table(columns, rows))
    try:
        outcome = asked(case.query)
    except Exception as error:
        return Difference(type(error).__name__, f"{page}\n\nthe engine fails: {error!r}")
    if outcome.codes:
        return Difference(str(outcome.codes), f"{page}\n\nthe engine says:\n\n{outcome.text}")
    if not same_answers((outcome.columns, outcome.rows), (columns, rows)):
        return Difference("rows", f"{page}\n\nthe engine says:\n\n{rows_to_table(outcome.columns, outcome.rows)}")
    return None


def _differs(kind: str, case: Case) -> bool:
    """Whether the engine answers a case otherwise in the same way."""
    try:
        with engine_over(case.model) as asked:
            found = difference(case, asked)
    except Exception:
        return False
    return found is not None and found.kind == kind
