"""What every contender is: a way to prepare learners and a way to solve them."""

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import attrs
import numpy as np

from benchmarks.learners import Floats, Learners
from skillbalance.numeric import allocate_hours, evaluate_hours


@attrs.frozen(kw_only=True)
class Contender:
    """
    Somebody who solves learners.

    Attributes
    ----------
    name : str
    per_round : int
        Learners solved in each round.
    prepare : callable
        From learners to whatever the solver takes; not timed.
    solve : callable
        From that to hours, (rows, n_skills), NaN where it gave up; None if it gives none.
    """

    name: str
    per_round: int
    prepare: Callable[[Learners], Any]
    solve: Callable[[Any], Floats | None]


def missing(*packages: str) -> str:
    """Name the packages that are not installed."""
    return ", ".join(package for package in packages if find_spec(package) is None)


def ours(per_round: int, block_hours: float | None = None) -> Contender:
    """Solve all learners of a round in one call."""
    return Contender(
        name="allocate_hours",
        per_round=per_round,
        prepare=lambda learners: learners.arguments(),
        solve=lambda a: allocate_hours(**a, block_hours=block_hours).hours,
    )


def ours_singly(per_round: int) -> Contender:
    """Solve the learners of a round in a call each."""
    return Contender(
        name="allocate_hours",
        per_round=per_round,
        prepare=lambda learners: [learners.row(i) for i in range(learners.n_rows)],
        solve=lambda rows: np.array([allocate_hours(**a).hours for a in rows]),
    )


def floor(per_round: int) -> list[Contender]:
    """Go once over an array of one number per skill: what no solver can go below."""

    def arrays(learners: Learners) -> tuple[Floats, Floats]:
        z = learners.learning_rate * learners.horizon_weeks
        return z, np.empty_like(z)

    def transcend(pair: tuple[Floats, Floats]) -> None:
        x, out = pair
        np.exp(x, out=out)
        np.log(x, out=out)

    def copy(pair: tuple[Floats, Floats]) -> None:
        x, out = pair
        np.copyto(out, x)

    return [
        Contender(name=name, per_round=per_round, prepare=arrays, solve=solve)
        for name, solve in (("np.exp and np.log", transcend), ("copy", copy))
    ]


def shortfalls(learners: Learners, hours: Floats) -> Floats:
    """Return how much readiness the hours of others leave to ours; negative if theirs is more."""
    best = allocate_hours(**learners.arguments()).readiness
    return np.asarray(best - evaluate_hours(hours, **learners.arguments()).readiness)
