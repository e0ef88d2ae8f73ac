r"""
Where a plan stands, and the proof of how good it is.

Readiness F is concave in the hours, so for feasible hours h and every supergradient g,

.. math:: \max_x F(x) - F(h) \le \max_x g \cdot (x - h), \quad x \text{ feasible}.

The right-hand side is a linear program with a closed form: fill the skills in the order of their
gains; if the soft share of that filling breaks a limit, the limit holds with equality and each
kind is filled apart. The bound needs nothing from the solver: it proves any hours, also the
user's own.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from skillbalance.numeric.allocation.limits import SLACK
from skillbalance.numeric.allocation.problem import Floats, Problem
from skillbalance.numeric.curve import quick_moments
from skillbalance.numeric.indices import KindShares, Prices, combine_with_prices, credit
from skillbalance.numeric.masks import every, some
from skillbalance.numeric.sums import by_kind, column_sums

# A proficiency this near to its target stands on the kink, where every slope between the one
# before and the one after it is a supergradient.
_ON_TARGET = 1e-11


class Position(NamedTuple):
    """
    Levels, readiness and slopes at given hours.

    Attributes
    ----------
    proficiency, rate : ndarray of shape (n_skills, rows)
        Level, and its derivative in the hours. [1], [1/(h/week)]
    hard_index, soft_index, readiness : ndarray of shape (rows,)
    gain : ndarray of shape (n_skills, rows)
        Derivative of readiness to more hours. [1/(h/week)]
    full_gain : ndarray of shape (n_skills, rows)
        The same as if the target were not yet reached.
    at_target : ndarray of bool, shape (n_skills, rows)
        Whether the level stands on the kink of its target.
    """

    proficiency: Floats
    rate: Floats
    hard_index: Floats
    soft_index: Floats
    readiness: Floats
    gain: Floats
    full_gain: Floats
    at_target: NDArray[np.bool_]

    def take(self, rows: NDArray[np.bool_]) -> "Position":
        """Return the position of some rows."""
        return Position(
            proficiency=self.proficiency[:, rows],
            rate=self.rate[:, rows],
            hard_index=self.hard_index[rows],
            soft_index=self.soft_index[rows],
            readiness=self.readiness[rows],
            gain=self.gain[:, rows],
            full_gain=self.full_gain[:, rows],
            at_target=self.at_target[:, rows],
        )


def stand(problem: Problem, shares: KindShares, hours: Floats) -> Position:
    """Evaluate levels, readiness and slopes at *hours* of shape (n_skills, rows)."""
    speed = problem.learning_rate * problem.weeks
    idle = problem.forgetting_rate * problem.weeks
    practiced = speed * hours
    at = quick_moments(idle + practiced)
    # The level is p0 e^-z + (k h + d f) W phi_0, its slope k W ((1 - p0) e^-z + fade phi_1), with
    # fade = d (1 - f) W. All terms have one sign: levels near 0 keep their digits.
    pull = idle * problem.floor
    pull += practiced
    pull *= at.zeroth
    level = problem.proficiency * at.decay
    level += pull
    fade = np.subtract(1.0, problem.floor, out=pull)
    fade *= idle
    fade *= at.first
    rate = 1.0 - problem.proficiency
    rate *= at.decay
    rate += fade
    rate *= speed
    past = level - problem.target
    # Where nobody is near a target, credit is the level itself.
    kinked = not past.max(initial=-1.0) < -_ON_TARGET
    held = credit(level, problem.target, problem.beyond) if kinked else level
    hard = np.minimum(column_sums(shares.hard * held), 1.0)
    soft = np.minimum(column_sums(shares.soft * held), 1.0)
    value, price = combine_with_prices(hard, soft, shares.soft_share, problem.rho)
    full = _worth(rate * shares.hard, price.hard)
    full += _worth(rate * shares.soft, price.soft)
    gain = full
    if kinked:
        with np.errstate(invalid="ignore"):
            gain = full * np.where(past >= -_ON_TARGET, problem.beyond, 1.0)
        gain[np.isnan(gain)] = 0.0  # an infinite price, and no credit past the target
    at_target = np.abs(past, out=past) <= _ON_TARGET
    np.maximum(level, 0.0, out=level)
    return Position(
        proficiency=np.minimum(level, 1.0, out=level),
        rate=rate,
        hard_index=hard,
        soft_index=soft,
        readiness=value,
        gain=gain,
        full_gain=full,
        at_target=at_target,
    )


def _worth(rate: Floats, price: Floats) -> Floats:
    """Multiply in place; an infinite price makes no gain of a skill that cannot gain."""
    if every(np.isfinite(price)):
        return np.multiply(rate, price, out=rate)
    return np.multiply(rate, price, out=np.zeros_like(rate), where=rate > 0.0)


def priced_bound(
    problem: Problem, hours: Floats, at: Position, price: Prices, total: Floats
) -> Floats:
    r"""
    Return an upper bound on what any plan could add, from prices of hours: shape (rows,).

    .. math::
       \sum_i \max_{\min_i \le x_i \le \max_i} (g_i - \pi_i)(x_i - h_i)
       + \mu B - \sum_i \pi_i h_i

    bounds the linear program of :func:`linear_bound` for any prices :math:`\pi` of a hard and of
    a soft hour that no feasible plan can make dearer than :math:`\mu B`. At the prices of an
    optimum it is zero, and it needs no sorting.

    Parameters
    ----------
    price : Prices
        What an hour of either kind costs, (rows,).
    total : ndarray of shape (rows,)
        :math:`\mu`, the shadow price of the budget.
    """
    alike = price.hard is price.soft
    of_skill = price.hard if alike else np.where(problem.soft, price.soft, price.hard)
    g = _nearest_gain(at, of_skill)
    room = np.maximum(problem.budget - column_sums(problem.lower), 0.0)
    most = problem.lower + room
    np.minimum(most, problem.upper, out=most)
    np.maximum(most, problem.lower, out=most)
    with np.errstate(invalid="ignore"):
        over = g - of_skill
        most -= hours
        most *= over
        over *= problem.lower - hours
        best = np.maximum(most, over, out=over)
        spent = total * problem.budget - column_sums(of_skill * hours)
        bound = column_sums(best) + spent
    return _proper(bound, at)


def _proper(bound: Floats, at: Position) -> Floats:
    """Infinite prices bound nothing, but readiness never passes 1."""
    bound = np.where(np.isnan(bound), np.inf, bound)
    return np.minimum(np.maximum(bound, 0.0), np.maximum(1.0 - at.readiness, 0.0))


def _nearest_gain(at: Position, price: Floats) -> Floats:
    """On a kink, take the supergradient nearest to the price."""
    if not some(at.at_target):
        return at.gain
    return np.where(at.at_target, np.minimum(np.maximum(price, at.gain), at.full_gain), at.gain)


def linear_bound(problem: Problem, hours: Floats, at: Position, price: Floats) -> Floats:
    r"""
    Return :math:`\max_x g \cdot (x - h)` over all x that meet the limits, shape (rows,).

    Parameters
    ----------
    hours : ndarray of shape (n_skills, rows)
        Feasible hours. [h/week]
    at : Position
        What :func:`stand` says there.
    price : ndarray of shape (rows,) or (n_skills, rows)
        On a kink, the supergradient nearest to this price of an hour counts.

    Notes
    -----
    Not negative; zero proves the hours optimal. Sorting dominates the cost.
    """
    g = _nearest_gain(at, np.broadcast_to(price, at.gain.shape))
    lower = problem.lower
    room = np.maximum(problem.budget - column_sums(lower), 0.0)
    cap = np.maximum(np.minimum(problem.upper - lower, room), 0.0)
    order = np.argsort(-g, axis=0, kind="stable")
    ranked = _Ranked(
        order=order,
        cap=np.take_along_axis(cap, order, axis=0),
        soft=np.take_along_axis(problem.soft, order, axis=0),
    )
    x = lower + ranked.fill(room, np.ones_like(ranked.soft))
    x_hard, x_soft = by_kind(x, problem.soft)
    slack = SLACK * (1.0 + problem.budget)
    low = (1.0 - problem.share_low) * x_soft < problem.share_low * x_hard - slack
    high = (1.0 - problem.share_high) * x_soft > problem.share_high * x_hard + slack
    broken = low | high
    if some(broken):
        share = np.where(low, problem.share_low, problem.share_high)
        least_hard, least_soft = by_kind(lower, problem.soft)
        cap_hard, cap_soft = by_kind(cap, problem.soft)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            most_soft = np.where(share > 0.0, (least_soft + cap_soft) / share, np.inf)
            most_hard = np.where(share < 1.0, (least_hard + cap_hard) / (1.0 - share), np.inf)
        total = np.minimum(problem.budget, np.minimum(most_soft, most_hard))
        on_ray = (
            lower
            + ranked.fill(np.maximum(share * total - least_soft, 0.0), ranked.soft)
            + ranked.fill(np.maximum((1.0 - share) * total - least_hard, 0.0), ~ranked.soft)
        )
        x = np.where(broken, on_ray, x)
    moved = x - hours
    with np.errstate(invalid="ignore"):
        gained = column_sums(np.where(moved == 0.0, 0.0, g * moved))
    return _proper(gained, at)


class _Ranked(NamedTuple):
    """Skills in the order of their gains, with what each can take."""

    order: NDArray[np.intp]
    cap: Floats
    soft: NDArray[np.bool_]

    def fill(self, amount: Floats, member: NDArray[np.bool_]) -> Floats:
        """Give *amount*, (rows,), to the members in order; return it in skill order."""
        cap = self.cap * member
        before = np.add.accumulate(cap, axis=0) - cap
        given = np.minimum(np.maximum(amount - before, 0.0), cap)
        filled = np.empty_like(given)
        np.put_along_axis(filled, self.order, given, axis=0)
        return filled
