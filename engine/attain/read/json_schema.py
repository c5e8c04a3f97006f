"""The JSON schema of the definitions, made from their shapes: what editors complete, explain and underline.

It is of draft 7, the one that editors' YAML servers read in full. It takes what `read/shape.py` takes, as far as a
schema can: it sees values, never how they are spelled, so `"5"` and `1e3` look like numbers to it that are none."""

from __future__ import annotations

import json
import re
from typing import Any

from attain.read.key_help import help_of, proposed_for
from attain.read.leaves import ANY_VALUE
from attain.read.shape import CHOICES, FIGURES_MARK, DocumentShape

#: The codes of the problems that the schema tells of, too. All others are about what definitions mean, or about YAML.
SHAPE_CODES = ("missing-key", "unknown-key", "wrong-shape")
#: Values by period, and below it by member, one level for each dimension.
_FIGURES = {"$ref": "#/definitions/figures"}
FIGURES = {"type": "object", "additionalProperties": {"anyOf": [_FIGURES, ANY_VALUE]}}


def schema_text() -> str:
    """The schema as a file holds it."""
    return json.dumps(build_schema(), indent=1, ensure_ascii=False) + "\n"


def build_schema() -> dict[str, Any]:
    """The schema of a file of definitions."""
    made = DocumentShape.model_json_schema(ref_template="#/definitions/{model}")
    blocks = {name: block for name, block in made.pop("$defs").items() if name != "DocumentShape"}
    document = block_schema("document", made)
    definitions = {block_name(name): block_schema(block_name(name), block) for name, block in blocks.items()}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Attain definitions",
        "description": "A file of business metrics, as `attain` reads it.",
        **{**document, "type": ["object", "null"]},
        "definitions": {**dict(sorted(definitions.items())), "figures": FIGURES},
    }


def block_name(shape: str) -> str:
    """The name of a shape's block: `MetricShape` is `metric`."""
    return shape.removeprefix("User").removesuffix("Shape").lower()


def block_schema(name: str, made: dict[str, Any]) -> dict[str, Any]:
    """A block of keys: what each takes and means; one that need not be there may be left empty."""
    required = made.get("required", [])
    properties = {
        key: key_schema(name, key, value, key in required) for key, value in made.get("properties", {}).items()
    }
    return {
        "type": "object",
        "properties": properties,
        **({"required": required} if required else {}),
        "additionalProperties": False,
    }


def key_schema(block: str, key: str, made: dict[str, Any], required: bool) -> dict[str, Any]:
    """What stands below a key."""
    bare = tidy({word: value for word, value in made.items() if word not in ("default", "title", "description")})
    choices = alternatives(bare)
    if not required and {"type": "null"} not in choices:
        choices.append({"type": "null"})
    words = proposed_for(block, key)
    if block == "metric" and key in CHOICES:  # no others may stand there
        choices = [{"enum": [*words, None]}]
    elif words:
        choices.insert(0, {"enum": list(words)})
    taken = merged(choices)
    said = help_of(block, key)
    return {**({"description": said} if said else {}), **taken}


def alternatives(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """The alternatives that a schema names, those within them, too."""
    if list(schema) != ["anyOf"]:
        return [schema]
    return [inner for one in schema["anyOf"] for inner in alternatives(one)]


def merged(choices: list[dict[str, Any]]) -> dict[str, Any]:
    """Alternatives as one schema: those that only name a type as one, and each once."""
    types = [name for one in choices if list(one) == ["type"] for name in listed(one["type"])]
    rest = [one for i, one in enumerate(choices) if list(one) != ["type"] and one not in choices[:i]]
    plain = list(dict.fromkeys(types))
    alone = [{"type": plain[0] if len(plain) == 1 else plain}] if plain else []
    found = [*rest, *alone]
    return found[0] if len(found) == 1 else {"anyOf": found}


def listed(value: Any) -> list[Any]:
    """A list as it is, anything else as a list of one."""
    return value if isinstance(value, list) else [value]


def tidy(value: Any) -> Any:
    """A schema without the titles that pydantic gives, and with our names of blocks."""
    if isinstance(value, list):
        return [tidy(item) for item in value]
    if not isinstance(value, dict):
        return value
    if value == FIGURES_MARK:
        return _FIGURES
    kept = {word: tidy(inner) for word, inner in value.items() if word not in ("title", "default", "propertyNames")}
    if isinstance(kept.get("$ref"), str):
        kept["$ref"] = re.sub(r"\w+$", lambda name: block_name(name[0]), kept["$ref"])
    return merged(alternatives(kept)) if list(kept) == ["anyOf"] else kept
