"""
The practice log: one JSON object a line, so that an app can append and a crash costs one line.

Unlike a document, a log is not refused as a whole: what can be read is kept and every fault is
named by its line, for a log of years is worth more than the line on which the battery died.
"""

import os
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final, Protocol

import attrs

from skillbalance import _checks
from skillbalance.errors import Fault, InvalidDocumentError, InvalidValueError
from skillbalance.model._record import Record
from skillbalance.model.practice import PracticeRecord

if TYPE_CHECKING:
    from skillbalance.formats._read import Read

__all__ = ["PracticeLog", "append_practice", "read_practice_log", "write_practice_log"]

_HALF_WRITTEN: Final = "half-written: "


class _Readable(Protocol):
    def read(self) -> str | bytes: ...


@attrs.frozen(kw_only=True)
class PracticeLog(Record):
    """
    What could be read of a practice log.

    Attributes
    ----------
    records : tuple of PracticeRecord
        The sessions of all good lines, in the order of the log.
    faults : tuple of Fault
        What is wrong with the others, by line: ``line 3: $.hours``.
    """

    records: tuple[PracticeRecord, ...] = ()
    faults: tuple[Fault, ...] = ()

    def __iter__(self) -> Iterator[PracticeRecord]:
        """Go through the sessions in the order of the log."""
        return iter(self.records)

    def __len__(self) -> int:
        """Count the sessions."""
        return len(self.records)

    @property
    def half_written(self) -> bool:
        """Whether the last line was cut off while it was written; it is among the faults."""
        return bool(self.faults) and self.faults[-1].message.startswith(_HALF_WRITTEN)


def read_practice_log(source: str | bytes | os.PathLike[str] | _Readable) -> PracticeLog:
    r"""
    Read a practice log: one session a line, as :func:`append_practice` writes it.

    Parameters
    ----------
    source : str, bytes, os.PathLike or file
        The text itself, or where to read it: a path (``pathlib.Path``, not a string) or an open
        file. UTF-8. Empty lines are passed over.

    Returns
    -------
    PracticeLog
        The sessions, and every fault with its line. Nothing in a log makes this function raise.

    Raises
    ------
    InvalidValueError
        If *source* is nothing to read from.
    OSError
        If the file cannot be read.

    Notes
    -----
    Types are as strict as in :func:`from_json`. A session is one line, so reading takes time in
    proportion to the log, some 40 microseconds a line. Sessions are kept in the order of the log
    and none is dropped as a repetition: two hours on one day are two hours.

    Examples
    --------
    >>> log = read_practice_log(
    ...     '{"skill_id": "sql", "on": "2026-01-05", "hours": 1, "activity": "practice"}\n'
    ...     '{"skill_id": "sql", "on": "2026-01-06", "hours": "1", "activity": "practice"}\n'
    ...     '{"skill_id": "sql", "on": "2026-01-0'
    ... )
    >>> len(log.records), log.half_written
    (1, True)
    >>> for fault in log.faults:
    ...     print(fault)
    line 2: $.hours: must be a finite number, got '1'
    line 3: half-written: not JSON: Unterminated string starting at, column 27
    """
    # Loaded here: most programs that import skillbalance read no log.
    from skillbalance.formats._read import reader_of

    content = _content(source)
    lines: list[str | bytes] = []
    lines += content.split(b"\n") if isinstance(content, bytes) else content.split("\n")
    read = reader_of(PracticeRecord)
    records: list[PracticeRecord] = []
    faults: list[Fault] = []
    last = len(lines)
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        record, found = _line(read, line, number, ended=number < last)
        faults += found
        if record is not None:
            records.append(record)
    return PracticeLog(records=tuple(records), faults=tuple(faults))


def write_practice_log(records: Iterable[PracticeRecord]) -> str:
    """
    Write sessions as the text of a log, one line each.

    Raises
    ------
    InvalidValueError
        If one is no :class:`PracticeRecord`.

    Examples
    --------
    >>> import datetime as dt
    >>> session = PracticeRecord(
    ...     skill_id="sql", on=dt.date(2026, 1, 5), hours=1, activity="practice"
    ... )
    >>> text = write_practice_log([session])
    >>> print(text, end="")
    {"skill_id": "sql", "on": "2026-01-05", "hours": 1.0, "activity": "practice", "outcome": "done"}
    >>> read_practice_log(text).records == (session,)
    True
    """
    from skillbalance.formats._write import written

    lines = []
    for position, record in enumerate(records):
        _checks.instance(f"records[{position}]", record, PracticeRecord)
        lines.append(written(record, indent=None))
    return "".join(f"{line}\n" for line in lines)


def append_practice(path: str | os.PathLike[str], records: Iterable[PracticeRecord]) -> None:
    """
    Append sessions to a log, making it if there is none.

    Parameters
    ----------
    path : str or os.PathLike
        The log.
    records : iterable of PracticeRecord
        What to append, in this order.

    Raises
    ------
    InvalidValueError
        If one is no :class:`PracticeRecord`; nothing is written then.
    OSError
        If the file cannot be written.

    Notes
    -----
    All goes out in one write at the end of the file and is on the disk on return. Where an earlier
    write was cut off, the new lines start on a line of their own: what was half-written stays a
    fault of its line and spoils no other.
    """
    text = write_practice_log(records).encode("utf-8")
    if not text:
        return
    with open(path, "a+b", buffering=0) as file:  # noqa: PTH123  (also for plain strings)
        end = file.seek(0, os.SEEK_END)
        if end > 0:
            file.seek(end - 1)
            if file.read(1) != b"\n":
                text = b"\n" + text
        # Opened to append: a write goes to the end, wherever the file was read.
        file.write(text)
        os.fsync(file.fileno())


def _line(
    read: "Read", line: str | bytes, number: int, *, ended: bool
) -> tuple[PracticeRecord | None, list[Fault]]:
    """Read one line; give the record, or its faults."""
    from skillbalance.formats._parse import parse
    from skillbalance.formats._read import Reader

    place = f"line {number}"
    try:
        value = parse(line)
    except InvalidDocumentError as error:
        # Of a single line only the column says anything.
        message = error.faults[0].message.replace(" at line 1, column", ", column")
        return None, [Fault(place, message if ended else f"{_HALF_WRITTEN}{message}")]
    reader = Reader()
    record = read(reader, value, "$")
    if isinstance(record, PracticeRecord) and not reader.faults:
        return record, []
    return None, [Fault(f"{place}: {fault.path}", fault.message) for fault in reader.faults]


def _content(source: object) -> str | bytes:
    from pathlib import Path

    if isinstance(source, os.PathLike):
        source = Path(source).read_bytes()
    elif hasattr(source, "read"):
        source = source.read()
    if isinstance(source, (str, bytes)):
        return source
    raise InvalidValueError("source", "text of a practice log, a path or an open file", source)
