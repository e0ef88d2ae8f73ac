"""How cost grows with learners, skills and blocks, and what a million learners need."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.learners import Learners, full_learners, plain_learners
from benchmarks.tables import Table
from benchmarks.timing import Spread, digits, take_turns
from skillbalance.numeric import allocate_hours

ROOT = Path(__file__).parents[1]
SEED = 7
MICRO = 1e6
HALF_HOUR = 0.5
ROWS = (100, 1_000, 10_000, 100_000)
SKILLS = (5, 10, 20, 50, 100, 200, 500)
BLOCKS = (2.0, 1.0, 0.5, 0.25)
MILLION = 1_000_000


def task(learners: Learners, block_hours: float | None = None) -> Callable[[int], int]:
    """Solve all the learners in one call."""
    arguments = learners.arguments()

    def run(_turn: int) -> int:
        allocate_hours(**arguments, block_hours=block_hours)
        return learners.n_rows

    return run


def three(rng: np.random.Generator, n_rows: int, n_skills: int) -> dict[str, Callable[[int], int]]:
    """Make the three tasks that every table has."""
    full = full_learners(rng, n_rows, n_skills)
    return {
        "plain": task(plain_learners(rng, n_rows, n_skills)),
        "full": task(full),
        "half hours": task(full, HALF_HOUR),
    }


def rows_table(rounds: int, millions: dict[str, dict[str, float]]) -> Table:
    """Measure 100 to 100,000 learners of 20 skills; a million come from fresh processes."""
    rng = np.random.default_rng(SEED)
    rows = []
    for n_rows in ROWS:
        few = 2 if n_rows == max(ROWS) else rounds
        times = take_turns(three(rng, n_rows, 20), few)
        rows.append((f"{n_rows:,}", *(Spread.of(t).text(MICRO) for t in times.values())))
    once = [digits(millions[case]["microseconds"]) for case in ("plain", "full")]
    rows.append((f"{millions['full']['rows']:,.0f}", *once, ""))
    return Table(
        title="Growth with learners (20 skills): µs a learner",
        head=("learners in one call", "plain", "full", "full, half hours"),
        rows=tuple(rows),
        note="Median (quartiles); the most once, in a fresh process.",
    )


def skills_table(rounds: int) -> Table:
    """Measure 5 to 500 skills; the number of learners shrinks with them."""
    rng = np.random.default_rng(SEED)
    rows = []
    for n_skills in SKILLS:
        n_rows = max(200, 100_000 // n_skills)
        times = take_turns(three(rng, n_rows, n_skills), rounds)
        cells = []
        for t in times.values():
            spread = Spread.of(t)
            per_skill = 1e9 * spread.median / (n_skills * np.log2(n_skills))
            cells += [spread.text(MICRO), digits(per_skill)]
        rows.append((str(n_skills), *cells))
    unit = "ns / (n log2 n)"
    return Table(
        title="Growth with skills: µs a learner, and ns divided by n log2 n",
        head=("skills n", "plain", unit, "full", unit, "full, half hours", unit),
        rows=tuple(rows),
    )


def blocks_table(rounds: int) -> Table:
    """Measure blocks of two hours down to a quarter, at 12 hours a week."""
    rng = np.random.default_rng(SEED)
    n_rows = 5_000
    learners = full_learners(rng, n_rows)
    learners.budget[:] = 12.0
    times = take_turns({str(size): task(learners, size) for size in BLOCKS}, rounds)
    return Table(
        title="Growth with blocks (full, 20 skills, 12 hours a week)",
        head=("block [h]", "blocks", "µs a learner"),
        rows=tuple(
            (str(size), f"{12 / size:.0f}", Spread.of(times[str(size)]).text(MICRO))
            for size in BLOCKS
        ),
    )


def millions(n_rows: int = MILLION) -> dict[str, dict[str, float]]:
    """Solve a million learners in a process of their own, plain and full."""
    found = {}
    for case in ("plain", "full"):
        command = [sys.executable, "-m", "benchmarks.million", case, str(n_rows)]
        result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        found[case] = json.loads(result.stdout)
    return found


def memory_table(found: dict[str, dict[str, float]]) -> Table:
    """Lay out what a million learners needed."""
    return Table(
        title=f"Memory for {found['full']['rows']:,.0f} learners of 20 skills [GB]",
        head=(
            "case",
            "inputs",
            "outputs",
            "beyond them, at the peak",
            "whole process, at the peak",
        ),
        rows=tuple(
            (case, *(digits(x[name]) for name in ("inputs", "outputs", "beyond", "process")))
            for case, x in found.items()
        ),
        note="Beyond: resident memory at its peak, less that before the call and less the outputs.",
    )
