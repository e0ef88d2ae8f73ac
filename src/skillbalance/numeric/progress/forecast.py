r"""
What the practice curve promises when neither the start nor the learning rate is known for sure.

The level after :math:`W` weeks is linear in where it starts and grows with the learning rate,

.. math:: p(W) = a(k) + b(k)\, p_0, \qquad
   a = k h W \varphi_0(z), \quad b = e^{-z} + d\, c\, W \varphi_0(z), \quad z = (k h + d) W,

with :math:`c` the share that is retained (the floor of forgetting is :math:`c\,p_0`). Where
somebody stands is normal, clipped to [0, 1]; how fast they learn is lognormal, and the two are
independent. So the chance of a level is one integral of a closed form,

.. math:: P(p(W) \ge t) = \int \varphi(u)\, P\!\left(p_0 \ge \frac{t - a(k_u)}{b(k_u)}\right) du,
   \qquad k_u = k e^{\sigma u},

and a quantile is the root of it. Nothing is drawn: the same arguments give the same band.
"""

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skillbalance._checks import array_in, finite_array
from skillbalance.errors import InvalidValueError
from skillbalance.numeric.curve import hours_to_reach, moments
from skillbalance.numeric.normal import normal_cdf, normal_points, normal_quantile
from skillbalance.reference.defaults import RATE_SPREAD

_Floats: TypeAlias = NDArray[np.float64]

_FAR = 8.5  # beyond this many standard deviations lies less than 1e-16
_NODES = 12  # per panel
# Panels end where the chance given the rate turns from 0 to 1, in widths of that turn, and at
# the shoulders of the normal density.
_TURN = np.array([-9.0, -2.5, 2.5, 9.0])
_SHOULDERS = np.array([-3.0, 0.0, 3.0])
_ROWS_PER_PART = 2048  # bounds the memory of the nodes
_MOST_STEPS = 60  # six to nine do; bisection alone would need 40
_PRECISION = 1e-10
_JOINT_POINTS = 4096


class Uncertain(NamedTuple):
    """
    A practice curve with an uncertain start and an uncertain rate; arrays of one shape.

    Attributes
    ----------
    mean, sd : ndarray
        The start before clipping to [0, 1]. [proficiency]
    speed : ndarray
        Learning rate times hours, at the median rate. [1/week]
    rate_sd : ndarray
        Standard deviation of the log rate.
    forgetting_rate, weeks, retained_share : ndarray
        [1/week], [week], [share]
    """

    mean: _Floats
    sd: _Floats
    speed: _Floats
    rate_sd: _Floats
    forgetting_rate: _Floats
    weeks: _Floats
    retained_share: _Floats

    def take(self, rows: NDArray[np.bool_] | slice) -> "Uncertain":
        """Return some of the curves."""
        return Uncertain(*(x[rows] for x in self))

    def line(self, u: _Floats) -> tuple[_Floats, _Floats]:
        """Return a and b at a rate *u* standard deviations from the median."""
        speed = self.speed * np.exp(self.rate_sd * u)
        z = (speed + self.forgetting_rate) * self.weeks
        moment = np.where(z > 0.0, -np.expm1(-z) / np.where(z > 0.0, z, 1.0), 1.0) * self.weeks
        return speed * moment, np.exp(-z) + self.forgetting_rate * self.retained_share * moment

    def level(self, u: _Floats, start: _Floats) -> _Floats:
        """Return the level from a start at a rate."""
        a, b = self.line(u)
        return np.clip(a + b * start, 0.0, 1.0)

    def rate_needed(self, level: _Floats, start: _Floats) -> _Floats:
        """Return how many standard deviations from the median the rate for a level lies."""
        needed = hours_to_reach(
            level,
            proficiency=start,
            learning_rate=1.0,
            forgetting_rate=self.forgetting_rate,
            weeks=self.weeks,
            floor=self.retained_share * start,
        )
        # Without practice no rate helps; a rate that is known is enough or is not.
        with np.errstate(divide="ignore", invalid="ignore"):
            above = np.log(needed) - np.log(self.speed)
            u = above / self.rate_sd
        known = np.where(above > 0.0, np.inf, -np.inf)
        u = np.where(self.rate_sd > 0.0, u, known)
        none = np.where(needed > 0.0, np.inf, -np.inf)
        return np.where((self.speed > 0.0) & (needed > 0.0), u, none)


