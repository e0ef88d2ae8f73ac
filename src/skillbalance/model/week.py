"""A week of sessions: what a schedule gives."""

import datetime as dt
from collections.abc import Mapping
from typing import Literal

import attrs

from skillbalance.model._items import FrozenMapping
from skillbalance.model._record import Record, Result
from skillbalance.model.practice import Activity
from skillbalance.model.rating import RaterKind
from skillbalance.model.skill import SkillKind

LoadLimit = Literal["load", "max_hours_per_week", "rest_days", "latest_end", "review"]


@attrs.frozen(kw_only=True)
class Session(Record):
    """
    One sitting of practice on one skill.

    Attributes
    ----------
    start, end : datetime.datetime
        From when to when, in the zone of the week. Subtracting them gives what a wall clock
        shows; where clocks change in between that is not the time that passed, which `hours` is.
    skill_id, name : str
        Id and name of the skill.
    kind : SkillKind
        Hard or soft.
    activity : Activity
        What the time is for.
    rater_kind : RaterKind or None
        Of a feedback session: from where the person to ask sees one; None where nobody is known.
    rater_id : str
        Who to ask; empty where nobody is known.
    is_review : bool
        Whether it keeps a skill from fading, on top of the planned hours.
    uid : str
        What a calendar knows it by: the same skill, week and place in the order of sessions keep
        it, whatever the hour.
    """

    start: dt.datetime
    end: dt.datetime
    skill_id: str
    name: str
    kind: SkillKind
    activity: Activity
    rater_kind: RaterKind | None = None
    rater_id: str = ""
    is_review: bool = False
    uid: str

    @property
    def hours(self) -> float:
        """Time that passes between start and end, whatever clocks do. [h]"""
        # Two times of one zone would be subtracted as a wall clock shows them.
        passed = self.end.astimezone(dt.UTC) - self.start.astimezone(dt.UTC)
        return passed / dt.timedelta(hours=1)


@attrs.frozen(kw_only=True)
class LoadWarning(Record):
    """
    A week that is fuller than is good.

    Attributes
    ----------
    limit : str
        ``"load"`` (part of the free time), ``"max_hours_per_week"``, ``"rest_days"``,
        ``"latest_end"`` or ``"review"`` (a due review found no room).
    allowed : float
        What the limit allows: hours; rest days wanted; 0 hours after the latest end; days that a
        review may be late. [h or days]
    actual : float
        What the week has of it. [h or days]
    message : str
        The same in one sentence.
    """

    limit: LoadLimit
    allowed: float
    actual: float
    message: str

    def __str__(self) -> str:
        """Give the sentence."""
        return self.message


@attrs.frozen(kw_only=True)
class DueReview(Record):
    """
    When a skill that fades and gets no hours is to be reviewed.

    Attributes
    ----------
    skill_id, name : str
        Id and name of the skill.
    last_on : datetime.date
        The day it was last practised, as far as known: else the day of the plan, or the review
        that was due before this one.
    gap_days : float
        How long after that a review is worth most. [days]
    due_on : datetime.date
        The day it is due.
    is_scheduled : bool
        Whether this week has a session for it.
    """

    skill_id: str
    name: str
    last_on: dt.date
    gap_days: float
    due_on: dt.date
    is_scheduled: bool


@attrs.frozen(kw_only=True)
class Week(Result):
    """
    The sessions of one week, Monday to Sunday.

    Attributes
    ----------
    profile_id : str
        Whose week it is.
    starts_on : datetime.date
        The Monday.
    time_zone : str
        IANA name of the zone.
    sessions : tuple of Session
        In the order of time.
    free_hours : float
        Free time of the week, before any limit. [h]
    warnings : tuple of LoadWarning
        Where the week is fuller than is good; empty in a good week.
    reviews : tuple of DueReview
        Every skill that fades without hours, with the date its review is due, those at stake most
        first.
    n_moved : int
        Sessions of the previous schedule that could not stay where they were.
    """

    profile_id: str
    starts_on: dt.date
    time_zone: str
    sessions: tuple[Session, ...]
    free_hours: float
    warnings: tuple[LoadWarning, ...] = ()
    reviews: tuple[DueReview, ...] = ()
    n_moved: int = 0

    @property
    def hours(self) -> Mapping[str, float]:
        """Planned hours by skill id, reviews aside, in the order of first sessions. [h]"""
        hours: dict[str, float] = {}
        for session in self.sessions:
            if not session.is_review:
                hours[session.skill_id] = hours.get(session.skill_id, 0.0) + session.hours
        return FrozenMapping(hours)

    def summary(self) -> str:
        """
        Say in a few plain sentences what the week holds and where it is too full.

        Examples
        --------
        >>> Week(
        ...     profile_id="ada",
        ...     starts_on=dt.date(2026, 3, 2),
        ...     time_zone="Europe/Berlin",
        ...     sessions=[],
        ...     free_hours=4.0,
        ... ).summary()
        'Week of 2026-03-02: no sessions.'
        """
        # A record may look up how it is shown; see the floors test.
        from skillbalance.display.text.week import week_summary

        return week_summary(self)
