"""Which constructs are part of the game: all of language.md, or only what the engine compiles already."""

from __future__ import annotations

from dataclasses import dataclass

from tests.support.not_yet import NOT_YET

#: What the engine is known to answer otherwise: not asked of it, only of the reference.
DISPUTED = frozenset(
    [
        "trunc to a grain of the calendar's table",  # says that it is no grain
        "SET default_order = 'DESC'",  # rows come the other way round, and --limit shows the last ones
        "SET default_null_order = 'nulls_first'",  # the missing slice comes first, also with --limit
        "per periods over an operator over per periods",  # which slices occur
        "per a coarser grain inside per a finer one",  # count and sum of no periods are 0 there, too
        "SQLite: --top by a boolean",  # its members are shown as 0 and 1
        "--top by what `per` names",  # the members that are put together count as one
    ]
)


@dataclass(frozen=True)
class Game:
    """`everything`: whether the engine has it or not."""

    everything: bool = False

    def has(self, construct: str) -> bool:
        """Whether a construct, by its name in NOT_YET or DISPUTED, is part of it."""
        return self.everything or (construct not in NOT_YET and construct not in DISPUTED)


COMPILED = Game()
EVERYTHING = Game(everything=True)
