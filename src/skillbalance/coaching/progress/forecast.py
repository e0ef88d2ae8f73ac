"""A plan as a promise: levels week by week with bands, and the chances of the goals."""

import math
from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from skillbalance._checks import entry, instance, integer_in, number_in
from skillbalance.coaching.days import DAYS_PER_WEEK, days_left, weeks_later
from skillbalance.coaching.evidence.estimates import estimate_proficiency
from skillbalance.coaching.rates import rates_of
from skillbalance.errors import InvalidValueError, UnknownSkillError
from skillbalance.model.estimates import ProficiencyEstimates, RaterModel
from skillbalance.model.forecast import (
    Forecast,
    GoalForecast,
    SkillForecast,
    TargetForecast,
    Trajectory,
)
from skillbalance.model.goal import Goal
from skillbalance.model.plan import TimePlan
from skillbalance.model.profile import Profile
from skillbalance.model.skill import SkillKind
from skillbalance.numeric.indices import readiness_of
from skillbalance.numeric.progress.forecast import (
    Uncertain,
    chance_to_reach,
    joint_chance,
    proficiency_quantile,
)
from skillbalance.numeric.progress.readiness_band import readiness_band
from skillbalance.reference.defaults import (
    BEYOND,
    INTERVAL_COVERAGE,
    RATE_SPREAD,
    RHO,
    RaterPreset,
)

_Floats: TypeAlias = NDArray[np.float64]

_MOST_WEEKS = 520  # ten years of weekly points; a plan is long outdated before


def forecast(
    plan: TimePlan,
    profile: Profile,
    *,
    rater_model: RaterModel | RaterPreset = "specific",
    weeks: int | None = None,
    rate_sd: float | Mapping[str, float] | None = None,
) -> Forecast:
    """
    Follow every skill through the weeks of a plan, with bands, and give the chances of the goals.

    Two things are not known for sure, and both are in the bands: where the person stands (the
    posterior of the estimate on the day of the plan, normal and clipped to [0, 1]) and how fast
    this person learns (lognormal around the skill's own rate). No random numbers: bands and
    chances are integrals.

    Parameters
    ----------
    plan : TimePlan
        Hours per skill, of :func:`~skillbalance.plan_time` or
        :func:`~skillbalance.evaluate_plan`.
    profile : Profile
        The profile the plan was made for.
    rater_model : RaterModel or str
        As for :func:`~skillbalance.estimate_proficiency`.
    weeks : int, optional
        Weeks to look ahead, 1 to 520; the plan's horizon, rounded up, where none are given.
    rate_sd : float or mapping of str to float, optional
        Standard deviation of the logarithm of the learning rate, for all skills or by skill id;
        0.5 (an assumption, wide on purpose) where none is given. A review of practice narrows it.

    Returns
    -------
    Forecast
        Trajectories at the planned hours and at none, readiness, and the chance of each goal.

    Raises
    ------
    InvalidValueError
        If the plan is not for the skills of the profile, or a number is out of range.
    UnknownSkillError
        If *rate_sd* names a skill that the profile does not have.

    Notes
    -----
    Hours are constant, so a level rises or falls all the way: a chance is that of *holding* the
    target on the day. Rates of different skills count as independent.

    Examples
    --------
    >>> import datetime as dt
    >>> import skillbalance as sb
    >>> profile = sb.Profile(
    ...     id="ada",
    ...     field="software_engineering",
    ...     stage="mid",
    ...     skills=[sb.Skill(id="sql", kind="hard"), sb.Skill(id="feedback", kind="soft")],
    ...     goals=[sb.Goal(id="dba", targets={"sql": 0.7}, due_on=dt.date(2026, 8, 31))],
    ... )
    >>> plan = sb.plan_time(profile, sb.TimeBudget(hours_per_week=4), as_of=dt.date(2026, 3, 2))
    >>> promise = sb.forecast(plan, profile)
    >>> sql = promise["sql"]
    >>> sql.planned.low[-1] < plan["sql"].proficiency_then < sql.planned.high[-1]
    True
    >>> promise.goal("dba").probability > promise.goal("dba").probability_idle
    True
    """
    instance("plan", plan, TimePlan)
    instance("profile", profile, Profile)
    ids = tuple(skill.id for skill in profile.skills)
    if tuple(item.skill_id for item in plan.items) != ids:
        others = tuple(item.skill_id for item in plan.items)
        raise InvalidValueError("plan", f"a plan for the skills of the profile, {ids}", others)
    ahead = _weeks_ahead(plan, weeks)
    estimates = estimate_proficiency(profile, as_of=plan.as_of, rater_model=rater_model)
    case = _Case(plan, profile, estimates, _curves(plan, profile, estimates, rate_sd), ahead)
    dates = tuple(weeks_later(plan.as_of, week) for week in range(ahead + 1))
    planned, idle = case.trajectories(idle=False), case.trajectories(idle=True)
    return Forecast(
        items=tuple(
            SkillForecast(
                skill_id=item.skill_id,
                name=item.name,
                kind=item.kind,
                hours_per_week=item.hours_per_week,
                target=item.target,
                planned=planned[i],
                idle=idle[i],
            )
            for i, item in enumerate(plan.items)
        ),
        profile_id=profile.id,
        as_of=plan.as_of,
        dates=dates,
        readiness=case.readiness(planned, idle=False),
        readiness_idle=case.readiness(idle, idle=True),
        goals=tuple(case.goal(goal) for goal in profile.goals if goal.targets),
    )


