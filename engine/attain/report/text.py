"""Text on its way out: escaped, measured as a terminal shows it, cut, padded."""

from __future__ import annotations

import re
import unicodedata

_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_JOINER = "\u200d"
#: Formatting characters that belong to words and pictures; all others could hide or reorder text.
_HARMLESS = ("\u200c", _JOINER)
CUT = "..."
#: What GitHub's and Azure's runners take as a command: two colons at the beginning of a line, `##[` anywhere in it.
_COMMAND = re.compile(r"^\s*::|##\[", re.MULTILINE)


def escape_character(character: str) -> str:
    """One character as it may be shown: control characters, terminal escapes, invisible and reordering ones are
    written out (`\\x1b`, `\\u202e`)."""
    if " " <= character <= "~":
        return character
    if character in _NAMED:
        return _NAMED[character]
    category = unicodedata.category(character)
    if category not in ("Cc", "Cf", "Cs", "Zl", "Zp") or character in _HARMLESS:
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def escape_text(text: str, keep: str = "") -> str:
    """A text in which nothing moves the cursor, changes colours or hides, or is a command to a continuous integration
    that reads along; the characters of `keep` stay."""
    if not (text.isascii() and text.isprintable()):
        text = "".join(c if c in keep else escape_character(c) for c in text)
    if "::" in text or "##[" in text:
        text = _COMMAND.sub(lambda match: f"{match[0][:-1]}\\x{ord(match[0][-1]):02x}", text)
    return text


def character_widths(text: str) -> list[int]:
    """How many columns of a terminal each character adds: 2 for wide ones, 0 for those that join the one before
    (accents, joiners, skin tones)."""
    widths: list[int] = []
    joined = False
    for character in text:
        if character <= "~":
            widths.append(1)
            joined = False
            continue
        if character == "\ufe0f":  # the picture form of the character before: two columns
            widths.append(1 if widths and widths[-1] == 1 else 0)
            continue
        zero = unicodedata.category(character) in ("Mn", "Me", "Cf") or joined or _is_skin_tone(character)
        wide = unicodedata.east_asian_width(character) in ("W", "F")
        widths.append(0 if zero else 2 if wide else 1)
        joined = character == _JOINER
    return widths


def _is_skin_tone(character: str) -> bool:
    return "\U0001f3fb" <= character <= "\U0001f3ff"


def display_width(text: str) -> int:
    """The columns of a terminal that a text takes."""
    return len(text) if text.isascii() else sum(character_widths(text))


def clip_text(text: str, width: int) -> str:
    """The text, cut with `...` where it takes more than `width` columns."""
    if display_width(text) <= width:
        return text
    room, kept = max(width - len(CUT), 0), 0
    for character, columns in zip(text, character_widths(text), strict=True):
        if columns > room:
            break
        room -= columns
        kept += len(character)
    return text[:kept] + CUT


def pad_text(text: str, width: int, *, right: bool = False) -> str:
    """The text filled up with spaces to `width` columns; `right` puts it at the right."""
    fill = " " * max(width - display_width(text), 0)
    return fill + text if right else text + fill


def count_of(number: int, word: str) -> str:
    """`1 error`, `2 errors`"""
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"
