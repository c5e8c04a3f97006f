"""What tests are run on: the project's data, and a database in memory for rows that are given. In: a project. Out: the
rows of a query, or its problems."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from attain.base.problem import Problem, has_errors
from attain.base.span import Source, Span
from attain.check.request import QueryRequest
from attain.model.result import Result, ResultColumn
from attain.model.semantic import Origin
from attain.model.units import NUMBER
from attain.run.engine import RunProblem, Settings, TableRequest
from attain.testing.given import GivenTable, columns_of
from attain.testing.statements import Statement, Statements

if TYPE_CHECKING:
    from attain.project import Project
    from attain.run.given_engine import GivenEngine

#: Seconds that a statement of a test may take, and the memory.
TIMEOUT = 60.0
MEMORY = "1GB"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query gave: rows, or none and the problems why."""

    result: Result | None
    problems: list[Problem]
    sources: dict[str, Source] = field(default_factory=dict)


@dataclass(slots=True)
class Session:
    """One run of tests. `stored` are the tables in memory as they were put there last."""

    project: Project
    today: date
    timeout: float = TIMEOUT
    stored: dict[str, GivenTable] = field(default_factory=dict)
    statements: Statements = field(default_factory=Statements)
    _given: Project | None = None
    _engine: GivenEngine | None = None

    def ask(self, request: QueryRequest, today: date | None = None) -> Answer:
        """A query over the project's own data. Raises RunProblem."""
        from attain.pipeline import execute_plan, plan_request, result_columns

        query, plan, problems, sources = plan_request(self.project, request, today or self.today)
        if query is None or plan is None or has_errors(problems):
            return Answer(None, problems, sources)
        result, more = execute_plan(self.project, plan, result_columns(query, plan), None)
        return Answer(result, [*problems, *more], sources)

    def ask_given(self, request: QueryRequest, tables: Mapping[str, GivenTable], today: date | None = None) -> Answer:
        """A query over rows that are given; tables that are not are empty. Raises RunProblem."""
        self.put(tables)
        day = today or self.today
        statement = self.statements.find(request, day)
        if statement is not None:
            return Answer(self._memory().execute(*statement), [])
        statement, problems, sources = self._statement(request, day)
        if statement is None:
            return Answer(None, problems, sources)
        if not problems:
            self.statements.keep(request, day, statement)
        return Answer(self._memory().execute(*statement), problems)

    def _statement(self, request: QueryRequest, day: date) -> tuple[Statement | None, list[Problem], dict[str, Source]]:
        """The statement of a query over the tables in memory."""
        from attain.pipeline import plan_request, result_columns, table_texts
        from attain.read.dialects import read_dialect
        from attain.render.statement import render_plan

        project, spoken = self.given_project(), read_dialect("duckdb")
        query, plan, problems, sources = plan_request(project, request, day)
        if query is None or plan is None or spoken is None or has_errors(problems):
            return None, problems, sources
        sql, more = render_plan(plan, spoken, table_texts(project, plan, "duckdb"))
        problems = [*problems, *more]
        return (None if has_errors(more) else (sql, result_columns(query, plan))), problems, sources

    def ask_by_hand(self, sql: str, span: Span) -> Result:
        """The rows of a query that somebody wrote by hand, over the project's data. Raises RunProblem."""
        from attain.testing.by_hand import over_tables

        engine = self.project.engine()
        text = over_tables(self.project, sql)
        columns, problems = engine.describe([TableRequest("by_hand", Origin("sql", text), {}, text, span)])
        if problems:
            raise RunProblem(replace(problems[0], span=span))
        named = tuple(ResultColumn(name, type, NUMBER, "metric") for name, type in columns["by_hand"].items())
        return engine.execute(text, named)

    def put(self, tables: Mapping[str, GivenTable]) -> None:
        """From here on the tables in memory hold these rows, and no others."""
        assert self.project.model is not None
        engine = self._memory()
        for name, table in self.project.model.tables.items():
            wanted = tables.get(name) or GivenTable(name, columns_of(table))
            if self.stored.get(name) != wanted:
                engine.put(self.name_of(name), wanted.columns, wanted.rows)
                self.stored[name] = wanted

    def given_project(self) -> Project:
        """The project over the tables in memory."""
        if self._given is None:
            assert self.project.model is not None
            requests = {
                name: TableRequest(name, Origin("table", f'"{self.name_of(name)}"'))
                for name in self.project.model.tables
            }
            self._given = replace(self.project, requests=requests, _engine=self._memory(), state="")
        return self._given

    def name_of(self, table: str) -> str:
        """What a table is called in memory: its own name, where that can be written and is no other one's in capitals,
        which the database would not tell apart."""
        assert self.project.model is not None
        tables = list(self.project.model.tables)
        alike = [name for name in tables if name.lower() == table.lower()]
        return table if '"' not in table and len(alike) == 1 else f"table {tables.index(table)}"

    def _memory(self) -> GivenEngine:
        if self._engine is None:
            from attain.run.given_engine import GivenEngine

            settings = Settings(memory_limit=MEMORY, threads=1, timeout=self.timeout)
            self._engine = GivenEngine(self.project.root, settings)
        return self._engine

    def close(self) -> None:
        """Ends the database in memory, and keeps the statements for the next run."""
        self.statements.store()
        if self._engine is not None:
            self._engine.close()
            self._engine = None
