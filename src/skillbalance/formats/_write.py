"""Records to JSON text, and to plain objects that JSON can hold."""

import datetime as dt
import enum
import json
import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any, Final, NoReturn

import attrs
import numpy as np

from skillbalance import _checks
from skillbalance.errors import InvalidValueError
from skillbalance.formats._clock import datetime_text, time_text
from skillbalance.formats._types import entries
from skillbalance.model.scales import Scale

__all__ = ["plain", "written"]

WriteText = Callable[[Any], str]

# Kept between documents, see `_once_each`.
_MOST_KNOWN: Final = 64


def written(record: object, *, indent: int | None) -> str:
    """
    Write a record as JSON text.

    Raises
    ------
    InvalidValueError
        If a number is not finite or a value is of a type that no document holds; names its place.
    """
    try:
        text = _strict_text_of(record)
    except (_NotPlain, ValueError):
        # Only now is the place looked for: paths would cost more than all the rest.
        path, value = _find(record, "$")
        rule = (
            "a finite number to be written"
            if isinstance(value, float)
            else "of a type that a document can hold"
        )
        raise InvalidValueError(path, rule, value) from None
    return text if indent is None else _indented(text, " " * indent)


def plain(value: object) -> object:
    """
    Turn a record, or what it is made of, into dicts, lists, strings and numbers.

    Examples
    --------
    >>> plain({"due_on": dt.date(2026, 1, 5)})
    {'due_on': '2026-01-05'}
    """
    return json.loads(_text_of(value))


class _NotPlain(Exception):  # noqa: N818  (never leaves this module)
    """No document holds such a value."""


def _text_of(value: object) -> str:
    """Write a value on one line, a number that is not finite as ``NaN`` or ``Infinity``."""
    return _WRITERS[type(value)](value)


def _strict_text_of(value: object) -> str:
    """Write a value on one line, and refuse numbers that are not finite."""
    text = _text_of(value)
    if "NaN" in text or "Infinity" in text:  # perhaps but a word in a string
        json.loads(text, parse_constant=_refuse)
    return text


# What stays on its line, and what ends it: strings whole, for they may hold anything.
_PIECE: Final = re.compile(
    r'((?:"[^"\\]*+(?:\\.[^"\\]*+)*+"|\[\]|\{\}|[^"\[\]{},]++)*+)(, |[\[{]|[\]}]|$)'
)


def _indented(text: str, step: str) -> str:
    """Break JSON text of one line into lines, as Python's own writer does in more time."""
    lines = []
    end = "\n"
    for piece, mark in _PIECE.findall(text):
        if mark == ", ":
            lines.append(f"{piece},{end}")
        elif mark in {"{", "["}:
            end += step
            lines.append(piece + mark + end)
        elif mark:
            end = end[: len(end) - len(step)]
            lines.append(piece + end + mark)
        else:
            lines.append(piece)
    return "".join(lines)


def _number(value: float) -> str:
    # The difference is NaN for what is not finite.
    return float.__repr__(value) if value - value == 0.0 else json.dumps(value)


@lru_cache(maxsize=4096)  # some years: people share the days on which things are said
def _date(value: dt.date) -> str:
    return f'"{value.isoformat()}"'


def _datetime(value: dt.datetime) -> str:
    try:
        return encode_basestring(datetime_text(value))
    except ValueError:
        return _refuse(value)


def _time(value: dt.time) -> str:
    try:
        return encode_basestring(time_text(value))
    except ValueError:
        return _refuse(value)


def _mapping(value: Mapping[object, object]) -> str:
    members = [f"{_key(key)}: {_text_of(one)}" for key, one in value.items()]
    return "{" + ", ".join(members) + "}"


def _key(key: object) -> str:
    if isinstance(key, str):
        return encode_basestring(key)
    # Positions, as in the faults of many rows, become texts.
    return f'"{_text_of(key)}"' if isinstance(key, int) else _refuse(key)


def _list(value: Iterable[object]) -> str:
    return "[" + ", ".join([_WRITERS[type(one)](one) for one in value]) + "]"


def _array(value: Any) -> str:
    # Numbers by the thousand are left to the writer that is not Python.
    return (json.dumps if value.dtype.kind in "biuf" else _text_of)(value.tolist())


def _refuse(_: object) -> NoReturn:
    raise _NotPlain


def _record(cls: type) -> WriteText:
    leads = tuple((f"{encode_basestring(key)}: ", key) for key in entries(cls))

    def write(record: object) -> str:
        members = []
        for lead, key in leads:
            value = getattr(record, key)
            members.append(lead + _WRITERS[type(value)](value))
        return "{" + ", ".join(members) + "}"

    return _once_each(write) if cls is Scale else write


def _once_each(write: WriteText) -> WriteText:
    """Write each object once: every rating brings its scale along, and few differ."""
    # By the object, kept here so that its id stays its own: equal ones may differ in a -0.0.
    known: dict[int, tuple[object, str]] = {}

    def write_once(value: object) -> str:
        found = known.get(id(value))
        if found is None:
            if len(known) >= _MOST_KNOWN:
                known.clear()
            found = known[id(value)] = (value, write(value))
        return found[1]

    return write_once


# The first that fits: an enum of strings is an enum, a datetime is no date.
_WRITERS_BY_BASE: Final[Mapping[type, WriteText]] = {
    type(None): lambda _: "null",
    bool: lambda value: "true" if value else "false",
    enum.Enum: lambda value: _text_of(value._value_),  # `value` is a descriptor, and slower
    str: encode_basestring,
    int: int.__repr__,
    float: lambda value: _number(float(value)),
    dt.datetime: _datetime,
    dt.date: _date,
    dt.time: _time,
    Mapping: _mapping,
    tuple: _list,
    list: _list,
    np.ndarray: _array,
    np.generic: _array,
}


class _Writers(dict[type, WriteText]):
    """How to write values, by their very class: found at the first of each."""

    def __missing__(self, cls: type) -> WriteText:
        """Find the function that writes values of one class."""
        bases = (base for base in _WRITERS_BY_BASE if issubclass(cls, base))
        found = next(bases, None)
        if found is not None:
            self[cls] = _WRITERS_BY_BASE[found]
        else:
            self[cls] = _record(cls) if attrs.has(cls) else _refuse
        return self[cls]


_WRITERS: Final = _Writers({float: _number})


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
            _strict_text_of(one)
        except (_NotPlain, ValueError):
            return _find(one, place)
    return path, value
