"""Functions of scalars: which there are, what they take and give."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from attain.base.problem import Problem
from attain.base.suggest import did_you_mean
from attain.check.convert import clock, common_type, local
from attain.check.draft import Draft
from attain.check.renamed import advice_for
from attain.check.scope import KeyScope, RowScope, Scope, Typed
from attain.check.working import business_time
from attain.model import expression as e
from attain.model import types as t
from attain.model import units as u
from attain.model.durations import in_unit, resolution_of
from attain.model.types import Kind, Type
from attain.model.working_days import calculated, whole
from attain.read import syntax as s

CheckAll = Callable[[Draft, tuple[s.Syntax, ...], Scope], list[Typed]]

#: name: (fewest arguments, most arguments, how to write it)
SIGNATURES: dict[str, tuple[int, int, str]] = {
    "if": (3, 3, "if(condition, a, b)"),
    "coalesce": (1, 100, "coalesce(a, b)"),
    "nullif": (2, 2, "nullif(a, b)"),
    "abs": (1, 1, "abs(x)"),
    "round": (1, 2, "round(x, 2)"),
    "floor": (1, 1, "floor(x)"),
    "ceil": (1, 1, "ceil(x)"),
    "sqrt": (1, 1, "sqrt(x)"),
    "ln": (1, 1, "ln(x)"),
    "power": (2, 2, "power(x, 2)"),
    "mod": (2, 2, "mod(a, b)"),
    "least": (1, 100, "least(a, b)"),
    "greatest": (1, 100, "greatest(a, b)"),
    "lower": (1, 1, "lower(text)"),
    "upper": (1, 1, "upper(text)"),
    "trim": (1, 1, "trim(text)"),
    "length": (1, 1, "length(text)"),
    "concat": (1, 100, "concat(a, b)"),
    "contains": (2, 2, "contains(text, part)"),
    "starts_with": (2, 2, "starts_with(text, beginning)"),
    "year": (1, 1, "year(t)"),
    "quarter": (1, 1, "quarter(t)"),
    "month": (1, 1, "month(t)"),
    "weekday": (1, 1, "weekday(t)"),
    "trunc": (2, 2, "trunc(t, month)"),
    "today": (0, 0, "today()"),
    "period_start": (0, 0, "period_start()"),
    "period_end": (0, 0, "period_end()"),
    "days": (1, 1, "days(duration)"),
    "hours": (1, 1, "hours(duration)"),
    "minutes": (1, 1, "minutes(duration)"),
    "business_days": (2, 2, "business_days(a, b)"),
    "business_hours": (2, 2, "business_hours(a, b)"),
    "months": (2, 2, "months(a, b)"),
}  # fmt: skip
NUMERIC = ("abs", "round", "floor", "ceil", "sqrt", "ln", "power", "mod")
TEXTS = ("lower", "upper", "trim", "length", "concat", "contains", "starts_with")
SAME = ("coalesce", "nullif", "least", "greatest", "if")


def check_function(draft: Draft, node: s.Call, scope: Scope, check_all: CheckAll) -> Typed:
    """A call of a function of scalars."""
    from attain.check.aggregates import AGGREGATES

    if node.function not in SIGNATURES:
        known = [*SIGNATURES, *AGGREGATES]
        problem = Problem("unknown-function", f"there is no function `{node.function}`", node.name)
        label = did_you_mean(node.function, known)
        advice = advice_for(node)
        raise draft.fail(Problem(problem.code, problem.message, problem.span, label if not advice else "").hint(advice))
    refuse_clauses(draft, node)
    fewest, most, form = SIGNATURES[node.function]
    if not fewest <= len(node.arguments) <= most:
        count = len(node.arguments)
        message = f"`{node.function}` takes {fewest if fewest == most else f'{fewest} or more'}, not {count}, arguments"
        raise draft.fail(Problem("wrong-arguments", message, node.span).hint(f"write {form}"))
    if node.function == "trunc":
        return truncate(draft, node, scope, check_all)
    arguments = check_all(draft, node.arguments, scope)
    if node.function in SAME:
        return same(draft, node, arguments)
    if node.function in NUMERIC:
        return numeric(draft, node, arguments)
    if node.function in TEXTS:
        return text(draft, node, arguments)
    if node.function in ("days", "hours", "minutes"):
        return from_duration(draft, node, arguments[0])
    if node.function in ("today", "period_start", "period_end"):
        return parameter(draft, node, scope)
    return of_time(draft, node, arguments)


def refuse_clauses(draft: Draft, node: s.Call) -> None:
    """A function of scalars takes no clauses and no `distinct`."""
    if node.distinct:
        raise draft.fail(Problem("clause-not-here", f"`distinct` has no meaning in `{node.function}`", node.span))
    for clause, span in node.clauses.spans.items():
        word = clause.replace("_", " ")
        message = f"`{word}` has no meaning in `{node.function}`, which is no aggregate"
        raise draft.fail(Problem("clause-not-here", message, span))


def wrong_type(draft: Draft, node: s.Call, place: s.Syntax, needed: str, typed: Typed) -> Exception:
    """The problem of an argument of the wrong kind."""
    from attain.check.sides import kind_name

    message = f"`{node.function}` needs {needed}, and this is {kind_name(typed.type)}"
    return draft.fail(Problem("type-mismatch", message, place.span))


def same(draft: Draft, node: s.Call, arguments: list[Typed]) -> Typed:
    """Functions whose arguments stand for each other."""
    from attain.check.sides import condition, same_values

    sides = list(zip(arguments, node.arguments, strict=True))
    if node.function == "if":
        test = condition(draft, node.arguments[0], arguments[0])
        values, unit = same_values(draft, "if", sides[1:])
        return Typed(e.Choice(((test, values[0]),), values[1], common_type([v.type for v in values])), unit)
    values, unit = same_values(draft, node.function, sides)
    type = values[0].type if node.function == "nullif" else common_type([v.type for v in values])
    if node.function in ("least", "greatest") and type.kind is Kind.BOOLEAN:
        raise wrong_type(draft, node, node.arguments[0], "numbers, texts or times", arguments[0])
    return Typed(e.Apply(node.function, tuple(values), type), unit)


def numeric(draft: Draft, node: s.Call, arguments: list[Typed]) -> Typed:
    """Functions of numbers; those that keep the measure keep the unit, too."""
    for typed, place in zip(arguments, node.arguments, strict=True):
        if not (typed.type.is_number or typed.type.kind in (Kind.DURATION, Kind.NULL)):
            raise wrong_type(draft, node, place, "a number", typed)
    first = arguments[0]
    if node.function == "abs":
        return Typed(e.Apply("abs", (first.expression,), first.type), first.unit)
    from attain.check.convert import as_number

    value = as_number(first)
    others = [as_number(typed) for typed in arguments[1:]]
    if node.function in ("floor", "ceil"):
        return Typed(e.Apply(node.function, (value,), whole_type(value.type)), first.unit)
    if node.function == "round":
        return rounded(draft, node, value, others, first.unit)
    if node.function == "mod":
        return remainder(draft, node, arguments)
    return Typed(e.Apply(node.function, (value, *others), t.FLOAT), unit_of_power(node, first.unit))


def remainder(draft: Draft, node: s.Call, arguments: list[Typed]) -> Typed:
    """`mod(a, b)`: what is left of a, in its unit; both are in one measure."""
    from attain.check.convert import aligned, as_number
    from attain.check.sides import same_unit

    sides = list(zip(arguments, node.arguments, strict=True))
    unit = same_unit(draft, "mod", *sides)
    pair = aligned(arguments[0], arguments[1])
    a, b = (as_number(Typed(x, unit)) for x in pair)
    return Typed(e.Apply("mod", (a, b), common_type([a.type, b.type])), unit)


def unit_of_power(node: s.Call, unit: u.Unit) -> u.Unit:
    """The unit of a whole power or of a square root; a plain number where it has none."""
    if node.function == "sqrt" and all(power % 2 == 0 for _, power in unit.factors):
        return u.Unit(tuple((name, power // 2) for name, power in unit.factors))
    if node.function == "power" and isinstance(node.arguments[1], s.Number):
        exponent = node.arguments[1].value
        if exponent.denominator == 1 and exponent > 0:
            return u.Unit(tuple((name, power * int(exponent)) for name, power in unit.factors))
    return u.NUMBER


def whole_type(type: Type) -> Type:
    """The type of a number rounded to a whole one."""
    return type if type.kind in (Kind.INTEGER, Kind.FLOAT, Kind.NULL) else Type(Kind.DECIMAL, 38, 0)


def rounded(draft: Draft, node: s.Call, value: e.Expression, others: list[e.Expression], unit: u.Unit) -> Typed:
    """`round(x)`, `round(x, digits)`: digits are written down."""
    digits = others[0] if others else e.Literal(Fraction(0), t.INTEGER)
    while isinstance(digits, e.Negative) and isinstance(digits.operand, e.Literal):
        operand = digits.operand
        digits = e.Literal(-operand.value, t.INTEGER) if isinstance(operand.value, Fraction) else operand
    if not (isinstance(digits, e.Literal) and isinstance(digits.value, Fraction) and digits.value.denominator == 1):
        problem = Problem(
            "wrong-arguments", "the digits of `round` are a whole number written down", node.arguments[1].span
        )
        raise draft.fail(problem.hint("write round(x, 2)"))
    if abs(digits.value) > 15:
        raise draft.fail(
            Problem("wrong-arguments", "`round` takes up to 15 digits", node.arguments[1].span).hint(
                "write round(x, 2); a number has no commas: 1_000"
            )
        )
    return Typed(e.Apply("round", (value, digits), value.type), unit)


def text(draft: Draft, node: s.Call, arguments: list[Typed]) -> Typed:
    """Functions of texts."""
    for typed, place in zip(arguments, node.arguments, strict=True):
        if typed.type.kind not in (Kind.TEXT, Kind.NULL):
            raise wrong_type(draft, node, place, "text", typed)
    values = tuple(typed.expression for typed in arguments)
    if node.function == "length":
        return Typed(e.Apply("length", values, t.INTEGER), u.NUMBER)
    if node.function in ("contains", "starts_with"):
        return Typed(e.Apply(node.function, values, t.BOOLEAN), u.BOOLEAN)
    return Typed(e.Apply(node.function, values, t.TEXT), u.TEXT)


def from_duration(draft: Draft, node: s.Call, argument: Typed) -> Typed:
    """`days(d)`, `hours(d)`, `minutes(d)`: a duration as a plain number of that unit."""
    if argument.type.kind is not Kind.DURATION:
        raise wrong_type(draft, node, node.arguments[0], "a duration (such as closed_at - created_at)", argument)
    if argument.type.resolution == "days" and node.function == "days":
        return Typed(in_unit(argument.expression, "days"), u.NUMBER)
    fine = resolution_of(argument.expression, "microseconds")
    return Typed(in_unit(fine, node.function), u.NUMBER)


def parameter(draft: Draft, node: s.Call, scope: Scope) -> Typed:
    """`today()`, `period_start()`, `period_end()`."""
    if node.function != "today" and isinstance(scope, KeyScope):
        message = f"`{node.function}()` has no meaning in a condition over dimensions"
        raise draft.fail(Problem("clause-not-here", message, node.span))
    if node.function != "today" and isinstance(scope, RowScope) and scope.rollups:
        message = f"`{node.function}()` has no meaning in a field: a field does not know the query's window"
        raise draft.fail(Problem("clause-not-here", message, node.span).hint("use it in a metric"))
    type = t.DATE if node.function == "today" else Type(Kind.TIMESTAMP, zone=draft.calendar.timezone)
    return Typed(e.Parameter(node.function, type), u.TIME)


def truncate(draft: Draft, node: s.Call, scope: Scope, check_all: CheckAll) -> Typed:
    """`trunc(t, month)`: the first day of the period of that grain."""
    [time] = check_all(draft, node.arguments[:1], scope)
    name = node.arguments[1]
    if not time.type.is_time:
        raise wrong_type(draft, node, node.arguments[0], "a time", time)
    grain = draft.calendar.grain(name.text) if isinstance(name, s.Name) else None
    if grain is None or grain.table:
        written = name.text if isinstance(name, s.Name) else "this"
        known = [g for g in draft.calendar.grain_names() if g not in draft.calendar.grains]
        problem = Problem("unknown-grain", f"`{written}` is no grain", name.span, did_you_mean(written, known))
        raise draft.fail(problem.hint(f"grains: {', '.join(known)}"))
    type = Type(Kind.TIMESTAMP, zone=draft.calendar.timezone) if grain.unit == "hour" else t.DATE
    operand = local(draft, time.expression) if grain.unit == "hour" else clock(draft, time.expression)
    return Typed(e.Truncate(operand, grain, type), u.TIME)


def of_time(draft: Draft, node: s.Call, arguments: list[Typed]) -> Typed:
    """Functions of times, as the calendar's clock shows them."""
    for typed, place in zip(arguments, node.arguments, strict=True):
        if not (typed.type.is_time or typed.type.kind is Kind.NULL):
            raise wrong_type(draft, node, place, "a time", typed)
    clocks = tuple(clock(draft, typed.expression) for typed in arguments)
    if node.function == "months":
        return Typed(whole_months(*clocks), u.counted("months"))
    if node.function in ("business_days", "business_hours"):
        return business_time(draft, node, *clocks)
    return Typed(e.Apply(node.function, clocks, t.INTEGER), u.NUMBER)


