"""Plans read the other way: the hours a target takes, the day hours reach it, hours for all."""

import datetime as dt
import math
from collections.abc import Sequence
from typing import NamedTuple

from skillbalance._checks import calendar_date, instance, number_in
from skillbalance.coaching.days import DAYS_PER_WEEK, days_later, days_left, weeks_later
from skillbalance.coaching.evidence.ratings import estimate_levels
from skillbalance.coaching.rates import rates_of
from skillbalance.coaching.targets import find_targets
from skillbalance.errors import InvalidValueError, UnknownSkillError
from skillbalance.model.budget import HOURS_IN_A_WEEK
from skillbalance.model.estimates import RaterModel
from skillbalance.model.inverse import EarliestDate, HoursNeeded, LeastHours
from skillbalance.model.profile import Profile
from skillbalance.numeric.curve import hours_to_reach, proficiency_after
from skillbalance.numeric.progress.inverse import highest_level, weeks_to_reach
from skillbalance.reference.defaults import HORIZON_WEEKS, RaterPreset

_LONGEST_WEEKS = 10_000


def hours_needed(
    profile: Profile,
    skill_id: str,
    *,
    by: dt.date,
    as_of: dt.date,
    target: float | None = None,
    max_hours: float = HOURS_IN_A_WEEK,
    rater_model: RaterModel | RaterPreset = "specific",
) -> HoursNeeded:
    """
    Find the fewest hours a week that bring a skill to a target by a date.

    Parameters
    ----------
    profile : Profile
        Who, and what is known of them.
    skill_id : str
        The skill.
    by : datetime.date
        The day on which the target is to be held, not before *as_of*.
    as_of : datetime.date
        The first day of practice; later ratings are not used.
    target : float, optional
        Proficiency in [0, 1]; the skill's target (from the goals, else the expected level) where
        none is given.
    max_hours : float
        The most hours a week there are, up to 168. [h/week]
    rater_model : RaterModel or str
        As for :func:`~skillbalance.estimate_proficiency`.

    Returns
    -------
    HoursNeeded
        The hours, or that *max_hours* do not do, with the ceiling they lead to.

    Raises
    ------
    UnknownSkillError
        If the profile has no such skill.
    InvalidValueError
        If a number or date is out of range.

    Examples
    --------
    >>> import datetime as dt
    >>> import skillbalance as sb
    >>> profile = sb.Profile(
    ...     id="ada",
    ...     field="software_engineering",
    ...     stage="mid",
    ...     skills=[sb.Skill(id="sql", kind="hard")],
    ... )
    >>> day, by = dt.date(2026, 3, 2), dt.date(2026, 8, 31)
    >>> answer = sb.hours_needed(profile, "sql", target=0.7, by=by, as_of=day)
    >>> print(answer.reason())
    sql reaches 0.70 by 2026-08-31 with 5.17 h a week.
    >>> print(sb.hours_needed(profile, "sql", target=0.9, by=by, as_of=day, max_hours=6).reason())
    sql cannot reach 0.90 by 2026-08-31: the ceiling at 6 h a week is 0.72.
    """
    learner = _find(profile, skill_id, as_of=as_of, rater_model=rater_model)
    calendar_date("by", by)
    if by < as_of:
        raise InvalidValueError("by", f"on or after {as_of.isoformat()}", by)
    most = number_in("max_hours", max_hours, 0, HOURS_IN_A_WEEK)
    goal = learner.target if target is None else number_in("target", target, 0, 1)
    return learner.hours_needed(goal, by, (by - as_of).days, max_hours=most)


