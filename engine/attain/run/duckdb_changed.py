"""Sources of tables changed in a known way: what stands behind FROM in place of a table's own text, for DuckDB."""

from __future__ import annotations

from attain.run.engine import quote_name


def sampled_source(text: str, columns: tuple[str, ...], one_in: int) -> str:
    """About one in so many rows of a source, the same ones every time: by a hash of some columns, or of whole rows."""
    hashed = ", ".join(quote_name(name) for name in columns) or "sampled"
    return f"(SELECT * FROM {text} AS sampled WHERE hash({hashed}) % {one_in} = 0)"
