"""What is known of a dialect of SQL: how each operation is written there."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Dialect:
    """A dialect: `sqlglot` is its name there; `templates` maps an operation to (the text that says it, the sqlglot
    dialect that text is written in); `unsupported` maps an operation to the reason why it cannot be said; `types`
    maps our kinds of types to the dialect's; `support` is "executed" (the tests run it) or "compiled"."""

    name: str
    sqlglot: str
    support: str
    templates: dict[str, tuple[str, str]]
    unsupported: dict[str, str] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    reads_files: bool = False
    raises: bool = False
    docs: str = ""
    grouping_sets: bool = False
