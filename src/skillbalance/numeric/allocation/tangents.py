r"""
The rounds of the continuous solver: tangents of the log marginal return, and the price they imply.

Everything is skills first, rows last; see :mod:`skillbalance.numeric.allocation.continuous` for the
method. Hours are counted here from the minima up, so that a skill without any adds an exact zero to
every sum: it may be left out, or come along as padding, and no bit changes.

No number here is infinite or NaN by design. What can never have hours has a worth of ``NEVER``,
and the denominators have floors: plain arithmetic then needs no masks, which cost ten times as
much as what they would spare.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from skillbalance.numeric.allocation.problem import Floats, Problem
from skillbalance.numeric.curve import quick_moments
from skillbalance.numeric.indices import KindShares
from skillbalance.numeric.sums import column_sums

_LEVEL_ROUNDS = 200
# Logarithms of nothing and of everything: beyond any that occur, and safe to multiply by a width.
NEVER = -1e30
_ALWAYS = 1e30
_TINY = 1e-75  # its square, times the slowest, is a normal number
_SLOWEST = 1e-100
_DEEP = 172.0  # from here on e^-z is below _TINY
# Evaluations of a price before the rows that need more are picked out.
_AT_ONCE = 3
_AT_ONCE_OPENING = 6


class Columns:
    """
    What the rounds need of each skill, (n, rows), and of each row, (rows,).

    ``speed`` = k W, ``start`` = z at the minimum, ``gap`` = 1 - p0, ``fade`` = d (1 - f) W,
    ``log_worth`` = log(w k W), ``cap`` = hours between minimum and maximum, infinite where the
    budget ends first; ``hard`` as a number, ``kinds`` (2, n, rows) the weight within the hard and
    within the soft kind; ``log_rest`` = log(1 - target), ``rest``, ``shy`` = 1 - beyond, ``dim`` =
    log(beyond). Per row ``room``, the hours above the minima, ``power`` = 1 - rho where the kinds
    are coupled, else 0, ``others`` (2, rows) what skills left out add to the indices.

    The flags say what occurs at all: ``forgets`` forgetting, ``capped`` a maximum, ``coupled`` a
    coupling of the kinds, ``kinked`` a target, ``ends`` one without credit past it. What does not
    occur is not computed, and would change no bit of the rows without it.
    """

    __slots__ = (
        "cap",
        "capped",
        "coupled",
        "dim",
        "ends",
        "fade",
        "forgets",
        "gap",
        "hard",
        "kinds",
        "kinked",
        "log_rest",
        "log_worth",
        "others",
        "power",
        "rest",
        "room",
        "row",
        "shy",
        "skill",
        "speed",
        "start",
    )

    forgets: bool
    capped: bool
    ends: bool

    def __init__(self, skill: Floats, row: Floats, *, coupled: bool, kinked: bool) -> None:
        self.skill, self.row, self.coupled, self.kinked = skill, row, coupled, kinked
        self.speed, self.start, self.gap, self.fade, self.log_worth, self.cap = skill[:6]
        self.room, self.power = row[:2]
        self.others = row[2:]
        at = 6
        if coupled:
            self.hard, self.kinds = skill[6], skill[7:9]
            at = 9
        if kinked:
            self.log_rest, self.rest, self.shy, self.dim = skill[at:]

    @classmethod
    def of(cls, problem: Problem, shares: KindShares, solved: NDArray[np.bool_]) -> "Columns":
        """Prepare a problem; rows that have no plan get nothing to give."""
        coupled = bool((problem.rho < 1.0).any())
        kinked = bool(((problem.target < 1.0) & (problem.beyond < 1.0)).any())
        fields = 6 + 3 * coupled + 4 * kinked
        skill = np.empty((fields, problem.n_skills, problem.n_rows))
        c = cls(skill, np.zeros((4, problem.n_rows)), coupled=coupled, kinked=kinked)
        np.multiply(problem.learning_rate, problem.weeks, out=c.speed)
        np.multiply(problem.forgetting_rate, problem.weeks, out=c.start)
        np.subtract(1.0, problem.floor, out=c.fade)
        c.fade *= c.start
        np.subtract(1.0, problem.proficiency, out=c.gap)
        # A skill that no hour can move, or that may have none, is worth nothing.
        worth = np.multiply(shares.hard, 1.0 - shares.soft_share, out=c.log_worth)
        worth += shares.soft * shares.soft_share
        worth *= c.speed
        np.subtract(problem.upper, problem.lower, out=c.cap)
        alive = worth > 0.0
        alive &= c.cap > 0.0
        alive &= c.gap + c.fade > 0.0
        np.maximum(c.speed, _SLOWEST, out=c.speed)
        np.maximum(c.gap, _TINY, out=c.gap)
        c.start += c.speed * problem.lower
        np.log(worth, out=worth)
        np.maximum(problem.budget - column_sums(problem.lower), 0.0, out=c.room)
        c.room *= solved
        c.limit(alive)
        c.forgets = bool(c.fade.any())
        c.ends = False
        if coupled:
            np.logical_not(problem.soft, out=c.hard)
            c.kinds[0], c.kinds[1] = shares.hard, shares.soft
            both = ((c.kinds > 0.0) & alive).any(axis=1).all(axis=0)
            np.multiply(1.0 - problem.rho, both, out=c.power)
        if kinked:
            np.subtract(1.0, problem.target, out=c.rest)
            np.subtract(1.0, problem.beyond, out=c.shy)
            np.maximum(np.log(c.rest), NEVER, out=c.log_rest)
            c.dim[...] = problem.beyond
            np.log(c.dim, out=c.dim)
            np.maximum(c.dim, NEVER, out=c.dim)
            c.ends = bool((c.dim == NEVER).any())
        return c

    def limit(self, alive: NDArray[np.bool_]) -> None:
        """Set the caps of skills not *alive* to nothing, and lift those that never hold."""
        binds = self.cap < self.room
        binds &= alive
        self.capped = bool(binds.any())
        np.copyto(self.cap, np.inf, where=~binds)
        if not alive.all():
            np.copyto(self.cap, 0.0, where=~alive)
            np.copyto(self.log_worth, NEVER, where=~alive)

    def _like(self, skill: Floats, row: Floats) -> "Columns":
        made = Columns(skill, row, coupled=self.coupled, kinked=self.kinked)
        made.forgets, made.capped, made.ends = self.forgets, self.capped, self.ends
        return made

    def rows(self, rows: NDArray[np.intp]) -> "Columns":
        """Return all skills of some rows."""
        return self._like(self.skill.take(rows, axis=2), self.row.take(rows, axis=1))

    def pick(
        self, cells: NDArray[np.intp], rows: NDArray[np.intp], padding: NDArray[np.bool_] | None
    ) -> "Columns":
        """Return the skills at *cells*, (m, r) positions in (n, rows), of the rows (r,)."""
        skill = self.skill.reshape(len(self.skill), -1).take(cells, axis=1)
        part = self._like(skill, self.row.take(rows, axis=1))
        if padding is not None:
            part.log_worth[padding] = NEVER
            part.cap[padding] = 0.0
            if self.coupled:
                part.kinds *= ~padding
        return part

    def offered(self, nu: Floats) -> "Columns":
        """Return the same skills without coupling, hard ones worth a factor e^nu more."""
        plain = self._like(self.skill.copy(), self.row.copy())
        plain.log_worth += nu * plain.hard
        np.maximum(plain.log_worth, NEVER, out=plain.log_worth)
        plain.power[...] = 0.0
        return plain


class Tangents(NamedTuple):
    """
    The tangents of L at some hours, as hours at a price: (n, rows).

    A skill wants ``at - mu * width`` hours at the log price mu up to its ``knee``, where the
    target is reached, and past it that many less ``-below``. ``first`` is L itself, ``credit`` and
    ``rate`` the credit and its slope there; ``past`` marks skills past their target at their
    minimum already, which only the tangents at the minima tell.
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


