"""How a law is tested: models and queries at random; one that breaks it is made smaller before it is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given
from tests.properties.answers import SEEDS, Answer, engine_is_there, engine_over, many
from tests.properties.blocks import Case, Model, Query, case_to_page
from tests.properties.draws import Draw
from tests.properties.game import COMPILED
from tests.properties.queries import METRICS, full_model, query
from tests.properties.smaller import smallest

#: The share of the models of a profile that each law is tested on.
SHARE = 0.1


class Broken(AssertionError):
    """A law that does not hold."""


class Failed(Exception):
    """The engine has no rows for a query."""


def law(check: Callable[[Case], None]) -> Callable[[], None]:
    """A test of a law, which returns where it says nothing, and raises Broken where it does not hold."""

    def test(seed: int) -> None:
        if not engine_is_there():
            pytest.skip("no engine yet")
        draw = Draw(seed)
        model, times = full_model(draw, COMPILED, *METRICS)
        case = Case(model, query(draw, model, times, COMPILED))
        try:
            check(case)
        except Failed:
            return  # that it has rows is tested where they are compared with the reference's
        except Broken:
            case = smallest(draw.made, COMPILED, lambda smaller: breaks(check, smaller))
            try:
                check(case)
            except Broken as broken:
                raise Broken(f"{broken}\n\n{case_to_page(case)}") from None
            raise

    test.__name__ = test.__qualname__ = check.__name__
    test.__module__, test.__doc__ = check.__module__, check.__doc__
    return many(SHARE)(given(SEEDS)(test))


def breaks(check: Callable[[Case], None], case: Case) -> bool:
    """Whether a case breaks a law."""
    try:
        check(case)
    except Broken:
        return True
    except Exception:
        return False
    return False


@contextmanager
def asking(model: Model) -> Iterator[Callable[[Query], Answer]]:
    """The engine's rows of queries over a model."""

    with engine_over(model) as asked:

        def rows_of(query: Query) -> Answer:
            outcome = asked(query)
            if outcome.codes:
                raise Failed(outcome.text)
            return outcome.columns, outcome.rows

        yield rows_of


def answer(case: Case) -> Answer:
    """The engine's rows of one query."""
    with asking(case.model) as rows_of:
        return rows_of(case.query)


def holds(whether: bool, said: str) -> None:
    """A law holds, or it is broken."""
    if not whether:
        raise Broken(said)
