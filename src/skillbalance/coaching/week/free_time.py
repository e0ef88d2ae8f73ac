"""
The free time of one week: windows and exceptions by the local clock, as minutes that pass.

A minute is free if the local clock then shows a time that is free. Where clocks change, the week
is cut at the change and each part is read with its own offset; so a time that does not exist is
never free, and one that comes twice is free twice.
"""

import bisect
import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from skillbalance.coaching.days import DAYS_PER_WEEK
from skillbalance.errors import InvalidValueError
from skillbalance.model.availability import Availability, ExceptionKind, Weekday
from skillbalance.numeric.week.slots import Windows

# In minutes, in which a week is counted here.
DAY: Final = 1440
HOUR: Final = 60
# Earlier offsets are not whole minutes everywhere; later dates leave no room to count.
_FIRST_YEAR: Final = 1972
_LAST_YEAR: Final = 9998
_WEEKDAYS: Final = list(Weekday)

Interval = tuple[int, int]


def first_day(week_of: dt.date) -> dt.date:
    """
    Return the Monday of the week that holds a date.

    Raises
    ------
    InvalidValueError
        If the date is outside the years 1972 to 9998.

    Examples
    --------
    >>> first_day(dt.date(2026, 3, 8))
    datetime.date(2026, 3, 2)
    """
    if not _FIRST_YEAR <= week_of.year <= _LAST_YEAR:
        raise InvalidValueError("week_of", f"in the years {_FIRST_YEAR} to {_LAST_YEAR}", week_of)
    return week_of - dt.timedelta(days=week_of.weekday())


class _Part(NamedTuple):
    """Minutes [start, end) of the week in which clocks are `offset` ahead of UTC."""

    start: int
    end: int
    offset: int


class FreeTime:
    """
    The free time of a week.

    Minutes count from Monday 00:00 of the UTC calendar, so they pass evenly; the days are those of
    the local calendar.

    Parameters
    ----------
    availability : Availability
        When the person has time.
    monday : datetime.date
        The first day.

    Raises
    ------
    InvalidValueError
        If the zone's offset is not a number of whole minutes.
    """

    def __init__(self, availability: Availability, monday: dt.date) -> None:
        # Loaded here: most programs that import skillbalance make no schedule.
        from zoneinfo import ZoneInfo

        self.monday = monday
        self.zone = ZoneInfo(availability.time_zone)
        self._origin = dt.datetime.combine(monday, dt.time(), dt.UTC)
        self._parts = list(self._constant_parts())
        self._clock = [_free_clock(availability, monday, d) for d in range(DAYS_PER_WEEK)]

    def windows(self, *, days: Iterable[int] = range(DAYS_PER_WEEK), until: int = DAY) -> Windows:
        """
        Return the windows on some days, before some hour of the local clock.

        Parameters
        ----------
        days : iterable of int
            Days to use, 0 to 6.
        until : int
            Minutes after local midnight at which windows end at the latest.
        """
        found: list[tuple[int, int, int]] = []
        for d in days:
            pieces = [
                (
                    max(DAY * d + start - part.offset, part.start),
                    min(DAY * d + min(end, until) - part.offset, part.end),
                )
                for part in self._parts
                for start, end in self._clock[d]
            ]
            found += [(start, end, d) for start, end in _joined(pieces)]
        found.sort()
        starts, ends, on = zip(*found, strict=True) if found else ((), (), ())
        return Windows(starts, ends, on)

    def moment(self, minute: int) -> dt.datetime:
        """Return the local time of a minute of the week."""
        return (self._origin + dt.timedelta(minutes=minute)).astimezone(self.zone)

    def minute(self, moment: dt.datetime) -> float:
        """Return the minute of the week of a time; whole where the time is."""
        return (moment.astimezone(dt.UTC) - self._origin) / dt.timedelta(minutes=1)

    def _offset(self, minute: int) -> int:
        offset = self.moment(minute).utcoffset() or dt.timedelta()
        whole, rest = divmod(offset, dt.timedelta(minutes=1))
        if rest:
            rule = "in a year in which the offset of the zone is a number of whole minutes"
            raise InvalidValueError("week_of", rule, self._origin.date())
        return whole

    def _constant_parts(self) -> Iterator[_Part]:
        """Cut the week, and a day around it, where clocks change."""
        start, last = -DAY - 2 * HOUR, (DAYS_PER_WEEK + 1) * DAY + 2 * HOUR
        offset = self._offset(start)
        for hour in range(start, last, HOUR):
            later = self._offset(hour + HOUR)
            if later != offset:
                change = self._first_change(hour, offset)
                yield _Part(start, change, offset)
                start, offset = change, later
        yield _Part(start, last, offset)

    def _first_change(self, hour: int, offset: int) -> int:
        """Return the first minute after an hour's start at which the offset is another."""
        within = range(hour, hour + HOUR + 1)
        position = bisect.bisect_left(
            within, 1, key=lambda minute: int(self._offset(minute) != offset)
        )
        return within[position]


def _free_clock(availability: Availability, monday: dt.date, d: int) -> list[Interval]:
    """Return what is free on one day, in minutes of the local clock."""
    date = monday + dt.timedelta(days=d)
    today = [one for one in availability.exceptions if one.on <= date <= (one.until or one.on)]
    if any(one.kind is ExceptionKind.HOLIDAY for one in today):
        return []
    free = [
        _minutes(window.start, window.end)
        for window in availability.windows
        if window.weekday is _WEEKDAYS[d]
    ]
    by_kind: dict[ExceptionKind, list[Interval]] = {kind: [] for kind in ExceptionKind}
    for one in today:
        if one.start is not None and one.end is not None:
            by_kind[one.kind].append(_minutes(one.start, one.end))
    return _without(_joined([*free, *by_kind[ExceptionKind.EXTRA]]), by_kind[ExceptionKind.BUSY])


def _minutes(start: dt.time, end: dt.time) -> Interval:
    """Return an interval in minutes after midnight; an end at 00:00 is the end of the day."""
    return clock_minutes(start), clock_minutes(end) or DAY


def clock_minutes(time: dt.time) -> int:
    """
    Return the minutes of a time of day after midnight.

    Examples
    --------
    >>> clock_minutes(dt.time(18, 30))
    1110
    """
    return HOUR * time.hour + time.minute


def _joined(intervals: Sequence[Interval]) -> list[Interval]:
    """Join what overlaps or touches, and leave out what is empty."""
    joined: list[Interval] = []
    for start, end in sorted(one for one in intervals if one[0] < one[1]):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((start, end))
    return joined


def _without(intervals: list[Interval], taken: list[Interval]) -> list[Interval]:
    """Cut the taken intervals out."""
    for low, high in taken:
        intervals = [
            piece
            for start, end in intervals
            for piece in ((start, min(end, low)), (max(start, high), end))
            if piece[0] < piece[1]
        ]
    return intervals
