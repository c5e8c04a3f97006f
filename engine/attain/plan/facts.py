"""Facts: each aggregate over its own table's rows, by the keys and the period of the cells. Aggregates over the same
rows are one fact. Nothing here joins two facts, so nothing can be multiplied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from attain.model import expression as e
from attain.model import types as t
from attain.model.aggregate import Aggregate, Key, TargetValue
from attain.model.semantic import Table
from attain.model.types import Kind, Type
from attain.plan.builder import Builder, plain_name
from attain.plan.frame import OTHER, Frame, clock_of, in_window, period_of, period_type
from attain.plan.layers import add_layers, layered
from attain.plan.leaves import Leaf, free, leaves_of, metrics_below
from attain.plan.measures import Slots, measure_of, or_empty, parts_of, rows_step
from attain.plan.places import conditions_over
from attain.plan.rows import RowsOf, references
from attain.plan.steps import From, Group, Join
from attain.plan.stocks import join_stock, stock_columns
from attain.plan.window_days import DAY, by_days, in_windows_by_day, why_by_range
from attain.plan.windows import lies_in, window_bound, windows_step


@dataclass(frozen=True, slots=True)
class Fact:
    """A step with a row for each slice (and period, where `dated`) in which a row of its table lies; `keys` names the
    column of each key, `columns` the one of each aggregate."""

    source: From
    keys: tuple[tuple[Key, str], ...]
    columns: dict[Leaf, str]
    period: str = ""
    table: str = ""
    period_type: Type = t.DATE

    @property
    def dated(self) -> bool:
        """Whether its rows belong to periods."""
        return bool(self.period)


def key_columns(frame: Frame) -> list[str]:
    """The names of the columns for the keys of a frame; the period's name is taken."""
    taken = {frame.grain.name} if frame.grain is not None else set()
    return [free(taken, plain_name(key.name)) for key in frame.keys]


def row_metrics_in(aggregate: Aggregate) -> list[e.RowMetric]:
    """The metrics that an aggregate's condition takes for each row."""
    found: dict[e.RowMetric, None] = {}
    for node in e.walk(aggregate.where) if aggregate.where is not None else ():
        if isinstance(node, e.RowMetric):
            found[node] = None
    return list(found)


def parameters_in(aggregate: Aggregate) -> bool:
    """Whether an aggregate looks at its cell's window."""
    parts = [*aggregate.arguments, *([aggregate.where] if aggregate.where is not None else [])]
    return any(isinstance(n, e.Parameter) and n.name != "today" for part in parts for n in e.walk(part))


def needs_spine(aggregate: Aggregate, frame: Frame) -> bool:
    """Whether the rows of an aggregate are joined to the periods of a frame."""
    if frame.grain is None:
        return False
    return bool(aggregate.instant or aggregate.place.windows) or needs_periods(aggregate, frame)


def needs_periods(aggregate: Aggregate, frame: Frame) -> bool:
    """Whether rows without a time must be taken once for each period: their condition depends on it."""
    if frame.grain is None or aggregate.axis is not None or aggregate.instant:
        return False
    return parameters_in(aggregate) or bool(row_metrics_in(aggregate))


@dataclass(frozen=True, slots=True)
class FactRows:
    """The rows of a fact before they are grouped: a step with a column for the period and each key (`extra`, with
    `names` those of the keys) and for each field that is needed (`slots`); `placed` are the metrics of its rows."""

    source: From
    names: list[str]
    extra: list[tuple[str, e.Expression]]
    slots: Slots
    placed: dict[e.Expression, e.Expression]


