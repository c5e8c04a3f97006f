"""Attain, a compiler for business metrics.

import attain

catalog = attain.load("metrics.yaml")
catalog.compile("revenue", by="region", grain="month")      # the SQL
catalog.run("revenue", by="region").arrow()                 # the rows: .rows, .arrow(), .pandas(), .polars()
catalog.rows("revenue", grain="month", period="2026-01")    # the rows behind one value: .aggregates, .all
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from attain.catalog import Catalog, CellRows, Rows, load

__version__ = "0.1.0"
__all__ = ["Catalog", "CellRows", "DefinitionError", "Rows", "__version__", "load"]


def __getattr__(name: str) -> Any:
    """Loads the API at its first use: importing `attain` alone costs nothing."""
    if name in ("Catalog", "CellRows", "DefinitionError", "Rows", "load"):
        from attain import catalog

        return getattr(catalog, name)
    raise AttributeError(f"module 'attain' has no attribute {name!r}")
