r"""
What one more rating would tell: every posterior mean as it moves with the answer to a question.

In the model of :mod:`skillbalance.numeric.evidence.fusion`, a rating that is still to be given,

.. math:: y = \theta_i + \beta_r + u_{i,s} + e, \qquad e \sim N(0, v),

is normal given the ratings so far, and hearing it moves the posterior means of *all* skills along
one line,

.. math::
   \mathrm{E}[\theta | y] = \hat\theta + g \, \frac{y - \hat y}{\mathrm{sd}(y)}, \qquad
   g = \frac{\mathrm{Cov}(\theta, y)}{\mathrm{sd}(y)}, \qquad
   \mathrm{Cov}(\theta | y) = \mathrm{Cov}(\theta) - g g^\top .

Neither :math:`g` nor :math:`\mathrm{sd}(y)` depends on any rating's value, so the whole
preposterior analysis of a question is its vector :math:`g` and a standard normal variable.

What raters share about one skill is eliminated as in the fusion: given proficiencies and
severities, with :math:`g = (i, s)` and the sums of :mod:`skillbalance.numeric.evidence.fusion`,

.. math::
   u_g \sim N\Big(\frac{\phi_s}{1 + \phi_s W_g} \sum_{j \in g} w_j (y_j - \theta_i - \beta_j),
   \; \frac{\phi_s}{1 + \phi_s W_g}\Big) .

What is left, proficiencies and the severities that matter, is one small dense system.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skillbalance._checks import array_in, finite_array
from skillbalance.errors import InvalidValueError
from skillbalance.numeric.evidence.mixed import sums
from skillbalance.numeric.evidence.ratings import Ratings, check_positions, check_ratings, frozen

SOMEBODY_NEW = -1


class Answers(NamedTuple):
    r"""
    What answers to questions are expected to be and to change. All arrays are read-only.

    Attributes
    ----------
    mean : ndarray of shape (q,)
        Expected answer :math:`\hat y`, leniency included; not clipped. [proficiency]
    sd : ndarray of shape (q,)
        Standard deviation of the answer. [proficiency]
    gain : ndarray of shape (q, n)
        :math:`g`: how far each posterior mean moves if the answer is one ``sd`` above its mean.
        [proficiency]
    """

    mean: NDArray[np.float64]
    sd: NDArray[np.float64]
    gain: NDArray[np.float64]


def predict_answers(
    prior_mean: ArrayLike,
    prior_sd: ArrayLike,
    *,
    skill: ArrayLike,
    rater: ArrayLike,
    kind: ArrayLike,
    rating: ArrayLike,
    noise_variance: ArrayLike,
    severity_mean: ArrayLike,
    severity_variance: ArrayLike,
    shared_variance: ArrayLike,
    asked_skill: ArrayLike,
    asked_rater: ArrayLike,
    asked_kind: ArrayLike,
    asked_noise_variance: ArrayLike,
    new_severity_mean: ArrayLike,
    new_severity_variance: ArrayLike,
) -> Answers:
    r"""
    Predict ratings that are still to be given, and what each would tell about every skill.

    Parameters
    ----------
    prior_mean, prior_sd, severity_mean, severity_variance, shared_variance : array_like
        What is known before any rating, as for
        :func:`~skillbalance.numeric.evidence.fusion.fuse_ratings`.
    skill, rater, kind, rating, noise_variance : array_like
        The ratings so far, likewise.
    asked_skill, asked_kind : array_like of int, shape (q,)
        Positions of what each question is about, and of the kind of rater it goes to.
    asked_rater : array_like of int, shape (q,)
        Position of the rater asked; ``SOMEBODY_NEW`` (-1) for one not heard yet, whose severity
        is no other's.
    asked_noise_variance : array_like of shape (q,)
        :math:`v > 0` of the answer. [proficiency squared]
    new_severity_mean, new_severity_variance : array_like of shape (n_kinds,)
        :math:`\mu, \sigma^2 \ge 0` of a rater of each kind not heard yet. [proficiency,
        proficiency squared]

    Returns
    -------
    Answers

    Raises
    ------
    InvalidValueError
        If an argument is not finite or out of range, or shapes or positions do not agree.

    Notes
    -----
    Robust weights belong into *noise_variance*; an answer still to come has none, so it counts
    in full. Cost is cubic in the number of skills plus raters that link them or are asked.

    References
    ----------
    Raiffa, H., & Schlaifer, R. (1961). Applied statistical decision theory. Harvard University.

    Examples
    --------
    One skill, one rater heard, severe or not: another rating by the same one says less than a
    rating by somebody new.

    >>> answers = predict_answers(
    ...     [0.5], 0.2, skill=[0], rater=[0], kind=[0], rating=[0.7], noise_variance=0.01,
    ...     severity_mean=[0.0], severity_variance=[0.02], shared_variance=[0.0],
    ...     asked_skill=[0, 0], asked_rater=[0, -1], asked_kind=[0, 0],
    ...     asked_noise_variance=[0.01, 0.01],
    ...     new_severity_mean=[0.0], new_severity_variance=[0.02],
    ... )
    >>> answers.mean.round(3).tolist(), answers.sd.round(3).tolist()
    ([0.671, 0.614], [0.136, 0.217])
    >>> answers.gain.round(3).tolist()
    [[0.042], [0.079]]
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
    n, n_raters, n_kinds = len(data.prior_mean), len(data.severity_mean), len(data.shared)
    about = check_positions("asked_skill", asked_skill, n, None)
    by = check_positions("asked_rater", asked_rater, n_raters, about.shape, lowest=SOMEBODY_NEW)
    of_kind = check_positions("asked_kind", asked_kind, n_kinds, about.shape)
    noise = _shaped("asked_noise_variance", asked_noise_variance, about.shape, open_low=True)
    new_mean = _shaped("new_severity_mean", new_severity_mean, (n_kinds,), low=-np.inf)
    new_variance = _shaped("new_severity_variance", new_severity_variance, (n_kinds,))

    joint = _condition(data, asked=by[by >= 0])
    # The answer as a linear function of proficiencies and severities, plus what is independent.
    known = by >= 0
    row = np.zeros((len(about), len(joint.mean)))
    at = np.arange(len(about))
    row[at, about] = 1.0
    row[at[known], joint.column[by[known]]] += 1.0
    group = joint.find(about * n_kinds + of_kind)
    heard = group >= 0
    kept = np.where(heard, joint.kept[group] if heard.any() else 0.0, data.shared[of_kind])
    row[heard] -= kept[heard, None] * joint.weights[group[heard]]
    lenient = np.where(known, data.severity_mean[by] if n_raters else 0.0, new_mean[of_kind])
    mean = data.prior_mean[about] + lenient + row @ joint.mean
    mean[heard] += kept[heard] * joint.total[group[heard]]
    together = row @ joint.covariance
    variance = np.einsum("qm,qm->q", together, row) + kept + noise
    variance += np.where(known, 0.0, new_variance[of_kind])
    sd = np.sqrt(variance)
    gain = together[:, :n] / sd[:, None]
    return Answers(mean=frozen(mean), sd=frozen(sd), gain=frozen(gain))