def plan_fact(
    builder: Builder, frame: Frame, aggregates: Sequence[tuple[Aggregate, str]], spine: From | None,
    only: e.Expression | None = None,
) -> Fact:  # fmt: skip
    """One fact for aggregates of one table, one time axis (or instant) and the same windows. `spine` is needed where
    `needs_spine` says so. Of `only` the rows that meet it, where other facts say which cells there are."""
    rows = fact_rows(builder, frame, [aggregate for aggregate, _ in aggregates], spine, only)
    first = aggregates[0][0]
    words = words_of(first, builder.model.tables[first.table])
    alone = {x: replace(x, where=None) if only is not None and x.where == only else x for x, _ in aggregates}
    fact = group_fact(builder, frame, [(alone[x], name) for x, name in aggregates], rows, words)
    return replace(fact, columns={x: fact.columns[alone[x]] for x, _ in aggregates})


def fact_rows(
    builder: Builder, frame: Frame, aggregates: Sequence[Aggregate], spine: From | None,
    only: e.Expression | None = None, shown: Sequence[e.Expression] = (),
) -> FactRows:  # fmt: skip
    """The rows of such aggregates that lie in the cells of a frame, with the fields that they need, and those that are
    to be shown."""
    first = aggregates[0]
    table = builder.model.tables[first.table]
    rows = RowsOf(builder, table)
    names = key_columns(frame)
    key_exprs: list[e.Expression] = [key.of(table.name) for key in frame.keys if key != OTHER]
    conditions = [*conditions_over(frame.filters, table.name), *([only] if only is not None else [])]
    metrics = list(dict.fromkeys(m for aggregate in aggregates for m in row_metrics_in(aggregate)))
    parts = [*(part for aggregate in aggregates for part in parts_of(builder, aggregate)), *shown]
    times: list[e.Expression] = [*stock_columns(builder, table)] if first.instant else []
    times += [first.axis.column] if first.axis is not None else []
    row_keys = [e.Column((), key, table.fields[key].type) for key in table.key] if metrics else []
    rows.add([*key_exprs, *conditions, *parts, *row_keys, *times])
    rows.join()
    by_day = not metrics and by_days(builder, frame, first, spine)
    period, where = times_of(builder, frame, rows, first, spine) if not by_day else (None, None)
    where = e.both(where, *(rows.expression(condition) for condition in conditions))
    extra: list[tuple[str, e.Expression]] = []
    if period is not None and frame.grain is not None:
        extra.append((frame.grain.name, period))
    values = key_values(builder, frame, rows)
    extra += [(name, local_key(builder, values[key])) for name, key in zip(names, frame.keys, strict=True)]
    placed: dict[e.Expression, e.Expression] = {}
    if metrics:
        extra += join_row_metrics(builder, frame, rows, metrics, values, period, placed)
    words = words_of(first, table)
    comment = comment_of(builder, frame, first, spine, words, by_day=by_day, only=only is not None)
    if by_day:
        day = day_of_row(builder, frame, rows, first)
        source, slots = rows_step(builder, rows, list(parts), comment, (*extra, day), where)
        assert spine is not None
        source, slots, extra = in_windows_by_day(builder, frame, first, spine, source, slots, extra, day[0])
    else:
        source, slots = rows_step(builder, rows, list(parts), comment, tuple(extra), where)
    source = add_row_metrics(builder, frame, source, extra, slots, metrics, placed, table.name)
    moved = {column: source.slot(slot.name, slot.type) for column, slot in slots.items()}
    return FactRows(source, names, extra, moved, placed)


def comment_of(
    builder: Builder, frame: Frame, aggregate: Aggregate, spine: From | None, words: str, *, by_day: bool, only: bool
) -> str:  # fmt: skip
    """What the rows of a fact are, how they are joined to windows or instants, and why."""
    table = builder.model.tables[aggregate.table]
    comment = f"rows of {table.name}" + (f" by {words}" if words else "")
    if aggregate.instant and frame.grain is not None and table.lifespan is not None:
        return f"{comment}; joined by a range to every instant that they are there at"
    if by_day or frame.grain is None or aggregate.axis is None or not aggregate.place.windows:
        return comment + (", those that its condition asks for" if only else "")
    comment = f"rows of {table.name} in every window that they lie in, as what is asked does not follow from parts"
    return f"{comment}; joined by a range, since {why_by_range(builder, frame, aggregate, spine)}"


