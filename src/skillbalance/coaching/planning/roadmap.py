"""A career path, planned period by period, with the levels carried from each into the next."""

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from skillbalance._checks import calendar_date, instance
from skillbalance.coaching.days import DAYS_PER_WEEK, weeks_later
from skillbalance.coaching.planning.contexts import moved
from skillbalance.coaching.planning.inputs import PlanningInputs, gather_inputs
from skillbalance.coaching.planning.plan import plan_inputs
from skillbalance.errors import InvalidValueError
from skillbalance.model.budget import TimeBudget
from skillbalance.model.estimates import RaterModel
from skillbalance.model.profile import Profile
from skillbalance.model.roadmap import CareerStep, Roadmap, RoadmapPeriod
from skillbalance.numeric.curve import proficiency_after
from skillbalance.reference.defaults import RaterPreset

_Floats: TypeAlias = NDArray[np.float64]

_SHORTEST_WEEKS = 1.0
_MOST_WEEKS = 10_000.0


def roadmap(
    profile: Profile,
    stages: Sequence[CareerStep],
    budget: TimeBudget,
    *,
    as_of: dt.date,
    rater_model: RaterModel | RaterPreset = "specific",
) -> Roadmap:
    """
    Plan along a career path: weights, soft share and hours of each period, levels carried over.

    Parameters
    ----------
    profile : Profile
        Who, and what is known of them. Field and stage are the profile's until the first step.
    stages : sequence of CareerStep
        Where the career leads, each step with its day, in any order, no two on the same day. The
        last of those on or before *as_of* takes the place of the profile's field and stage.
    budget : TimeBudget
        Hours a week and limits, the same in every period. Each period is planned to its own end;
        the last one for the budget's horizon.
    as_of : datetime.date
        The first day; later ratings are not used.
    rater_model : RaterModel or str
        As for :func:`~skillbalance.estimate_proficiency`.

    Returns
    -------
    Roadmap
        One period per field and stage, each with its plan, the balance it recommends and how far
        that is from the period before.

    Raises
    ------
    InfeasibleError
        If no hours meet the limits in some period.
    UnknownFieldError
        If a step's field is not built in.
    UnknownSkillError
        If the budget limits a skill that the profile does not have.
    InvalidValueError
        If two steps are on the same day, or *stages* holds no steps.

    Notes
    -----
    Levels follow the practice curve from period to period; what is retained for good is counted
    from the level of the first day, so that cutting a period in two changes nothing. A period
    shorter than a week is planned for a week. Goals keep their dates; one that has passed is
    overdue in later periods, and its target still counts.

    Examples
    --------
    >>> import datetime as dt
    >>> import skillbalance as sb
    >>> profile = sb.Profile(
    ...     id="ada",
    ...     field="software_engineering",
    ...     stage="mid",
    ...     skills=[sb.Skill(id="sql", kind="hard"), sb.Skill(id="feedback", kind="soft")],
    ... )
    >>> steps = [
    ...     sb.CareerStep(from_on=dt.date(year, 1, 4), field=profile.field, stage=stage)
    ...     for year, stage in ((2027, "lead"), (2029, "manager"))
    ... ]
    >>> path = sb.roadmap(
    ...     profile, steps, sb.TimeBudget(hours_per_week=4), as_of=dt.date(2026, 3, 2)
    ... )
    >>> [round(period.soft_share_recommended, 2) for period in path.periods]
    [0.24, 0.4, 0.34]
    """
    instance("profile", profile, Profile)
    instance("budget", budget, TimeBudget)
    calendar_date("as_of", as_of)
    periods: list[RoadmapPeriod] = []
    carried: _Carried | None = None
    for step, until_on in _spans(profile, stages, budget, as_of=as_of):
        person = moved(profile, step.field, step.stage)
        weeks = (until_on - step.from_on).days / DAYS_PER_WEEK
        own = attrs.evolve(budget, horizon_weeks=min(max(weeks, _SHORTEST_WEEKS), _MOST_WEEKS))
        inputs = gather_inputs(person, own, as_of=step.from_on, rater_model=rater_model)
        if carried is None:
            # Where the person stands is asked once; later ratings do not exist yet.
            carried = _Carried(inputs.proficiency, inputs.floor)
        inputs = inputs._replace(proficiency=carried.level, floor=carried.floor)
        plan = plan_inputs(person, own, inputs, as_of=step.from_on)
        hours = np.array([item.hours_per_week for item in plan.items], dtype=np.float64)
        level = _level_then(inputs, hours, weeks)
        carried = carried._replace(level=level)
        before = periods[-1] if periods else None
        periods.append(
            RoadmapPeriod(
                field=step.field,
                stage=step.stage,
                from_on=step.from_on,
                until_on=until_on,
                weeks=weeks,
                soft_share_recommended=plan.soft_share_recommended,
                soft_share_hours=plan.soft_share_hours,
                shift=plan.soft_share_recommended - before.soft_share_recommended
                if before
                else 0.0,
                hours_shift=_difference(
                    plan.soft_share_hours, before.soft_share_hours if before else None
                ),
                plan=plan,
                levels_then={
                    skill.id: value
                    for skill, value in zip(profile.skills, level.tolist(), strict=True)
                },
                readiness_then=inputs.readiness_at(level),
            )
        )
    return Roadmap(
        periods=tuple(periods),
        profile_id=profile.id,
        as_of=as_of,
        largest_shift=max((period.shift for period in periods), key=abs),
    )


class _Carried(NamedTuple):
    """What goes from one period into the next: levels, and the floors of the first day."""

    level: _Floats
    floor: _Floats


def _spans(
    profile: Profile, stages: Sequence[CareerStep], budget: TimeBudget, *, as_of: dt.date
) -> list[tuple[CareerStep, dt.date]]:
    """Return each step from *as_of* on with the first day after it."""
    path = list(stages)
    for i, step in enumerate(path):
        instance(f"stages[{i}]", step, CareerStep)
    path.sort(key=lambda step: step.from_on)
    for one, other in pairwise(path):
        if one.from_on == other.from_on:
            raise InvalidValueError("stages", "steps on different days", other.from_on)
    first = CareerStep(from_on=as_of, field=profile.field, stage=profile.stage)
    for step in path:
        if step.from_on <= as_of:
            first = attrs.evolve(step, from_on=as_of)
    steps = [first, *(step for step in path if step.from_on > as_of)]
    last = weeks_later(steps[-1].from_on, budget.horizon_weeks)
    ends = [*(step.from_on for step in steps[1:]), last]
    return list(zip(steps, ends, strict=True))


def _level_then(inputs: PlanningInputs, hours: _Floats, weeks: float) -> _Floats:
    """Return the levels at the end of a period."""
    return proficiency_after(
        inputs.proficiency,
        hours,
        learning_rate=inputs.learning_rate,
        forgetting_rate=inputs.forgetting_rate,
        weeks=weeks,
        floor=inputs.floor,
    )


def _difference(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one - other
