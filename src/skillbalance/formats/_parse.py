"""
JSON text to plain objects, with nothing lost that a fault should name.

What Python's parser would drop or turn into something else (a key given twice, ``NaN``,
``1e999``, an integer of ten thousand digits) is kept as an object of its own, for the reader of
records to refuse at its path.
"""

import json
import math
from typing import Any, NoReturn

import attrs

from skillbalance.errors import Fault, InvalidDocumentError, shorten

__all__ = ["DocumentObject", "Unusable", "parse", "shown"]


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
        If it is not UTF-8, not JSON, or nested deeper than Python's stack.

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
    except RecursionError:
        _refuse("nested too deeply to be read")


def _hint(text: str) -> str:
    """Help who passed the name of a file instead of its content."""
    if "\n" not in text and text.strip().endswith(".json"):
        return f" (a file is read by its path: pathlib.Path({shorten(text)}))"
    return ""


def _refuse(message: str) -> NoReturn:
    raise InvalidDocumentError((Fault("$", message),)) from None
