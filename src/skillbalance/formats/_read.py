"""
Plain objects to records, every fault collected with its path.

Nothing here knows a record class: a reader is made from the attributes and their type hints. A
faulty record is not given up: what could be read of it stands in for it (:class:`Partial`), so
that the checks between records still see the ids that are there.
"""

import datetime as dt
import enum
import math
import typing
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, Final

import attrs
import numpy as np

from skillbalance import _checks
from skillbalance.errors import Fault, InvalidValueError, SkillbalanceError
from skillbalance.formats._clock import read_date, read_datetime, read_time
from skillbalance.formats._facts import reference_faults
from skillbalance.formats._parse import DocumentObject, shown
from skillbalance.formats._types import KINDS, Entry, alternatives, entries, kind_of
from skillbalance.model._items import FrozenMapping

__all__ = ["Read", "Reader", "reader_of"]

Read = Callable[["Reader", object, str], object]

_UNREADABLE: Final = object()


class Partial:
    """What could be read of a faulty record, as attributes."""

    def __init__(self, values: Mapping[str, object]) -> None:
        vars(self).update(values)


class Reader:
    """
    One pass over a document.

    Attributes
    ----------
    faults : list of Fault
        Every fault so far, in the order found: a record's own, then those between its parts.
    """

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self._paths: set[str] = set()
        self._finders: dict[type, _checks.NameFinder] = {}

    def refuse(self, path: str, message: str) -> None:
        """Note a fault, unless one is known at this very place already."""
        if path not in self._paths:
            self._paths.add(path)
            self.faults.append(Fault(path, message))

    def mistyped(self, path: str, rule: str, value: object) -> None:
        """Note that a JSON value is of the wrong type."""
        self.refuse(path, InvalidValueError(path, rule, shown(value)).complaint)

    def finder(self, cls: type) -> _checks.NameFinder:
        """Give the finder of a class's keys, one for the whole document: its work is limited."""
        if cls not in self._finders:
            self._finders[cls] = _checks.NameFinder(entries(cls))
        return self._finders[cls]


@cache
def reader_of(hint: Any) -> Read:
    """
    Make the function that reads one JSON value as a type.

    Parameters
    ----------
    hint : type
        A string, boolean, integer, float, date, enum, ``Literal`` of strings, array, record, tuple,
        mapping from strings, or a union of these.

    Returns
    -------
    callable
        Takes a :class:`Reader`, the value and its path.

    Raises
    ------
    TypeError
        If no document can hold the type.
    """
    choices = alternatives(hint)
    if len(choices) > 1:
        return _union(choices)
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple:
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            return _tuple_of(reader_of(arguments[0]))
        return _fixed_tuple(tuple(map(reader_of, arguments)))
    if isinstance(origin, type) and issubclass(origin, Mapping) and arguments[:1] == (str,):
        return _mapping_of(reader_of(arguments[1]))
    if origin is np.ndarray:
        return _array_of(*typing.get_args(arguments[1]))
    if origin is typing.Literal:
        return _one_of({choice: choice for choice in arguments})
    if isinstance(hint, type):
        if hint in _SIMPLE:
            return _SIMPLE[hint]
        if issubclass(hint, enum.Enum):
            return _one_of({choice.value: choice for choice in hint})
        if attrs.has(hint):
            return _Record(hint)
    raise TypeError(f"no document can hold {hint!r}")


# --- single values --------------------------------------------------------------------------


def _string(reader: Reader, value: object, path: str) -> object:
    try:
        return _checks.text(path, value)
    except InvalidValueError as error:
        reader.mistyped(path, error.rule, value)
        return _UNREADABLE


def _boolean(reader: Reader, value: object, path: str) -> object:
    if isinstance(value, bool):
        return value
    reader.mistyped(path, "true or false", value)
    return _UNREADABLE


def _integer(reader: Reader, value: object, path: str) -> object:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    reader.mistyped(path, "an integer", value)
    return _UNREADABLE


def _number(reader: Reader, value: object, path: str) -> object:
    # An int too large for a float passes `widen` as an int; NaN and the like are no floats.
    number = _checks.widen(value) if isinstance(value, (int, float)) else None
    if type(number) is float and math.isfinite(number):
        return number
    reader.mistyped(path, "a finite number", value)
    return _UNREADABLE


def _written_as(read_text: Callable[[str], object], rule: str) -> Read:
    def read(reader: Reader, value: object, path: str) -> object:
        if isinstance(value, str):
            try:
                return read_text(value)
            except ValueError:
                pass
        reader.mistyped(path, rule, value)
        return _UNREADABLE

    return read


