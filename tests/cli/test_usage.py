"""Help, wrong command lines, completion, start-up, and what only a process of its own shows."""

import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from attain import __version__
from attain.cli import COMMANDS, attain
from attain.cli.names import names_in
from attain.cli.options import split_list
from attain.cli.progress import progress_text

from .conftest import Run

ROOT = Path(__file__).resolve().parents[2]
START = (
    "from tests.cli.fake import install; pipeline = install({rows}); {more}; from attain.__main__ import main; main()"
)


def command(*arguments: str, rows: int = 2, more: str = "pass") -> list[str]:
    """`attain ARGUMENTS` over a fake pipeline, in a process of its own."""
    return [sys.executable, "-c", START.format(rows=rows, more=more), *arguments]


def test_help_lists_the_commands(run: Run) -> None:
    done = run("--help")
    assert done.status == 0
    for name, summary in COMMANDS.items():
        assert f"  {name} " in done.out and summary in done.out
    assert "Exit status: 0 fine;" in done.out
    assert run().out == done.out


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_teaches(run: Run, name: str) -> None:
    done = run(name, "--help")
    assert (done.status, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[2].strip() == COMMANDS[name]
    assert "  Examples:" in lines
    assert sum(line.strip().startswith(("attain ", "eval ")) for line in lines) >= 2
    assert "Exit status: 0 fine;" in done.out
    assert max(map(len, lines)) <= 100


def test_commands_and_their_names_agree() -> None:
    for name in COMMANDS:
        found = attain.get_command(None, name)  # type: ignore[arg-type]
        assert found is not None and found.name == name


def test_version(run: Run) -> None:
    assert run("--version").out == f"attain {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (
            ["run", "--graim", "x"],
            "error[unknown-option]: `attain run` has no option `--graim`\n   = did you mean `--grain`?\n",
        ),
        (["rnu"], "error[unknown-command]: there is no command `rnu`\n   = did you mean `run`?\n"),
        (["run"], "error[missing-argument]: `attain run` needs METRIC\n   = `attain list` names the metrics\n"),
        (["run", "x", "--limit", "-1"], "error[wrong-argument]: Invalid value for '--limit'"),
        (["list", "metric"], "error[wrong-argument]: Invalid value for '[WHAT]'"),
        (["--bad"], "error[unknown-option]: `attain` has no option `--bad`\n"),
    ],
)
def test_wrong_command_lines_end_with_2(run: Run, arguments: list[str], expected: str) -> None:
    done = run(*arguments)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(expected)


def test_help_imports_click_and_no_more() -> None:
    heavy = "yaml lark pydantic sqlglot duckdb rich pyarrow attain.pipeline attain.model attain.report attain.run json"
    script = (
        "import sys; from attain.cli import main; main(['--help'])\n"
        f"found = [name for name in {heavy.split()!r} if name in sys.modules]\n"
        "sys.exit(repr(found) if found else 0)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_reader_that_goes_away_ends_the_command_silently() -> None:
    process = subprocess.Popen(
        command("run", "revenue", "-q", rows=200_000), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None and process.stderr is not None
    assert process.stdout.readline() == b"month,region,revenue\n"
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait() == 0


def test_an_interrupt_ends_with_130() -> None:
    more = "import time; pipeline.fail = lambda: (print('ready', flush=True), time.sleep(30))[1]"
    process = subprocess.Popen(
        command("run", "revenue", more=more), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert (process.returncode, err.strip()) == (130, "attain: interrupted")


def test_a_terminal_gets_a_table_in_colours() -> None:
    main_end, other_end = pty.openpty()
    environment = {**os.environ, "TERM": "xterm"}
    environment.pop("NO_COLOR", None)
    done = subprocess.run(
        command("run", "revenue", "-f", "metrics.yaml"),
        cwd=ROOT,
        env=environment,
        stdout=other_end,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(other_end)
    shown = os.read(main_end, 10_000).decode()
    os.close(main_end)
    assert done.returncode == 0
    assert shown.startswith("\x1b[1mmonth ")
    assert "$1,234.50" in shown and "\\x1b[31mred" in shown


def test_output_is_utf_8_whatever_the_locale() -> None:
    more = "pipeline.result.rows[0] = (None, '\\u65e5\\u672c', None)"
    environment = {**os.environ, "LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = subprocess.run(
        command("run", "revenue", more=more), cwd=ROOT, env=environment, capture_output=True, check=False
    )
    assert (done.returncode, "日本".encode() in done.stdout) == (0, True)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(run: Run, shell: str) -> None:
    done = run("completion", shell)
    assert done.status == 0
    assert "_ATTAIN_COMPLETE" in done.out


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("attain ru", ["run"]),
        ("attain run rev", ["revenue", "revenue_plan"]),
        ("attain run revenue --by re", ["region"]),
        ("attain run revenue --by region,se", ["region,segment"]),
        ("attain run revenue --grain mo", ["month"]),
        ("attain show d", ["deals"]),
        ("attain run -f other.yaml x", ["x_metric"]),
    ],
)
def test_completion(tmp_path: Path, words: str, expected: list[str]) -> None:
    (tmp_path / "metrics.yaml").write_text(
        "include: [more/dimensions.yaml]\ntables:\n  deals:\n    key: x\n"
        "metrics:\n  revenue:\n    expr: 1\n  # region: 1\n  revenue_plan: 2\n  win: 3\n"
    )
    (tmp_path / "more").mkdir()
    (tmp_path / "more/dimensions.yaml").write_text("dimensions:\n    region: owner.region\n    segment: x\n")
    (tmp_path / "other.yaml").write_text("metrics: {}\nmetrics:\n x_metric: 1\n")
    environment = {
        **os.environ,
        "_ATTAIN_COMPLETE": "bash_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split()) - 1),
    }
    done = subprocess.run(
        [sys.executable, "-m", "attain"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert [line.partition(",")[2] for line in done.stdout.splitlines()] == expected


def test_names_of_files_that_are_not_there(tmp_path: Path) -> None:
    assert names_in(tmp_path / "none.yaml", ("metrics",)) == []


def test_lists_of_names() -> None:
    assert split_list('a, b.c ,"d,e".f,,') == ["a", "b.c", '"d,e".f']


def test_progress_line() -> None:
    assert progress_text(25, 3.2) == "[######..................]  25%  3 s"
    assert progress_text(-1, 0) == "[........................]   0%  0 s"
    assert progress_text(250, 1) == "[########################] 100%  1 s"
