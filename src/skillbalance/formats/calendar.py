"""
Weeks as calendar files (iCalendar, RFC 5545), and back.

Every session is an event of its own, without recurrence rules: a week is not the last one again.
Each has an id that stays with it, so importing a newer file updates the older events.
"""

import datetime as dt
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from skillbalance import _checks
from skillbalance.errors import Fault, InvalidDocumentError, InvalidValueError, MissingExtraError
from skillbalance.formats._zones import define_zone
from skillbalance.formats.documents import replace_file
from skillbalance.model.practice import Activity
from skillbalance.model.rating import RaterKind
from skillbalance.model.skill import SkillKind
from skillbalance.model.week import Session, Week

if TYPE_CHECKING:
    from types import ModuleType

__all__ = ["read_calendar", "to_calendar"]

_PRODUCT: Final = "-//skillbalance//week//EN"
_MARK: Final = "X-SKILLBALANCE-"
_DAYS: Final = 7
_LONGEST_ALARM: Final = 7 * 24 * 60
_MOST_UPDATES: Final = 2**31 - 1  # an integer of the format


def to_calendar(
    weeks: Week | Iterable[Week],
    path: str | os.PathLike[str] | None = None,
    *,
    stamped_at: dt.datetime,
    sequence: int = 0,
    alarm_minutes: int | None = None,
    previous: Iterable[Session] = (),
) -> str:
    """
    Write weeks as a calendar that other programs can import.

    Parameters
    ----------
    weeks : Week or iterable of Week
        One schedule, or several.
    path : path or str, optional
        The file to write, replaced in one step.
    stamped_at : datetime.datetime
        When the file is made, with a zone. Nothing here reads a clock.
    sequence : int
        How often the events were changed before: 0 at first, and 1 more for each newer file, by
        which calendar programs know which one to believe.
    alarm_minutes : int, optional
        Minutes before each session to raise an alarm, 0 to a week; None: no alarms.
    previous : iterable of Session
        Sessions of the file before. Those of the weeks written here that are no more are
        written as cancelled, for otherwise they would stay in calendars for ever; those of
        other weeks are left out, which changes nothing where they were imported.

    Returns
    -------
    str
        The calendar, with definitions of its time zones.

    Raises
    ------
    MissingExtraError
        If icalendar is not installed.
    InvalidValueError
        If an argument is not what it has to be, or two sessions have one id.
    OSError
        If the file cannot be written; an older one stays as it is.

    Notes
    -----
    Times are local times of the week's zone, with its definition for the years in question. Of the
    two passes of an hour in the night when clocks go back a local time means the first; a session
    that touches the second is written in UTC.

    Examples
    --------
    >>> week = Week(
    ...     profile_id="ada",
    ...     starts_on=dt.date(2026, 3, 2),
    ...     time_zone="Europe/Berlin",
    ...     sessions=[],
    ...     free_hours=4.0,
    ... )
    >>> text = to_calendar(week, stamped_at=dt.datetime(2026, 3, 1, tzinfo=dt.UTC))
    >>> read_calendar(text)
    ()
    """
    icalendar = _icalendar()
    whole: tuple[Any, ...] = (weeks,) if isinstance(weeks, Week) else _checks.as_tuple(weeks)
    for error in _checks.instances("weeks", whole, Week):
        raise error
    if _checks.instance("stamped_at", stamped_at, dt.datetime).utcoffset() is None:
        raise InvalidValueError("stamped_at", "a datetime.datetime with a time zone", stamped_at)
    _checks.integer_in("sequence", sequence, 0, _MOST_UPDATES)
    if alarm_minutes is not None:
        _checks.integer_in("alarm_minutes", alarm_minutes, 0, _LONGEST_ALARM)
    sessions = [session for week in whole for session in week.sessions]
    for error in _checks.unique("sessions", [session.uid for session in sessions], ".uid"):
        raise error
    calendar = icalendar.Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    stamp = stamped_at.astimezone(dt.UTC).replace(microsecond=0)
    about = {"dtstamp": stamp, "last-modified": stamp, "sequence": sequence}
    events = []
    for session in sessions:
        event = _event(icalendar, session, about)
        if alarm_minutes is not None:
            event.add_component(_alarm(icalendar, session, alarm_minutes))
        events.append(event)
    there = {session.uid for session in sessions}
    for session in previous:
        if session.uid not in there and any(_holds(week, session) for week in whole):
            event = _event(icalendar, session, about)
            event.add("status", "CANCELLED")
            events.append(event)
    for part in [*_definitions(icalendar, events), *events]:
        calendar.add_component(part)
    text: str = calendar.to_ical().decode("utf-8")
    if path is not None:
        replace_file(path, text)
    return text


def read_calendar(source: str | bytes | os.PathLike[str]) -> tuple[Session, ...]:
    """
    Read the sessions of a calendar that :func:`to_calendar` wrote.

    Parameters
    ----------
    source : str, bytes or os.PathLike
        The calendar's text, or the path of its file. Events of others and cancelled ones are
        passed over, so a calendar that other programs wrote to can be read.

    Returns
    -------
    tuple of Session
        Equal to those written, in the order of time.

    Raises
    ------
    MissingExtraError
        If icalendar is not installed.
    InvalidDocumentError
        With every fault: text that is no calendar, and events of ours that lack something.
    OSError
        If the file cannot be read.
    """
    calendar = _parsed(source)
    sessions, faults = [], []
    for position, event in enumerate(calendar.walk("VEVENT")):
        if f"{_MARK}SKILL" not in event or event.get("STATUS") == "CANCELLED":
            continue
        try:
            sessions.append(_session(event))
        except (KeyError, ValueError, AttributeError, TypeError, OSError) as error:
            # KeyErrors quote their text; what is missing is a property.
            missing = isinstance(error, KeyError)
            message = f"{error.args[0]} is missing" if missing else str(error)
            faults.append(Fault(f"$.events[{position}]", message))
    if faults:
        raise InvalidDocumentError(faults)
    return tuple(sorted(sessions, key=lambda session: session.start.astimezone(dt.UTC)))


