"""
From a problem to a verdict: choose the hours of some rows, then judge them.

The judge takes nothing on trust from the solver: levels, readiness, prices, what binds and the
bound on what any other plan could add come from the hours alone.
"""

from typing import Final, Literal, NamedTuple, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from skillbalance.numeric.allocation.blocks import solve_blocks
from skillbalance.numeric.allocation.continuous import solve_continuous
from skillbalance.numeric.allocation.limits import SLACK
from skillbalance.numeric.allocation.problem import Floats, Problem
from skillbalance.numeric.allocation.proof import Position, linear_bound, priced_bound, stand
from skillbalance.numeric.curve import mix
from skillbalance.numeric.indices import KindShares, Prices, combine, credit
from skillbalance.numeric.masks import every, some
from skillbalance.numeric.sums import column_sums

# What may hold a skill's hours where they are; the codes of `Allocation.binding`.
Binding: TypeAlias = Literal["", "budget", "min", "max", "target", "soft_share", "max_skills"]
BINDING: Final[tuple[Binding, ...]] = get_args(Binding)
_NOTHING, _BUDGET, _MIN, _MAX, _TARGET, _SOFT_SHARE, MAX_SKILLS = range(7)

# A continuous optimum is proved when no other plan could add more than this part of readiness.
_TIGHT: Final = 1e-11


def slack_of(problem: Problem) -> Floats:
    """Return the hours by which a limit may be missed."""
    return SLACK * (1.0 + problem.budget)


class Verdict(NamedTuple):
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


class Margins(NamedTuple):
    """Worth of an hour at the margin: the next and the last of each skill, and of the budget."""

    after: Floats
    before: Floats
    price: Floats
    share_binds: NDArray[np.bool_]
    step: float


def solve_part(problem: Problem, block_hours: float | None) -> Verdict:
    """Choose the hours of some rows and judge them."""
    shares = problem.shares()
    if block_hours is not None:
        return _in_blocks(problem, shares, block_hours)
    verdict = _in_hours(problem, shares, careful=False)
    # The proof decides: where it is not tight, the row is solved again the slow, sure way.
    loose = verdict.solved & (verdict.optimality_gap > _TIGHT * verdict.readiness)
    if some(loose):
        again = problem.take(loose)
        careful = _in_hours(again, again.shares(), careful=True)
        better = careful.optimality_gap < verdict.optimality_gap[loose]
        rows = np.nonzero(loose)[0][better]
        for name in Verdict._fields:
            getattr(verdict, name)[..., rows] = getattr(careful, name)[..., better]
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
        step=block_hours,
    )
    gap = linear_bound(problem, hours, at, margins.price)
    return judge(problem, hours, at, margins, gap, plan.solved)


def _in_hours(problem: Problem, shares: KindShares, *, careful: bool) -> Verdict:
    plan = solve_continuous(problem, shares, careful=careful)
    hours, binds = plan.hours, plan.share_binds
    at = stand(problem, shares, hours)
    used = problem.budget - column_sums(hours) <= slack_of(problem)
    best = _open_gain(problem, hours, at)
    # What one more hour would add, put where it does most.
    price = most = np.where(used, best.max(axis=0, initial=0.0), 0.0)
    kinds = Prices(price, price)
    if some(binds):
        of_kind = Prices(
            np.max(best, axis=0, initial=0.0, where=~problem.soft),
            np.max(best, axis=0, initial=0.0, where=problem.soft),
        )
        price, most, kinds = _prices_at_share(problem, hours, of_kind, used, binds, price)
    before = np.where(at.at_target, at.full_gain, at.gain) if some(at.at_target) else at.gain
    margins = Margins(at.gain, before, price, binds, step=0.0)
    gap = priced_bound(problem, hours, at, kinds, most)
    # Prices prove an optimum that has such prices; where limits leave none, filling proves it.
    loose = gap > _TIGHT * at.readiness
    if some(loose):
        there = at.take(loose)
        filled = linear_bound(problem.take(loose), hours[:, loose], there, price[loose])
        gap[loose] = np.minimum(gap[loose], filled)
    return judge(problem, hours, at, margins, gap, plan.solved)


def _open_gain(problem: Problem, hours: Floats, at: Position) -> Floats:
    """Return the gains of the skills that may have more hours, 0 for all others."""
    open_ = hours < problem.upper - slack_of(problem)
    if every(open_):
        return at.gain
    return np.multiply(at.gain, open_, out=np.zeros_like(at.gain), where=open_)


def _prices_at_share(
    problem: Problem,
    hours: Floats,
    kinds: Prices,
    used: NDArray[np.bool_],
    binds: NDArray[np.bool_],
    free: Floats,
) -> tuple[Floats, Floats, Prices]:
    """
    Return the shadow price, the dearest hour of any share, and the price of either kind.

    Where a limit of the share holds, one more hour is split as the limit says. Where hours are
    left because one kind is full, its hours are not dear but wanted: they let the other kind
    have more, and their price is negative.
    """
    total = column_sums(hours)
    share = column_sums(hours * problem.soft) / np.where(total > 0.0, total, 1.0)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        for_hard = np.where(kinds.hard > 0.0, -kinds.hard * (1.0 - share) / share, 0.0)
        for_soft = np.where(kinds.soft > 0.0, -kinds.soft * share / (1.0 - share), 0.0)
        hard = np.where(used, kinds.hard, np.where(kinds.soft > 0.0, for_soft, kinds.hard))
        soft = np.where(used, kinds.soft, np.where(kinds.hard > 0.0, for_hard, kinds.soft))
        price = np.where(used, _mixed(share, kinds.hard, kinds.soft), 0.0)
        most = np.maximum(
            _mixed(problem.share_low, hard, soft), _mixed(problem.share_high, hard, soft)
        )
    return (
        np.where(binds, price, free),
        np.where(binds, np.maximum(most, 0.0), free),
        Prices(np.where(binds, hard, free), np.where(binds, soft, free)),
    )


def _mixed(share: Floats, hard: Floats, soft: Floats) -> Floats:
    """Return what an hour of this soft share costs; an infinite price of no part is nothing."""
    of_hard = np.where(share < 1.0, (1.0 - share) * hard, 0.0)
    return of_hard + np.where(share > 0.0, share * soft, 0.0)


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
    binding = (gains & (price > 0.0)).view(np.int8)  # True is _BUDGET
    if some(margins.share_binds):
        binding[margins.share_binds & ((hours > slack) | (margins.after > cut)) & gains] = (
            _SOFT_SHARE
        )
    # On the target, or past it by no more than the last block, or past it without any hours.
    past = at.proficiency - problem.target
    reached = past >= -1e-11
    if some(reached):
        reached &= (hours <= slack) | (past <= margins.step * at.rate + 1e-11)
        reached &= gains & (at.full_gain > cut) & (problem.beyond < 1.0)
        binding[reached & (margins.after <= price)] = _TARGET
    at_least = problem.lower > slack
    if some(at_least):
        at_least &= hours <= problem.lower + slack
        binding[at_least & (margins.before < cut)] = _MIN
    at_most = hours >= problem.upper - slack
    if some(at_most):
        binding[at_most & (margins.after > 0.0) & (margins.after >= cut)] = _MAX
    return binding
