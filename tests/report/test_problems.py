"""Problems as texts and as records: every expected text is written by hand."""

import json
from textwrap import dedent

import pytest

from attain.base.problem import Problem, Severity, warning
from attain.base.span import Source, Span
from attain.report.machine import problems_to_github, problems_to_json
from attain.report.problems import problems_to_text
from attain.report.snippet import cut_line
from attain.report.text import clip_text, display_width, escape_text


def shown(problem: Problem, text: str = "", width: int = 100, name: str = "m.yaml") -> str:
    """A problem as text, with the source it points into."""
    return problems_to_text([problem], {name: Source(name, text)}, color=False, width=width)


def test_form_of_the_language_page() -> None:
    text = "\n" * 40 + "    expr: sum(deals.ammount where won)\n"
    problem = Problem(
        "unknown-field",
        "table `deals` has no field `ammount`",
        Span("metrics.yaml", 41, 21, 28),
        "did you mean `amount`?",
    ).hint("deals comes from data/deals.csv, which has: account_id, amount, closed_at, created_at and 7 more")
    assert shown(problem, text, name="metrics.yaml") == dedent("""\
        metrics.yaml:41:21: error[unknown-field]: table `deals` has no field `ammount`
           41 |     expr: sum(deals.ammount where won)
              |                     ^^^^^^^ did you mean `amount`?
           = deals comes from data/deals.csv, which has: account_id, amount, closed_at, created_at and 7 more

        1 error
        """)


def test_second_places_have_their_own_snippets() -> None:
    sources = {"a.yaml": Source("a.yaml", "metrics:\n  x: 1\n"), "b.yaml": Source("b.yaml", "metrics:\n  x: 2\n")}
    problem = (
        Problem("duplicate-name", "two metrics are called `x`", Span("b.yaml", 2, 3, 4), "the second")
        .also(Span("a.yaml", 2, 3, 4), "the first")
        .also(Span("gone.yaml", 3, 1, 2), "and one that is not at hand")
        .hint("names are unique\nacross all files")
    )
    other = warning("name-hidden", "`x` hides a field", Span("a.yaml", 0, 0, 0))
    assert problems_to_text([problem, other], sources, color=False, width=80) == dedent("""\
        b.yaml:2:3: error[duplicate-name]: two metrics are called `x`
            2 |   x: 2
              |   ^ the second
           --> a.yaml:2:3
            2 |   x: 1
              |   ^ the first
           --> gone.yaml:3:1: and one that is not at hand
           = names are unique
             across all files

        a.yaml: warning[name-hidden]: `x` hides a field

        1 error, 1 warning
        """)


def test_problem_of_an_option() -> None:
    problem = Problem("unknown-dimension", "there is no `regoin`", Span("--where", 1, 1, 7), "did you mean `region`?")
    assert shown(problem, "regoin = 'EMEA'", name="--where") == dedent("""\
        --where:1:1: error[unknown-dimension]: there is no `regoin`
            1 | regoin = 'EMEA'
              | ^^^^^^ did you mean `region`?

        1 error
        """)


def test_problem_without_a_place_keeps_its_label() -> None:
    problem = Problem("no-connection", "there is no connection `prod`", Span.none(), "did you mean `default`?")
    assert shown(problem) == dedent("""\
        error[no-connection]: there is no connection `prod`
           = did you mean `default`?

        1 error
        """)


def test_nothing_to_say() -> None:
    assert problems_to_text([], {}, color=True, width=80) == ""


@pytest.mark.parametrize(
    ("line", "column", "end", "expected"),
    [
        ("\tx: bad", 5, 8, ("    x: bad", 7, 3)),  # a tab is four columns
        ("名前: bad", 5, 8, ("名前: bad", 6, 3)),  # wide characters take two
        ("名前: bad", 1, 3, ("名前: bad", 0, 4)),
        ("cafe\u0301: bad", 8, 11, ("cafe\u0301: bad", 6, 3)),  # an accent of its own takes none
        ("👩‍💻👍🏽: x", 8, 9, ("👩‍💻👍🏽: x", 6, 1)),  # joined pictures and skin tones
        ("a\x1b[31mb: x", 9, 10, ("a\\x1b[31mb: x", 11, 1)),  # escapes are written out
        ("a\u202eb: x", 4, 5, ("a\\u202eb: x", 8, 1)),
        ("end", 4, 5, ("end", 3, 1)),  # just behind the end
        ("end", 90, 95, ("end", 3, 1)),
        ("", 1, 1, ("", 0, 1)),
    ],
)
def test_carets_line_up_by_display_width(line: str, column: int, end: int, expected: tuple[str, int, int]) -> None:
    assert cut_line(line, Span("f", 1, column, end), 80) == expected


def test_long_lines_are_cut_around_the_caret() -> None:
    line = "a" * 500 + "BAD" + "c" * 500
    text, before, under = cut_line(line, Span("f", 1, 501, 504), 40)
    assert text == "..." + "a" * 11 + "BAD" + "c" * 20 + "..."
    assert (before, under) == (14, 3)
    assert text[before : before + under] == "BAD"


