"""Days and weeks as plans count them, never past the last day of the calendar."""

import datetime as dt
from typing import Final

DAYS_PER_WEEK: Final = 7
DAYS_PER_YEAR: Final = 365.25


def days_left(day: dt.date) -> int:
    """
    Count the days from a day to the last one of the calendar.

    Examples
    --------
    >>> days_left(dt.date(9999, 12, 30))
    1
    """
    return (dt.date.max - day).days


def days_later(day: dt.date, days: float) -> dt.date:
    """
    Return the day some days later, rounded to a whole one, or the last of the calendar.

    Examples
    --------
    >>> days_later(dt.date(2026, 3, 2), 6.6), days_later(dt.date(2026, 3, 2), 1e9)
    (datetime.date(2026, 3, 9), datetime.date(9999, 12, 31))
    """
    return day + dt.timedelta(days=min(round(days), days_left(day)))


def weeks_later(day: dt.date, weeks: float) -> dt.date:
    """
    Return the day some weeks later, rounded to a whole one, or the last of the calendar.

    Examples
    --------
    >>> weeks_later(dt.date(2026, 3, 2), 26.0)
    datetime.date(2026, 8, 31)
    """
    return days_later(day, weeks * DAYS_PER_WEEK)
