r"""
Where a person stands: index of each kind, readiness, and what closing one gap would change.

.. math::
   gap_i = t_i - p_i, \qquad shortfall_i = \max(gap_i, 0), \qquad
   lift_i = F(p \text{ with } p_i = \max(p_i, t_i)) - F(p), \qquad
   actual = \frac{s S}{(1 - s) H + s S}

with :math:`H, S, F` as in :mod:`skillbalance.numeric.readiness`, the functions planning
maximizes.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skillbalance._checks import array_in, boolean_array, finite_array
from skillbalance.numeric.readiness import checked_rho, combine, credit, kind_shares
from skillbalance.reference.defaults import BEYOND, RHO


class Standing(NamedTuple):
    """
    What :func:`measure_standing` finds, skill axis last.

    Attributes
    ----------
    hard_index, soft_index : ndarray of shape (...)
        :math:`H` and :math:`S` in [0, 1]; 0 for a kind without weight. [1]
    readiness : ndarray of shape (...)
        :math:`F` in [0, 1]. [1]
    recommended_soft_share : ndarray of shape (...)
        Soft part :math:`s` of the weights. [1]
    actual_soft_share : ndarray of shape (...)
        Soft part of the weighted credit held; the recommended one where H equals S. [1]
    gap : ndarray of shape (..., n)
        Target minus proficiency, signed. [1]
    shortfall : ndarray of shape (..., n)
        What is missing to the target, not negative. [1]
    lift : ndarray of shape (..., n)
        What readiness would gain if this one shortfall were closed, not negative. [1]
    """

    hard_index: NDArray[np.float64]
    soft_index: NDArray[np.float64]
    readiness: NDArray[np.float64]
    recommended_soft_share: NDArray[np.float64]
    actual_soft_share: NDArray[np.float64]
    gap: NDArray[np.float64]
    shortfall: NDArray[np.float64]
    lift: NDArray[np.float64]


def measure_standing(
    weight: ArrayLike,
    soft: ArrayLike,
    proficiency: ArrayLike,
    *,
    target: ArrayLike,
    beyond: ArrayLike = BEYOND.value,
    rho: ArrayLike = RHO.value,
) -> Standing:
    r"""
    Measure indices, readiness, gaps, and the lift of each shortfall.

    Parameters
    ----------
    weight : array_like of shape (..., n)
        Weights, not negative; only their proportions count. [1]
    soft : array_like of bool, shape (..., n)
        Which skills are soft.
    proficiency, target : array_like of shape (..., n)
        Proficiency and target of each skill, in [0, 1]. [1]
    beyond : array_like of shape (..., n)
        Credit for a point past the target, in [0, 1]. [1]
    rho : array_like of shape (...)
        How readily one kind replaces the other, at most 1. [1]

    Returns
    -------
    Standing
        All of it from one evaluation; cost is linear in the number of skills.

    Raises
    ------
    InvalidValueError
        If an argument is not finite or outside its range.

    Notes
    -----
    With ``rho <= 0`` and both indices at 0 no single shortfall lifts readiness off 0, so all
    lifts are 0. With no skills at all, indices and readiness are 0.

    Examples
    --------
    >>> standing = measure_standing(
    ...     [0.3, 0.3, 0.4], [False, False, True], [0.8, 0.4, 0.2], target=[0.6, 0.6, 0.6], rho=1.0
    ... )
    >>> standing.gap.round(12).tolist()
    [-0.2, 0.2, 0.4]
    >>> standing.lift.round(12).tolist()
    [0.0, 0.06, 0.16]
    >>> round(float(standing.actual_soft_share), 3), float(standing.recommended_soft_share)
    (0.203, 0.4)
    """
    w = array_in("weight", finite_array("weight", weight), 0.0)
    p = array_in("proficiency", proficiency, 0.0, 1.0)
    t = array_in("target", target, 0.0, 1.0)
    held = credit(p, t, array_in("beyond", beyond, 0.0, 1.0))
    w, p, t, held = np.broadcast_arrays(w, p, t, held)
    parts = kind_shares(w, boolean_array("soft", soft))
    curvature = checked_rho(rho)
    # A mean of credits in [0, 1] whose parts sum to 1 may leave it by a rounding.
    hard = np.minimum((parts.hard * held).sum(axis=-1), 1.0)
    soft_index = np.minimum((parts.soft * held).sum(axis=-1), 1.0)
    share = parts.soft_share
    now = combine(hard, soft_index, share, curvature)
    gap = t - p
    shortfall = np.maximum(gap, 0.0)
    # Below the target credit rises one for one, so a closed shortfall moves the index of its
    # kind by its part of the kind; the other index stays.
    closed = combine(
        np.minimum(hard[..., np.newaxis] + parts.hard * shortfall, 1.0),
        np.minimum(soft_index[..., np.newaxis] + parts.soft * shortfall, 1.0),
        share[..., np.newaxis],
        curvature[..., np.newaxis],
    )
    lift = np.where(shortfall > 0.0, np.maximum(closed - now[..., np.newaxis], 0.0), 0.0)
    of_soft = share * soft_index
    of_all = (1.0 - share) * hard + of_soft
    # Equal indices hold the kinds in the recommended proportion; two at zero hold it trivially.
    actual = np.where(hard == soft_index, share, of_soft / np.where(of_all > 0.0, of_all, 1.0))
    return Standing(hard, soft_index, now, share, actual, gap, shortfall, lift)
