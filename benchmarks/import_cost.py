"""
What `import skillbalance` costs, beside `import attrs, numpy`, which every user pays anyway.

The last statement asks for the names of the main job, and so loads what planning needs.

Each figure is the median over fresh interpreters, the statements taking turns so that a busy
moment of the machine falls on all of them.
"""

import os
import subprocess
import sys
import tempfile

from benchmarks.timing import Spread

ROUNDS = 15
BASE, OURS, MAIN_JOB = STATEMENTS = (
    "import attrs, numpy",
    "import skillbalance",
    "from skillbalance import Assessment, Goal, Profile, Skill, TimeBudget, plan_time",
)
TIMED = "import time; t = time.process_time(); {}; print(time.process_time() - t)"


def seconds(statement: str, byte_code: str) -> float:
    """Time of one statement in a fresh interpreter. [s]"""
    # An installed package is compiled once. Byte code goes to a folder of our own, whatever the
    # environment says about writing it, so that all packages are read compiled here too.
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    result = subprocess.run(
        [sys.executable, "-c", TIMED.format(statement)],
        env=kept | {"PYTHONPYCACHEPREFIX": byte_code},
        capture_output=True,
        check=True,
    )
    return float(result.stdout)


def measure_imports() -> dict[str, Spread]:
    """Return the time of each statement. [s]"""
    times: dict[str, list[float]] = {statement: [] for statement in STATEMENTS}
    with tempfile.TemporaryDirectory() as byte_code:
        for statement in STATEMENTS:
            seconds(statement, byte_code)  # once unmeasured: compiles and warms the file cache
        for _ in range(ROUNDS):
            for statement in STATEMENTS:
                times[statement].append(seconds(statement, byte_code))
    return {statement: Spread.of(values) for statement, values in times.items()}
