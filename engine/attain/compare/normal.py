"""Expressions in a normal form: two that are proven to have the same value in every cell come out equal.

What is used, each for a reason: sums and products over exact reals in any order, with what is missing kept
(`algebra`); conditions as functions of their atoms (`logic`); `between`, `in`, `!=` by what they are said to be in
language.md, section 3; operators on metrics act on every aggregate inside them; a metric or a derived field is what it
stands for; `avg` is a sum by a count; an aggregate passes over missing values, so a `case` without `else` in it is a
condition. Whatever is not known to be equal stays different.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction

from attain.compare import algebra, logic
from attain.compare.aggregates import Aggregates
from attain.compare.algebra import Terms
from attain.compare.form import Form, form
from attain.compare.logic import Truth
from attain.compare.occurrence import Occurrence
from attain.compare.scope import HERE, Scope
from attain.compare.values import MISSING, is_missing, literal, value_form
from attain.compare.world import World
from attain.model import expression as e
from attain.model.aggregate import EMPTY, Aggregate, Nested, Place, TargetValue
from attain.model.calendar import Grain
from attain.model.semantic import Field, SemanticModel, Table
from attain.model.types import Kind

TWO_VALUED = (e.Compare, e.Logic, e.Not, e.IsMissing, e.InSet, e.Like)


class Normal:
    """Normal forms in one model. Not `deep`: metrics, derived fields and tables stand for themselves under their
    names (those of `renamed` under the new ones), so that only what an expression itself says is compared. `cuts` are
    dimensions that have another name in the other version."""

    def __init__(
        self, model: SemanticModel, *, deep: bool = True, renamed: Mapping[str, str] | None = None,
        cuts: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        self.model, self.deep, self.renamed, self.cuts = model, deep, renamed or {}, cuts or {}
        self._metrics: dict[tuple[str, Place], Form | Terms] = {}
        self._fields: dict[tuple[str, tuple[str, ...], str], Form | Terms] = {}
        self._tables: dict[str, Form] = {}
        self.aggregates, self.world, self.occurrence = Aggregates(self), World(self), Occurrence(self)

    # -- values ------------------------------------------------------------------------------------------------------
    def value(self, node: e.Expression, scope: Scope) -> Form:
        """The form of an expression's value."""
        found = self.found(node, scope)
        return found if isinstance(found, Form) else algebra.number_form(found)

    def number(self, node: e.Expression, scope: Scope) -> Terms | None:
        """A number as a sum of products; None where it is always missing."""
        found = self.found(node, scope)
        if isinstance(found, Form):
            return None if found == MISSING else algebra.unknown(found)
        return found

    def found(self, node: e.Expression, scope: Scope) -> Form | Terms:
        """The form of a value, or a number."""
        if isinstance(node, TWO_VALUED):
            return logic.form_of(self.truth(node, scope))
        match node:
            case e.Literal(value=value):
                return literal(value)
            case e.Column():
                return self.column(node, scope)
            case e.Member(name=name):
                return form("member", name)
            case e.Parameter(name=name, windows=windows):
                return form("parameter", name, (*scope.place.windows, *windows) if name != "today" else self.zone())
            case e.MetricValue(name=name):
                return self.metric(name, scope)
            case e.AggregateValue(aggregate=Aggregate() as aggregate):
                return self.aggregates.aggregate(aggregate, scope.place)
            case e.AggregateValue(aggregate=Nested() as nested):
                return self.aggregates.nested(nested, scope.place)
            case e.AggregateValue(aggregate=TargetValue() as asked):
                return self.aggregates.target(asked, scope.place)
            case e.RowMetric(value=inside, table=table, chains=chains):
                ways = tuple(sorted((self.table(child), self.chain(child, names)) for child, names in chains))
                return form("metric of a row", self.value(inside, Scope(place=scope.place)), self.table(table), ways)
            case e.Moved(operand=operand, operator=operator):
                place = replace(scope.place, windows=(*scope.place.windows, operator))
                return self.found(operand, replace(scope, place=place))
            case e.Narrowed(operand=operand, filter=filter):
                place = replace(scope.place, filters=(*scope.place.filters, filter))
                return self.found(operand, replace(scope, place=place))
            case e.Widened(operand=operand, over=over):
                dropped = tuple(sorted({*scope.place.dropped, *(over or ("*",))}))
                return self.found(operand, replace(scope, place=replace(scope.place, dropped=dropped)))
            case e.Arithmetic():
                return self.arithmetic(node, scope)
            case e.Negative(operand=operand):
                return self.negative(operand, scope)
            case e.Choice():
                return self.choice(node, scope)
            case e.Apply():
                return self.apply(node, scope)
            case e.Truncate(operand=operand, grain=grain):
                return form("truncate", grain, self.value(operand, scope), self.periods(grain))
            case e.Localize(operand=operand, source=source, zone=zone):
                return form("localize", source, zone, self.value(operand, scope))
            case e.PeriodAt(operand=operand, grain=grain, column=column, beyond=beyond):
                return form("period at", grain, column, beyond, self.value(operand, scope), self.periods(grain))
            case e.Rate(source=currency, target=target, day=day):
                return form("rate", self.value(currency, scope), target, self.value(day, scope), self.rates())
            case _:
                raise AssertionError(f"{type(node).__name__} is no part of a definition")

    def arithmetic(self, node: e.Arithmetic, scope: Scope) -> Form | Terms:
        """`+ - * /`; between numbers in any order."""
        if not (node.left.type.is_number and node.right.type.is_number):
            return self.plain_arithmetic(node, scope)
        left, right = self.number(node.left, scope), self.number(node.right, scope)
        if left is None or right is None:
            return MISSING
        match node.operator:
            case "+" | "-":
                return algebra.total(left, right, 1 if node.operator == "+" else -1)
            case "*":
                return algebra.times(left, right)
            case _:
                inverted = algebra.inverse(right)
                return algebra.times(left, inverted) if inverted is not None else MISSING

    def plain_arithmetic(self, node: e.Arithmetic, scope: Scope) -> Form:
        """Between times and lengths of time, as written."""
        left, right = self.value(node.left, scope), self.value(node.right, scope)
        return MISSING if MISSING in (left, right) else form("arithmetic", node.operator, left, right, node.type)

    def negative(self, operand: e.Expression, scope: Scope) -> Form | Terms:
        """`-x`"""
        if not operand.type.is_number:
            return form("negative", self.value(operand, scope))
        number = self.number(operand, scope)
        return algebra.scaled(number, Fraction(-1)) if number is not None else MISSING

    def choice(self, node: e.Choice, scope: Scope) -> Form | Terms:
        """`case`: which value under which conditions, whatever order tells them apart."""
        cases = self.cases(node, scope)
        if len(cases) == 1:
            return cases[0][0]
        listed = sorted((value_form(value), logic.form_of(condition)) for value, condition in cases)
        return form("choice", tuple(listed))

    def cases(self, node: e.Choice, scope: Scope) -> list[tuple[Form | Terms, Truth]]:
        """Each value of a `case` with the condition under which it is taken; values that are never taken left out."""
        found: dict[Form, tuple[Form | Terms, list[Truth]]] = {}
        for taken, value in self.branches(node, scope):
            reached = self.found(value, scope)
            found.setdefault(value_form(reached), (reached, []))[1].append(taken)
        return [(value, logic.disjunction(conditions)) for value, conditions in found.values()]

    def branches(self, node: e.Choice, scope: Scope) -> Iterator[tuple[Truth, e.Expression]]:
        """The values of a `case`, each with the condition under which it is taken; those that never are left out."""
        before: list[Truth] = []
        otherwise = (e.TRUE, node.otherwise if node.otherwise is not None else e.Literal(None, node.type))
        for condition, value in (*node.whens, otherwise):
            own = self.truth(condition, scope)
            taken = logic.conjunction([own, *map(logic.negation, before)])
            before.append(own)
            if not taken.is_false:
                yield taken, value

    def apply(self, node: e.Apply, scope: Scope) -> Form | Terms:
        """A function of scalars."""
        parts = [self.value(argument, scope) for argument in node.arguments]
        if node.function == "coalesce":
            own = self.coalesced(node, scope)
            return own[0] if len(own) == 1 else form("coalesce", tuple(own)) if own else MISSING
        if node.function in ("least", "greatest"):
            return form(node.function, tuple(sorted(set(parts)))) if len(set(parts)) > 1 else parts[0]
        kept = node.type if node.function in ("cast", "number", "round") else ()
        if "working_day" in node.function and self.deep:
            return form("apply", node.function, tuple(parts), self.world.working_time())
        return form("apply", node.function, tuple(parts), kept)

    def coalesced(self, node: e.Apply, scope: Scope) -> list[Form]:
        """The arguments of a `coalesce`, those of one inside it among them, without what is always missing."""
        found: list[Form] = []
        for argument in node.arguments:
            if isinstance(argument, e.Apply) and argument.function == "coalesce":
                found += self.coalesced(argument, scope)
            else:
                found.append(self.value(argument, scope))
            if self.is_never_missing(argument):
                break
        return list(dict.fromkeys(part for part in found if part != MISSING))

    def is_never_missing(self, node: e.Expression) -> bool:
        """Whether an expression over cells has a value in each of them: counts and sums, numbers written down."""
        match node:
            case e.Literal(value=value):
                return value is not None
            case e.AggregateValue(aggregate=Aggregate(function=function)):
                return function in EMPTY
            case e.MetricValue(name=name):
                return self.deep and self.is_never_missing(self.model.metrics[name].expression)
            case _:
                return False

    # -- conditions --------------------------------------------------------------------------------------------------
    def truth(self, node: e.Expression, scope: Scope) -> Truth:
        """An expression as a condition: what is missing does not hold."""
        match node:
            case e.Literal(value=value):
                return logic.ALWAYS if value is True else logic.NEVER
            case e.Logic(operator=operator, operands=operands):
                parts = [self.truth(operand, scope) for operand in operands]
                return logic.conjunction(parts) if operator == "and" else logic.disjunction(parts)
            case e.Not(operand=operand):
                return logic.negation(self.truth(operand, scope))
            case e.Compare():
                return self.comparison(node.operator, node.left, node.right, scope)
            case e.InSet(operand=operand, items=items):
                return logic.disjunction([self.comparison("=", operand, item, scope) for item in items])
            case e.Like(operand=operand, pattern=pattern):
                return logic.atom(form("like", self.value(operand, scope), self.value(pattern, scope)))
            case e.IsMissing(operand=operand):
                return logic.NEVER if isinstance(operand, TWO_VALUED) else is_missing(self.found(operand, scope))
            case e.Choice():
                return self.choice_truth(node, scope)
            case e.Column() if (own := self.derived(node, scope)) is not None:
                return self.truth(own[0], own[1])
            case e.MetricValue(name=name) if self.deep:
                return self.truth(self.model.metrics[name].expression, replace(scope, table="", prefix=()))
            case _:
                return logic.atom(form("holds", self.value(node, scope)))

    def choice_truth(self, node: e.Choice, scope: Scope) -> Truth:
        """A `case` of conditions as one."""
        return logic.disjunction(
            [logic.conjunction([taken, self.truth(value, scope)]) for taken, value in self.branches(node, scope)]
        )

    def comparison(self, operator: str, left: e.Expression, right: e.Expression, scope: Scope) -> Truth:
        """`= != < <= > >=`: never missing."""
        if operator == "!=":
            return logic.negation(self.comparison("=", left, right, scope))
        if operator in (">", ">="):
            return self.comparison("<" if operator == ">" else "<=", right, left, scope)
        if left.type.is_number and right.type.is_number:
            return self.number_comparison(operator, left, right, scope)
        if operator == "=" and Kind.BOOLEAN in (left.type.kind, right.type.kind):
            for literal_side, other in ((left, right), (right, left)):
                if isinstance(literal_side, e.Literal) and isinstance(literal_side.value, bool):
                    return self.compared_to(other, literal_side.value, scope)
        sides = (self.value(left, scope), self.value(right, scope))
        if MISSING in sides:
            return logic.NEVER
        return logic.atom(form(operator, tuple(sorted(sides)) if operator == "=" else sides))

    def compared_to(self, node: e.Expression, value: bool, scope: Scope) -> Truth:
        """`x = true`, `x = false`: the latter is not `not x` where x may be missing."""
        if value:
            return self.truth(node, scope)
        if isinstance(node, TWO_VALUED):
            return logic.negation(self.truth(node, scope))
        return logic.atom(form("is false", self.value(node, scope)))

    def number_comparison(self, operator: str, left: e.Expression, right: e.Expression, scope: Scope) -> Truth:
        """Numbers: the difference against zero, scaled so that a constant factor does not matter."""
        one, other = self.number(left, scope), self.number(right, scope)
        if one is None or other is None:
            return logic.NEVER
        gap = algebra.total(one, other, -1)
        if set(gap) == {()}:
            size = gap[()]
            holds = {"=": size == 0, "<": size < 0, "<=": size <= 0}[operator]
            return logic.ALWAYS if holds else logic.NEVER
        leading = next((gap[product] for product in sorted(gap) if product and gap[product]), Fraction(1))
        gap = algebra.scaled(gap, 1 / (leading if operator == "=" else abs(leading)))
        return logic.atom(form(operator, algebra.number_form(gap)))

    # -- what lies outside -------------------------------------------------------------------------------------------
    def zone(self) -> object:
        """Where the day changes."""
        return self.model.calendar.timezone if self.deep else ()

    def periods(self, grain: Grain) -> object:
        """What makes the periods of a grain, beside itself."""
        return self.world.calendar() if self.deep and grain.table else ()

    def rates(self) -> object:
        """Where exchange rates come from."""
        return self.world.rates() if self.deep else self.model.rates

    def occurs_in(self, nested: Nested, at: Place) -> object:
        """Where something occurs for an aggregate over parts: those are its parts."""
        return self.occurrence.of_aggregate(nested, at) if self.deep else ()

    # -- names -------------------------------------------------------------------------------------------------------
    def metric(self, name: str, scope: Scope) -> Form | Terms:
        """Another metric in the same cell."""
        place = scope.place
        if not self.deep:
            narrowed = tuple(self.truth(narrowing.condition, Scope()) for narrowing in place.filters)
            own = tuple(logic.form_of(logic.conjunction([*narrowed])) for _ in narrowed[:1])
            return form("metric", self.renamed.get(name, name), self.aggregates.place(place, own))
        if (name, place) not in self._metrics:
            self._metrics[name, place] = self.found(self.model.metrics[name].expression, Scope(place=place))
        return self._metrics[name, place]

    def derived(self, node: e.Column, scope: Scope) -> tuple[e.Expression, Scope] | None:
        """The expression of a derived field, and where it stands; None of a column, or where fields stand for
        themselves."""
        path = (*scope.prefix, *node.path)
        field = self.table_at(scope.table, path).fields[node.name]
        if not self.deep or field.expression is None:
            return None
        return field.expression, replace(scope, prefix=path)

    def column(self, node: e.Column, scope: Scope) -> Form | Terms:
        """A field of a row's table, or of one that joins lead to."""
        path = (*scope.prefix, *node.path)
        key = (scope.table, path, node.name)
        if key not in self._fields:
            self._fields[key] = self.field(scope.table, path, node.name)
        return self._fields[key]

    def field(self, start: str, path: tuple[str, ...], name: str) -> Form | Terms:
        """A field that a path leads to."""
        table = self.table_at(start, path)
        field = table.fields[name]
        way = self.chain(start, path)
        if field.is_physical:
            return self.physical(field, way)
        if not self.deep:
            return form("field", way, self.table(table.name), name)
        if field.expression is not None:
            return self.found(field.expression, Scope(start, path))
        assert field.rollup is not None
        inside = self.aggregates.aggregate(field.rollup.aggregate, HERE)
        child = field.rollup.aggregate.table
        return form("roll-up", way, value_form(inside), self.chain(child, field.rollup.chain))

    def physical(self, field: Field, way: Form) -> Form:
        """A column of a source."""
        return form("column", way, field.name, field.type if self.deep else (), field.source if self.deep else ())

    def table_at(self, start: str, path: tuple[str, ...]) -> Table:
        """The table that a path of joins leads to."""
        table = self.model.tables[start]
        for name in path:
            table = self.model.tables[table.joins[name].to]
        return table

    def chain(self, start: str, path: tuple[str, ...]) -> Form:
        """A path of joins by what it does: which columns lead to which table."""
        table, steps = self.model.tables[start], []
        for name in path:
            join = table.joins[name]
            at = self.value(self.own(table, join.at), Scope(table.name)) if join.at else ()
            on = tuple(self.value(self.own(table, column), Scope(table.name)) for column in join.on)
            steps.append((on, self.table(join.to), at))
            table = self.model.tables[join.to]
        return form("joins", tuple(steps))

    def own(self, table: Table, name: str) -> e.Column:
        """A field of a table itself."""
        return e.Column((), name, table.fields[name].type)

    def table(self, name: str) -> Form:
        """A table, by where its rows come from and what they are."""
        if not self.deep:
            return form("table", name)
        if name not in self._tables:
            table = self.model.tables[name]
            self._tables[name] = form("table", table.origin)  # should a field lead back to the table
            times = [*(table.lifespan or ()), *([table.snapshot[0], *table.snapshot[1]] if table.snapshot else [])]
            used = [self.value(self.own(table, column), Scope(name)) for column in (*table.key, *times)]
            where = self.model.connections.get("default") if table.origin.kind != "file" else None
            self._tables[name] = form(
                "table", table.origin, where, len(table.key), used, table.zone, table.lifespan is not None,
                table.snapshot is not None,
            )  # fmt: skip
        return self._tables[name]
