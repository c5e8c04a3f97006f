"""Makes docs/errors.md from the catalogue of codes and the problem pages, docs/cli.md from the texts of `--help`,
docs/catalogue.md from metrics.yaml, engine/attain/schema.json from the shapes of definitions, and fills in what
the commands of README.md and of some pages (PAGES, below) answer.

python docs/build_docs.py            writes them
python docs/build_docs.py --check    writes nothing; shows what would change, and fails where something would
"""

from __future__ import annotations

import difflib
import re
import sys
import textwrap
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT))

WIDTH = 96
NOTE = "<!-- Made by `make docs`; change {} instead. -->"


# -- errors.md -------------------------------------------------------------------------------------------------------
ERRORS = """\
# Problems

Whatever is wrong with definitions, data or a command line is told in one form:

```
metrics.yaml:8:22: error[unknown-field]: table `deals` has no field `ammount`
    8 |   revenue: sum(deals.ammount where status = 'won')
      |                      ^^^^^^^ did you mean `amount`?
   = deals comes from deals.csv, which has: account_id, amount, closed_at, created_at and 3 more
```

First the place (file, line, column; of the command line the option), then the kind, the code and what was found; the
line itself, with what is meant marked; and below, behind `=`, why it is wrong or what to write instead. A second place
that matters is shown behind `-->`. Nothing stops at the first problem: all of a file's are told at once.

An **error** stops the command, a **warning** does not. Exit status: 1, the definitions have problems; 2, the command
line or the query is wrong; 3, a connection or a query failed, or a data file is missing.
`attain validate --explain CODE` shows what stands here about a code, with the definitions of its first example;
`--format` writes problems for programs. Warnings that are meant can be ignored until a day, errors cannot: see
[Checking definitions](validate.md).

Each code below comes with what it means and with an example; the name of an example leads to the complete files, which
are run as tests.
"""


#: What is said of a code that is no error.
KINDS = {
    "error": "",
    "warning": " *A warning.*",
    "either": " *A warning or an error.*",
    "lint": " *A warning, where the rule is switched on.*",
}


def build_errors() -> str:
    """Every code, by groups: an index, then what each means and its messages."""
    from attain.base.codes import GROUPS

    parts = [NOTE.format("engine/attain/base/codes.py and tests/problems"), ERRORS]
    for name, group in GROUPS.items():
        parts.append(wrapped(f"{name}: " + ", ".join(f"[{code}](#{code})" for code in group) + ".\n"))
    for name, group in GROUPS.items():
        parts.append(f"## {name}\n")
        for code, entry in group.items():
            text = f"**{entry.title}.**{KINDS[entry.kind]} {entry.explanation}\n"
            parts += [f"### {code}\n", wrapped(text), *examples(code)]
    return "\n".join(parts)


def wrapped(text: str) -> str:
    """A paragraph in lines of at most 120 characters."""
    return textwrap.fill(text, 120, break_long_words=False, break_on_hyphens=False) + "\n"


def examples(code: str) -> list[str]:
    """The messages of a code's page, or of what stands in for one."""
    from tests.docs.unpaged import UNPAGED, message_of
    from tests.support.pages import read_page

    page = ROOT / "tests" / "problems" / f"{code}.md"
    if not page.exists():
        if code not in UNPAGED:
            return []
        with TemporaryDirectory() as folder:
            return [f"Of {UNPAGED[code].what}:\n", fenced(message_of(code, Path(folder)))]
    found: list[str] = []
    for case in read_page(page):
        for asked in case.asks:
            command = asked.command or (f"attain run {asked.query}" if asked.query else "")
            text = "\n".join(block.text for block in asked.outputs if block.kind == "problems")
            found += [f"[{case.title}](../tests/problems/{page.name}):\n", fenced(text, command)]
    return found


def fenced(text: str, command: str = "") -> str:
    """A message as a block, below the command that it answers, without the line that counts."""
    text = re.sub(r"\n+\d+ (error|warning)s?(, \d+ warnings?)?(\n[^\n]*)?\s*$", "", text).rstrip("\n")
    return "```\n" + (f"$ {command}\n" if command else "") + f"{text}\n```\n"


# -- cli.md ----------------------------------------------------------------------------------------------------------
CLI = """\
# Commands

What `attain --help` and `attain COMMAND --help` say. The [guide](guide.md) shows the commands at work, and
[problems](errors.md) explains the messages.
"""


def build_cli() -> str:
    """The help of the command and of each of its commands."""
    import click

    from attain.cli import COMMANDS, attain

    root = click.Context(attain, info_name="attain", terminal_width=WIDTH, help_option_names=["-h", "--help"])
    parts = [NOTE.format("the texts of `--help`"), CLI, "## attain\n", f"```\n{attain.get_help(root).rstrip()}\n```\n"]
    for name in COMMANDS:
        command = attain.get_command(root, name)
        assert command is not None
        context = click.Context(command, info_name=name, parent=root, terminal_width=WIDTH)
        parts += [f"## attain {name}\n", f"```\n{command.get_help(context).rstrip()}\n```\n"]
    return "\n".join(parts)


