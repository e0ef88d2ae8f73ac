r"""
The best use of hours: one function for one learner and for a million.

:func:`allocate_hours` reads and broadcasts its arguments (``problem``), lets a solver choose the
hours (``continuous`` or ``blocks``), and then judges them without trusting the solver
(``proof``): levels, readiness, prices, what binds, and a bound on what any other plan could add.
"""

from collections.abc import Iterable, Mapping
from typing import Final, get_args

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from skillbalance._checks import array_in, finite_array, integer_in, number_in
from skillbalance.errors import Conflict, InfeasibleError, InvalidValueError
from skillbalance.model._items import FrozenMapping
from skillbalance.numeric.allocation.judge import (
    MAX_SKILLS,
    Margins,
    Verdict,
    judge,
    slack_of,
    solve_part,
)
from skillbalance.numeric.allocation.limits import find_conflicts
from skillbalance.numeric.allocation.problem import Floats, OnError, Problem, read_arguments
from skillbalance.numeric.allocation.proof import linear_bound, stand
from skillbalance.numeric.sums import by_kind, column_sums
from skillbalance.reference.defaults import BEYOND, RHO

# The codes of `Allocation.status`.
STATUS: Final = ("solved", "invalid", "infeasible")
_INVALID, _INFEASIBLE = 1, 2

# Every block of the budget is looked at: more of them than this is a slip of the pen.
_MOST_BLOCKS: Final = 100_000

# Rows solved and judged together: bounds the memory beyond inputs and outputs.
_ROWS_PER_PART = 8192


@attrs.frozen(kw_only=True, eq=False)
class Allocation:
    """
    Hours, and the proof that no others are better.

    Shapes: ``(..., n_skills)`` for what belongs to a skill, ``(...)`` for what belongs to a
    learner, ``...`` being the leading axes of the arguments. All arrays are read-only.

    Attributes
    ----------
    hours : ndarray of shape (..., n_skills)
        Hours per week. [h/week]
    proficiency : ndarray of shape (..., n_skills)
        Level at each skill's horizon, with these hours.
    readiness : ndarray of shape (...)
        Readiness with these hours.
    marginal_return : ndarray of shape (..., n_skills)
        Readiness that the next hour of the skill would add: the derivative, or, in whole
        blocks, the gain of the next block divided by its hours. [1/(h/week)]
    shadow_price : ndarray of shape (...)
        Readiness that one more hour of budget would add, per hour; in whole blocks, the gain of
        one more block divided by its hours. [1/(h/week)]
    optimality_gap : ndarray of shape (...)
        Proved bound on the readiness that any hours within the same limits could still add.
    unused_hours : ndarray of shape (...)
        Budget that would add nothing, or that limits and block size leave over. [h/week]
    binding : ndarray of int8, shape (..., n_skills)
        What holds the skill's hours where they are, a position in
        :data:`~skillbalance.numeric.BINDING`.
    status : ndarray of int8, shape (...)
        A position in :data:`~skillbalance.numeric.STATUS`. Rows that are not solved hold NaN
        (see *errors* of :func:`allocate_hours`).
    faults : mapping of int to str
        Why a row is not solved, by its position in the flattened leading axes.
    """

    hours: Floats
    proficiency: Floats
    readiness: Floats
    marginal_return: Floats
    shadow_price: Floats
    optimality_gap: Floats
    unused_hours: Floats
    binding: NDArray[np.int8]
    status: NDArray[np.int8]
    faults: Mapping[int, str]


_PER_SKILL = ("hours", "proficiency", "marginal_return", "binding")
_PER_ROW = ("readiness", "shadow_price", "optimality_gap", "unused_hours", "status")


