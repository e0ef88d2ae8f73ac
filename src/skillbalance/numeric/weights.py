r"""
What matters: weights of skills from importance, the soft share and goals.

.. math::
   base_i = share(g_i) \frac{b_i}{\sum_{g_j = g_i} b_j}, \qquad
   goal_i = \frac{\sum_k \pi_k [i \in k] / |k|}{\sum_k \pi_k}, \qquad
   w_i = (1 - \gamma)\, base_i + \gamma\, goal_i

with :math:`share(soft) = s`, :math:`share(hard) = 1 - s`, :math:`b` importance, :math:`\pi`
priority and :math:`|k|` the number of skills goal :math:`k` names. A mixture, so each weight is
exactly the sum of what field, stage and each goal put in. The skill axis is last and leading
axes broadcast. Sums are taken over sorted terms: permuting skills or goals permutes the result,
bit for bit.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skillbalance._checks import array_in, boolean_array, finite_array
from skillbalance.errors import InvalidValueError
from skillbalance.reference.defaults import GOAL_SHARE


class WeightParts(NamedTuple):
    r"""
    Weights, and the parts that add up to them.

    Attributes
    ----------
    weight : ndarray of shape (..., n)
        :math:`w`, sums to 1 along the last axis; all 0 where there are no skills. [1]
    field_part : ndarray of shape (..., n)
        What the field puts in, at a stage of individual contributors. [1]
    stage_part : ndarray of shape (..., n)
        What the stage adds to that; may be negative, sums to 0. [1]
    pair_part : ndarray of shape (..., n_pairs)
        What one goal puts into one skill, in the order of the pairs. [1]
    goal_share : ndarray of shape (...)
        The part of all weight that goals put in: :math:`\gamma`, 0 without goals. [1]
    """

    weight: NDArray[np.float64]
    field_part: NDArray[np.float64]
    stage_part: NDArray[np.float64]
    pair_part: NDArray[np.float64]
    goal_share: NDArray[np.float64]


def base_weights(
    importance: ArrayLike, soft: ArrayLike, *, soft_share: ArrayLike
) -> NDArray[np.float64]:
    r"""
    Share the weight of each kind out by importance.

    .. math:: base_i = share(g_i) \, b_i \Big/ \sum_{g_j = g_i} b_j

    Parameters
    ----------
    importance : array_like of shape (..., n)
        Importance :math:`b`, not negative; its unit cancels.
    soft : array_like of bool, shape (..., n)
        Which skills are soft.
    soft_share : array_like of shape (...)
        Weight :math:`s` of all soft skills together, in [0, 1]. [1]

    Returns
    -------
    ndarray of shape (..., n)
        Sums to 1 along the last axis; empty where there are no skills.

    Raises
    ------
    InvalidValueError
        If an argument is not finite or outside its range.

    Notes
    -----
    A kind alone takes all the weight, whatever *soft_share* says. A kind whose importances are
    all zero shares its weight out equally.

    Examples
    --------
    >>> base_weights([0.6, 0.2, 0.5], [False, False, True], soft_share=0.4).round(12).tolist()
    [0.45, 0.15, 0.4]
    >>> base_weights([0.6, 0.2], [True, True], soft_share=0.4).round(12).tolist()
    [0.75, 0.25]
    """
    b = array_in("importance", finite_array("importance", importance), 0.0)
    is_soft = boolean_array("soft", soft)
    s = array_in("soft_share", soft_share, 0.0, 1.0)[..., np.newaxis]
    of_soft, of_hard = _shares_within(b, is_soft), _shares_within(b, ~is_soft)
    has_soft = is_soft.any(axis=-1, keepdims=True)
    has_hard = (~is_soft).any(axis=-1, keepdims=True)
    s = np.where(has_hard, np.where(has_soft, s, 0.0), 1.0)
    return (1.0 - s) * of_hard + s * of_soft


def goal_shares(
    priority: ArrayLike, goal_index: ArrayLike, skill_index: ArrayLike
) -> NDArray[np.float64]:
    r"""
    Share the weight of goals out: by priority among goals, equally among the skills of one.

    .. math:: part_{ki} = \frac{\pi_k / |k|}{\sum_j \pi_j}

    Parameters
    ----------
    priority : array_like of shape (..., n_goals)
        Priority :math:`\pi`, not negative; its unit cancels.
    goal_index, skill_index : array_like of int, shape (n_pairs,)
        One pair per skill that a goal names: position of the goal, position of the skill.
        No pair twice.

    Returns
    -------
    ndarray of shape (..., n_pairs)
        Sums to 1 along the last axis; all 0 where no goal with a priority names a skill.

    Raises
    ------
    InvalidValueError
        If a priority is not finite or negative, or the indices do not pair up or fall outside.

    Notes
    -----
    A goal that names no skill takes no part. Pairs rather than a matrix: ten thousand goals over
    ten thousand skills cost what they name.

    Examples
    --------
    >>> goal_shares([1.0, 3.0], [0, 0, 1], [0, 1, 1]).tolist()
    [0.125, 0.125, 0.75]
    """
    pi = np.atleast_1d(array_in("priority", finite_array("priority", priority), 0.0))
    n_goals = pi.shape[-1]
    goals = _index("goal_index", goal_index, n_goals)
    if np.shape(skill_index) != goals.shape:
        rule = f"as long as goal_index ({goals.size})"
        raise InvalidValueError("skill_index", rule, np.shape(skill_index))
    if not goals.size:
        return np.zeros((*pi.shape[:-1], 0))
    size = np.bincount(goals, minlength=n_goals)
    pi = _scaled(np.where(size > 0, pi, 0.0))
    total = _order_free_sum(pi)
    part: NDArray[np.float64] = pi / (np.maximum(size, 1) * np.where(total > 0.0, total, 1.0))
    return part[..., goals]


def mix_weights(
    field_base: ArrayLike,
    stage_base: ArrayLike,
    *,
    priority: ArrayLike = (),
    goal_index: ArrayLike = (),
    skill_index: ArrayLike = (),
    goal_share: ArrayLike = GOAL_SHARE.value,
) -> WeightParts:
    r"""
    Mix what field and stage say with what the goals say, and keep the parts.

    .. math:: w = (1 - \gamma)\, base + \gamma\, goal, \qquad
       field = (1 - \gamma)\, base^0, \qquad stage = (1 - \gamma)(base - base^0)

    Parameters
    ----------
    field_base : array_like of shape (..., n)
        Base weights :math:`base^0` at a stage of individual contributors. [1]
    stage_base : array_like of shape (..., n)
        Base weights :math:`base` at the stage of the person. [1]
    priority, goal_index, skill_index
        Goals, as in :func:`goal_shares`.
    goal_share : array_like of shape (...)
        Part :math:`\gamma` of the weight that goals put in, in [0, 1]; 0 is used where no goal
        names a skill. [1]

    Returns
    -------
    WeightParts
        ``weight == field_part + stage_part +`` the ``pair_part`` of its pairs, to rounding.

    Raises
    ------
    InvalidValueError
        If an argument is not finite or outside its range.

    Examples
    --------
    >>> parts = mix_weights(
    ...     [0.6, 0.4], [0.5, 0.5], priority=[1.0], goal_index=[0], skill_index=[1], goal_share=0.4
    ... )
    >>> parts.weight.round(12).tolist()
    [0.3, 0.7]
    >>> parts.field_part.round(12).tolist(), parts.stage_part.round(12).tolist()
    ([0.36, 0.24], [-0.06, 0.06])
    >>> parts.pair_part.tolist()
    [0.4]
    """
    at_field = array_in("field_base", field_base, 0.0, 1.0)
    at_stage = np.atleast_1d(array_in("stage_base", stage_base, 0.0, 1.0))
    gamma = array_in("goal_share", goal_share, 0.0, 1.0)
    n_skills = at_stage.shape[-1]
    shares = goal_shares(priority, goal_index, skill_index)
    skills = _index("skill_index", skill_index, n_skills)
    gamma = np.where((shares > 0.0).any(axis=-1), gamma, 0.0)
    pair_part = gamma[..., np.newaxis] * shares
    field_part = (1.0 - gamma[..., np.newaxis]) * at_field
    both = (1.0 - gamma[..., np.newaxis]) * at_stage
    weight = both + _sum_by_skill(pair_part, skills, n_skills)
    return WeightParts(weight, field_part, both - field_part, pair_part, gamma)


def _shares_within(
    importance: NDArray[np.float64], member: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return importance of the members as parts of its sum, equal parts if that is zero."""
    own = _scaled(np.where(member, importance, 0.0))
    own = np.where((own > 0.0).any(axis=-1, keepdims=True), own, member)
    total = _order_free_sum(own)
    return own / np.where(total > 0.0, total, 1.0)


