"""Definitions out of guesses: YAML in which every guess says so."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from attain.cli.commands.schema import MODELINE
from attain.cli.guess import TableGuess, guess_dimensions, is_name
from attain.report.text import escape_text

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]*")
_WORDS = frozenset("null true false yes no on off y n".split())
_COMMENT = 52  # the column that comments start at


def guesses_to_yaml(name: str, guesses: Sequence[TableGuess], database: str = "") -> str:
    """A whole metrics.yaml; `database` is the path of a DuckDB file that the tables lie in."""
    lines = [
        MODELINE,
        "# Guessed from the data by `attain init --from`. Read every line marked `guessed`, mend what is wrong, then",
        "# run `attain validate --data`.",
        "",
        "version: 1",
        f"name: {yaml_text(name)}",
        "currency: USD" + " " * (_COMMENT - 13) + "# guessed",
    ]
    if database:
        lines += ["", "connections:", f"  default: {{type: duckdb, path: {yaml_text(database)}}}"]
    lines += ["", "tables:"]
    for guess in guesses:
        lines += [*_table_lines(guess), ""]
    lines += _dimension_lines(guesses)
    lines += _metric_lines(guesses)
    return "\n".join(lines).rstrip("\n") + "\n"


def _table_lines(guess: TableGuess) -> list[str]:
    facts = guess.facts
    lines = [f"  {yaml_text(facts.name)}:", f"    {facts.kind}: {yaml_text(facts.origin)}"]
    if guess.key:
        lines.append(_marked(f"    key: {yaml_text(guess.key)}", f"all {facts.rows:,} values differ"))
    else:
        lines.append("    # no key guessed: no column that names one has a value of its own in every row")
    if guess.time:
        also = f"also {', '.join(guess.other_times)}" if guess.other_times else "the only time"
        lines.append(_marked(f"    time: {yaml_text(guess.time)}", also))
    if guess.joins:
        lines.append("    joins:")
    for join in guess.joins:
        text = f"      {yaml_text(join.name)}: {{to: {yaml_text(join.to)}, on: {yaml_text(join.on)}}}"
        what = f"{join.dangling:,} of {join.filled:,} lead nowhere" if join.dangling else "every value is found there"
        lines.append(_marked(text, what))
    if guess.money:
        lines.append("    fields:")
    lines += [_marked(f"      {name}: {{unit: money}}", "by its name") for name in guess.money]
    return lines


def _dimension_lines(guesses: Sequence[TableGuess]) -> list[str]:
    dimensions = guess_dimensions(guesses)
    lines = ["dimensions:"] if dimensions else []
    for name, paths in dimensions.items():
        text = ", ".join(f"{table}: {path}" for table, path in paths.items())
        lines.append(_marked(f"  {name}: {{paths: {{{text}}}}}", "few different texts"))
    return [*lines, ""] if lines else []


def _metric_lines(guesses: Sequence[TableGuess]) -> list[str]:
    lines = ["metrics:"]
    for guess in guesses:
        table = guess.facts.name
        lines.append(_marked(f"  {table}_count: count({table})", ""))
        lines += [_marked(f"  {table}_{name}: sum({table}.{name})", "") for name in guess.money]
    return lines


def _marked(text: str, why: str) -> str:
    """A line with its comment."""
    return f"{text:<{_COMMENT}}{'' if len(text) < _COMMENT else '  '}# guessed{f': {escape_text(why)}' if why else ''}"


def yaml_text(text: str) -> str:
    """A text as a scalar of YAML: plain where that is safe, else in double quotes."""
    is_plain = _PLAIN.fullmatch(text) and text.lower() not in _WORDS
    return text if is_plain else json.dumps(text, ensure_ascii=True)


def table_name(text: str, taken: set[str]) -> str:
    """A name for a table that nobody has yet, out of a file's or a table's name."""
    name = re.sub(r"\W+", "_", text, flags=re.ASCII).strip("_").lower() or "table"
    name = name if is_name(name) else f"t_{name}"
    number, found = 2, name
    while found in taken:
        found, number = f"{name}_{number}", number + 1
    return found
