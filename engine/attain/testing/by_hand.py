"""A query by hand over the tables of the definitions. In: its SQL, which was checked. Out: SQL in which the names of
the definitions' tables stand for their sources."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from attain.run.engine import quote_name, quote_qualified

if TYPE_CHECKING:
    from attain.project import Project


def over_tables(project: Project, sql: str) -> str:
    """The query with the tables that it names as the definitions have them: columns as they come, nothing derived. Any
    other name is one of the connection's own tables."""
    from attain.pipeline import file_text

    outer: list[str] = []
    inner: list[str] = []
    for name, request in project.requests.items():
        if not names_table(sql, name) or request.origin.text == name:
            continue
        kind = request.origin.kind
        if kind == "file":
            source = file_text(project, request, relative=False)
        else:
            source = f"(\n{request.sql}\n) AS source" if kind == "sql" else quote_qualified(request.origin.text)
        behind = quote_name(f"the source of {name}")
        outer.append(f"{behind} AS (SELECT * FROM {source})")
        inner.append(f"{quote_name(name)} AS (SELECT * FROM {behind})")
    query = f"SELECT * FROM (\n{sql.strip().rstrip(';')}\n) AS by_hand"
    if not outer:
        return query
    # Two levels, so that a source may itself read a table of the same name.
    return f"WITH {', '.join(outer)}\nSELECT * FROM (WITH {', '.join(inner)}\n{query}) AS over_tables"


def names_table(sql: str, name: str) -> bool:
    """Whether a name stands somewhere in a query."""
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", sql, re.IGNORECASE) is not None