# -- catalogue.md -----------------------------------------------------------------------------------------------------
def build_catalogue() -> str:
    """The metrics of the sales catalogue."""
    sys.path.insert(0, str(HERE))
    from build_catalogue import build_catalogue as build

    return build(ROOT, NOTE.format("the YAML in examples/crm/catalog"))


# -- schema.json ------------------------------------------------------------------------------------------------------
def build_schema() -> str:
    """The JSON schema of the definitions."""
    from attain.read.json_schema import schema_text

    return schema_text()


# -- pages with commands ---------------------------------------------------------------------------------------------
def build_guide() -> str:
    """The guide with what its commands answer, from an empty folder on."""
    from tests.docs.console import fill_page

    with TemporaryDirectory() as folder:
        return fill_page((HERE / "guide.md").read_text(encoding="utf-8"), Path(folder))


def build_scorecard() -> str:
    """The page on scorecards with what its commands answer, from an empty folder on."""
    from tests.docs.console import fill_page

    with TemporaryDirectory() as folder:
        return fill_page((HERE / "scorecard.md").read_text(encoding="utf-8"), Path(folder))


def build_rows() -> str:
    """The page on the rows behind a cell with what its commands answer, over its own files."""
    from tests.docs.console import fill_page

    with TemporaryDirectory() as folder:
        return fill_page((HERE / "language" / "rows.md").read_text(encoding="utf-8"), Path(folder))


def build_alerts() -> str:
    """The page on alerts with what its commands answer, over its own files."""
    from tests.docs.console import fill_page

    with TemporaryDirectory() as folder:
        return fill_page((HERE / "alerts.md").read_text(encoding="utf-8"), Path(folder))


def build_testing() -> str:
    """The page on tests with what its commands answer, over its own files."""
    from tests.docs.console import fill_page

    with TemporaryDirectory() as folder:
        return fill_page((HERE / "testing.md").read_text(encoding="utf-8"), Path(folder))


def build_validate() -> str:
    """The page on checking definitions with what its commands answer, over its own files."""
    from tests.docs.console import fill_page

    with TemporaryDirectory() as folder:
        return fill_page((HERE / "validate.md").read_text(encoding="utf-8"), Path(folder))


def build_data() -> str:
    """The page on what the data say against definitions with what its commands answer, over its own files."""
    from tests.docs.console import fill_page

    with TemporaryDirectory() as folder:
        return fill_page((HERE / "validate-data.md").read_text(encoding="utf-8"), Path(folder))


def build_ci() -> str:
    """The page on pull requests with what its commands answer, from an empty folder to a checked pull request."""
    from tests.docs.console import fill_page

    with TemporaryDirectory() as folder:
        return fill_page((HERE / "ci.md").read_text(encoding="utf-8"), Path(folder))


def build_readme() -> str:
    """The README with what its commands answer in the first example."""
    from tests.docs.console import fill_page

    return fill_page((ROOT / "README.md").read_text(encoding="utf-8"), ROOT / "examples" / "first")


# -- all of them ------------------------------------------------------------------------------------------------------
PAGES = {
    HERE / "errors.md": build_errors,
    HERE / "cli.md": build_cli,
    HERE / "catalogue.md": build_catalogue,
    ROOT / "engine" / "attain" / "schema.json": build_schema,
    HERE / "guide.md": build_guide,
    HERE / "scorecard.md": build_scorecard,
    HERE / "language" / "rows.md": build_rows,
    HERE / "alerts.md": build_alerts,
    HERE / "testing.md": build_testing,
    HERE / "validate.md": build_validate,
    HERE / "validate-data.md": build_data,
    HERE / "ci.md": build_ci,
    ROOT / "README.md": build_readme,
}


def drift() -> str:
    """The difference between the pages as they are and as they would be made; empty where there is none."""
    found = []
    for page, build in PAGES.items():
        name = page.relative_to(ROOT).as_posix()
        before = page.read_text(encoding="utf-8") if page.exists() else ""
        after = build()
        found += difflib.unified_diff(before.splitlines(True), after.splitlines(True), name, "made anew")
    return "".join(found)


def main(arguments: list[str]) -> int:
    """Writes the pages, or says what would change."""
    if arguments == ["--check"]:
        difference = drift()
        sys.stdout.write(difference)
        if difference:
            sys.stderr.write("docs have drifted: `make docs` makes them anew\n")
        return 1 if difference else 0
    for page, build in PAGES.items():
        page.write_text(build(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
