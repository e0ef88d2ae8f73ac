r"""
The best mixture of given points: an interior-point method for readiness over a simplex.

Credit bends at a target, so the effective hours of a skill that may stand on either side of it
are two variables: those up to the target, at full credit, and those past it, at less. Returns
diminish, so the first fill up by themselves, and the multiplier of their limit tells the worth of
the hour that stands exactly on the target.
"""

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from skillbalance.numeric.allocation.problem import Problem
from skillbalance.numeric.curve import hours_to_reach, moments
from skillbalance.numeric.indices import combine_with_prices

_Floats: TypeAlias = NDArray[np.float64]

_MOST_STEPS = 80
_TIGHT = 1e-15  # mean product of slack and multiplier at which the mixture counts as found
_BALANCED = 1e-11  # and part of the gradient that prices leave unexplained
_SHRINK = 0.1
_LONG = 0.5  # of a step: shorter ones mean that the products fell too fast
_TO_THE_WALL = 0.995
_NEAR_TARGET = 1e-5  # h/week
_INSIDE = 1e-6  # where a start is pushed away from the walls


class Bend(NamedTuple):
    """Level and its first and second derivative in the effective hours."""

    level: _Floats
    rate: _Floats
    curvature: _Floats


class Credit(NamedTuple):
    """
    Readiness of one learner as a function of effective hours; arrays of shape (n_skills,).

    Attributes
    ----------
    start : ndarray
        Level now.
    speed, idle, fade, pull : ndarray
        Learning rate, forgetting rate, and what forgetting takes from mastery and leaves of the
        floor, each times the weeks. [week/h], [1], [1], [1]
    hard, soft : ndarray
        Weights as parts of their kind.
    share, rho : float
        Soft part of the weights, and the exponent of readiness.
    target, beyond : ndarray
        Where credit bends, and what it is worth past that.
    at_target : ndarray
        Effective hours that lead to the target, 0 where none are needed, may be infinite. [h/week]
    """

    start: _Floats
    speed: _Floats
    idle: _Floats
    fade: _Floats
    pull: _Floats
    hard: _Floats
    soft: _Floats
    share: float
    rho: float
    target: _Floats
    beyond: _Floats
    at_target: _Floats

    def bend(self, hours: _Floats) -> Bend:
        """Evaluate the practice curve."""
        at = moments(self.speed * hours + self.idle)
        left = 1.0 - self.start
        return Bend(
            self.start * at.decay + (self.speed * hours + self.pull) * at.zeroth,
            self.speed * (left * at.decay + self.fade * at.first),
            -(self.speed**2) * (left * at.decay + self.fade * at.second),
        )

    def level(self, hours: _Floats) -> _Floats:
        """Return the levels."""
        return self.bend(hours).level

    def held(self, hours: _Floats) -> _Floats:
        """Return the credits."""
        past = self.level(hours) - self.target
        return self.target + np.minimum(past, 0.0) + self.beyond * np.maximum(past, 0.0)

    def combine(self, held: _Floats) -> tuple[float, float, float, float, float]:
        """Return readiness, both indices and both prices."""
        hard = min(max(float(self.hard @ held), 0.0), 1.0)
        soft = min(max(float(self.soft @ held), 0.0), 1.0)
        value, price = combine_with_prices(*map(np.array, (hard, soft, self.share, self.rho)))
        return float(value), hard, soft, float(price.hard), float(price.soft)

    def readiness(self, hours: _Floats) -> float:
        """Return readiness."""
        return self.combine(self.held(hours))[0]

    def slopes(self, hours: _Floats) -> tuple[_Floats, _Floats]:
        """Return the derivative of readiness to more and to fewer effective hours."""
        bend = self.bend(hours)
        price = self.prices(*self.combine(self.held(hours))[3:])
        # The price may be infinite where the rate is 0: what cannot be learned has no slope.
        counts = (bend.rate > 0.0) & (price > 0.0)
        full = np.multiply(price, bend.rate, out=np.zeros_like(price), where=counts)
        less = np.multiply(self.beyond, full, out=np.zeros_like(full), where=self.beyond > 0.0)
        return (
            np.where(hours >= self.at_target, less, full),
            np.where(hours > self.at_target, less, full),
        )

    def prices(self, of_hard: float, of_soft: float) -> _Floats:
        """Return the worth of a unit of credit in each skill."""
        with np.errstate(invalid="ignore"):
            return np.where(self.hard > 0.0, of_hard * self.hard, 0.0) + np.where(
                self.soft > 0.0, of_soft * self.soft, 0.0
            )

    def on_target(self, hours: _Floats) -> _Floats:
        """Move hours that are all but on a target onto it."""
        near = np.abs(hours - self.at_target) <= _NEAR_TARGET * (1.0 + hours)
        return np.where(near, self.at_target, hours)


