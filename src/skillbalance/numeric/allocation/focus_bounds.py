r"""
What skills can be worth at given prices: the bounds that the search for a focus rests on.

Readiness F is concave and homogeneous, so with the prices :math:`F_H, F_S` of the indices at any
reference :math:`F \le F_H H + F_S S`. With prices :math:`\pi` of a hard and of a soft hour that no
plan within the limits can make dearer than :math:`\mu B`, any plan whose hours beyond the minima
go to a set A of skills has

.. math:: F \le F_H H_0 + F_S S_0 + \mu B + \sum_{i \in A} \varphi_i, \qquad
   \varphi_i = \max_{\min_i \le x \le \max_i} f_i(x) - f_i(\min_i) - \pi_{g(i)} x,

where :math:`f_i` is the part of skill i in :math:`F_H H + F_S S` and :math:`H_0, S_0` are the
indices at the minima. At the prices of the best plan of A this is its readiness. The bound of a
*family* of sets needs no more than the largest :math:`\varphi_i`.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from skillbalance.numeric.allocation.judge import slack_of, solve_part
from skillbalance.numeric.allocation.limits import SLACK
from skillbalance.numeric.allocation.problem import Floats, Problem
from skillbalance.numeric.allocation.proof import stand
from skillbalance.numeric.curve import hours_to_reach, mix, quick_moments
from skillbalance.numeric.indices import credit, prices
from skillbalance.numeric.sums import by_kind, column_sums

_NEWTON_STEPS = 60
_SETTLED = 1e-9  # of z = k h W; the next step is its square
_TINY = 1e-300
# Indices may differ by this factor's exponential: where one is zero the tangent at the end counts.
_FURTHEST = 600.0
# Levels of whole blocks held at once.
_LEVELS_PER_CHUNK = 1_000_000


class Quote(NamedTuple):
    """
    Prices at which to bound, (cases,) each.

    ``apart`` is log(S / H) at the reference, ``hard`` and ``soft`` what an hour costs.
    """

    apart: Floats
    hard: Floats
    soft: Floats

    def take(self, which: NDArray[np.intp] | NDArray[np.bool_]) -> "Quote":
        """Return some of the cases."""
        return Quote(self.apart[which], self.hard[which], self.soft[which])


class Trial(NamedTuple):
    """
    Sets of skills solved.

    ``readiness`` is -inf where there is no plan, ``bound`` what no plan of the set passes,
    ``quote`` the prices of the optimum.
    """

    readiness: Floats
    bound: Floats
    hours: Floats
    quote: Quote


class Gains(NamedTuple):
    """A bound as a sum: ``base`` (cases,) and ``skill`` (n_skills, cases)."""

    base: Floats
    skill: Floats


def solve_sets(problem: Problem, allowed: NDArray[np.bool_], block_hours: float | None) -> Trial:
    """Solve each row with hours above the minima for *allowed* skills, (n_skills, rows), only."""
    part = problem._replace(upper=np.where(allowed, problem.upper, problem.lower))
    verdict = solve_part(part, block_hours)
    hours, slack = verdict.hours, slack_of(part)
    at = stand(part, part.shares(), hours)
    open_ = np.where(np.isfinite(at.gain), at.gain, 0.0) * (hours < part.upper - slack)
    hard = np.max(open_ * ~part.soft, axis=0, initial=0.0)
    soft = np.max(open_ * part.soft, axis=0, initial=0.0)
    x_hard, x_soft = by_kind(hours, part.soft)
    total = x_hard + x_soft
    idle = part.budget - total > slack
    low, high = part.share_low, part.share_high
    at_low = (low > 0.0) & (x_soft <= low * total + slack) & (hard >= soft)
    at_high = (high < 1.0) & (x_soft >= high * total - slack) & (soft >= hard)
    plain = np.where(idle, 0.0, np.maximum(hard, soft))
    # Where the share, not the budget, ends the plan, the two prices of an hour at the limit
    # cancel: more of one kind takes more of the other.
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        apart = np.log(at.soft_index) - np.log(at.hard_index)
        soft_low = np.where(idle, -(1.0 - low) / low * hard, soft)
        hard_high = np.where(idle, -high / (1.0 - high) * soft, hard)
    # In whole blocks the optimum is exact, and its gap is to continuous hours.
    open_gap = verdict.optimality_gap if block_hours is None else 0.0
    return Trial(
        readiness=np.where(verdict.solved, at.readiness, -np.inf),
        bound=at.readiness + open_gap,
        hours=hours,
        quote=Quote(
            apart=np.clip(np.nan_to_num(apart), -_FURTHEST, _FURTHEST),
            hard=np.where(at_low, hard, np.where(at_high, hard_high, plain)),
            soft=np.where(at_low, soft_low, np.where(at_high, soft, plain)),
        ),
    )


def price_skills(problem: Problem, quote: Quote, block_hours: float | None) -> Gains:
    """
    Return the bound of every row at its prices, skill by skill.

    A row whose prices overflow gets the bound that always holds, 1.
    """
    shares = problem.shares()
    index = prices(
        np.exp(-np.maximum(quote.apart, 0.0)),
        np.exp(np.minimum(quote.apart, 0.0)),
        shares.soft_share,
        problem.rho,
    )
    usable = np.isfinite(index.hard) & np.isfinite(index.soft)
    usable &= np.isfinite(quote.hard) & np.isfinite(quote.soft)
    worth = np.where(usable, index.hard, 0.0) * shares.hard
    worth += np.where(usable, index.soft, 0.0) * shares.soft
    cost = np.where(problem.soft, quote.soft, quote.hard) * np.ones_like(worth)
    cost = np.where(usable, cost, 0.0)
    if block_hours is None:
        start, gain = _best_hours(problem, worth, cost)
    else:
        start, gain = _best_blocks(problem, worth, cost, block_hours)
    budget = np.maximum(problem.budget, column_sums(problem.lower))
    low, high = problem.share_low, problem.share_high
    if block_hours is not None:
        # Whole blocks may pass the limits by the slack with which limits are compared.
        budget = budget + SLACK * block_hours
        low, high = np.maximum(low - 4.0 * SLACK, 0.0), np.minimum(high + 4.0 * SLACK, 1.0)
    hard, soft = np.where(usable, quote.hard, 0.0), np.where(usable, quote.soft, 0.0)
    dearest = np.maximum((1.0 - low) * hard + low * soft, (1.0 - high) * hard + high * soft)
    base = column_sums(worth * start) + np.maximum(dearest, 0.0) * budget
    return Gains(np.where(usable, base, 1.0), np.where(usable, gain, 0.0))


def cap_gains(problem: Problem, least: Floats) -> tuple[Gains, Gains]:
    """
    Return two bounds that are below 0 where the maxima leave no plan, and at least 1 elsewhere.

    Forced hard hours can ask for more soft hours than the chosen skills may take, and the other
    way round.
    """
    slack = 1e3 * SLACK * (1.0 + problem.budget)
    sharp = 1.0 / (SLACK * slack)
    cap = np.minimum(problem.upper, problem.budget)
    least_hard, least_soft = by_kind(least, problem.soft)
    low, high = problem.share_low, problem.share_high
    return (
        Gains(1.0 + (slack - low * least_hard) * sharp, (1.0 - low) * cap * problem.soft * sharp),
        Gains(
            1.0 + (slack - (1.0 - high) * least_soft) * sharp, high * cap * ~problem.soft * sharp
        ),
    )


def _best_hours(problem: Problem, worth: Floats, cost: Floats) -> tuple[Floats, Floats]:
    r"""
    Return the credit at the minima and :math:`\varphi` for continuous hours.

    Newton on the log of the slope, as in :mod:`skillbalance.numeric.allocation.continuous`. What is
    not quite the maximum is made up for by the slope that is left: the result is never too small.
    """
    speed = problem.learning_rate * problem.weeks
    idle = problem.forgetting_rate * problem.weeks
    gap, fade = 1.0 - problem.proficiency, idle * (1.0 - problem.floor)
    knee = hours_to_reach(
        problem.target,
        proficiency=problem.proficiency,
        learning_rate=problem.learning_rate,
        forgetting_rate=problem.forgetting_rate,
        weeks=problem.weeks,
        floor=problem.floor,
    )
    lower = problem.lower
    room = np.maximum(problem.budget - column_sums(lower), 0.0)
    upper = np.maximum(np.minimum(problem.upper, lower + room), lower)
    with np.errstate(divide="ignore", invalid="ignore"):
        log_price = np.log(np.maximum(cost, _TINY)) - np.log(worth * speed)
        dim = np.log(problem.beyond)

    def slope(x: Floats) -> tuple[Floats, Floats]:
        at = quick_moments(speed * x + idle)
        left = gap * np.maximum(at.decay, _TINY)
        return left + fade * at.first, left + fade * at.second

    x = lower
    done = np.zeros(problem.n_rows, dtype=np.bool_)
    for _ in range(_NEWTON_STEPS):
        rate, bend = slope(x)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            width = rate / (bend * speed)
            full = x + (np.log(rate) - log_price) * width
            wanted = np.fmax(np.fmin(full, knee), full + dim * width)
        moved = np.where(np.isnan(wanted), lower, np.minimum(np.maximum(wanted, lower), upper))
        step = np.max(speed * np.abs(moved - x), axis=0, initial=0.0)
        x = np.where(done, x, moved)
        done |= step <= _SETTLED
        if done.all():
            break
    start, there = _credit_at(problem, lower), _credit_at(problem, x)
    before = worth * speed * slope(x)[0]
    # On a kink every slope between the one before and the one after it will do.
    after = np.where(x >= knee, problem.beyond, 1.0) * before - cost
    left = np.where(x > knee, problem.beyond, 1.0) * before - cost
    over = np.minimum(np.maximum(after, 0.0), left)
    short = np.maximum(over * (upper - x), over * (lower - x))
    return start, worth * (there - start) - cost * x + short


def _best_blocks(
    problem: Problem, worth: Floats, cost: Floats, block_hours: float
) -> tuple[Floats, Floats]:
    r"""Return the credit at the minima and :math:`\varphi` for whole blocks, by trying them all."""
    start = _credit_at(problem, problem.lower)
    best = np.full_like(worth, -np.inf)
    most = int(np.max(np.floor(problem.budget / block_hours + SLACK), initial=0.0))
    step = max(1, _LEVELS_PER_CHUNK // max(worth.size, 1))
    slack = slack_of(problem)
    for first in range(0, most + 1, step):
        given = np.arange(first, min(first + step, most + 1), dtype=np.float64)
        hours = given[:, None, None] * block_hours
        value = worth * (_credit_at(problem, hours) - start) - cost * hours
        fits = (hours >= problem.lower - slack) & (hours <= problem.upper + slack)
        best = np.maximum(best, np.where(fits, value, -np.inf).max(axis=0))
    return start, best


def _credit_at(problem: Problem, hours: Floats) -> Floats:
    """Return the credit at *hours* of shape (..., n_skills, rows)."""
    speed = problem.learning_rate * problem.weeks
    idle = problem.forgetting_rate * problem.weeks
    practiced = speed * hours
    level = mix(problem.proficiency, practiced + idle * problem.floor, practiced + idle)
    return credit(level, problem.target, problem.beyond)
