"""Records as types of pydantic, which alone imports this module: it is then installed."""

import re
from typing import Any

from skillbalance.errors import Fault
from skillbalance.formats._read import Reader, reader_of
from skillbalance.formats._schema import schema_of
from skillbalance.formats._write import plain

__all__ = ["core_schema_of", "flat_schema_of", "location_of"]

_STEP = re.compile(r'\.([^.\[]+)|\[(\d+)\]|\["(.*?)"\]', flags=re.DOTALL)


def core_schema_of(cls: type) -> Any:
    """
    Give the core schema of a record class: plain JSON values in, the record out, and back.

    The reader of documents does the reading, with all its rules; every fault becomes an error
    of pydantic at its own location.
    """
    from pydantic_core import InitErrorDetails, PydanticCustomError, ValidationError, core_schema

    read = reader_of(cls)

    def validate(value: object) -> object:
        if isinstance(value, cls):
            return value
        reader = Reader()
        record = read(reader, value, "$")
        if reader.faults:
            details = [
                InitErrorDetails(
                    type=PydanticCustomError("skillbalance", "{rule}", {"rule": fault.message}),
                    loc=location_of(fault),
                    input=value,
                )
                for fault in reader.faults
            ]
            raise ValidationError.from_exception_data(cls.__name__, details)
        return record

    return core_schema.no_info_plain_validator_function(
        validate, serialization=core_schema.plain_serializer_function_ser_schema(plain)
    )


def location_of(fault: Fault) -> tuple[str | int, ...]:
    """
    Turn the path of a fault into a location as pydantic gives them.

    Examples
    --------
    >>> location_of(Fault('$.profile.goals[0].targets["sql"]', "missing"))
    ('profile', 'goals', 0, 'targets', 'sql')
    """
    return tuple(
        int(number) if number else name or key for name, number, key in _STEP.findall(fault.path)
    )


def flat_schema_of(cls: type) -> dict[str, Any]:
    """
    Give a record's JSON Schema with its parts written out in their places.

    References between parts would point into nowhere once the schema stands inside another one.
    """
    schema = schema_of(cls)
    parts = schema.pop("$defs", {})
    del schema["$schema"]

    def flat(value: Any) -> Any:
        if isinstance(value, list):
            return [flat(one) for one in value]
        if not isinstance(value, dict):
            return value
        if "$ref" in value:
            part = parts[value["$ref"].rpartition("/")[2]]
            return flat({**part, **{key: one for key, one in value.items() if key != "$ref"}})
        return {key: flat(one) for key, one in value.items()}

    return flat(schema)  # type: ignore[no-any-return]
