"""Enough of JSON Schema 2020-12 to check responses against the OpenAPI document; an unknown keyword is an error."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

_TYPES: dict[str, Callable[[Any], bool]] = {
    "null": lambda value: value is None,
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "string": lambda value: isinstance(value, str),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}
_FORMATS: dict[str, Callable[[str], object]] = {
    "date": date.fromisoformat,
    "date-time": lambda text: datetime.fromisoformat(re.sub("Z$", "+00:00", text)),
}
_WORDS = {"type", "title", "description", "default"}


def problems(value: Any, schema: dict[str, Any], document: dict[str, Any], at: str = "$") -> list[str]:
    """Return where `value` is not what `schema` says; an object may have no member that the schema does not name."""
    if "type" in schema and not _TYPES[schema["type"]](value):
        return [f"{at}: {value!r} is no {schema['type']}"]
    found: list[str] = []
    for keyword, wanted in schema.items():
        found += _check(keyword, wanted, value, document, at)
    return found


def _check(keyword: str, wanted: Any, value: Any, document: dict[str, Any], at: str) -> list[str]:
    match keyword:
        case "$ref":
            name = wanted.removeprefix("#/components/schemas/")
            return problems(value, document["components"]["schemas"][name], document, at)
        case "anyOf":
            each = [problems(value, option, document, at) for option in wanted]
            return [] if [] in each else [problem for option in each for problem in option]
        case "enum":
            is_right = value in wanted
        case "format":
            is_right = bool(_FORMATS[wanted](value))
        case "minimum":
            is_right = value >= wanted
        case "maximum":
            is_right = value <= wanted
        case "maxLength":
            is_right = len(value) <= wanted
        case "minItems" | "maxItems":
            is_right = len(value) >= wanted if keyword == "minItems" else len(value) <= wanted
        case "required":
            is_right = set(wanted) <= set(value)
        case "properties":
            unnamed = [f"{at}.{name} is not in the schema" for name in value if name not in wanted]
            named = [problems(value[name], wanted[name], document, f"{at}.{name}") for name in value if name in wanted]
            return unnamed + [problem for each in named for problem in each]
        case "items" if wanted is False:
            return []
        case "items" | "prefixItems":
            options = wanted if keyword == "prefixItems" else [wanted] * len(value)
            pairs = enumerate(zip(value, options, strict=False))
            return [p for i, (each, option) in pairs for p in problems(each, option, document, f"{at}[{i}]")]
        case _ if keyword in _WORDS:
            return []
        case _:
            raise NotImplementedError(keyword)
    return [] if is_right else [f"{at}: {value!r} against {keyword} {wanted!r}"]
