"""The nouns: frozen records, no arithmetic beyond validation."""

from skillbalance.model import scales
from skillbalance.model.availability import (
    Availability,
    DatedException,
    ExceptionKind,
    TimeWindow,
    Weekday,
)
from skillbalance.model.budget import TimeBudget
from skillbalance.model.document import PlanDocument
from skillbalance.model.goal import Goal, GoalDomain
from skillbalance.model.practice import Activity, Outcome, PracticeRecord
from skillbalance.model.profile import CareerStage, Profile
from skillbalance.model.rating import Assessment, FeedbackItem, RaterKind, Tone
from skillbalance.model.scales import Scale
from skillbalance.model.skill import Skill, SkillKind

__all__ = [
    "Activity",
    "Assessment",
    "Availability",
    "CareerStage",
    "DatedException",
    "ExceptionKind",
    "FeedbackItem",
    "Goal",
    "GoalDomain",
    "Outcome",
    "PlanDocument",
    "PracticeRecord",
    "Profile",
    "RaterKind",
    "Scale",
    "Skill",
    "SkillKind",
    "TimeBudget",
    "TimeWindow",
    "Tone",
    "Weekday",
    "scales",
]
