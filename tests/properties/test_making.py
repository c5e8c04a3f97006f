"""What makes and compares cases can be relied on: the same choices make the same case, a wrong number is noticed."""

from __future__ import annotations

import pytest
from tests.properties.answers import answer_of_reference
from tests.properties.blocks import Case, Query, case_to_page, text_of
from tests.properties.draws import Draw, reduce
from tests.properties.game import EVERYTHING
from tests.properties.laws import Broken, breaks, holds
from tests.properties.queries import batch, one_of_batch
from tests.properties.smaller import smallest
from tests.properties.test_engine_equals_reference import difference
from tests.support.engine import Outcome


@pytest.mark.parametrize("seed", range(5))
def test_a_case_is_made_again_of_its_choices(seed: int) -> None:
    """Each query of a batch by itself, with the same model."""
    made = batch(Draw(seed), EVERYTHING)
    again = [one_of_batch(choices, EVERYTHING) for choices in made.choices]
    assert [case_to_page(case) for case in again] == [case_to_page(case) for case in made.cases]


def test_choices_are_reduced_to_what_fails() -> None:
    """Ten numbers of which the sum of two matters: those two are left, as low as they can be."""
    choices = [7, 3, 9, 1, 8, 2, 6, 5, 4, 9]
    assert sum(reduce(choices, lambda found: sum(found) >= 12, 5)) == 12
    assert reduce(choices, lambda found: len([n for n in found if n > 4]) > 1, 5) == [5, 5]


def test_a_wrong_answer_is_noticed() -> None:
    """Another number, another order, a column of another name, a problem: each is a difference; the same is none."""
    case = next(c for c in batch(Draw(1), EVERYTHING).cases if len(answer_of_reference(c)[1]) > 1)
    columns, rows = answer_of_reference(case)

    def kind(outcome: Outcome) -> str:
        found = difference(case, lambda _: outcome)
        return found.kind if found else "none"

    assert kind(Outcome(columns, rows)) == "none"
    assert kind(Outcome(columns, [[*rows[0][:-1], "12345.6"], *rows[1:]])) == "rows"
    assert kind(Outcome(columns, rows[:-1])) == "rows"
    assert kind(Outcome([*columns[:-1], "other"], rows)) == "rows"
    assert kind(Outcome(codes=("unknown-field",), text="no such field")) == "('unknown-field',)"


def test_a_case_that_fails_becomes_small() -> None:
    """An engine that is wrong about medians: what is left asks for one median, of few rows."""

    def fails(case: Case) -> bool:
        texts = [text_of(case.model, name) for name in case.query.metrics if name in case.model.metrics]
        return any("median(deals" in text for text in texts) and len(case.model.tables["deals"].rows) > 1

    batches = [batch(Draw(seed), EVERYTHING) for seed in range(20)]
    choices = next(c for b in batches for c, case in zip(b.choices, b.cases, strict=True) if fails(case))
    case = smallest(choices, EVERYTHING, fails, seconds=5)
    assert (len(case.query.metrics), case.query.by, case.query.options) == (1, (), ())
    assert len(case.model.metrics) == 1 and list(case.model.tables) == ["deals"]
    assert len(case.model.tables["deals"].rows) == 2


def test_a_law_can_be_broken() -> None:
    """And nothing but a law that does not hold is one."""

    def odd(case: Case) -> None:
        holds(len(case.query.metrics) == 1, "there are two")

    one, two = (Case(batch(Draw(1), EVERYTHING).model, Query(names)) for names in (("m1",), ("m1", "m2")))
    assert breaks(odd, two) and not breaks(odd, one)
    with pytest.raises(Broken):
        odd(two)
