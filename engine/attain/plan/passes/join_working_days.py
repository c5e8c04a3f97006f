"""Joins the table of working days to every step that counts by it.

`business_days(a, b)` with holidays is the difference of two counts, how many working days lie before `b` and before
`a`. No formula gives them, so they stand in a step with a row for each day that holidays are known for; whoever needs
one joins that step by its day. A day outside finds no row: what is counted from or to there is missing. The step has
each day once, so no row is multiplied. Not a matter of cost, as other passes are: without it nothing can be rendered.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from attain.model import expression as e
from attain.model import types as t
from attain.model.calendar import Grain, Holidays
from attain.model.semantic import SemanticModel
from attain.plan.builder import plain_name
from attain.plan.fields import converted
from attain.plan.leaves import free
from attain.plan.passes.aggregate_before_join import aliases_of
from attain.plan.passes.remove_unused import expressions_of
from attain.plan.steps import Days, From, Group, InOrder, Join, Measure, Plan, Rows, Spine, Stack, Step, WorkingDays

#: What is looked up in the table of working days, and the columns that have it.
LOOKED_UP = ("working_days_before", "is_working_day")
DAY = "day"
Change = Callable[[e.Expression], e.Expression]


def join_working_days(plan: Plan, model: SemanticModel) -> Plan:
    """The plan with the table of working days joined wherever it is looked at."""
    every = (*plan.steps, *plan.checks)
    if not any(looked_up(x) for step in every for x in expressions_of(step)):
        return plan
    holidays = model.calendar.holidays
    assert holidays is not None
    taken = {step.name for step in every}
    tables = working_days_steps(model, holidays, taken)
    table = tables[-1].name
    steps, checks = (
        [new for step in part for new in with_working_days(step, table, taken)] for part in (plan.steps, plan.checks)
    )
    return replace(plan, steps=(*tables, *steps), checks=tuple(checks))


def looked_up(expression: e.Expression) -> list[e.Apply]:
    """The parts of an expression that the table of working days gives, outermost first."""
    return [node for node in e.walk(expression) if isinstance(node, e.Apply) and node.function in LOOKED_UP]


# -- the table -------------------------------------------------------------------------------------------------------
def working_days_steps(model: SemanticModel, holidays: Holidays, taken: set[str]) -> tuple[Step, ...]:
    """The holidays, every day that they are known for, and the working days among these."""
    first, last = (e.Literal(day, t.DATE) for day in (holidays.first, holidays.last))
    given = holidays_step(model, holidays, free(taken, "holidays"))
    span = f"{holidays.first.year} to {holidays.last.year}"
    days = Spine(free(taken, "calendar_days"), f"every day, {span}", Grain("day", "day"), DAY, t.DATE, first, last)
    comment = "which days are worked on, and how many such days lie before each"
    name = free(taken, "working_days")
    weekdays = model.calendar.working_days
    counted = WorkingDays(name, comment, From(days.name, days.name), From(given.name, given.name), weekdays)
    return given, days, counted


def holidays_step(model: SemanticModel, holidays: Holidays, name: str) -> Step:
    """The holidays, each once."""
    comment = f"holidays: {holidays.text}"
    if not holidays.table:
        return Days(name, f"{comment}, those on working days", DAY, holidays.days)
    found = model.tables[holidays.table].fields[holidays.column]
    source = From(holidays.table, holidays.table, is_table=True)
    day = e.Truncate(converted(source, found), Grain("day", "day"), t.DATE)
    return Group(name, comment, source, ((DAY, day),), (), e.Not(e.IsMissing(day)))


# -- who looks at it -------------------------------------------------------------------------------------------------
def change_join(join: Join, change: Change) -> Join:
    """A join with every expression changed."""
    on = tuple((change(left), change(right), safe) for left, right, safe in join.on)
    return replace(join, on=on, where=change(join.where) if join.where is not None else None)


def change_rows(step: Rows, change: Change) -> Rows:
    """The rows with every expression changed."""
    joins = tuple(change_join(join, change) for join in step.joins)
    columns = tuple((name, change(value)) for name, value in step.columns)
    where = change(step.where) if step.where is not None else None
    return replace(step, columns=columns, joins=joins, where=where)


def change_group(step: Group, change: Change, source: From) -> Group:
    """The group over another input, with every expression changed."""

    def changed(m: Measure) -> Measure:
        return replace(
            m,
            arguments=tuple(map(change, m.arguments)),
            where=change(m.where) if m.where is not None else None,
            order=change(m.order) if m.order is not None else None,
            ties=tuple(map(change, m.ties)),
        )

    keys = tuple((name, change(value)) for name, value in step.keys)
    where = change(step.where) if step.where is not None else None
    return replace(step, source=source, keys=keys, measures=tuple(map(changed, step.measures)), where=where)


def change_order(step: InOrder, change: Change, source: From) -> InOrder:
    """The rows in order over another input, with every expression changed."""
    columns = tuple((name, change(value)) for name, value in step.columns)
    keys = tuple(map(change, step.keys))
    return replace(step, source=source, columns=columns, keys=keys, order=change(step.order))


def with_working_days(step: Step, table: str, taken: set[str]) -> list[Step]:
    """A step with what it looks up joined to it, or, where it is not one of rows, to one of rows below it."""
    if not any(looked_up(x) for x in expressions_of(step)):
        return [step]
    match step:
        case Rows():
            return rows_with_working_days(step, table, taken)
        case Group():
            below = Below(step.name, step.source, table, taken)
            group = change_group(step, below.column, below.source)
            return [below.rows(), group]
        case InOrder():
            below = Below(step.name, step.source, table, taken)
            ordered = change_order(step, below.column, below.source)
            return [below.rows(), ordered]
        case Stack(inputs=inputs):
            return stack_with_working_days(step, inputs, table, taken)
        case _:
            raise AssertionError(f"{step.name} looks nothing up")


def rows_with_working_days(step: Rows, table: str, taken: set[str]) -> list[Step]:
    """A step of rows with what it looks up joined to it. What decides itself whether a joined row matches is looked up
    in a step below, which is joined in its place."""
    steps: list[Step] = []
    for join in step.joins:
        parts = [*(right for _, right, _ in join.on), *([join.where] if join.where is not None else [])]
        if not any(aliases_of(node) == {join.to.alias} for part in parts for node in looked_up(part)):
            continue
        below = Below(f"{step.name}_{join.to.alias}", join.to, table, taken)

        def moved(node: e.Expression, below: Below = below) -> e.Expression | None:
            own = isinstance(node, e.Slot) or node in looked_up(node)
            return below.column(node) if own and aliases_of(node) == {below.input.alias} else None

        step = change_rows(step, lambda x, moved=moved: e.transform(x, moved))  # type: ignore[misc]
        steps.append(below.rows())
        joins = (replace(j, to=below.source) if j.to == below.input else j for j in step.joins)
        step = replace(step, joins=tuple(joins))
    return [*steps, Joined(step, table).rows()]


def stack_with_working_days(
    step: Stack, inputs: tuple[tuple[From, tuple[e.Expression, ...]], ...], table: str, taken: set[str]
) -> list[Step]:
    """A stack over steps of rows that look up what its inputs did."""
    steps: list[Step] = []
    changed: list[tuple[From, tuple[e.Expression, ...]]] = []
    for source, values in inputs:
        if not any(looked_up(value) for value in values):
            changed.append((source, values))
            continue
        below = Below(f"{step.name}_{source.name}", source, table, taken)
        changed.append((below.source, tuple(map(below.column, values))))
        steps.append(below.rows())
    return [*steps, replace(step, inputs=tuple(changed))]


@dataclass(slots=True)
class Below:
    """A step of rows below another one: its columns, and what is looked up by them."""

    above: str
    input: From
    table: str
    taken: set[str]
    source: From = field(init=False)
    columns: dict[e.Expression, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.source = From(free(self.taken, f"{self.above}_days"), self.input.alias)

    def column(self, expression: e.Expression) -> e.Expression:
        """An expression of the step above, over columns of this one."""

        def change(node: e.Expression) -> e.Expression | None:
            if not (isinstance(node, e.Slot) or node in looked_up(node)):
                return None
            if node not in self.columns:
                name = node.name if isinstance(node, e.Slot) else name_of(node)
                self.columns[node] = free(set(self.columns.values()), name)
            return self.source.slot(self.columns[node], node.type)

        return e.transform(expression, change)

    def rows(self) -> Rows:
        """The step itself."""
        columns = tuple((name, node) for node, name in self.columns.items())
        comment = f"with the working days that {self.above} looks at"
        return Joined(Rows(self.source.name, comment, self.input, columns), self.table).rows()


def name_of(node: e.Expression) -> str:
    """What a looked-up value is called: by the columns that its day is made of."""
    columns = [x.name for x in e.walk(node) if isinstance(x, e.Slot)]
    word = node.function if isinstance(node, e.Apply) else "working_days"
    return plain_name("_".join([word, *dict.fromkeys(columns)]))


@dataclass(slots=True)
class Joined:
    """A step of rows that gets a join for each day that it looks up; joins stand after those that they build on."""

    step: Rows
    table: str
    joins: list[Join] = field(init=False)
    found: dict[e.Expression, From] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.joins = []

    def rows(self) -> Rows:
        """The step, joined to the table."""
        for join in self.step.joins:
            self.joins.append(change_join(join, self.value))
        changed = change_rows(replace(self.step, joins=()), self.value)
        return replace(changed, joins=tuple(self.joins))

    def value(self, node: e.Expression) -> e.Expression:
        """An expression with what it looks up as columns of the joined table."""
        below = e.children(node)
        if isinstance(node, e.Slot) and not node.source:
            return replace(node, source=self.step.source.alias)
        if below:
            node = e.rebuild(node, tuple(self.value(child) for child in below))
        if isinstance(node, e.Apply) and node.function in LOOKED_UP:
            return self.join(node.arguments[0]).slot(node.function, node.type)
        return node

    def join(self, day: e.Expression) -> From:
        """The table of working days by a day, joined once."""
        if day not in self.found:
            inputs = [self.step.source, *(join.to for join in [*self.step.joins, *self.joins])]
            aliases = {used.alias.lower() for used in inputs}
            columns = dict.fromkeys(node.name for node in e.walk(day) if isinstance(node, e.Slot))
            alias = free(aliases, plain_name("_".join([*columns, DAY])))
            self.found[day] = From(self.table, alias)
            self.joins.append(Join(self.found[day], "left", ((day, self.found[day].slot(DAY, t.DATE), False),)))
        return self.found[day]


__all__ = ["join_working_days"]
