"""What `compile` and `run` ask for: texts of the command line to a query, or to problems."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from attain.base.problem import Problem, has_errors, in_order
from attain.base.span import Source, Span
from attain.base.suggest import did_you_mean, some_of
from attain.check.aggregates import names_in
from attain.check.convert import as_number
from attain.check.deprecated import deprecated_problem
from attain.check.draft import Draft, DraftTable, Failed
from attain.check.expressions import check_expression
from attain.check.keys import resolve_key
from attain.check.request import QueryRequest
from attain.check.scope import CellScope, KeyScope, Scope, Typed
from attain.check.sides import condition
from attain.check.tables_of import tables_of
from attain.check.windows import has_axis, missing_window
from attain.model import expression as e
from attain.model.aggregate import Filter, Key, WindowOperator
from attain.model.calendar import Grain
from attain.model.periods import period_start, rounded_up
from attain.model.query import DEFAULT_MAX_CELLS, Order, Output, Query
from attain.model.semantic import SemanticModel
from attain.model.types import Kind
from attain.model.units import Unit
from attain.read import syntax as s
from attain.read.expressions import read_day, read_expression
from attain.read.text import ExpressionText, text_of_argument
from attain.read.tree import Lines, Scalar


@dataclass(slots=True)
class _Check:
    """One query being checked."""

    draft: Draft
    model: SemanticModel
    problems: list[Problem] = field(default_factory=list)
    sources: dict[str, Source] = field(default_factory=dict)

    def note(self, option: str, text: str) -> Span:
        """Remembers the text of an option for messages; its whole span."""
        self.sources[option] = Source(option, text)
        return Span(option, 1, 1, len(text.split("\n", maxsplit=1)[0]) + 1)

    def fail(self, code: str, message: str, span: Span, label: str = "", *hints: str) -> None:
        self.problems.append(Problem(code, message, span, label, tuple(h for h in hints if h)))


def check_query(
    model: SemanticModel, request: QueryRequest, today: date | None
) -> tuple[Query | None, list[Problem], dict[str, Source]]:
    """The checked query; None with the problems where it is wrong. `today` is the day to take where `as_of` is not
    asked for; None leaves it to the statement. Also the texts of the options, for messages."""
    check = _Check(draft_of(model), model)
    check.problems = check.draft.problems
    outputs = outputs_of(check, request.metrics, today)
    own = sorted({table for output in outputs for table in tables_of(check.draft, output.expression)})
    by = frozenset(request.by)
    tables = sorted({*own, *tables_named(check, request.having, by), *tables_named(check, request.order, by)})
    keys = keys_of(check, request.by, tables) if not has_errors(check.problems) else ()
    restrict(check, outputs, keys)
    grain = grain_of(check, request.grain)
    start, end = range_of(check, request, grain)
    as_of = day_of(check, "--as-of", request.as_of) if request.as_of else today
    filter = filter_of(check, request.where, tables) if request.where and tables else None
    having = having_of(check, request.having, keys) if request.having else None
    names = [
        *(["total"] if request.totals else []),
        *([grain.name] if grain else []),
        *(key.name for key in keys),
        *(output.name for output in outputs),
    ]
    repeated(check, names)
    order = order_of(check, request.order, names, keys) if request.order else ()
    if request.top is not None:
        check_top(check, request.top, outputs, keys)
    if request.limit is not None and request.limit < 0:
        check.fail("wrong-value", "a limit is 0 or more", check.note("--limit", str(request.limit)))
    if grain is not None and start is None and end is None and not has_errors(check.problems):
        dated(check, outputs, own, grain)
    for output in outputs:
        needed = missing_window(model, output.expression, start is not None or end is not None, grain is not None)
        if needed is not None:
            windowless(check, output, needed, grain)
    problems = in_order(check.problems)
    if has_errors(problems):
        return None, problems, check.sources
    cells = request.max_cells if request.max_cells is not None else DEFAULT_MAX_CELLS
    query = Query(
        outputs, keys, grain, start, end, filter, as_of, having, order, request.limit, request.sparse, cells,
        request.totals, request.top,
    )  # fmt: skip
    return query, problems, check.sources


def draft_of(model: SemanticModel) -> Draft:
    """A finished draft of a checked model: its names resolve at once."""
    draft = Draft(calendar=model.calendar, constants=model.constants, currency=model.currency, rates=model.rates)
    nowhere = Scalar.of("", "", 0, 0, Lines("", ""))
    for name, table in model.tables.items():
        draft.tables[name] = DraftTable(
            nowhere, None, table.origin, table.key, table.joins, {}, table.rows, table.zone, table.time, {},
            set(table.fields), is_stock=table.lifespan is not None or table.snapshot is not None,
        )  # fmt: skip
        draft.fields.update({(name, field.name): field for field in table.fields.values()})
    draft.dimensions.update(model.dimensions)
    draft.dimension_shapes.update(dict.fromkeys(model.dimensions, (nowhere, None)))
    draft.metrics.update(model.metrics)
    draft.targets.update(model.targets)
    draft.target_metrics.update({name: (found.metric, found.default) for name, found in model.targets.items()})
    draft.metric_shapes.update(dict.fromkeys(model.metrics, (nowhere, None)))
    return draft


def parse(check: _Check, option: str, text: str) -> s.Syntax | None:
    """The tree of an option's expression."""
    check.note(option, text)
    tree, problems = read_expression(text_of_argument(option, text))
    check.problems += problems
    return tree


