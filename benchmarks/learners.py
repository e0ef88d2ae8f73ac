"""Random learners: the inputs of every contender, as arrays with a row per learner."""

from typing import Any, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]

N_SKILLS = 20


@attrs.frozen(kw_only=True, eq=False)
class Learners:
    """The arguments of `allocate_hours`: (rows, n_skills) per skill, (rows,) per learner."""

    weight: Floats
    soft: NDArray[np.bool_]
    proficiency: Floats
    learning_rate: Floats
    forgetting_rate: Floats
    budget: Floats
    horizon_weeks: Floats
    floor: Floats
    target: Floats
    beyond: Floats
    rho: Floats
    min_hours: Floats
    max_hours: Floats
    share_low: Floats
    share_high: Floats

    @property
    def n_rows(self) -> int:
        """Number of learners."""
        return int(self.budget.size)

    def arguments(self) -> dict[str, Any]:
        """Give the arguments by name."""
        named = {field.name: getattr(self, field.name) for field in attrs.fields(Learners)}
        share = (named.pop("share_low"), named.pop("share_high"))
        return named | {"soft_share": share}

    def rows(self, which: slice | NDArray[np.intp]) -> "Learners":
        """Return some of the learners."""
        return Learners(
            **{field.name: getattr(self, field.name)[which] for field in attrs.fields(Learners)}
        )

    def row(self, i: int) -> dict[str, Any]:
        """Give the arguments of one learner, without a leading axis."""
        return {
            name: (float(value[0][i]), float(value[1][i])) if name == "soft_share" else value[i]
            for name, value in self.arguments().items()
        }


def plain_learners(rng: np.random.Generator, n_rows: int, n_skills: int = N_SKILLS) -> Learners:
    """
    Draw learners as profiles have them: rho = 1, no targets, forgetting on, no limits.

    Learning rates are spread around the three breadths of a skill, a third of the skills is
    soft, and a learner has 2 to 12 hours a week for two months to a year.
    """
    size = (n_rows, n_skills)
    proficiency = rng.uniform(0.0, 0.9, size)
    soft = rng.random(size) < 1.0 / 3.0
    soft[:, 0], soft[:, -1] = False, n_skills > 1
    half_gap = rng.choice([40.0, 120.0, 350.0], size) * np.exp(rng.normal(0.0, 0.5, size))
    return Learners(
        weight=0.05 + rng.random(size),
        soft=soft,
        proficiency=proficiency,
        learning_rate=np.log(2.0) / half_gap,
        forgetting_rate=np.log(2.0) / rng.choice([28.0, 48.0, 56.0], size),
        budget=rng.uniform(2.0, 12.0, n_rows),
        horizon_weeks=np.broadcast_to(rng.uniform(8.0, 52.0, (n_rows, 1)), size),
        floor=0.5 * proficiency,
        target=np.broadcast_to(1.0, size),
        beyond=np.broadcast_to(0.25, size),
        rho=np.broadcast_to(1.0, n_rows),
        min_hours=np.broadcast_to(0.0, size),
        max_hours=np.broadcast_to(np.inf, size),
        share_low=np.broadcast_to(0.0, n_rows),
        share_high=np.broadcast_to(1.0, n_rows),
    )


def full_learners(rng: np.random.Generator, n_rows: int, n_skills: int = N_SKILLS) -> Learners:
    """Add targets around the proficiencies and the coupling of the kinds, rho = -0.5."""
    learners = plain_learners(rng, n_rows, n_skills)
    around = rng.uniform(-0.1, 0.4, (n_rows, n_skills))
    return attrs.evolve(
        learners,
        target=np.clip(learners.proficiency + around, 0.0, 1.0),
        rho=np.broadcast_to(-0.5, n_rows),
    )


def never_forgetting(learners: Learners) -> Learners:
    """Switch forgetting off, which is what a conic solver can state."""
    still = np.broadcast_to(0.0, learners.forgetting_rate.shape)
    return attrs.evolve(learners, forgetting_rate=still)


def any_learners(rng: np.random.Generator, n_rows: int, n_skills: int) -> Learners:
    """
    Draw learners of every combination of features, each feature by itself.

    Each learner draws how its weights, levels, rates, horizons, targets and limits are made,
    down to zeros and ties and up to rates a million apart; limits may well be infeasible.
    """
    size = (n_rows, n_skills)

    def mixed(*kinds: Floats | float) -> Floats:
        which = rng.integers(len(kinds), size=(n_rows, 1))
        return np.choose(which, [np.broadcast_to(kind, size) for kind in kinds])

    def some(share: float, one: Floats | float, other: Floats | float) -> Floats:
        return np.where(rng.random(size) < share, one, other)

    def apart(low: float, high: float) -> Floats:
        return np.asarray(10.0 ** rng.uniform(low, high, size))

    u = rng.random
    budget = rng.choice([0.0, 1e-6, 2.0, 6.0, 12.0, 168.0], n_rows)
    proficiency = mixed(0.9 * u(size), 0.9 * u(size), 0.0, some(0.5, some(0.5, 0.0, 1.0), u(size)))
    minimum = some(0.3, np.round(u(size) * budget[:, None] / n_skills, 1), 0.0)
    maximum = minimum + some(0.5, np.round(u(size) * budget[:, None], 1), np.inf)
    # The second part of each pair of limits goes with the first: none, some, or closed skills.
    limited = rng.integers(3, size=(n_rows, 1))
    shares = np.array([(0, 1), (0, 1), (0.2, 0.4), (0.3, 0.3), (0, 0), (1, 1)], dtype=np.float64)
    share = shares[rng.integers(len(shares), size=n_rows)]
    of_soft = rng.choice([0.0, 0.4, 0.4, 0.4, 1.0], (n_rows, 1))
    rhos = [1.0, 1.0, 0.999, 0.5, 1e-12, 0.0, -1e-12, -0.5, -0.5, -3.0, -20.0]
    return Learners(
        weight=mixed(0.05 + u(size), some(0.4, 0.0, u(size)), 1.0, apart(-3.0, 3.0)),
        soft=u(size) < of_soft,
        proficiency=proficiency,
        learning_rate=mixed(
            np.log(2.0) / rng.uniform(40.0, 350.0, size),
            0.006,
            some(0.3, 0.0, 0.006),
            apart(-6.0, 0.0),
        ),
        forgetting_rate=mixed(
            np.log(2.0) / rng.uniform(28.0, 56.0, size),
            0.0,
            some(0.5, 0.0, 0.0144),
            7.0 * np.log(2.0),
            apart(-9.0, 0.5),
        ),
        budget=budget,
        horizon_weeks=mixed(rng.uniform(8.0, 52.0, size), 26.0, 1.0, apart(0.0, 4.0)),
        floor=mixed(0.5 * proficiency, 0.0, 1.0),
        target=mixed(
            1.0,
            np.clip(proficiency + rng.uniform(-0.1, 0.4, size), 0.0, 1.0),
            some(0.5, some(0.5, 0.0, 1.0), u(size)),
        ),
        beyond=mixed(0.25, 0.0, 1.0, u(size)),
        rho=rng.choice(rhos, n_rows),
        min_hours=np.where(limited == 1, minimum, 0.0),
        max_hours=np.choose(
            limited, [np.broadcast_to(np.inf, size), maximum, some(0.5, 0, np.inf)]
        ),
        share_low=share[:, 0],
        share_high=share[:, 1],
    )
