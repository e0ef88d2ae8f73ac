"""Advice: what is worth doing next, each with its step of the guide, its reason and its value."""

import datetime as dt
import enum
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import attrs

from skillbalance import _checks
from skillbalance.model._items import FrozenMapping, freeze
from skillbalance.model._record import Record, Result
from skillbalance.model.budget import TimeBudget
from skillbalance.model.goal import Goal
from skillbalance.model.profile import Profile
from skillbalance.model.rating import RaterKind
from skillbalance.model.skill import SkillKind

__all__ = ["STEPS", "Action", "ActionKind", "Advice", "PartnerElement"]

# The twelve steps of the guide, in its order.
STEPS: Final = (
    "identify goals",
    "assess strengths and weaknesses",
    "prioritize by field",
    "keep learning",
    "practise soft skills",
    "seek feedback",
    "personal goals count too",
    "cross-train",
    "network",
    "adapt as skills and fields change",
    "set learning goals with weekly time",
    "allocate time in a schedule",
)


class ActionKind(enum.Enum):
    """What a piece of advice is about."""

    # 1
    UNREACHABLE_GOAL = "unreachable_goal"
    CONFLICTING_GOALS = "conflicting_goals"
    VAGUE_GOAL = "vague_goal"
    MISSING_GOAL = "missing_goal"
    # 2
    BOTTLENECK = "bottleneck"
    BLIND_SPOT = "blind_spot"
    HIDDEN_STRENGTH = "hidden_strength"
    TAKE_A_TEST = "take_a_test"
    # 3
    PRIORITIZE = "prioritize"
    COSTLY_LIMIT = "costly_limit"
    # 4
    FADING_SKILL = "fading_skill"
    # 5
    SOFT_PRACTICE = "soft_practice"
    # 6
    FEEDBACK = "feedback"
    # 7
    PERSONAL_TIME = "personal_time"
    OVERLOAD = "overload"
    # 8
    CROSS_TRAINING = "cross_training"
    # 9
    NETWORKING = "networking"
    # 10
    REPLAN = "replan"
    RISING_DEMAND = "rising_demand"
    NEXT_STAGE = "next_stage"
    # 11
    LEARNING_GOAL = "learning_goal"
    # 12
    SCHEDULE = "schedule"
    SLIPPAGE = "slippage"

    @property
    def step(self) -> int:
        """The step of the guide that this kind belongs to, 1 to 12."""
        return _STEP[self]


_OF_STEP: Final = (
    (
        ActionKind.UNREACHABLE_GOAL,
        ActionKind.CONFLICTING_GOALS,
        ActionKind.VAGUE_GOAL,
        ActionKind.MISSING_GOAL,
    ),
    (
        ActionKind.BOTTLENECK,
        ActionKind.BLIND_SPOT,
        ActionKind.HIDDEN_STRENGTH,
        ActionKind.TAKE_A_TEST,
    ),
    (ActionKind.PRIORITIZE, ActionKind.COSTLY_LIMIT),
    (ActionKind.FADING_SKILL,),
    (ActionKind.SOFT_PRACTICE,),
    (ActionKind.FEEDBACK,),
    (ActionKind.PERSONAL_TIME, ActionKind.OVERLOAD),
    (ActionKind.CROSS_TRAINING,),
    (ActionKind.NETWORKING,),
    (ActionKind.REPLAN, ActionKind.RISING_DEMAND, ActionKind.NEXT_STAGE),
    (ActionKind.LEARNING_GOAL,),
    (ActionKind.SCHEDULE, ActionKind.SLIPPAGE),
)
_STEP: Final = {kind: step for step, kinds in enumerate(_OF_STEP, 1) for kind in kinds}


