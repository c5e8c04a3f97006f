"""What each command prints where, and how it exits, over a fake pipeline."""

import json
import os
from datetime import date
from pathlib import Path

import click
import pyarrow.parquet
import pytest

from attain.base.problem import Problem, warning
from attain.base.span import Source, Span
from attain.cli import attain
from attain.model.silence import Entry, Ignored
from attain.run.engine import RunProblem

from .conftest import Run
from .fake import PROBLEM, Pipeline, QueryRequest

WARNING = warning("deprecated-metric", "`old` is deprecated", Span("metrics.yaml", 2, 3, 10))
QUERY_PROBLEM = Problem("unknown-dimension", "there is no `regoin`", Span("--by", 1, 1, 7), "did you mean `region`?")


def test_run_gives_csv_to_a_pipe_and_notes_to_standard_error(run: Run) -> None:
    done = run("run", "revenue")
    assert done.status == 0
    assert done.out == "month,region,revenue\n2026-01-01,EMEA,1234.5\n2026-02-01,\x1b[31mred,7\n"
    assert done.err == "the as-of day is 2026-02-10\n* the month of 2026-02-01 is partial: it holds the as-of day\n"


def test_run_gives_a_table_to_a_person(run: Run, on_terminal: None) -> None:
    done = run("run", "revenue", "--color", "never")
    assert done.out == (
        "month         region         revenue\n"
        "------------  -----------  ---------\n"
        "2026-01-01    EMEA         $1,234.50\n"
        "2026-02-01 *  \\x1b[31mred      $7.00\n"
    )


def test_csv_on_a_terminal_is_escaped(run: Run, on_terminal: None) -> None:
    assert "\\x1b[31mred" in run("run", "revenue", "--format", "csv").out


@pytest.mark.parametrize(
    ("form", "first"),
    [
        ("table", "month"),
        ("csv", "month,region,revenue"),
        ("json", "["),
        ("jsonl", '{"month": "2026-01-01", "region": "EMEA", "revenue": 1234.5}'),
        ("markdown", "| month | region | revenue |"),
    ],
)
def test_formats(run: Run, form: str, first: str) -> None:
    done = run("run", "revenue", "--format", form)
    assert done.status == 0
    assert done.out.split("\n")[0].startswith(first)


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("a.csv", b"month,"),
        ("a.json", b"[\n"),
        ("a.jsonl", b'{"m'),
        ("a.md", b"| m"),
        ("a.parquet", b"PAR1"),
        ("a.txt", b"month,"),
    ],
)
def test_output_files_take_their_format_from_their_name(run: Run, folder: Path, name: str, first: bytes) -> None:
    done = run("run", "revenue", "-o", name)
    assert (done.status, done.out) == (0, "")
    assert (folder / name).read_bytes().startswith(first)
    assert sorted(path.name for path in folder.iterdir()) == sorted(["metrics.yaml", name])


def test_parquet_holds_the_rows(run: Run, folder: Path) -> None:
    run("run", "revenue", "-o", "a.parquet")
    assert pyarrow.parquet.read_table(folder / "a.parquet").column("region").to_pylist() == ["EMEA", "\x1b[31mred"]


def test_parquet_is_not_for_a_terminal(run: Run, on_terminal: None) -> None:
    done = run("run", "revenue", "--format", "parquet")
    assert done.status == 2
    assert "Parquet is not for a terminal" in done.err


def test_a_file_that_is_there_keeps_its_mode_and_links_stay(run: Run, folder: Path) -> None:
    (folder / "real.csv").write_text("old")
    (folder / "real.csv").chmod(0o640)
    (folder / "link.csv").symlink_to("real.csv")
    assert run("run", "revenue", "-o", "link.csv").status == 0
    assert (folder / "link.csv").is_symlink()
    assert (folder / "real.csv").read_text().startswith("month,")
    assert (folder / "real.csv").stat().st_mode & 0o777 == 0o640


def test_output_that_cannot_be_written_is_found_first(run: Run, pipeline: Pipeline, folder: Path) -> None:
    done = run("run", "revenue", "-o", "nowhere/a.csv")
    assert done.status == 2
    assert done.err.startswith("-o: error[output-failed]: there is no folder `nowhere`")
    assert pipeline.asked == []
    assert run("run", "revenue", "-o", str(folder)).status == 2


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_said(run: Run) -> None:
    done = run("run", "revenue", "-o", "/dev/full")
    assert done.status == 3
    assert "No space left" in done.err


