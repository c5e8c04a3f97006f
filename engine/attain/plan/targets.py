"""What a target is in the cells of a frame: facts of its own beside those of the tables.

A target of what adds up is the sum of its values, or of their parts where the cells are finer than its periods, that
begin in the window. Any other one holds in the cells whose window lies within one of its periods. A cell that is cut or
filtered by what the target does not have has none. Targets are not cut by the as-of day.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from attain.model import expression as e
from attain.model import types as t
from attain.model.aggregate import EMPTY, Filter, Key, TargetValue, WindowOperator
from attain.model.calendar import Grain
from attain.model.target import Target, Terms
from attain.plan.aligned import is_aligned
from attain.plan.builder import Builder
from attain.plan.facts import Fact, key_columns
from attain.plan.frame import OTHER, Frame, next_period_expression, period_type, same_clock
from attain.plan.leaves import Leaf, free, row_count
from attain.plan.steps import From, Group, Inline, Join, Measure, Rows
from attain.plan.target_keys import column_for, why_no_target
from attain.plan.target_parts import HOUR, spread_rows
from attain.plan.target_rows import DAY, TargetRows, rows_of_target
from attain.plan.windows import Window, cell_window, lies_in, moved_by, windows_step


def terms_of(builder: Builder, leaf: TargetValue) -> Terms | None:
    """What a target says; None where no version of it is in force."""
    assert leaf.version is not None
    return builder.model.targets[leaf.target].versions[leaf.version] if leaf.version >= 0 else None


def is_fixed(builder: Builder, leaf: TargetValue) -> bool:
    """Whether a target has one value (or none) wherever it holds, so that no rows are needed."""
    terms = terms_of(builder, leaf)
    if terms is None:
        return True
    return terms.kind == "between" or (terms.kind == "value" and not builder.model.targets[leaf.target].adds_up)


def target_in_cell(
    builder: Builder, frame: Frame, leaf: TargetValue, column: e.Expression | None, period: e.Expression | None
) -> e.Expression:
    """A target's value in a cell of a frame: its `column` of the cells, or the one value that it has wherever it holds.
    `period` is the cell's."""
    below = frame.without(leaf.place.dropped)
    if is_fixed(builder, leaf):
        return fixed_value(builder, below, leaf, period)
    assert column is not None
    return or_nothing(builder, below, leaf, column, period)


# -- one value ---------------------------------------------------------------------------------------------------------
def fixed_value(builder: Builder, frame: Frame, leaf: TargetValue, period: e.Expression | None) -> e.Expression:
    """The one value of a target in a cell; missing where it does not hold."""
    terms = terms_of(builder, leaf)
    nothing = e.Literal(None, leaf.type)
    if noted(builder, frame, leaf, terms) or terms is None or terms.kind == "between":
        return nothing
    value: e.Expression = e.Apply("cast", (e.Literal(terms.value, leaf.type),), leaf.type)
    if terms.grain is None:
        return value
    if not frame.has_window:
        return nothing
    within = within_one(window_of(builder, frame, leaf, period), terms.grain)
    return e.Choice(((within, value),), None, leaf.type) if within is not None else nothing


def or_nothing(
    builder: Builder, frame: Frame, leaf: TargetValue, value: e.Expression, period: e.Expression | None
) -> e.Expression:
    """A target's value in a cell; where nothing was, growth builds on what the metric is of nothing: no deals, not
    missing."""
    terms = terms_of(builder, leaf)
    if terms is None or terms.kind != "growth" or why_no_target(builder, frame, leaf, terms):
        return value
    nothing = of_nothing(builder, e.MetricValue(leaf.metric, leaf.type))
    if nothing is None or terms.value is None or not (frame.has_window or builder.model.targets[leaf.target].adds_up):
        return value
    found, grown = value, e.Literal(nothing * (1 + terms.value), leaf.type)
    value = e.Apply("coalesce", (value, grown), leaf.type)
    if builder.model.targets[leaf.target].adds_up:
        return value
    assert terms.grain is not None
    asked = frame.grain or frame.asked
    if (
        leaf.place.windows and asked is not None and asked.table
    ):  # too many lookups in the calendar's table to write out
        return found
    within = within_one(window_of(builder, frame, leaf, period), terms.grain)
    return e.Choice(((within, value),), None, leaf.type) if within is not None else found


