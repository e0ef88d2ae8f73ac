"""Records to plain objects that JSON can hold."""

import datetime as dt
import enum
import math
from collections.abc import Mapping

import attrs
import numpy as np

from skillbalance import _checks
from skillbalance.errors import InvalidValueError
from skillbalance.formats._types import entries

__all__ = ["plain"]


def plain(value: object, path: str) -> object:
    """
    Turn a record, or what it is made of, into dicts, lists, strings and numbers.

    Parameters
    ----------
    value : object
        A record, enum member, date, mapping, tuple, array or simple value.
    path : str
        Where it stands, for the error.

    Returns
    -------
    object
        What ``json.dumps`` takes.

    Raises
    ------
    InvalidValueError
        If a number is not finite or a value is of a type that no document holds.

    Examples
    --------
    >>> plain({"due_on": dt.date(2026, 1, 5)}, "$")
    {'due_on': '2026-01-05'}
    """
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise InvalidValueError(path, "a finite number to be written", value)
        return float(value)
    if isinstance(value, enum.Enum):
        return plain(value.value, path)
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: plain(one, _checks.entry(path, str(key))) for key, one in value.items()}
    if isinstance(value, (tuple, list)):
        return [plain(one, f"{path}[{place}]") for place, one in enumerate(value)]
    if isinstance(value, (np.ndarray, np.generic)):
        return plain(value.tolist(), path)
    cls: type = type(value)
    if attrs.has(cls):
        return {key: plain(getattr(value, key), f"{path}.{key}") for key in entries(cls)}
    raise InvalidValueError(path, "of a type that a document can hold", value)
