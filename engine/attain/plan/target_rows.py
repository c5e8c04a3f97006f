"""The values of a target as rows: one for each of its periods and members, from the first day of the period to the
first day after it. Written down, from a table, or as the metric was before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from attain.model import expression as e
from attain.model import types as t
from attain.model.aggregate import Key, Place, TargetValue, WindowOperator
from attain.model.calendar import Grain
from attain.model.target import TargetSource, Terms
from attain.model.types import Kind, Type
from attain.plan.builder import Builder
from attain.plan.calendars import table_spine
from attain.plan.frame import Frame, next_period_expression
from attain.plan.leaves import free, leaves_of
from attain.plan.places import placed_metric_value
from attain.plan.rows import RowsOf
from attain.plan.steps import From, Group, Inline, Join, Measure, Rows, Spine
from attain.plan.windows import windows_step

DAY = Grain("day", "day")


@dataclass(frozen=True, slots=True)
class TargetRows:
    """A step with a row for each period and member of a target. `narrowed` says whether the filters of the frame and
    of the target's place are in force in it already."""

    source: From
    first: e.Slot
    after: e.Slot
    keys: tuple[tuple[Key, e.Slot], ...]
    value: e.Slot
    narrowed: bool = False

    def over(self, source: From) -> TargetRows:
        """The same columns of another step."""

        def at(slot: e.Slot) -> e.Slot:
            return replace(slot, source=source.alias)

        keys = tuple((key, at(slot)) for key, slot in self.keys)
        return replace(self, source=source, first=at(self.first), after=at(self.after), keys=keys, value=at(self.value))


def rows_of_target(builder: Builder, frame: Frame, leaf: TargetValue, terms: Terms) -> TargetRows:
    """The values of a target, each once: those that are written down or stand in a table are the same in all cells of
    a query, those of growth are of the cells' own slices."""
    own: object = frame if terms.kind in ("growth", "value") else ()
    windows = (leaf.place.windows, leaf.filters) if terms.kind in ("growth", "value") else ()
    memo = ("rows of target", leaf.target, leaf.version, own, windows)
    if memo not in builder.memo:
        builder.memo[memo] = build_rows(builder, frame, leaf, terms)
    return builder.memo[memo]  # type: ignore[return-value]


def build_rows(builder: Builder, frame: Frame, leaf: TargetValue, terms: Terms) -> TargetRows:
    """The work of `rows_of_target`."""
    if terms.kind == "values":
        return written_rows(builder, leaf, terms)
    if terms.kind == "source":
        return table_rows(builder, leaf, terms)
    if terms.kind == "value":
        return repeated_rows(builder, frame, leaf, terms)
    return growth_rows(builder, frame, leaf, terms)


def member_names(keys: Sequence[Key]) -> list[str]:
    """The names of the columns for members."""
    from attain.plan.builder import plain_name

    taken = {"first_day", "day_after", "target_value"}
    return [free(taken, plain_name(key.name)) for key in keys]


def columns_of(source: From, keys: Sequence[Key], names: Sequence[str], type: Type) -> TargetRows:
    """The rows of a step with the usual columns."""
    slots = tuple((key, source.slot(name, key.type)) for key, name in zip(keys, names, strict=True))
    first, after = source.slot("first_day", t.DATE), source.slot("day_after", t.DATE)
    return TargetRows(source, first, after, slots, source.slot("target_value", type))


# -- written down ------------------------------------------------------------------------------------------------------
def written_rows(builder: Builder, leaf: TargetValue, terms: Terms) -> TargetRows:
    """Values that the definitions hold."""
    keys = terms.by or ()
    names = member_names(keys)
    listed = [("first_day", t.DATE), ("day_after", t.DATE), *zip(names, (key.type for key in keys), strict=True)]
    columns = (*listed, ("target_value", terms.type))
    rows = tuple(
        (e.Literal(row.start, t.DATE), e.Literal(row.end, t.DATE), *row.members, e.Literal(row.value, terms.type))
        for row in terms.rows
    )
    empty = (tuple(e.Literal(None, type) for _, type in columns),)
    step = Inline(builder.name(leaf.target), f"the values of {leaf.target}", columns, rows or empty)
    found = columns_of(builder.add(step), keys, names, terms.type)
    return with_ends(builder, leaf, terms, found) if terms.grain is not None and terms.grain.table else found


