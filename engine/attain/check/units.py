"""Declared units against inferred ones."""

from __future__ import annotations

from attain.base.problem import Problem, warning
from attain.base.span import Span
from attain.base.suggest import closest, did_you_mean, edit_distance
from attain.check.draft import Draft
from attain.check.scope import Scope
from attain.model import units as u
from attain.model.types import ELAPSED, Kind, Type
from attain.read import syntax as s
from attain.read.tree import Scalar

_MOST_PARTS = 4  # of an expression, that a message tells the units of
NO_FIXED_LENGTH = "units of time are not converted here: have both counted in the same one"


def declared_unit(draft: Draft, text: Scalar) -> u.Unit:
    """The unit that a `unit:` names, or the problem that it names none."""
    unit = u.read_unit(text)
    if unit is None:
        label = did_you_mean(text, [*u.PLAIN, *u.WORDS, "money", *u.DURATIONS])
        problem = Problem("wrong-value", f"`{text}` is no unit", text.span, label)
        raise draft.fail(
            problem.hint("write number, percent, ratio, money, days, a thing that is counted, or money/deal")
        )
    for name, _ in unit.factors:
        refuse_misspelt(draft, name, text)
    return u.MONEY if draft.currency and unit == u.money_of(draft.currency) else unit


def refuse_misspelt(draft: Draft, name: str, text: Scalar) -> None:
    """A unit that nothing here is called like, and that is nearly one of the language's own; or a currency."""
    if name.upper() in ("USD", "EUR", "GBP", "CHF", "JPY", "EURO", "DOLLAR"):
        problem = Problem("wrong-value", f"`{text}` is a currency, not a unit", text.span, "write money")
        raise draft.fail(problem.hint("the currency stands at the top of the file: `currency: USD`"))
    known = [*u.PLAIN, *u.WORDS, "money", *u.DURATIONS, *(u.singular(unit) for unit in u.DURATIONS)]
    things = {u.singular(table) for table in draft.tables} | {u.singular(metric) for metric in draft.metric_shapes}
    if name in known or name in things or len(name) < 5:
        return
    near = closest(name, known)
    if near is not None and edit_distance(name, near, 2) <= 2:
        problem = Problem("wrong-value", f"`{text}` is no unit", text.span, f"did you mean `{near}`?")
        raise draft.fail(problem.hint("a thing that is counted needs a name less like it"))


def fitting_unit(
    draft: Draft, text: Scalar | None, inferred: u.Unit, type: Type, tree: s.Syntax, scope: Scope
) -> u.Unit:
    """The declared unit where it does not contradict the inferred one; the inferred one where none is declared. The
    expression stands in `scope`."""
    declared = declared_unit(draft, text) if text is not None else u.Unit(inferred.factors, inferred.shown)
    if text is not None and not agrees(declared, inferred, type):
        problem = Problem(
            "unit-mismatch", f"declared {declared}, but this is {inferred}", text.span, f"declared {declared}"
        )
        problem = problem.also(tree.span, f"this is {inferred}").hint(*how(draft, tree, scope))
        raise draft.fail(problem.hint(why(inferred, declared, type)))
    place = text.span if text is not None else tree.span
    if is_count(inferred) and (declared.is_money or declared.shown in ("percent", "ratio")):
        problem = warning("unit-unlikely", f"a count of {inferred} is declared {declared}", place)
        draft.problems.append(problem.hint(why(inferred, declared, type)))
    hundred = hundredfold(tree)
    if declared.shown == "percent" and not declared.factors and hundred is not None:
        text_ = "percent is a share of one here: 63% is 0.63, and is shown as 63%"
        draft.problems.append(warning("hundredfold-percent", text_, hundred, "", "leave the `100 *` out"))
    return declared


def how(draft: Draft, tree: s.Syntax, scope: Scope) -> list[str]:
    """How the parts of an expression got their units, a line each."""
    from attain.check.explain import parts_of

    told = [part for part in parts_of(draft, tree, scope) if part.unit_because and part.level <= 1]
    parts = [part for part in told if part.level == 0] or told
    return [f"{shortened(part.text)} is {part.unit}: {part.unit_because}" for part in parts[:_MOST_PARTS]]


