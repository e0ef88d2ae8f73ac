"""
The mixed-model equations behind the fusion of ratings, solved in time linear in the ratings.

The equations are those at the head of :mod:`skillbalance.numeric.evidence.fusion`. Here is one
solve, and what can be read off it: the gain of each rating, the severity of each rater, and each
rating as all others predict it.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from skillbalance.numeric.evidence.ratings import Ratings

# Entries of one dense block of skill-and-kind rows: 32 MB, whatever the size of the problem.
_BLOCK_ENTRIES = 2**22


class Groups(NamedTuple):
    """The pairs of skill and kind that occur, and what is left when their u is eliminated."""

    of_rating: NDArray[np.intp]
    skill: NDArray[np.intp]
    weight: NDArray[np.float64]  # W
    total: NDArray[np.float64]  # sum of w times deviation
    unshared: NDArray[np.float64]  # 1 / (1 + phi W)
    kept: NDArray[np.float64]  # variance of u given everything else, phi / (1 + phi W)

    def sums(self, value: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sum a value of each rating over each group."""
        return sums(self.of_rating, value, len(self.skill))


class Solution(NamedTuple):
    """
    One solve: proficiencies and the raters who link skills, and what they were made from.

    Attributes
    ----------
    data : Ratings
        The problem.
    linked : ndarray of bool, shape (n_raters,)
        Raters who rated more than once and differ in severity: those who link skills.
    links : ndarray of bool, shape (k,)
        Ratings by them.
    at : ndarray of int, shape (links.sum(),)
        Position of their rater among the linked.
    weight : ndarray of shape (k,)
        Precision of each rating given everything it shares with another; the severity of a rater
        who is not linked counts as noise.
    groups : Groups
    own, shift, variance : ndarray of shape (n,)
        Of each proficiency the variance given the raters, the posterior mean less the prior's
        and the posterior variance.
    factor : ndarray of shape (n, n_linked)
        F in covariance = own + F F'.
    scale, leniency : ndarray of shape (n_linked,)
        Standard deviation of each linked rater's severity, and its posterior mean in that unit,
        the expected leniency taken off.
    root : ndarray of shape (n_linked, n_linked)
        Posterior covariance of the leniencies in these units is root' root.
    joint : ndarray of shape (k,)
        Posterior covariance of each rating's proficiency and severity; 0 where not linked.
    """

    data: Ratings
    linked: NDArray[np.bool_]
    links: NDArray[np.bool_]
    at: NDArray[np.intp]
    weight: NDArray[np.float64]
    groups: Groups
    own: NDArray[np.float64]
    shift: NDArray[np.float64]
    variance: NDArray[np.float64]
    factor: NDArray[np.float64]
    scale: NDArray[np.float64]
    leniency: NDArray[np.float64]
    root: NDArray[np.float64]
    joint: NDArray[np.float64]


