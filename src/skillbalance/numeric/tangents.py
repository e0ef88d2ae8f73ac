r"""
The rounds of the continuous solver: tangents of the log marginal return, and the price they imply.

Everything is skills first, rows last; see :mod:`skillbalance.numeric.continuous` for the method.
What is needed of the skills lies in one block of memory, because rows and skills are picked from
all of it at once, and a learner alone costs as many calls as a million.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from skillbalance.numeric.curve import quick_moments
from skillbalance.numeric.problem import Floats, Problem
from skillbalance.numeric.readiness import KindShares
from skillbalance.numeric.sums import by_kind, column_sums

_LEVEL_ROUNDS = 200
_TINY = 1e-300
_HUGE = 1e300
_DEEP = 690.0  # e^-690 is the last power that is a normal number with digits to spare
_OF_SKILL, _OF_ROW = 12, 4


class Columns:
    """
    What the rounds need of each skill, (n, rows), and of each row, (rows,).

    ``speed`` = k W, ``idle`` = d W, ``gap`` = 1 - p0, ``fade`` = d (1 - f) W, ``log_worth`` =
    log(w k W), ``rest`` = 1 - target, ``dim`` = log(beyond), ``part`` = weight within its kind;
    ``power`` = 1 - rho where the kinds are coupled, else 0, ``hard_rest`` and ``soft_rest`` what
    skills left out add to the indices. All are views of two blocks, ``skill`` and ``row``.

    ``kinked`` says whether any target matters, ``coupled`` whether any row couples its kinds:
    what does not occur is not computed. It would change no bit of the rows without it.
    """

    __slots__ = (
        "beyond",
        "budget",
        "coupled",
        "dim",
        "fade",
        "gap",
        "hard",
        "hard_rest",
        "idle",
        "kinked",
        "log_worth",
        "lower",
        "part",
        "power",
        "rest",
        "row",
        "skill",
        "soft_rest",
        "speed",
        "upper",
    )

    def __init__(self, skill: Floats, row: Floats, *, kinked: bool, coupled: bool) -> None:
        self.skill, self.row, self.kinked, self.coupled = skill, row, kinked, coupled
        (
            self.speed,
            self.idle,
            self.gap,
            self.fade,
            self.log_worth,
            self.rest,
            self.beyond,
            self.dim,
            self.lower,
            self.upper,
            self.part,
            self.hard,
        ) = skill
        self.budget, self.power, self.hard_rest, self.soft_rest = row

    @classmethod
    def of(cls, problem: Problem, shares: KindShares, solved: NDArray[np.bool_]) -> "Columns":
        """Prepare a problem; rows that have no plan get nothing to give."""
        skill = np.empty((_OF_SKILL, problem.n_skills, problem.n_rows))
        row = np.zeros((_OF_ROW, problem.n_rows))
        c = cls(
            skill,
            row,
            kinked=bool(((problem.target < 1.0) & (problem.beyond < 1.0)).any()),
            coupled=bool((problem.rho < 1.0).any()),
        )
        np.multiply(problem.learning_rate, problem.weeks, out=c.speed)
        np.multiply(problem.forgetting_rate, problem.weeks, out=c.idle)
        np.subtract(1.0, problem.floor, out=c.fade)
        c.fade *= c.idle
        np.subtract(1.0, problem.proficiency, out=c.gap)
        np.subtract(1.0, problem.target, out=c.rest)
        c.beyond[...] = problem.beyond
        np.multiply(problem.lower, solved, out=c.lower)
        least = column_sums(c.lower)
        room = np.maximum(problem.budget - least, 0.0) * solved
        np.minimum(problem.upper, c.lower + room, out=c.upper)
        np.maximum(c.upper, c.lower, out=c.upper)
        np.add(shares.hard, shares.soft, out=c.part)
        np.logical_not(problem.soft, out=c.hard)
        of_kind = c.hard + (1.0 - 2.0 * c.hard) * shares.soft_share
        # A skill that no hour can move stays at its minimum.
        worth = of_kind * c.part * c.speed * ((c.gap + c.fade > 0.0) & (c.upper > c.lower))
        np.maximum(c.speed, _TINY, out=c.speed)
        with np.errstate(divide="ignore"):
            np.log(worth, out=c.log_worth)
            if c.kinked:
                np.log(problem.beyond, out=c.dim)
            else:
                c.dim[...] = 0.0
        c.budget[...] = least + room
        if c.coupled:
            hard, soft = by_kind((worth > 0.0).astype(np.float64), problem.soft)
            c.power[...] = (1.0 - problem.rho) * ((hard > 0.0) & (soft > 0.0))
            c.coupled = bool(c.power.any())
        return c

    def rows(self, rows: NDArray[np.intp]) -> "Columns":
        """Return all skills of some rows."""
        return Columns(
            self.skill.take(rows, axis=2),
            self.row.take(rows, axis=1),
            kinked=self.kinked,
            coupled=self.coupled,
        )

    def pick(
        self,
        skills: NDArray[np.intp],
        rows: NDArray[np.intp],
        *,
        out: NDArray[np.bool_],
        credit: Floats,
    ) -> "Columns":
        """Return the skills (m, r) of the rows (r,); those left *out*, (n, r), stay at minima."""
        row = self.row.take(rows, axis=1)
        row[0] -= column_sums(self.lower.take(rows, axis=1) * out)
        if self.coupled:
            held = self.part.take(rows, axis=1) * np.maximum(credit, 0.0) * out
            of_hard = held * self.hard.take(rows, axis=1)
            row[2] += column_sums(of_hard)
            row[3] += column_sums(held - of_hard)
        return Columns(self.skill[:, skills, rows], row, kinked=self.kinked, coupled=self.coupled)

    def offered(self, nu: Floats) -> "Columns":
        """Return the same skills without coupling, hard ones worth a factor e^nu more."""
        skill, row = self.skill.copy(), self.row.copy()
        plain = Columns(skill, row, kinked=self.kinked, coupled=False)
        plain.log_worth += nu * plain.hard
        plain.power[...] = 0.0
        return plain


class Tangents(NamedTuple):
    """
    The tangents of L at some hours, as hours at a price: (n, rows).

    A skill wants ``at - mu * width`` hours at the log price mu up to its ``knee``, where the
    target is reached, and past it that many less ``-below``. ``first`` is L itself, ``credit`` and
    ``rate`` the credit and its slope there; ``past`` marks skills past their target at their
    minimum already.
    """

    at: Floats
    width: Floats
    knee: Floats
    below: Floats
    first: Floats
    credit: Floats
    rate: Floats
    past: NDArray[np.bool_]


_NONE = np.zeros((1, 1))
_NO = np.zeros((1, 1), dtype=np.bool_)


def find_tangents(c: Columns, hours: Floats, past: NDArray[np.bool_] | None = None) -> Tangents:
    """Linearize at *hours*; *past* is known after the first round."""
    z = c.speed * hours + c.idle
    m = quick_moments(z)
    left = c.gap * np.maximum(m.decay, _TINY)
    slope = left + c.fade * m.first
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        first = c.log_worth + np.log(slope)
        width = slope / (c.speed * (left + c.fade * m.second))
        deep = z > _DEEP
        if deep.any():
            # e^-z underflows; where nothing is forgotten L is a line, and known all the same.
            line = deep & (c.fade == 0.0)
            first = np.where(line, c.log_worth + np.log(c.gap) - z, first)
            width = np.where(line, 1.0 / c.speed, width)
        # Nothing to gain: any positive width will do.
        width[~(width < _HUGE)] = 1.0
        at = hours + first * width
        knee = below = credit = rate = _NONE
        if c.kinked or c.coupled:
            y = left + c.fade * m.zeroth
            rate = c.speed * slope
            credit = 1.0 - y
            if not c.kinked:
                return Tangents(at, width, knee, below, first, credit, rate, _NO)
            if past is None:
                past = y <= c.rest
            knee = hours + np.log(y / c.rest) * (y / rate)
            knee[c.rest == 0.0] = np.inf
            knee[past] = -np.inf
            below = c.dim * width
            excess = np.maximum(c.rest - y, 0.0)
            np.multiply(rate, c.beyond, out=rate, where=excess > 0.0)
            credit -= excess * (1.0 - c.beyond)
    return Tangents(at, width, knee, below, first, credit, rate, _NO if past is None else past)


class Level(NamedTuple):
    """A solved piecewise linear equation: log price per row, hours, and which still move."""

    price: Floats
    hours: Floats
    moving: NDArray[np.bool_]


def find_level(c: Columns, t: Tangents, at: Floats, start: Floats | None = None) -> Level:
    """
    Find the price at which the hours that the tangents want add up to the budget.

    Where all hours that gain anything fit the budget, the price is minus infinity and they are
    all given. A Newton step on a piecewise linear function is exact on the right piece; a
    bracket keeps it from cycling between two.
    """
    dead = at == -np.inf
    most = c.upper
    if c.kinked:
        # Without credit past the target, the last hours worth anything end at the knee.
        most = np.minimum(most, np.where(t.below == -np.inf, np.maximum(t.knee, c.lower), np.inf))
    most = np.where(dead, c.lower, most)
    plenty = column_sums(most) <= c.budget
    if start is None:
        wanted = column_sums(np.where(dead, 0.0, at)) - c.budget
        start = wanted / np.maximum(column_sums(t.width * ~dead), _TINY)
    price = np.where(plenty | ~np.isfinite(start), 0.0, start)
    low = high = price
    ends = None
    tolerance = 1e-13 * c.budget + 1e-15
    done = plenty
    hours, moving = most, dead
    for _ in range(_LEVEL_ROUNDS):
        full = at - price * t.width
        if c.kinked:
            dimmed = full + t.below
            free = np.maximum(np.minimum(full, t.knee), dimmed)
            hours = np.minimum(np.maximum(free, c.lower), c.upper)
            moving = (hours == full) | (hours == dimmed)
        else:
            hours = np.minimum(np.maximum(full, c.lower), c.upper)
            moving = hours == full
        excess = column_sums(hours) - c.budget
        done = done | (np.abs(excess) <= tolerance)
        if done.all():
            break
        if ends is None:
            low, high = ends = _ends(c, t, at, most)
        low = np.where(excess > 0.0, price, low)
        high = np.where(excess < 0.0, price, high)
        with np.errstate(divide="ignore", invalid="ignore"):
            step = price + excess / column_sums(t.width * moving)
            inside = (step > low) & (step < high)
            step = np.where(inside, step, 0.5 * (low + high))
            done |= ~(high - low > 4e-16 * np.abs(price))
        price = np.where(done, price, step)
    if not plenty.any():
        return Level(price, hours, moving)
    return Level(np.where(plenty, -np.inf, price), np.where(plenty, most, hours), moving & ~plenty)


def _ends(c: Columns, t: Tangents, at: Floats, most: Floats) -> tuple[Floats, Floats]:
    """Return the prices of the last hour worth anything and of the first: the level is between."""
    down_last: Floats | float = 0.0
    down_first: Floats | float = 0.0
    if c.kinked:
        dimmed = np.maximum(t.below, -_HUGE)
        down_last = np.where(most > t.knee, dimmed, 0.0)
        down_first = np.where(t.knee == -np.inf, dimmed, 0.0)
    moves = most > c.lower
    last = np.where(moves, (at + down_last - most) / t.width, np.inf).min(axis=0)
    first = np.where(moves, (at + down_first - c.lower) / t.width, -np.inf).max(axis=0)
    return last, first