def _weeks_ahead(plan: TimePlan, weeks: int | None) -> int:
    """Return how many weeks to look ahead, all of them in the calendar."""
    if weeks is None:
        ahead = min(math.ceil(plan.horizon_weeks), _MOST_WEEKS)
    else:
        ahead = integer_in("weeks", weeks, 1, _MOST_WEEKS)
    left = days_left(plan.as_of) // DAYS_PER_WEEK
    if ahead > left:
        raise InvalidValueError("weeks", f"at most {left}, where the calendar ends", ahead)
    return ahead


def _curves(
    plan: TimePlan,
    profile: Profile,
    estimates: ProficiencyEstimates,
    rate_sd: float | Mapping[str, float] | None,
) -> Uncertain:
    """Put the curve of each skill together; its weeks are filled in later."""
    rates = rates_of(profile.skills)
    hours = np.array([item.hours_per_week for item in plan.items], dtype=np.float64)
    return Uncertain(
        mean=np.array([item.mean for item in estimates.items], dtype=np.float64),
        sd=np.array([item.sd for item in estimates.items], dtype=np.float64),
        speed=rates.learning * hours,
        rate_sd=_rate_spreads(profile, rate_sd),
        forgetting_rate=rates.forgetting,
        weeks=np.zeros_like(hours),
        retained_share=rates.retained,
    )


def _rate_spreads(profile: Profile, rate_sd: float | Mapping[str, float] | None) -> _Floats:
    """Return the spread of each skill's log rate."""
    ids = tuple(skill.id for skill in profile.skills)
    spread = RATE_SPREAD.value
    if rate_sd is None or not isinstance(rate_sd, Mapping):
        if rate_sd is not None:
            spread = number_in("rate_sd", rate_sd, 0, 10)
        return np.full(len(ids), spread)
    known = frozenset(ids)
    for skill_id, value in rate_sd.items():
        if skill_id not in known:
            raise UnknownSkillError(skill_id, ids)
        number_in(entry("rate_sd", skill_id), value, 0, 10)
    return np.array([float(rate_sd.get(skill_id, spread)) for skill_id in ids], dtype=np.float64)


