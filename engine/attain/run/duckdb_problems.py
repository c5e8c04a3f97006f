"""What DuckDB says, in words for the people who own the data."""

from __future__ import annotations

import re
from pathlib import Path

from attain.base.problem import Problem
from attain.base.span import Span
from attain.run.engine import INTERRUPTED, RunProblem
from attain.run.files import find_line, format_of
from attain.run.marks import read_mark

_FILE = re.compile(r"^  file = (?P<file>.+)$", re.MULTILINE)
_LINE = re.compile(r"CSV Error on Line: (?P<line>\d+)")
_VALUE = re.compile(
    r'Error when converting column "(?P<column>.*?)"\. '
    r"""Could not convert string "(?P<value>.*?)" to '(?P<type>[^']+)'""",
    re.DOTALL,
)
_COUNT = re.compile(r"Expected Number of Columns: (?P<expected>\d+) Found: (?P<found>\d+)")
_JSON = re.compile(
    r'in file "(?P<file>[^"]+)"(?:, (?:at byte \d+ )?in record/value (?P<record>\d+))?:? ?(?P<why>[^\n]*)'
)
_PREFIX = re.compile(r"^[A-Za-z -]+ Error: ")
_WORDS = {
    "BIGINT": "an integer",
    "DOUBLE": "a number",
    "DECIMAL": "a decimal number",
    "BOOLEAN": "true or false",
    "DATE": "a date (2026-01-31)",
    "TIMESTAMP": "a timestamp (2026-01-31 12:00:00)",
    "TIMESTAMP WITH TIME ZONE": "a timestamp with its zone (2026-01-31T12:00:00Z)",
}
_TYPE_HINT = "correct the file, or declare what the column really holds: `fields: {%s: {type: text}}`"


def shown(path: str | Path, root: Path) -> str:
    """A path as the user wrote it: relative to the definitions' folder."""
    try:
        return Path(path).resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return Path(path).name


def read_failure(error: BaseException, root: Path, span: Span) -> RunProblem:
    """The problem behind an error that DuckDB raised while it ran or looked at a query."""
    text, kind = str(error), type(error).__name__
    marked = read_mark(text)
    if marked is not None:
        return marked
    if kind == "InterruptException":
        return RunProblem(Problem("interrupted", "the query was interrupted", span), INTERRUPTED)
    if kind == "OutOfMemoryException":
        problem = Problem("out-of-memory", "the query needs more memory than it may use", span)
        return RunProblem(problem.hint("allow more memory, or ask for fewer dimensions or a shorter range"))
    found = _data_failure(error, text, kind, root, span)
    return RunProblem(found or Problem("query-failed", f"the query failed: {first_line(text)}", span))


def _data_failure(error: BaseException, text: str, kind: str, root: Path, span: Span) -> Problem | None:
    """What is wrong with a data file, if it is that."""
    if match := _LINE.search(text):
        return _csv_failure(text, int(match["line"]), root, span)
    if kind == "IOException" and ("No files found" in text or "Cannot open file" in text):
        name = re.search(r'"([^"]+)"', text)
        file = shown(name[1], root) if name else "a data file"
        return Problem("data-file-missing", f"`{file}` is not there any more", span)
    if (
        kind == "PermissionException"
        and (name := re.search(r'"([^"]+?)(?:/\*\*/[^"]*)?"', text))
        and _is_gone(name[1], root)
    ):
        return Problem("data-file-missing", f"`{shown(name[1], root)}` is not there any more", span)
    if kind == "PermissionException":
        message = "the query reads a file that the definitions do not name"
        return Problem("query-failed", message, span).hint(
            "name it as a table's `file:`, below the definitions' folder"
        )
    if match := re.search(r"[Ff]ile \"?'?(?P<file>[^\"']+\.parquet)", text):
        return unreadable(shown(match["file"], root), first_line(text).replace(match["file"], ""), span)
    if kind == "InvalidInputException" and "JSON" in text and (match := _JSON.search(text)):
        return _json_failure(match, root, span)
    if kind == "ConversionException":
        message = f"a value does not fit the type it is read as: {first_line(text)}"
        return Problem("value-does-not-fit", message, span).hint("declare what the column really holds by `type:`")
    return None


