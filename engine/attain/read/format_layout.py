"""How far each line of a file of definitions is indented: two spaces a level, lists below their key, comments with
what they stand beside.

A plan of the file's lines is made from the tree of its nodes. A line is the beginning of something (a key, a dash),
goes on with something that began above (text of several lines, a list in brackets) or is a comment. What begins has
its level; what goes on moves as far as what it belongs to; a comment moves with the level that it stands at."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field

from attain.read.tree import Lines, Mapping, Node, Scalar, Sequence

INDENT = 2
Level = tuple[int, int]  # the column that a level has, and the one that it is to have


class Irregular(Exception):
    """A file that is laid out as nobody lays out definitions: it is left as it is."""


@dataclass(slots=True)
class Layout:
    """What is to become of each line (from 0): its new indent, or how far it moves; the levels at each beginning."""

    text: str
    starts: list[int]
    indents: dict[int, int] = field(default_factory=dict)
    moves: dict[int, int] = field(default_factory=dict)
    levels: dict[int, tuple[Level, ...]] = field(default_factory=dict)
    kept: set[int] = field(default_factory=set)  # lines whose blanks are part of a text

    def line_of(self, offset: int) -> int:
        """The line that an offset lies in."""
        return bisect_right(self.starts, offset) - 1

    def column_of(self, offset: int) -> int:
        """The column of an offset, from 0."""
        return offset - self.starts[self.line_of(offset)]

    def written(self, line: int) -> str:
        """A line without its end."""
        end = self.starts[line + 1] - 1 if line + 1 < len(self.starts) else len(self.text)
        return self.text[self.starts[line] : end]

    def before(self, offset: int) -> str:
        """What stands before an offset on its line."""
        return self.text[self.starts[self.line_of(offset)] : offset]


def plan_layout(root: Node, lines: Lines) -> Layout:
    """The layout of a whole file. Raises Irregular."""
    layout = Layout(lines.text, lines.starts)
    place(layout, root, 0, (), (0, 0))
    return layout


def place(layout: Layout, node: Node, indent: int, levels: tuple[Level, ...], parent: Level) -> None:
    """Lays out a node whose first column is to be `indent`; `parent` is the level of what it belongs to."""
    if isinstance(node, Scalar):
        place_text(layout, node, parent)
    elif is_flow(layout, node):
        go_on(layout, node.start, node.end, parent[1] - parent[0])
    elif isinstance(node, Mapping):
        place_mapping(layout, node, indent, levels)
    else:
        place_sequence(layout, node, indent, levels)


def is_flow(layout: Layout, node: Mapping | Sequence) -> bool:
    """Whether a block stands in brackets."""
    return layout.text[node.start : node.start + 1] in ("{", "[")


def place_mapping(layout: Layout, node: Mapping, indent: int, levels: tuple[Level, ...]) -> None:
    """The keys of a block below each other, and what belongs to each."""
    column = layout.column_of(node.start)
    level = (column, indent)
    for key, value in node.items.items():
        begin(layout, key, column, level, levels)
        if isinstance(value, Mapping | Sequence) and not is_flow(layout, value):
            if layout.line_of(value.start) == layout.line_of(key.end):
                raise Irregular
            place(layout, value, indent + INDENT, (*levels, level), level)
        else:
            value_below(layout, key, value, level)


def begin(layout: Layout, key: Scalar, column: int, level: Level, levels: tuple[Level, ...]) -> None:
    """A key that begins a line, or stands behind the dash that does."""
    line = layout.line_of(key.start)
    if layout.column_of(key.start) != column or layout.line_of(key.end) != line:
        raise Irregular
    if not layout.before(key.start).strip(" "):
        layout.indents[line] = level[1]
    elif line not in layout.indents:
        raise Irregular
    layout.levels[line] = (*levels, level)


def value_below(layout: Layout, key: Scalar, value: Node, level: Level) -> None:
    """What belongs to a key and is no block of keys: on the key's line, or on the next ones."""
    first, shift = layout.line_of(value.start), level[1] - level[0]
    if value.end > value.start and first > layout.line_of(key.end):
        if isinstance(value, Scalar) and value.style in ("|", ">"):
            raise Irregular
        last = layout.line_of(max(value.end - 1, value.start))
        columns = [
            len(text) - len(text.lstrip(" ")) for text in map(layout.written, range(first, last + 1)) if text.strip()
        ]
        go_on(layout, value.start, value.end, level[1] + INDENT - min(columns), first)
    elif isinstance(value, Scalar):
        place_text(layout, value, level)
    else:
        go_on(layout, value.start, value.end, shift)


def place_sequence(layout: Layout, node: Sequence, indent: int, levels: tuple[Level, ...]) -> None:
    """The dashes of a list below each other, and what stands behind each."""
    column = layout.column_of(node.start)
    level = (column, indent)
    for item in node.items:
        line = dash_of(layout, item, column)
        if not layout.written(line)[:column].strip(" "):
            layout.indents[line] = indent
        elif line not in layout.indents:
            raise Irregular
        layout.levels[line] = (*levels, level)
        is_block = isinstance(item, Mapping | Sequence) and not is_flow(layout, item)
        if not is_block and layout.line_of(item.start) != line:
            raise Irregular
        place(layout, item, indent + INDENT, (*levels, level), level)


def dash_of(layout: Layout, item: Node, column: int) -> int:
    """The line of the dash that an item stands behind."""
    line = layout.line_of(item.start)
    while line >= 0:
        text = layout.written(line)
        if (
            re.fullmatch(r"[ ]*(-[ \t]+)*-([ \t].*)?", text[:column] + text[column:][:1])
            and text[column : column + 1] == "-"
        ):
            return line
        if text[:column].strip() and line != layout.line_of(item.start):
            break
        line -= 1
    raise Irregular


def place_text(layout: Layout, value: Scalar, level: Level) -> None:
    """A text: the lines below its first one."""
    if value.style in ("|", ">"):
        place_block_text(layout, value, level)
        return
    if value.style:
        last = layout.line_of(max(value.end - 1, value.start))
        layout.kept |= set(range(layout.line_of(value.start), last))
    go_on(layout, value.start, value.end, level[1] - level[0])


def place_block_text(layout: Layout, value: Scalar, level: Level) -> None:
    """The lines below `|` or `>`: as far behind their key as a level."""
    head = layout.line_of(value.start)
    last = layout.line_of(value.end) if value.end < len(layout.text) else len(layout.starts)
    if value.end == len(layout.text) and layout.text.endswith("\n"):
        last = len(layout.starts) - 1
    lines = range(head + 1, last)
    header = layout.written(head)[layout.column_of(value.start) :].partition("#")[0]
    filled = [line for line in lines if layout.written(line).strip(" ")]
    is_told = re.search(r"[0-9]", header) is not None
    move = level[1] - level[0]
    if filled and not is_told:
        text = layout.written(filled[0])
        move = level[1] + INDENT - (len(text) - len(text.lstrip(" ")))
    end = lines if "+" in header else range(head + 1, filled[-1] + 1 if filled else head + 1)
    for line in end:
        layout.moves[line] = move
        layout.kept.add(line)


def go_on(layout: Layout, start: int, end: int, move: int, first: int | None = None) -> None:
    """What goes on below its first line moves as far as what it belongs to."""
    begin = layout.line_of(start) + 1 if first is None else first
    for line in range(begin, layout.line_of(max(end - 1, start)) + 1):
        layout.moves[line] = move
