"""
Two real typists: how well a fitted practice curve, a straight line and no change look ahead.

``python -m benchmarks.typing_curves [--data FILE]``

Each model is fitted to the tests of the first two thirds of the sessions and predicts the mean
speed of each session of the last third. The practice curve is the exact one of the library, one
unit of practice a test and forgetting between them; speed is a proficiency times a ceiling, and
ceiling, start and rate are fitted by least squares.
"""

import argparse
import csv
import datetime as dt
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.tables import Table
from skillbalance.numeric.progress.rates import practice_levels
from skillbalance.reference.defaults import HALF_LIFE_SPEED, RETAINED_SHARE

DATA: Final = Path(__file__).parents[2] / "shared" / "data" / "learning-curves" / "typing.csv"
Floats = NDArray[np.float64]

_SECONDS_PER_WEEK: Final = 7 * 24 * 3600.0
# Part of the gap that one test closes, in steps of 3 %.
_RATES: Final = np.geomspace(1e-4, 1.0, 300)
MODELS: Final = (
    "practice curve",
    "straight line",
    "no change (all so far)",
    "no change (last session)",
)


class Typist(NamedTuple):
    """The tests of one person in order of time."""

    name: str
    weeks: Floats  # since the first test
    session: NDArray[np.intp]  # 0, 1, ...
    speed: Floats  # words a minute

    def until(self, session: int) -> "Typist":
        """Keep the sessions before one."""
        early = self.session < session
        return Typist(self.name, self.weeks[early], self.session[early], self.speed[early])


def read_typists(path: Path) -> list[Typist]:
    """Read the tests of each person."""
    tests: dict[str, list[tuple[dt.datetime, int, float]]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            when = dt.datetime.fromisoformat(row["date"])
            tests.setdefault(row["subject"], []).append(
                (when, int(row["session"]), float(row["wpm"]))
            )
    found = []
    for name, of_person in tests.items():
        of_person.sort()
        first = of_person[0][0]
        number = np.unique([session for _, session, _ in of_person], return_inverse=True)[1]
        weeks = [(when - first).total_seconds() / _SECONDS_PER_WEEK for when, _, _ in of_person]
        speed = np.array([words for _, _, words in of_person])
        found.append(Typist(name, np.array(weeks), number.astype(np.intp), speed))
    return found


def curve(early: Typist, whole: Typist) -> Floats:
    """Fit ceiling, start and rate to some tests; predict the speed of all."""
    gaps = np.diff(whole.weeks, append=whole.weeks[-1])
    spread = np.maximum(gaps, 1e-6)
    # The level at a test is linear in the first one: E times it plus G, see numeric.rates.
    ends = [
        practice_levels(
            np.full(len(_RATES), first),
            np.broadcast_to(1.0 / spread, (len(_RATES), len(spread))),
            weeks=spread,
            learning_rate=_RATES,
            forgetting_rate=np.log(2.0) / HALF_LIFE_SPEED.value,
            retained_share=RETAINED_SHARE.value,
        )[:, :-1]
        for first in (0.0, 1.0)
    ]
    gain, carry = ends[0], ends[1] - ends[0]
    n = len(early.speed)
    best, least = np.zeros(len(whole.speed)), np.inf
    for at_zero, slope in zip(gain, carry, strict=True):
        # speed = ceiling (slope p0 + at_zero), 0 <= p0 <= 1: two free numbers, or one at an end.
        free = np.column_stack([slope, at_zero])
        for columns in (free, (slope + at_zero)[:, None], at_zero[:, None]):
            found = np.linalg.lstsq(columns[:n], early.speed, rcond=None)[0]
            if len(found) == 2 and not 0.0 <= found[0] <= found[1]:
                continue
            predicted = columns @ found
            error = float(np.square(predicted[:n] - early.speed).sum())
            if error < least:
                best, least = predicted, error
    return best


def line(early: Typist, whole: Typist) -> Floats:
    """Fit a straight line over the number of tests."""
    number = np.arange(len(whole.speed))
    slope, start = np.polyfit(number[: len(early.speed)], early.speed, 1)
    return np.asarray(start + slope * number, dtype=np.float64)


def score(typist: Typist) -> tuple[int, Floats]:
    """Return the sessions predicted and the root mean square error of each model. [words/min]"""
    n_sessions = int(typist.session.max()) + 1
    n_late = n_sessions // 3
    early = typist.until(n_sessions - n_late)
    last = early.speed[early.session == early.session.max()].mean()
    n = len(typist.speed)
    predicted = [
        curve(early, typist),
        line(early, typist),
        np.full(n, early.speed.mean()),
        np.full(n, last),
    ]
    late = np.arange(n_sessions - n_late, n_sessions)
    means = np.array([typist.speed[typist.session == s].mean() for s in late])
    errors = [
        np.array([of_model[typist.session == s].mean() for s in late]) - means
        for of_model in predicted
    ]
    return n_late, np.sqrt(np.square(errors).mean(axis=1))


def typing_table(path: Path = DATA) -> Table:
    """Lay the errors out."""
    typists = read_typists(path)
    scores = [score(typist) for typist in typists]
    pairs = zip(typists, scores, strict=True)
    return Table(
        title="Error of the last third of the sessions [words/min, root mean square]",
        head=("model", *(f"{one.name} ({n} sessions)" for one, (n, _) in pairs)),
        rows=tuple(
            (model, *(f"{errors[i]:.2f}" for _, errors in scores)) for i, model in enumerate(MODELS)
        ),
    )


def main() -> None:
    """Fit and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.typing_curves", description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    print(typing_table(parser.parse_args().data).as_text())


if __name__ == "__main__":
    main()
