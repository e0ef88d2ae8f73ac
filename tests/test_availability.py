"""When a person has time: what the records take, and which minutes of a week are free."""

import datetime as dt
import pickle
import zoneinfo

import attrs
import numpy as np
import pytest
import strategies
from hypothesis import given, settings
from hypothesis import strategies as st

import skillbalance as sb
from skillbalance.coaching.week.free_time import FreeTime, first_day
from skillbalance.errors import InvalidDocumentError, InvalidValueError, MissingExtraError

DAY = dt.date(2026, 1, 5)
WINDOW = {"weekday": "monday", "start": "18:00", "end": "20:00"}
EVENING = sb.TimeWindow(**WINDOW)
HOLIDAY = {"kind": "holiday", "on": DAY}
BUSY = {"kind": "busy", "on": DAY, "start": "18:00", "end": "19:00"}
ZONE = {"time_zone": "Europe/Berlin"}

# A week in which clocks change, and one in which they do not, per zone.
CHANGES = {
    "Europe/Berlin": [dt.date(2026, 3, 29), dt.date(2026, 10, 25), dt.date(2026, 7, 1)],
    "America/New_York": [dt.date(2026, 3, 8), dt.date(2026, 11, 1), dt.date(2026, 7, 1)],
    "Australia/Sydney": [dt.date(2026, 4, 5), dt.date(2026, 10, 4), dt.date(2026, 7, 1)],
    "America/St_Johns": [dt.date(2006, 4, 2), dt.date(2006, 10, 29)],  # at one minute past
    "Australia/Lord_Howe": [dt.date(2026, 4, 5), dt.date(2026, 10, 4)],  # by half an hour
    "Asia/Beirut": [dt.date(2022, 3, 27), dt.date(2022, 10, 30)],  # at midnight
    "Pacific/Apia": [dt.date(2011, 12, 30)],  # a day that never was
}

REFUSED = [
    (
        sb.TimeWindow,
        {**WINDOW, "weekday": "Mon"},
        r"^weekday must be one of 'monday', .* got 'Mon'",
    ),
    (sb.TimeWindow, {**WINDOW, "weekday": 0}, r"^weekday must be one of 'monday', .* got 0$"),
    (sb.TimeWindow, {**WINDOW, "start": "6pm"}, r"^start must be a time of day in whole minutes"),
    (sb.TimeWindow, {**WINDOW, "start": "18:00:00"}, r"^start must be a time of day in whole min"),
    (sb.TimeWindow, {**WINDOW, "start": 18}, r"^start must be a time of day .* got 18$"),
    (sb.TimeWindow, {**WINDOW, "start": None}, r"^start must be a time of day .* got None$"),
    (sb.TimeWindow, {**WINDOW, "end": dt.time(20, 0, 1)}, r"^end must be a time of day in whole"),
    (sb.TimeWindow, {**WINDOW, "end": dt.time(20, tzinfo=dt.UTC)}, r"^end must be a time of day"),
    (sb.TimeWindow, {**WINDOW, "end": "18:00"}, r"^end must be after start, 18:00 .* got '18:00'"),
    (sb.DatedException, {**HOLIDAY, "kind": "off"}, r"^kind must be one of 'holiday', 'busy', 'e"),
    (sb.DatedException, {**HOLIDAY, "on": "2026"}, r"^on must be a datetime.date, got '2026'$"),
    (
        sb.DatedException,
        {**HOLIDAY, "until": dt.date(2026, 1, 4)},
        r"^until must be on or after 2026-01-05, got",
    ),
    (sb.DatedException, {**BUSY, "kind": "holiday"}, r"^start must be None for a holiday, got '18"),
    (sb.DatedException, {**HOLIDAY, "kind": "extra"}, r"^start must be a time of day for kind 'ex"),
    (
        sb.DatedException,
        {**BUSY, "end": None},
        r"^end must be a time of day for kind 'busy', got N",
    ),
    (sb.DatedException, {**BUSY, "end": "17:00"}, r"^end must be after start, 18:00"),
    (sb.Availability, {"time_zone": ""}, r"^time_zone must be a non-empty string, got ''$"),
    (
        sb.Availability,
        {"time_zone": "Europe/Berln"},
        r"^time_zone must be the name of .*\(nearest: 'Europe/Berlin'\), got 'Europe/Berln'",
    ),
    (sb.Availability, {"time_zone": "../etc"}, r"^time_zone must be the name of an IANA time zone"),
    (sb.Availability, {"time_zone": "Europe"}, r"^time_zone must be the name of an IANA time zone"),
    (sb.Availability, {**ZONE, "windows": [WINDOW]}, r"^windows\[0\] must be a TimeWindow, got"),
    (sb.Availability, {**ZONE, "windows": EVENING}, r"^windows must be an iterable of TimeWindow"),
    (sb.Availability, {**ZONE, "exceptions": [DAY]}, r"^exceptions\[0\] must be a DatedException"),
    (sb.Availability, {**ZONE, "rest_days": 8}, r"^rest_days must be in \[0, 7\], got 8$"),
    (sb.Availability, {**ZONE, "rest_days": 1.0}, r"^rest_days must be an integer, got 1\.0$"),
    (sb.Availability, {**ZONE, "latest_end": "late"}, r"^latest_end must be a time of day"),
    (sb.Availability, {**ZONE, "max_hours_per_week": 169}, r"^max_hours_per_week must be in \[0,"),
    (sb.Availability, {**ZONE, "load_warning": 85}, r"^load_warning must be in \[0, 1\], got 85"),
    (sb.Availability, {**ZONE, "min_session_hours": 0}, r"^min_session_hours must be in \[0\.08"),
    (
        sb.Availability,
        {**ZONE, "min_session_hours": 1.5},
        r"^max_session_hours must be at least twice min_session_hours, 3, got 2\.0$",
    ),
    (sb.Availability, {**ZONE, "day_hours": 25}, r"^day_hours must be in \[0, 24\], got 25"),
    (sb.Availability, {**ZONE, "skill_day_hours": -1}, r"^skill_day_hours must be in \[0, 24\]"),
]