def words_of(aggregate: Aggregate, table: Table) -> str:
    """What sets a fact apart from others of its table, in a few words: another axis, an instant, its windows."""
    axis = aggregate.axis.column.name if aggregate.axis is not None else ""
    instant = f"as of {aggregate.instant}" if aggregate.instant else ""
    windows = " ".join(map(str, aggregate.place.windows))
    return " ".join(word for word in (axis if axis != table.time else "", instant, windows) if word)


def times_of(
    builder: Builder, frame: Frame, rows: RowsOf, aggregate: Aggregate, spine: From | None
) -> tuple[e.Expression | None, e.Expression | None]:
    """The period that a row lies in (in each of which it lies, where periods are joined), and the condition that it
    lies in a window at all."""
    if aggregate.instant:
        return join_stock(builder, frame, rows, aggregate, spine)
    axis = aggregate.axis
    if axis is None:
        if frame.grain is None or spine is None:
            return None, None
        rows.joins.append(Join(spine, "cross"))
        return spine.slot(frame.grain.name, period_type(frame.grain, builder.model.calendar)), None
    clock = clock_of(axis, builder.model.calendar, rows.expression(axis.column))
    if not aggregate.place.windows or not frame.has_window:
        return period_of(frame, builder.model.calendar, clock), in_window(frame, axis, clock, builder.today)
    windows, window = windows_step(builder, frame, spine, aggregate.place.windows)
    rows.joins.append(Join(windows, "inner", (), lies_in(clock, window, ahead=axis.ahead)))
    if frame.grain is None:
        return None, None
    return windows.slot(frame.grain.name, period_type(frame.grain, builder.model.calendar)), None


def day_of_row(builder: Builder, frame: Frame, rows: RowsOf, aggregate: Aggregate) -> tuple[str, e.Expression]:
    """The day of each row by an aggregate's time axis, and a name for its column."""
    assert aggregate.axis is not None
    clock = clock_of(aggregate.axis, builder.model.calendar, rows.expression(aggregate.axis.column))
    taken = {*key_columns(frame), *([frame.grain.name] if frame.grain is not None else [])}
    return free(taken, "row_day"), e.Truncate(clock, DAY, t.DATE)


def key_values(builder: Builder, frame: Frame, rows: RowsOf) -> dict[Key, e.Expression]:
    """The keys of each row. With `--top`, those of the slices that stay; of all others they are missing, and `OTHER`
    is true."""
    found = {key: rows.expression(key.of(rows.table.name)) for key in frame.keys if key != OTHER}
    if frame.top is None or OTHER not in frame.keys:
        return found
    taken = {j.to.alias for j in rows.joins} | {rows.source.alias}
    top = From(frame.top.source.name, free(taken, frame.top.source.name))
    pairs = tuple((local_key(builder, found[k]), top.slot(column, k.type), True) for k, column in frame.top.keys)
    rows.joins.append(Join(top, "left", pairs))
    outside = e.IsMissing(top.slot("stays", t.BOOLEAN))
    for key, _ in frame.top.keys:
        found[key] = e.Choice(((outside, e.Literal(None, key.type)),), local_key(builder, found[key]), key.type)
    return found | {OTHER: outside}


def local_key(builder: Builder, expression: e.Expression) -> e.Expression:
    """Keys that are points in time are shown by the calendar's clock."""
    if expression.type.kind is not Kind.INSTANT:
        return expression
    zone = builder.model.calendar.timezone
    return e.Localize(expression, "", zone, Type(Kind.TIMESTAMP, zone=zone))