def of_nothing(builder: Builder, x: e.Expression) -> Fraction | None:
    """What a metric is where no row is; missing, or where that is not plain to see."""
    match x:
        case e.MetricValue(name=name):
            return of_nothing(builder, builder.model.metrics[name].expression)
        case e.AggregateValue(aggregate=aggregate):
            empty = EMPTY.get(aggregate.function)
            return empty if isinstance(empty, Fraction) else None
        case e.Negative(operand=operand):
            inner = of_nothing(builder, operand)
            return None if inner is None else -inner
        case e.Literal(value=Fraction() as number):
            return number
        case e.Arithmetic(operator="+" | "-" | "*" as operator, left=left, right=right):
            a, b = of_nothing(builder, left), of_nothing(builder, right)
            return None if a is None or b is None else {"+": a + b, "-": a - b, "*": a * b}[operator]
    return None


def window_of(builder: Builder, frame: Frame, leaf: TargetValue, period: e.Expression | None) -> Window:
    """The window of a cell, as the operators around a target move it."""
    window = cell_window(builder, frame, period)
    for operator in leaf.place.windows:
        window = moved_by(builder, window, operator, frame.grain or frame.asked)
    return window


def within_one(window: Window, grain: Grain) -> e.Expression | None:
    """The condition that a window lies within one period of a grain; None where it has no beginning or end."""
    if window.start is None or window.end is None:
        return None
    start = e.Truncate(window.start, grain, t.DATE)
    return same_clock("<=", window.end, next_period_expression(start, grain))


def noted(builder: Builder, frame: Frame, leaf: TargetValue, terms: Terms | None) -> bool:
    """Whether a target has no value in any cell of a frame; the result then says why."""
    why = why_no_target(builder, frame, leaf, terms)
    if why and why not in builder.notes:
        builder.notes.append(why)
    return bool(why)


# -- facts -------------------------------------------------------------------------------------------------------------
def target_facts(builder: Builder, frame: Frame, leaf: TargetValue, name: str) -> list[Fact]:
    """The fact of a target in a frame. One that has one value everywhere holds where its metric occurs."""
    memo = ("target", frame, leaf)
    if memo not in builder.memo:
        if is_fixed(builder, leaf):
            builder.memo[memo] = where_metric_occurs(builder, frame, leaf)
        else:
            builder.memo[memo] = [target_fact(builder, frame, leaf, name)]
    return builder.memo[memo]  # type: ignore[return-value]


def where_metric_occurs(builder: Builder, frame: Frame, leaf: TargetValue) -> list[Fact]:
    """The slices and periods in which a row of the target's metric lies; without either, how many rows do."""
    from attain.plan.cells import whole_facts
    from attain.plan.occurrence import aggregates_inside

    counts: dict[Leaf, str] = {row_count(count, leaf.place): "occurs" for count in aggregates_inside(builder, leaf)}
    facts = whole_facts(builder, frame, counts, "none")
    return [replace(fact, columns={}) for fact in facts] if frame.keys or frame.grain is not None else facts


def target_fact(builder: Builder, frame: Frame, leaf: TargetValue, name: str) -> Fact:
    """A target that has values of its own, by the cells of a frame."""
    terms = terms_of(builder, leaf)
    target = builder.model.targets[leaf.target]
    unbounded = not frame.has_window and terms is not None and endless(target, terms)
    if terms is None or unbounded or noted(builder, frame, leaf, terms):
        bare = replace(leaf, filters=())
        if terms is None or unbounded or why_no_target(builder, frame, bare, terms):
            return no_fact(builder, frame, leaf, name)
        return without_values(builder, frame, leaf, target_fact(builder, frame, bare, name))
    rows = rows_of_target(builder, frame, leaf, terms)
    if not target.adds_up and frame.has_window:
        return held_fact(builder, frame, leaf, rows, name)
    grain = part_grain(frame, leaf)
    assert terms.grain is not None
    if grain is not None and not divides(terms.grain, grain):
        rows = spread_rows(builder, frame, leaf, terms, in_range(builder, frame, leaf, rows), grain)
    return summed_fact(builder, frame, leaf, rows, name)


