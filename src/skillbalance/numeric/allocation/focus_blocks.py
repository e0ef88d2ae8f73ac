r"""
The focus limit in whole blocks: exact by dynamic programming over skills, counts and blocks.

Readiness rises with both indices, and each index depends on the skills of its own kind alone. So
it is enough to know, for each kind, the best index for every pair of a number of skills and a
number of blocks,

.. math:: V_i(c, b) = \max\left( V_{i-1}(c, b) + g_i(0),\;
   \max_{t} V_{i-1}(c - 1, b - t) + g_i(t) \right),

where :math:`g_i(t)` is what skill i adds to its index with t blocks, and then to try every way of
sharing the skills and the blocks between the kinds. Nothing is rounded off and nothing is left
out: the result is the maximum over all plans, in time n m (budget / block)^2.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from skillbalance.numeric.allocation.limits import WholeBlocks, hard_range, in_blocks
from skillbalance.numeric.allocation.problem import Floats, Problem
from skillbalance.numeric.curve import mix
from skillbalance.numeric.indices import combine, credit

# Numbers held at once in the tables of a chunk of rows: 64 MB.
_TABLE_SIZE = 8_000_000
# Additions per row up to which the table is filled: about a third of a second.
_MOST_WORK = 2e8


class _Split(NamedTuple):
    """The best number of hard skills, hard and soft blocks of every row, and its readiness."""

    n_hard: NDArray[np.intp]
    hard: NDArray[np.intp]
    soft: NDArray[np.intp]
    readiness: Floats


def fits_table(problem: Problem, max_skills: int, block_hours: float) -> NDArray[np.bool_]:
    """Return for which rows the table is small enough, shape (rows,)."""
    n_blocks = in_blocks(problem, block_hours).budget.astype(np.float64) + 1.0
    return np.asarray(0.5 * problem.n_skills * max_skills * n_blocks**2 <= _MOST_WORK)


def choose_for_blocks(
    problem: Problem, max_skills: int, block_hours: float
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """
    Return the skills with blocks in the best plan, (n_skills, rows), and which rows have a plan.

    Ties go to the plan with fewer hard skills and fewer blocks, then to the earlier skills.
    """
    n_blocks = int(in_blocks(problem, block_hours).budget.max(initial=0))
    per_row = problem.n_skills * (max_skills + 1) * (n_blocks + 1)
    step = max(1, _TABLE_SIZE // per_row)
    parts = [
        _choose(problem.take(slice(start, start + step)), max_skills, block_hours)
        for start in range(0, problem.n_rows, step)
    ]
    return (
        np.concatenate([chosen for chosen, _ in parts], axis=1),
        np.concatenate([solved for _, solved in parts]),
    )


def _choose(
    problem: Problem, max_skills: int, block_hours: float
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Fill the tables of both kinds, find the best split and trace it back."""
    limits = in_blocks(problem, block_hours)
    worth = _worth_of_blocks(problem, limits, block_hours)
    kind, must = problem.soft.astype(np.intp), problem.lower > 0.0
    n_rows, n_blocks = problem.n_rows, worth.shape[-1] - 1
    every = np.arange(n_rows)
    best = np.full((2, n_rows, max_skills + 1, n_blocks + 1), -np.inf)
    best[:, :, :, 0] = 0.0
    before = np.empty((problem.n_skills, n_rows, max_skills + 1, n_blocks + 1))
    for i in range(problem.n_skills):
        before[i] = best[kind[i], every]
        best[kind[i], every] = _with_skill(before[i], worth[i], must[i])
    split = _best_split(problem, limits, best)
    solved = split.readiness > -np.inf
    # What is left to trace, of each kind: skills and blocks.
    count = np.stack([split.n_hard, max_skills - split.n_hard])
    blocks = np.stack([split.hard, split.soft])
    chosen = np.zeros(problem.soft.shape, dtype=np.bool_)
    given = np.arange(n_blocks + 1)
    for i in range(problem.n_skills - 1, -1, -1):
        c, b = count[kind[i], every], blocks[kind[i], every]
        left = b[:, None] - given
        fewer = before[i][every[:, None], np.maximum(c - 1, 0)[:, None], np.maximum(left, 0)]
        taken = np.where((left >= 0) & (c > 0)[:, None], fewer + worth[i], -np.inf)
        skipped = np.where(must[i], -np.inf, before[i][every, c, b] + worth[i][:, 0])
        most = np.argmax(taken, axis=-1)
        chosen[i] = solved & (taken[every, most] > skipped)
        count[kind[i], every] -= chosen[i]
        blocks[kind[i], every] -= most * chosen[i]
    return chosen, solved


