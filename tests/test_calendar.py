"""Calendar files: read back equal, right across changes of clocks, and updated, never doubled."""

import datetime as dt
import io
import re
import sys
from zoneinfo import ZoneInfo

import attrs
import pytest
import strategies
from dateutil import tz
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import skillbalance as sb
from skillbalance.errors import InvalidDocumentError, InvalidValueError, MissingExtraError
from skillbalance.formats._clock import datetime_text, read_datetime, time_text
from skillbalance.formats._zones import zone_changes
from skillbalance.formats.calendar import next_sequence, read_calendar, to_calendar

vobject = pytest.importorskip("vobject", reason="the other reader of calendar files is vobject")

MONDAY = dt.date(2026, 10, 19)
STAMP = dt.datetime(2026, 10, 1, 12, tzinfo=dt.UTC)
ZONES = ["Europe/Berlin", "America/New_York", "Australia/Sydney"]


@st.composite
def sessions(draw, uid):
    """A session at any minute of 2026, changes of clocks included, with odd names."""
    zone = ZoneInfo(draw(st.sampled_from([*ZONES, "UTC"])))
    night = st.sampled_from([dt.date(2026, 10, 25), dt.date(2026, 3, 29)])
    day = draw(night | st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 30)))
    start = dt.datetime.combine(day, dt.time(), dt.UTC)
    start += dt.timedelta(minutes=draw(st.integers(0, 180) | st.integers(0, 1439)))
    end = start + dt.timedelta(minutes=draw(st.integers(30, 120)))
    asked = draw(st.booleans())
    return sb.Session(
        start=start.astimezone(zone),
        end=end.astimezone(zone),
        skill_id=draw(strategies.ids),
        name=draw(strategies.ids),
        kind=draw(st.sampled_from(sb.SkillKind)),
        activity=draw(st.sampled_from(sb.Activity)),
        rater_kind=draw(st.sampled_from(sb.RaterKind)) if asked else None,
        rater_id=draw(strategies.texts) if asked else "",
        is_review=draw(st.booleans()),
        uid=uid,
    )


@st.composite
def weeks(draw):
    """A week record with up to four such sessions, in the order of time."""
    drawn = [draw(sessions(f"{k}@skillbalance")) for k in range(draw(st.integers(0, 4)))]
    drawn.sort(key=lambda one: one.start.astimezone(dt.UTC))
    return sb.Week(
        profile_id="ada",
        starts_on=MONDAY,
        time_zone="Europe/Berlin",
        sessions=tuple(drawn),
        free_hours=10.0,
    )


def schedule(zone, week_of=MONDAY, hours=7.0):
    """A real week with sessions in the night in which clocks change."""
    profile = sb.Profile(
        id="ada",
        field="software_engineering",
        stage="mid",
        skills=[sb.Skill(id="sql", kind="hard"), sb.Skill(id="feedback", kind="soft")],
    )
    budget = sb.TimeBudget(hours_per_week=hours)
    plan = sb.plan_time(profile, budget, as_of=dt.date(2026, 1, 5))
    windows = [
        sb.TimeWindow(weekday="sunday", start="00:00", end="05:00"),
        sb.TimeWindow(weekday="monday", start="18:00", end="20:00"),
        sb.TimeWindow(weekday="thursday", start="18:00", end="20:00"),
    ]
    availability = sb.Availability(time_zone=zone, windows=windows, load_warning=1.0)
    return sb.schedule_week(plan, availability, week_of=week_of)


def events_of(text):
    """What another library reads: raw properties of each event, and the instants they mean."""
    calendar = vobject.readOne(text, transform=False)
    zones = {}
    for found in re.finditer(r"BEGIN:VTIMEZONE.*?END:VTIMEZONE\r\n", text, flags=re.DOTALL):
        reader = tz.tzical(io.StringIO(f"BEGIN:VCALENDAR\r\n{found[0]}END:VCALENDAR\r\n"))
        zones |= {name: reader.get(name) for name in reader.keys()}  # noqa: SIM118  (no mapping)

    def instant(property_):
        value = property_.value
        if value.endswith("Z"):
            return dt.datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=dt.UTC)
        (name,) = property_.params["TZID"]
        local = dt.datetime.strptime(value, "%Y%m%dT%H%M%S").replace(tzinfo=zones[name])
        return local.astimezone(dt.UTC)

    return {
        event.uid.value: (event, instant(event.dtstart), instant(event.dtend))
        for event in getattr(calendar, "vevent_list", [])
    }


