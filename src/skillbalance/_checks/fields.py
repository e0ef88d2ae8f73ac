"""What the fields of records are made of: converters that widen, validators that know the name."""

import enum
from collections.abc import Callable, Iterable, Iterator
from inspect import isgeneratorfunction
from types import GeneratorType
from typing import Any, TypeVar, cast

import attrs
import numpy as np

from skillbalance._checks.values import widen
from skillbalance.errors import InvalidValueError

__all__ = [
    "Rule",
    "as_member",
    "as_strings",
    "as_tuple",
    "by",
    "optionally",
    "rule_of",
    "widen_integer",
    "widen_integer_or_none",
    "widen_or_none",
]

_T = TypeVar("_T")
_E = TypeVar("_E", bound=enum.Enum)
Validator = Callable[[object, "attrs.Attribute[Any]", Any], object]


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
    if type(whatever) is tuple:
        return whatever
    if isinstance(whatever, (str, bytes)) or not isinstance(whatever, Iterable):
        return cast(tuple[_T, ...], value)
    return tuple(value)


def as_strings(value: Iterable[str]) -> tuple[str, ...]:
    """Turn strings into a tuple of them, as :func:`as_tuple` does."""
    return as_tuple(value)


def as_member(choices: type[_E], value: _E | str) -> _E:
    """Turn the exact value string of an enum into its member; leave anything else as it is."""
    if not isinstance(value, str):
        return value
    for choice in choices:
        if choice.value == value:
            return choice
    return cast(_E, value)


@attrs.frozen
class Rule:
    """
    What a validator made by :func:`by` holds a value to, open to be read.

    The constructor stops at the first fault; the reader of documents asks for all of them here,
    and the JSON Schema of a record says the same in its own words.

    Attributes
    ----------
    check : callable
        A check of this package (raises, or gives its faults).
    args : tuple
        What the check takes after name and value.
    options : dict
        What it takes by keyword.
    or_none : bool
        Whether ``None`` passes.
    """

    check: Callable[..., object]
    args: tuple[object, ...]
    options: dict[str, object]
    or_none: bool = False

    def faults(self, name: str, value: object) -> Iterator[InvalidValueError]:
        """Give every fault of a value."""
        if value is None and self.or_none:
            return
        try:
            found = self.check(name, value, *self.args, **self.options)
        except InvalidValueError as error:
            yield error
        else:
            # A check of one value returns it, a check of several gives its faults.
            if isinstance(found, GeneratorType):
                yield from found


def rule_of(validator: object) -> Rule | None:
    """Give the rule behind a validator made by :func:`by` or :func:`optionally`."""
    return getattr(validator, "rule", None)


def by(check: Callable[..., object], *args: object, **options: object) -> Validator:
    """
    Make an attrs validator of a check: it learns the name from the attribute.

    Parameters
    ----------
    check : callable
        A check of this package (raises, or gives its faults).
    *args, **options
        What the check takes after name and value.

    Returns
    -------
    callable
        The validator, which raises the first fault.

    Examples
    --------
    >>> from skillbalance._checks import number_in, widen
    >>> @attrs.frozen
    ... class Share:
    ...     value: float = attrs.field(converter=widen, validator=by(number_in, 0, 1))
    >>> Share(1)
    Share(value=1.0)
    """
    return _with_rule(_validator(check, args, options), Rule(check, args, options))


def optionally(check: Callable[..., object], *args: object, **options: object) -> Validator:
    """Make a validator as :func:`by` does, but ``None`` passes."""
    validate = _validator(check, args, options)

    def validate_others(record: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
        if value is not None:
            validate(record, attribute, value)

    return _with_rule(validate_others, Rule(check, args, options, or_none=True))


def _with_rule(validate: Validator, rule: Rule) -> Validator:
    vars(validate)["rule"] = rule
    return validate


def _validator(
    check: Callable[..., Any], args: tuple[object, ...], options: dict[str, object]
) -> Validator:
    if isgeneratorfunction(check):

        def raise_first(_: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
            for error in check(attribute.name, value, *args, **options):
                raise error

        return raise_first
    # Functions, and each with the arguments spelt out: they run for every attribute of every
    # record, and to unpack a tuple or to call an object takes longer than most checks do.
    match args:
        case () if not options:
            return lambda _, attribute, value: check(attribute.name, value)
        case (only,) if not options:
            return lambda _, attribute, value: check(attribute.name, value, only)
        case (low, high) if not options:
            return lambda _, attribute, value: check(attribute.name, value, low, high)
    return lambda _, attribute, value: check(attribute.name, value, *args, **options)
