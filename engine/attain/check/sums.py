"""What may be summed: amounts and counts; never shares or prices, of rows or of parts of a cell.

A sum of win rates, or of prices of one unit, is a number without a meaning. What makes an amount of it is a weight in
every row: `sum(items.unit_price * items.quantity)`, `sum(deals.discount_rate * deals.amount)`. Shares of one whole do
add up, and are known by the join that leads to it: `items.amount / items.order.total`.
"""

from __future__ import annotations

from attain.base.problem import Problem, warning
from attain.check.draft import Draft
from attain.check.paths import end_of
from attain.check.scope import Typed
from attain.check.units import is_time_unit
from attain.model import expression as e
from attain.model import units as u
from attain.model.aggregate import Aggregate
from attain.model.semantic import Field
from attain.read import syntax as s
from attain.read.written import factor_to_text, syntax_to_text

#: Aggregates that are no amount of the rows together, but one of the middle of them.
MEANS = ("avg", "median", "percentile", "stddev", "variance", "corr")
_DEEPEST = 50  # derived fields within derived fields that are looked into


def check_sum(draft: Draft, node: s.Call, argument: Typed, table: str) -> None:
    """A sum of shares or prices is an error, a sum of means a warning. `table` is the one whose rows are summed."""
    if is_rate(argument.unit):
        if not is_weighed(draft, table, argument.expression):
            raise draft.fail(sum_of_rates(draft, node, argument, table))
    elif is_mean(draft, table, argument.expression) and not is_per_time(argument.unit):
        draft.problems.append(sum_of_means(node))


def is_share(unit: u.Unit) -> bool:
    """A percent or a ratio."""
    return unit.is_plain and unit.shown in ("percent", "ratio")


def is_rate(unit: u.Unit) -> bool:
    """A share, or so much of something per thing: money/deal, deals/rep. What is per time (money/month) adds up."""
    above = any(power > 0 for _, power in unit.factors)
    return is_share(unit) or (above and any(power < 0 and not is_time_unit(name) for name, power in unit.factors))


def is_per_time(unit: u.Unit) -> bool:
    """So much a month, or a day."""
    return any(power < 0 and is_time_unit(name) for name, power in unit.factors)


# -- weights ---------------------------------------------------------------------------------------------------------
def is_weighed(draft: Draft, table: str, node: e.Expression, level: int = 0) -> bool:
    """Whether a share or a price is multiplied by how much or how many there are of it, in every branch."""
    if isinstance(node, e.Literal) or level > _DEEPEST:
        return True
    match node:
        case e.Arithmetic(operator="*", left=left, right=right):
            sides = (left, right)
            return any(is_amount(draft, table, x, level) for x in sides) or any(
                is_weighed(draft, table, x, level) for x in sides if not isinstance(x, e.Literal)
            )
        case e.Arithmetic(operator="/", left=left, right=right):
            part = is_amount(draft, table, left, level) and is_whole(draft, table, right, level)
            return part or is_weighed(draft, table, left, level)
        case e.Choice(whens=whens, otherwise=otherwise):
            values = [value for _, value in whens] + ([otherwise] if otherwise is not None else [])
            return all(is_weighed(draft, table, x, level) for x in values)
        case e.Column():
            field = field_of(draft, table, node)
            inside = field.expression if field is not None else None
            return inside is not None and is_weighed(draft, end_of(draft, table, node.path), inside, level + 1)
        case _:
            below = e.children(node)
            return bool(below) and all(is_weighed(draft, table, x, level) for x in below)


def is_amount(draft: Draft, table: str, node: e.Expression, level: int = 0) -> bool:
    """Whether a value says how much or how many: no share, no price, no number written down."""
    match node:
        case e.Column():
            field = field_of(draft, table, node)
            return field is not None and (not is_rate(field.unit) or is_weighed(draft, table, node, level))
        case e.MetricValue(name=name):
            metric = draft.metrics.get(name)
            return metric is not None and not is_rate(metric.unit)
        case e.AggregateValue(aggregate=aggregate):
            own = aggregate.table if isinstance(aggregate, Aggregate) else table
            return not aggregate.arguments or is_amount(draft, own, aggregate.arguments[0], level)
        case e.Arithmetic(operator="/", left=left):
            return is_amount(draft, table, left, level)
        case _:
            return any(is_amount(draft, table, x, level) for x in e.children(node))


def is_whole(draft: Draft, table: str, node: e.Expression, level: int = 0) -> bool:
    """Whether a value is that of a row which many rows share, every field in it reached by a join; or that of all
    groups together."""
    if isinstance(node, e.Widened):
        return True
    columns = [x for x in e.walk(node) if isinstance(x, e.Column)]
    for column in columns:
        field = field_of(draft, table, column)
        inside = field.expression if field is not None else None
        if not column.path and (inside is None or level > _DEEPEST or not is_whole(draft, table, inside, level + 1)):
            return False
    return bool(columns)


