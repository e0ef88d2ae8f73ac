"""What all advice is judged by: the plan there is, the best one, and what a change would give."""

import datetime as dt
import itertools
import math
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, Final, NamedTuple

import attrs
import numpy as np
from numpy.typing import NDArray

from skillbalance.coaching.balance import measure_balance
from skillbalance.coaching.days import DAYS_PER_WEEK, weeks_later
from skillbalance.coaching.evidence.estimates import estimate_proficiency
from skillbalance.coaching.planning.inputs import PlanningInputs, gather_inputs, stack_rows
from skillbalance.coaching.planning.plan import evaluate_plan, plan_time
from skillbalance.coaching.planning.rows import plan_rows
from skillbalance.coaching.weights import weigh_skills
from skillbalance.model.advice import Action, ActionKind, put_goals
from skillbalance.model.availability import Availability
from skillbalance.model.balance import Balance
from skillbalance.model.budget import HOURS_IN_A_WEEK, TimeBudget
from skillbalance.model.estimates import ProficiencyEstimates, RaterModel
from skillbalance.model.goal import Goal
from skillbalance.model.plan import TimePlan
from skillbalance.model.practice import PracticeRecord
from skillbalance.model.profile import Profile
from skillbalance.model.skill import Skill
from skillbalance.model.weights import SkillWeights
from skillbalance.numeric.curve import hours_to_reach, proficiency_after
from skillbalance.reference.defaults import RaterPreset

__all__ = ["SHORT", "SLACK", "Case", "Imagined", "Proposal", "propose"]

# A shortfall smaller than this is none that anybody could notice. [proficiency]
SHORT: Final = 0.005
# Sums of hours that miss a limit by less keep it. [h/week]
SLACK: Final = 1e-9

_Floats = NDArray[np.float64]


class Proposal(NamedTuple):
    """
    An action that may be worth saying.

    Attributes
    ----------
    key : tuple
        What it is about: of proposals with the same key one is said.
    action : Action
        The action.
    always : bool
        Whether to say it however small its value: something promised cannot be kept, or it was
        found worth saying by a measure of its own.
    """

    key: tuple[str, ...]
    action: Action
    always: bool = False


class Imagined(NamedTuple):
    """The best plan for what is not so yet: its readiness, and its hours by skill id. [h/week]"""

    readiness_then: float
    hours: dict[str, float]


def propose(
    kind: ActionKind, key: tuple[str, ...], *, always: bool = False, **fields: Any
) -> Proposal:
    """Make a proposal of an action's fields, its step aside, which the kind decides."""
    return Proposal(key, Action(kind=kind, step=kind.step, **fields), always)


