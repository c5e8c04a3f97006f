"""Normal forms: values that are equal where two definitions are proven to be the same.

A form is known by a digest of what it is made of, so that what is built of large parts stays small.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from enum import Enum
from fractions import Fraction
from typing import Any


@dataclass(frozen=True, slots=True, order=True)
class Form:
    """A normal form, compared by its digest."""

    digest: str


def form(*parts: Any) -> Form:
    """The form of some parts: texts, numbers, dates, other forms, and tuples and dataclasses of such."""
    return Form(hashlib.sha256(written(parts).encode()).hexdigest()[:32])


def written(value: Any) -> str:
    """A value as a text that no other value has. Fields of dataclasses that do not make them another value (where
    something stands) are left out."""
    if isinstance(value, Form):
        return f"#{value.digest}"
    if isinstance(value, tuple | list):
        return "(" + ",".join(map(written, value)) + ")"
    if isinstance(value, frozenset | set):
        return "{" + ",".join(sorted(map(written, value))) + "}"
    if isinstance(value, Mapping):
        return "{" + ",".join(sorted(f"{written(key)}:{written(x)}" for key, x in value.items())) + "}"
    if is_dataclass(value) and not isinstance(value, type):
        inside = (getattr(value, f.name) for f in fields(value) if f.compare)
        return type(value).__name__ + "(" + ",".join(map(written, inside)) + ")"
    if isinstance(value, Enum):
        return f"{type(value).__name__}.{value.name}"
    if value is None or isinstance(value, str | bool | int | Fraction | date):
        return f"{type(value).__name__}:{value!r}"
    raise TypeError(f"no normal form of a {type(value).__name__}")