def group_fact(
    builder: Builder, frame: Frame, aggregates: Sequence[tuple[Aggregate, str]], rows: FactRows, words: str
) -> Fact:
    """The rows of a fact, grouped."""
    table = aggregates[0][0].table
    source, names = rows.source, rows.names
    extra_types = {name: expression.type for name, expression in rows.extra}
    period = frame.grain.name if frame.grain is not None and frame.grain.name in extra_types else ""
    grouped = [(name, source.slot(name, extra_types[name])) for name in ([period] if period else []) + names]
    taken = {name for name, _ in grouped}
    columns: dict[Leaf, str] = {}
    measures = []
    for aggregate, wanted in aggregates:
        name = free(taken, wanted)
        columns[aggregate] = name
        plain = put(aggregate, rows.placed, frame, source, builder, period, extra_types)
        measures.append(measure_of(builder, plain, name, rows.slots))
    by = [*([period] if period else []), *names]
    where = "_by_" + "_".join(by) if by else "_total"
    comment = f"{table} by {', '.join(by)}" if by else f"{table} in total"
    step = Group(builder.name(table, words, where.strip("_")), comment, source, tuple(grouped), tuple(measures))
    keys = tuple(zip(frame.keys, names, strict=True))
    type = extra_types[period] if period else t.DATE
    return Fact(builder.add(step), keys, columns, period, table, type)


def put(
    aggregate: Aggregate, placed: dict[e.Expression, e.Expression], frame: Frame, source: From, builder: Builder,
    period: str, types: dict[str, Type],
) -> Aggregate:  # fmt: skip
    """The aggregate with metrics of rows and the window's ends replaced by columns."""

    def change(node: e.Expression) -> e.Expression | None:
        if node in placed:
            found = placed[node]
            return source.slot(found.name, found.type) if isinstance(found, e.Slot) else found
        if isinstance(node, e.Parameter) and node.name != "today":
            slot = source.slot(period, types[period]) if period else None
            return window_bound(builder, frame, node, slot)
        return None

    return replace(
        aggregate,
        arguments=tuple(e.transform(argument, change) for argument in aggregate.arguments),
        where=e.transform(aggregate.where, change) if aggregate.where is not None else None,
    )


# -- metrics in row conditions ---------------------------------------------------------------------------------------
def join_row_metrics(
    builder: Builder, frame: Frame, rows: RowsOf, metrics: list[e.RowMetric], outer: dict[Key, e.Expression],
    period: e.Expression | None, placed: dict[e.Expression, e.Expression],
) -> list[tuple[str, e.Expression]]:  # fmt: skip
    """Joins to each row the aggregates of the metrics in its condition, in the cell narrowed to the row. Gives their
    columns; `placed` holds each aggregate's expression over the step that is built of them."""
    from attain.plan.cells import has_periods, plan_facts, wider_facts

    table = rows.table
    builder.verify(table.name)
    extra: list[tuple[str, e.Expression]] = []
    taken: set[str] = set()
    for chains in dict.fromkeys(metric.chains for metric in metrics):
        group = [metric for metric in metrics if metric.chains == chains]
        keys = row_keys_of(builder, table.name, dict(chains))
        inner = frame.cut_by(keys)
        leaves = leaves_of(
            builder,
            [(metric.value.name if isinstance(metric.value, e.MetricValue) else "m", metric.value) for metric in group],
        )
        slices = slices_of_rows(builder, inner, keys, table) if has_periods(leaves) else None
        inner = replace(inner, slices=slices)
        facts = plan_facts(builder, inner, leaves, "none")
        for fact in [*facts, *wider_facts(builder, inner, leaves, facts, slices)]:
            alias = From(
                fact.source.name, free({j.to.alias for j in rows.joins} | {rows.source.alias}, fact.source.name)
            )
            on: list[tuple[e.Expression, e.Expression, bool]] = []
            values = outer | dict(zip(keys, (rows.field((), key) for key in table.key), strict=True))
            for key, column in fact.keys:
                on.append((local_key(builder, values[key]), alias.slot(column, key.type), not key.is_row))
            if fact.dated:
                assert period is not None
                on.append((period, alias.slot(fact.period, period.type), False))
            rows.joins.append(Join(alias, "left" if on else "cross", tuple(on)))
            for leaf, column in fact.columns.items():
                name = free(taken, f"row_{column}")
                extra.append((name, or_empty(leaf.function, alias.slot(column, leaf.type))))
                placed[e.AggregateValue(leaf, leaf.type)] = e.Slot("", name, leaf.type)
    return extra


