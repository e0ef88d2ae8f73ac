"""
The short way through a document without faults: no paths, nothing collected, each rule once.

It accepts what the long way of :mod:`skillbalance.formats._read` accepts, and gives an equal
record. Whatever it stumbles over is left to the long way, which names every fault.
"""

import datetime as dt
import enum
import json
import typing
from collections.abc import Callable, Collection, Mapping
from functools import cache
from typing import Any, Final

import attrs

from skillbalance import _checks
from skillbalance.formats._clock import read_date, read_datetime, read_time
from skillbalance.formats._facts import has_facts, reference_faults
from skillbalance.formats._types import KINDS, alternatives, entries, kind_of
from skillbalance.model._items import FrozenMapping
from skillbalance.model.scales import Scale

__all__ = ["STUMBLES", "quick_reader_of", "quickly_parsed"]

QuickRead = Callable[[Any], Any]


# Kept between documents; bounded, because documents come from strangers.
_MOST_KNOWN: Final = 64


class Stumble(Exception):  # noqa: N818  (no error: the long way says what is wrong)
    """Not a document for the short way."""


# What a constructor, a conversion or the parser may raise for a document that is at fault.
STUMBLES: Final = (Stumble, ArithmeticError, LookupError, RecursionError, TypeError, ValueError)


def quickly_parsed(source: str | bytes) -> object:
    """
    Turn JSON text into plain objects; raise one of `STUMBLES` for what is no JSON, or odd.

    Numbers that no float can hold come out as infinities and NaN, and keys as often as they are
    given, for the readers to refuse.
    """
    text = source.decode("utf-8") if isinstance(source, bytes) else source
    return json.loads(text.removeprefix("\ufeff"), object_pairs_hook=_Pairs)


class _Pairs(tuple[tuple[str, Any], ...]):
    """
    A JSON object: the parser makes one without running any Python.

    A class of its own, because data handed over by a program may hold tuples, which are no JSON.
    """

    __slots__ = ()


def _pairs_of(value: object) -> Collection[tuple[str, Any]]:
    if type(value) is _Pairs:
        return value
    if type(value) is dict:
        return value.items()
    raise Stumble


@cache
def quick_reader_of(hint: Any) -> QuickRead:
    """
    Make the function that reads one JSON value as a type and stumbles over everything else.

    Types are those of :func:`skillbalance.formats._read.reader_of`, arrays apart: a document
    that holds one takes the long way.
    """
    choices = alternatives(hint)
    if len(choices) > 1:
        return _union(choices)
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple:
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            return _tuple_of(quick_reader_of(arguments[0]))
        return _fixed_tuple(tuple(map(quick_reader_of, arguments)))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _mapping_of(quick_reader_of(arguments[1]))
    if origin is typing.Literal:
        return {choice: choice for choice in arguments}.__getitem__
    if isinstance(hint, type):
        if hint in _SIMPLE:
            return _SIMPLE[hint]
        if issubclass(hint, enum.Enum):
            return {choice.value: choice for choice in hint}.__getitem__
        if attrs.has(hint):
            return _record(hint)
    return _stumble


def _stumble(_: object) -> typing.NoReturn:
    raise Stumble


def _string(value: object) -> str:
    if type(value) is not str:
        raise Stumble
    return value if value.isascii() else _checks.text("", value)


def _boolean(value: object) -> bool:
    if type(value) is not bool:
        raise Stumble
    return value


def _integer(value: object) -> int:
    if type(value) is not int:
        raise Stumble
    return value


def _number(value: object) -> float:
    if type(value) is int:
        return float(value)
    if type(value) is not float or value - value != 0.0:  # infinities and NaN
        raise Stumble
    return value


_SIMPLE: Final[Mapping[type, QuickRead]] = {
    str: _string,
    bool: _boolean,
    int: _integer,
    float: _number,
    dt.date: read_date,
    dt.time: read_time,
    dt.datetime: read_datetime,
    type(None): _stumble,
}


def _union(choices: tuple[Any, ...]) -> QuickRead:
    null = type(None) in choices
    by_type = {
        json_type: quick_reader_of(choice)
        for choice in choices
        if choice is not type(None)
        for json_type in KINDS[kind_of(choice)]
    }
    if dict in by_type:
        by_type[_Pairs] = by_type[dict]

    def read(value: object) -> object:
        if value is None and null:
            return None
        return by_type[type(value)](value)

    return read


def _tuple_of(read_one: QuickRead) -> QuickRead:
    def read(value: object) -> tuple[object, ...]:
        if type(value) is not list:
            raise Stumble
        return tuple(map(read_one, value))

    return read


def _fixed_tuple(readers: tuple[QuickRead, ...]) -> QuickRead:
    def read(value: object) -> tuple[object, ...]:
        if type(value) is not list:
            raise Stumble
        return tuple(read(one) for read, one in zip(readers, value, strict=True))

    return read


def _mapping_of(read_one: QuickRead) -> QuickRead:
    def read(value: object) -> FrozenMapping[str, object]:
        pairs = _pairs_of(value)
        made = {_string(key): read_one(one) for key, one in pairs}
        if len(made) < len(pairs):
            raise Stumble
        return FrozenMapping(made)

    return read


def _record(cls: type) -> QuickRead:
    # With the class's own keys: Python finds an argument by its very name faster than by an equal
    # one, as the keys of a document are.
    readers = {key: (key, quick_reader_of(entry.hint)) for key, entry in entries(cls).items()}
    # The constructor misses all others that a document must have.
    required = frozenset(
        key
        for key, entry in entries(cls).items()
        if entry.required and entry.field.default is not attrs.NOTHING
    )
    looked_up = has_facts(cls)

    def read(value: object) -> object:
        pairs = _pairs_of(value)
        values = {}
        for written, one in pairs:
            key, read_one = readers[written]
            values[key] = read_one(one)
        if len(values) < len(pairs) or (required and not values.keys() >= required):
            raise Stumble
        if looked_up:
            for _ in reference_faults(cls, values):
                raise Stumble
        return cls(**values)

    return _once_each(read) if cls is Scale else read


def _once_each(read: QuickRead) -> QuickRead:
    """Make equal documents one record: every rating brings its scale along, and few differ."""
    known: dict[str, object] = {}

    def read_once(value: object) -> object:
        text = repr(_pairs_of(value))
        found = known.get(text)
        if found is None:
            if len(known) >= _MOST_KNOWN:
                known.clear()
            found = known[text] = read(value)
        return found

    return read_once
