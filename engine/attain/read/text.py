"""The text of an expression, with the place of each of its characters."""

from __future__ import annotations

from dataclasses import dataclass

from attain.base.problem import Problem
from attain.base.span import Span
from attain.read.tree import Lines, Scalar


@dataclass(frozen=True, slots=True)
class ExpressionText:
    """What was written, and for each character its offset in the file (`offsets` None: `start` + its position)."""

    text: str
    lines: Lines
    start: int = 0
    offsets: tuple[int, ...] | None = None

    def span(self, start: int, end: int) -> Span:
        """The place of a stretch of the text in its file."""
        if self.offsets is None:
            return self.lines.span(self.start + start, self.start + end)
        last = len(self.offsets) - 1
        return self.lines.span(self.offsets[min(start, last)], self.offsets[min(max(end - 1, start), last)] + 1)

    @property
    def whole(self) -> Span:
        """The place of all of it."""
        return self.span(0, len(self.text))


def text_of_argument(name: str, text: str) -> ExpressionText:
    """An expression that stood on the command line, under the name of its option."""
    return ExpressionText(text, Lines(name, text))


def text_of_scalar(scalar: Scalar) -> tuple[ExpressionText, list[Problem]]:
    """The expression that a scalar holds, as it was written; problems where YAML would have changed it."""
    raw = scalar.lines.text[scalar.start : scalar.end]
    if scalar.style == "'":
        return _unescaped(scalar, raw, "''"), []
    if scalar.style == '"':
        if "\\" not in raw:
            return ExpressionText(raw[1:-1], scalar.lines, scalar.start + 1), []
        return _escaped(scalar), []
    start = scalar.start
    if scalar.style in ("|", ">"):
        head = raw.find("\n")
        raw, start = (raw[head + 1 :], start + head + 1) if head >= 0 else ("", scalar.end)
    raw = raw.rstrip()
    text = ExpressionText(raw, scalar.lines, start)
    if scalar.style != "|" and "\n" in raw:
        comment = find_comment(raw)
        if comment >= 0:
            problem = Problem(
                "comment-in-folded-text", "YAML joins these lines, and the comment would swallow the next",
                text.span(comment, len(raw)),
            )  # fmt: skip
            return text, [problem.hint("write the expression below `|`, which keeps its lines")]
    return text, []


def find_comment(text: str) -> int:
    """The offset of the first comment in an expression, -1 where there is none."""
    quote = ""
    for i, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character == "#" or (text.startswith("--", i) and text[i + 2 : i + 3] in ("", " ", "\t", "\n", "\r")):
            return i
    return -1


def _unescaped(scalar: Scalar, raw: str, doubled: str) -> ExpressionText:
    text: list[str] = []
    offsets: list[int] = []
    i = 1
    while i < len(raw) - 1:
        text.append(raw[i])
        offsets.append(scalar.start + i)
        i += 2 if raw.startswith(doubled, i) else 1
    return ExpressionText("".join(text), scalar.lines, scalar.start, tuple(offsets) or (scalar.start,))


def _escaped(scalar: Scalar) -> ExpressionText:
    """Double quotes with escapes: every character is placed at the scalar's beginning plus its position."""
    offsets = tuple(min(scalar.start + 1 + i, scalar.end - 1) for i in range(len(scalar)))
    return ExpressionText(str(scalar), scalar.lines, scalar.start, offsets or (scalar.start,))
