"""`attain init`"""

from __future__ import annotations

from pathlib import Path

import click

from attain.base.problem import Problem
from attain.base.span import Source, Span
from attain.cli import COMMANDS, EXIT_STATUS
from attain.cli.commands.schema import COPY, shipped_schema
from attain.cli.files import write_file
from attain.cli.options import screen_options
from attain.cli.project import QUERY, RUN
from attain.cli.screen import Screen, Stop

_HELP = f"""{COMMANDS["init"]}

DIR is the folder to write to; left out: this one. With --from, tables, keys, joins, time axes and the first metrics
are guessed from a folder of CSV, JSON and Parquet files or from a DuckDB database, which must lie in DIR; each guess
is marked as one. No file that is there is overwritten. Beside metrics.yaml lies attain.schema.json, by which editors
complete and explain keys.

\b
Examples:
  attain init demo
  attain init --from data
"""


@click.command("init", help=_HELP, epilog=EXIT_STATUS)
@click.argument("folder", metavar="[DIR]", type=click.Path(path_type=Path), default=".")
@click.option("--from", "source", type=click.Path(path_type=Path), metavar="SOURCE", help="A folder, or a DuckDB file.")
@screen_options
def command(screen: Screen, folder: Path, source: Path | None) -> int:
    """Writes the files of a project."""
    if folder.exists() and not folder.is_dir():
        raise Stop([_argument("output-failed", f"`{folder}` is a file", folder)], QUERY, _sources(folder))
    files = _starter_files() if source is None else {"metrics.yaml": _guessed(screen, folder, source)}
    files |= {} if (folder / COPY).exists() else {COPY: shipped_schema()}
    taken = [name for name in files if (folder / name).exists()]
    if taken:
        problem = _argument("file-exists", f"there is a `{taken[0]}` already: nothing is overwritten", folder)
        raise Stop([problem.hint("name another folder: `attain init DIR`")], QUERY, _sources(folder))
    for name, text in files.items():
        _make_folder((folder / name).parent)
        write_file(folder / name, text.encode(), "DIR")
        screen.say(f"wrote {folder / name}")
    screen.say(_next(folder))
    return 0


def _argument(code: str, message: str, value: Path) -> Problem:
    """A problem of the argument DIR."""
    return Problem(code, message, Span("DIR", 1, 1, len(str(value)) + 1))


def _sources(folder: Path) -> dict[str, Source]:
    return {"DIR": Source("DIR", str(folder))}


def _starter_files() -> dict[str, str]:
    from attain.cli.starter import FILES

    return FILES


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        problem = Problem(
            "output-failed", f"the folder `{folder}` cannot be made: {error.strerror}", Span("DIR", 0, 0, 0)
        )
        raise Stop([problem], RUN) from None


def _next(folder: Path) -> str:
    here = folder.resolve() == Path.cwd().resolve()
    return "next: " + ("" if here else f"cd {folder} && ") + "attain validate && attain list"


def _guessed(screen: Screen, folder: Path, source: Path) -> str:
    """The definitions guessed from a source."""
    from attain.cli.draft import guesses_to_yaml
    from attain.cli.guess import guess_tables
    from attain.cli.look import look_at, open_source

    root, data = _below(folder, source)
    with open_source(root, data) as (engine, requests):
        facts, dangling, problems = look_at(engine, requests)
        guesses = guess_tables(facts, dangling)
    screen.show_problems(problems, {})
    if not guesses:
        problem = Problem("nothing-to-read", f"there is no table in `{source}`", Span("--from", 0, 0, 0))
        raise Stop([problem.hint("CSV, JSON and Parquet files are read, and DuckDB databases")], RUN)
    database = "" if data.is_dir() else data.relative_to(root).as_posix()
    return guesses_to_yaml(root.name or "project", guesses, database)


def _below(folder: Path, source: Path) -> tuple[Path, Path]:
    """The folder and the source, resolved; stops where the source is not there or not below the folder."""
    root, data = folder.resolve(), source.resolve()
    text = {"--from": Source("--from", str(source))}
    span = Span("--from", 1, 1, len(str(source)) + 1)
    if not data.exists():
        raise Stop([Problem("data-file-missing", f"there is no `{source}`", span)], QUERY, text)
    if data.is_file() and data.suffix.lower() not in _databases():
        problem = Problem("wrong-argument", f"`{source}` is neither a folder nor a DuckDB database", span)
        raise Stop([problem.hint("of a data file, name the folder that it lies in")], QUERY, text)
    if not data.is_relative_to(root):
        problem = Problem("path-outside", f"`{source}` does not lie in `{folder}`", span)
        hint = f"definitions read only files below their own folder: `attain init {source.parent} --from {source}`"
        raise Stop([problem.hint(hint)], QUERY, text)
    return root, data


def _databases() -> tuple[str, ...]:
    from attain.cli.look import DATABASES

    return DATABASES
