r"""
What a person's own practice and ratings say about how fast they learn.

Between two cuts of time the hours a week are constant, so the practice curve is exact there and
the level at every later cut is linear in the level at the start,

.. math::
   p_s &= E_s(k)\, p_0 + G_s(k), \qquad z = (k h + d) W \\
   E_{s+1} &= E_s e^{-z} + d\, c\, W \varphi_0(z) \\
   G_{s+1} &= G_s e^{-z} + k h W \varphi_0(z)

with :math:`c` the share of the start that does not fade. For a given rate the start and the
normal noise of the ratings are therefore integrated out in closed form; what is left is one
dimension, :math:`\delta = \log k - \log k_0`, and a sum over a grid. Skills of one person lean on
each other through what they have in common:

.. math:: \delta_i = a + b_i, \qquad a \sim N(0, \pi \sigma^2), \quad b_i \sim N(0, (1 - \pi)
   \sigma^2)

with :math:`\sigma` the spread of rates and :math:`\pi` the person's part of it: given :math:`a`
the skills are independent, so a second sum, over :math:`a`, gives every posterior.
"""

import math
from typing import NamedTuple

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from skillbalance._checks import array_in, boolean_array, finite_array, integer_in, number_in
from skillbalance.errors import InvalidValueError
from skillbalance.numeric.normal import normal_cdf
from skillbalance.reference.defaults import RATE_PERSON_SHARE, RATE_SPREAD

__all__ = ["RateFit", "learn_rates", "practice_levels", "probability_of_all", "probability_of_each"]

# The grids reach this many standard deviations: at a spread of 0.5 rates from a twelfth to twelve
# times the expected one. Uniform nodes, because the sum of a smooth function that has died out at
# both ends is exact beyond every power of the step.
_REACH = 5.0
_PERSON_NODES = 61


class _Curves(NamedTuple):
    """Level at each cut as a linear function of the start: *carry* times it, plus *gain*."""

    carry: NDArray[np.float64]  # (..., n_segments + 1)
    gain: NDArray[np.float64]


@attrs.frozen(kw_only=True, eq=False)
class RateFit:
    r"""
    The posterior of a person's learning rates, and of every level along the way.

    Shapes: ``...`` are people, n skills, S segments of time with S + 1 cuts. All arrays are
    read-only.

    Attributes
    ----------
    log_rate, log_rate_sd : ndarray of shape (..., n)
        Mean and standard deviation of the logarithm of the learning rate. [log(1/h)]
    person_effect, person_effect_sd : ndarray of shape (...)
        What is common to the person's rates: the mean of :math:`a`, and its standard deviation.
        [log]
    level, level_sd : ndarray of shape (..., n, S + 1)
        Mean and standard deviation of the level at each cut, the ratings until the last one
        taken into account; a normal may reach past [0, 1].
    nodes : ndarray of shape (m,)
        Grid of :math:`\delta`. [log]
    node_weight : ndarray of shape (..., n, m)
        Posterior probability of each node; sums to 1.
    curves : pair of ndarray
        By what the start is multiplied until each cut, and what is added to it, by node: each of
        shape (..., n, m, S + 1).
    start : pair of ndarray of shape (..., n, m)
        Mean and variance of the level at the first cut, by node.
    node_weight_given : ndarray of shape (..., n, m, l)
        As *node_weight*, given the person's effect at each of its l nodes.
    person_weight : ndarray of shape (..., l)
        Posterior probability of those.
    """

    log_rate: NDArray[np.float64]
    log_rate_sd: NDArray[np.float64]
    person_effect: NDArray[np.float64]
    person_effect_sd: NDArray[np.float64]
    level: NDArray[np.float64]
    level_sd: NDArray[np.float64]
    nodes: NDArray[np.float64]
    node_weight: NDArray[np.float64]
    curves: _Curves = attrs.field(repr=False)
    start: tuple[NDArray[np.float64], NDArray[np.float64]] = attrs.field(repr=False)
    node_weight_given: NDArray[np.float64] = attrs.field(repr=False)
    person_weight: NDArray[np.float64] = attrs.field(repr=False)