def chance_to_reach(
    level: ArrayLike,
    *,
    mean: ArrayLike,
    sd: ArrayLike,
    hours: ArrayLike,
    learning_rate: ArrayLike,
    forgetting_rate: ArrayLike,
    weeks: ArrayLike,
    rate_sd: ArrayLike = RATE_SPREAD.value,
    retained_share: ArrayLike = 0.0,
) -> _Floats:
    r"""
    Return the probability that the level after *weeks* is at least *level*.

    Parameters
    ----------
    level : array_like
        Proficiency asked about, in [0, 1].
    mean, sd : array_like
        What is known of the proficiency now: normal, clipped to [0, 1]. The mean in [0, 1], the
        standard deviation not negative. [proficiency]
    hours : array_like
        Practice, not negative. [h/week]
    learning_rate : array_like
        Median of the rate, not negative. [1/h]
    forgetting_rate : array_like
        Not negative. [1/week]
    weeks : array_like
        Not negative. [week]
    rate_sd : array_like
        Standard deviation of the logarithm of the rate, not negative.
    retained_share : array_like
        Share of the proficiency now that does not fade, in [0, 1].

    Returns
    -------
    ndarray
        Probabilities, in the broadcast shape of the arguments.

    Raises
    ------
    InvalidValueError
        If an argument is not finite or outside its range.

    Notes
    -----
    Gauss-Legendre over the rate, in panels that end where the integrand turns. Of random cases,
    starts known to 0.001 or not at all and rates likewise, 99 % are right to 1e-7 and all to 1e-4;
    where only one of the two is uncertain the result is a closed form.

    Examples
    --------
    >>> skill = dict(mean=0.5, sd=0.1, learning_rate=0.006, forgetting_rate=0.0144,
    ...              weeks=26.0, retained_share=0.5)
    >>> chance_to_reach(0.5, hours=[0.0, 2.0, 6.0], **skill).round(3).tolist()
    [0.177, 0.741, 0.986]
    """
    wanted = array_in("level", level, 0.0, 1.0)
    curves, aim, shape = _read(
        mean, sd, hours, learning_rate, forgetting_rate, weeks, rate_sd, retained_share, wanted
    )
    return _in_parts(_chance, curves, aim).reshape(shape)


def proficiency_quantile(
    probability: ArrayLike,
    *,
    mean: ArrayLike,
    sd: ArrayLike,
    hours: ArrayLike,
    learning_rate: ArrayLike,
    forgetting_rate: ArrayLike,
    weeks: ArrayLike,
    rate_sd: ArrayLike = RATE_SPREAD.value,
    retained_share: ArrayLike = 0.0,
) -> _Floats:
    r"""
    Return the level that is not passed with a given probability.

    Parameters
    ----------
    probability : array_like
        Between 0 and 1, neither included.

    Other parameters, shapes and errors as in :func:`chance_to_reach`.

    Returns
    -------
    ndarray
        Proficiency in [0, 1].

    Notes
    -----
    The level grows with the start and with the rate. If either is at least *z* standard
    deviations up with probability :math:`1 - \Phi(z)`, both are with its square; that brackets
    the quantile, and the root of the integral is found between to 1e-10.

    Examples
    --------
    >>> skill = dict(mean=0.5, sd=0.1, learning_rate=0.006, forgetting_rate=0.0144,
    ...              weeks=26.0, retained_share=0.5)
    >>> proficiency_quantile([0.05, 0.5, 0.95], hours=3.0, **skill).round(3).tolist()
    [0.458, 0.604, 0.75]
    """
    wanted = finite_array("probability", probability)
    curves, share, shape = _read(
        mean, sd, hours, learning_rate, forgetting_rate, weeks, rate_sd, retained_share, wanted
    )
    if not ((share > 0.0) & (share < 1.0)).all():
        wrong = share[~((share > 0.0) & (share < 1.0))].flat[0]
        raise InvalidValueError("probability", "between 0 and 1", float(wrong))
    return _in_parts(_quantile, curves, share).reshape(shape)