@given(weeks())
@settings(max_examples=60)
def test_a_calendar_is_read_back_equal(week):
    """Every session comes back as it was, names of all letters and doubled hours included."""
    text = to_calendar(week, stamped_at=STAMP)
    back = read_calendar(text)
    assert back == week.sessions
    for one, other in zip(back, week.sessions, strict=True):
        assert (one.start.fold, one.end.fold) == (other.start.fold, other.end.fold)
        assert one.start.tzinfo is other.start.tzinfo
        assert one.hours == other.hours
    assert to_calendar(attrs.evolve(week, sessions=back), stamped_at=STAMP) == text
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "RRULE" not in text


@given(weeks())
@settings(max_examples=40)
def test_another_library_reads_the_same_instants(week):
    """By the zone definitions in the file alone, every event starts and ends when it should."""
    read = events_of(to_calendar(week, stamped_at=STAMP))
    assert set(read) == {one.uid for one in week.sessions}
    for one in week.sessions:
        _, start, end = read[one.uid]
        assert start == one.start.astimezone(dt.UTC)
        assert end == one.end.astimezone(dt.UTC)


@pytest.mark.parametrize("zone", ZONES)
def test_a_year_of_weeks_is_right_in_one_file(zone):
    """52 weeks across both changes of clocks: ids differ, instants and lengths are right."""
    year = [
        schedule(zone, dt.date(2026, 1, 5) + dt.timedelta(weeks=k), hours=6.0) for k in range(52)
    ]
    text = to_calendar(year, stamped_at=STAMP)
    read = events_of(text)
    made = [one for week in year for one in week.sessions]
    assert len(read) == len(made)
    for one in made:
        _, start, end = read[one.uid]
        assert (start, end) == (one.start.astimezone(dt.UTC), one.end.astimezone(dt.UTC))
        assert (end - start) / dt.timedelta(hours=1) == one.hours
    assert read_calendar(text) == tuple(made)


@pytest.mark.parametrize("zone", [*ZONES, "America/St_Johns", "Australia/Lord_Howe"])
def test_zone_definitions_follow_the_standard(zone):
    """Each part starts by the old clock, at the instant when the clock really changes."""
    text = to_calendar(schedule(zone), stamped_at=STAMP)
    clock = ZoneInfo(zone)
    parts = re.findall(
        r"BEGIN:(STANDARD|DAYLIGHT)\r\nDTSTART:(\d+T\d+)\r\n.*?TZOFFSETFROM:([+-])(\d\d)(\d\d)"
        r"\r\nTZOFFSETTO:([+-])(\d\d)(\d\d)\r\n",
        text,
        flags=re.DOTALL,
    )
    assert len(parts) >= 4
    for number, (kind, start, sign, hours, minutes, *after) in enumerate(parts):
        before = dt.timedelta(hours=int(hours), minutes=int(minutes)) * (1 - 2 * (sign == "-"))
        later = dt.timedelta(hours=int(after[1]), minutes=int(after[2]))
        later *= 1 - 2 * (after[0] == "-")
        instant = dt.datetime.strptime(start, "%Y%m%dT%H%M%S").replace(tzinfo=dt.UTC) - before
        there = instant.astimezone(clock)
        assert there.utcoffset() == later
        assert bool(there.dst()) == (kind == "DAYLIGHT")
        if number:
            second = dt.timedelta(seconds=1)
            assert (instant - second).astimezone(clock).utcoffset() == before != later


def test_changes_of_clocks_are_all_found():
    """Between any two changes found the offset is one, day by day for 20 years."""
    for name in ZONES:
        zone, first, last = ZoneInfo(name), dt.date(2006, 1, 1), dt.date(2026, 1, 1)
        found = list(zone_changes(zone, first, last))
        assert len(found) == 40
        moment, offset = dt.datetime(2006, 1, 1, tzinfo=dt.UTC), None
        left = list(found)
        while moment.date() < last:
            offset = offset or moment.astimezone(zone).utcoffset()
            while left and left[0].at <= moment:
                offset = left.pop(0).after
            assert moment.astimezone(zone).utcoffset() == offset
            moment += dt.timedelta(hours=12)


# --- updates --------------------------------------------------------------------------------------


