r"""
Continuous hours: Newton's method on the log of the marginal return.

At the optimum every skill with hours has the same log marginal return as the price of an hour,

.. math:: L_i(h_i) + \nu [i\ \text{hard}] = \mu, \qquad L_i(h) = \log(w_i p_i'(h)),
   \qquad \sum_i h_i = B, \qquad \nu = (1 - \rho) \log(S / H) .

:math:`L_i` is convex and falling. Replacing it by its tangent leaves a monotone piecewise linear
equation for :math:`\mu`, solved exactly; repeating that is Newton's method. Tangents lie below a
convex function, so each round offers every skill too few hours at a given price: the price rises
to the optimum, without line search. The kink at a target is one more linear piece: full weight up
to the hours that reach the target (a Newton iterate of their own, from below), weight *beyond*
after them. The coupling of the kinds is one more unknown, whose residual has a slope of at least
one: what the joint iteration does not settle, a bracket does.

Screening: without coupling the price only rises after the first round, so a skill whose first
hour is worth less than that price never gets one. Rows are gathered by how many skills are left.
With coupling the test has a margin, and every skill left out is checked at the end.

Arrays are turned here, skills first and rows last: sums over skills then add whole rows in one
fixed order, and no result depends on a neighbor.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from skillbalance.numeric.limits import feasible
from skillbalance.numeric.problem import Floats, Problem
from skillbalance.numeric.readiness import KindShares
from skillbalance.numeric.sums import by_kind, column_sums
from skillbalance.numeric.tangents import Columns, Tangents, find_level, find_tangents

# A change of z = k h W (and of nu) this small is squared, hence below rounding, in the next round.
_SETTLED = 2e-8
_CAREFUL = 1e-11
_JOINT_ROUNDS = 14
_PLAIN_ROUNDS = 80
_BRACKET_ROUNDS = 100
# Numbers of skills in which rows are gathered; the last is for any number.
_SIZES = np.array([2, 4, 6, 8, 11, 15, 20, 27, 36, 48, 64, 96, 128, 192, 256, 384, 512, 2**31])
# With coupling, skills within a factor e^0.7 of the first price stay in.
_MARGIN = 0.7
# No first guess and no step of nu beyond this: the indices would differ by more than e^3.
_FIRST_NU = 3.0
_FURTHEST_NU = 600.0


class ContinuousPlan(NamedTuple):
    """
    Optimal continuous hours.

    Attributes
    ----------
    hours : ndarray of shape (n_skills, rows)
        Zero where a row is not solved. [h/week]
    solved : ndarray of bool, shape (rows,)
        False where no plan meets the limits.
    share_binds : ndarray of bool, shape (rows,)
        Whether a limit of the soft share holds with equality.
    """

    hours: Floats
    solved: NDArray[np.bool_]
    share_binds: NDArray[np.bool_]


def solve_continuous(
    problem: Problem, shares: KindShares, *, careful: bool = False
) -> ContinuousPlan:
    """
    Return the optimal hours of every row.

    Cost per row: one exponential and one logarithm per skill, then a few per skill that stays
    after screening, in each of 4 to 7 rounds.

    Parameters
    ----------
    careful : bool
        Solve coupled rows without screening: slow, and needed only where the proof of the quick
        way is not tight.
    """
    solved = feasible(problem, None)
    # A row without a plan is solved with nothing to give, so that nothing overflows.
    columns = Columns.of(problem, shares, solved)
    hours = _solve(columns, careful=careful)
    share_binds = np.zeros(problem.n_rows, dtype=np.bool_)
    if (problem.share_low > 0.0).any() or (problem.share_high < 1.0).any():
        hours, share_binds = _within_share(problem, columns, hours, solved, careful=careful)
    return ContinuousPlan(hours=hours * solved, solved=solved, share_binds=share_binds)


def _solve(c: Columns, *, careful: bool = False) -> Floats:
    """Solve all rows without limits of the soft share; return hours (n, rows)."""
    hours: Floats = c.lower.copy()
    if hours.shape[0] == 0:
        return hours
    t = find_tangents(c, c.lower)
    past = t.past
    guess = _coupling(c, t.credit)
    nu = np.clip(np.where(np.isnan(guess), 0.0, guess), -_FIRST_NU, _FIRST_NU)
    worth, at = t.first, t.at
    margin = np.zeros_like(c.power)
    if c.coupled:
        worth = worth + nu * c.hard
        at = at + nu * c.hard * t.width
        # A first guess that is none, as where an index starts at zero, screens nobody out.
        wild = np.inf if careful else np.where(np.abs(guess) <= _FIRST_NU, _MARGIN, np.inf)
        margin = np.where(c.power > 0.0, wild, 0.0)
    opening = find_level(c, t, at)
    if c.kinked:
        worth = worth + np.where(past, c.dim, 0.0)
    stays = (worth > opening.price - margin) & (c.upper > c.lower) & (worth > -np.inf)
    count = stays.sum(axis=0)
    # Rows are gathered in few sizes; skills that fill a size up would have stayed at no hours.
    size = np.minimum(_SIZES[np.searchsorted(_SIZES, count)], hours.shape[0])
    stays |= ~stays & (np.cumsum(~stays, axis=0) <= size - count)
    left = []
    for n_staying in np.unique(size[count > 0]):
        rows = np.nonzero((size == n_staying) & (count > 0))[0]
        staying = stays[:, rows]
        skills = np.nonzero(staying.T)[1].reshape(rows.size, n_staying).T
        part = c.pick(
            skills, rows, out=~staying, credit=t.credit[:, rows] if c.coupled else t.credit
        )
        start = _State(opening.hours[skills, rows], opening.price[rows], nu[rows])
        past_part = past[skills, rows] if c.kinked else past
        solved, settled = _iterate(part, past_part, start, _CAREFUL if careful else _SETTLED)
        hours[skills, rows] = solved
        left.append(rows[~settled & (part.power > 0.0)])
    unsettled = np.sort(np.concatenate(left)) if left else np.empty(0, dtype=np.intp)
    if unsettled.size:
        hours[:, unsettled] = _bracket(c.rows(unsettled))
    return _within_budget(c, hours)


def _within_budget(c: Columns, hours: Floats) -> Floats:
    """
    Take back what rounding gave away.

    Where curves are all but flat, the last digit of the price is worth a visible part of an hour.
    """
    above = column_sums(hours - c.lower)
    excess = column_sums(hours) - c.budget
    over = excess > 1e-11 * c.budget
    if not over.any():
        return hours
    kept: Floats = np.where(over, 1.0 - excess / np.where(over, above, 1.0), 1.0)
    trimmed: Floats = c.lower + (hours - c.lower) * kept
    return trimmed


class _State(NamedTuple):
    """Where an iteration stands: hours (m, r), log price and coupling (r,)."""

    hours: Floats
    price: Floats
    nu: Floats


def _iterate(
    c: Columns, past: NDArray[np.bool_], start: _State, settled_at: float
) -> tuple[Floats, NDArray[np.bool_]]:
    """
    Repeat tangents, coupling and price until nothing moves; say which rows settled.

    A row's hours are kept from the round in which it settles: how long its neighbors take must
    not matter.
    """
    result = start.hours.copy()
    settled = np.zeros(c.budget.size, dtype=np.bool_)
    rows = np.arange(c.budget.size)
    hours, price, nu = start
    moving = (hours > c.lower) & (hours < c.upper)
    # Hours of a tiny budget settle on the scale of that budget.
    near = settled_at * np.minimum(np.max(c.speed * (c.upper - c.lower), axis=0), 1.0)
    for turn in range(_PLAIN_ROUNDS):
        t = find_tangents(c, hours, past)
        turned = nu
        at = t.at
        if c.coupled:
            turned = nu + _coupling_step(c, t, moving, nu)
            at = at + turned * c.hard * t.width
        found = find_level(c, t, at, price)
        change = np.max(c.speed * np.abs(found.hours - hours), axis=0)
        done = (change <= near) & (np.abs(turned - nu) <= 0.05 * settled_at)
        hours, price, nu, moving = found.hours, found.price, turned, found.moving
        if done.any():
            result[:, rows[done]] = hours[:, done]
            settled[rows[done]] = True
        keep = ~done & ((c.power == 0.0) | (turn < _JOINT_ROUNDS))
        if not keep.any() or turn == _PLAIN_ROUNDS - 1:
            # What has not settled by now is given as it is, for the proof to judge.
            result[:, rows[~settled[rows]]] = hours[:, ~settled[rows]]
        if not keep.any():
            break
        if not keep.all():
            rows, past = rows[keep], past[:, keep] if c.kinked else past
            c = c.rows(np.nonzero(keep)[0])
            hours, price, nu, moving = hours[:, keep], price[keep], nu[keep], moving[:, keep]
            near = near[keep]
    return result, settled


def _coupling(c: Columns, credit: Floats) -> Floats:
    """Return (1 - rho) log(S / H), 0 where the kinds are not coupled."""
    if not c.coupled:
        return np.zeros_like(c.power)
    with np.errstate(divide="ignore", invalid="ignore"):
        hard, soft = _indices(c, credit)
        apart = np.log(soft) - np.log(hard)
        return np.where(c.power > 0.0, c.power * apart, 0.0)


def _indices(c: Columns, credit: Floats) -> tuple[Floats, Floats]:
    """Return the index of each kind, the skills left out included."""
    held = c.part * np.maximum(credit, 0.0)
    of_hard = column_sums(held * c.hard)
    return c.hard_rest + of_hard, c.soft_rest + column_sums(held * (1.0 - c.hard))


def _coupling_step(c: Columns, t: Tangents, moving: NDArray[np.bool_], nu: Floats) -> Floats:
    """
    Return the Newton step on nu - (1 - rho) log(S / H).

    Raising nu moves hours from soft to hard at a constant sum, so the residual has a slope of
    one plus what the indices react.
    """
    hard, soft = _indices(c, t.credit)
    width = t.width * moving
    of_hard, total = column_sums(width * c.hard), column_sums(width)
    gain = width * t.rate * c.part
    gain_hard = column_sums(gain * c.hard)
    gain_soft = column_sums(gain) - gain_hard
    with np.errstate(divide="ignore", invalid="ignore"):
        react = gain_soft * of_hard / soft + gain_hard * (total - of_hard) / hard
        slope = 1.0 + c.power * np.where(total > 0.0, react / total, 0.0)
        step = (c.power * (np.log(soft) - np.log(hard)) - nu) / slope
    # A kind at zero attracts hours whatever the slope; two of them cancel.
    attracted = _FIRST_NU * ((hard <= 0.0).astype(np.float64) - (soft <= 0.0))
    step = np.where((hard > 0.0) & (soft > 0.0), step, attracted)
    return np.where(c.power > 0.0, np.clip(step, -_FIRST_NU, _FIRST_NU), 0.0)


def _bracket(c: Columns) -> Floats:
    """
    Solve coupled rows by a bracket on nu, every inner problem plain and solved to the end.

    The residual r(nu) = nu - (1 - rho) log(S / H) rises with a slope of at least 1, so the root
    lies between nu and nu - r: the first evaluation brackets it.
    """
    power = c.power
    low, high = np.full_like(power, -_FURTHEST_NU), np.full_like(power, _FURTHEST_NU)
    nu = np.zeros_like(power)
    before_nu, before_r = np.full_like(power, np.nan), np.full_like(power, np.nan)
    hours: Floats = c.lower
    for turn in range(_BRACKET_ROUNDS):
        hours = _solve(c.offered(nu))
        apart = _coupling(c, find_tangents(c, hours).credit)
        r = nu - np.where(np.isnan(apart), 0.0, apart)
        done = (np.abs(r) <= 2e-12 * (1.0 + power)) | (high - low <= 1e-12 * (1.0 + np.abs(nu)))
        if done.all():
            break
        low = np.where(r < 0.0, nu, np.maximum(low, nu - r))
        high = np.where(r > 0.0, nu, np.minimum(high, nu - r))
        with np.errstate(divide="ignore", invalid="ignore"):
            step = nu - r * (nu - before_nu) / (r - before_r)
        inside = (step > low) & (step < high)
        if turn % 3 == 2:
            inside &= False
        before_nu, before_r = nu, r
        nu = np.where(done, nu, np.where(inside, step, 0.5 * (low + high)))
    return hours


def _within_share(
    problem: Problem,
    columns: Columns,
    hours: Floats,
    solved: NDArray[np.bool_],
    *,
    careful: bool,
) -> tuple[Floats, NDArray[np.bool_]]:
    """
    Solve anew the rows whose hours break a limit of the soft share.

    Readiness is concave, so the limit holds with equality: the soft hours are a fixed part of the
    total, and each kind is a plain problem of its own.
    """
    soft = problem.soft
    of_soft = column_sums(hours * soft)
    total = column_sums(hours)
    slack = 1e-12 * (1.0 + problem.budget)
    low = solved & (of_soft < problem.share_low * total - slack)
    high = solved & (of_soft > problem.share_high * total + slack)
    rows = np.nonzero(low | high)[0]
    if not rows.size:
        return hours, low | high
    share = np.where(low, problem.share_low, problem.share_high)[rows]
    part = problem.take(rows)
    most_hard, most_soft = by_kind(np.minimum(part.upper, part.budget), part.soft)
    with np.errstate(divide="ignore", invalid="ignore"):
        whole = np.fmin(np.fmin(most_hard / (1.0 - share), most_soft / share), part.budget)
    # Both kinds at once: each row twice, once with its hard and once with its soft skills.
    member = np.concatenate([~part.soft, part.soft], axis=1)
    of_kind = np.concatenate([1.0 - share, share])
    amount = of_kind * np.concatenate([whole, whole])
    upper = np.concatenate([part.upper, part.upper], axis=1)
    lower = np.concatenate([part.lower, part.lower], axis=1) * member
    room = np.maximum(amount - column_sums(lower), 0.0)
    own = columns.rows(np.concatenate([rows, rows])).offered(np.zeros_like(amount))
    own.lower[...] = lower
    own.upper[...] = np.where(member, np.maximum(np.minimum(upper, lower + room), lower), 0.0)
    own.log_worth[own.upper <= own.lower] = -np.inf
    own.budget[...] = column_sums(lower) + room
    found = _solve(own, careful=careful)
    # Where neither kind can use its part, both shrink together; where one can, the other is
    # filled up with hours that gain nothing, because the limit asks for them.
    with np.errstate(divide="ignore", invalid="ignore"):
        used = np.nan_to_num(column_sums(found) / of_kind)
    whole = np.minimum(whole, np.maximum(*np.split(used, 2)))
    found = _filled_up(found, member, upper, of_kind * np.concatenate([whole, whole]))
    hours = hours.copy()
    hours[:, rows] = found[:, : rows.size] + found[:, rows.size :]
    return hours, low | high


def _filled_up(hours: Floats, member: NDArray[np.bool_], upper: Floats, amount: Floats) -> Floats:
    """Add hours to members in order until they sum to *amount*."""
    missing = np.maximum(amount - column_sums(hours), 0.0)
    room = np.where(member, np.minimum(np.maximum(upper - hours, 0.0), missing), 0.0)
    before = np.add.accumulate(room, axis=0) - room
    added: Floats = np.minimum(np.maximum(missing - before, 0.0), room)
    return hours + added