def test_a_query_as_it_reaches_the_pipeline(run: Run, pipeline: Pipeline) -> None:
    done = run(
        *("run", "revenue", "revenue / deals_won", "--grain", "month"),
        *("--by", 'region,"a,b"', "--by", "deals.status"),
        *("--where", "region = 'EMEA'", "--having", "revenue > 0", "--from", "2026-01-01", "--to", "2026-02-01"),
        *("--as-of", "2026-01-20", "--order", "-revenue,region", "--limit", "3", "--sparse", "--max-cells", "10"),
        *("--timeout", "2.5", "--threads", "2", "--memory-limit", "1GB", "-c", "prod"),
    )
    assert done.status == 0
    assert pipeline.request == QueryRequest(
        ("revenue", "revenue / deals_won"), ("region", '"a,b"', "deals.status"), "month",
        "region = 'EMEA'", "revenue > 0", "2026-01-01", "2026-02-01", "2026-01-20", "-revenue,region", 3, True, 10,
    )  # fmt: skip
    name, opened = pipeline.asked[0]
    assert (name, opened["path"], opened["connection"]) == ("open_project", Path("metrics.yaml"), "prod")
    settings = opened["settings"]
    assert (settings.timeout, settings.threads, settings.memory_limit) == (2.5, 2, "1GB")


def test_problems_of_definitions_end_with_1(run: Run, pipeline: Pipeline) -> None:
    pipeline.problems = [PROBLEM]
    for command in (["run", "revenue"], ["compile", "revenue"], ["list"], ["show", "revenue"], ["lock"]):
        done = run(*command)
        assert (done.status, done.out) == (1, ""), command
        assert done.err == (
            "metrics.yaml:2:22: error[unknown-field]: no field `ammount`\n"
            "    2 |   revenue: sum(deals.ammount)\n"
            "      |                      ^^^^^^^ did you mean `amount`?\n"
            "\n1 error\n"
        )


def test_problems_of_a_query_end_with_2(run: Run, pipeline: Pipeline) -> None:
    pipeline.query_problems = [QUERY_PROBLEM]
    pipeline.query_sources = {"--by": Source("--by", "regoin")}
    for command in ("run", "compile"):
        done = run(command, "revenue", "--by", "regoin")
        assert (done.status, done.out) == (2, "")
        assert "    1 | regoin\n      | ^^^^^^ did you mean `region`?\n" in done.err


def test_data_that_cannot_be_had_ends_with_3(run: Run, pipeline: Pipeline) -> None:
    pipeline.problems = [Problem("data-file-missing", "there is no `data/deals.csv`", Span("metrics.yaml", 1, 1, 2))]
    assert run("run", "revenue").status == 3
    pipeline.problems = [*pipeline.problems, PROBLEM]  # which may be a consequence
    assert run("run", "revenue").status == 3


def test_a_query_that_fails_ends_with_its_status(run: Run, pipeline: Pipeline) -> None:
    problem = Problem("duplicate-key-value", "two rows have the key 7", Span("metrics.yaml", 2, 3, 10))
    pipeline.fail = lambda: RunProblem(problem)
    done = run("run", "revenue")
    assert (done.status, done.out) == (3, "")
    assert "    2 |   revenue: sum" in done.err
    pipeline.fail = lambda: RunProblem(problem, 2)
    assert run("run", "revenue").status == 2


def test_warnings_are_shown_unless_quiet(run: Run, pipeline: Pipeline) -> None:
    pipeline.problems = [WARNING]
    assert "warning[deprecated-metric]" in run("run", "revenue").err
    quiet = run("run", "revenue", "-q")
    assert (quiet.status, quiet.err) == (0, "")
    pipeline.query_problems = [WARNING, QUERY_PROBLEM]
    quiet = run("run", "revenue", "-q")
    assert "1 error\n" in quiet.err and "warning" not in quiet.err


def test_definitions_that_are_not_there(run: Run, folder: Path) -> None:
    (folder / "metrics.yaml").unlink()
    done = run("run", "revenue")
    assert done.status == 2
    assert done.err.startswith("-f: error[file-missing]: there is no file or folder `metrics.yaml`\n")


def test_interrupt(run: Run, pipeline: Pipeline) -> None:
    pipeline.fail = KeyboardInterrupt
    done = run("run", "revenue")
    assert (done.status, done.out, done.err.strip()) == (130, "", "attain: interrupted")


