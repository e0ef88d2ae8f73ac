r"""
The practice curve read the other way: how long until a level, and which levels never come.

At constant hours the level moves towards its ceiling :math:`(k h + d f) / (k h + d)`, without
ever getting there; with :math:`r = k h + d` and the drift :math:`v(p) = k h (1 - p) - d (p - f)`,

.. math:: W = \frac{1}{r} \log \frac{v(p_0)}{v(t)}
   = \frac{1}{r} \operatorname{log1p} \frac{r (t - p_0)}{v(t)} .

A target is reached if and only if the drift is still upwards there. Whether it is decides between
a date and never, so near the boundary its sign is found in exact arithmetic.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skillbalance._checks import array_in, finite_array

_Floats: TypeAlias = NDArray[np.float64]

# Five roundings and a difference: beyond this part of its terms the sign of a drift is sure.
_SURE = 8.0 * float(np.finfo(np.float64).eps)


def weeks_to_reach(
    level: ArrayLike,
    *,
    proficiency: ArrayLike,
    hours: ArrayLike,
    learning_rate: ArrayLike,
    forgetting_rate: ArrayLike,
    floor: ArrayLike = 0.0,
) -> _Floats:
    """
    Return the weeks of *hours* a week until *proficiency* has risen to *level*. [week]

    Inverse of :func:`~skillbalance.numeric.proficiency_after` in the weeks: 0 where the level is
    held already, infinity where it is never reached.

    Parameters
    ----------
    level : array_like
        Proficiency to reach, in [0, 1].
    hours : array_like
        Practice, not negative. [h/week]

    Other parameters, ranges and errors as in :func:`~skillbalance.numeric.proficiency_after`.

    Examples
    --------
    >>> rates = dict(learning_rate=0.01, forgetting_rate=0.01, floor=0.2)
    >>> weeks = weeks_to_reach([0.3, 0.7, 0.9], proficiency=0.4, hours=4.0, **rates)
    >>> weeks.round(2).tolist()
    [0.0, 22.9, inf]
    """
    goal, p0, v, r, exact = _drift(level, proficiency, hours, learning_rate, forgetting_rate, floor)
    rising = _is_positive(v, exact)
    wanted = (goal > p0) & rising
    # A drift known to be upwards may still be rounded to nothing.
    v = np.where(wanted, np.maximum(v, np.finfo(np.float64).tiny), 1.0)
    missing = np.where(wanted, goal - p0, 0.0)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        ratio = missing / v
        weeks = np.where(r * ratio < 1e-300, ratio, np.log1p(r * ratio) / r)
    return np.where(goal <= p0, 0.0, np.where(wanted, weeks, np.inf))


def highest_level(
    *,
    proficiency: ArrayLike,
    hours: ArrayLike,
    learning_rate: ArrayLike,
    forgetting_rate: ArrayLike,
    floor: ArrayLike = 0.0,
) -> _Floats:
    r"""
    Return the level that *hours* a week lead to in the end, never quite reached from below.

    .. math:: p(\infty; h) = (k h + d f) / (k h + d)

    Parameters, ranges and errors as in :func:`weeks_to_reach`. Where nothing is learned and
    nothing forgotten the level stays what it is.

    Examples
    --------
    >>> rates = dict(learning_rate=0.01, forgetting_rate=0.01, floor=0.2)
    >>> highest_level(proficiency=0.4, hours=[0.0, 1.0, 3.0], **rates).round(6).tolist()
    [0.2, 0.6, 0.8]
    """
    p0, h, k, d, f = _checked(proficiency, hours, learning_rate, forgetting_rate, floor)
    r = k * h + d
    return np.where(r > 0.0, (k * h + d * f) / np.where(r > 0.0, r, 1.0), p0)


def _checked(
    proficiency: ArrayLike, hours: ArrayLike, rate: ArrayLike, fade: ArrayLike, floor: ArrayLike
) -> tuple[_Floats, ...]:
    return (
        array_in("proficiency", proficiency, 0.0, 1.0),
        array_in("hours", finite_array("hours", hours), 0.0),
        array_in("learning_rate", finite_array("learning_rate", rate), 0.0),
        array_in("forgetting_rate", finite_array("forgetting_rate", fade), 0.0),
        array_in("floor", floor, 0.0, 1.0),
    )


def _drift(
    level: ArrayLike,
    proficiency: ArrayLike,
    hours: ArrayLike,
    rate: ArrayLike,
    fade: ArrayLike,
    floor: ArrayLike,
) -> tuple[_Floats, _Floats, _Floats, _Floats, tuple[_Floats, ...]]:
    """Return level, start, drift at the level, total rate, and what the drift is made of."""
    goal = array_in("level", level, 0.0, 1.0)
    checked = _checked(proficiency, hours, rate, fade, floor)
    goal, p0, h, k, d, f = np.broadcast_arrays(goal, *checked)
    return goal, p0, k * h * (1.0 - goal) - d * (goal - f), k * h + d, (goal, h, k, d, f)


def _is_positive(drift: _Floats, parts: tuple[_Floats, ...]) -> NDArray[np.bool_]:
    """Return the sign of the drift, exact for the numbers given."""
    goal, h, k, d, f = parts
    size = k * h * (1.0 - goal) + d * (goal + f)
    positive = np.array(drift > 0.0)
    doubtful = np.nonzero((np.abs(drift) <= _SURE * size).reshape(-1))[0]
    if doubtful.size:
        # Takes a while to load and is needed once in a blue moon.
        from fractions import Fraction

        flat = positive.reshape(-1)
        for i in doubtful:
            t, hours, rate, fade, low = (Fraction(float(x.reshape(-1)[i])) for x in parts)
            flat[i] = rate * hours * (1 - t) > fade * (t - low)
    return positive
