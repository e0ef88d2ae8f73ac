r"""
Restricted likelihood of the rater model on crossed raters, people and skills.

.. math::
   y = X b + Z_\theta \theta + Z_u u + Z_\beta \beta + e, \qquad
   V = \tau^2 Z_\theta Z_\theta' + \sum_s \big(\phi_s Z_{u,s} Z_{u,s}'
   + \sigma_s^2 Z_{\beta,s} Z_{\beta,s}' + v_s I_s\big) + q\,\mathrm{diag}(t)

The variances :math:`\gamma = (\tau^2, \phi_s, \sigma_s^2, v_s, q)` enter linearly,
:math:`V = \sum_k \gamma_k G_k`. With
:math:`P = V^{-1} - V^{-1} X (X' V^{-1} X)^{-1} X' V^{-1}`,

.. math::
   -2 \ell = \log |V| + \log |X' V^{-1} X| + y' P y, \qquad
   \frac{\partial \ell}{\partial \gamma_k}
   = \tfrac12 \big(y' P G_k P y - \mathrm{tr}\,P G_k\big), \qquad
   \mathcal A_{kl} = \tfrac12\, y' P G_k P G_l P y

where :math:`\mathcal A` is the average of observed and expected information (Gilmour, Thompson &
Cullis 1995). All traces are exact: without the raters who link blocks V falls apart into small
blocks, and these raters come back through one dense system (Woodbury).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from skillbalance.numeric.evidence.rater_layout import Batch, Layout

_Floats = NDArray[np.float64]
# Below this a triangle is inverted by LAPACK's way, above it by halves.
_SMALL_TRIANGLE = 64


class Variances(NamedTuple):
    """The components, all in proficiency squared; arrays have shape (n_kinds,)."""

    prior: float
    shared: _Floats
    severity: _Floats
    particular: _Floats
    ageing: float

    @classmethod
    def of(cls, flat: _Floats) -> "Variances":
        """Read them from one array, in this order."""
        shared, severity, particular = flat[1:-1].reshape(3, -1)
        return cls(float(flat[0]), shared, severity, particular, float(flat[-1]))


class Evaluation(NamedTuple):
    """
    The likelihood at given variances.

    Attributes
    ----------
    log_likelihood : float
        Restricted, up to a constant.
    score : ndarray of shape (p,)
    information : ndarray of shape (p, p)
        Average of observed and expected information.
    fixed, fixed_covariance : ndarray of shape (n_fixed,), (n_fixed, n_fixed)
        Levels, then leniencies of kinds, by generalised least squares.
    severity, severity_variance : ndarray of shape (n_raters,)
        Best linear unbiased predictions around the leniency of the kind, and their error
        variances; of a rater who was cut, those of the first piece.
    """

    log_likelihood: float
    score: _Floats
    information: _Floats
    fixed: _Floats
    fixed_covariance: _Floats
    severity: _Floats
    severity_variance: _Floats


class _Block(NamedTuple):
    """A stack of blocks with the inverse of each and what it does to the dense columns."""

    batch: Batch
    inverse: _Floats  # W
    crossed: _Floats  # W K


def evaluate(layout: Layout, flat: _Floats) -> Evaluation:
    """Return the restricted likelihood, its score, its information and the predictions."""
    ratings, gamma = layout.ratings, Variances.of(flat)
    noise = gamma.particular[ratings.kind] + gamma.ageing * ratings.age
    blocks = []
    log_det = 0.0
    grams, rights = [], []
    for batch in layout.batches:
        block, part = _invert(batch, gamma, ratings.kind, noise)
        blocks.append(block)
        log_det += part
        inner = np.swapaxes(batch.incidence, 1, 2) @ block.crossed
        grams.append((batch.pairs, inner))
        pulled = np.einsum("bnm,bn->bm", block.crossed, _at(ratings.rating, batch))
        rights.append((batch.columns, pulled))

    system = _Dense(layout, _gathered(grams, layout.square.stop + 1), gamma.severity)
    right = _gathered(rights, layout.n_linking + ratings.n_fixed + 1)
    log_det += system.log_det
    coefficient = system.solve(right[:-1, np.newaxis])[:, 0]
    residual = ratings.rating - np.append(coefficient, 0.0)[layout.dense].sum(axis=1)
    projected = _spread(blocks, residual[:, np.newaxis])[:, 0]  # P y

    traces, of_piece = _traces(layout, blocks, system, gamma)
    changes = _changes(layout, projected)
    pulled = np.zeros((len(right), changes.shape[1]))
    for block in blocks:
        inner = np.swapaxes(block.crossed, 1, 2) @ _at(changes, block.batch)
        np.add.at(pulled, block.batch.columns, inner)
    known = np.append(system.solve(pulled[:-1]), np.zeros((1, changes.shape[1])), axis=0)
    swept = _spread(blocks, changes - known[layout.dense].sum(axis=1))

    # A rater who was cut is known by the first piece.
    n_raters = int(ratings.rater.max(initial=-1)) + 1
    own = gamma.severity[layout.kind_of_piece()[:n_raters]]
    summed = np.bincount(layout.piece, projected)[:n_raters]
    return Evaluation(
        log_likelihood=-0.5 * (log_det + float(ratings.rating @ projected)),
        score=0.5 * (projected @ changes - traces),
        information=0.5 * (changes.T @ swept),
        fixed=coefficient[layout.n_linking :],
        fixed_covariance=system.corner,
        severity=own * summed,
        severity_variance=own - np.square(own) * of_piece[:n_raters],
    )


def _invert(
    batch: Batch, gamma: Variances, kind: NDArray[np.intp], noise: _Floats
) -> tuple[_Block, float]:
    """Invert the covariance of each block; return the log of its determinant too."""
    kinds = np.append(kind, 0)[batch.at][:, :, np.newaxis]
    covariance = gamma.prior * batch.same_cell
    covariance += gamma.shared[kinds] * batch.same_group
    covariance += gamma.severity[kinds] * batch.same_rater
    here = np.arange(batch.at.shape[1])
    # Padding is a rating of its own with variance 1, which no dense column touches.
    covariance[:, here, here] += np.append(noise, 1.0)[batch.at]
    root = np.linalg.cholesky(covariance)
    log_det = 2.0 * float(np.log(root[:, here, here]).sum())
    inverse = np.linalg.inv(covariance)
    return _Block(batch, inverse, inverse @ batch.incidence), log_det


def _gathered(found: list[tuple[NDArray[np.intp], _Floats]], length: int) -> _Floats:
    """Sum values by position, from all stacks at once: the sum may be far longer than they are."""
    at = np.concatenate([np.zeros(0, dtype=np.intp), *(place.ravel() for place, _ in found)])
    value = np.concatenate([np.zeros(0), *(part.ravel() for _, part in found)])
    return np.asarray(np.bincount(at, value, minlength=length), dtype=np.float64)


def _at(value: _Floats, batch: Batch) -> _Floats:
    """Take a value of each rating, 0 for padding."""
    padded = np.append(value, np.zeros_like(value[:1]), axis=0)
    result: _Floats = padded[batch.at]
    return result


def _spread(blocks: list[_Block], value: _Floats) -> _Floats:
    """Multiply columns by the block-diagonal inverse."""
    result = np.empty((len(value) + 1, value.shape[1]))
    for block in blocks:
        result[block.batch.at] = block.inverse @ _at(value, block.batch)
    return result[:-1]


def _changes(layout: Layout, projected: _Floats) -> _Floats:
    """Return G_k P y for every component, shape (k, p)."""
    ratings = layout.ratings
    columns: list[_Floats] = [_gathered_by(ratings.cell, projected)]
    group = np.unique(ratings.cell * ratings.n_kinds + ratings.kind, return_inverse=True)[1]
    by_group = _gathered_by(group, projected)
    by_piece = _gathered_by(layout.piece, projected)
    of_kind = ratings.kind == np.arange(ratings.n_kinds)[:, np.newaxis]
    columns += list(of_kind * by_group)
    columns += list((of_kind.T * ratings.severe).T * by_piece)
    columns += list(of_kind * projected)
    columns.append(ratings.age * projected)
    return np.stack(columns, axis=1)


def _gathered_by(label: NDArray[np.intp], value: _Floats) -> _Floats:
    """Give each rating the sum over all with its label."""
    return np.asarray(np.bincount(label, value)[label], dtype=np.float64)


def _traces(
    layout: Layout, blocks: list[_Block], system: "_Dense", gamma: Variances
) -> tuple[_Floats, _Floats]:
    """Return tr(P G_k) for every component, and z'Pz for every piece."""
    ratings = layout.ratings
    cell = 0.0
    k = len(ratings.rating)
    group, rater, diagonal = np.zeros((3, k + 1))
    for batch, inverse, crossed in blocks:
        inner = crossed @ system.selected[batch.pairs]
        swept = inverse - inner @ np.swapaxes(crossed, 1, 2)
        cell += float(np.sum(swept, where=batch.same_cell))
        group[batch.at] = np.sum(swept, axis=2, where=batch.same_group)
        rater[batch.at] = np.sum(swept, axis=2, where=batch.same_rater)
        diagonal[batch.at] = np.diagonal(swept, axis1=1, axis2=2)
    group, rater, diagonal = group[:k], rater[:k], diagonal[:k]
    n = ratings.n_kinds
    of_piece = np.bincount(layout.piece, rater)
    kind = layout.kind_of_piece()[layout.column_piece]
    variance = gamma.severity[kind]
    linked = (1.0 - system.linking_variance / variance) / variance
    of_piece[layout.column_piece] = linked
    severity = np.zeros(n) + np.bincount(kind, linked, minlength=n)
    severity += np.bincount(ratings.kind, rater, minlength=n)
    traces = np.concatenate(
        (
            [cell],
            np.bincount(ratings.kind, group, minlength=n),
            np.where(ratings.severe, severity, 0.0),
            np.bincount(ratings.kind, diagonal, minlength=n),
            [float(ratings.age @ diagonal)],
        )
    )
    return traces, np.asarray(of_piece, dtype=np.float64)


