"""From hours a week to sessions on days: when to practise what, for what, and with whom."""

import datetime as dt
import itertools
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from skillbalance import _checks
from skillbalance.coaching.days import DAYS_PER_WEEK
from skillbalance.coaching.week.free_time import DAY, HOUR, FreeTime, clock_minutes, first_day
from skillbalance.coaching.week.misfits import explain
from skillbalance.coaching.week.reviews import Due, find_reviews
from skillbalance.coaching.week.session_plan import Sessions
from skillbalance.model.availability import Availability
from skillbalance.model.plan import TimePlan
from skillbalance.model.practice import PracticeRecord
from skillbalance.model.profile import Profile
from skillbalance.model.skill import SkillKind
from skillbalance.model.week import DueReview, LoadWarning, Session, Week
from skillbalance.numeric.week.sessions import free_gaps, replace_sessions
from skillbalance.numeric.week.slots import Caps, Placed, Windows
from skillbalance.reference.defaults import REVIEW_SHARE, SESSION_USUAL_HOURS

_STEP: Final = 30  # by which a latest hour is given up [min]


def schedule_week(
    plan: TimePlan,
    availability: Availability,
    *,
    week_of: dt.date,
    profile: Profile | None = None,
    practice: Iterable[PracticeRecord] = (),
    previous: Iterable[Session] = (),
) -> Week:
    """
    Turn the planned hours of a week into sessions in the person's free time.

    All hours are placed, to the minute, if the windows and the daily limits leave room at all:
    sessions of 30 to 120 minutes, at most 2 h of a skill and 4 h in all on one day, the days of
    each skill spread over the week, hard and soft skills in turn. Rest days and the latest hour
    are kept as long as the hours fit; where they do not, the week gives up first the hour, then
    the day, says so in `Week.warnings`, and keeps the rest.

    Parameters
    ----------
    plan : TimePlan
        The hours per skill. Hours that are no whole minutes are rounded to the minute.
    availability : Availability
        When the person has time, and the limits.
    week_of : datetime.date
        A day of the week to schedule; weeks run from Monday to Sunday.
    profile : Profile, optional
        Who can be asked for feedback: a feedback session names somebody who has rated the skill,
        the most reliable kind of rater first, each in turn over the weeks; else somebody who has
        rated another skill.
    practice : iterable of PracticeRecord
        What was done so far: skills that fade and get no hours are reviewed when that is due.
    previous : iterable of Session
        An earlier schedule (``week.sessions``, or what ``read_calendar`` gives): as many of its
        sessions as possible stay where they are and keep their calendar ids.

    Returns
    -------
    Week
        Sessions in the order of time, warnings, and the reviews that are due.

    Raises
    ------
    ScheduleError
        If the hours do not fit: how many are missing, of which skills, and which limits leave no
        room for them.
    InvalidValueError
        If an argument is not what it has to be.

    Notes
    -----
    Reviews are short sessions on top of the planned hours, in time that is free anyway: in all
    at most 0.10 of the planned hours (one is always allowed), never past a limit of well-being;
    one that finds no room is reported.

    The search for room is exact, but it stops after some thousands of steps; a week of windows
    that barely hold a session each can take a second.

    Examples
    --------
    >>> import skillbalance as sb
    >>> profile = sb.Profile(
    ...     id="ada",
    ...     field="software_engineering",
    ...     stage="mid",
    ...     skills=[sb.Skill(id="sql", kind="hard"), sb.Skill(id="feedback", kind="soft")],
    ... )
    >>> plan = sb.plan_time(profile, sb.TimeBudget(hours_per_week=4), as_of=dt.date(2026, 3, 2))
    >>> evenings = [
    ...     sb.TimeWindow(weekday=day, start="18:00", end="20:00")
    ...     for day in ("monday", "tuesday", "thursday")
    ... ]
    >>> availability = sb.Availability(time_zone="Europe/Berlin", windows=evenings)
    >>> week = sb.schedule_week(plan, availability, week_of=dt.date(2026, 3, 2))
    >>> sum(session.hours for session in week.sessions)
    4.0
    """
    _checks.instance("plan", plan, TimePlan)
    _checks.instance("availability", availability, Availability)
    _checks.calendar_date("week_of", week_of)
    if profile is not None:
        _checks.instance("profile", profile, Profile)
    for position, record in enumerate(practice := tuple(practice)):
        _checks.instance(f"practice[{position}]", record, PracticeRecord)
    for position, session in enumerate(previous := tuple(previous)):
        _checks.instance(f"previous[{position}]", session, Session)
    monday = first_day(week_of)
    case = _Case(plan, availability, FreeTime(availability, monday), previous)
    planned = case.place()
    found = find_reviews(
        plan,
        practice,
        monday=monday,
        practised={plan.items[one.skill].skill_id for one in planned.sessions},
    )
    reviews = case.place_reviews(planned, [one for one in found if one.due_on < _end(monday)])
    sessions = Sessions(plan, profile, case.free, monday, previous)
    made = [
        *sessions.planned(planned.sessions),
        *(sessions.review(one) for one in reviews),
    ]
    reviewed = {plan.items[one.skill].skill_id for one in reviews}
    return Week(
        profile_id=plan.profile_id,
        starts_on=monday,
        time_zone=availability.time_zone,
        sessions=tuple(sorted(made, key=lambda session: session.start.astimezone(dt.UTC))),
        free_hours=case.free_minutes / HOUR,
        warnings=(
            *case.load_warnings(planned.sessions),
            *_late_reviews(found, reviewed, monday),
        ),
        reviews=tuple(
            DueReview(
                skill_id=one.skill.skill_id,
                name=one.skill.name,
                last_on=one.last_on,
                gap_days=one.gap_days,
                due_on=one.due_on,
                is_scheduled=one.skill.skill_id in reviewed,
            )
            for one in found
        ),
        n_moved=len(set(case.previous) - set(planned.sessions)),
    )