def solve(data: Ratings) -> Solution:
    """Solve the mixed-model equations for the proficiencies and for raters who link skills."""
    n, n_raters = len(data.prior_mean), len(data.severity_mean)
    skill, rater, severity = data.skill, data.rater, data.severity_variance

    # A rater heard once only adds noise to that rating; one without variance is known.
    linked = (np.bincount(rater, minlength=n_raters) > 1) & (severity > 0.0)
    n_linked = int(linked.sum())
    links = linked[rater]
    at = (np.cumsum(linked) - 1)[rater[links]]
    weight = 1.0 / (data.noise + np.where(links, 0.0, severity[rater]))

    # First u is eliminated, then theta: that gives A, B and their part of the right side.
    groups = _group(data, weight)
    strength = weight * groups.unshared[groups.of_rating]  # d
    own = 1.0 / (1.0 / data.prior_variance + sums(skill, strength, n))
    pull = sums(skill, strength * data.deviation, n)

    # What is left are the linked raters, in units of their own sd: the system is then the
    # identity plus a positive semidefinite matrix, so that Cholesky cannot fail.
    scale = np.sqrt(severity[linked])
    scaled = weight[links] * scale[at]
    crossed = sums(
        skill[links] * n_linked + at,
        scaled * groups.unshared[groups.of_rating[links]],
        n * n_linked,
    ).reshape(n, n_linked)
    system = np.diag(1.0 + sums(at, scaled * scale[at], n_linked))
    for rows, block in _blocks(groups.of_rating[links], at, scaled, len(groups.kept), n_linked):
        system -= block.T @ (groups.kept[rows, None] * block)
    system -= crossed.T @ (own[:, None] * crossed)
    apart = data.deviation - (groups.kept * groups.total)[groups.of_rating]
    right = sums(at, scaled * apart[links], n_linked) - crossed.T @ (own * pull)
    root = np.linalg.inv(np.linalg.cholesky(system))  # its eigenvalues are at least 1
    leniency = root.T @ (root @ right)

    # Back to theta: mean, covariance factor, covariance with the raters.
    factor = own[:, None] * (crossed @ root.T)
    joint = np.zeros(len(skill))
    joint[links] = -(factor @ root)[skill[links], at] * scale[at]
    return Solution(
        data=data,
        linked=linked,
        links=links,
        at=at,
        weight=weight,
        groups=groups,
        own=own,
        shift=own * (pull - crossed @ leniency),
        variance=own + np.square(factor).sum(axis=1),
        factor=factor,
        scale=scale,
        leniency=leniency,
        root=root,
        joint=joint,
    )


def kind_shares(solution: Solution) -> NDArray[np.float64]:
    """Sum the gains of each skill's own ratings by kind, shape (n, n_kinds)."""
    data, groups = solution.data, solution.groups
    n, n_kinds = len(data.prior_mean), len(data.shared)
    # Not negative but for rounding, see the notes of fuse_ratings.
    gain = solution.weight * groups.unshared[groups.of_rating] * _pull(solution)
    shares = sums(data.skill * n_kinds + data.kind, gain, n * n_kinds)
    return shares.reshape(n, n_kinds)


def gains(solution: Solution) -> NDArray[np.float64]:
    """
    Give the gain of each rating on its own skill, shape (k,); they may be negative, one by one.

    d mean / d y = Cov(theta, theta + beta + u | y) / v, and u follows from the group's ratings.
    """
    groups, pull = solution.groups, _pull(solution)
    shared = groups.kept * groups.sums(solution.weight * pull)
    return solution.weight * (pull - shared[groups.of_rating])


def severities(solution: Solution) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give posterior mean and variance of every rater's leniency, each of shape (n_raters,)."""
    data, links, groups = solution.data, solution.links, solution.groups
    rater, severity = data.rater, data.severity_variance
    mean, variance = data.severity_mean.copy(), severity.copy()
    mean[solution.linked] += solution.scale * solution.leniency
    variance[solution.linked] *= np.square(solution.root).sum(axis=0)
    # The others from what their one rating left over.
    once = ~links & (severity[rater] > 0.0)
    if once.any():
        spread = _spread(solution)
        who, where = rater[once], groups.of_rating[once]
        part = severity[who] * solution.weight[once]
        mean[who] += part * _residual(solution)[once]
        variance[who] = part * data.noise[once] + np.square(part) * spread[where]
    return mean, variance