def slices_of_rows(builder: Builder, frame: Frame, keys: tuple[Key, ...], table: Table) -> From:
    """The slices that the rows of a table are: each of them has a metric of its own, also where nothing occurs."""
    rows = RowsOf(builder, table)
    own = [e.Column((), name, table.fields[name].type) for name in table.key]
    rows.add([*(key.of(table.name) for key in frame.keys if key not in keys and key != OTHER), *own])
    rows.join()
    values = key_values(builder, replace(frame, keys=tuple(key for key in frame.keys if key not in keys)), rows)
    values |= dict(zip(keys, (rows.expression(column) for column in own), strict=True))
    columns = [(n, local_key(builder, values[k])) for n, k in zip(key_columns(frame), frame.keys, strict=True)]
    there = e.both(*(e.Not(e.IsMissing(rows.expression(column))) for column in own))
    return rows_step(builder, rows, [], f"every row of {table.name}", tuple(columns), there)[0]


def row_keys_of(builder: Builder, table: str, chains: dict[str, tuple[str, ...]]) -> tuple[Key, ...]:
    """The key of a row, as the rows of other tables reach it."""
    target = builder.model.tables[table]
    found = {child: references(builder, child, chain, target) for child, chain in chains.items()}
    return tuple(
        Key(
            f"row of {table}.{name}",
            target.fields[name].type,
            tuple((child, c[i]) for child, c in found.items()),
            is_row=True,
        )
        for i, name in enumerate(target.key)
    )


def add_row_metrics(
    builder: Builder, frame: Frame, source: From, extra: list[tuple[str, e.Expression]],
    slots: dict[e.Column, e.Slot], metrics: list[e.RowMetric], placed: dict[e.Expression, e.Expression], table: str,
) -> From:  # fmt: skip
    """Computes each metric of a row from the aggregates joined to it, in layers above the rows."""
    if not metrics:
        return source
    from attain.plan.targets import target_in_cell

    inner = frame.cut_by(row_keys_of(builder, table, dict(metrics[0].chains)))
    wanted = {f"{metric.value.name}": metric for metric in metrics if isinstance(metric.value, e.MetricValue)}
    below = metrics_below(builder.definitions, [metric.value for metric in metrics])
    definitions = {name: builder.definitions[name] for name in below}
    kept = {name: x.type for name, x in extra} | {slot.name: slot.type for slot in slots.values()}
    period = frame.grain.name if frame.grain is not None else ""

    def place(node: e.Expression, here: From) -> e.Expression | None:
        if isinstance(node, e.AggregateValue):
            found = placed.get(node)
            assert found is None or isinstance(found, e.Slot)
            column = here.slot(found.name, found.type) if found is not None else None
            if isinstance(node.aggregate, TargetValue):
                slot = here.slot(period, kept[period]) if period in kept else None
                return target_in_cell(builder, inner, node.aggregate, column, slot)
            return column
        if isinstance(node, e.Parameter) and node.name != "today":
            slot = here.slot(period, kept[period]) if period in kept else None
            return window_bound(builder, frame, node, slot)
        return None

    layers = layered(definitions, wanted)
    source, found = add_layers(
        builder, source, kept, layers, place, f"{table}_metrics", f"metrics of each row of {table}", wanted
    )
    for name, metric in wanted.items():
        placed[metric] = e.Slot("", found[name].name, found[name].type)
    return source
