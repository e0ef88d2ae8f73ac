"""The plan that follows a review: real hours, learned rates, small steps, and an account of it."""

import contextlib
import datetime as dt
import math
from collections.abc import Sequence
from typing import Final

import attrs
import numpy as np
from numpy.typing import NDArray

from skillbalance._checks import calendar_date, instance, number_in
from skillbalance.coaching.days import DAYS_PER_WEEK
from skillbalance.coaching.planning.inputs import PlanningInputs, gather_inputs, stack_rows
from skillbalance.coaching.planning.plan import plan_inputs
from skillbalance.coaching.planning.rows import plan_rows
from skillbalance.coaching.progress.learning import planned_hours
from skillbalance.coaching.rates import rates_of
from skillbalance.errors import InfeasibleError, InvalidValueError
from skillbalance.model.budget import HOURS_IN_A_WEEK, TimeBudget
from skillbalance.model.estimates import RaterModel
from skillbalance.model.plan import TimePlan
from skillbalance.model.profile import Profile
from skillbalance.model.review import Replan, Review, ReviewedWeek, SkillChange
from skillbalance.numeric.allocation.allocate import STATUS
from skillbalance.reference.defaults import CAPACITY_PRIOR_WEEKS, MAX_CHANGE, RaterPreset

_SOLVED: Final = STATUS.index("solved")
_STEP_WITHOUT_BLOCKS: Final = 0.25  # by which limits of change are relaxed [h/week]
_SETTLED: Final = 1e-9

_Floats = NDArray[np.float64]


def replan(
    plan: TimePlan,
    review: Review,
    profile: Profile,
    budget: TimeBudget,
    *,
    as_of: dt.date,
    max_change: float = MAX_CHANGE.value,
    capacity: float | None = None,
    rater_model: RaterModel | RaterPreset = "specific",
) -> Replan:
    """
    Plan anew after a review: with the hours there are, the levels reached and the rates learned.

    Parameters
    ----------
    plan : TimePlan
        The last plan; the new one stays near it.
    review : Review
        The review of that plan.
    profile : Profile
        The profile the review was made with, goals and ratings up to date.
    budget : TimeBudget
        Hours the person says they have, and their limits; not the budget of an earlier re-plan,
        or hours that were once cut could never come back.
    as_of : datetime.date
        The day of the new plan.
    max_change : float
        The most that the hours of one skill may change at once. Where no plan exists within it,
        the least that allows one is used and told. Limits of the budget come first. [h/week]
    capacity : float, optional
        Hours to plan with in place of those found, at most the stated ones: for somebody who
        misses the same part of whatever is planned, and would only do less of less. [h/week]
    rater_model : RaterModel or str
        As for :func:`plan_time`; used for skills that the review does not know.

    Returns
    -------
    Replan
        The plan, what it was made with, and what changed through what.

    Raises
    ------
    InvalidValueError
        If *max_change* is negative, *capacity* not within the stated hours, *as_of* before the
        review, or the review of another plan.
    InfeasibleError
        If no hours meet the limits of the budget, whatever may change.
    UnknownSkillError
        If the budget limits a skill that the profile does not have.

    Notes
    -----
    The capacity is the mean of a posterior: the stated hours count like two weeks of practice,
    each week of the review like what was done in it. A week in which everything due was done only
    says that there was time for it, and excused hours say nothing. What was missed is not added
    to anything: the new plan starts from the levels there are.

    Levels are those of the review, where ratings and practice are weighed against each other,
    rather than of the ratings alone. The account in ``changes`` lets one thing after the other
    change and plans each time, in the order calendar, capacity, levels, rates, limits.

    Examples
    --------
    >>> import datetime as dt
    >>> import skillbalance as sb
    >>> monday = dt.date(2026, 1, 5)
    >>> profile = sb.Profile(
    ...     id="ada",
    ...     field="software_engineering",
    ...     stage="mid",
    ...     skills=[sb.Skill(id="sql", kind="hard"), sb.Skill(id="feedback", kind="soft")],
    ... )
    >>> budget = sb.TimeBudget(hours_per_week=6)
    >>> plan = sb.plan_time(profile, budget, as_of=monday)
    >>> later = monday + dt.timedelta(28)
    >>> review = sb.review_progress(plan, [], profile, as_of=later)
    >>> new = sb.replan(plan, review, profile, budget, as_of=later)
    >>> new.capacity, new.plan.hours_per_week, new.forgiven_hours
    (2.0, 2.0, 24.0)
    """
    instance("plan", plan, TimePlan)
    instance("review", review, Review)
    instance("profile", profile, Profile)
    instance("budget", budget, TimeBudget)
    calendar_date("as_of", as_of)
    if as_of < review.as_of:
        raise InvalidValueError("as_of", f"the day of the review, {review.as_of}, or later", as_of)
    if review.plan_as_of != plan.as_of:
        raise InvalidValueError("review", f"of the plan of {plan.as_of}", review.plan_as_of)
    most = number_in("max_change", max_change, 0.0)

    gathered = gather_inputs(profile, budget, as_of=as_of, rater_model=rater_model)
    if capacity is None:
        capacity = _capacity(review.weeks, budget, least=float(gathered.min_hours.sum()))
    capacity = number_in("capacity", capacity, 0.0, budget.hours_per_week)
    smaller = attrs.evolve(budget, hours_per_week=capacity)
    before = np.array(planned_hours(plan, profile), dtype=np.float64)
    steps = _steps(plan, review, profile, gathered)
    last_hours = min(plan.hours_per_week + plan.unused_hours, HOURS_IN_A_WEEK)
    same_hours = attrs.evolve(budget, hours_per_week=last_hours)
    path = _path(before, [(same_hours, steps[0]), *((smaller, step) for step in steps)])

    new, limited, allowed = _plan_near(profile, smaller, steps[-1], before, most, as_of=as_of)
    after = np.array([item.hours_per_week for item in new.items], dtype=np.float64)
    return Replan(
        plan=new,
        budget=_with_limits(smaller, profile, limited),
        profile=_with_rates(profile, review),
        changes=_changes(profile, np.array([before, *path, after]), steps),
        hours_stated=budget.hours_per_week,
        capacity=capacity,
        max_change=most,
        max_change_used=allowed,
        forgiven_hours=review.hours.missed + review.hours.unrecorded,
    )


