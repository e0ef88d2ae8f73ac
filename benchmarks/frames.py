"""Plan a long frame of people and skills, and say how long it took and how much memory.

Usage: ``python benchmarks/frames.py [ROWS]`` (default 1,000,000; ten skills a person).
"""

import datetime as dt
import resource
import sys
import time

import numpy as np
import polars as pl

import skillbalance as sb


def main() -> None:
    """Make the frames, plan them, print one line."""
    n_rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    rng = np.random.default_rng(1)
    n_people = n_rows // 10
    skills = pl.DataFrame(
        {
            "person_id": np.repeat(np.arange(n_people), 10),
            "skill_id": np.tile([f"s{i}" for i in range(10)], n_people),
            "kind": np.tile(["hard", "soft"], 5 * n_people),
            "proficiency": rng.uniform(0.0, 1.0, 10 * n_people),
        }
    )
    people = pl.DataFrame(
        {"person_id": np.arange(n_people), "hours_per_week": rng.uniform(1.0, 10.0, n_people)}
    )
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    start = time.perf_counter()
    plans = sb.plan_frame(
        skills, people, as_of=dt.date(2026, 3, 2), field="software_engineering", stage="mid"
    )
    seconds = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{len(skills):,} rows, {len(plans.people):,} people: {seconds:.1f} s, "
        f"peak {after:.0f} MiB, {before:.0f} MiB of it before"
    )


if __name__ == "__main__":
    main()
