r"""
How sure the advice is: draws of what a plan assumes, and what many plans have in common.

.. math::
   w_i' \propto w_i e^{\sigma_w z_i}, \qquad \theta' \sim N(\hat\theta, D + F F^\top), \qquad
   \log k_i' = \log k_i + \sigma_k \left(\sqrt{c}\, z_0 + \sqrt{1 - c}\, z_i\right)

Weights may be off by a factor each; where somebody stands is known as well as ratings tell; and
how fast somebody learns differs between people, and between the skills of one person (part
:math:`c` of the variance is common to all of them).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skillbalance._checks import array_in, finite_array, instance, integer_in
from skillbalance.errors import InvalidValueError
from skillbalance.reference.defaults import (
    INTERVAL_COVERAGE,
    RATE_PERSON_SHARE,
    RATE_SPREAD,
    TIE_CONFIDENCE,
    WEIGHT_SPREAD,
)

# Less than a minute a week is no practice: a rounding of continuous hours.
_SOME_HOURS = 1.0 / 60.0


class Draws(NamedTuple):
    """
    What :func:`draw_assumptions` gives: one person as they may be, a row for each draw.

    Attributes
    ----------
    weight : ndarray of shape (n_draws, n)
        Weights, each row summing to 1. [1]
    proficiency : ndarray of shape (n_draws, n)
        Levels, clipped to [0, 1]. [1]
    learning_rate : ndarray of shape (n_draws, n)
        Learning rates. [1/h]
    """

    weight: NDArray[np.float64]
    proficiency: NDArray[np.float64]
    learning_rate: NDArray[np.float64]


class HoursSpread(NamedTuple):
    """
    What :func:`spread_hours` finds about the hours of many plans. All of shape (n,).

    Attributes
    ----------
    time_share : ndarray
        Share of the plans that give the skill any time.
    mean, low, high : ndarray
        Mean hours and the ends of their central interval. [h/week]
    """

    time_share: NDArray[np.float64]
    mean: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


def draw_assumptions(
    weight: ArrayLike,
    mean: ArrayLike,
    covariance_diagonal: ArrayLike,
    covariance_factor: ArrayLike,
    learning_rate: ArrayLike,
    *,
    rng: np.random.Generator,
    n_draws: int,
    weight_spread: float = WEIGHT_SPREAD.value,
    rate_spread: float = RATE_SPREAD.value,
    rate_person_share: float = RATE_PERSON_SHARE.value,
) -> Draws:
    r"""
    Draw weights, levels and learning rates of one person, each in its own right.

    Parameters
    ----------
    weight : array_like of shape (n,)
        Weights :math:`w`, not negative. [1]
    mean : array_like of shape (n,)
        Posterior mean :math:`\hat\theta`, not clipped. [proficiency]
    covariance_diagonal : array_like of shape (n,)
        :math:`D`, not negative. [proficiency squared]
    covariance_factor : array_like of shape (n, l)
        :math:`F`. [proficiency]
    learning_rate : array_like of shape (n,)
        Learning rates :math:`k`. [1/h]
    rng : numpy.random.Generator
        Where the randomness comes from. Consumes ``rng.standard_normal((n_draws, 3 n + l + 1))``
        and nothing else: by draw, n for weights, n and l for levels, 1 and n for learning rates.
        So more draws extend fewer ones.
    n_draws : int
        How many.
    weight_spread, rate_spread : float
        :math:`\sigma_w` and :math:`\sigma_k`, of the logarithm; not negative.
    rate_person_share : float
        :math:`c` in [0, 1].

    Returns
    -------
    Draws

    Raises
    ------
    InvalidValueError
        If *rng* is no generator, or an argument is not finite or out of range.

    Examples
    --------
    >>> import numpy as np
    >>> drawn = draw_assumptions(
    ...     [0.6, 0.4], [0.5, 0.7], [0.01, 0.0], np.zeros((2, 0)), [0.006, 0.006],
    ...     rng=np.random.default_rng(1), n_draws=1000,
    ... )
    >>> drawn.weight.sum(axis=1).round(12).max(), drawn.proficiency[:, 0].std().round(2)
    (np.float64(1.0), np.float64(0.1))
    >>> bool((drawn.proficiency[:, 1] == 0.7).all())
    True
    """
    instance("rng", rng, np.random.Generator)
    integer_in("n_draws", n_draws, 1)
    w = array_in("weight", finite_array("weight", weight), 0.0)
    if w.ndim != 1:
        raise InvalidValueError("weight", "of one axis", w.shape)
    n = len(w)
    center = finite_array("mean", mean)
    own = array_in(
        "covariance_diagonal", finite_array("covariance_diagonal", covariance_diagonal), 0.0
    )
    rate = array_in("learning_rate", finite_array("learning_rate", learning_rate), 0.0)
    for name, array in (("mean", center), ("covariance_diagonal", own), ("learning_rate", rate)):
        if array.shape != (n,):
            raise InvalidValueError(name, f"of shape ({n},)", array.shape)
    factor = finite_array("covariance_factor", covariance_factor)
    if factor.ndim != 2 or len(factor) != n:
        raise InvalidValueError("covariance_factor", f"of shape ({n}, l)", factor.shape)
    off = float(array_in("weight_spread", finite_array("weight_spread", weight_spread), 0.0))
    apart = float(array_in("rate_spread", finite_array("rate_spread", rate_spread), 0.0))
    common = float(array_in("rate_person_share", rate_person_share, 0.0, 1.0))

    z = rng.standard_normal((n_draws, 3 * n + factor.shape[1] + 1))
    of_weight, of_level, of_raters, of_person, of_skill = np.split(
        z, np.cumsum([n, n, factor.shape[1], 1]), axis=1
    )
    drawn = w * np.exp(off * of_weight)
    total = drawn.sum(axis=1, keepdims=True)
    level = center + np.sqrt(own) * of_level + of_raters @ factor.T
    exponent = np.sqrt(common) * of_person + np.sqrt(1.0 - common) * of_skill
    return Draws(
        weight=drawn / np.where(total > 0.0, total, 1.0),
        proficiency=np.clip(level, 0.0, 1.0),
        learning_rate=rate * np.exp(apart * exponent),
    )


def spread_hours(hours: ArrayLike, *, coverage: float = INTERVAL_COVERAGE.value) -> HoursSpread:
    """
    Say of many plans how often each skill gets time, and how much.

    Parameters
    ----------
    hours : array_like of shape (n_draws, n)
        Hours a week of each plan. Less than a minute counts as none. [h/week]
    coverage : float
        Share of the plans inside the interval.

    Returns
    -------
    HoursSpread

    Raises
    ------
    InvalidValueError
        If *hours* is not a table of numbers of at least 0, or *coverage* no share.

    Examples
    --------
    >>> found = spread_hours([[2.0, 0.0], [1.0, 1.0], [1.5, 0.5], [2.0, 0.0]], coverage=1.0)
    >>> found.time_share.tolist(), found.low.tolist(), found.high.tolist()
    ([1.0, 0.5], [1.0, 0.0], [2.0, 1.0])
    """
    given = _plans(hours)
    inside = float(array_in("coverage", coverage, 0.0, 1.0))
    # Hours that some plan has: between two numbers of blocks there is no plan.
    low, high = np.quantile(
        given, (0.5 - 0.5 * inside, 0.5 + 0.5 * inside), axis=0, method="inverted_cdf"
    )
    return HoursSpread((given > _SOME_HOURS).mean(axis=0), given.mean(axis=0), low, high)


def find_ties(
    hours: ArrayLike, *, confidence: float = TIE_CONFIDENCE.value
) -> list[tuple[int, int]]:
    """
    Return the pairs of skills that change places: the plans cannot tell which deserves more time.

    Of the plans that give either of the two any time, each gets more hours than the other in a
    share above 1 - *confidence*. Pairs that no more than this share of all plans give any time
    are out of the race, not tied; nor are two that always get equal hours.

    Parameters
    ----------
    hours : array_like of shape (n_draws, n)
        Hours a week of each plan. [h/week]
    confidence : float
        In [0.5, 1]. At 0.5 there are no ties, at 1 one exception makes one.

    Returns
    -------
    list of (int, int)
        Positions, the smaller first, in order.

    Raises
    ------
    InvalidValueError
        As :func:`spread_hours` raises it.

    Notes
    -----
    Cost is quadratic in the number of skills that get time often enough, linear in the draws.

    Examples
    --------
    >>> find_ties([[2.0, 1.0, 0.0], [1.0, 2.0, 0.0], [2.0, 1.5, 0.5]], confidence=0.75)
    [(0, 1)]
    """
    given = _plans(hours)
    sure = float(array_in("confidence", confidence, 0.5, 1.0))
    # Who never gets time is never ahead, and so tied with nobody.
    position = np.nonzero((given > _SOME_HOURS).any(axis=0))[0]
    given = given[:, position]
    some = given > _SOME_HOURS
    ties = []
    for i in range(len(position)):
        either = some[:, i, None] | some[:, i + 1 :]
        apart = given[:, i, None] - given[:, i + 1 :]
        n_either = either.sum(axis=0)
        rarer = np.minimum((either & (apart > 0)).sum(axis=0), (either & (apart < 0)).sum(axis=0))
        tied = (rarer > (1.0 - sure) * n_either) & (n_either > (1.0 - sure) * len(given))
        ties += [(int(position[i]), int(position[i + 1 + j])) for j in np.nonzero(tied)[0]]
    return ties


def _plans(hours: ArrayLike) -> NDArray[np.float64]:
    """Return *hours* as a table with at least one row."""
    given = array_in("hours", finite_array("hours", hours), 0.0)
    if given.ndim != 2 or not len(given):
        raise InvalidValueError("hours", "of shape (n_draws, n)", given.shape)
    return given
