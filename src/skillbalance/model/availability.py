"""When a person has time: weekly windows, dated exceptions, and limits for well-being."""

import datetime as dt
import enum
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, cast

import attrs

from skillbalance import _checks
from skillbalance.errors import InvalidValueError, MissingExtraError
from skillbalance.model._record import Record
from skillbalance.model.budget import HOURS_IN_A_WEEK

__all__ = ["Availability", "DatedException", "ExceptionKind", "TimeWindow", "Weekday"]

_HOURS_IN_A_DAY: Final = 24
_SHORTEST_SESSION: Final = 1 / 12  # five minutes
_HALF_A_MINUTE: Final = 1 / 120


class Weekday(enum.Enum):
    """A day of the week."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


class ExceptionKind(enum.Enum):
    """What is different on a date."""

    HOLIDAY = "holiday"
    BUSY = "busy"
    EXTRA = "extra"


def _as_weekday(value: Weekday | str) -> Weekday:
    return _checks.as_member(Weekday, value)


def _as_exception_kind(value: ExceptionKind | str) -> ExceptionKind:
    return _checks.as_member(ExceptionKind, value)


def _as_time(value: dt.time | str) -> dt.time:
    # "18:00" and nothing looser: what is not exactly that is left for the check to refuse.
    if isinstance(value, str):
        try:
            time = dt.time.fromisoformat(value)
        except ValueError:
            return cast(dt.time, value)
        return time if time.isoformat("minutes") == value else cast(dt.time, value)
    return value


def _as_time_or_none(value: dt.time | str | None) -> dt.time | None:
    return None if value is None else _as_time(value)


def _check_time(name: str, value: object) -> None:
    whole = isinstance(value, dt.time) and value.tzinfo is None
    if not whole or cast(dt.time, value).replace(hour=0, minute=0) != dt.time():
        raise InvalidValueError(name, "a time of day in whole minutes, like '18:00'", value)


def _interval_faults(start: object, end: object) -> Iterator[InvalidValueError]:
    """Give the fault of an interval that is empty; an end at 00:00 is the end of the day."""
    both = isinstance(start, dt.time) and isinstance(end, dt.time)
    if both and end != dt.time() and cast(dt.time, end) <= cast(dt.time, start):
        rule = f"after start, {start:%H:%M} (00:00 is the end of the day)"
        yield InvalidValueError("end", rule, f"{end:%H:%M}")


@attrs.frozen(kw_only=True)
class TimeWindow(Record):
    """
    Time that is free every week on one weekday, by the local clock.

    Attributes
    ----------
    weekday : Weekday
        ``"monday"`` to ``"sunday"``.
    start, end : datetime.time
        From when to when, in whole minutes; ``"18:00"`` will do. An end at ``"00:00"`` is the end
        of the day; a window past midnight is written as two.

    Raises
    ------
    InvalidValueError
        If a value breaks its rule, or the window is empty.

    Examples
    --------
    >>> TimeWindow(weekday="monday", start="18:00", end="20:30").end
    datetime.time(20, 30)
    """

    weekday: Weekday = attrs.field(
        converter=_as_weekday, validator=_checks.by(_checks.member, Weekday)
    )
    start: dt.time = attrs.field(converter=_as_time, validator=_checks.by(_check_time))
    end: dt.time = attrs.field(converter=_as_time, validator=_checks.by(_check_time))

    def __attrs_post_init__(self) -> None:
        """Check that the window holds any time."""
        for error in self._faults(attrs.asdict(self, recurse=False)):
            raise error

    @staticmethod
    def _faults(values: Mapping[str, Any]) -> Iterator[InvalidValueError]:
        """Give every fault between fields; the reader of documents calls it too."""
        yield from _interval_faults(values.get("start"), values.get("end"))


@attrs.frozen(kw_only=True)
class DatedException(Record):
    """
    What is different from the usual week on a date, or on each of several days.

    A holiday outdoes everything else on its day, and a busy interval outdoes an extra one.

    Attributes
    ----------
    kind : ExceptionKind
        ``"holiday"``: nothing that day; ``"busy"``: the interval is not free; ``"extra"``: the
        interval is free as well.
    on : datetime.date
        The day, or the first of them.
    until : datetime.date or None
        The last day; None: only the one.
    start, end : datetime.time or None
        The interval, as in a window; a holiday has none.

    Raises
    ------
    InvalidValueError
        If a value breaks its rule, the interval is empty, missing, or given for a holiday.

    Examples
    --------
    >>> DatedException(kind="holiday", on=dt.date(2026, 12, 24), until=dt.date(2026, 12, 26)).kind
    <ExceptionKind.HOLIDAY: 'holiday'>
    """

    kind: ExceptionKind = attrs.field(
        converter=_as_exception_kind, validator=_checks.by(_checks.member, ExceptionKind)
    )
    on: dt.date = attrs.field(validator=_checks.by(_checks.calendar_date))
    until: dt.date | None = attrs.field(
        default=None, validator=_checks.optionally(_checks.calendar_date)
    )
    start: dt.time | None = attrs.field(
        default=None, converter=_as_time_or_none, validator=_checks.optionally(_check_time)
    )
    end: dt.time | None = attrs.field(
        default=None, converter=_as_time_or_none, validator=_checks.optionally(_check_time)
    )

    def __attrs_post_init__(self) -> None:
        """Check the fields against each other."""
        for error in self._faults(attrs.asdict(self, recurse=False)):
            raise error

    @staticmethod
    def _faults(values: Mapping[str, Any]) -> Iterator[InvalidValueError]:
        """Give every fault between fields; the reader of documents calls it too."""
        kind, on, until = (values.get(name) for name in ("kind", "on", "until"))
        if isinstance(on, dt.date) and isinstance(until, dt.date) and until < on:
            yield InvalidValueError("until", f"on or after {on}", until)
        if isinstance(kind, ExceptionKind):
            for name in ("start", "end"):
                # What a document has and could not be read is unknown, not absent.
                if name not in values:
                    continue
                given = values[name] is not None
                if kind is ExceptionKind.HOLIDAY and given:
                    yield InvalidValueError(name, "None for a holiday", f"{values[name]:%H:%M}")
                if kind is not ExceptionKind.HOLIDAY and not given:
                    yield InvalidValueError(name, f"a time of day for kind {kind.value!r}", None)
        yield from _interval_faults(values.get("start"), values.get("end"))


def _as_windows(value: Iterable[TimeWindow]) -> tuple[TimeWindow, ...]:
    return _checks.as_tuple(value)


def _as_exceptions(value: Iterable[DatedException]) -> tuple[DatedException, ...]:
    return _checks.as_tuple(value)


def _check_zone(name: str, value: object) -> None:
    # Loaded here: most programs that import skillbalance make no schedule.
    import zoneinfo

    _checks.identifier(name, value)
    zone = str(value)
    try:
        zoneinfo.ZoneInfo(zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        known = zoneinfo.available_timezones()
        if not known:
            # Windows and bare containers have no such data of their own.
            raise MissingExtraError("tzdata", "calendar") from None
        near = _checks.NameFinder(known).suggest(zone)
        rule = f"the name of an IANA time zone, like 'Europe/Berlin'{near}"
        raise InvalidValueError(name, rule, value) from None


@attrs.frozen(kw_only=True)
class Availability(Record):
    """
    When a person has time for practice, in a named time zone, and how much of it is healthy.

    Windows may overlap: time is free if any window, or an extra interval, has it. Free time is
    what the local clock says: a window from 01:00 to 04:00 is four hours long in the night in
    which clocks go back, and two in the night in which they go forward.

    Attributes
    ----------
    time_zone : str
        IANA name of the zone that windows and exceptions are in: ``"Europe/Berlin"``.
    windows : tuple of TimeWindow
        What is free in a usual week.
    exceptions : tuple of DatedException
        Holidays, busy intervals and extra ones, by date.
    rest_days : int
        Days of the week to leave free of practice, 0 to 7; days without windows count. Given up
        only where the hours do not fit otherwise, with a warning. [days/week]
    latest_end : datetime.time or None
        The hour after which no session should run; given up likewise. None: any hour.
    max_hours_per_week : float or None
        Practice in a week above which there is a warning. [h/week]
    load_warning : float
        Part of the free time above which there is a warning, in [0, 1].
    min_session_hours, max_session_hours : float
        The shortest and longest session, whole minutes; the longest at least twice as long as
        the shortest, so that any longer time can be cut into sessions. [h]
    skill_day_hours : float
        The most of one skill on one day. [h/day]
    day_hours : float
        The most of all skills on one day. [h/day]

    Raises
    ------
    InvalidValueError
        If a value breaks its rule, or no time zone has the name.
    MissingExtraError
        If the machine has no time zone data at all.

    Examples
    --------
    >>> availability = Availability(
    ...     time_zone="Europe/Berlin",
    ...     windows=[TimeWindow(weekday="monday", start="18:00", end="20:00")],
    ... )
    >>> availability.day_hours
    4.0
    """

    time_zone: str = attrs.field(validator=_checks.by(_check_zone))
    windows: tuple[TimeWindow, ...] = attrs.field(
        default=(), converter=_as_windows, validator=_checks.by(_checks.instances, TimeWindow)
    )
    exceptions: tuple[DatedException, ...] = attrs.field(
        default=(),
        converter=_as_exceptions,
        validator=_checks.by(_checks.instances, DatedException),
    )
    rest_days: int = attrs.field(
        default=0,
        converter=_checks.widen_integer,
        validator=_checks.by(_checks.integer_in, 0, 7),
    )
    latest_end: dt.time | None = attrs.field(
        default=None, converter=_as_time_or_none, validator=_checks.optionally(_check_time)
    )
    max_hours_per_week: float | None = attrs.field(
        default=None,
        converter=_checks.widen_or_none,
        validator=_checks.optionally(_checks.number_in, 0, HOURS_IN_A_WEEK),
    )
    load_warning: float = attrs.field(
        default=0.85, converter=_checks.widen, validator=_checks.by(_checks.number_in, 0, 1)
    )
    min_session_hours: float = attrs.field(
        default=0.5,
        converter=_checks.widen,
        validator=_checks.by(_checks.number_in, _SHORTEST_SESSION, _HOURS_IN_A_DAY / 2),
    )
    max_session_hours: float = attrs.field(
        default=2.0,
        converter=_checks.widen,
        validator=_checks.by(_checks.number_in, 2 * _SHORTEST_SESSION, _HOURS_IN_A_DAY),
    )
    skill_day_hours: float = attrs.field(
        default=2.0,
        converter=_checks.widen,
        validator=_checks.by(_checks.number_in, 0, _HOURS_IN_A_DAY),
    )
    day_hours: float = attrs.field(
        default=4.0,
        converter=_checks.widen,
        validator=_checks.by(_checks.number_in, 0, _HOURS_IN_A_DAY),
    )

    def __attrs_post_init__(self) -> None:
        """Check the lengths of sessions against each other."""
        for error in self._faults(attrs.asdict(self, recurse=False)):
            raise error

    @staticmethod
    def _faults(values: Mapping[str, Any]) -> Iterator[InvalidValueError]:
        """Give every fault between fields; the reader of documents calls it too."""
        shortest, longest = values.get("min_session_hours"), values.get("max_session_hours")
        if not isinstance(shortest, float) or not isinstance(longest, float):
            return
        if longest < 2 * shortest - _HALF_A_MINUTE:
            rule = f"at least twice min_session_hours, {2 * shortest:g}"
            yield InvalidValueError("max_session_hours", rule, longest)
