"""Records as JSON documents: strict to read, atomic to write, equal when read back."""

import json
import os
from functools import cache
from typing import Any, Final, Protocol, TypeVar, cast

import attrs

from skillbalance import _checks
from skillbalance.errors import InvalidDocumentError, InvalidValueError
from skillbalance.formats._fast import STUMBLES, QuickRead, quick_reader_of, quickly_parsed
from skillbalance.formats._parse import check_size, parse
from skillbalance.formats._read import Read, Reader, reader_of
from skillbalance.formats._write import written

__all__ = ["BEYOND_SCHEMA", "from_data", "from_json", "json_schema", "to_data", "to_json"]

BEYOND_SCHEMA: Final = (
    "ids are unique within a profile",
    "goals, ratings, feedback and limits name skills that are there",
    "a rating lies on its scale, or is one of its labels",
    "a maximum lies above its minimum, a scale has no single label",
    "the lowest soft share is not above the highest",
    "the field of a profile that brings an occupation along is the id of that occupation",
    "a whole number is written without a decimal point",
    "an array of numbers is rectangular",
    "keys are given once, strings hold no half of a surrogate pair",
)
"""Rules that the reader keeps and no schema can, between values, and of the text itself."""

_R = TypeVar("_R")


class _Readable(Protocol):
    def read(self) -> str | bytes: ...


MOST_BYTES: Final = 64 * 1024 * 1024
"""Largest document that is read unless the caller asks for more. [byte]"""


def from_json(
    source: str | bytes | os.PathLike[str] | _Readable,
    type: type[_R],  # noqa: A002  (the word for what it is)
    *,
    max_bytes: int | None = MOST_BYTES,
) -> _R:
    """
    Read a record from a JSON document.

    Types are strict: ``"0.5"`` is no number, ``true`` no integer, ``5.0`` no count; an integer
    will do where a number is expected. Enums are written by value, dates as ``2026-01-05``, a
    rating as a number or as a label of its scale, a scale as an object or by name
    (``"cefr"``). Unknown keys are refused, and so are keys given twice, ``NaN`` and infinities,
    ids given twice, ids of skills that are not there, unknown fields and unknown O*NET elements.

    Parameters
    ----------
    source : str, bytes, os.PathLike or file
        The JSON text itself, or where to read it: a path (``pathlib.Path``, not a string) or
        an open file.
    type : type
        The record class to read: ``PlanDocument``, ``Profile``, ``TimePlan``...
    max_bytes : int or None
        Largest document to read; 64 MiB, some hundred thousand skills, by default. None reads
        any. A web app that takes documents of strangers does well to allow less. Of a file at a
        path no more is read; a string counts in UTF-8; an open file is read whole. [byte]

    Returns
    -------
    record
        An instance of *type*.

    Raises
    ------
    InvalidDocumentError
        With every fault in the document, each with its path. One that is too large, or nested
        deeper than 64 levels, is refused as a whole.
    InvalidValueError
        If *source* or *type* is nothing to read from or to, or *max_bytes* no size.
    OSError
        If the file cannot be read (``FileNotFoundError`` if it is not there).

    Notes
    -----
    Takes time in proportion to the size of the document; 10,000 skills take some tenths of a
    second, and a second or two if all are wrong. Suggestions of nearest names stop after some
    thousands of comparisons.

    Examples
    --------
    >>> from skillbalance.model.skill import Skill
    >>> from_json('{"id": "sql", "kind": "hard"}', Skill).half_gap_hours
    120.0
    >>> from_json('{"id": "sql", "knid": "hard", "upkeep": 7}', Skill)
    Traceback (most recent call last):
    ...
    skillbalance.errors.InvalidDocumentError: 3 faults in the document
      $.knid: unknown key (nearest: 'kind')
      $.kind: missing
      $.upkeep: must be in [0, 1], got 7.0
    """
    read_quickly, read = _readers_of(type)
    content = _content(source, max_bytes)
    try:
        return cast(_R, read_quickly(quickly_parsed(content)))
    except STUMBLES:
        return cast(_R, _read_with_faults(read, parse(content)))


def from_data(data: object, type: type[_R]) -> _R:  # noqa: A002  (as in from_json)
    """
    Read a record from plain JSON values, such as a web framework or a JSON column hands over.

    Parameters
    ----------
    data : object
        Dicts with string keys, lists, strings, numbers, booleans and ``None``: what
        ``json.loads`` gives. Dates are strings, as in a document.
    type : type
        The record class to read.

    Returns
    -------
    record
        An instance of *type*.

    Raises
    ------
    InvalidDocumentError
        With every fault, each with its path.
    InvalidValueError
        If *type* is nothing to read.

    Examples
    --------
    >>> from skillbalance.model.budget import TimeBudget
    >>> from_data({"hours_per_week": 4}, TimeBudget).block_hours
    0.5
    """
    read_quickly, read = _readers_of(type)
    try:
        return cast(_R, read_quickly(data))
    except STUMBLES:
        return cast(_R, _read_with_faults(read, data))


def _read_with_faults(read: Read, value: object) -> object:
    """Go the long way, which names every fault."""
    reader = Reader()
    record = read(reader, value, "$")
    if reader.faults:
        raise InvalidDocumentError(tuple(reader.faults))
    return record


