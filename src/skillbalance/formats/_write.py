"""Records to plain objects that JSON can hold."""

import datetime as dt
import enum
import json
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, Final

import attrs
import numpy as np

from skillbalance import _checks
from skillbalance.errors import InvalidValueError
from skillbalance.formats._clock import datetime_text, time_text
from skillbalance.formats._types import alternatives, entries

__all__ = ["plain", "written"]


def written(record: object, *, indent: int | None) -> str:
    """
    Write a record as JSON text.

    Raises
    ------
    InvalidValueError
        If a number is not finite or a value is of a type that no document holds; names its place.
    """
    try:
        return json.dumps(plain(record), indent=indent, ensure_ascii=False, allow_nan=False)
    except (_NotPlain, ValueError):
        # Only now is the place looked for: paths would cost more than all the rest.
        path, value = _find(record, "$")
        rule = (
            "a finite number to be written"
            if isinstance(value, float)
            else "of a type that a document can hold"
        )
        raise InvalidValueError(path, rule, value) from None


def plain(value: object) -> object:
    """
    Turn a record, or what it is made of, into dicts, lists, strings and numbers.

    Examples
    --------
    >>> plain({"due_on": dt.date(2026, 1, 5)})
    {'due_on': '2026-01-05'}
    """
    return _converter_of(type(value))(value)


class _NotPlain(Exception):  # noqa: N818  (never leaves this module)
    """No document holds a value of this type."""


def _find_converter(cls: type) -> Callable[[Any], object]:
    """Make the function that turns values of one class into plain objects."""
    for base, convert in _CONVERTERS.items():
        if issubclass(cls, base):
            return convert
    if attrs.has(cls):
        return _record(cls)
    return _refuse


_converter_of: Final[Callable[[type], Callable[[Any], object]]] = cache(_find_converter)


def _as_it_is(value: object) -> object:
    return value


def _member(value: enum.Enum) -> object:
    return value._value_  # `value` itself is a descriptor in Python, and three times slower


def _date(value: dt.date) -> object:
    return value.isoformat()


def _datetime(value: dt.datetime) -> object:
    try:
        return datetime_text(value)
    except ValueError:
        return _refuse(value)


def _time(value: dt.time) -> object:
    try:
        return time_text(value)
    except ValueError:
        return _refuse(value)


def _mapping(value: Mapping[str, object]) -> object:
    return {key: plain(one) for key, one in value.items()}


def _list(value: Iterable[object]) -> object:
    return [_converter_of(type(one))(one) for one in value]


def _array(value: Any) -> object:
    return plain(value.tolist())


def _refuse(_: object) -> object:
    raise _NotPlain


def _record(cls: type) -> Callable[[Any], object]:
    keys = tuple(entries(cls))
    # Most attributes are of types that JSON has; only the others are looked at one by one.
    others = [key for key, entry in entries(cls).items() if not _is_simple(entry.hint)]

    def convert(record: object) -> object:
        made = {key: getattr(record, key) for key in keys}
        for key in others:
            value = made[key]
            made[key] = _converter_of(type(value))(value)
        return made

    return convert


def _is_simple(hint: Any) -> bool:
    return all(one in {bool, float, int, str, type(None)} for one in alternatives(hint))


# The first that fits: an enum of strings is an enum, a datetime is no date.
_CONVERTERS: Final[Mapping[type, Callable[[Any], object]]] = {
    type(None): _as_it_is,
    enum.Enum: _member,
    str: _as_it_is,
    int: _as_it_is,
    float: float,
    dt.datetime: _datetime,
    dt.date: _date,
    dt.time: _time,
    Mapping: _mapping,
    tuple: _list,
    list: _list,
    np.ndarray: _array,
    np.generic: _array,
}


def _find(value: object, path: str) -> tuple[str, object]:
    """Return the place of the first value that a document cannot hold, and the value."""
    members: Iterable[tuple[str, object]]
    if isinstance(value, Mapping):
        members = [(_checks.entry(path, str(key)), one) for key, one in value.items()]
    elif isinstance(value, (tuple, list)):
        members = [(f"{path}[{place}]", one) for place, one in enumerate(value)]
    elif isinstance(value, (np.ndarray, np.generic)):
        return _find(value.tolist(), path)
    elif attrs.has(cls := type(value)):
        members = [(f"{path}.{key}", getattr(value, key)) for key in entries(cls)]
    else:
        return path, value
    for place, one in members:
        try:
            json.dumps(plain(one), allow_nan=False)
        except (_NotPlain, ValueError):
            return _find(one, place)
    return path, value
