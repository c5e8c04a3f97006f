"""What becomes of a metric when all tables are doubled, predicted: 2 to the power of its degree times what it was.

The copy has the same rows under other keys, and joins only with itself. So a count and a sum have degree 1, and so does
a count of distinct keys; averages, medians, least and greatest values and distinct values of anything else have degree
0. Products add degrees, quotients take them away, sums and comparisons need the same degree on both sides. Inside `per`
owner, where owners are doubled, each member is what it was and there are twice as many; `per region` the members are
the same and each doubles. What depends on the values of keys, on the number of rows (percentiles, sample deviations) or
on targets is not predicted.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from attain.model import expression as e
from attain.model.aggregate import Aggregate, Filter, Key, Nested, Rollup, TargetValue
from attain.model.semantic import Field, SemanticModel
from attain.probes.keys import Keys

#: The degree of what is 0 or missing, and stays so.
ANY = None
Degree = int | None

KEY_VALUES = "they look at the values of keys"
SAMPLES = "twice the rows have other percentiles and deviations"
TARGETS = "they look at a target, which does not double"
ROUNDED = "they round what doubles"
ROOTS = "they take a root or another function of what doubles"
MIXED = "what doubles is added to or compared with what does not"
FIXED = "a table that they look at is not doubled"
EVERYBODY = "they look beyond the member of their `per`"
GAPS = "a member of their `per` is missing in some rows, in both halves"


class Unpredicted(Exception):
    """Raised where doubling has no certain outcome; its text says why."""


class Doubling:
    """The degrees of the metrics of a model. `filled` collects for each metric the columns that have to have a value in
    every row for its degree to hold: (table, column)."""

    def __init__(self, model: SemanticModel, keys: Keys) -> None:
        self.model, self.keys = model, keys
        self.degrees: dict[str, Degree | Unpredicted] = {}
        self.filled: dict[str, set[tuple[str, e.Column]]] = {}
        self.fields: dict[tuple[str, str], Unpredicted | None] = {}
        self.current: set[tuple[str, e.Column]] = set()

    def metric(self, name: str) -> Degree:
        """The degree of a metric. Raises Unpredicted."""
        if name not in self.degrees:
            outside, self.current = self.current, set()
            try:
                self.degrees[name] = self.of(self.model.metrics[name].expression)
            except Unpredicted as reason:
                self.degrees[name] = reason
            self.filled[name], self.current = self.current, outside
        found = self.degrees[name]
        self.current |= self.filled[name]
        if isinstance(found, Unpredicted):
            raise Unpredicted(str(found))
        return found

    # -- cells ---------------------------------------------------------------------------------------------------------
    def of(self, node: e.Expression) -> Degree:
        """The degree of a value of cells."""
        match node:
            case e.Literal(value=value):
                return ANY if value is None or value == 0 else 0
            case e.MetricValue(name=name):
                return self.metric(name)
            case e.AggregateValue(aggregate=Aggregate() as aggregate):
                return self.aggregate(aggregate)
            case e.AggregateValue(aggregate=Nested() as nested):
                return self.nested(nested)
            case e.AggregateValue(aggregate=TargetValue()):
                raise Unpredicted(TARGETS)
            case e.Negative(operand=x) | e.Moved(operand=x) | e.Widened(operand=x):
                return self.of(x)
            case e.Narrowed(operand=x, filter=filter):
                self.filter(filter)
                return self.of(x)
            case e.Arithmetic():
                return self.arithmetic(node)
            case e.Compare(left=left, right=right):
                self.alike((left, right))
                return 0
            case e.InSet(operand=x, items=items):
                self.alike((x, *items))
                return 0
            case e.Choice(whens=whens, otherwise=otherwise):
                for condition, _ in whens:
                    self.of(condition)
                return self.alike([v for _, v in whens] + ([otherwise] if otherwise is not None else []))
            case e.Apply():
                return self.apply(node)
            case _:
                for child in e.children(node):
                    self.of(child)
                return 0

    def alike(self, nodes: Iterable[e.Expression]) -> Degree:
        """The degree that values have in common."""
        degrees = {degree for degree in map(self.of, nodes) if degree is not ANY}
        if len(degrees) > 1:
            raise Unpredicted(MIXED)
        return next(iter(degrees), ANY)

    def arithmetic(self, node: e.Arithmetic) -> Degree:
        """A sum keeps the degree of its parts, a product adds them."""
        if node.operator in "+-":
            return self.alike((node.left, node.right))
        left, right = self.of(node.left), self.of(node.right)
        if left is ANY or right is ANY:
            return ANY
        return left + right if node.operator == "*" else left - right

    def apply(self, node: e.Apply) -> Degree:
        """A function of scalars."""
        name, arguments = node.function, node.arguments
        if name in ("coalesce", "nullif", "least", "greatest", "mod"):
            return self.alike(arguments)
        degrees = [self.of(x) for x in arguments]
        if name in ("abs", "cast", "finite", "number"):
            return degrees[0]
        if not any(degrees):
            return 0
        if name == "power":
            exponent = arguments[1]
            if (
                isinstance(exponent, e.Literal)
                and isinstance(exponent.value, Fraction)
                and exponent.value == int(exponent.value)
            ):
                return (degrees[0] or 0) * int(exponent.value)
        raise Unpredicted({"round": ROUNDED, "floor": ROUNDED, "ceil": ROUNDED}.get(name, ROOTS))

    # -- aggregates ----------------------------------------------------------------------------------------------------
    def aggregate(self, found: Aggregate) -> Degree:
        """An aggregate over the rows of a table."""
        if found.table not in self.keys.doubled:
            raise Unpredicted(FIXED)
        if found.where is not None:
            self.row(found.table, found.where)
        if found.order is not None:
            self.row(found.table, found.order)
        if found.axis is not None:
            self.row(found.table, found.axis.column)
        if found.function in ("count", "count_distinct") and self.is_key(found.table, found.arguments[0]):
            return 1
        for argument in found.arguments:
            self.row(found.table, argument)
        if found.function in ("count_rows", "count", "sum"):
            return 1
        if found.function in ("percentile", "stddev", "variance", "approx_count_distinct"):
            raise Unpredicted(SAMPLES)
        return 0

    def nested(self, found: Nested) -> Degree:
        """An aggregate over members or periods: twice as many of them where they are keys, else the same, doubled."""
        kinds = {self.is_key(table, column) for key in found.keys for table, column in key.columns}
        if True in kinds:
            return self.over_keys(found)
        for key in found.keys:
            self.key(key)
        degrees = [self.of(x) for x in found.arguments]
        if found.where is not None:
            self.of(found.where)
        if found.function in ("count_rows", "count", "count_distinct", "any", "every", "corr"):
            return 0
        return degrees[0] if degrees[0] is ANY or found.function != "variance" else degrees[0] * 2

    def over_keys(self, found: Nested) -> Degree:
        """An aggregate over members that there are twice as many of."""
        for key in found.keys:
            if not any(self.is_key(table, column) for table, column in key.columns):
                self.key(key)
            elif not all(self.is_key(table, column) for table, column in key.columns):
                raise Unpredicted(FIXED)
        if not self.adds_up(found):
            self.current |= {(t, c) for key in found.keys for t, c in key.columns if self.is_key(t, c)}
        for part in (*found.arguments, *((found.where,) if found.where is not None else ())):
            self.member(part)
        if found.function in ("sum", "count_rows", "count"):
            return 1
        if found.function in ("avg", "median", "min", "max", "any", "every", "corr", "first", "last"):
            return 0
        raise Unpredicted(SAMPLES)

    def adds_up(self, found: Nested) -> bool:
        """Whether members may as well be put together: the one of rows without a member is in both halves."""
        try:
            return found.function == "sum" and found.where is None and self.of(found.arguments[0]) == 1
        except Unpredicted:
            return False

    def member(self, node: e.Expression) -> None:
        """A value of one member, or of one row: in the copy it is what it is in the original, as long as it looks at
        nothing beyond it."""
        waiting = [node]
        seen: set[str] = set()
        while waiting:
            for part in e.walk(waiting.pop()):
                match part:
                    case e.Widened():
                        raise Unpredicted(EVERYBODY)
                    case e.MetricValue(name=name) if name not in seen:
                        seen.add(name)
                        waiting.append(self.model.metrics[name].expression)
                    case e.AggregateValue(aggregate=TargetValue()):
                        raise Unpredicted(TARGETS)
                    case e.Narrowed(filter=filter):
                        self.filter(filter)
                    case e.AggregateValue(aggregate=Nested() as nested):
                        for key in nested.keys:
                            if not any(self.is_key(table, column) for table, column in key.columns):
                                self.key(key)
                        waiting += [*nested.arguments, *((nested.where,) if nested.where is not None else ())]
                    case e.AggregateValue(aggregate=Aggregate() as aggregate):
                        self.inside(aggregate)

    def inside(self, found: Aggregate) -> None:
        """An aggregate in the cell of one member."""
        if found.table not in self.keys.doubled:
            raise Unpredicted(FIXED)
        for part in (*found.arguments, found.where, found.order):
            if part is not None and not (
                found.function in ("count", "count_distinct") and self.is_key(found.table, part)
            ):
                self.row(found.table, part)

    # -- rows ----------------------------------------------------------------------------------------------------------
    def row(self, table: str, node: e.Expression) -> None:
        """A value of a row: in the copy it must be what it is in the original. Raises Unpredicted where it may not."""
        match node:
            case e.IsMissing(operand=x) if self.is_key(table, x):
                return
            case e.Column():
                self.column(table, node)
            case e.RowMetric(value=value, table=own):
                if own not in self.keys.doubled:
                    raise Unpredicted(FIXED)
                self.member(value)
            case e.Rate(parts=parts):
                for part in parts:
                    self.row(table, part)
            case _:
                for child in e.children(node):
                    self.row(table, child)

    def is_key(self, table: str, node: e.Expression) -> bool:
        """Whether a value of a row is that of a column that gets other values in the copy, and nothing else."""
        if not isinstance(node, e.Column):
            return False
        end, found = self.end(table, node)
        if found.expression is not None:
            return self.is_key(end, found.expression)
        return (end, found.name) in self.keys.places

    def end(self, table: str, node: e.Column) -> tuple[str, Field]:
        """The table at the end of a column's path, and the field there."""
        for name in node.path:
            table = self.model.tables[table].joins[name].to
        return table, self.model.tables[table].fields[node.name]

    def column(self, table: str, node: e.Column) -> None:
        """A field of a row or of a row that it leads to."""
        end, found = self.end(table, node)
        if (end, found.name) in self.keys.places:
            raise Unpredicted(KEY_VALUES)
        if found.is_physical:
            return
        place = (end, found.name)
        if place not in self.fields:
            self.fields[place] = None
            try:
                self.field(end, found)
            except Unpredicted as reason:
                self.fields[place] = reason
        known = self.fields[place]
        if known is not None:
            raise Unpredicted(str(known))

    def field(self, table: str, found: Field) -> None:
        """A derived field, or a roll-up: the children of a copied row are the copies of its children."""
        if found.expression is not None:
            self.row(table, found.expression)
        if found.rollup is not None:
            self.rollup(table, found.rollup)

    def rollup(self, table: str, rollup: Rollup) -> None:
        """A roll-up of children."""
        child = rollup.aggregate
        if table not in self.keys.doubled or child.table not in self.keys.doubled:
            raise Unpredicted(FIXED)
        self.inside(child)

    def key(self, key: Key) -> None:
        """A dimension whose members are the same in the copy."""
        for table, column in key.columns:
            self.row(table, column)

    def filter(self, filter: Filter) -> None:
        """A condition over dimensions."""
        for key in filter.keys:
            self.key(key)
