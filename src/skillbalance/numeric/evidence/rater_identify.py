r"""
What ratings can tell about the variances of the rater model, and what has to be held.

Two ratings tell about the components their covariance is made of:

======================================  =========================================
two ratings                             covariance
======================================  =========================================
the same one                            :math:`\tau^2+\phi_s+\sigma_s^2+v_s+q\,t`
one cell and rater, twice               :math:`\tau^2+\phi_s+\sigma_s^2`
one cell and kind, two raters           :math:`\tau^2+\phi_s`
one cell, two kinds                     :math:`\tau^2`
one rater, two cells                    :math:`\sigma_s^2`
======================================  =========================================

A component is identified if it is a combination of the rows that occur. Where one is not, it is
held at its default *ratio*, so that what the data do tell still counts.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from skillbalance.numeric.evidence.rater_layout import Ratings

_Floats = NDArray[np.float64]
_Flags = NDArray[np.bool_]
_RANK_TOLERANCE = 1e-9


class Held(NamedTuple):
    """Which parameters are not learned; arrays have shape (n_kinds,)."""

    prior: bool
    shared: _Flags
    part: _Flags
    own: _Flags
    ageing: bool


class Defaults(NamedTuple):
    """Where held parameters are held: a rater model as arrays, variances per prior variance."""

    prior: float
    shared: _Floats
    part: _Floats
    own: _Floats
    ageing: float


def find_held(ratings: Ratings, wished: Held, defaults: Defaults, *, fewest: int) -> Held:
    """
    Return what has to be held beyond what was *wished*.

    A row counts from *fewest* ratings, cells or raters on. Of what cannot be told apart the
    shared variance is held first, then the severity part, then the whole kind, then the prior.
    """
    rows = _rows(ratings, fewest)
    n = ratings.n_kinds
    held = wished._replace(
        part=wished.part | wished.own | ~ratings.severe,
        ageing=wished.ageing or not _ages_differ(ratings, fewest),
    )
    for name, place in (("shared", 1), ("part", 1 + n), ("own", 1 + 2 * n)):
        transform, _ = tie(held, defaults)
        unknown = np.zeros(n, dtype=np.bool_)
        for kind in np.flatnonzero(~getattr(held, name)).tolist():
            unknown[kind] = not _is_known(rows, transform, place + kind)
        held = held._replace(**{name: getattr(held, name) | unknown})
        held = held._replace(part=held.part | held.own)
    if not held.prior:
        transform, _ = tie(held, defaults)
        held = held._replace(prior=not _is_known(rows, transform, 0))
    return held


def tie(held: Held, defaults: Defaults) -> tuple[_Floats, _Floats]:
    r"""
    Return T and c such that all components are :math:`T \gamma + c`.

    :math:`\gamma` has the layout of the components; the columns of held ones are zero. A held
    shared variance follows the prior's, a held severity part splits what *particular* then stands
    for, the own variance of the kind.
    """
    n = len(held.shared)
    transform = np.eye(2 + 3 * n)
    constant = np.zeros(2 + 3 * n)
    for kind in range(n):
        shared, severity, particular = 1 + kind, 1 + n + kind, 1 + 2 * n + kind
        if held.part[kind]:
            transform[severity, severity] = 0.0
            transform[severity, particular] = defaults.part[kind]
            transform[particular, particular] = 1.0 - defaults.part[kind]
        if held.shared[kind]:
            transform[shared, shared] = 0.0
            transform[shared, 0] = defaults.shared[kind]
        if held.own[kind]:
            transform[severity] = transform[particular] = 0.0
            own = defaults.own[kind]
            transform[severity, 0] = defaults.part[kind] * own
            transform[particular, 0] = (1.0 - defaults.part[kind]) * own
    if held.prior:
        constant += transform[:, 0] * defaults.prior
        transform[:, 0] = 0.0
    if held.ageing:
        constant[-1] = defaults.ageing
        transform[-1, -1] = 0.0
    return transform, constant


def _rows(ratings: Ratings, fewest: int) -> _Floats:
    """Return a row of coefficients for every kind of pair that occurs often enough."""
    n = ratings.n_kinds
    prior, shared, severity, particular = (
        np.eye(1 + 3 * n)[place] for place in (0, 1, 1 + n, 1 + 2 * n)
    )
    rows = []
    kind_of_cell, raters_of_group = _counts(ratings)
    for s in range(n):
        common = prior + np.roll(shared, s)
        own = ratings.kind == s
        if np.count_nonzero(own) >= fewest:
            rows.append(common + np.roll(severity, s) + np.roll(particular, s))
        if _n_repeated(ratings, own) >= fewest:
            rows.append(common + np.roll(severity, s))
        if np.count_nonzero(raters_of_group[1][raters_of_group[0] == s] > 1) >= fewest:
            rows.append(common)
        if _n_raters_of_several_cells(ratings, own) >= fewest:
            rows.append(np.roll(severity, s))
    if np.count_nonzero(kind_of_cell > 1) >= fewest:
        rows.append(prior)
    found = np.reshape(rows, (len(rows), 1 + 3 * n))
    # Ageing is told from the spread of ages, not from pairs.
    return np.append(found, np.zeros((len(rows), 1)), axis=1)


def _counts(ratings: Ratings) -> tuple[NDArray[np.intp], tuple[NDArray[np.intp], ...]]:
    """Return the number of kinds of each cell; kind and number of raters of each group."""
    n = ratings.n_kinds
    group = ratings.cell * n + ratings.kind
    n_raters = int(ratings.rater.max(initial=-1)) + 1
    group_of_pair = np.unique(group * n_raters + ratings.rater) // max(n_raters, 1)
    groups, raters = np.unique(group_of_pair, return_counts=True)
    kinds = np.unique(groups // n, return_counts=True)[1]
    return kinds, (groups % n, raters)


def _n_repeated(ratings: Ratings, own: _Flags) -> int:
    """Count pairs of cell and rater with more than one rating."""
    n_raters = int(ratings.rater.max(initial=-1)) + 1
    key = ratings.cell[own] * n_raters + ratings.rater[own]
    return int(np.count_nonzero(np.unique(key, return_counts=True)[1] > 1))


def _n_raters_of_several_cells(ratings: Ratings, own: _Flags) -> int:
    """Count raters who rated more than one cell."""
    n_cells = int(ratings.cell.max(initial=-1)) + 1
    who = np.unique(ratings.rater[own] * n_cells + ratings.cell[own]) // max(n_cells, 1)
    return int(np.count_nonzero(np.unique(who, return_counts=True)[1] > 1))


def _ages_differ(ratings: Ratings, fewest: int) -> bool:
    """Tell whether some kind has ratings of different age, often enough."""
    for s in range(ratings.n_kinds):
        ages = ratings.age[ratings.kind == s]
        if np.count_nonzero(ages != np.median(ages) if len(ages) else ages) >= fewest:
            return True
    return False


def _is_known(rows: _Floats, transform: _Floats, place: int) -> bool:
    """Tell whether one free component is a combination of the rows."""
    seen = rows @ transform
    target = np.zeros(len(transform))
    target[place] = 1.0
    if not len(seen):
        return False
    weight = np.linalg.lstsq(seen.T, target, rcond=None)[0]
    return bool(np.abs(seen.T @ weight - target).max() < _RANK_TOLERANCE)
