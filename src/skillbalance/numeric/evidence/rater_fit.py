r"""
Learning the variances of the rater model by restricted maximum likelihood.

Average-information steps (Gilmour, Thompson & Cullis 1995) on
:mod:`skillbalance.numeric.evidence.rater_likelihood`, damped until the likelihood rises. A variance
that would turn negative stays at its limit for as long as the score pushes it there.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from skillbalance.numeric.evidence.rater_identify import Defaults, Held, find_held, tie
from skillbalance.numeric.evidence.rater_layout import Ratings, lay_out
from skillbalance.numeric.evidence.rater_likelihood import Evaluation, Variances, evaluate

_Floats = NDArray[np.float64]
# Smallest variances, as parts of the variance of all ratings: of an effect, which may well not
# exist, and of a rating's own noise, without which two ratings could contradict each other.
_LEAST_EFFECT = 1e-8
_LEAST_NOISE = 1e-3
# Twice what another step could still add to the log likelihood.
_TOLERANCE = 1e-10
_MOST_STEPS = 60
_MOST_DAMPING = 1e12


class VarianceFit(NamedTuple):
    """
    Result of :func:`fit_variances`.

    Attributes
    ----------
    variances : Variances
        All components, held ones included. [proficiency squared]
    covariance : ndarray of shape (p, p)
        Of the estimates of all components in their flat order, from the average information; 0
        for what was held or stands at its limit, the latter being no normal quantity.
    held : Held
        What the data could not tell, or was wished to be held.
    at_limit : ndarray of bool, shape (p,)
        Components that stand at their lower limit: as good as absent.
    at_best : Evaluation
        The likelihood there, with fixed effects and severities.
    log_likelihood : float
    n_steps : int
        Evaluations of the likelihood.
    converged : bool
        Whether another step would add less than 1e-10.
    n_cut : int
        Raters who were cut, see :class:`~skillbalance.numeric.evidence.rater_layout.Layout`.
    """

    variances: Variances
    covariance: _Floats
    held: Held
    at_limit: NDArray[np.bool_]
    at_best: Evaluation
    log_likelihood: float
    n_steps: int
    converged: bool
    n_cut: int


def fit_variances(
    ratings: Ratings, *, wished: Held, defaults: Defaults, fewest: int
) -> VarianceFit:
    """
    Return the variances that maximize the restricted likelihood of the ratings.

    Parameters
    ----------
    ratings : Ratings
        The ratings as positions; the columns of fixed effects must be independent.
    wished : Held
        What is not to be learned.
    defaults : Defaults
        Where held parameters are held, and where the search begins.
    fewest : int
        Ratings, cells or raters from which on the data are asked, see
        :func:`~skillbalance.numeric.evidence.rater_identify.find_held`.

    Returns
    -------
    VarianceFit
        Variances, their covariance, and what was held.

    Notes
    -----
    Cost: blocks of people with few ratings each are solved as stacks; raters who rate several
    people are one dense system, whose cost is the cube of their number. Ratings of 3,000 such
    raters take about two seconds a step, and five to ten steps.

    References
    ----------
    Gilmour, A. R., Thompson, R., & Cullis, B. R. (1995). Average information REML: an efficient
    algorithm for variance parameter estimation in linear mixed models. Biometrics 51, 1440-1450.
    doi:10.2307/2533274
    """
    held = find_held(ratings, wished, defaults, fewest=fewest)
    transform, constant = tie(held, defaults)
    # At the lower limit of their parameters the components must not vanish.
    free = np.flatnonzero(np.abs(transform).sum(axis=0) > 0.0)
    transform = transform[:, free]
    layout = lay_out(ratings)
    total = _spread_of(ratings)
    lowest = np.full(len(constant), _LEAST_EFFECT * total)
    n = ratings.n_kinds
    lowest[1 + 2 * n : -1] = _LEAST_NOISE * total
    lowest[-1] = _LEAST_EFFECT * total

    def components(gamma: _Floats) -> _Floats:
        flat = transform @ gamma + constant
        # Held at nothing: the dense system divides by the severity.
        flat[1 + n : 1 + 2 * n] = np.maximum(flat[1 + n : 1 + 2 * n], lowest[1 + n : 1 + 2 * n])
        return flat

    limit = lowest[free]
    gamma = np.maximum(_start(defaults, held, total)[free], limit)
    best = evaluate(layout, components(gamma))
    n_steps, converged = 1, not len(free)
    damping = 0.0
    while not converged and n_steps < _MOST_STEPS and damping < _MOST_DAMPING:
        score = transform.T @ best.score
        information = transform.T @ best.information @ transform
        moving = (gamma > limit) | (score > 0.0)
        step, gain = _step(information, score, moving, damping)
        converged = damping == 0.0 and gain < _TOLERANCE
        if converged:
            break
        trial = np.maximum(gamma + step, limit)
        found = evaluate(layout, components(trial))
        n_steps += 1
        if found.log_likelihood > best.log_likelihood:
            gamma, best = trial, found
            damping = 0.0 if damping < 1e-2 else damping / 10.0
        elif gain < _TOLERANCE * 1e4:  # the likelihood cannot be computed any closer
            converged = True
        else:
            damping = max(4.0 * damping, 1e-2)

    at_limit = np.zeros(len(constant), dtype=np.bool_)
    at_limit[free] = gamma <= limit * (1.0 + 1e-9)
    moving = ~at_limit[free]
    information = transform.T @ best.information @ transform
    spread = np.zeros_like(information)
    if moving.any():
        spread[np.ix_(moving, moving)] = np.linalg.inv(information[np.ix_(moving, moving)])
    return VarianceFit(
        variances=Variances.of(transform @ gamma + constant),
        covariance=transform @ spread @ transform.T,
        held=held,
        at_limit=at_limit,
        at_best=best,
        log_likelihood=best.log_likelihood,
        n_steps=n_steps,
        converged=converged,
        n_cut=layout.n_cut,
    )


def _step(
    information: _Floats, score: _Floats, moving: NDArray[np.bool_], damping: float
) -> tuple[_Floats, float]:
    """Return a damped step of the moving components, and what it promises."""
    step = np.zeros(len(score))
    if not moving.any():
        return step, 0.0
    # In units of each component's own information the system is well scaled.
    unit = np.sqrt(np.diagonal(information)[moving])
    system = information[np.ix_(moving, moving)] / (unit * unit[:, np.newaxis])
    system = system + damping * np.eye(len(unit))
    step[moving] = np.linalg.solve(system, score[moving] / unit) / unit
    return step, float(step @ score)


def _spread_of(ratings: Ratings) -> float:
    """Return the variance of ratings around the mean of their level and kind."""
    group = ratings.level * ratings.n_kinds + ratings.kind
    mean = np.bincount(group, ratings.rating) / np.maximum(np.bincount(group), 1)
    return max(float(np.mean(np.square(ratings.rating - mean[group]))), 1e-12)


def _start(defaults: Defaults, held: Held, total: float) -> _Floats:
    """Return the defaults, scaled to the variance that the ratings have."""
    unit = total / (1.0 + float(np.mean(defaults.own + defaults.shared)))
    if held.prior:
        unit = defaults.prior
    part = np.where(held.part, 0.0, defaults.part)
    return np.concatenate(
        (
            [unit],
            unit * np.maximum(defaults.shared, 0.01),
            unit * part * defaults.own,
            unit * (1.0 - part) * defaults.own,
            [max(defaults.ageing, 1e-3 * total)],
        )
    )