def endless(target: Target, terms: Terms) -> bool:
    """Whether a target has no value over all time: it holds in some periods only, or in every one to come."""
    return not target.adds_up or terms.kind == "value"


def in_range(builder: Builder, frame: Frame, leaf: TargetValue, rows: TargetRows) -> TargetRows:
    """The values whose periods touch some window of the cells: only those are shared out."""
    from attain.plan.ranges import spine_of

    spine = spine_of(builder, frame) if frame.grain is not None else None
    windows, window = windows_step(builder, frame, spine, leaf.place.windows)
    memo = ("rows in range", rows.source.name, windows.name)
    if memo not in builder.memo:
        limits = [("range_start", "min", window.start), ("range_end", "max", window.end)]
        measures = tuple(Measure(name, f, (x,), None, x.type) for name, f, x in limits if x is not None)
        ends = builder.add(Group(builder.name(leaf.target, "range"), "from the first window to the last", windows, (),
                                 measures))  # fmt: skip
        found = {measure.name: ends.slot(measure.name, measure.type) for measure in measures}
        since, until = found.get("range_start"), found.get("range_end")
        touches = [same_clock(">", rows.after, since)] if since is not None else []
        touches += [same_clock("<", rows.first, until)] if until is not None else []
        slots = (rows.first, rows.after, *(slot for _, slot in rows.keys), rows.value)
        columns = tuple((slot.name, slot) for slot in slots)
        words = f"the values of {leaf.target} that the cells touch"
        step = Rows(builder.name(leaf.target, "in_range"), words, rows.source, columns, (Join(ends, "cross"),),
                    e.both(*touches))  # fmt: skip
        builder.memo[memo] = rows.over(builder.add(step)) if touches else rows
    return builder.memo[memo]  # type: ignore[return-value]


def part_grain(frame: Frame, leaf: TargetValue) -> Grain | None:
    """The parts that windows are put together from: the periods of the grain asked for, or days (hours) where windows
    do not begin and end with them; None where there are no windows."""
    if not frame.has_window:
        return None
    grain = frame.grain or frame.asked
    day = t.ELAPSED["days"]
    by_hour = any(o.microseconds % day or (o.grain is not None and o.grain.unit == "hour") for o in leaf.place.windows)
    if by_hour or (grain is not None and grain.unit == "hour"):
        return HOUR
    if grain is None or not all(keeps_periods(grain, operator) for operator in leaf.place.windows):
        return DAY
    return grain


def keeps_periods(grain: Grain, operator: WindowOperator) -> bool:
    """Whether an operator takes windows of whole periods of a grain to such windows. Those of a target are not cut."""
    return operator.name == "running" or operator.by_period or operator.grain == grain or is_aligned(grain, operator)


def divides(own: Grain, part: Grain) -> bool:
    """Whether every period of `part` is made of whole periods of `own`, so that nothing is shared out."""
    if own == part or (own.unit == "day" and own.step == 1 and part.unit != "hour"):
        return True
    if own.table or part.table or own.unit != "month" or part.unit != "month":
        return False
    return part.step % own.step == 0 and (part.offset - own.offset) % own.step == 0


def no_fact(builder: Builder, frame: Frame, leaf: TargetValue, name: str) -> Fact:
    """A fact without rows: no cell has this target."""
    names = key_columns(frame)
    column = free({*names, *([frame.grain.name] if frame.grain is not None else [])}, name)
    period = [(frame.grain.name, period_type(frame.grain, builder.model.calendar))] if frame.grain is not None else []
    columns = (*period, *zip(names, (key.type for key in frame.keys), strict=True), (column, leaf.type))
    row = tuple(e.Literal(None, type) for _, type in columns)
    source = builder.add(Inline(builder.name(leaf.target, "nowhere"), f"no cell has {leaf.target}", columns, (row,)))
    if not frame.keys and not period:  # the one cell that there always is
        return Fact(source, (), {leaf: column})
    listed = tuple((known, source.slot(known, type)) for known, type in columns)
    never = e.Compare("=", e.Literal(Fraction(1), t.INTEGER), e.Literal(Fraction(0), t.INTEGER))
    step = builder.add(Rows(builder.name(leaf.target, "in_no_cell"), "none at all", source, listed, (), never))
    keys = tuple(zip(frame.keys, names, strict=True))
    type = period[0][1] if period else t.DATE
    return Fact(step, keys, {leaf: column}, period[0][0] if period else "", "", type)


