"""
What a session is for: learning falls with the level, applying rises, feedback comes round.

The mix of a skill follows its proficiency by the expertise reversal effect: instruction helps
novices more than trying alone, and experts less.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skillbalance import _checks
from skillbalance.reference import defaults

ACTIVITIES: Final = ("learn", "practice", "apply", "feedback")

_GOLDEN: Final = 0.6180339887498949


def activity_mix(proficiency: ArrayLike, soft: ArrayLike) -> NDArray[np.float64]:
    r"""
    Return the share of each activity in the time of a skill.

    With the effect of instruction on novices `a` and on experts `b` (standardized, against less
    instruction), the effect at level `p` is ``a + (b - a) p``, and of the time that is neither
    practice nor feedback the part ``(1 + effect / a) / 2`` is for learning, the rest for applying:
    all of it learning at 0, half and half where instruction makes no difference, at 0.54.

    Parameters
    ----------
    proficiency : array_like of float, (...)
        Level, in [0, 1].
    soft : array_like of bool, (...)
        Whether the skill is soft: those have more time for feedback.

    Returns
    -------
    ndarray, (..., 4)
        Shares of learn, practice, apply and feedback, in the order of `ACTIVITIES`; they sum to 1.

    Raises
    ------
    InvalidValueError
        If a level is outside [0, 1].

    References
    ----------
    .. [1] Tetzlaff, Simonsmeier, Peters & Brod 2025, Learning and Instruction 98, 102142,
       doi:10.1016/j.learninstruc.2025.102142

    Examples
    --------
    >>> activity_mix([0.0, 1.0], False).round(2)
    array([[0.5 , 0.4 , 0.  , 0.1 ],
           [0.04, 0.4 , 0.46, 0.1 ]])
    """
    level = _checks.array_in("proficiency", proficiency, 0.0, 1.0)
    feedback = np.where(
        _checks.boolean_array("soft", soft),
        defaults.FEEDBACK_SHARE_SOFT.value,
        defaults.FEEDBACK_SHARE_HARD.value,
    )
    novice, expert = defaults.INSTRUCTION_NOVICE.value, defaults.INSTRUCTION_EXPERT.value
    learning = 0.5 * (1.0 + (novice + (expert - novice) * level) / novice)
    practice = defaults.PRACTICE_SHARE.value
    rest = 1.0 - practice - feedback
    shares = np.broadcast_arrays(learning * rest, practice, (1.0 - learning) * rest, feedback)
    return np.stack(shares, axis=-1)


def choose_activities(shares: Sequence[float], *, first: int, count: int) -> list[int]:
    """
    Give each of a run of sessions an activity, so that in the long run the shares are met.

    Session `g` gets the activity in whose part of [0, 1) the fraction of ``(g + 1) x 0.618...``
    lies: of any run of sessions, however short and wherever it starts, about the right part is of
    each activity, with no memory of earlier weeks.

    Parameters
    ----------
    shares : sequence of float
        Share of each activity; they sum to 1.
    first : int
        Number of the first session, counted from the first week.
    count : int
        How many.

    Returns
    -------
    list of int
        The activities, in the order of `shares`, sorted: what is learnt is then practised.

    Examples
    --------
    >>> choose_activities([0.5, 0.5], first=0, count=4)
    [0, 0, 1, 1]
    """
    ends = np.cumsum(shares)
    points = (np.arange(first, first + count) + 1) * _GOLDEN % 1.0
    chosen = np.searchsorted(ends, points, side="right").clip(max=len(ends) - 1)
    return sorted(int(one) for one in chosen)


def review_gap(delay_days: ArrayLike) -> NDArray[np.float64]:
    """
    Return how long after practice a review is worth most, ``0.593 D^0.649``. [days]

    Parameters
    ----------
    delay_days : array_like of float, (...)
        How long what is reviewed is to last, D. [days]

    Returns
    -------
    ndarray, (...)
        The gap. [days]

    Raises
    ------
    InvalidValueError
        If a delay is negative or not finite.

    References
    ----------
    .. [1] Cepeda, Vul, Rohrer, Wixted & Pashler 2008, Psychological Science 19(11), 1095-1102,
       doi:10.1111/j.1467-9280.2008.02209.x

    Examples
    --------
    >>> review_gap([7, 35, 70, 350]).round(1)
    array([ 2.1,  6. ,  9.3, 26.6])
    """
    delay = _checks.array_in("delay_days", _checks.finite_array("delay_days", delay_days), 0.0)
    scale, exponent = defaults.REVIEW_GAP_SCALE.value, defaults.REVIEW_GAP_EXPONENT.value
    return np.asarray(scale * delay**exponent)