def earliest_date(
    profile: Profile,
    skill_id: str,
    *,
    hours_per_week: float,
    as_of: dt.date,
    target: float | None = None,
    rater_model: RaterModel | RaterPreset = "specific",
) -> EarliestDate:
    """
    Find the earliest day on which a skill reaches a target at given hours a week.

    Parameters
    ----------
    profile : Profile
        Who, and what is known of them.
    skill_id : str
        The skill.
    hours_per_week : float
        Hours of practice, 0 to 168. [h/week]
    as_of : datetime.date
        The first day of practice; later ratings are not used.
    target : float, optional
        Proficiency in [0, 1]; the skill's target (from the goals, else the expected level) where
        none is given.
    rater_model : RaterModel or str
        As for :func:`~skillbalance.estimate_proficiency`.

    Returns
    -------
    EarliestDate
        The day and the exact weeks, or that the target is above the ceiling of these hours. A
        target held already is reached on *as_of*, even where the hours do not keep it.

    Raises
    ------
    UnknownSkillError
        If the profile has no such skill.
    InvalidValueError
        If a number is out of range.

    Notes
    -----
    Whether a target is reached at all is decided in exact arithmetic: at the ceiling itself it
    is not, a hair below it is.

    Examples
    --------
    >>> import datetime as dt
    >>> import skillbalance as sb
    >>> profile = sb.Profile(
    ...     id="ada",
    ...     field="software_engineering",
    ...     stage="mid",
    ...     skills=[sb.Skill(id="sql", kind="hard")],
    ... )
    >>> day = dt.date(2026, 3, 2)
    >>> print(sb.earliest_date(profile, "sql", target=0.7, hours_per_week=6, as_of=day).reason())
    sql reaches 0.70 at 6 h a week on 2026-07-17.
    >>> print(sb.earliest_date(profile, "sql", target=0.9, hours_per_week=6, as_of=day).reason())
    sql never reaches 0.90 at 6 h a week: the ceiling is 0.79.
    """
    learner = _find(profile, skill_id, as_of=as_of, rater_model=rater_model)
    hours = number_in("hours_per_week", hours_per_week, 0, HOURS_IN_A_WEEK)
    goal = learner.target if target is None else number_in("target", target, 0, 1)
    weeks = float(weeks_to_reach(goal, hours=hours, **learner.curve))
    reachable = math.isfinite(weeks)
    return EarliestDate(
        skill_id=skill_id,
        name=learner.name,
        target=goal,
        hours_per_week=hours,
        proficiency_now=learner.proficiency,
        reachable=reachable,
        weeks=weeks if reachable else None,
        on=_first_day(as_of, weeks) if reachable else None,
        ceiling=float(highest_level(hours=hours, **learner.curve)),
    )


def least_hours(
    profile: Profile,
    *,
    as_of: dt.date,
    horizon_weeks: float = HORIZON_WEEKS.value,
    max_hours: float = HOURS_IN_A_WEEK,
    rater_model: RaterModel | RaterPreset = "specific",
) -> LeastHours:
    """
    Find the fewest hours a week in all that reach every target of every goal by its date.

    Parameters
    ----------
    profile : Profile
        Who, and what they want.
    as_of : datetime.date
        The first day of practice; later ratings are not used.
    horizon_weeks : float
        Weeks for goals without a date, and for those whose date has passed. [week]
    max_hours : float
        The most hours a week for one skill, up to 168. [h/week]
    rater_model : RaterModel or str
        As for :func:`~skillbalance.estimate_proficiency`.

    Returns
    -------
    LeastHours
        One answer per skill that a goal names, and their sum.

    Raises
    ------
    InvalidValueError
        If a number or date is out of range.

    Notes
    -----
    Hours are the same every week. A skill that several goals name gets the hours of the most
    demanding one, which do for the others: at more hours the level is higher on every day.

    Examples
    --------
    >>> import datetime as dt
    >>> import skillbalance as sb
    >>> profile = sb.Profile(
    ...     id="ada",
    ...     field="software_engineering",
    ...     stage="mid",
    ...     skills=[sb.Skill(id="sql", kind="hard"), sb.Skill(id="feedback", kind="soft")],
    ...     goals=[sb.Goal(id="lead", targets={"sql": 0.6, "feedback": 0.55})],
    ... )
    >>> least = sb.least_hours(profile, as_of=dt.date(2026, 3, 2))
    >>> least.hours_per_week == least["sql"].hours_per_week + least["feedback"].hours_per_week
    True
    """
    instance("profile", profile, Profile)
    calendar_date("as_of", as_of)
    weeks = number_in("horizon_weeks", horizon_weeks, 1, _LONGEST_WEEKS)
    most = number_in("max_hours", max_hours, 0, HOURS_IN_A_WEEK)
    end = weeks_later(as_of, weeks)
    overdue = tuple(
        goal.id for goal in profile.goals if goal.due_on is not None and goal.due_on < as_of
    )
    learners = _learners(profile, as_of=as_of, rater_model=rater_model)
    items = []
    for learner in learners:
        answers = []
        for goal in profile.goals:
            if learner.skill_id not in goal.targets:
                continue
            due = goal.due_on if goal.id not in overdue else None
            by = end if due is None else due
            aim = goal.targets[learner.skill_id]
            answers.append(
                learner.hours_needed(aim, by, (by - as_of).days, max_hours=most, goal_id=goal.id)
            )
        if answers:
            items.append(max(answers, key=_demand))
    unreachable = tuple(item.skill_id for item in items if not item.reachable)
    total = math.fsum(item.hours_per_week or 0.0 for item in items)
    return LeastHours(
        items=tuple(items),
        hours_per_week=None if unreachable else total,
        reachable=not unreachable,
        hours_of_reachable=total,
        unreachable=unreachable,
        overdue_goals=overdue,
    )