def read_credit(problem: Problem) -> Credit:
    """Read the credit of a problem of one row."""
    shares = problem.shares()
    level, rate, fade, weeks, floor, target, beyond = (
        x[:, 0]
        for x in (
            problem.proficiency,
            problem.learning_rate,
            problem.forgetting_rate,
            problem.weeks,
            problem.floor,
            problem.target,
            problem.beyond,
        )
    )
    at_target = hours_to_reach(
        target,
        proficiency=level,
        learning_rate=rate,
        forgetting_rate=fade,
        weeks=weeks,
        floor=floor,
    )
    return Credit(
        start=level,
        speed=rate * weeks,
        idle=fade * weeks,
        fade=fade * (1.0 - floor) * weeks,
        pull=fade * floor * weeks,
        hard=shares.hard[:, 0],
        soft=shares.soft[:, 0],
        share=float(shares.soft_share[0]),
        rho=float(problem.rho[0]),
        target=target,
        beyond=beyond,
        at_target=at_target,
    )


def best_mixture(credit: Credit, points: _Floats, parts: _Floats) -> tuple[_Floats, _Floats]:
    """
    Find the parts of some points whose mixture has the greatest readiness.

    Parameters
    ----------
    credit : Credit
        Readiness.
    points : ndarray of shape (n_points, n_skills)
        Effective hours. [h/week]
    parts : ndarray of shape (n_points,)
        Parts to begin with, not negative, with sum 1.

    Returns
    -------
    parts : ndarray of shape (n_points,)
        The best parts.
    gain : ndarray of shape (n_skills,)
        Worth of the next effective hour of each skill there. [1/(h/week)]

    Notes
    -----
    Primal-dual: Newton on the optimality conditions, with the products of slack and multiplier
    falling together, from a start inside all limits.
    """
    lowest, highest = points.min(axis=0), points.max(axis=0)
    bends = (credit.beyond < 1.0) & (lowest < credit.at_target) & (highest > credit.at_target)
    split = np.nonzero(bends)[0]
    past = ~bends & (lowest >= credit.at_target)
    m, n_split = parts.size, split.size
    alpha = (1.0 - 0.1) * parts + 0.1 / m
    mixed = alpha @ points
    over = np.maximum(mixed[split] - credit.at_target[split], 0.0)
    over += np.minimum(_INSIDE, 0.1 * mixed[split]) + 0.05 * over
    over = np.minimum(over, 0.999 * mixed[split])
    v = np.concatenate([alpha, over])
    # Slacks: parts, hours past a target, room up to it, hours up to it.
    walls = np.zeros((m + 3 * n_split, v.size))
    walls[: m + n_split] = np.eye(v.size)
    below = np.hstack([points.T[split], -np.eye(n_split)])
    walls[m + n_split : m + 2 * n_split] = -below
    walls[m + 2 * n_split :] = below
    offset = np.zeros(walls.shape[0])
    offset[m + n_split : m + 2 * n_split] = credit.at_target[split]
    equal = np.concatenate([np.ones(m), np.zeros(n_split)])
    slack = walls @ v + offset
    mu = 1e-2
    multiplier = mu / slack
    gain = np.zeros(points.shape[1])
    for _ in range(_MOST_STEPS):
        gradient, hessian, gain = expand(credit, points, split, past, v)
        balance = gradient + walls.T @ multiplier
        balance[:m] -= balance[:m].mean()
        center = float(slack @ multiplier) / slack.size
        if center < _TIGHT and np.abs(balance).max() < _BALANCED * np.abs(gradient).max():
            break
        ratio = multiplier / slack
        system = np.zeros((v.size + 1, v.size + 1))
        system[:-1, :-1] = (walls.T * ratio) @ walls - hessian
        system[:-1, -1] = system[-1, :-1] = equal
        right = np.append(gradient + walls.T @ (mu / slack), 0.0)
        step = _newton(system, right)
        d_slack = walls @ step
        d_multiplier = (mu - multiplier * d_slack) / slack - multiplier
        length = min(_furthest(slack, d_slack), _furthest(multiplier, d_multiplier))
        v = v + length * step
        slack = walls @ v + offset
        multiplier = multiplier + length * d_multiplier
        if (slack <= 0.0).any():
            break
        center = float(slack @ multiplier) / slack.size
        mu = max(center * (_SHRINK if length > _LONG else _LONG), 0.1 * _TIGHT)
    gain = gain.copy()
    # What the wall of a target holds back is not the worth of the next hour.
    gain[split] -= multiplier[m + n_split : m + 2 * n_split]
    parts = np.maximum(v[:m], 0.0)
    return parts / parts.sum(), gain


