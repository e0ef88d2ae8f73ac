"""The best use of a person's hours, and what hours they chose themselves are worth."""

import datetime as dt
import re
from collections.abc import Mapping

import attrs
import numpy as np

from skillbalance.coaching.inputs import PlanningInputs, by_position, gather_inputs
from skillbalance.errors import Conflict, InfeasibleError, InvalidValueError
from skillbalance.model.budget import TimeBudget
from skillbalance.model.plan import PlannedSkill, TimePlan
from skillbalance.model.profile import Profile
from skillbalance.numeric.allocation import Allocation, allocate_hours, evaluate_hours
from skillbalance.numeric.judge import BINDING
from skillbalance.numeric.limits import widen_soft_share
from skillbalance.numeric.ranges import find_price_range
from skillbalance.reference.defaults import BALANCE_BAND

_EVERY_SHARE = (0.0, 1.0)


def plan_time(profile: Profile, budget: TimeBudget, *, as_of: dt.date) -> TimePlan:
    """
    Plan the hours of a week so that readiness at the horizon is greatest, and prove it.

    Weights say what matters, estimates where the person stands, the practice curve what an hour
    does; the optimum over them is exact, in whole blocks or continuous.

    Parameters
    ----------
    profile : Profile
        Who, and what is known of them.
    budget : TimeBudget
        Hours and limits. Without limits on the soft share the plan keeps it within 0.10 of the
        recommended share, or at the nearest share that blocks and limits allow.
    as_of : datetime.date
        The day of the plan: later ratings are not used, earlier due dates are overdue.

    Returns
    -------
    TimePlan
        Hours, levels, readiness, prices and proof.

    Raises
    ------
    InfeasibleError
        If no hours meet the limits; names the smallest set in conflict, each with the smallest
        change that would do.
    UnknownSkillError
        If the budget limits a skill that the profile does not have.
    UnknownFieldError, UnknownElementError
        If the field or an element is not in the reference table.
    InvalidValueError
        If *as_of* is not a date.

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
    >>> plan = sb.plan_time(profile, sb.TimeBudget(hours_per_week=4), as_of=dt.date(2026, 3, 2))
    >>> plan["sql"].hours_per_week + plan["feedback"].hours_per_week
    4.0
    """
    inputs = gather_inputs(profile, budget, as_of=as_of)
    case = _Case(profile=profile, budget=budget, inputs=inputs, as_of=as_of)
    free = case.allocate(_EVERY_SHARE)
    limits = case.share_limits(free)
    best = free if limits == _EVERY_SHARE else case.allocate(limits)
    rounding_cost, gap = 0.0, float(best.optimality_gap)
    if budget.block_hours is not None:
        continuous = case.allocate(limits, continuous=True)
        rounding_cost = max(float(continuous.readiness - best.readiness), 0.0)
        # Proved twice: by the slopes at the blocks, and by the continuous optimum.
        gap = min(gap, rounding_cost + float(continuous.optimality_gap))
    return case.plan(
        best,
        limits,
        optimality_gap=gap,
        price_range=case.price_range(best, limits),
        rounding_cost=rounding_cost,
        price_of_balance=max(float(free.readiness - best.readiness), 0.0),
    )


def evaluate_plan(
    profile: Profile, budget: TimeBudget, hours: Mapping[str, float], *, as_of: dt.date
) -> TimePlan:
    """
    Judge hours that somebody chose, with what they leave on the table.

    Parameters
    ----------
    profile, budget, as_of
        As for :func:`plan_time`. The default band of the soft share is advice, no limit, and is
        not held against the chosen hours.
    hours : mapping of str to float
        Hours a week by skill id; a skill not named gets none. [h/week]

    Returns
    -------
    TimePlan
        As :func:`plan_time` gives, for these hours. ``left_on_table`` is the readiness that the
        best continuous hours within the same limits would add; the shadow price is the largest
        marginal return of a skill that may have more.

    Raises
    ------
    UnknownSkillError
        If *hours* or the budget names a skill that the profile does not have.
    InvalidValueError
        If the hours break a limit of the budget.
    InfeasibleError
        If no hours at all meet the limits.

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
    >>> budget = sb.TimeBudget(hours_per_week=4)
    >>> mine = sb.evaluate_plan(profile, budget, {"sql": 4}, as_of=dt.date(2026, 3, 2))
    >>> 0 < mine.left_on_table <= mine.optimality_gap
    True
    """
    inputs = gather_inputs(profile, budget, as_of=as_of)
    case = _Case(profile=profile, budget=budget, inputs=inputs, as_of=as_of)
    chosen = by_position(profile, hours, default=0.0)
    limits = budget.soft_share or _EVERY_SHARE
    best = case.allocate(limits, continuous=True)
    try:
        judged = evaluate_hours(
            chosen,
            *inputs.skills,
            **inputs.options,
            budget=budget.hours_per_week,
            soft_share=limits,
        )
    except InvalidValueError as error:
        raise _with_ids(error, profile) from None
    free = case.allocate(_EVERY_SHARE, continuous=True)
    return case.plan(
        judged,
        limits,
        optimality_gap=float(judged.optimality_gap),
        price_range=(budget.hours_per_week, budget.hours_per_week),
        left_on_table=max(float(best.readiness - judged.readiness), 0.0),
        price_of_balance=max(float(free.readiness - best.readiness), 0.0),
    )