def typed(check: _Check, tree: s.Syntax, scope: Scope) -> Typed | None:
    """A checked expression of the command line; None where its problems are told."""
    try:
        return check_expression(check.draft, tree, scope)
    except Failed:
        return None


# -- metrics ---------------------------------------------------------------------------------------------------------
def outputs_of(check: _Check, metrics: tuple[str, ...], today: date | None) -> tuple[Output, ...]:
    """What is asked for: metrics by their names, or expressions."""
    if not metrics:
        check.fail("wrong-arguments", "which metric?", Span("METRIC", 0, 0, 0), "", some_metrics(check.model))
    outputs: list[Output] = []
    for position, text in enumerate(metrics):
        place = f"METRIC {position + 1}" if position else "METRIC"
        metric = check.model.metrics.get(text)
        if metric is not None:
            value = as_number(Typed(e.MetricValue(text, metric.type), metric.unit))
            outputs.append(Output(text, value, value.type, metric.unit))
            if metric.deprecated is not None:
                span = check.note(place, text)
                check.problems.append(deprecated_problem(metric, span, today or date.today()))
            continue
        found = expression_output(check, text, place)
        if found is not None:
            outputs.append(found)
    return tuple(outputs)


def some_metrics(model: SemanticModel) -> str:
    """What could be asked for."""
    return f"metrics: {some_of(name for name, metric in model.metrics.items() if not metric.hidden)}"


def expression_output(check: _Check, text: str, place: str) -> Output | None:
    """A metric written out on the command line."""
    tree = parse(check, place, text)
    value = typed(check, tree, CellScope()) if tree is not None else None
    if value is None:
        return None
    if value.type.kind is Kind.NULL or not tables_of(check.draft, value.expression):
        check.fail("wrong-value", "this expression has no metric in it", check.note(place, text))
        return None
    number = as_number(value)
    return Output(text, number, number.type, Unit(value.unit.factors, value.unit.shown))


# -- what it is cut by -----------------------------------------------------------------------------------------------
def keys_of(check: _Check, names: tuple[str, ...], tables: list[str]) -> tuple[Key, ...]:
    """The keys that `--by` names, each for all tables."""
    keys: list[Key] = []
    whole = Lines("--by", ",".join(names))
    check.note("--by", whole.text)
    for position, name in enumerate(names):
        tree, problems = read_expression(ExpressionText(name, whole, len(",".join(names[:position])) + (position > 0)))
        check.problems += problems
        if tree is None:
            continue
        if not isinstance(tree, s.Name):
            check.fail(
                "unknown-dimension", "only names stand here", tree.span, "", "derive it below a table's `fields:`"
            )
            continue
        try:
            key = resolve_key(check.draft, tree, tables)
        except Failed:
            continue
        if key.name in {known.name for known in keys}:
            check.fail("wrong-value", f"`{key.name}` is asked for twice", tree.span)
            continue
        keys.append(key)
    return tuple(keys)


