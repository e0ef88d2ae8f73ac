"""
What `import skillbalance` costs, beside `import attrs, numpy`, which every user pays anyway.

Each figure is the median over fresh interpreters, the statements taking turns so that a busy
moment of the machine falls on all of them.
"""

import os
import statistics
import subprocess
import sys
import tempfile

ROUNDS = 15
STATEMENTS = ("import attrs, numpy", "import skillbalance")
TIMED = "import time; t = time.perf_counter(); {}; print(time.perf_counter() - t)"


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


def main() -> None:
    """Print one line per statement and their ratio."""
    times: dict[str, list[float]] = {statement: [] for statement in STATEMENTS}
    with tempfile.TemporaryDirectory() as byte_code:
        for statement in STATEMENTS:
            seconds(statement, byte_code)  # once unmeasured: compiles and warms the file cache
        for _ in range(ROUNDS):
            for statement in STATEMENTS:
                times[statement].append(seconds(statement, byte_code))
    medians = [statistics.median(times[statement]) for statement in STATEMENTS]
    for statement, median in zip(STATEMENTS, medians, strict=True):
        print(f"{statement:<44}{1e3 * median:>9.1f} ms")
    print(f"{'ratio (wanted below 1.3)':<44}{medians[1] / medians[0]:>9.2f}")


if __name__ == "__main__":
    main()
