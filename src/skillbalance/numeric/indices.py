r"""
From proficiencies to one number: credit, the index of each kind, readiness.

.. math::
   c(p) = \min(p, t) + \beta \max(p - t, 0), \qquad
   H = \frac{\sum_{hard} w c}{\sum_{hard} w}, \quad S \text{ likewise}, \qquad
   F = \left( (1 - s) H^\rho + s S^\rho \right)^{1/\rho}

with :math:`s` the soft part of the weights. :math:`\rho = 0` is the weighted geometric mean,
:math:`\rho = 1` the arithmetic one; below 1 the kinds are complements: each makes the other
worth more, and balance follows from it.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skillbalance._checks import array_in, finite_array
from skillbalance.errors import InvalidValueError
from skillbalance.numeric.masks import some
from skillbalance.numeric.sums import column_sums

# What a sum of parts is divided by where it is 0, and the parts with it.
_LEAST = 5e-324
# Nearer to 0 than this the mean is the geometric one to the last digit, and products with rho
# would underflow.
_GEOMETRIC = 1e-200


class Prices(NamedTuple):
    """How much readiness rises per unit of the hard and of the soft index. [1]"""

    hard: NDArray[np.float64]
    soft: NDArray[np.float64]


class KindShares(NamedTuple):
    """Weights as parts of their own kind, and the soft part of all weights."""

    hard: NDArray[np.float64]
    soft: NDArray[np.float64]
    soft_share: NDArray[np.float64]


def credit(
    proficiency: NDArray[np.float64], target: NDArray[np.float64], beyond: NDArray[np.float64]
) -> NDArray[np.float64]:
    r"""Return :math:`\min(p, t) + \beta \max(p - t, 0)`: a point past the target counts less."""
    return np.minimum(proficiency, target) + beyond * np.maximum(proficiency - target, 0.0)


def kind_shares(
    weight: NDArray[np.float64], soft: NDArray[np.bool_], *, axis: int = -1
) -> KindShares:
    """
    Split weights by kind, each kind normalized to 1 over the skills along *axis*.

    A kind whose weights are all zero is absent: its parts are 0 and the other kind has all of
    ``soft_share``. Where every weight is zero all parts are.
    """
    # Dividing by the largest first keeps sums of tiny or huge weights in range.
    peak = np.maximum.reduce(weight, axis=axis, keepdims=True, initial=_LEAST)
    scaled = weight / peak
    of_soft = scaled * soft
    of_hard = scaled - of_soft
    # Skills first, rows are added in the order of sums.column_sums; skills last, NumPy's serves.
    add = _add_rows if axis == 0 else _add_last
    total_soft, total_hard = add(of_soft), add(of_hard)
    share = total_soft / np.maximum(total_soft + total_hard, _LEAST)
    of_hard /= np.maximum(total_hard, _LEAST)
    of_soft /= np.maximum(total_soft, _LEAST)
    return KindShares(of_hard, of_soft, share.squeeze(axis))


def _add_rows(x: NDArray[np.float64]) -> NDArray[np.float64]:
    return column_sums(x)[np.newaxis]


def _add_last(x: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(x.sum(axis=-1, keepdims=True))


def readiness(
    hard_index: ArrayLike, soft_index: ArrayLike, soft_share: ArrayLike, rho: ArrayLike
) -> NDArray[np.float64]:
    r"""
    Combine the two indices: :math:`F = ((1 - s) H^\rho + s S^\rho)^{1/\rho}`.

    Parameters
    ----------
    hard_index, soft_index : array_like
        :math:`H` and :math:`S`, in [0, 1].
    soft_share : array_like
        :math:`s` in [0, 1]. At 0 the soft index does not count, at 1 the hard one does not.
    rho : array_like
        At most 1. Smooth through 0.

    Returns
    -------
    ndarray
        Readiness in [0, 1], between the two indices.

    Notes
    -----
    Computed as :math:`\log(F/H) = \mathrm{log1p}(s\,\mathrm{expm1}(\rho \log(S/H)))/\rho`
    with the roles exchanged where that overflows: exact to rounding for any rho, also at 1e-12.
    With rho <= 0 a kind at zero makes readiness zero.

    Examples
    --------
    >>> round(float(readiness(0.8, 0.2, 0.5, 1.0)), 12)
    0.5
    >>> round(float(readiness(0.8, 0.2, 0.5, 0.0)), 12)
    0.4
    >>> round(float(readiness(0.8, 0.2, 0.5, -1.0)), 12)
    0.32
    """
    hard = array_in("hard_index", hard_index, 0.0, 1.0)
    soft = array_in("soft_index", soft_index, 0.0, 1.0)
    share = array_in("soft_share", soft_share, 0.0, 1.0)
    return combine(hard, soft, share, checked_rho(rho))


def checked_rho(rho: ArrayLike) -> NDArray[np.float64]:
    """Return *rho* as an array, refused above 1 (readiness would not be concave)."""
    value = finite_array("rho", rho)
    if some(value > 1.0):
        raise InvalidValueError("rho", "at most 1", float(value[value > 1.0].flat[0]))
    return value


def combine(
    hard: NDArray[np.float64],
    soft: NDArray[np.float64],
    share: NDArray[np.float64],
    rho: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Readiness without the checks of :func:`readiness`."""
    return np.exp(_logarithms(hard, soft, share, rho).value)


