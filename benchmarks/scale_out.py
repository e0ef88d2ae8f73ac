"""
What a row costs on one core, and what 100 million of them would take.

The figures of docs/how-to/scale-out.rst come from here: `python benchmarks/scale_out.py`.
"""

import resource
import statistics
import sys
import time
from typing import Any

import numpy as np

from skillbalance.numeric import allocate_hours

N_SKILLS, ROUNDS = 20, 3
N_LEARNERS, N_PER_PARTITION = 100_000_000, 100_000


def columns_of(n_rows: int) -> dict[str, Any]:
    """Random learners: every feature of the defaults, targets and forgetting included."""
    rng = np.random.default_rng(20260105)
    shape = (n_rows, N_SKILLS)
    proficiency = rng.uniform(0.0, 0.9, shape)
    return {
        "weight": rng.uniform(0.05, 1.0, shape),
        "soft": rng.random(shape) < 0.4,
        "proficiency": proficiency,
        "learning_rate": np.log(2.0) / rng.uniform(40.0, 350.0, shape),
        "forgetting_rate": np.log(2.0) / rng.uniform(28.0, 56.0, shape),
        "floor": 0.5 * proficiency,
        "target": np.clip(proficiency + rng.uniform(-0.1, 0.4, shape), 0.0, 1.0),
        "budget": rng.uniform(1.0, 12.0, n_rows),
    }


def microseconds_a_row(columns: dict[str, Any], block_hours: float | None) -> list[float]:
    """Time calls of `allocate_hours`, divided by the rows. [us]"""
    n_rows = len(columns["budget"])
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        allocate_hours(**columns, horizon_weeks=26.0, block_hours=block_hours, errors="mark")
        times.append(1e6 * (time.perf_counter() - start) / n_rows)
    return times


def main() -> None:
    """Print the cost of a row and the sizes of the whole."""
    n_rows = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    columns = columns_of(n_rows)
    allocate_hours(
        **{name: x[:2000] for name, x in columns.items()}, horizon_weeks=26.0, block_hours=0.5
    )
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    bytes_in = sum(x.nbytes for x in columns.values()) / n_rows
    bytes_out = 8 * N_SKILLS + 3 * 8 + 1  # hours; readiness, price, gap; status
    print(f"{n_rows} rows x {N_SKILLS} skills, median of {ROUNDS} (all of them)")
    for label, block_hours in (("continuous", None), ("half hours", 0.5)):
        times = microseconds_a_row(columns, block_hours)
        row = statistics.median(times)
        spread = ", ".join(f"{x:.1f}" for x in times)
        hours = N_LEARNERS * row / 3.6e9
        print(f"{label:<12}{row:>7.1f} us a row ({spread}); {hours:.2f} core hours for 1e8")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(f"memory while planning, beyond the columns: {1024 * peak / n_rows:.0f} bytes a row")
    print(
        f"in {bytes_in:.0f} bytes a row, {bytes_in * N_LEARNERS / 1e9:.1f} GB; "
        f"out {bytes_out} bytes a row, {bytes_out * N_LEARNERS / 1e9:.1f} GB; "
        f"{N_LEARNERS // N_PER_PARTITION} partitions of {bytes_in * N_PER_PARTITION / 1e6:.0f} MB"
    )


if __name__ == "__main__":
    main()