# --- the dense system -----------------------------------------------------------------------------


class _Dense:
    """
    Linking raters and fixed effects: each part of the raters alone, bordered by the effects.

    Raters stand in units of their own sd, so that their system is the identity plus a positive
    semidefinite matrix.
    """

    def __init__(self, layout: Layout, gram: _Floats, severity: _Floats) -> None:
        n_linking, n_fixed = layout.n_linking, layout.ratings.n_fixed
        self._parts = layout.parts
        self._scale = np.sqrt(severity[layout.kind_of_piece()[layout.column_piece]])
        border = gram[layout.border].reshape(n_linking, n_fixed) / 2.0  # it came from both sides
        border *= self._scale[:, np.newaxis]
        corner = gram[layout.square].reshape(n_fixed, n_fixed)
        self.selected = np.zeros(layout.square.stop + 1)
        self.linking_variance = np.zeros(n_linking)
        self.log_det = 0.0
        self._inverses: list[_Floats] = []
        solved = np.zeros_like(border)
        for columns, square in layout.parts:
            scale = self._scale[columns]
            own = gram[square].reshape(len(scale), len(scale)) * scale
            own = own * scale[:, np.newaxis] + np.eye(len(scale))
            root = np.linalg.cholesky(own)
            self.log_det += 2.0 * float(np.log(np.diagonal(root)).sum())
            half = _invert_triangle(np.asarray(root, dtype=np.float64))
            self._inverses.append(half.T @ half)
            solved[columns] = self._inverses[-1] @ border[columns]
        schur = corner - border.T @ solved
        root = np.linalg.cholesky(schur)
        self.log_det += 2.0 * float(np.log(np.diagonal(root)).sum())
        half = _invert_triangle(np.asarray(root, dtype=np.float64))
        self.corner = half.T @ half
        self._solved = solved
        across = solved @ self.corner
        for (columns, square), inverse in zip(layout.parts, self._inverses, strict=True):
            scale = self._scale[columns]
            whole = inverse + across[columns] @ solved[columns].T
            whole *= scale * scale[:, np.newaxis]
            self.selected[square] = whole.ravel()
            self.linking_variance[columns] = np.diagonal(whole)
        self.selected[layout.border] = (-across * self._scale[:, np.newaxis]).ravel()
        self.selected[layout.square] = self.corner.ravel()

    def solve(self, right: _Floats) -> _Floats:
        """Solve for several right sides, linking raters first, fixed effects last."""
        n_linking = len(self._scale)
        raters = right[:n_linking] * self._scale[:, np.newaxis]
        fixed = self.corner @ (right[n_linking:] - self._solved.T @ raters)
        alone = np.zeros_like(raters)
        for (columns, _), inverse in zip(self._parts, self._inverses, strict=True):
            alone[columns] = inverse @ raters[columns]
        linked = (alone - self._solved @ fixed) * self._scale[:, np.newaxis]
        return np.concatenate((linked, fixed))


def _invert_triangle(root: _Floats) -> _Floats:
    """Invert a lower triangle by halves: nearly all the work is multiplication."""
    n = len(root)
    if n <= _SMALL_TRIANGLE:
        return np.asarray(np.linalg.inv(root))
    half = n // 2
    result = np.zeros_like(root)
    result[:half, :half] = top = _invert_triangle(root[:half, :half])
    result[half:, half:] = bottom = _invert_triangle(root[half:, half:])
    result[half:, :half] = -bottom @ (root[half:, :half] @ top)
    return result