def expand(
    credit: Credit,
    points: _Floats,
    split: NDArray[np.intp],
    past: NDArray[np.bool_],
    v: _Floats,
) -> tuple[_Floats, _Floats, _Floats]:
    """Return gradient and Hessian of readiness in the variables, and the full gain of each hour."""
    m = points.shape[0]
    x = v[:m] @ points
    x[split] -= v[m:]
    low = credit.bend(x)
    scale = np.where(past, credit.beyond, 1.0)
    held = credit.target + scale * (low.level - credit.target)
    upper = np.array(credit.at_target)
    upper[split] += v[m:]
    upper[~np.isin(np.arange(x.size), split)] = 0.0
    high = credit.bend(upper)
    held[split] += credit.beyond[split] * (high.level - credit.target)[split]
    value, hard, soft, of_hard, of_soft = credit.combine(held)
    # Corners that raise an index from zero are the first to be taken: where it still is zero
    # nothing raises it.
    of_hard, of_soft = (price if np.isfinite(price) else 0.0 for price in (of_hard, of_soft))
    price = credit.prices(of_hard, of_soft)
    gain = price * scale * low.rate
    # Derivatives of the pieces in the variables: hours up to the target, and past it.
    first = np.hstack([points.T, np.zeros((x.size, split.size))])
    first[split, m + np.arange(split.size)] = -1.0
    slope_x, bend_x = scale * low.rate, price * scale * low.curvature
    slope_y = credit.beyond[split] * high.rate[split]
    bend_y = (price * credit.beyond * high.curvature)[split]
    each = first.T * slope_x
    index = np.stack([each @ credit.hard, each @ credit.soft])
    index[:, m:] += np.stack([credit.hard[split], credit.soft[split]]) * slope_y
    gradient = of_hard * index[0] + of_soft * index[1]
    hessian = (first.T * bend_x) @ first
    hessian[m:, m:] += np.diag(bend_y)
    if 0.0 < credit.share < 1.0 and hard > 0.0 and soft > 0.0 and value > 0.0:
        # Readiness scales with both indices, so its second derivative has rank one.
        across = soft * index[0] - hard * index[1]
        bent = (1.0 - credit.rho) * of_hard * of_soft / (value * hard * soft)
        hessian -= bent * np.outer(across, across)
    return gradient, hessian, gain


def _newton(system: _Floats, right: _Floats) -> _Floats:
    """Solve for a step; a flat direction gets a little weight."""
    try:
        return np.asarray(np.linalg.solve(system, right)[:-1])
    except np.linalg.LinAlgError:
        return np.asarray(np.linalg.lstsq(system, right, rcond=None)[0][:-1], dtype=np.float64)


def _furthest(value: _Floats, change: _Floats) -> float:
    """Return how far positive values may go before the first reaches the wall."""
    falling = change < 0.0
    if not falling.any():
        return 1.0
    return min(1.0, _TO_THE_WALL * float((-value[falling] / change[falling]).min()))