def _scaled(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Divide by the largest along the last axis: sums of huge or tiny terms stay in range."""
    peak = values.max(axis=-1, keepdims=True, initial=0.0)
    return values / np.where(peak > 0.0, peak, 1.0)


def _order_free_sum(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum along the last axis, which is kept; the same bits for any order of the terms."""
    total: NDArray[np.float64] = np.sort(values, axis=-1).sum(axis=-1, keepdims=True)
    return total


def _sum_by_skill(
    pair_part: NDArray[np.float64], skills: NDArray[np.intp], n_skills: int
) -> NDArray[np.float64]:
    """Add the parts of each skill's pairs, smallest first, so that their order does not matter."""
    lead, n_pairs = pair_part.shape[:-1], pair_part.shape[-1]
    if not n_pairs:
        return np.zeros((*lead, n_skills))
    rows = pair_part.reshape(-1, n_pairs)
    order = np.argsort(rows, axis=-1)
    bins = skills[order] + n_skills * np.arange(len(rows))[:, np.newaxis]
    terms = np.take_along_axis(rows, order, axis=-1)
    sums = np.bincount(bins.ravel(), weights=terms.ravel(), minlength=len(rows) * n_skills)
    return np.asarray(sums, dtype=np.float64).reshape(*lead, n_skills)


def _index(name: str, value: ArrayLike, size: int) -> NDArray[np.intp]:
    """Return positions below *size*, one axis; an empty list counts as positions."""
    given = np.asarray(value)
    if given.ndim != 1 or (given.size and given.dtype.kind not in "iu"):
        raise InvalidValueError(name, "one axis of whole numbers", value)
    wrong = (given < 0) | (given >= size)
    if wrong.any():
        raise InvalidValueError(name, f"at least 0 and below {size}", given[wrong][0].item())
    return given.astype(np.intp)
