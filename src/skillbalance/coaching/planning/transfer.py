"""Cross-training: plans that know that practice of one skill also teaches another."""

import datetime as dt
from collections.abc import Mapping
from typing import TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from skillbalance._checks import entry, instance, number_in
from skillbalance.coaching.planning.inputs import PlanningInputs, gather_inputs
from skillbalance.coaching.planning.plan import plan_inputs
from skillbalance.errors import InvalidValueError, UnknownSkillError
from skillbalance.model.budget import TimeBudget
from skillbalance.model.estimates import RaterModel
from skillbalance.model.plan import Binding, PlannedSkill, TimePlan
from skillbalance.model.profile import Profile
from skillbalance.model.transfer import TransferPlan, TransferSkill
from skillbalance.numeric.allocation.transfer import TransferAllocation, allocate_with_transfer
from skillbalance.numeric.curve import proficiency_after
from skillbalance.reference.defaults import RaterPreset

_Floats: TypeAlias = NDArray[np.float64]

_EVERY_SHARE = (0.0, 1.0)
_SLACK = 1e-6  # h/week; nearer than this to a limit counts as on it
_ON_TARGET = 1e-7
_RULE = "a mapping by skill id"


def plan_with_transfer(
    profile: Profile,
    budget: TimeBudget,
    transfer: Mapping[str, Mapping[str, float]],
    *,
    as_of: dt.date,
    rater_model: RaterModel | RaterPreset = "specific",
) -> TransferPlan:
    """
    Plan the hours of a week where practice of one skill also teaches another, and prove it.

    Nothing transfers unless you say so: whether and how much is yours to know.

    Parameters
    ----------
    profile, budget, as_of, rater_model
        As for :func:`~skillbalance.plan_time`. Hours are continuous, whatever the blocks of the
        budget; a limit on the number of skills is refused.
    transfer : mapping of str to mapping of str to float
        ``{"sql": {"python": 0.3}}``: an hour of SQL counts as 0.3 hours of Python. Not negative,
        at most 10. [1]

    Returns
    -------
    TransferPlan
        The plan, the plan without transfer, and how the hours move between them. Limits, the
        default band of the soft share included, are the same for both and count hours of
        practice.

    Raises
    ------
    InfeasibleError
        If no hours meet the limits.
    UnknownSkillError
        If *transfer* or the budget names a skill that the profile does not have.
    InvalidValueError
        If a share of transfer is out of range, a skill teaches itself, or the budget limits the
        number of skills.

    Examples
    --------
    >>> import datetime as dt
    >>> import skillbalance as sb
    >>> profile = sb.Profile(
    ...     id="ada",
    ...     field="software_engineering",
    ...     stage="mid",
    ...     skills=[
    ...         sb.Skill(id="python", kind="hard"),
    ...         sb.Skill(id="sql", kind="hard"),
    ...         sb.Skill(id="feedback", kind="soft"),
    ...     ],
    ... )
    >>> budget = sb.TimeBudget(hours_per_week=4)
    >>> crossed = sb.plan_with_transfer(
    ...     profile, budget, {"python": {"sql": 0.5}}, as_of=dt.date(2026, 3, 2)
    ... )
    >>> crossed["python"].hours_per_week > crossed["python"].hours_without
    True
    >>> crossed.gain >= 0 and crossed.plan.optimality_gap < 1e-8
    True
    """
    instance("profile", profile, Profile)
    instance("budget", budget, TimeBudget)
    if budget.max_skills is not None:
        raise InvalidValueError("max_skills", "None where hours transfer", budget.max_skills)
    matrix = _read(profile, transfer)
    continuous = attrs.evolve(budget, block_hours=None)
    inputs = gather_inputs(profile, continuous, as_of=as_of, rater_model=rater_model)
    without = plan_inputs(profile, continuous, inputs, as_of=as_of)
    found = _allocate(inputs, continuous, matrix, without.soft_share_limits)
    free = _allocate(inputs, continuous, matrix, _EVERY_SHARE)
    plan = _record(without, inputs, found, price_of_balance=free.readiness - found.readiness)
    hours_without = np.array([item.hours_per_week for item in without.items], dtype=np.float64)
    level_without = _levels(inputs, hours_without + matrix @ hours_without)
    readiness_without = inputs.readiness_at(level_without)
    return TransferPlan(
        items=tuple(
            TransferSkill(
                skill_id=item.skill_id,
                name=item.name,
                kind=item.kind,
                hours_per_week=item.hours_per_week,
                hours_without=float(hours_without[i]),
                effective_hours=float(found.effective_hours[i]),
                proficiency_then=item.proficiency_then,
                proficiency_without=float(level_without[i]),
            )
            for i, item in enumerate(plan.items)
        ),
        plan=plan,
        without=without,
        readiness_without=readiness_without,
        gain=max(plan.readiness_then - readiness_without, 0.0),
        hours_moved=0.5 * float(np.abs(found.hours - hours_without).sum()),
    )


