r"""
The focus limit: at most m skills get hours, chosen so that readiness is greatest.

Which skills to choose is a combinatorial question, but a mild one. Whole blocks are decided by a
table (:mod:`skillbalance.numeric.allocation.focus_blocks`). Continuous hours are decided by bounds:

1.  Every *split* of the m places between hard and soft skills is a case of its own. Without this
    the bounds are loose, because a place is worth more to one kind than to the other.
2.  In each case, skills are ranked by what they are worth at given prices, the best ones solved
    exactly, and the prices taken from that solution, until nothing changes. Then the bound of
    :mod:`skillbalance.numeric.allocation.focus_bounds` equals the readiness found, and the case is
    proved. So it goes in nearly all cases.
3.  Prices around the best ones narrow the bounds of what is left, and a tree of the remaining
    skills, in or out, is cut where every set below it is bounded by what has been found. The sets
    that are left are solved.

A tree that grows too wide is thinned out; the largest bound among what was given up is reported.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from skillbalance.numeric.allocation.focus_blocks import choose_for_blocks, fits_table
from skillbalance.numeric.allocation.focus_bounds import (
    Gains,
    Quote,
    cap_gains,
    price_skills,
    solve_sets,
)
from skillbalance.numeric.allocation.problem import Floats, Problem
from skillbalance.numeric.sums import column_sums

# A set must promise more than this part of the readiness found to be looked at.
_ROUNDING = 1e-12
_ABSOLUTE_ROUNDING = 1e-18
# Rounds of ranking and solving, and of prices around the best.
_RANKING_ROUNDS = 8
_NARROWING_ROUNDS = 2
# Prices kept for the tree.
_KEPT_QUOTES = 16
# Limits of the search, per row: nodes on a level of a tree, and sets solved at its end.
_WIDEST = 20_000
_MOST_SOLVED = 4_000
# Sets solved in one call.
_BATCH = 256
# Cases worked on together: bounds the memory.
_CASES_PER_PART = 1024

_Flags = NDArray[np.bool_]
_Places = NDArray[np.intp]


class FocusPlan(NamedTuple):
    """
    The skills that may have hours, and the proof that no other choice is better.

    Attributes
    ----------
    allowed : ndarray of bool, shape (n_skills, rows)
        The skills that may have hours in the best plan found.
    solved : ndarray of bool, shape (rows,)
        False where no plan was found that meets the limits; nothing is allowed there.
    bound_gap : ndarray of shape (rows,)
        Proved bound on the readiness that any other choice of at most m skills could add; 0 where
        the search is complete.
    complete : ndarray of bool, shape (rows,)
        Whether every choice was ruled out or solved, so that the plan found is the best (or, where
        not solved, that there is none).
    """

    allowed: _Flags
    solved: _Flags
    bound_gap: Floats
    complete: _Flags


def solve_focus(problem: Problem, max_skills: int, block_hours: float | None) -> FocusPlan:
    """
    Choose at most *max_skills* skills of every row for the best plan.

    A skill with a minimum is always chosen. Rows do not influence each other. Ties go to the
    earlier skills.

    Parameters
    ----------
    max_skills : int
        At least 1.
    block_hours : float or None
        Whole blocks of this many hours, or continuous hours.
    """
    per_row = min(max_skills, problem.n_skills) + 1
    step = max(1, _CASES_PER_PART // per_row)
    parts = [
        _solve_rows(problem.take(slice(start, start + step)), max_skills, block_hours)
        for start in range(0, max(problem.n_rows, 1), step)
    ]
    return FocusPlan(*(np.concatenate(arrays, axis=-1) for arrays in zip(*parts, strict=True)))


def _solve_rows(problem: Problem, max_skills: int, block_hours: float | None) -> FocusPlan:
    """Settle the rows that the limit leaves alone or makes impossible; search the rest."""
    every = np.ones(problem.soft.shape, dtype=np.bool_)
    free = solve_sets(problem, every, block_hours)
    forced = problem.lower > 0.0
    used = forced | (free.hours > 0.0)
    solved = (free.readiness > -np.inf) & (forced.sum(axis=0) <= max_skills)
    untouched = used.sum(axis=0) <= max_skills
    plan = FocusPlan(
        allowed=(every if problem.n_skills <= max_skills else used) & solved,
        solved=solved.copy(),
        bound_gap=np.zeros(problem.n_rows),
        complete=np.ones(problem.n_rows, dtype=np.bool_),
    )
    rest = solved & ~untouched
    if block_hours is not None and rest.any():
        rows = np.nonzero(rest & fits_table(problem, max_skills, block_hours))[0]
        if rows.size:
            part = problem.take(rows)
            plan.allowed[:, rows], plan.solved[rows] = choose_for_blocks(
                part, max_skills, block_hours
            )
        rest[rows] = False
    rows = np.nonzero(rest)[0]
    if rows.size:
        search = _Search(problem.take(rows), max_skills, block_hours)
        search.run(free.bound[rows], free.quote.take(rows))
        complete = search.given_up <= search.threshold()
        plan.solved[rows] = search.best > -np.inf
        plan.allowed[:, rows] = search.allowed
        plan.complete[rows] = complete
        gap = search.given_up - np.maximum(search.best, 0.0)
        plan.bound_gap[rows] = np.where(complete, 0.0, gap)
    return plan


class _Cases(NamedTuple):
    """Splits of the open places: the row of each, and how many hard and soft skills to add."""

    row: _Places
    n_hard: _Places
    n_soft: _Places

    def take(self, which: _Places | _Flags) -> "_Cases":
        """Return some of the cases."""
        return _Cases(self.row[which], self.n_hard[which], self.n_soft[which])


class _Tree(NamedTuple):
    """What is left of a tree: sets with their bounds, falling, and the largest bound cut off."""

    sets: _Flags
    bound: Floats
    given_up: float


class _Search:
    """
    The state of the search in some rows, every one of which needs it.

    ``best`` and ``allowed`` are the best readiness found and its set, ``given_up`` the largest
    bound of what was not looked at.
    """

    def __init__(self, problem: Problem, max_skills: int, block_hours: float | None) -> None:
        self.problem, self.block_hours = problem, block_hours
        self.forced = problem.lower > 0.0
        self.best = np.full(problem.n_rows, -np.inf)
        self.allowed = np.zeros(problem.soft.shape, dtype=np.bool_)
        self.given_up = np.full(problem.n_rows, -np.inf)
        self.n_solved = np.zeros(problem.n_rows, dtype=np.intp)
        open_ = max_skills - self.forced.sum(axis=0)
        most_hard = (~self.forced & ~problem.soft).sum(axis=0)
        most_soft = (~self.forced & problem.soft).sum(axis=0)
        n_hard = np.arange(max_skills + 1)[:, None]
        # Leaving a place empty never helps: a skill may be allowed hours and get none.
        fits = (n_hard <= np.minimum(most_hard, open_)) & (open_ - n_hard <= most_soft)
        row, hard = np.nonzero(fits.T)
        self.cases = _Cases(row, hard, open_[row] - hard)

    def threshold(self) -> Floats:
        """Return the bound above which a set of a row is worth looking at."""
        found = np.maximum(self.best, 0.0)
        above = found + _ROUNDING * found + _ABSOLUTE_ROUNDING
        return np.where(self.best > -np.inf, above, -_ABSOLUTE_ROUNDING)

    def run(self, most: Floats, quote: Quote) -> None:
        """Search from a bound and the prices without the limit."""
        cases = self.cases
        bound = most[cases.row]
        least = self.problem.lower * self.forced
        caps = cap_gains(self.problem, least)
        for cap in caps:
            gains = Gains(cap.base[cases.row], cap.skill[:, cases.row])
            bound = np.minimum(bound, self._bound(cases, gains)[0])
        quotes: list[list[tuple[float, Quote]]] = [[] for _ in cases.row]
        self._rank(quote.take(cases.row), bound, quotes)
        self._narrow(bound, quotes)
        order = np.argsort(-bound, kind="stable")
        for case in order:
            row = int(cases.row[case])
            if bound[case] > self.threshold()[row]:
                self._search_case(int(case), [quote for _, quote in quotes[case]], caps)

    def _solve(self, row: _Places, sets: _Flags) -> tuple[Floats, Quote]:
        """Solve sets of skills, and remember the best of each row."""
        trial = solve_sets(self.problem.take(row), sets, self.block_hours)
        np.add.at(self.n_solved, row, 1)
        for i in np.argsort(-trial.readiness, kind="stable"):
            if trial.readiness[i] > self.best[row[i]]:
                self.best[row[i]] = trial.readiness[i]
                self.allowed[:, row[i]] = sets[:, i]
        return trial.readiness, trial.quote

    def _price(self, cases: _Cases, quote: Quote) -> Gains:
        return price_skills(self.problem.take(cases.row), quote, self.block_hours)

    def _bound(self, cases: _Cases, gains: Gains) -> tuple[Floats, _Flags]:
        """Return the largest bound of any set of each case, and that set."""
        forced, soft = self.forced[:, cases.row], self.problem.soft[:, cases.row]
        sets = forced.copy()
        for member, count in ((~soft, cases.n_hard), (soft, cases.n_soft)):
            worth = np.where(member & ~forced, gains.skill, -np.inf)
            order = np.argsort(-worth, axis=0, kind="stable")
            rank = np.empty_like(order)
            np.put_along_axis(rank, order, np.arange(len(order))[:, None], axis=0)
            sets |= rank < count
        return gains.base + column_sums(np.where(sets, gains.skill, 0.0)), sets

    def _rank(self, quote: Quote, bound: Floats, quotes: list[list[tuple[float, Quote]]]) -> None:
        """Rank, solve, take the prices of the solution; until proved or going in a circle."""
        open_ = np.arange(bound.size)
        seen: list[set[bytes]] = [set() for _ in open_]
        for _ in range(_RANKING_ROUNDS):
            hopeful = bound[open_] > self.threshold()[self.cases.row[open_]]
            open_, quote = open_[hopeful], quote.take(hopeful)
            if not open_.size:
                return
            cases = self.cases.take(open_)
            found, sets = self._bound(cases, self._price(cases, quote))
            bound[open_] = np.minimum(bound[open_], found)
            for i, case in enumerate(open_):
                quotes[case].append((float(found[i]), quote.take(np.array([i]))))
            keys = [column.tobytes() for column in sets.T]
            new = np.array([key not in seen[case] for key, case in zip(keys, open_, strict=True)])
            for key, case in zip(keys, open_, strict=True):
                seen[case].add(key)
            open_, cases, sets = open_[new], cases.take(new), sets[:, new]
            if not open_.size:
                return
            value, there = self._solve(cases.row, sets)
            has_plan = value > -np.inf
            open_, quote = open_[has_plan], there.take(has_plan)

    def _narrow(self, bound: Floats, quotes: list[list[tuple[float, Quote]]]) -> None:
        """Lower the bounds of what is left by prices around the best ones."""
        reach = 0.5
        for _ in range(_NARROWING_ROUNDS):
            open_ = np.nonzero(bound > self.threshold()[self.cases.row])[0]
            open_ = np.array([case for case in open_ if quotes[case]], dtype=np.intp)
            if not open_.size:
                return
            grids = [
                self._around(int(case), min(quotes[case], key=lambda x: x[0])[1], reach)
                for case in open_
            ]
            quote = Quote(*(np.concatenate(x) for x in zip(*grids, strict=True)))
            cases = self.cases.take(np.repeat(open_, [grid.hard.size for grid in grids]))
            found, sets = self._bound(cases, self._price(cases, quote))
            best, start = np.empty_like(open_), 0
            for i, (case, grid) in enumerate(zip(open_, grids, strict=True)):
                own = range(start, start + grid.hard.size)
                best[i] = start + int(np.argmin(found[own.start : own.stop]))
                more = [(float(found[j]), quote.take(np.array([j]))) for j in own]
                quotes[case] = sorted(quotes[case] + more, key=lambda x: x[0])[:_KEPT_QUOTES]
                start = own.stop
            bound[open_] = np.minimum(bound[open_], found[best])
            self._solve(cases.row[best], sets[:, best])
            reach *= 0.5

    def _around(self, case: int, quote: Quote, reach: float) -> Quote:
        """Return prices around *quote*, on a grid of the reference and of the price of an hour."""
        row = self.cases.row[case]
        power = 1.0 - self.problem.rho[row]
        steps = reach * np.array([-1.0, 0.0, 1.0])
        shared = self.problem.share_low[row] > 0.0 or self.problem.share_high[row] < 1.0
        level, apart, tilt = np.meshgrid(
            steps,
            steps if power > 0.0 else np.zeros(1),
            steps if shared else np.zeros(1),
            indexing="ij",
        )
        per_index = 0.0 if power == 0.0 else 1.0 / power
        return Quote(
            quote.apart + per_index * apart.ravel(),
            quote.hard * np.exp(level + tilt).ravel(),
            quote.soft * np.exp(level - tilt).ravel(),
        )

    def _search_case(self, case: int, quotes: list[Quote], caps: tuple[Gains, Gains]) -> None:
        """Grow the tree of one case and solve the sets that are left."""
        one = self.cases.take(np.array([case]))
        row = int(one.row[0])
        base, skill = [x.base[row : row + 1] for x in caps], [x.skill[:, row] for x in caps]
        if quotes:
            quote = Quote(*(np.concatenate(x) for x in zip(*quotes, strict=True)))
            gains = self._price(self.cases.take(np.full(quote.hard.size, case)), quote)
            base, skill = [gains.base, *base], [*gains.skill.T, *skill]
        else:
            base, skill = [np.ones(1), *base], [np.zeros(self.problem.n_skills), *skill]
        tree = self._grow(one, Gains(np.concatenate(base), np.array(skill)))
        self.given_up[row] = max(self.given_up[row], tree.given_up)
        for start in range(0, tree.bound.size, _BATCH):
            part = slice(start, start + _BATCH)
            worth = tree.bound[part] > self.threshold()[row]
            if not worth.any():
                break
            if self.n_solved[row] >= _MOST_SOLVED:
                self.given_up[row] = max(self.given_up[row], float(tree.bound[start]))
                break
            sets = tree.sets[part][worth].T
            self._solve(np.full(sets.shape[1], row), sets)

    def _grow(self, case: _Cases, gains: Gains) -> _Tree:
        """
        Decide skill by skill, all nodes of a level at once; *gains* of shape (quotes, n_skills).

        The bound of a node adds, quote by quote, the largest gains that its open places allow.
        """
        row, threshold = int(case.row[0]), float(self.threshold()[case.row[0]])
        soft, forced = self.problem.soft[:, row], self.forced[:, row]
        total = (int(case.n_hard[0]), int(case.n_soft[0]))
        candidates = [np.nonzero(~forced & (soft == kind))[0] for kind in (False, True)]
        start = gains.base + gains.skill[:, forced].sum(axis=1)
        ranked = [-np.sort(-gains.skill[:, own], axis=1) for own in candidates]
        root = start + sum(x[:, :count].sum(axis=1) for x, count in zip(ranked, total, strict=True))
        order: list[int] = []
        for own, values, count in zip(candidates, ranked, total, strict=True):
            if count:
                # A skill that would have to push out a better one is left out where that proves.
                pushed = np.maximum(values[:, count - 1, None] - gains.skill[:, own], 0.0)
                order += own[(root[:, None] - pushed).min(axis=0) > threshold].tolist()
        order.sort(key=lambda i: -float(gains.skill[int(np.argmin(root)), i]))
        rest = _largest_sums(gains.skill, order, soft, max(total))
        nodes = np.zeros((1, self.problem.n_skills), dtype=np.bool_)
        nodes[0] = forced
        left = np.array([total])
        sums, bound, given_up = start[None, :], root.min(keepdims=True), -np.inf
        for depth, i in enumerate(order):
            kind = int(soft[i])
            may = left[:, kind] > 0
            taken = nodes[may].copy()
            taken[:, i] = True
            fewer = left[may].copy()
            fewer[:, kind] -= 1
            nodes = np.concatenate([taken, nodes])
            left = np.concatenate([fewer, left])
            sums = np.concatenate([sums[may] + gains.skill[:, i], sums])
            below = rest[0][depth + 1, left[:, 0]] + rest[1][depth + 1, left[:, 1]]
            bound = (sums + below).min(axis=1)
            keep = np.nonzero(bound > threshold)[0]
            if keep.size > _WIDEST:
                keep = keep[np.argsort(-bound[keep], kind="stable")]
                given_up = max(given_up, float(bound[keep[_WIDEST]]))
                keep = keep[:_WIDEST]
            nodes, left, sums, bound = nodes[keep], left[keep], sums[keep], bound[keep]
        whole = np.nonzero((left == 0).all(axis=1))[0]
        falling = whole[np.argsort(-bound[whole], kind="stable")]
        return _Tree(nodes[falling], bound[falling], given_up)


def _largest_sums(gain: Floats, order: list[int], soft: _Flags, most: int) -> tuple[Floats, Floats]:
    """
    Return, for each kind, sums of the 0, 1, ..., *most* largest gains from each depth on.

    Of shape (len(order) + 1, most + 1, quotes); minus infinity where too few skills are left.
    """
    n_quotes = gain.shape[0]
    sums = tuple(np.full((len(order) + 1, most + 1, n_quotes), -np.inf) for _ in range(2))
    for kind in range(2):
        largest = np.empty((n_quotes, 0))
        sums[kind][:, 0] = 0.0
        for depth in range(len(order) - 1, -1, -1):
            if int(soft[order[depth]]) == kind:
                more = np.concatenate([largest, gain[:, order[depth], None]], axis=1)
                largest = -np.sort(-more, axis=1)[:, :most]
            added = np.cumsum(largest, axis=1).T
            sums[kind][depth, 1 : 1 + len(added)] = added
    return sums[0], sums[1]
