"""Alerts: of which metric or target, in which periods and slices, and what fires."""

from __future__ import annotations

from attain.base.problem import Problem
from attain.base.suggest import did_you_mean, some_of
from attain.check.alert_conditions import Subject, read_condition
from attain.check.draft import Draft, Failed
from attain.check.keys import resolve_key
from attain.check.names import find_metric
from attain.check.scope import KeyScope
from attain.check.sides import condition, kind_name
from attain.check.targets import name_of, tree_of
from attain.check.windows import has_axis, missing_window
from attain.model import expression as e
from attain.model.alert import Alert
from attain.model.calendar import Grain
from attain.model.semantic import Metric, SemanticModel
from attain.model.target import Target
from attain.model.types import Kind
from attain.read.shape import AlertShape
from attain.read.tree import Scalar

#: What an alert may look at with periods alone.
OF_PERIODS = ("change", "drop", "rise", "unusual", "low", "high")


def check_alerts(draft: Draft, model: SemanticModel) -> dict[str, Alert]:
    """Every alert that is whole; the problems of the others are told. `model` holds all that they may name."""
    found: dict[str, Alert] = {}
    for name in draft.alert_shapes:
        try:
            found[name] = check_alert(draft, model, name)
        except Failed:
            continue
    return found


def check_alert(draft: Draft, model: SemanticModel, name: str) -> Alert:
    """One alert. Raises `Failed`."""
    scalar, shape = draft.alert_shapes[name]
    metric, target = subject_of(draft, scalar, shape)
    grain = grain_of(draft, shape, target)
    by = tuple(resolve_key(draft, name_of(draft, word), metric.tables).name for word in shape.by or ())
    refuse_by(draft, shape, by, metric)
    if shape.where is not None:
        check_where(draft, shape.where, metric)
    subject = Subject(metric, target, grain, draft.targets)
    conditions = tuple(read_condition(draft, text, subject) for text in shape.when)
    for text, read in zip(shape.when, conditions, strict=True):
        if read.kind in OF_PERIODS and grain is None:
            problem = Problem("alert-form", f"`{text}` compares periods, and this alert has none", text.span)
            raise draft.fail(problem.hint("write grain: week (or month, day ..) in the alert"))
        if read.kind == "silent" and not has_axis(model, e.MetricValue(metric.name, metric.type), stocks=False):
            problem = Problem("no-time-axis", f"`{metric.name}` has no time axis, so nothing is ever late", text.span)
            raise draft.fail(
                problem.hint("write the alert on a metric of rows that come, by the `time:` of their table")
            )
    needed = missing_window(model, e.MetricValue(metric.name, metric.type), grain is not None, grain is not None)
    if needed is not None:
        problem = Problem("needs-window", f"`{metric.name}` moves a window ({needed}), and this alert has none",
                          scalar.span)  # fmt: skip
        raise draft.fail(problem.hint("write grain: month in the alert"))
    named = shape.target is not None or any(read.kind == "band" or read.of_target for read in conditions)
    return Alert(
        name, metric.name, conditions, grain, by, str(shape.where or ""), target.name if target and named else "",
        str(shape.label or ""), str(shape.description or ""), str(shape.owner or metric.owner or ""), scalar.span,
    )  # fmt: skip


def subject_of(draft: Draft, scalar: Scalar, shape: AlertShape) -> tuple[Metric, Target | None]:
    """The metric that an alert looks at, and the target: the one that it names, or the metric's default one."""
    if (shape.metric is None) == (shape.target is None):
        found = "both" if shape.metric is not None else "neither"
        problem = Problem("alert-form", f"an alert is on a metric or on a target, and this one names {found}",
                          scalar.span)  # fmt: skip
        raise draft.fail(problem.hint("write metric: revenue, or target: revenue_plan"))
    if shape.target is not None:
        target = named_target(draft, shape.target)
        return find_metric(draft, target.metric, shape.target.span), target
    assert shape.metric is not None
    name = str(shape.metric)
    if name not in draft.metric_shapes:
        problem = Problem("unknown-metric", f"there is no metric `{name}`", shape.metric.span,
                          did_you_mean(name, draft.metric_shapes))  # fmt: skip
        hint = "an alert is on a metric: give its expression a name below `metrics:`"
        raise draft.fail(problem.hint(f"`{name}` is a target: write target: {name}" if name in draft.targets else hint))
    metric = find_metric(draft, name, shape.metric.span)
    if not (metric.type.is_number or metric.type.kind is Kind.DURATION):
        message = f"an alert is on a number, and `{name}` is {kind_name(metric.type)}"
        raise draft.fail(Problem("type-mismatch", message, shape.metric.span))
    own = [target for target in draft.targets.values() if target is not None and target.metric == name]
    return metric, next((target for target in own if target.default), None)


def named_target(draft: Draft, word: Scalar) -> Target:
    """The target of that name. Fails silently where it is broken."""
    if str(word) not in draft.target_shapes:
        label = did_you_mean(word, draft.target_shapes)
        problem = Problem("unknown-target", f"there is no target `{word}`", word.span, label)
        is_metric = str(word) in draft.metric_shapes
        raise draft.fail(problem.hint(f"`{word}` is a metric: write metric: {word}" if is_metric else
                                      f"targets: {some_of(draft.target_shapes)}"))  # fmt: skip
    target = draft.targets.get(str(word))
    if target is None:
        raise Failed
    return target


def grain_of(draft: Draft, shape: AlertShape, target: Target | None) -> Grain | None:
    """The grain that an alert says; that of the target's own periods where it is on one and says none."""
    if shape.grain is None:
        on_target = target is not None and (
            shape.target is not None or any("band" in text or "target" in text for text in shape.when)
        )
        return next((terms.grain for terms in target.versions if terms.grain), None) if on_target and target else None
    grain = draft.calendar.grain(str(shape.grain))
    if grain is None or grain.unit == "hour":
        known = [name for name in draft.calendar.grain_names() if name != "hour"]
        message = f"there is no grain `{shape.grain}`" if grain is None else "an alert looks at days or longer periods"
        problem = Problem("unknown-grain", message, shape.grain.span, did_you_mean(shape.grain, known))
        late = "for data that are late write when: no data for 3 hours, without a grain" if grain is not None else ""
        raise draft.fail(problem.hint(f"grains: {', '.join(known)}", late))
    return grain


def refuse_by(draft: Draft, shape: AlertShape, by: tuple[str, ...], metric: Metric) -> None:
    """A dimension stands there once, and is one that the metric may be cut by."""
    for word, name in zip(shape.by or (), by, strict=True):
        if by.count(name) > 1:
            raise draft.fail(Problem("wrong-value", f"`{name}` stands here twice", word.span))
        if metric.by is not None and name not in metric.by:
            problem = Problem("dimension-not-allowed", f"`{metric.name}` is not cut by `{name}`", word.span)
            raise draft.fail(problem.hint(f"its `by:` allows: {', '.join(metric.by) or 'nothing'}"))


def check_where(draft: Draft, text: Scalar, metric: Metric) -> None:
    """The condition of an alert is over dimensions, as that of a query."""
    from attain.check.expressions import check_expression

    tree = tree_of(draft, text)
    condition(draft, tree, check_expression(draft, tree, KeyScope(metric.tables)))