def joint_chance(
    level: _Floats, curves: Uncertain, covariance: _Floats, *, n_points: int = _JOINT_POINTS
) -> float:
    r"""
    Return the probability that several skills of one person all reach their levels.

    What raters share makes the doubts about the starts go together; the learning rates differ
    independently. The chance of each skill given its start is a closed form, and their product
    is averaged over :func:`~skillbalance.numeric.normal.normal_points`.

    Parameters
    ----------
    level : ndarray of shape (n,)
        Levels asked about.
    curves : Uncertain
        Arrays of shape (n,).
    covariance : ndarray of shape (n, n)
        Of the starts before clipping; its diagonal is the square of ``curves.sd``.

    Notes
    -----
    Errors below 0.002 where the rates are as uncertain as by default. The result is kept between
    the product of the single chances and the smallest of them, where it must lie: doubts that
    raters share never pull two skills apart.
    """
    each = _chance(curves, level)
    if level.size < 2:
        return float(np.prod(each))
    size, axes = np.linalg.eigh(covariance)
    root = axes * np.sqrt(np.maximum(size, 0.0))
    start = np.clip(curves.mean + normal_points(n_points, level.size) @ root.T, 0.0, 1.0)
    many = Uncertain(*(np.broadcast_to(x, start.shape) for x in curves))
    chance = normal_cdf(-many.rate_needed(np.broadcast_to(level, start.shape), start))
    return float(np.clip(chance.prod(axis=-1).mean(), np.prod(each), each.min()))


def _read(*arguments: ArrayLike) -> tuple[Uncertain, _Floats, tuple[int, ...]]:
    """Check the arguments that all have in common, and flatten them with what is asked."""
    mean, sd, hours, rate, fade, weeks, rate_sd, kept, asked = arguments
    checked = [array_in("mean", mean, 0.0, 1.0)]
    for name, value in (
        ("sd", sd),
        ("hours", hours),
        ("learning_rate", rate),
        ("forgetting_rate", fade),
        ("weeks", weeks),
        ("rate_sd", rate_sd),
    ):
        checked.append(array_in(name, finite_array(name, value), 0.0))
    checked.append(array_in("retained_share", kept, 0.0, 1.0))
    arrays = np.broadcast_arrays(*checked, asked)
    shape = arrays[0].shape
    start, spread, h, k, d, w, sigma, retained, last = (x.reshape(-1) for x in arrays)
    return Uncertain(start, spread, k * h, sigma, d, w, retained), last, shape


def _in_parts(
    function: Callable[[Uncertain, _Floats], _Floats], curves: Uncertain, asked: _Floats
) -> _Floats:
    """Apply a function to parts of the curves, so that its nodes fit into memory."""
    parts = [slice(i, i + _ROWS_PER_PART) for i in range(0, asked.size, _ROWS_PER_PART)]
    return np.concatenate([np.empty(0), *(function(curves.take(p), asked[p]) for p in parts)])


def _chance(curves: Uncertain, level: _Floats) -> _Floats:
    """Return the chance of levels, arrays of one axis."""
    moving = (curves.sd > 0.0) & (curves.rate_sd > 0.0) & (curves.speed > 0.0) & (curves.weeks > 0)
    chance = np.empty_like(level)
    if moving.any():
        chance[moving] = _integral(curves.take(moving), level[moving])
    if not moving.all():
        chance[~moving] = _one_sided(curves.take(~moving), level[~moving])
    return chance


def _one_sided(curves: Uncertain, level: _Floats) -> _Floats:
    """Return the chance where only the start or only the rate, or neither, is uncertain."""
    a, b = curves.line(np.zeros_like(level))
    given_rate = _start_at_least(curves, _ratio(level - a, b))
    given_start = normal_cdf(-curves.rate_needed(level, curves.mean))
    return np.where(curves.sd > 0.0, given_rate, given_start)


def _start_at_least(curves: Uncertain, start: _Floats) -> _Floats:
    """Return the chance that the clipped start is at least this high."""
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        chance = normal_cdf(_ratio(curves.mean - start, curves.sd))
    return np.where(start <= 0.0, 1.0, np.where(start > 1.0, 0.0, chance))


def _ratio(x: _Floats, y: _Floats) -> _Floats:
    """Divide; what is divided by zero goes to the infinity of its sign, 0 / 0 to 0."""
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        return np.where(x == 0.0, 0.0, x / y)


