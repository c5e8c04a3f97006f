"""Single values: for people by unit, for machines exactly."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from attain.model.result import ResultColumn, Value
from attain.model.types import BOOLEAN, DATE, FLOAT, INTEGER, MONEY, TEXT, Type
from attain.model.units import read_unit
from attain.report.values import is_short, value_to_raw, value_to_text


def column(type: Type, unit: str, role: str = "metric") -> ResultColumn:
    """A column of this unit."""
    found = read_unit(unit)
    assert found is not None
    return ResultColumn("x", type, found, role)


@pytest.mark.parametrize(
    ("value", "type", "unit", "expected"),
    [
        (Decimal("1234.5000"), MONEY, "money", "$1,234.50"),
        (Decimal("-1234.5"), MONEY, "money", "-$1,234.50"),
        (Decimal("0.005"), MONEY, "money", "$0.0050"),
        (Decimal("2.675"), MONEY, "money", "$2.68"),
        (Decimal("-0.00"), MONEY, "money", "$0.00"),
        (Decimal("-1234.5"), MONEY, "money (EUR)", "-€1,234.50"),
        (Decimal("1234.5"), MONEY, "money (JPY)", "¥1,235"),
        (12.5, FLOAT, "money/seat", "$12.50"),
        (Decimal("7"), MONEY, "money (XTS)", "XTS 7.00"),
        (1234567.891, FLOAT, "money/deal", "$1,234,567.89"),
        (1234.5, FLOAT, "money*deal", "1,234.50"),
        (0.632, FLOAT, "percent", "63.2%"),
        (0.1 + 0.2, FLOAT, "percent", "30.0%"),
        (12.345, FLOAT, "percent", "1,234.5%"),
        (-0.0, FLOAT, "percent", "0.0%"),
        (0.0005, FLOAT, "percent", "0.050%"),
        (1, INTEGER, "percent", "100.0%"),
        (1.234, FLOAT, "ratio", "1.23"),
        (47.25, FLOAT, "days", "47.3 days"),
        (1, INTEGER, "days", "1 day"),
        (1200, INTEGER, "hours", "1,200 hours"),
        (1234567, INTEGER, "deals", "1,234,567"),
        (3.0, FLOAT, "deals", "3.00"),
        (0.0, FLOAT, "number", "0.00"),
        (1e-9, FLOAT, "number", "0.0000000010"),
        (1e300, FLOAT, "number", "1e300"),
        (float("inf"), FLOAT, "number", "inf"),
        (Decimal("12"), Type(MONEY.kind, 38, 0), "deals", "12"),
        (True, BOOLEAN, "boolean", "true"),
        (date(2026, 1, 31), DATE, "time", "2026-01-31"),
        (datetime(2026, 1, 31, 5), DATE, "time", "2026-01-31T05:00:00"),
        ("a\x1bb\nc", TEXT, "text", "a\\x1bb\\nc"),
        (None, MONEY, "money", ""),
    ],
)
def test_values_for_people(value: Value, type: Type, unit: str, expected: str) -> None:
    assert value_to_text(value, column(type, unit), "USD") == expected


@pytest.mark.parametrize(
    ("currency", "expected"),
    [("EUR", "€1,234.50"), ("jpy", "¥1,235"), ("CHF", "CHF 1,234.50"), ("KWD", "KWD 1,234.500"), ("", "1,234.50")],
)
def test_currencies(currency: str, expected: str) -> None:
    assert value_to_text(Decimal("1234.5"), column(MONEY, "money"), currency) == expected


@pytest.mark.parametrize(
    ("value", "currency", "expected"),
    [
        ("1234567.89", "USD", "$1.2M"),
        ("-1250000", "USD", "-$1.3M"),
        ("24500", "EUR", "€24.5K"),
        ("999.994", "GBP", "£999.99"),
        ("999949", "USD", "$999.9K"),
        ("999950", "USD", "$1.0M"),
        ("950000", "USD", "$950.0K"),
        ("1999999999", "SEK", "SEK 2.0B"),
        ("3456789012345", "CHF", "CHF 3.5T"),
        ("3456789012345678", "", "3,456.8T"),
        ("12345678", "JPY", "¥12.3M"),
        ("12.4", "JPY", "¥12"),
        ("0.004", "USD", "$0.0040"),
        ("0", "USD", "$0.00"),
    ],
)
def test_short_money(value: str, currency: str, expected: str) -> None:
    assert value_to_text(Decimal(value), column(MONEY, "money"), currency, short=True) == expected


@pytest.mark.parametrize(
    ("values", "unit", "role", "expected"),
    [
        ([Decimal("999999.99"), None], "money", "metric", False),
        ([Decimal(3), Decimal(-1000000)], "money", "metric", True),
        ([1e6], "money/deal", "metric", True),
        ([float("inf"), float("nan")], "money", "metric", False),
        ([10**9], "deals", "metric", False),
        ([1e9], "deals/rep", "metric", False),
        ([Decimal(2026000)], "money", "dimension", False),
        ([], "money", "metric", False),
    ],
)
def test_columns_that_are_short(values: list[Value], unit: str, role: str, expected: bool) -> None:
    assert is_short(values, column(MONEY, unit, role)) is expected


def test_a_number_that_cells_are_cut_by_is_no_quantity() -> None:
    assert value_to_text(2026, column(INTEGER, "number", "dimension"), "USD") == "2026"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ""),
        (True, "true"),
        (10**30, "1" + "0" * 30),
        (Decimal("100.0000"), "100"),
        (Decimal("12.50"), "12.5"),
        (Decimal("-0.000"), "0"),
        (Decimal("1E+3"), "1000"),
        (Decimal("1E-7"), "0.0000001"),
        (0.1 + 0.2, "0.3"),
        (1 / 3, "0.333333333333"),
        (2 / 3 * 1e6, "666666.666667"),
        (-0.0, "0"),
        (100.0, "100"),
        (1234567890123.0, "1234567890120"),
        (1e20, "100000000000000000000"),
        (1e21, "1e21"),
        (1.5e-7, "0.00000015"),
        (1.5e-8, "1.5e-8"),
        (float("nan"), "nan"),
        (float("-inf"), "-inf"),
        (date(2026, 1, 31), "2026-01-31"),
        (datetime(2026, 1, 31, 5), "2026-01-31T05:00:00"),
        (datetime(2026, 1, 31, 5, tzinfo=UTC), "2026-01-31T05:00:00+00:00"),
        ("text", "text"),
    ],
)
def test_values_for_machines(value: Value, expected: str) -> None:
    assert value_to_raw(value) == expected
