"""
Planning on arrays: the default band of the soft share, the plan within it, and what it costs.

For one person and for many the same code with the same bits: free hours, the default limits of
the soft share, the plan within the limits, and the continuous plan that says what whole blocks
cost. :func:`judge_rows` says the same of hours that somebody chose.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from skillbalance.errors import InvalidValueError, SkillbalanceError
from skillbalance.numeric.allocation.allocate import (
    STATUS,
    Allocation,
    allocate_hours,
    evaluate_hours,
)
from skillbalance.numeric.allocation.limits import SLACK, widen_soft_share
from skillbalance.numeric.allocation.problem import OnError
from skillbalance.numeric.curve import proficiency_after
from skillbalance.numeric.indices import readiness_of
from skillbalance.numeric.masks import every, some
from skillbalance.reference.defaults import BALANCE_BAND

_Floats: TypeAlias = NDArray[np.float64]
_Booleans: TypeAlias = NDArray[np.bool_]

_SOLVED = STATUS.index("solved")
# Entries (rows x blocks of the budget) of one call that widens the default band: it looks at
# every number of soft blocks, in some ten arrays of this size.
_MOST_ENTRIES = 500_000
# Budgets of more blocks may be refused: the optimiser has to see them first.
_MOST_BLOCKS = 10_000


class Rows(NamedTuple):
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
        return self._replace(**{name: getattr(self, name)[rows] for name in _ARRAYS})

    @property
    def arguments(self) -> dict[str, Any]:
        """Arguments of the optimiser, limits of the share and sorts of hours aside."""
        return {name: getattr(self, name) for name in _ARGUMENTS}

    @property
    def by_default(self) -> _Booleans:
        """Which rows are planned within the default band."""
        return np.isnan(self.share_low) & np.isnan(self.share_high)

    @property
    def own_limits(self) -> tuple[_Floats, _Floats]:
        """Limits of the soft share that rows bring with them: none is (0, 1)."""
        low = np.where(self.by_default, 0.0, self.share_low)
        return low, np.where(self.by_default, 1.0, self.share_high)


_ARRAYS = tuple(name for name in Rows._fields if name not in ("block_hours", "max_skills"))
_ARGUMENTS = _ARRAYS[: _ARRAYS.index("share_low")]


class PlannedRows(NamedTuple):
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
    left_on_table: _Floats
    status: NDArray[np.int8]
    faults: Mapping[int, str]


class _Plans(NamedTuple):
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

    @classmethod
    def of(cls, found: Allocation) -> "_Plans":
        """Copy an allocation of rows."""
        arrays = {name: np.array(getattr(found, name)) for name in _TAKEN_OVER}
        return cls(**arrays, faults=dict(found.faults))

    def take(self, rows: NDArray[np.intp]) -> "_Plans":
        """Copy the plans of some rows."""
        arrays = {name: getattr(self, name)[rows] for name in _TAKEN_OVER}
        some = enumerate(rows.tolist()) if self.faults else ()
        return _Plans(**arrays, faults={i: self.faults[x] for i, x in some if x in self.faults})

    def replace(self, rows: NDArray[np.intp], others: "_Plans") -> None:
        """Put *others* in the places of some rows."""
        for name in _TAKEN_OVER:
            getattr(self, name)[rows] = getattr(others, name)
        for row in rows.tolist() if self.faults else ():
            self.faults.pop(row, None)
        self.faults.update({int(rows[i]): fault for i, fault in others.faults.items()})


_TAKEN_OVER = tuple(name for name in _Plans._fields if name != "faults")


def plan_rows(rows: Rows, *, errors: OnError = "mark") -> PlannedRows:
    """
    Plan each row within its own limits of the soft share, or else within the default band.

    Raises
    ------
    SkillbalanceError
        With ``errors="raise"``: what is wrong with the first row that has no plan.

    Notes
    -----
    A row that is invalid or infeasible is marked and explained; no row changes another.
    """
    # As a rule the free plan uses every hour it may. Then the default limits are known beforehand,
    # and the free plan and the one within them take one call.
    usable = _usable_hours(rows)
    guessed = _guess_limits(rows, usable)
    free, best = _plan_both(rows, *(guessed or (np.zeros_like(usable), np.ones_like(usable))))
    solved = free.status == _SOLVED
    used = _sums(free.hours)
    used = np.where(np.abs(used - usable) <= SLACK * (1.0 + usable), usable, used)
    if guessed is not None and (used == usable)[solved].all():
        low, high = guessed
    else:
        low, high = _share_limits(rows, used, solved)
        planned = guessed or (0.0, 1.0)
        otherwise = np.nonzero(solved & ((low != planned[0]) | (high != planned[1])))[0]
        best.replace(otherwise, _allocate(rows.take(otherwise), low[otherwise], high[otherwise]))
    if rows.max_skills is not None:
        # The band knows nothing of the skills that are shut out. Where that costs the plan, or
        # hours, it reaches as far as the share of the free plan.
        hours = _sums(best.hours)
        fewer = (best.status != _SOLVED) | (hours < used - SLACK * (1.0 + used))
        yielding = np.nonzero(solved & rows.by_default & fewer)[0]
        share = _sums(np.where(rows.soft, free.hours, 0.0))[yielding] / used[yielding]
        low[yielding] = np.minimum(low[yielding], share)
        high[yielding] = np.maximum(high[yielding], share)
        best.replace(yielding, _allocate(rows.take(yielding), low[yielding], high[yielding]))
    solved = best.status == _SOLVED
    if errors == "raise" and not every(solved):
        raise _error_of(rows, best, low, high)
    rounding, gap = np.full(solved.shape, np.nan), best.optimality_gap
    rounding[solved] = 0.0
    if rows.block_hours is not None and some(solved):
        unrounded = rows.take(solved)._replace(block_hours=None)
        continuous = _allocate(unrounded, low[solved], high[solved])
        rounding[solved] = np.maximum(continuous.readiness - best.readiness[solved], 0.0)
        # Proved twice: by the slopes at the blocks, and by the continuous optimum.
        gap[solved] = np.minimum(gap[solved], rounding[solved] + continuous.optimality_gap)
    low[~solved] = high[~solved] = np.nan
    return _planned(
        rows,
        best,
        (low, high),
        rounding_cost=rounding,
        price_of_balance=np.maximum(free.readiness - best.readiness, 0.0),
        left_on_table=np.zeros_like(rounding),
    )


def judge_rows(rows: Rows, hours: _Floats) -> PlannedRows:
    """
    Say of given *hours*, (rows, n_skills), what :func:`plan_rows` says of its own.

    The default band is advice, no limit, and blocks are not asked for: hours are compared with
    the best continuous ones within the limits that rows bring with them.

    Raises
    ------
    SkillbalanceError
        If no hours meet the limits, or these do not.
    """
    low, high = rows.own_limits
    free, best = _plan_both(rows._replace(block_hours=None), low, high)
    if (best.status != _SOLVED).any():
        raise _error_of(rows._replace(block_hours=None), best, low, high)
    judged = evaluate_hours(hours, **rows.arguments, soft_share=(low, high))
    return _planned(
        rows,
        _Plans.of(judged),
        (low, high),
        rounding_cost=np.zeros_like(low),
        price_of_balance=np.maximum(free.readiness - best.readiness, 0.0),
        left_on_table=np.maximum(best.readiness - judged.readiness, 0.0),
    )


# --- plans ----------------------------------------------------------------------------------------


def _plan_both(rows: Rows, low: _Floats, high: _Floats) -> tuple[_Plans, _Plans]:
    """
    Plan without limits of the soft share and within them; where nothing limits it, once.

    What a person's own limits make impossible is told with all of them; the default band is
    never what stands in the way.
    """
    every = np.arange(rows.budget.size)
    limited = np.nonzero((low != 0.0) | (high != 1.0))[0]
    both = _allocate(
        rows.take(np.concatenate([every, limited])),
        np.concatenate([np.zeros_like(low), low[limited]]),
        np.concatenate([np.ones_like(high), high[limited]]),
    )
    free, best = both.take(every), both.take(every)
    told = np.nonzero((free.status == _SOLVED)[limited] | ~rows.by_default[limited])[0]
    best.replace(limited[told], both.take(every.size + told))
    return free, best


def _allocate(rows: Rows, low: _Floats, high: _Floats, *, errors: OnError = "mark") -> _Plans:
    """Find the best hours within limits of the soft share, as a rule marking rows without any."""
    found = allocate_hours(
        **rows.arguments,
        soft_share=(low, high),
        block_hours=rows.block_hours,
        max_skills=rows.max_skills,
        errors=errors,
    )
    return _Plans.of(found)


def _error_of(rows: Rows, plans: _Plans, low: _Floats, high: _Floats) -> SkillbalanceError:
    """Return what is wrong with the first row that has no plan, as an error to raise."""
    row = int(np.nonzero(plans.status != _SOLVED)[0][0])
    one = np.array([row])
    own_low, own_high = rows.own_limits
    try:
        _allocate(rows.take(one), own_low[one], own_high[one], errors="raise")
        _allocate(rows.take(one), low[one], high[one], errors="raise")
    except SkillbalanceError as error:
        return error
    return SkillbalanceError(plans.faults[row])


def _planned(
    rows: Rows,
    plans: _Plans,
    limits: tuple[_Floats, _Floats],
    *,
    rounding_cost: _Floats,
    price_of_balance: _Floats,
    left_on_table: _Floats,
) -> PlannedRows:
    """Add what the hours come to, and what becomes of the skills without any."""
    idle, readiness_now, readiness_idle = _without_practice(rows, plans.status == _SOLVED)
    in_all = _sums(plans.hours)
    planned = np.where(in_all > 0.0, in_all, np.nan)
    return PlannedRows(
        hours=plans.hours,
        proficiency=plans.proficiency,
        proficiency_idle=idle,
        marginal_return=plans.marginal_return,
        binding=plans.binding,
        hours_in_all=in_all,
        unused_hours=plans.unused_hours,
        soft_share=_sums(np.where(rows.soft, plans.hours, 0.0)) / planned,
        share_low=limits[0],
        share_high=limits[1],
        readiness=plans.readiness,
        readiness_now=readiness_now,
        readiness_idle=readiness_idle,
        shadow_price=plans.shadow_price,
        optimality_gap=plans.optimality_gap,
        rounding_cost=rounding_cost,
        price_of_balance=price_of_balance,
        left_on_table=left_on_table,
        status=plans.status,
        faults=plans.faults,
    )


def _without_practice(rows: Rows, solved: _Booleans) -> tuple[_Floats, _Floats, _Floats]:
    """Return levels left alone, readiness now, and readiness left alone; NaN where not solved."""
    planned = rows if every(solved) else rows.take(solved)
    level = proficiency_after(
        planned.proficiency,
        0.0,
        learning_rate=planned.learning_rate,
        forgetting_rate=planned.forgetting_rate,
        weeks=planned.horizon_weeks,
        floor=planned.floor,
    )
    idle = np.full(rows.weight.shape, np.nan)
    idle[solved] = level
    readiness = np.full((2, *solved.shape), np.nan)
    readiness[:, solved] = readiness_of(
        planned.weight,
        planned.soft,
        np.stack([planned.proficiency, level]),
        target=planned.target,
        beyond=planned.beyond,
        rho=planned.rho,
    )
    return idle, readiness[0], readiness[1]


# --- limits of the soft share ---------------------------------------------------------------------


def _usable_hours(rows: Rows) -> _Floats:
    """Return the hours of the budget that blocks and maxima leave."""
    budget, most = rows.budget, np.minimum(rows.max_hours, rows.budget[:, np.newaxis])
    if rows.block_hours is not None:
        budget = np.floor(budget / rows.block_hours + SLACK) * rows.block_hours
        most = np.floor(most / rows.block_hours + SLACK) * rows.block_hours
    return np.minimum(budget, _sums(most))


def _guess_limits(rows: Rows, usable: _Floats) -> tuple[_Floats, _Floats] | None:
    """Return each row's limits if its free plan uses all usable hours; None if a row is invalid."""
    fine = rows.block_hours is None or every(usable <= _MOST_BLOCKS * rows.block_hours)
    try:
        return _share_limits(rows, usable, np.full(usable.shape, fine)) if fine else None
    except InvalidValueError:
        return None