def test_long_line_cut_only_where_needed() -> None:
    assert cut_line("BAD" + "c" * 100, Span("f", 1, 1, 4), 40) == ("BAD" + "c" * 31 + "...", 0, 3)
    text, before, under = cut_line("a" * 100 + "BAD", Span("f", 1, 101, 104), 40)
    assert (text, before, under) == ("..." + "a" * 31 + "BAD", 34, 3)


@pytest.mark.parametrize("column", [1, 5, 39, 40, 77, 150, 299, 300])
@pytest.mark.parametrize("letter", ["a", "名", "e\u0301", "\x1b", "\t"])
def test_a_cut_line_fits_and_shows_its_place(letter: str, column: int) -> None:
    line = letter * 150 + "X" + letter * 150
    text, before, under = cut_line(line, Span("f", 1, column, column + 1), 50)
    assert display_width(text) <= 50
    assert before + under <= 50


def test_span_longer_than_the_room_is_cut_too() -> None:
    text, before, under = cut_line("a" * 300, Span("f", 1, 1, 301), 40)
    assert (text, before, under) == ("a" * 34 + "...", 0, 34)


def test_hostile_texts_are_escaped_everywhere() -> None:
    evil = "\x1b]0;owned\x07\r\n"
    problem = Problem("bad-value", evil, Span(evil, 1, 1, 2), evil, (evil,)).also(Span("m.yaml", 1, 1, 2), evil)
    sources = {"m.yaml": Source("m.yaml", evil), evil: Source(evil, evil)}
    text = problems_to_text([problem], sources, color=False, width=80)
    assert "\x1b" not in text and "\x07" not in text and "\r" not in text
    assert "\\x1b]0;owned\\x07\\r\\n" in text


def test_colours_only_where_asked() -> None:
    problem = Problem("bad", "wrong", Span("m.yaml", 1, 1, 2), "here")
    sources = {"m.yaml": Source("m.yaml", "x")}
    text = problems_to_text([problem], sources, color=True, width=80)
    assert "\x1b[1;31merror[bad]:\x1b[0m" in text
    assert "\x1b[1;31m^\x1b[0m \x1b[1;31mhere\x1b[0m" in text


def test_json_is_stable_and_safe() -> None:
    problem = Problem("bad", "a \x9b b", Span("m.yaml", 2, 3, 5), "here", ("hint",)).also(
        Span("n.yaml", 1, 1, 2), "there"
    )
    text = problems_to_json([problem, warning("odd", "w", Span.none())])
    assert "\x9b" not in text
    assert json.loads(text) == {
        "errors": 1,
        "warnings": 1,
        "problems": [
            {
                "code": "bad",
                "severity": "error",
                "message": "a \x9b b",
                "file": "m.yaml",
                "line": 2,
                "column": 3,
                "end": 5,
                "label": "here",
                "hints": ["hint"],
                "others": [{"file": "n.yaml", "line": 1, "column": 1, "end": 2, "text": "there"}],
            },
            {
                "code": "odd",
                "severity": str(Severity.WARNING),
                "message": "w",
                "file": "",
                "line": 0,
                "column": 0,
                "end": 0,
                "label": "",
                "hints": [],
                "others": [],
            },
        ],
    }


def test_github_annotations() -> None:
    problem = Problem("bad", "100% wrong\n::error::x", Span("a,b.yaml", 2, 3, 5), "", ("write it: so",))
    assert problems_to_github([problem]) == (
        "::error file=a%2Cb.yaml,line=2,col=3,endColumn=5,title=bad::100%25 wrong%0A::error::x%0Awrite it: so\n"
    )


def test_escape_and_clip() -> None:
    assert escape_text("plain é 名 👍") == "plain é 名 👍"
    assert escape_text("a\tb\nc", keep="\n") == "a\\tb\nc"
    assert escape_text("\udc80\U000e0041") == "\\udc80\\U000e0041"
    assert clip_text("名前名前名前", 9) == "名前名..."
    assert clip_text("short", 5) == "short"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("::error file=x::y", ":\\x3aerror file=x::y"),
        ("  ::stop-commands::x", "  :\\x3astop-commands::x"),
        ("a ##[set-output name=x]y", "a ##\\x5bset-output name=x]y"),
        ("amount::int, # [1] ##", "amount::int, # [1] ##"),
    ],
)
def test_commands_to_a_runner_of_workflows_are_written_out(text: str, shown: str) -> None:
    """It reads along what is printed: two colons at the beginning of a line, or `##[` anywhere, are a command."""
    assert escape_text(text) == shown


def test_a_snippet_holds_no_command() -> None:
    """And the carets still stand below what is meant."""
    problem = Problem("unknown-key", "no", Span("m.yaml", 1, 12, 15))
    lines = shown(problem, "##[error]x abc: 1").split("\n")
    assert lines[1] == "    1 | ##\\x5berror]x abc: 1"
    assert lines[2] == "      |               ^^^"
