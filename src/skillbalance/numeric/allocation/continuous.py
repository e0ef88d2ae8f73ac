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
one: what the joint iteration does not settle, a bracket does, and the joint iteration from there.

Screening: without coupling the price only rises after the first round, so a skill whose first
hour is worth less than that price never gets one. Rows are gathered by how many skills are left.
With coupling the test has a margin, and every skill left out is checked at the end.

Arrays are turned here, skills first and rows last: sums over skills then add whole rows in one
fixed order, and no result depends on a neighbor.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from skillbalance.numeric.allocation.limits import feasible
from skillbalance.numeric.allocation.problem import Floats, Problem
from skillbalance.numeric.allocation.tangents import (
    NEVER,
    TINY,
    Columns,
    Forecast,
    Level,
    Tangents,
    find_level,
    find_tangents,
    foretell,
)
from skillbalance.numeric.indices import KindShares
from skillbalance.numeric.masks import every, some
from skillbalance.numeric.sums import by_kind, column_sums

# A change of z = k h W (and of nu) this small is squared in the next round: below 1e-13. Where the
# proof asks for more, or a bracket compares the answers, it is smaller.
_SETTLED = 3e-7
_INNER = 1e-8
_CAREFUL = 1e-11
# Rows that take their rounds together: few enough for the cache, enough to hide what calls cost.
_ROWS_AT_ONCE = 2048
_JOINT_ROUNDS = 14
_PLAIN_ROUNDS = 80
_BRACKET_ROUNDS = 100
# With coupling, skills within a factor e^0.5 of the first price stay in.
_MARGIN = 0.5
# No first guess and no step of nu beyond this: the indices would differ by more than e^3.
_FIRST_NU = 3.0
_FURTHEST_NU = 600.0
# The least part of an index that tangents may leave of it.
_LEAST_LEFT = 0.1


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
    after screening, in each of 3 to 5 rounds.

    Parameters
    ----------
    careful : bool
        Solve coupled rows without screening: slow, and needed only where the proof of the quick
        way is not tight.
    """
    solved = feasible(problem, None)
    with np.errstate(all="ignore"):
        # A row without a plan is solved with nothing to give.
        columns = Columns.of(problem, shares, solved)
        hours = problem.lower + _solve(columns, careful=careful)
        share_binds = np.zeros(problem.n_rows, dtype=np.bool_)
        if some(problem.share_low > 0.0) or some(problem.share_high < 1.0):
            hours, share_binds = _within_share(problem, columns, hours, solved, careful=careful)
    if not every(solved):
        hours *= solved
    return ContinuousPlan(hours=hours, solved=solved, share_binds=share_binds)


def _solve(c: Columns, *, careful: bool = False, settled_at: float = _SETTLED) -> Floats:
    """Solve all rows without limits of the soft share; return hours above the minima (n, rows)."""
    hours: Floats = np.zeros_like(c.speed)
    if hours.shape[0] == 0:
        return hours
    t = find_tangents(c)
    worth, at, nu = t.first, t.at, np.zeros_like(c.power)
    margin: Floats | float = 0.0
    if c.coupled:
        guess = _coupling(c, t.credit)
        nu = np.clip(np.where(np.isnan(guess), 0.0, guess), -_FIRST_NU, _FIRST_NU)
        turned = nu * c.hard
        worth = worth + turned
        turned *= t.width
        at = at + turned
        # A first guess that is none, as where an index starts at zero, screens nobody out.
        wild = np.inf if careful else np.where(np.abs(guess) <= _FIRST_NU, _MARGIN, np.inf)
        margin = np.where(c.power > 0.0, wild, 0.0)
    opening = find_level(c, t, at)
    if c.kinked:
        worth = worth + t.past * c.dim
    stays = worth > opening.price - margin
    stays &= c.cap > 0.0
    if not c.ends:
        # Where all that those who stay may have fits the budget, nothing is left to decide.
        most = np.minimum(c.cap, c.room)
        most *= stays
        plenty = column_sums(most) <= c.room
        if some(plenty):
            np.multiply(most, plenty, out=hours)
            stays &= ~plenty
    others = column_sums(c.kinds * (t.credit * ~stays)) if c.coupled else c.others
    left = []
    flat = hours.reshape(-1)
    for cells, rows, padding in _packed(stays):
        part = c.pick(cells, rows, padding)
        part.others[...] = others[:, rows]
        start = opening.pick(cells, rows, padding)
        solved, settled = _iterate(part, start, nu[rows], _CAREFUL if careful else settled_at)
        flat[cells] = solved
        left.append(rows[~settled & (part.power > 0.0)])
    unsettled = np.sort(np.concatenate(left)) if left else np.empty(0, dtype=np.intp)
    if unsettled.size:
        part = c.rows(unsettled)
        found, at_nu = _bracket(part)
        hours[:, unsettled] = _polish(part, found, at_nu)
    if careful:
        apart = _coupling(c, find_tangents(c, hours).credit)
        apart = np.where(np.isnan(apart), 0.0, apart)
        hours = _polish(c, hours, np.clip(apart, -_FURTHEST_NU, _FURTHEST_NU))
    return _within_room(c, hours)


def _packed(
    stays: NDArray[np.bool_],
) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.bool_] | None]]:
    """
    Gather the skills that stay, (n, rows), into narrow tables, rows with as many together.

    Yields positions in (n, rows), as many for each of the rows, the rows, and what is only
    padding: a skill of the row that does not stay.
    """
    n, n_rows = stays.shape
    if n_rows == 1:
        cells = stays.nonzero()[0]
        if cells.size:
            yield cells[:, np.newaxis], np.zeros(1, dtype=np.intp), None
        return
    count = np.add.reduce(stays, axis=0, dtype=np.int16)
    row = np.repeat(np.arange(n_rows), count)
    ends = np.add.accumulate(count, dtype=np.intp)
    place = np.arange(row.size) - np.repeat(ends - count, count)
    table = np.empty((int(count.max()), n_rows), dtype=np.intp)
    table[...] = np.argmin(stays, axis=0) * n_rows + np.arange(n_rows)
    table.reshape(-1)[place * n_rows + row] = (np.flatnonzero(stays.T) - n * row) * n_rows + row
    order = np.argsort(count, kind="stable")[np.count_nonzero(count == 0) :]
    for start in range(0, order.size, _ROWS_AT_ONCE):
        rows = order[start : start + _ROWS_AT_ONCE]
        most = int(count[rows[-1]])
        padding = np.arange(most)[:, np.newaxis] >= count[rows]
        yield table[:most].take(rows, axis=1), rows, padding if some(padding) else None


def _within_room(c: Columns, hours: Floats) -> Floats:
    """
    Take back what rounding gave away.

    Where curves are all but flat, the last digit of the price is worth a visible part of an hour.
    """
    total = column_sums(hours)
    over = total - c.room > 1e-11 * c.room
    if not some(over):
        return hours
    trimmed: Floats = hours * np.where(over, c.room / np.where(over, total, 1.0), 1.0)
    return trimmed


def _iterate(
    c: Columns, last: Level, nu: Floats, settled_at: float
) -> tuple[Floats, NDArray[np.bool_]]:
    """
    Repeat tangents, coupling and price from a level on until nothing moves; say which rows settled.

    A row's hours are kept from the round in which it settles: how long its neighbors take must
    not matter.
    """
    result = last.hours.copy()
    settled = np.zeros(c.room.size, dtype=np.bool_)
    rows = np.arange(c.room.size)
    # Hours of a tiny budget settle on the scale of that budget.
    near = np.max(c.speed * np.minimum(c.cap, c.room), axis=0)
    near = settled_at * np.minimum(near, 1.0)
    for turn in range(_PLAIN_ROUNDS):
        t = find_tangents(c, last.hours)
        turned, at = nu, t.at
        if c.coupled:
            at = nu * c.hard
            at *= t.width
            at += t.at
        ahead = foretell(c, t, at, last)
        price = ahead.price
        if c.coupled:
            step, tilt = _coupling_step(c, t, ahead, nu)
            turned, price = nu + step, price + tilt
            shift = step * c.hard
            shift *= t.width
            at += shift
        found = find_level(c, t, at, price)
        moved = np.subtract(found.hours, last.hours, out=ahead.moved)
        np.abs(moved, out=moved)
        moved *= c.speed
        done = moved.max(axis=0) <= near
        if c.coupled:
            done &= np.abs(turned - nu) <= 0.05 * settled_at
        keep = ~done
        if c.coupled and turn >= _JOINT_ROUNDS:
            keep &= c.power == 0.0
        last, nu = found, turned
        n_left = np.count_nonzero(keep)
        if n_left < rows.size:
            # What will not settle is given as it is, for the proof to judge.
            (out,) = (~keep).nonzero()
            result[:, rows[out]] = _evened(c, t, found).take(out, axis=1)
            settled[rows[out]] = done[out]
            if not n_left:
                break
            (stay,) = keep.nonzero()
            rows, c, last = rows[stay], c.rows(stay), last.take(stay)
            nu, near = nu[stay], near[stay]
    else:
        result[:, rows] = last.hours
    return result, settled


def _evened(c: Columns, t: Tangents, found: Level) -> Floats:
    """
    Spread what the sum of hours misses over the skills that move, as their tangents would.

    Where curves are all but flat, the last digit of the price is worth a visible part of an hour.
    """
    width = t.width * found.moving
    total = column_sums(width)
    missing = c.room - column_sums(found.hours)
    width *= np.where(total > 0.0, missing / total, 0.0)
    width += found.hours
    return np.maximum(width, 0.0, out=width)


def _coupling(c: Columns, credit: Floats) -> Floats:
    """Return (1 - rho) log(S / H), 0 where the kinds are not coupled."""
    if not c.coupled:
        return np.zeros_like(c.power)
    hard, soft = np.log(c.others + column_sums(c.kinds * credit))
    return np.where(c.power > 0.0, c.power * (soft - hard), 0.0)


def _coupling_step(c: Columns, t: Tangents, ahead: Forecast, nu: Floats) -> tuple[Floats, Floats]:
    """
    Return the Newton step on nu - (1 - rho) log(S / H), and what it adds to the price.

    Raising nu moves hours from soft to hard at a constant sum, so the residual has a slope of
    one plus what the indices react. They are taken where the tangents lead without a step: where
    curves are all but flat, the last digit of the price moves hours.
    """
    gained = c.kinds * t.rate
    indices = c.others + column_sums(c.kinds * t.credit)
    gain_hard, gain_soft = column_sums(gained * ahead.width)
    indices = np.maximum(indices + column_sums(gained * ahead.moved), _LEAST_LEFT * indices)
    hard, soft = indices
    total = ahead.total
    of_hard = column_sums(ahead.width * c.hard)
    react = gain_soft * of_hard / soft + gain_hard * (total - of_hard) / hard
    # Where nothing moves, nothing reacts.
    slope = 1.0 + c.power * np.where(ahead.moves, react / total, 0.0)
    apart = np.log(indices)
    step = (c.power * (apart[1] - apart[0]) - c.turned - nu) / slope
    # A kind at zero attracts hours whatever the slope; two of them cancel.
    none = indices <= 0.0
    if some(none):
        attracted = _FIRST_NU * (none[0].astype(np.float64) - none[1])
        step = np.where(none[0] | none[1], attracted, step)
    step = np.where(c.power > 0.0, np.minimum(np.maximum(step, -_FIRST_NU), _FIRST_NU), 0.0)
    return step, step * of_hard / total


def _bracket(c: Columns) -> tuple[Floats, Floats]:
    """
    Solve coupled rows by a bracket on nu, every inner problem plain and solved to the end.

    Returns hours and nu.

    The residual r(nu) = nu - (1 - rho) log(S / H) rises with a slope of at least 1, so the root
    lies between nu and nu - r: the first evaluation brackets it.
    """
    solution: Floats = np.zeros_like(c.speed)
    coupling = np.zeros_like(c.room)
    rows = np.arange(c.room.size)
    low, high = np.full(rows.shape, -_FURTHEST_NU), np.full(rows.shape, _FURTHEST_NU)
    nu = np.zeros(rows.shape)
    before_nu, before_r = np.full(rows.shape, np.nan), np.full(rows.shape, np.nan)
    for turn in range(_BRACKET_ROUNDS):
        hours = _solve(c.offered(nu), settled_at=_INNER)
        solution[:, rows], coupling[rows] = hours, nu
        apart = _coupling(c, find_tangents(c, hours).credit)
        r = nu - np.where(np.isnan(apart), 0.0, apart)
        # Where an index is next to nothing, the last digit of nu still moves hours.
        done = (np.abs(r) <= 2e-12 * (1.0 + c.power)) | (high - low <= 4e-16 * (1.0 + np.abs(nu)))
        low = np.where(r < 0.0, nu, np.maximum(low, nu - r))
        high = np.where(r > 0.0, nu, np.minimum(high, nu - r))
        step = nu - r * (nu - before_nu) / (r - before_r)
        inside = (step > low) & (step < high)
        if turn % 3 == 2:
            inside &= False
        before_nu, before_r = nu, r
        nu = np.where(inside, step, 0.5 * (low + high))
        (left,) = (~done).nonzero()
        if not left.size:
            break
        if left.size < rows.size:
            c, rows = c.rows(left), rows[left]
            low, high, nu = low[left], high[left], nu[left]
            before_nu, before_r = before_nu[left], before_r[left]
    return solution, coupling


def _polish(c: Columns, hours: Floats, nu: Floats) -> Floats:
    """
    Settle the last digits of hours, by joint rounds at prices counted from their own.

    Where curves are all but flat, prices that are not near 0 have no digits left for the hours.
    """
    near = c.offered(nu)
    np.copyto(near.power, c.power)
    np.copyto(near.turned, nu)
    moving = hours > 0.0
    t = find_tangents(near, hours)
    width = t.width * moving
    near.log_worth -= column_sums(t.first * width) / (column_sums(width) + TINY)
    np.maximum(near.log_worth, NEVER, out=near.log_worth)
    start = Level(np.zeros_like(nu), hours, moving, column_sums(hours) - c.room)
    polished, settled = _iterate(near, start, np.zeros_like(nu), _CAREFUL)
    return np.where(settled, polished, hours)


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
    whole = np.fmin(np.fmin(most_hard / (1.0 - share), most_soft / share), part.budget)
    # Both kinds at once: each row twice, once with its hard and once with its soft skills.
    member = np.concatenate([~part.soft, part.soft], axis=1)
    of_kind = np.concatenate([1.0 - share, share])
    amount = of_kind * np.concatenate([whole, whole])
    upper = np.concatenate([part.upper, part.upper], axis=1)
    lower = np.concatenate([part.lower, part.lower], axis=1) * member
    own = columns.rows(np.concatenate([rows, rows]))
    if own.coupled:
        own = own.offered(np.zeros_like(amount))
    np.maximum(amount - column_sums(lower), 0.0, out=own.room)
    np.subtract(upper, lower, out=own.cap)
    own.limit(member & (own.cap > 0.0) & (own.log_worth > NEVER))
    found = lower + _solve(own, careful=careful)
    # Where neither kind can use its part, both shrink together; where one can, the other is
    # filled up with hours that gain nothing, because the limit asks for them.
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