def whole_months(first: e.Expression, last: e.Expression) -> e.Expression:
    """The most months that can be added to one time without passing the other; backwards the same, negative."""

    def forward(a: e.Expression, b: e.Expression) -> e.Expression:
        year_b, year_a = (calculated("*", e.Apply("year", (x,), t.INTEGER), whole(12)) for x in (b, a))
        month_b, month_a = (e.Apply("month", (x,), t.INTEGER) for x in (b, a))
        count = calculated("-", calculated("+", year_b, month_b), calculated("+", year_a, month_a))
        passed = e.Compare(">", e.Apply("add_months", (a, count), a.type), b)
        return calculated("-", count, e.Choice(((passed, whole(1)),), whole(0), t.INTEGER))

    if first.type.kind != last.type.kind:
        first, last = (
            x if x.type.kind is Kind.TIMESTAMP else e.Apply("midnight", (x,), t.TIMESTAMP) for x in (first, last)
        )
    backward = e.Negative(forward(last, first), t.INTEGER)
    there = e.Choice(((e.Compare(">=", last, first), forward(first, last)),), backward, t.INTEGER)
    known = e.Logic("and", (e.Not(e.IsMissing(first)), e.Not(e.IsMissing(last))))
    return e.Choice(((known, there),), None, t.INTEGER)