def find_tangents(c: Columns, hours: Floats | None = None) -> Tangents:
    """Linearize at *hours*, or at the minima, where skills past their target lose their kink."""
    z = c.start if hours is None else c.speed * hours + c.start
    knee = below = credit = rate = _NONE
    past = _NO
    if c.forgets:
        decay, zeroth, ahead, second = quick_moments(z)
        left = np.maximum(decay, _TINY, out=decay)
        left *= c.gap
        ahead *= c.fade
        ahead += left
        second *= c.fade
        second += left
    else:
        left = np.exp(-z)
        np.maximum(left, _TINY, out=left)
        left *= c.gap
        zeroth, ahead, second = _NONE, left, left
    second = c.speed * second
    width = np.divide(ahead, second, out=second)
    first = np.log(ahead)
    first += c.log_worth
    if z.size and not z.max() <= _DEEP:
        # e^-z underflows; where nothing is forgotten L is a line, and known all the same.
        line = (z > _DEEP) & (c.fade == 0.0)
        first = np.where(line, c.log_worth + np.log(c.gap) - z, first)
        width = np.where(line, 1.0 / c.speed, width)
    at = first * width
    if hours is not None:
        at += hours
    if c.coupled or c.kinked:
        y = c.fade * zeroth
        y += left
        rate = c.speed * ahead
        if c.kinked:
            if hours is None:
                past = y <= c.rest
                np.copyto(c.log_rest, _ALWAYS, where=past)
            knee = np.log(y)
            knee -= c.log_rest
            knee *= y
            knee /= rate
            if hours is not None:
                knee += hours
            below = c.dim * width
        if c.coupled:
            credit = 1.0 - y
            if c.kinked:
                over = np.subtract(c.rest, y, out=y)
                np.maximum(over, 0.0, out=over)
                over *= c.shy
                credit -= over
                rate *= 1.0 - (over > 0.0) * c.shy
            np.maximum(credit, 0.0, out=credit)
    return Tangents(at, width, knee, below, first, credit, rate, past)


class Level(NamedTuple):
    """A solved piecewise linear equation: log price per row, hours, and which still move."""

    price: Floats
    hours: Floats
    moving: NDArray[np.bool_]