class _Case(NamedTuple):
    """A plan, whose it is, and the curves of the skills."""

    plan: TimePlan
    profile: Profile
    estimates: ProficiencyEstimates
    curves: Uncertain
    ahead: int

    @property
    def weeks(self) -> _Floats:
        """The weeks of the trajectories."""
        return np.arange(self.ahead + 1, dtype=np.float64)

    def at(self, *, idle: bool) -> Uncertain:
        """Return the curves at the planned hours or at none."""
        if idle:
            return self.curves._replace(speed=np.zeros_like(self.curves.speed))
        return self.curves

    def trajectories(self, *, idle: bool) -> list[Trajectory]:
        """Return the levels of each skill by week, with bands."""
        curves, weeks = self.at(idle=idle), self.weeks
        shape = (len(self.plan.items), weeks.size)
        spread = Uncertain(*(np.broadcast_to(x[:, np.newaxis], shape) for x in curves))
        spread = spread._replace(weeks=np.broadcast_to(weeks, shape))
        level = spread.level(np.zeros(shape), spread.mean)
        tail = 0.5 * (1.0 - INTERVAL_COVERAGE.value)
        tails = np.array([tail, 1.0 - tail])[:, np.newaxis, np.newaxis]
        low, high = proficiency_quantile(tails, **_arguments(spread))
        return [
            Trajectory(level=tuple(middle), low=tuple(below), high=tuple(above))
            for middle, below, above in zip(
                level.tolist(), low.tolist(), high.tolist(), strict=True
            )
        ]

    def readiness(self, skills: list[Trajectory], *, idle: bool) -> Trajectory:
        """Return readiness by week, with its band."""
        items = self.plan.items
        weight = np.array([item.weight for item in items], dtype=np.float64)
        soft = np.array([item.kind is SkillKind.SOFT for item in items], dtype=np.bool_)
        target = np.array([item.target for item in items], dtype=np.float64)
        levels = np.array([skill.level for skill in skills], dtype=np.float64)
        if not items:
            nothing = (0.0,) * (self.ahead + 1)
            return Trajectory(level=nothing, low=nothing, high=nothing)
        level = readiness_of(
            weight,
            soft,
            levels.T,
            target=target,
            beyond=np.asarray(BEYOND.value),
            rho=np.asarray(RHO.value),
        )
        band = readiness_band(
            self.at(idle=idle),
            self.weeks,
            weight=weight,
            soft=soft,
            target=target,
            beyond=BEYOND.value,
            rho=RHO.value,
            covariance_diagonal=self.estimates.covariance_diagonal,
            covariance_factor=self.estimates.covariance_factor,
            coverage=INTERVAL_COVERAGE.value,
        )
        return Trajectory(
            level=tuple(level.tolist()),
            low=tuple(band.low.tolist()),
            high=tuple(band.high.tolist()),
        )

    def goal(self, goal: Goal) -> GoalForecast:
        """Return the chances of one goal on its date."""
        plan = self.plan
        overdue = goal.due_on is not None and goal.due_on < plan.as_of
        on = goal.due_on
        if on is None or overdue:
            on = weeks_later(plan.as_of, plan.horizon_weeks)
        weeks = (on - plan.as_of).days / DAYS_PER_WEEK
        places = [i for i, skill in enumerate(self.profile.skills) if skill.id in goal.targets]
        target = np.array(
            [goal.targets[self.profile.skills[i].id] for i in places], dtype=np.float64
        )
        planned, idle = (
            Uncertain(*(x[places] for x in self.at(idle=still)))._replace(
                weeks=np.full(len(places), weeks)
            )
            for still in (False, True)
        )
        factor = self.estimates.covariance_factor[places]
        covariance = factor @ factor.T + np.diag(self.estimates.covariance_diagonal[places])
        each, each_idle = (chance_to_reach(target, **_arguments(x)) for x in (planned, idle))
        level = planned.level(np.zeros_like(target), planned.mean)
        return GoalForecast(
            goal_id=goal.id,
            on=on,
            weeks=weeks,
            overdue=overdue,
            probability=joint_chance(target, planned, covariance),
            probability_idle=joint_chance(target, idle, covariance),
            targets=tuple(
                TargetForecast(
                    skill_id=self.profile.skills[place].id,
                    target=float(target[i]),
                    level=float(level[i]),
                    probability=float(each[i]),
                    probability_idle=float(each_idle[i]),
                )
                for i, place in enumerate(places)
            ),
        )


def _arguments(curves: Uncertain) -> dict[str, _Floats]:
    """Name the arguments of the numeric floor; hours are counted in the speed."""
    return {
        "mean": curves.mean,
        "sd": curves.sd,
        "hours": curves.speed,
        "learning_rate": np.asarray(1.0),
        "forgetting_rate": curves.forgetting_rate,
        "weeks": curves.weeks,
        "rate_sd": curves.rate_sd,
        "retained_share": curves.retained_share,
    }
