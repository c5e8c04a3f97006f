"""Aggregates in a normal form: over the rows of a table, over parts of a cell, and the targets of metrics; and in which
cells something occurs for them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from attain.compare import algebra, logic
from attain.compare.algebra import Terms
from attain.compare.form import Form, form
from attain.compare.logic import Truth
from attain.compare.scope import HERE, Scope
from attain.compare.values import MISSING, is_missing, number_of, tables_inside, value_form
from attain.model import expression as e
from attain.model.aggregate import Aggregate, Axis, Filter, Key, Nested, Place, TargetValue, WindowOperator

if TYPE_CHECKING:
    from attain.compare.normal import Normal

#: Aggregates that pass over missing values, so that a condition on their argument is one on their rows.
PASSES_OVER = (
    "sum", "avg", "min", "max", "median", "percentile", "count", "count_distinct", "approx_count_distinct", "stddev",
    "variance",
)  # fmt: skip


class Aggregates:
    """Normal forms of the aggregates of one model; `of` are those of what they are made of."""

    def __init__(self, of: Normal) -> None:
        self.of = of

    def aggregate(self, aggregate: Aggregate, at: Place) -> Form | Terms:
        """An aggregate over rows, at a place."""
        scope = Scope(aggregate.table, (), replace(HERE, windows=at.windows))
        where, arguments = self.rows_of(aggregate, at)
        place = self.place(replace(at, windows=self.moved(aggregate, at)), ())
        rest = (
            self.of.table(aggregate.table), self.axis(aggregate.axis, scope), aggregate.instant, share_of(aggregate),
            place, self.of.value(aggregate.order, scope) if aggregate.order is not None else (),
        )  # fmt: skip

        def made(function: str, inside: tuple[Form, ...], rows: Truth = where) -> Form:
            return form("aggregate", function, inside, logic.form_of(rows), *rest)

        def counted(argument: Form | Terms) -> Terms:
            there = logic.negation(is_missing(argument))
            return algebra.unknown(made("count_rows", (), logic.conjunction([where, there])))

        if aggregate.function == "sum" and aggregate.type.is_number:
            return self.sum_of(arguments[0], made)
        if aggregate.function == "avg" and aggregate.arguments[0].type.is_number:
            inverted = algebra.inverse(counted(arguments[0]))
            assert inverted is not None
            return algebra.times(number_of(self.sum_of(arguments[0], made)), inverted)
        if aggregate.function == "count":
            return counted(arguments[0])
        function = "percentile" if aggregate.function == "median" else aggregate.function
        return algebra.unknown(made(function, tuple(map(value_form, arguments))))

    def sum_of(self, argument: Form | Terms, made: object) -> Terms:
        """A sum, without a constant factor of what is added up."""
        assert callable(made)
        if isinstance(argument, Form) or len(argument) != 1:
            return algebra.unknown(made("sum", (value_form(argument),)))
        ((product, factor),) = argument.items()
        if not factor:
            return algebra.unknown(made("sum", (value_form(argument),)))
        if not product:
            return algebra.scaled(algebra.unknown(made("count_rows", ())), factor)
        inside = algebra.number_form({product: Fraction(1)})
        return algebra.scaled(algebra.unknown(made("sum", (inside,))), factor)

    def rows_of(self, aggregate: Aggregate, at: Place) -> tuple[Truth, list[Form | Terms]]:
        """The condition of an aggregate's rows, what narrows the slice in it, and its arguments."""
        scope = Scope(aggregate.table, (), replace(HERE, windows=at.windows))
        conditions = [self.filter(narrowing, aggregate.table) for narrowing in at.filters]
        if aggregate.where is not None:
            conditions.append(self.of.truth(aggregate.where, scope))
        if aggregate.function in PASSES_OVER and len(aggregate.arguments) == 1:
            value, condition = self.kept(aggregate.function, aggregate.arguments[0], scope)
            return logic.conjunction([*conditions, condition]), [value]
        return logic.conjunction(conditions), [self.of.found(argument, scope) for argument in aggregate.arguments]

    def kept(self, function: str, argument: e.Expression, scope: Scope) -> tuple[Form | Terms, Truth]:
        """What is aggregated, and of which rows: a `case` with one value that is not missing (of a sum: nor zero) is a
        condition on the rows."""
        if isinstance(argument, e.Column) and (own := self.of.derived(argument, scope)) is not None:
            return self.kept(function, *own)
        if not isinstance(argument, e.Choice):
            return self.of.found(argument, scope), logic.ALWAYS
        cases = self.of.cases(argument, scope)
        zero = [MISSING, algebra.number_form(algebra.constant(Fraction(0)))]
        nothing = zero if function == "sum" else zero[:1]
        some = [(value, condition) for value, condition in cases if value_form(value) not in nothing]
        return some[0] if len(some) == 1 else (self.of.choice(argument, scope), logic.ALWAYS)

    def filter(self, narrowing: Filter, table: str) -> Truth:
        """A condition over dimensions as one over the rows of a table."""
        columns = {key.name: key.of(table) for key in narrowing.keys}
        over_rows = e.transform(narrowing.condition, lambda n: columns[n.name] if isinstance(n, e.Member) else None)
        return self.of.truth(over_rows, Scope(table))

    def axis(self, axis: Axis | None, scope: Scope) -> Form:
        """The time by which rows lie in windows."""
        if axis is None:
            return form("no axis")
        return form("axis", self.of.value(axis.column, Scope(scope.table)), axis.zone, axis.ahead)

    def moved(self, aggregate: Aggregate, at: Place) -> tuple[WindowOperator, ...]:
        """The windows that an aggregate's rows are moved by: none where they lie in every window anyway."""
        looks = e.looks_at_window([*aggregate.arguments, aggregate.where])
        return at.windows if aggregate.axis is not None or aggregate.instant or looks else ()

    def place(self, at: Place, filters: tuple[Form, ...]) -> Form:
        """Where an aggregate is taken. The names of dropped dimensions are those of the query."""
        dropped = {self.of.cuts.get(name, name) for name in at.dropped}
        return form("place", at.windows, tuple(sorted(dropped)), tuple(sorted(filters)))

    def nested(self, nested: Nested, at: Place) -> Form | Terms:
        """An aggregate over parts of the cell."""
        inside = Scope(place=HERE if nested.grain is not None else Place(at.windows))
        tables = tables_inside(
            self.of.model, [*nested.arguments, *([nested.where] if nested.where is not None else [])]
        )
        keys = frozenset(self.key(key, tables) for key in nested.keys)
        filters = tuple(
            form("among", self.of.table(table), logic.form_of(self.filter(narrowing, table)))
            for narrowing in at.filters for table in sorted(tables)
            if all(table in dict(key.columns) for key in narrowing.keys)
        )  # fmt: skip
        windows = at.windows if nested.grain is not None else ()
        where = logic.form_of(self.of.truth(nested.where, inside)) if nested.where is not None else ()
        arguments = tuple(self.of.value(argument, inside) for argument in nested.arguments)
        return algebra.unknown(form(
            "per", "percentile" if nested.function == "median" else nested.function, arguments, where, keys,
            nested.grain, share_of(nested),
            self.place(Place(windows, at.dropped), filters), self.of.occurs_in(nested, at),
        ))  # fmt: skip

    def key(self, key: Key, tables: set[str]) -> Form:
        """What cells are cut by, as the tables that take part see it."""
        if not self.of.deep:
            return form("key", key.name)
        own = tuple(
            (self.of.table(table), self.of.value(column, Scope(table)))
            for table, column in sorted(key.columns, key=lambda pair: pair[0]) if table in tables
        )  # fmt: skip
        return form("key", tuple(sorted(own)), key.is_row)

    def target(self, value: TargetValue, at: Place) -> Form | Terms:
        """The target of a metric in the cell."""
        if not self.of.deep:
            texts = tuple(logic.form_of(self.of.truth(narrowing.condition, Scope())) for narrowing in at.filters)
            return algebra.unknown(form("target", value.target, self.place(at, texts)))
        target, world = self.of.model.targets[value.target], self.of.world
        filters = tuple(form(narrowing.condition, [*map(world.key, narrowing.keys)]) for narrowing in at.filters)
        metric = self.of.value(e.MetricValue(target.metric, value.type), Scope())
        return algebra.unknown(form("target", world.target(target, bands=False), metric, self.place(at, filters)))


def share_of(aggregate: Aggregate | Nested) -> Fraction | None:
    """The share of a percentile; the median is the one of a half."""
    return Fraction(1, 2) if aggregate.function == "median" else aggregate.share
