"""`attain fmt`"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from attain.base.problem import Problem
from attain.base.span import Source, Span
from attain.cli import COMMANDS, EXIT_STATUS
from attain.cli.files import write_file
from attain.cli.options import Place, place_options, screen_options
from attain.cli.project import DEFINITIONS, QUERY
from attain.cli.screen import Screen, Stop, write_text

_MOST = 9_000_000  # bytes: a file of definitions has at most 8,000,000
_HELP = f"""{COMMANDS["fmt"]}

FILES are files or folders; left out: the definitions of -f, with what they include. Indents, spaces and empty lines are
put right, keywords of expressions are written in small letters. Comments stay, and everything keeps its order. What is
written is read again first, and must mean the same; files that cannot be read are left as they are, and told.

\b
Examples:
  attain fmt
  attain fmt --check            write nothing; exit 1 with the files that would change
  attain fmt --diff metrics     what would change, as a patch
"""


@dataclass(frozen=True, slots=True)
class Change:
    """A file, by the name that it was asked for, as it is and as it should be."""

    name: str
    path: Path
    before: str
    after: str


@click.command("fmt", help=_HELP, epilog=EXIT_STATUS)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILES...]")
@click.option("--check", is_flag=True, help="Write nothing; exit 1 where a file would change.")
@click.option("--diff", is_flag=True, help="Write nothing; print what would change.")
@place_options
@screen_options
def command(screen: Screen, place: Place, files: tuple[Path, ...], check: bool, diff: bool) -> int:
    """Formats files of definitions, or says which would change."""
    found = list(asked_files(screen, files) if files else own_files(screen, place))
    changes, problems, sources = formatted(found)
    screen.show_problems(problems, sources)
    changed = [change for change in changes if change.before != change.after]
    if diff:
        write_text("".join(patch_of(change) for change in changed))
    elif check:
        write_text("".join(f"{shown(change.name)}\n" for change in changed))
    for change in () if diff or check else changed:
        write_file(change.path, change.after.encode(), "FILES")
        screen.say(f"formatted {change.name}")
    screen.say(summary(len(changed), len(changes) - len(changed), len(found) - len(changes), check or diff))
    return DEFINITIONS if problems or (check and changed) else 0


def summary(changed: int, same: int, unread: int, only_told: bool) -> str:
    """What was done, in a line."""
    parts = [f"{files_of_number(changed)} {'would be ' if only_told else ''}formatted"] if changed else []
    parts += [f"{files_of_number(same)} {'is' if same == 1 else 'are'} as it should be"] if same else []
    parts += [f"{files_of_number(unread)} cannot be read"] if unread else []
    return (", ".join(parts) or "there is no file to format").replace("are as it", "are as they")


def files_of_number(number: int) -> str:
    """`1 file`, `2 files`."""
    return f"{number:,} file{'' if number == 1 else 's'}"


def shown(name: str) -> str:
    """The name of a file, with nothing in it that a terminal would take for more."""
    from attain.report.text import escape_text

    return escape_text(name)


def formatted(files: list[tuple[str, Path]]) -> tuple[list[Change], list[Problem], dict[str, Source]]:
    """Each file as it should be, and the problems of those that cannot be read. Nothing is written yet."""
    from attain.read.format import format_definitions

    changes, problems, sources = [], [], {}
    for name, path in files:
        with path.open("rb") as file:
            text = file.read(_MOST).decode("utf-8", "surrogateescape")
        done = format_definitions(name, text)
        if done.problems:
            problems += done.problems
            sources[name] = Source(name, text.removeprefix("\ufeff").replace("\r\n", "\n"))
        else:
            changes.append(Change(name, path, text, done.text))
    return changes, problems, sources


def patch_of(change: Change) -> str:
    """The difference as `patch` and `git apply` take it."""
    import difflib

    before, after = change.before.splitlines(True), change.after.splitlines(True)
    lines = difflib.unified_diff(before, after, f"a/{shown(change.name)}", f"b/{shown(change.name)}")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


# -- which files -----------------------------------------------------------------------------------------------------
def own_files(screen: Screen, place: Place) -> Iterator[tuple[str, Path]]:
    """The files of the definitions of `-f`: by the names that they are seen under, where they are no links."""
    from attain.project import reader
    from attain.read.definitions import read_definitions
    from attain.read.files import files_of

    if not place.path.exists():
        problem = Problem("file-missing", f"there is no file or folder `{place.path}`", Span("-f", 0, 0, 0))
        raise Stop([problem.hint("name the files to format, or `-f` for the definitions")], QUERY)
    root, names = files_of(place.path)
    raw, _ = read_definitions(names, reader(root))
    for name in raw.sources:
        path = root / name
        if has_link(path, root):
            screen.say(f"{path} is a link: it is left as it is")
        else:
            yield os.path.normpath(path), path


def asked_files(screen: Screen, files: tuple[Path, ...]) -> Iterator[tuple[str, Path]]:
    """The files that are asked for, those of folders among them, each once. Stops at what is none of this project."""
    from attain.read.files import files_of

    home, seen = project_folder(), set()
    for asked in files:
        refuse(asked, home)
        root, names = files_of(asked) if asked.is_dir() else (asked.parent, [asked.name])
        for path in (root / name for name in names):
            if asked.is_dir() and has_link(path, root):
                screen.say(f"{path} is a link: it is left as it is")
            elif path.resolve() not in seen:
                seen.add(path.resolve())
                yield os.path.normpath(path), path


def project_folder() -> Path:
    """The repository that this folder lies in; without one this folder."""
    here = Path.cwd().resolve()
    return next((folder for folder in (here, *here.parents) if (folder / ".git").exists()), here)


def refuse(path: Path, home: Path) -> None:
    """Stops at a path that is not there, leads out of the project or leads there by a link."""
    told = None
    if not path.is_file() and not path.is_dir():
        told = Problem("file-missing", f"there is no file or folder `{path}`", Span("FILES", 0, 0, 0))
    elif not path.resolve().is_relative_to(home):
        told = Problem("path-outside", f"`{path}` does not lie in `{home}`", Span("FILES", 0, 0, 0))
        told = told.hint("`attain fmt` writes only below the repository, or the folder, that it is called in")
    elif has_link(path, home):
        told = Problem("path-outside", f"`{path}` is a link, or lies behind one", Span("FILES", 0, 0, 0))
        told = told.hint("name the file itself: nothing is written through links")
    elif path.is_file() and path.suffix not in (".yaml", ".yml"):
        told = Problem("wrong-argument", f"`{path}` is no YAML file", Span("FILES", 0, 0, 0))
        told = told.hint("definitions lie in files that end in .yaml or .yml")
    if told is not None:
        raise Stop([told], QUERY)


def has_link(path: Path, home: Path) -> bool:
    """Whether a path, below a folder, is a link or leads through one."""
    inner = Path(os.path.abspath(path))
    top = home.resolve()
    return any(step.is_symlink() for step in (inner, *inner.parents) if step.resolve() != top and below(step, top))


def below(step: Path, top: Path) -> bool:
    """Whether a step of a path lies below a folder, whatever links the folder itself lies behind."""
    return any(parent.resolve() == top for parent in step.parents)