def allocate_hours(
    weight: ArrayLike,
    soft: ArrayLike,
    proficiency: ArrayLike,
    learning_rate: ArrayLike,
    forgetting_rate: ArrayLike,
    *,
    budget: ArrayLike,
    horizon_weeks: ArrayLike,
    floor: ArrayLike = 0.0,
    target: ArrayLike = 1.0,
    beyond: ArrayLike = BEYOND.value,
    rho: ArrayLike = RHO.value,
    min_hours: ArrayLike = 0.0,
    max_hours: ArrayLike = np.inf,
    soft_share: tuple[ArrayLike, ArrayLike] = (0.0, 1.0),
    block_hours: float | None = None,
    max_skills: int | None = None,
    errors: OnError = "raise",
) -> Allocation:
    r"""
    Give *budget* hours a week to skills so that readiness at the horizon is greatest.

    .. math::
       \max_h F(H, S), \quad \textstyle\sum_i h_i \le B, \quad \min_i \le h_i \le \max_i, \quad
       lo \sum_i h_i \le \sum_{soft} h_i \le hi \sum_i h_i

    with the practice curve of :mod:`skillbalance.numeric.curve` and the readiness of
    :mod:`skillbalance.numeric.indices`. Works on one learner or, over leading axes, on any
    number: ``(n),(n),...,()->(n)``. Rows never influence each other, to the last bit.

    Parameters
    ----------
    weight : array_like of shape (..., n_skills)
        Not negative; only ratios count.
    soft : array_like of bool, shape (..., n_skills)
        Which skills are soft; the others are hard.
    proficiency : array_like of shape (..., n_skills)
        Proficiency now, in [0, 1].
    learning_rate : array_like of shape (..., n_skills)
        :math:`\ln 2 /` hours that halve the remaining gap. [1/h]
    forgetting_rate : array_like of shape (..., n_skills)
        :math:`\ln 2 /` weeks that halve what lies above the floor, idle. [1/week]
    budget : array_like of shape (...)
        Hours to give away. [h/week]
    horizon_weeks : array_like of shape (..., n_skills)
        Weeks until the level counts; a column ``[:, None]`` gives one value per learner. [week]
    floor : array_like of shape (..., n_skills)
        Level that forgetting does not pass, in [0, 1].
    target : array_like of shape (..., n_skills)
        Level up to which a point counts in full, in [0, 1].
    beyond : array_like of shape (..., n_skills)
        What a point past the target counts, in [0, 1].
    rho : array_like of shape (...)
        Exponent of readiness, at most 1.
    min_hours, max_hours : array_like of shape (..., n_skills)
        Limits per skill. [h/week]
    soft_share : pair of array_like of shape (...)
        Lower and upper limit of the soft part of the planned hours.
    block_hours : float, optional
        Plan in whole multiples of this many hours; None plans continuous hours. [h]
    max_skills : int, optional
        At most this many skills of a learner get hours; None sets no limit. Exact by branch and
        bound, within a limit of work that ``optimality_gap`` tells of when it was reached.
    errors : {"raise", "mark"}
        Whether a row that is invalid or infeasible raises, or is filled with NaN and
        explained in ``faults`` while all others are solved.

    Returns
    -------
    Allocation

    Raises
    ------
    InvalidValueError
        If an argument is not finite, out of range or of a shape that does not broadcast.
    InfeasibleError
        If no hours meet the limits; names the smallest conflicting set.

    Notes
    -----
    The optimum is unique wherever a skill with hours gains from them; equal skills get equal
    hours (in whole blocks, the earlier skill gets the odd block). Hours that would add nothing
    are not planned. Where the budget is 0 the shadow price is the value of the first hour.
    For rho strictly between 0 and 1 the derivative at an index of zero is infinite, and the
    optimum may hold hours too small for a float; the gap then says only that readiness ends at 1.

    Examples
    --------
    >>> import numpy as np
    >>> plan = allocate_hours(
    ...     [0.5, 0.3, 0.2], [False, False, True], [0.3, 0.6, 0.2], 0.006, 0.01,
    ...     budget=6.0, horizon_weeks=26.0, block_hours=0.5,
    ... )
    >>> plan.hours
    array([4., 0., 2.])
    >>> bool(plan.optimality_gap < 0.01)
    True
    """
    if errors not in get_args(OnError):
        raise InvalidValueError("errors", "'raise' or 'mark'", errors)
    if block_hours is not None:
        block_hours = number_in("block_hours", block_hours, 0.0, open_low=True)
    if max_skills is not None:
        max_skills = integer_in("max_skills", max_skills, 1)
    arguments = read_arguments(
        weight,
        soft,
        proficiency,
        learning_rate,
        forgetting_rate,
        budget=budget,
        horizon_weeks=horizon_weeks,
        floor=floor,
        target=target,
        beyond=beyond,
        rho=rho,
        min_hours=min_hours,
        max_hours=max_hours,
        soft_share=soft_share,
    )
    n_rows, n_skills = arguments.n_rows, arguments.shape[-1]
    results = _empty_results(n_rows, n_skills)
    invalid: dict[int, str] = {}
    infeasible: dict[int, str] = {}
    for start in range(0, n_rows, _ROWS_PER_PART):
        rows = slice(start, start + _ROWS_PER_PART)
        problem, refused = arguments.part(rows, errors=errors)
        if n_skills == 0:
            results["unused_hours"][rows] = problem.budget
            continue
        if block_hours is not None and problem.budget.max() > _MOST_BLOCKS * block_hours:
            rule = f"at least the budget / {_MOST_BLOCKS}"
            raise InvalidValueError("block_hours", rule, block_hours)
        verdict = (
            solve_part(problem, block_hours)
            if max_skills is None
            else _solve_focused(problem, max_skills, block_hours)
        )
        _write(results, rows, verdict)
        invalid.update((start + i, fault) for i, fault in refused.items())
        for i in np.nonzero(~verdict.solved)[0]:
            if i in refused:
                continue
            one = problem.take(slice(i, i + 1))
            conflicts = find_conflicts(one, block_hours)
            if not conflicts and max_skills is not None:
                conflicts = _focus_conflicts(one, max_skills, block_hours)
            error = InfeasibleError(conflicts)
            if errors == "raise":
                raise error
            infeasible[start + int(i)] = str(error)
    _blank(results, invalid, _INVALID)
    _blank(results, infeasible, _INFEASIBLE)
    return _shaped(results, arguments.shape, dict(sorted({**invalid, **infeasible}.items())))


