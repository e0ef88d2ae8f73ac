r"""
The practice curve: what hours of practice and weeks of forgetting do to a proficiency.

With :math:`h` hours a week, learning rate :math:`k`, forgetting rate :math:`d` and floor
:math:`f`,

.. math:: \dot p = k h (1 - p) - d (p - f), \qquad r = k h + d, \quad z = r W,

so that after :math:`W` weeks the distance from mastery :math:`y = 1 - p` is

.. math:: y(W; h) = (1 - p_0) e^{-z} + d (1 - f) W \varphi_0(z),
   \qquad \varphi_n(z) = \int_0^1 t^n e^{-z t}\,dt .

Its derivatives in :math:`h` hold the next moments :math:`\varphi_1, \varphi_2`. All terms have
one sign, so nothing cancels: level, slope and curvature keep full precision as forgetting and
hours go to zero. :math:`y` is a positive mixture of exponentials in :math:`h`; so is its slope,
and both are therefore log-convex, which is what the optimiser and the inverse rest on.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skillbalance._checks import array_in, finite_array
from skillbalance.numeric.masks import every, some

# Below this z the moments come from a series of positive terms, above it from the recurrence,
# whose cancellation there costs a few units in the last place.
_SERIES_BELOW = 1.0
_SERIES_TERMS = 18  # the next term is below 1e-17 of the sum at z = 1
_NEWTON_STEPS = 100  # quadratic from the left: 5-15 do; the rest is for hours near overflow
_QUICK_ABOVE = 0.1
_QUICK_TERMS = 9  # the next term is below 1e-17 of the sum at z = 0.1


class Moments(NamedTuple):
    r"""Decay :math:`e^{-z}` and the moments :math:`\varphi_0, \varphi_1, \varphi_2`."""

    decay: NDArray[np.float64]
    zeroth: NDArray[np.float64]
    first: NDArray[np.float64]
    second: NDArray[np.float64]


def moments(z: NDArray[np.float64]) -> Moments:
    r"""
    Evaluate :math:`\varphi_n(z) = \int_0^1 t^n e^{-zt} dt` for n = 0, 1, 2 to full precision.

    Parameters
    ----------
    z : ndarray
        Exponent, not negative. [1]

    Notes
    -----
    :math:`\varphi_n = (n \varphi_{n-1} - e^{-z}) / z` loses digits for small z; there
    :math:`\varphi_2 = e^{-z} \sum_k z^k / (3 \cdot 4 \cdots (k + 3))` and the same recurrence
    downwards, :math:`\varphi_{n-1} = (z \varphi_n + e^{-z}) / n`, add positive terms only.
    """
    decay = np.exp(-z)
    small = z < _SERIES_BELOW
    large = np.where(small, 1.0, z)
    zeroth = -np.expm1(-large) / large
    first = (zeroth - decay) / large
    second = (2.0 * first - decay) / large
    if some(small):
        below = np.where(small, z, 0.0)
        sums = _sum_series(below, decay, _SERIES_TERMS)
        zeroth, first, second = (
            np.where(small, near, far)
            for near, far in zip(sums, (zeroth, first, second), strict=True)
        )
    return Moments(decay, zeroth, first, second)


def _sum_series(
    z: NDArray[np.float64], decay: NDArray[np.float64], n_terms: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Sum the series of the second moment, and recur downwards to the first and zeroth."""
    series = 1.0 + z / (n_terms + 3.0)
    for k in range(n_terms - 1, 0, -1):
        series = 1.0 + z / (k + 3.0) * series
    second = decay * series / 3.0
    first = 0.5 * (z * second + decay)
    return z * first + decay, first, second