def leave_one_out(solution: Solution) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    r"""
    Give each rating less what all others lead one to expect, and the variance of that.

    With :math:`\hat e_j` the posterior residual, :math:`w_j` the precision of the rating and
    :math:`\eta_j` all but its noise: :math:`\hat e_j / (1 - w_j \mathrm{Var}(\eta_j | y))` and
    :math:`w_j^{-1} / (1 - w_j \mathrm{Var}(\eta_j | y))`.
    """
    links, at, groups = solution.links, solution.at, solution.groups
    known = _spread(solution)[groups.of_rating]
    covariance = solution.root.T @ solution.root
    where, scale = groups.of_rating[links], solution.scale[at]
    # Cov(beta_r, sum of w beta over the group): block by block, as there may be many skills.
    shared = np.zeros(len(at))
    for rows, block in _blocks(
        where, at, solution.weight[links] * scale, len(groups.kept), len(solution.scale)
    ):
        inside = (where >= rows.start) & (where < rows.stop)
        shared[inside] = (block @ covariance)[where[inside] - rows.start, at[inside]]
    known[links] += np.square(scale) * np.diag(covariance)[at] + 2.0 * (
        groups.unshared[where] * solution.joint[links] - groups.kept[where] * scale * shared
    )
    # In (0, 1] but for rounding: the part of the rating's noise that the others leave open.
    surprise = np.maximum(1.0 - solution.weight * known, np.finfo(np.float64).tiny)
    return _residual(solution) / surprise, 1.0 / (solution.weight * surprise)


def _pull(solution: Solution) -> NDArray[np.float64]:
    """Give Cov(theta, theta + beta | y) of each rating; not negative but for rounding."""
    return np.maximum(solution.variance[solution.data.skill] + solution.joint, 0.0)


def _residual(solution: Solution) -> NDArray[np.float64]:
    """Give the posterior mean of each rating's noise; of raters heard once with their severity."""
    data, groups, links = solution.data, solution.groups, solution.links
    left = data.deviation.copy()
    left[links] -= (solution.scale * solution.leniency)[solution.at]
    u = groups.sums(solution.weight * left) - groups.weight * solution.shift[groups.skill]
    return left - solution.shift[data.skill] - (groups.kept * u)[groups.of_rating]


def _spread(solution: Solution) -> NDArray[np.float64]:
    """Give Var(theta + u | y) of each group."""
    groups, links, at = solution.groups, solution.links, solution.at
    spread = np.square(groups.unshared) * solution.variance[groups.skill] + groups.kept
    mixed = groups.sums(solution.weight * solution.joint)
    spread -= 2.0 * groups.unshared * groups.kept * mixed
    scaled = solution.weight[links] * solution.scale[at]
    for rows, block in _blocks(
        groups.of_rating[links], at, scaled, len(spread), len(solution.scale)
    ):
        through = np.linalg.norm(block @ solution.root.T, axis=1)
        spread[rows] += np.square(groups.kept[rows] * through)
    return spread


def _group(data: Ratings, weight: NDArray[np.float64]) -> Groups:
    """Eliminate what raters of one kind share about one skill."""
    n_kinds = len(data.shared)
    key, of_rating = np.unique(data.skill * n_kinds + data.kind, return_inverse=True)
    summed = sums(of_rating, weight, len(key))
    shared = data.shared[key % n_kinds] if len(key) else summed
    unshared = 1.0 / (1.0 + shared * summed)
    return Groups(
        of_rating=of_rating,
        skill=key // n_kinds if len(key) else key,
        weight=summed,
        total=sums(of_rating, weight * data.deviation, len(key)),
        unshared=unshared,
        kept=shared * unshared,
    )


def _blocks(
    row: NDArray[np.intp],
    column: NDArray[np.intp],
    value: NDArray[np.float64],
    n_rows: int,
    n_columns: int,
) -> Iterator[tuple[slice, NDArray[np.float64]]]:
    """Cut the sparse matrix of summed values into dense blocks of rows that fit in memory."""
    order = np.argsort(row, kind="stable")
    row, column, value = row[order], column[order], value[order]
    height = max(1, _BLOCK_ENTRIES // max(1, n_columns))
    for start in range(0, n_rows, height):
        stop = min(start + height, n_rows)
        first, last = np.searchsorted(row, (start, stop))
        flat = (row[first:last] - start) * n_columns + column[first:last]
        block = sums(flat, value[first:last], (stop - start) * n_columns)
        yield slice(start, stop), block.reshape(stop - start, n_columns)


def sums(at: NDArray[np.intp], value: NDArray[np.float64], length: int) -> NDArray[np.float64]:
    """Sum values by position."""
    return np.bincount(at, weights=value, minlength=length).astype(np.float64, copy=False)
