"""The tests of a project: what stands below `tests:` in its files, as tests whose form is right. In: the texts of the
files. Out: tests, and the problems of those that are none."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from attain.base.codes import CODES
from attain.base.problem import Problem
from attain.base.span import Source, Span
from attain.base.suggest import count_of, did_you_mean, listed
from attain.check.request import QueryRequest
from attain.read.definitions import read_document
from attain.read.shape_of_tests import UserTestShape, WhenShape
from attain.read.text import text_of_scalar
from attain.read.tree import Scalar
from attain.testing.records import Folder, Records, Unreadable, read_records, records_of_list
from attain.testing.values import Tolerance, read_number

MOST_TESTS = 20_000
_FORMS = (
    "a case: given, when, expect", "a condition on the data: assert", "a result that is kept: when, golden",
    "a query by hand that gives the same: when, reconcile",
)  # fmt: skip
#: What of `when:` changes rows, not values: it has no place where a condition is to hold in every cell.
_OF_ROWS = ("metrics", "having", "order", "limit", "top", "totals")


@dataclass(frozen=True, slots=True)
class Expected:
    """What is expected: rows (`records`), one value (`value`), or a problem (`code`)."""

    records: Records | None = None
    value: Scalar | None = None
    code: str = ""
    span: Span = field(default_factory=Span.none)


@dataclass(slots=True)
class Test:
    """One test: what is asked, what is given, what is expected. `place` is its place in its file's list; `problems` are
    of what it names (a table, a column, a metric)."""

    __test__: ClassVar[bool] = False  # not one of pytest's

    name: str
    kind: str
    file: str
    place: int
    shape: UserTestShape
    request: QueryRequest
    expected: Expected | None = None
    given: dict[str, Records] = field(default_factory=dict)
    tolerance: Tolerance | None = None
    tolerances: dict[str, Tolerance] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    missing: str = ""  # the file of a kept result that is not there yet

    @property
    def span(self) -> Span:
        """Where it is named."""
        return self.shape.name.span

    @property
    def is_offline(self) -> bool:
        """Whether it needs no data but its own."""
        return self.kind == "case"


def read_tests(sources: dict[str, Source], root: Path) -> tuple[list[Test], list[Problem]]:
    """Every test of the files that can be read, and the problems of those whose form is wrong."""
    tests: list[Test] = []
    problems: list[Problem] = []
    places: dict[str, Scalar] = {}
    for source in sources.values():
        document, _ = read_document(source.name, source.text)
        for place, shape in enumerate(document.tests if document is not None else ()):
            if len(tests) >= MOST_TESTS:
                return tests, [*problems, Problem("test-form", f"more than {MOST_TESTS:,} tests", shape.name.span)]
            first = places.setdefault(str(shape.name), shape.name)
            if first is not shape.name:
                problem = Problem("duplicate-name", f"test `{shape.name}` stands here twice", shape.name.span)
                problems.append(problem.also(first.span, "the first"))
                continue
            try:
                tests.append(read_test(source.name, place, shape, root))
            except Unreadable as wrong:
                problems.append(wrong.problem)
    return tests, problems


def read_test(file: str, place: int, shape: UserTestShape, root: Path) -> Test:
    """One test. Raises Unreadable where its form is wrong."""
    kind = kind_of(shape)
    check_form(shape, kind)
    folder = Folder(root, str(Path(file).parent.as_posix()) if "/" in file else "")
    test = Test(str(shape.name), kind, file, place, shape, request_of(shape.when or WhenShape()))
    test.tolerance, test.tolerances = tolerances_of(shape.tolerance)
    for name, rows in (shape.given or {}).items():
        test.given[str(name)] = read_records(rows, name.span, folder)
        test.sources |= test.given[str(name)].sources
    written = shape.golden if kind == "golden" else shape.expect
    if written is not None:
        read_into(test, written, folder)
    return test


def read_into(test: Test, written: Any, folder: Folder) -> None:
    """Reads what a test expects; a kept result that is not there yet is remembered."""
    try:
        test.expected = read_expected(written, test.shape, folder)
    except Unreadable as wrong:
        if test.kind != "golden" or wrong.problem.code != "data-file-missing":
            raise
        test.missing = str(written["file"])
        return
    if test.expected.records is not None:
        test.sources |= test.expected.records.sources


def kind_of(shape: UserTestShape) -> str:
    """Which of the four kinds a test is. Raises Unreadable."""
    has = {
        "case": shape.given is not None or shape.expect is not None, "assert": shape.holds is not None,
        "golden": shape.golden is not None, "reconcile": shape.reconcile is not None,
    }  # fmt: skip
    found = [kind for kind, there in has.items() if there]
    if len(found) != 1:
        words = {"case": "expect"} if shape.expect is not None else {"case": "given"}
        both = listed(words.get(kind, kind) for kind in found)
        message = f"a test is of one kind, and this one has {both}" if found else "this test expects nothing"
        raise Unreadable(Problem("test-form", message, shape.name.span).hint(f"kinds: {'; '.join(_FORMS)}"))
    return found[0]


def check_form(shape: UserTestShape, kind: str) -> None:
    """What a test of a kind must have and must not have. Raises Unreadable."""
    span, when = shape.name.span, shape.when or WhenShape()
    if kind == "assert":
        refuse_in_assert(shape, when)
        return
    if not when.metrics:
        problem = Problem("test-form", "this test asks for no metric", span)
        raise Unreadable(problem.hint("write what is asked for: `when: {metrics: revenue, by: region}`"))
    if kind != "case":
        return
    if shape.expect is None:
        problem = Problem("test-form", "this test expects nothing", span)
        raise Unreadable(problem.hint("write `expect:`; a missing value is `expect: {revenue: null}`, no rows `[]`"))
    if shape.given is None and problem_of(shape.expect) is None:
        problem = Problem("test-form", "no rows are given to this test", span)
        hint = "write `given:` with the rows of its tables; a result of the data themselves is kept by `golden:`"
        raise Unreadable(problem.hint(hint))


def refuse_in_assert(shape: UserTestShape, when: WhenShape) -> None:
    """What has no meaning where a condition holds in every cell. Raises Unreadable."""
    named = [name for name in _OF_ROWS if getattr(when, name)]
    if named or shape.tolerance is not None:
        what = f"`{named[0]}:` has" if named else "`tolerance:` has"
        problem = Problem("test-form", f"{what} no place in a test that asserts", shape.name.span)
        raise Unreadable(problem.hint("write it into the condition: `assert: abs(revenue - plan) < 100`"))


def problem_of(expected: Any) -> Scalar | None:
    """The code of `{problem: CODE}`; None where something else is expected."""
    found = expected.get("problem") if isinstance(expected, dict) and list(expected) == ["problem"] else None
    return found if isinstance(found, Scalar) else None


def read_expected(written: Any, shape: UserTestShape, folder: Folder) -> Expected:
    """What is expected. Raises Unreadable."""
    code = problem_of(written)
    if code is not None:
        if str(code) not in CODES:
            label = did_you_mean(str(code), CODES)
            raise Unreadable(
                Problem("test-form", f"there is no problem `{code}`", code.span, label).hint(
                    "the codes stand in docs/errors.md; each message shows its own: error[unknown-dimension]"
                )
            )
        return Expected(code=str(code), span=code.span)
    span = shape.name.span
    if isinstance(written, Scalar):
        text = text_of_scalar(written)[0].text.strip()
        if "\n" not in text and "," not in text:
            return Expected(value=written, span=written.span)
        span = written.span
    if isinstance(written, dict) and list(written) != ["file"]:
        return Expected(records_of_list([written]), span=span)
    return Expected(read_records(written, span, folder), span=span)


def tolerances_of(written: Any) -> tuple[Tolerance | None, dict[str, Tolerance]]:
    """The tolerance of every metric, and those of single ones."""
    if isinstance(written, dict):
        return None, {str(name): tolerance_of(value) for name, value in written.items()}
    return (tolerance_of(written) if written is not None else None), {}


def tolerance_of(written: Scalar) -> Tolerance:
    """`0.01` is so much, `1%` a share of what is expected. Raises Unreadable."""
    figure = read_number(str(written))
    if figure is None or figure < 0:
        raise Unreadable(Problem("test-form", "a tolerance is a number, 0 or more, or a percentage", written.span))
    return Tolerance(figure, str(written).strip().endswith("%"))


def request_of(when: WhenShape) -> QueryRequest:
    """What `attain run` would be asked."""

    def text(scalar: Scalar | None) -> str:
        return text_of_scalar(scalar)[0].text if scalar is not None else ""

    return QueryRequest(
        tuple(text(metric).strip() for metric in when.metrics), tuple(map(text, when.by)), text(when.grain),
        text(when.where), text(when.having), text(when.start), text(when.end), text(when.as_of),
        ",".join(map(text, when.order)), when.limit, when.sparse, when.max_cells, when.totals, when.top,
    )  # fmt: skip


def kinds_of(tests: list[Test]) -> str:
    """`12 tests: 8 cases, 3 asserts, 1 golden`"""
    words = {"case": "case", "assert": "assertion", "golden": "kept result", "reconcile": "reconciliation"}
    counts = {kind: sum(test.kind == kind for test in tests) for kind in words}
    return ", ".join(count_of(number, words[kind]) for kind, number in counts.items() if number)
