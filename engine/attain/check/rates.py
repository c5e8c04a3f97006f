"""Exchange rates: where they stand, and `convert(amount, currency, at)`, which goes through them."""

from __future__ import annotations

from collections.abc import Callable

from attain.base.problem import Problem
from attain.base.suggest import did_you_mean
from attain.check.draft import Draft, DraftTable, Failed
from attain.check.functions import refuse_clauses, wrong_type
from attain.check.names import find_field, missing_column
from attain.check.scope import KeyScope, RowScope, Scope, Typed
from attain.model import expression as e
from attain.model import types as t
from attain.model import units as u
from attain.model.semantic import Field, Rates
from attain.model.types import Kind, Type
from attain.read import syntax as s
from attain.read.shape import RatesShape

CheckAll = Callable[[Draft, tuple[s.Syntax, ...], Scope], list[Typed]]
FORM = "convert(amount, currency, at)"
#: Floating rates are taken with 12 digits after the point, so that converted money is exact.
EXACT = Type(Kind.DECIMAL, 38, 12)


# -- rates: ----------------------------------------------------------------------------------------------------------
def collect_rates(draft: Draft, shape: RatesShape) -> None:
    """The one block of rates of a namespace."""
    if draft.rates_shape is None:
        draft.rates_shape = shape
    elif shape != draft.rates_shape:
        problem = Problem("duplicate-name", "there are two blocks of `rates:`, and they differ", shape.table.span)
        draft.problems.append(problem.also(draft.rates_shape.table.span, "the first"))


def check_rates(draft: Draft) -> None:
    """The table and its columns are there."""
    shape = draft.rates_shape
    if shape is None:
        return
    table = draft.tables.get(str(shape.table))
    if table is None:
        label = did_you_mean(shape.table, draft.tables)
        draft.problems.append(Problem("unknown-table", f"there is no table `{shape.table}`", shape.table.span, label))
        return
    places = (shape.source, shape.target, shape.date, shape.rate)
    missing = [place for place in places if str(place) not in table.field_names]
    for place in missing:
        draft.problems += missing_column(table, str(place), place)
    if not missing:
        source, target, day, rate = map(str, places)
        draft.rates = Rates(str(shape.table), source, target, day, rate)


def check_rate_types(draft: Draft) -> None:
    """Currencies are texts, the date is a time, and a rate is a plain number."""
    shape, rates = draft.rates_shape, draft.rates
    if shape is None or rates is None:
        return
    for place, needed in zip((shape.source, shape.target, shape.date, shape.rate), NEEDED, strict=True):
        field = draft.fields.get((rates.table, str(place)))
        if field is None or needed_for(field, needed):
            continue
        code = "unit-mismatch" if field.type.is_number and needed == NEEDED[3] else "type-mismatch"
        what = field.unit if code == "unit-mismatch" else field.type
        hint = "leave its `unit:` out" if code == "unit-mismatch" else "declare its `type:` below `fields:`"
        problem = Problem(code, f"`{rates.table}.{place}` is {what}, not {needed}", place.span)
        draft.problems.append(problem.hint(hint))


NEEDED = ("a text", "a text", "a date or timestamp", "a plain number")


def needed_for(field: Field, needed: str) -> bool:
    """Whether a field is of the kind that a column of rates must be."""
    if needed == NEEDED[0]:
        return field.type.kind is Kind.TEXT
    return field.type.is_time if needed == NEEDED[2] else field.type.is_number and field.unit.is_plain


def type_of_rate(draft: Draft, table: DraftTable, name: str, type: Type) -> Type:
    """The type of a column without a declared one: rates are exact from the scan on."""
    rates = draft.rates
    is_rate = rates is not None and rates.table == str(table.name) and rates.rate == name
    return EXACT if is_rate and type.kind is Kind.FLOAT else type


# -- convert ---------------------------------------------------------------------------------------------------------
def check_convert(draft: Draft, node: s.Call, scope: Scope, check_all: CheckAll) -> Typed:
    """An amount in another currency: in the file's own, from the one that a field or an expression names; or, where the
    currency is written out, in that one from the file's own."""
    refuse_clauses(draft, node)
    if len(node.arguments) != 3:
        message = f"`convert` takes 3, not {len(node.arguments)}, arguments"
        raise draft.fail(Problem("wrong-arguments", message, node.span).hint(f"write {FORM}"))
    if not isinstance(scope, RowScope):
        raise draft.fail(outside_of_rows(node, scope))
    rates, own = rates_of(draft, node), draft.currency
    amount, currency, at = check_all(draft, node.arguments, scope)
    check_arguments(draft, node, amount, currency, at)
    day = e.calendar_day(at.expression, draft.calendar.timezone)
    written = node.arguments[1]
    type = rate_type(draft, node, rates)
    if not isinstance(written, s.Text):
        return product(amount, e.Rate(currency.expression, own, day, type), unit_to_own(draft, node, amount))
    unit = unit_from_own(draft, node, amount, written.value)
    if written.value == own:
        there = e.Choice(((e.Not(e.IsMissing(day)), amount.expression),), None, amount.type)
        return Typed(there, unit)
    return product(amount, e.Rate(e.Literal(own, t.TEXT), written.value, day, type), unit)


