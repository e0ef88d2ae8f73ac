r"""
Limits on the hours: whether any plan can meet them, and if none can, why.

With hard and soft hours :math:`x_H, x_S`, sums of minima :math:`m` and of maxima :math:`M`, a plan
exists if and only if

.. math::
   \min_i \le \max_i, \quad m_H + m_S \le B, \quad
   (1 - lo) \min(M_S, B - m_H) \ge lo\, m_H, \quad
   hi \min(M_H, B - m_S) \ge (1 - hi)\, m_S .

The shares that plans reach fill an interval, so the last two need no joint condition. In whole
blocks they do, and every number of soft blocks is tried.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skillbalance._checks import array_in
from skillbalance.errors import Conflict
from skillbalance.numeric.allocation.problem import Floats, Problem, read_arguments
from skillbalance.numeric.masks import some
from skillbalance.numeric.sums import by_kind, column_sums

# Hours and shares are compared with this slack, relative to the budget: limits such as 0.1 + 0.2
# are met although their binary sum is not.
SLACK = 1e-9

Blocks: TypeAlias = NDArray[np.int64]


class WholeBlocks(NamedTuple):
    """
    The limits in whole blocks, each of shape (n_skills, rows) or (rows,).

    Minima are rounded up, maxima and the budget down: a plan in whole blocks that meets these
    meets the limits in hours.
    """

    lower: Blocks
    upper: Blocks
    budget: Blocks


def in_blocks(problem: Problem, block_hours: float) -> WholeBlocks:
    """Express budget, minima and maxima in blocks; no maximum exceeds what the budget leaves."""
    budget = np.floor(problem.budget / block_hours + SLACK).astype(np.int64)
    lower = np.ceil(problem.lower / block_hours - SLACK).astype(np.int64)
    # One block beyond the budget stays open, so that the value of a larger budget can be told.
    reach = np.minimum(problem.upper, problem.budget + 2.0 * block_hours)
    upper = np.floor(reach / block_hours + SLACK)
    return WholeBlocks(lower=lower, upper=upper.astype(np.int64), budget=budget)


def hard_range(soft_blocks: Blocks, share_low: Floats, share_high: Floats) -> tuple[Floats, Floats]:
    """
    Return the fewest and most hard blocks that keep the soft share, given the soft blocks.

    Any amounts may be passed, not only whole numbers; the answer is rounded inwards to whole
    blocks. Most is infinite where the share has no lower limit.
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        fewest = np.where(
            share_high > 0.0,
            soft_blocks * (1.0 - share_high) / share_high,
            np.where(soft_blocks > 0, np.inf, 0.0),
        )
        most = np.where(share_low > 0.0, soft_blocks * (1.0 - share_low) / share_low, np.inf)
    return np.ceil(fewest * (1.0 - SLACK) - SLACK), np.floor(most * (1.0 + SLACK) + SLACK)


def feasible(problem: Problem, block_hours: float | None) -> NDArray[np.bool_]:
    """Return which rows have a plan at all, shape (rows,)."""
    if block_hours is not None:
        return _feasible_blocks(problem, block_hours)
    slack = SLACK * (1.0 + problem.budget)
    possible = (problem.lower <= problem.upper + slack).all(axis=0)
    possible &= column_sums(problem.lower) <= problem.budget + slack
    low, high = problem.share_low, problem.share_high
    limited = (low > 0.0) | (high < 1.0)
    if some(limited):
        least_hard, least_soft = by_kind(problem.lower, problem.soft)
        most_hard, most_soft = by_kind(np.minimum(problem.upper, problem.budget), problem.soft)
        reach_soft = np.minimum(most_soft, problem.budget - least_hard)
        reach_hard = np.minimum(most_hard, problem.budget - least_soft)
        reached = (1.0 - low) * reach_soft >= low * least_hard - slack
        reached &= high * reach_hard >= (1.0 - high) * least_soft - slack
        possible &= reached | ~limited
    return np.asarray(possible)


def _feasible_blocks(problem: Problem, block_hours: float) -> NDArray[np.bool_]:
    """Try every number of soft blocks."""
    blocks = in_blocks(problem, block_hours)
    upper = np.minimum(blocks.upper, blocks.budget)
    least_hard, least_soft = by_kind(blocks.lower, problem.soft)
    most_hard, most_soft = by_kind(upper, problem.soft)
    soft = np.arange(int(blocks.budget.max(initial=0)) + 1)[None, :]
    fewest, most = hard_range(soft, problem.share_low[:, None], problem.share_high[:, None])
    fewest = np.maximum(fewest, least_hard[:, None])
    most = np.minimum(most, np.minimum(most_hard[:, None], blocks.budget[:, None] - soft))
    possible = (fewest <= most) & (soft >= least_soft[:, None]) & (soft <= most_soft[:, None])
    return np.asarray((blocks.lower <= upper).all(axis=0) & possible.any(axis=-1))


