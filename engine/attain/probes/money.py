"""The probe of units: a model in which every amount of money is seven times as large.

Columns are multiplied where they are read (the sources are changed for that), numbers that are written down where they
meet money: in `amount > 1000` the 1000 is an amount, so it becomes 7000. Then an amount of money must be seven times
what it was, money per deal too, and a count, a ratio or a length of time what it was. For each expression the power of
money in it is worked out on the way: 1 for an amount, 0 for a count, -1 for deals per money. A number written down has
none of its own (`FREE`): it takes that of what it meets. Where a definition says another power than its expression has
(`unit: money` at a product of plain columns), the definition is where money comes in, so its value is multiplied there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from attain.model import expression as e
from attain.model import types as t
from attain.model import units as u
from attain.model.aggregate import Aggregate, Filter, Nested, Rollup, TargetValue
from attain.model.semantic import Field, Metric, SemanticModel, Table

FACTOR = 7
#: The power of a number that is written down.
FREE = None
Power = Fraction | None
#: An expression with its amounts multiplied, and the power of money in it.
Scaled = tuple[e.Expression, Power]

#: Why the unit of a metric predicts nothing.
TARGET = "they look at a target, which is in whole cents"
ROUNDED = "they round amounts of money"
CONSTANT = "a number that is written down may hold the money of their unit"

SAME = ("coalesce", "nullif", "least", "greatest", "mod")
KEEP = ("abs", "cast", "finite", "number")
ROUNDING = ("round", "floor", "ceil")
#: Aggregates that keep the unit of what they go over, or have its square.
VALUES = ("sum", "avg", "min", "max", "median", "percentile", "stddev", "variance", "first", "last")


class Unclear(Exception):
    """Raised where an expression has no single power of money: what is done to it is not a matter of units."""


def power_of(unit: u.Unit) -> Fraction:
    """The power of money in a unit, in whatever currency."""
    return Fraction(sum(power for name, power in unit.factors if u.is_currency(name)))


@dataclass(slots=True)
class Notes:
    """What was met in an expression that keeps its unit from predicting anything, and the numbers it is multiplied
    with."""

    reasons: dict[str, None] = field(default_factory=dict)
    has_factor: bool = False


@dataclass(frozen=True, slots=True)
class ScaledModel:
    """The model with its amounts multiplied: `columns` are to be multiplied in the sources, by table; `reasons` says
    for each metric whose unit predicts nothing why; `moneyless` are the metrics that are declared money (or per money)
    and made of none."""

    model: SemanticModel
    columns: Mapping[str, Mapping[str, Fraction]]
    reasons: dict[str, str]
    moneyless: tuple[str, ...]


def scale_money(model: SemanticModel) -> ScaledModel:
    """The model in which every amount of money is seven times as large."""
    columns = {
        table.name: powers
        for table in model.tables.values()
        if (powers := {f.name: p for f in table.fields.values() if f.is_physical and (p := power_of(f.unit))})
    }
    scaling = Scaling(model)
    tables = {name: scaling.table(table) for name, table in model.tables.items()}
    metrics = {name: scaling.metric(metric) for name, metric in model.metrics.items()}
    reasons = {name: reason for name in metrics if (reason := scaling.reason_of(name)) is not None}
    return ScaledModel(replace(model, tables=tables, metrics=metrics), columns, reasons, tuple(scaling.moneyless))


class Scaling:
    """The work of `scale_money`: what was met in each metric and field on the way."""

    def __init__(self, model: SemanticModel) -> None:
        self.model = model
        self.notes: dict[str | tuple[str, str], Notes] = {}
        self.used: dict[str | tuple[str, str], set[str | tuple[str, str]]] = {}
        self.moneyless: list[str] = []

    # -- definitions ---------------------------------------------------------------------------------------------------
    def table(self, table: Table) -> Table:
        """A table with its derived fields over multiplied columns."""
        return replace(table, fields={name: self.field(table, found) for name, found in table.fields.items()})

    def field(self, table: Table, found: Field) -> Field:
        """A derived field or a roll-up."""
        if found.is_physical:
            return found
        walk = self.walk((table.name, found.name), table.name)
        if found.rollup is not None:
            return replace(found, rollup=walk.rollup(found.rollup, power_of(found.unit)))
        assert found.expression is not None
        value, power = walk.of_whole(found.expression)
        return replace(found, expression=brought_in(value, power, power_of(found.unit)))

    def metric(self, metric: Metric) -> Metric:
        """A metric as others see it: where its unit says so, money comes in at it."""
        walk = self.walk(metric.name, "")
        value, power = walk.of_whole(metric.expression)
        said = power_of(metric.unit)
        if not walk.unclear and power is not FREE and power != said:
            if walk.notes.has_factor:
                walk.notes.reasons[CONSTANT] = None
            elif power == 0:
                self.moneyless.append(metric.name)
        elif power is FREE and said:
            walk.notes.reasons[CONSTANT] = None
        return replace(metric, expression=brought_in(value, said if walk.unclear else power, said))

    def walk(self, name: str | tuple[str, str], table: str) -> Walk:
        """The walk through the expression of a definition, over the rows of a table ("": over cells)."""
        notes, used = self.notes.setdefault(name, Notes()), self.used.setdefault(name, set())
        return Walk(self.model, table, notes, used)

    def reason_of(self, name: str) -> str | None:
        """Why the unit of a metric predicts nothing: for itself, or for something that it is made of."""
        seen: set[str | tuple[str, str]] = set()
        waiting: list[str | tuple[str, str]] = [name]
        while waiting:
            current = waiting.pop(0)
            if current in seen:
                continue
            seen.add(current)
            reasons = [r for r in self.notes.get(current, Notes()).reasons if r != CONSTANT or current == name]
            if reasons:
                return reasons[0]
            waiting += sorted(self.used.get(current, ()), key=str)
        return None


def brought_in(value: e.Expression, power: Power, said: Fraction) -> e.Expression:
    """A value of some power of money as its definition says it is."""
    return times(value, said if power is FREE else said - power)


def times(value: e.Expression, power: Fraction) -> e.Expression:
    """A value with as many more sevens in it; a literal stays one."""
    if not power or not value.type.is_number:
        return value
    factor = Fraction(FACTOR) ** int(power)
    if isinstance(value, e.Literal) and isinstance(value.value, Fraction):
        return e.Literal(value.value * factor, t.type_of_number(value.value * factor))
    type = value.type if factor.denominator == 1 else t.FLOAT
    if factor.denominator == 1:
        return e.Arithmetic("*", value, e.Literal(factor, t.INTEGER), type)
    return e.Arithmetic("/", value, e.Literal(1 / factor, t.INTEGER), type)


# -- expressions -------------------------------------------------------------------------------------------------------
@dataclass(slots=True)
class Walk:
    """A walk through one definition: `table` is the one whose rows the columns are of, `members` the powers of the
    dimensions that a condition looks at."""

    model: SemanticModel
    table: str
    notes: Notes
    used: set[str | tuple[str, str]]
    members: dict[str, Fraction] = field(default_factory=dict)
    unclear: bool = False

    def of_whole(self, node: e.Expression) -> Scaled:
        """An expression as a whole; its power is FREE, and `unclear` set, where it has none."""
        try:
            return self.of(node)
        except Unclear:
            self.unclear = True
            return self.below(node), FREE

    def below(self, node: e.Expression) -> e.Expression:
        """An expression without a power of its own: what stands in it is multiplied all the same."""
        parts = tuple(self.of_part(child) for child in e.children(node))
        return e.rebuild(node, parts) if parts else node

    def of_part(self, node: e.Expression) -> e.Expression:
        """A part of one without a power of its own."""
        try:
            return self.of(node)[0]
        except Unclear:
            return self.below(node)

    def of(self, node: e.Expression) -> Scaled:
        """An expression with its amounts multiplied, and the power of money in it."""
        match node:
            case e.Literal(value=value):
                return node, FREE if value is None or isinstance(value, Fraction) else Fraction(0)
            case e.Column():
                return node, self.column(node)
            case e.Member(name=name):
                return node, self.members.get(name, Fraction(0))
            case e.MetricValue(name=name):
                self.used.add(name)
                return node, power_of(self.model.metrics[name].unit)
            case e.AggregateValue(aggregate=aggregate):
                return self.value(node, aggregate)
            case e.RowMetric(value=value):
                inner, power = self.inside("").of(value)
                return replace(node, value=inner), power
            case e.Moved(operand=x) | e.Widened(operand=x) | e.Negative(operand=x):
                inner, power = self.of(x)
                return replace(node, operand=inner), power
            case e.Narrowed(operand=x, filter=filter):
                inner, power = self.of(x)
                return replace(node, operand=inner, filter=self.filter(filter)), power
            case e.Arithmetic():
                return self.arithmetic(node)
            case e.Apply():
                return self.apply(node)
            case e.Choice():
                return self.choice(node)
            case e.Compare(left=left, right=right):
                parts, _ = self.alike((left, right))
                return e.rebuild(node, parts), Fraction(0)
            case e.InSet(operand=x, items=items):
                parts, _ = self.alike((x, *items))
                return e.rebuild(node, parts), Fraction(0)
            case _:
                return self.below(node), Fraction(0)

    def column(self, node: e.Column) -> Fraction:
        """The power of a field."""
        table = self.model.tables[self.table]
        for name in node.path:
            table = self.model.tables[table.joins[name].to]
        self.used.add((table.name, node.name))
        return power_of(table.fields[node.name].unit)

    def inside(self, table: str) -> Walk:
        """The walk through what is taken over the rows of another table, or over cells."""
        return Walk(self.model, table, self.notes, self.used)

    def alike(self, nodes: Iterable[e.Expression]) -> tuple[tuple[e.Expression, ...], Power]:
        """Values that are compared or added, or stand for each other: numbers that are written down take the power of
        the others."""
        found = [self.of(node) for node in nodes]
        powers = {power for _, power in found if power is not FREE}
        if len(powers) > 1:
            raise Unclear
        power = next(iter(powers), FREE)
        return tuple(times(x, power or Fraction(0)) if own is FREE else x for x, own in found), power

    def arithmetic(self, node: e.Arithmetic) -> Scaled:
        """A sum keeps the power of its parts, a product adds them."""
        if node.operator in "+-":
            parts, power = self.alike((node.left, node.right))
            return e.rebuild(node, parts), power
        left, one = self.of(node.left)
        right, two = self.of(node.right)
        if isinstance(node.right, e.Rate) and not one:  # a plain number that is converted is an amount
            return replace(node, left=times(left, Fraction(1)), right=right), Fraction(1)
        if one is FREE and two is FREE:
            return replace(node, left=left, right=right), FREE
        self.notes.has_factor |= one is FREE or two is FREE
        first, second = one or Fraction(0), two or Fraction(0)
        return replace(node, left=left, right=right), first + second if node.operator == "*" else first - second

    def choice(self, node: e.Choice) -> Scaled:
        """The values of a choice stand for each other."""
        conditions = [self.of(condition)[0] for condition, _ in node.whens]
        others = (node.otherwise,) if node.otherwise is not None else ()
        values, power = self.alike((*(value for _, value in node.whens), *others))
        whens = tuple(zip(conditions, values, strict=False))
        return replace(node, whens=whens, otherwise=values[-1] if others else None), power

    def apply(self, node: e.Apply) -> Scaled:
        """A function of scalars."""
        name, arguments = node.function, node.arguments
        if name in SAME:
            parts, power = self.alike(arguments)
            return replace(node, arguments=parts), power
        if name in KEEP or name in ROUNDING:
            value, power = self.of(arguments[0])
            if name in ROUNDING and power:
                self.notes.reasons[ROUNDED] = None
            return replace(node, arguments=(value, *arguments[1:])), power
        parts = tuple(self.of_part(x) for x in arguments)
        if name in ("sqrt", "power", "ln") and self.of(arguments[0])[1]:
            return replace(node, arguments=parts), self.raised(node)
        return replace(node, arguments=parts), Fraction(0)

    def raised(self, node: e.Apply) -> Fraction:
        """The power of a root or a whole power, as its unit says it."""
        power = self.of(node.arguments[0])[1] or Fraction(0)
        if node.function == "sqrt" and power % 2 == 0:
            return power / 2
        exponent = node.arguments[1] if len(node.arguments) > 1 else None
        if isinstance(exponent, e.Literal) and isinstance(exponent.value, Fraction) and exponent.value.denominator == 1:
            return power * exponent.value
        raise Unclear

    # -- aggregates ----------------------------------------------------------------------------------------------------
    def value(self, node: e.AggregateValue, aggregate: Aggregate | Nested | TargetValue) -> Scaled:
        """The value of an aggregate."""
        if isinstance(aggregate, TargetValue):
            self.notes.reasons[TARGET] = None
            return node, power_of(self.model.metrics[aggregate.metric].unit)
        found, power = self.aggregate(aggregate) if isinstance(aggregate, Aggregate) else self.nested(aggregate)
        return replace(node, aggregate=found), power

    def aggregate(self, aggregate: Aggregate) -> tuple[Aggregate, Power]:
        """An aggregate over the rows of a table."""
        arguments, power, where = self.inside(aggregate.table).parts(aggregate)
        place = replace(aggregate.place, filters=tuple(self.filter(x) for x in aggregate.place.filters))
        return replace(aggregate, arguments=arguments, where=where, place=place), power

    def rollup(self, rollup: Rollup, said: Fraction) -> Rollup:
        """A roll-up; one of plain values that is said to be money is made of amounts."""
        aggregate, power = self.aggregate(rollup.aggregate)
        if aggregate.function in VALUES and aggregate.function != "variance":
            first, *others = aggregate.arguments
            aggregate = replace(aggregate, arguments=(brought_in(first, power, said), *others))
        return Rollup(aggregate, rollup.chain)

    def nested(self, nested: Nested) -> tuple[Nested, Power]:
        """An aggregate over members or periods."""
        arguments, power, where = self.inside("").parts(nested)
        return replace(nested, arguments=arguments, where=where), power

    def parts(self, found: Aggregate | Nested) -> tuple[tuple[e.Expression, ...], Power, e.Expression | None]:
        """The arguments of an aggregate, the power of its value, its condition."""
        where = self.of_part(found.where) if found.where is not None else None
        if found.function in VALUES:
            value, power = self.of(found.arguments[0])
            known = power or Fraction(0)
            return (value, *found.arguments[1:]), known * 2 if found.function == "variance" else known, where
        return tuple(self.of_part(x) for x in found.arguments), Fraction(0), where

    def filter(self, filter: Filter) -> Filter:
        """A condition over dimensions: those that are amounts are compared with amounts."""
        walk = self.inside("")
        for key in filter.keys:
            table, column = key.columns[0]
            walk.members[key.name] = self.inside(table).column(column)
        return replace(filter, condition=walk.of_part(filter.condition))
