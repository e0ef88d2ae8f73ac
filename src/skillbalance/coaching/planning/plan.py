"""The best use of a person's hours, and what hours they chose themselves are worth."""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Final

import attrs
import numpy as np
from numpy.typing import NDArray

from skillbalance._checks import number_in
from skillbalance.coaching.planning.inputs import (
    PlanningInputs,
    by_position,
    gather_inputs,
    stack_rows,
)
from skillbalance.coaching.planning.rows import PlannedRows, Rows, judge_rows, plan_rows
from skillbalance.errors import InfeasibleError, InvalidValueError
from skillbalance.model.budget import TimeBudget
from skillbalance.model.estimates import RaterModel
from skillbalance.model.plan import PlannedSkill, TimePlan
from skillbalance.model.profile import Profile
from skillbalance.numeric.allocation.judge import BINDING
from skillbalance.numeric.allocation.limits import SLACK
from skillbalance.numeric.allocation.ranges import find_price_range
from skillbalance.reference.defaults import RaterPreset

# Skills that an error about a sum of hours names.
_MOST_NAMED: Final = 3


def plan_time(
    profile: Profile,
    budget: TimeBudget,
    *,
    as_of: dt.date,
    rater_model: RaterModel | RaterPreset = "specific",
) -> TimePlan:
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
    rater_model : RaterModel or str
        How much each kind of rater is to be trusted, as for
        :func:`~skillbalance.estimate_proficiency`.

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
        If *as_of* is not a date, or *rater_model* is no preset or lacks a kind that rated.

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
    inputs = gather_inputs(profile, budget, as_of=as_of, rater_model=rater_model)
    return plan_inputs(profile, budget, inputs, as_of=as_of)


def plan_inputs(
    profile: Profile, budget: TimeBudget, inputs: PlanningInputs, *, as_of: dt.date
) -> TimePlan:
    """Plan as :func:`plan_time` does, for inputs that the caller may have changed."""
    rows = stack_rows([(budget, inputs)])
    try:
        planned = plan_rows(rows, errors="raise")
    except InfeasibleError as error:
        raise _named(error, profile) from None
    return _record(
        profile,
        budget,
        inputs,
        planned,
        as_of=as_of,
        shadow_price_range=_price_range(rows, planned),
    )