def restrict(check: _Check, outputs: tuple[Output, ...], keys: tuple[Key, ...]) -> None:
    """A metric with `by:` is cut by nothing else."""
    for output in outputs:
        metric = check.model.metrics.get(output.name)
        if metric is None or metric.by is None:
            continue
        for key in keys:
            if key.name not in metric.by:
                text = f"`{metric.name}` is not cut by `{key.name}`"
                allowed = f"its `by:` allows: {', '.join(metric.by) or 'nothing'}"
                check.fail("dimension-not-allowed", text, check.note("--by", key.name), "", allowed)


def filter_of(check: _Check, text: str, tables: list[str]) -> Filter | None:
    """The condition of `--where`, over keys that every table reaches."""
    tree = parse(check, "--where", text)
    if tree is None:
        return None
    scope = KeyScope(tuple(tables))
    value = typed(check, tree, scope)
    if value is None:
        return None
    try:
        return Filter(condition(check.draft, tree, value), tuple(scope.found.values()), text.strip())
    except Failed:
        return None


def tables_named(check: _Check, text: str, by: frozenset[str]) -> set[str]:
    """The tables of the metrics that `--having` or `--order` name, and those that their aggregates name; the names of
    what is asked for by mean that."""
    tree, _ = read_expression(text_of_argument("", f"({text})" if "," not in text else f"coalesce({text})"))
    found: set[str] = set()
    for name in names_in(tree) if tree is not None else ():
        if name.text in by:
            continue
        metric = check.model.metrics.get(name.text)
        found |= set(metric.tables) if metric is not None else {name.words[0].text} & set(check.model.tables)
    return found


def having_of(check: _Check, text: str, keys: tuple[Key, ...]) -> e.Expression | None:
    """The condition of `--having`, over the result."""
    tree = parse(check, "--having", text)
    if tree is None:
        return None
    scope = CellScope({key.name: key for key in keys})
    value = typed(check, tree, scope)
    if value is None:
        return None
    try:
        return condition(check.draft, tree, value)
    except Failed:
        return None


def check_top(check: _Check, count: int, outputs: tuple[Output, ...], keys: tuple[Key, ...]) -> None:
    """`--top` puts slices together, so there must be slices, and what is taken over one of several dimensions has no
    meaning in them."""
    span = check.note("--top", str(count))
    if count < 1:
        check.fail("wrong-value", "`--top` is 1 or more", span)
    if not keys:
        check.fail("wrong-value", "the largest of what? nothing is asked for by", span, "", "add --by region")
    over = next((x for output in outputs if (x := taken_over(check.model, output.expression))), ())
    if len(keys) > 1 and over:
        named = ", ".join(over)
        text = (
            f"`all(.. over {named})` has no value for the rest: one row for many members, without a {named} of its own"
        )
        metric = outputs[0].name if outputs[0].name.isidentifier() else "METRIC"
        first = f"leave --top out, and take the largest rows: --order -{metric} --limit {count}"
        check.fail("wrong-value", text, span, "", f"ask by one dimension: --by {named}", first)


def taken_over(model: SemanticModel, expression: e.Expression) -> tuple[str, ...]:
    """What anything below is taken over, of several dimensions; nothing where nothing is."""
    seen: set[str] = set()
    stack = [expression]
    while stack:
        for node in e.walk(stack.pop()):
            if isinstance(node, e.Widened) and node.over:
                return node.over
            if isinstance(node, e.MetricValue) and node.name not in seen:
                seen.add(node.name)
                stack.append(model.metrics[node.name].expression)
            elif isinstance(node, e.AggregateValue):
                stack += node.aggregate.arguments
    return ()


def repeated(check: _Check, names: list[str]) -> None:
    """Two columns of a result may not have one name."""
    for name in {name for name in names if names.count(name) > 1}:
        check.fail("wrong-value", f"the result would have two columns `{name}`", check.note("METRIC", name))