def with_ends(builder: Builder, leaf: TargetValue, terms: Terms, found: TargetRows) -> TargetRows:
    """Of a calendar table, which alone knows where its periods end, the values with these ends."""
    assert terms.grain is not None
    after = next_period_expression(found.first, terms.grain)
    columns = [("first_day", found.first), ("day_after", after), *((slot.name, slot) for _, slot in found.keys)]
    columns.append(("target_value", found.value))
    name = builder.name(leaf.target, "periods")
    words = f"the values of {leaf.target}, to their ends"
    return found.over(builder.add(Rows(name, words, found.source, tuple(columns))))


# -- from a table ------------------------------------------------------------------------------------------------------
def table_rows(builder: Builder, leaf: TargetValue, terms: Terms) -> TargetRows:
    """Values that stand in a table: those of one period and member together."""
    source, grain = terms.source, terms.grain
    assert source is not None and grain is not None
    keys = terms.by or ()
    names = member_names(keys)
    rows = RowsOf(builder, builder.model.tables[source.table])
    value = share_of(source)
    rows.add([source.period, value, *source.members])
    rows.join()
    first = e.Truncate(rows.expression(source.period), grain, t.DATE)
    needed = (rows.expression(source.period), rows.expression(source.value))
    there = e.both(*(e.Not(e.IsMissing(x)) for x in needed))
    columns: list[tuple[str, e.Expression]] = [("first_day", first)]
    for key, name, member in zip(keys, names, source.members, strict=True):
        columns.append((name, in_type(rows.expression(member), key.type)))
    columns.append(("target_value", in_type(rows.expression(value), terms.type)))
    name = builder.name(leaf.target, "rows")
    step = builder.add(Rows(name, f"rows of {source.table} as values of {leaf.target}", rows.source, tuple(columns),
                            tuple(rows.joins), there))  # fmt: skip
    return together(builder, leaf, terms, step, names)


def together(builder: Builder, leaf: TargetValue, terms: Terms, step: From, names: list[str]) -> TargetRows:
    """The rows of one period and member as one: added up, or, of what does not add up, the one value that they have."""
    keys, grain = terms.by or (), terms.grain
    assert grain is not None
    first, value = step.slot("first_day", t.DATE), step.slot("target_value", terms.type)
    grouped = [("first_day", first), *((n, step.slot(n, key.type)) for n, key in zip(names, keys, strict=True))]
    adds_up = builder.model.targets[leaf.target].adds_up
    functions = [("target_value", "total")] if adds_up else [("least_value", "min"), ("most_value", "max")]
    measures = tuple(Measure(name, function, (value,), None, terms.type) for name, function in functions)
    words = f"the values of {leaf.target}, one for each period" + (" and member" if keys else "")
    known = e.Not(e.IsMissing(first))
    group = builder.add(Group(builder.name(leaf.target, "by_period"), words, step, tuple(grouped), measures, known))
    began = group.slot("first_day", t.DATE)
    figure: e.Expression = group.slot("target_value", terms.type)
    if not adds_up:
        least, most = group.slot("least_value", terms.type), group.slot("most_value", terms.type)
        figure = e.Choice(((e.Compare("=", least, most), least),), None, terms.type)
    columns = [("first_day", began), ("day_after", next_period_expression(began, grain))]
    columns += [(n, group.slot(n, key.type)) for n, key in zip(names, keys, strict=True)]
    columns.append(("target_value", figure))
    source = builder.add(Rows(builder.name(leaf.target), f"from when to when each value of {leaf.target} is", group,
                              tuple(columns)))  # fmt: skip
    return columns_of(source, keys, names, terms.type)


def in_type(expression: e.Expression, type: Type) -> e.Expression:
    """A value in a type; as it is where it is of that kind."""
    same = expression.type.kind is type.kind and (type.kind is not Kind.DECIMAL or expression.type == type)
    return expression if same else e.Apply("cast", (expression,), type)