def evaluate_hours(
    hours: ArrayLike,
    weight: ArrayLike,
    soft: ArrayLike,
    proficiency: ArrayLike,
    learning_rate: ArrayLike,
    forgetting_rate: ArrayLike,
    *,
    budget: ArrayLike,
    horizon_weeks: ArrayLike,
    floor: ArrayLike = 0.0,
    target: ArrayLike = 1.0,
    beyond: ArrayLike = BEYOND.value,
    rho: ArrayLike = RHO.value,
    min_hours: ArrayLike = 0.0,
    max_hours: ArrayLike = np.inf,
    soft_share: tuple[ArrayLike, ArrayLike] = (0.0, 1.0),
) -> Allocation:
    """
    Judge given *hours*, (..., n_skills), as :func:`allocate_hours` judges its own.

    The shadow price is here the largest marginal return of a skill below its maximum: what one
    more hour could add, put where it does most. ``optimality_gap`` bounds what is left on the
    table.

    Parameters as in :func:`allocate_hours`.

    Raises
    ------
    InvalidValueError
        If the hours break a limit, or an argument is invalid.

    Examples
    --------
    >>> even = evaluate_hours([3.0, 3.0], [0.8, 0.2], [False, True], 0.3, 0.006, 0.01,
    ...                       budget=6.0, horizon_weeks=26.0, rho=1.0)
    >>> best = allocate_hours([0.8, 0.2], [False, True], 0.3, 0.006, 0.01,
    ...                       budget=6.0, horizon_weeks=26.0, rho=1.0)
    >>> bool(even.readiness < best.readiness <= even.readiness + even.optimality_gap)
    True
    """
    given = array_in("hours", finite_array("hours", hours), 0.0)
    try:
        shape = np.broadcast_shapes(np.shape(soft), given.shape)
    except ValueError:
        raise InvalidValueError("hours", "of the shape of soft", given.shape) from None
    arguments = read_arguments(
        weight,
        np.broadcast_to(soft, shape),
        proficiency,
        learning_rate,
        forgetting_rate,
        budget=budget,
        horizon_weeks=horizon_weeks,
        floor=floor,
        target=target,
        beyond=beyond,
        rho=rho,
        min_hours=min_hours,
        max_hours=max_hours,
        soft_share=soft_share,
    )
    shape = arguments.shape
    problem = arguments.problem
    flat = np.broadcast_to(given, shape).reshape(problem.n_rows, problem.n_skills)
    chosen = np.ascontiguousarray(flat.T)
    _require_within_limits(problem, chosen)
    at = stand(problem, problem.shares(), chosen)
    open_ = chosen < problem.upper - slack_of(problem)
    of_hard = np.max(at.gain, axis=0, initial=0.0, where=open_ & ~problem.soft)
    of_soft = np.max(at.gain, axis=0, initial=0.0, where=open_ & problem.soft)
    price = np.maximum(of_hard, of_soft)
    free = np.zeros(price.shape, dtype=np.bool_)
    margins = Margins(at.gain, at.full_gain, price, free, step=0.0)
    # Either price is a fair guess where levels stand on their targets; both bounds hold.
    by_kind_price = np.where(problem.soft, of_soft, of_hard)
    gap = np.minimum(
        linear_bound(problem, chosen, at, price), linear_bound(problem, chosen, at, by_kind_price)
    )
    results = _empty_results(problem.n_rows, problem.n_skills)
    _write(results, slice(None), judge(problem, chosen, at, margins, gap, ~free))
    return _shaped(results, shape, {})