_SIMPLE: Final[Mapping[type, Read]] = {
    str: _string,
    bool: _boolean,
    int: _integer,
    float: _number,
    dt.date: _written_as(read_date, "a date written YYYY-MM-DD"),
    dt.time: _written_as(read_time, "a time of day written HH:MM"),
    dt.datetime: _written_as(
        read_datetime, "a time with a zone, written YYYY-MM-DDTHH:MM:SS+HH:MM[Zone]"
    ),
}


def _one_of(by_value: Mapping[str, object]) -> Read:
    rule = f"one of {', '.join(map(repr, by_value))}"

    def read(reader: Reader, value: object, path: str) -> object:
        if isinstance(value, str) and value in by_value:
            return by_value[value]
        finder = _checks.NameFinder(by_value)
        near = finder.suggest(value) if isinstance(value, str) else ""
        reader.mistyped(path, rule + near, value)
        return _UNREADABLE

    return read


# --- several values -------------------------------------------------------------------------


def _union(choices: tuple[Any, ...]) -> Read:
    """Choose by the kind of the JSON value: no document type needs more to tell them apart."""
    others = [choice for choice in choices if choice is not type(None)]
    readers = {kind_of(choice): reader_of(choice) for choice in others}
    if len(readers) < len(others):
        raise TypeError(f"a document cannot tell {' from '.join(map(repr, choices))}")
    null = len(others) < len(choices)
    rule = " or ".join(_RULE_OF_KIND[kind] for kind in readers)
    # Its own message says more: "one of 'mid', 'senior'" rather than "a string".
    only = next(iter(readers.values())) if len(readers) == 1 else None

    def read(reader: Reader, value: object, path: str) -> object:
        if value is None and null:
            return None
        found = readers.get(_kind_of_value(value), only)
        if found is None:
            reader.mistyped(path, rule, value)
            return _UNREADABLE
        return found(reader, value, path)

    return read


_RULE_OF_KIND: Final = {
    "boolean": "true or false",
    "number": "a finite number",
    "string": "a string",
    "array": "an array",
    "object": "an object",
}


def _kind_of_value(value: object) -> str:
    return next((kind for kind, types in KINDS.items() if isinstance(value, types)), "another")


def _tuple_of(read_one: Read) -> Read:
    def read(reader: Reader, value: object, path: str) -> object:
        if not isinstance(value, list):
            reader.mistyped(path, "an array", value)
            return _UNREADABLE
        return tuple(
            _kept(read_one(reader, one, f"{path}[{position}]"), one)
            for position, one in enumerate(value)
        )

    return read


def _fixed_tuple(readers: tuple[Read, ...]) -> Read:
    def read(reader: Reader, value: object, path: str) -> object:
        if not isinstance(value, list) or len(value) != len(readers):
            reader.mistyped(path, f"an array of {len(readers)}", value)
            return _UNREADABLE
        return tuple(
            _kept(read_one(reader, one, f"{path}[{position}]"), one)
            for position, (read_one, one) in enumerate(zip(readers, value, strict=True))
        )

    return read


def _mapping_of(read_one: Read) -> Read:
    def read(reader: Reader, value: object, path: str) -> object:
        if not isinstance(value, dict):
            reader.mistyped(path, "an object", value)
            return _UNREADABLE
        _refuse_repeated(reader, value, lambda key: _checks.entry(path, key))
        for key in value:
            _string(reader, key, _checks.entry(path, key))
        return FrozenMapping(
            (key, _kept(read_one(reader, one, _checks.entry(path, key)), one))
            for key, one in value.items()
        )

    return read


def _kept(result: object, raw: object) -> object:
    """
    Keep a faulty member in its place, so that the others keep their positions.

    Its fault is noted; a check of the whole that stumbles over it again adds nothing.
    """
    return raw if result is _UNREADABLE else result


_DEEPEST_ARRAY: Final = 4


def _array_of(scalar: Any) -> Read:
    """Read nested lists of one kind of value: numbers, counts, flags, or strings and the like."""
    read_one, dtype = _ARRAYS.get(scalar, (_scalar, np.object_))

    def read_array(reader: Reader, value: object, path: str) -> object:
        def read(value: object, path: str, depth: int) -> object:
            if not isinstance(value, list):
                return read_one(reader, value, path)
            if depth == _DEEPEST_ARRAY:
                return read_one(reader, value, path)
            return [read(one, f"{path}[{place}]", depth + 1) for place, one in enumerate(value)]

        before = len(reader.faults)
        content = read(value, path, 0)
        if len(reader.faults) > before:
            return _UNREADABLE
        try:
            array = np.array(content, dtype=dtype)
        except (OverflowError, ValueError):
            reader.mistyped(path, "a rectangular array", value)
            return _UNREADABLE
        array.flags.writeable = False
        return array

    return read_array


