"""A plan as text, for `--plan`."""

from __future__ import annotations

from attain.model import expression as e
from attain.model.calendar import WEEKDAYS
from attain.plan.steps import (
    Days,
    First,
    From,
    Group,
    Inline,
    InOrder,
    Measure,
    Numbered,
    Plan,
    Rows,
    Spine,
    Stack,
    Step,
    WorkingDays,
)


def show_plan(plan: Plan) -> str:
    """Every step with what goes in and out, in order."""
    lines: list[str] = []
    for step in plan.steps:
        lines += [f"{step.name}: {step.comment}", *(f"  {line}" for line in show_step(step))]
    lines.append(f"result: {', '.join(name for name, _, _ in plan.columns)} of {plan.result.name}")
    if plan.keep is not None:
        lines.append(f"  kept where {text(plan.keep)}")
    if plan.order:
        lines.append("  by " + ", ".join(f"{name} descending" if down else name for name, down, _ in plan.order))
    if plan.limit is not None:
        lines.append(f"  the first {plan.limit}")
    for key in plan.unique:
        lines.append(f"verified: no two rows of {key.table} have the same {', '.join(key.columns)}")
    lines += [f"verified: {promise.promise}" for promise in plan.never]
    if plan.most is not None:
        lines.append(f"verified: at most {plan.most.limit:,} cells")
    scans = sum(1 for step in plan.steps if isinstance(step, Rows) and step.source.is_table)
    lines.append(f"scans: {scans}")
    return "\n".join(lines) + "\n"


def show_step(step: Step) -> list[str]:
    """One step's parts, a line each."""
    match step:
        case Rows(source=source, joins=joins, columns=columns, where=where):
            lines = [f"from {used(source)}"]
            for join in joins:
                pairs = [f"{text(a)} {'is' if safe else '='} {text(b)}" for a, b, safe in join.on]
                pairs += [text(join.where)] if join.where is not None else []
                lines.append(f"{join.kind} join {used(join.to)}" + (f" on {' and '.join(pairs)}" if pairs else ""))
            lines += [f"where {text(where)}"] if where is not None else []
            return [*lines, *(f"{name} = {text(x)}" for name, x in columns)]
        case Group(source=source, keys=keys, measures=measures):
            by = [f"by {', '.join(f'{name} = {text(x)}' for name, x in keys)}"] if keys else ["in total"]
            if step.sets:
                by += [f"by each of {'; '.join(', '.join(names) or 'nothing' for names in step.sets)}"]
            return [f"from {used(source)}", *by, *(f"{m.name} = {measure(m)}" for m in measures)]
        case Stack(inputs=inputs, names=names):
            return [
                f"from {', '.join(dict.fromkeys(source.name for source, _ in inputs))}",
                f"columns {', '.join(names)}",
            ]
        case First(source=source, columns=columns, order=order, limit=limit):
            ranks = ", ".join(f"{text(x)} descending" if down else text(x) for x, down in order)
            values = [f"{name} = {text(x)}" for name, x in columns]
            return [f"from {used(source)}", f"the first {limit} by {ranks}", *values]
        case Spine(first=first, last=last, bounds=bounds):
            return [f"from {text(first)} to {text(last)}" + (f" of {bounds.name}" if bounds else "")]
        case InOrder(source=source, columns=columns, keys=keys, order=order):
            among = ", ".join(text(x) for x in keys)
            found = f"the latest {text(step.value)} so far" if step.value is not None else f"the next {text(order)}"
            lines = [f"from {used(source)}", *(f"{name} = {text(x)}" for name, x in columns)]
            return [*lines, f"{step.column} = {found} by {text(order)}" + (f", each {among}" if among else "")]
        case Numbered(source=source, columns=columns, keys=keys, order=order, column=column):
            places = ", ".join(f"{text(x)} descending" if down else text(x) for x, down in order)
            number = f"the place by {places}" if order else "how many"
            same = f"{column} = {number} of those with the same {', '.join(text(x) for x in keys)}"
            return [f"from {used(source)}", *(f"{name} = {text(x)}" for name, x in columns), same]
        case Inline(columns=columns):
            return [f"columns {', '.join(name for name, _ in columns)}"]
        case Days(column=column, days=days):
            return [f"{column} = {len(days):,} days from {days[0]} to {days[-1]}"]
        case WorkingDays(days=of_days, holidays=holidays, weekdays=weekdays):
            named = ", ".join(WEEKDAYS[number] for number in weekdays)
            return [f"from {used(of_days)}", f"working days: {named}, but not {holidays.name}"]


def used(source: From) -> str:
    """An input, with its alias where it is another."""
    kind = "table " if source.is_table else ""
    return f"{kind}{source.name}" + (f" as {source.alias}" if source.alias != source.name else "")


def measure(m: Measure) -> str:
    """One aggregate."""
    arguments = ", ".join(text(x) for x in m.arguments)
    where = f" where {text(m.where)}" if m.where is not None else ""
    order = f" by {text(m.order)}" if m.order is not None else ""
    return f"{m.function}({arguments}{where}{order})"


def text(node: e.Expression) -> str:
    """An expression in the language's own words."""
    parts = [text(child) for child in e.children(node)]
    match node:
        case e.Slot(source=source, name=name):
            return f"{source}.{name}" if source else name
        case e.Literal(value=value):
            return "null" if value is None else f"'{value}'" if isinstance(value, str) else str(value).lower()
        case e.Parameter(name=name):
            return f"{name}()"
        case e.Arithmetic(operator=operator) | e.Compare(operator=operator):
            return f"({parts[0]} {operator} {parts[1]})"
        case e.Negative():
            return f"-{parts[0]}"
        case e.Logic(operator=operator):
            return f"({f' {operator} '.join(parts)})"
        case e.Not():
            return f"not {parts[0]}"
        case e.IsMissing():
            return f"{parts[0]} is null"
        case e.InSet():
            return f"{parts[0]} in ({', '.join(parts[1:])})"
        case e.Like():
            return f"{parts[0]} like {parts[1]}"
        case e.Choice(whens=whens):
            cases = " ".join(f"when {parts[2 * i]} then {parts[2 * i + 1]}" for i in range(len(whens)))
            return f"case {cases}" + (f" else {parts[-1]}" if node.otherwise is not None else "") + " end"
        case e.Apply(function=function):
            return f"{function}({', '.join(parts)})"
        case e.TheOnly(step=source, name=name):
            return f"the {name} of {source}"
        case e.PeriodAt(column=name, periods=source):
            return f"{name} of {source} at {parts[0]}"
        case e.Truncate(grain=grain):
            return f"trunc({parts[0]}, {grain.name})"
        case e.Localize(zone=zone):
            return f"clock({parts[0]}, {zone})"
        case _:
            return type(node).__name__.lower()
