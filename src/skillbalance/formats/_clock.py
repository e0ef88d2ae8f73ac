"""
Dates, times of day and times with a zone as text, and back.

A date is ``2026-01-05``, a time of day ``18:00``. A time with a zone carries its offset and the
name of the zone, ``2026-01-05T18:00:00+01:00[Europe/Berlin]`` (RFC 9557): the offset tells the two
passes of an hour apart when clocks go back, the name keeps the zone what it was.
"""

import datetime as dt
import re
from functools import lru_cache
from typing import Final

__all__ = [
    "DATETIME_PATTERN",
    "TIME_PATTERN",
    "datetime_text",
    "read_date",
    "read_datetime",
    "read_time",
    "time_text",
]

TIME_PATTERN: Final = r"^[0-2][0-9]:[0-5][0-9]$"
DATETIME_PATTERN: Final = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[+-][0-9]{2}:[0-9]{2}"
    r"(\[[A-Za-z0-9_+/-]+\])?$"
)


@lru_cache(maxsize=4096)  # some years: people share the days on which things are said
def read_date(text: str) -> dt.date:
    """
    Read a date written ``YYYY-MM-DD``.

    Raises
    ------
    ValueError
        If it is written in any other way, or is no day of the calendar.

    Examples
    --------
    >>> read_date("2026-W02-1")
    Traceback (most recent call last):
    ...
    ValueError: a date is written YYYY-MM-DD
    """
    date = dt.date.fromisoformat(text)
    # Python also reads "20260105" and "2026-W02-1"; one form is enough.
    if date.isoformat() != text:
        raise ValueError("a date is written YYYY-MM-DD")
    return date


def time_text(value: dt.time) -> str:
    """
    Write a time of day, to the minute.

    Raises
    ------
    ValueError
        If it has seconds or a zone, which the text would lose.

    Examples
    --------
    >>> time_text(dt.time(18))
    '18:00'
    """
    if value.tzinfo is not None or value.second or value.microsecond:
        raise ValueError("a time of day is written in whole minutes")
    return value.isoformat("minutes")


def read_time(text: str) -> dt.time:
    """
    Read a time of day written ``HH:MM``.

    Raises
    ------
    ValueError
        If it is written in any other way.
    """
    time = dt.time.fromisoformat(text)
    if time.tzinfo is not None or time.isoformat("minutes") != text:
        raise ValueError("a time of day is written HH:MM")
    return time


def datetime_text(value: dt.datetime) -> str:
    """
    Write a time with its offset and, where it has one, the name of its zone.

    Raises
    ------
    ValueError
        If it has no zone, or parts of a second.

    Examples
    --------
    >>> datetime_text(dt.datetime(2026, 1, 5, 18, tzinfo=dt.UTC))
    '2026-01-05T18:00:00+00:00'
    """
    if value.utcoffset() is None or value.microsecond:
        raise ValueError("a time is written with its offset, in whole seconds")
    name = getattr(value.tzinfo, "key", None)
    return value.isoformat() + (f"[{name}]" if name else "")


def read_datetime(text: str) -> dt.datetime:
    """
    Read a time with a zone, as :func:`datetime_text` writes it.

    Raises
    ------
    ValueError
        If it is written in any other way, the zone is unknown, or its clocks do not show this.
    """
    import zoneinfo

    if not re.fullmatch(DATETIME_PATTERN, text):
        raise ValueError("a time is written YYYY-MM-DDTHH:MM:SS+HH:MM[Zone]")
    written, _, name = text.removesuffix("]").partition("[")
    value = dt.datetime.fromisoformat(written)
    if name:
        try:
            zone = zoneinfo.ZoneInfo(name)
        except (zoneinfo.ZoneInfoNotFoundError, OSError) as error:
            raise ValueError(f"no time zone is called {name}") from error
        value = value.astimezone(zone)
    if datetime_text(value) != text:
        raise ValueError("no clock of this zone shows this time")
    return value