@attrs.frozen(kw_only=True)
class _Case:
    """A person, a budget and their arrays: everything the ways of planning have in common."""

    profile: Profile
    budget: TimeBudget
    inputs: PlanningInputs
    as_of: dt.date

    def allocate(self, soft_share: tuple[float, float], *, continuous: bool = False) -> Allocation:
        """Find the best hours within limits of the soft share; conflicts carry skill ids."""
        try:
            return allocate_hours(
                *self.inputs.skills,
                **self.inputs.options,
                budget=self.budget.hours_per_week,
                soft_share=soft_share,
                block_hours=None if continuous else self.budget.block_hours,
                max_skills=self.budget.max_skills,
            )
        except InfeasibleError as error:
            named = (_named(conflict, self.profile) for conflict in error.conflicts)
            raise InfeasibleError(named) from None

    def share_limits(self, free: Allocation) -> tuple[float, float]:
        """Return the person's limits of the soft share, or the default band where it exists."""
        if self.budget.soft_share is not None:
            return self.budget.soft_share
        soft = self.inputs.soft
        if soft.all() or not soft.any():
            return _EVERY_SHARE  # with one kind there is nothing to balance
        recommended, band = self.inputs.soft_share_recommended, BALANCE_BAND.value
        wished = (max(recommended - band, 0.0), min(recommended + band, 1.0))
        if self.keeps(free, wished):
            return wished
        low, high = widen_soft_share(
            wished,
            soft,
            used_hours=free.hours.sum(),
            budget=self.budget.hours_per_week,
            min_hours=self.inputs.min_hours,
            max_hours=self.inputs.max_hours,
            block_hours=self.budget.block_hours,
        )
        return float(low), float(high)

    def keeps(self, plan: Allocation, limits: tuple[float, float]) -> bool:
        """Say whether the hours keep limits of the soft share."""
        soft, total = plan.hours[self.inputs.soft].sum(), plan.hours.sum()
        return bool(limits[0] * total <= soft <= limits[1] * total)

    def price_range(self, plan: Allocation, soft_share: tuple[float, float]) -> tuple[float, float]:
        """Return the budgets between which the same limits bind the skills chosen."""
        options = self.inputs.options
        if self.budget.max_skills is not None:
            options["max_hours"] = np.where(plan.hours > 0.0, options["max_hours"], 0.0)
        low, high = find_price_range(
            *self.inputs.skills,
            **options,
            budget=self.budget.hours_per_week,
            soft_share=soft_share,
            block_hours=self.budget.block_hours,
        )
        return float(low), float(high)

    def plan(
        self,
        allocation: Allocation,
        soft_share_limits: tuple[float, float],
        *,
        optimality_gap: float,
        price_range: tuple[float, float],
        price_of_balance: float,
        rounding_cost: float = 0.0,
        left_on_table: float = 0.0,
    ) -> TimePlan:
        """Turn an allocation into the record that people and apps read."""
        inputs, budget = self.inputs, self.budget
        idle = inputs.left_alone()
        planned = float(allocation.hours.sum())
        soft_hours = float(allocation.hours[inputs.soft].sum())
        items = tuple(
            PlannedSkill(
                skill_id=skill.id,
                name=skill.name,
                kind=skill.kind,
                hours_per_week=float(allocation.hours[i]),
                weight=float(inputs.weight[i]),
                proficiency_now=float(inputs.proficiency[i]),
                proficiency_then=float(allocation.proficiency[i]),
                proficiency_idle=float(idle[i]),
                target=float(inputs.target[i]),
                horizon_weeks=float(inputs.weeks[i]),
                marginal_return=float(allocation.marginal_return[i]),
                binding=BINDING[allocation.binding[i]],
            )
            for i, skill in enumerate(self.profile.skills)
        )
        return TimePlan(
            items=items,
            profile_id=self.profile.id,
            as_of=self.as_of,
            hours_per_week=planned,
            unused_hours=float(allocation.unused_hours),
            horizon_weeks=budget.horizon_weeks,
            block_hours=budget.block_hours,
            soft_share_hours=soft_hours / planned if planned > 0.0 else None,
            soft_share_recommended=inputs.soft_share_recommended,
            soft_share_limits=soft_share_limits,
            readiness_now=inputs.readiness_at(inputs.proficiency),
            readiness_then=float(allocation.readiness),
            readiness_idle=inputs.readiness_at(idle),
            shadow_price=float(allocation.shadow_price),
            shadow_price_range=price_range,
            optimality_gap=optimality_gap,
            rounding_cost=rounding_cost,
            price_of_balance=price_of_balance,
            left_on_table=left_on_table,
            overdue_goals=inputs.overdue_goals,
        )


def _named(conflict: Conflict, profile: Profile) -> Conflict:
    """Name a skill's limit by its id instead of its position."""
    return attrs.evolve(conflict, limit=_by_id(conflict.limit, profile))


def _with_ids(error: InvalidValueError, profile: Profile) -> InvalidValueError:
    return InvalidValueError(_by_id(error.name, profile), error.rule, error.value)


def _by_id(name: str, profile: Profile) -> str:
    """Turn ``min_hours[2]`` into ``min_hours["sql"]``."""
    found = re.fullmatch(r"(hours|min_hours|max_hours)\[(\d+)\]", name)
    return f'{found[1]}["{profile.skills[int(found[2])].id}"]' if found else name
