"""`attain validate --explain CODE`"""

from __future__ import annotations

import click

from attain.base.codes import CODES, GROUPS
from attain.base.problem import Problem
from attain.base.span import Span
from attain.base.suggest import did_you_mean, some_of
from attain.cli.project import QUERY
from attain.cli.screen import Stop, write_text


def explain_code(name: str, form: str) -> int:
    """Writes what a code means; stops where there is no such code."""
    from attain.read.examples import read_examples
    from attain.report.explained import code_to_json, code_to_text

    if form not in ("text", "json"):
        raise click.UsageError(f"--explain writes text or json, not {form}")
    name = name.strip().strip("[]`").lower()
    code = CODES.get(name)
    if code is None:
        raise Stop([unknown_code(name)], QUERY)
    write = code_to_json if form == "json" else code_to_text
    write_text(write(name, code, read_examples(name)))
    return 0


def unknown_code(name: str) -> Problem:
    """There is no code of that name: which one is near, or has the word in it."""
    label = did_you_mean(name, CODES)
    problem = Problem("wrong-value", f"there is no problem `{name}`", Span("--explain", 0, 0, 0), label)
    words = [word for word in name.replace("_", "-").replace(" ", "-").split("-") if len(word) > 2]
    near = [code for code in CODES if any(word in code.split("-") for word in words)]
    if near:
        return problem.hint("" if label else f"with that word: {some_of(near, 12)}")
    return problem.hint(f"for example {', '.join(next(iter(group)) for group in GROUPS.values())}")


def complete_code(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """The codes that begin so, for a shell."""
    return [code for code in CODES if code.startswith(incomplete)]


def complete_rules(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """The rules that the last part of a list begins, for a shell."""
    before, comma, last = incomplete.rpartition(",")
    rules = [*(code for code, entry in CODES.items() if entry.kind == "lint"), "all", "none"]
    return [f"{before}{comma}{rule}" for rule in rules if rule.startswith(last)]