def _capacity(weeks: Sequence[ReviewedWeek], budget: TimeBudget, *, least: float) -> float:
    """Estimate the hours a week there really are, in whole blocks, never more than stated."""
    stated = budget.hours_per_week
    weight, done, full = [], [], []
    for week in weeks:
        due = week.hours.planned - week.hours.excused
        if due <= 0.0:
            continue
        part = week.n_days / DAYS_PER_WEEK * due / week.hours.planned
        weight.append(part)
        done.append(week.hours.done / part)
        full.append(week.hours.done >= due - _SETTLED)
    seen, given, enough = np.array(weight), np.array(done), np.array(full, dtype=np.bool_)
    prior = CAPACITY_PRIOR_WEEKS.value
    # A week that went to plan had time for at least that much: it stands for the mean itself
    # where that is more. The map is a contraction, by the other weeks and the stated hours.
    capacity, moved = stated, math.inf
    while moved > _SETTLED:
        stood_for = np.where(enough, np.maximum(given, capacity), given)
        mean = (prior * stated + float(seen @ stood_for)) / (prior + float(seen.sum()))
        capacity, moved = min(mean, stated), abs(min(mean, stated) - capacity)
    if budget.block_hours is not None:
        capacity = max(round(capacity / budget.block_hours), 1) * budget.block_hours
    return min(max(capacity, least), stated)


def _steps(
    plan: TimePlan, review: Review, profile: Profile, gathered: PlanningInputs
) -> tuple[PlanningInputs, PlanningInputs, PlanningInputs]:
    """Return the inputs with what was believed at the last plan, with today's levels, and rates."""
    skills, known = profile.skills, [skill.id in review for skill in profile.skills]
    level = gathered.proficiency.copy()
    estimated, rate_before = level.copy(), gathered.learning_rate.copy()
    rate_now = rate_before.copy()
    for i, skill in enumerate(skills):
        if known[i]:
            item = review[skill.id]
            level[i], estimated[i] = item.level_before, item.level_estimated
            rate_before[i] = math.log(2.0) / item.half_gap_before
            rate_now[i] = math.log(2.0) / item.half_gap_hours
        if skill.id in plan:
            level[i] = plan[skill.id].proficiency_now
    retained = rates_of(skills).retained
    then = gathered._replace(proficiency=level, floor=retained * level, learning_rate=rate_before)
    levels = then._replace(proficiency=estimated, floor=retained * estimated)
    return then, levels, levels._replace(learning_rate=rate_now)


def _path(before: _Floats, stages: Sequence[tuple[TimeBudget, PlanningInputs]]) -> list[_Floats]:
    """Plan each stage freely; one that no plan meets passes its part on to the next."""
    planned = plan_rows(stack_rows(stages))
    path: list[_Floats] = []
    for status, hours in zip(planned.status, planned.hours, strict=True):
        last = path[-1] if path else before
        path.append(hours if status == _SOLVED else last)
    return path


