"""What a figure is judged to be: by the bands of its target, or by whether the target is reached."""

from __future__ import annotations

from fractions import Fraction

from attain.model.result import Value
from attain.model.scorecard import Line, Verdict
from attain.model.target import Terms
from attain.scorecard.exact import exact

BEST, MIDDLE, WORST = 2, 1, 0


def judge(
    line: Line, attained: Fraction | None, value: Value, target: Value, *, apart: Fraction | None = None,
    total: bool = True, running: bool,
) -> Verdict | None:  # fmt: skip
    """The band of an attainment (while the period runs: of the pace), or of a value (then: of the projection) where
    the bands of the target judge that; None where there is no target or no figure. `apart` is how far the figure is
    above its target (while the period runs: above what is due), which tells whether that is reached, also of a target
    of zero or below. Of a target below zero a share grows as the figure falls, so bands of shares say nothing. A
    range has no value as a target: it holds for slices where it has their dimensions."""
    terms = line.terms
    if terms is None:
        return None
    if terms.kind == "between":
        return range_verdict(terms, exact(value)) if total or line.slices else None
    if target is None:
        return None
    if not terms.bands:
        words = ("reached", "missed") if not running else ("on target", "off target")
        words = ("on pace", "off pace") if running and line.method != "value" else words
        return reached(apart, line.metric.good, words)
    if terms.judged == "attainment" and (exact(target) or 0) < 0:
        return None
    band = terms.band_of(exact(value) if terms.judged == "value" else attained)
    if band is None:
        return None
    ranks = [other.rank for other in terms.bands]
    level = BEST if band.rank == max(ranks) else WORST if band.rank == min(ranks) else MIDDLE
    return Verdict(band.name, level)


def range_verdict(terms: Terms, figure: Fraction | None) -> Verdict | None:
    """A value against a range: good from its lower end and below its upper one."""
    if figure is None or terms.low is None or terms.high is None:
        return None
    inside = terms.low <= figure < terms.high
    band = terms.band_of(figure)
    plain = "in range" if inside else "below the range" if figure < terms.low else "above the range"
    return Verdict(band.name if band is not None else plain, BEST if inside else WORST)


def reached(apart: Fraction | None, good: str, words: tuple[str, str]) -> Verdict | None:
    """Without bands: whether the target is reached, or what should have been by now; where less is better, whether it
    is kept to."""
    if apart is None:
        return None
    fine = apart <= 0 if good == "down" else apart >= 0
    return Verdict(words[0] if fine else words[1], BEST if fine else WORST)
