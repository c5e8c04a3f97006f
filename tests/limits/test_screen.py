"""Control characters of definitions, data and the command line never reach a terminal as they are."""

from __future__ import annotations

from pathlib import Path

from tests.limits.conftest import Run

EVIL = "\x1b[31mred\x1b]0;title\x07\x9b5m\u202e\r"


def clean(text: str) -> bool:
    """Nothing that a terminal would act on."""
    return not set(text) & (set(map(chr, range(32))) - {"\n", "\t"} | set(map(chr, range(0x7F, 0xA0))) | {"\u202e"})


def test_in_data(run: Run, folder: Path) -> None:
    """In a table for people they are escaped; in CSV for programs the data stay what they are."""
    (folder / "deals.csv").write_text(f'id,amount,day,word\n1,5,2025-01-05,"{EVIL}"\n', newline="")
    done = run("run", "revenue", "--by", "word", "--format", "table")
    assert done.status == 0 and clean(done.said), repr(done)
    assert clean(run("run", "revenue", "--by", "word", "--format", "markdown").out)


def test_in_names_on_the_command_line(run: Run) -> None:
    done = run("run", EVIL)
    assert done.status == 2 and clean(done.said), repr(done.err)
    done = run("run", "revenue", "--by", EVIL)
    assert done.status == 2 and clean(done.said), repr(done.err)
    done = run(EVIL)
    assert done.status == 2 and clean(done.said), repr(done.err)
    done = run("run", "revenue", "-f", EVIL)
    assert done.status != 0 and clean(done.said), repr(done.err)


def test_in_definitions(run: Run) -> None:
    done = run("validate", metrics=f'  "a{EVIL!r}": sum(deals.amont)\n'.replace("'", ""))
    assert done.status == 1 and clean(done.said), repr(done.err)
    done = run("validate", metrics=f"  a: sum(deals.amont) # {EVIL}\n")
    assert done.status == 1 and clean(done.said), repr(done.err)


def test_in_labels(run: Run) -> None:
    """A description with escapes that YAML has names for."""
    lines = '  a: {expr: count(deals), label: "\\e[31mred", description: "\\e]0;x\\a\\x9b"}\n'
    for command in (("list",), ("show", "a"), ("run", "a", "--format", "table")):
        done = run(*command, metrics=lines)
        assert clean(done.said), repr(done)


def test_in_a_header(run: Run, folder: Path) -> None:
    (folder / "deals.csv").write_text('id,amount,day,"\x1b[31mred"\n1,5,2025-01-05,x\n')
    done = run("run", "sum(deals.amont)")
    assert done.status == 2 and clean(done.said), repr(done.err)
