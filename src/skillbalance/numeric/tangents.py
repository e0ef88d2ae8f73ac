r"""
The rounds of the continuous solver: tangents of the log marginal return, and the price they imply.

Everything is skills first, rows last; see :mod:`skillbalance.numeric.continuous` for the method.
"""

from collections.abc import Callable
from typing import NamedTuple

import attrs
import numpy as np
from numpy.typing import NDArray

from skillbalance.numeric.curve import quick_moments
from skillbalance.numeric.problem import Floats, Problem
from skillbalance.numeric.readiness import KindShares
from skillbalance.numeric.sums import by_kind, column_sums

_LEVEL_ROUNDS = 200
_TINY = 1e-300
_HUGE = 1e300


@attrs.frozen(kw_only=True, eq=False)
class Columns:
    """
    What the rounds need of each skill, (n, rows), and of each row, (rows,).

    ``speed`` = k W, ``idle`` = d W, ``gap`` = 1 - p0, ``fade`` = d (1 - f) W, ``log_worth`` =
    log(w k W), ``rest`` = 1 - target, ``dim`` = log(beyond), ``part`` = weight within its kind,
    ``power`` = 1 - rho where the kinds are coupled, else 0, ``hard_rest`` and ``soft_rest`` what
    skills left out add to the indices.
    """

    speed: Floats
    idle: Floats
    gap: Floats
    fade: Floats
    log_worth: Floats
    rest: Floats
    beyond: Floats
    dim: Floats
    lower: Floats
    upper: Floats
    part: Floats
    hard: Floats
    budget: Floats
    power: Floats
    hard_rest: Floats
    soft_rest: Floats

    @classmethod
    def of(cls, problem: Problem, shares: KindShares, solved: NDArray[np.bool_]) -> "Columns":
        """Prepare a problem; rows that have no plan get nothing to give."""
        speed = problem.learning_rate * problem.weeks
        idle = problem.forgetting_rate * problem.weeks
        fade = idle * (1.0 - problem.floor)
        gap = 1.0 - problem.proficiency
        lower = problem.lower * solved
        room = np.maximum(problem.budget - column_sums(lower), 0.0) * solved
        upper = np.maximum(np.minimum(problem.upper, lower + room), lower)
        part = shares.hard + shares.soft
        of_kind = np.where(problem.soft, shares.soft_share, 1.0 - shares.soft_share)
        # A skill that no hour can move stays at its minimum.
        worth = of_kind * part * speed * ((gap + fade > 0.0) & (upper > lower))
        with np.errstate(divide="ignore"):
            log_worth, dim = np.log(worth), np.log(problem.beyond)
        movable_hard, movable_soft = by_kind((worth > 0.0).astype(np.float64), problem.soft)
        coupled = (problem.rho < 1.0) & (movable_hard > 0.0) & (movable_soft > 0.0)
        return cls(
            speed=np.maximum(speed, _TINY),
            idle=idle,
            gap=gap,
            fade=fade,
            log_worth=log_worth,
            rest=1.0 - problem.target,
            beyond=problem.beyond,
            dim=dim,
            lower=lower,
            upper=upper,
            part=part,
            hard=(~problem.soft).astype(np.float64),
            budget=column_sums(lower) + room,
            power=np.where(coupled, 1.0 - problem.rho, 0.0),
            hard_rest=np.zeros(problem.n_rows),
            soft_rest=np.zeros(problem.n_rows),
        )

    def rows(self, rows: NDArray[np.intp]) -> "Columns":
        """Return all skills of some rows."""
        return self._map(lambda x: x[:, rows], rows)

    def pick(
        self,
        skills: NDArray[np.intp],
        rows: NDArray[np.intp],
        *,
        out: NDArray[np.bool_],
        credit: Floats,
    ) -> "Columns":
        """Return the skills (m, r) of the rows (r,); those left *out*, (n, r), stay at minima."""
        picked = self._map(lambda x: x[skills, rows], rows)
        held = self.part[:, rows] * np.maximum(credit, 0.0) * out
        of_hard = self.hard[:, rows]
        return attrs.evolve(
            picked,
            budget=picked.budget - column_sums(self.lower[:, rows] * out),
            hard_rest=picked.hard_rest + column_sums(held * of_hard),
            soft_rest=picked.soft_rest + column_sums(held * (1.0 - of_hard)),
        )

    def _map(self, take: Callable[[Floats], Floats], rows: NDArray[np.intp]) -> "Columns":
        return Columns(
            **{name: take(getattr(self, name)) for name in _OF_SKILLS},
            **{name: getattr(self, name)[rows] for name in _OF_ROWS},
        )


