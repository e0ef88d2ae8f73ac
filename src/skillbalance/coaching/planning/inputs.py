"""Where ids meet positions: a profile and a budget as the arrays the optimiser takes."""

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias, TypedDict

import numpy as np
from numpy.typing import NDArray

from skillbalance.coaching.evidence.ratings import estimate_levels
from skillbalance.coaching.planning.rows import Rows
from skillbalance.coaching.targets import find_horizons, find_targets
from skillbalance.coaching.weights import mix_parts
from skillbalance.errors import UnknownSkillError
from skillbalance.model.budget import TimeBudget
from skillbalance.model.estimates import RaterModel
from skillbalance.model.profile import Profile
from skillbalance.numeric.curve import proficiency_after
from skillbalance.numeric.indices import readiness_of
from skillbalance.reference.defaults import BEYOND, RHO, RaterPreset

_Floats: TypeAlias = NDArray[np.float64]
_Skills: TypeAlias = tuple[_Floats, NDArray[np.bool_], _Floats, _Floats, _Floats]


class _Options(TypedDict):
    """Keyword arguments of the optimiser that a person's skills decide."""

    horizon_weeks: _Floats
    floor: _Floats
    target: _Floats
    beyond: float
    rho: float
    min_hours: _Floats
    max_hours: _Floats


class PlanningInputs(NamedTuple):
    """
    What planning needs, one entry per skill in profile order.

    Attributes
    ----------
    weight, proficiency, learning_rate, forgetting_rate, floor, target, weeks : ndarray, (n,)
        [1], [1], [1/h], [1/week], [1], [1], [week]
    soft : ndarray of bool, shape (n,)
    min_hours, max_hours : ndarray of shape (n,)
        Limits per skill; infinite where none is set. [h/week]
    soft_share_recommended : float
        The soft part of the weights.
    overdue_goals : tuple of str
        Goals whose date has passed.
    """

    weight: NDArray[np.float64]
    soft: NDArray[np.bool_]
    proficiency: NDArray[np.float64]
    learning_rate: NDArray[np.float64]
    forgetting_rate: NDArray[np.float64]
    floor: NDArray[np.float64]
    target: NDArray[np.float64]
    weeks: NDArray[np.float64]
    min_hours: NDArray[np.float64]
    max_hours: NDArray[np.float64]
    soft_share_recommended: float
    overdue_goals: tuple[str, ...]

    @property
    def skills(self) -> "_Skills":
        """The positional arguments of :func:`~skillbalance.numeric.allocate_hours`."""
        return (
            self.weight,
            self.soft,
            self.proficiency,
            self.learning_rate,
            self.forgetting_rate,
        )

    @property
    def options(self) -> "_Options":
        """Its keyword arguments, budget and limits on the share aside."""
        return {
            "horizon_weeks": self.weeks,
            "floor": self.floor,
            "target": self.target,
            "beyond": BEYOND.value,
            "rho": RHO.value,
            "min_hours": self.min_hours,
            "max_hours": self.max_hours,
        }

    def left_alone(self) -> NDArray[np.float64]:
        """Return the level of each skill at its horizon without any practice."""
        return proficiency_after(
            self.proficiency,
            0.0,
            learning_rate=self.learning_rate,
            forgetting_rate=self.forgetting_rate,
            weeks=self.weeks,
            floor=self.floor,
        )

    def readiness_at(self, proficiency: NDArray[np.float64]) -> float:
        """Return readiness at given levels."""
        return float(
            readiness_of(
                self.weight,
                self.soft,
                proficiency,
                target=self.target,
                beyond=np.asarray(BEYOND.value),
                rho=np.asarray(RHO.value),
            )
        )


def gather_inputs(
    profile: Profile,
    budget: TimeBudget,
    *,
    as_of: dt.date,
    rater_model: RaterModel | RaterPreset = "specific",
) -> PlanningInputs:
    """
    Weigh, estimate and look up everything that planning needs.

    Raises
    ------
    UnknownSkillError
        If the budget limits a skill that the profile does not have.
    UnknownFieldError, UnknownElementError
        If the profile's field or an element is not in the reference table.
    InvalidValueError
        If *as_of* is not a date, or *rater_model* no preset and no model of all kinds that rated.
    """
    weights = mix_parts(profile)
    proficiency = estimate_levels(profile, as_of=as_of, rater_model=rater_model)
    horizons = find_horizons(profile, budget, as_of=as_of)
    skills = profile.skills
    half_gap, half_life, upkeep, retained = (
        np.array(
            [
                (skill.half_gap_hours, skill.half_life_weeks, skill.upkeep, skill.retained_share)
                for skill in skills
            ],
            dtype=np.float64,
        )
        .reshape(-1, 4)
        .T.copy()
    )
    return PlanningInputs(
        weight=weights.parts.weight,
        soft=weights.soft,
        proficiency=proficiency,
        learning_rate=math.log(2.0) / half_gap,
        forgetting_rate=math.log(2.0) / half_life * (1.0 - upkeep),
        floor=retained * proficiency,
        target=find_targets(profile),
        weeks=horizons.weeks,
        min_hours=by_position(profile, budget.min_hours, default=0.0),
        max_hours=by_position(profile, budget.max_hours, default=math.inf),
        soft_share_recommended=weights.recommended_soft_share,
        overdue_goals=horizons.overdue,
    )


def stack_rows(people: Sequence[tuple[TimeBudget, PlanningInputs]]) -> Rows:
    """Lay people with equally many skills and the same blocks one below the other."""
    budgets = [budget for budget, _ in people]
    inputs = [one for _, one in people]
    shape = (len(people), inputs[0].weight.size)
    shares = [budget.soft_share or (math.nan, math.nan) for budget in budgets]
    columns: dict[str, _Floats] = {
        name: np.array([getattr(one, own) for one in inputs]) for name, own in _STACKED.items()
    }
    return Rows(
        **columns,
        soft=np.array([one.soft for one in inputs]),
        beyond=np.full(shape, BEYOND.value),
        budget=np.array([budget.hours_per_week for budget in budgets], dtype=np.float64),
        rho=np.full(shape[0], RHO.value),
        share_low=np.array([low for low, _ in shares], dtype=np.float64),
        share_high=np.array([high for _, high in shares], dtype=np.float64),
        recommended=np.array([one.soft_share_recommended for one in inputs], dtype=np.float64),
        block_hours=budgets[0].block_hours,
        max_skills=budgets[0].max_skills,
    )


# Arrays of the optimiser and what they are called here.
_STACKED = {
    "weight": "weight",
    "proficiency": "proficiency",
    "learning_rate": "learning_rate",
    "forgetting_rate": "forgetting_rate",
    "horizon_weeks": "weeks",
    "floor": "floor",
    "target": "target",
    "min_hours": "min_hours",
    "max_hours": "max_hours",
}


def by_position(
    profile: Profile, hours: Mapping[str, float], *, default: float
) -> NDArray[np.float64]:
    """
    Return hours by skill id as an array in profile order.

    Raises
    ------
    UnknownSkillError
        If an id is not a skill of the profile.
    """
    ids = tuple(skill.id for skill in profile.skills)
    known = frozenset(ids)
    for skill_id in hours:
        if skill_id not in known:
            raise UnknownSkillError(skill_id, ids)
    return np.array([hours.get(skill_id, default) for skill_id in ids], dtype=np.float64)
