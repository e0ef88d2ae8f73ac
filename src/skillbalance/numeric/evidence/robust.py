r"""
Robust weights: one wild rating must not swing an estimate.

In the model of :mod:`skillbalance.numeric.evidence.fusion` the ratings have the covariance

.. math::
   V_{jk} = \tau_i^2 [i_j = i_k] + \sigma_r^2 [r_j = r_k] + \phi_s [i_j = i_k, s_j = s_k]
   + \frac{v_j}{w_j} [j = k]

with :math:`w` the robust weights, at first all 1. With :math:`Q = V^{-1}` and :math:`\delta` the
ratings less prior mean and expected leniency, what all *other* ratings and the prior lead one to
expect of rating :math:`j` is missed by

.. math::
   d_j = \frac{(Q \delta)_j}{Q_{jj}}, \qquad
   t_j = \frac{d_j}{\sqrt{1 / Q_{jj} - v_j / w_j + v_j}}, \qquad
   w_j \leftarrow \min\left(1, \frac{c}{|t_j|}\right)^2 .

:math:`t` is standard normal if the model holds. (At :math:`w = 1` it equals the residual of the
full fit over its own standard deviation: leaving out and standardizing are the same.) Huber's
factor :math:`c / |t|` stretches the standard deviation of the rating's own noise, so its square
divides the variance; a rating no farther than :math:`c` keeps its weight. All weights move at
once, from the same start and in a fixed number of steps: no order matters.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skillbalance._checks import array_in, finite_array, number_in
from skillbalance.errors import InvalidValueError
from skillbalance.numeric.evidence.mixed import leave_one_out, solve
from skillbalance.numeric.evidence.ratings import Ratings, check_ratings, frozen

# Steps beyond the sixth move estimates by less than a hundredth of their standard deviation.
STEPS = 6
# Up to so many ratings the dense matrix is faster than the sparse equations.
_DENSE = 64


class RobustWeights(NamedTuple):
    """
    Result of :func:`weigh_ratings`. Both arrays are read-only.

    Attributes
    ----------
    weight : ndarray of shape (..., k)
        Factor on the precision of each rating's own noise, in (0, 1]; 1: as any other.
    deviation : ndarray of shape (..., k)
        :math:`t`: how far the rating lies from what everything else leads one to expect, in
        standard deviations; positive above.
    """

    weight: NDArray[np.float64]
    deviation: NDArray[np.float64]


def weigh_ratings(
    prior_mean: ArrayLike,
    prior_sd: ArrayLike,
    *,
    threshold: float | None,
    skill: ArrayLike,
    rater: ArrayLike,
    kind: ArrayLike,
    rating: ArrayLike,
    noise_variance: ArrayLike,
    severity_mean: ArrayLike,
    severity_variance: ArrayLike,
    shared_variance: ArrayLike,
) -> RobustWeights:
    """
    Return the robust weight of each rating; ``noise_variance / weight`` is what to fuse with.

    Parameters
    ----------
    threshold : float or None
        :math:`c > 0`: standard deviations from which on a rating loses weight. None: all weights
        are 1.

    Other parameters, ranges and errors as in
    :func:`~skillbalance.numeric.evidence.fusion.fuse_ratings`.

    Returns
    -------
    RobustWeights
        Weights and standardized deviations.

    Notes
    -----
    A lone rating is compared with the prior, raters with each other, their severities as learned
    from their other ratings. Of two ratings that contradict each other the one farther from the
    prior loses more; if neither is nearer, both lose the same.

    References
    ----------
    Huber, P. J. (1964). Robust estimation of a location parameter. Annals of Mathematical
    Statistics 35, 73-101. doi:10.1214/aoms/1177703732

    Examples
    --------
    Four colleagues, one of whom must have meant somebody else:

    >>> result = weigh_ratings(
    ...     [0.5],
    ...     0.2,
    ...     threshold=1.5,
    ...     skill=[0, 0, 0, 0],
    ...     rater=[0, 1, 2, 3],
    ...     kind=[0, 0, 0, 0],
    ...     rating=[0.55, 0.6, 0.65, 0.0],
    ...     noise_variance=0.01,
    ...     severity_mean=[0.0] * 4,
    ...     severity_variance=[0.005] * 4,
    ...     shared_variance=[0.0],
    ... )
    >>> result.weight.round(2).tolist()
    [1.0, 1.0, 1.0, 0.13]
    """
    data = check_ratings(
        prior_mean,
        prior_sd,
        skill,
        rater,
        kind,
        rating,
        noise_variance,
        severity_mean,
        severity_variance,
        shared_variance,
    )
    if threshold is not None:
        number_in("threshold", threshold, 0.0, open_low=True)
    return robust_weights(data, threshold)


def robust_weights(data: Ratings, threshold: float | None) -> RobustWeights:
    """Weigh ratings that have been checked: all of :func:`weigh_ratings` but the checks."""
    if len(data.skill) <= _DENSE:
        return _weigh(covariance_without_noise(data), data.noise, data.deviation, threshold)
    return _weigh_many(data, threshold)


def weigh_dense(
    covariance: ArrayLike, noise_variance: ArrayLike, deviation: ArrayLike, *, threshold: float
) -> RobustWeights:
    """
    Return the robust weights of many small sets of ratings at once, from their covariances.

    Parameters
    ----------
    covariance : array_like of shape (..., k, k)
        Covariance of the ratings but for their own noise. [proficiency squared]
    noise_variance : array_like of shape (..., k)
        :math:`v > 0`. [proficiency squared]
    deviation : array_like of shape (..., k)
        Ratings less prior mean and expected leniency. [proficiency]
    threshold : float
        :math:`c > 0`.

    Returns
    -------
    RobustWeights
        Each set as it would be alone.

    Raises
    ------
    InvalidValueError
        If an argument is not finite or out of range, or the shapes do not agree.

    Examples
    --------
    >>> weigh_dense([[[0.04]], [[0.04]]], [[0.01], [0.01]], [[0.0], [0.9]], threshold=1.5).weight
    array([[1.        ],
           [0.13888889]])
    """
    between = finite_array("covariance", covariance)
    noise = array_in(
        "noise_variance",
        finite_array("noise_variance", noise_variance),
        0.0,
        np.inf,
        open_low=True,
    )
    off = finite_array("deviation", deviation)
    if not off.ndim or noise.shape != off.shape:
        raise InvalidValueError("noise_variance", f"of shape {off.shape or '(k,)'}", noise.shape)
    shape = (*off.shape, off.shape[-1])
    if between.shape != shape:
        raise InvalidValueError("covariance", f"of shape {shape}", between.shape)
    return _weigh(between, noise, off, number_in("threshold", threshold, 0.0, open_low=True))


def covariance_without_noise(data: Ratings) -> NDArray[np.float64]:
    """Return the covariance of the ratings but for their own noise, shape (k, k)."""
    same_skill = data.skill[:, None] == data.skill
    same_kind = same_skill & (data.kind[:, None] == data.kind)
    same_rater = data.rater[:, None] == data.rater
    between: NDArray[np.float64] = same_skill * data.prior_variance[data.skill]
    between += same_kind * data.shared[data.kind]
    between += same_rater * data.severity_variance[data.rater]
    return between


def _weigh(
    between: NDArray[np.float64],
    noise: NDArray[np.float64],
    off: NDArray[np.float64],
    threshold: float | None,
) -> RobustWeights:
    """Iterate on dense matrices; any leading axes are other people."""
    weight, t = np.ones_like(off), np.zeros_like(off)
    diagonal = np.arange(off.shape[-1])
    total = between.copy()
    for _ in range(STEPS):
        total[..., diagonal, diagonal] = between[..., diagonal, diagonal] + noise / weight
        inverse = np.asarray(np.linalg.inv(total), dtype=np.float64)
        precision = inverse[..., diagonal, diagonal]
        left = (inverse @ off[..., None])[..., 0] / precision
        t = left / _expected_sd(1.0 / precision, noise, weight)
        before, weight = weight, _weight(t, threshold)
        if np.array_equal(weight, before):
            break
    return RobustWeights(frozen(weight), frozen(t))


def _weigh_many(data: Ratings, threshold: float | None) -> RobustWeights:
    """Iterate on the sparse equations: the same numbers, at a cost linear in the ratings."""
    weight, t = np.ones_like(data.noise), np.zeros_like(data.noise)
    for _ in range(STEPS):
        solution = solve(data._replace(noise=data.noise / weight))
        left, variance = leave_one_out(solution)
        t = left / _expected_sd(variance, data.noise, weight)
        before, weight = weight, _weight(t, threshold)
        if np.array_equal(weight, before):
            break
    return RobustWeights(frozen(weight), frozen(t))


def _expected_sd(
    variance: NDArray[np.float64], noise: NDArray[np.float64], weight: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the sd of the left-out residuals with the rating's own noise as of weight 1."""
    # What the others leave open has a variance of at least 0, but for rounding.
    return np.sqrt(np.maximum(variance - noise / weight, 0.0) + noise)


def _weight(t: NDArray[np.float64], threshold: float | None) -> NDArray[np.float64]:
    """Return the weight at each deviation."""
    if threshold is None:
        return np.ones_like(t)
    return np.square(threshold / np.maximum(np.abs(t), threshold))
