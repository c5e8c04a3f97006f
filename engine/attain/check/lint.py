"""Rules that can be switched on: what definitions may leave out, and a team may not want to. A rule is a function from
the definitions to problems; `lint:` and `--lint` say which are on, and how bad what they find is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from attain.base.problem import Problem, Severity, warning
from attain.base.span import Span
from attain.base.suggest import did_you_mean
from attain.model.aggregate import Aggregate, TargetValue
from attain.model.expression import AggregateValue, Column, Expression, walk
from attain.model.semantic import Metric, SemanticModel
from attain.read.definitions import RawModel
from attain.read.tree import Scalar

#: How bad what a rule finds is; "off" switches it off.
LEVELS = ("error", "warning", "off")
_SNAKE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+[0-9]*|[A-Z]+[0-9]*|[0-9]+")


@dataclass(frozen=True, slots=True)
class Definitions:
    """What a rule looks at: the definitions as written, and as checked."""

    raw: RawModel
    model: SemanticModel

    def metrics(self) -> Iterator[Metric]:
        """The metrics that lists show, without those that are on their way out."""
        return (m for m in self.model.metrics.values() if not m.hidden and m.deprecated is None)


def find_missing_descriptions(found: Definitions) -> Iterator[Problem]:
    """Metrics that do not say what they mean."""
    for metric in found.metrics():
        if not metric.description:
            hint = "`description:` says in a sentence what it tells, and the trap in reading it"
            yield warning("description-missing", f"`{metric.name}` has no description", metric.span, "", hint)


def find_missing_owners(found: Definitions) -> Iterator[Problem]:
    """Metrics of nobody; targets and alerts whose metric has no owner either."""
    metrics, targets = found.model.metrics, found.model.targets
    owned = {name for name, metric in metrics.items() if metric.owner}
    hint = "`owner:` names who answers for it: a person or a team, such as revops@acme.example"
    for metric in found.metrics():
        if not metric.owner:
            yield warning("owner-missing", f"the metric `{metric.name}` has no owner", metric.span, "", hint)
    for target in targets.values():
        if not target.owner and target.metric not in owned:
            text = f"the target `{target.name}` has no owner, and neither has `{target.metric}`"
            yield warning("owner-missing", text, target.span, "", hint)
    for alert in found.model.alerts.values():
        target_owner = targets[alert.target].owner if alert.target in targets else ""
        if not alert.owner and not target_owner and alert.metric not in owned:
            text = f"the alert `{alert.name}` has no owner, and neither has `{alert.metric}`"
            yield warning("owner-missing", text, alert.span, "", hint)


def find_missing_units(found: Definitions) -> Iterator[Problem]:
    """Metrics that are shown as plain numbers because nothing says what they measure."""
    declared = {
        str(name) for file in found.raw.files for name, m in file.document.metrics.items() if m.unit is not None
    }
    unsaid = metrics_of_unsaid(found, declared)
    for metric in found.metrics():
        if metric.unit.is_plain and metric.name in unsaid and metric.name not in declared:
            text = f"`{metric.name}` is shown as a plain number: no unit is declared, and none follows"
            hint = "`unit: percent` for a share, `ratio` or `number` where a plain number is meant, else what it counts"
            yield warning("unit-missing", text, metric.span, "", f"write {hint}")


def metrics_of_unsaid(found: Definitions, declared: set[str]) -> set[str]:
    """The metrics that are quotients (which may be shares), or made of fields and metrics without a declared unit."""
    fields = {
        (str(table), str(name))
        for file in found.raw.files
        for table, shape in file.document.tables.items()
        for name, field in shape.fields.items()
        if field.unit is not None
    }
    users: dict[str, list[str]] = {}
    unsaid: set[str] = set()
    for metric in found.model.metrics.values():
        for name in metric.uses:
            users.setdefault(name, []).append(metric.name)
        columns = [*columns_of(found.model, metric)]
        is_made = bool(columns or metric.uses) and all(column in fields for column in columns)
        unsaid |= set() if is_made and metric.unit.shown == "number" else {metric.name}
    waiting = [name for name in unsaid if name not in declared]
    while waiting:
        further = [name for name in users.get(waiting.pop(), ()) if name not in unsaid]
        unsaid |= set(further)
        waiting += [name for name in further if name not in declared]
    return unsaid


def columns_of(model: SemanticModel, metric: Metric) -> Iterator[tuple[str, str]]:
    """The fields whose values a metric aggregates itself, as (table, field); conditions aside."""
    waiting: list[tuple[Expression, str]] = [(metric.expression, "")]
    while waiting:
        whole, table = waiting.pop()
        for node in walk(whole):
            if isinstance(node, Column):
                yield table_at(model, table, node.path), node.name
            elif isinstance(node, AggregateValue) and not isinstance(node.aggregate, TargetValue):
                own = node.aggregate.table if isinstance(node.aggregate, Aggregate) else table
                waiting += [(argument, own) for argument in node.aggregate.arguments]


def table_at(model: SemanticModel, table: str, path: tuple[str, ...]) -> str:
    """The table that a chain of joins leads to."""
    for join in path:
        table = model.tables[table].joins[join].to
    return table


def find_odd_names(found: Definitions) -> Iterator[Problem]:
    """Names that are not in snake_case: lower-case words, digits, and underscores between them."""
    for what, name in written_names(found.raw):
        if not _SNAKE.fullmatch(name):
            better = "_".join(_WORDS.findall(name)).lower()
            label = f"write `{better}`" if name.isascii() and _SNAKE.fullmatch(better) else ""
            hint = "lower-case letters, digits, and underscores between words"
            yield warning("name-style", f"the {what} `{name}` is not in snake_case", name.span, label, hint)


def written_names(raw: RawModel) -> Iterator[tuple[str, Scalar]]:
    """The names that are ours to choose, with what each is the name of; columns have those of their source."""
    for file in raw.files:
        document = file.document
        for table, shape in document.tables.items():
            yield "table", table
            yield from (("join", name) for name in shape.joins)
            yield from (("field", name) for name, field in shape.fields.items() if field.expr is not None)
        groups: tuple[tuple[str, Iterable[Scalar]], ...] = (
            ("dimension", document.dimensions), ("metric", document.metrics), ("constant", document.constants),
            ("target", document.targets), ("alert", document.alerts),
        )  # fmt: skip
        yield from ((what, name) for what, group in groups for name in group)


def find_unused_metrics(found: Definitions) -> Iterator[Problem]:
    """Building blocks that nothing is built on."""
    model = found.model
    used = {name for metric in model.metrics.values() for name in metric.uses}
    used |= {target.metric for target in model.targets.values()} | {alert.metric for alert in model.alerts.values()}
    for metric in model.metrics.values():
        if metric.hidden and metric.name not in used:
            text = f"`{metric.name}` is hidden, and nothing is built on it"
            yield warning("unused-metric", text, metric.span, "", "take it out, or show it: leave `hidden: true` out")


def find_metrics_without_target(found: Definitions) -> Iterator[Problem]:
    """Metrics that say which way is good, and not how much is enough."""
    for metric in found.metrics():
        if metric.good in ("up", "down") and not found.model.targets_of(metric.name):
            text = f"`{metric.name}` says which way is good (`good: {metric.good}`), and has no target"
            hint = "write one below `targets:`, or leave `good:` out where nothing is to be reached"
            yield warning("metric-without-target", text, metric.span, "", hint)


#: Every rule, by the code of what it finds.
RULES: dict[str, Callable[[Definitions], Iterator[Problem]]] = {
    "description-missing": find_missing_descriptions,
    "owner-missing": find_missing_owners,
    "unit-missing": find_missing_units,
    "name-style": find_odd_names,
    "unused-metric": find_unused_metrics,
    "metric-without-target": find_metrics_without_target,
}


def check_lint(raw: RawModel, model: SemanticModel, levels: dict[str, str]) -> list[Problem]:
    """What the rules find that are on, each as bad as its level says."""
    found = Definitions(raw, model)
    problems: list[Problem] = []
    for code, rule in RULES.items():
        if levels.get(code, "off") != "off":
            severity = Severity(levels[code])
            problems += [replace(problem, severity=severity) for problem in rule(found)]
    return problems


# -- which rules are on ----------------------------------------------------------------------------------------------
def read_levels(raw: RawModel) -> tuple[dict[str, str], list[Problem]]:
    """The rules that `lint:` switches on, with their levels; of two files the stricter one counts."""
    levels: dict[str, str] = {}
    problems: list[Problem] = []
    for file in raw.files:
        own: dict[str, str] = {}
        for rule, level in (file.document.lint or {}).items():
            problems += set_level(own, rule, level if level is not rule else "warning", rule.span, level.span)
        for name, stated in own.items():
            levels[name] = min(stated, levels.get(name, "off"), key=LEVELS.index)
    return levels, problems


def set_level(levels: dict[str, str], rule: str, level: str, span: Span, level_span: Span) -> list[Problem]:
    """Switches a rule (or `all`) to a level; what is wrong with either."""
    if rule != "all" and rule not in RULES:
        label = did_you_mean(rule, [*RULES, "all"])
        return [
            Problem("wrong-value", f"there is no rule `{rule}`", span, label).hint(f"rules: {', '.join(RULES)}, all")
        ]
    if level not in LEVELS:
        label = did_you_mean(level, LEVELS)
        problem = Problem("wrong-value", f"`{level}` is none of: {', '.join(LEVELS)}", level_span, label)
        return [problem]
    for name in RULES if rule == "all" else [rule]:
        levels[str(name)] = str(level)
    return []


def add_asked(levels: dict[str, str], asked: Iterable[str], span: Span) -> tuple[dict[str, str], list[Problem]]:
    """The levels with what `--lint` says on top: `all`, `none`, `RULE`, `RULE=error`, one after the other."""
    found, problems = dict(levels), []
    for part in asked:
        rule, _, level = (piece.strip() for piece in part.partition("="))
        if rule == "none" and not level:
            found.clear()
        else:
            problems += set_level(found, rule, level or "warning", span, span)
    return found, problems