def _solve_focused(problem: Problem, max_skills: int, block_hours: float | None) -> Verdict:
    """Choose which skills may have hours, then the hours; the bound covers both choices."""
    from skillbalance.numeric.allocation.focus import solve_focus

    focus = solve_focus(problem, max_skills, block_hours)
    shut_out = ~focus.allowed & (problem.upper > problem.lower)
    kept = problem._replace(upper=np.where(shut_out, problem.lower, problem.upper))
    verdict = solve_part(kept, block_hours)
    gap = verdict.optimality_gap + focus.bound_gap
    if block_hours is not None:
        # Continuous hours of other skills might gain as well: bound them all.
        at = stand(problem, problem.shares(), verdict.hours)
        gap = linear_bound(problem, verdict.hours, at, verdict.shadow_price)
    # Shut out by the limit is who would be worth more than a skill of their kind that is in.
    returns, inside = verdict.marginal_return, focus.allowed
    open_ = inside & (verdict.hours < problem.upper - slack_of(problem))
    best = [
        np.max(returns, axis=0, initial=0.0, where=open_ & of_kind)
        for of_kind in (~problem.soft, problem.soft)
    ]
    wanted = shut_out & (returns > np.where(problem.soft, best[1], best[0]) * (1.0 - 1e-7))
    binding = np.where(wanted & (returns > 0.0), np.int8(MAX_SKILLS), verdict.binding)
    return verdict._replace(
        optimality_gap=gap, binding=binding, solved=verdict.solved & focus.solved
    )


def _focus_conflicts(
    problem: Problem, max_skills: int, block_hours: float | None
) -> tuple[Conflict, ...]:
    """Name the minima of more skills than may have hours, or the limit on skills alone."""
    from skillbalance.numeric.allocation.focus import solve_focus

    forced = np.nonzero(problem.lower[:, 0] > 0.0)[0]
    fewest = next(
        m
        for m in range(max_skills + 1, problem.n_skills + 1)
        if solve_focus(problem, m, block_hours).solved[0]
    )
    conflicts = [Conflict("max_skills", float(max_skills), float(fewest))]
    if forced.size > max_skills:
        relaxed = 0.0 if forced.size == max_skills + 1 else np.nan
        conflicts += [
            Conflict(f"min_hours[{i}]", float(problem.lower[i, 0]), relaxed)
            for i in forced[: max_skills + 1]
        ]
    return tuple(conflicts)


def _require_within_limits(problem: Problem, hours: Floats) -> None:
    """Refuse hours that break a limit, naming the first one broken."""
    slack = slack_of(problem)
    total = column_sums(hours)
    _, soft = by_kind(hours, problem.soft)
    for row in np.nonzero(total > problem.budget + slack)[0][:1]:
        raise InvalidValueError(
            "sum of hours", f"at most the budget {problem.budget[row]:g}", float(total[row])
        )
    for i, row in np.argwhere(hours < problem.lower - slack)[:1]:
        rule = f"at least its minimum {problem.lower[i, row]:g}"
        raise InvalidValueError(f"hours[{i}]", rule, float(hours[i, row]))
    for i, row in np.argwhere(hours > problem.upper + slack)[:1]:
        rule = f"at most its maximum {problem.upper[i, row]:g}"
        raise InvalidValueError(f"hours[{i}]", rule, float(hours[i, row]))
    low, high = problem.share_low, problem.share_high
    broken = (soft < low * total - slack) | (soft > high * total + slack)
    for row in np.nonzero(broken)[0][:1]:
        rule = f"within the limits [{low[row]:g}, {high[row]:g}]"
        raise InvalidValueError("soft share of the hours", rule, float(soft[row] / total[row]))


def _empty_results(n_rows: int, n_skills: int) -> dict[str, NDArray[np.generic]]:
    """Make room for the results of all rows."""
    integers = {"binding", "status"}
    return {
        name: np.zeros(
            (n_rows, n_skills) if name in _PER_SKILL else (n_rows,),
            dtype=np.int8 if name in integers else np.float64,
        )
        for name in (*_PER_SKILL, *_PER_ROW)
    }


def _blank(results: Mapping[str, NDArray[np.generic]], rows: Iterable[int], status: int) -> None:
    """Fill rows that are not solved with NaN and say which sort they are of."""
    for row in rows:
        for array in results.values():
            array[row] = np.nan if array.dtype == np.float64 else 0
        results["status"][row] = status


def _write(results: Mapping[str, NDArray[np.generic]], rows: slice, verdict: Verdict) -> None:
    """Turn the arrays of a verdict back and put them into their rows."""
    for name in (*_PER_SKILL, *_PER_ROW):
        if name != "status":
            results[name][rows] = getattr(verdict, name).T


def _shaped(
    results: Mapping[str, NDArray[np.generic]], shape: tuple[int, ...], faults: Mapping[int, str]
) -> Allocation:
    """Give results their leading axes back and make them read-only."""
    arrays = {
        name: values.reshape(shape if name in _PER_SKILL else shape[:-1])
        for name, values in results.items()
    }
    for array in arrays.values():
        array.flags.writeable = False
    return Allocation(**arrays, faults=FrozenMapping(faults))  # type: ignore[arg-type]
