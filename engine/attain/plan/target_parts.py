"""Values of a target shared out to the parts of their periods: the stretches in which a period of the target and one
of a finer (or another) grain overlap.

Each part has a weight: its days, its working days, or what the metric was in it some time before. The value is counted
in its smallest unit (cents, or what digits it has), every part gets the whole units of its share, and what is left over
goes one by one to the parts with the largest remainders, of equal ones to the earlier: so parts add up to the whole
exactly. All of it is calculated in whole numbers, which every engine does alike.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

from attain.model import expression as e
from attain.model import types as t
from attain.model.aggregate import Place, TargetValue
from attain.model.calendar import Grain
from attain.model.target import Spread, Terms
from attain.model.types import Kind, Type
from attain.model.working_days import working_days_before
from attain.plan.builder import Builder
from attain.plan.calendars import table_spine
from attain.plan.frame import Frame, midnight, next_period_expression, period_type, same_clock
from attain.plan.leaves import leaves_of
from attain.plan.places import placed_metric_value
from attain.plan.steps import From, Group, Join, Measure, Numbered, Rows, Spine
from attain.plan.target_rows import DAY, TargetRows
from attain.plan.target_stretches import with_outside
from attain.plan.windows import Window, before, moved_back

HOUR = Grain("hour", "hour")
WHOLE = Type(Kind.DECIMAL, 38, 0)  # whole numbers of any size
FLOATING_DIGITS = 4  # that floating values are rounded to before they are shared out


@dataclass(frozen=True, slots=True)
class Parts:
    """A step with a row for each part: its values as `rows` has them (the whole's), and from when to when it is."""

    rows: TargetRows
    began: e.Slot
    ended: e.Slot


def whole(number: int) -> e.Expression:
    """A whole number."""
    return e.Literal(Fraction(number), t.INTEGER)


def spread_rows(
    builder: Builder, frame: Frame, leaf: TargetValue, terms: Terms, rows: TargetRows, grain: Grain
) -> TargetRows:
    """The values of a target by a finer grain, or by one whose periods lie across those of the target. Hours are parts
    of days."""
    if grain.unit == "hour":
        days = spread_rows(builder, frame, leaf, terms, rows, DAY) if terms.grain != DAY else rows
        return shared(builder, frame, leaf, Spread(), days, grain)
    return shared(builder, frame, leaf, terms.spread, rows, grain)


def shared(
    builder: Builder, frame: Frame, leaf: TargetValue, spread: Spread, rows: TargetRows, grain: Grain
) -> TargetRows:
    """Each value shared out to its parts, once for a step of values and a grain."""
    memo = ("parts of target", rows.source.name, grain, spread)
    if memo not in builder.memo:
        parts = parts_of(builder, leaf, rows, grain)
        weighed = {"even": by_time, "business_days": by_working_days, "like": by_metric}[spread.kind]
        if spread.kind == "like":
            parts = with_metric(builder, frame, leaf, spread, parts)
        weight, total = weighed(builder, parts)
        builder.memo[memo] = share_out(builder, leaf, parts, weight, total, grain, spread)
    return builder.memo[memo]  # type: ignore[return-value]


# -- parts -------------------------------------------------------------------------------------------------------------
def parts_of(builder: Builder, leaf: TargetValue, rows: TargetRows, grain: Grain) -> Parts:
    """The periods of a grain that overlap those of the target, cut to them."""
    type = period_type(grain, builder.model.calendar)
    measures = (
        Measure("first_time", "min", (rows.first,), None, t.DATE),
        Measure("end_time", "max", (rows.after,), None, t.DATE),
    )
    words = f"from when to when {leaf.target} goes"
    ends = builder.add(Group(builder.name(rows.source.name, "range"), words, rows.source, (), measures))
    periods = every_period(builder, leaf, ends, grain, type)
    period: e.Expression = periods.slot(grain.name, type)
    following = next_period_expression(period, grain)
    if grain.table:
        periods = with_outside(builder, leaf, periods, ends, grain)
        period, following = periods.slot("stretch_begins", t.DATE), periods.slot("stretch_ends", t.DATE)
    first, after = rows.first, rows.after
    if type.kind is Kind.DATE:
        began: e.Expression = e.Apply("greatest", (period, first), t.DATE)
        ended: e.Expression = e.Apply("least", (following, after), t.DATE)
    else:
        began, ended = period, following
    overlap = e.both(same_clock("<", period, after), same_clock(">", following, first))
    columns: list[tuple[str, e.Expression]] = [("first_day", first), ("day_after", after)]
    columns += [(slot.name, slot) for _, slot in rows.keys]
    columns += [("target_value", rows.value), ("part_begins", began), ("part_ends", ended)]
    words = f"the parts of {leaf.target} by {grain.name.replace('_', ' ')}"
    joins = (Join(periods, "inner", (), overlap),)
    step = Rows(builder.name(leaf.target, "parts"), words, rows.source, tuple(columns), joins)
    source = builder.add(step)
    return Parts(rows.over(source), source.slot("part_begins", began.type), source.slot("part_ends", ended.type))


def every_period(builder: Builder, leaf: TargetValue, ends: From, grain: Grain, type: Type) -> From:
    """Every period of a grain that the target touches."""
    first, end = ends.slot("first_time", t.DATE), ends.slot("end_time", t.DATE)
    last = before(end)
    if grain.table:
        return table_spine(builder, grain, first, last, ends, None)
    begins: e.Expression = e.Truncate(first, grain, t.DATE)
    if grain.unit == "hour":
        begins = midnight(first)
        length = e.Literal(Fraction(-t.ELAPSED["hours"]), t.MICROSECONDS)
        last = e.Apply("add_microseconds", (midnight(end), length), type)
    name = builder.name(leaf.target, f"{grain.name}s")
    words = f"every {grain.name.replace('_', ' ')} that {leaf.target} touches"
    return builder.add(Spine(name, words, grain, grain.name, type, begins, last, ends))


# -- weights -----------------------------------------------------------------------------------------------------------
def days_between(first: e.Expression, end: e.Expression) -> e.Expression:
    """How many days lie between two days."""
    return e.Apply("number", (e.Apply("days_between", (first, end), t.DAYS),), t.INTEGER)


def by_time(builder: Builder, parts: Parts) -> tuple[e.Expression, e.Expression]:
    """The weight of a part by its days, and that of the whole; an hour is one of the 24 of its day."""
    if parts.began.type.kind is not Kind.DATE:
        days = days_between(parts.rows.first, parts.rows.after)
        return whole(1), e.Arithmetic("*", days, whole(24), t.INTEGER)
    return days_between(parts.began, parts.ended), days_between(parts.rows.first, parts.rows.after)


def by_working_days(builder: Builder, parts: Parts) -> tuple[e.Expression, e.Expression]:
    """The weight of a part by its working days; by its days where the period has no working day."""
    calendar = builder.model.calendar

    def worked(first: e.Expression, end: e.Expression) -> e.Expression:
        return e.Arithmetic("-", working_days_before(calendar, end), working_days_before(calendar, first), t.INTEGER)

    total = worked(parts.rows.first, parts.rows.after)
    days, all_days = by_time(builder, parts)
    some = e.Compare(">", total, whole(0))
    weight = e.Choice(((some, worked(parts.began, parts.ended)),), days, t.INTEGER)
    return weight, e.Choice(((some, total),), all_days, t.INTEGER)


def by_metric(builder: Builder, parts: Parts) -> tuple[e.Expression, e.Expression]:
    """The weight of a part by what the metric was in it before; by its days where that is nothing in the whole."""
    source = parts.rows.source
    weight, total = source.slot("part_weight", WHOLE), source.slot("whole_weight", WHOLE)
    days, all_days = by_time(builder, parts)
    some = e.Compare(">", total, whole(0))
    return e.Choice(((some, weight),), days, WHOLE), e.Choice(((some, total),), all_days, WHOLE)


def with_metric(builder: Builder, frame: Frame, leaf: TargetValue, spread: Spread, parts: Parts) -> Parts:
    """The parts with what the metric was in each of them some time before, and in all of their whole."""
    assert spread.before is not None
    rows = parts.rows
    moved = moved_back(Window(parts.began, parts.ended, parts.ended), spread.before)
    assert moved.start is not None and moved.end is not None
    columns = [*columns_of(parts), ("then_begins", moved.start), ("then_ends", moved.end)]
    words = f"each part of {leaf.target}, and when it was before"
    source = builder.add(Rows(builder.name(leaf.target, "then"), words, rows.source, tuple(columns)))
    then = at(parts, source)
    start, end = source.slot("then_begins", t.DATE), source.slot("then_ends", t.DATE)
    days, members, figure = metric_by_day(builder, frame, leaf, rows, source)
    day = days.slot("day", t.DATE)
    pairs = tuple(
        (slot, days.slot(name, key.type), True) for (key, slot), name in zip(then.rows.keys, members, strict=True)
    )
    lies = e.both(e.Compare(">=", day, start), e.Compare("<", day, end))
    amount = in_units(replace(figure, source=days.alias))
    listed = (*columns_of(then), ("then_weight", amount))
    words = f"each part of {leaf.target} with every day of then"
    joined = builder.add(Rows(builder.name(leaf.target, "by_then"), words, source, listed,
                              (Join(days, "left", pairs, lies),)))  # fmt: skip
    return weighed(builder, leaf, at(then, joined))


def weighed(builder: Builder, leaf: TargetValue, parts: Parts) -> Parts:
    """Days of then put together: to parts, and to wholes. What is less than nothing weighs nothing."""
    source = parts.rows.source
    slot = source.slot("then_weight", WHOLE)
    total = Measure("then_weight", "total", (slot,), None, WHOLE)
    name = builder.name(leaf.target, "weights")
    grouped = builder.add(Group(name, f"the weight of each part of {leaf.target}", source, columns_of(parts), (total,)))
    here = at(parts, grouped)
    sum_of = grouped.slot("then_weight", WHOLE)
    some = e.Compare(">", sum_of, whole(0))
    weight = e.Choice(((some, sum_of),), e.Literal(Fraction(0), WHOLE), WHOLE)
    columns = (*columns_of(here), ("part_weight", weight))
    each = builder.add(Rows(builder.name(leaf.target, "weighed"), "nothing where it was less than nothing", grouped,
                            columns))  # fmt: skip
    return with_total(builder, leaf, at(here, each), each.slot("part_weight", WHOLE), "whole_weight", ("part_weight",))


def columns_of(parts: Parts) -> tuple[tuple[str, e.Expression], ...]:
    """The columns of parts."""
    rows = parts.rows
    slots = (rows.first, rows.after, *(slot for _, slot in rows.keys), rows.value, parts.began, parts.ended)
    return tuple((slot.name, slot) for slot in slots)


def at(parts: Parts, source: From) -> Parts:
    """The same columns of another step."""
    began, ended = (replace(slot, source=source.alias) for slot in (parts.began, parts.ended))
    return Parts(parts.rows.over(source), began, ended)


def with_total(
    builder: Builder, leaf: TargetValue, parts: Parts, slot: e.Slot, name: str, kept: tuple[str, ...]
) -> Parts:
    """The parts with the sum of a column over all parts of their whole beside them."""
    rows = parts.rows
    by = [rows.first, *(member for _, member in rows.keys)]
    total = Measure(name, "total", (slot,), None, slot.type)
    sums = builder.add(Group(builder.name(leaf.target, name), f"all parts of each value of {leaf.target}", rows.source,
                             tuple((x.name, x) for x in by), (total,)))  # fmt: skip
    pairs = tuple((x, replace(x, source=sums.alias), i > 0) for i, x in enumerate(by))
    more = [(column, rows.source.slot(column, slot.type)) for column in kept]
    columns = (*columns_of(parts), *more, (name, sums.slot(name, slot.type)))
    step = Rows(builder.name(leaf.target, "with", name), "each part beside all of them", rows.source, columns,
                (Join(sums, "left", pairs),))  # fmt: skip
    return at(parts, builder.add(step))


def metric_by_day(
    builder: Builder, frame: Frame, leaf: TargetValue, rows: TargetRows, parts: From
) -> tuple[From, list[str], e.Slot]:
    """The metric on each day of then, by the members of the target: the step, its columns of members, and its value."""
    from attain.plan.cells import plan_cells, values_over

    start, end = parts.slot("then_begins", t.DATE), parts.slot("then_ends", t.DATE)
    measures = (
        Measure("first_time", "min", (start,), None, t.DATE),
        Measure("end_time", "max", (end,), None, t.DATE),
    )
    ends = builder.add(Group(builder.name(leaf.target, "then_range"), "the first and the last day of then", parts, (),
                             measures))  # fmt: skip
    days = every_period(builder, leaf, ends, DAY, t.DATE)
    keys = tuple(key for key, _ in rows.keys)
    filters = frame.filters if rows.narrowed else ()
    inner = Frame(keys, DAY, filters=filters, periods=days, top=frame.top if rows.narrowed else None)
    value = placed_metric_value(builder, leaf.metric, Place((), (), leaf.filters if rows.narrowed else ()))
    outputs = [(f"{leaf.metric} of then", value)]
    cells = plan_cells(builder, inner, leaves_of(builder, outputs), fill=False)
    source, slots = values_over(builder, inner, cells, outputs, f"{leaf.target}_shape", f"{leaf.metric} by day")
    return From(source.name, source.name), [column for _, column in cells.keys], slots[outputs[0][0]]


def in_units(value: e.Slot) -> e.Expression:
    """A value of the metric as a whole number of its smallest units."""
    digits = 0 if value.type.kind is Kind.INTEGER else max(value.type.scale, 2)
    if value.type.kind is Kind.FLOAT:
        digits = FLOATING_DIGITS
    product = e.Arithmetic("*", value, whole(10**digits), value.type)
    return e.Apply("cast", (e.Apply("round", (product, whole(0)), value.type),), WHOLE)


# -- sharing out -------------------------------------------------------------------------------------------------------
def share_out(
    builder: Builder, leaf: TargetValue, parts: Parts, weight: e.Expression, total: e.Expression, grain: Grain,
    spread: Spread,
) -> TargetRows:  # fmt: skip
    """Each part's share in whole units, and what is left over to the largest remainders."""
    rows, value = parts.rows, exact(parts.rows.value)
    big = WHOLE if spread.kind == "like" else t.INTEGER
    size = e.Apply("abs", (value,), value.type)
    units = e.Apply("cast", (counted(size, digits_of(value)),), big)
    product = e.Arithmetic("*", units, weight, big)
    how = {"even": "by days", "business_days": "by working days", "like": f"as {leaf.metric} was before"}[spread.kind]
    words = f"the share of each part {how}, to be rounded"
    columns = (*columns_of(parts), ("share", product), ("whole_share", total))
    step = builder.add(Rows(builder.name(leaf.target, "shares"), words, rows.source, columns))
    here = at(parts, step)
    share, all_shares = step.slot("share", big), step.slot("whole_share", big)
    rest = e.Apply("mod", (share, all_shares), big)
    quotient = e.Arithmetic("/", e.Arithmetic("-", share, rest, big), all_shares, t.FLOAT)
    floor = e.Apply("cast", (e.Apply("round", (quotient, whole(0)), t.FLOAT),), t.INTEGER)
    listed = (*columns_of(here), ("whole_share", all_shares), ("units", floor), ("remainder", rest))
    divided = builder.add(
        Rows(builder.name(leaf.target, "units"), "whole units, and what remains of each", step, listed)
    )
    left = with_left_over(builder, leaf, at(here, divided), big)
    return ranked(builder, leaf, left, big, value)


def with_left_over(builder: Builder, leaf: TargetValue, parts: Parts, big: Type) -> Parts:
    """The parts with the sum of the remainders of their whole."""
    source = parts.rows.source
    rows = parts.rows
    by = [rows.first, *(member for _, member in rows.keys)]
    total = Measure("left_over", "total", (source.slot("remainder", big),), None, big)
    sums = builder.add(Group(builder.name(leaf.target, "left_over"), "what remains of each whole", source,
                             tuple((x.name, x) for x in by), (total,)))  # fmt: skip
    pairs = tuple((x, replace(x, source=sums.alias), i > 0) for i, x in enumerate(by))
    more = (("units", t.INTEGER), ("remainder", big), ("whole_share", big))
    columns = (*columns_of(parts), *((name, source.slot(name, type)) for name, type in more),
               ("left_over", sums.slot("left_over", big)))  # fmt: skip
    step = Rows(builder.name(leaf.target, "remainders"), "each part beside what remains of its whole", source, columns,
                (Join(sums, "left", pairs),))  # fmt: skip
    return at(parts, builder.add(step))


def ranked(builder: Builder, leaf: TargetValue, parts: Parts, big: Type, value: e.Expression) -> TargetRows:
    """The parts with one unit more for those with the largest remainders, as many as are left over."""
    rows, source = parts.rows, parts.rows.source
    more = (("units", t.INTEGER), ("remainder", big), ("whole_share", big), ("left_over", big))
    columns = (*columns_of(parts), *((name, source.slot(name, type)) for name, type in more))
    by = (rows.first, *(member for _, member in rows.keys))
    order = ((source.slot("remainder", big), True), (parts.began, False))
    words = "the largest remainders first, of equal ones the earlier"
    step = Numbered(builder.name(leaf.target, "ranked"), words, source, columns, by, order, "place")
    numbered = builder.add(step)
    here = at(parts, numbered)
    place = numbered.slot("place", t.INTEGER)
    left, all_shares = (numbered.slot(name, big) for name in ("left_over", "whole_share"))
    lucky = e.Compare("<=", e.Arithmetic("*", place, all_shares, big), left)
    units = numbered.slot("units", t.INTEGER)
    got = e.Choice(((lucky, e.Arithmetic("+", units, whole(1), t.INTEGER)),), units, t.INTEGER)
    own = exact(here.rows.value)
    signed = e.Choice(((e.Compare("<", own, whole(0)), e.Negative(got, t.INTEGER)),), got, t.INTEGER)
    amount = amount_of(signed, own)
    type = rows.value.type
    amount = amount if type.kind is not Kind.FLOAT else e.Apply("cast", (amount,), type)
    listed: list[tuple[str, e.Expression]] = [("first_day", here.began), ("day_after", here.ended)]
    listed += [(slot.name, slot) for _, slot in here.rows.keys]
    listed.append(("target_value", amount))
    words = f"the parts of {leaf.target}, which add up to its values"
    final = builder.add(Rows(builder.name(leaf.target, "spread"), words, numbered, tuple(listed)))
    found = here.rows.over(final)
    kind = here.began.type
    return replace(found, first=final.slot("first_day", kind), after=final.slot("day_after", kind))


# -- the smallest unit -------------------------------------------------------------------------------------------------
def exact(value: e.Slot) -> e.Expression:
    """A value with digits that can be counted."""
    if value.type.kind is Kind.FLOAT:
        return e.Apply("cast", (value,), Type(Kind.DECIMAL, 38, FLOATING_DIGITS))
    return value


def digits_of(value: e.Expression) -> int:
    """The most digits after the point that a value may have."""
    return max(2, value.type.scale)


def times(value: e.Expression, digits: int) -> e.Expression:
    """A value in units of so many digits."""
    return e.Arithmetic("*", value, whole(10**digits), Type(Kind.DECIMAL, 38, max(0, value.type.scale - digits)))


def in_digits(value: e.Expression, build: Callable[[int], e.Expression], type: Type) -> e.Expression:
    """What is built for the fewest digits, from two on, in which a value is a whole number."""
    most = digits_of(value)
    whens: list[tuple[e.Expression, e.Expression]] = []
    for digits in range(2, most):
        product = times(value, digits)
        fits = e.Compare("=", product, e.Apply("round", (product, whole(0)), product.type))
        whens.append((fits, build(digits)))
    return e.Choice(tuple(whens), build(most), type) if whens else build(most)


def counted(value: e.Expression, most: int) -> e.Expression:
    """How many of its smallest units a value is: cents, or finer ones where it has more digits."""
    return in_digits(value, lambda digits: times(value, digits), Type(Kind.DECIMAL, 38, 0))


def amount_of(units: e.Expression, value: e.Expression) -> e.Expression:
    """Units of a value as an amount."""
    type = Type(Kind.DECIMAL, 38, digits_of(value))

    def build(digits: int) -> e.Expression:
        return e.Arithmetic("*", units, e.Literal(Fraction(1, 10**digits), Type(Kind.DECIMAL, 38, digits)), type)

    return in_digits(e.Apply("abs", (value,), value.type), build, type)