def order_of(check: _Check, text: str, names: list[str], keys: tuple[Key, ...]) -> tuple[Order, ...]:
    """`-revenue,region`: columns of the result, or other metrics; a minus for descending."""
    orders: list[Order] = []
    check.note("--order", text)
    for match in re.finditer(r'(-?)\s*((?:"[^"]*"|\'[^\']*\'|\([^()]*\)|[^,"\'()])+)', text):
        name = match[2].strip()
        name = name[1:-1] if len(name) > 1 and name[0] == name[-1] == '"' and name not in names else name
        if name in names:
            orders.append(Order(name, match[1] == "-"))
        elif name in check.model.metrics or "(" in name:
            whole = ExpressionText(name, Lines("--order", text), match.start(2))
            tree, problems = read_expression(whole)
            check.problems += problems
            value = typed(check, tree, CellScope({key.name: key for key in keys})) if tree is not None else None
            if value is not None:
                orders.append(Order(name, match[1] == "-", as_number(value)))
        else:
            span = Span("--order", 1, match.start(2) + 1, match.end(2) + 1)
            known = [*names, *check.model.metrics]
            check.fail("unknown-column", f"the result has no column `{name}`", span, did_you_mean(name, known),
                       f"columns: {', '.join(names)}; any metric can be ordered by, too")  # fmt: skip
    return tuple(orders)


# -- time ------------------------------------------------------------------------------------------------------------
def grain_of(check: _Check, name: str) -> Grain | None:
    """The grain asked for."""
    if not name:
        return None
    grain = check.model.calendar.grain(name)
    if grain is None:
        known = check.model.calendar.grain_names()
        check.fail("unknown-grain", f"there is no grain `{name}`", check.note("--grain", name),
                   did_you_mean(name, known), f"grains: {', '.join(known)}")  # fmt: skip
    return grain


def day_of(check: _Check, option: str, text: str) -> date | None:
    """A day of the command line."""
    day = read_day(text)
    if day is None:
        check.fail("date-form", f"`{text}` is not a day", check.note(option, text), "", "write it as 2026-01-31")
    elif not date(1900, 1, 1) <= day <= date(2999, 12, 31):
        check.fail("date-form", f"`{text}` is too far away", check.note(option, text), "", "from 1900 to 2999")
        return None
    return day


def range_of(check: _Check, request: QueryRequest, grain: Grain | None) -> tuple[date | None, date | None]:
    """`[from, to)`, rounded out to whole periods."""
    start = day_of(check, "--from", request.start) if request.start else None
    end = day_of(check, "--to", request.end) if request.end else None
    if start is not None and end is not None and start >= end:
        text = f"the range from {start} to {end} is empty: `--to` is the first day after it"
        check.fail("wrong-value", text, check.note("--to", request.end))
        return None, None
    if grain is not None and not grain.table:
        start = period_start(start, grain) if start is not None else None
        end = rounded_up(end, grain) if end is not None else None
    return start, end


def dated(check: _Check, outputs: tuple[Output, ...], tables: list[str], grain: Grain) -> None:
    """With a grain something must say from when to when: a table with a time axis, or a range."""
    if tables and all(not has_axis(check.model, output.expression) for output in outputs):
        text = "nothing says from when to when: no table that is aggregated here has a time axis"
        check.fail("no-time-axis", text, check.note("--grain", grain.name), "", "give --from and --to")


def windowless(check: _Check, output: Output, operator: WindowOperator, grain: Grain | None) -> None:
    """A time operator without a window that it could move."""
    span = check.note("METRIC", output.name) if output.name in check.model.metrics else Span("METRIC", 0, 0, 0)
    if operator.by_period:
        text = f"`{output.name}` goes back by one period, and only a grain has periods"
        check.fail("needs-window", text, span, "", "add --grain month, or write how far: prior(.., 1 year)")
        return
    text = f"`{output.name}` moves a window ({operator}), and this query has none"
    check.fail("needs-window", text, span, "", "add --grain month, or --from and --to")


Sources = Mapping[str, Source]