def _worth_of_blocks(problem: Problem, limits: WholeBlocks, block_hours: float) -> Floats:
    """
    Return what each skill adds to the index of its kind: (n_skills, rows, blocks + 1).

    Minus infinity where the limits exclude a number of blocks.
    """
    given = np.arange(int(limits.budget.max()) + 1)
    speed = (problem.learning_rate * problem.weeks)[..., None]
    idle = (problem.forgetting_rate * problem.weeks)[..., None]
    practiced = speed * (given * block_hours)
    level = mix(
        problem.proficiency[..., None],
        practiced + idle * problem.floor[..., None],
        practiced + idle,
    )
    shares = problem.shares()
    part = (shares.hard + shares.soft)[..., None]
    held = part * credit(level, problem.target[..., None], problem.beyond[..., None])
    within = (given >= limits.lower[..., None]) & (given <= limits.upper[..., None])
    return np.where(within, held, -np.inf)


def _with_skill(before: Floats, worth: Floats, must: NDArray[np.bool_]) -> Floats:
    """Let a skill of *worth*, (rows, blocks + 1), into a table (rows, skills + 1, blocks + 1)."""
    after = np.where(must[:, None, None], -np.inf, before + worth[:, None, :1])
    size = worth.shape[-1]
    for t in np.nonzero((worth > -np.inf).any(axis=0))[0]:
        taken = before[:, :-1, : size - t] + worth[:, None, t : t + 1]
        np.maximum(after[:, 1:, t:], taken, out=after[:, 1:, t:])
    return after


def _best_split(problem: Problem, limits: WholeBlocks, best: Floats) -> _Split:
    """Try every number of hard skills and of soft blocks with all hard blocks that go with it."""
    shares = problem.shares()
    n_rows, n_counts, size = best.shape[1:]
    hard_blocks = np.arange(size)
    fewest, most = hard_range(
        np.broadcast_to(hard_blocks, (n_rows, size)),
        problem.share_low[:, None],
        problem.share_high[:, None],
    )
    found = _Split(
        n_hard=np.zeros(n_rows, dtype=np.intp),
        hard=np.zeros(n_rows, dtype=np.intp),
        soft=np.zeros(n_rows, dtype=np.intp),
        readiness=np.full(n_rows, -np.inf),
    )
    rows, counts = np.arange(n_rows)[:, None], np.arange(n_counts)[None, :]
    for soft_blocks in range(size):
        room = np.minimum(most[:, soft_blocks], limits.budget - soft_blocks)
        fits = (hard_blocks >= fewest[:, soft_blocks, None]) & (hard_blocks <= room[:, None])
        of_hard = np.where(fits[:, None, :], best[0], -np.inf)
        at = np.argmax(of_hard, axis=-1)
        hard = of_hard[rows, counts, at]
        soft = best[1][:, ::-1, soft_blocks]
        value = combine(
            np.clip(hard, 0.0, 1.0),
            np.clip(soft, 0.0, 1.0),
            shares.soft_share[:, None],
            problem.rho[:, None],
        )
        value = np.where((hard > -np.inf) & (soft > -np.inf), value, -np.inf)
        n_hard = np.argmax(value, axis=-1)
        better = value[rows[:, 0], n_hard] > found.readiness
        found.n_hard[better] = n_hard[better]
        found.hard[better] = at[better, n_hard[better]]
        found.soft[better] = soft_blocks
        found.readiness[better] = value[better, n_hard[better]]
    return found