def widen_soft_share(
    wished: tuple[ArrayLike, ArrayLike],
    soft: ArrayLike,
    *,
    used_hours: ArrayLike,
    budget: ArrayLike,
    min_hours: ArrayLike = 0.0,
    max_hours: ArrayLike = np.inf,
    block_hours: float | None = None,
) -> tuple[Floats, Floats]:
    """
    Widen wished limits of the soft share as little as needed for a plan of *used_hours* to exist.

    What a default wishes must never cost a plan, nor leave hours idle that a plan without it
    would use.

    Parameters
    ----------
    wished : pair of array_like of shape (...)
        The limits one would like.
    soft : array_like of bool, shape (..., n_skills)
    used_hours : array_like of shape (...)
        Hours that the best plan without limits of the share uses. [h/week]
    budget, min_hours, max_hours, block_hours
        The other limits, which must have a plan, as in
        :func:`~skillbalance.numeric.allocate_hours`.

    Returns
    -------
    low, high : ndarray of shape (...)
        Both limits, moved out by the distance to the nearest share there is.

    Raises
    ------
    InvalidValueError
        If an argument is not finite, out of range or does not broadcast.

    Examples
    --------
    One block of an hour can only be all hard or all soft; all hard is nearer to 0.3:

    >>> low, high = widen_soft_share((0.2, 0.4), [False, True], used_hours=1.0, budget=1.0,
    ...                              block_hours=1.0)
    >>> float(low), round(float(high), 12)
    (0.0, 0.6)
    """
    arguments = read_arguments(
        1.0,
        soft,
        0.0,
        0.0,
        0.0,
        budget=np.broadcast_arrays(budget, used_hours, *wished)[0],
        horizon_weeks=1.0,
        floor=0.0,
        target=1.0,
        beyond=0.0,
        rho=1.0,
        min_hours=min_hours,
        max_hours=max_hours,
        soft_share=wished,
    )
    problem, lead = arguments.problem, arguments.shape[:-1]
    used = np.broadcast_to(array_in("used_hours", used_hours, 0.0), lead).reshape(-1)
    low, high = problem.share_low, problem.share_high
    if block_hours is None:
        apart = _apart(problem, used)
    else:
        apart = _apart_in_blocks(problem, block_hours, used)
    widened = np.maximum(low - apart, 0.0), np.minimum(high + apart, 1.0)
    return widened[0].reshape(lead), widened[1].reshape(lead)


def _apart(problem: Problem, used: Floats) -> Floats:
    """Return how far the share limits are from the nearest share of *used* hours."""
    least_hard, least_soft = by_kind(problem.lower, problem.soft)
    most_hard, most_soft = by_kind(np.minimum(problem.upper, problem.budget), problem.soft)
    total = np.maximum(used, 1e-300)
    smallest = np.maximum(least_soft, used - most_hard) / total
    largest = np.minimum(most_soft, used - least_hard) / total
    off = np.maximum(problem.share_low - largest, smallest - problem.share_high)
    return np.where(used > SLACK * (1.0 + problem.budget), np.maximum(off, 0.0), 0.0)


def _apart_in_blocks(problem: Problem, block_hours: float, used: Floats) -> Floats:
    """Return how far the share limits are from the nearest share that whole blocks reach."""
    blocks = in_blocks(problem, block_hours)
    upper = np.minimum(blocks.upper, blocks.budget)
    least_hard, least_soft = (x[:, None] for x in by_kind(blocks.lower, problem.soft))
    most_hard, most_soft = (x[:, None] for x in by_kind(upper, problem.soft))
    at_least = np.rint(used / block_hours).astype(np.int64)[:, None]
    low, high = problem.share_low[:, None], problem.share_high[:, None]
    soft = np.arange(int(blocks.budget.max(initial=0)) + 1)[None, :]
    fewest = np.maximum(least_hard, at_least - soft).astype(np.float64)
    most = np.minimum(most_hard, blocks.budget[:, None] - soft).astype(np.float64)
    possible = (fewest <= most) & (soft >= least_soft) & (soft <= most_soft)
    wished = hard_range(soft, low, high)
    apart = np.full(possible.shape, np.inf)
    for hard in wished:
        near = np.clip(hard, fewest, np.maximum(most, fewest))
        total = near + soft
        share = soft / np.maximum(total, 1.0)
        off = np.maximum(np.maximum(low - share, share - high), 0.0)
        apart = np.minimum(apart, np.where(total > 0.0, off, 0.0))
    return np.asarray(np.where(possible, apart, np.inf).min(axis=-1))


