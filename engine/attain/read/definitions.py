"""Files of definitions to their shapes: one namespace out of a file, its includes, or a folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

from pydantic import ValidationError

from attain.base.problem import Problem, in_order
from attain.base.span import Source, Span
from attain.base.suggest import did_you_mean, some_of
from attain.read.leaves import Shape
from attain.read.shape import DocumentShape
from attain.read.tree import Mapping, Node, Scalar, Sequence, read_tree

#: Gives the text of a file below the root, or None where there is no such file that may be read.
ReadFile = Callable[[str], str | None]

MAX_FILES = 2_000


@dataclass(frozen=True, slots=True)
class RawFile:
    """One file: its name below the root ("metrics.yaml"), and what stands in it."""

    name: str
    document: DocumentShape

    @property
    def folder(self) -> str:
        """The folder that its relative paths start from, below the root; "" is the root."""
        parent = str(PurePosixPath(self.name).parent)
        return "" if parent == "." else parent


@dataclass(slots=True)
class RawModel:
    """All files of one namespace, in the order read, and their texts."""

    files: list[RawFile] = field(default_factory=list)
    sources: dict[str, Source] = field(default_factory=dict)


def read_definitions(names: list[str], read_file: ReadFile) -> tuple[RawModel, list[Problem]]:
    """Every file of `names` and what they include, as one namespace, with the problems of all."""
    model, problems = RawModel(), []
    waiting: list[tuple[str, Scalar | None]] = [(name, None) for name in names]
    seen: set[str] = set()
    while waiting:
        name, asked = waiting.pop(0)
        if name in seen:
            continue
        seen.add(name)
        text = read_file(name)
        if text is None:
            span = asked.span if asked is not None else Span(name, 0, 0, 0)
            problems.append(Problem("file-missing", f"there is no file `{name}`", span))
            continue
        if len(seen) > MAX_FILES:
            # what else may be wrong with them is not looked for
            message = f"more than {MAX_FILES:,} files of definitions"
            hint = "name the folder or the file with -f that holds the definitions"
            return RawModel(), [Problem("file-too-large", message, Span.none()).hint(hint)]
        model.sources[name] = Source(name, text)
        document, found = read_document(name, text)
        problems += found
        if document is None:
            continue
        file = RawFile(name, document)
        model.files.append(file)
        for included in document.include:
            path, problem = below_root(file.folder, included)
            problems += [problem] if problem else []
            waiting += [(path, included)] if path else []
    return model, in_order(problems)


def below_root(folder: str, path: Scalar) -> tuple[str, Problem | None]:
    """A path relative to `folder` as a path below the root; a problem where it leaves the root."""
    if path.startswith(("/", "~")) or "\\" in path or ":" in path:
        return "", Problem("path-outside", f"`{path}` is not a path relative to this file", path.span)
    parts: list[str] = []
    for part in [*PurePosixPath(folder).parts, *path.split("/")]:
        if part == "..":
            if not parts:
                problem = Problem("path-outside", f"`{path}` leaves the folder of the definitions", path.span)
                return "", problem.hint("a definition reads only files below its own folder")
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts), None


@lru_cache(maxsize=512)
def _document(name: str, text: str) -> tuple[DocumentShape | None, tuple[Problem, ...]]:
    document, problems = read_shape(name, text)
    return document, tuple(problems)


def read_document(name: str, text: str) -> tuple[DocumentShape | None, list[Problem]]:
    """One file's text as its shape; the same text is read once."""
    document, problems = _document(name, text)
    return document, list(problems)


def read_shape(name: str, text: str) -> tuple[DocumentShape | None, list[Problem]]:
    """One file's text as its shape."""
    root, problems = read_tree(name, text.removeprefix("\ufeff"))
    if root is None or (isinstance(root, Scalar) and root.is_null):
        return (DocumentShape(), problems) if not problems else (None, problems)
    if not isinstance(root, Mapping):
        problem = Problem("wrong-shape", "a file of definitions is a block of keys", root.span)
        return None, [*problems, problem.hint(f"such as {some_of(DocumentShape.model_fields)}")]
    cut = broken_flow(root)
    if cut:
        return None, [*problems, *cut]
    try:
        return DocumentShape.model_validate(to_plain(root)), problems
    except ValidationError as error:
        errors: list[dict[str, Any]] = [dict(item) for item in error.errors(include_url=False)]
        spelt = {item["loc"][:-1] for item in errors if item["type"] == "extra_forbidden"}
        told = [item for item in errors if item["type"] != "missing" or item["loc"][:-1] not in spelt]
        return None, [*problems, *(shape_problem(item, root) for item in told)]


