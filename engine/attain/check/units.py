"""Declared units against inferred ones."""

from __future__ import annotations

from attain.base.problem import Problem
from attain.base.suggest import closest, did_you_mean, edit_distance
from attain.check.draft import Draft
from attain.model import units as u
from attain.model.types import Kind, Type
from attain.read import syntax as s
from attain.read.tree import Scalar


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
    return unit


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


def fitting_unit(draft: Draft, text: Scalar | None, inferred: u.Unit, type: Type, tree: s.Syntax) -> u.Unit:
    """The declared unit where it does not contradict the inferred one; the inferred one where none is declared."""
    if text is None:
        return u.Unit(inferred.factors, inferred.shown)
    declared = declared_unit(draft, text)
    if agrees(declared, inferred, type):
        return declared
    problem = Problem(
        "unit-mismatch", f"declared {declared}, but this is {inferred}", text.span, f"declared {declared}"
    )
    problem = problem.also(tree.span, f"this is {inferred}")
    raise draft.fail(problem.hint(why(inferred, declared)))


def agrees(declared: u.Unit, inferred: u.Unit, type: Type) -> bool:
    """Whether a declaration only names or shows what was inferred."""
    if declared.is_word or inferred.is_word:
        return declared.shown == inferred.shown and not declared.factors
    if type.kind is Kind.DURATION:
        return declared.is_duration
    if declared.factors == inferred.factors:
        return True
    if inferred.is_plain:
        return True
    if all(name != "money" and not is_time_unit(name) for name, _ in inferred.factors):
        if len(inferred.factors) == 1 and inferred.factors[0][1] == 1:
            return True  # a count
        return not declared.factors  # a quotient of counts, or of a plain number and a count
    return False


def is_time_unit(name: str) -> bool:
    """Whether a factor measures time."""
    return u.plural(name) in u.DURATIONS


def why(inferred: u.Unit, declared: u.Unit) -> str:
    """How to mend a contradiction."""
    if inferred.factors and not declared.factors:
        return f"divide it by something in {inferred} if a share is meant"
    return "change the expression, or the `unit:` of the fields that it is made of"