def find_conflicts(
    problem: Problem, block_hours: float | None, names: Sequence[str] | None = None
) -> tuple[Conflict, ...]:
    """
    Name the smallest set of limits that no plan can meet together, for a problem of one row.

    Parameters
    ----------
    names : sequence of str, optional
        Skill ids for the message; positions if absent.

    Returns
    -------
    tuple of Conflict
        Dropping any one of them makes the rest of the set possible. Each says the smallest change
        of that limit alone, the others as they are, that lets the *whole* problem have a plan;
        NaN where none does. Empty if there is a plan.

    Notes
    -----
    A minimum above its maximum is a conflict of two and is named first. Otherwise limits are
    dropped as long as the rest stays impossible, small minima first, so that what remains is
    the few that weigh most: for sums of minima that is the smallest set there is.
    """
    if feasible(problem, block_hours)[0]:
        return ()
    label = [repr(i) if names is None else f'"{names[i]}"' for i in range(problem.n_skills)]
    limits = _all_limits(problem, block_hours, label)
    crossed = np.nonzero(problem.lower[:, 0] > problem.upper[:, 0])[0]
    if crossed.size:
        i = int(crossed[0])
        kept = [x for x in limits if x.name in (f"min_hours[{label[i]}]", f"max_hours[{label[i]}]")]
    else:
        kept = _sieve(limits, [], _Case(problem, block_hours))
    case = _Case(problem, block_hours)
    return tuple(
        Conflict(limit=limit.name, value=limit.value, relaxed=_smallest_relaxation(limit, case))
        for limit in kept
    )


class _Case(NamedTuple):
    """One row with its block size, which is a limit like the others."""

    problem: Problem
    block_hours: float | None

    def possible(self) -> bool:
        return bool(feasible(self.problem, self.block_hours)[0])


class _Limit(NamedTuple):
    """A limit that can be moved from its value to one that no longer limits."""

    name: str
    value: float
    free: float
    move: Callable[[_Case, float], _Case]


def _all_limits(problem: Problem, block_hours: float | None, label: Sequence[str]) -> list[_Limit]:
    """List the limits in force in the order in which they are tried for dropping."""
    n = problem.n_skills
    lower, upper = problem.lower[:, 0], problem.upper[:, 0]
    # Enough for all minima at any share that blocks of a sensible size can meet.
    ample = max(1000.0, 100.0 * float(lower.sum()), 2.0 * float(problem.budget[0]))

    def per_skill(name: str, i: int) -> Callable[[_Case, float], _Case]:
        def move(case: _Case, value: float) -> _Case:
            changed = getattr(case.problem, name).copy()
            changed[i, 0] = value
            return case._replace(problem=case.problem._replace(**{name: changed}))

        return move

    def per_row(name: str) -> Callable[[_Case, float], _Case]:
        def move(case: _Case, value: float) -> _Case:
            changed = np.array([value])
            return case._replace(problem=case.problem._replace(**{name: changed}))

        return move

    minima = [i for i in sorted(range(n), key=lambda i: float(lower[i])) if lower[i] > 0.0]
    maxima = [i for i in sorted(range(n), key=lambda i: -float(upper[i])) if np.isfinite(upper[i])]
    limits = [
        _Limit(f"max_hours[{label[i]}]", float(upper[i]), np.inf, per_skill("upper", i))
        for i in maxima
    ]
    if block_hours is not None:
        limits.append(
            _Limit(
                "block_hours",
                block_hours,
                0.0,
                lambda case, value: case._replace(block_hours=value or None),
            )
        )
    limits += [
        _Limit(f"min_hours[{label[i]}]", float(lower[i]), 0.0, per_skill("lower", i))
        for i in minima
    ]
    low, high = float(problem.share_low[0]), float(problem.share_high[0])
    if low > 0.0:
        limits.append(_Limit("soft_share[0]", low, 0.0, per_row("share_low")))
    if high < 1.0:
        limits.append(_Limit("soft_share[1]", high, 1.0, per_row("share_high")))
    limits.append(_Limit("hours_per_week", float(problem.budget[0]), ample, per_row("budget")))
    return limits


def _sieve(limits: list[_Limit], kept: list[_Limit], case: _Case) -> list[_Limit]:
    """
    Drop, in order, every limit without which the rest is still impossible.

    The order is that of trying them one by one; whole stretches are tried first, so that a few
    conflicting limits among thousands cost a logarithm.
    """

    def go(part: list[_Limit], case: _Case) -> _Case:
        without = case
        for limit in part:
            without = limit.move(without, limit.free)
        if not without.possible():
            return without
        if len(part) == 1:
            kept.append(part[0])
            return case
        half = len(part) // 2
        return go(part[half:], go(part[:half], case))

    go(limits, case)
    return kept


def _smallest_relaxation(limit: _Limit, case: _Case) -> float:
    """Return the value nearest to the limit's own that makes the whole case possible, or NaN."""
    if limit.name == "block_hours":
        # Not monotone: a third of a block may fit where a half does not.
        finer = [limit.value / parts for parts in range(2, 13)]
        return next((x for x in finer if limit.move(case, x).possible()), np.nan)
    free = limit.free if np.isfinite(limit.free) else float(case.problem.budget[0])
    if not limit.move(case, free).possible():
        return np.nan
    bad, good = limit.value, free
    while abs(good - bad) > 1e-10 * (1.0 + abs(good)):
        middle = 0.5 * (good + bad)
        if limit.move(case, middle).possible():
            good = middle
        else:
            bad = middle
    plain = float(round(good, 6))
    return plain if limit.move(case, plain).possible() else good
