"""The text of a `sql:` source: query nodes, named tables and well-known functions, nothing else."""

from __future__ import annotations

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

MAX_LENGTH = 50_000
#: Functions that sqlglot has no class for, and that only compute.
PLAIN_FUNCTIONS = frozenset("date_part isodow list_value strftime nullifzero zeroifnull len strip_accents".split())
#: Expressions with a class that read something other than their arguments.
REFUSED = (
    exp.Command, exp.ReadCSV, exp.Into, exp.Lock, exp.Parameter, exp.Placeholder, exp.SessionParameter, exp.Pragma,
    exp.Repeat, exp.Pad, exp.GenerateSeries, exp.Kill, exp.Set, exp.Use, exp.Attach, exp.Detach, exp.Copy,
    exp.LoadData, exp.TableFromRows, exp.UDTF,
)  # fmt: skip


def check_source_sql(text: str, dialect: str) -> str:
    """Why a text is refused as a source, in one sentence; "" where it is not."""
    if len(text) > MAX_LENGTH:
        return f"a query of a source may have {MAX_LENGTH:,} characters"
    if text.count("(") > 200:
        return "the query is nested too deeply"
    try:
        statements = sqlglot.parse(text, read=dialect)
    except (SqlglotError, RecursionError) as error:
        return f"the query cannot be read: {str(error).splitlines()[0]}"
    if len(statements) != 1 or statements[0] is None:
        return "exactly one SELECT belongs here"
    tree = statements[0]
    if not isinstance(tree, exp.Select | exp.SetOperation | exp.Subquery):
        return "only a SELECT belongs here"
    for node in tree.walk():
        reason = refused(node)
        if reason:
            return reason
    return ""


def refused(node: exp.Expr) -> str:
    """Why a part of a query is refused; "" where it is not."""
    if isinstance(node, REFUSED):
        return f"`{node.key}` has no place in a source"
    if isinstance(node, exp.DML | exp.DDL) and not isinstance(node, exp.Query):
        return "only a SELECT belongs here"
    if isinstance(node, exp.With) and node.args.get("recursive"):
        return "a recursive query may never end"
    if isinstance(node, exp.Table) and not isinstance(node.this, exp.Identifier):
        return "a source reads named tables only, no table functions"
    if isinstance(node, exp.Table) and any(c in part.name for part in node.parts for c in "./\\:*?'"):
        return f"`{node.name}` is no plain name of a table"
    if isinstance(node, exp.Anonymous) and node.name.lower() not in PLAIN_FUNCTIONS:
        return f"the function `{node.name}` is not known to only compute"
    if isinstance(node, exp.Func) and node.key in ("getpath", "currentuser", "sessionuser", "currentschema", "version"):
        return f"the function `{node.key}` has no place in a source"
    return ""
