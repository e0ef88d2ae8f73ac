"""
The normal distribution on arrays, and points that stand for many normal numbers.

NumPy has neither its distribution function nor the inverse; the standard library has both, one
number at a time, and that is quick enough here.
"""

import math
from functools import cache
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

_Floats: TypeAlias = NDArray[np.float64]

# Half the width of a central 90 % interval in standard deviations. A number, because the module
# that computes it takes longer to load than this package; a test compares the two.
HALF_WIDTH: Final = 1.6448536269514722
_ERFC = np.frompyfunc(math.erfc, 1, 1)
_ROOT_HALF = math.sqrt(0.5)


def normal_cdf(x: _Floats) -> _Floats:
    r"""
    Return :math:`\Phi(x)`, exact to rounding in both tails.

    Examples
    --------
    >>> normal_cdf(np.array([-np.inf, 0.0, 1.6448536269514722])).round(12).tolist()
    [0.0, 0.5, 0.95]
    """
    return 0.5 * np.asarray(_ERFC(-_ROOT_HALF * np.asarray(x)), dtype=np.float64)


def normal_quantile(probability: _Floats) -> _Floats:
    r"""
    Return :math:`\Phi^{-1}`; infinite at 0 and 1.

    Examples
    --------
    >>> normal_quantile(np.array([0.0, 0.5, 0.95])).round(4).tolist()
    [-inf, 0.0, 1.6449]
    """
    # The module takes longer to load than this package; whoever forecasts can wait for it.
    from statistics import NormalDist

    inside = np.clip(probability, 1e-300, 1.0 - 2.0**-53)
    found = np.asarray(np.frompyfunc(NormalDist().inv_cdf, 1, 1)(inside), dtype=np.float64)
    return np.where(probability <= 0.0, -np.inf, np.where(probability >= 1.0, np.inf, found))


@cache
def normal_points(n_points: int, n_axes: int) -> _Floats:
    r"""
    Return evenly spread points of independent normal numbers, shape (n_points, n_axes).

    Their mean of a smooth function is its expectation with an error of about 1 / n_points, where
    random numbers have 1 / sqrt(n_points); and they are the same every time.

    Notes
    -----
    Richtmyer's lattice, :math:`\{i \sqrt{p_j}\}` with the primes :math:`p_j`, folded by
    :math:`1 - |2x - 1|` so that the ends meet, and sent through :math:`\Phi^{-1}`. Read-only,
    and kept for the next call.

    References
    ----------
    Genz, A., & Bretz, F. (2009). Computation of multivariate normal and t probabilities.
    Springer. doi:10.1007/978-3-642-01689-9

    Examples
    --------
    >>> points = normal_points(1024, 3)
    >>> bool(abs(points.mean(axis=0)).max() < 0.01), bool(abs(points.std(axis=0) - 1).max() < 0.02)
    (True, True)
    """
    steps = np.sqrt(np.array(_first_primes(n_axes), dtype=np.float64))
    # From a half on, so that no point lies on an end.
    even = np.mod((np.arange(n_points)[:, np.newaxis] + 0.5) * steps, 1.0)
    points = normal_quantile(1.0 - np.abs(2.0 * even - 1.0))
    points.flags.writeable = False
    return points


def _first_primes(n: int) -> list[int]:
    """List the first n primes."""
    primes: list[int] = []
    candidate = 2
    while len(primes) < n:
        if all(candidate % prime for prime in primes if prime * prime <= candidate):
            primes.append(candidate)
        candidate += 1
    return primes
