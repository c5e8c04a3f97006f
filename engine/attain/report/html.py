"""HTML that cannot be broken out of: texts are escaped, unless they were made here."""

from __future__ import annotations

import html
from typing import TypeAlias

from attain.report.text import escape_text

_EMPTY = frozenset({"meta", "br", "hr", "rect"})


class Html(str):
    """Markup that `tag` or `join` made, or that a library made of plain numbers: all else is escaped."""

    __slots__ = ()


Child: TypeAlias = "str | None"


def escaped(text: str) -> Html:
    """A text as HTML, also within an attribute in double quotes; line ends and tabs stay."""
    return text if isinstance(text, Html) else Html(html.escape(escape_text(text, keep="\n\t"), quote=True))


def tag(element: str, /, *children: Child, **attributes: str | None) -> Html:
    """An element: children that are no Html are escaped; `class_` is written `class`, `aria_label` `aria-label`;
    attributes that are None are left out."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{html.escape(escape_text(value), quote=True)}"'
        for key, value in attributes.items()
        if value is not None
    )
    if element in _EMPTY:
        return Html(f"<{element}{written}>" if element != "rect" else f"<{element}{written}/>")
    return Html(f"<{element}{written}>{join(*children)}</{element}>")


def join(*children: Child) -> Html:
    """Texts and elements behind each other."""
    return Html("".join(escaped(child) for child in children if child is not None))