@pytest.mark.parametrize(("cls", "values", "message"), REFUSED)
def test_a_faulty_value_is_refused_by_name(cls, values, message):
    """Each value that breaks its rule is named with the rule."""
    with pytest.raises(InvalidValueError, match=message):
        cls(**values)


@given(strategies.availabilities())
@settings(max_examples=40)
def test_availability_survives_documents_and_pickles(availability):
    """What was written is read back equal, and so is a pickle and a rebuilt record."""
    text = sb.to_json(availability)
    assert sb.from_json(text, sb.Availability) == availability
    assert sb.to_json(sb.from_json(text, sb.Availability)) == text
    assert pickle.loads(pickle.dumps(availability)) == availability
    rebuilt = sb.Availability(**attrs.asdict(availability, recurse=False))
    assert hash(rebuilt) == hash(availability)


def test_a_document_names_every_fault_of_availability():
    """Wrong times, kinds and zones of a document are all reported, each at its place."""
    text = """{
        "time_zone": "Mars/Base",
        "windows": [
            {"weekday": "monday", "start": "18:00", "end": "17:00"},
            {"weekday": "monday", "start": "25:00", "end": "6:00"}
        ],
        "exceptions": [{"kind": "busy", "on": "2026-01-05", "start": "18:00"}],
        "min_session_hours": 2
    }"""
    with pytest.raises(InvalidDocumentError, match="in the document") as caught:
        sb.from_json(text, sb.Availability)
    assert {fault.path for fault in caught.value.faults} == {
        "$.time_zone",
        "$.windows[0].end",
        "$.windows[1].start",
        "$.windows[1].end",
        "$.exceptions[0].end",
        "$.max_session_hours",
    }


def test_a_machine_without_zones_says_what_to_install(monkeypatch):
    """Where no zone is known at all the extra is named, not the zone blamed."""

    def nothing(key):
        raise zoneinfo.ZoneInfoNotFoundError(key)

    monkeypatch.setattr(zoneinfo, "ZoneInfo", nothing)
    monkeypatch.setattr(zoneinfo, "available_timezones", set)
    with pytest.raises(MissingExtraError, match=r"tzdata is not installed; .*\[calendar\]"):
        sb.Availability(**ZONE)


# --- free time ------------------------------------------------------------------------------------


def free_by_the_clock(availability: sb.Availability, moment: dt.datetime) -> bool:
    """The definition: whether the wall clock shows a free time at some moment."""
    local = moment.astimezone(zoneinfo.ZoneInfo(availability.time_zone))
    date, clock = local.date(), local.time()

    def inside(one):
        return one.start <= clock and (clock < one.end or one.end == dt.time())

    today = [one for one in availability.exceptions if one.on <= date <= (one.until or one.on)]
    of_kind = {kind: [one for one in today if one.kind is kind] for kind in sb.ExceptionKind}
    if of_kind[sb.ExceptionKind.HOLIDAY] or any(map(inside, of_kind[sb.ExceptionKind.BUSY])):
        return False
    weekday = list(sb.Weekday)[date.weekday()]
    usual = any(inside(one) for one in availability.windows if one.weekday is weekday)
    return usual or any(map(inside, of_kind[sb.ExceptionKind.EXTRA]))