def _demand(answer: HoursNeeded) -> tuple[float, float]:
    """Order answers by what they ask; unreachable ones by how far they are out of reach."""
    if answer.hours_per_week is None:
        return math.inf, answer.target - answer.ceiling
    return answer.hours_per_week, answer.target


class _Learner(NamedTuple):
    """One skill of a person, as numbers."""

    skill_id: str
    name: str
    proficiency: float
    target: float
    learning_rate: float
    forgetting_rate: float
    floor: float

    @property
    def curve(self) -> dict[str, float]:
        """The arguments of the practice curve, hours and weeks aside."""
        return {
            "proficiency": self.proficiency,
            "learning_rate": self.learning_rate,
            "forgetting_rate": self.forgetting_rate,
            "floor": self.floor,
        }

    def hours_needed(
        self, target: float, by: dt.date, days: int, *, max_hours: float, goal_id: str = ""
    ) -> HoursNeeded:
        """Answer for a target in some days."""
        weeks = days / DAYS_PER_WEEK
        curve = {name: value for name, value in self.curve.items() if name != "proficiency"}
        idle, ceiling = (
            float(proficiency_after(self.proficiency, h, weeks=weeks, **curve))
            for h in (0.0, max_hours)
        )
        reachable = ceiling >= target
        hours = None
        if reachable:
            found = float(hours_to_reach(target, weeks=weeks, **self.curve))
            # At the boundary the level decides, not the last digit of its inverse.
            hours = min(found, max_hours)
        return HoursNeeded(
            skill_id=self.skill_id,
            name=self.name,
            target=target,
            by=by,
            weeks=weeks,
            proficiency_now=self.proficiency,
            proficiency_idle=idle,
            hours_per_week=hours,
            reachable=reachable,
            max_hours=max_hours,
            ceiling=ceiling,
            goal_id=goal_id,
        )


def _find(
    profile: Profile, skill_id: str, *, as_of: dt.date, rater_model: RaterModel | RaterPreset
) -> _Learner:
    """Return one skill as numbers."""
    instance("profile", profile, Profile)
    ids = tuple(skill.id for skill in profile.skills)
    if skill_id not in ids:
        raise UnknownSkillError(skill_id, ids)
    return _learners(profile, as_of=as_of, rater_model=rater_model)[ids.index(skill_id)]


def _learners(
    profile: Profile, *, as_of: dt.date, rater_model: RaterModel | RaterPreset
) -> Sequence[_Learner]:
    """Return every skill as numbers; the curve is the planner's, to the last bit."""
    level = estimate_levels(profile, as_of=as_of, rater_model=rater_model)
    rates = rates_of(profile.skills)
    columns = (level, find_targets(profile), rates.learning, rates.forgetting)
    return [
        _Learner(skill.id, skill.name, *numbers)
        for skill, *numbers in zip(
            profile.skills,
            *(column.tolist() for column in (*columns, rates.retained * level)),
            strict=True,
        )
    ]


def _first_day(as_of: dt.date, weeks: float) -> dt.date | None:
    """Return the first whole day on which the weeks are over, if the calendar has it."""
    days = weeks * DAYS_PER_WEEK
    return None if days > days_left(as_of) else days_later(as_of, math.ceil(days))