class Case:
    """
    One person on one day, with everything advice is computed from; each thing at most once.

    Parameters
    ----------
    profile, plan, budget, as_of, rater_model, availability, practice
        As :func:`~skillbalance.suggest_actions` takes them, the budget settled.
    """

    def __init__(
        self,
        profile: Profile,
        plan: TimePlan,
        budget: TimeBudget,
        *,
        as_of: dt.date,
        rater_model: RaterModel | RaterPreset,
        availability: Availability | None,
        practice: tuple[PracticeRecord, ...],
    ) -> None:
        self.profile, self.plan, self.budget, self.as_of = profile, plan, budget, as_of
        self.rater_model, self.availability, self.practice = rater_model, availability, practice
        self.skills: dict[str, Skill] = {skill.id: skill for skill in profile.skills}
        # The hours there are, and the best ones: other advice comes on top of these.
        self.current = {item.skill_id: item.hours_per_week for item in plan.items}
        self.best = plan_time(profile, budget, as_of=as_of, rater_model=rater_model)
        self.hours = {item.skill_id: item.hours_per_week for item in self.best.items}

    # --- what is known ----------------------------------------------------------------------------

    @cached_property
    def inputs(self) -> PlanningInputs:
        """The arrays of planning, in profile order."""
        return gather_inputs(
            self.profile, self.budget, as_of=self.as_of, rater_model=self.rater_model
        )

    @cached_property
    def estimates(self) -> ProficiencyEstimates:
        """Where the person stands."""
        return estimate_proficiency(self.profile, as_of=self.as_of, rater_model=self.rater_model)

    @cached_property
    def balance(self) -> Balance:
        """Gaps, indices and bottlenecks."""
        return measure_balance(self.profile, as_of=self.as_of, rater_model=self.rater_model)

    @cached_property
    def weights(self) -> SkillWeights:
        """What matters, and who says so."""
        return weigh_skills(self.profile)

    @cached_property
    def today(self) -> TimePlan:
        """The hours there are, judged today."""
        return self.judge(self.current)

    @cached_property
    def horizon_on(self) -> dt.date:
        """The last day of the budget's horizon."""
        return self.in_weeks(self.budget.horizon_weeks)

    def in_weeks(self, weeks: float) -> dt.date:
        """Return the day some weeks from now, or the last one of the calendar."""
        return weeks_later(self.as_of, weeks)

    def free_goal_id(self, wanted: str) -> str:
        """Return an id for a new goal: the one wanted, with a number where a goal has it."""
        taken = {goal.id for goal in self.profile.goals}
        ids = itertools.chain([wanted], (f"{wanted} {number}" for number in itertools.count(2)))
        return next(one for one in ids if one not in taken)

    def name(self, skill_id: str) -> str:
        """Return what people call a skill."""
        return self.skills[skill_id].name

    # --- what a change would give -----------------------------------------------------------------

    def plan_with(
        self, budget: TimeBudget | None = None, profile: Profile | None = None
    ) -> "Imagined | None":
        """
        Plan with another budget or profile; None where no hours meet the limits.

        The same hours and readiness as those of :func:`~skillbalance.plan_time`, without the
        range of its prices, which takes as long as all the rest.
        """
        budget = budget or self.budget
        inputs = gather_inputs(
            profile or self.profile, budget, as_of=self.as_of, rater_model=self.rater_model
        )
        planned = plan_rows(stack_rows([(budget, inputs)]))
        if planned.faults:
            return None
        hours = dict(zip(self.skills, planned.hours[0].tolist(), strict=True))
        return Imagined(readiness_then=float(planned.readiness[0]), hours=hours)

    def judge(self, hours: Mapping[str, float], profile: Profile | None = None) -> TimePlan:
        """Judge hours by themselves: no limit is held against them."""
        in_all = math.fsum(hours.values())
        free = TimeBudget(
            hours_per_week=min(max(in_all, self.budget.hours_per_week), HOURS_IN_A_WEEK),
            horizon_weeks=self.budget.horizon_weeks,
            block_hours=None,
        )
        return evaluate_plan(
            profile or self.profile,
            free,
            hours,
            as_of=self.as_of,
            rater_model=self.rater_model,
        )

    def gain_of_budget(self, budget: TimeBudget | None) -> "tuple[float, Imagined] | None":
        """Return what another budget adds to the best plan, and its plan; None if it has none."""
        plan = None if budget is None else self.plan_with(budget)
        return None if plan is None else (plan.readiness_then - self.best.readiness_then, plan)

    def gain_of_goals(self, goals: Iterable[Goal]) -> "tuple[float, Imagined] | None":
        """
        Return what planning for changed goals adds to keeping the hours, and the plan for them.

        Both are judged by the profile with the new goals: they say what counts.
        """
        changed = put_goals(self.profile, goals)
        plan = self.plan_with(profile=changed)
        if plan is None:
            return None
        return plan.readiness_then - self.judge(self.hours, changed).readiness_then, plan

    def with_more(
        self, extra: Mapping[str, float] | None = None, *, for_any: float = 0.0
    ) -> TimeBudget | None:
        """
        Return the budget with more hours: kept for some skills on top of what they get, or for any.

        None where a week does not have them. Limits on the same skills give way.
        """
        extra = extra or {}
        budget = self.budget
        least = {skill_id: self.hours[skill_id] + more for skill_id, more in extra.items()}
        in_all = budget.hours_per_week + math.fsum(extra.values()) + for_any
        if in_all > HOURS_IN_A_WEEK:
            return None
        most = {
            skill_id: max(limit, least.get(skill_id, 0.0))
            for skill_id, limit in budget.max_hours.items()
        }
        return attrs.evolve(
            budget,
            hours_per_week=in_all,
            min_hours={**budget.min_hours, **least},
            max_hours=most,
        )

    def in_blocks(self, hours: float) -> float:
        """Return hours rounded up to whole blocks."""
        block = self.budget.block_hours
        return hours if block is None else math.ceil(hours / block - SLACK) * block

    def whole_blocks(self, hours: float) -> float:
        """Return hours rounded down to whole blocks."""
        block = self.budget.block_hours
        return hours if block is None else math.floor(hours / block + SLACK) * block

    # --- the curve of one skill -------------------------------------------------------------------

    def curve(self, skill_id: str) -> dict[str, float]:
        """Return the rates of a skill."""
        i = list(self.skills).index(skill_id)
        return {
            "learning_rate": float(self.inputs.learning_rate[i]),
            "forgetting_rate": float(self.inputs.forgetting_rate[i]),
            "floor": float(self.inputs.floor[i]),
        }

    def level_now(self, skill_id: str) -> float:
        """Return the estimate of a skill."""
        return self.best[skill_id].proficiency_now

    def level_at(self, skill_id: str, hours: float, days: float) -> float:
        """Return the level of a skill after some days at some hours a week."""
        return float(
            proficiency_after(
                self.level_now(skill_id),
                hours,
                weeks=days / DAYS_PER_WEEK,
                **self.curve(skill_id),
            )
        )

    def need(self, skill_id: str, target: float, days: float) -> float:
        """Return the fewest hours a week that reach a target in some days; infinite if none do."""
        return float(
            hours_to_reach(
                target,
                proficiency=self.level_now(skill_id),
                weeks=days / DAYS_PER_WEEK,
                **self.curve(skill_id),
            )
        )

    def most(self, skill_id: str) -> float:
        """Return the most hours a week that one skill may get."""
        limit = self.budget.max_hours.get(skill_id, math.inf)
        return min(self.budget.hours_per_week, limit)