def test_a_newer_file_updates_events_instead_of_doubling_them(tmp_path):
    """The same ids with a higher sequence; what is no more is cancelled, what is new is added."""
    path = tmp_path / "week.ics"
    week = schedule("Europe/Berlin")
    assert to_calendar(week, path, stamped_at=STAMP) == path.read_bytes().decode()
    assert read_calendar(path) == week.sessions
    assert next_sequence(path) == 1
    shorter = schedule("Europe/Berlin", hours=2.0)
    text = to_calendar(
        shorter,
        path,
        stamped_at=STAMP + dt.timedelta(days=1),
        sequence=next_sequence(path),
        previous=week.sessions,
    )
    read = events_of(text)
    gone = {one.uid for one in week.sessions} - {one.uid for one in shorter.sessions}
    assert gone
    assert set(read) == {one.uid for one in (*week.sessions, *shorter.sessions)}
    for uid, (event, *_) in read.items():
        assert event.sequence.value == "1"
        assert event.dtstamp.value == event.last_modified.value == "20261002T120000Z"
        assert (uid in gone) == (hasattr(event, "status") and event.status.value == "CANCELLED")
    assert read_calendar(path) == shorter.sessions
    assert next_sequence(text) == 2


def test_sessions_of_other_weeks_are_not_cancelled():
    """A file for the next week leaves the last one alone."""
    week = schedule("Europe/Berlin")
    following = schedule("Europe/Berlin", MONDAY + dt.timedelta(weeks=1))
    text = to_calendar(following, stamped_at=STAMP, previous=week.sessions)
    assert "CANCELLED" not in text
    assert read_calendar(text) == following.sessions


def test_ids_depend_on_person_skill_week_and_place_alone():
    """The same plan at other hours of the week has the same ids; another person has others."""
    week = schedule("Europe/Berlin")
    elsewhere = schedule("America/New_York")
    assert {one.uid for one in week.sessions} == {one.uid for one in elsewhere.sessions}
    following = schedule("Europe/Berlin", MONDAY + dt.timedelta(weeks=1))
    assert not {one.uid for one in week.sessions} & {one.uid for one in following.sessions}
    assert all(re.fullmatch(r"[0-9a-f]{32}@skillbalance", one.uid) for one in week.sessions)


def test_alarms_come_on_request():
    """Each session has one alarm, so many minutes before; without the request there is none."""
    week = schedule("Europe/Berlin")
    assert "VALARM" not in to_calendar(week, stamped_at=STAMP)
    text = to_calendar(week, stamped_at=STAMP, alarm_minutes=10)
    for event, *_ in events_of(text).values():
        (alarm,) = event.valarm_list
        assert alarm.trigger.value == "-PT10M"
        assert alarm.action.value == "DISPLAY"
        assert alarm.description.value == event.summary.value
    assert read_calendar(text) == week.sessions


# --- what is refused ------------------------------------------------------------------------------


def test_events_of_others_are_passed_over():
    """A calendar that other programs wrote to is read all the same."""
    week = schedule("Europe/Berlin")
    text = to_calendar(week, stamped_at=STAMP)
    foreign = "BEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Dentist\r\nDTSTART:20261019\r\nEND:VEVENT\r\n"
    mixed = text.replace("BEGIN:VEVENT", f"{foreign}BEGIN:VEVENT", 1)
    assert read_calendar(mixed) == week.sessions
    assert next_sequence(mixed) == 1


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("X-SKILLBALANCE-KIND:hard", "X-SKILLBALANCE-KIND:firm", "'firm' is not a valid SkillKind"),
        ("X-SKILLBALANCE-ZONE", "X-OTHER", "ZONE is missing"),
        ("X-SKILLBALANCE-ZONE:Europe%2FBerlin", "X-SKILLBALANCE-ZONE:Mars", "Mars"),
        ("X-SKILLBALANCE-SKILL:sql", "X-SKILLBALANCE-SKILL: ", "skill must be a non-empty string"),
    ],
)
def test_a_spoilt_event_is_named(old, new, message):
    """Every event of ours that lacks something is reported with its place."""
    text = to_calendar(schedule("Europe/Berlin"), stamped_at=STAMP)
    assert old in text
    with pytest.raises(InvalidDocumentError, match="in the document") as caught:
        read_calendar(text.replace(old, new))
    assert all(re.fullmatch(r"\$\.events\[\d+\]", one.path) for one in caught.value.faults)
    assert all(message in one.message for one in caught.value.faults)


@pytest.mark.parametrize("text", ["", "no calendar", b"\xff\xfe", "BEGIN:VCALENDAR\r\n"])
def test_text_that_is_no_calendar_is_refused(text):
    """It is a fault of the document, whatever the parser thinks of it."""
    with pytest.raises(InvalidDocumentError, match="not a calendar"):
        read_calendar(text)