def proficiency_after(
    proficiency: ArrayLike,
    hours: ArrayLike,
    *,
    learning_rate: ArrayLike,
    forgetting_rate: ArrayLike,
    weeks: ArrayLike,
    floor: ArrayLike = 0.0,
) -> NDArray[np.float64]:
    r"""
    Return the proficiency after *weeks* of *hours* of practice a week.

    .. math:: p(W; h) = p_0 e^{-z} + (k h + d f) W \varphi_0(z), \qquad z = (k h + d) W

    Parameters
    ----------
    proficiency : array_like
        Proficiency now, :math:`p_0`, in [0, 1].
    hours : array_like
        Practice, :math:`h \ge 0`. [h/week]
    learning_rate : array_like
        :math:`k = \ln 2 /` hours that halve the remaining gap, not negative. [1/h]
    forgetting_rate : array_like
        :math:`d`, not negative. [1/week]
    weeks : array_like
        :math:`W`, not negative. [week]
    floor : array_like
        Level :math:`f` that forgetting does not pass, in [0, 1].

    Returns
    -------
    ndarray
        Proficiency in [0, 1], in the broadcast shape of the arguments.

    Raises
    ------
    InvalidValueError
        If an argument is not finite or outside its range.

    Examples
    --------
    A hundred and twenty hours at a half-gap of 120 hours close half of the gap:

    >>> import math
    >>> round(float(proficiency_after(0.5, 12.0, learning_rate=math.log(2) / 120,
    ...                               forgetting_rate=0.0, weeks=10.0)), 12)
    0.75

    Left alone for one half-life, half of what lies above the floor is lost:

    >>> round(float(proficiency_after(0.8, 0.0, learning_rate=0.01,
    ...                               forgetting_rate=math.log(2) / 48, weeks=48.0, floor=0.4)), 12)
    0.6
    """
    p0, h, k, d, f, w = _checked(proficiency, hours, learning_rate, forgetting_rate, floor, weeks)
    practiced = k * h
    decay, zeroth, _, _ = moments((practiced + d) * w)
    # A convex combination of 0, p0, f and 1: rounding may leave it by one unit.
    return np.clip(p0 * decay + (practiced + d * f) * w * zeroth, 0.0, 1.0)


def marginal_proficiency(
    proficiency: ArrayLike,
    hours: ArrayLike,
    *,
    learning_rate: ArrayLike,
    forgetting_rate: ArrayLike,
    weeks: ArrayLike,
    floor: ArrayLike = 0.0,
) -> NDArray[np.float64]:
    r"""
    Return what one more hour a week adds to the proficiency after *weeks*. [1/(h/week)]

    .. math:: p'(h) = k W \left[ (1 - p_0) e^{-z} + d (1 - f) W \varphi_1(z) \right]

    Parameters, range and errors as in :func:`proficiency_after`.

    Examples
    --------
    >>> rates = dict(learning_rate=0.01, forgetting_rate=0.0, weeks=10.0)
    >>> float(marginal_proficiency(0.5, 0.0, **rates))
    0.05
    """
    p0, h, k, d, f, w = _checked(proficiency, hours, learning_rate, forgetting_rate, floor, weeks)
    decay, _, first, _ = moments((k * h + d) * w)
    return k * w * ((1.0 - p0) * decay + d * (1.0 - f) * w * first)


def proficiency_curvature(
    proficiency: ArrayLike,
    hours: ArrayLike,
    *,
    learning_rate: ArrayLike,
    forgetting_rate: ArrayLike,
    weeks: ArrayLike,
    floor: ArrayLike = 0.0,
) -> NDArray[np.float64]:
    r"""
    Return the second derivative of the proficiency in the hours a week, never positive.

    .. math:: p''(h) = -k^2 W^2 \left[ (1 - p_0) e^{-z} + d (1 - f) W \varphi_2(z) \right]

    Parameters, range and errors as in :func:`proficiency_after`.

    Examples
    --------
    >>> rates = dict(learning_rate=0.01, forgetting_rate=0.0, weeks=10.0)
    >>> round(float(proficiency_curvature(0.5, 0.0, **rates)), 12)
    -0.005
    """
    p0, h, k, d, f, w = _checked(proficiency, hours, learning_rate, forgetting_rate, floor, weeks)
    decay, _, _, second = moments((k * h + d) * w)
    return -np.square(k * w) * ((1.0 - p0) * decay + d * (1.0 - f) * w * second)


