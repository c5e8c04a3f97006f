"""The catalogue has every code that the sources raise, and no other."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from attain.base.codes import CODES, GROUPS

SOURCES = Path(__file__).parents[2] / "engine" / "attain"
_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def read_sources() -> list[ast.Module]:
    """Every module of the package."""
    return [ast.parse(path.read_text(), str(path)) for path in sorted(SOURCES.rglob("*.py"))]


def takes_code(modules: list[ast.Module]) -> dict[str, int]:
    """What is called with a code: Problem, and every function with a parameter `code`, with that one's position."""
    found = {"Problem": 0}
    for module in modules:
        for node in ast.walk(module):
            if isinstance(node, ast.FunctionDef):
                names = [argument.arg for argument in node.args.args if argument.arg != "self"]
                if "code" in names:
                    found[node.name] = names.index("code")
    return found


def raised_codes(modules: list[ast.Module], only: str = "") -> Iterator[str]:
    """The codes that stand in calls, also on both sides of an `if`; `only` in calls of one function."""
    positions = {only: 0} if only else takes_code(modules)
    for module in modules:
        for node in ast.walk(module):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                position = positions.get(name, len(node.args))
                given = [*node.args[position : position + 1], *(k.value for k in node.keywords if k.arg == "code")]
                yield from (code for argument in given for code in constants(argument))


def constants(node: ast.expr) -> Iterator[str]:
    """The texts that an argument can be."""
    if isinstance(node, ast.IfExp):
        yield from constants(node.body)
        yield from constants(node.orelse)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def test_the_catalogue_is_that_of_the_sources() -> None:
    """No code without an entry, no entry without a code."""
    raised = set(raised_codes(read_sources()))
    assert sorted(raised - set(CODES)) == [], "codes of the sources that are not in the catalogue"
    assert sorted(set(CODES) - raised) == [], "codes of the catalogue that nothing raises"


def test_entries_are_for_people() -> None:
    """A code is a fact in kebab-case; a title is one line, an explanation one to five sentences."""
    for code, (title, explanation, kind, _) in CODES.items():
        assert _CODE.fullmatch(code), code
        assert kind in ("error", "warning", "either", "lint"), code
        assert title and "\n" not in title and not title.endswith("."), code
        assert 1 <= len(re.findall(r"[.?!](?= |$)", explanation)) <= 6, code


def test_warnings_are_called_warnings() -> None:
    """What `warning(..)` makes is a warning or a lint rule of the catalogue, and what only `Problem(..)` makes is none:
    it is by this that some can be ignored and others never."""
    modules = read_sources()
    warned = set(raised_codes(modules, "warning"))
    assert warned and sorted(code for code in warned if CODES[code].kind == "error") == []
    assert sorted(code for code in CODES if CODES[code].kind != "error" and code not in warned) == []
    both = warned & set(raised_codes(modules, "Problem"))
    assert sorted(both) == sorted(code for code in CODES if CODES[code].kind == "either")


def test_groups_share_no_code() -> None:
    """Each code stands in one group."""
    assert sum(len(group) for group in GROUPS.values()) == len(CODES)


def test_codes_that_the_command_line_knows() -> None:
    """Exit status 3 goes by codes that there are."""
    from attain.cli.project import RUN_CODES

    assert sorted(RUN_CODES - set(CODES)) == []