def learn_rates(
    log_rate: ArrayLike,
    *,
    hours: ArrayLike,
    weeks: ArrayLike,
    forgetting_rate: ArrayLike,
    retained_share: ArrayLike,
    start: ArrayLike,
    start_sd: ArrayLike,
    rating: ArrayLike,
    at: ArrayLike,
    noise: ArrayLike,
    observed: ArrayLike = True,
    spread: float = RATE_SPREAD.value,
    person_share: float = RATE_PERSON_SHARE.value,
    n_nodes: int = 201,
) -> RateFit:
    r"""
    Learn the rates of a person's skills from hours done and ratings given along the way.

    .. math:: y_j = p_{s(j)}(k) + e_j, \quad e \sim N(0, V), \quad p_0 \sim N(m, \tau^2), \quad
       \log k_i = \log k_{0,i} + a + b_i

    Parameters
    ----------
    log_rate : array_like of shape (..., n)
        Logarithm of the rate expected before the log, :math:`\ln(\ln 2 / \text{half-gap})`.
        [log(1/h)]
    hours : array_like of shape (..., n, S)
        Hours a week done in each segment of time; those still to come may follow. [h/week]
    weeks : array_like of shape (..., S)
        Length of each segment. [week]
    forgetting_rate : array_like of shape (..., n)
        :math:`d`. [1/week]
    retained_share : array_like of shape (..., n)
        Share of the level at the start that does not fade, in [0, 1].
    start, start_sd : array_like of shape (..., n)
        Level expected at the first cut before any of the ratings, and its standard deviation.
    rating : array_like of shape (..., n, q)
        Ratings of each skill as proficiencies, expected leniency taken off.
    at : array_like of int, shape (..., n, q)
        The cut, 0 to S, at which each was given.
    noise : array_like of shape (..., n, q, q)
        Their covariance given the levels. [proficiency^2]
    observed : array_like of bool, shape (..., n, q)
        False for a place that only fills up the array.
    spread : float
        Standard deviation of log rates between people, above 0. [log]
    person_share : float
        Part of that variance which a person's skills have in common, 0 (each skill alone) to 0.95.
    n_nodes : int
        Nodes of the grid; 201 resolve a posterior standard deviation down to 0.02.

    Returns
    -------
    RateFit

    Raises
    ------
    InvalidValueError
        If an argument is not finite, out of range or of a shape that does not broadcast.

    Notes
    -----
    Cost: n * m * (S + L) per person, m nodes and L = 61 of the person's effect; some 5 ms for 20
    skills and a year. A rate is held within 5 spreads of the expected one.

    Examples
    --------
    After ten weeks of 6 hours, a skill that was to halve its gap in 120 hours went from 0.3 to 0.6
    instead of 0.5; its neighbour, rated by nobody, is believed to be learned faster as well:

    >>> import math
    >>> fit = learn_rates(
    ...     [math.log(math.log(2) / 120)] * 2, hours=[[6.0]] * 2, weeks=[10.0],
    ...     forgetting_rate=0.0, retained_share=0.5, start=0.3, start_sd=0.2,
    ...     rating=[[0.3, 0.6], [0.0, 0.0]], at=[0, 1], noise=[[0.003, 0.0], [0.0, 0.003]],
    ...     observed=[[True, True], [False, False]],
    ... )
    >>> (math.log(2) / np.exp(fit.log_rate)).round().tolist()
    [89.0, 104.0]
    """
    centre = finite_array("log_rate", log_rate)
    sigma = number_in("spread", spread, 0.0, open_low=True)
    share = number_in("person_share", person_share, 0.0, 0.95)
    n_nodes = integer_in("n_nodes", n_nodes, 3)
    done = array_in("hours", finite_array("hours", hours), 0.0)
    if centre.ndim < 1 or done.ndim < 2:
        raise InvalidValueError("hours", "of shape (..., n, n_segments)", done.shape)
    try:
        shape = np.broadcast_shapes(centre.shape, done.shape[:-1])
    except ValueError:
        raise InvalidValueError("hours", "of shape (..., n, n_segments)", done.shape) from None
    nodes = np.linspace(-_REACH * sigma, _REACH * sigma, n_nodes)
    rate = np.exp(np.broadcast_to(centre, shape)[..., None] + nodes)  # (..., n, m)
    curves = _propagate(
        rate,
        np.broadcast_to(done, (*shape, done.shape[-1]))[..., None, :],
        np.asarray(array_in("weeks", finite_array("weeks", weeks), 0.0))[..., None, None, :],
        _each(array_in("forgetting_rate", finite_array("forgetting_rate", forgetting_rate), 0.0)),
        _each(array_in("retained_share", retained_share, 0.0, 1.0)),
    )
    before = _each(finite_array("start", start))
    variance = np.square(_each(array_in("start_sd", finite_array("start_sd", start_sd), 0.0)))
    said, seen, cut, root = _ratings(rating, at, noise, observed, shape, done.shape[-1] + 1)
    log_likelihood, start_mean, start_variance = _fit_start(
        curves, before, variance, said, seen, cut, root
    )

    likelihood = np.exp(log_likelihood - log_likelihood.max(axis=-1, keepdims=True))
    own, person_nodes = (1.0 - share) * sigma**2, np.zeros(1)
    if share > 0.0:
        reach = _REACH * math.sqrt(share) * sigma
        person_nodes = np.linspace(-reach, reach, _PERSON_NODES)
    kernel = np.exp(-0.5 * np.square(nodes[:, None] - person_nodes) / own)  # (m, L)
    evidence = likelihood @ kernel  # (..., n, L): of each skill, given a
    log_person = np.log(evidence).sum(axis=-2)
    if share > 0.0:
        log_person -= 0.5 * np.square(person_nodes) / (share * sigma**2)
    person = np.exp(log_person - log_person.max(axis=-1, keepdims=True))
    person /= person.sum(axis=-1, keepdims=True)
    given = likelihood[..., None] * (kernel / evidence[..., None, :])  # of each node, given a
    weight = (given @ person[..., None, :, None])[..., 0]

    deviation = (weight * nodes).sum(axis=-1)
    effect = (person * person_nodes).sum(axis=-1)
    by_node = curves.carry * start_mean[..., None] + curves.gain
    level = (weight[..., None] * by_node).sum(axis=-2)
    within = np.square(curves.carry) * start_variance[..., None]
    between = np.square(by_node - level[..., None, :])
    return RateFit(
        log_rate=_frozen(centre + deviation),
        log_rate_sd=_frozen(_sd(weight, nodes - deviation[..., None])),
        person_effect=_frozen(effect),
        person_effect_sd=_frozen(_sd(person, person_nodes - effect[..., None])),
        level=_frozen(level),
        level_sd=_frozen(np.sqrt((weight[..., None] * (within + between)).sum(axis=-2))),
        nodes=_frozen(nodes),
        node_weight=_frozen(weight),
        curves=curves,
        start=(start_mean, start_variance),
        node_weight_given=given,
        person_weight=person,
    )


