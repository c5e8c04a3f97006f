"""What queries are compiled to: DuckDB's SQL in full, the others' as they differ from it.

`--update-cases` writes the files anew; read their diff afterwards.
"""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest
import sqlglot
from tests.support.commands import read_command

from attain.pipeline import Project, QueryRequest, compile_query, open_project

HERE = Path(__file__).parent
SHAPES = {
    "ratio-by-dimension": "win_rate --by region",
    "two-facts": "return_on_cost --by channel",
    "grain-with-gaps": "revenue --by channel --grain month --from 2026-01-01 --to 2026-04-01",
    "sparse": "revenue --by channel --grain month --sparse",
    "filter": """revenue --by channel --where "region = 'EMEA' and channel != 'web'" """,
    "roll-up": '"count(deals where first_call <= closed_on)"',
    "metric-in-a-row-condition": "attained --by region",
    "per-member": '"avg(revenue per region)" --by channel',
    "per-grain": '"max(revenue per week)" --grain quarter --from 2026-01-01 --to 2026-07-01',
    "having-order-limit": '"win_rate" revenue --by channel --having "revenue > 100" --order -revenue --limit 3',
    "composite-key": "revenue --by prices.family",
    "working-days": """"sum(business_days(date '2026-01-02', deals.closed_on) where won)" --by region""",
    "version-of-the-time": "revenue --by teams_of_reps.team",
    "converted-money": '"sum(convert(deals.amount, currency, closed_on))" --grain month',
    "windows": """revenue "growth(revenue, 1 year)" "to_date(revenue, year)" --by channel --grain month""",
    "window-of-rows": '"rolling(median(deals.amount), 3 months)" --grain month',
    "window-of-values": '"rolling(count(distinct deals.product where won), 3 months)" --by region --grain month',
    "share-of-all": '"revenue / all(revenue)" --by region --grain quarter',
    "stock": '"count(teams_of_reps as of end)" --grain month --from 2026-01-01 --to 2026-07-01',
    "stock-by-dimension": '"count(teams_of_reps as of end)" --by teams_of_reps.team --grain month',
    "target": '"attainment(revenue)" --by region --grain quarter',
    "target-by-week": '"target(revenue)" --grain week --from 2026-01-01 --to 2026-03-01',
    "totals": "win_rate --by region --grain quarter --totals",
    "top": "revenue --by channel --top 3",
    "time-zone": '"count(calls)" --grain day',
    "first-and-last": '"first(deals.status)" "last(deals.amount where won)" --by region',
    "money-and-text": """"round(sum(deals.amount) / 3)" "max(deals.channel)" --by region --where "channel >= 'a'" """,
}
OTHERS = ("postgres", "sqlite")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The model, without data."""
    folder = tmp_path_factory.mktemp("shapes")
    text = (HERE / "model.yaml").read_text()
    rolled = "      won: status = 'won'\n"
    text = text.replace(rolled, f"{rolled}      first_call: min(calls.called_at)\n")
    (folder / "metrics.yaml").write_text(text)
    opened = open_project(folder / "metrics.yaml", offline=True)
    assert opened.model is not None, opened.problems
    return opened


def sql_of(project: Project, shape: str, dialect: str) -> str:
    """The SQL, or why there is none."""
    command = read_command(SHAPES[shape])
    request = QueryRequest(metrics=command.metrics, **{"as_of": "2026-06-30", **command.options})
    compiled = compile_query(project, request, dialect=dialect)
    errors = [problem for problem in compiled.problems if problem.severity.value == "error"]
    return compiled.sql or "".join(f"-- {problem.code}: {problem.message}\n" for problem in errors)


@pytest.mark.parametrize("dialect", ["duckdb", *OTHERS])
@pytest.mark.parametrize("shape", SHAPES)
def test_sql(project: Project, shape: str, dialect: str, request: pytest.FixtureRequest) -> None:
    """It is what it was."""
    sql = sql_of(project, shape, dialect)
    path = HERE / (f"{shape}.sql" if dialect == "duckdb" else f"{shape}.{dialect}.diff")
    if dialect != "duckdb":
        lines = sql_of(project, shape, "duckdb").splitlines(), sql.splitlines()
        diff = difflib.unified_diff(*lines, "duckdb", dialect, lineterm="", n=1)
        sql = "\n".join(line if not line.startswith("@@") else "@@" for line in diff) + "\n"
    if request.config.getoption("--update-cases") == "engine":
        path.write_text(sql)
    assert path.read_text() == sql, f"{path.name}: read what has changed, then --update-cases"


@pytest.mark.parametrize("dialect", ["duckdb", *OTHERS])
@pytest.mark.parametrize("shape", SHAPES)
def test_sql_is_parsed_again(project: Project, shape: str, dialect: str) -> None:
    """In its own dialect, to the same text; and it is made the same twice."""
    sql = sql_of(project, shape, dialect)
    if sql.startswith("--"):
        assert dialect == "sqlite" and "unsupported-in-dialect" in sql
        return
    again = sqlglot.parse_one(sql, read=dialect).sql(dialect, pretty=True, max_text_width=100)
    assert again + "\n" == sql
    assert sql == sql_of(project, shape, dialect)
