"""What a condition of an alert says of a value: whether it fires, and why, in a sentence."""

from __future__ import annotations

import math
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from attain.model import types as t
from attain.model.aggregate import WindowOperator
from attain.model.alert import Alert, Condition, Finding, Series
from attain.model.result import ResultColumn, Value
from attain.model.semantic import SemanticModel
from attain.model.target import Band, Terms
from attain.model.units import PERCENT
from attain.report.values import DIGITS, value_to_text
from attain.unusual import LEVEL, Judgement, judge

Facts = tuple[tuple[str, Value], ...]
Said = tuple[bool, str, str, Facts]  # whether it fires, why, the band (or how it is known), the figures
DEVIATION = "1.4826 x the median of how far the periods before were off"


def judge_value(
    model: SemanticModel, alert: Alert, condition: Condition, series: Series, place: int, column: ResultColumn,
    terms: Terms | None,
) -> Finding:  # fmt: skip
    """What a condition says of the last period of a slice. `place` is the column that it needs beside the metric's."""
    value, period = series.values[-1][0], series.periods[-1]
    words = Words(column, model.currency)
    shares = condition.of_target or (condition.kind == "band" and place > 0)
    if shares and is_below_zero(value, series.values[-1][place]):
        said: Said = (
            False,
            f"the target {alert.target} is below zero, where a share grows as the figure falls",
            "",
            (),
        )
    elif condition.of_target:
        said = judge_share(alert, condition, series.values[-1][place] if place else None, value, words)
    elif condition.kind in ("below", "above"):
        said = judge_level(condition, value, words)
    elif condition.kind in ("change", "drop", "rise"):
        said = judge_change(alert, condition, value, series.values[-1][place], words)
    elif condition.kind == "band":
        said = judge_band(alert, series.values[-1][place], place > 0, terms, words)
        if said[0]:
            said = (said[2] in condition.bands, *said[1:])
    else:
        said = judge_unusual(alert, condition, series, words)
    fires, why, more, facts = said
    band, how = (more, "") if condition.kind == "band" else ("", more)
    return Finding(alert, condition, series.members, period, value, fires, why, band or period or "fires", facts, how)


class Words:
    """Figures of a metric as people read them."""

    def __init__(self, column: ResultColumn, currency: str) -> None:
        self.column, self.currency = column, currency

    def of(self, value: Value) -> str:
        """A value of the metric."""
        return value_to_text(value, self.column, self.currency)

    def about(self, value: Fraction | float) -> str:
        """A figure in the metric's unit that is none of its values: a bound, what was expected."""
        if isinstance(value, Fraction) and value.denominator == 1:
            return value_to_text(int(value), self.column, self.currency)
        column = replace(self.column, type=t.FLOAT)
        return value_to_text(float(value), column, self.currency).replace(".0%", "%")

    def share(self, value: Fraction | float) -> str:
        """A share as a percentage."""
        column = ResultColumn("", t.FLOAT, PERCENT, "metric")
        return value_to_text(float(value), column, "").replace(".0%", "%")


def exactly(value: Value) -> Fraction | None:
    """A value as it is shown to machines: floating ones without the noise of their last digits."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    if isinstance(value, float | Decimal) and not math.isfinite(value):
        return None
    return Fraction(Decimal(format(value, f".{DIGITS}g")) if isinstance(value, float) else value)


def is_below_zero(value: Value, share: Value) -> bool:
    """Whether the target is below zero that a value is this share of; of a value of zero the share's sign tells."""
    number, attained = exactly(value), exactly(share)
    if number is None or attained is None:
        return False
    if not attained:
        return not number and isinstance(share, float) and math.copysign(1, share) < 0
    return (number < 0) != (attained < 0)


# -- below, above ------------------------------------------------------------------------------------------------------
def judge_level(condition: Condition, value: Value, words: Words) -> Said:
    """Whether a value is below or above a bound."""
    number, bound = exactly(value), condition.bound
    assert bound is not None
    if number is None:
        return False, "there is no value", "", ()
    beyond = number < bound if condition.kind == "below" else number > bound
    said = f"{words.of(value)} is {'' if beyond else 'not '}{condition.kind} {words.about(bound)}"
    return beyond, said, "", (("bound", float(bound)),)


def judge_share(alert: Alert, condition: Condition, share: Value, value: Value, words: Words) -> Said:
    """Whether a value is below or above a share of its target."""
    number, bound = exactly(share), condition.bound
    assert bound is not None
    if number is None:
        return False, f"there is no target to attain ({alert.target})", "", ()
    beyond = number < bound if condition.kind == "below" else number > bound
    said = f"{words.of(value)} is {words.share(number)} of {alert.target}: "
    said += f"{'' if beyond else 'not '}{condition.kind} {words.share(bound)}"
    return beyond, said, "", (("attainment", float(number)), ("bound", float(bound)))


