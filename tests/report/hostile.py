"""Texts that try to break out of an output, and problems that hold them at every place."""

from __future__ import annotations

from collections.abc import Iterator

from attain.base.problem import Label, Problem, Severity
from attain.base.span import Source, Span

#: Each tries something: to end a line, a cell, an element, a string, a command; to hide, reorder, ring, link or notify.
TEXTS = (
    "::error file=x::owned",
    "a\n::set-output name=x::y\n::stop-commands::z",
    "%0A::warning::b",
    "  ::stop-commands::x",
    "##[error]owned ##[set-output name=x]y",
    "]]><failure/>",
    "--><script>alert(1)</script><!--",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</testcase></testsuite>&xxe;&#0;",
    '" onload="x" y="',
    "| cell | two |\n|---|---|",
    "[click](https://evil.example) ![](https://evil.example/x.png)",
    "https://evil.example www.evil.example a@evil.example",
    "@everyone #1 octocat/hello#2 !3 ~label $4",
    "`code` ``two`` ` one",
    "**bold** _it_ ~~no~~ <b>b</b> &lt;b&gt; \\",
    "\x1b[31mred\x1b[0m \x07\x08\x00",
    "\u202eevil\u202c \u2066x\u2069 \u200bzero\ufeff",
    "\u2028line\u2029paragraph\x85next\x0b\x0c",
    "\udc80\udfff\ud800",
    "\ufffe\uffff\U0001ffff",
    "\U0001f600\U0001f468\u200d\U0001f469\u200d\U0001f467 e\u0301",
    "tab\tcarriage\rreturn\r\nline",
    "# heading\n- list\n> quote\n```\ncode",
    "[a]: https://evil.example\n[a]",
    "{{ 7*7 }} ${{ secrets.X }} $(id) `id`",
    "x" * 10_000,
    "(" * 500 + "[" * 500,
    "",
    " ",
)


def hostile_problems() -> Iterator[tuple[Problem, dict[str, Source]]]:
    """For each text a problem that holds it as message, label, hint, second place and file."""
    for number, text in enumerate(TEXTS):
        file = f"dir/{text}.yaml" if number % 2 else "metrics.yaml"
        span = Span(file, 1, 3, 3 + min(len(text), 5))
        other = Label(Span("other.yaml", 2, 1, 2), text)
        option = Label(Span("--where", 1, 1, 2), text)
        severity = Severity.WARNING if number % 3 == 0 else Severity.ERROR
        hints = (text, f"write `{text}`")
        problem = Problem("unknown-field", f"no field `{text}`", span, text, hints, (other, option), severity)
        yield problem, {file: Source(file, f"a {text}"), "other.yaml": Source("other.yaml", f"x\n{text}")}
        yield Problem("wrong-value", text, Span("-f", 0, 0, 0)), {}
