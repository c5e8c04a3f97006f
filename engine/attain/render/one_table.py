"""Queries of sources that read one table: which, what their columns are called there, and the same over other rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError


@dataclass(frozen=True, slots=True)
class OneTable:
    """The only table that a query reads: its name, in SQL; for each of the query's columns that is one of the table's
    under another name, that one; and the columns of which the query keeps some rows each (`PARTITION BY`)."""

    name: str
    called: dict[str, str]
    kept_by: frozenset[str]


def read_one_table(text: str, dialect: str) -> OneTable | None:
    """The only table that a query reads, and reads once; None where there are more, or none."""
    tree = parsed(text, dialect)
    found = tables_in(tree) if tree is not None else []
    if tree is None or len(found) != 1:
        return None
    called: dict[str, str] = {}
    selected = tree.selects if isinstance(tree, exp.Query) else []
    for one in selected:
        if isinstance(one, exp.Alias) and isinstance(one.this, exp.Column):
            called[one.alias] = one.this.name
    return OneTable(bare(found[0]).sql(dialect=dialect), called, frozenset(partitions(tree)))


def over_other_rows(text: str, dialect: str, rows: str) -> str:
    """The same query over other rows of its one table: `rows` is what stands behind FROM."""
    tree = parsed(text, dialect)
    assert tree is not None
    table = tables_in(tree)[0]
    other = sqlglot.parse_one(f"SELECT * FROM {rows}", read=dialect).args["from_"].this
    alias = table.alias or table.name
    other.set("alias", exp.TableAlias(this=exp.to_identifier(alias, quoted=True)))
    table.replace(other)
    return tree.sql(dialect=dialect)


def parsed(text: str, dialect: str) -> exp.Expr | None:
    """The tree of a query; None where it cannot be read."""
    try:
        return sqlglot.parse_one(text, read=dialect)
    except (SqlglotError, RecursionError):
        return None


def tables_in(tree: exp.Expr) -> list[exp.Table]:
    """The tables that a query reads, those of its own WITH left out."""
    own = {cte.alias.lower() for cte in tree.find_all(exp.CTE)}
    return [table for table in tree.find_all(exp.Table) if table.db or table.name.lower() not in own]


def partitions(tree: exp.Expr) -> Iterator[str]:
    """The columns that rows are numbered by, or kept once for."""
    parts = [part for window in tree.find_all(exp.Window) for part in window.args.get("partition_by") or ()]
    parts += [distinct.args["on"] for distinct in tree.find_all(exp.Distinct) if distinct.args.get("on")]
    return (column.name for part in parts for column in part.find_all(exp.Column))


def bare(table: exp.Table) -> exp.Table:
    """A table's name without its alias."""
    plain = table.copy()
    plain.set("alias", None)
    return plain