class _Wants(NamedTuple):
    """What `find_level` needs of the tangents and of their skills; None where it never matters."""

    at: Floats
    width: Floats
    knee: Floats | None
    below: Floats | None
    cap: Floats | None
    room: Floats

    def rows(self, rows: NDArray[np.intp]) -> "_Wants":
        """Return some rows."""
        return _Wants(*(None if x is None else x.take(rows, axis=-1) for x in self))  # type: ignore[arg-type]

    def at_price(self, price: Floats) -> tuple[Floats, NDArray[np.bool_], Floats]:
        """Return the hours wanted at a price, which of them move, and their excess."""
        hours = price * self.width
        full = np.subtract(self.at, hours, out=hours)
        if self.knee is None or self.below is None:
            hours = np.maximum(full, 0.0)
            if self.cap is not None:
                np.minimum(hours, self.cap, out=hours)
            moving = hours == full
        else:
            dimmed = full + self.below
            hours = np.minimum(full, self.knee)
            np.maximum(hours, dimmed, out=hours)
            np.maximum(hours, 0.0, out=hours)
            if self.cap is not None:
                np.minimum(hours, self.cap, out=hours)
            moving = hours == full
            moving |= hours == dimmed
        excess = column_sums(hours)
        excess -= self.room
        return hours, moving, excess


def find_level(c: Columns, t: Tangents, at: Floats, start: Floats | None = None) -> Level:
    """
    Find the price at which the hours that the tangents want add up to the room.

    Where all hours that gain anything fit, the price is minus infinity and they are all given. A
    Newton step on a piecewise linear function is exact on the right piece, and two evaluations
    are enough for most rows; those that need more are picked out.
    """
    w = _Wants(
        at,
        t.width,
        t.knee if c.kinked else None,
        t.below if c.kinked else None,
        c.cap if c.capped or c.ends else None,
        c.room,
    )
    most = np.minimum(c.cap, c.room) if start is None or c.ends else _NONE
    tolerance = 1e-13 * c.room + 1e-15
    plenty = _NO
    if c.ends:
        # Without credit past the target, the last hours worth anything end at the knee.
        reach = np.where(t.below <= NEVER * t.width, np.maximum(t.knee, 0.0), np.inf)
        np.minimum(most, reach, out=most)
    if most is not _NONE:
        plenty = column_sums(most) <= c.room
        tolerance[plenty] = np.inf
    turns = _AT_ONCE
    if start is None:
        alive = c.cap > 0.0
        wanted = column_sums(at * alive) - c.room
        start = wanted / np.maximum(column_sums(t.width * alive), _TINY)
        turns = _AT_ONCE_OPENING
    price = start
    if c.ends:
        price = np.where(np.isfinite(price), price, 0.0)
    hours, moving, excess = w.at_price(price)
    for _ in range(1, turns):
        step = excess / column_sums(w.width * moving)
        met = np.abs(excess) <= tolerance
        if met.all():
            break
        price = np.where(met, price, price + step)
        hours, moving, excess = w.at_price(price)
    (left,) = (~(np.abs(excess) <= tolerance)).nonzero()
    if left.size:
        if most is _NONE:
            most = np.minimum(c.cap, c.room)
        price = price.copy()
        price[left], hours[:, left], moving[:, left] = _surely(
            w.rows(left), most.take(left, axis=1), price[left]
        )
    if plenty.any():
        price = np.where(plenty, -np.inf, price)
        np.copyto(hours, most, where=plenty)
        moving &= ~plenty
    return Level(price, hours, moving)


def _surely(w: _Wants, most: Floats, price: Floats) -> Level:
    """Find the level within a bracket, which keeps Newton's steps from cycling between pieces."""
    tolerance = 1e-13 * w.room + 1e-15
    low, high = _ends(w, most)
    price = np.where((price > low) & (price < high), price, 0.5 * (low + high))
    done = np.zeros(price.shape, dtype=np.bool_)
    hours, moving = w.at, done
    for _ in range(_LEVEL_ROUNDS):
        hours, moving, excess = w.at_price(price)
        done |= np.abs(excess) <= tolerance
        if done.all():
            break
        low = np.where(excess > 0.0, price, low)
        high = np.where(excess < 0.0, price, high)
        step = price + excess / column_sums(w.width * moving)
        step = np.where((step > low) & (step < high), step, 0.5 * (low + high))
        done |= ~(high - low > 4e-16 * np.abs(price))
        price = np.where(done, price, step)
    return Level(price, hours, moving)


def _ends(w: _Wants, most: Floats) -> tuple[Floats, Floats]:
    """Return the prices of the last hour worth anything and of the first: the level is between."""
    last, first = w.at - most, w.at
    if w.knee is not None and w.below is not None:
        last = last + (most > w.knee) * w.below
        first = first + (w.knee <= 0.0) * w.below
    moves = most > 0.0
    last = np.where(moves, last / w.width, np.inf).min(axis=0)
    first = np.where(moves, first / w.width, -np.inf).max(axis=0)
    return last, first
