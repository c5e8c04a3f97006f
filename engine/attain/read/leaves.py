"""What the shapes of definitions are made of: leaves that keep their place, and blocks of keys."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, GetPydanticSchema, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError, core_schema

from attain.read.tree import Scalar


def leaf(check: Any, schema: dict[str, Any]) -> Any:
    """What pydantic needs of a leaf: the function that checks it, and its JSON schema."""
    return (
        GetPydanticSchema(lambda source, handler: core_schema.no_info_plain_validator_function(check)),
        WithJsonSchema(schema),
    )


def scalar(value: Any) -> Scalar:
    """One value, with its place."""
    if not isinstance(value, Scalar):
        raise PydanticCustomError("one_value", "one value belongs here, not a list or a block of keys")
    return value


def text(value: Any) -> Scalar:
    """One value that is not empty."""
    found = scalar(value)
    if found.is_null:
        raise PydanticCustomError("empty", "nothing is written here")
    return found


def flag(value: Any) -> bool:
    """`true` or `false`."""
    found = scalar(value)
    if found.style or found not in ("true", "false", "True", "False", "TRUE", "FALSE"):
        hint = "yes, no, on and off are texts" if found.lower() in ("yes", "no", "on", "off") else ""
        raise PydanticCustomError("flag", "true or false belongs here{hint}", {"hint": f" ({hint})" if hint else ""})
    return found.lower() == "true"


def whole(value: Any) -> int:
    """A whole number, `5_000_000`."""
    found = scalar(value)
    digits = found.replace("_", "")
    if found.style or not digits.lstrip("-").isdigit():
        raise PydanticCustomError("whole", "a whole number belongs here")
    return int(digits)


def number(value: Any) -> Scalar:
    """A number as written: `1_000.5`, `60%`."""
    found = scalar(value)
    digits = found.replace("_", "").removesuffix("%").removeprefix("-")
    whole, _, part = digits.partition(".")
    if found.style or not (whole.isdigit() and (part.isdigit() or not part)):
        raise PydanticCustomError("number", "a number belongs here")
    return found


def one_or_more(value: Any) -> Any:
    """A bare scalar stands for a list of one."""
    return [value] if isinstance(value, Scalar) else value


def short(key: str) -> BeforeValidator:
    """A bare scalar stands for a block with only this key."""
    return BeforeValidator(lambda value: {key: value} if isinstance(value, Scalar) else value)


Word = Annotated[Scalar, *leaf(text, {"type": "string"})]
Expression = Annotated[Scalar, *leaf(text, {"type": ["string", "number", "boolean"]})]
Number = Annotated[Scalar, *leaf(number, {"type": ["number", "string"]})]
Flag = Annotated[bool, *leaf(flag, {"type": "boolean"})]
Whole = Annotated[int, *leaf(whole, {"type": "integer"})]
Words = Annotated[list[Word], BeforeValidator(one_or_more)]
SomeWords = Annotated[list[Word], BeforeValidator(one_or_more), Field(min_length=1)]


class Shape(BaseModel):
    """A block of keys; a key that is not listed is a problem."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)

    @model_validator(mode="before")
    @classmethod
    def leave_out_empty(cls, value: Any) -> Any:
        """A key that is known and left empty counts as left out."""
        if not isinstance(value, dict):
            return value
        known = {info.alias or name for name, info in cls.model_fields.items()}
        return {k: v for k, v in value.items() if not (k in known and isinstance(v, Scalar) and v.is_null)}