def share_of(source: TargetSource) -> e.Expression:
    """The value of a row, or in somebody's first months the share of it that holds then."""
    if source.since is None:
        return source.value
    day, month = source.period, Grain("month", "month")
    gone = months_between(e.Truncate(source.since, month, t.DATE), e.Truncate(day, month, t.DATE))
    whens: list[tuple[e.Expression, e.Expression]] = []
    for number, share in enumerate(source.shares):
        part = e.Arithmetic("*", source.value, e.Literal(share, t.FLOAT), source.value.type)
        exact = Type(Kind.DECIMAL, 38, 6)
        part = replace(part, right=e.Literal(share, exact), type=exact if source.value.type.is_exact else t.FLOAT)
        whens.append((e.Compare("<=", gone, e.Literal(Fraction(number), t.INTEGER)), part))
    nobody = (e.IsMissing(source.since), source.value)
    return e.Choice((nobody, *whens), source.value, whens[0][1].type if whens else source.value.type)


def months_between(first: e.Expression, last: e.Expression) -> e.Expression:
    """How many months lie between two first days of months."""

    def number(day: e.Expression) -> e.Expression:
        years = e.Arithmetic("*", e.Apply("year", (day,), t.INTEGER), e.Literal(Fraction(12), t.INTEGER), t.INTEGER)
        return e.Arithmetic("+", years, e.Apply("month", (day,), t.INTEGER), t.INTEGER)

    return e.Arithmetic("-", number(last), number(first), t.INTEGER)


# -- in every period ---------------------------------------------------------------------------------------------------
def target_periods(builder: Builder, frame: Frame, leaf: TargetValue, grain: Grain) -> From:
    """Every period of a target that touches a window of the cells; where these have no beginning or no end, those from
    the first or up to the last period in which something occurs for the metric."""
    memo = ("target periods", replace(frame, keys=(), top=None, slices=None), leaf.place.windows, leaf.metric, grain)
    if memo not in builder.memo:
        builder.memo[memo] = build_periods(builder, frame, leaf, grain)
    return builder.memo[memo]  # type: ignore[return-value]


def build_periods(builder: Builder, frame: Frame, leaf: TargetValue, grain: Grain) -> From:
    """The work of `target_periods`."""
    ends, begins, finish = ends_of_cells(builder, frame, leaf, grain)
    if grain.table:
        return table_spine(builder, grain, begins, finish, ends, None)
    words = f"every {grain.name.replace('_', ' ')} of {leaf.target} that the cells touch"
    step = Spine(builder.name(leaf.target, f"{grain.name}s"), words, grain, grain.name, t.DATE,
                 e.Truncate(begins, grain, t.DATE), finish, ends)  # fmt: skip
    return builder.add(step)


def ends_of_cells(builder: Builder, frame: Frame, leaf: TargetValue, grain: Grain) -> tuple[From, e.Slot, e.Slot]:
    """A step with the first and the last day of all windows of the cells."""
    from attain.plan.ranges import bounds_of, dated, spine_of
    from attain.plan.spines import last_of

    spine = spine_of(builder, frame) if frame.grain is not None else None
    windows, window = windows_step(builder, frame, spine, leaf.place.windows)
    limits = [("range_start", "min", window.start), ("range_end", "max", window.end)]
    measures = tuple(Measure(n, f, (x,), None, x.type) for n, f, x in limits if x is not None)
    words = "from the first window to the last"
    source = builder.add(Group(builder.name(leaf.target, "range"), words, windows, (), measures)) if measures else None
    bounds: From | None = None
    if len(measures) < 2:
        inner = replace(frame, keys=(), grain=grain, start=None, end=None, periods=None, top=None)
        bounds = bounds_of(builder, grain, dated(builder, inner, {leaf: "target"}), t.DATE)
    first: e.Expression
    last: e.Expression
    if window.start is not None and source is not None:
        first = source.slot("range_start", window.start.type)
    else:
        assert bounds is not None
        first = bounds.slot("first_period", t.DATE)
    if window.end is not None and source is not None:
        last = last_of(source.slot("range_end", window.end.type), DAY)
    else:
        assert bounds is not None
        last = bounds.slot("last_period", t.DATE)
    used = source or bounds
    assert used is not None
    joins = (Join(bounds, "cross"),) if bounds is not None and source is not None else ()
    columns = (("first_time", day_of(first)), ("last_time", day_of(last)))
    ends = builder.add(Rows(builder.name(leaf.target, "range_of", grain.name), "the first and the last day", used,
                            columns, joins))  # fmt: skip
    return ends, ends.slot("first_time", t.DATE), ends.slot("last_time", t.DATE)


