"""Sums over skills in one fixed order, for arrays with the skills first and the rows last."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

_Number = TypeVar("_Number", np.float64, np.int64)


def column_sums(x: NDArray[_Number]) -> NDArray[_Number]:
    """
    Sum (..., n_skills, rows) over the skills, adding whole rows of memory in order.

    A single column NumPy would add pairwise; accumulating keeps the bits of a learner the same
    whether they are alone or one of many.

    Examples
    --------
    >>> import numpy as np
    >>> column_sums(np.array([[1.0, 2.0], [3.0, 4.0]]))
    array([4., 6.])
    """
    n_skills, n_rows = x.shape[-2:]
    sums: NDArray[_Number] = (
        np.add.accumulate(x, axis=-2)[..., -1, :]
        if n_rows == 1 and n_skills
        else np.add.reduce(x, axis=-2)
    )
    return sums


def by_kind(
    x: NDArray[_Number], soft: NDArray[np.bool_]
) -> tuple[NDArray[_Number], NDArray[_Number]]:
    """
    Sum (n_skills, rows) over the hard and over the soft skills.

    Examples
    --------
    >>> import numpy as np
    >>> by_kind(np.array([[1.0], [3.0]]), np.array([[False], [True]]))
    (array([1.]), array([3.]))
    """
    of_soft = x * soft
    return column_sums(x - of_soft), column_sums(of_soft)
