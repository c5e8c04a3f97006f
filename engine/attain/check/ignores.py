"""`ignore:`: every entry names a problem that may be meant, the definitions it is about, a reason, and a last day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache

from attain.base.codes import CODES
from attain.base.problem import Problem, warning
from attain.base.span import Span
from attain.base.suggest import did_you_mean
from attain.model.silence import Entry, Ignored, Silence
from attain.read.definitions import RawFile, RawModel, below_root
from attain.read.expressions import read_day
from attain.read.shape import IgnoreShape
from attain.read.tree import Scalar

FORM = "{code: name-style, name: ARR, reason: the board's word for it, until: 2027-03-31}"
KEPT = ("ignore-expired", "ignore-unused", "ignore-form")


def read_silence(raw: RawModel) -> tuple[Silence, list[Problem]]:
    """The entries of all files, and where the definitions begin that they are about."""
    entries: list[Entry] = []
    problems: list[Problem] = []
    for file in raw.files:
        for shape in file.document.ignore:
            entry, found = read_entry(file, shape)
            problems += found
            entries += [entry] if entry is not None else []
    return Silence(tuple(entries), starts_of(raw) if entries else {}), problems


def starts_of(raw: RawModel) -> dict[str, list[tuple[int, int, str]]]:
    """Where each definition begins: for each file (line, column, name), in their order."""
    starts: dict[str, list[tuple[int, int, str]]] = {}
    for file in raw.files:
        spans = [(name.span, str(name)) for name in names_of(file)]
        starts[file.name] = sorted((span.line, span.column, name) for span, name in spans)
    return starts


def names_of(file: RawFile) -> Iterable[Scalar]:
    """The names of everything that a file defines."""
    document = file.document
    groups = (
        document.connections, document.constants, document.tables, document.dimensions, document.metrics,
        document.targets, document.alerts,
    )  # fmt: skip
    return [*(name for group in groups for name in group), *(test.name for test in document.tests)]


def read_entry(file: RawFile, shape: IgnoreShape) -> tuple[Entry | None, list[Problem]]:
    """One entry, or what it lacks."""
    span = shape.code.span
    problems = [*_code_problems(shape.code), *_missing(shape)]
    until = read_day(shape.until) if shape.until is not None else None
    if shape.until is not None and until is None:
        problems.append(_form(f"`{shape.until}` is not a day", shape.until.span, "write 2027-03-31"))
    path = ""
    if shape.file is not None:
        path, outside = below_root(file.folder, shape.file)
        problems += [outside] if outside is not None else []
    if problems or until is None:
        return None, problems
    return Entry(str(shape.code), tuple(map(str, shape.name or ())), path, str(shape.reason), until, span), []


def _code_problems(code: Scalar) -> list[Problem]:
    """A code that there is not, or that cannot be meant."""
    if code not in CODES:
        return [_form(f"there is no problem `{code}`", code.span, did_you_mean(code, ignorable()))]
    if code not in ignorable():
        reason = "an error stops every figure that depends on it; only warnings, and rules of `lint:`, may be meant"
        hint = "entries of `ignore:` are mended, not ignored" if code in KEPT else reason
        return [_form(f"`{code}` cannot be ignored", code.span).hint(hint)]
    return []


def _missing(shape: IgnoreShape) -> list[Problem]:
    """What every entry has to say, as one problem."""
    found: dict[str, str] = {}
    if not shape.name and shape.file is None:
        found["what it is about"] = (
            "`name:` names a metric, table, dimension, target or alert (or several), `file:` a file"
        )
    if shape.reason is None or not shape.reason.strip():
        found["why"] = "`reason:` tells whoever meets it why it is meant"
    if shape.until is None:
        found["until when"] = "`until:` names its last day; after it somebody looks again"
    if not found:
        return []
    text = f"this entry does not say {', and '.join(found)}"
    return [_form(text, shape.code.span).hint(*found.values(), f"such as {FORM}")]


def _form(message: str, span: Span, label: str = "") -> Problem:
    return Problem("ignore-form", message, span, label)


@cache
def ignorable() -> tuple[str, ...]:
    """The codes that an entry may name."""
    return tuple(code for code, entry in CODES.items() if entry.kind != "error" and code not in KEPT)


def check_entries(
    silence: Silence, ignored: Iterable[Ignored], today: date, looked_for: frozenset[str]
) -> list[Problem]:
    """What is said of the entries themselves: those whose day is over, and those that silence nothing (at one of their
    names), as far as their codes were `looked_for`."""
    used = {(id(found.entry), silence.name_at(found.problem.span)) for found in ignored}
    used |= {(entry, "") for entry, _ in used}
    known = {name for starts in silence.starts.values() for _, _, name in starts}
    problems: list[Problem] = []
    for entry in silence.entries:
        if entry.until < today:
            text = f"this entry ended on {entry.until}, so `{entry.code}` is told again"
            hint = "mend what it was about, or agree on another day; then take it out, or change `until:`"
            problems.append(warning("ignore-expired", text, entry.span, "", hint))
        elif entry.code in looked_for:
            idle = [name for name in entry.names or ("",) if (id(entry), name) not in used]
            problems += [_unused(entry, idle, known)] if idle else []
    return problems


def _unused(entry: Entry, idle: list[str], known: set[str]) -> Problem:
    """An entry that silences nothing at some of its names, which may be misspelt."""
    unknown = next((name for name in idle if name and name not in known), None)
    if unknown is not None:
        return warning("ignore-unused", f"nothing is called `{unknown}`", entry.span, did_you_mean(unknown, known))
    names = " or ".join(f"`{name}`" for name in idle if name)
    parts = [f"at {names}" if names else "", f"in `{entry.file}`" if entry.file else ""]
    place = " ".join(part for part in parts if part)
    some = len(idle) < len(entry.names)
    text = "" if some else "this entry silences nothing: "
    text += f"there is no `{entry.code}` {place}"
    return warning("ignore-unused", text, entry.span, "", f"take {names if some else 'it'} out")