@attrs.frozen(kw_only=True)
class Action(Record):
    """
    One thing worth doing.

    Attributes
    ----------
    kind : ActionKind
        What it is about.
    step : int
        Step of the guide it belongs to, 1 to 12.
    skill_ids : tuple of str
        The skills in question, the first the one to work on or ask about.
    goal_id : str
        The goal in question; empty where it is none.
    rater_kind : RaterKind or None
        Whom to ask: from where they see the person; None where nobody is to be asked.
    rater_id : str
        Who it is; empty for somebody new.
    action : str
        What to do, in one sentence.
    reason : str
        Why, in plain words with the numbers.
    numbers : mapping of str to float
        The numbers of the reason and the action by name, unrounded.
    value : float
        Readiness at the horizon that doing it adds: of the best plan afterwards, minus that of
        today's hours, both judged by the profile as it is afterwards; expected, where an answer is
        asked for; of hours that the plan has already (learning goals, soft practice), against
        leaving them out. Negative where rest is worth the price.
    hours_per_week : float
        Hours a week that it takes on top of the plan; negative where it frees some. [h/week]
    due_on : datetime.date or None
        The day by which to do it; None where no day is better than another.
    goals : tuple of Goal
        Goals to add, or to put in the place of those with the same id; see `changed`.
    budget : TimeBudget or None
        The budget to plan with afterwards; None: the one there is.
    """

    kind: ActionKind
    step: int
    skill_ids: tuple[str, ...]
    goal_id: str = ""
    rater_kind: RaterKind | None = None
    rater_id: str = ""
    action: str
    reason: str
    numbers: Mapping[str, float] = attrs.field(converter=freeze)
    value: float
    hours_per_week: float = 0.0
    due_on: dt.date | None = None
    goals: tuple[Goal, ...] = ()
    budget: TimeBudget | None = None

    def changed(self, profile: Profile) -> Profile:
        """Give the profile with the goals of this action: replaced by id, else added."""
        return put_goals(profile, self.goals)


def put_goals(profile: Profile, goals: Iterable[Goal]) -> Profile:
    """Give a profile with some goals: each in the place of that of the same id, else added."""
    new = {goal.id: goal for goal in goals}
    kept = tuple(new.pop(goal.id, goal) for goal in profile.goals)
    return attrs.evolve(profile, goals=(*kept, *new.values()))


@attrs.frozen(kw_only=True)
class Advice(Result):
    """
    What is worth doing next, the most valuable first; empty where nothing is.

    Attributes
    ----------
    items : tuple of Action
        Ranked by value; no two about the same thing.
    profile_id : str
        For whom.
    as_of : datetime.date
        The day.
    readiness : float
        Readiness at the horizon that the best plan of today leads to: what values come on top of.
    budget : TimeBudget
        The budget that was used: the caller's, else what the plan tells of it.
    """

    items: tuple[Action, ...]
    profile_id: str
    as_of: dt.date
    readiness: float
    budget: TimeBudget

    def __iter__(self) -> Iterator[Action]:
        """Go through the actions, the most valuable first."""
        return iter(self.items)

    def __len__(self) -> int:
        """Count the actions."""
        return len(self.items)

    def of_kind(self, kind: ActionKind | str) -> tuple[Action, ...]:
        """
        Give the actions of one kind, the most valuable first.

        Raises
        ------
        InvalidValueError
            If there is no such kind; names those there are.
        """
        wanted = _checks.member("kind", _checks.as_member(ActionKind, kind), ActionKind)
        return tuple(item for item in self.items if item.kind is wanted)

    def of_step(self, step: int) -> tuple[Action, ...]:
        """Give the actions of one step of the guide, the most valuable first."""
        return tuple(item for item in self.items if item.step == step)

    def by_step(self) -> Mapping[int, tuple[Action, ...]]:
        """Give the actions by step of the guide, 1 to 12; steps without any left out."""
        steps = range(1, len(STEPS) + 1)
        return FrozenMapping((step, found) for step in steps if (found := self.of_step(step)))


@attrs.frozen(kw_only=True)
class PartnerElement(Record):
    """
    An O*NET element that matters in the fields where a person's skills of the other kind do.

    Attributes
    ----------
    element_id, name : str
        The element and its name in O*NET.
    kind : SkillKind
        Hard or soft.
    co_importance : float
        Weighted mean correlation of its importance, across the fields, with that of the person's
        skills of the other kind; in [-1, 1].
    nearest_element_id, nearest_name : str
        The element of those skills that it goes with most.
    nearest_correlation : float
        Correlation with that one.
    skill_ids : tuple of str
        The person's skills that are made of it; empty where none is.
    """

    element_id: str
    name: str
    kind: SkillKind
    co_importance: float
    nearest_element_id: str
    nearest_name: str
    nearest_correlation: float
    skill_ids: tuple[str, ...]
