"""JSON Schema of every document, from the same types and checks that read it."""

import datetime as dt
import enum
import inspect
import re
import sys
import typing
from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs
import numpy as np

from skillbalance import _checks
from skillbalance.formats._clock import DATETIME_PATTERN, TIME_PATTERN
from skillbalance.formats._types import Entry, alternatives, entries
from skillbalance.formats._write import plain
from skillbalance.model import scales
from skillbalance.model._items import SCHEMA
from skillbalance.model.occupation import Occupation
from skillbalance.model.profile import Profile
from skillbalance.model.skill import Skill
from skillbalance.reference.context import rated_elements
from skillbalance.reference.elements import elements
from skillbalance.reference.fields import fields

__all__ = ["schema_of", "schema_of_type"]

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_NUMBER: Final = {
    "type": "number",
    "minimum": -sys.float_info.max,
    "maximum": sys.float_info.max,
}
# What `str.strip` takes for empty, spelt out: regular expressions differ on \s.
_NOT_EMPTY: Final = r"[^\t-\r\x1c-\x20\x85\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
_IDENTIFIER: Final = {"type": "string", "pattern": _NOT_EMPTY}
_DATE: Final = {"type": "string", "format": "date", "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
_NESTED: Final = {"type": "array"}
# What an array holds, by its NumPy type; objects are strings, numbers or flags.
_SCALARS: Final[Mapping[Any, tuple[dict[str, Any], ...]]] = {
    np.float64: (_NUMBER,),
    np.int64: ({"type": "integer"},),
    np.int8: ({"type": "integer"},),
    np.bool_: ({"type": "boolean"},),
}
_ANY: Final = ({"type": "string"}, {"type": "boolean"}, _NUMBER)


def schema_of(cls: type) -> dict[str, Any]:
    """Give the JSON Schema of a record class that the reader of documents can read."""
    parts: dict[str, Any] = {}
    whole = _record(cls, parts)
    # Not among its own parts; no record is part of itself.
    del parts[cls.__name__]
    schema: dict[str, Any] = {"$schema": _DIALECT, "title": cls.__name__, **whole}
    if parts:
        schema["$defs"] = dict(sorted(parts.items()))
    return schema


# --- records ----------------------------------------------------------------------------------


def _reference(cls: type, parts: dict[str, Any]) -> dict[str, Any]:
    """Point to a record's schema, which is made at its first mention."""
    if cls.__name__ not in parts:
        _record(cls, parts)
    return {"$ref": f"#/$defs/{cls.__name__}"}


def _record(cls: type, parts: dict[str, Any]) -> dict[str, Any]:
    """Make a record's schema and note it among the parts."""
    schema: dict[str, Any] = {"type": "object"}
    parts[cls.__name__] = schema
    about, of_attributes = _descriptions(cls)
    if about:
        schema["description"] = about
    schema["properties"] = {
        key: _property(cls, entry, of_attributes.get(key, ""), parts)
        for key, entry in entries(cls).items()
    }
    required = [key for key, entry in entries(cls).items() if entry.required]
    if required:
        schema["required"] = required
    schema["additionalProperties"] = False
    if cls in _FACTS_OF_RECORD:
        schema.update(_FACTS_OF_RECORD[cls]())
    return schema


def _property(cls: type, entry: Entry, about: str, parts: dict[str, Any]) -> dict[str, Any]:
    """Make the schema of one attribute: its type, narrowed by its check and by the facts."""
    schema = schema_of_type(entry.hint, parts)
    schema = _merged(schema, entry.field.metadata.get(SCHEMA, {}))
    rule = _checks.rule_of(entry.field.validator)
    if rule is not None and rule.check in _RULES:
        schema = _merged(schema, _RULES[rule.check](*rule.args, **rule.options))
    if (cls, entry.key) in _FACTS:
        schema = _merged(schema, _FACTS[cls, entry.key]())
    if about:
        schema = {"description": about, **schema}
    default = entry.field.default
    if not entry.required and not entry.has_factory:
        schema["default"] = plain(default)
    return schema


def _descriptions(cls: type) -> tuple[str, dict[str, str]]:
    """Read a record's summary and its attributes' descriptions from the docstring, if kept."""
    # From Python 3.13 on, docstrings come without the indentation of their code.
    lines = inspect.cleandoc(cls.__doc__ or "").splitlines()
    summary = next((line.strip() for line in lines if line.strip()), "")
    found: dict[str, str] = {}
    names: list[str] = []
    inside = False
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if following.startswith("---"):
            inside = line == "Attributes"
        elif inside and line and not line.startswith((" ", "-")):
            names = [name.strip() for name in line.split(" : ")[0].split(",")]
        elif inside and line.startswith("    "):
            for name in names:
                found[name] = f"{found.get(name, '')} {_unmarked(line.strip())}".strip()
    return _unmarked(summary), found


def _unmarked(text: str) -> str:
    """Take the marks of the documentation away: roles and code quotes."""
    return re.sub(r":\w+:`~?([^`]*)`", r"\1", text).replace("``", "")


# --- types --------------------------------------------------------------------------------------


def schema_of_type(hint: Any, parts: dict[str, Any]) -> dict[str, Any]:
    """
    Give the schema of a type hint that the reader of documents can read.

    Schemas of records are put among the parts, by the name of their class.
    """
    choices = alternatives(hint)
    if len(choices) > 1:
        return {"anyOf": [schema_of_type(choice, parts) for choice in choices]}
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple:
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            return {"type": "array", "items": schema_of_type(arguments[0], parts)}
        members = [schema_of_type(one, parts) for one in arguments]
        size = len(members)
        return {"type": "array", "prefixItems": members, "minItems": size, "maxItems": size}
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": schema_of_type(arguments[1], parts)}
    if origin is np.ndarray:
        (scalar,) = typing.get_args(arguments[1])
        return {"type": "array", "items": {"anyOf": [*_SCALARS.get(scalar, _ANY), _NESTED]}}
    if origin is typing.Literal:
        return {"enum": list(arguments)}
    if issubclass(hint, enum.Enum):
        return {"enum": [choice.value for choice in hint]}
    if attrs.has(hint):
        return _reference(hint, parts)
    simple: dict[Any, dict[str, Any]] = {
        str: {"type": "string"},
        bool: {"type": "boolean"},
        int: {"type": "integer"},
        float: _NUMBER,
        dt.date: _DATE,
        dt.time: {"type": "string", "pattern": TIME_PATTERN},
        dt.datetime: {"type": "string", "pattern": DATETIME_PATTERN},
        type(None): {"type": "null"},
    }
    return dict(simple[hint])


# --- checks ---------------------------------------------------------------------------------------


def _number_rule(
    low: float = -np.inf, high: float = np.inf, *, open_low: bool = False
) -> dict[str, Any]:
    rule: dict[str, Any] = {"type": "number"}
    if low > -np.inf:
        rule["exclusiveMinimum" if open_low else "minimum"] = low
    if high < np.inf:
        rule["maximum"] = high
    return rule


def _integer_rule(low: int, high: int | None = None) -> dict[str, Any]:
    rule: dict[str, Any] = {"type": "integer", "minimum": low}
    return rule if high is None else {**rule, "maximum": high}


def _identifiers_rule(*, fewest: int = 0) -> dict[str, Any]:
    rule = {"type": "array", "items": _IDENTIFIER, "uniqueItems": True}
    return {**rule, "minItems": fewest} if fewest else rule


def _numbers_by_id_rule(low: float, high: float) -> dict[str, Any]:
    return {
        "type": "object",
        "propertyNames": _IDENTIFIER,
        "additionalProperties": _number_rule(low, high),
    }


def _scale_rule() -> dict[str, Any]:
    return {"type": "string", "enum": list(scales.BY_NAME)}


# Each check of a field in the words of JSON Schema; one without any adds nothing to the type.
_RULES: Final[Mapping[Callable[..., object], Callable[..., dict[str, Any]]]] = {
    _checks.number_in: _number_rule,
    _checks.integer_in: _integer_rule,
    _checks.identifier: lambda: _IDENTIFIER,
    _checks.identifiers: _identifiers_rule,
    _checks.numbers_by_id: _numbers_by_id_rule,
    scales.check_scale: _scale_rule,
}

# What a document is held to by the reference table, see `formats._facts`.
_FACTS: Final[Mapping[tuple[type, str], Callable[[], dict[str, Any]]]] = {
    (Occupation, "importance"): lambda: _all_of("importance"),
    (Occupation, "level"): lambda: _all_of("level"),
    (Skill, "elements"): lambda: {
        "type": "array",
        "items": {"enum": [element.element_id for element in elements()]},
    },
}


# Likewise, where it is a matter of two attributes.
_FACTS_OF_RECORD: Final[Mapping[type, Callable[[], dict[str, Any]]]] = {
    Profile: lambda: {
        "if": {"properties": {"occupation": {"type": "null"}}},
        "then": {"properties": {"field": {"enum": [field.field for field in fields()]}}},
    },
}


def _all_of(measure: str) -> dict[str, Any]:
    # As many different names as there are, all of them known: each one, said once.
    names = list(rated_elements(measure))
    return {"type": "object", "propertyNames": {"enum": names}, "minProperties": len(names)}


def _merged(schema: dict[str, Any], rule: Mapping[str, Any]) -> dict[str, Any]:
    """Narrow a schema by a rule; of several alternatives only that of the rule's type."""
    if "anyOf" in schema and "anyOf" not in rule:
        narrowed = [
            _merged(one, rule) if one.get("type") == rule.get("type") else one
            for one in schema["anyOf"]
        ]
        return {**schema, "anyOf": narrowed}
    merged = dict(schema)
    for key, value in rule.items():
        known = merged.get(key)
        both = isinstance(known, dict) and isinstance(value, Mapping)
        merged[key] = _merged(typing.cast("dict[str, Any]", known), value) if both else value
    if "exclusiveMinimum" in rule:
        merged.pop("minimum", None)
    return merged