def practice_levels(
    proficiency: ArrayLike,
    hours: ArrayLike,
    *,
    weeks: ArrayLike,
    learning_rate: ArrayLike,
    forgetting_rate: ArrayLike,
    retained_share: ArrayLike = 0.0,
) -> NDArray[np.float64]:
    """
    Return the level at every cut of time, the hours a week being constant between cuts.

    Parameters
    ----------
    proficiency : array_like of shape (...)
        Level at the first cut, in [0, 1].
    hours : array_like of shape (..., S)
        Hours a week in each segment. [h/week]
    weeks : array_like of shape (..., S)
        Length of each segment. [week]
    learning_rate : array_like of shape (...)
        [1/h]
    forgetting_rate : array_like of shape (...)
        [1/week]
    retained_share : array_like of shape (...)
        Share of the first level that does not fade, in [0, 1].

    Returns
    -------
    ndarray of shape (..., S + 1)

    Raises
    ------
    InvalidValueError
        If an argument is not finite or outside its range.

    Notes
    -----
    Exact: segment by segment it is :func:`~skillbalance.numeric.proficiency_after` with the floor
    held where the first level puts it.

    Examples
    --------
    >>> practice_levels(0.5, [12.0, 0.0], weeks=[10.0, 48.0], learning_rate=math.log(2) / 120,
    ...                 forgetting_rate=0.0).round(12).tolist()
    [0.5, 0.75, 0.75]
    """
    first = array_in("proficiency", proficiency, 0.0, 1.0)
    curves = _propagate(
        array_in("learning_rate", finite_array("learning_rate", learning_rate), 0.0),
        array_in("hours", finite_array("hours", hours), 0.0),
        array_in("weeks", finite_array("weeks", weeks), 0.0),
        array_in("forgetting_rate", finite_array("forgetting_rate", forgetting_rate), 0.0),
        array_in("retained_share", retained_share, 0.0, 1.0),
    )
    return np.clip(curves.carry * first[..., None] + curves.gain, 0.0, 1.0)


