"""What gives each definition of a model its value, as forms that are equal only where the value is proven equal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from attain.compare.form import Form, form
from attain.compare.normal import Normal
from attain.compare.scope import HERE, Scope
from attain.model import expression as e
from attain.model.aggregate import Aggregate, Nested, Place, TargetValue
from attain.model.alert import Alert
from attain.model.semantic import Dimension, Metric, SemanticModel, Table
from attain.model.target import Target
from attain.model.types import Kind
from attain.read.expressions import read_expression
from attain.read.text import text_of_argument
from attain.read.written import syntax_to_text


@dataclass(frozen=True, slots=True)
class Meaning:
    """A definition taken apart. `value` is everything that its figures come from, `own` the part that its own text
    says, with what it names standing for itself; `spelled` its text without layout. `cut` tells what each dimension
    that it may be cut by is; `shape` is what its users rely on beside the figures, by what it is; `words` carry no
    value."""

    value: Form
    own: Form
    spelled: str
    cut: Mapping[str, Form] = field(default_factory=dict)
    shape: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    hash: str = ""


@dataclass(slots=True)
class Meanings:
    """Those of one model. `renamed` gives names of it that the other model has under another name."""

    model: SemanticModel
    renamed: Mapping[str, str] = field(default_factory=dict)
    deep: Normal = field(init=False)
    own: Normal = field(init=False)
    seen: dict[tuple[str, Place], frozenset[Form]] = field(default_factory=dict)
    metrics: dict[str, Meaning] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.deep = Normal(self.model)
        self.own = Normal(self.model, deep=False, renamed=self.renamed)

    # -- metrics -----------------------------------------------------------------------------------------------------
    def metric(self, metric: Metric) -> Meaning:
        """A metric of the model, taken apart once."""
        if metric.name not in self.metrics:
            self.metrics[metric.name] = self.taken_apart(metric)
        return self.metrics[metric.name]

    def taken_apart(self, metric: Metric) -> Meaning:
        """A metric: its value in every cell, and which cells there are for it."""
        length = str(metric.unit) if metric.type.kind is Kind.DURATION else ""
        value = self.deep.value(metric.expression, Scope())
        occurs = self.occurrence(metric.expression, HERE)
        cut = self.cut(metric)
        whole = form("metric", value, occurs, length, self.model.calendar)
        own = form("metric", self.own.value(metric.expression, Scope()), length)
        shape = {
            "unit": str(metric.unit), "by": ", ".join(metric.by) if metric.by is not None else "",
            "hidden": "yes" if metric.hidden else "", "good": metric.good,
            "deprecated": " until ".join(part for part in metric.deprecated if part) if metric.deprecated else "",
            "type": metric.type.kind.value,
        }  # fmt: skip
        words = {
            "label": metric.label, "description": metric.description, "owner": metric.owner, "kind": metric.kind,
            "category": metric.category,
        }  # fmt: skip
        return Meaning(whole, own, spelled(metric.text), cut, shape, words, form(whole, cut, shape).digest)

    def cut(self, metric: Metric) -> dict[str, Form]:
        """The dimensions that a metric may be cut by, as its tables see them."""
        found: dict[str, Form] = {}
        for name, dimension in self.model.dimensions.items():
            allowed = metric.by is None or name in metric.by
            if allowed and metric.tables and all(table in dimension.columns for table in metric.tables):
                found[name] = form(*(self.column(dimension, table) for table in metric.tables))
        return found

    def column(self, dimension: Dimension, table: str) -> Form:
        """What a dimension is for the rows of a table."""
        return form(self.deep.table(table), self.deep.value(dimension.columns[table], Scope(table)))

    def occurrence(self, node: e.Expression, at: Place) -> frozenset[Form]:
        """In which cells something occurs for an expression: the tables, axes and windows of its aggregates."""
        found: set[Form] = set()
        for part in e.walk(node):
            if isinstance(part, e.Moved):
                found |= self.occurrence(part.operand, replace(at, windows=(*at.windows, part.operator)))
            elif isinstance(part, e.MetricValue):
                found |= self.occurrence_of_metric(part.name, at)
            elif isinstance(part, e.AggregateValue):
                found |= self.occurrence_of(part.aggregate, at)
        return frozenset(found)

    def occurrence_of_metric(self, name: str, at: Place) -> frozenset[Form]:
        """That of another metric."""
        if (name, at) not in self.seen:
            self.seen[name, at] = frozenset()
            self.seen[name, at] = self.occurrence(self.model.metrics[name].expression, at)
        return self.seen[name, at]

    def occurrence_of(self, aggregate: Aggregate | Nested | TargetValue, at: Place) -> frozenset[Form]:
        """That of an aggregate."""
        if isinstance(aggregate, Aggregate):
            axis = self.deep.aggregates.axis(aggregate.axis, Scope(aggregate.table))
            return frozenset({form("rows", self.deep.table(aggregate.table), axis, aggregate.instant, at.windows)})
        if isinstance(aggregate, TargetValue):
            return frozenset({form("target", aggregate.target)})
        inside = HERE if aggregate.grain is not None else at
        below: set[Form] = set()
        for argument in (*aggregate.arguments, *([aggregate.where] if aggregate.where is not None else [])):
            below |= self.occurrence(argument, inside)
        return frozenset({form("per", aggregate.grain, at.windows, frozenset(below))})

    # -- dimensions, tables, targets ---------------------------------------------------------------------------------
    def dimension(self, dimension: Dimension) -> Meaning:
        """A dimension: what it is for each table."""
        value = form("dimension", tuple((t, self.column(dimension, t)) for t in sorted(dimension.columns)))
        paths = {t: ".".join((*c.path, c.name)) for t, c in sorted(dimension.columns.items())}
        own = form("dimension", tuple(paths.items()))
        text = "; ".join(f"{table}: {path}" for table, path in paths.items())
        words = {"label": dimension.label, "description": dimension.description}
        return Meaning(value, own, text, {}, {"type": dimension.type.kind.value}, words, value.digest)

    def table(self, table: Table) -> Meaning:
        """A table: its rows, its joins, its times, its fields."""
        fields = {name: self.field(table, name) for name in table.fields}
        joins, inside = tuple(sorted(self.joins_of(table).items())), tuple(sorted(fields.items()))
        value = form("table", self.deep.table(table.name), self.times_of(table), joins, inside)
        own = form(
            "table", table.origin, table.key, table.time, table.zone, table.lifespan, table.snapshot, table.joins,
            tuple((n, f.type, f.text, f.ahead) for n, f in sorted(table.fields.items())),
        )  # fmt: skip
        return Meaning(value, own, "", {}, {}, {}, value.digest)

    def field(self, table: Table, name: str) -> Form:
        """A field of a table."""
        return self.deep.value(self.deep.own(table, name), Scope(table.name))

    def joins_of(self, table: Table) -> dict[str, Form]:
        """The joins of a table, by what they do."""
        return {name: self.deep.chain(table.name, (name,)) for name in table.joins}

    def times_of(self, table: Table) -> Form:
        """The default time axis of a table."""
        return self.field(table, table.time) if table.time in table.fields else form("no time", table.time)

    def target(self, target: Target) -> Meaning:
        """A target: its terms, and the metric that they are for."""
        terms = form("terms", target.versions, target.adds_up)
        metric = self.model.metrics.get(target.metric)
        of = self.metric(metric).value if metric is not None else form("no metric")
        value = form("target", terms, of, self.model.calendar)
        words = {"label": target.label, "description": target.description, "owner": target.owner}
        shape = {"default": "yes" if target.default else ""}
        return Meaning(value, form("target", terms, target.metric), "", {}, shape, words, value.digest)

    def alert(self, alert: Alert) -> Meaning:
        """An alert: what fires, and the metric that it is on."""
        conditions = form("alert", alert.conditions, alert.grain, alert.by, alert.where, alert.target)
        metric = self.model.metrics.get(alert.metric)
        target = self.model.targets.get(alert.target)
        of = self.metric(metric).value if metric is not None else form("no metric")
        against = self.target(target).value if target is not None else form("no target")
        value = form("alert", conditions, of, against)
        words = {"label": alert.label, "description": alert.description, "owner": alert.owner}
        text = ", ".join(condition.text for condition in alert.conditions)
        own = form("alert", conditions, self.renamed.get(alert.metric, alert.metric))
        return Meaning(value, own, text, {}, {}, words, value.digest)


def spelled(text: str) -> str:
    """An expression without its layout; as it is where it cannot be read by itself."""
    tree, _ = read_expression(text_of_argument("", text))
    return syntax_to_text(tree) if tree is not None else text