_OF_ROWS = ("budget", "power", "hard_rest", "soft_rest")
_OF_SKILLS = tuple(field.name for field in attrs.fields(Columns) if field.name not in _OF_ROWS)


class Tangents(NamedTuple):
    """
    The tangents of L at some hours, as hours at a price: (n, rows).

    A skill wants ``at - mu * width`` hours at the log price mu up to its ``knee``, where the
    target is reached, and past it that many less ``-below``. ``first`` is L itself, ``credit`` and
    ``rate`` the credit and its slope there.
    """

    at: Floats
    width: Floats
    knee: Floats
    below: Floats
    first: Floats
    credit: Floats
    rate: Floats
    past: NDArray[np.bool_]


def find_tangents(c: Columns, hours: Floats, past: NDArray[np.bool_] | None = None) -> Tangents:
    """Linearize at *hours*; *past* marks the skills past their target at their minimum already."""
    m = quick_moments(c.speed * hours + c.idle)
    left = c.gap * np.maximum(m.decay, _TINY)
    slope = left + c.fade * m.first
    y = left + c.fade * m.zeroth
    past = y <= c.rest if past is None else past
    with np.errstate(divide="ignore", invalid="ignore"):
        first = c.log_worth + np.log(slope)
        width = slope / (c.speed * (left + c.fade * m.second))
        knee = hours + np.log(y / c.rest) * (y / (c.speed * slope))
        width[np.isneginf(first)] = 1.0  # nothing to gain: any positive width will do
        below = c.dim * width
    knee[c.rest == 0.0] = np.inf
    knee[past] = -np.inf
    excess = np.maximum(c.rest - y, 0.0)
    rate = c.speed * slope
    np.multiply(rate, c.beyond, out=rate, where=excess > 0.0)
    return Tangents(
        at=hours + first * width,
        width=width,
        knee=knee,
        below=below,
        first=first,
        credit=1.0 - y - excess * (1.0 - c.beyond),
        rate=rate,
        past=past,
    )


class Level(NamedTuple):
    """A solved piecewise linear equation: log price per row, hours, and which still move."""

    price: Floats
    hours: Floats
    moving: NDArray[np.bool_]


def find_level(c: Columns, t: Tangents, at: Floats, start: Floats | None = None) -> Level:
    """
    Find the price at which the hours that the tangents want add up to the budget.

    Where all hours that gain anything fit the budget, the price is minus infinity and they are
    all given. A Newton step on a piecewise linear function is exact on the right piece; the
    bracket keeps it from cycling between two.
    """
    dead = np.isneginf(at)
    with np.errstate(invalid="ignore"):
        # The last hours worth anything, and the prices of the first and of the last.
        most = np.minimum(c.upper, np.where(np.isneginf(t.below), t.knee, np.inf))
        most = np.where(dead, c.lower, np.maximum(most, c.lower))
        down = np.where(most > t.knee, np.maximum(t.below, -_HUGE), 0.0)
        low = np.where(dead, np.inf, (at + down - most) / t.width).min(axis=0)
        down = np.where(np.isneginf(t.knee), np.maximum(t.below, -_HUGE), 0.0)
        high = ((at + down - c.lower) / t.width).max(axis=0)
    plenty = column_sums(most) <= c.budget
    if start is None:
        alive = ~dead
        wanted = column_sums(np.where(alive, at, 0.0)) - c.budget
        start = wanted / np.maximum(column_sums(t.width * alive), _TINY)
    price = np.where(plenty, 0.0, np.minimum(np.maximum(start, low), high))
    tolerance = 1e-13 * (1.0 + c.budget)
    hours, moving = c.lower, dead
    for _ in range(_LEVEL_ROUNDS):
        full = at - price * t.width
        dimmed = full + t.below
        free = np.maximum(np.minimum(full, t.knee), dimmed)
        hours = np.minimum(np.maximum(free, c.lower), c.upper)
        excess = column_sums(hours) - c.budget
        moving = (hours == full) | (hours == dimmed)
        done = (np.abs(excess) <= tolerance) | plenty | ~(high - low > 4e-16 * np.abs(price))
        if done.all():
            break
        low = np.where(excess > 0.0, price, low)
        high = np.where(excess < 0.0, price, high)
        with np.errstate(divide="ignore", invalid="ignore"):
            step = price + excess / column_sums(t.width * moving)
        step = np.where((step > low) & (step < high), step, 0.5 * (low + high))
        price = np.where(done, price, step)
    return Level(
        price=np.where(plenty, -np.inf, price),
        hours=np.where(plenty, most, hours),
        moving=moving & ~plenty,
    )
