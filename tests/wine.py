"""Ratings that people really gave: nine judges of eight wines, every judge of every wine."""

import csv
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

_FILE = Path(__file__).parents[2] / "shared" / "data" / "ratings" / "wine.csv"


class Wine(NamedTuple):
    """The 72 ratings, bottles and judges numbered from 0."""

    bottle: np.ndarray
    judge: np.ndarray
    percent: np.ndarray  # rating, 0 to 100


def read_wine() -> Wine:
    """Read the ratings; where the data do not lie beside the project the test is skipped."""
    if not _FILE.exists():
        pytest.skip(f"needs {_FILE}, which lies beside the project and is not part of it")
    with _FILE.open(newline="") as file:
        rows = list(csv.DictReader(file))
    return Wine(
        bottle=np.array([int(row["bottle"]) - 1 for row in rows]),
        judge=np.array([int(row["judge"]) - 1 for row in rows]),
        percent=np.array([float(row["response"]) for row in rows]),
    )
