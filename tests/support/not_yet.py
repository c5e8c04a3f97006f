"""What the engine does not compile yet. A case that uses it must fail so (`not-yet`); once it passes, its line goes."""

from __future__ import annotations

import re

from tests.support.pages import Case

NOT_YET: dict[str, str] = {}


def construct_not_yet(case: Case) -> str:
    """The first construct of a case that is not compiled yet."""
    if case.page.parent.name == "problems":
        return ""
    return in_text("\n".join([case.definitions, *(ask.query for ask in case.asks)]))


def in_text(text: str) -> str:
    """The first construct of a text that is not compiled yet."""
    return next((name for name, pattern in NOT_YET.items() if re.search(pattern, text)), "")
