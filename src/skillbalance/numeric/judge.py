"""
From a problem to a verdict: choose the hours of some rows, then judge them.

The judge takes nothing on trust from the solver: levels, readiness, prices, what binds and the
bound on what any other plan could add come from the hours alone.
"""

from typing import Final, Literal, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from skillbalance.numeric.blocks import solve_blocks
from skillbalance.numeric.continuous import solve_continuous
from skillbalance.numeric.curve import mix
from skillbalance.numeric.limits import SLACK
from skillbalance.numeric.problem import Floats, Problem
from skillbalance.numeric.proof import Position, linear_bound, priced_bound, stand
from skillbalance.numeric.readiness import KindShares, Prices, combine, credit
from skillbalance.numeric.sums import column_sums

# What may hold a skill's hours where they are; the codes of `Allocation.binding`.
Binding: TypeAlias = Literal["", "budget", "min", "max", "target", "soft_share"]
BINDING: Final[tuple[Binding, ...]] = ("", "budget", "min", "max", "target", "soft_share")
_NOTHING, _BUDGET, _MIN, _MAX, _TARGET, _SOFT_SHARE = range(6)

# A continuous optimum is proved when no other plan could add more than this part of readiness.
_TIGHT: Final = 1e-11


def slack_of(problem: Problem) -> Floats:
    """Return the hours by which a limit may be missed."""
    return SLACK * (1.0 + problem.budget)


@attrs.frozen(kw_only=True, eq=False)
class Verdict:
    """What is said of the hours of some rows; arrays (n_skills, rows) and (rows,)."""

    hours: Floats
    proficiency: Floats
    marginal_return: Floats
    binding: NDArray[np.int8]
    readiness: Floats
    shadow_price: Floats
    optimality_gap: Floats
    unused_hours: Floats
    solved: NDArray[np.bool_]


@attrs.frozen(kw_only=True, eq=False)
class Margins:
    """Worth of an hour at the margin: the next and the last of each skill, and of the budget."""

    after: Floats
    before: Floats
    price: Floats
    share_binds: NDArray[np.bool_]


def solve_part(problem: Problem, block_hours: float | None) -> Verdict:
    """Choose the hours of some rows and judge them."""
    shares = problem.shares()
    if block_hours is not None:
        return _in_blocks(problem, shares, block_hours)
    verdict = _in_hours(problem, shares, careful=False)
    # The proof decides: where it is not tight, the row is solved again the slow, sure way.
    loose = verdict.solved & (verdict.optimality_gap > _TIGHT * verdict.readiness)
    if loose.any():
        again = problem.take(loose)
        careful = _in_hours(again, again.shares(), careful=True)
        better = careful.optimality_gap < verdict.optimality_gap[loose]
        rows = np.nonzero(loose)[0][better]
        for field in attrs.fields(Verdict):
            getattr(verdict, field.name)[..., rows] = getattr(careful, field.name)[..., better]
    return verdict


def _in_blocks(problem: Problem, shares: KindShares, block_hours: float) -> Verdict:
    plan = solve_blocks(problem, block_hours)
    hours = np.asarray(plan.blocks * block_hours, dtype=np.float64)
    at = stand(problem, shares, hours)
    margins = Margins(
        after=_block_gain(problem, shares, hours, at, block_hours),
        before=_block_gain(problem, shares, hours, at, -block_hours),
        price=plan.next_value / block_hours,
        share_binds=plan.share_binds,
    )
    gap = linear_bound(problem, hours, at, margins.price)
    return judge(problem, hours, at, margins, gap, plan.solved)


