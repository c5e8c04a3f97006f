"""Lines of a scorecard for tests: metrics and targets as the model has them."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from attain.model import expression as e
from attain.model import types as t
from attain.model import units as u
from attain.model.calendar import Grain
from attain.model.scorecard import Line, Stretch
from attain.model.semantic import Metric
from attain.model.target import Band, Spread, Target, Terms

MONTH = Grain("month", "month", 1)


def stretch(as_of: str, start: str = "2026-06-01", end: str = "2026-07-01") -> Stretch:
    """June 2026, which has 30 days, seen on a day."""
    first = date.fromisoformat(start)
    return Stretch(MONTH, first, date.fromisoformat(end), date.fromisoformat(as_of), first)


def line(
    method: str = "even", good: str = "up", bands: tuple[Band, ...] = (), judged: str = "attainment",
    between: tuple[int, int] | None = None, unit: u.Unit = u.MONEY,
) -> Line:  # fmt: skip
    """A metric with a target of these bands."""
    metric = Metric("revenue", e.Literal(None, t.FLOAT), t.FLOAT, unit, "additive", ("deals",), good=good)
    low, high = (Fraction(end) for end in between) if between else (None, None)
    terms = Terms(
        "between" if between else "values", MONTH, (), t.FLOAT, low=low, high=high, spread=Spread(), bands=bands,
        judged=judged,
    )  # fmt: skip
    return Line(metric, Target("plan", "revenue", True, True, (terms,)), terms, method)


def three_bands(*, down: bool = False) -> tuple[Band, ...]:
    """off track: below 80%, at risk: below 95%, on track: above; of what is better low, the other way round."""
    names = ("on track", "at risk", "off track") if down else ("off track", "at risk", "on track")
    edges = (None, Fraction(80, 100), Fraction(95, 100), None)
    ranks = (2, 1, 0) if down else (0, 1, 2)
    return tuple(Band(names[i], edges[i], edges[i + 1], ranks[i]) for i in range(3))
