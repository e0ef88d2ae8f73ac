"""What a plan promises week by week, with bands, and the chances of the goals."""

import datetime as dt

import attrs

from skillbalance import _checks
from skillbalance.errors import InvalidValueError
from skillbalance.model._items import ItemsBySkill
from skillbalance.model._record import Record
from skillbalance.model.skill import SkillKind


@attrs.frozen(kw_only=True)
class Trajectory(Record):
    """
    A number followed through the weeks of a forecast, with its band.

    Attributes
    ----------
    level : tuple of float
        What the plan counts on: the estimate as the start and the skill's own learning rate.
    low, high : tuple of float
        90 % band: below ``low`` in one case of twenty, above ``high`` in one.
    """

    level: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


@attrs.frozen(kw_only=True)
class SkillForecast(Record):
    """
    One skill through the weeks, at the planned hours and at none.

    Attributes
    ----------
    skill_id, name : str
        Id and name of the skill.
    kind : SkillKind
        Hard or soft.
    hours_per_week : float
        Hours planned. [h/week]
    target : float
        Level up to which a point counts in full.
    planned : Trajectory
        Proficiency with the planned hours, by week.
    idle : Trajectory
        Proficiency without any: what fades if the skill is dropped.
    """

    skill_id: str
    name: str
    kind: SkillKind
    hours_per_week: float
    target: float
    planned: Trajectory
    idle: Trajectory


@attrs.frozen(kw_only=True)
class TargetForecast(Record):
    """
    One target of a goal on the goal's date.

    Attributes
    ----------
    skill_id : str
        The skill.
    target : float
        Proficiency the goal asks for.
    level : float
        Proficiency the plan counts on that day.
    probability : float
        That the proficiency is at least the target that day, at the planned hours.
    probability_idle : float
        The same without any practice.
    """

    skill_id: str
    target: float
    level: float
    probability: float
    probability_idle: float


@attrs.frozen(kw_only=True)
class GoalForecast(Record):
    """
    The chance of a goal on its date.

    Attributes
    ----------
    goal_id : str
        The goal.
    on : datetime.date
        The day it is judged on: its due date, or the end of the plan's horizon where it has none
        or the date has passed.
    weeks : float
        Weeks until then. [week]
    overdue : bool
        Whether its date had passed on the day of the plan.
    probability : float
        That every target is held that day, at the planned hours. Learning rates of different
        skills count as independent; doubts about levels go together as far as raters are shared.
    probability_idle : float
        The same without any practice.
    targets : tuple of TargetForecast
        One per target, each by itself.
    """

    goal_id: str
    on: dt.date
    weeks: float
    overdue: bool
    probability: float
    probability_idle: float
    targets: tuple[TargetForecast, ...]


@attrs.frozen(kw_only=True)
class Forecast(ItemsBySkill[SkillForecast]):
    """
    A plan as a promise with probabilities; ``forecast["sql"]`` is one skill's.

    Attributes
    ----------
    items : tuple of SkillForecast
        One per skill, in profile order.
    profile_id : str
        Whose plan it is.
    as_of : datetime.date
        The day of the plan, week 0.
    dates : tuple of datetime.date
        The days the trajectories are given for, a week apart.
    readiness, readiness_idle : Trajectory
        Readiness on those days, at the planned hours and at none.
    goals : tuple of GoalForecast
        One per goal that names a target, in profile order.
    """

    profile_id: str
    as_of: dt.date
    dates: tuple[dt.date, ...]
    readiness: Trajectory
    readiness_idle: Trajectory
    goals: tuple[GoalForecast, ...]

    def goal(self, goal_id: str) -> GoalForecast:
        """
        Give the chances of one goal.

        Raises
        ------
        InvalidValueError
            If the forecast has no goal of that id; a goal without targets promises nothing.
        """
        for goal in self.goals:
            if goal.goal_id == goal_id:
                return goal
        finder = _checks.NameFinder(goal.goal_id for goal in self.goals)
        rule = f"the id of a goal with targets{finder.suggest(goal_id)}"
        raise InvalidValueError("goal_id", rule, goal_id)