def test_a_bug_of_ours(run: Run, pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    pipeline.fail = lambda: KeyError("x\x1b")
    done = run("run", "revenue")
    assert done.status == 70
    assert done.err.startswith("attain: a bug in Attain itself stopped this command: KeyError: 'x\\x1b'\n")
    assert "Traceback" not in done.err
    monkeypatch.setenv("ATTAIN_DEBUG", "1")
    assert "Traceback" in run("run", "revenue").err


def test_compile(run: Run, folder: Path, pipeline: Pipeline) -> None:
    assert run("compile", "revenue").out == "SELECT 'duckdb\x1b'\n"
    assert run("compile", "revenue", "--dialect", "snowflake").out == "SELECT 'snowflake\x1b'\n"
    assert run("compile", "revenue", "--plan").out == "the plan\n"
    assert run("compile", "revenue", "-o", "q.sql").out == ""
    assert (folder / "q.sql").read_bytes() == b"SELECT 'duckdb\x1b'\n"


def test_validate(run: Run, pipeline: Pipeline) -> None:
    done = run("validate")
    assert (done.status, done.out) == (0, "")
    assert done.err == "2 tables, 2 dimensions, 4 metrics; column types from the data; no problems\n"
    pipeline.problems = [PROBLEM, WARNING]
    done = run("validate")
    assert done.status == 1
    assert done.out.startswith("metrics.yaml:2:22: error[unknown-field]") and done.out.endswith(
        "\n1 error, 1 warning\n"
    )
    assert json.loads(run("validate", "--format", "json").out)["errors"] == 1
    assert run("validate", "--format", "github", "-q").out == (
        "::error file=metrics.yaml,line=2,col=22,endColumn=29,title=unknown-field::"
        "no field `ammount`%0Adid you mean `amount`?\n"
    )
    pipeline.problems = [WARNING]
    assert run("validate").status == 0


def test_validate_for_machines(run: Run, folder: Path, pipeline: Pipeline) -> None:
    """The other forms hold the same problem; files are named from the root of the repository."""
    (folder / ".git").mkdir()
    pipeline.problems = [PROBLEM]
    done = run("validate", "--format", "sarif")
    (result,) = json.loads(done.out)["runs"][0]["results"]
    assert (done.status, result["ruleId"]) == (1, "unknown-field")
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "metrics.yaml"
    done = run("validate", "--format", "junit")
    assert done.status == 1 and '<failure message="no field `ammount`" type="unknown-field">' in done.out
    done = run("validate", "--format", "markdown")
    assert done.status == 1 and "### Metric definitions: 1 error" in done.out
    pipeline.problems = []
    assert json.loads(run("validate", "--format", "sarif").out)["runs"][0]["results"] == []
    assert '<testcase name="definitions"' in run("validate", "--format", "junit").out


@pytest.mark.parametrize("form", ["json", "sarif", "junit", "markdown", "github"])
def test_machines_are_told_what_stopped_everything(run: Run, folder: Path, pipeline: Pipeline, form: str) -> None:
    """Where nothing could be checked, a machine finds a document with the reason; a person reads it as ever."""
    (folder / "metrics.yaml").unlink()
    done = run("validate", "--format", form)
    assert done.status == 2 and "error[file-missing]: there is no file or folder `metrics.yaml`" in done.err
    assert "file-missing" in done.out and "no file or folder" in done.out
    (folder / "metrics.yaml").touch()
    pipeline.at_hand, pipeline.fail = True, lambda: RunProblem(Problem("connection-failed", "it is gone", Span.none()))
    done = run("validate", "--data", "--format", form)
    assert done.status == 3 and "it is gone" in done.out and "it is gone" in done.err


def test_files_are_named_from_the_root_of_the_repository(
    run: Run, folder: Path, pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Annotations, test reports and comments are read elsewhere; an editor and a script are here."""
    (folder / ".git").mkdir()
    (folder / "sub").mkdir()
    (folder / "metrics.yaml").rename(folder / "sub" / "metrics.yaml")
    monkeypatch.chdir(folder / "sub")
    pipeline.problems = [
        PROBLEM.also(Span("metrics.yaml", 1, 1, 2), "here"),
        Problem("wrong-value", "no", Span("--by", 0, 0, 0)),
    ]
    assert "file=sub/metrics.yaml,line=2" in run("validate", "--format", "github").out
    assert 'file="sub/metrics.yaml" line="2"' in run("validate", "--format", "junit").out
    assert "| sub/metrics.yaml:2:22 |" in run("validate", "--format", "markdown").out
    first, second = json.loads(run("validate", "--format", "json").out)["problems"]
    assert (first["file"], second["file"]) == ("metrics.yaml", "--by")
    assert run("validate").out.startswith("metrics.yaml:2:22")


def test_what_stopped_everything_has_a_place_for_code_scanning(run: Run, folder: Path) -> None:
    """It refuses results without one; so the file or folder that was asked for is named, from the repository's root."""
    (folder / ".git").mkdir()
    for asked in (str(folder / "gone.yaml"), "gone.yaml"):
        (result,) = json.loads(run("validate", "-f", asked, "--format", "sarif").out)["runs"][0]["results"]
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"] == "gone.yaml" and place["region"]["startLine"] == 1


def test_rules_are_completed() -> None:
    command = attain.get_command(click.Context(attain), "validate")
    assert command is not None
    context = click.Context(command)
    (lint,) = (parameter for parameter in command.params if parameter.name == "lint")
    found = [item.value for item in lint.shell_complete(context, "name-style,un")]
    assert found == ["name-style,unit-missing", "name-style,unused-metric"]


def test_strict(run: Run, pipeline: Pipeline) -> None:
    pipeline.problems = [WARNING]
    assert run("validate", "-q").out == ""
    done = run("validate", "--strict", "-q")
    assert done.status == 1 and "warning[" in done.out
    pipeline.problems = []
    assert run("validate", "--strict").status == 0


def test_lint_at_the_command_line(run: Run) -> None:
    done = run("validate", "--lint", "name-styl")
    assert done.status == 2 and "did you mean `name-style`?" in done.err
    assert run("validate", "--lint", "").status == 2


def test_what_is_ignored_is_counted_and_listed(run: Run, pipeline: Pipeline) -> None:
    """In every form a warning that is meant is told as such."""
    entry = Entry(WARNING.code, (), "", "the board's word", date(2099, 1, 1))
    pipeline.ignored = [Ignored(WARNING, entry)]
    why = "the board's word (until 2099-01-01)"
    done = run("validate")
    assert (done.status, done.out) == (0, "") and done.err.endswith("; no problems, 1 ignored\n")
    (record,) = json.loads(run("validate", "--format", "json").out)["ignored"]
    assert (record["code"], record["reason"]) == (WARNING.code, why)
    (result,) = json.loads(run("validate", "--format", "sarif").out)["runs"][0]["results"]
    assert result["suppressions"][0]["justification"] == why
    assert f'<skipped message="ignored: {why}">' in run("validate", "--format", "junit").out
    assert "no problems, 1 ignored" in run("validate", "--format", "markdown").out
    assert run("validate", "--format", "github").out == ""


def test_explain(run: Run, folder: Path) -> None:
    """What a code means, with the wrong definitions of its page and what is said; no definitions are needed."""
    (folder / "metrics.yaml").unlink()
    done = run("validate", "--explain", "unknown-field")
    assert done.status == 0 and done.out.startswith("unknown-field: A table has no such field\n\n")
    assert "\n      revenue: sum(deals.ammount where status = 'won')\n" in done.out
    assert "\n    metrics.yaml:8:22: error[unknown-field]: table `deals` has no field `ammount`\n" in done.out
    record = json.loads(run("validate", "--explain", "name-hidden", "--format", "json").out)
    assert (record["code"], record["kind"]) == ("name-hidden", "warning")
    assert "warning[name-hidden]" in record["examples"][0]["message"] and record["examples"][0]["definitions"]


def test_explain_what_there_is_not(run: Run) -> None:
    done = run("validate", "--explain", "unknwon-field")
    assert done.status == 2 and "did you mean `unknown-field`?" in done.err
    assert "with that word: yaml-anchor, yaml-document" in run("validate", "--explain", "yaml trouble").err
    assert run("validate", "--explain", "unknown-field", "--format", "sarif").status == 2


def test_validate_data(run: Run, pipeline: Pipeline) -> None:
    pipeline.data_problems = [Problem("duplicate-key-value", "twice", Span("metrics.yaml", 1, 1, 2))]
    assert run("validate").status == 0  # the data is not at hand
    assert run("validate", "--data").status == 1
    assert run("validate", "--data", "--offline").status == 2
    pipeline.at_hand = True
    assert run("validate").status == 1  # it is: its rows are looked at
    assert run("validate", "--offline").status == 0
    offline = [options["offline"] for name, options in pipeline.asked if name == "open_project"]
    assert offline == [False, False, False, True]


def test_validate_tries_metrics_only_where_it_is_asked_to(run: Run, pipeline: Pipeline) -> None:
    pipeline.at_hand = True
    assert "tried" not in run("validate").err
    assert "every metric was tried\n" in run("validate", "--data").err
    assert "tried" not in run("validate", "--data", "-q").err
    assert run("validate", "--data", "--sample", "500").status == 0
    assert [what for name, what in pipeline.asked if name == "validate_metrics"] == [None, None, 500]
    assert run("validate", "--sample", "500").status == 2 and run("validate", "--data", "--sample", "-1").status == 2


def test_list(run: Run) -> None:
    out = run("list").out
    assert "revenue" in out and "headcount" not in out
    assert "headcount" in run("list", "--all").out
    assert [metric["name"] for metric in json.loads(run("list", "--format", "json").out)] == [
        "revenue",
        "per_head",
        "old",
    ]
    assert "deals.owner.region" in run("list", "dimensions").out
    assert "none: its rows lie in every window" in run("list", "tables").out
    for what in ("dimensions", "tables", "dialects"):
        assert json.loads(run("list", what, "--format", "json").out)


def test_list_of_dialects_needs_no_definitions(run: Run, folder: Path) -> None:
    (folder / "metrics.yaml").unlink()
    assert "snowflake" in run("list", "dialects").out


def test_show(run: Run) -> None:
    assert run("show", "revenue").out.startswith("metric revenue: Revenue\n")
    assert run("show", "region").out.startswith("dimension region")
    assert run("show", "deals").out.startswith("table deals")
    assert json.loads(run("show", "deals", "--format", "json").out)[0]["what"] == "table"
    (record,) = json.loads(run("show", "revenue", "--format", "json").out)
    assert record["explanation"]["parts"][0]["unit_because"] == "made up"
    assert "money  made up\n" in run("show", "revenue").out
    done = run("show", "revenu")
    assert (done.status, done.out) == (2, "")
    assert "did you mean `revenue`?" in done.err


def test_lock(run: Run, folder: Path, pipeline: Pipeline) -> None:
    assert run("lock", "--check").status == 1
    done = run("lock")
    assert (done.status, done.out, done.err) == (0, "", "attain.lock is written\n")
    assert (folder / "attain.lock").read_text() == "version: 1\n"
    assert run("lock", "--check").status == 0
    pipeline.lock = "version: 2\n"
    done = run("lock", "--check")
    assert done.status == 1 and "error[stale-lock]: the lock would change" in done.err
    assert run("lock").err == "attain.lock is written anew\n"


@pytest.mark.parametrize(
    ("option", "environment", "terminal", "colored"),
    [
        ("auto", {}, False, False),
        ("auto", {}, True, True),
        ("auto", {"NO_COLOR": "1"}, True, False),
        ("auto", {"NO_COLOR": ""}, True, True),
        ("auto", {"FORCE_COLOR": "1"}, False, True),
        ("auto", {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, False),
        ("auto", {"FORCE_COLOR": "0"}, False, False),
        ("auto", {"TERM": "dumb"}, True, False),
        ("always", {"NO_COLOR": "1"}, False, True),
        ("never", {"FORCE_COLOR": "1"}, True, False),
    ],
)
def test_colours(
    run: Run,
    pipeline: Pipeline,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
    option: str,
    environment: dict[str, str],
    terminal: bool,
    colored: bool,
) -> None:
    if terminal:
        request.getfixturevalue("on_terminal")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    pipeline.problems = [PROBLEM]
    assert ("\x1b[" in run("list", "--color", option).err) == colored


def test_umask_is_respected(run: Run, folder: Path) -> None:
    before = os.umask(0o027)
    try:
        run("run", "revenue", "-o", "a.csv")
    finally:
        os.umask(before)
    assert (folder / "a.csv").stat().st_mode & 0o777 == 0o640


def test_files_are_named_as_seen_from_here(run: Run, folder: Path, pipeline: Pipeline) -> None:
    (folder / "sub").mkdir()
    (folder / "sub/metrics.yaml").write_text("x: 1")
    pipeline.problems = [PROBLEM.also(Span("metrics.yaml", 1, 1, 8), "here")]
    err = run("list", "-f", "sub/metrics.yaml").err
    assert err.startswith("sub/metrics.yaml:2:22: error[unknown-field]: no field `ammount`\n    2 |   revenue: sum(")
    assert "  --> sub/metrics.yaml:1:1\n    1 | metrics:\n" in err
    assert "file=sub/metrics.yaml,line=2" in run("validate", "-f", "sub", "--format", "github").out


def test_the_connection_is_closed_whatever_happens(run: Run, pipeline: Pipeline) -> None:
    pipeline.fail = lambda: KeyError("x")
    run("run", "revenue")
    assert pipeline.project is not None and pipeline.project.closed == [True]
