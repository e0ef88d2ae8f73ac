"""Readiness against hours a week: many budgets, one batched solve."""

import datetime as dt
from collections.abc import Sequence
from typing import TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from skillbalance._checks import instance, number_in
from skillbalance.coaching.planning.inputs import gather_inputs, stack_rows
from skillbalance.coaching.planning.plan import plan_time
from skillbalance.coaching.planning.rows import PlannedRows, plan_rows
from skillbalance.errors import InvalidValueError
from skillbalance.model._items import FrozenMapping
from skillbalance.model.budget import HOURS_IN_A_WEEK, TimeBudget
from skillbalance.model.estimates import RaterModel
from skillbalance.model.inverse import Frontier, FrontierPoint
from skillbalance.model.profile import Profile
from skillbalance.numeric.allocation.allocate import STATUS
from skillbalance.reference.defaults import RaterPreset

_Floats: TypeAlias = NDArray[np.float64]

_SOLVED = STATUS.index("solved")
_MOST_POINTS = 48  # of a frontier whose hours are not given


def frontier(
    profile: Profile,
    budget: TimeBudget,
    *,
    as_of: dt.date,
    hours: Sequence[float] | None = None,
    rater_model: RaterModel | RaterPreset = "specific",
) -> Frontier:
    """
    Plan for many numbers of hours a week at once: what more time buys, and when it stops paying.

    Parameters
    ----------
    profile, budget, as_of
        As for :func:`~skillbalance.plan_time`; all limits of the budget but its hours hold.
    hours : sequence of float, optional
        Hours a week to plan for, 0 to 168. From none to twice the budget where none are given.
        [h/week]
    rater_model : RaterModel or str
        As for :func:`~skillbalance.estimate_proficiency`.

    Returns
    -------
    Frontier
        One point per number of hours, ascending, each the plan that
        :func:`~skillbalance.plan_time` makes, with its marginal hour and its proof.

    Raises
    ------
    InfeasibleError
        If no number of hours meets the limits.
    UnknownSkillError
        If the budget limits a skill that the profile does not have.
    InvalidValueError
        If hours are out of range.

    Notes
    -----
    Readiness counts each skill at its own horizon, as a plan does. In continuous hours it rises
    and the marginal hour falls from point to point; whole blocks may bend that a little, so the
    marginal hour is that of continuous hours in either case.

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
    >>> points = sb.frontier(profile, budget, as_of=dt.date(2026, 3, 2), hours=[0, 4, 8]).points
    >>> [point.hours_per_week for point in points]
    [0.0, 4.0, 8.0]
    >>> points[0].readiness < points[1].readiness < points[2].readiness
    True
    >>> points[1].marginal_return > points[2].marginal_return
    True
    """
    instance("profile", profile, Profile)
    instance("budget", budget, TimeBudget)
    asked = _grid(budget) if hours is None else _checked(hours)
    inputs = gather_inputs(profile, budget, as_of=as_of, rater_model=rater_model)
    rows = stack_rows([(attrs.evolve(budget, hours_per_week=h), inputs) for h in asked.tolist()])
    planned = plan_rows(rows)
    # What an hour is worth in whole blocks jumps with what the next block happens to fit.
    price = planned.shadow_price
    if budget.block_hours is not None:
        price = plan_rows(rows._replace(block_hours=None)).shadow_price
    solved = planned.status == _SOLVED
    if not solved.any():
        # One person's plan says which limits are in conflict, by skill id.
        most = attrs.evolve(budget, hours_per_week=float(asked[-1]))
        plan_time(profile, most, as_of=as_of, rater_model=rater_model)
    return Frontier(
        points=tuple(
            _point(profile, float(asked[i]), planned, float(price[i]), i)
            for i in np.nonzero(solved)[0].tolist()
        ),
        profile_id=profile.id,
        as_of=as_of,
        readiness_now=inputs.readiness_at(inputs.proficiency),
        readiness_idle=inputs.readiness_at(inputs.left_alone()),
        infeasible_hours=tuple(asked[~solved].tolist()),
    )


def _grid(budget: TimeBudget) -> _Floats:
    """Return hours from none to twice the budget, in whole blocks, the budget among them."""
    most = min(2.0 * budget.hours_per_week, HOURS_IN_A_WEEK)
    half = np.linspace(0.0, budget.hours_per_week, _MOST_POINTS // 2 + 1)
    grid = np.concatenate([half, np.linspace(budget.hours_per_week, most, _MOST_POINTS // 2 + 1)])
    block = budget.block_hours
    if block is not None:
        grid = np.floor(grid / block + 1e-9) * block
        grid = np.append(grid, budget.hours_per_week)
    return np.unique(np.clip(grid, 0.0, HOURS_IN_A_WEEK))


def _checked(hours: Sequence[float]) -> _Floats:
    """Check hours that somebody chose."""
    values = list(hours)
    if not values:
        raise InvalidValueError("hours", "at least one number of hours", values)
    for i, value in enumerate(values):
        number_in(f"hours[{i}]", value, 0, HOURS_IN_A_WEEK)
    return np.unique(np.array(values, dtype=np.float64))


def _point(
    profile: Profile, hours: float, planned: PlannedRows, price: float, row: int
) -> FrontierPoint:
    """Turn one row into a record."""
    share = float(planned.soft_share[row])
    return FrontierPoint(
        hours_per_week=hours,
        readiness=float(planned.readiness[row]),
        marginal_return=price,
        unused_hours=float(planned.unused_hours[row]),
        soft_share=None if np.isnan(share) else share,
        hours=FrozenMapping(
            (skill.id, given)
            for skill, given in zip(profile.skills, planned.hours[row].tolist(), strict=True)
            if given > 0.0
        ),
        optimality_gap=float(planned.optimality_gap[row]),
    )