def without_values(builder: Builder, frame: Frame, leaf: TargetValue, fact: Fact) -> Fact:
    """Where a target is, of which nothing is left by what narrows it: a condition on a metric says nothing of which
    cells there are."""
    source, column = fact.source, next(iter(fact.columns.values()))
    slots = [(fact.period, source.slot(fact.period, fact.period_type))] if fact.dated else []
    slots += [(name, source.slot(name, key.type)) for key, name in fact.keys]
    columns: list[tuple[str, e.Expression]] = [*slots, (column, e.Literal(None, leaf.type))]
    words = f"where {leaf.target} is, which is narrowed by what it does not have"
    step = builder.add(Rows(builder.name(leaf.target, "narrowed"), words, source, tuple(columns)))
    return replace(fact, source=step, columns={leaf: column})


def summed_fact(builder: Builder, frame: Frame, leaf: TargetValue, rows: TargetRows, name: str) -> Fact:
    """The values, or parts, that begin in the window of each cell, added up."""
    joins, period = in_windows(builder, frame, leaf, rows)
    return grouped(builder, frame, leaf, rows, joins, period, name, "total")


def in_windows(
    builder: Builder, frame: Frame, leaf: TargetValue, rows: TargetRows
) -> tuple[tuple[Join, ...], e.Expression | None]:
    """The windows that the rows of a target are joined to, and the period of each."""
    from attain.plan.ranges import spine_of

    if not frame.has_window:
        return (), None
    if frame.grain is None:
        windows, window = windows_step(builder, frame, None, leaf.place.windows)
        return (Join(windows, "inner", (), lies_in(rows.first, window, ahead=True)),), None
    spine = spine_of(builder, frame)
    type = period_type(frame.grain, builder.model.calendar)
    if leaf.place.windows:
        windows, window = windows_step(builder, frame, spine, leaf.place.windows)
        lies = lies_in(rows.first, window, ahead=True)
        return (Join(windows, "inner", (), lies),), windows.slot(frame.grain.name, type)
    period = e.Truncate(rows.first, frame.grain, type)
    slot = spine.slot(frame.grain.name, type)
    return (Join(spine, "inner", ((period, slot, False),)),), slot


def held_fact(builder: Builder, frame: Frame, leaf: TargetValue, rows: TargetRows, name: str) -> Fact:
    """The value of the period that holds the whole window of a cell."""
    from attain.plan.ranges import spine_of

    spine = spine_of(builder, frame) if frame.grain is not None else None
    windows, window = windows_step(builder, frame, spine, leaf.place.windows)
    if window.start is None or window.end is None:
        return no_fact(builder, frame, leaf, name)
    adds_up = builder.model.targets[leaf.target].adds_up_over_members
    within = e.both(same_clock("<=", rows.first, window.start), same_clock("<=", window.end, rows.after))
    period: e.Expression | None = None
    if frame.grain is not None:
        period = windows.slot(frame.grain.name, period_type(frame.grain, builder.model.calendar))
    joins = (Join(windows, "inner", (), within),)
    return grouped(builder, frame, leaf, rows, joins, period, name, "total" if adds_up else "only")