def agrees(declared: u.Unit, inferred: u.Unit, type: Type) -> bool:
    """Whether a declaration only names or shows what was inferred."""
    if declared.is_word or inferred.is_word:
        return declared.shown == inferred.shown and not declared.factors
    if type.kind is Kind.DURATION:
        return declared.is_duration and u.plural(declared.factors[0][0]) in ELAPSED
    if declared.factors == inferred.factors or is_count(inferred) or met_by_constant(declared, inferred):
        return True
    if inferred.is_plain:
        return inferred.shown == "number"
    things = all(is_thing(name) for name, _ in inferred.factors)
    return things and not declared.factors  # a quotient of counts, or of a plain number and a count


def met_by_constant(declared: u.Unit, inferred: u.Unit) -> bool:
    """Whether a constant takes the unit of what it meets: what the declared unit lacks stands across the line from it.
    `revenue / goal` is a share where goal is an amount of money."""
    if not set(declared.factors) <= set(inferred.factors):
        return False
    lacking = set(inferred.factors) - set(declared.factors)
    return all(inferred.below if power > 0 else inferred.above for _, power in lacking)


def shortened(text: str, most: int = 60) -> str:
    """A text that leaves room on its line."""
    return text if len(text) <= most else f"{text[: most - 2]}.."


def is_count(unit: u.Unit) -> bool:
    """So many of a thing."""
    return len(unit.factors) == 1 and unit.factors[0][1] == 1 and is_thing(unit.factors[0][0])


def is_thing(name: str) -> bool:
    """Whether a factor counts things."""
    return not u.is_currency(name) and not is_time_unit(name)


def is_time_unit(name: str) -> bool:
    """Whether a factor measures time."""
    return u.plural(name) in u.DURATIONS


def hundredfold(tree: s.Syntax) -> Span | None:
    """The place of a `100 *` or `* 100` that makes a percentage of a share, if there is one."""
    match tree:
        case s.Number(value=value, percent=False) if value == 100:
            return tree.span
        case s.Binary(operator="*", left=left, right=right):
            return hundredfold(left) or hundredfold(right)
        case s.Binary(operator="/", left=left):
            return hundredfold(left)
        case s.Minus(operand=x):
            return hundredfold(x)
        case s.Call(function="round", arguments=(x, *_)):
            return hundredfold(x)
        case _:
            return None


def times_of(unit: u.Unit) -> set[str]:
    """The units of time that stand in a unit."""
    return {name for name, _ in unit.factors if is_time_unit(name)}


def why(inferred: u.Unit, declared: u.Unit, type: Type) -> str:
    """How to mend a contradiction."""
    if type.kind is Kind.DURATION and declared.is_duration:
        return f"no duration is a certain number of {declared}: write days or weeks; months(a, b) counts whole months"
    if inferred.is_word:
        return "declare the column's `type:` if it holds numbers" if inferred.shown == "text" else ""
    if inferred.is_plain:
        return f"multiply it by what it is a share of, in {declared}; or leave the `unit:` out"
    per = u.combine(inferred, declared, -1)
    if len(times_of(per)) == len(per.factors) == 1 and per.factors[0][1] == -1:
        time = u.plural(per.factors[0][0])
        return f"write `unit: {inferred}`, or multiply it by a length of time: 12 {time} instead of 12"
    if len(per.factors) == 1 and per.factors[0][1] == -1 and not declared.is_plain:
        thing = u.plural(per.factors[0][0])
        return f"write `unit: {inferred}`; or if a plain number in it counts {thing}, declare that: `unit: {thing}`"
    if declared.is_plain:
        return f"divide it by something in {inferred}, or by a number below `constants:`, if a share is meant"
    if is_count(inferred):
        return f"write `unit: {inferred}`, or leave the `unit:` out"
    renamed = [name for name, _ in declared.factors if name not in dict(inferred.factors)]
    if len(renamed) == 1 and len(per.factors) == 2 and all(is_thing(name) for name, _ in per.factors):
        things = u.plural(renamed[0])
        return f"if {things} are meant, declare that where they are counted: `unit: {things}` at the metric or field"
    if times_of(inferred) != times_of(declared) and times_of(inferred) and times_of(declared):
        return NO_FIXED_LENGTH
    return "change the expression, or the `unit:` of the fields and metrics that it is made of"
