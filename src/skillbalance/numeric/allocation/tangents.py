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
from skillbalance.numeric.masks import every, some
from skillbalance.numeric.sums import column_sums

_LEVEL_ROUNDS = 200
# Logarithms of nothing and of everything: beyond any that occur, and safe to multiply by a width.
NEVER = -1e30
_ALWAYS = 1e30
TINY = 1e-75  # its square, times the slowest, is a normal number
_SLOWEST = 1e-100
_DEEP = 172.0  # from here on e^-z is below TINY
_NEVER_REACHED = 2.0
# Evaluations of a price before the rows that need more are picked out.
_AT_ONCE = 3
_AT_ONCE_OPENING = 6
_ENOUGH = 4


class Columns:
    """
    What the rounds need of each skill, (n, rows), and of each row, (rows,).

    ``speed`` = k W, ``start`` = z at the minimum, ``gap`` = 1 - p0, ``fade`` = d (1 - f) W,
    ``log_worth`` = log(w k W), ``cap`` = hours between minimum and maximum, infinite where the
    budget ends first; ``hard`` as a number, ``kinds`` (2, n, rows) the weight within the hard and
    within the soft kind; ``target``, ``log_rest`` = log(1 - target), ``shy`` = 1 - beyond and
    ``dim`` = log(beyond). Where either counts, ``held`` = p0 and ``pull`` = (k min + d f) W: near 0
    levels have no digits as 1 - y.

    Per row ``room``, the hours above the minima, ``tolerance``, by how much their sum may miss it,
    ``power`` = 1 - rho where the kinds are coupled, else 0, ``turned``, how much of nu is in the
    worth of hard skills already, ``others`` (2, rows), what skills left out add to the indices.

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
        "held",
        "kinds",
        "kinked",
        "log_rest",
        "log_worth",
        "others",
        "power",
        "pull",
        "room",
        "row",
        "shy",
        "skill",
        "speed",
        "start",
        "target",
        "tolerance",
        "turned",
    )

    forgets: bool
    capped: bool
    ends: bool

    def __init__(self, skill: Floats, row: Floats, *, coupled: bool, kinked: bool) -> None:
        self.skill, self.row, self.coupled, self.kinked = skill, row, coupled, kinked
        self.speed, self.start, self.gap, self.fade, self.log_worth, self.cap = skill[:6]
        self.room, self.tolerance, self.power, self.turned = row[:4]
        self.others = row[4:]
        at = 6
        if coupled or kinked:
            self.held, self.pull = skill[6:8]
            at = 8
        if coupled:
            self.hard, self.kinds = skill[at], skill[at + 1 : at + 3]
            at += 3
        if kinked:
            self.log_rest, self.target, self.shy, self.dim = skill[at:]

    @classmethod
    def of(cls, problem: Problem, shares: KindShares, solved: NDArray[np.bool_]) -> "Columns":
        """Prepare a problem; rows that have no plan get nothing to give."""
        coupled = some(problem.rho < 1.0)
        kinked = some((problem.target < 1.0) & (problem.beyond < 1.0))
        fields = 6 + 2 * (coupled or kinked) + 3 * coupled + 4 * kinked
        skill = np.empty((fields, problem.n_skills, problem.n_rows))
        c = cls(skill, np.zeros((6, problem.n_rows)), coupled=coupled, kinked=kinked)
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
        np.maximum(c.gap, TINY, out=c.gap)
        practiced = c.speed * problem.lower
        if coupled or kinked:
            np.copyto(c.held, problem.proficiency)
            np.multiply(c.start, problem.floor, out=c.pull)
            c.pull += practiced
        c.start += practiced
        np.log(worth, out=worth)
        np.maximum(problem.budget - column_sums(problem.lower), 0.0, out=c.room)
        c.room *= solved
        c.limit(alive)
        c.forgets = some(c.fade)
        c.ends = False
        if coupled:
            np.logical_not(problem.soft, out=c.hard)
            c.kinds[0], c.kinds[1] = shares.hard, shares.soft
            both = ((c.kinds > 0.0) & alive).any(axis=1).all(axis=0)
            np.multiply(1.0 - problem.rho, both, out=c.power)
        if kinked:
            np.subtract(1.0, problem.target, out=c.log_rest)
            # A target of 1 is never reached, whatever the level rounds to.
            c.target[...] = _NEVER_REACHED
            np.copyto(c.target, problem.target, where=c.log_rest > 0.0)
            np.subtract(1.0, problem.beyond, out=c.shy)
            np.log(c.log_rest, out=c.log_rest)
            np.maximum(c.log_rest, NEVER, out=c.log_rest)
            c.dim[...] = problem.beyond
            np.log(c.dim, out=c.dim)
            np.maximum(c.dim, NEVER, out=c.dim)
            c.ends = some(c.dim == NEVER)
        return c

    def limit(self, alive: NDArray[np.bool_]) -> None:
        """
        Set the caps of skills not *alive* to nothing, and lift those that never hold.

        Called when the room is known.
        """
        np.multiply(self.room, 1e-13, out=self.tolerance)
        self.tolerance += 1e-15
        binds = self.cap < self.room
        binds &= alive
        self.capped = some(binds)
        np.copyto(self.cap, np.inf, where=~binds)
        if not every(alive):
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
        if self.coupled:
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
    opening = hours is None
    practiced = _NONE if hours is None else c.speed * hours
    z = c.start + practiced
    levels = c.coupled or (c.kinked and opening)
    knee = below = credit = rate = level = _NONE
    past = _NO
    if c.forgets or levels:
        decay, zeroth, ahead, second = quick_moments(z)
        if levels:
            level = c.pull + practiced
            level *= zeroth
            level += c.held * decay
        left = np.maximum(decay, TINY, out=decay)
        left *= c.gap
        ahead *= c.fade
        ahead += left
        second *= c.fade
        second += left
    else:
        left = np.exp(-z)
        np.maximum(left, TINY, out=left)
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
        rate = c.speed * ahead
    if c.kinked:
        y = c.fade * zeroth
        y += left
        if opening:
            past = level >= c.target
            np.copyto(c.log_rest, _ALWAYS, where=past)
        knee = np.log(y)
        knee -= c.log_rest
        knee *= y
        knee /= rate
        if hours is not None:
            knee += hours
        below = c.dim * width
        if c.coupled:
            over = np.subtract(level, c.target, out=y)
            np.maximum(over, 0.0, out=over)
            rate *= 1.0 - (over > 0.0) * c.shy
            over *= c.shy
            level -= over
    if c.coupled:
        credit = level
    return Tangents(at, width, knee, below, first, credit, rate, past)


class Level(NamedTuple):
    """
    A solved piecewise linear equation: log price per row, hours, and which of them still move.

    ``excess`` is what the hours add up to beyond the room: rounding.
    """

    price: Floats
    hours: Floats
    moving: NDArray[np.bool_]
    excess: Floats

    def take(self, rows: NDArray[np.intp]) -> "Level":
        """Return some rows."""
        hours, moving = self.hours.take(rows, axis=1), self.moving.take(rows, axis=1)
        return Level(self.price[rows], hours, moving, self.excess[rows])

    def pick(
        self, cells: NDArray[np.intp], rows: NDArray[np.intp], padding: NDArray[np.bool_] | None
    ) -> "Level":
        """Return the skills at *cells* of the rows, as :meth:`Columns.pick` does."""
        hours, moving = self.hours.reshape(-1).take(cells), self.moving.reshape(-1).take(cells)
        if padding is not None:
            hours[padding], moving[padding] = 0.0, False
        return Level(self.price[rows], hours, moving, self.excess[rows])


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


class Forecast(NamedTuple):
    """
    The level if the skills that moved last are those that move: near the optimum they are.

    ``moved`` is by how much hours then change, ``total`` the sum of the ``width`` of what moves and
    ``moves`` whether anything does.
    """

    price: Floats
    moved: Floats
    width: Floats
    total: Floats
    moves: NDArray[np.bool_]


def foretell(c: Columns, t: Tangents, at: Floats, last: Level) -> Forecast:
    """Foretell the next level; *at* are the hours that the tangents want at a price of 0."""
    width = t.width * last.moving
    moved = at - last.hours
    if c.kinked:
        moved += (t.knee < last.hours) * t.below
        moved *= last.moving
        # What stands on its target stays there, where that is now known better.
        stands = last.hours > 0.0
        stands &= ~last.moving
        if c.capped:
            stands &= last.hours < c.cap
        moved += (t.knee - last.hours) * stands
    else:
        moved *= last.moving
    total = column_sums(width)
    moves = total > 0.0
    total += TINY
    price = column_sums(moved)
    price += last.excess
    # Where nothing moves, the last price.
    price += TINY * last.price
    price /= total
    if c.ends:
        # Where all hours fitted, none has a price.
        price = np.where(np.isfinite(price), price, 0.0)
    if c.coupled:
        moved -= price * width
    return Forecast(price, moved, width, total, moves)


def find_level(c: Columns, t: Tangents, at: Floats, start: Floats | None = None) -> Level:
    """
    Find the price at which the hours that the tangents want add up to the room.

    Where all hours that gain anything fit, the price is minus infinity and they are all given. A
    Newton step on a piecewise linear function is exact on the right piece, and from a price that
    was foretold one evaluation is enough for most rows; those that need many are picked out.
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
    tolerance, plenty = c.tolerance, _NO
    if c.ends:
        # Without credit past the target, the last hours worth anything end at the knee.
        reach = np.where(t.below <= NEVER * t.width, np.maximum(t.knee, 0.0), np.inf)
        np.minimum(most, reach, out=most)
    if most is not _NONE:
        plenty = column_sums(most) <= c.room
        tolerance = np.where(plenty, np.inf, tolerance)
    turns = _AT_ONCE
    if start is None:
        # The price if one skill alone could have all the room: never above the level.
        alone = at - c.room
        alone /= t.width
        start = alone.max(axis=0)
        turns = _AT_ONCE_OPENING
    price = start
    hours, moving, excess = w.at_price(price)
    met = np.abs(excess) <= tolerance
    for turn in range(1, turns):
        if turn == _ENOUGH:
            # The opening says who stays. For that a price below the level is good enough, and
            # without coupling its hours are too.
            met |= (c.power == 0.0) & (excess > 0.0) & (excess < c.room)
        if every(met):
            break
        step = excess / column_sums(w.width * moving)
        price = np.where(met, price, price + step)
        hours, moving, excess = w.at_price(price)
        met = np.abs(excess) <= tolerance
    else:
        (left,) = (~met).nonzero()
        if left.size:
            if most is _NONE:
                most = np.minimum(c.cap, c.room)
            price = price.copy()
            price[left], hours[:, left], moving[:, left], excess[left] = _surely(
                w.rows(left), most.take(left, axis=1), price[left]
            )
    if some(plenty):
        price = np.where(plenty, -np.inf, price)
        np.copyto(hours, most, where=plenty)
        moving &= ~plenty
    return Level(price, hours, moving, excess)


def _surely(w: _Wants, most: Floats, price: Floats) -> Level:
    """Find the level within a bracket, which keeps Newton's steps from cycling between pieces."""
    tolerance = 1e-13 * w.room + 1e-15
    low, high = _ends(w, most)
    price = np.where((price > low) & (price < high), price, 0.5 * (low + high))
    done = np.zeros(price.shape, dtype=np.bool_)
    hours, moving, excess = w.at_price(price)
    for _ in range(_LEVEL_ROUNDS):
        done |= np.abs(excess) <= tolerance
        if every(done):
            break
        low = np.where(excess > 0.0, price, low)
        high = np.where(excess < 0.0, price, high)
        step = price + excess / column_sums(w.width * moving)
        step = np.where((step > low) & (step < high), step, 0.5 * (low + high))
        done |= ~(high - low > 4e-16 * np.abs(price))
        price = np.where(done, price, step)
        hours, moving, excess = w.at_price(price)
    return Level(price, hours, moving, excess)


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
