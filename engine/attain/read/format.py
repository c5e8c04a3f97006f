"""A file of definitions as it should look: layout and spaces, nothing that it means.

What is changed: indents of two spaces; one space behind `:` and `,`, none inside brackets; expressions
(`format_expression`); blanks at the ends of lines; more than one empty line in a row; an empty line between the
sections of a file; two spaces before a comment at least. What stays: the order of everything, quotes, texts of
several lines, comments, how values are cut into lines. The new text is read again, and must have the same tree and
the same comments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from attain.base.problem import Problem
from attain.read.format_expression import format_expression, meaning_of
from attain.read.format_layout import Irregular, Layout, is_flow, plan_layout
from attain.read.tree import Mapping, Node, Scalar, Sequence, read_tree

Path = tuple[str, ...]
Splice = tuple[int, int, str]  # from, to, and what stands there instead


@dataclass(frozen=True, slots=True)
class Formatted:
    """A file as it should look; the problems that keep it from being read, and then it is as it was."""

    text: str
    problems: list[Problem]


class FormatChanged(Exception):
    """A bug of ours: a text would not say what it said."""


def format_definitions(name: str, text: str) -> Formatted:
    """A file's text, formatted. Its line ends stay as they are; a byte-order mark goes. Raises
    FormatChanged where the new text would not say the same: never, as far as is known."""
    ends = "\r\n" if "\r\n" in text else "\n"
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n")
    root, problems = read_tree(name, plain)
    if problems or root is None or re.search("[\r\x85\u2028\u2029]", plain):
        return Formatted(text, problems)
    if isinstance(root, Scalar) or is_flow_at(plain, root):
        return Formatted(text, [])
    try:
        changed = laid_out(root, plain)
    except Irregular:
        return Formatted(text, [])
    if not is_same(root, plain, changed):
        raise FormatChanged(f"formatting `{name}` would change what it says; it is left as it is")
    return Formatted(changed.replace("\n", ends), [])


def is_flow_at(text: str, root: Mapping | Sequence) -> bool:
    """Whether a file is one pair of brackets, as JSON is."""
    return text[root.start : root.start + 1] in ("{", "[")


def laid_out(root: Mapping | Sequence, text: str) -> str:
    """The text with its spaces and indents as they should be."""
    lines = root.lines
    layout = plan_layout(root, lines)
    comments = comments_of(root, layout)
    splices = sorted(splices_of(root, layout))
    written = [written_line(layout, line, splices, comments) for line in range(len(lines.starts))]
    return "\n".join(spaced(layout, root, written)).strip("\n") + "\n"


# -- lines -----------------------------------------------------------------------------------------------------------
def written_line(layout: Layout, line: int, splices: list[Splice], comments: dict[int, int]) -> str:
    """A line with its new indent, its splices, and its comment: as far behind it as it was, two spaces
    at least; comments below each other stay in their column."""
    text = layout.written(line)
    if line in layout.kept and line not in layout.indents:
        move = layout.moves.get(line, 0)
        return " " * move + text if move > 0 and text else text[min(-move, indent_of(text)) :]
    place = comments.get(line, len(text))
    content = spliced(layout, line, text[:place], splices).rstrip(" \t")
    indent = new_indent(layout, line, content, place)
    body = content.lstrip(" \t")
    if line in layout.kept:  # a text in quotes begins here and goes on below: its blanks are its own
        return " " * indent + spliced(layout, line, text, splices).lstrip(" \t")
    if place == len(text) or not body:
        return (" " * indent + body + text[place:].rstrip(" \t")) if body or text[place:].strip() else ""
    head = " " * indent + body
    if place in (comments.get(line - 1), comments.get(line + 1)):  # one of a column of comments
        gap = place + indent - indent_of(text) - len(head)
    else:
        gap = place - len(text[:place].rstrip(" \t"))
    return head + " " * max(gap, 2) + text[place:].rstrip(" \t")


def indent_of(text: str) -> int:
    """How many spaces a line begins with."""
    return len(text) - len(text.lstrip(" "))


def spliced(layout: Layout, line: int, text: str, splices: list[Splice]) -> str:
    """The beginning of a line with what stands there instead."""
    start = layout.starts[line]
    for begin, end, new in reversed(splices):
        if start <= begin and end <= start + len(text):
            text = text[: begin - start] + new + text[end - start :]
    return text


def new_indent(layout: Layout, line: int, content: str, place: int) -> int:
    """The indent that a line is to have."""
    if line in layout.indents:
        return layout.indents[line]
    if line in layout.moves:
        return max(indent_of(layout.written(line)) + layout.moves[line], 0)
    return indent_of(content) if content.strip() else comment_indent(layout, line, place)


def comment_indent(layout: Layout, line: int, column: int) -> int:
    """The indent of a comment on a line of its own: that of the level, around it, at which it stands."""
    above = next((layout.levels[i] for i in range(line - 1, -1, -1) if i in layout.levels), ())
    below = next((layout.levels[i] for i in range(line + 1, len(layout.starts)) if i in layout.levels), ())
    for levels in (below, above):
        exact = [new for old, new in levels if old == column]
        if exact:
            return exact[-1]
    fitting = [(old, new) for old, new in (*above, *below) if old <= column]
    return max(fitting)[1] if fitting else 0


def spaced(layout: Layout, root: Mapping | Sequence, written: list[str]) -> list[str]:
    """The lines with no more than one empty line in a row, and one between the sections of a file."""
    heads = section_heads(layout, root, written)
    found: list[str] = []
    for line, text in enumerate(written):
        if line in layout.moves or line in layout.kept:
            found.append(text)
        elif text:
            found += ["", text] if line in heads and found and found[-1] else [text]
        elif found and found[-1]:
            found.append("")
    return found


def section_heads(layout: Layout, root: Mapping | Sequence, written: list[str]) -> set[int]:
    """The lines before which an empty one belongs: those of keys at the top, of several lines or behind such a key,
    with the comments right above them."""
    heads: set[int] = set()
    after_block = False
    for key, value in root.items.items() if isinstance(root, Mapping) else ():
        line = layout.line_of(key.start)
        last = layout.line_of(max(value.end - 1, value.start, key.start))
        is_block = last > line
        if is_block or after_block:
            while line > 0 and written[line - 1].startswith("#") and line - 1 not in layout.kept:
                line -= 1
            heads.add(line)
        after_block = is_block
    return heads


# -- comments --------------------------------------------------------------------------------------------------------
def comments_of(root: Node, layout: Layout) -> dict[int, int]:
    """The column of the comment of each line that has one."""
    covered = sorted(
        (node.start if node.style not in ("|", ">") else head_end(node, layout), node.end)
        for node in nodes_of(root)
        if isinstance(node, Scalar) and node.end > node.start
    )
    found: dict[int, int] = {}
    position = 0
    for start, end in [*covered, (len(layout.text), len(layout.text))]:
        for match in re.finditer(r"(?:^|(?<=[ \t\n]))#", layout.text[position:start]):
            line = layout.line_of(position + match.start())
            found.setdefault(line, layout.column_of(position + match.start()))
        position = max(position, end)
    return found


def head_end(node: Scalar, layout: Layout) -> int:
    """The end of the line of `|` or `>`."""
    end = layout.text.find("\n", node.start)
    return end if end >= 0 else len(layout.text)


def nodes_of(root: Node) -> Iterator[Node]:
    """Every node, keys among them."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, Mapping):
            waiting += [*node.items, *node.items.values()]
        elif isinstance(node, Sequence):
            waiting += node.items