def grouped(
    builder: Builder, frame: Frame, leaf: TargetValue, rows: TargetRows, joins: tuple[Join, ...],
    period: e.Expression | None, name: str, function: str,
) -> Fact:  # fmt: skip
    """The rows of a target in their windows, by the keys of the cells."""
    names = key_columns(frame)
    columns: list[tuple[str, e.Expression]] = []
    if period is not None and frame.grain is not None:
        columns.append((frame.grain.name, period))
    values, joins = key_values(builder, frame, leaf, rows, joins)
    columns += [(column, values[key]) for column, key in zip(names, frame.keys, strict=True)]
    taken = {known for known, _ in columns}
    column = free(taken, name)
    columns.append((column, rows.value))
    kept: e.Expression | None = None
    terms = terms_of(builder, leaf)
    conditions = on_its_days(builder, terms) if terms is not None else []
    if not rows.narrowed:
        conditions += [over_rows(builder, leaf, filter, rows) for filter in frame.filters]
        kept = e.both(*(over_rows(builder, leaf, filter, rows) for filter in leaf.filters))
        if function == "only" and OTHER in frame.keys:  # several slices together have none
            kept = e.both(e.Not(values[OTHER]), *([kept] if kept is not None else []))
    flag = free(taken, "counts")
    if kept is not None:
        columns.append((flag, kept))
    words = f"the values of {leaf.target} in every window that they lie in"
    step = builder.add(Rows(builder.name(leaf.target, "in_windows"), words, rows.source, tuple(columns), joins,
                            e.both(*conditions)))  # fmt: skip
    keys = tuple((known, step.slot(known, x.type)) for known, x in columns[: len(columns) - 1 - (kept is not None)])
    condition = step.slot(flag, t.BOOLEAN) if kept is not None else None
    value = step.slot(column, rows.value.type)
    measure = Measure(column, function, (value,), condition, leaf.type)
    by = ", ".join(known for known, _ in keys) or "in total"
    group = builder.add(Group(builder.name(leaf.target, "by", *(known for known, _ in keys)),
                              f"{leaf.target} {'by ' if keys else ''}{by}", step, keys, (measure,)))  # fmt: skip
    dated = period is not None and frame.grain is not None
    own = frame.grain.name if dated and frame.grain is not None else ""
    type = period.type if period is not None else t.DATE
    return Fact(group, tuple(zip(frame.keys, names, strict=True)), {leaf: column}, own, "", type)


def on_its_days(builder: Builder, terms: Terms) -> list[e.Expression]:
    """The conditions that a version is in force, where only the statement knows the day: else it exists nowhere."""
    if builder.query.as_of is not None:
        return []
    bounds = ((">=", terms.valid_from), ("<", terms.valid_to))
    return [e.Compare(o, builder.today, e.Literal(day, t.DATE)) for o, day in bounds if day is not None]


def key_values(
    builder: Builder, frame: Frame, leaf: TargetValue, rows: TargetRows, joins: tuple[Join, ...]
) -> tuple[dict[Key, e.Expression], tuple[Join, ...]]:
    """The keys of each row; with `--top` those of the slices that stay, all others as one."""
    if rows.narrowed:
        return dict(rows.keys), joins
    found: dict[Key, e.Expression] = {}
    for key in frame.keys:
        if key != OTHER:
            slot = column_for(builder, leaf, key, rows.keys)
            assert slot is not None
            found[key] = slot
    if frame.top is None or OTHER not in frame.keys:
        return found, joins
    taken = {rows.source.alias, *(join.to.alias for join in joins)}
    top = From(frame.top.source.name, free(taken, frame.top.source.name))
    pairs = tuple((found[key], top.slot(column, key.type), True) for key, column in frame.top.keys)
    outside = e.IsMissing(top.slot("stays", t.BOOLEAN))
    for key, _ in frame.top.keys:
        found[key] = e.Choice(((outside, e.Literal(None, key.type)),), found[key], key.type)
    return found | {OTHER: outside}, (*joins, Join(top, "left", pairs))


def over_rows(builder: Builder, leaf: TargetValue, filter: Filter, rows: TargetRows) -> e.Expression:
    """A condition over keys as one over the rows of a target."""
    keys = {key.name: key for key in filter.keys}

    def change(node: e.Expression) -> e.Expression | None:
        if not isinstance(node, e.Member):
            return None
        slot = column_for(builder, leaf, keys[node.name], rows.keys)
        assert slot is not None
        return slot

    return e.transform(filter.condition, change)
