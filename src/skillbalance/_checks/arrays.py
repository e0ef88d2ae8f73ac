"""Checks of arrays; the error names the first bad value and its index."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skillbalance._checks.values import range_rule
from skillbalance.errors import InvalidValueError

__all__ = ["array_in", "boolean_array", "finite_array", "number_array"]


def number_array(name: str, value: ArrayLike) -> NDArray[np.float64]:
    """
    Check that a value is an array of numbers, NaN and infinities included; give it as float64.

    Raises
    ------
    InvalidValueError
        If it is ragged, or holds booleans, strings or objects.
    """
    try:
        array = np.asarray(value)
    except ValueError as error:
        # Rows of unequal length.
        raise InvalidValueError(name, "a rectangular array of numbers", value) from error
    if array.size and array.dtype.kind not in "iuf":
        raise InvalidValueError(name, "an array of numbers", value)
    return array.astype(np.float64, copy=False)


def _refuse_first(
    name: str, array: NDArray[np.float64], good: NDArray[np.bool_], rule: str
) -> None:
    if not good.all():
        index = tuple(int(part) for part in np.argwhere(~good)[0])
        place = f"{name}[{', '.join(map(str, index))}]" if index else name
        raise InvalidValueError(place, rule, float(array[index]))


def finite_array(name: str, value: ArrayLike) -> NDArray[np.float64]:
    """
    Check that a value is an array of finite numbers and give it as float64.

    Parameters
    ----------
    name : str
        What the array is called in the error.
    value : array_like
        Numbers of any shape; booleans, strings and objects are refused.

    Returns
    -------
    ndarray of float64
        The same shape; a view where nothing had to be converted.

    Raises
    ------
    InvalidValueError
        Naming the first bad value and its index.

    Examples
    --------
    >>> finite_array("weight", [1, 0])
    array([1., 0.])
    """
    array = number_array(name, value)
    _refuse_first(name, array, np.isfinite(array), "a finite number")
    return array


def array_in(
    name: str,
    value: ArrayLike,
    low: float = -math.inf,
    high: float = math.inf,
    *,
    open_low: bool = False,
) -> NDArray[np.float64]:
    """
    Check that all numbers of an array lie in ``[low, high]`` and give it as float64.

    NaN is always refused; an infinity only where the limits exclude it (pass the result of
    :func:`finite_array` to exclude it everywhere).

    Parameters
    ----------
    name : str
        What the array is called in the error.
    value : array_like
        Numbers of any shape.
    low, high : float
        Inclusive limits.
    open_low : bool
        Whether *low* itself is outside.

    Returns
    -------
    ndarray of float64
        The same shape.

    Raises
    ------
    InvalidValueError
        Naming the first bad value and its index.

    Examples
    --------
    >>> array_in("proficiency", [0.2, 0.9], 0, 1)
    array([0.2, 0.9])
    """
    array = number_array(name, value)
    good = ((array > low) if open_low else (array >= low)) & (array <= high)
    rule = range_rule(low, high, open_low=open_low)
    _refuse_first(name, array, good, "a number" if rule == "a finite number" else rule)
    return array


def boolean_array(name: str, value: ArrayLike) -> NDArray[np.bool_]:
    """
    Check that a value is an array of booleans (numbers are refused, not read as truth).

    Raises
    ------
    InvalidValueError
        If it is not.
    """
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise InvalidValueError(name, "a rectangular array of booleans", value) from error
    if array.size and array.dtype != np.bool_:
        raise InvalidValueError(name, "an array of booleans", value)
    return array.astype(np.bool_, copy=False)