def _is_gone(name: str, root: Path) -> bool:
    """Whether this is a data file below root that is not there: DuckDB then takes the path for a folder's, and speaks
    of a lack of permission."""
    path = Path(name)
    is_plain = bool(format_of(path)) and not set(name) & set("*?[") and ".." not in path.parts
    return is_plain and path.resolve().is_relative_to(root.resolve()) and not path.exists()


def _csv_failure(text: str, record: int, root: Path, span: Span) -> Problem:
    """A CSV file that cannot be read at some line."""
    match = _FILE.search(text)
    path = match["file"] if match else ""
    name = shown(path, root) if path else "a CSV file"
    if value := _VALUE.search(text):
        line = find_line(Path(path), value["column"], value["value"]) or record
        return does_not_fit(name, line, value["column"], value["value"], _WORDS.get(value["type"], "text"), span)
    if count := _COUNT.search(text):
        message = f"line {record} has {_values(count['found'])}, not {count['expected']}"
        return unreadable(name, message, span)
    if "utf-8" in text.lower():
        return unreadable(name, f"line {record} is not UTF-8 text", span).hint("save the file as UTF-8")
    if "unterminated quote" in text:
        return unreadable(name, f"a quote that opens in line {record} is never closed", span)
    lines = [part for part in text.split("\n") if part and not part.startswith(("Original Line", "Invalid Input"))]
    return unreadable(name, f"line {record}: {first_line(lines[0]) if lines else 'it cannot be read'}", span)


def _values(count: str) -> str:
    return "1 value" if count == "1" else f"{count} values"


def _json_failure(match: re.Match[str], root: Path, span: Span) -> Problem:
    """A JSON file that cannot be read, or a value in it that does not fit."""
    file, why = shown(match["file"], root), match["why"].strip().rstrip(".")
    record = f", record {match['record']}" if match["record"] else ""
    if "cast value" in why or "transform" in match.string:
        problem = Problem("value-does-not-fit", f"`{file}`{record}: {why}", span)
        return problem.hint("correct the file, or declare what the field really holds by `type:`")
    return unreadable(file, f"it is not JSON{record}: {why}", span)


def does_not_fit(file: str, line: int | None, column: str, value: str, wanted: str, span: Span) -> Problem:
    """A value of a file that is not of its column's type."""
    place = f"`{file}`, line {line}" if line else f"`{file}`"
    short = value if len(value) <= 60 else value[:57] + "..."
    message = f"{place}: `{short}` in the column `{column}` is not {wanted}"
    return Problem("value-does-not-fit", message, span).hint(_TYPE_HINT % column)


def unreadable(file: str, why: str, span: Span) -> Problem:
    """A data file that cannot be read as what it should be."""
    return Problem("data-file-unreadable", f"`{file}` cannot be read: {why.strip()}", span)


def open_failure(error: BaseException, file: str) -> RunProblem:
    """The problem behind an error on opening a database file, called `file` by the user."""
    text = str(error)
    problem = Problem("connection-failed", f"the database `{file}` cannot be opened", Span.none())
    if "does not exist" in text:
        problem = Problem("connection-failed", f"there is no database file `{file}`", Span.none())
        problem = problem.hint("a connection's `path:` is relative to the definitions' folder")
    elif "Could not set lock" in text or "Conflicting lock" in text:
        message = f"the database `{file}` is in use by another process, which may be writing to it"
        problem = Problem("connection-failed", message, Span.none())
        problem = problem.hint("close the other program (a notebook, a DuckDB shell, a loading job), or copy the file")
    elif "not a valid DuckDB" in text or "Is a directory" in text:
        problem = Problem("connection-failed", f"`{file}` is not a DuckDB database", Span.none())
        problem = problem.hint("CSV, JSON and Parquet files are named by a table's `file:`, not by a connection")
    elif "version" in text.lower():
        message = f"`{file}` was written by another version of DuckDB, which this one cannot read"
        problem = Problem("connection-failed", message, Span.none())
    return RunProblem(problem)


def first_line(text: str) -> str:
    """The first line of a message without the name of its class."""
    line = next((line.strip() for line in text.split("\n") if line.strip()), "no reason given")
    return _PREFIX.sub("", line)