def day_of(time: e.Expression) -> e.Expression:
    """The day of a time."""
    return time if time.type == t.DATE else e.Truncate(time, DAY, t.DATE)


def repeated_rows(builder: Builder, frame: Frame, leaf: TargetValue, terms: Terms) -> TargetRows:
    """One value for every period."""
    grain = terms.grain
    assert grain is not None
    periods = target_periods(builder, frame, leaf, grain)
    first = periods.slot(grain.name, t.DATE)
    columns = (("first_day", first), ("day_after", next_period_expression(first, grain)),
               ("target_value", e.Apply("cast", (e.Literal(terms.value, terms.type),), terms.type)))  # fmt: skip
    words = f"the value of {leaf.target} in every {grain.name.replace('_', ' ')}"
    return columns_of(builder.add(Rows(builder.name(leaf.target), words, periods, columns)), (), (), terms.type)


def growth_rows(builder: Builder, frame: Frame, leaf: TargetValue, terms: Terms) -> TargetRows:
    """What the metric was in the whole period before, in the slices of the cells, and a share on top of it."""
    from attain.plan.cells import plan_cells, values_over

    grain, before = terms.grain, terms.before
    assert grain is not None and before is not None and terms.value is not None
    if not frame.has_window:
        return grown_in_all(builder, frame, leaf, terms)
    periods = target_periods(builder, frame, leaf, grain)
    inner = replace(frame, grain=grain, start=None, end=None, periods=periods, asked=None, slices=None)
    back = WindowOperator("before", before.months, before.microseconds)
    value = placed_metric_value(builder, leaf.metric, Place((back,), (), leaf.filters))
    outputs = [(f"{leaf.metric} before", value)]
    cells = plan_cells(builder, inner, leaves_of(builder, outputs), fill=False)
    words = f"{leaf.metric} a length of {str(back).removeprefix('before ')} before each {grain.name.replace('_', ' ')}"
    source, slots = values_over(builder, inner, cells, outputs, f"{leaf.target}_before", words)
    names = member_names(frame.keys)
    first = source.slot(cells.period, t.DATE)
    members = [source.slot(column, key.type) for key, column in cells.keys]
    figure = e.Arithmetic("*", slots[outputs[0][0]], e.Literal(1 + terms.value, factor_type(terms)), terms.type)
    columns = (("first_day", first), ("day_after", next_period_expression(first, grain)),
               *zip(names, members, strict=True), ("target_value", figure))  # fmt: skip
    step = Rows(builder.name(leaf.target), f"the values of {leaf.target}: that, and what is to come on top", source,
                columns)  # fmt: skip
    return replace(columns_of(builder.add(step), frame.keys, names, terms.type), narrowed=True)


def grown_in_all(builder: Builder, frame: Frame, leaf: TargetValue, terms: Terms) -> TargetRows:
    """What the metric is over all time, and a share on top of it: there is no window that could be moved."""
    from attain.plan.cells import plan_cells, values_over

    assert terms.value is not None
    outputs = [(leaf.metric, placed_metric_value(builder, leaf.metric, Place((), (), leaf.filters)))]
    cells = plan_cells(builder, frame, leaves_of(builder, outputs), fill=False)
    source, slots = values_over(builder, frame, cells, outputs, f"{leaf.target}_base", f"{leaf.metric} over all time")
    names = member_names(frame.keys)
    figure = e.Arithmetic("*", slots[leaf.metric], e.Literal(1 + terms.value, factor_type(terms)), terms.type)
    members = [source.slot(column, key.type) for key, column in cells.keys]
    nowhere = e.Literal(None, t.DATE)
    columns: list[tuple[str, e.Expression]] = [("first_day", nowhere), ("day_after", nowhere)]
    columns += [*zip(names, members, strict=True), ("target_value", figure)]
    words = f"the value of {leaf.target}: that, and what is to come on top"
    step = builder.add(Rows(builder.name(leaf.target), words, source, tuple(columns)))
    return replace(columns_of(step, frame.keys, names, terms.type), narrowed=True)


def factor_type(terms: Terms) -> Type:
    """The type of the factor that a growth is: exact where the values are."""
    return t.FLOAT if terms.type.kind is Kind.FLOAT else Type(Kind.DECIMAL, 38, terms.type.scale)
