"""How far a shadow price tells the same story: the budgets over which the same limits bind."""

from typing import Any, Final, TypedDict, Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skillbalance._checks import array_in
from skillbalance.numeric.allocation import Allocation, allocate_hours
from skillbalance.numeric.limits import SLACK
from skillbalance.numeric.problem import Floats

_HOURS_IN_A_WEEK: Final = 168.0
# Each round looks at this many budgets at once and keeps the gap between two of them.
_SECTIONS: Final = 40
_ROUNDS: Final = 5  # 41^5 > 1e8: the ends are known to a millionth of an hour


class Options(TypedDict, total=False):
    """Keyword arguments of :func:`~skillbalance.numeric.allocate_hours` besides the budget."""

    horizon_weeks: ArrayLike
    floor: ArrayLike
    target: ArrayLike
    beyond: ArrayLike
    rho: ArrayLike
    min_hours: ArrayLike
    max_hours: ArrayLike
    soft_share: tuple[ArrayLike, ArrayLike]


_OF_SKILL = frozenset(Options.__annotations__) - {"rho", "soft_share"}


def find_price_range(
    weight: ArrayLike,
    soft: ArrayLike,
    proficiency: ArrayLike,
    learning_rate: ArrayLike,
    forgetting_rate: ArrayLike,
    *,
    budget: ArrayLike,
    block_hours: float | None = None,
    **options: Unpack[Options],
) -> tuple[Floats, Floats]:
    """
    Return the budgets between which the optimal plan is held by the same limits.

    Parameters
    ----------
    budget : array_like of shape (...)
        The budget in question. [h/week]
    block_hours : float, optional
        With whole blocks the same plan, and so the same price, holds from the blocks that fit
        the budget up to one block more.

    Other parameters as in :func:`~skillbalance.numeric.allocate_hours`; all rows must have a plan.

    Returns
    -------
    low, high : ndarray of shape (...)
        Within them the same skills have hours and the same limit binds each skill, so the shadow
        price changes smoothly; found to about a millionth of an hour. *high* is 168 where no
        limit changes before the week is full. [h/week]

    Raises
    ------
    InvalidValueError, InfeasibleError
        As :func:`~skillbalance.numeric.allocate_hours`.

    Notes
    -----
    A search by sections: every round solves a row of budgets in one batch.

    Examples
    --------
    One skill with a target: the budget binds until the target is reached, then the target does.

    >>> low, high = find_price_range([1.0], [False], [0.5], 0.01, 0.0, budget=2.0,
    ...                              horizon_weeks=10.0, target=0.6, beyond=0.0)
    >>> from skillbalance.numeric import hours_to_reach
    >>> reach = hours_to_reach(0.6, proficiency=0.5, learning_rate=0.01, forgetting_rate=0.0,
    ...                        weeks=10.0)
    >>> bool(abs(high - reach) < 1e-5)
    True
    """
    asked = array_in("budget", budget, 0.0, _HOURS_IN_A_WEEK)
    if block_hours is not None:
        blocks = np.floor(asked / block_hours + SLACK)
        return blocks * block_hours, (blocks + 1.0) * block_hours
    skills = [
        _with_axis(x, of_skill=True)
        for x in (weight, soft, proficiency, learning_rate, forgetting_rate)
    ]
    given: dict[str, Any] = {**options}
    spread: dict[str, Any] = {
        name: _with_axis(value, of_skill=name in _OF_SKILL)
        for name, value in given.items()
        if name != "soft_share"
    }
    if "soft_share" in options:
        low, high = options["soft_share"]
        spread["soft_share"] = _with_axis(low, of_skill=False), _with_axis(high, of_skill=False)

    def solve(budgets: Floats) -> Allocation:
        # A smaller budget may not meet the minima; that is another story too.
        return allocate_hours(*skills, budget=budgets, errors="mark", **spread)

    here = solve(asked[..., None])
    story = _story(here)
    lead = here.readiness.shape[:-1]
    # Both ends at once, an axis of two before that of the budgets.
    ends = np.array([0.0, _HOURS_IN_A_WEEK])
    same, other = np.empty((*lead, 2)), np.empty((*lead, 2))
    same[...], other[...] = asked[..., None], ends
    steps = np.linspace(0.0, 1.0, _SECTIONS + 2)[1:]
    reached = np.zeros(same.shape, dtype=np.bool_)
    for _ in range(_ROUNDS):
        budgets = same[..., None] + (other - same)[..., None] * steps
        told = _story(solve(budgets.reshape(*lead, -1))).reshape(*budgets.shape, -1)
        alike = (told == story[..., None, :]).all(axis=-1)
        n_alike = np.cumprod(alike, axis=-1).sum(axis=-1)
        reached |= n_alike == steps.size  # as far as the end, in the first round
        whole = np.concatenate([same[..., None], budgets], axis=-1)
        at = np.minimum(n_alike, steps.size - 1)[..., None]
        other = np.take_along_axis(whole, at + 1, axis=-1)[..., 0]
        same = np.take_along_axis(whole, at, axis=-1)[..., 0]
    found = np.where(reached, ends, 0.5 * (same + other))
    return found[..., 0], found[..., 1]


def _with_axis(x: ArrayLike, *, of_skill: bool) -> NDArray[Any]:
    """Make room for an axis of budgets: before the skills, or last."""
    array = np.asarray(x)
    if not of_skill:
        return array[..., None]
    return array[..., None, :] if array.ndim else array


def _story(plan: Allocation) -> NDArray[np.int8]:
    """Return what binds each skill and whether it has hours, as one number."""
    story: NDArray[np.int8] = 2 * plan.binding + (plan.hours > SLACK)
    return np.where(np.isnan(plan.hours), np.int8(-1), story)
