"""Every word of the language that is not reserved may name a field, a join, a metric, and begin such a name."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.reference import interpret
from tests.support.engine import TODAY, EngineMissing, ask, write_project
from tests.support.values import same_rows, values_to_rows

WORDS = """
when then else end per on via as of by over start date
second seconds minute minutes hour hours day days week weeks month months quarter quarters year years
fiscal_quarter fiscal_year count sum avg min max median percentile stddev variance any every first last corr
if coalesce nullif abs round power trunc today period_start period_end prior growth rolling to_date running all
target attainment convert parent total other asc desc from to
""".split()
NAMES = [
    *WORDS,
    *(f"{word}_{word}" for word in WORDS),
    "nullable",
    "trueish",
    "notes",
    "android",
    "order",
    "whereabouts",
]
NAMES += ["inner", "isbn", "likes", "betweens", "cases", "distinctive", "falsehood", "Null_", "DATE", "Per"]

DEFINITIONS = """\
version: 1
name: words
tables:
  t:
    file: t.csv
    key: id
    time: at
    joins: {WORD: {to: u, on: WORD}}
  u: {file: u.csv, key: uid}
metrics:
  WORD: sum(t.WORD)
  twice: WORD + WORD * 1 - WORD / 1 + WORD
  some: count(t where WORD > 1 and WORD in (2, 4) or not WORD between 1 and 4)
  joined: max(t.WORD.score where WORD.score > 10)
  either: sum(case when t.WORD > 2 then WORD else -WORD end)
  latest: last(t.WORD by at)
"""
TABLES = {"t": "id,at,WORD\n1,2025-01-01,1\n2,2025-01-02,2\n3,2025-01-03,4\n", "u": "uid,score\n1,10\n2,20\n"}
# 1 + 2 + 4 = 7; 7 + 7 - 7 + 7 = 14; 2 and 4; the one score over 10; -1 - 2 + 4 = 1; the last is 4
EXPECTED = [["7", "14", "2", "20", "1", "4"]]


@pytest.mark.parametrize("name", NAMES)
def test_word_as_a_name(name: str, tmp_path: Path) -> None:
    """As a field, a join and a metric, wherever a name may stand."""
    definitions = DEFINITIONS.replace("WORD", name)
    tables = {table: text.replace("WORD", name) for table, text in TABLES.items()}
    query = f"{name} twice some joined either latest"
    assert same_rows(values_to_rows(interpret(definitions, tables, query, today=TODAY).rows), EXPECTED)
    write_project(tmp_path, definitions, tables)
    try:
        outcome = ask(tmp_path, query)
    except EngineMissing as missing:
        pytest.skip(str(missing))
    assert not outcome.codes, outcome.text
    assert same_rows(outcome.rows, EXPECTED), outcome.rows
