r"""
The band of readiness: what doubts about every skill at once leave of one number.

Readiness mixes all skills and bends at targets, so no formula gives its distribution. It is
evaluated at evenly spread points of all the doubts together, always the same ones.
"""

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from skillbalance.numeric.indices import combine, credit, kind_shares
from skillbalance.numeric.normal import normal_points
from skillbalance.numeric.progress.forecast import Uncertain

_Floats: TypeAlias = NDArray[np.float64]

_POINTS = 2048
_FEWEST_POINTS = 256
_MOST_NUMBERS = 2**20  # points times axes: bounds time and memory where skills are many


class Band(NamedTuple):
    """Quantiles of readiness by week, arrays of shape (weeks,)."""

    low: _Floats
    high: _Floats


def readiness_band(
    curves: Uncertain,
    weeks: _Floats,
    *,
    weight: _Floats,
    soft: NDArray[np.bool_],
    target: _Floats,
    beyond: float,
    rho: float,
    covariance_diagonal: _Floats,
    covariance_factor: _Floats,
    coverage: float,
) -> Band:
    """
    Return the central interval of readiness in each of some weeks.

    Parameters
    ----------
    curves : Uncertain
        One curve per skill, arrays of shape (n,); its ``weeks`` are not used.
    weeks : ndarray of shape (weeks,)
        When to look. [week]
    weight, soft, target : ndarray of shape (n,)
    beyond, rho : float
        What :func:`~skillbalance.numeric.indices.readiness_of` takes.
    covariance_diagonal, covariance_factor : ndarray of shape (n,), (n, n_linked)
        Covariance of the starts, diagonal + factor factor^T: raters shared by two skills.
    coverage : float
        Probability that the interval holds.

    Notes
    -----
    Learning rates of different skills differ independently. About 0.001 of readiness against
    ten million random draws, with the default spreads.
    """
    n, n_linked = covariance_factor.shape
    rates_matter = bool((curves.speed * curves.rate_sd > 0.0).any())
    n_axes = n + n_linked + (n if rates_matter else 0)
    n_points = max(min(_POINTS, _MOST_NUMBERS // max(n_axes, 1)), _FEWEST_POINTS)
    points = normal_points(n_points, n_axes)
    start = np.clip(
        curves.mean
        + points[:, :n] * np.sqrt(covariance_diagonal)
        + points[:, n : n + n_linked] @ covariance_factor.T,
        0.0,
        1.0,
    )
    u = points[:, n + n_linked :] if rates_matter else np.zeros(n)
    shares = kind_shares(weight, soft)
    tails = (0.5 * (1.0 - coverage), 0.5 * (1.0 + coverage))
    bands = np.empty((2, weeks.size))
    for i, week in enumerate(weeks):
        level = curves._replace(weeks=np.full(n, week)).level(u, start)
        held = credit(level, target, np.asarray(beyond))
        hard, soft_index = (np.minimum(held @ part, 1.0) for part in (shares.hard, shares.soft))
        value = combine(hard, soft_index, shares.soft_share, np.asarray(rho))
        bands[:, i] = np.quantile(value, tails)
    return Band(bands[0], bands[1])
