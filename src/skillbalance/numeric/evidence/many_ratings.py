r"""
Fusing the ratings of many people at once, each as if alone.

The numbers are those of :func:`~skillbalance.numeric.evidence.fusion.fuse_ratings`, up to rounding.
People with equally many ratings, if these are not too many, are a stack of small dense problems in
the space of their ratings: with :math:`V` the covariance of a person's ratings and :math:`\delta`
their deviation from prior mean and expected leniency,

.. math::
   \hat\theta_i = m_i + \tau^2 \sum_{j \in i} (V^{-1} \delta)_j, \qquad
   \mathrm{share}_{i,s} = \tau^2 \sum_{j \in i, s} \sum_{k \in i} (V^{-1})_{jk}, \qquad
   \mathrm{Var}(\theta_i | y) = \tau^2 \Big(1 - \sum_s \mathrm{share}_{i,s}\Big)

Nothing is padded: a person's numbers have the same bits in any company.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from skillbalance.numeric.evidence.many_stacks import ManyRatings, fuse_large
from skillbalance.numeric.evidence.robust import weigh_dense

_Floats = NDArray[np.float64]
_Positions = NDArray[np.intp]

# With more ratings per person the equations over skills and raters are smaller.
_MOST_DENSE = 36
# Entries (people x ratings squared) of a stack; more fall out of the processor's cache.
_STACK_ENTRIES = 200_000


class ManyFused(NamedTuple):
    """
    Result of :func:`fuse_many`.

    Attributes
    ----------
    shift : ndarray of shape (n_cells,)
        Posterior less prior mean.
    kind_share : ndarray of shape (n_cells, n_kinds)
        What ratings of each kind contributed; the prior has the rest.
    variance : ndarray of shape (n_cells,)
    """

    shift: _Floats
    kind_share: _Floats
    variance: _Floats


def fuse_many(given: ManyRatings) -> ManyFused:
    """Return the posterior of every cell, with robust weights; cells without ratings keep 0."""
    shift = np.zeros(given.n_cells)
    pull, gain = np.zeros_like(given.deviation), np.zeros_like(given.deviation)
    n_ratings = np.diff(given.first)
    few = n_ratings[(n_ratings > 0) & (n_ratings <= _MOST_DENSE)]
    for size in np.unique(few).tolist():
        people = np.flatnonzero(n_ratings == size)
        step = max(1, _STACK_ENTRIES // size**2)
        for low in range(0, len(people), step):
            at = given.first[people[low : low + step], np.newaxis] + np.arange(size)
            pull[at], gain[at] = _fuse_stack(given, at)
    shift += np.bincount(given.cell, pull, minlength=given.n_cells)
    fuse_large(given, np.flatnonzero(n_ratings > _MOST_DENSE), shift, gain)
    n_kinds = len(given.shared)
    summed = np.bincount(given.cell * n_kinds + given.kind, gain, minlength=given.n_cells * n_kinds)
    # Not negative but for rounding, see the notes of fuse_ratings.
    share: _Floats = np.maximum(np.asarray(summed, dtype=np.float64), 0.0)
    share = share.reshape(given.n_cells, n_kinds)
    return ManyFused(shift, share, given.prior_variance * (1.0 - share.sum(axis=1)))


def _fuse_stack(given: ManyRatings, at: _Positions) -> tuple[_Floats, _Floats]:
    """Return what each rating adds to its skill's mean, and its gain, for a stack of people."""
    cell, kind = given.cell[at], given.kind[at]
    same_cell = cell[:, :, np.newaxis] == cell[:, np.newaxis, :]
    between = given.prior_variance * same_cell
    together = same_cell & (kind[:, :, np.newaxis] == kind[:, np.newaxis, :])
    between += given.shared[kind][:, :, np.newaxis] * together
    rater = given.rater[at]
    by_one = rater[:, :, np.newaxis] == rater[:, np.newaxis, :]
    between += given.severity[kind][:, :, np.newaxis] * by_one
    noise, off = given.noise[at], given.deviation[at]
    if given.threshold is not None:
        noise = noise / weigh_dense(between, noise, off, threshold=given.threshold).weight
    here = np.arange(at.shape[1])
    between[:, here, here] += noise
    inverse = np.linalg.inv(between)
    pull = given.prior_variance * (inverse @ off[:, :, np.newaxis])[:, :, 0]
    return pull, given.prior_variance * np.sum(inverse, axis=2, where=same_cell)
