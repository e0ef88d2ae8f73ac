# %%
"""Rows over a Spark cluster in Arrow batches, compared bit by bit with one process."""

import os
import sys
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyspark.sql import DataFrame, SparkSession

from skillbalance.numeric import allocate_hours

N_PEOPLE, N_SKILLS, N_PARTITIONS = 6_000, 20, 4


# %% A table of learners: one row each, one list per column; a real one comes from spark.read
# [start: columns]
COLUMNS = """
    person_id bigint,
    weight array<double>,
    soft array<boolean>,
    proficiency array<double>,
    learning_rate array<double>,
    forgetting_rate array<double>,
    budget double
"""
# [end: columns]


def make_columns(person_id: NDArray[np.int64]) -> list[NDArray[np.generic]]:
    """Make columns that depend on the ids alone, whatever partition they are made in."""
    number = np.arange(6 * N_SKILLS).reshape(6, N_SKILLS)
    # Multiples of an irrational number, modulo 1, are spread evenly.
    u = (np.multiply.outer(person_id + 1, np.sqrt(number + 2.0))) % 1.0
    return [
        0.05 + u[:, 0],
        u[:, 1] < 0.4,
        0.9 * u[:, 2],
        np.log(2.0) / (40.0 + 310.0 * u[:, 3]),
        np.log(2.0) / (28.0 + 28.0 * u[:, 4]),
        1.0 + 11.0 * u[:, 5, 0],
    ]


def make_batches(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Add columns to batches of ids."""
    for batch in batches:
        *skills, budget = make_columns(batch.column("id").to_numpy())
        arrays = [batch.column("id"), *map(as_lists, skills), pa.array(budget)]
        names = [line.split()[0] for line in COLUMNS.strip().splitlines()]
        yield pa.RecordBatch.from_arrays(arrays, names=names)


# %% The plan of a partition: lists to arrays, arrays to lists, no copy of the numbers in between
# [start: map_in_arrow]
RESULTS = """
    person_id bigint,
    hours array<double>,
    readiness double,
    optimality_gap double,
    status byte
"""


def plan_batches(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Plan a partition, an Arrow batch at a time; a row that has no plan gets NaN."""
    skills = ("weight", "soft", "proficiency", "learning_rate", "forgetting_rate")
    for batch in batches:
        plan = allocate_hours(
            *(as_matrix(batch.column(name)) for name in skills),
            budget=batch.column("budget").to_numpy(),
            horizon_weeks=26.0,
            block_hours=0.5,
            errors="mark",
        )
        results = {
            "person_id": batch.column("person_id"),
            "hours": as_lists(plan.hours),
            "readiness": pa.array(plan.readiness),
            "optimality_gap": pa.array(plan.optimality_gap),
            "status": pa.array(plan.status),
        }
        yield pa.RecordBatch.from_pydict(results)


def as_matrix(lists: pa.ListArray) -> NDArray[np.generic]:
    """Read lists of one length as the rows of an array."""
    return lists.flatten().to_numpy(zero_copy_only=False).reshape(len(lists), -1)


def as_lists(matrix: NDArray[np.generic]) -> pa.ListArray:
    """Write the rows of an array as lists."""
    n_rows, n_skills = matrix.shape
    offsets = np.arange(n_rows + 1, dtype=np.int32) * np.int32(n_skills)
    return pa.ListArray.from_arrays(offsets, matrix.reshape(-1))


def plan_table(learners: DataFrame) -> DataFrame:
    """Plan for a table of learners wherever its partitions are."""
    return learners.mapInArrow(plan_batches, RESULTS)


# [end: map_in_arrow]


# %% Two tasks at a time, on this machine
def main() -> None:
    """Say whether Spark's tasks give what one process gives."""
    # Workers run this interpreter, which has skillbalance installed.
    os.environ["PYSPARK_PYTHON"] = sys.executable
    # [start: session]
    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", 1_000)
        .getOrCreate()
    )
    # [end: session]
    try:
        ids = spark.range(0, N_PEOPLE, 1, N_PARTITIONS)
        learners = ids.mapInArrow(make_batches, COLUMNS)
        there = plan_table(learners).orderBy("person_id").toArrow().combine_chunks()
    finally:
        spark.stop()
    print(f"{there.num_rows} learners")
    *skills, budget = make_columns(np.arange(N_PEOPLE))
    here = allocate_hours(
        *skills, budget=budget, horizon_weeks=26.0, block_hours=0.5, errors="mark"
    )
    hours = as_matrix(there.column("hours").chunk(0))
    print(f"hours: {compare(hours, here.hours)}")
    for name in ("readiness", "optimality_gap", "status"):
        print(f"{name}: {compare(there.column(name).to_numpy(), getattr(here, name))}")


def compare(there: NDArray[np.generic], here: NDArray[np.generic]) -> str:
    """Say whether two arrays hold the same bits."""
    same = there.dtype == here.dtype and there.tobytes() == here.tobytes()
    return "same bits" if same else "different"


if __name__ == "__main__":
    main()
