r"""
Fusing ratings: one linear Gaussian model over all skills and raters of a person.

.. math::
   y_j = \theta_i + \beta_r + u_{i,s} + e_j, \qquad
   \theta_i \sim N(m_i, \tau_i^2), \quad \beta_r \sim N(\mu_r, \sigma_r^2), \quad
   u_{i,s} \sim N(0, \phi_s), \quad e_j \sim N(0, v_j)

for rating :math:`j` of skill :math:`i` by rater :math:`r` of kind :math:`s`: :math:`\theta` is the
proficiency, :math:`\beta` the leniency of a rater (negative: severe), :math:`u` what raters of one
kind share about one skill and :math:`e` what is particular to one rating.

Solved through the mixed-model equations (Henderson 1975). Given :math:`\theta` and :math:`\beta`
each :math:`u` stands alone, and then each :math:`\theta` does; eliminating both in turn leaves
one dense system over the raters. With :math:`w_j = 1 / v_j`, :math:`w_{gr}` and :math:`W_g` its
sums over the ratings of skill and kind :math:`g = (i, s)` by one rater and by all, and
:math:`d_j = w_j / (1 + \phi_s W_g)`,

.. math::
   A_i = \tau_i^{-2} + \sum_{j \in i} d_j, \qquad B_{ir} = \sum_{j \in i, r} d_j, \qquad
   S_{rr'} = [r = r'] \Big(\sigma_r^{-2} + \sum_{j \in r} w_j\Big)
   - \sum_g \frac{\phi_g w_{gr} w_{gr'}}{1 + \phi_g W_g} - \sum_i \frac{B_{ir} B_{ir'}}{A_i}

and the posterior covariance of :math:`\theta` is diagonal plus low rank,
:math:`A^{-1} + A^{-1} B S^{-1} B^\top A^{-1}`.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skillbalance.numeric.evidence.mixed import gains, kind_shares, severities, solve, sums
from skillbalance.numeric.evidence.ratings import Ratings, check_positions, check_ratings, frozen


class Fusion(NamedTuple):
    r"""
    Result of :func:`fuse_ratings`: the posterior given all ratings. All arrays are read-only.

    Attributes
    ----------
    mean, variance : ndarray of shape (n,)
        Posterior mean and variance of every proficiency, not clipped.
    prior_share : ndarray of shape (n,)
        What the prior contributed to the mean, :math:`\mathrm{Var}(\theta_i | y) / \tau_i^2`,
        in (0, 1].
    kind_share : ndarray of shape (n, n_kinds)
        What a skill's own ratings of each kind contributed, :math:`\sum_{j \in i, s} K_{ij}` with
        the gains :math:`K = \partial\,\mathrm{mean} / \partial y`; never negative. A row and its
        prior share sum to 1.
    severity_mean, severity_variance : ndarray of shape (n_raters,)
        Posterior of :math:`\beta_r`; positive is lenient.
    covariance_diagonal : ndarray of shape (n,)
        :math:`A^{-1}`, the part of the covariance that skills do not share.
    covariance_factor : ndarray of shape (n, n_linked)
        :math:`F`, one column per rater who links skills: :meth:`covariance` is
        :math:`A^{-1} + F F^\top`.
    rating_share : ndarray of shape (k,)
        What each rating contributed to the mean of its own skill, its gain; summed over a skill
        and kind it is the kind's share. One of several may be negative.
    """

    mean: NDArray[np.float64]
    variance: NDArray[np.float64]
    prior_share: NDArray[np.float64]
    kind_share: NDArray[np.float64]
    severity_mean: NDArray[np.float64]
    severity_variance: NDArray[np.float64]
    covariance_diagonal: NDArray[np.float64]
    covariance_factor: NDArray[np.float64]
    rating_share: NDArray[np.float64]

    def covariance(self) -> NDArray[np.float64]:
        """Return the posterior covariance, shape (n, n); formed on request, as n may be large."""
        dense = self.covariance_factor @ self.covariance_factor.T
        np.fill_diagonal(dense, self.variance)
        return frozen(dense)


class Contrast(NamedTuple):
    """
    Result of :func:`contrast_kind`. All arrays are read-only, NaN where a side is missing.

    Attributes
    ----------
    value : ndarray of shape (n,)
        How much higher the kind rates than all others do, each corrected for leniency.
    standard_error : ndarray of shape (n,)
        Its standard deviation if the kind and the others saw the same proficiency.
    """

    value: NDArray[np.float64]
    standard_error: NDArray[np.float64]


def fuse_ratings(
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
) -> Fusion:
    r"""
    Return the joint posterior of proficiencies and rater severities given all ratings.

    .. math:: \hat\theta = A^{-1} (b - B \hat\beta), \qquad
       \mathrm{Cov}(\theta | y) = A^{-1} + A^{-1} B S^{-1} B^\top A^{-1}

    with the matrices of this module's head. A rating counts by its precision, a second rater of
    the same kind by what the first did not share, a rater known to be severe after correction.

    Parameters
    ----------
    prior_mean : array_like of shape (n,)
        :math:`m`, expected proficiency before any rating. [proficiency]
    prior_sd : array_like of shape () or (n,)
        :math:`\tau > 0`. [proficiency]
    skill, rater, kind : array_like of int, shape (k,)
        Positions of what was rated, by whom, and of which kind that rater is.
    rating : array_like of shape (k,)
        :math:`y` on the common scale; values outside [0, 1] are taken as they are. [proficiency]
    noise_variance : array_like of shape () or (k,)
        :math:`v > 0`, what is particular to each rating, its age included. A robust weight
        divides it. [proficiency squared]
    severity_mean, severity_variance : array_like of shape (n_raters,)
        :math:`\mu, \sigma^2 \ge 0`: expected leniency, and how much raters differ in it; 0 for
        one who has none, such as a test. [proficiency, proficiency squared]
    shared_variance : array_like of shape (n_kinds,)
        :math:`\phi \ge 0`, what raters of a kind share about one skill. [proficiency squared]

    Returns
    -------
    Fusion
        Means, variances, shares, severities and the covariance in factored form.

    Raises
    ------
    InvalidValueError
        If an argument is not finite or out of range, or shapes or positions do not agree.

    Notes
    -----
    The prior share equals one minus the gains of the skill's own ratings because
    :math:`\mathrm{Cov}(y_j, \theta_i) = \tau_i^2` for these and 0 for all others. The gain of the
    ratings :math:`g` of one kind is
    :math:`\sum_{j \in g} d_j (\mathrm{Var}(\theta_i | y) + \mathrm{Cov}(\theta_i, \beta_r | y))`.
    It is never negative: with the sign of :math:`\beta` turned, the joint precision is a
    diagonally dominant M-matrix (its rows sum to :math:`\tau_i^{-2}` and :math:`\sigma_r^{-2}`),
    whose inverse has no entry above the diagonal one of its column. A *single* rating among
    several of its kind may well have a negative gain.

    Means are linear in the ratings. Raters with a single rating are folded into its noise and
    recovered afterwards, so cost is linear in ratings and skills, times the square of the number
    of raters with two or more (the cube of it for their own system): they are few for one person.

    References
    ----------
    Henderson, C. R. (1975). Best linear unbiased estimation and prediction under a selection
    model. Biometrics 31, 423-447. doi:10.2307/2529430

    Examples
    --------
    Two raters, the second of whom gives everybody less; both skills are expected at 0.5:

    >>> result = fuse_ratings(
    ...     [0.5, 0.5],
    ...     0.2,
    ...     skill=[0, 1, 0, 1],
    ...     rater=[0, 0, 1, 1],
    ...     kind=[0, 0, 0, 0],
    ...     rating=[0.6, 0.7, 0.4, 0.5],
    ...     noise_variance=0.01,
    ...     severity_mean=[0.0, 0.0],
    ...     severity_variance=[0.02, 0.02],
    ...     shared_variance=[0.0],
    ... )
    >>> result.mean.round(3).tolist()
    [0.486, 0.575]
    >>> result.severity_mean.round(3).tolist()
    [0.095, -0.065]
    """
    return posterior(
        check_ratings(
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
    )


def contrast_kind(
    prior_mean: ArrayLike,
    prior_sd: ArrayLike,
    *,
    of_kind: int,
    skill: ArrayLike,
    rater: ArrayLike,
    kind: ArrayLike,
    rating: ArrayLike,
    noise_variance: ArrayLike,
    severity_mean: ArrayLike,
    severity_variance: ArrayLike,
    shared_variance: ArrayLike,
) -> Contrast:
    r"""
    Return, per skill, how much higher one kind of rater rates than all others: a blind spot.

    .. math:: \Delta_i = \tilde y_{i,s} - \tilde\theta_{i,-s}, \qquad
       \mathrm{se}_i^2 = \mathrm{Var}(\tilde y_{i,s} | \theta)
       + \mathrm{Var}(\tilde\theta_{i,-s} | \theta)

    where :math:`\tilde y_{i,s}` is the generalised-least-squares mean of the kind's own ratings of
    the skill less their expected leniency, and :math:`\tilde\theta_{i,-s}` the
    generalised-least-squares estimate from everybody else's ratings, which know from other skills
    who of them is severe. Both are unbiased for :math:`\theta_i` with independent errors, so
    :math:`\theta_i` and its prior cancel in the difference.

    Parameters
    ----------
    of_kind : int
        Position of the kind to compare with all others.

    Other parameters, ranges and errors as in :func:`fuse_ratings`.

    Returns
    -------
    Contrast
        Difference and standard error, NaN for a skill that lacks either side.

    Notes
    -----
    The kind is corrected by its *expected* leniency only, never by what its ratings show of its
    own: somebody who overrates every skill by the same amount has a blind spot in every skill.
    Its severity counts into the standard error as any noise does.

    With :math:`G_i = 1 - \mathrm{Var}_i / \tau_i^2` of a fit to the others alone, dividing the
    prior out of the posterior gives :math:`m_i + (\mathrm{mean}_i - m_i) / G_i` and the variance
    :math:`\mathrm{Var}_i / G_i`.

    Examples
    --------
    >>> result = contrast_kind(
    ...     [0.5, 0.5],
    ...     0.2,
    ...     of_kind=0,
    ...     skill=[0, 0, 1],
    ...     rater=[0, 1, 0],
    ...     kind=[0, 1, 0],
    ...     rating=[0.9, 0.6, 0.5],
    ...     noise_variance=0.01,
    ...     severity_mean=[0.1, 0.0],
    ...     severity_variance=[0.01, 0.01],
    ...     shared_variance=[0.0, 0.0],
    ... )
    >>> result.value.round(3).tolist(), result.standard_error.round(3).tolist()
    ([0.2, nan], [0.2, nan])
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
    return contrast(data, int(check_positions("of_kind", of_kind, len(data.shared), ())))


