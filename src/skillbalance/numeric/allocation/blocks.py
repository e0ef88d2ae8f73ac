r"""
Whole blocks: the exact optimum when hours come in half hours, by sorted gains.

Readiness rises with both indices, each index is a sum over the skills of one kind, and the next
block of a skill gains less than its last. So for any number of blocks that a kind receives,
taking its largest gains is best, and prefix sums of the sorted gains give the best index for
*every* number of blocks. What is left is one split between the kinds: for each number of soft
blocks the limits leave an interval of hard ones, of which the largest is best. All splits are
tried; there is no iteration and no tolerance, the result is the maximum over every allocation.
"""

from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from skillbalance.numeric.allocation.limits import Blocks, WholeBlocks, hard_range, in_blocks
from skillbalance.numeric.allocation.problem import Floats, Problem
from skillbalance.numeric.curve import mix
from skillbalance.numeric.indices import combine, credit
from skillbalance.numeric.masks import some
from skillbalance.numeric.sums import by_kind, column_sums

_Any = TypeVar("_Any", bound=np.generic)

# Levels held at once: small enough for the cache, large enough to hide the cost of a call.
_LEVELS_PER_CHUNK = 200_000


class BlockPlan(NamedTuple):
    """
    Optimal whole blocks.

    Attributes
    ----------
    blocks : ndarray of int, shape (n_skills, rows)
    solved : ndarray of bool, shape (rows,)
        False where no plan meets the limits; the blocks are then zero.
    next_value : ndarray of shape (rows,)
        Readiness that one more block of budget would add.
    share_binds : ndarray of bool, shape (rows,)
        Whether readiness would be higher without the limits of the soft share.
    """

    blocks: Blocks
    solved: NDArray[np.bool_]
    next_value: Floats
    share_binds: NDArray[np.bool_]


