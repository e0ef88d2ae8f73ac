"""Rows over processes: two Dask workers give the bits of one process, in any chunks."""

import runpy
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

da = pytest.importorskip("dask.array", reason="the extra `dask` is not installed")
pytest.importorskip("distributed", reason="the extra `dask` is not installed")

SCRIPT = Path(__file__).parent.parent / "examples" / "scale" / "dask_rows.py"


def test_two_worker_processes_give_the_bits_of_one():
    """The script of the how-to page, with its two processes, finds no bit that differs."""
    # Started afresh: worker processes import the file that was started, and a warning in any of
    # the three processes is an error.
    result = subprocess.run(
        [sys.executable, "-W", "error", str(SCRIPT)],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert result.returncode == 0, result.stderr
    head, *lines = result.stdout.splitlines()
    assert head == "2 worker processes, 6000 learners"
    assert [line.split(": ") for line in lines] == [
        ["map_blocks, hours", "same bits"],
        ["apply_gufunc, hours", "same bits"],
        ["apply_gufunc, readiness", "same bits"],
        ["apply_gufunc, optimality_gap", "same bits"],
        ["apply_gufunc, status", "same bits"],
    ]


@pytest.mark.parametrize("n_per_chunk", [1, 7, 50])
def test_chunks_change_no_bit(n_per_chunk):
    """Cut anywhere, down to single rows, the rows keep their bits."""
    script = runpy.run_path(str(SCRIPT))
    rng = np.random.default_rng(5)
    columns = [
        rng.uniform(0.05, 1.0, (50, 6)),
        rng.random((50, 6)) < 0.4,
        rng.uniform(0.0, 0.9, (50, 6)),
        rng.uniform(0.002, 0.02, (50, 6)),
        rng.uniform(0.005, 0.03, (50, 6)),
        rng.uniform(1.0, 12.0, 50),
    ]
    chunked = [da.from_array(x, chunks=(n_per_chunk, -1)[: x.ndim]) for x in columns]
    whole = script["plan_of"](*columns)
    hours = script["hours_over_chunks"](chunked).compute(scheduler="sync")
    np.testing.assert_array_equal(hours, whole[0])
    plans = script["plans_over_chunks"](chunked)
    for ours, theirs in zip(plans, whole, strict=True):
        assert ours.compute(scheduler="sync").tobytes() == theirs.tobytes()
