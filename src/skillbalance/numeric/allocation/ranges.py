"""How far a shadow price tells the same story: the budgets over which the same limits bind."""

from typing import Any, Final, NamedTuple, TypedDict, Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skillbalance._checks import array_in
from skillbalance.numeric.allocation.judge import solve_part
from skillbalance.numeric.allocation.limits import SLACK
from skillbalance.numeric.allocation.problem import Floats, Problem, read_arguments
from skillbalance.numeric.sums import by_kind
from skillbalance.reference.defaults import BEYOND, RHO

_HOURS_IN_A_WEEK: Final = 168.0
# An end is known when it lies between two budgets as near as this. [h/week]
_NEAR: Final = 1e-6
# Where the first round looks, as parts of the way to the end: everywhere, and closely at first.
_FIRST: Final = np.concatenate(
    [[0.0, 5e-9], np.geomspace(1e-4, 0.02, 6), np.linspace(0.04, 1.0, 25)]
)
# Where later rounds look: evenly, and ever nearer to the guesses from either side.
_EVEN: Final = np.linspace(0.0, 1.0, 9)[1:-1]
_AROUND: Final = np.geomspace(1e-7, 1.0, 8)
_ROUNDS: Final = 12  # evenly alone these would do; three are usual


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


_DEFAULTS: Final[Options] = {
    "floor": 0.0,
    "target": 1.0,
    "beyond": BEYOND.value,
    "rho": RHO.value,
    "min_hours": 0.0,
    "max_hours": np.inf,
    "soft_share": (0.0, 1.0),
}


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
    Every round solves a row of budgets for both ends in one batch. Hours are smooth in the budget
    as long as the same limits bind, with a kink where that ends: the lines through the hours on
    either side meet near it, or the worth of an hour crosses its price without a kink. The next
    round looks closely there.

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
    given: dict[str, Any] = {**_DEFAULTS, **options}
    arguments = read_arguments(
        weight, soft, proficiency, learning_rate, forgetting_rate, budget=asked, **given
    )
    lead = arguments.shape[:-1]
    if 0 in arguments.shape:
        return np.zeros(lead), np.full(lead, _HOURS_IN_A_WEEK)
    low, high = _search(arguments.problem)
    return low.reshape(lead), high.reshape(lead)


class _Probe(NamedTuple):
    """
    Plans at rising or falling budgets (cases, k); all else (n_skills, cases, k).

    ``worth`` is the log of the marginal return over the price of an hour.
    """

    budgets: Floats
    hours: Floats
    worth: Floats
    story: NDArray[np.int8]

    def take(self, cases: NDArray[np.intp]) -> "_Probe":
        """Return some of the cases."""
        return _Probe(
            self.budgets[cases], self.hours[:, cases], self.worth[:, cases], self.story[:, cases]
        )


def _search(problem: Problem) -> Floats:
    """Return where the story of each row ends, below and above, of shape (2, rows)."""
    n = problem.n_rows
    rows = np.concatenate([np.arange(n), np.arange(n)])
    asked = problem.budget[rows]
    found = np.minimum(_least(problem), problem.budget)
    found = np.concatenate([found, np.full(n, _HOURS_IN_A_WEEK)])
    budgets = asked[:, None] + (found - asked)[:, None] * _FIRST
    budgets[:, -1] = found
    probe = _look(problem, rows, budgets)
    story = probe.story[..., :1]
    cases = np.arange(2 * n)
    for turn in range(_ROUNDS):
        alike = (probe.story == story[:, cases]).all(axis=0)
        last = np.logical_and.accumulate(alike, axis=-1).sum(axis=-1) - 1
        if turn == 0:
            # The same story as far as the end.
            (stay,) = (last < alike.shape[-1] - 1).nonzero()
            cases, last = cases[stay], last[stay]
            probe = probe.take(stay)
            if not cases.size:
                break
        every = np.arange(cases.size)
        same, other = probe.budgets[every, last], probe.budgets[every, last + 1]
        found[cases] = 0.5 * (same + other)
        guesses = _meeting(probe, last), _crossing(probe, last, problem.beyond[:, rows[cases]])
        (stay,) = (np.abs(other - same) > _NEAR).nonzero()
        if not stay.size:
            break
        cases, same, other = cases[stay], same[stay, None], other[stay, None]
        parts = [same + (other - same) * _EVEN]
        for guess in (guesses[0][stay, None], guesses[1][stay, None]):
            parts += [guess + (edge - guess) * _AROUND for edge in (same, other)]
        budgets = np.sort(np.concatenate(parts, axis=-1), axis=-1)
        budgets = np.where(same < other, budgets, budgets[:, ::-1])
        probe = _look(problem, rows[cases], budgets)
    return found.reshape(2, n)