def next_sequence(source: str | bytes | os.PathLike[str]) -> int:
    """
    Return the sequence that a file replacing this one has to have: 1 more than its largest.

    Parameters
    ----------
    source : str, bytes or os.PathLike
        The calendar's text, or the path of its file.
    """
    numbers = [int(event.get("SEQUENCE", 0)) for event in _parsed(source).walk("VEVENT")]
    return min(max(numbers, default=-1) + 1, _MOST_UPDATES)


def _icalendar() -> "ModuleType":
    try:
        import icalendar
    except ImportError as error:
        raise MissingExtraError("icalendar", "calendar") from error
    return icalendar


def _parsed(source: object) -> Any:
    from pathlib import Path

    icalendar = _icalendar()
    if isinstance(source, os.PathLike):
        source = Path(source).read_bytes()
    if not isinstance(source, (str, bytes)):
        raise InvalidValueError("source", "the text of a calendar or a path", source)
    try:
        return icalendar.Calendar.from_ical(source)
    except (ValueError, IndexError) as error:
        fault = Fault("$", f"not a calendar: {error}")
        raise InvalidDocumentError((fault,)) from None


# --- writing --------------------------------------------------------------------------------


def _holds(week: Week, session: Session) -> bool:
    return 0 <= (session.start.date() - week.starts_on).days < _DAYS


def _event(icalendar: Any, session: Session, about: Mapping[str, object]) -> Any:
    event = icalendar.Event()
    event.add("uid", session.uid)
    for name, value in about.items():
        event.add(name, value)
    start, end = session.start, session.end
    if _is_second_pass(start) or _is_second_pass(end):
        start, end = start.astimezone(dt.UTC), end.astimezone(dt.UTC)
    event.add("dtstart", start)
    event.add("dtend", end)
    event.add("summary", _title(session))
    event.add("categories", ["skillbalance", session.kind.value])
    if session.rater_id:
        event.add("description", _one_line(f"Ask {session.rater_id} for feedback."))
    # What the event is made of, for reading it again.
    for name, text in _marks(session).items():
        event.add(_MARK + name, text)
    return event


def _is_second_pass(moment: dt.datetime) -> bool:
    """Say whether a local time comes twice, and this is the second time."""
    first = moment.replace(fold=0)
    return moment.fold == 1 and first.utcoffset() != moment.utcoffset()


def _title(session: Session) -> str:
    what = "review" if session.is_review else session.activity.value
    with_whom = f" with {session.rater_id}" if session.rater_id else ""
    return _one_line(f"{session.name}: {what}{with_whom}")


def _one_line(text: str) -> str:
    """Leave control characters out of what people read: a bare line end breaks the file."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", text)


def _marks(session: Session) -> dict[str, str]:
    marks = {
        "SKILL": session.skill_id,
        "NAME": session.name,
        "KIND": session.kind.value,
        "ACTIVITY": session.activity.value,
        "ZONE": getattr(session.start.tzinfo, "key", "UTC"),
        "REVIEW": "TRUE" if session.is_review else "FALSE",
    }
    if session.rater_kind is not None:
        marks["RATER-KIND"] = session.rater_kind.value
    if session.rater_id:
        marks["RATER"] = session.rater_id
    return {name: _encoded(text) for name, text in marks.items()}


def _encoded(text: str) -> str:
    """Write text in letters that no calendar program and no line break changes."""
    from urllib.parse import quote

    return quote(text, safe=" ")


def _decoded(text: object) -> str:
    from urllib.parse import unquote

    return unquote(str(text))


def _alarm(icalendar: Any, session: Session, minutes: int) -> Any:
    alarm = icalendar.Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", _title(session))
    alarm.add("trigger", dt.timedelta(minutes=-minutes))
    return alarm


def _definitions(icalendar: Any, events: Sequence[Any]) -> list[Any]:
    """Define the zones in use, from a year before the events to a year after."""
    times = [event[name] for event in events for name in ("DTSTART", "DTEND")]
    zones = {time.params["TZID"] for time in times if "TZID" in time.params}
    days = [time.dt.date() for time in times]
    year = dt.timedelta(days=366)
    return [
        define_zone(icalendar, name, min(days) - year, max(days) + year) for name in sorted(zones)
    ]


# --- reading --------------------------------------------------------------------------------


def _session(event: Any) -> Session:
    from zoneinfo import ZoneInfo

    mark = {name.removeprefix(_MARK): _decoded(event[name]) for name in event if _MARK in name}
    zone = ZoneInfo(mark["ZONE"])
    rater_kind = mark.get("RATER-KIND")
    return Session(
        start=event["DTSTART"].dt.astimezone(zone),
        end=event["DTEND"].dt.astimezone(zone),
        skill_id=_checks.identifier("skill", mark["SKILL"]),
        name=mark["NAME"],
        kind=SkillKind(mark["KIND"]),
        activity=Activity(mark["ACTIVITY"]),
        rater_kind=None if rater_kind is None else RaterKind(rater_kind),
        rater_id=mark.get("RATER", ""),
        is_review=mark["REVIEW"] == "TRUE",
        uid=str(event["UID"]),
    )