# -- spaces inside a line --------------------------------------------------------------------------------------------
def splices_of(root: Node, layout: Layout) -> Iterator[Splice]:
    """What is to stand in the place of spaces and expressions."""
    waiting: list[tuple[Node, Path]] = [(root, ())]
    while waiting:
        node, path = waiting.pop()
        if isinstance(node, Scalar):
            if is_expression(path):
                yield from expression_splice(node)
            continue
        one_line = is_flow(layout, node) and "\n" not in layout.text[node.start : node.end]
        if isinstance(node, Mapping):
            for key, value in node.items.items():
                yield from colon_splice(layout, key, value, one_line or not is_flow(layout, node))
                waiting.append((value, (*path, str(key))))
        else:
            waiting += [(item, (*path, "-")) for item in node.items]
            if not is_flow(layout, node):
                yield from (splice for item in node.items for splice in dash_splice(layout, item))
        if one_line:
            yield from bracket_splices(layout, node)


def colon_splice(layout: Layout, key: Scalar, value: Node, is_sure: bool) -> Iterator[Splice]:
    """One space behind the colon of a key."""
    gap = layout.text[key.end : value.start]
    if is_sure and value.end > value.start and re.fullmatch(r"[ \t]*:[ \t]+", gap):
        yield key.end, value.start, ": "


