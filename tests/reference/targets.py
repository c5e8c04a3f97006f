"""Targets as they are written (language.md, section 8)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from .errors import Unsupported, Wrong
from .parser import parse
from .syntax import Literal, Name, Node, Unary
from .values import Duration, Value

Members = tuple[str, ...]
_KEYS = {
    "year": re.compile(r"(\d{4})"),
    "quarter": re.compile(r"(\d{4})-Q([1-4])"),
    "month": re.compile(r"(\d{4})-(\d\d)"),
    "week": re.compile(r"(\d{4})-W(\d\d)"),
    "day": re.compile(r"\d{4}-\d\d-\d\d"),
}


@dataclass(frozen=True)
class Source:
    """A table of targets: the columns of the period and the value, those of the dimensions, the ramp."""

    table: str
    period: Name
    value: Node
    by: tuple[Node, ...]
    since: Name | None = None
    months: tuple[Value, ...] = ()


@dataclass(frozen=True)
class Target:
    """One version of a target. `by` is None where it has every dimension of its metric (growth without `by:`)."""

    name: str
    metric: str
    default: bool = False
    grain: str | None = None
    by: tuple[Name, ...] | None = ()
    values: tuple[tuple[date | None, Members, Value], ...] = ()
    source: Source | None = None
    value: Value = None
    growth: Value = None
    over: Duration | None = None
    spread: str = "even"
    like: Duration | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    bands: dict[str, Any] = field(default_factory=dict, compare=False)

    def holds_on(self, day: date) -> bool:
        """Whether this version was in force on a day: from inclusive, to exclusive."""
        if self.valid_from is not None and day < self.valid_from:
            return False
        return self.valid_to is None or day < self.valid_to


def read_targets(name: str, said: dict[str, Any]) -> list[Target]:
    """A target, or each of its versions, which may repeat what stands above them."""
    versions = said.get("versions")
    if versions is None:
        return [_target(name, said)]
    above = {key: value for key, value in said.items() if key != "versions"}
    return [_target(name, {**above, **version}) for version in versions]


def _target(name: str, said: dict[str, Any]) -> Target:
    source = _source(said)
    grain = said.get("grain") or ("month" if source else _grain_of_keys(said))
    over = said.get("over")
    spread = said.get("spread", "even")
    return Target(
        name=name,
        metric=said["metric"],
        default=str(said.get("default", "false")).lower() == "true",
        grain=grain,
        by=_dimensions(said),
        values=tuple(_values(said, grain)),
        source=source,
        value=_number(said.get("value")),
        growth=_number(said.get("growth")),
        over=_duration(over) if over else None,
        spread=spread if isinstance(spread, str) else "like",
        like=None if isinstance(spread, str) else _duration(spread["like"]),
        valid_from=_day(said.get("valid_from")),
        valid_to=_day(said.get("valid_to")),
    )


def _dimensions(said: dict[str, Any]) -> tuple[Name, ...] | None:
    by = said.get("by") or list((said.get("source") or {}).get("by") or {})
    if not by and said.get("growth"):
        return None
    return tuple(_name(text) for text in ([by] if isinstance(by, str) else by))


def _source(said: dict[str, Any]) -> Source | None:
    source = said.get("source")
    if not source:
        return None
    ramp = source.get("ramp") or said.get("ramp") or {}
    return Source(
        table=source["table"],
        period=_name(source["period"]),
        value=parse(source["value"]),
        by=tuple(parse(text) for text in (source.get("by") or {}).values()),
        since=_name(ramp["since"]) if ramp else None,
        months=tuple(_number(text) for text in ramp.get("months", ())),
    )


def _values(said: dict[str, Any], grain: str | None) -> Iterator[tuple[date | None, Members, Value]]:
    values, depth = said.get("values") or {}, len(_dimensions(said) or ())
    if not values:
        return
    if grain is None:
        yield from ((None, members, number) for members, number in _members(values, depth))
        return
    for key, entry in values.items():
        day = _key_to_day(key, grain)
        yield from ((day, members, number) for members, number in _members(entry, depth))


def _members(entry: Any, depth: int) -> Iterator[tuple[Members, Value]]:
    """The values below one key, dimension by dimension."""
    if depth == 0:
        yield (), _number(entry)
        return
    if not isinstance(entry, dict):
        raise Wrong("a target by dimensions needs a value for each member")
    for member, below in entry.items():
        yield from (((member, *rest), number) for rest, number in _members(below, depth - 1))


def _grain_of_keys(said: dict[str, Any]) -> str | None:
    key = next(iter(said.get("values") or {}), None)
    return None if key is None else next((grain for grain, form in _KEYS.items() if form.fullmatch(key)), None)


def _key_to_day(key: str, grain: str) -> date:
    """The first day of the period that a key names; of other grains than these it is written out."""
    form = _KEYS.get(grain, _KEYS["day"])
    found = form.fullmatch(key)
    if found is None:
        raise Wrong(f"{key} is no {grain}")
    try:
        if grain == "year":
            return date(int(found[1]), 1, 1)
        if grain == "quarter":
            return date(int(found[1]), 3 * int(found[2]) - 2, 1)
        if grain == "month":
            return date(int(found[1]), int(found[2]), 1)
        if grain == "week":
            return date.fromisocalendar(int(found[1]), int(found[2]), 1)
        return date.fromisoformat(key)
    except ValueError as error:
        raise Wrong(f"{key} is no {grain}") from error


def _name(text: str) -> Name:
    node = parse(text)
    if not isinstance(node, Name):
        raise Wrong(f"not a name: {text}")
    return node


def _number(text: Any) -> Value:
    """`100_000`, `25%`, `-3`, `30 days`; nothing where nothing is written."""
    if text is None or text == "":
        return None
    node, sign = parse(str(text)), 1
    while isinstance(node, Unary):
        node, sign = node.operand, -sign
    if not isinstance(node, Literal):
        raise Unsupported(f"a target that is no number: {text}")
    value: Value = node.value
    return -value if sign < 0 else value


def _duration(text: str) -> Duration:
    node = parse(text)
    if isinstance(node, Literal) and isinstance(node.value, Duration):
        return node.value
    raise Wrong(f"not a duration: {text}")


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def week_of(day: date, first_weekday: int) -> date:
    """The first day of the week that a key names, where weeks begin as the calendar says."""
    if first_weekday == 0:
        return day
    raise Unsupported(f"a week by its number, of weeks that begin {timedelta(days=first_weekday)} later")
