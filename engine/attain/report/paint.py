"""Colours of a terminal, by what they mean."""

from __future__ import annotations

from collections.abc import Callable

#: Writes a text in one of the styles below.
Paint = Callable[[str, str], str]

_CODES = {
    "error": "1;31",
    "warning": "1;33",
    "place": "1",
    "strong": "1",
    "frame": "34",
    "dim": "2",
    "good": "32",
    "middling": "33",
    "bad": "31",
}


def painter(color: bool) -> Paint:
    """A function that writes a text in a style: with codes for a terminal, or plainly."""

    def paint(text: str, style: str) -> str:
        return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if text else ""

    return paint if color else lambda text, style: text
