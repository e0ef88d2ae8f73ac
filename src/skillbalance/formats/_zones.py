"""
Definitions of time zones for calendar files: each change of clocks by its date.

Written here rather than left to icalendar, whose definitions (7.3) state the start of summer time
by the new clock, where RFC 5545, section 3.6.5, asks for the old one: a strict reader would take
the hour after the change for an hour earlier.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any, NamedTuple

__all__ = ["ZoneChange", "define_zone", "zone_changes"]


class ZoneChange(NamedTuple):
    """
    A change of clocks.

    Attributes
    ----------
    at : datetime.datetime
        When, in UTC: the first second of the new offset.
    before, after : datetime.timedelta
        Offsets from UTC.
    """

    at: dt.datetime
    before: dt.timedelta
    after: dt.timedelta


def zone_changes(zone: dt.tzinfo, first: dt.date, last: dt.date) -> Iterator[ZoneChange]:
    """
    Find the changes of clocks between two dates, to the second.

    Parameters
    ----------
    zone : datetime.tzinfo
        The zone; one that changes twice within a day is read once.
    first, last : datetime.date
        The days from whose start, in UTC, to look.

    Examples
    --------
    >>> from zoneinfo import ZoneInfo
    >>> year = dt.date(2026, 1, 1), dt.date(2027, 1, 1)
    >>> [str(one.at.date()) for one in zone_changes(ZoneInfo("Europe/Berlin"), *year)]
    ['2026-03-29', '2026-10-25']
    """
    start = dt.datetime.combine(first, dt.time(), dt.UTC)

    def offset(seconds: int) -> dt.timedelta:
        moment = (start + dt.timedelta(seconds=seconds)).astimezone(zone)
        return moment.utcoffset() or dt.timedelta()

    day = 86_400
    before = offset(0)
    for midnight in range(0, (last - first).days * day, day):
        after = offset(midnight + day)
        if after != before:
            low, high = midnight, midnight + day  # the old offset, another one
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if offset(middle) == before else (low, middle)
            yield ZoneChange(start + dt.timedelta(seconds=high), before, after)
            before = after


def define_zone(icalendar: Any, name: str, first: dt.date, last: dt.date) -> Any:
    """
    Make the definition of a zone for the dates of a calendar.

    Parameters
    ----------
    icalendar : module
        The package, which the caller has found installed.
    name : str
        IANA name.
    first, last : datetime.date
        Between which dates it has to be right.

    Returns
    -------
    icalendar.Timezone
        One part for the offset at the start and one for each change.
    """
    from zoneinfo import ZoneInfo

    zone = ZoneInfo(name)
    definition = icalendar.Timezone()
    definition.add("tzid", name)
    at = dt.datetime.combine(first, dt.time(), dt.UTC)
    offset = at.astimezone(zone).utcoffset() or dt.timedelta()
    for change in [ZoneChange(at, offset, offset), *zone_changes(zone, first, last)]:
        local = change.at.astimezone(zone)
        part = icalendar.TimezoneDaylight() if local.dst() else icalendar.TimezoneStandard()
        # By the clock that was right until then.
        part.add("dtstart", (change.at + change.before).replace(tzinfo=None))
        part.add("tzoffsetfrom", change.before)
        part.add("tzoffsetto", change.after)
        part.add("tzname", local.tzname() or name)
        definition.add_component(part)
    return definition
