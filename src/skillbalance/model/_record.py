"""What every record can do for the program it lives in, looked up only when it is asked."""

from typing import Any

__all__ = ["Record"]


class Record:
    """
    The base of every record: nothing is stored here, and nothing imported until it is used.

    A record is a body and an answer of web frameworks that use pydantic: faults of a document
    become its validation errors, each at its own location.
    """

    __slots__ = ()

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: object, _handler: object) -> Any:
        """Tell pydantic how to read and write the record."""
        from skillbalance.formats._pydantic import core_schema_of

        return core_schema_of(cls)

    @classmethod
    def __get_pydantic_json_schema__(cls, _core_schema: object, _handler: object) -> dict[str, Any]:
        """Tell pydantic what the record's document looks like."""
        from skillbalance.formats._pydantic import flat_schema_of

        return flat_schema_of(cls)