def evaluate_plan(
    profile: Profile,
    budget: TimeBudget,
    hours: Mapping[str, float],
    *,
    as_of: dt.date,
    rater_model: RaterModel | RaterPreset = "specific",
) -> TimePlan:
    """
    Judge hours that somebody chose, with what they leave on the table.

    Parameters
    ----------
    profile, budget, as_of, rater_model
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
        If the hours break a limit of the budget: the sum, a minimum or maximum of a skill, the
        number of skills, the soft share. Blocks are not asked for.
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
    inputs = gather_inputs(profile, budget, as_of=as_of, rater_model=rater_model)
    chosen = _chosen_hours(profile, budget, hours)
    try:
        judged = judge_rows(stack_rows([(budget, inputs)]), chosen[np.newaxis])
    except InfeasibleError as error:
        raise _named(error, profile) from None
    except InvalidValueError as error:
        raise InvalidValueError(_by_id(error.name, profile), error.rule, error.value) from None
    return _record(
        profile,
        budget,
        inputs,
        judged,
        as_of=as_of,
        shadow_price_range=(budget.hours_per_week, budget.hours_per_week),
    )


def _record(
    profile: Profile,
    budget: TimeBudget,
    inputs: PlanningInputs,
    planned: PlannedRows,
    *,
    as_of: dt.date,
    shadow_price_range: tuple[float, float],
) -> TimePlan:
    """Turn the only row of a plan into the record that people and apps read."""
    hours, then, idle, returns, binding = (
        array[0].tolist()
        for array in (
            planned.hours,
            planned.proficiency,
            planned.proficiency_idle,
            planned.marginal_return,
            planned.binding,
        )
    )
    weight, now, target, weeks = (
        array.tolist() for array in (inputs.weight, inputs.proficiency, inputs.target, inputs.weeks)
    )
    items = tuple(
        PlannedSkill(
            skill_id=skill.id,
            name=skill.name,
            kind=skill.kind,
            hours_per_week=hours[i],
            weight=weight[i],
            proficiency_now=now[i],
            proficiency_then=then[i],
            proficiency_idle=idle[i],
            target=target[i],
            horizon_weeks=weeks[i],
            marginal_return=returns[i],
            binding=BINDING[binding[i]],
        )
        for i, skill in enumerate(profile.skills)
    )
    in_all = float(planned.hours_in_all[0])
    return TimePlan(
        items=items,
        profile_id=profile.id,
        as_of=as_of,
        hours_per_week=in_all,
        unused_hours=float(planned.unused_hours[0]),
        horizon_weeks=budget.horizon_weeks,
        block_hours=budget.block_hours,
        soft_share_hours=float(planned.soft_share[0]) if in_all > 0.0 else None,
        soft_share_recommended=inputs.soft_share_recommended,
        soft_share_limits=(float(planned.share_low[0]), float(planned.share_high[0])),
        readiness_now=float(planned.readiness_now[0]),
        readiness_then=float(planned.readiness[0]),
        readiness_idle=float(planned.readiness_idle[0]),
        shadow_price=float(planned.shadow_price[0]),
        shadow_price_range=shadow_price_range,
        optimality_gap=float(planned.optimality_gap[0]),
        rounding_cost=float(planned.rounding_cost[0]),
        price_of_balance=float(planned.price_of_balance[0]),
        left_on_table=float(planned.left_on_table[0]),
        overdue_goals=inputs.overdue_goals,
    )


def _price_range(rows: Rows, planned: PlannedRows) -> tuple[float, float]:
    """Return the budgets between which the same limits bind the skills chosen."""
    if rows.max_skills is not None:
        rows = rows._replace(max_hours=np.where(planned.hours > 0.0, rows.max_hours, 0.0))
    low, high = find_price_range(
        **{name: array[0] for name, array in rows.arguments.items()},
        soft_share=(planned.share_low[0], planned.share_high[0]),
        block_hours=rows.block_hours,
    )
    return float(low), float(high)


def _chosen_hours(
    profile: Profile, budget: TimeBudget, hours: Mapping[str, float]
) -> NDArray[np.float64]:
    """Return the hours chosen in profile order; refuse what the optimiser would not name by id."""
    checked = {
        skill_id: number_in(f'hours["{skill_id}"]', value, 0.0) for skill_id, value in hours.items()
    }
    chosen = by_position(profile, checked, default=0.0)
    used = [skill_id for skill_id, value in checked.items() if value > 0.0]
    most = budget.max_skills
    if most is not None and len(used) > most:
        raise InvalidValueError("hours", f"for at most {most} skills (max_skills)", used)
    total = float(chosen.sum())
    if total > budget.hours_per_week + SLACK * (1.0 + budget.hours_per_week):
        largest = sorted(used, key=lambda skill_id: -checked[skill_id])[:_MOST_NAMED]
        named = ", ".join(f'hours["{skill_id}"]' for skill_id in largest)
        more = f" and {len(used) - len(largest)} more" if len(used) > len(largest) else ""
        name = f"sum of {named}{more}" if len(used) > 1 else named
        rule = f"at most the budget {budget.hours_per_week:g}"
        raise InvalidValueError(name, rule, total)
    return chosen


def _named(error: InfeasibleError, profile: Profile) -> InfeasibleError:
    """Name the limits of skills by their ids instead of their positions."""
    return InfeasibleError(
        attrs.evolve(conflict, limit=_by_id(conflict.limit, profile))
        for conflict in error.conflicts
    )


def _by_id(name: str, profile: Profile) -> str:
    """Turn ``min_hours[2]`` into ``min_hours["sql"]``."""
    found = re.fullmatch(r"(hours|min_hours|max_hours)\[(\d+)\]", name)
    return f'{found[1]}["{profile.skills[int(found[2])].id}"]' if found else name