@st.composite
def weeks_and_availabilities(draw):
    """A zone, a week in it with or without a change of clocks, and what is free."""
    zone = draw(st.sampled_from(list(CHANGES)))
    date = draw(st.sampled_from(CHANGES[zone]))
    near = st.dates(date - dt.timedelta(days=8), date + dt.timedelta(days=8))
    availability = draw(strategies.availabilities(near, step=10))
    night = draw(
        st.lists(
            st.builds(
                lambda day, start, end: sb.TimeWindow(
                    weekday=day, start=dt.time(0, start), end=dt.time(4, end)
                ),
                st.sampled_from(sb.Weekday),
                st.integers(0, 59),
                st.integers(0, 59),
            ),
            max_size=2,
        )
    )
    windows = (*availability.windows, *night)
    return date, attrs.evolve(availability, time_zone=zone, windows=windows)


@pytest.mark.parametrize(("zone", "date"), [(z, d) for z, dates in CHANGES.items() for d in dates])
def test_nights_in_which_clocks_change_are_cut_at_the_minute(zone, date):
    """With every night free until 04:00, each minute around the change is as the clock shows."""
    nights = [sb.TimeWindow(weekday=day, start="00:00", end="04:00") for day in sb.Weekday]
    availability = sb.Availability(time_zone=zone, windows=nights)
    monday = first_day(date)
    windows = FreeTime(availability, monday).windows()
    origin = dt.datetime.combine(monday, dt.time(), dt.UTC)
    around = dt.datetime.combine(date, dt.time(2), zoneinfo.ZoneInfo(zone)).astimezone(dt.UTC)
    middle = round((around - origin) / dt.timedelta(minutes=1))
    for minute in range(middle - 240, middle + 240):
        moment = origin + dt.timedelta(minutes=minute)
        local = moment.astimezone(zoneinfo.ZoneInfo(zone)).date()
        if monday <= local < monday + dt.timedelta(days=7):
            found = any(s <= minute < e for s, e, _ in zip(*windows, strict=True))
            assert found == free_by_the_clock(availability, moment)


@given(weeks_and_availabilities())
@settings(max_examples=20)
def test_free_time_is_what_the_clock_shows(case):
    """Minute by minute, the free time of a week is that of the definition, whatever clocks do."""
    date, availability = case
    monday = first_day(date)
    free = FreeTime(availability, monday)
    windows = free.windows()
    assert list(windows.start) == sorted(windows.start)
    origin = dt.datetime.combine(monday, dt.time(), dt.UTC)
    zone = zoneinfo.ZoneInfo(availability.time_zone)
    sunday = monday + dt.timedelta(days=6)
    found, expected, days = [], [], []
    for start, end, day in zip(*windows, strict=True):
        assert start < end
        found += range(start, end)
        days += [day] * (end - start)
    assert len(found) == len(set(found))
    for minute in range(-1500, 7 * 1440 + 1500):
        moment = origin + dt.timedelta(minutes=minute)
        in_week = monday <= moment.astimezone(zone).date() <= sunday
        if in_week and free_by_the_clock(availability, moment):
            expected.append(minute)
    assert sorted(found) == expected
    for minute, day in list(zip(found, days, strict=True))[::37]:
        local = free.moment(minute)
        assert (local.date() - monday).days == day
        assert free.minute(local) == minute


@pytest.mark.parametrize(
    ("date", "hours"), [(dt.date(2026, 3, 29), 2.0), (dt.date(2026, 10, 25), 4.0)]
)
def test_a_window_across_a_change_is_as_long_as_the_night(date, hours):
    """From 01:00 to 04:00 is two hours when clocks go forward and four when they go back."""
    night = sb.TimeWindow(weekday="sunday", start="01:00", end="04:00")
    availability = sb.Availability(time_zone="Europe/Berlin", windows=[night])
    windows = FreeTime(availability, first_day(date)).windows()
    assert sum(np.subtract(windows.end, windows.start)) / 60 == hours


def test_weeks_out_of_reach_are_refused():
    """Before 1972 offsets are not whole minutes everywhere, and after 9998 there is no week."""
    for date in (dt.date(1971, 12, 31), dt.date.max):
        with pytest.raises(InvalidValueError, match="week_of must be in the years 1972 to 9998"):
            first_day(date)
