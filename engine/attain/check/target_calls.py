"""`target(m)`, `target(m, name)`, `attainment(m)`: the target of a metric in a cell, and the share of it that is
reached."""

from __future__ import annotations

from dataclasses import replace

from attain.base.problem import Problem
from attain.base.suggest import did_you_mean, listed
from attain.check.convert import as_number, common_type
from attain.check.draft import Draft, Failed, NeedsFirst
from attain.check.names import find_metric
from attain.check.scope import CellScope, KeyScope, Scope, Typed
from attain.model import expression as e
from attain.model import types as t
from attain.model import units as u
from attain.model.aggregate import TargetValue
from attain.model.semantic import Metric
from attain.model.target import Target
from attain.read import syntax as s
from attain.read.written import syntax_to_text

CALLS = ("target", "attainment")


def is_target_call(function: str) -> bool:
    """Whether a call asks for a target."""
    return function in CALLS


def check_target_call(draft: Draft, node: s.Call, scope: Scope) -> Typed:
    """A call of `target` or `attainment`."""
    refuse_misplaced(draft, node, scope)
    metric = metric_named(draft, node)
    target = target_named(draft, node, metric)
    unit = u.Unit(metric.unit.factors, metric.unit.shown)
    type = common_type([terms.type for terms in target.versions])
    text = syntax_to_text(replace(node, function="target"))
    value = e.AggregateValue(TargetValue(target.name, metric.name, type, text=text, unit=unit), type)
    if node.function == "target":
        return Typed(value, unit)
    reached = as_number(Typed(e.MetricValue(metric.name, metric.type), metric.unit))
    return Typed(e.Arithmetic("/", reached, value, t.FLOAT), u.PERCENT)


def refuse_misplaced(draft: Draft, node: s.Call, scope: Scope) -> None:
    """A target is one of cells; a call of it has no clauses."""
    name = node.function
    if isinstance(scope, KeyScope):
        problem = Problem("clause-not-here", f"`{name}` has no meaning in a condition over dimensions", node.name)
        raise draft.fail(problem.hint("a condition over metrics is --having"))
    if not isinstance(scope, CellScope):
        message = f"`{name}` belongs around a metric, not inside an aggregate"
        problem = Problem("metric-operator-in-row", message, node.name)
        raise draft.fail(problem.hint(f"define a metric first, {name}(revenue), then write its name here"))
    for clause, span in node.clauses.spans.items():
        problem = Problem("clause-not-here", f"`{clause.replace('_', ' ')}` has no meaning in `{name}`", span)
        raise draft.fail(problem.hint(f"narrow it in parentheses of its own: ({name}(revenue) where region = 'EMEA')"))
    if node.distinct or not 1 <= len(node.arguments) <= 2:
        problem = Problem("wrong-arguments", f"`{name}` takes a metric and, maybe, a target's name", node.span)
        raise draft.fail(problem.hint(f"write {name}(revenue) or {name}(revenue, stretch)"))


def metric_named(draft: Draft, node: s.Call) -> Metric:
    """The metric that a call names."""
    first = node.arguments[0]
    if isinstance(first, s.Name) and len(first.words) == 1 and first.text in draft.metric_shapes:
        return find_metric(draft, first.text, first.span)
    if isinstance(first, s.Name):
        label = did_you_mean(first.text, draft.metric_shapes)
        raise draft.fail(Problem("unknown-metric", f"there is no metric `{first.text}`", first.span, label))
    problem = Problem("wrong-arguments", "a target is of a metric, by its name", first.span)
    raise draft.fail(
        problem.hint(
            f"write {node.function}(revenue); what moves or narrows it stands around it",
            f"for example prior({node.function}(revenue), 1 year)",
        )
    )


def target_named(draft: Draft, node: s.Call, metric: Metric) -> Target:
    """The target that a call means, once it is checked."""
    own = [name for name, (of, _) in draft.target_metrics.items() if of == metric.name]
    if len(node.arguments) == 2:
        return found_target(draft, second_name(draft, node, metric, own), node.arguments[1])
    if not own:
        problem = Problem("unknown-target", f"`{metric.name}` has no target", node.arguments[0].span)
        raise draft.fail(problem.hint(f"declare one below targets: {metric.name}_plan: {{metric: {metric.name}, ..}}"))
    marked = [name for name in own if draft.target_metrics[name][1]] if len(own) > 1 else own
    if len(marked) != 1:
        problem = Problem("ambiguous-target", f"which target of `{metric.name}`?", node.span)
        problem = problem.hint(f"it has {listed(own)}: write target({metric.name}, {own[0]})")
        raise draft.fail(problem.hint("or mark one of them as default: true"))
    return found_target(draft, marked[0], node.arguments[0])


def second_name(draft: Draft, node: s.Call, metric: Metric, own: list[str]) -> str:
    """The target that the second argument names: one of the metric's own."""
    second = node.arguments[1]
    if isinstance(second, s.Name) and len(second.words) == 1 and second.text in own:
        return second.text
    if not isinstance(second, s.Name):
        problem = Problem("wrong-arguments", "a target is named here", second.span)
        raise draft.fail(problem.hint(f"write {node.function}({metric.name}, {own[0] if own else 'plan'})"))
    other = draft.target_metrics.get(second.text)
    if other is not None:
        message = f"`{second.text}` is a target of `{other[0]}`, not of `{metric.name}`"
        raise draft.fail(Problem("unknown-target", message, second.span))
    message = f"`{metric.name}` has no target `{second.text}`"
    problem = Problem("unknown-target", message, second.span, did_you_mean(second.text, own))
    raise draft.fail(problem.hint(f"it has {listed(own)}" if own else "it has none"))


def found_target(draft: Draft, name: str, place: s.Syntax) -> Target:
    """The target of that name. Fails silently where it is broken."""
    if name not in draft.targets:
        raise NeedsFirst("target", (name,), place.span)
    target = draft.targets[name]
    if target is None:
        raise Failed
    return target
