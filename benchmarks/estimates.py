"""
Learn rater models and estimate many people: ``python -m benchmarks.estimates [--quick]``.

Processor time on one core: set ``OPENBLAS_NUM_THREADS=1``. Ratings are drawn from the model, so
that what is learned can be held against what is true.
"""

import argparse
import time
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

import skillbalance as sb
from benchmarks.tables import Table
from benchmarks.timing import digits

_T = TypeVar("_T")
Columns = dict[str, NDArray[Any]]

KINDS = ("self", "peer", "supervisor")
OWN = np.array([1.5, 0.43, 0.30])
SHARED = np.array([0.0, 0.04, 0.085])
PART = np.array([0.3, 0.3, 0.3])
LENIENCY = np.array([0.32, 0.0, 0.0])
TAU = 0.1
TRUTH = sb.RaterModel(
    kinds={
        kind: sb.RaterNoise(
            own_variance=OWN[i],
            shared_variance=SHARED[i],
            severity_part=PART[i],
            leniency=LENIENCY[i],
        )
        for i, kind in enumerate(KINDS)
    },
    prior_sd=TAU,
    ageing_per_year=0.0,
)


def organization(
    rng: np.random.Generator, *, n_people: int, n_skills: int, n_peers: int, keep: float
) -> Columns:
    """Draw people who rate themselves, peers from the whole house, a supervisor for every eight."""
    people = np.arange(n_people)
    turns = [(0, people), (2, people // 8)]
    turns += [(1, rng.integers(n_people, size=n_people)) for _ in range(n_peers)]
    person = np.tile(np.repeat(people, n_skills), len(turns))
    skill = np.tile(np.arange(n_skills), n_people * len(turns))
    kind = np.repeat([one for one, _ in turns], n_people * n_skills)
    rater = np.concatenate([np.repeat(who, n_skills) for _, who in turns])
    kept = rng.random(len(person)) < keep
    person, skill, kind, rater = person[kept], skill[kept], kind[kept], rater[kept]
    theta = rng.normal(size=(n_people, n_skills))
    severity = rng.normal(size=(3, n_people)) * np.sqrt(PART * OWN)[:, np.newaxis]
    shared = rng.normal(size=(n_people, n_skills, 3)) * np.sqrt(SHARED)
    noise = rng.normal(size=len(person)) * np.sqrt((1.0 - PART) * OWN)[kind]
    units = theta[person, skill] + severity[kind, rater] + shared[person, skill, kind]
    return {
        "person_id": person,
        "skill_id": skill,
        "rater_id": rater,
        "rater_kind": np.array(KINDS)[kind],
        "rating": np.clip(0.5 + TAU * (units + LENIENCY[kind] + noise), 0.0, 1.0),
    }


def panel(rng: np.random.Generator, n_people: int, n_raters: int, n_ratings: int) -> Columns:
    """Draw who rated which of 12 skills, in no order; one rating in twenty is a wild one."""
    n = n_people * n_ratings
    turn = np.argsort(rng.random((n_people, n_raters * 12)), axis=1)[:, :n_ratings].ravel()
    which, skill = turn // 12, turn % 12
    person = np.repeat(np.arange(n_people), n_ratings)
    shuffled = rng.permutation(n)
    near = rng.normal(0.5, 0.2, (n_people, 12))[person, skill] + rng.normal(0.0, 0.12, n)
    columns = {
        "person_id": person,
        "skill_id": skill,
        "rater_id": which * n_people + (person + 7 * which) % n_people,
        # Positions in list(RaterKind): the person, peers, a supervisor, reports.
        "rater_kind": np.array([0, 1, 3, 4, 1, 1])[which % 6],
        "rating": np.where(rng.random(n) < 0.05, rng.random(n), np.clip(near, 0.0, 1.0)),
        "age_years": 2.0 * rng.random(n),
    }
    return {name: column[shuffled] for name, column in columns.items()}


def timed(task: Callable[[], _T]) -> tuple[float, _T]:
    """Return processor time and result. [s]"""
    start = time.process_time()
    result = task()
    return time.process_time() - start, result


def learning_table(*, quick: bool) -> Table:
    """Learn from organizations of some 70,000 ratings, from whole panels to single questions."""
    houses = {
        "panels of five on 12 skills": (1167, 12, 3, 1.0),
        "four peers, 3 of 8 questions answered": (2600, 12, 4, 0.375),
        "four peers, every third question": (6000, 6, 4, 0.32),
    }
    rows = []
    for name, (n_people, n_skills, n_peers, keep) in houses.items():
        columns = organization(
            np.random.default_rng(1),
            n_people=n_people // (10 if quick else 1),
            n_skills=n_skills,
            n_peers=n_peers,
            keep=keep,
        )
        seconds, found = timed(lambda columns=columns: sb.fit_rater_model(columns))  # type: ignore[misc]
        errors = [
            abs(one.value - true_value(one)) / one.standard_error
            for one in found.parameters
            if one.standard_error is not None
        ]
        rows.append(
            (
                name,
                f"{found.n_ratings:,}",
                f"{found.n_raters:,}",
                f"{found.n_raters_cut:,}",
                f"{found.n_steps}",
                digits(seconds),
                f"{max(errors):.1f} of {len(errors)}",
            )
        )
    head = ("organization", "ratings", "raters", "cut", "steps", "s", "largest error [se]")
    return Table(title="fit_rater_model", head=head, rows=tuple(rows))


def true_value(one: sb.FittedParameter) -> float:
    """Return what a parameter should be."""
    owner = TRUTH if one.rater_kind is None else TRUTH.kinds[one.rater_kind]
    return float(getattr(owner, one.name))


def many_table(*, quick: bool) -> Table:
    """Estimate many people with 12 skills, few ratings each and many."""
    rows = []
    for n_people, n_raters, n_ratings in ((100_000, 6, 30), (5_000, 6, 72), (1_000, 30, 360)):
        n = n_people // (10 if quick else 1)
        columns = panel(np.random.default_rng(0), n, n_raters, n_ratings)
        seconds, found = timed(lambda columns=columns: sb.estimate_many(columns, prior_mean=0.5))  # type: ignore[misc]
        rows.append(
            (
                f"{n:,}",
                f"{n_raters}",
                f"{n_ratings}",
                f"{len(found):,}",
                digits(seconds),
                digits(1e6 * seconds / n),
            )
        )
    head = ("people", "raters each", "ratings each", "estimates", "s", "µs a person")
    return Table(title="estimate_many, 12 skills, robust", head=head, rows=tuple(rows))


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.estimates", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the people")
    options = parser.parse_args()
    print(learning_table(quick=options.quick).as_text(), end="\n\n", flush=True)
    print(many_table(quick=options.quick).as_text())


if __name__ == "__main__":
    main()