def _end(monday: dt.date) -> dt.date:
    return monday + dt.timedelta(days=DAYS_PER_WEEK)


class _Planned(NamedTuple):
    """Planned sessions, and the windows within the limits of well-being they were placed in."""

    sessions: list[Placed]
    windows: Windows


class _Case:
    """A plan and a week of free time, in minutes."""

    def __init__(
        self,
        plan: TimePlan,
        availability: Availability,
        free: FreeTime,
        previous: Sequence[Session],
    ) -> None:
        self.plan, self.availability, self.free = plan, availability, free
        self.minutes = [round(HOUR * item.hours_per_week) for item in plan.items]
        self.soft = [item.kind is SkillKind.SOFT for item in plan.items]
        shortest = round(HOUR * availability.min_session_hours)
        longest = round(HOUR * availability.max_session_hours)
        self.caps = Caps(
            shortest=shortest,
            usual=min(max(round(HOUR * SESSION_USUAL_HOURS.value), shortest), longest),
            longest=longest,
            skill_day=round(HOUR * availability.skill_day_hours),
            all_day=round(HOUR * availability.day_hours),
        )
        self.position = {item.skill_id: i for i, item in enumerate(plan.items)}
        self.latest = DAY
        if availability.latest_end is not None:
            self.latest = clock_minutes(availability.latest_end) or DAY
        self.free_minutes = _length(free.windows())
        self.previous = self._placed(previous, reviews=False)
        self.previous_reviews = self._placed(previous, reviews=True)

    def _placed(self, sessions: Sequence[Session], *, reviews: bool) -> list[Placed]:
        """Return the sessions of this week and this plan."""
        found = []
        for session in sessions:
            start = self.free.minute(session.start)
            day = (session.start.astimezone(self.free.zone).date() - self.free.monday).days
            known = session.skill_id in self.position and session.is_review == reviews
            if known and 0 <= day < DAYS_PER_WEEK:
                length = self.free.minute(session.end) - start
                if start == int(start) and length == int(length):
                    skill = self.position[session.skill_id]
                    found.append(Placed(skill, int(start), int(length), day))
        return found

    # --- planned hours ----------------------------------------------------------------------

    def place(self) -> _Planned:
        """Place the planned hours, giving up limits of well-being only where nothing else does."""
        for rest_days in range(self.availability.rest_days, -1, -1):
            found = self._try(rest_days, self.latest)
            if found is None and self.latest < DAY:
                found = self._latest_hour_that_does(rest_days)
            if found is not None:
                return found
        raise explain(
            [item.skill_id for item in self.plan.items],
            self.minutes,
            self.free.windows(),
            self.caps,
        )

    def _latest_hour_that_does(self, rest_days: int) -> _Planned | None:
        """Give up the latest hour by as few half hours as possible."""
        best = self._try(rest_days, DAY)
        if best is None:
            return None
        ends = range(self.latest, DAY + _STEP, _STEP)
        low, high = 0, len(ends) - 1  # the first does not do, the last does
        while high - low > 1:
            middle = (low + high) // 2
            found = self._try(rest_days, ends[middle])
            if found is None:
                low = middle
            else:
                high, best = middle, found
        return best

    def _try(self, rest_days: int, until: int) -> _Planned | None:
        """Place everything before an hour, with so many days left free."""
        everything = self.free.windows(until=until)
        open_days = sorted(set(everything.day))
        n_days = min(DAYS_PER_WEEK - rest_days, len(open_days))
        choices = itertools.combinations(open_days, n_days)
        for days in sorted(choices, key=lambda days: self._given_up(days, everything)):
            windows = _on(everything, days)
            placed = replace_sessions(
                self.minutes, self.soft, windows, caps=self.caps, previous=self.previous
            )
            if placed is not None:
                return _Planned(placed, windows)
        return None

    def _given_up(self, days: Sequence[int], windows: Windows) -> tuple[int, int]:
        """Return what leaving the other days free costs: sessions that move, then free time."""
        moved = sum(one.day not in days for one in self.previous)
        return moved, -_length(_on(windows, days))

    # --- reviews ----------------------------------------------------------------------------

    def place_reviews(self, planned: _Planned, due: Sequence[Due]) -> list[Placed]:
        """Place the reviews that fit into what is left, on their day or as soon after it."""
        taken = list(planned.sessions)
        length, total = self.caps.shortest, sum(self.minutes)
        share = max(REVIEW_SHARE.value * total, length)
        load = self.availability.load_warning * self.free_minutes
        most = min(share, load - total)
        if self.availability.max_hours_per_week is not None:
            most = min(most, HOUR * self.availability.max_hours_per_week - total)
        placed: list[Placed] = []
        for one in due:
            if length * (len(placed) + 1) > most:
                break
            found = self._review(self.position[one.skill.skill_id], one, planned.windows, taken)
            if found is not None:
                taken.append(found)
                placed.append(found)
        return placed

    def _review(
        self, skill: int, due: Due, windows: Windows, taken: Sequence[Placed]
    ) -> Placed | None:
        length = self.caps.shortest
        on = min(max((due.due_on - self.free.monday).days, 0), DAYS_PER_WEEK - 1)
        gaps = free_gaps(windows, taken, shortest=length)
        load = [sum(one.minutes for one in taken if one.day == d) for d in range(DAYS_PER_WEEK)]
        used = {one.day for one in taken}
        rests = DAYS_PER_WEEK - len(used)
        room = [
            Placed(skill, start, length, day)
            for start, day in zip(gaps.start, gaps.day, strict=True)
            if load[day] + length <= self.caps.all_day
            and (day in used or rests > self.availability.rest_days)
        ]
        for one in self.previous_reviews:
            inside = any(
                start <= one.start and one.start + one.minutes <= end
                for start, end in zip(gaps.start, gaps.end, strict=True)
            )
            if one.skill == skill and inside and one.minutes == length:
                room = [one, *(other for other in room if other.day != one.day)]
                return one if load[one.day] + length <= self.caps.all_day else None
        # On the day, else as soon after it as there is room, else as late before it.
        return min(room, key=lambda one: (one.day < on, abs(one.day - on), one.start), default=None)

    # --- warnings ---------------------------------------------------------------------------

    def load_warnings(self, placed: Sequence[Placed]) -> list[LoadWarning]:
        """Say where the week is fuller than is good."""
        limits = self.availability
        hours = sum(one.minutes for one in placed) / HOUR
        free = self.free_minutes / HOUR
        warnings = []
        if hours > limits.load_warning * free + 1e-9:
            share = f"{hours / free:.0%}".replace("%", " %")
            warnings.append(
                LoadWarning(
                    limit="load",
                    allowed=limits.load_warning * free,
                    actual=hours,
                    message=f"{hours:.4g} h are {share} of the {free:.4g} h that are free; "
                    f"above {limits.load_warning:.0%} nothing may come between".replace("%", " %"),
                )
            )
        cap = limits.max_hours_per_week
        if cap is not None and hours > cap + 1e-9:
            warnings.append(
                LoadWarning(
                    limit="max_hours_per_week",
                    allowed=cap,
                    actual=hours,
                    message=f"{hours:.4g} h are more than the {cap:.4g} h a week that are wanted",
                )
            )
        rests = DAYS_PER_WEEK - len({one.day for one in placed})
        if rests < limits.rest_days:
            warnings.append(
                LoadWarning(
                    limit="rest_days",
                    allowed=float(limits.rest_days),
                    actual=float(rests),
                    message=f"{rests} of the {limits.rest_days} rest days wanted are left",
                )
            )
        late = sum(map(self._late, placed)) / HOUR
        if late > 0.0 and limits.latest_end is not None:
            warnings.append(
                LoadWarning(
                    limit="latest_end",
                    allowed=0.0,
                    actual=late,
                    message=f"{late:.4g} h lie after {limits.latest_end:%H:%M}",
                )
            )
        return warnings

    def _late(self, one: Placed) -> int:
        """Return the minutes of a session after the latest hour."""
        end = clock_minutes(self.free.moment(one.start + one.minutes).time()) or DAY
        return min(max(end - self.latest, 0), one.minutes)


def _on(windows: Windows, days: Sequence[int]) -> Windows:
    """Keep the windows of some days."""
    kept = [one for one in zip(*windows, strict=True) if one[2] in days]
    return Windows(*(tuple(one[k] for one in kept) for k in range(3)))


def _length(windows: Windows) -> int:
    return sum(windows.end) - sum(windows.start)


def _late_reviews(found: Sequence[Due], reviewed: set[str], monday: dt.date) -> list[LoadWarning]:
    """Say which due reviews found no room."""
    due = [one for one in found if one.due_on < _end(monday)]
    late = [one.skill.name for one in due if one.skill.skill_id not in reviewed]
    if not late:
        return []
    return [
        LoadWarning(
            limit="review",
            allowed=float(len(due) - len(late)),
            actual=float(len(due)),
            message=f"no room this week to review {', '.join(late)}",
        )
    ]
