"""Where an expression stands that is brought into a normal form."""

from __future__ import annotations

from dataclasses import dataclass

from attain.model.aggregate import Place

HERE = Place()


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an expression stands: over the rows of `table`, seen through the joins of `prefix` ("" over cells, at
    `place`)."""

    table: str = ""
    prefix: tuple[str, ...] = ()
    place: Place = HERE