def _read(profile: Profile, transfer: Mapping[str, Mapping[str, float]]) -> _Floats:
    """Turn shares by ids into the matrix of the numeric floor."""
    ids = tuple(skill.id for skill in profile.skills)
    place = {skill_id: i for i, skill_id in enumerate(ids)}
    matrix = np.zeros((len(ids), len(ids)))
    whatever: object = transfer
    if not isinstance(whatever, Mapping):
        raise InvalidValueError("transfer", _RULE, whatever)
    for practiced, taught in transfer.items():
        name = entry("transfer", practiced)
        shares: object = taught
        if not isinstance(shares, Mapping):
            raise InvalidValueError(name, _RULE, shares)
        for skill_id, share in taught.items():
            for known in (practiced, skill_id):
                if known not in place:
                    raise UnknownSkillError(known, ids)
            if practiced == skill_id:
                raise InvalidValueError(entry(name, skill_id), "about another skill", share)
            matrix[place[skill_id], place[practiced]] = number_in(
                entry(name, skill_id), share, 0, 10
            )
    return matrix


def _allocate(
    inputs: PlanningInputs, budget: TimeBudget, matrix: _Floats, share: tuple[float, float]
) -> TransferAllocation:
    """Find the best hours within limits of the soft share; they were found feasible before."""
    return allocate_with_transfer(
        *inputs.skills,
        **inputs.options,
        transfer=matrix,
        budget=budget.hours_per_week,
        soft_share=share,
    )


def _levels(inputs: PlanningInputs, effective: _Floats) -> _Floats:
    """Return the level of each skill at its horizon."""
    return proficiency_after(
        inputs.proficiency,
        effective,
        learning_rate=inputs.learning_rate,
        forgetting_rate=inputs.forgetting_rate,
        weeks=inputs.weeks,
        floor=inputs.floor,
    )


def _record(
    without: TimePlan,
    inputs: PlanningInputs,
    found: TransferAllocation,
    *,
    price_of_balance: float,
) -> TimePlan:
    """Turn an allocation with transfer into the record of a plan."""
    total = float(found.hours.sum())
    soft = float(found.hours[inputs.soft].sum())
    return attrs.evolve(
        without,
        items=tuple(
            attrs.evolve(
                item,
                hours_per_week=float(found.hours[i]),
                proficiency_then=float(found.proficiency[i]),
                marginal_return=float(found.marginal_return[i]),
                binding=_binding(item, inputs, found, without.soft_share_limits, i),
            )
            for i, item in enumerate(without.items)
        ),
        hours_per_week=total,
        unused_hours=found.unused_hours,
        soft_share_hours=soft / total if total > 0.0 else None,
        readiness_then=found.readiness,
        shadow_price=found.shadow_price,
        # How far the price holds is not followed here.
        shadow_price_range=(total + found.unused_hours, total + found.unused_hours),
        optimality_gap=found.optimality_gap,
        price_of_balance=max(price_of_balance, 0.0),
    )


def _binding(
    item: PlannedSkill,
    inputs: PlanningInputs,
    found: TransferAllocation,
    share: tuple[float, float],
    i: int,
) -> Binding:
    """Name the limit that holds the hours of a skill; the nearest one first."""
    hours, gain = float(found.hours[i]), float(found.marginal_return[i])
    total, soft = float(found.hours.sum()), float(found.hours[inputs.soft].sum())
    if inputs.max_hours[i] - hours <= _SLACK and gain >= found.shadow_price > 0.0:
        return "max"
    if inputs.min_hours[i] > 0.0 and hours - inputs.min_hours[i] <= _SLACK:
        return "min"
    if abs(float(found.proficiency[i]) - item.target) <= _ON_TARGET and hours > _SLACK:
        return "target"
    at_limit = any(abs(soft - limit * total) <= _SLACK for limit in share if 0.0 < limit < 1.0)
    if at_limit and gain > 0.0 and (hours > _SLACK or gain > found.shadow_price):
        return "soft_share"
    return "budget" if gain > 0.0 and found.shadow_price > 0.0 else ""