def dash_splice(layout: Layout, item: Node) -> Iterator[Splice]:
    """One space behind a dash."""
    gap = re.search(r"-([ \t]+)$", layout.before(item.start))
    if gap and item.end > item.start:
        yield item.start - len(gap[1]), item.start, " "


def bracket_splices(layout: Layout, node: Mapping | Sequence) -> Iterator[Splice]:
    """One space behind each comma, and none inside of brackets."""
    pairs = [(k.start, v) for k, v in node.items.items()] if isinstance(node, Mapping) else []
    items = pairs or [(item.start, item) for item in node.items if not isinstance(node, Mapping)]
    if any(not isinstance(item, Mapping | Sequence) and item.end == item.start for _, item in items):
        return
    ends = [node.start + 1, *(item.end for _, item in items)]
    starts = [*(start for start, _ in items), node.end - 1]
    for i, (end, start) in enumerate(zip(ends, starts, strict=True)):
        gap = layout.text[end:start]
        is_edge = i in (0, len(items))
        if re.fullmatch(r"[ \t]*" if is_edge else r"[ \t]*,[ \t]*", gap):
            yield end, start, "" if is_edge else ", "


def is_expression(path: Path) -> bool:
    """Whether an expression stands there."""
    match path:
        case ("metrics", _) | ("metrics", _, "expr") | ("alerts", _, "where") | ("tests", _, "assert"):
            return True
        case ("tables", _, "fields", _) | ("tables", _, "fields", _, "expr"):
            return True
        case ("tests", _, "when", "where" | "having"):
            return True
    return False


def expression_splice(node: Scalar) -> Iterator[Splice]:
    """An expression on one line, plain or in quotes that nothing is escaped in."""
    edge = 1 if node.style else 0
    written = node.lines.text[node.start + edge : node.end - edge]
    if node.style in ("|", ">") or written != node or node.end <= node.start:
        return
    new = format_expression(written)
    if new != written:
        yield node.start + edge, node.end - edge, new


# -- the proof -------------------------------------------------------------------------------------------------------
def is_same(before: Node, text: str, changed: str) -> bool:
    """Whether a formatted text has the same tree and the same comments."""
    after, problems = read_tree("", changed)
    if after is None or problems or not same_tree(before, after):
        return False
    return told_comments(before, text) == told_comments(after, changed)


def told_comments(root: Node, text: str) -> list[str]:
    """The comments of a file, in their order."""
    layout = Layout(text, root.lines.starts)
    return [layout.written(line)[column:].rstrip() for line, column in sorted(comments_of(root, layout).items())]


def same_tree(before: Node, after: Node) -> bool:
    """Whether two trees say the same: keys in their order, values as read, expressions by what they say."""
    waiting: list[tuple[Node, Node, Path]] = [(before, after, ())]
    while waiting:
        old, new, path = waiting.pop()
        if isinstance(old, Scalar) and isinstance(new, Scalar):
            if not same_scalar(old, new, path):
                return False
        elif isinstance(old, Mapping) and isinstance(new, Mapping):
            if [(k, k.style) for k in old.items] != [(k, k.style) for k in new.items]:
                return False
            waiting += [(old.items[k], new.items[k], (*path, str(k))) for k in old.items]
        elif isinstance(old, Sequence) and isinstance(new, Sequence) and len(old.items) == len(new.items):
            waiting += [(a, b, (*path, "-")) for a, b in zip(old.items, new.items, strict=True)]
        else:
            return False
    return True


def same_scalar(old: Scalar, new: Scalar, path: Path) -> bool:
    """Whether two values are one: the same text in the same quotes, or the same expression."""
    if old.style != new.style:
        return False
    if old == new:
        return True
    meaning = meaning_of(old) if is_expression(path) else None
    return meaning is not None and meaning == meaning_of(new)
