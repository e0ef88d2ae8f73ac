"""Rows over Spark: the script of the how-to page runs and finds the bits of one process."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

# Spark is 450 MB and needs Java, so the ordinary run does without.
pytest.importorskip("pyspark", reason="opt-in: `make test-spark` (Java and the extra `spark`)")
if shutil.which("java") is None:
    pytest.skip("Spark needs Java on the path", allow_module_level=True)

SCRIPT = Path(__file__).parent.parent.parent / "examples" / "scale" / "spark_rows.py"


def test_spark_gives_the_bits_of_one_process():
    """Planned in Arrow batches by two tasks at a time, no bit differs."""
    result = subprocess.run(
        [sys.executable, str(SCRIPT)],
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert result.returncode == 0, result.stderr
    head, *lines = result.stdout.splitlines()
    assert head == "6000 learners"
    assert [line.split(": ") for line in lines] == [
        ["hours", "same bits"],
        ["readiness", "same bits"],
        ["optimality_gap", "same bits"],
        ["status", "same bits"],
    ]
