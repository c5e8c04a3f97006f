"""Typed expressions to sqlglot expressions. Conditions are two-valued: where SQL's third value would show, it is
taken for false; where it cannot (WHERE, WHEN), the text stays as people write it."""

from __future__ import annotations

from fractions import Fraction

from sqlglot import exp

from attain.base.problem import Problem
from attain.base.span import Span
from attain.model import expression as e
from attain.model import types as t
from attain.model.calendar import Grain
from attain.model.dialect import Dialect
from attain.model.types import Kind, Type
from attain.plan.calendars import FIRST, NEXT
from attain.render.names import column, identifier, literal, sql_type, text_literal
from attain.render.templates import Unsupported, enclosed, say

COMPARISONS = {"=": exp.EQ, "!=": exp.NEQ, "<": exp.LT, "<=": exp.LTE, ">": exp.GT, ">=": exp.GTE}


class Expressions:
    """Renders expressions of one statement. `qualify` says whether columns name their input."""

    def __init__(self, dialect: Dialect, *, qualify: bool = True) -> None:
        self.dialect = dialect
        self.qualify = qualify

    def say(self, operation: str, *arguments: exp.Expr) -> exp.Expr:
        """An operation in the dialect's words."""
        return say(self.dialect, operation, *arguments)

    # -- values ------------------------------------------------------------------------------------------------------
    def value(self, node: e.Expression) -> exp.Expr:
        """An expression as a value."""
        match node:
            case e.Slot(source=source, name=name):
                return column(name, source if self.qualify else "")
            case e.Literal(value=value, type=type):
                return literal(self.dialect, value, type)
            case e.Parameter(name="today"):
                select = exp.select(column("today")).from_(exp.to_table("today"))
                return exp.Subquery(this=select)
            case e.Arithmetic():
                return self.exact(self.arithmetic(node), node.type)
            case e.Negative(operand=operand):
                return exp.Neg(this=enclosed(self.value(operand)))
            case e.Choice(whens=whens, otherwise=otherwise):
                case = exp.Case()
                for condition, result in whens:
                    case = case.when(self.truth(condition), self.as_wide(result, node.type))
                return case.else_(self.as_wide(otherwise, node.type)) if otherwise is not None else case
            case e.Apply():
                return self.apply(node)
            case e.PeriodAt():
                return self.period_at(node)
            case e.TheOnly(step=step, name=name):
                return exp.Subquery(this=exp.select(column(name)).from_(exp.Table(this=identifier(step))))
            case e.Truncate(operand=operand, grain=grain):
                return self.truncate(operand, grain, node.type)
            case e.Localize():
                return self.localize(node)
            case e.Compare() | e.Logic() | e.Not() | e.IsMissing() | e.InSet() | e.Like():
                return self.settled(node)
            case _:
                raise AssertionError(f"{node} has no place in a plan")

    def arithmetic(self, node: e.Arithmetic) -> exp.Expr:
        """`+ - * /`; what is to be floating is made so before it can overflow."""
        left, right = (
            self.arithmetic(x) if isinstance(x, e.Arithmetic) else self.value(x) for x in (node.left, node.right)
        )
        if node.operator == "/":
            if node.type.kind is Kind.DURATION and isinstance(node.right, e.Literal):
                return exp.Div(this=enclosed(self.cast(left, t.FLOAT)), expression=right, typed=False, safe=False)
            return self.say("divide", left, right)
        if node.type.kind is Kind.FLOAT and node.left.type.is_exact and node.right.type.is_exact:
            left, right = self.cast(left, t.FLOAT), self.cast(right, t.FLOAT)
        kinds = {"+": exp.Add, "-": exp.Sub, "*": exp.Mul}
        return kinds[node.operator](this=enclosed(left), expression=enclosed(right))

    def exact(self, rendered: exp.Expr, type: Type) -> exp.Expr:
        """A calculated decimal; where decimals are floating, rounded to its digits, so that equal ones stay equal."""
        if self.dialect.types.get("decimal") != "REAL" or type.kind is not Kind.DECIMAL or not type.precision:
            return rendered
        return self.say("round", rendered, exp.Literal.number(type.scale))

    def cast(self, node: exp.Expr, type: Type) -> exp.Expr:
        """A value in another type."""
        return exp.Cast(this=node, to=sql_type(self.dialect, type))

    def apply(self, node: e.Apply) -> exp.Expr:
        """A function of scalars."""
        name = node.function
        if name in ("coalesce", "least", "greatest"):
            arguments = [self.as_wide(argument, node.type) for argument in node.arguments]
        else:
            arguments = [self.value(argument) for argument in node.arguments]
        if name in ("coalesce", "concat"):
            return self.chained(name, arguments)
        if name in ("least", "greatest"):
            return self.extreme(name, node, arguments)
        if name == "cast":
            return self.cast(arguments[0], node.type)
        if name == "number":
            return arguments[0]
        if name == "round":
            return self.round(node, arguments)
        if name in ("floor", "ceil") and node.arguments[0].type.kind is Kind.INTEGER:
            return arguments[0]
        if name == "add_days" and node.arguments[0].type.kind is not Kind.DATE:
            arguments[0] = self.say("truncate_day", arguments[0])
        if name == "add_months":
            return self.say("add_months_date" if node.type.kind is Kind.DATE else "add_months_time", *arguments)
        if name == "instant":
            return self.say("to_instant", arguments[0], text_literal(node.arguments[0].type.zone))
        if name in ("sqrt", "ln", "power"):
            arguments = [self.floating(a, x) for a, x in zip(arguments, node.arguments, strict=True)]
        return self.say(name, *arguments)

    def as_wide(self, node: e.Expression, type: Type) -> exp.Expr:
        """One of several values, with as many digits after the point as what holds any of them: DuckDB rounds all of
        them to the fewest where decimals are at their widest."""
        own = node.type
        few = type.kind is own.kind is Kind.DECIMAL and own.scale < type.scale and not isinstance(node, e.Literal)
        return self.cast(self.value(node), type) if few and self.dialect.sqlglot == "duckdb" else self.value(node)

    def round(self, node: e.Apply, arguments: list[exp.Expr]) -> exp.Expr:
        """`round(x, digits)`; the digits are written down, and may be negative."""
        digits = node.arguments[1]
        whole = digits.value if isinstance(digits, e.Literal) and isinstance(digits.value, Fraction) else Fraction(0)
        if whole < 0 and "round_tens" in self.dialect.templates:
            return self.say("round_tens", arguments[0], literal(self.dialect, Fraction(10) ** -whole, t.INTEGER))
        if whole == 0 and self.dialect.sqlglot == "duckdb":
            return exp.Round(this=arguments[0])
        rounded = self.say("round", *arguments)
        back = self.dialect.sqlglot == "postgres" and node.type.kind is Kind.FLOAT
        return self.cast(rounded, t.FLOAT) if back else rounded

    def floating(self, rendered: exp.Expr, node: e.Expression) -> exp.Expr:
        """A number as a floating one."""
        return rendered if node.type.kind is Kind.FLOAT else self.cast(rendered, t.FLOAT)

    def chained(self, name: str, arguments: list[exp.Expr]) -> exp.Expr:
        """A function of any number of arguments, from the left."""
        if len(arguments) == 1:
            return arguments[0]
        if name == "coalesce":
            return exp.Coalesce(this=arguments[0], expressions=arguments[1:])
        joined = arguments[0]
        for argument in arguments[1:]:
            joined = self.say(name, joined, argument)
        return joined

    def extreme(self, name: str, node: e.Apply, arguments: list[exp.Expr]) -> exp.Expr:
        """The least or greatest: missing where any is."""
        if len(arguments) == 1:
            return arguments[0]
        if node.type.kind is Kind.TEXT:
            arguments = [self.say("order_text", arguments[0]), *arguments[1:]]
        kind = exp.Least if name == "least" else exp.Greatest
        # where sqlglot would guard against missing values, too: once is enough
        ignoring = self.dialect.sqlglot == "duckdb"
        best = kind(this=arguments[0], expressions=arguments[1:], ignore_nulls=ignoring)
        unsure = [a for a, x in zip(arguments, node.arguments, strict=True) if not surely_there(x)]
        if not unsure or self.dialect.sqlglot == "sqlite":
            return best
        missing = exp.or_(*(exp.Is(this=enclosed(x.copy()), expression=exp.Null()) for x in unsure))
        return exp.Case().when(missing, exp.Null()).else_(best)

    # -- times -------------------------------------------------------------------------------------------------------
    def truncate(self, operand: e.Expression, grain: Grain, type: Type) -> exp.Expr:
        """The first day of a period, by shifting to a grain that the dialect knows and back."""
        time = self.value(operand)
        if grain.unit == "hour":
            return self.say("midnight" if operand.type.kind is Kind.DATE else "truncate_hour", time)
        if grain.unit == "day":
            if grain.step == 1:
                return self.say("truncate_day", time)
            if grain.offset == 0:
                return self.say("truncate_week", time)
            days = literal(self.dialect, Fraction(7 - grain.offset), t.INTEGER)
            back = literal(self.dialect, Fraction(grain.offset - 7), t.INTEGER)
            day = self.say("truncate_day", time)
            return self.say("add_days", self.say("truncate_week", self.say("add_days", day, days)), back)
        name = {1: "month", 3: "quarter", 12: "year"}[grain.step]
        if grain.offset == 0:
            return self.say(f"truncate_{name}", time)
        there = literal(self.dialect, Fraction(-grain.offset), t.INTEGER)
        month = self.say("truncate_month", time)
        shifted = self.say("add_months_date", month, there)
        back = literal(self.dialect, Fraction(grain.offset), t.INTEGER)
        return self.say("add_months_date", self.say(f"truncate_{name}", shifted), back)

    def period_at(self, node: e.PeriodAt) -> exp.Expr:
        """A day of the period of a calendar table that a day lies in, looked up in the step that lists them."""
        day = self.value(node.operand)
        first, after = column(FIRST), column(NEXT)
        begun = exp.LTE(this=first, expression=enclosed(day))
        open_end: exp.Expr = exp.GT(this=after, expression=enclosed(day.copy()))
        if node.beyond:
            open_end = exp.Paren(this=exp.or_(open_end, exp.Is(this=after.copy(), expression=exp.Null()), copy=False))
        found = exp.select(exp.Max(this=column(node.column))).from_(exp.Table(this=identifier(node.periods)))
        return exp.Subquery(this=found.where(exp.and_(begun, open_end, copy=False), copy=False))

    def localize(self, node: e.Localize) -> exp.Expr:
        """A time as the clock of a zone shows it."""
        time = self.value(node.operand)
        if node.source:
            time = self.say("to_instant", time, text_literal(node.source))
        return self.say("to_local", time, text_literal(node.zone))

    # -- conditions --------------------------------------------------------------------------------------------------
    def truth(self, node: e.Expression) -> exp.Expr:
        """A condition where a missing one counts as false anyway."""
        match node:
            case e.Logic(operator=operator, operands=operands):
                parts = [self.truth(operand) for operand in operands]
                joined = exp.and_(*parts, copy=False) if operator == "and" else exp.or_(*parts, copy=False)
                return joined
            case e.Compare(operator="!="):
                return self.unequal(node)
            case e.Compare(operator=operator, left=left, right=right):
                first, second = self.value(left), self.value(right)
                if operator != "=" and left.type.kind is Kind.TEXT:
                    first = self.say("order_text", first)
                return COMPARISONS[operator](this=enclosed(first), expression=enclosed(second))
            case e.Not(operand=e.IsMissing(operand=operand)):
                return exp.Not(this=exp.Is(this=enclosed(self.value(operand)), expression=exp.Null()))
            case e.Not(operand=e.Not(operand=operand)):
                return self.settled(operand)
            case e.Not(operand=operand):
                inner = self.settled(operand)
                loose = isinstance(inner, exp.Binary | exp.Connector | exp.In | exp.Is | exp.Not)
                return exp.Not(this=exp.Paren(this=inner) if loose else inner)
            case e.IsMissing(operand=operand):
                return exp.Is(this=enclosed(self.value(operand)), expression=exp.Null())
            case e.InSet(operand=operand, items=items):
                return exp.In(this=enclosed(self.value(operand)), expressions=[self.value(item) for item in items])
            case e.Like():
                return self.like(node)
            case e.Literal(value=bool() as value):
                return exp.Boolean(this=value)
            case _:
                return self.value(node)

    def settled(self, node: e.Expression) -> exp.Expr:
        """A condition that is true or false, never missing."""
        match node:
            case e.Logic(operator=operator, operands=operands):
                parts = [self.settled(operand) for operand in operands]
                return exp.and_(*parts, copy=False) if operator == "and" else exp.or_(*parts, copy=False)
            case e.Not() | e.IsMissing() | e.Literal() | e.Compare(operator="!="):
                return self.truth(node)
            case e.Compare(left=left, right=right) if surely_there(left) and surely_there(right):
                return self.truth(node)
            case e.Compare(operator="=", left=left, right=right) if surely_there(left) or surely_there(right):
                return self.null_safe(self.value(left), self.value(right))
            case _:
                return exp.Coalesce(this=self.truth(node), expressions=[exp.false()])

    def unequal(self, node: e.Compare) -> exp.Expr:
        """The exact opposite of `=`: also where a side is missing."""
        left, right = self.value(node.left), self.value(node.right)
        if surely_there(node.left) and surely_there(node.right):
            return exp.NEQ(this=enclosed(left), expression=enclosed(right))
        if surely_there(node.left) or surely_there(node.right):
            return exp.NullSafeNEQ(this=enclosed(left), expression=enclosed(right))
        equal = exp.EQ(this=enclosed(left), expression=enclosed(right))
        return exp.Not(this=exp.Coalesce(this=equal, expressions=[exp.false()]))

    def like(self, node: e.Like) -> exp.Expr:
        """A pattern; in SQLite, whose LIKE ignores capitals, as GLOB."""
        if self.dialect.sqlglot != "sqlite":
            return self.say("like", self.value(node.operand), self.value(node.pattern))
        if not isinstance(node.pattern, e.Literal):
            problem = Problem(
                "unsupported-in-dialect", "`like` with a computed pattern cannot be compiled for sqlite", Span.none()
            )
            raise Unsupported(problem)
        translated = {"%": "*", "_": "?", "*": "[*]", "?": "[?]", "[": "[[]"}
        pattern = "".join(translated.get(character, character) for character in str(node.pattern.value))
        return exp.Glob(this=enclosed(self.value(node.operand)), expression=text_literal(pattern))

    def null_safe(self, left: exp.Expr, right: exp.Expr) -> exp.Expr:
        """Equal, or both missing."""
        return exp.NullSafeEQ(this=enclosed(left), expression=enclosed(right))


def surely_there(node: e.Expression) -> bool:
    """Whether a value is certainly not missing."""
    match node:
        case e.Literal(value=value):
            return value is not None
        case e.Parameter():
            return True
        case e.Apply(function="coalesce", arguments=arguments):
            return any(surely_there(argument) for argument in arguments)
        case e.Apply(function="midnight" | "add_days" | "least" | "greatest", arguments=arguments):
            return all(surely_there(argument) for argument in arguments)
        case _:
            return False