def _integral(curves: Uncertain, level: _Floats) -> _Floats:
    """Integrate over the rate, all else given; see the head of this module."""
    none, full = np.zeros_like(level), np.ones_like(level)
    # From this rate on even the lowest start will do, below that one not even the highest.
    enough, least = curves.rate_needed(level, none), curves.rate_needed(level, full)
    low, high = np.clip(least, -_FAR, _FAR), np.clip(enough, -_FAR, _FAR)
    middle = np.clip(curves.rate_needed(level, curves.mean), low, high)
    ends = np.concatenate(
        [
            low[np.newaxis],
            middle + _TURN[:, np.newaxis] * _turn_width(curves, middle),
            np.broadcast_to(_SHOULDERS[:, np.newaxis], (_SHOULDERS.size, level.size)),
            high[np.newaxis],
        ]
    )
    ends = np.sort(np.clip(ends, low, high), axis=0)
    nodes, weights = _legendre()
    half = 0.5 * (ends[1:] - ends[:-1])
    u = 0.5 * (ends[1:] + ends[:-1]) + half * nodes[:, np.newaxis, np.newaxis]
    a, b = curves.line(u)
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        given = normal_cdf((curves.mean - _ratio(level - a, b)) / curves.sd)
    density = np.exp(-0.5 * u * u) / np.sqrt(2.0 * np.pi)
    inner = (weights[:, np.newaxis, np.newaxis] * half * density * given).sum(axis=(0, 1))
    return np.asarray(np.clip(inner + normal_cdf(-enough), 0.0, 1.0))


def _turn_width(curves: Uncertain, u: _Floats) -> _Floats:
    """Return how far the rate moves while the start that is needed moves by its spread."""
    speed = curves.speed * np.exp(curves.rate_sd * u)
    at = moments((speed + curves.forgetting_rate) * curves.weeks)
    fade = curves.forgetting_rate * curves.weeks
    kept = curves.retained_share * curves.mean
    rise = speed * curves.weeks * ((1.0 - curves.mean) * at.decay + fade * (1.0 - kept) * at.first)
    needed = rise * curves.rate_sd
    moved = curves.sd * (at.decay + fade * curves.retained_share * at.zeroth)
    return np.minimum(_ratio(moved, needed), 2.0 * _FAR)


def _legendre() -> tuple[_Floats, _Floats]:
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    return nodes, weights


def _quantile(curves: Uncertain, probability: _Floats) -> _Floats:
    """Return quantiles, arrays of one axis."""
    both_below = normal_quantile(np.sqrt(probability))
    both_above = normal_quantile(-np.expm1(0.5 * np.log1p(-probability)))
    one = (curves.sd == 0.0) | (curves.rate_sd == 0.0) | (curves.speed == 0.0) | (curves.weeks == 0)
    exact = normal_quantile(probability)

    def level(z: _Floats) -> _Floats:
        return curves.level(z, np.clip(curves.mean + z * curves.sd, 0.0, 1.0))

    low, high = level(both_above), level(both_below)
    # Where only one of the two is uncertain, its quantile is the quantile.
    low, high = np.where(one, level(exact), low), np.where(one, level(exact), high)
    return _root(curves, probability, low, high)


def _root(curves: Uncertain, probability: _Floats, low: _Floats, high: _Floats) -> _Floats:
    """
    Find the level between *low* and *high* whose chance is 1 - *probability*.

    Chandrupatla's method: inverse quadratic steps where three points say they can be trusted,
    bisection otherwise.
    """
    found = 0.5 * (low + high)
    active = np.nonzero(high - low > _PRECISION)[0]
    if not active.size:
        return found

    def excess(rows: NDArray[np.intp], level: _Floats) -> _Floats:
        part = Uncertain(*(x[rows] for x in curves))
        return _chance(part, level) - (1.0 - probability[rows])

    a, b = low[active], high[active]
    fa, fb = excess(active, a), excess(active, b)
    c, fc = a, fa
    t = np.full_like(a, 0.5)
    for _ in range(_MOST_STEPS):
        x = a + t * (b - a)
        fx = excess(active, x)
        same = np.sign(fx) == np.sign(fa)
        c, fc = np.where(same, a, b), np.where(same, fa, fb)
        b, fb = np.where(same, b, a), np.where(same, fb, fa)
        a, fa = x, fx
        best = np.where(np.abs(fa) < np.abs(fb), a, b)
        found[active] = best
        going = (np.abs(b - a) > 2.0 * _PRECISION) & (fa != 0.0) & (fb != 0.0)
        if not going.any():
            break
        active = active[going]
        a, b, c, fa, fb, fc = (v[going] for v in (a, b, c, fa, fb, fc))
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            xi, phi = (a - b) / (c - b), (fa - fb) / (fc - fb)
            step = fa / (fb - fa) * fc / (fb - fc) + (c - a) / (b - a) * fa / (fc - fa) * fb / (
                fc - fb
            )
        trusted = (phi * phi < xi) & ((1.0 - phi) ** 2 < 1.0 - xi) & np.isfinite(step)
        t = np.where(trusted, step, 0.5)
        edge = _PRECISION / np.abs(b - a)
        t = np.clip(t, edge, 1.0 - edge)
    return found
