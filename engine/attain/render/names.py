"""Names and literals in SQL."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache

from sqlglot import exp

from attain.model.dialect import Dialect
from attain.model.types import Kind, Type

_SAFE = re.compile(r"[a-z_][a-z0-9_]*")
#: Words that are reserved in one warehouse or another: quoted as names everywhere.
RESERVED = frozenset(
    """all alter analyse analyze and any array as asc asymmetric at authorization between both by case cast check
    collate column constraint create cross cube current current_catalog current_date current_role current_time
    current_timestamp current_user default deferrable desc describe distinct do drop else end escape except
    exists extract false fetch filter first following for foreign freeze from full function glob grant group grouping
    having if ilike in index initially inner insert intersect interval into is isnull join key lambda last
    lateral leading left like limit localtime localtimestamp merge minute natural new no not notnull null
    nulls of off offset on only open or order outer over overlaps partition percent pivot placing
    primary qualify range recursive references regexp release returning right rollup row rows second select
    session_user set show similar some summarize symmetric table tablesample then time timestamp to top
    trailing trigger true union unique unpivot update use user using values variadic verbose view when where
    window with within without""".split()
)


def identifier(name: str) -> exp.Identifier:
    """A name, quoted where it is not plain in every warehouse."""
    return exp.to_identifier(name, quoted=not _SAFE.fullmatch(name) or name in RESERVED)


def column(name: str, source: str = "") -> exp.Column:
    """A column, of an input where one is named."""
    return exp.Column(this=identifier(name), table=identifier(source) if source else None)


def text_literal(text: str) -> exp.Expr:
    """A text in quotes."""
    return exp.Literal.string(text)


def number(value: Fraction) -> exp.Expr:
    """A number: whole, decimal with all its digits, or floating."""
    sign, size = value < 0, abs(value)
    literal: exp.Expr
    if size.denominator == 1:
        literal = exp.Literal.number(str(size.numerator))
    else:
        exact = Decimal(size.numerator) / Decimal(size.denominator)
        if Fraction(exact) == size:
            literal = exp.Literal.number(format(exact, "f"))
        else:
            literal = exp.cast(exp.Literal.number(format(Decimal(repr(float(size))), "f")), "double")
    return exp.Neg(this=literal) if sign else literal


def literal(dialect: Dialect, value: object, type: Type) -> exp.Expr:
    """A value written down, of a type."""
    if value is None:
        null = exp.Null()
        return null if type.kind in (Kind.NULL, Kind.OTHER) else exp.Cast(this=null, to=sql_type(dialect, type))
    if isinstance(value, bool):
        return exp.Boolean(this=value)
    if isinstance(value, Fraction):
        return number(value)
    if isinstance(value, date):
        text = exp.Literal.string(value.isoformat())
        return (
            text if dialect.types.get("date") == "TEXT" else exp.Cast(this=text, to=sql_type(dialect, Type(Kind.DATE)))
        )
    return text_literal(str(value))


def sql_type(dialect: Dialect, type: Type) -> exp.DataType:
    """A type in the dialect's words."""
    kind = Kind.INTEGER if type.kind is Kind.DURATION else type.kind
    name = dialect.types.get(kind.value, "TEXT")
    if kind is Kind.DECIMAL and name.upper() == "DECIMAL":
        name = f"DECIMAL({type.precision or 38}, {type.scale})"
    return built_type(name, dialect.sqlglot).copy()


@cache
def built_type(name: str, spoken: str) -> exp.DataType:
    """A type as sqlglot reads it, read once: a large statement names thousands. Never handed out itself, since what
    stands in a tree has a parent."""
    return exp.DataType.build(name, dialect=spoken)


def comment_text(text: str) -> str:
    """A comment that ends where it should."""
    return text.replace("*/", "* /").replace("/*", "/ *").replace("\n", " ")