def _scalar(reader: Reader, value: object, path: str) -> object:
    if isinstance(value, str):
        return _string(reader, value, path)
    return value if isinstance(value, bool) else _number(reader, value, path)


_ARRAYS: Final[Mapping[Any, tuple[Read, type[np.generic]]]] = {
    np.float64: (_number, np.float64),
    np.int64: (_integer, np.int64),
    np.int8: (_integer, np.int8),
    np.bool_: (_boolean, np.bool_),
}


# --- records --------------------------------------------------------------------------------


class _Record:
    """Read a JSON object as a record of one class."""

    def __init__(self, cls: type) -> None:
        self._cls = cls
        # Made at once, so that a class no document can hold is refused before any is read.
        self._readers = {key: reader_of(entry.hint) for key, entry in entries(cls).items()}

    def __call__(self, reader: Reader, value: object, path: str) -> object:
        """Give the record, or what could be read of it, or nothing."""
        if not isinstance(value, dict):
            reader.mistyped(path, f"an object ({self._cls.__name__})", value)
            return _UNREADABLE
        before = len(reader.faults)
        self._check_keys(reader, value, path)
        read = {
            key: self._read_one(reader, value[key], path, entry)
            for key, entry in entries(self._cls).items()
            if key in value
        }
        values = {key: one for key, one in read.items() if one is not _UNREADABLE}
        for error in self._faults_between(values, value):
            reader.refuse(f"{path}.{error.name}", error.complaint)
        if len(reader.faults) > before:
            return Partial(values)
        return self._build(reader, values, path)

    def _check_keys(self, reader: Reader, value: dict[str, Any], path: str) -> None:
        known = entries(self._cls)
        for key in value:
            if key not in known:
                near = reader.finder(self._cls).suggest(key)
                reader.refuse(_place(path, key), f"unknown key{near}")
        _refuse_repeated(reader, value, lambda key: _place(path, key))
        for key, entry in known.items():
            if entry.required and key not in value:
                reader.refuse(f"{path}.{key}", "missing")

    def _read_one(self, reader: Reader, value: object, path: str, entry: Entry) -> object:
        result = self._readers[entry.key](reader, value, f"{path}.{entry.key}")
        if result is _UNREADABLE or _holds_partial(result):
            return result
        convert: Any = entry.field.converter
        rule = _checks.rule_of(entry.field.validator)
        if convert is not None:
            result = convert(result)
        if rule is not None:
            faulty = False
            for error in rule.faults(entry.key, result):
                faulty = True
                reader.refuse(f"{path}.{error.name}", error.complaint)
            if faulty and not isinstance(result, (tuple, Mapping)):
                return _UNREADABLE
        return result

    def _faults_between(
        self, values: Mapping[str, object], document: Mapping[str, object]
    ) -> Iterator[InvalidValueError]:
        yield from reference_faults(self._cls, values, document.keys() - values.keys())
        between = getattr(self._cls, "_faults", None)
        if between is not None:
            # Only for what the document leaves out: what it has and could not be read is unknown.
            defaults = {
                key: entry.field.default
                for key, entry in entries(self._cls).items()
                if key not in document and not entry.required and not entry.has_factory
            }
            yield from between({**defaults, **values})

    def _build(self, reader: Reader, values: dict[str, object], path: str) -> object:
        try:
            return self._cls(**values)
        except InvalidValueError as error:
            reader.refuse(f"{path}.{error.name}", error.complaint)
        except (SkillbalanceError, ArithmeticError, LookupError, TypeError, ValueError) as error:
            # A constructor of results is not written for what strangers send.
            reader.refuse(path, str(error))
        return Partial(values)


def _place(path: str, key: str) -> str:
    """Give the path of a key, in brackets if it is too odd or too long to be an attribute."""
    return f"{path}.{key}" if key.isidentifier() and len(key) < 80 else _checks.entry(path, key)


def _holds_partial(value: object) -> bool:
    """Say whether a value is, or has among its members, a record that could not be built."""
    if isinstance(value, Mapping):
        value = tuple(value.values())
    if isinstance(value, tuple):
        return any(isinstance(one, Partial) for one in value)
    return isinstance(value, Partial)


def _refuse_repeated(reader: Reader, value: dict[str, Any], place: Callable[[str], str]) -> None:
    if isinstance(value, DocumentObject):
        for key in value.repeated:
            reader.refuse(place(key), "given more than once")
