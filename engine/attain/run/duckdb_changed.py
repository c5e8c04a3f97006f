"""Sources of tables changed in a known way: what stands behind FROM in place of a table's own text, for DuckDB."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from attain.model.types import Kind, Type
from attain.run.duckdb_types import duckdb_type
from attain.run.engine import quote_name, quote_text


def sampled_source(text: str, columns: tuple[str, ...], one_in: int) -> str:
    """About one in so many rows of a source, the same ones every time: by a hash of some columns, or of whole rows."""
    hashed = ", ".join(quote_name(name) for name in columns) or "sampled"
    return f"(SELECT * FROM {text} AS sampled WHERE hash({hashed}) % {one_in} = 0)"


def multiplied_source(text: str, columns: Mapping[str, tuple[Fraction, Type | None]]) -> str:
    """A source with some of its columns multiplied, each by its factor; those with a type are converted to it first, as
    whoever reads them would."""
    changed = []
    for name, (factor, type) in columns.items():
        value = quote_name(name) if type is None else f"TRY_CAST({quote_name(name)} AS {duckdb_type(type)})"
        by = f"* {factor.numerator}" if factor.denominator == 1 else f"/ {factor.denominator}.0"
        changed.append(f"{value} {by} AS {quote_name(name)}")
    return f"(SELECT * REPLACE ({', '.join(changed)}) FROM {text})"


def doubled_source(text: str, numbers: Mapping[str, tuple[int, Type]], texts: Mapping[str, str]) -> str:
    """A source and a copy of it below, in which numbers (given with their type, which has to have room for them) are
    larger by so much, and texts stand behind a word."""
    plain = [f"CAST({quote_name(name)} AS VARCHAR) AS {quote_name(name)}" for name in texts]
    other = [
        f"CAST({quote_name(name)} AS {duckdb_type(widest(type))}) + {offset} AS {quote_name(name)}"
        for name, (offset, type) in numbers.items()
    ]
    other += [f"{quote_text(word)} || CAST({quote_name(name)} AS VARCHAR) AS {quote_name(name)}"
              for name, word in texts.items()]  # fmt: skip
    first = f"SELECT * REPLACE ({', '.join(plain)})" if plain else "SELECT *"
    second = f"SELECT * REPLACE ({', '.join(other)})" if other else "SELECT *"
    return f"({first} FROM {text} UNION ALL {second} FROM {text})"


def widest(type: Type) -> Type:
    """The type of the same kind that has room for the largest numbers."""
    return Type(type.kind, 38, type.scale) if type.kind is Kind.DECIMAL else type