def solve_blocks(problem: Problem, block_hours: float) -> BlockPlan:
    """
    Return the optimal number of blocks of every skill, row by row.

    Ties go to the plan with fewer hours, then to each tied skill's earlier block (so equal skills
    share evenly), then to the earlier skill. Blocks that would gain nothing are not planned.
    Time and memory grow with n_skills times the blocks in the budget, per row.
    """
    counts = np.floor(problem.budget / block_hours).astype(np.int64) + 2
    # Rows with budgets alike go together: each chunk has as many levels as its largest budget.
    order = np.argsort(counts, kind="stable")
    plans: list[BlockPlan] = []
    stop = order.size
    while stop > 0 or not plans:
        largest = int(counts[order[stop - 1]]) if stop else 2
        rows = max(1, _LEVELS_PER_CHUNK // (largest * max(problem.n_skills, 1)))
        start = max(stop - rows, 0)
        plans.append(_solve_chunk(problem.take(order[start:stop]), block_hours))
        stop = start
    back = np.empty_like(order)
    back[order] = np.arange(order.size)
    plan = (np.concatenate(parts[::-1], axis=-1) for parts in zip(*plans, strict=True))
    return BlockPlan(*(part.take(back, axis=-1) for part in plan))


def _solve_chunk(problem: Problem, block_hours: float) -> BlockPlan:
    limits = in_blocks(problem, block_hours)
    table = _Table.of(problem, limits, block_hours)
    best = table.best_split(limits.budget)
    more = table.best_split(limits.budget + 1)
    limited = (problem.share_low > 0.0) | (problem.share_high < 1.0)
    free = table.best_split(limits.budget, ignore_share=True) if some(limited) else best
    solved = best.possible & (limits.lower <= limits.upper).all(axis=0)
    taken = table.hard.taken(best.hard) + table.soft.taken(best.soft)
    with np.errstate(invalid="ignore"):
        next_value = np.maximum(more.readiness - best.readiness, 0.0)
    return BlockPlan(
        blocks=np.where(solved, limits.lower + taken.T, 0),
        solved=solved,
        next_value=np.where(solved & more.possible, next_value, 0.0),
        share_binds=solved & (free.readiness > best.readiness),
    )


class _Kind(NamedTuple):
    """
    The gains of one kind of skill, in the order in which they are worth taking.

    Attributes
    ----------
    gains : ndarray of shape (rows, n_steps, n_skills)
        What each further block adds to the index; -1 where the limits exclude it.
    ranked : ndarray of shape (rows, n_counts)
        The largest gains, falling.
    indices : ndarray of shape (rows, n_counts + 1)
        Best index for each number of blocks above the minima.
    least, available, useful : ndarray of int, shape (rows,)
        Blocks in the minima; blocks above them that the limits admit; those that gain anything.
    """

    gains: Floats
    ranked: Floats
    indices: Floats
    least: Blocks
    available: Blocks
    useful: Blocks

    @classmethod
    def of(cls, gains: Floats, start: Floats, least: Blocks, n_counts: int) -> "_Kind":
        """Sort the gains and sum them up from the index *start* at the minima."""
        flat = gains.reshape(gains.shape[0], -1)
        # No more than the largest are ever looked at; finding them first makes sorting short.
        kept = min(n_counts, flat.shape[-1])
        largest = np.partition(flat, flat.shape[-1] - kept, axis=-1)[:, flat.shape[-1] - kept :]
        largest.sort(axis=-1)
        ranked = np.ascontiguousarray(largest[:, ::-1])
        steps = np.concatenate([start[:, None], np.maximum(ranked, 0.0)], axis=-1)
        return cls(
            gains=gains,
            ranked=ranked,
            indices=np.minimum(np.cumsum(steps, axis=-1), 1.0),
            least=least,
            available=np.count_nonzero(flat >= 0.0, axis=-1),
            useful=np.count_nonzero(flat > 0.0, axis=-1),
        )

    def taken(self, count: Blocks) -> Blocks:
        """Return how many blocks each skill gets when the kind gets *count* in all."""
        flat = self.gains.reshape(self.gains.shape[0], -1)
        last = np.maximum(count - 1, 0)[:, None]
        least_gain = np.take_along_axis(self.ranked, last, axis=-1)
        chosen = flat >= least_gain
        # More than *count* are as good as the last only where gains are equal: rare.
        many = np.flatnonzero(np.count_nonzero(chosen, axis=-1) > count)
        if many.size:
            above = flat[many] > least_gain[many]
            tied = flat[many] == least_gain[many]
            room = count[many] - above.sum(axis=-1)
            chosen[many] = above | (tied & (np.cumsum(tied, axis=-1) <= room[:, None]))
        chosen[count == 0] = False
        steps = chosen.reshape(self.gains.shape)
        return np.asarray(np.add.reduce(steps, axis=1, dtype=np.int32).astype(np.int64))


class _Split(NamedTuple):
    """The best split of a budget: blocks above the minima per kind, and its readiness."""

    hard: Blocks
    soft: Blocks
    readiness: Floats
    possible: NDArray[np.bool_]


class _Table(NamedTuple):
    """Both kinds of a chunk, and what the soft share leaves to the hard kind."""

    problem: Problem
    soft_weight: Floats
    hard: _Kind
    soft: _Kind
    fewest_hard: Floats
    most_hard: Floats

    @classmethod
    def of(cls, problem: Problem, limits: WholeBlocks, block_hours: float) -> "_Table":
        """Compute every level once and rank the gains of both kinds."""
        shares = problem.shares()
        n_counts = int(limits.budget.max()) + 1
        cost = _cost_of_levels(problem, block_hours, n_counts)
        # Rounding must not break the order of a skill's own blocks.
        gains = np.minimum.accumulate(np.maximum(cost[:, :-1] - cost[:, 1:], 0.0), axis=1)
        step = np.arange(n_counts)[None, :, None]
        open_ = (step >= _rows_first(limits.lower)) & (step < _rows_first(limits.upper))
        held = _credit_at(problem, np.asarray(limits.lower * block_hours, dtype=np.float64))
        least_hard, least_soft = by_kind(limits.lower, problem.soft)

        def kind(part: Floats, member: NDArray[np.bool_], least: Blocks) -> _Kind:
            worth = np.where(open_ & _rows_first(member), gains * _rows_first(part), -1.0)
            return _Kind.of(worth, column_sums(part * held), least, n_counts)

        soft = kind(shares.soft, problem.soft, least_soft)
        soft_blocks = soft.least[:, None] + np.arange(n_counts + 1)
        fewest, most = hard_range(
            soft_blocks, problem.share_low[:, None], problem.share_high[:, None]
        )
        return cls(
            problem=problem,
            soft_weight=shares.soft_share,
            hard=kind(shares.hard, ~problem.soft, least_hard),
            soft=soft,
            fewest_hard=fewest,
            most_hard=most,
        )

    def best_split(self, budget: Blocks, *, ignore_share: bool = False) -> _Split:
        """Try every number of soft blocks with the most hard blocks that go with it."""
        hard, soft = self.hard, self.soft
        extra_soft = np.arange(soft.indices.shape[1])[None, :]
        room = budget[:, None] - soft.least[:, None] - hard.least[:, None] - extra_soft
        most = np.minimum(room, hard.available[:, None]).astype(np.float64)
        fewest = np.zeros_like(most)
        if not ignore_share:
            most = np.minimum(most, self.most_hard - hard.least[:, None])
            fewest = np.maximum(fewest, self.fewest_hard - hard.least[:, None])
        possible = (fewest <= most) & (extra_soft <= soft.available[:, None])
        wanted = np.minimum(most, np.maximum(hard.useful[:, None], fewest))
        extra_hard = np.where(possible, wanted, 0.0).astype(np.int64)
        value = combine(
            np.take_along_axis(hard.indices, extra_hard, axis=-1),
            soft.indices,
            self.soft_weight[:, None],
            self.problem.rho[:, None],
        )
        value = np.where(possible, value, -np.inf)
        top = value.max(axis=-1)
        total = np.where(value == top[:, None], extra_hard + extra_soft, np.iinfo(np.int64).max)
        chosen = np.argmin(total, axis=-1)
        chosen_hard = np.take_along_axis(extra_hard, chosen[:, None], axis=-1)[:, 0]
        # With a kind stuck at zero, readiness may stay zero whatever the hours: plan none then.
        start = combine(hard.indices[:, 0], soft.indices[:, 0], self.soft_weight, self.problem.rho)
        idle = possible[:, 0] & (fewest[:, 0] <= 0.0) & (start >= top)
        chosen = np.where(idle, 0, chosen)
        return _Split(
            hard=np.where(idle, 0, chosen_hard),
            soft=chosen,
            readiness=top,
            possible=possible.any(axis=-1),
        )


def _credit_at(problem: Problem, hours: Floats) -> Floats:
    """Return the credit at *hours*, (n_skills, rows), exact near zero where indices start."""
    practiced = problem.learning_rate * hours
    fading = problem.forgetting_rate
    level = mix(
        problem.proficiency,
        (practiced + fading * problem.floor) * problem.weeks,
        (practiced + fading) * problem.weeks,
    )
    return credit(level, problem.target, problem.beyond)


def _cost_of_levels(problem: Problem, block_hours: float, n_steps: int) -> Floats:
    r"""
    Return one minus the credit at 0, 1, ..., n_steps blocks: (rows, n_steps + 1, n_skills).

    Turned back to rows first, because here each row is sorted by itself.

    Written in the distance from mastery y = 1 - p, with u = 1 - target, as
    :math:`\max(y, u) - \beta \max(u - y, 0)`: small gains near mastery keep their digits.
    """
    hours = np.arange(n_steps + 1)[None, :, None] * block_hours
    weeks, fading = _rows_first(problem.weeks), _rows_first(problem.forgetting_rate)
    y = mix(
        1.0 - _rows_first(problem.proficiency),
        fading * (1.0 - _rows_first(problem.floor)) * weeks,
        (_rows_first(problem.learning_rate) * hours + fading) * weeks,
    )
    past = 1.0 - _rows_first(problem.target) - y
    return y + np.maximum(past, 0.0) * (1.0 - _rows_first(problem.beyond))


def _rows_first(x: NDArray[_Any]) -> NDArray[_Any]:
    """Turn (n_skills, rows) into (rows, 1, n_skills)."""
    return np.ascontiguousarray(x.T)[:, None, :]
