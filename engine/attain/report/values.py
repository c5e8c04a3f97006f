"""Values: as people read them, by their unit, and as machines do, exactly."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Context, Decimal

from attain.model.result import ResultColumn, Value
from attain.model.types import Kind
from attain.model.units import Unit, currency_of, is_currency, plural
from attain.report.text import escape_text

#: Signs of currencies that are read everywhere; of any other the code stands before the number.
SIGNS = {
    "USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "CNY": "CN¥", "INR": "₹", "KRW": "₩", "BRL": "R$", "CAD": "CA$",
    "AUD": "A$", "NZD": "NZ$", "MXN": "MX$", "HKD": "HK$", "SGD": "S$", "TWD": "NT$", "ILS": "₪", "TRY": "₺",
    "UAH": "₴", "VND": "₫", "NGN": "₦", "PHP": "₱", "THB": "฿",
}  # fmt: skip
#: Digits of a currency's smaller coins, where they are not two (ISO 4217).
MINOR_DIGITS = {
    **dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split(), 0),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
}
DIGITS = 12  # significant digits of floating values: what two engines agree on
_EXPONENT_FROM = 21  # magnitudes from here on, and below 1e-7, are written with an exponent
_SHORT_FROM = 1_000_000
_MAGNITUDES = ((10**3, "K"), (10**6, "M"), (10**9, "B"), (10**12, "T"))
_ROUNDING = Context(prec=400, rounding=ROUND_HALF_UP)


def value_to_raw(value: Value) -> str:
    """A value for machines: numbers plain and without an exponent where they are of a usual size, times in ISO form;
    a missing value is empty."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return float_to_raw(value)
    if isinstance(value, Decimal):
        return decimal_to_raw(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def decimal_to_raw(value: Decimal) -> str:
    """A decimal exactly: no exponent, no zeros at the end, no negative zero."""
    if not value.is_finite():
        return float_to_raw(float(value))
    text = format(value, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def float_to_raw(value: float) -> str:
    """A floating number with 12 significant digits; `inf`, `-inf`, `nan` for those that are none."""
    if not math.isfinite(value):
        return str(value)
    rounded = Decimal(format(value, f".{DIGITS}g"))
    if rounded == 0:
        return "0"
    if -7 <= rounded.adjusted() < _EXPONENT_FROM:
        return decimal_to_raw(rounded)
    return format(rounded.normalize(), "e").replace("e+", "e")


def value_to_text(value: Value, column: ResultColumn, currency: str, *, short: bool = False) -> str:
    """A value for people, on one line, by the unit of its column; a missing value is empty. `short` writes money in
    thousands, millions and so on (see `is_short`)."""
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        if isinstance(value, float | Decimal) and not math.isfinite(value):
            return str(float(value))
        if column.role != "metric" and column.unit.is_plain and column.unit.shown == "number":
            return value_to_raw(value)  # a year, a number of an account: not a quantity
        return number_to_text(_exact(value, column), column.unit, currency, short=short)
    return escape_text(value_to_raw(value))


def _exact(value: int | float | Decimal, column: ResultColumn) -> int | Decimal:
    """The number without the noise of floating digits; whole where its type is."""
    if isinstance(value, float):
        return Decimal(format(value, f".{DIGITS}g"))
    is_whole = column.type.kind is Kind.INTEGER or (column.type.kind is Kind.DECIMAL and column.type.scale == 0)
    return int(value) if is_whole else value


def is_short(values: Iterable[Value], column: ResultColumn) -> bool:
    """Whether a column of money is written short (`$1.2M`, and `$24.5K` beside it): where one amount in it has seven
    digits before the point. Below that cents are shown, and two columns can be added up by eye."""
    if column.role != "metric" or money_in(column.unit) is None:
        return False
    numbers = (Decimal(value) for value in values if isinstance(value, int | float | Decimal))
    return any(number.is_finite() and abs(number) >= _SHORT_FROM for number in numbers)


def number_to_text(value: int | Decimal, unit: Unit, currency: str, *, short: bool = False) -> str:
    """A number with its unit: `$1,234.50` (`$1.2K` where `short`), `63.2%`, `1.23`, `47.3 days`, `1,234`."""
    if unit.shown == "percent" and not unit.factors:
        return f"{grouped(_ROUNDING.multiply(Decimal(value), Decimal(100)), 1)}%"
    money = money_in(unit)
    if money is not None:
        return money_to_text(value, currency_of(money) or currency, short=short)
    if unit.is_duration:
        return duration_to_text(value, unit.factors[0][0])
    if unit.shown == "ratio" and not unit.factors:
        return grouped(Decimal(value), 2)
    return f"{value:,}" if isinstance(value, int) else grouped(value, 2)


def money_in(unit: Unit) -> str | None:
    """The money of a unit that is money, or money per something."""
    above = [name for name, power in unit.factors if power > 0]
    whole = len(above) == 1 and is_currency(above[0]) and dict(unit.factors)[above[0]] == 1
    return above[0] if whole else None


def money_to_text(value: int | Decimal, currency: str, *, short: bool = False) -> str:
    """`$1,234.50`, `-€3.00`, `CHF 12.00`, short `$1.2M`; only the number where there is no currency."""
    code = currency.upper()
    size, letter = magnitude(Decimal(value)) if short else (1, "")
    places = 1 if letter else MINOR_DIGITS.get(code, 2)
    number = grouped(_ROUNDING.divide(Decimal(value), size), places) + letter
    sign, digits = ("-", number[1:]) if number.startswith("-") else ("", number)
    before = SIGNS.get(code) or (f"{escape_text(currency)} " if currency else "")
    return f"{sign}{before}{digits}"


def magnitude(value: Decimal) -> tuple[int, str]:
    """What a number is divided by to be short, and the letter for it: 999,950 is 1.0M, not 1,000.0K."""
    chosen = (1, "")
    for size, letter in _MAGNITUDES:
        digits = Decimal("0.1") if chosen[1] else Decimal("0.01")
        rounded = _ROUNDING.divide(abs(value), chosen[0]).quantize(digits, context=_ROUNDING)
        if rounded < 1000:
            break
        chosen = (size, letter)
    return chosen


def duration_to_text(value: int | Decimal, name: str) -> str:
    """`47.3 days`, `1 day`"""
    if isinstance(value, int):
        return f"{value:,} {name if abs(value) == 1 else plural(name)}"
    return f"{grouped(value, 1)} {plural(name)}"


def grouped(value: Decimal, places: int) -> str:
    """A number with thousands separators and `places` digits after the point (more where it would else be shown as
    zero), halves rounded away from zero."""
    if value and value.adjusted() >= _EXPONENT_FROM:
        return float_to_raw(float(value))
    if value and value.adjusted() < -places:
        places = min(1 - value.adjusted(), 15)
    rounded = value.quantize(Decimal(1).scaleb(-places), context=_ROUNDING)
    return f"{abs(rounded) if rounded == 0 else rounded:,f}"


def is_right_aligned(column: ResultColumn) -> bool:
    """Numbers stand at the right, also durations; everything else at the left."""
    return column.type.is_number or column.type.kind is Kind.DURATION


def iso_day(value: Value) -> str:
    """The first day of a period as it is named in a note."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    return escape_text(value_to_raw(value))
