"""Problems as Markdown, read by a real parser."""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.token import Token

from attain.base.problem import Problem, warning
from attain.base.span import Span
from attain.report.markdown import MOST, cell, coded, problems_to_markdown

from .hostile import TEXTS, hostile_problems

#: CommonMark with tables and strikethrough, as GitHub and GitLab read it.
PARSER = MarkdownIt("gfm-like", {"html": True, "linkify": False})
OURS = {"<code>", "</code>", "<br>"}


def inline(text: str) -> list[Token]:
    """Every token within the blocks of a text."""
    return [child for token in PARSER.parse(text) for child in token.children or ()]


def blocks(text: str) -> list[str]:
    """The blocks of a text that open."""
    return [token.type for token in PARSER.parse(text) if token.nesting >= 0]


def test_the_parser_sees_links_and_html() -> None:
    """The test below could fail: the same parser finds what is not escaped."""
    kinds = {token.type for text in TEXTS for token in inline(text)}
    assert {"link_open", "html_inline", "image", "code_inline", "strong_open"} <= kinds


def test_a_table_of_problems() -> None:
    problems = [
        Problem(
            "unknown-field", "table `deals` has no field `x|y`", Span("m.yaml", 2, 26, 33), "did you mean `amount`?"
        ),
        warning("name-hidden", "hidden", Span("m.yaml", 4, 1, 2)).also(Span("o.yaml", 1, 1, 2), "by this"),
    ]
    text = problems_to_markdown(problems, "1 table; column types from attain.lock")
    assert text.startswith("<!-- attain validate -->\n\n### Metric definitions: 1 error, 1 warning\n\n")
    rows = PARSER.render(text).replace("\n", "").split("<tr>")[2:]
    assert len(rows) == 2
    assert "<td>m.yaml:2:26</td>" in rows[0] and "<strong>error</strong> <code>unknown-field</code>" in rows[0]
    assert "table <code>deals</code> has no field <code>x|y</code></td>" in rows[0]
    assert "<td>did you mean <code>amount</code>?</td>" in rows[0]
    assert "<td>o.yaml:1:1: by this</td>" in rows[1]


def test_nothing_wrong() -> None:
    assert (
        problems_to_markdown([], "3 metrics")
        == "<!-- attain validate -->\n\n### Metric definitions: no problems\n\n3 metrics\n"
    )


def test_a_text_of_code_keeps_its_spaces() -> None:
    assert coded("a `b` c") == "a <code>b</code> c"
    assert coded("`b`, `c`") == "<code>b</code>, <code>c</code>"
    assert coded("one ` alone") == "one &#96; alone"


def test_mentions_are_broken() -> None:
    """What notifies people on GitHub has an invisible space in it; an address of an owner has none."""
    assert cell("@octocat") == "&#64;&#8203;octocat"
    assert cell("see #12") == "see &#35;&#8203;12"
    assert cell("revops@acme") == "revops&#64;acme"
    for text in ("a/b#2", "GH-12", "!3", "$4", "&5", "~label", "https://x.example", "www.x.example"):
        assert "&#8203;" in cell(text), text


def test_what_is_no_markup_is_written_plainly() -> None:
    """So that the text can be read where it is not rendered, and a comment holds more of it."""
    for text in ("deals/metrics.yaml:8:22", "closed_at > 3 is 'won', (so far) 5% - or 1.5!", "expected: 4 = 2 + 2"):
        assert cell(text) == text.replace(">", "&#62;")


def test_hostile_texts_stay_texts() -> None:
    """One table with one row, whatever stands in it: no link, image, code block or HTML but ours."""
    for problem, _ in hostile_problems():
        text = problems_to_markdown([problem], problem.message)
        assert blocks(text).count("tr_open") == 2
        assert "://" not in text and "www." not in text  # GitHub makes links of these, in code, too
        assert "fence" not in blocks(text) and blocks(text).count("heading_open") == 1
        for token in inline(text):
            assert token.type in ("text", "strong_open", "strong_close", "html_inline", "text_special"), token
            assert token.type != "html_inline" or token.content in OURS


def test_hostile_cells_say_what_they_were() -> None:
    """A cell is shown as the text that it was made of, control characters written out."""
    for text in ("a|b*c_d`e<f>[g](h)", "https://x.example", "&amp; &lt;", "~~x~~ **y**"):
        seen = "".join(token.content for token in inline(f"x {cell(text)}"))
        assert seen.replace("\u200b", "") == f"x {text}"


def test_nothing_begins_a_block() -> None:
    """A cell may stand at the beginning of a line."""
    for text in (
        "- a",
        "+ a",
        "* a",
        "1. a",
        "22) a",
        "# a",
        "> a",
        "===",
        "---",
        "```",
        "| a |",
        "    a",
        "[a]: b",
        "<b>",
    ):
        assert blocks(cell(text)) == ["paragraph_open", "inline"], text


def test_a_long_comment_is_cut_and_says_so() -> None:
    problems = [Problem("wrong-value", "x" * 400, Span("m.yaml", n, 1, 2)) for n in range(1, 401)]
    text = problems_to_markdown(problems, "400")
    shown = blocks(text).count("tr_open") - 1
    assert len(text) < MOST + 100 and 0 < shown < 400
    assert text.endswith(f"\n\nThe table is cut: {400 - shown} more.\n")
