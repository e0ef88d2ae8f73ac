"""
Solve many learners once and print time and memory: ``python -m benchmarks.million full 1000000``.

In a process of its own, because a peak of memory belongs to a process.
"""

import json
import sys
import time
from pathlib import Path

import attrs
import numpy as np

from benchmarks.learners import full_learners, plain_learners
from skillbalance.numeric import Allocation, allocate_hours

GB = 1e9
PROCESS = Path("/proc/self")


def forget_peak() -> None:
    """Let the peak of memory start again from what is in use."""
    PROCESS.joinpath("clear_refs").write_text("5", encoding="ascii")


def peak() -> float:
    """Return the most memory that the process has held. [B]"""
    lines = PROCESS.joinpath("status").read_text(encoding="ascii").splitlines()
    found = dict(line.split(":", 1) for line in lines)
    return 1024.0 * float(found["VmHWM"].split()[0])


def main() -> None:
    """Print microseconds per learner and gigabytes as JSON; memory where Linux tells it."""
    case, n_rows = sys.argv[1], int(sys.argv[2])
    make = {"plain": plain_learners, "full": full_learners}[case]
    rng = np.random.default_rng(7)
    allocate_hours(**make(rng, 5_000).arguments())
    learners = make(rng, n_rows)
    arguments = learners.arguments()
    known = PROCESS.exists()
    if known:
        forget_peak()
    before = peak() if known else np.nan
    start = time.process_time()
    found = allocate_hours(**arguments)
    seconds = time.process_time() - start
    most = peak() if known else np.nan
    arrays = [getattr(found, field.name) for field in attrs.fields(Allocation)]
    outputs = sum(x.nbytes for x in arrays if isinstance(x, np.ndarray))
    inputs = [getattr(learners, field.name) for field in attrs.fields(type(learners))]
    # What is broadcast takes no room.
    held = sum(x.nbytes for x in inputs if 0 not in x.strides)
    figures = {
        "rows": n_rows,
        "microseconds": 1e6 * seconds / n_rows,
        "inputs": held / GB,
        "outputs": outputs / GB,
        "beyond": (most - before - outputs) / GB,
        "process": most / GB,
    }
    sys.stdout.write(json.dumps(figures))


if __name__ == "__main__":
    main()
