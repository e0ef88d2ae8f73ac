"""
JSON text to plain objects, with nothing lost that a fault should name.

What Python's parser would drop or turn into something else (a key given twice, ``NaN``,
``1e999``, an integer of ten thousand digits) is kept as an object of its own, for the reader of
records to refuse at its path.
"""

import json
import math
import re
from typing import Any, Final, NoReturn

import attrs

from skillbalance.errors import Fault, InvalidDocumentError, shorten

__all__ = ["DEEPEST", "DocumentObject", "Unusable", "check_size", "parse", "shown"]

DEEPEST: Final = 64
"""Most levels of arrays and objects in a document; the records of this package need 6 at most."""

# A string whole, so that brackets in it are not counted, or one bracket. A string without its end
# is taken as far as the text goes: to look for the end from each quote anew would take forever.
_BRACKET_OR_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*+"?|[][{}]', re.DOTALL)


@attrs.frozen
class Unusable:
    """
    A number that JSON text can hold and a float or an int cannot.

    Attributes
    ----------
    literal : str
        How to show it.
    """

    literal: str

    def __repr__(self) -> str:
        """Show the literal alone: it stands in messages."""
        return self.literal


class DocumentObject(dict[str, Any]):
    """A JSON object that remembers which keys it was given more than once."""

    __slots__ = ("repeated",)

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        seen: set[str] = set()
        # In order, each once.
        repeated = {key: None for key, _ in pairs if key in seen or seen.add(key)}  # type: ignore[func-returns-value]
        self.repeated = tuple(repeated)


class Shown:
    """A JSON value as a message names it: containers by their kind alone."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        """Give the text."""
        return self._text


def shown(value: object) -> Shown:
    """
    Name a JSON value in the words of JSON.

    Examples
    --------
    >>> shown(None), shown([1, 2]), shown("0.5")
    (null, an array, '0.5')
    """
    if value is None:
        return Shown("null")
    if isinstance(value, bool):
        return Shown("true" if value else "false")
    if isinstance(value, list):
        return Shown("an array")
    if isinstance(value, dict):
        return Shown("an object")
    return Shown(shorten(value))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    plain = dict(pairs)
    return plain if len(plain) == len(pairs) else DocumentObject(pairs)


def _float(literal: str) -> float | Unusable:
    number = float(literal)
    return number if math.isfinite(number) else Unusable(shorten(Shown(literal)))


def _integer(literal: str) -> int | Unusable:
    try:
        return int(literal)
    except ValueError:
        # Python refuses to read integers of more than some thousands of digits, rightly.
        return Unusable(f"an integer of {len(literal.lstrip('-'))} digits")


def check_size(size: int, most: int | None) -> None:
    """
    Refuse a document that is larger than the caller wants to read.

    Raises
    ------
    InvalidDocumentError
        If *size* is above *most*; ``None`` allows any.

    Examples
    --------
    >>> check_size(5, 4)
    Traceback (most recent call last):
    ...
    skillbalance.errors.InvalidDocumentError: 1 fault in the document
      $: more than 4 bytes, the most that max_bytes allows
    """
    if most is not None and size > most:
        _refuse(f"more than {most} bytes, the most that max_bytes allows")


def _is_deeper(text: str, most: int) -> bool:
    """Say whether brackets stand inside each other in more than so many levels."""
    depth = 0
    for found in _BRACKET_OR_STRING.finditer(text):
        sign = found[0]
        if sign in "[{":
            depth += 1
            if depth > most:
                return True
        elif sign in "]}":
            depth -= 1
    return False


def parse(source: str | bytes) -> object:
    """
    Turn JSON text into dicts, lists, strings, numbers, booleans and ``None``.

    Parameters
    ----------
    source : str or bytes
        The text; bytes are UTF-8, with or without a byte order mark.

    Returns
    -------
    object
        The value. Objects with a repeated key are :class:`DocumentObject`, numbers that cannot
        be represented :class:`Unusable`.

    Raises
    ------
    InvalidDocumentError
        If it is not UTF-8, not JSON, or nested deeper than :data:`DEEPEST` levels.

    Examples
    --------
    >>> parse('{"hours": [1, 1e999]}')
    {'hours': [1, 1e999]}
    """
    if isinstance(source, bytes):
        try:
            text = source.decode("utf-8")
        except UnicodeDecodeError as error:
            _refuse(f"not UTF-8 text: {error.reason} at byte {error.start}")
    else:
        text = source
    text = text.removeprefix("\ufeff")
    # Before Python's parser, whose own limit differs from version to version.
    if _is_deeper(text, DEEPEST):
        _refuse(f"nested deeper than {DEEPEST} levels")
    try:
        return json.loads(
            text,
            parse_float=_float,
            parse_int=_integer,
            parse_constant=Unusable,
            object_pairs_hook=_object,
        )
    except json.JSONDecodeError as error:
        _refuse(f"not JSON: {error.msg} at line {error.lineno}, column {error.colno}{_hint(text)}")
    except RecursionError:  # called with hardly any stack left
        _refuse("nested too deeply to be read")


def _hint(text: str) -> str:
    """Help who passed the name of a file instead of its content."""
    if "\n" not in text and text.strip().endswith(".json"):
        return f" (a file is read by its path: pathlib.Path({shorten(text)}))"
    return ""


def _refuse(message: str) -> NoReturn:
    raise InvalidDocumentError((Fault("$", message),)) from None
