"""Which share of a target is due by the as-of day, where its spread says so exactly; and which targets have parts."""

from __future__ import annotations

from fractions import Fraction

from attain.model.scorecard import Line, Stretch
from attain.plan.targets import divides


def share_gone(stretch: Stretch, line: Line, days: tuple[int, int] | None) -> Fraction | None:
    """The share of a period's target that is due by the as-of day. None where the period is made of several of the
    target's own, where they go by the shape of a period before, or where nobody knows the working days (`days`: those
    gone and those left)."""
    terms = line.terms
    if stretch.state != "running" or line.method == "value" or terms is None or terms.grain is None:
        return None
    if not divides(stretch.grain, terms.grain):
        return None
    if line.method == "business_days" and (days is None or sum(days) > 0):
        return Fraction(days[0], sum(days)) if days is not None else None
    if line.method == "like":
        return None
    return Fraction((stretch.as_of - stretch.start).days + 1, (stretch.end - stretch.start).days)


def part_grain(line: Line, stretch: Stretch) -> str:
    """The grain of a target whose values are added up to the period's, or whose periods it does not lie in one of (a
    week in two months), while it runs; "" of any other."""
    terms = line.terms
    if stretch.state != "running" or line.method == "value" or terms is None or terms.grain is None:
        return ""
    if terms.kind not in ("values", "source") or terms.grain.table or divides(stretch.grain, terms.grain):
        return ""
    return terms.grain.name