# -- change ------------------------------------------------------------------------------------------------------------
def judge_change(alert: Alert, condition: Condition, value: Value, before: Value, words: Words) -> Said:
    """Whether a value is another than the one before, by more than a share of that."""
    now, then = exactly(value), exactly(before)
    assert condition.bound is not None
    ago = length_words(alert, condition.length)
    if now is None or then is None:
        return False, f"there is no value {'' if now is None else f'{ago} '}to compare".replace("  ", " "), "", ()
    if then == 0:
        said = f"{words.of(value)}, and {words.of(before)} {ago}: of nothing there is no share"
        return False, said, "", (("before", before),)
    change = (now - then) / abs(then)
    far = {"drop": -change, "rise": change}.get(condition.kind, abs(change)) > condition.bound
    more = "more" if change > 0 else "less"
    moved = f"{words.share(abs(change))} {more} than" if change else "the same as"
    name = condition.kind if condition.kind != "change" or not change else "rise" if change > 0 else "drop"
    beyond = f"a {name} {'' if far else 'not '}beyond {words.share(condition.bound)}"
    said = f"{words.of(value)} is {moved} {words.of(before)} {ago}: {beyond}"
    return far, said, "", (("before", before), ("change", float(change)), ("bound", float(condition.bound)))


def length_words(alert: Alert, length: WindowOperator | None) -> str:
    """`the week before`, `1 year before`."""
    if length is None:
        return f"the {alert.grain.name.replace('_', ' ') if alert.grain else 'period'} before"
    days = length.microseconds // 86_400_000_000
    amount, unit = (length.months, "month") if length.months else (days, "day")
    for size, larger in ((12, "year"), (7, "week")):
        if (unit, larger) in (("month", "year"), ("day", "week")) and amount % size == 0:
            amount, unit = amount // size, larger
    return f"{amount} {unit}{'' if amount == 1 else 's'} before"


# -- bands -------------------------------------------------------------------------------------------------------------
def judge_band(alert: Alert, figure: Value, is_share: bool, terms: Terms | None, words: Words) -> Said:
    """Which band a figure lies in, as the state; it fires where it lies in one."""
    number = exactly(figure)
    if terms is None:
        return False, f"{alert.target} is not in force", "", ()
    if number is None:
        return False, f"there is no {f'target to attain ({alert.target})' if is_share else 'value'}", "", ()
    found = terms.band_of(number)
    if found is None:
        return False, "it lies in no band", "", ()
    shown = words.share(number) if is_share else words.about(number)
    edges = edge_words(found, is_share, words)
    said = f"{found.name}: {shown} of {alert.target}{edges}" if is_share else f"{found.name}: {shown}{edges}"
    return True, said, found.name, (("band", found.name), ("attainment" if is_share else "figure", float(number)))


def edge_words(band: Band, is_share: bool, words: Words) -> str:
    """` (below 80%)`, ` (from 80%, below 95%)`."""
    show = words.share if is_share else words.about
    parts = [*([f"from {show(band.lower)}"] if band.lower is not None else []),
             *([f"below {show(band.upper)}"] if band.upper is not None else [])]  # fmt: skip
    return f" ({', '.join(parts)})" if parts else ""


# -- unusual -----------------------------------------------------------------------------------------------------------
def judge_unusual(alert: Alert, condition: Condition, series: Series, words: Words) -> Said:
    """Whether a value is off what its history lets expect, by more than so many usual deviations."""
    numbers = [exactly(row[0]) for row in series.values]
    value = numbers[-1]
    if value is None:
        return False, "there is no value", "", ()
    first = next((i for i, number in enumerate(numbers) if number), len(numbers))  # before it there was nothing yet
    history = [float(number) if number is not None else None for number in numbers[first:-1]]
    grain = alert.grain.name if alert.grain is not None else ""
    found = judge(history, float(value), grain)
    if found is None:
        said = f"{words.of(series.values[-1][0])}, after only {len(history)} {grain}s: too few to say what is usual"
        return False, said, "", (("periods", len(history)),)
    assert condition.bound is not None
    far = {"low": -found.score, "high": found.score}.get(condition.kind, abs(found.score)) > float(condition.bound)
    why = unusual_words(condition, series.values[-1][0], found, far, words)
    return far, why, method_words(grain, found), unusual_facts(found)


def unusual_words(condition: Condition, value: Value, found: Judgement, far: bool, words: Words) -> str:
    """What was expected, and what is usual."""
    assert condition.bound is not None
    how = "unusual" if condition.kind == "unusual" else f"unusually {condition.kind}"
    how = f"unusually {'low' if found.score < 0 else 'high'}" if far else f"not {how}"
    give = f", give or take {words.about(found.usual)}" if found.usual else " and always came"
    times = f"{abs(found.score):.1f} times that; " if found.usual else ""
    shown = f"{words.of(value)} is {how}: {words.about(found.expected)} was to be expected{give}"
    return f"{shown} ({times}unusual is beyond {float(condition.bound):g} times)"


def method_words(grain: str, found: Judgement) -> str:
    """How it was found, for people who want to check it."""
    name = grain.replace("_", " ")
    usual = f"usual: {DEVIATION}, of {found.residuals}"
    if not found.season:
        return f"expected: the median of the {LEVEL} {name}s before, and how far {name}s usually lie from it; {usual}"
    same = f"the {found.same} same {name}s of {'earlier weeks' if name == 'day' else 'earlier years'}"
    return f"expected: the median of the {found.season} {name}s before, and how far {same} lay from theirs; {usual}"


def unusual_facts(found: Judgement) -> Facts:
    """The figures behind it."""
    score = found.score if math.isfinite(found.score) else None
    return (
        ("expected", found.expected), ("usual_deviation", found.usual), ("score", score),
        ("method", "seasonal median" if found.season else "median"), ("season", found.season or None),
        ("same_season", found.same or None), ("residuals", found.residuals),
    )  # fmt: skip
