"""Checks of one value or of several, for code and for the fields of records."""

import datetime as dt
import enum
import math
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeVar, cast

import numpy as np

from skillbalance.errors import InvalidValueError, nearest_names, shorten, suggestion

__all__ = [
    "NameFinder",
    "calendar_date",
    "entry",
    "identifier",
    "identifiers",
    "instance",
    "instances",
    "integer_in",
    "member",
    "number_in",
    "numbers_by_id",
    "range_rule",
    "text",
    "unique",
    "widen",
]

# Keys come from outside and go into names and paths.
_LONGEST_KEY: Final = 80
_NUMBERS: Final = (int, float, np.integer, np.floating)

_T = TypeVar("_T")
_E = TypeVar("_E", bound=enum.Enum)


def widen(value: float) -> float:
    """
    Turn an int or a NumPy number into a float; leave anything else as it is.

    Examples
    --------
    >>> widen(3), widen(True)
    (3.0, True)
    """
    whatever: object = value
    if type(whatever) is float:  # as it nearly always is
        return whatever
    if isinstance(whatever, bool) or not isinstance(whatever, _NUMBERS):
        return value
    try:
        return float(whatever)
    except OverflowError:
        return value


# --- checks of one value --------------------------------------------------------------------


def range_rule(low: float, high: float, *, open_low: bool = False) -> str:
    if high == math.inf:
        if low == -math.inf:
            return "a finite number"
        return f"greater than {low:g}" if open_low else f"at least {low:g}"
    if low == -math.inf:
        return f"at most {high:g}"
    return f"in {'(' if open_low else '['}{low:g}, {high:g}]"


def number_in(
    name: str,
    value: object,
    low: float = -math.inf,
    high: float = math.inf,
    *,
    open_low: bool = False,
) -> float:
    """
    Check that a value is a finite number in ``[low, high]`` and give it as a float.

    Booleans, strings, ``None``, NaN and infinities are refused; ints and NumPy scalars widen.

    Parameters
    ----------
    name : str
        What the value is called in the error.
    value : object
        The value.
    low, high : float
        Inclusive limits.
    open_low : bool
        Whether *low* itself is outside.

    Returns
    -------
    float
        The value.

    Raises
    ------
    InvalidValueError
        If it is not such a number.

    Examples
    --------
    >>> number_in("upkeep", 1, 0, 1)
    1.0
    """
    # The usual case first: documents hold many numbers, and nearly all are right.
    if type(value) is float and low < value <= high and value - value == 0.0:
        return value
    number = widen(cast(float, value))
    # Exactly float: bool, str and None came through the converter unchanged.
    if type(number) is not float or not math.isfinite(number):
        raise InvalidValueError(name, "a finite number", value)
    if not (low < number if open_low else low <= number) or number > high:
        raise InvalidValueError(name, range_rule(low, high, open_low=open_low), value)
    return number


def integer_in(name: str, value: object, low: int, high: int | None = None) -> int:
    """
    Check that a value is an integer (no bool, no float) of at least *low*, at most *high*.

    Raises
    ------
    InvalidValueError
        If it is not such an integer.
    """
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise InvalidValueError(name, "an integer", value)
    if value < low or (high is not None and value > high):
        rule = range_rule(low, math.inf if high is None else high)
        raise InvalidValueError(name, f"{low}" if high == low else rule, value)
    return int(value)


def text(name: str, value: object) -> str:
    """
    Check that a value is a string that can be written to a file.

    Raises
    ------
    InvalidValueError
        If it is no string, or holds half of a surrogate pair.
    """
    if not isinstance(value, str):
        raise InvalidValueError(name, "a string", value)
    if not value.isascii() and any(unicodedata.category(letter) == "Cs" for letter in value):
        raise InvalidValueError(name, "a string of whole Unicode characters", value)
    return value


def identifier(name: str, value: object) -> str:
    """
    Check that a value is a string with something in it besides spaces.

    Raises
    ------
    InvalidValueError
        If it is not.
    """
    if not isinstance(value, str) or not value.strip():
        raise InvalidValueError(name, "a non-empty string", value)
    return value if value.isascii() else text(name, value)


def calendar_date(name: str, value: object) -> dt.date:
    """
    Check that a value is a date and not a date with a time of day.

    Raises
    ------
    InvalidValueError
        If it is not.
    """
    if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
        raise InvalidValueError(name, "a datetime.date", value)
    return value


def member(name: str, value: object, choices: type[_E]) -> _E:
    """
    Check that a value is a member of an enum.

    Raises
    ------
    InvalidValueError
        If it is not; the rule lists the choices.
    """
    if not isinstance(value, choices):
        listed = ", ".join(repr(choice.value) for choice in choices)
        raise InvalidValueError(name, f"one of {listed}", value)
    return value


