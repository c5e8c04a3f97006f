"""Where every aggregate of a query is taken, seen from its cell.

Operators on metrics (`prior`, `(m where ..)`, `all` ..) act on every aggregate inside them, at any depth of references,
from the outside in. Here they leave the expressions: each aggregate carries its place (which windows it is moved
through, which keys are dropped, what narrows it), and a metric that is taken at another place is a definition of its
own, `revenue prior 1 year`.
"""

from __future__ import annotations

from dataclasses import replace

from attain.model import expression as e
from attain.model import types as t
from attain.model.aggregate import EVERY_KEY, Aggregate, Filter, Key, Nested, Place, TargetValue, length_text
from attain.model.durations import number_of
from attain.model.types import Kind, Type
from attain.plan.builder import Builder

#: The cell itself.
HERE = Place()


def place_outputs(
    builder: Builder, outputs: list[tuple[str, e.Expression]], *, whole_means: bool = False
) -> list[tuple[str, e.Expression]]:
    """Expressions without operators; `builder.definitions` then holds every metric below them, at every place that it
    is taken at. With `whole_means` a mean is never put together from a sum and a count."""
    if not whole_means:
        builder.has_operators = builder.has_operators or uses_operators(builder, [x for _, x in outputs])
    placed = [(name, place(builder, expression, HERE)) for name, expression in outputs]
    place_waiting(builder)
    return placed


def place_waiting(builder: Builder) -> None:
    """Places the definitions of all metrics that are named and not placed yet."""
    while builder.waiting:
        name, at = builder.waiting.pop()
        builder.definitions[builder.placed[name, at]] = place(builder, builder.model.metrics[name].expression, at)


def place(builder: Builder, expression: e.Expression, at: Place) -> e.Expression:
    """An expression at a place: its operators gone, its aggregates and metrics those of the place."""

    def change(node: e.Expression) -> e.Expression | None:
        match node:
            case e.Moved(operand=operand, operator=operator):
                return place(builder, operand, replace(at, windows=(*at.windows, operator)))
            case e.Narrowed(operand=operand, filter=filter):
                return place(builder, operand, replace(at, filters=(*at.filters, filter)))
            case e.Widened(operand=operand, over=over):
                dropped = tuple(dict.fromkeys((*at.dropped, *(over or (EVERY_KEY,)))))
                return place(builder, operand, replace(at, dropped=dropped))
            case e.MetricValue(name=name):
                label = placed_metric(builder, name, at)
                return node if label == name else replace(node, name=label)
            case e.RowMetric(value=value):
                return replace(node, value=place(builder, value, at))
            case e.Parameter(name=name) if name != "today" and at.windows:
                return replace(node, windows=at.windows)
            case e.AggregateValue(aggregate=Aggregate() as aggregate):
                placed = place_aggregate(builder, aggregate, at)
                return (
                    sum_by_count(placed)
                    if builder.has_operators and is_mean(placed)
                    else replace(node, aggregate=placed)
                )
            case e.AggregateValue(aggregate=TargetValue() as target):
                return place_target(builder, target, at)
            case e.AggregateValue(aggregate=Nested() as nested):
                return replace(node, aggregate=place_nested(builder, nested, at))
            case _:
                return None

    return e.transform(expression, change)


def uses_operators(builder: Builder, expressions: list[e.Expression]) -> bool:
    """Whether anything is taken in another window or at an instant, or without keys asked for, at any depth."""
    seen: set[str] = set()
    stack = list(expressions)
    while stack:
        for node in e.walk(stack.pop()):
            if isinstance(node, e.Moved | e.Widened):
                return True
            if isinstance(node, e.MetricValue) and node.name not in seen:
                seen.add(node.name)
                stack.append(builder.model.metrics[node.name].expression)
            elif isinstance(node, e.RowMetric):
                stack.append(node.value)
            elif isinstance(node, e.AggregateValue):
                aggregate = node.aggregate
                if isinstance(aggregate, Aggregate) and aggregate.instant:
                    return True
                stack += [*aggregate.arguments, *([aggregate.where] if aggregate.where is not None else [])]
    return False


def placed_metric(builder: Builder, name: str, at: Place) -> str:
    """The name of a metric's definition at a place."""
    if (name, at) not in builder.placed:
        words = place_words(at)
        label, turn = f"{name} {words}" if words else name, 2
        while words and label in builder.placed.values():
            label, turn = f"{name} {words} {turn}", turn + 1
        builder.placed[name, at] = label
        builder.waiting.append((name, at))
    return builder.placed[name, at]


def place_words(at: Place) -> str:
    """A place in a few words, for names."""
    words = [str(operator) for operator in at.windows]
    words += ["narrowed"] if at.filters else []
    if at.dropped:
        words.append("of all" if EVERY_KEY in at.dropped else f"of all {' '.join(at.dropped)}")
    return " ".join(words)