def _in_hours(problem: Problem, shares: KindShares, *, careful: bool) -> Verdict:
    plan = solve_continuous(problem, shares, careful=careful)
    hours, binds = plan.hours, plan.share_binds
    at = stand(problem, shares, hours)
    # What one more hour would add, put where it does most; if the share is at its limit the
    # hour is split between the kinds as the limit says.
    open_ = at.gain * (hours < problem.upper - slack_of(problem))
    of_hard = np.max(open_ * ~problem.soft, axis=0, initial=0.0)
    of_soft = np.max(open_ * problem.soft, axis=0, initial=0.0)
    dearer = np.maximum(of_hard, of_soft)
    total = column_sums(hours)
    if binds.any():
        share = column_sums(hours * problem.soft) / np.where(total > 0.0, total, 1.0)
        price = np.where(binds, (1.0 - share) * of_hard + share * of_soft, dearer)
    else:
        price = dearer
    price = price * (problem.budget - total <= slack_of(problem))
    kinds = Prices(np.where(binds, of_hard, price), np.where(binds, of_soft, price))
    before = np.where(at.at_target, at.full_gain, at.gain) if at.at_target.any() else at.gain
    margins = Margins(after=at.gain, before=before, price=price, share_binds=binds)
    gap = priced_bound(problem, hours, at, kinds, price)
    return judge(problem, hours, at, margins, gap, plan.solved)


def _block_gain(
    problem: Problem, shares: KindShares, hours: Floats, at: Position, step: float
) -> Floats:
    """Return the readiness per hour of the next (or, *step* < 0, the last) block of each skill."""
    moved = np.maximum(hours + step, 0.0)
    practiced = problem.learning_rate * moved
    level = mix(
        problem.proficiency,
        (practiced + problem.forgetting_rate * problem.floor) * problem.weeks,
        (practiced + problem.forgetting_rate) * problem.weeks,
    )
    change = credit(level, problem.target, problem.beyond) - credit(
        at.proficiency, problem.target, problem.beyond
    )
    value = combine(
        np.clip(at.hard_index + shares.hard * change, 0.0, 1.0),
        np.clip(at.soft_index + shares.soft * change, 0.0, 1.0),
        shares.soft_share,
        problem.rho,
    )
    return np.maximum((value - at.readiness) / step, 0.0)


def judge(
    problem: Problem,
    hours: Floats,
    at: Position,
    margins: Margins,
    gap: Floats,
    solved: NDArray[np.bool_],
) -> Verdict:
    """Put together everything an :class:`Allocation` says of given hours."""
    return Verdict(
        hours=hours,
        proficiency=at.proficiency,
        marginal_return=margins.after,
        binding=_what_binds(problem, hours, at, margins),
        readiness=at.readiness,
        shadow_price=margins.price,
        optimality_gap=gap,
        unused_hours=np.maximum(problem.budget - column_sums(hours), 0.0),
        solved=solved,
    )


def _what_binds(
    problem: Problem, hours: Floats, at: Position, margins: Margins
) -> NDArray[np.int8]:
    """
    Name the limit that holds each skill's hours where they are.

    A maximum binds where the next hour is worth the price and may not be had; a minimum where
    the last hour is not worth it; a target where the next hour would be, if the target were not
    reached. What is left is held by the share of its kind or by the budget.
    """
    price = margins.price
    cut, slack = price * (1.0 - 1e-7), slack_of(problem)
    gains = at.full_gain > 0.0
    binding = (gains & (price > 0.0)).astype(np.int8) * np.int8(_BUDGET)
    if margins.share_binds.any():
        binding[margins.share_binds & ((hours > slack) | (margins.after > cut)) & gains] = (
            _SOFT_SHARE
        )
    reached = at.proficiency >= problem.target - 1e-11
    wanted = gains & (at.full_gain > cut) & (problem.beyond < 1.0)
    binding[reached & wanted & (margins.after <= price)] = _TARGET
    at_least = (problem.lower > slack) & (hours <= problem.lower + slack)
    if at_least.any():
        binding[at_least & (margins.before < cut)] = _MIN
    at_most = hours >= problem.upper - slack
    if at_most.any():
        binding[at_most & (margins.after > 0.0) & (margins.after >= cut)] = _MAX
    return binding