def test_arguments_of_another_kind_are_refused():
    """Each argument that is not what it has to be is named."""
    week = schedule("Europe/Berlin")
    with pytest.raises(InvalidValueError, match=r"weeks\[0\] must be a Week"):
        to_calendar([1], stamped_at=STAMP)
    with pytest.raises(InvalidValueError, match=r"stamped_at must be a datetime\.datetime with a"):
        to_calendar(week, stamped_at=dt.datetime(2026, 1, 1))  # noqa: DTZ001  (to be refused)
    with pytest.raises(InvalidValueError, match="sequence must be in"):
        to_calendar(week, stamped_at=STAMP, sequence=-1)
    with pytest.raises(InvalidValueError, match="alarm_minutes must be in"):
        to_calendar(week, stamped_at=STAMP, alarm_minutes=20_000)
    with pytest.raises(InvalidValueError, match=r"sessions\[\d+\]\.uid must be unique"):
        to_calendar([week, week], stamped_at=STAMP)
    with pytest.raises(InvalidValueError, match="source must be the text of a calendar or a path"):
        read_calendar(7)


def test_without_the_extra_the_error_names_it(monkeypatch):
    """No icalendar, no calendar, and a word on how to get it."""
    monkeypatch.setitem(sys.modules, "icalendar", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'skillbalance\[calendar\]'"):
        read_calendar("")


@pytest.mark.parametrize(
    "time",
    [dt.time(18, 0, 1), dt.time(18, 0, 0, 1), dt.time(18, 0, tzinfo=dt.UTC), dt.time(18, 1, 2, 3)],
)
def test_a_time_of_day_that_text_would_cut_is_not_written(time):
    """Seconds, parts of one, or a zone: each alone is enough."""
    with pytest.raises(ValueError, match=r"^a time of day is written in whole minutes$"):
        time_text(time)


@pytest.mark.parametrize(
    "moment",
    [
        dt.datetime(2026, 1, 5, 18, tzinfo=dt.UTC).replace(tzinfo=None),
        dt.datetime(2026, 1, 5, 18, 0, 0, 1, tzinfo=dt.UTC),
    ],
)
def test_a_moment_that_text_would_cut_is_not_written(moment):
    """No zone, or parts of a second."""
    with pytest.raises(ValueError, match=r"^a time is written with its offset, in whole seconds$"):
        datetime_text(moment)


def test_a_calendar_says_what_it_is():
    """The head that RFC 5545 asks for: version 2.0 and a product once each, before all else."""
    text = to_calendar(schedule("Europe/Berlin"), stamped_at=STAMP)
    head = text.partition("\r\nBEGIN:")[0].split("\r\n")
    assert head[0] == "BEGIN:VCALENDAR"
    said = dict(line.split(":", 1) for line in head[1:])
    assert said.keys() == {"VERSION", "PRODID", "CALSCALE", "METHOD"}
    assert (said["VERSION"], said["CALSCALE"], said["METHOD"]) == ("2.0", "GREGORIAN", "PUBLISH")
    assert "skillbalance" in said["PRODID"]


@given(st.datetimes(), st.sampled_from([None, *ZONES]), st.integers(-14, 14))
def test_moments_are_read_back_equal(clock, name, hours):
    """With the name of a zone or an offset alone: the instant, its offset and its zone."""
    offset = dt.timezone(dt.timedelta(hours=hours))
    assume(dt.datetime(2, 1, 1) < clock < dt.datetime(9998, 1, 1))  # noqa: DTZ001  (to compare)
    moment = clock.replace(microsecond=0, tzinfo=offset)
    moment = moment if name is None else moment.astimezone(ZoneInfo(name))
    assume(moment.utcoffset() % dt.timedelta(minutes=1) == dt.timedelta(0))
    back = read_datetime(datetime_text(moment))
    assert (back, back.utcoffset()) == (moment, moment.utcoffset())
    assert getattr(back.tzinfo, "key", None) == name


def test_text_that_is_no_calendar_is_refused_as_a_whole():
    """The fault stands at the root, as in any other document."""
    with pytest.raises(InvalidDocumentError, match="not a calendar") as caught:
        read_calendar("BEGIN:VCALENDAR\r\nno line of a calendar\r\n")
    assert [fault.path for fault in caught.value.faults] == ["$"]
