"""How fast the skills of a person are learned and forgotten: what records say, as rates."""

import math
from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from skillbalance.model.skill import Skill

_Floats: TypeAlias = NDArray[np.float64]


class Rates(NamedTuple):
    r"""
    The rates of the practice curve, one entry per skill.

    Attributes
    ----------
    learning : ndarray of shape (n,)
        :math:`\ln 2` over the hours that halve the gap. [1/h]
    forgetting : ndarray of shape (n,)
        :math:`\ln 2` over the half-life, times what everyday use does not prevent. [1/week]
    retained : ndarray of shape (n,)
        Share of today's proficiency that never fades.
    """

    learning: _Floats
    forgetting: _Floats
    retained: _Floats


def rates_of(skills: Sequence[Skill]) -> Rates:
    """
    Return the rates of some skills.

    Examples
    --------
    >>> rates = rates_of([Skill(id="sql", kind="hard", half_gap_hours=100, half_life_weeks=50)])
    >>> rates.learning.round(5).tolist(), rates.forgetting.round(5).tolist()
    ([0.00693], [0.01386])
    """

    def column(values: list[float]) -> _Floats:
        return np.array(values, dtype=np.float64)

    half_life = column([skill.half_life_weeks for skill in skills])
    upkeep = column([skill.upkeep for skill in skills])
    return Rates(
        learning=learning_rates(column([skill.half_gap_hours for skill in skills])),
        forgetting=forgetting_rates(half_life, upkeep),
        retained=column([skill.retained_share for skill in skills]),
    )


def learning_rates(half_gap_hours: _Floats) -> _Floats:
    """Turn hours that halve the gap into rates. [1/h]"""
    return math.log(2.0) / half_gap_hours


def forgetting_rates(half_life_weeks: _Floats, upkeep: _Floats) -> _Floats:
    """Turn half-lives into rates, less what everyday use prevents. [1/week]"""
    return math.log(2.0) / half_life_weeks * (1.0 - upkeep)
