"""Plan a long frame of people and skills, and say how long it took and how much memory.

Usage: ``python benchmarks/frames.py [ROWS]`` (default 1,000,000; ten skills a person), on Linux.
"""

import ctypes
import datetime as dt
import gc
import sys
import time
from pathlib import Path

import numpy as np
import polars as pl

import skillbalance as sb

_PROCESS = Path("/proc/self")


def main() -> None:
    """Make the frames, plan them, print one line."""
    n_rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    plan(*frames_of(100))  # what is imported and kept once and for all
    skills, people = frames_of(n_rows // 10)
    before = resident()
    (_PROCESS / "clear_refs").write_text("5", encoding="ascii")  # the peak starts anew
    start = time.process_time()
    plans = plan(skills, people)
    seconds = time.process_time() - start
    highest = peak()
    after = resident()
    print(
        f"{len(skills):,} rows, {len(plans.people):,} people: {seconds:.1f} s of processor time, "
        f"{after - before:.0f} MiB of results, {highest - after:.0f} MiB besides while at work"
    )


def frames_of(n_people: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Draw people with ten skills each."""
    rng = np.random.default_rng(1)
    skills = pl.DataFrame(
        {
            "person_id": np.repeat(np.arange(n_people), 10),
            "skill_id": np.tile([f"s{i}" for i in range(10)], n_people),
            "kind": np.tile(["hard", "soft"], 5 * n_people),
            "proficiency": rng.uniform(0.0, 1.0, 10 * n_people),
        }
    )
    hours = rng.uniform(1.0, 10.0, n_people)
    return skills, pl.DataFrame({"person_id": np.arange(n_people), "hours_per_week": hours})


def plan(skills: pl.DataFrame, people: pl.DataFrame) -> sb.FramePlans:
    """Plan for them."""
    return sb.plan_frame(
        skills, people, as_of=dt.date(2026, 3, 2), field="software_engineering", stage="mid"
    )


def resident() -> float:
    """Return the memory in use, what has been freed given back. [MiB]"""
    gc.collect()
    ctypes.CDLL("libc.so.6").malloc_trim(0)
    return status("VmRSS")


def peak() -> float:
    """Return the most memory that was in use since the peak started anew. [MiB]"""
    return status("VmHWM")


def status(name: str) -> float:
    """Read one of the sizes of this process. [MiB]"""
    lines = (_PROCESS / "status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024


if __name__ == "__main__":
    main()