def combine_with_prices(
    hard: NDArray[np.float64],
    soft: NDArray[np.float64],
    share: NDArray[np.float64],
    rho: NDArray[np.float64],
) -> tuple[NDArray[np.float64], Prices]:
    r"""
    Return readiness and its partial derivatives :math:`F_H = (1 - s)(F/H)^{1 - \rho}`, :math:`F_S`.

    A derivative is infinite at a zero index for rho in [0, 1), where the first hour is worth any
    price. With both indices at zero the derivatives along H = S are returned, a supergradient.
    """
    value, to_hard, to_soft = _logarithms(hard, soft, share, rho)
    power = 1.0 - rho
    with np.errstate(over="ignore", invalid="ignore"):
        of_hard = (1.0 - share) * np.exp(power * to_hard)
        of_soft = share * np.exp(power * to_soft)
    # A kind without a share, and every kind of an arithmetic mean, has its share as its price.
    linear = power == 0.0
    if some(linear | (share == 0.0) | (share == 1.0)):
        of_hard = np.where((share < 1.0) & ~linear, of_hard, 1.0 - share)
        of_soft = np.where((share > 0.0) & ~linear, of_soft, share)
    return np.exp(value), Prices(of_hard, of_soft)


def prices(
    hard: NDArray[np.float64],
    soft: NDArray[np.float64],
    share: NDArray[np.float64],
    rho: NDArray[np.float64],
) -> Prices:
    """Return the derivatives of :func:`combine_with_prices`."""
    return combine_with_prices(hard, soft, share, rho)[1]


def readiness_of(
    weight: NDArray[np.float64],
    soft: NDArray[np.bool_],
    proficiency: NDArray[np.float64],
    *,
    target: NDArray[np.float64],
    beyond: NDArray[np.float64],
    rho: NDArray[np.float64],
) -> NDArray[np.float64]:
    """
    Readiness straight from skills: credit, then both indices, then the combination.

    All arguments broadcast with the skill axis last, except *rho*, which has the leading shape.
    """
    shares = kind_shares(weight, soft)
    held = credit(proficiency, target, beyond)
    return combine(
        (shares.hard * held).sum(axis=-1),
        (shares.soft * held).sum(axis=-1),
        shares.soft_share,
        rho,
    )


class _Logarithms(NamedTuple):
    """Logarithms of readiness F, of F / H and of F / S."""

    value: NDArray[np.float64]
    to_hard: NDArray[np.float64]
    to_soft: NDArray[np.float64]


def _logarithms(
    hard: NDArray[np.float64],
    soft: NDArray[np.float64],
    share: NDArray[np.float64],
    rho: NDArray[np.float64],
) -> _Logarithms:
    """
    Take the logarithm of everything, with the limits from above where an index is zero.

    Where nothing is at a corner, the general formula is all there is; corners cost as many steps
    again and are rare.
    """
    corner = (hard <= 0.0) | (soft <= 0.0) | (share <= 0.0) | (share >= 1.0)
    geometric = np.abs(rho) < _GEOMETRIC
    if some(corner | geometric):
        return _at_corners(hard, soft, share, rho, geometric)
    log_hard, log_soft = np.log(hard), np.log(soft)
    apart = log_soft - log_hard
    return _by_base(log_hard, log_soft, apart, share, rho * apart, rho)


def _by_base(
    log_hard: NDArray[np.float64],
    log_soft: NDArray[np.float64],
    apart: NDArray[np.float64],
    share: NDArray[np.float64],
    term: NDArray[np.float64],
    divisor: NDArray[np.float64],
) -> _Logarithms:
    """
    Sum the two terms from the larger one, so that the exponential never overflows.

    expm1 and log1p keep the limit rho -> 0 exact.
    """
    on_hard = term <= 0.0
    falling = -np.abs(term)
    other = np.where(on_hard, share, 1.0 - share)
    from_base = np.log1p(other * np.expm1(falling)) / divisor
    to_hard = np.where(on_hard, from_base, from_base + apart)
    to_soft = np.where(on_hard, from_base - apart, from_base)
    return _Logarithms(np.where(on_hard, log_hard, log_soft) + from_base, to_hard, to_soft)


def _at_corners(
    hard: NDArray[np.float64],
    soft: NDArray[np.float64],
    share: NDArray[np.float64],
    rho: NDArray[np.float64],
    geometric: NDArray[np.bool_],
) -> _Logarithms:
    """Do the same where an index or a share may be 0 or 1, or rho so small that products vanish."""
    with np.errstate(divide="ignore", invalid="ignore"):
        log_hard, log_soft = np.log(hard), np.log(soft)
        apart = np.where(hard == soft, 0.0, log_soft - log_hard)
        term = np.where(geometric, 0.0, rho * apart)
        divisor = np.where(geometric, 1.0, rho)
        value, to_hard, to_soft = _by_base(log_hard, log_soft, apart, share, term, divisor)
        # The geometric mean, with 0 * log 0 = 0 for a kind that has no share.
        of_hard = np.where(share < 1.0, (1.0 - share) * log_hard, 0.0)
        of_soft = np.where(share > 0.0, share * log_soft, 0.0)
        value = np.where(geometric, of_hard + of_soft, value)
        to_hard = np.where(geometric, np.where(share > 0.0, share * apart, 0.0), to_hard)
        to_soft = np.where(geometric, np.where(share < 1.0, (share - 1.0) * apart, 0.0), to_soft)
    # A kind without a share counts for nothing, whatever its index: readiness is the other one.
    to_hard = np.where(share == 0.0, 0.0, to_hard)
    to_soft = np.where(share == 1.0, 0.0, to_soft)
    value = np.where(share == 0.0, log_hard, np.where(share == 1.0, log_soft, value))
    return _Logarithms(value, to_hard, to_soft)
