"""What tests expect, written anew where it is. In: tests that failed, with what came. Out: files with their new texts,
in which nothing else has changed; and why a test was left alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from attain.base.problem import has_errors
from attain.model.result import Result
from attain.model.test import FAILED, UPDATED, Outcome
from attain.read.definitions import read_document
from attain.read.tree import Mapping, Node, Scalar, read_tree
from attain.read.tree import Sequence as Listing
from attain.run.files import find_files, find_path
from attain.testing.compare import Close, compare_expected
from attain.testing.definitions import Test, read_test
from attain.testing.records import Unreadable
from attain.testing.written import Kept, csv_text, edits_of_rows, indented_csv, yaml_value

if TYPE_CHECKING:
    from attain.project import Project


@dataclass(frozen=True, slots=True)
class Edit:
    """A stretch of a file, and what is to stand there."""

    start: int
    end: int
    text: str


#: A test, what came, and the edits that make it expect that.
Change = tuple[Test, Result | None, list[Edit]]


class Unproven(Kept):
    """A test that would still not pass."""

    def __init__(self, test: str, why: str) -> None:
        super().__init__(why)
        self.test = test


@dataclass(slots=True)
class Updates:
    """Files to write, and the outcomes with what was done about them."""

    files: dict[Path, bytes] = field(default_factory=dict)
    outcomes: list[Outcome] = field(default_factory=list)


def update_tests(project: Project, found: Sequence[tuple[Test, Outcome]]) -> Updates:
    """What is to be written so that tests that failed expect what came. Nothing is written here."""
    updates = Updates()
    edits: dict[str, list[Change]] = {}
    for test, outcome in found:
        try:
            edits_here = edits_of(project, test, outcome, updates) if outcome.status == FAILED else None
        except Kept as reason:
            updates.outcomes.append(replace(outcome, updated=f"left as it is: {reason}"))
            continue
        if edits_here is None:
            updates.outcomes.append(outcome)
            continue
        if edits_here:
            edits.setdefault(test.file, []).append((test, outcome.result, edits_here))
        updates.outcomes.append(replace(outcome, status=UPDATED, updated="what it expects was written anew", hints=()))
    for name, here in edits.items():
        write_into(project, name, here, updates)
    return updates


def write_into(project: Project, name: str, here: list[Change], updates: Updates) -> None:
    """The new text of a file; a test that would not pass in it is left alone, and so are all where it cannot be
    written."""
    while here:
        try:
            updates.files[target(project.root, name)] = new_file(project, name, here)
            return
        except Kept as reason:
            refused = {reason.test} if isinstance(reason, Unproven) else {test.name for test, _, _ in here}
            updates.outcomes = [undone(o, str(reason)) if o.name in refused else o for o in updates.outcomes]
            here = [change for change in here if change[0].name not in refused]


def undone(outcome: Outcome, reason: str) -> Outcome:
    """An outcome whose file cannot be written after all."""
    return replace(outcome, status=FAILED, updated=f"left as it is: {reason}")


# -- what is to be written --------------------------------------------------------------------------------------------
def edits_of(project: Project, test: Test, outcome: Outcome, updates: Updates) -> list[Edit]:
    """The edits that make a test expect what came; a file of rows goes into `updates`. Raises Kept."""
    if test.kind not in ("case", "golden"):
        raise Kept("only what `expect:` and `golden:` hold is written anew")
    if test.expected is not None and test.expected.code:
        return edits_of_code(project, test, outcome)
    if outcome.result is None:
        raise Kept("there are no rows to expect; its problems come first")
    node = expected_node(project, test)
    if isinstance(node, Mapping) and list(node.items) == ["file"]:
        path, text = file_of_rows(project, test, node, outcome.result)
        if updates.files.get(path, text) != text:
            raise Kept("another test keeps its result in the same file")
        updates.files[path] = text
        return []
    if isinstance(node, Scalar):
        return [edit_of_scalar(project, test, node, outcome.result)]
    return [Edit(*edit) for edit in edits_of_rows(node, test, outcome.result)]


def edits_of_code(project: Project, test: Test, outcome: Outcome) -> list[Edit]:
    """Another code of a problem. Raises Kept."""
    codes = {problem.code for problem in outcome.problems}
    if len(codes) != 1:
        raise Kept("it does not come to one problem" if codes else "it has rows now, and a problem was expected")
    node = expected_node(project, test)
    assert isinstance(node, Mapping)
    scalar = next(iter(node.items.values()))
    assert isinstance(scalar, Scalar)
    return [Edit(scalar.start, scalar.end, codes.pop())]


def edit_of_scalar(project: Project, test: Test, node: Scalar, result: Result) -> Edit:
    """One value, or CSV below `|`. Raises Kept."""
    text = node.lines.text[node.start : node.end]
    if test.expected is not None and test.expected.value is not None and node.style != "|":
        if len(result.columns) != 1 or len(result.rows) != 1:
            raise Kept("one value was expected, and rows came: write them below `|`, with their names")
        value = result.rows[0][0]
        name = yaml_value(result.columns[0].name)
        return Edit(node.start, node.end, yaml_value(value) if value is not None else f"{{{name}: null}}")
    if node.style != "|":
        raise Kept("CSV is written anew only below `|`")
    head = text.find("\n") + 1
    body = text[head:].rstrip()
    columns = test.expected.records.names if test.expected and test.expected.records else []
    return Edit(node.start + head, node.start + head + len(body), indented_csv(result, columns, body))


def file_of_rows(project: Project, test: Test, node: Mapping, result: Result) -> tuple[Path, bytes]:
    """The file that holds the rows, and what is to stand in it. Raises Kept."""
    records = test.expected.records if test.expected is not None else None
    name = records.file if records is not None else missing_file(project, test, node)
    path = target(project.root, name, exists=records is not None)
    if path.suffix != ".csv":
        raise Kept("only files that end in .csv are written anew")
    if path in data_files(project):
        raise Kept(f"`{name}` holds data of a table")
    return path, csv_text(result, records.names if records is not None else []).encode("utf-8", "backslashreplace")


def data_files(project: Project) -> set[Path]:
    """The files that tables are read from: no test writes into them."""
    patterns = [request.origin.text for request in project.requests.values() if request.origin.kind == "file"]
    return {path for pattern in patterns for path in find_files(project.root, pattern)[0]}


def missing_file(project: Project, test: Test, node: Mapping) -> str:
    """The name, below the root, of a file that is not there yet. Raises Kept."""
    from attain.read.definitions import below_root

    written = next(iter(node.items.values()))
    assert isinstance(written, Scalar)
    name, problem = below_root(str(Path(test.file).parent.as_posix()) if "/" in test.file else "", written)
    if problem is not None or find_path(project.root, name)[0] is None:
        raise Kept("its file would not lie below the folder of the definitions")
    return name


def expected_node(project: Project, test: Test) -> Node:
    """What a test expects, in the tree of its file. Raises Kept."""
    root, problems = read_tree(test.file, project.sources[test.file].text.removeprefix("\ufeff"))
    if not isinstance(root, Mapping) or problems:
        raise Kept("its file cannot be read")
    tests = root.items[Scalar("tests")]
    assert isinstance(tests, Listing)
    entry = tests.items[test.place]
    assert isinstance(entry, Mapping)
    return entry.items[Scalar("golden" if test.kind == "golden" else "expect")]


# -- files ------------------------------------------------------------------------------------------------------------
def target(root: Path, name: str, *, exists: bool = True) -> Path:
    """A file that may be written: below the folder of the definitions, and no link on the way to it. Raises Kept."""
    home = root.resolve()
    path = home / name
    if path.resolve() != path or not path.is_relative_to(home):
        raise Kept(f"`{name}` is a link, or lies behind one")
    if exists and not path.is_file():
        raise Kept(f"there is no file `{name}`")
    if not exists and not path.parent.is_dir():
        raise Kept(f"there is no folder for `{name}`: make it first")
    return path


def new_file(project: Project, name: str, here: list[Change]) -> bytes:
    """A file of definitions with its edits, from the last to the first; read again, and every test of it passes.
    Raises Kept."""
    path = target(project.root, name)
    try:
        written = path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):
        raise Kept(f"`{name}` cannot be read") from None
    mark = "\ufeff" if written.startswith("\ufeff") else ""
    ends = written.count("\r\n")
    if written.replace("\r\n", "\n") != project.sources[name].text:
        raise Kept(f"`{name}` has changed in the meantime")
    if ends not in (0, written.count("\n")):
        raise Kept(f"`{name}` ends its lines in two ways")
    text = written.replace("\r\n", "\n").removeprefix("\ufeff")
    for edit in sorted((edit for _, _, edits in here for edit in edits), key=lambda edit: -edit.start):
        text = text[: edit.start] + edit.text + text[edit.end :]
    for test, result, _ in here:
        prove(project, test, result, text)
    return (mark + (text.replace("\n", "\r\n") if ends else text)).encode("utf-8")


def prove(project: Project, test: Test, result: Result | None, text: str) -> None:
    """Raises Kept where a test, read from the new text of its file, would not pass."""
    document, problems = read_document(test.file, text)
    if document is None or has_errors(problems) or len(document.tests) <= test.place:
        raise Unproven(test.name, "its file could not be read afterwards")
    if result is None:
        return
    try:
        again = read_test(test.file, test.place, document.tests[test.place], project.root)
    except Unreadable as wrong:
        raise Unproven(test.name, wrong.problem.message) from None
    if again.expected is None or again.name != test.name:
        raise Unproven(test.name, "it would be another test")
    close = Close(again.tolerance, again.tolerances)
    if compare_expected(result, again.expected, close, ordered=bool(again.request.order)) is not None:
        raise Unproven(test.name, "it would still not pass")