def hours_to_reach(
    level: ArrayLike,
    *,
    proficiency: ArrayLike,
    learning_rate: ArrayLike,
    forgetting_rate: ArrayLike,
    weeks: ArrayLike,
    floor: ArrayLike = 0.0,
) -> NDArray[np.float64]:
    r"""
    Return the fewest hours a week that bring *proficiency* to *level* in *weeks*. [h/week]

    Inverse of :func:`proficiency_after` in the hours: 0 where no practice is needed, infinity
    where no finite practice does (mastery itself, no time, no learning).

    Parameters
    ----------
    level : array_like
        Proficiency to reach, in [0, 1].

    Other parameters, ranges and errors as in :func:`proficiency_after`.

    Notes
    -----
    Newton on :math:`\log y(h) - \log(1 - level)`. The function is convex and falling, so from
    h = 0 every step stays left of the root: the iteration is monotone and needs no safeguard.
    Without forgetting it is linear and one step is exact.

    Examples
    --------
    >>> rates = dict(learning_rate=0.01, forgetting_rate=0.01, weeks=26.0, floor=0.2)
    >>> hours = hours_to_reach(0.7, proficiency=0.4, **rates)
    >>> round(float(proficiency_after(0.4, hours, **rates)), 12)
    0.7
    >>> float(hours_to_reach(1.0, proficiency=0.4, **rates))
    inf
    """
    goal = array_in("level", level, 0.0, 1.0)
    p0, _, k, d, f, w, goal = np.broadcast_arrays(
        *_checked(proficiency, 0.0, learning_rate, forgetting_rate, floor, weeks), goal
    )
    ceiling = d * (1.0 - f) * w
    idle = _distance(moments(d * w), 1.0 - p0, ceiling)
    needed = 1.0 - goal < idle
    reachable = needed & (goal < 1.0) & (k * w > 0.0)
    hours = np.asarray(np.where(needed, np.inf, 0.0))
    rest, p0, k, d, w, ceiling = (x[reachable] for x in (1.0 - goal, p0, k, d, w, ceiling))
    h = np.zeros_like(rest)
    for _ in range(_NEWTON_STEPS):
        at = moments((k * h + d) * w)
        y = _distance(at, 1.0 - p0, ceiling)
        slope = k * w * ((1.0 - p0) * at.decay + ceiling * at.first)
        step = np.log(y / rest) * y / slope
        moved = h + np.maximum(step, 0.0)
        done = moved <= h * (1.0 + 4e-16)
        h = moved
        if every(done):
            break
    hours[reachable] = h
    return hours


def _distance(
    at: Moments, start: NDArray[np.float64], ceiling: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Distance from mastery given the moments, the distance at the start and d (1 - f) W."""
    return start * at.decay + ceiling * at.zeroth


def _checked(
    proficiency: ArrayLike,
    hours: ArrayLike,
    learning_rate: ArrayLike,
    forgetting_rate: ArrayLike,
    floor: ArrayLike,
    weeks: ArrayLike,
) -> tuple[NDArray[np.float64], ...]:
    """Refuse what is not finite or out of range; return p0, h, k, d, f, W."""
    return (
        array_in("proficiency", proficiency, 0.0, 1.0),
        array_in("hours", finite_array("hours", hours), 0.0),
        array_in("learning_rate", finite_array("learning_rate", learning_rate), 0.0),
        array_in("forgetting_rate", finite_array("forgetting_rate", forgetting_rate), 0.0),
        array_in("floor", floor, 0.0, 1.0),
        array_in("weeks", finite_array("weeks", weeks), 0.0),
    )


def mix(
    start: NDArray[np.float64], pull: NDArray[np.float64], z: NDArray[np.float64]
) -> NDArray[np.float64]:
    r"""
    Return :math:`start\, e^{-z} + pull\, \varphi_0(z)` for many points with one exponential.

    With start :math:`p_0` and pull :math:`(k h + d f) W` this is the proficiency, with
    :math:`1 - p_0` and :math:`d (1 - f) W` the distance from mastery. A pull is at most z, so
    what cancels in :math:`(1 - e^{-z}) / z` stays below two units in the last place of 1, and
    a pull of exactly 0 leaves no trace.
    """
    decay = np.exp(-z)
    pulled = 1.0 - decay
    pulled /= np.maximum(z, 1e-300)
    pulled *= pull
    decay *= start
    decay += pulled
    return decay


def quick_moments(z: NDArray[np.float64]) -> Moments:
    r"""
    Evaluate :func:`moments` by the plain recurrence wherever three lost digits do not matter.

    For sums in which :math:`\varphi_n` is multiplied by at most z: above z = 0.1 what cancels
    there is far below rounding of the sum. Below, a few terms of the series do.
    """
    decay = np.negative(z)
    np.exp(decay, out=decay)
    inverse = np.maximum(z, _QUICK_ABOVE)
    np.divide(1.0, inverse, out=inverse)
    zeroth = np.subtract(1.0, decay)
    zeroth *= inverse
    first = np.subtract(zeroth, decay)
    first *= inverse
    second = np.add(first, first)
    second -= decay
    second *= inverse
    small = z < _QUICK_ABOVE
    if some(small):
        at = np.flatnonzero(small)
        near = _sum_series(z.ravel()[at], decay.ravel()[at], _QUICK_TERMS)
        for moment, values in zip((zeroth, first, second), near, strict=True):
            moment.reshape(-1)[at] = values
    return Moments(decay, zeroth, first, second)