def outside_of_rows(node: s.Call, scope: Scope) -> Problem:
    """The problem of a conversion where there is no row."""
    form = "convert(deals.amount, currency, closed_at)"
    if isinstance(scope, KeyScope):
        problem = Problem("clause-not-here", "`convert` has no meaning in a condition over dimensions", node.name)
        return problem.hint(f"give it a name below `fields:`, amount_usd: {form}, and write deals.amount_usd here")
    problem = Problem("clause-not-here", "`convert` goes by the day of a row, and a metric has none", node.name)
    return problem.hint(f"convert inside the aggregate: sum({form})")


def rates_of(draft: Draft, node: s.Call) -> Rates:
    """Where the rates stand; the problem that nothing says so, or in which currency money is."""
    if draft.rates is not None and draft.currency:
        return draft.rates
    if draft.rates is None and draft.rates_shape is not None:
        raise Failed  # told there
    lacks, form = "no `currency:` says what money is in", "currency: USD"
    if draft.rates is None:
        lacks = "no `rates:` says where exchange rates are"
        form = "rates: {table: fx, from: currency, to: target, date: day, rate: rate}"
    problem = Problem("no-rates", f"`convert` has nothing to go by: {lacks}", node.name)
    raise draft.fail(problem.hint(f"write at the top of the file `{form}`"))


def rate_type(draft: Draft, node: s.Call, rates: Rates) -> Type:
    """The type of a rate, exact in any case."""
    found = [find_field(draft, rates.table, name, node.span) for name in rates.fields]
    fields = [field for field in found if field is not None]
    if len(fields) < 4 or not all(needed_for(f, needed) for f, needed in zip(fields, NEEDED, strict=True)):
        raise Failed  # told at `rates:`
    return fields[3].type if fields[3].type.is_exact else EXACT


def check_arguments(draft: Draft, node: s.Call, amount: Typed, currency: Typed, at: Typed) -> None:
    """A number, a text and a time, of the row itself."""
    first, second, third = node.arguments
    if not (amount.type.is_number or amount.type.kind is Kind.NULL):
        raise wrong_type(draft, node, first, "an amount of money", amount)
    if currency.type.kind is not Kind.TEXT:
        raise wrong_type(draft, node, second, "a currency, a text such as 'EUR'", currency)
    if not at.type.is_time:
        raise wrong_type(draft, node, third, "the time whose rate is taken", at)
    for typed, place in ((currency, second), (at, third)):
        for part in e.walk(typed.expression):
            if isinstance(part, e.RowMetric) or (isinstance(part, e.Parameter) and part.name != "today"):
                message = "a rate is found by what stands in the row, not by a metric or the query's window"
                raise draft.fail(Problem("wrong-arguments", message, place.span).hint("name a field of the row"))


def unit_to_own(draft: Draft, node: s.Call, amount: Typed) -> u.Unit:
    """Money, or a price, of an amount that is a plain number or declared as either."""
    if amount.unit.is_plain and (amount.unit.literal or amount.unit.shown == "number"):
        return u.MONEY
    if dict(amount.unit.factors).get("money") == 1:
        return amount.unit
    message = f"`convert` needs an amount of money, and this is {amount.unit}"
    raise draft.fail(Problem("unit-mismatch", message, node.arguments[0].span, f"this is {amount.unit}"))


def unit_from_own(draft: Draft, node: s.Call, amount: Typed, code: str) -> u.Unit:
    """Money of the currency that is written out."""
    if amount.unit.is_money or amount.unit.literal:
        return u.MONEY if code == draft.currency else u.money_of(code)
    message = f"`convert` to {code} starts from money in {draft.currency}, and this is {amount.unit}"
    problem = Problem("unit-mismatch", message, node.arguments[0].span, f"this is {amount.unit}")
    if amount.unit.is_plain:
        problem = problem.hint(f"declare it, if it is money in {draft.currency}: below `fields:`, `unit: money`")
    raise draft.fail(
        problem.hint("a currency that is written out is the one to convert to; name a field to convert from")
    )


def product(amount: Typed, rate: e.Rate, unit: u.Unit) -> Typed:
    """The amount times the rate."""
    from attain.check.expressions import product_type

    return Typed(e.Arithmetic("*", amount.expression, rate, product_type(amount.type, rate.type)), unit)
