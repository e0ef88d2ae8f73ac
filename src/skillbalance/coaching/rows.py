"""
Planning on arrays: the default band of the soft share, the plan within it, and what it costs.

What :func:`skillbalance.plan_time` does for one person, for many rows at once and with the same
bits: free hours first, from them the default limits of the soft share, then the plan within the
limits, and the continuous plan that says what whole blocks cost.
"""

from collections.abc import Mapping
from typing import TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from skillbalance.errors import SkillbalanceError
from skillbalance.numeric.allocation import STATUS, allocate_hours
from skillbalance.numeric.curve import proficiency_after
from skillbalance.numeric.limits import widen_soft_share
from skillbalance.numeric.problem import OnError
from skillbalance.numeric.readiness import readiness_of
from skillbalance.reference.defaults import BALANCE_BAND

_Floats: TypeAlias = NDArray[np.float64]
_Booleans: TypeAlias = NDArray[np.bool_]

_SOLVED = STATUS.index("solved")
# Entries (rows x blocks of the budget) of one call that widens the default band: it looks at
# every number of soft blocks, in some ten arrays of this size.
_MOST_ENTRIES = 500_000


@attrs.frozen(kw_only=True, eq=False)
class Rows:
    """
    People as rows, all with the same number of skills and the same blocks.

    Attributes
    ----------
    weight, proficiency, learning_rate, forgetting_rate, horizon_weeks, floor, target, beyond, \
    min_hours, max_hours : ndarray of shape (rows, n_skills)
        As :func:`~skillbalance.numeric.allocate_hours` names them.
    soft : ndarray of bool, shape (rows, n_skills)
        Which skills are soft.
    budget, rho : ndarray of shape (rows,)
        Likewise.
    share_low, share_high : ndarray of shape (rows,)
        The person's limits of the soft share; both NaN for the default band.
    recommended : ndarray of shape (rows,)
        The recommended soft share, the middle of the default band.
    block_hours : float or None
        Length of a block. [h]
    max_skills : int or None
        How many skills may get hours.
    """

    weight: _Floats
    soft: _Booleans
    proficiency: _Floats
    learning_rate: _Floats
    forgetting_rate: _Floats
    horizon_weeks: _Floats
    floor: _Floats
    target: _Floats
    beyond: _Floats
    min_hours: _Floats
    max_hours: _Floats
    budget: _Floats
    rho: _Floats
    share_low: _Floats
    share_high: _Floats
    recommended: _Floats
    block_hours: float | None
    max_skills: int | None

    def take(self, rows: NDArray[np.intp] | _Booleans) -> "Rows":
        """Return some of the rows."""
        return attrs.evolve(self, **{name: getattr(self, name)[rows] for name in _ARRAYS})


_ARRAYS = tuple(
    field.name for field in attrs.fields(Rows) if field.name not in ("block_hours", "max_skills")
)


@attrs.frozen(kw_only=True, eq=False)
class PlannedRows:
    """Plans as arrays (rows, n_skills) and (rows,); NaN, status and fault where there is none."""

    hours: _Floats
    proficiency: _Floats
    proficiency_idle: _Floats
    marginal_return: _Floats
    binding: NDArray[np.int8]
    hours_in_all: _Floats
    unused_hours: _Floats
    soft_share: _Floats
    share_low: _Floats
    share_high: _Floats
    readiness: _Floats
    readiness_now: _Floats
    readiness_idle: _Floats
    shadow_price: _Floats
    optimality_gap: _Floats
    rounding_cost: _Floats
    price_of_balance: _Floats
    status: NDArray[np.int8]
    faults: Mapping[int, str]


@attrs.frozen(kw_only=True, eq=False)
class _Best:
    """What is taken over from an allocation, in arrays that may be written to."""

    hours: _Floats
    proficiency: _Floats
    marginal_return: _Floats
    binding: NDArray[np.int8]
    readiness: _Floats
    shadow_price: _Floats
    optimality_gap: _Floats
    unused_hours: _Floats
    status: NDArray[np.int8]
    faults: dict[int, str]

    def replace(self, rows: _Booleans, others: "_Best") -> None:
        """Put *others* in the places of some rows."""
        for name in _TAKEN_OVER:
            getattr(self, name)[rows] = getattr(others, name)
        place = np.nonzero(rows)[0]
        self.faults.update({int(place[row]): fault for row, fault in others.faults.items()})


_TAKEN_OVER = tuple(field.name for field in attrs.fields(_Best) if field.name != "faults")


