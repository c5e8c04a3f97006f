"""What gives each definition of a model its value, as forms that are equal only where the value is proven equal."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from attain.compare.form import Form, form
from attain.compare.graph import Graph
from attain.compare.normal import Normal
from attain.compare.scope import Scope
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

    @property
    def whole(self) -> str:
        """A hash of all of it, also of what carries no value."""
        return form(self.hash, self.own, self.spelled, self.shape, self.words).digest


#: What any metric may look at beside other metrics.
AROUND = ("tables", "dimensions", "calendar", "rates", "currency", "connections", "targets")


@dataclass(slots=True)
class Meanings:
    """Those of one model. `renamed` gives names of it that the other model has under another name. `twin` are those of
    the other version: what is the same there, with all that it is built on, is not taken apart again. `cuts` gives the
    new names of dimensions."""

    model: SemanticModel
    renamed: Mapping[str, str] = field(default_factory=dict)
    twin: Meanings | None = None
    cuts: Mapping[str, str] = field(default_factory=dict)
    alike: dict[str, bool] = field(default_factory=dict)
    deep: Normal = field(init=False)
    own: Normal = field(init=False)
    metrics: dict[str, Meaning] = field(default_factory=dict)
    graph: Graph = field(init=False)

    def __post_init__(self) -> None:
        self.graph = Graph(self.model)
        self.deep = Normal(self.model, cuts=self.cuts)
        self.own = Normal(self.model, deep=False, renamed=self.renamed, cuts=self.cuts)

    # -- metrics -----------------------------------------------------------------------------------------------------
    def metric(self, metric: Metric) -> Meaning:
        """A metric of the model, taken apart once."""
        if metric.name not in self.metrics:
            same = self.twin is not None and self.is_alike(metric.name)
            own = self.twin.metric(metric) if self.twin is not None and same else self.taken_apart(metric)
            self.metrics[metric.name] = own
        return self.metrics[metric.name]

    def is_alike(self, name: str) -> bool:
        """Whether a metric is the same in the twin, with every metric that it names (those of its targets among them)
        and all around them."""
        if "" not in self.alike:
            self.alike[""] = self.twin is not None and all(
                getattr(self.model, part) == getattr(self.twin.model, part) for part in AROUND
            )
        if name not in self.alike:
            own = self.model.metrics.get(name)
            there = self.twin.model.metrics.get(name) if self.twin is not None else None
            same = self.alike[""] and own is not None and own == there
            below = self.graph.uses(("metric", name)) if same else ()
            self.alike[name] = same and all(self.is_alike(used) for kind, used in below if kind == "metric")
        return self.alike[name]

    def taken_apart(self, metric: Metric) -> Meaning:
        """A metric: its value in every cell, and which cells there are for it."""
        length = str(metric.unit) if metric.type.kind is Kind.DURATION else ""
        value = self.deep.value(metric.expression, Scope())
        occurs = self.deep.occurrence(metric.expression)
        cut = self.cut(metric)
        whole = form("metric", value, occurs, length, self.deep.world.calendar())
        own = form("metric", self.own.value(metric.expression, Scope()), length)
        shape = {
            "unit": str(metric.unit), "currency": self.currency(metric),
            "by": ", ".join(sorted(metric.by)) or "nothing" if metric.by is not None else "",
            "hidden": "yes" if metric.hidden else "", "good": metric.good,
            "deprecated": " until ".join(part for part in metric.deprecated if part) if metric.deprecated else "",
            "type": "number" if metric.type.is_number else metric.type.kind.value, "additivity": metric.additivity,
        }  # fmt: skip
        words = {
            "label": metric.label, "description": metric.description, "owner": metric.owner, "kind": metric.kind,
            "category": metric.category,
        }  # fmt: skip
        return Meaning(whole, own, spelled(metric.text), cut, shape, words, form(whole, cut, shape).digest)

    def currency(self, metric: Metric) -> str:
        """The file's own currency, where that is what a metric is in."""
        return self.model.currency if any(name == "money" for name, _ in metric.unit.factors) else ""

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

    # -- dimensions, tables, targets ---------------------------------------------------------------------------------
    def dimension(self, dimension: Dimension) -> Meaning:
        """A dimension: what it is for each table."""
        value = form("dimension", tuple((t, self.column(dimension, t)) for t in sorted(dimension.columns)))
        paths = {t: ".".join((*c.path, c.name)) for t, c in sorted(dimension.columns.items())}
        own = form("dimension", tuple(paths.items()))
        text = "; ".join(f"{table}: {path}" for table, path in paths.items())
        words = {"label": dimension.label, "description": dimension.description}
        cut = {table: self.column(dimension, table) for table in dimension.columns}
        shape = {"type": dimension.type.kind.value}
        return Meaning(value, own, text, cut, shape, words, form(value, shape).digest)

    def table(self, table: Table) -> Meaning:
        """A table: its rows, its joins, its times, its fields."""
        fields = {name: form(self.field(table, name), field.ahead) for name, field in table.fields.items()}
        joins, inside = tuple(sorted(self.joins_of(table).items())), tuple(sorted(fields.items()))
        value = form("table", self.deep.table(table.name), self.times_of(table), joins, inside)
        shape = {f"unit of {name}": str(field.unit) for name, field in sorted(table.fields.items())}
        own = form(
            "table", table.origin, table.key, table.time, table.zone, table.lifespan, table.snapshot, table.joins,
            tuple((n, f.type, f.text, f.ahead) for n, f in sorted(table.fields.items())),
        )  # fmt: skip
        cut = {**fields, **{f"join {name}": found for name, found in joins}}
        return Meaning(value, own, "", cut, shape, {}, form(value, shape).digest)

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
        terms = self.deep.world.target(target, bands=True)
        metric = self.model.metrics.get(target.metric)
        less = metric is not None and metric.good == "down"  # whether to be below it is to have reached it
        value = form("target", terms, self.value_of(target.metric), self.deep.world.calendar(), less)
        words = {"label": target.label, "description": target.description, "owner": target.owner}
        shape = {"default": "yes" if target.default else ""}
        own = form("target", self.own.world.target(target, bands=True), self.renamed.get(target.metric, target.metric))
        return Meaning(value, own, "", {}, shape, words, form(value, shape).digest)

    def alert(self, alert: Alert) -> Meaning:
        """An alert: what fires, and the metric that it is on."""
        conditions = [replace(condition, text="") for condition in alert.conditions]
        where = spelled(alert.where) if alert.where else ""
        fires = form(
            "alert",
            conditions,
            alert.grain,
            frozenset(self.cuts.get(name, name) for name in alert.by),
            where,
            alert.target,
        )
        target = self.model.targets.get(alert.target)
        banded = any(condition.kind == "band" for condition in alert.conditions)
        against = self.deep.world.target(target, bands=banded) if target is not None else form("no target")
        value = form("alert", fires, self.value_of(alert.metric), against, self.slices_of(alert, where))
        words = {"label": alert.label, "description": alert.description, "owner": alert.owner}
        texts = [condition.text for condition in alert.conditions]
        parts = [*texts, *([f"where {where}"] if where else []), *([f"by {', '.join(alert.by)}"] if alert.by else [])]
        parts += [f"each {alert.grain.name}"] if alert.grain is not None else []
        own = form("alert", fires, self.renamed.get(alert.metric, alert.metric))
        return Meaning(value, own, f"{alert.metric} {', '.join(parts)}", {}, {}, words, value.digest)

    def slices_of(self, alert: Alert, where: str) -> Form:
        """What an alert's slices and its condition are cut by."""
        words = {*alert.by, *re.findall(r"\w+", where)}
        named = [name for name in sorted(words) if name in self.model.dimensions]
        return form(
            "slices",
            tuple((self.cuts.get(name, name), self.dimension(self.model.dimensions[name]).value) for name in named),
        )

    def value_of(self, name: str) -> Form:
        """What gives a metric its value, by its name."""
        metric = self.model.metrics.get(name)
        return self.metric(metric).value if metric is not None else form("no metric")


@lru_cache(maxsize=8192)
def spelled(text: str) -> str:
    """An expression without its layout; as it is where it cannot be read by itself."""
    tree, _ = read_expression(text_of_argument("", text))
    return syntax_to_text(tree) if tree is not None else text
