"""
Solve many learners once and print time and memory: ``python -m benchmarks.million full 1000000``.

In a process of its own, because a peak of memory belongs to a process.
"""

import json
import resource
import sys
import time
import tracemalloc

import attrs
import numpy as np

from benchmarks.learners import full_learners, plain_learners
from skillbalance.numeric import Allocation, allocate_hours

GB = 1e9
# Linux counts in KiB, macOS in bytes.
MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024


def main() -> None:
    """Print microseconds per learner and gigabytes as JSON."""
    case, n_rows = sys.argv[1], int(sys.argv[2])
    make = {"plain": plain_learners, "full": full_learners}[case]
    rng = np.random.default_rng(7)
    allocate_hours(**make(rng, 5_000).arguments())
    learners = make(rng, n_rows)
    arguments = learners.arguments()
    tracemalloc.start()
    start = time.process_time()
    found = allocate_hours(**arguments)
    seconds = time.process_time() - start
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
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
        "beyond": (peak - outputs) / GB,
        "process": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * MAXRSS_UNIT / GB,
    }
    sys.stdout.write(json.dumps(figures))


if __name__ == "__main__":
    main()
