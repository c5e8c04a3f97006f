"""YAML text to a tree of nodes that know their place. Bounded, and refusing what YAML has that definitions do not:
anchors, aliases, tags, duplicate keys."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Any

import yaml

from attain.base.problem import Problem
from attain.base.span import Span

MAX_BYTES = 8_000_000
MAX_DEPTH = 64
MAX_NODES = 2_000_000

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # PyYAML without its C extension: the same events, slower
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]


class Lines:
    """Turns offsets into one text to lines and columns."""

    __slots__ = ("file", "starts", "text")

    def __init__(self, file: str, text: str) -> None:
        self.file, self.text = file, text
        self.starts = [0]
        position = text.find("\n")
        while position >= 0:
            self.starts.append(position + 1)
            position = text.find("\n", position + 1)

    def span(self, start: int, end: int) -> Span:
        """The stretch from offset `start` to `end`, cut at the end of its first line."""
        line = bisect_right(self.starts, start)
        begin = self.starts[line - 1]
        after = self.starts[line] - 1 if line < len(self.starts) else len(self.text)
        last = max(min(end, after), start + 1)
        return Span(self.file, line, start - begin + 1, last - begin + 1)


class Scalar(str):
    """A scalar: the text as YAML reads it, the quote it stood in (`style`, "" for plain), and its place."""

    style: str
    start: int
    end: int
    lines: Lines

    @staticmethod
    def of(value: str, style: str, start: int, end: int, lines: Lines) -> Scalar:
        """A scalar of the text between two offsets."""
        scalar = Scalar(value)
        scalar.style, scalar.start, scalar.end, scalar.lines = style, start, end, lines
        return scalar

    @property
    def span(self) -> Span:
        """Where it stands."""
        return self.lines.span(self.start, self.end)

    @property
    def is_null(self) -> bool:
        """Nothing written, `~` or `null`."""
        return not self.style and self in ("", "~", "null", "Null", "NULL")


@dataclass(slots=True)
class Mapping:
    """A mapping: its keys with their values, in the order written."""

    items: dict[Scalar, Node]
    start: int
    end: int
    flow: bool
    lines: Lines = field(repr=False)

    @property
    def span(self) -> Span:
        """Where it begins."""
        return self.lines.span(self.start, self.start + 1)


@dataclass(slots=True)
class Sequence:
    """A list."""

    items: list[Node]
    start: int
    end: int
    lines: Lines = field(repr=False)

    @property
    def span(self) -> Span:
        """Where it begins."""
        return self.lines.span(self.start, self.start + 1)


Node = Scalar | Mapping | Sequence


class _Refused(Exception):
    def __init__(self, problem: Problem) -> None:
        self.problem = problem


def read_tree(file: str, text: str) -> tuple[Node | None, list[Problem]]:
    """The one document of a file as a tree, or the problems that keep it from being one. Raises nothing."""
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        message = f"this file has {size:,} bytes; a file of definitions may have {MAX_BYTES:,}"
        return None, [Problem("file-too-large", message, Span(file, 1, 1, 2)).hint("split it into a folder of files")]
    lines = Lines(file, text)
    strange = next((i for i, character in enumerate(text) if "\udc80" <= character <= "\udcff"), None)
    if strange is not None:
        problem = Problem("yaml-syntax", "this is not UTF-8 text", lines.span(strange, strange + 1))
        return None, [problem.hint("save the file as UTF-8")]
    builder = _Builder(lines)
    try:
        root = builder.build(yaml.parse(text, Loader=_Loader))
    except _Refused as refused:
        return None, [*builder.problems, refused.problem]
    except yaml.YAMLError as error:
        return None, [*builder.problems, yaml_problem(error, lines)]
    return root, builder.problems


def offsets(event: Any) -> tuple[int, int]:
    """Where an event begins and ends."""
    return event.start_mark.index, event.end_mark.index


class _Builder:
    """Builds the tree from events with a stack of its own: no recursion, whatever the nesting."""

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        self.problems: list[Problem] = []
        self.stack: list[tuple[Mapping | Sequence, list[Scalar | None]]] = []
        self.root: Node | None = None
        self.documents = self.count = 0

    def build(self, events: Any) -> Node | None:
        for event in events:
            self.count += 1
            self.refuse(event)
            if isinstance(event, yaml.ScalarEvent):
                start, end = offsets(event)
                style = "" if event.style is None else event.style
                self.place(Scalar.of(event.value, style, start, end, self.lines))
            elif isinstance(event, yaml.MappingStartEvent):
                self.open(Mapping({}, offsets(event)[0], 0, bool(event.flow_style), self.lines), event)
            elif isinstance(event, yaml.SequenceStartEvent):
                self.open(Sequence([], offsets(event)[0], 0, self.lines), event)
            elif isinstance(event, yaml.CollectionEndEvent):
                node, _ = self.stack.pop()
                node.end = offsets(event)[1]
        return self.root

    def refuse(self, event: Any) -> None:
        span = self.lines.span(*offsets(event))
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                raise _Refused(Problem("yaml-document", "a file of definitions is one YAML document", span))
        if self.count > MAX_NODES:
            raise _Refused(Problem("file-too-large", f"this file has more than {MAX_NODES:,} nodes", span))
        if isinstance(event, yaml.AliasEvent):
            problem = Problem("yaml-anchor", f"aliases are not read: `*{event.anchor}`", span)
            raise _Refused(problem.hint("write the definition out, or give it a name of its own"))
        if isinstance(event, yaml.NodeEvent):
            if event.anchor is not None:
                problem = Problem("yaml-anchor", f"anchors are not read: `&{event.anchor}`", span)
                raise _Refused(problem.hint("quote the value if the `&` belongs to it"))
            tag = getattr(event, "tag", None)
            if tag is not None and tag != "!":
                problem = Problem("yaml-tag", f"tags are not read: `{tag}`", span)
                raise _Refused(problem.hint("quote the value if the `!` belongs to it"))

    def open(self, node: Mapping | Sequence, event: Any) -> None:
        self.place(node)
        self.stack.append((node, [None]))
        if len(self.stack) > MAX_DEPTH:
            span = self.lines.span(*offsets(event))
            raise _Refused(Problem("yaml-too-deep", f"nested more than {MAX_DEPTH} levels deep", span))

    def place(self, node: Node) -> None:
        if not self.stack:
            self.root = node
            return
        parent, waiting = self.stack[-1]
        if isinstance(parent, Sequence):
            parent.items.append(node)
        elif waiting[0] is None:
            waiting[0] = self.key(parent, node)
        else:
            parent.items[waiting[0]] = node
            waiting[0] = None

    def key(self, parent: Mapping, node: Node) -> Scalar:
        if not isinstance(node, Scalar):
            raise _Refused(Problem("yaml-key", "a key must be a plain word", node.span))
        for known in (k for k in [node] if k in parent.items):
            first = next(k for k in parent.items if k == known)
            problem = Problem("duplicate-key", f"`{node}` stands here twice", node.span, "the second")
            self.problems.append(problem.also(first.span, "the first"))
            return Scalar.of(f"{node}\0{len(parent.items)}", node.style, node.start, node.end, self.lines)
        return node


def yaml_problem(error: yaml.YAMLError, lines: Lines) -> Problem:
    """What YAML could not read, with what usually causes it."""
    mark: Any = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    offset = mark.index if mark is not None else int(getattr(error, "position", 0) or 0)
    span = lines.span(offset, offset + 1)
    what = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
    written = lines.text[lines.starts[span.line - 1] : offset + 1]
    if "mapping values are not allowed" in what:
        return Problem("yaml-syntax", "a `: ` inside an unquoted value", span).hint(
            "quote the whole value, or write it on lines of its own below `|`"
        )
    if "cannot start any token" in what or "found character" in what:
        if "\t" in written:
            return Problem("yaml-syntax", "a tab indents here", span).hint("indent with spaces")
        character = lines.text[offset : offset + 1]
        problem = Problem("yaml-syntax", f"an unquoted value cannot begin with `{character}`", span)
        return problem.hint("quote the value, or write it on lines of its own below `|`")
    if "',' or '}'" in what and written.count("(") > written.count(")"):
        problem = Problem("flow-comma", "YAML cuts this value at its comma", span)
        return problem.hint("""quote the expression: {expr: "count(deals where status in ('won', 'lost'))", ..}""")
    stripped = written.strip().partition(": ")[2]
    if stripped.startswith(("'", '"')):
        return Problem("yaml-syntax", "a value that starts with a quote must end with it", span).hint(
            "write the whole value on lines of its own below `|`"
        )
    return Problem("yaml-syntax", f"YAML cannot read this: {what}", span)
