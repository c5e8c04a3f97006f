"""The values of targets that are written down: numbers in the metric's unit, by period and member."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Any

from attain.base.problem import Problem, warning
from attain.base.span import Span
from attain.check.draft import Draft, Failed
from attain.check.sides import is_quotient_of_counts, number_text
from attain.model import types as t
from attain.model.aggregate import Key
from attain.model.calendar import Grain
from attain.model.expression import Literal
from attain.model.periods import next_period, period_start
from attain.model.semantic import Metric
from attain.model.target import TargetRow
from attain.model.types import Kind
from attain.model.units import Unit
from attain.read.expressions import read_day
from attain.read.periods import FORMS, PeriodKey, read_period
from attain.read.tree import Scalar

#: From here on a plain number for a metric in percent was meant as so many of a hundred.
LARGE_SHARE = 5
MOST_VALUES = 100_000
MOST_UNITS, MOST_DIGITS = 9 * 10**15, 9  # in cents (or finer, as it is written), and after the point


# -- numbers -----------------------------------------------------------------------------------------------------------
def number_of(draft: Draft, text: Scalar) -> Fraction:
    """A number as it is written: `100_000`, `-2.5`, `25%`."""
    digits = str(text).replace("_", "")
    share = digits.endswith("%")
    whole, _, part = digits.removesuffix("%").removeprefix("-").partition(".")
    if text.style or not (whole.isascii() and whole.isdigit() and (not part or (part.isascii() and part.isdigit()))):
        problem = Problem("number-form", f"`{text}` is not a number", text.span)
        comma = "," in str(text)
        raise draft.fail(problem.hint("write 100_000, 2.5 or 25%", "digits are grouped with `_`" if comma else ""))
    value = Fraction(digits.removesuffix("%")) / (100 if share else 1)
    if not is_countable(value):
        problem = Problem("number-form", f"`{text}` has more digits than can be shared out exactly", text.span)
        most = f"{MOST_UNITS // 100:_} in cents, a tenth of that for each further digit"
        raise draft.fail(problem.hint(f"the most is {most}, {MOST_DIGITS} digits after the point"))
    return value


def is_countable(value: Fraction) -> bool:
    """Whether a figure is so many cents (or finer units, as it is written) that its parts can be counted exactly."""
    digits = (d for d in range(2, MOST_DIGITS + 1) if (value * 10**d).denominator == 1)
    found = next(digits, None)
    return found is not None and abs(value) * 10**found <= MOST_UNITS


#: How a share of what was there a year ago is written.
GROWTH = "a share on top of last year is growth: 20%"


def figure_of(draft: Draft, text: Scalar, metric: Metric, share: str = GROWTH) -> Fraction:
    """A value that a metric is to reach, in its unit; `share` says how a share is written there."""
    value = number_of(draft, text)
    check_share(draft, text, value, metric.unit, f"`{metric.name}`", share)
    return value


def check_share(draft: Draft, text: Scalar, value: Fraction, unit: Unit, what: str, hint: str = "") -> None:
    """A percentage is no amount, and 60 is no percentage; `hint` says how a share is written there."""
    share = str(text).endswith("%")
    if share and not (unit.is_plain or is_quotient_of_counts(unit)):
        problem = Problem("unit-mismatch", f"{what} is in {unit}, and this is a share", text.span, "this is percent")
        raise draft.fail(problem.hint(f"write a number of {unit}", hint))
    if not share and unit.shown == "percent" and not unit.factors and abs(value) >= LARGE_SHARE:
        message = f"{what} is in percent, where {number_text(value)} is {number_text(value * 100)}%"
        meant = f"write {number_text(value)}% if that is meant"
        draft.problems.append(warning("hundredfold-percent", message, text.span, "", meant))


# -- periods -----------------------------------------------------------------------------------------------------------
def first_day(draft: Draft, text: Scalar, grain: Grain) -> date:
    """The first day of the period that a key names; a problem where it names none, or one of another grain."""
    key = read_period(str(text).strip())
    if key is None or not 1900 <= key.day.year <= 2998:
        problem = Problem("period-form", f"there is no period `{text}`", text.span)
        digits = "digits are grouped with `_`: YAML ends a value at its comma" if str(text).isdigit() else ""
        raise draft.fail(problem.hint(digits, f"a period is written {form_of(grain)}"))
    start = key.day if grain.table else period_start(key.day, grain)
    named = grain.name in FORMS
    if key.kind == grain.name or (key.kind == "day" and key.day == start and not named):
        return start
    raise draft.fail(other_grain(text, key, grain))


def form_of(grain: Grain) -> str:
    """How a period of a grain is written."""
    if grain.name in FORMS:
        return FORMS[grain.name]
    return f"the first day of the {grain.name.replace('_', ' ')}: 2026-02-01"


def other_grain(text: Scalar, key: PeriodKey, grain: Grain) -> Problem:
    """A key of another grain than the target's."""
    of = f"{'an' if key.kind == 'hour' else 'a'} {key.kind}"
    message = f"`{text}` is {of}, and this target is by {grain.name.replace('_', ' ')}"
    if key.kind == "day" and grain.name not in FORMS:
        message = f"`{text}` is not the first day of a {grain.name.replace('_', ' ')}"
    problem = Problem("period-form", message, text.span).hint(f"write {form_of(grain)}")
    other = key.kind != "hour" and not (key.kind == "day" and grain.name not in FORMS)
    return problem.hint(f"or give the target another grain: {key.kind}" if other else "")


