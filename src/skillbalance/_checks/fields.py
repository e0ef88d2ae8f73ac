"""What the fields of records are made of: converters that widen, validators that know the name."""

import enum
from collections.abc import Callable, Iterable, Iterator
from types import GeneratorType
from typing import Any, TypeVar, cast

import attrs
import numpy as np

from skillbalance._checks.values import widen
from skillbalance.errors import InvalidValueError

__all__ = [
    "as_member",
    "as_strings",
    "as_tuple",
    "by",
    "optionally",
    "widen_integer",
    "widen_integer_or_none",
    "widen_or_none",
]

_T = TypeVar("_T")
_E = TypeVar("_E", bound=enum.Enum)


def widen_or_none(value: float | None) -> float | None:
    """Widen a number as :func:`widen` does; ``None`` stays ``None``."""
    return None if value is None else widen(value)


def widen_integer(value: int) -> int:
    """Turn a NumPy integer into an int; leave anything else, floats too, as it is."""
    whatever: object = value
    return int(whatever) if isinstance(whatever, np.integer) else value


def widen_integer_or_none(value: int | None) -> int | None:
    """Widen an integer as :func:`widen_integer` does; ``None`` stays ``None``."""
    return None if value is None else widen_integer(value)


def as_tuple(value: Iterable[_T]) -> tuple[_T, ...]:
    """
    Turn an iterable into a tuple, but not a string into its letters.

    Examples
    --------
    >>> as_tuple(["sql", "python"]), as_tuple("sql")
    (('sql', 'python'), 'sql')
    """
    whatever: object = value
    if isinstance(whatever, (str, bytes)) or not isinstance(whatever, Iterable):
        return cast(tuple[_T, ...], value)
    return tuple(value)


def as_strings(value: Iterable[str]) -> tuple[str, ...]:
    """Turn strings into a tuple of them, as :func:`as_tuple` does."""
    return as_tuple(value)


def as_member(choices: type[_E], value: _E | str) -> _E:
    """Turn the exact value string of an enum into its member; leave anything else as it is."""
    if isinstance(value, str):
        for choice in choices:
            if choice.value == value:
                return choice
    return cast(_E, value)


class by:  # noqa: N801  (it reads as a phrase where it is used)
    """
    An attrs validator made of a check, which learns the name from the attribute.

    The constructor stops at the first fault; the reader of documents asks for all.

    Parameters
    ----------
    check : callable
        A check of this module (raises, or gives its faults).
    *args, **options
        What the check takes after name and value.

    Examples
    --------
    >>> from skillbalance._checks import number_in, widen
    >>> @attrs.frozen
    ... class Share:
    ...     value: float = attrs.field(converter=widen, validator=by(number_in, 0, 1))
    >>> Share(1)
    Share(value=1.0)
    """

    __slots__ = ("args", "check", "options")

    # Open to be read: the JSON Schema of a record says the same rules in its own words.
    def __init__(self, check: Callable[..., object], *args: object, **options: object) -> None:
        self.check = check
        self.args = args
        self.options = options

    def __call__(self, _: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
        """Raise the first fault."""
        found = self.check(attribute.name, value, *self.args, **self.options)
        if type(found) is GeneratorType:
            for error in found:
                raise error

    def faults(self, name: str, value: object) -> Iterator[InvalidValueError]:
        """Give every fault of a value."""
        try:
            found = self.check(name, value, *self.args, **self.options)
        except InvalidValueError as error:
            yield error
        else:
            # A check of one value returns it, a check of several gives its faults.
            if isinstance(found, GeneratorType):
                yield from found


class optionally(by):  # noqa: N801
    """As :class:`by`, but ``None`` passes."""

    __slots__ = ()

    def __call__(self, _: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
        """Raise the first fault, none of ``None``."""
        if value is not None:
            super().__call__(_, attribute, value)

    def faults(self, name: str, value: object) -> Iterator[InvalidValueError]:
        """Give every fault of a value, none of ``None``."""
        if value is not None:
            yield from super().faults(name, value)
