"""What the shapes of definitions are made of: leaves that keep their place, and blocks of keys."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    GetPydanticSchema,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

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
    if found.style or not re.fullmatch(WHOLE, found):
        raise PydanticCustomError("whole", "a whole number belongs here")
    return int(found.replace("_", ""))


def number(value: Any) -> Scalar:
    """A number as written: `1_000.5`, `60%`."""
    found = scalar(value)
    if found.style or not re.fullmatch(NUMBER, found):
        raise PydanticCustomError("number", "a number belongs here")
    return found


def one_or_more(value: Any) -> Any:
    """A bare scalar stands for a list of one."""
    return [value] if isinstance(value, Scalar) else value


@dataclass(frozen=True, slots=True)
class Instead:
    """What may stand in place of a block or a list: `change` makes the block or the list of it, and `other` gives its
    JSON schemas, made of the block's own."""

    change: Callable[[Any], Any]
    other: Callable[[dict[str, Any]], list[dict[str, Any]]]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """The block's check, after the change."""
        return core_schema.no_info_before_validator_function(self.change, handler(source))

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """The block's schema, and the others."""
        made = handler(core)
        return {"anyOf": [*self.other(dict(handler.resolve_ref_schema(made))), made]}


def short(key: str) -> Instead:
    """A bare scalar stands for a block with only this key."""

    def other(block: dict[str, Any]) -> list[dict[str, Any]]:
        return [block["properties"][key], *([] if key in block.get("required", []) else [{"type": "null"}])]

    return Instead(lambda value: {key: value} if isinstance(value, Scalar) else value, other)


WHOLE = r"-?[0-9][0-9_]*"
NUMBER = r"-?[0-9][0-9_]*(\.[0-9_]*)?%?"
#: What a schema sees of the spellings that YAML itself reads as text: `1_000`, `60%`.
_SPELLED = "^(?=.*[_%])"
ONE_VALUE = {"type": ["string", "number", "boolean"]}
ANY_VALUE = {"type": ["string", "number", "boolean", "null"]}
FIGURE = {"anyOf": [{"type": "number"}, {"type": "string", "pattern": f"{_SPELLED}{NUMBER}$"}]}

Word = Annotated[Scalar, *leaf(text, ONE_VALUE)]
Expression = Annotated[Scalar, *leaf(text, ONE_VALUE)]
Number = Annotated[Scalar, *leaf(number, FIGURE)]
Flag = Annotated[bool, *leaf(flag, {"type": "boolean"})]
Whole = Annotated[
    int, *leaf(whole, {"anyOf": [{"type": "integer"}, {"type": "string", "pattern": f"{_SPELLED}{WHOLE}$"}]})
]
_BARE = Instead(one_or_more, lambda block: [block["items"]])
Words = Annotated[list[Word], _BARE]
SomeWords = Annotated[list[Word], Field(min_length=1), _BARE]


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