def instance(name: str, value: object, cls: type[_T]) -> _T:
    """
    Check that a value is a record of a class.

    Raises
    ------
    InvalidValueError
        If it is not.
    """
    if not isinstance(value, cls):
        raise InvalidValueError(name, _a(cls.__name__), value)
    return value


def _a(noun: str) -> str:
    return f"{'an' if noun[0] in 'AEIO' else 'a'} {noun}"


# --- checks of several values: every fault, not only the first ------------------------------


def entry(name: str, key: str) -> str:
    """
    Name one entry of a mapping, as limits and paths are named everywhere.

    Examples
    --------
    >>> entry("min_hours", "sql")
    'min_hours["sql"]'
    """
    return f'{name}["{key if len(key) <= _LONGEST_KEY else key[:_LONGEST_KEY] + "..."}"]'


def instances(name: str, value: object, cls: type) -> Iterator[InvalidValueError]:
    """Give an error for every member of a tuple that is no record of a class."""
    if not isinstance(value, tuple):
        yield InvalidValueError(name, f"an iterable of {cls.__name__}", value)
    else:
        for position, one in enumerate(value):
            if not isinstance(one, cls):
                yield InvalidValueError(f"{name}[{position}]", _a(cls.__name__), one)


def identifiers(name: str, value: object, *, fewest: int = 0) -> Iterator[InvalidValueError]:
    """Give every fault of what should be a tuple of different non-empty strings."""
    if not isinstance(value, tuple):
        yield InvalidValueError(name, "an iterable of strings", value)
    else:
        if len(value) < fewest:
            yield InvalidValueError(name, f"of length {fewest} or more", value)
        for position, one in enumerate(value):
            rule = _broken_rule(identifier, one)
            if rule is not None:
                yield InvalidValueError(f"{name}[{position}]", rule, one)
        if len(value) > 1:
            yield from unique(name, [one if isinstance(one, str) else None for one in value])


def numbers_by_id(name: str, value: object, low: float, high: float) -> Iterator[InvalidValueError]:
    """Give every fault of what should map non-empty ids to numbers in ``[low, high]``."""
    if not isinstance(value, Mapping):
        yield InvalidValueError(name, "a mapping of skill ids to numbers", value)
    else:
        for key, number in value.items():
            if not isinstance(key, str) or not key.strip():
                place = entry(name, key) if isinstance(key, str) else f"{name}[{shorten(key)}]"
                yield InvalidValueError(place, "keyed by a non-empty string", key)
                continue
            rule = _broken_rule(text, key)
            if rule is not None:
                yield InvalidValueError(entry(name, key), rule, key)
            rule = _broken_rule(number_in, number, low, high)
            if rule is not None:
                yield InvalidValueError(entry(name, key), rule, number)


def unique(
    name: str, values: Sequence[str | None], suffix: str = ""
) -> Iterable[InvalidValueError]:
    """
    Give an error for every value that an earlier place already holds; ``None`` is not compared.

    Examples
    --------
    >>> [str(error) for error in unique("skills", ["sql", "css", "sql"], ".id")]
    ["skills[2].id must be unique (skills[0].id has it already), got 'sql'"]
    """
    if len(set(values)) == len(values):  # as nearly always
        return ()
    return _repeated(name, values, suffix)


def _repeated(name: str, values: Sequence[str | None], suffix: str) -> Iterator[InvalidValueError]:
    first: dict[str, int] = {}
    for position, value in enumerate(values):
        if value is None:
            continue
        earlier = first.setdefault(value, position)
        if earlier != position:
            rule = f"unique ({name}[{earlier}]{suffix} has it already)"
            yield InvalidValueError(f"{name}[{position}]{suffix}", rule, value)


def _broken_rule(check: Callable[..., object], value: object, *args: object) -> str | None:
    """Name no place: to phrase one takes longer than to check a value, and most are right."""
    try:
        check("", value, *args)
    except InvalidValueError as error:
        return error.rule
    return None


class NameFinder:
    """
    Look names up in a set of known ones and suggest the nearest, within a budget of work.

    Comparing ten thousand misspelt names with ten thousand known ones would take hours, so
    after some thousands of comparisons the suggestions stop; the look-up itself goes on.

    Parameters
    ----------
    known : iterable of str
        The names that exist.

    Examples
    --------
    >>> finder = NameFinder(["sql", "python"])
    >>> "sqll" in finder, finder.suggest("sqll")
    (False, " (nearest: 'sql')")
    """

    _MOST_COMPARISONS: Final = 40_000

    def __init__(self, known: Iterable[str]) -> None:
        self._known = dict.fromkeys(known)
        self._left = self._MOST_COMPARISONS

    def __contains__(self, name: object) -> bool:
        """Say whether the name is known."""
        return name in self._known

    def suggest(self, name: str) -> str:
        """Phrase the nearest known name, or nothing."""
        if self._left <= 0:
            return ""
        self._left -= len(self._known)
        return suggestion(nearest_names(name, self._known, limit=1))