def _share_limits(rows: Rows, used: _Floats, solved: _Booleans) -> tuple[_Floats, _Floats]:
    """Return each row's limits of the soft share: its own, or the default band where it exists."""
    low, high = rows.own_limits
    # With one kind there is nothing to balance.
    both = rows.soft.any(axis=-1) & ~rows.soft.all(axis=-1)
    banded = np.nonzero(rows.by_default & both & solved)[0]
    band = BALANCE_BAND.value
    low[banded] = np.maximum(rows.recommended[banded] - band, 0.0)
    high[banded] = np.minimum(rows.recommended[banded] + band, 1.0)
    banded = banded[~_within_reach(rows, used, low, high)[banded]]
    if rows.block_hours is None:
        step = max(banded.size, 1)
    else:
        blocks = float(rows.budget[banded].max(initial=0.0)) / rows.block_hours
        step = max(int(_MOST_ENTRIES / (1.0 + blocks)), 1)
    for start in range(0, banded.size, step):
        part = banded[start : start + step]
        low[part], high[part] = widen_soft_share(
            (low[part], high[part]),
            rows.soft[part],
            used_hours=used[part],
            budget=rows.budget[part],
            min_hours=rows.min_hours[part],
            max_hours=rows.max_hours[part],
            block_hours=rows.block_hours,
        )
    return low, high


def _within_reach(rows: Rows, used: _Floats, low: _Floats, high: _Floats) -> _Booleans:
    """
    Say where limits of the share surely have a plan of the hours used.

    So it is for most people: neither minima nor maxima stand in the way, and a whole number of
    soft blocks lies within the limits.
    """
    open_: _Booleans = (rows.min_hours == 0.0).all(axis=-1)
    open_ &= (rows.max_hours >= used[:, np.newaxis]).all(axis=-1)
    if rows.block_hours is not None:
        blocks = np.rint(used / rows.block_hours)
        open_ &= np.ceil(low * blocks) <= np.floor(high * blocks)
    return open_


def _sums(x: _Floats) -> _Floats:
    """Sum over the skills of each row, in the order in which NumPy sums one row alone."""
    return np.asarray(np.ascontiguousarray(x).sum(axis=-1))