def _limited(inputs: PlanningInputs, before: _Floats, change: float) -> PlanningInputs:
    """Keep each skill within a change of its last hours; the person's own limits come first."""
    lower = np.minimum(np.maximum(inputs.min_hours, before - change), inputs.max_hours)
    upper = np.maximum(np.minimum(inputs.max_hours, before + change), inputs.min_hours)
    # Where a maximum lies below a minimum the budget is wrong: leave it to be refused as such.
    wrong = inputs.min_hours > inputs.max_hours
    return inputs._replace(
        min_hours=np.where(wrong, inputs.min_hours, lower),
        max_hours=np.where(wrong, inputs.max_hours, upper),
    )


def _plan_near(
    profile: Profile,
    budget: TimeBudget,
    inputs: PlanningInputs,
    before: _Floats,
    wished: float,
    *,
    as_of: dt.date,
) -> tuple[TimePlan, PlanningInputs, float]:
    """Plan within a change of the last hours, or within the least larger one that allows a plan."""
    limited = _limited(inputs, before, wished)
    if _fits(budget, limited):
        with contextlib.suppress(InfeasibleError):
            return plan_inputs(profile, budget, limited, as_of=as_of), limited, wished
    allowed = _least_change(before, wished, budget, inputs)
    limited = _limited(inputs, before, allowed)
    return plan_inputs(profile, budget, limited, as_of=as_of), limited, allowed


def _fits(budget: TimeBudget, inputs: PlanningInputs) -> bool:
    """Say whether the minima fit the hours, which is nearly all there is to feasibility."""
    least, block = inputs.min_hours, budget.block_hours
    if block is not None:
        least = np.ceil(least / block - _SETTLED) * block
    return float(least.sum()) <= budget.hours_per_week + _SETTLED


def _least_change(
    before: _Floats, wished: float, budget: TimeBudget, inputs: PlanningInputs
) -> float:
    """Return the least change, in steps above the one wished for, that allows any plan."""
    step = budget.block_hours or _STEP_WITHOUT_BLOCKS

    def feasible(n_steps: int) -> bool:
        limited = _limited(inputs, before, wished + n_steps * step)
        if not _fits(budget, limited):
            return False
        return bool(plan_rows(stack_rows([(budget, limited)])).status[0] == _SOLVED)

    # From here on a limit of change holds back nothing.
    widest = max(float(before.max(initial=0.0)), budget.hours_per_week)
    low, high = 0, math.ceil(widest / step) + 1
    if not feasible(high):
        # With the widest limits what is infeasible is the budget, and planning will say how.
        return wished + high * step
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if feasible(middle) else (middle, high)
    return wished + high * step


def _with_limits(budget: TimeBudget, profile: Profile, inputs: PlanningInputs) -> TimeBudget:
    """Write the limits of change into the budget."""
    pairs = list(zip(profile.skills, inputs.min_hours, inputs.max_hours, strict=True))
    return attrs.evolve(
        budget,
        min_hours={skill.id: float(low) for skill, low, _ in pairs if low > 0.0},
        max_hours={skill.id: float(min(high, HOURS_IN_A_WEEK)) for skill, _, high in pairs},
    )


def _with_rates(profile: Profile, review: Review) -> Profile:
    """Write the learned rates into the skills."""
    skills = tuple(
        attrs.evolve(skill, half_gap_hours=review[skill.id].half_gap_hours)
        if skill.id in review
        else skill
        for skill in profile.skills
    )
    return attrs.evolve(profile, skills=skills)


def _changes(
    profile: Profile, hours: _Floats, steps: Sequence[PlanningInputs]
) -> tuple[SkillChange, ...]:
    """Take the path from the last plan to the new one apart, skill by skill."""
    parts = np.diff(hours, axis=0)
    then, now = steps[0], steps[-1]
    return tuple(
        SkillChange(
            skill_id=skill.id,
            name=skill.name,
            hours_before=float(hours[0, i]),
            hours_after=float(hours[-1, i]),
            by_time=float(parts[0, i]),
            by_capacity=float(parts[1, i]),
            by_level=float(parts[2, i]),
            by_rate=float(parts[3, i]),
            by_limit=float(parts[4, i]),
            level_before=float(then.proficiency[i]),
            level_after=float(now.proficiency[i]),
            half_gap_before=math.log(2.0) / float(then.learning_rate[i]),
            half_gap_after=math.log(2.0) / float(now.learning_rate[i]),
        )
        for i, skill in enumerate(profile.skills)
    )
