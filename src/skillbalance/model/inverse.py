"""Answers to "how many hours", "by when" and "what would one more hour change"."""

import datetime as dt

import attrs

from skillbalance.model._items import FrozenMapping, ItemsBySkill
from skillbalance.model._record import Record, Result


@attrs.frozen(kw_only=True)
class HoursNeeded(Result):
    """
    The fewest hours a week that bring one skill to a target by a date.

    Attributes
    ----------
    skill_id, name : str
        Id and name of the skill.
    target : float
        Proficiency to hold on the day.
    by : datetime.date
        The day.
    weeks : float
        Weeks until then. [week]
    proficiency_now : float
        Estimate on the day asked.
    proficiency_idle : float
        Level on the day without any practice.
    hours_per_week : float or None
        The fewest hours, 0 where none are needed; None where the most hours do not do. [h/week]
    reachable : bool
        Whether the target can be reached with at most ``max_hours`` a week.
    max_hours : float
        The most hours a week that were allowed. [h/week]
    ceiling : float
        Level on the day at the most hours.
    goal_id : str
        The goal that asks for it; empty where the caller did.
    """

    skill_id: str
    name: str
    target: float
    by: dt.date
    weeks: float
    proficiency_now: float
    proficiency_idle: float
    hours_per_week: float | None
    reachable: bool
    max_hours: float
    ceiling: float
    goal_id: str = ""

    def reason(self) -> str:
        """Say the answer in one sentence, with its numbers."""
        # A record may look up how it is shown; see the floors test.
        from skillbalance.display.text.answers import explain_hours_needed

        return explain_hours_needed(self)


@attrs.frozen(kw_only=True)
class EarliestDate(Result):
    """
    The earliest day on which one skill reaches a target at given hours.

    Attributes
    ----------
    skill_id, name : str
        Id and name of the skill.
    target : float
        Proficiency to reach.
    hours_per_week : float
        Hours of practice. [h/week]
    proficiency_now : float
        Estimate on the day asked.
    reachable : bool
        Whether the target is ever reached at these hours.
    weeks : float or None
        Weeks until the level is the target exactly; None where it never is. [week]
    on : datetime.date or None
        The first whole day; None where there is none, or none that the calendar has.
    ceiling : float
        Level that these hours lead to in the end, approached and never quite reached.
    """

    skill_id: str
    name: str
    target: float
    hours_per_week: float
    proficiency_now: float
    reachable: bool
    weeks: float | None
    on: dt.date | None
    ceiling: float

    def reason(self) -> str:
        """Say the answer in one sentence, with its numbers."""
        from skillbalance.display.text.answers import explain_earliest_date

        return explain_earliest_date(self)


@attrs.frozen(kw_only=True)
class LeastHours(ItemsBySkill[HoursNeeded]):
    """
    The fewest hours a week in all that reach every target of every goal by its date.

    Attributes
    ----------
    items : tuple of HoursNeeded
        One per skill that a goal names, in profile order: the most demanding of its targets.
    hours_per_week : float or None
        Their sum; None where one of them cannot be reached. [h/week]
    reachable : bool
        Whether all can be reached.
    hours_of_reachable : float
        Sum over those that can. [h/week]
    unreachable : tuple of str
        Ids of the skills that cannot.
    overdue_goals : tuple of str
        Ids of goals whose date has passed; their targets are judged at the horizon.
    """

    hours_per_week: float | None
    reachable: bool
    hours_of_reachable: float
    unreachable: tuple[str, ...]
    overdue_goals: tuple[str, ...]


@attrs.frozen(kw_only=True)
class FrontierPoint(Record):
    """
    The best plan for one number of hours a week.

    Attributes
    ----------
    hours_per_week : float
        Hours in the budget. [h/week]
    readiness : float
        Readiness with the planned hours, each skill at its horizon.
    marginal_return : float
        Readiness that one more hour a week would add, per hour, where hours are continuous.
        [1/(h/week)]
    unused_hours : float
        Hours the plan leaves over. [h/week]
    soft_share : float or None
        Soft part of the planned hours; None where none are planned.
    hours : FrozenMapping of str to float
        Hours by skill id, skills without any left out. [h/week]
    optimality_gap : float
        Proved: no plan within the same limits adds more readiness than this.
    """

    hours_per_week: float
    readiness: float
    marginal_return: float
    unused_hours: float
    soft_share: float | None
    hours: FrozenMapping[str, float]
    optimality_gap: float


@attrs.frozen(kw_only=True)
class Frontier(Result):
    """
    Readiness against hours a week.

    Attributes
    ----------
    points : tuple of FrontierPoint
        By hours, ascending; hours that the limits make infeasible are left out.
    profile_id : str
        Whose it is.
    as_of : datetime.date
        The day it was computed for.
    readiness_now, readiness_idle : float
        Readiness on that day, and at the horizon without any practice.
    infeasible_hours : tuple of float
        Hours asked for that no plan within the limits has. [h/week]
    """

    points: tuple[FrontierPoint, ...]
    profile_id: str
    as_of: dt.date
    readiness_now: float
    readiness_idle: float
    infeasible_hours: tuple[float, ...]