def probability_of_each(fit: RateFit, level: ArrayLike, at: ArrayLike) -> NDArray[np.float64]:
    """
    Return the probability that each skill is at *level* or above at cut *at*, shape (..., n).

    Parameters
    ----------
    fit : RateFit
        What was learned.
    level : array_like of shape (..., n)
        Levels asked about.
    at : array_like of int, shape (..., n)
        Cuts, 0 to S.

    Raises
    ------
    InvalidValueError
        If a level is not finite or a cut does not exist.
    """
    chance = (fit.node_weight * _chance_by_node(fit, level, at)).sum(axis=-1)
    return np.asarray(np.clip(chance, 0.0, 1.0), dtype=np.float64)


def probability_of_all(
    fit: RateFit, level: ArrayLike, at: ArrayLike, *, named: ArrayLike = True
) -> NDArray[np.float64]:
    """
    Return the probability that all *named* skills are at their levels, shape (...).

    Skills of one person go together, so this is more than the product of the single ones: it is
    the product given what the person's rates have in common, averaged over that.

    Parameters
    ----------
    fit, level, at
        As for :func:`probability_of_each`.
    named : array_like of bool, shape (..., n)
        Which skills count; the others may be anywhere.

    Raises
    ------
    InvalidValueError
        If a level is not finite or a cut does not exist.
    """
    each = (fit.node_weight_given * _chance_by_node(fit, level, at)[..., None]).sum(
        axis=-2
    )  # (..., n, L)
    counts = np.broadcast_to(boolean_array("named", named), fit.log_rate.shape)[..., None]
    together = np.where(counts, each, 1.0).prod(axis=-2)
    chance = (fit.person_weight * together).sum(axis=-1)
    return np.asarray(np.clip(chance, 0.0, 1.0), dtype=np.float64)


def _chance_by_node(fit: RateFit, level: ArrayLike, at: ArrayLike) -> NDArray[np.float64]:
    """Return the probability of a level of at least *level* at cut *at*, by node."""
    n_cuts = fit.level.shape[-1]
    shape = fit.log_rate.shape
    cut = np.broadcast_to(_cuts("at", at, n_cuts), shape)[..., None, None]
    aim = np.broadcast_to(finite_array("level", level), shape)[..., None]
    carry = np.take_along_axis(fit.curves.carry, cut, axis=-1)[..., 0]
    gain = np.take_along_axis(fit.curves.gain, cut, axis=-1)[..., 0]
    mean, variance = fit.start
    ahead = carry * mean + gain - aim
    spread = np.sqrt(np.square(carry) * variance)
    # Without any doubt about the level it is a step, met with equality.
    sure = spread <= 1e-12
    return np.where(sure, ahead >= -1e-12, normal_cdf(ahead / np.where(sure, 1.0, spread)))