def plan_rows(rows: Rows) -> PlannedRows:
    """
    Plan each row within its own limits of the soft share, or else within the default band.

    Notes
    -----
    A row that is invalid or infeasible is marked and explained; no row changes another.
    """
    free = _allocate(rows, np.zeros_like(rows.share_low), np.ones_like(rows.share_low))
    free_readiness = free.readiness.copy()
    low, high = _share_limits(rows, free)
    # Where nothing limits the share, the free plan is the plan.
    limited = (free.status == _SOLVED) & ~((low == 0.0) & (high == 1.0))
    best = free
    if limited.any():
        best.replace(limited, _allocate(rows.take(limited), low[limited], high[limited]))
    solved = best.status == _SOLVED
    rounding, gap = np.full(solved.shape, np.nan), best.optimality_gap
    rounding[solved] = 0.0
    if rows.block_hours is not None and solved.any():
        unrounded = attrs.evolve(rows.take(solved), block_hours=None)
        continuous = _allocate(unrounded, low[solved], high[solved])
        rounding[solved] = np.maximum(continuous.readiness - best.readiness[solved], 0.0)
        # Proved twice: by the slopes at the blocks, and by the continuous optimum.
        gap[solved] = np.minimum(gap[solved], rounding[solved] + continuous.optimality_gap)
    low[~solved] = high[~solved] = np.nan
    idle, readiness_now, readiness_idle = _without_practice(rows, solved)
    in_all = _sums(best.hours)
    some = np.where(in_all > 0.0, in_all, np.nan)
    return PlannedRows(
        hours=best.hours,
        proficiency=best.proficiency,
        proficiency_idle=idle,
        marginal_return=best.marginal_return,
        binding=best.binding,
        hours_in_all=in_all,
        unused_hours=best.unused_hours,
        soft_share=_sums(np.where(rows.soft, best.hours, 0.0)) / some,
        share_low=low,
        share_high=high,
        readiness=best.readiness,
        readiness_now=readiness_now,
        readiness_idle=readiness_idle,
        shadow_price=best.shadow_price,
        optimality_gap=gap,
        rounding_cost=rounding,
        price_of_balance=np.maximum(free_readiness - best.readiness, 0.0),
        status=best.status,
        faults=best.faults,
    )


def find_error(rows: Rows) -> SkillbalanceError | None:
    """Return what :func:`plan_rows` finds wrong with a single row, as an error to raise."""
    low, high = np.zeros(1), np.ones(1)
    try:
        free = _allocate(rows, low, high, errors="raise")
        _allocate(rows, *_share_limits(rows, free), errors="raise")
    except SkillbalanceError as error:
        return error
    return None


def _allocate(rows: Rows, low: _Floats, high: _Floats, *, errors: OnError = "mark") -> _Best:
    """Find the best hours within limits of the soft share, as a rule marking rows without any."""
    found = allocate_hours(
        rows.weight,
        rows.soft,
        rows.proficiency,
        rows.learning_rate,
        rows.forgetting_rate,
        budget=rows.budget,
        horizon_weeks=rows.horizon_weeks,
        floor=rows.floor,
        target=rows.target,
        beyond=rows.beyond,
        rho=rows.rho,
        min_hours=rows.min_hours,
        max_hours=rows.max_hours,
        soft_share=(low, high),
        block_hours=rows.block_hours,
        max_skills=rows.max_skills,
        errors=errors,
    )
    arrays = {name: np.array(getattr(found, name)) for name in _TAKEN_OVER}
    return _Best(**arrays, faults=dict(found.faults))


def _share_limits(rows: Rows, free: _Best) -> tuple[_Floats, _Floats]:
    """Return each row's limits of the soft share: its own, or the default band where it exists."""
    by_default = np.isnan(rows.share_low) & np.isnan(rows.share_high)
    low = np.where(by_default, 0.0, rows.share_low)
    high = np.where(by_default, 1.0, rows.share_high)
    # With one kind there is nothing to balance.
    both = rows.soft.any(axis=-1) & ~rows.soft.all(axis=-1)
    banded = np.nonzero(by_default & both & (free.status == _SOLVED))[0]
    if rows.block_hours is None:
        step = max(banded.size, 1)
    else:
        blocks = float(rows.budget[banded].max(initial=0.0)) / rows.block_hours
        step = max(int(_MOST_ENTRIES / (1.0 + blocks)), 1)
    used, band = _sums(free.hours), BALANCE_BAND.value
    for start in range(0, banded.size, step):
        part = banded[start : start + step]
        recommended = rows.recommended[part]
        low[part], high[part] = widen_soft_share(
            (np.maximum(recommended - band, 0.0), np.minimum(recommended + band, 1.0)),
            rows.soft[part],
            used_hours=used[part],
            budget=rows.budget[part],
            min_hours=rows.min_hours[part],
            max_hours=rows.max_hours[part],
            block_hours=rows.block_hours,
        )
    return low, high


def _without_practice(rows: Rows, solved: _Booleans) -> tuple[_Floats, _Floats, _Floats]:
    """Return levels left alone, readiness now, and readiness left alone; NaN where not solved."""
    some = rows.take(solved)
    level = proficiency_after(
        some.proficiency,
        0.0,
        learning_rate=some.learning_rate,
        forgetting_rate=some.forgetting_rate,
        weeks=some.horizon_weeks,
        floor=some.floor,
    )
    idle = np.full(rows.weight.shape, np.nan)
    idle[solved] = level
    readiness = np.full((2, *solved.shape), np.nan)
    for i, at in enumerate((some.proficiency, level)):
        readiness[i, solved] = readiness_of(
            some.weight, some.soft, at, target=some.target, beyond=some.beyond, rho=some.rho
        )
    return idle, readiness[0], readiness[1]


def _sums(x: _Floats) -> _Floats:
    """Sum over the skills of each row, in the order in which NumPy sums one row alone."""
    return np.asarray(np.ascontiguousarray(x).sum(axis=-1))