def to_plain(node: Node) -> Any:
    """The tree as dicts and lists whose leaves and keys are scalars; the second of two equal keys is left out, as it
    was told already."""
    if isinstance(node, Mapping):
        return {key: to_plain(value) for key, value in node.items.items() if "\0" not in key}
    return [to_plain(item) for item in node.items] if isinstance(node, Sequence) else node


def broken_flow(root: Node) -> list[Problem]:
    """Expressions with a comma in a flow map, which YAML cuts into keys: `{expr: if(a, b), unit: money}`."""
    problems: list[Problem] = []
    stack = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, Sequence):
            stack += node.items
        if not isinstance(node, Mapping):
            continue
        before: Scalar | None = None
        named: Scalar | None = None
        for key, value in node.items.items():
            bare = isinstance(value, Scalar) and value.start == value.end and not value.style
            if node.flow and bare and before is not None and before.count("(") > before.count(")"):
                end = closed_end(before.lines.text, before.start, key.end)
                span = before.lines.span(before.start, end)
                problem = Problem("flow-comma", "YAML cuts this value at its comma", span)
                written = before.lines.text[before.start : end]
                problems.append(problem.hint(f'quote it: {{{named}: "{written}", ..}}'))
                break
            before, named = (value if isinstance(value, Scalar) else None), key
            stack.append(value)
    return problems


def closed_end(text: str, start: int, least: int) -> int:
    """Where an expression that begins at `start` has closed its parentheses, on its line; `least` where it has not."""
    line = text.find("\n", start)
    opened = 0
    for place in range(start, line if line >= 0 else len(text)):
        opened += {"(": 1, ")": -1}.get(text[place], 0)
        if place + 1 >= least and not opened:
            return place + 1
    return least


_MESSAGES = {
    "dict_type": "a block of keys belongs here",
    "model_type": "a block of keys belongs here",
    "model_attributes_type": "a block of keys belongs here",
    "list_type": "a list belongs here",
    "too_short": "this list is empty",
    "literal_error": "this version of the format is not known: write 1",
}


def shape_problem(error: dict[str, Any], root: Mapping) -> Problem:
    """What is wrong with the shape, said at its place."""
    node: Node = root
    key: Scalar | None = None
    for part in error["loc"]:
        if isinstance(node, Mapping) and part in node.items:
            key = next(k for k in node.items if k == part)
            node = node.items[key]
        elif isinstance(node, Sequence) and isinstance(part, int) and part < len(node.items):
            node = node.items[part]
    name = str(error["loc"][-1]) if error["loc"] else ""
    if error["type"] == "extra_forbidden":
        known = _keys_at(error["loc"][:-1])
        problem = Problem(
            "unknown-key", f"there is no key `{name}` here", (key or node).span, did_you_mean(name, known)
        )
        return problem.hint(f"keys here: {some_of(known, 20)}" if known else "")
    if error["type"] == "missing":
        span = key.span if key is not None else node.span
        return Problem("missing-key", f"`{name}:` is missing here", span)
    message = _MESSAGES.get(error["type"], error["msg"])
    return Problem("wrong-shape", message, node.span)


def _keys_at(path: tuple[Any, ...]) -> list[str]:
    """The keys that a block at this path may have."""
    shape: type[Shape] | None = DocumentShape
    for part in path:
        if shape is not None and part in shape.model_fields:
            shape = _shape_in(shape.model_fields[part].annotation)
    if shape is None:
        return []
    return [info.alias or name for name, info in shape.model_fields.items()]


def _shape_in(annotation: Any) -> type[Shape] | None:
    stack = [annotation]
    while stack:
        item = stack.pop()
        if isinstance(item, type) and issubclass(item, Shape):
            return item
        stack += list(getattr(item, "__args__", ()))
    return None