def field_of(draft: Draft, table: str, column: e.Column) -> Field | None:
    """The field that a column of a row is."""
    return draft.fields.get((end_of(draft, table, column.path), column.name))


# -- means -----------------------------------------------------------------------------------------------------------
def is_mean(draft: Draft, table: str, expression: e.Expression) -> bool:
    """Whether a value is, at its top, a mean, a median or a quotient of metrics, through names, signs and sums."""
    seen: set[tuple[str, str]] = set()
    waiting = [(table, expression)]
    while waiting:
        here, node = waiting.pop()
        match node:
            case e.AggregateValue(aggregate=aggregate) if aggregate.function in MEANS:
                return True
            case e.Arithmetic(operator="/", right=right) if has_metric(right):
                return True
            case e.MetricValue(name=name) if ("", name) not in seen:
                seen.add(("", name))
                metric = draft.metrics.get(name)
                waiting += [(here, metric.expression)] if metric is not None else []
            case e.Column(path=path, name=name) if (here, name) not in seen:
                end = end_of(draft, here, path)
                seen.add((here, name))
                field = field_of(draft, here, node)
                if field is not None and field.rollup is not None and field.rollup.aggregate.function in MEANS:
                    return True
                waiting += [(end, field.expression)] if field is not None and field.expression is not None else []
            case e.Arithmetic(operator="*", left=left, right=right):
                factors = [x for x in (left, right) if not isinstance(x, e.Literal)]
                waiting += [(here, factors[0])] if len(factors) == 1 else []
            case e.Arithmetic() | e.Negative() | e.Apply() | e.Moved() | e.Narrowed() | e.Widened():
                waiting += [(here, x) for x in e.children(node)]
            case _:
                continue
    return False


def has_metric(expression: e.Expression) -> bool:
    """Whether it is the value of a cell, not of a row."""
    return any(isinstance(node, e.MetricValue | e.AggregateValue) for node in e.walk(expression))


# -- problems --------------------------------------------------------------------------------------------------------
def sum_of_rates(draft: Draft, node: s.Call, argument: Typed, table: str) -> Problem:
    """The problem of a sum of shares or prices, with what to write instead."""
    unit, place = argument.unit, node.arguments[0]
    what = "shares" if is_share(unit) else "prices" if any(u.is_currency(name) for name, _ in unit.factors) else "rates"
    problem = Problem("sum-of-ratio", f"a sum of {what} means nothing", place.span, f"this is {unit}")
    if node.clauses.per:
        return problem.hint(*per_advice(node))
    mean = f"their mean is {aggregated('avg', place, node)}"
    if isinstance(place, s.Binary) and place.operator == "/":
        sums = f"{aggregated('sum', place.left, node)} / {aggregated('sum', place.right, node)}"
        return problem.hint(f"of all rows together it is {sums}", mean)
    weight = f"{factor_to_text(place)} * {weight_of(draft, table, unit)}"
    times = "what it is a share of" if is_share(unit) else "how many there are of it"
    amount = aggregated("sum", weight, node)
    parts = "if they are parts of one thing (of the credit for a deal), declare it: `unit: deals`"
    return problem.hint(f"multiply it by {times} before adding up: {amount}", mean, parts if is_share(unit) else "")


def aggregated(function: str, what: s.Syntax | str, node: s.Call) -> str:
    """Another aggregate of the same rows, as text."""
    text = what if isinstance(what, str) else syntax_to_text(what)
    return f"{function}({text} where ..)" if node.clauses.where is not None else f"{function}({text})"


def per_advice(node: s.Call) -> list[str]:
    """What to write instead of a sum of a ratio over the parts of a cell."""
    text = syntax_to_text(node.arguments[0])
    parts = ", ".join(name.text for name in node.clauses.per)
    whole = f"of all of them together it is {text} by itself, computed from all rows"
    return [whole, f"the mean of the parts is avg({text} per {parts})"]


def weight_of(draft: Draft, table: str, unit: u.Unit) -> str:
    """The field that a share or a price is to be multiplied by: one of the unit that it is per; else a likely name."""
    wanted = u.MONEY if is_share(unit) else u.Unit(tuple((name, -n) for name, n in unit.factors if n < 0))
    fields = sorted(name for name in draft.tables[table].field_names)
    for name in fields:
        field = draft.fields.get((table, name))
        if field is not None and field.unit.factors == wanted.factors:
            return name
    return "amount" if is_share(unit) else "quantity"


def sum_of_means(node: s.Call) -> Problem:
    """The warning of a sum of means."""
    place = node.arguments[0]
    advice = "of all of them together, leave the sum away: a mean is then computed from all rows"
    below = "of all of them together, take the mean of the rows that these are the means of"
    text = "this adds up means, which is no mean and no total"
    return warning("sum-of-averages", text, place.span, "a mean, or a quotient", advice if node.clauses.per else below)