def normal_nodes(
    *, spacing: float = 0.2, reach: float = 4.8
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    r"""
    Return nodes and weights that integrate over a standard normal variable.

    .. math:: \mathrm{E}\, f(Z) \approx \sum_k w_k f(z_k), \qquad
       z_k = (k + \tfrac{1}{2})\,\delta, \quad w_k \propto e^{-z_k^2/2}

    Parameters
    ----------
    spacing : float
        :math:`\delta`, the distance of neighbors.
    reach : float
        How far the nodes go; 4.8 leaves 2e-6 of the probability outside.

    Returns
    -------
    nodes, weights : ndarray of shape (k,)
        Symmetric about 0, which is no node. The weights sum to 1.

    Notes
    -----
    This trapezoidal rule converges as :math:`e^{-2 \pi^2 / \delta^2}` for smooth functions, as
    fast as Gauss-Hermite nodes do in practice, and is better at kinks: one whose slope changes by
    :math:`J` at :math:`z` costs at most :math:`J \varphi(z) \delta^2 / 12`, half of that at 0. The
    value of a plan has a kink wherever a skill reaches its target, and a good plan stops at many
    a target: at :math:`z = 0`.

    References
    ----------
    Trefethen, L. N., & Weideman, J. A. C. (2014). The exponentially convergent trapezoidal rule.
    SIAM Review 56, 385-458. doi:10.1137/130932132

    Examples
    --------
    >>> nodes, weights = normal_nodes()
    >>> len(nodes), round(float(weights @ nodes**2), 4), round(float(weights @ nodes**4), 3)
    (48, 1.0, 2.999)
    """
    half = round(reach / spacing)
    nodes = np.asarray(spacing * (np.arange(-half, half) + 0.5), dtype=np.float64)
    weights = np.exp(-0.5 * np.square(nodes))
    weights /= weights.sum()
    return nodes, weights


class _Joint(NamedTuple):
    """Posterior of proficiencies and of the raters kept apart, as deviations; and the groups."""

    mean: NDArray[np.float64]
    covariance: NDArray[np.float64]
    column: NDArray[np.intp]  # of each rater among the unknowns, where kept apart
    key: NDArray[np.intp]  # skill and kind of each group, sorted
    kept: NDArray[np.float64]  # phi / (1 + phi W)
    total: NDArray[np.float64]  # sum of w times deviation
    weights: NDArray[np.float64]  # (groups, unknowns): sums of w

    def find(self, key: NDArray[np.intp]) -> NDArray[np.intp]:
        """Return the position of each group, -1 for one without ratings."""
        if not len(self.key):
            return np.full(len(key), -1, dtype=np.intp)
        place = np.minimum(np.searchsorted(self.key, key), len(self.key) - 1)
        return np.where(self.key[place] == key, place, -1)


def _condition(data: Ratings, *, asked: NDArray[np.intp]) -> _Joint:
    """
    Condition proficiencies and severities on the ratings.

    Unknowns are scaled by their prior sd: the system is then the identity plus a positive
    semidefinite matrix, so that its Cholesky factor exists also where a variance is 0.
    """
    n, n_kinds, n_raters = len(data.prior_mean), len(data.shared), len(data.severity_mean)
    # A rater heard once, and not asked again, only adds noise to that one rating.
    apart = np.bincount(data.rater, minlength=n_raters) > 1
    apart[asked] = True
    column = n + np.cumsum(apart) - 1
    size = n + int(apart.sum())
    linked = apart[data.rater]
    noise = data.noise + np.where(linked, 0.0, data.severity_variance[data.rater])
    weight = 1.0 / noise
    key, of_rating = np.unique(data.skill * n_kinds + data.kind, return_inverse=True)
    key = key.astype(np.intp)
    n_groups = len(key)

    total = sums(of_rating, weight * data.deviation, n_groups)
    in_all = sums(of_rating, weight, n_groups)
    shared = data.shared[key % n_kinds] if n_groups else in_all
    kept = shared / (1.0 + shared * in_all)
    theirs = column[data.rater[linked]]
    weights = sums(of_rating * size + data.skill, weight, n_groups * size)
    weights += sums(of_rating[linked] * size + theirs, weight[linked], n_groups * size)
    weights = weights.reshape(n_groups, size)

    square = size * size
    precision = sums(data.skill * (size + 1), weight, square)
    precision += sums(theirs * (size + 1), weight[linked], square)
    crossed = sums(data.skill[linked] * size + theirs, weight[linked], square)
    precision = precision.reshape(size, size) + crossed.reshape(size, size)
    precision += crossed.reshape(size, size).T
    precision -= weights.T @ (kept[:, None] * weights)
    scale = np.sqrt(np.concatenate([data.prior_variance, data.severity_variance[apart]]))
    system = np.eye(size) + scale[:, None] * precision * scale
    root = np.linalg.inv(np.linalg.cholesky(system)) * scale
    covariance = root.T @ root
    right = sums(data.skill, weight * data.deviation, size)
    right += sums(theirs, (weight * data.deviation)[linked], size)
    right -= weights.T @ (kept * total)
    return _Joint(covariance @ right, covariance, column, key, kept, total, weights)


def _shaped(
    name: str,
    value: ArrayLike,
    shape: tuple[int, ...],
    *,
    low: float = 0.0,
    open_low: bool = False,
) -> NDArray[np.float64]:
    """Return *value* as finite numbers of at least *low*, in *shape*."""
    array = array_in(name, finite_array(name, value), low, np.inf, open_low=open_low)
    if array.shape != shape:
        raise InvalidValueError(name, f"of shape {shape}", array.shape)
    return array