def _propagate(
    rate: NDArray[np.float64],
    hours: NDArray[np.float64],
    weeks: NDArray[np.float64],
    forgetting: NDArray[np.float64],
    retained: NDArray[np.float64],
) -> _Curves:
    """Carry start and gain over every segment; the segment axis of *hours*, *weeks* is last."""
    n_segments = np.broadcast_shapes(hours.shape[-1:], weeks.shape[-1:])[0]
    shape = np.broadcast_shapes(
        rate.shape, hours.shape[:-1], weeks.shape[:-1], forgetting.shape, retained.shape
    )
    carry, gain = np.ones((*shape, n_segments + 1)), np.zeros((*shape, n_segments + 1))
    hours = np.broadcast_to(hours, (*hours.shape[:-1], n_segments))
    weeks = np.broadcast_to(weeks, (*weeks.shape[:-1], n_segments))
    held = forgetting * retained
    for s in range(n_segments):
        practiced = rate * hours[..., s]
        z = (practiced + forgetting) * weeks[..., s]
        decay = np.exp(-z)
        # W phi_0(z); a pull of at most z makes what cancels here harmless.
        lasting = weeks[..., s] * np.where(z > 0.0, -np.expm1(-z) / np.where(z > 0.0, z, 1.0), 1.0)
        carry[..., s + 1] = carry[..., s] * decay + held * lasting
        gain[..., s + 1] = gain[..., s] * decay + practiced * lasting
    return _Curves(carry, gain)


def _ratings(
    rating: ArrayLike,
    at: ArrayLike,
    noise: ArrayLike,
    observed: ArrayLike,
    shape: tuple[int, ...],
    n_cuts: int,
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.intp], NDArray[np.float64]]:
    """Check the ratings; return them, which are there, their cuts, and what whitens their noise."""
    said = finite_array("rating", rating)
    size = said.shape[-1] if said.ndim else 0
    covariance = finite_array("noise", noise)
    try:
        said = np.broadcast_to(said, (*shape, size))
        seen = np.broadcast_to(boolean_array("observed", observed), (*shape, size))
        cut = np.broadcast_to(_cuts("at", at, n_cuts), (*shape, size))
        covariance = np.broadcast_to(covariance, (*shape, size, size))
    except ValueError as error:
        raise InvalidValueError("rating", f"of shape (..., n, n_ratings) ({error})", size) from None
    pair = seen[..., :, None] & seen[..., None, :]
    try:
        factor = np.linalg.cholesky(np.where(pair, covariance, np.eye(size)))
    except np.linalg.LinAlgError:
        raise InvalidValueError("noise", "positive definite", noise) from None
    return said, seen, cut, np.asarray(np.linalg.inv(factor), dtype=np.float64)


def _fit_start(
    curves: _Curves,
    before: NDArray[np.float64],
    variance: NDArray[np.float64],
    said: NDArray[np.float64],
    seen: NDArray[np.bool_],
    cut: NDArray[np.intp],
    root: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Integrate the start out: log likelihood, and mean and variance of the start, by node."""
    places = np.broadcast_to(cut[..., None, :], (*curves.carry.shape[:-1], cut.shape[-1]))
    carry = np.take_along_axis(curves.carry, places, axis=-1)  # (..., n, m, q)
    gain = np.take_along_axis(curves.gain, places, axis=-1)
    there = seen[..., None, :]
    left = np.where(there, said[..., None, :] - gain - carry * before[..., None], 0.0)
    whiten = np.swapaxes(root, -1, -2)
    slope, rest = np.where(there, carry, 0.0) @ whiten, left @ whiten
    precision = 1.0 + variance * np.square(slope).sum(axis=-1)
    pull = (slope * rest).sum(axis=-1)
    misfit = np.square(rest).sum(axis=-1) - variance * np.square(pull) / precision
    log_likelihood = -0.5 * (misfit + np.log(precision))
    return log_likelihood, before + variance * pull / precision, variance / precision


def _each(array: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give a value of each skill an axis for the nodes."""
    return np.asarray(array)[..., None]


def _cuts(name: str, value: ArrayLike, n_cuts: int) -> NDArray[np.intp]:
    """Return *value* as positions of cuts."""
    array = np.asarray(value)
    if array.size and array.dtype.kind not in "iu":
        raise InvalidValueError(name, "an array of integers", value)
    outside = (array < 0) | (array >= n_cuts)
    if outside.any():
        raise InvalidValueError(name, f"in [0, {n_cuts - 1}]", int(array[outside].flat[0]))
    return array.astype(np.intp)


def _sd(weight: NDArray[np.float64], deviation: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the root of the mean square deviation."""
    return np.asarray(np.sqrt((weight * np.square(deviation)).sum(axis=-1)))


def _frozen(value: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give an array of a result, read-only; a sum over one person's only axis is a bare number."""
    array = np.asarray(value)
    array.flags.writeable = False
    return array
