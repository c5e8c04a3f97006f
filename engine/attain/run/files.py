"""Which files a table is read from, and how a CSV file is written."""

from __future__ import annotations

import csv
import glob
import gzip
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TextIO, cast

#: The formats by the end of a file's name; each may also end in `.gz`, Parquet aside.
FORMATS = {
    ".csv": "csv",
    ".tsv": "csv",
    ".json": "json",
    ".jsonl": "json",
    ".ndjson": "json",
    ".parquet": "parquet",
}
_DELIMITERS = (",", ";", "\t", "|")
_MAGIC = frozenset("*?[")


def format_of(path: Path | str) -> str:
    """ "csv", "json", "parquet", or nothing where the name does not say."""
    name = str(path).lower()
    packed = name.endswith(".gz")
    found = FORMATS.get(PurePosixPath(name.removesuffix(".gz")).suffix, "")
    return "" if packed and found == "parquet" else found


def refuse_path(text: str) -> str:
    """Why a path of the definitions may not be used, by its text alone; nothing where it may."""
    if not text.strip():
        return "the path is empty"
    if "\0" in text or "://" in text:
        return "only files below the definitions' own folder can be read"
    if PurePosixPath(text).is_absolute() or PureWindowsPath(text).drive or text.startswith(("\\", "~")):
        return "the path is absolute; write it relative to the definitions' own folder"
    if ".." in PurePosixPath(text.replace("\\", "/")).parts:
        return "the path leaves the definitions' own folder by `..`"
    return ""


def find_path(root: Path, text: str) -> tuple[Path | None, str]:
    """The resolved path of one file below root (it need not exist), or why it is refused."""
    if reason := refuse_path(text):
        return None, reason
    path = (root / text).resolve()
    if not path.is_relative_to(root.resolve()):
        return None, f"`{text}` is a link that leaves the definitions' own folder"
    return path, ""


def find_files(root: Path, pattern: str) -> tuple[list[Path], str]:
    """The files that `pattern` names below root, sorted and resolved; or no files and the reason why it is refused.
    No files and no reason: nothing matches. Names that start with a dot match only where the pattern has the dot."""
    if reason := refuse_path(pattern):
        return [], reason
    is_file = (root / pattern).is_file()
    names = [pattern] if is_file else sorted(glob.glob(pattern, root_dir=root, recursive=True))
    found = [name for name in names if (root / name).is_file()]
    reason = next((r for name in found if (r := _refuse_file(root, name))), "") or _refuse_mixture(found)
    return ([], reason) if reason else (sorted({(root / name).resolve() for name in found}), "")


def _refuse_file(root: Path, name: str) -> str:
    """Why a file that was found may not be read."""
    path, reason = find_path(root, name)
    if path is None:
        return reason
    if _MAGIC & set(str(path)):
        return f"the name of `{name}` holds one of * ? [, which stand for other files; rename it"
    if not format_of(path):
        return f"`{name}` is not a kind of file that can be read: csv, tsv, json, jsonl, parquet"
    return ""


def _refuse_mixture(names: list[str]) -> str:
    """Why these files cannot be one table."""
    kinds = sorted({format_of(name) for name in names})
    return f"the files of one table are of several formats: {', '.join(kinds)}" if len(kinds) > 1 else ""


def open_text(path: Path) -> TextIO:
    """A text file for reading, unpacked where it is packed, without its byte order mark."""
    if path.name.lower().endswith(".gz"):
        return cast(TextIO, gzip.open(path, "rt", encoding="utf-8-sig", errors="replace", newline=""))
    return path.open(encoding="utf-8-sig", errors="replace", newline="")


def csv_delimiter(path: Path) -> str:
    """What separates the values of a CSV file: of comma, semicolon, tab and bar the one that stands most often in
    the first line outside quotes, and of equals the first in that order; a tab in `.tsv` files."""
    if path.name.lower().removesuffix(".gz").endswith(".tsv"):
        return "\t"
    with open_text(path) as file:
        line = file.readline(1 << 20)
    plain = "".join(line.split('"')[::2])
    return max(_DELIMITERS, key=lambda delimiter: (plain.count(delimiter), -_DELIMITERS.index(delimiter)))


def csv_options(files: Sequence[Path]) -> dict[str, str | bool]:
    """How DuckDB's read_csv must be told to read these files, types aside (`columns` is to be added: every column
    of the file in its order): the first line holds the names, an empty value is missing, nothing is guessed."""
    return {
        "auto_detect": False,
        "header": True,
        "delim": csv_delimiter(files[0]) if files else ",",
        "quote": '"',
        "escape": '"',
        "nullstr": "",
        "strict_mode": True,
    }


def csv_records(path: Path, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Each record of a CSV file with the number of its first line, empty lines passed over."""
    with open_text(path) as file:
        reader = csv.reader(file, delimiter=delimiter, doublequote=True, strict=False)
        line = 1
        for record in reader:
            if record:
                yield line, record
            line = reader.line_num + 1


def csv_header(path: Path, delimiter: str) -> list[str]:
    """The names in the first line; none where that line is empty."""
    first = next(csv_records(path, delimiter), (0, []))
    return first[1] if first[0] == 1 else []


def find_line(path: Path, column: str, value: str) -> int | None:
    """The first line of a CSV file that has this value in this column."""
    delimiter = csv_delimiter(path)
    try:
        names = csv_header(path, delimiter)
        where = [name.strip() for name in names].index(column)
        records = (r for r in csv_records(path, delimiter) if r[0] > 1)
        return next((line for line, r in records if len(r) > where and r[where].strip() == value.strip()), None)
    except (OSError, ValueError, csv.Error):
        return None
