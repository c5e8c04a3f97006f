"""The Python API: what a notebook or a service calls."""

from __future__ import annotations

import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

import attain

DEFINITIONS = """
version: 1
name: shop
currency: USD
tables:
  orders: {file: orders.csv, key: order_id, time: day, fields: {amount: {unit: money, type: 'decimal(10, 2)'}}}
dimensions: {city: {paths: {orders: city}}}
metrics:
  revenue: sum(orders.amount)
  orders_placed: count(orders)
  average_order: revenue / orders_placed
"""
ORDERS = "order_id,day,city,amount\n1,2026-01-05,Rome,10.10\n2,2026-01-20,Oslo,20.20\n3,2026-02-03,Rome,5\n"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "metrics.yaml").write_text(DEFINITIONS)
    (tmp_path / "orders.csv").write_text(ORDERS)
    return tmp_path / "metrics.yaml"


def test_run_gives_exact_rows_with_names(shop: Path) -> None:
    with attain.load(shop) as catalog:
        found = catalog.run("revenue", "average_order", by="city")
    assert found.columns == ["city", "revenue", "average_order"]
    # 20.20; 10.10 + 5, and half of it
    assert found.rows == [("Oslo", Decimal("20.20"), 20.2), ("Rome", Decimal("15.10"), pytest.approx(7.55))]


def test_compile_gives_sql_and_takes_dates(shop: Path) -> None:
    from datetime import date

    with attain.load(shop) as catalog:
        sql = catalog.compile("revenue", grain="month", start=date(2026, 1, 1), end="2026-03-01")
    assert "SUM(amount)" in sql and "2026-03-01" in sql


def test_rows_gives_what_a_cell_is_made_of(shop: Path) -> None:
    from datetime import date

    with attain.load(shop) as catalog:
        found = catalog.rows("average_order", where="city = 'Rome'", start=date(2026, 1, 1), end="2026-03-01")
        month = catalog.rows("revenue", grain="month", period="2026-01", limit=1)
        with pytest.raises(attain.DefinitionError, match="which month"):
            catalog.rows("revenue", grain="month")
    assert found.value == pytest.approx(7.55)
    revenue, orders = found.aggregates
    assert (revenue.name, revenue.text, revenue.total) == ("revenue", "sum(orders.amount)", Decimal("15.10"))
    assert [column.name for column in revenue.columns] == ["order_id", "day", "value", "counts", "share"]
    assert [row[:3] for row in revenue.rows] == [
        (1, date(2026, 1, 5), Decimal("10.10")), (3, date(2026, 2, 3), Decimal("5")),
    ]  # fmt: skip
    assert (orders.total, [row[2] for row in orders.rows]) == (2, [1, 1])
    assert found.all.columns == ["aggregate", "table", "key", "time", "value", "counts", "share"]
    assert [row[:3] for row in month.all.rows] == [("revenue", "orders", "2")]


def test_arrow_has_typed_columns(shop: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    with attain.load(shop) as catalog:
        table = catalog.run("revenue", "orders_placed", grain="month", as_of="2026-02-28").arrow()
    assert table.schema.field("month").type == arrow.date32()
    assert table.schema.field("orders_placed").type == arrow.int64()
    assert table.column("revenue").to_pylist() == [Decimal("30.30"), Decimal("5.00")]


def test_wrong_definitions_and_queries_raise_what_the_command_line_prints(shop: Path) -> None:
    with attain.load(shop) as catalog, pytest.raises(attain.DefinitionError, match="unknown-dimension") as query:
        catalog.run("revenue", by="town")
    assert query.value.problems[0].code == "unknown-dimension"
    shop.write_text(DEFINITIONS.replace("sum(orders.amount)", "sum(orders.ammount)"))
    with pytest.raises(attain.DefinitionError, match=r"metrics.yaml:9:23: error\[unknown-field\]"):
        attain.load(shop)


def test_importing_attain_loads_nothing_heavy() -> None:
    code = (
        "import sys, attain; print([m for m in ('duckdb', 'sqlglot', 'pydantic', 'lark', 'yaml') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=os.environ, check=True)
    assert out.stdout.strip() == "[]"


def test_compile_with_a_lock_imports_no_duckdb(shop: Path) -> None:
    from attain.pipeline import open_project, write_lock

    project = open_project(shop)
    text, problems = write_lock(project)
    project.close()
    assert not problems
    (shop.parent / "attain.lock").write_text(text)
    code = (
        "import sys, attain; attain.load('metrics.yaml').compile('revenue', by='city'); "
        "print([m for m in ('duckdb', '_duckdb') if m in sys.modules])"
    )
    for cache in ("off", ""):
        out = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            cwd=shop.parent,
            env={**os.environ, "ATTAIN_CACHE": cache},
            check=True,
        )
        assert out.stdout.strip() == "[]"


def test_targets_are_named_and_asked_for(shop: Path) -> None:
    shop.write_text(DEFINITIONS + "targets:\n  plan: {metric: revenue, grain: month, values: {2026-01: 60.6}}\n")
    with attain.load(shop) as catalog:
        found = catalog.run("attainment(revenue)", grain="month", start="2026-01-01", end="2026-02-01")
    assert catalog.targets == ["plan"]
    assert found.rows[0][1] == pytest.approx(0.5)  # 10.10 + 20.20 of 60.60