def place_aggregate(builder: Builder, aggregate: Aggregate, at: Place) -> Aggregate:
    """An aggregate at a place. What narrows the slice is a condition of its rows; rows without a time lie in every
    window, so nothing moves them."""
    arguments = tuple(place(builder, argument, at) for argument in aggregate.arguments)
    own = place(builder, aggregate.where, at) if aggregate.where is not None else None
    narrowing = conditions_over(at.filters, aggregate.table)
    moved = aggregate.axis is not None or aggregate.instant or e.looks_at_window([*arguments, own])
    windows = at.windows if moved else ()
    return replace(
        aggregate, arguments=arguments, where=e.both(*narrowing, own), place=Place(windows, at.dropped),
        text=placed_text(aggregate.text, replace(at, windows=windows)),
    )  # fmt: skip


def placed_text(text: str, at: Place) -> str:
    """How an aggregate is written at a place: `prior(sum(deals.amount), 1 year)`."""
    for narrowing in at.filters:
        text = f"({text} where {narrowing.text})"
    if at.dropped:
        over = "" if EVERY_KEY in at.dropped else f" over {', '.join(at.dropped)}"
        text = f"all({text}{over})"
    for operator in reversed(at.windows):
        length = operator.grain.name if operator.grain else length_text(operator.months, operator.microseconds)
        text = f"{operator.name}({text}{', ' if length else ''}{length})"
    return text


NUMBERS = (Kind.INTEGER, Kind.DECIMAL, Kind.FLOAT)


def is_mean(aggregate: Aggregate) -> bool:
    """Whether an aggregate is the mean of numbers."""
    return aggregate.function == "avg" and aggregate.type == t.FLOAT and aggregate.arguments[0].type.kind in NUMBERS


def sum_by_count(aggregate: Aggregate) -> e.Expression:
    """A mean as a sum by a count: both follow from parts."""
    total = replace(aggregate, function="sum", type=sum_type(aggregate.arguments[0].type))
    count = replace(aggregate, function="count", type=t.INTEGER)
    sums, counts = (e.AggregateValue(part, part.type) for part in (total, count))
    return e.Arithmetic("/", sums, counts, t.FLOAT)


def sum_type(type: Type) -> Type:
    """The type of a sum."""
    return Type(Kind.DECIMAL, 38, type.scale) if type.kind is Kind.DECIMAL else type


def place_nested(builder: Builder, nested: Nested, at: Place) -> Nested:
    """An aggregate over parts at a place. Periods of its own lie in the moved window; members are taken in it, so the
    windows are those of what is inside."""
    inside = HERE if nested.grain is not None else Place(at.windows)
    return replace(
        nested,
        arguments=tuple(place(builder, argument, inside) for argument in nested.arguments),
        where=place(builder, nested.where, inside) if nested.where is not None else None,
        place=replace(at, windows=at.windows if nested.grain is not None else ()),
        text=placed_text(nested.text, at),
    )


def place_target(builder: Builder, target: TargetValue, at: Place) -> e.Expression:
    """A target at a place: its version that is in force on the as-of day, or, where the statement reads that day, what
    each version says on its days."""
    placed = replace(
        target, filters=at.filters, place=Place(at.windows, at.dropped), text=placed_text(target.text, at)
    )  # fmt: skip
    versions = builder.model.targets[target.target].versions
    if builder.query.as_of is not None:
        day = builder.query.as_of
        number = next((i for i, terms in enumerate(versions) if terms.in_force(day)), -1)
        return e.AggregateValue(replace(placed, version=number), target.type)
    if all(terms.valid_from is None and terms.valid_to is None for terms in versions):
        return e.AggregateValue(replace(placed, version=0), target.type)
    whens: list[tuple[e.Expression, e.Expression]] = []
    for number, terms in enumerate(versions):
        bounds = ((">=", terms.valid_from), ("<", terms.valid_to))
        days = [e.Compare(o, builder.today, e.Literal(day, t.DATE)) for o, day in bounds if day is not None]
        whens.append((e.both(*days) or e.TRUE, e.AggregateValue(replace(placed, version=number), target.type)))
    return e.Choice(tuple(whens), None, target.type)


def placed_metric_value(builder: Builder, name: str, at: Place) -> e.Expression:
    """A metric at a place, everything that it builds on placed, too."""
    metric = builder.model.metrics[name]
    placed = place(builder, e.MetricValue(name, metric.type), at)
    place_waiting(builder)
    return number_of(placed, metric.unit)


def filter_over(condition: e.Expression, keys: tuple[Key, ...], table: str) -> e.Expression:
    """A condition over keys as one over the rows of a table."""
    columns = {key.name: key.of(table) for key in keys}
    return e.transform(condition, lambda n: columns[n.name] if isinstance(n, e.Member) else None)


def conditions_over(filters: tuple[Filter, ...], table: str) -> list[e.Expression]:
    """Filters as conditions over the rows of a table."""
    return [filter_over(f.condition, f.keys, table) for f in filters]