def _look(problem: Problem, rows: NDArray[np.intp], budgets: Floats) -> _Probe:
    """Solve rows at budgets of shape (cases, k)."""
    shape = (problem.n_skills, *budgets.shape)
    many = problem.take(np.repeat(rows, budgets.shape[-1]))
    plan = solve_part(many._replace(budget=budgets.reshape(-1)), None)
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        worth = np.log(plan.marginal_return / plan.shadow_price)
    # A smaller budget may not meet the limits; that is another story too.
    story = np.where(plan.solved, 2 * plan.binding + (plan.hours > SLACK), -1).astype(np.int8)
    of_skill = plan.hours.reshape(shape), worth.reshape(shape), story.reshape(shape)
    return _Probe(budgets, *of_skill)


def _meeting(probe: _Probe, last: NDArray[np.intp]) -> Floats:
    """
    Guess where each story ends: where the lines through the hours on either side meet.

    Of the skill whose hours bend most; the middle where no lines meet in between.
    """
    k = probe.budgets.shape[-1]
    every = np.arange(last.size)
    at = [np.clip(last + step, 0, k - 1) for step in (-1, 0, 1, 2)]
    x = [probe.budgets[every, i] for i in at]
    y = [probe.hours[:, every, i] for i in at]
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        here, there = (y[1] - y[0]) / (x[1] - x[0]), (y[3] - y[2]) / (x[3] - x[2])
        bend = np.nan_to_num(np.abs(there - here), nan=-1.0)
        meet = x[1] + (y[2] - y[1] - there * (x[2] - x[1])) / (here - there)
    return _between(meet[bend.argmax(axis=0), every], x[1], x[2])


def _crossing(probe: _Probe, last: NDArray[np.intp], beyond: Floats) -> Floats:
    """
    Guess where each story ends: where the worth of an hour of some skill crosses the price.

    On a target, also what it would be worth if the target were not reached; the middle if none.
    """
    every = np.arange(last.size)
    x = [probe.budgets[every, i] for i in (last, last + 1)]
    worth = [probe.worth[:, every, i] for i in (last, last + 1)]
    told = [probe.story[:, every, i] for i in (last, last + 1)]
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        lines = np.stack([np.zeros_like(beyond), np.log(beyond)])
        before, after = worth[0] - lines, worth[1] - lines
        crosses = (told[0] != told[1]) & (before * after < 0.0) & np.isfinite(before - after)
        meet = x[0] + (x[1] - x[0]) * before / (before - after)
    nearest = np.where(crosses, np.abs(meet - x[0]), np.inf).reshape(-1, last.size).argmin(axis=0)
    return _between(meet.reshape(-1, last.size)[nearest, every], *x)


def _between(guess: Floats, same: Floats, other: Floats) -> Floats:
    """Return the guess, or the middle where it is not strictly between."""
    inside = (guess - same) * (guess - other) < 0.0
    return np.where(inside, guess, 0.5 * (same + other))


def _least(problem: Problem) -> Floats:
    """Return the budget below which minima and their share of the hours do not fit, (rows,)."""
    hard, soft = by_kind(problem.lower, problem.soft)
    with np.errstate(divide="ignore", invalid="ignore"):
        for_soft = np.where(hard > 0.0, hard / (1.0 - problem.share_low), 0.0)
        for_hard = np.where(soft > 0.0, soft / problem.share_high, 0.0)
    return np.maximum(hard + soft, np.maximum(for_soft, for_hard))