def contrast(data: Ratings, chosen: int) -> Contrast:
    """Contrast a kind in ratings that have been checked: all of :func:`contrast_kind` but that."""
    n_skills = len(data.prior_mean)
    mine = data.kind == chosen
    own_mean, own_variance = _kind_mean(data.only(mine), n_skills, chosen)
    others = posterior(data.only(~mine))
    heard = others.kind_share.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):  # nobody heard: inf or NaN, made NaN
        theirs = (others.mean - data.prior_mean) / heard
        variance = own_variance + others.variance / heard
    both = (np.bincount(data.skill[mine], minlength=n_skills) > 0) & (
        np.bincount(data.skill[~mine], minlength=n_skills) > 0
    )
    return Contrast(
        value=frozen(np.where(both, own_mean - theirs, np.nan)),
        standard_error=frozen(np.sqrt(np.where(both, variance, np.nan))),
    )


def posterior(data: Ratings) -> Fusion:
    """Fuse ratings that have been checked: all of :func:`fuse_ratings` but the checks."""
    solution = solve(data)
    severity_mean, severity_variance = severities(solution)
    return Fusion(
        mean=frozen(data.prior_mean + solution.shift),
        variance=frozen(solution.variance),
        prior_share=frozen(solution.variance / data.prior_variance),
        kind_share=frozen(kind_shares(solution)),
        severity_mean=frozen(severity_mean),
        severity_variance=frozen(severity_variance),
        covariance_diagonal=frozen(solution.own),
        covariance_factor=frozen(solution.factor),
        rating_share=frozen(gains(solution)),
    )


def _kind_mean(
    data: Ratings, n_skills: int, kind: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """
    Generalised least squares over one kind's ratings, each skill alone: deviation and variance.

    Nested closed form: ratings of one rater have severity in common, raters have u in common.
    """
    n_raters = len(data.severity_mean)
    pair, of_pair = np.unique(data.skill * n_raters + data.rater, return_inverse=True)
    weight = sums(of_pair, 1.0 / data.noise, len(pair))
    total = sums(of_pair, data.deviation / data.noise, len(pair))
    precision = 1.0 / (1.0 / weight + data.severity_variance[pair % n_raters])
    of_skill = pair // n_raters
    summed = sums(of_skill, precision, n_skills)
    mean = sums(of_skill, precision * total / weight, n_skills)
    with np.errstate(divide="ignore", invalid="ignore"):  # no rating: NaN and inf
        return mean / summed, 1.0 / summed + data.shared[kind]