def after_period(start: date, grain: Grain) -> date:
    """The first day after a period; of a calendar table, whose periods only the data know, the first day itself."""
    return start if grain.table else next_period(start, grain)


# -- members -----------------------------------------------------------------------------------------------------------
def member_of(draft: Draft, text: Scalar, key: Key) -> Literal:
    """A member of a dimension as it is written; nothing written is the missing one."""
    if text.is_null:
        return Literal(None, key.type)
    kind, written = key.type.kind, str(text)
    if kind is Kind.TEXT:
        return Literal(written, t.TEXT)
    if kind is Kind.BOOLEAN and written.lower() in ("true", "false"):
        return Literal(written.lower() == "true", t.BOOLEAN)
    if kind is Kind.DATE and read_day(written) is not None:
        return Literal(read_day(written), t.DATE)
    if key.type.is_number and not text.style:
        return Literal(number_of(draft, text), key.type)
    from attain.check.sides import kind_name

    problem = Problem("type-mismatch", f"`{key.name}` is {kind_name(key.type)}, and `{text}` is not", text.span)
    raise draft.fail(problem)


# -- all of them -------------------------------------------------------------------------------------------------------
def rows_of(
    draft: Draft, values: dict[Scalar, Any], metric: Metric, grain: Grain, by: tuple[Key, ...], place: Span
) -> tuple[TargetRow, ...]:
    """Each value with its period and members; one level of `values:` for the periods, then one for each dimension.
    What is wrong is told for every key."""
    rows: list[TargetRow] = []
    seen: dict[tuple[object, ...], Span] = {}
    failed: Failed | None = None
    for path, value in leaves(values, ()):
        try:
            row = row_of(draft, path, value, metric, grain, by)
            told_once(draft, row, path[-1], seen)
            rows.append(row)
        except Failed as failure:
            failed = failure
    if failed is not None:
        raise failed
    if len(rows) > MOST_VALUES:
        problem = Problem("file-too-large", f"a target with {len(rows):,} values", rows[0].span)
        raise draft.fail(problem.hint("keep them in a table: source: {table: .., period: .., value: ..}"))
    if not rows:
        problem = Problem("target-form", "`values:` holds none", place)
        raise draft.fail(problem.hint(f"write values: {{{form_of(grain)}: 1_000}}"))
    return tuple(rows)


def leaves(values: dict[Scalar, Any], path: tuple[Scalar, ...]) -> Iterator[tuple[tuple[Scalar, ...], Scalar]]:
    """Every value with the keys that lead to it."""
    for key, below in values.items():
        if isinstance(below, dict):
            yield from leaves(below, (*path, key))
        else:
            yield (*path, key), below


def row_of(
    draft: Draft, path: tuple[Scalar, ...], value: Scalar, metric: Metric, grain: Grain, by: tuple[Key, ...]
) -> TargetRow:
    """One value with its period and members."""
    start = first_day(draft, path[0], grain)
    if len(path) != 1 + len(by):
        raise draft.fail(wrong_depth(path, value, by))
    members = tuple(member_of(draft, text, key) for text, key in zip(path[1:], by, strict=True))
    if value.is_null:
        problem = Problem("number-form", f"nothing is written for `{path[-1]}`", path[-1].span)
        raise draft.fail(problem.hint("leave the key out: a target that is missing is empty, never zero"))
    return TargetRow(start, after_period(start, grain), members, figure_of(draft, value, metric), path[-1].span)


def wrong_depth(path: tuple[Scalar, ...], value: Scalar, by: tuple[Key, ...]) -> Problem:
    """Too few or too many levels of keys above a value."""
    names = ", ".join(key.name for key in by)
    if len(path) < 1 + len(by):
        missing = by[len(path) - 1].name
        problem = Problem("target-form", f"for which `{missing}` is this? the target is by {names}", value.span)
        return problem.hint(f"write {{{path[0]}: {{MEMBER: {value}}}}}")
    problem = Problem("target-form", f"`{path[1 + len(by)]}` is a member of what?", path[1 + len(by)].span)
    return problem.hint(f"the target is by {names}" if by else "say which dimension: by: [region]")


def told_once(draft: Draft, row: TargetRow, place: Scalar, seen: dict[tuple[object, ...], Span]) -> None:
    """The same period and members stand once, however they are written."""
    key = (row.start, *(member.value for member in row.members))
    first = seen.setdefault(key, place.span)
    if first != place.span:
        problem = Problem("overlapping-targets", "there are two values for this period", place.span, "the second")
        raise draft.fail(problem.also(first, "the first").hint("leave one of them"))
