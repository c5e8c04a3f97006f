"""Options that several commands take."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from attain.cli.names import complete_dimensions, complete_grain, complete_metric
from attain.cli.screen import Screen, Stop

Function = Callable[..., Any]

_SCREEN = [
    click.option("-q", "--quiet", is_flag=True, help="Only results and errors: no warnings, no notes."),
    click.option(
        "--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True, help="Colours."
    ),
]
_PLACE = [
    click.option(
        "-f", "--file", type=click.Path(), default="metrics.yaml", show_default=True, metavar="FILE or FOLDER",
        help="The definitions.", is_eager=True,
    ),
    click.option("-c", "--connection", metavar="CONNECTION", help="The connection to use."),
]  # fmt: skip
_QUERY = [
    click.argument("metrics", nargs=-1, required=True, metavar="METRIC...", shell_complete=complete_metric),
    click.option(
        "--by", multiple=True, metavar="D[,D..]", shell_complete=complete_dimensions,
        help="What to cut by: dimensions, or columns such as deals.status.",
    ),
    click.option(
        "--grain", default="", metavar="G", shell_complete=complete_grain,
        help="Periods: hour, day, week, month, quarter, year, fiscal_quarter, fiscal_year.",
    ),
    click.option("--where", default="", metavar="EXPR", help="Only where this holds: \"region = 'EMEA'\"."),
    click.option("--having", default="", metavar="EXPR", help="Only rows where this holds: 'revenue > 0'."),
    click.option("--from", "start", default="", metavar="DATE", help="The first day of the range."),
    click.option("--to", "end", default="", metavar="DATE", help="The first day after the range."),
    click.option("--as-of", default="", metavar="DATE", help="The day that counts as now; left out: today."),
    click.option("--order", default="", metavar="C[,C..]", help="Columns to sort by, a - before one for descending."),
    click.option("--limit", type=click.IntRange(min=0), metavar="N", help="At most so many rows."),
    click.option("--top", type=click.IntRange(min=1), metavar="N", help="The N largest slices; the rest as `other`."),
    click.option("--totals", is_flag=True, help="Add the total of each period and the grand total."),
    click.option("--sparse", is_flag=True, help="Leave out cells in which nothing occurs."),
    click.option("--max-cells", type=click.IntRange(min=1), metavar="N", help="Stop beyond so many cells (5,000,000)."),
]  # fmt: skip


_CELL = [
    click.argument("metric", metavar="METRIC", shell_complete=complete_metric),
    click.option(
        "--where", default="", metavar="EXPR", help="Which slice: \"region = 'EMEA'\", or \"region is null\"."
    ),
    click.option("--grain", default="", metavar="G", shell_complete=complete_grain, help="The grain of the period."),
    click.option(
        "--period", default="", metavar="P", help="Which period: 2026-01, 2026-Q1, 2026, 2026-W05, or its first day."
    ),
    click.option("--from", "start", default="", metavar="DATE", help="The first day, where no period is asked for."),
    click.option("--to", "end", default="", metavar="DATE", help="The first day after it."),
    click.option("--as-of", default="", metavar="DATE", help="The day that counts as now; left out: today."),
    click.option("--all", "every", is_flag=True, help="Also the rows of the cell that do not count."),
    click.option(
        "--limit", type=click.IntRange(min=0), metavar="N",
        help="At most so many rows of each aggregate; left out: 100 on a terminal, else all.",
    ),
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """Where the definitions are, and the connection asked for."""

    path: Path
    connection: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What a query asks for, as written."""

    metrics: tuple[str, ...]
    by: tuple[str, ...]
    grain: str
    where: str
    having: str
    start: str
    end: str
    as_of: str
    order: str
    limit: int | None
    sparse: bool
    totals: bool
    top: int | None
    max_cells: int | None


@dataclass(frozen=True, slots=True)
class AskedCell:
    """The cell that is asked about, as written."""

    metric: str
    where: str
    grain: str
    period: str
    start: str
    end: str
    as_of: str


def add_options(function: Function, options: Sequence[Callable[[Any], Any]]) -> Function:
    """The function with these options, in this order."""
    for option in reversed(options):
        function = option(function)
    return function


def screen_options(function: Callable[..., int]) -> Function:
    """`-q` and `--color`: the function gets a Screen. What stops it is shown there."""

    @functools.wraps(function)
    def wrapped(*, quiet: bool, color: str, **rest: Any) -> int:
        screen = Screen(quiet, color)
        try:
            return function(screen=screen, **rest)
        except Stop as stop:
            return screen.end(stop)
        except Exception as error:
            stop_of_run = run_stop(error)
            if stop_of_run is None:
                raise
            return screen.end(stop_of_run)
        finally:
            keep_checked()

    return add_options(wrapped, _SCREEN)


def keep_checked() -> None:
    """Stores what a command has checked, for the next one."""
    cache = sys.modules.get("attain.model_cache")
    if cache is not None:
        cache.write_pending()


def run_stop(error: Exception) -> Stop | None:
    """What a connection or a statement said that failed, or None for any other exception."""
    from attain.run.engine import RunProblem

    return Stop([error.problem], error.status) if isinstance(error, RunProblem) else None


def place_options(function: Function) -> Function:
    """`-f` and `-c`: the function gets a Place."""

    @functools.wraps(function)
    def wrapped(*, file: str, connection: str | None, **rest: Any) -> Any:
        return function(place=Place(Path(file), connection), **rest)

    return add_options(wrapped, _PLACE)


def query_options(function: Function) -> Function:
    """METRIC.. and all that a query takes: the function gets what was asked."""

    @functools.wraps(function)
    def wrapped(**given: Any) -> Any:
        names = Asked.__dataclass_fields__
        query = {name: given.pop(name) for name in names}
        refuse_empty(click.get_current_context(), query)
        by = tuple(part for text in query.pop("by") for part in split_list(text))
        return function(asked=Asked(by=by, **query), **given)

    return add_options(wrapped, _QUERY)


def cell_options(function: Function) -> Function:
    """METRIC and all that says which cell: the function gets what was asked."""

    @functools.wraps(function)
    def wrapped(**given: Any) -> Any:
        cell = {name: given.pop(name) for name in AskedCell.__dataclass_fields__}
        refuse_empty(click.get_current_context(), cell)
        return function(asked=AskedCell(**cell), **given)

    return add_options(wrapped, _CELL)


def refuse_empty(context: click.Context, query: dict[str, Any]) -> None:
    """An option that is given and says nothing, such as `--where "$FILTER"` without a FILTER, is a mistake: it would
    be a filter that is skipped."""
    for name, value in query.items():
        source = context.get_parameter_source(name)
        if source is not click.core.ParameterSource.COMMANDLINE or name == "metrics":
            continue
        texts = value if isinstance(value, tuple) else (value,)
        parts = [part for text in texts if isinstance(text, str) for part in text.split(",")]
        if any(isinstance(text, str) and not text.strip() for text in texts) or (
            name in ("by", "order") and not all(part.strip() for part in parts)
        ):
            option = {"start": "from", "end": "to"}.get(name, name.replace("_", "-"))
            raise click.UsageError(f"nothing is written behind `--{option}`, or a comma too many")


def split_list(text: str) -> list[str]:
    """`region,"a,b"` as `region` and `"a,b"`: names between commas, which may stand in double quotes."""
    parts, quoted = [""], False
    for character in text:
        quoted = quoted != (character == '"')
        if character == "," and not quoted:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts if part.strip()]
