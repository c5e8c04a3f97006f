"""Exchange rates: the one that holds on a day is the latest on or before it. The days that rows ask for are put among
the days of the rates; in their order, each gets the latest day of a rate so far, and by it the rate."""

from __future__ import annotations

from collections.abc import Callable

from attain.model import expression as e
from attain.model import types as t
from attain.model.semantic import Rates, Table
from attain.plan.builder import Builder, plain_name
from attain.plan.steps import From, Group, InOrder, Join, Measure, Rows, Stack, UniqueKey

Pairs = tuple[tuple[e.Expression, e.Expression, bool], ...]


def pairs_of(rate: e.Rate, used: From, over: Callable[[e.Expression], e.Expression]) -> Pairs:
    """What a row finds its rate by: the currency, where it is not the same for all, and the day."""
    asked = (over(rate.source), over(rate.day))
    slots = (used.slot("currency", t.TEXT), used.slot("day", t.DATE))
    pairs = tuple((x, slot, False) for x, slot in zip(asked, slots, strict=True))
    return pairs if rate.varies else pairs[1:]


def rates_of_rows(builder: Builder, table: Table, rate: e.Rate) -> From:
    """A step with the rate of every currency and day that rows of a table ask for."""
    memo = ("rates", table.name, rate)
    if memo not in builder.memo:
        builder.memo[memo] = with_rates(builder, table, rate, rates_step(builder, rate))
    return builder.memo[memo]  # type: ignore[return-value]


def keys_of(source: From, rate: e.Rate) -> tuple[e.Slot, ...]:
    """The columns that a rate is found by."""
    currency = (source.slot("currency", t.TEXT),) if rate.varies else ()
    return (*currency, source.slot("day", t.DATE))


def named(*slots: e.Slot) -> tuple[tuple[str, e.Slot], ...]:
    """Columns under their own names."""
    return tuple((slot.name, slot) for slot in slots)


def with_rates(builder: Builder, table: Table, rate: e.Rate, rates: From) -> From:
    """The days that rows ask for, each with its rate."""
    asked = days_asked(builder, table, rate)
    names = (*(slot.name for slot in keys_of(rates, rate)), "rate_day")
    inputs: tuple[tuple[From, tuple[e.Expression, ...]], ...] = (
        (rates, (*keys_of(rates, rate), rates.slot("day", t.DATE))),
        (asked, (*keys_of(asked, rate), e.Literal(None, t.DATE))),
    )
    comment = f"the days that {table.name} asks for among those of the rates"
    days = builder.add(Stack(builder.name(table.name, "rate_days"), comment, names, inputs))
    own = Measure("rate_day", "max", (days.slot("rate_day", t.DATE),), None, t.DATE)
    name = builder.name(table.name, "rate_days_once")
    once = builder.add(Group(name, "each day once", days, named(*keys_of(days, rate)), (own,)))
    *currency, day = keys_of(once, rate)
    value = once.slot("rate_day", t.DATE)
    comment = "each with the latest day of a rate so far"
    step = InOrder(builder.name(table.name, "rate_days_latest"), comment, once, named(*keys_of(once, rate)),
                   tuple(currency), day, "rate_day", value)  # fmt: skip
    latest = builder.add(step)
    found = From(rates.name, "found")
    *currency, day = keys_of(latest, rate)
    pairs = tuple((slot, found.slot(slot.name, slot.type), False) for slot in currency)
    pairs = (*pairs, (latest.slot("rate_day", t.DATE), found.slot("day", t.DATE), False))
    columns = (*named(*keys_of(latest, rate)), ("rate", found.slot("rate", rate.type)))
    name = builder.name(table.name, "rates", "to", rate.target)
    comment = f"the rate to {rate.target} on each day that {table.name} asks for"
    return builder.add(Rows(name, comment, latest, columns, (Join(found, "left", pairs),)))


def days_asked(builder: Builder, table: Table, rate: e.Rate) -> From:
    """The currencies and days of the rows of a table."""
    from attain.plan.rows import RowsOf

    rows = RowsOf(builder, table)
    rows.add(rate.parts)
    rows.join()
    source, day = rows.expression(rate.source), rows.expression(rate.day)
    columns = (*([("currency", source)] if rate.varies else []), ("day", day))
    conditions: list[e.Expression] = [e.Not(e.IsMissing(day))]
    if rate.varies:
        conditions.append(e.Not(e.IsMissing(source)))
        conditions.append(e.Compare("!=", source, e.Literal(rate.target, t.TEXT)))
    comment = f"the days for which {table.name} asks for rates"
    name = builder.name(table.name, "rates_asked")
    return builder.add(Rows(name, comment, rows.source, columns, tuple(rows.joins), e.both(*conditions)))


def rates_step(builder: Builder, rate: e.Rate) -> From:
    """The rates to a currency, from one other or from all. No two are of one day: that is verified."""
    memo = ("rates", None if rate.varies else rate.source, rate.target)
    if memo in builder.memo:
        return builder.memo[memo]  # type: ignore[return-value]
    said = builder.model.rates
    assert said is not None
    rows = read_rates(builder, said, rate)
    source = builder.add(rows)
    key = tuple(source.slot(name, value.type) for name, value in rows.columns[:3])
    builder.promised[UniqueKey(said.table, said.fields[:3], source, key)] = None
    builder.memo[memo] = source
    return source


def read_rates(builder: Builder, said: Rates, rate: e.Rate) -> Rows:
    """The rows that are rates to a currency."""
    from attain.plan.rows import RowsOf

    rows = RowsOf(builder, builder.model.tables[said.table])
    fields = [rows.column((), name) for name in said.fields]
    rows.add(fields)
    rows.join()
    source, target, time, value = (rows.expression(field) for field in fields)
    day = e.calendar_day(time, builder.model.calendar.timezone)
    exact = value if value.type == rate.type else e.Apply("cast", (value,), rate.type)
    given = [e.Not(e.IsMissing(x)) for x in (source, day, value)]
    pair = [e.Compare("=", target, e.Literal(rate.target, t.TEXT))]
    words = f"rates to {rate.target}"
    if isinstance(rate.source, e.Literal):
        pair.append(e.Compare("=", source, rate.source))
        words = f"rates from {rate.source.value} to {rate.target}"
    columns = (("currency", source), ("to_currency", target), ("day", day), ("rate", exact))
    name = builder.name(plain_name(words))
    comment = f"exchange {words}; what lacks a day or a rate is none"
    return Rows(name, comment, rows.source, columns, tuple(rows.joins), e.both(*pair, *given))
