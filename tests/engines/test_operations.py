"""Every function and operator over columns of every type, with the values that engines differ in: what DuckDB answers
is what PostgreSQL and SQLite answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.engines.answers import in_postgres, in_sqlite, read_data, run_on
from tests.support.commands import read_command
from tests.support.engine import TODAY, write_project
from tests.support.values import rows_to_table, same_rows

from attain.pipeline import Compiled, Project, QueryRequest, compile_query, open_project
from attain.run.engine import Engine

DEFINITIONS = """
version: 1
name: operations
calendar: {week_start: sunday, fiscal_year_start: february, timezone: America/New_York, working_hours: [8.5, 17]}
tables:
  facts:
    file: facts.csv
    key: id
    time: day
    timezone: Europe/Berlin
    fields:
      money: {unit: money}
      answered: {type: timestamp}
  others: {file: others.csv, key: [a, b], time: day}
metrics: {}
"""
FACTS = """
id,n,d,f,money,word,flag,day,at,answered,seen
1,7,2.5,2.5,2.675,Alpha,true,2024-02-29,2024-02-29 23:30:00,2024-03-01 00:15:30.25,2024-02-29 22:30:00Z
2,-7,-2.5,-2.5,-2.675,beta,false,2025-01-31,2025-01-31 00:00:00,2025-02-28 12:00:00,2025-01-31 04:59:59Z
3,0,0,0,0,ALPHA,true,2025-02-01,2025-02-01 05:59:59,,2025-02-01 05:00:00Z
4,,,,,,,,,,
5,3,1.005,1.25,1.005,_a%b*c?[d],,2025-03-30,2025-03-30 03:30:00,2025-03-29 12:00:00,2025-03-30 12:00:00+02:00
6,2,10.125,1e3,1000000.125,  pad ,false,2026-10-31,2026-10-31 12:00:00,2026-10-31 12:00:00,2026-10-31 12:00:00Z
7,1000000007,0.3,0.3,0.01,éa,true,2025-12-28,2025-12-28 23:59:59,2025-12-29 00:00:00,2025-12-29 04:59:59Z
"""
OTHERS = """
a,b,day,v
x,1,2025-01-01,1.5
x,2,2025-01-02,
y,1,,2.5
,1,2025-01-05,4
"""
ROWS = """
n + 1 | n - 0.5 | n * 2.5 | n / 2 | n / 0 | -n | n + d | d * d | f * n | money / 3 | d / n | (n + 1) / (n - 1) * 2
n - (n - 1) | n / (d / 2) | -(n - 1) | money * 60% | 1 / 3 * n | n * 100000 | abs(n) | abs(d) | round(n) | round(d)
round(f) | round(money) | round(d, 1) | round(money, 2) | round(f, 2) | round(n, -1) | round(money, -3) | round(f, -2)
floor(d) | floor(f) | floor(n) | ceil(d) | ceil(f) | ceil(money) | floor(money) | mod(n, 3) | mod(d, 2) | mod(f, 0.7)
mod(n, 0) | mod(money, 1) | least(n, 2) | least(n, d, f) | greatest(n, d) | greatest(n, 1, null) | coalesce(n, -1)
coalesce(d, n, 0) | nullif(n, 7) | if(flag, n, 0) | if(n > 2, d, f) | case when n > 2 then 1 when n < 0 then -1 end
case when flag then 'x' else word end | lower(word) | upper(word) | trim(word) | length(word)
concat(word, '-', word) | least(word, 'B') | greatest('B', word) | year(day) | quarter(day) | month(day)
weekday(day) | year(at) | quarter(at) | month(at) | weekday(at) | weekday(seen) | month(seen) | trunc(day, week)
trunc(day, month) | trunc(day, quarter) | trunc(day, year) | trunc(day, fiscal_quarter) | trunc(day, fiscal_year)
trunc(at, day) | trunc(at, hour) | trunc(day, hour) | trunc(at, week) | trunc(at, month) | trunc(at, quarter)
trunc(at, year) | trunc(seen, day) | trunc(seen, hour) | trunc(seen, week) | trunc(at, fiscal_quarter)
trunc(at, fiscal_year) | answered - at | days(answered - at) | hours(answered - at) | minutes(answered - at)
day - date '2025-01-01' | seen - at | at - day | day + 1 day | day + 2 weeks | day - 1 month | day + 1 quarter
day + 1 year | day + 36 hours | at + 1 day | at + 1 month | at + 90 seconds | day + 1.5 days | at - 1.5 hours
answered + 1 month | seen + 1 day | seen - 1 month | months(day, date '2025-03-31') | months(at, answered)
months(answered, day) | business_days(day, date '2025-03-31') | business_days(at, answered) | today() - day
business_hours(at, answered) | business_hours(day, answered) | business_hours(day, date '2025-03-31')
business_hours(seen, at) | business_hours(at, day)
today() + 1 month | date '2025-01-31' + 1 month
"""
CONDITIONS = """
n > 2 | n != 7 | not n = 7 | n = d | n <> f | n in (7, 0) | n not in (7, 0) | n between 0 and 3
n not between 0 and 3 | word = 'Alpha' | word != 'Alpha' | word < 'b' | word >= 'a' | word like 'A%'
word not like '%a' | word like '_a%' | word like '%*c?[d%' | word like '%é_' | word in ('beta', 'x') | word is null
word is not null | contains(word, 'a') | contains(word, '%') | starts_with(word, 'A') | not contains(word, 'a')
not starts_with(word, 'A') | contains(word, '') | starts_with(word, '') | flag | not flag | flag = true | flag = false
flag != true | flag is null | flag or n > 2 | flag and n > 2 | not (flag or n > 2) | (n > 2) = flag | (n > 2) != flag
flag in (true) | if(flag, n > 2, n < 2) | coalesce(flag, true) | case when n > 2 then flag end
day = date '2025-01-31' | day < date '2025-02-01' | day >= trunc(at, month)
day between date '2025-01-31' and date '2025-12-31' | at > day | at >= date '2025-01-31' | at < seen
seen >= date '2025-01-31' | at = answered | answered - at > 1 day | answered - at <= 45 minutes | day = at
day + 1 day > at | day is null | at + 1 month > answered | month(day) = 2 | round(d) = 3 | n / 2 > 1 | n / 0 = 1
n * 0.1 = 0.3 | true | false | not (n > 2 and d > 2) | n > 2 and not (flag or word is null)
(n is null) = (d is null)
"""
AGGREGATES = """
count(facts) | count(facts.n) | count(distinct facts.word) | count(distinct facts.flag) | sum(facts.n) | sum(facts.d)
sum(facts.money) | avg(facts.n) | avg(facts.d) | avg(facts.money) | avg(facts.f) | min(facts.n) | max(facts.money)
min(facts.word) | max(facts.word) | min(facts.day) | max(facts.at) | min(facts.seen) | max(facts.answered - at)
avg(facts.answered - at) | sum(facts.day - date '2025-01-01') | median(facts.n) | median(facts.d)
median(facts.answered - at) | percentile(facts.n, 90%) | percentile(facts.d, 25% where n > -1) | stddev(facts.n)
variance(facts.d) | stddev(facts.d where id = 1) | any(facts.flag) | every(facts.flag) | any(facts.n > 5)
every(facts.n > -8) | any(facts.flag where n > 2) | every(facts.flag where false) | sum(facts.n where false)
min(facts.n where false) | count(facts where not flag) | first(facts.n) | last(facts.n) | first(facts.word)
last(facts.word where n < 5) | last(facts.flag) | last(facts.day by at) | first(facts.d by answered)
first(facts.n by word) | last(facts.n by flag) | first(facts.n by d) | last(facts.at) | first(facts.seen)
corr(facts.n, d) | corr(facts.n, f where id < 4) | corr(facts.n, n where id = 1) | approx_count_distinct(facts.word)
sum(facts.money) / count(facts) | sum(facts.n) / sum(facts.n where false) | sum(facts.n) - sum(facts.d) * 2
round(sum(facts.money) / 3, 2) | sum(facts.n) + null | count(distinct facts.day) | count(distinct facts.seen)
sum(facts.money) / sum(others.v) | first(others.v) | last(others.v) | max(others.a) | max(sum(facts.n) per day)
avg(sum(facts.n) per word) | max(sum(facts.d) per month) | avg(count(facts) per fiscal_quarter)
median(sum(facts.n) per flag) | sqrt(sum(facts.n)) | ln(count(facts)) | power(count(facts), 2)
power(sum(facts.n where id = 2), 0.5) | sqrt(sum(facts.n where id = 2))
"""
SLICES = """
count(facts) --by word | count(facts) --by flag | count(facts) --by day | count(facts) --by at | count(facts) --by n
sum(facts.f) --by d | max(facts.word) --by flag --order -max(facts.word) | sum(facts.n) --grain week --sparse
sum(facts.n) --grain fiscal_year | count(facts) --grain fiscal_quarter
count(facts) --grain month --by flag --from 2025-01-01 --to 2025-04-01 | sum(others.v) --by a | sum(others.v) --by a,b
last(facts.n) --grain year --by flag | sum(facts.money) --where "n > 0 or word is null" --by word
count(facts) --grain day --from 2025-02-27 --to 2025-03-02 --as-of 2025-02-28
count(facts) --having "word is not null" --by word --order -word --limit 3 | any(facts.flag) --grain quarter
count(facts) sum(others.v) --grain month | sum(facts.n) --by word --where "word >= 'B'"
count(facts) --by word --order word | count(facts) --by word --having "word > 'b'"
"""


def parts(text: str) -> list[str]:
    """What stands between the bars."""
    return [part.strip() for line in text.strip().splitlines() for part in line.split("|")]


FIELDS = [*parts(ROWS), *parts(CONDITIONS)]
#: Every query by what it is called: over each row's value of a field, an aggregate in all, with options.
QUERIES = {
    **{text: f"'min(facts.id)' --by id,facts.r{place} --as-of 2026-11-01" for place, text in enumerate(FIELDS)},
    **{text: f'"{text}" --as-of 2026-11-01' for text in parts(AGGREGATES)},
    **{text: text for text in parts(SLICES)},
}


@dataclass(frozen=True)
class World:
    """The same data on every engine."""

    project: Project
    postgres: Engine
    sqlite: Engine

    def compile(self, query: str, dialect: str) -> Compiled:
        """The SQL of a query."""
        command = read_command(query)
        request = QueryRequest(metrics=command.metrics, **command.options)
        return compile_query(self.project, request, dialect=dialect, today=TODAY)

    def check(self, query: str, compiled: Compiled, engine: Engine) -> None:
        """The engine answers what DuckDB answers."""
        reference = self.compile(query, "duckdb")
        assert reference.sql, reference.problems
        expected, rows = run_on(self.project.engine(), reference), run_on(engine, compiled)
        columns = [column.name for column in compiled.columns]
        shown = f"{rows_to_table(columns, rows)}\nexpected\n{rows_to_table(columns, expected)}\n{compiled.sql}"
        assert same_rows(expected, rows), f"{query}\n{shown}"


@pytest.fixture(scope="module")
def world(cases_dsn: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The facts in a file, in PostgreSQL, and in SQLite."""
    folder: Path = tmp_path_factory.mktemp("operations")
    fields = "".join(f"      r{place}: |\n        {text}\n" for place, text in enumerate(FIELDS))
    definitions = DEFINITIONS.replace("    fields:\n", f"    fields:\n{fields}", 1)
    write_project(folder, definitions, {"facts": FACTS.strip(), "others": OTHERS.strip()})
    project = open_project(folder / "metrics.yaml", today=TODAY)
    assert project.model is not None, project.problems
    data = read_data(project)
    with in_postgres(cases_dsn, data) as postgres, in_sqlite(folder, data) as sqlite:
        yield World(project, postgres, sqlite)
    project.close()


@pytest.mark.parametrize("query", QUERIES)
def test_postgres(query: str, world: World) -> None:
    """PostgreSQL says everything, and the same."""
    compiled = world.compile(QUERIES[query], "postgres")
    assert compiled.sql, compiled.problems
    world.check(QUERIES[query], compiled, world.postgres)


@pytest.mark.parametrize("query", QUERIES)
def test_sqlite(query: str, world: World) -> None:
    """SQLite says the same, or that it cannot say it."""
    compiled = world.compile(QUERIES[query], "sqlite")
    if not compiled.sql:
        assert {problem.code for problem in compiled.problems} == {"unsupported-in-dialect"}
        pytest.skip(compiled.problems[0].message)
    world.check(QUERIES[query], compiled, world.sqlite)