def _readers_of(cls: object) -> tuple[QuickRead, Read]:
    """Give the short way and the long way to read a record class."""
    if not isinstance(cls, type):
        raise InvalidValueError("type", "a record class of skillbalance", cls)
    return _readers_of_class(cls)


@cache
def _readers_of_class(cls: type) -> tuple[QuickRead, Read]:
    if not attrs.has(cls):
        raise InvalidValueError("type", "a record class of skillbalance", cls)
    try:
        read = reader_of(cls)
    except TypeError as error:
        raise InvalidValueError("type", f"a class of records ({error})", cls) from None
    return quick_reader_of(cls), read


def _content(source: object, most: int | None) -> str | bytes:
    if most is not None:
        most = _checks.integer_in("max_bytes", most, 1)
    # By the exact type: there are paths that are strings too.
    if type(source) is not str and type(source) is not bytes:
        source = _content_of_file(source, most)
    if isinstance(source, bytes):
        check_size(len(source), most)
        return source
    if isinstance(source, str):
        # Encoded only where it matters: a letter takes one to four bytes.
        if most is not None and 4 * len(source) > most:
            check_size(len(source.encode("utf-8", "surrogatepass")), most)
        return source
    raise InvalidValueError("source", "JSON text, a path or an open file", source)


def _content_of_file(source: object, most: int | None) -> object:
    from pathlib import Path

    if isinstance(source, os.PathLike):
        with Path(source).open("rb") as file:
            # By what comes, not by what the file system says: a device or a pipe says nothing.
            return file.read(-1 if most is None else most + 1)
    return source.read() if hasattr(source, "read") else source


def to_json(
    record: object, path: str | os.PathLike[str] | None = None, *, indent: int | None = 2
) -> str:
    """
    Write a record as a JSON document.

    Parameters
    ----------
    record : record
        Any record of this package, results included.
    path : path or str, optional
        The file to write. It is replaced in one step: another program sees the old content or the
        new one, never half of it.
    indent : int, optional
        Spaces a level is indented by; None writes one line, three times faster.

    Returns
    -------
    str
        The document, keys in the order of the attributes. :func:`from_json` gives an
        equal record from it.

    Raises
    ------
    InvalidValueError
        If *record* is no record, or holds a number that is not finite; nothing is written then.
    OSError
        If the file cannot be written; an older one stays as it is.

    Examples
    --------
    >>> from skillbalance.model.scales import PERCENT
    >>> print(to_json(PERCENT))
    {
      "minimum": 0.0,
      "maximum": 100.0,
      "labels": []
    }
    """
    if not attrs.has(type(record)):
        raise InvalidValueError("record", "a record of skillbalance", record)
    text = written(record, indent=indent)
    if path is not None:
        replace_file(path, text + "\n")
    return text


def to_data(record: object) -> dict[str, Any]:
    """
    Turn a record into plain JSON values: dicts, lists, strings, numbers, booleans and ``None``.

    Parameters
    ----------
    record : record
        Any record of this package, results included.

    Returns
    -------
    dict
        What :func:`to_json` writes and :func:`from_data` reads; new at each call.

    Raises
    ------
    InvalidValueError
        If *record* is no record, or holds a number that is not finite.

    Examples
    --------
    >>> from skillbalance.model.scales import PERCENT
    >>> to_data(PERCENT)
    {'minimum': 0.0, 'maximum': 100.0, 'labels': []}
    """
    # Through the text, which refuses what no document holds and leaves nothing but JSON values.
    return cast(dict[str, Any], json.loads(to_json(record, indent=None)))


def json_schema(type: type) -> dict[str, Any]:  # noqa: A002  (as in from_json)
    """
    Give the JSON Schema (2020-12) of a record's document.

    Made from the same types and checks that read the document, so the two cannot disagree.

    Parameters
    ----------
    type : type
        The record class: ``PlanDocument``, ``Profile``, ``TimePlan``...

    Returns
    -------
    dict
        A schema that stands alone, its parts under ``$defs``; new at each call. Descriptions are
        those of the attributes, with units.

    Raises
    ------
    InvalidValueError
        If *type* is no class of records.

    Notes
    -----
    :func:`from_json` loads a document exactly when the schema accepts it, apart from the rules
    that no schema can say, most of them between values: see
    :data:`~skillbalance.formats.documents.BEYOND_SCHEMA`. Checking ``format`` has to be switched on
    in most validators; without it a date is held to its shape
    only.

    References
    ----------
    JSON Schema: A Media Type for Describing JSON Documents, draft 2020-12.

    Examples
    --------
    >>> from skillbalance.model.budget import TimeBudget
    >>> schema = json_schema(TimeBudget)
    >>> schema["properties"]["hours_per_week"]["maximum"], schema["required"]
    (168, ['hours_per_week'])
    """
    from skillbalance.formats._schema import schema_of

    _readers_of(type)
    return schema_of(type)


def replace_file(path: str | os.PathLike[str], text: str) -> None:
    """Write a file beside the old one and put it in its place: no reader sees half of it."""
    from pathlib import Path

    # Through a link the file it points to is replaced, not the link.
    target = Path(path).resolve()
    # In the same folder, because only there the replacement is one step; made by `open`, so that
    # it has the usual permissions, which files made by `tempfile` have not.
    draft = target.with_name(f".{target.name}.{os.urandom(4).hex()}.tmp")
    content = text.encode("utf-8")
    try:
        with draft.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            draft.chmod(target.stat().st_mode)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
