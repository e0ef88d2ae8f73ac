# %%
"""Rows over two worker processes with Dask, compared bit by bit with one process."""

# Worker processes import this file again, so whatever starts them stands below the guard.
import os

import dask
import dask.array as da
import numpy as np
from distributed import Client, LocalCluster
from numpy.typing import NDArray

from skillbalance.numeric import allocate_hours

N_PEOPLE, N_SKILLS, N_PER_CHUNK = 6_000, 20, 1_000


# %% Columns of learners, made by whoever needs a chunk; a store would be read the same way
# [start: columns]
def open_columns() -> list[da.Array]:
    """Weight, soft, proficiency, learning rate, forgetting rate and budget, in chunks of rows."""
    rng = da.random.default_rng(20260105)
    shape, chunks = (N_PEOPLE, N_SKILLS), (N_PER_CHUNK, N_SKILLS)
    return [
        rng.uniform(0.05, 1.0, shape, chunks=chunks),
        rng.uniform(0.0, 1.0, shape, chunks=chunks) < 0.4,
        rng.uniform(0.0, 0.9, shape, chunks=chunks),
        np.log(2.0) / rng.uniform(40.0, 350.0, shape, chunks=chunks),
        np.log(2.0) / rng.uniform(28.0, 56.0, shape, chunks=chunks),
        rng.uniform(1.0, 12.0, N_PEOPLE, chunks=N_PER_CHUNK),
    ]


# [end: columns]


# %% One result: hours, an array as large as the columns
# [start: map_blocks]
def hours_of(*columns: NDArray[np.generic]) -> NDArray[np.float64]:
    """Plan one chunk of rows; a row that has no plan gets NaN."""
    *skills, budget = columns
    plan = allocate_hours(
        *skills, budget=budget[:, 0], horizon_weeks=26.0, block_hours=0.5, errors="mark"
    )
    return plan.hours


def hours_over_chunks(columns: list[da.Array]) -> da.Array:
    """One task per chunk of rows."""
    *skills, budget = columns
    # map_blocks lines chunks up by axis, so the budget becomes a column of its own.
    return da.map_blocks(hours_of, *skills, budget[:, np.newaxis], dtype=np.float64)


# [end: map_blocks]


# %% Several results, of different shapes
# [start: gufunc]
def plan_of(
    *columns: NDArray[np.generic],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.int8]]:
    """Plan one chunk of rows; return hours, readiness, proof and status."""
    *skills, budget = columns
    plan = allocate_hours(
        *skills, budget=budget, horizon_weeks=26.0, block_hours=0.5, errors="mark"
    )
    return plan.hours, plan.readiness, plan.optimality_gap, plan.status


def plans_over_chunks(columns: list[da.Array]) -> tuple[da.Array, ...]:
    """Rows are loop dimensions, which Dask may cut; n, the skills, is the core one."""
    return da.apply_gufunc(
        plan_of,
        "(n),(n),(n),(n),(n),()->(n),(),(),()",
        *columns,
        output_dtypes=(np.float64, np.float64, np.float64, np.int8),
    )


# [end: gufunc]


# %% Two worker processes of one thread each, on this machine
def main() -> None:
    """Say whether two processes give what one gives."""
    # [start: cluster]
    columns = open_columns()
    with (
        LocalCluster(
            processes=True, n_workers=2, threads_per_worker=1, dashboard_address=None
        ) as cluster,
        Client(cluster) as client,
    ):
        process_ids = set(client.run(os.getpid).values())
        hours = hours_over_chunks(columns).compute()
        plans = dask.compute(*plans_over_chunks(columns))
    # [end: cluster]
    print(f"{len(process_ids - {os.getpid()})} worker processes, {len(hours)} learners")
    here = plan_of(*dask.compute(*columns, scheduler="sync"))
    print(f"map_blocks, hours: {compare(hours, here[0])}")
    for name, there, own in zip(
        ("hours", "readiness", "optimality_gap", "status"), plans, here, strict=True
    ):
        print(f"apply_gufunc, {name}: {compare(there, own)}")


def compare(there: NDArray[np.generic], here: NDArray[np.generic]) -> str:
    """Say whether two arrays hold the same bits."""
    same = there.dtype == here.dtype and there.tobytes() == here.tobytes()
    return "same bits" if same else "different"


if __name__ == "__main__":
    main()
